"""lstm_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.recurrent.gates import GATED_OVER_TIME
from bplab.exercises.recurrent.lstm_step_forward import lstm_step_forward
from bplab.exercises.recurrent.sequences import CHAPTER, SIZES, gated_weights

lstm_forward = Exercise(
    "lstm_forward",
    CHAPTER,
    nn.lstm_forward,
    returns=("H", "C"),
    points=2,
    shapes=GATED_OVER_TIME,
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
    carried=lambda h, c, h0, c0: (h, c),
    at=lambda t, T: t,
):
    h, c, states, memories, T = h0, c0, [], [], X.shape[1]
    for t in range(T):
        h, c = nn.lstm_step_forward(X[:, at(t, T)], h, c, Wx, Wh, b)
        states.append(h)
        memories.append(c)
        h, c = carried(h, c, h0, c0)
    return np.stack(states, axis=1), np.stack(memories, axis=1)


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
):
    lstm_forward.mistake(_name, *_hints, CARRY)(
        lambda *given, changes=_changes: walk(*given, **changes)
    )
for _name, _change, *_hints in (
    (
        "starts-from-zeros",
        lambda X, h0, c0, *w: walk(X, 0 * h0, 0 * c0, *w),
        "Your first step starts from zeros; h0 and c0 are not in it.",
        "Where do h0 and c0 go in your function?",
    ),
    (
        "memory-starts-from-zeros",
        lambda X, h0, c0, *w: walk(X, h0, 0 * c0, *w),
        "Your memory starts from zeros; c0 is not in it.",
        "Where does c0 go in your function?",
    ),
    (
        "starts-swapped",
        lambda X, h0, c0, *w: walk(X, c0, h0, *w),
        "h0 and c0 have changed places in your first step.",
        "In which order does a step take state and memory?",
    ),
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
