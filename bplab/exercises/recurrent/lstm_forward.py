"""lstm_forward."""

from itertools import product

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, made
from bplab.exam.compare import close
from bplab.exercises.recurrent.lstm_step_forward import lstm_step_forward
from bplab.exercises.recurrent.sequences import CHAPTER, SIZES, gated_weights

lstm_forward = Exercise(
    "lstm_forward",
    CHAPTER,
    nn.lstm_forward,
    returns=("H", "C"),
    points=2,
    shapes={"X": "N T D", "h0": "N H", "c0": "N H"},
    built_on=(lstm_step_forward,),
    achieved="The memory cell reads a whole sequence.",
)


def gated_stretch(rng, N, T, D, H):
    """X, h0, c0, Wx, Wh, b of a whole sequence."""
    return {
        "X": rng.normal(size=(N, T, D)),
        "h0": rng.uniform(-0.9, 0.9, (N, H)),
        "c0": rng.normal(size=(N, H)),
        **dict(zip(("Wx", "Wh", "b"), gated_weights(rng, D, H), strict=True)),
    }


@lstm_forward.paper
def _(rng):
    for sizes in SIZES:
        yield gated_stretch(rng, *sizes)


def walk(
    X,
    h0,
    c0,
    Wx,
    Wh,
    b,
    begins=lambda h0, c0: (h0, c0),
    carried=lambda h, c, h0, c0: (h, c),
    at=lambda t, T: t,
    kept=lambda before, after: after,
):
    (h, c), states, memories, T = begins(h0, c0), [], [], X.shape[1]
    for t in range(T):
        before = h, c
        h, c = nn.lstm_step_forward(X[:, at(t, T)], h, c, Wx, Wh, b)
        state, memory = kept(before, (h, c))
        states.append(state)
        memories.append(memory)
        h, c = carried(h, c, h0, c0)
    return np.stack(states, axis=1), np.stack(memories, axis=1)


def walked(**changes):
    """`walk` with these changes, as a solution."""
    return lambda X, h0, c0, Wx, Wh, b: walk(X, h0, c0, Wx, Wh, b, **changes)


CARRY = "Each step hands two things on: h, the state, and c, the memory. The first has h0 and c0."
for _name, _changes, *_hints in (
    (
        "memory-not-carried",
        {"carried": lambda h, c, h0, c0: (h, c0)},
        "Step 1 is right. Every later step finds the memory c0 again: c is not handed on.",
        "What is c_prev in your second step?",
    ),
    (
        "state-not-carried",
        {"carried": lambda h, c, h0, c0: (h0, c)},
        "Step 1 is right. Every later step finds the state h0 again: h is not handed on.",
        "What is h_prev in your second step?",
    ),
    (
        "nothing-carried",
        {"carried": lambda h, c, h0, c0: (h0, c0)},
        "Step 1 is right. Every later step starts from h0 and c0 again.",
        "What are h_prev and c_prev in your second step?",
    ),
    (
        "state-for-memory",
        {"carried": lambda h, c, h0, c0: (h, h)},
        "Step 1 is right. Later steps find the state in place of the memory.",
        "Which of the two things that a step gives is its memory?",
    ),
    (
        "memory-for-state",
        {"carried": lambda h, c, h0, c0: (c, c)},
        "Step 1 is right. Later steps find the memory in place of the state.",
        "Which of the two things that a step gives is its state?",
    ),
    (
        "carried-crosswise",
        {"carried": lambda h, c, h0, c0: (c, h)},
        "Step 1 is right. After it state and memory change places at every step.",
        "In which order does a step give them, and in which does it take them?",
    ),
    (
        "start-added-at-every-step",
        {
            "begins": lambda h0, c0: (2 * h0, c0),
            "carried": lambda h, c, h0, c0: (h + h0, c),
        },
        "h0 is added to the state that every step finds, the first one too.",
        "How often does h0 come into the walk?",
    ),
    (
        "taken-crosswise",
        {"carried": lambda h, c, h0, c0: (c, h), "kept": lambda before, after: after[::-1]},
        "State and memory change places when you take what a step gives: H and C hold each "
        "other's, and the next step finds them exchanged.",
        "In which order does a step give its two things?",
    ),
    (
        "first-input-only",
        {"at": lambda t, T: 0},
        "Every step reads the first moment of X.",
        "Does the index of X move with your loop?",
    ),
    (
        "backward-in-time",
        {"at": lambda t, T: T - 1 - t},
        "You read the sequence from its end.",
        "Which moment does your first step read?",
    ),
    (
        "starts-for-the-last",
        {"kept": lambda before, after: before},
        "Your H and C are one moment late: they begin with h0 and c0, and what the last step makes "
        "is missing.",
        "Do you store state and memory before the step or after it?",
    ),
    (
        "memories-one-late",
        {"kept": lambda before, after: (after[0], before[1])},
        "{right: H} your C is one moment late: it begins with c0, and the last memory is missing.",
        "Do you store the memory before the step or after it?",
    ),
    (
        "states-one-late",
        {"kept": lambda before, after: (before[0], after[1])},
        "{right: C} your H is one moment late: it begins with h0, and the last state is missing.",
        "Do you store the state before the step or after it?",
    ),
    (
        "starts-from-zeros",
        {"begins": lambda h0, c0: (0 * h0, 0 * c0)},
        "Your first step starts from zeros; h0 and c0 are not in it.",
        "Where do h0 and c0 go in your function?",
    ),
    (
        "memory-starts-from-zeros",
        {"begins": lambda h0, c0: (h0, 0 * c0)},
        "Your memory starts from zeros; c0 is not in it.",
        "Where does c0 go in your function?",
    ),
    (
        "starts-swapped",
        {"begins": lambda h0, c0: (c0, h0)},
        "h0 and c0 have changed places in your first step.",
        "In which order does a step take state and memory?",
    ),
):
    lstm_forward.mistake(_name, *_hints, CARRY)(made(walked, **_changes))
for _name, _change, *_hints in (
    (
        "order-swapped",
        lambda *given: walk(*given)[::-1],
        "H and C have changed places in what you return.",
        "In which order does the exercise ask for them?",
    ),
    (
        "last-only",
        lambda *given: tuple(part[:, -1] for part in walk(*given)),
        "You return the last state and the last memory alone; all {T} are asked.",
        "What will the backward pass need of each step?",
    ),
    (
        "time-first",
        lambda *given: tuple(np.swapaxes(part, 0, 1) for part in walk(*given)),
        "Your first axis is time; here the first axis is the examples.",
        "Along which axis do you stack the states?",
    ),
):
    lstm_forward.mistake(_name, *_hints, CARRY)(_change)


STATES = {
    "the state before": lambda h, c, h0, c0: h,
    "tanh of the state before": lambda h, c, h0, c0: np.tanh(h),
    "the memory before": lambda h, c, h0, c0: c,
    "h0": lambda h, c, h0, c0: h0,
    "zeros": lambda h, c, h0, c0: 0 * h,
    "a sigmoid of the state before": lambda h, c, h0, c0: nn.sigmoid(h),
    "half of the state before": lambda h, c, h0, c0: h / 2,
}
MEMORIES = {
    "the memory before": lambda h, c, h0, c0: c,
    "tanh of the memory before": lambda h, c, h0, c0: np.tanh(c),
    "the state before": lambda h, c, h0, c0: h,
    "c0": lambda h, c, h0, c0: c0,
    "zeros": lambda h, c, h0, c0: 0 * c,
    "half of the memory before": lambda h, c, h0, c0: c / 2,
}


@lstm_forward.tells
def _(wrong, rows):
    """What each step after the first was given, judged by the learner's own step before it."""
    for state, memory in product(STATES, MEMORIES):
        if all(_so(STATES[state], MEMORIES[memory], given, leaves) for given, _, leaves in rows):
            given_to = [
                f"{what} is {words}"
                for what, words, due in (
                    ("its h_prev", state, "the state before"),
                    ("its c_prev", memory, "the memory before"),
                )
                if words != due
            ]
            if not given_to:
                return None
            return Fault(
                "handed-on-otherwise",
                f"Every step after the first does the right thing with what it is given; but "
                f"{' and '.join(given_to)}.",
                "What does your second step get, in both of its places?",
                CARRY,
            )
    return None


def _so(state, memory, given, leaves):
    H, C = (
        next((leaf.actual for leaf in leaves if leaf.name == name and leaf.fault is None), None)
        for name in "HC"
    )
    if H is None or C is None or H.shape != C.shape:
        return False
    h0, c0 = given["h0"], given["c0"]
    for t in range(1, H.shape[1]):
        was = H[:, t - 1], C[:, t - 1], h0, c0
        h, c = nn.lstm_step_forward(
            given["X"][:, t], state(*was), memory(*was), given["Wx"], given["Wh"], given["b"]
        )
        if not (np.all(close(H[:, t], h, 1e-7)) and np.all(close(C[:, t], c, 1e-7))):
            return False
    return True
