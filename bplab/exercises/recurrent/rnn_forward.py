"""rnn_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.rnn_step_forward import rnn_step_forward
from bplab.exercises.recurrent.sequences import CHAPTER, SIZES, stretch
from bplab.exercises.recurrent.terms_of_a_step import handed_on, of_each_step

rnn_forward = Exercise(
    "rnn_forward",
    CHAPTER,
    nn.rnn_forward,
    returns="H",
    points=2,
    shapes={"X": "N T D", "h0": "N H", "Wx": "D H", "Wh": "H H", "b": "H"},
    built_on=(rnn_step_forward,),
    achieved="A network of any length reads a sequence with one set of weights.",
)


@rnn_forward.paper
def _(rng):
    for N, T, D, H in SIZES:
        yield stretch(rng, N, T, D, H)


def walk(
    X,
    h0,
    Wx,
    Wh,
    b,
    begins=lambda h0: h0,
    carried=lambda h, h0: h,
    at=lambda t, T: t,
    kept=lambda before, after: after,
    steps=lambda T: range(T),
):
    """The steps, with another start, another state carried on, another moment read or kept."""
    h, T = begins(h0), X.shape[1]
    states = np.zeros((len(X), T, len(Wh)))
    for t in steps(T):
        before, h = h, nn.rnn_step_forward(X[:, at(t, T)], h, Wx, Wh, b)
        states[:, t] = kept(before, h)
        h = carried(h, h0)
    return states


def walked(**changes):
    """`walk` with these changes, as a solution."""
    return lambda X, h0, Wx, Wh, b: walk(X, h0, Wx, Wh, b, **changes)


CARRY = "h of each step is the h_prev of the next; the first step has h0."
rnn_forward.mistake(
    "state-not-carried",
    "Step 1 is right. Every later step starts from h0 again: nothing is handed on.",
    "What is h_prev in your second step?",
    CARRY,
)(made(walked, carried=lambda h, h0: h0))
rnn_forward.mistake(
    "starts-from-zeros",
    "Your first step starts from zeros; h0 is not in it.",
    "Where does h0 go in your function?",
    CARRY,
)(made(walked, begins=lambda h0: 0 * h0))
rnn_forward.mistake(
    "start-added-at-every-step",
    "h0 is added to the state that every step finds, the first one too.",
    "How often does h0 come into the walk?",
    CARRY,
)(made(walked, begins=lambda h0: 2 * h0, carried=lambda h, h0: h + h0))
rnn_forward.mistake(
    "start-included",
    "Your H begins with h0: it has one moment more than X.",
    "How many states are there for {T} inputs?",
    "H holds what comes out of each step, from the first on; h0 came out of none.",
)(lambda X, h0, *weights: np.concatenate([h0[:, None], walk(X, h0, *weights)], axis=1))
rnn_forward.mistake(
    "start-for-the-last",
    "Your H is one moment late: it begins with h0, and the last state is missing.",
    "Do you store the state before the step or after it?",
    "H[:, t] is what comes out of step t.",
)(made(walked, kept=lambda before, after: before))
rnn_forward.mistake(
    "last-only",
    "You return the last state alone; all {T} are asked.",
    "What will the backward pass need of each step?",
    "H is (N, T, H): every state, in the order of time.",
)(lambda *given: walk(*given)[:, -1])
rnn_forward.mistake(
    "time-first",
    "Your first axis is time; here the first axis is the examples.",
    "Along which axis do you stack the states?",
    "H is (N, T, H): examples, time, units, as X is (N, T, D).",
)(lambda *given: np.swapaxes(walk(*given), 0, 1))
rnn_forward.mistake(
    "backward-in-time",
    "You read the sequence from its end.",
    "Which moment does your first step read?",
    "Time runs forward: the first step reads X[:, 0].",
)(made(walked, at=lambda t, T: T - 1 - t))
rnn_forward.mistake(
    "run-from-the-end",
    "You read the sequence from its end, and begin there with h0; each state stands at the moment "
    "it was made from.",
    "Which moment does your first step read?",
    "Time runs forward: the first step reads X[:, 0] and begins with h0.",
)(lambda *given: walk(*given, at=lambda t, T: T - 1 - t)[:, ::-1].copy())
rnn_forward.mistake(
    "first-input-only",
    "Every step reads the first moment of X.",
    "Does the index of X move with your loop?",
    "Step t reads X[:, t].",
)(made(walked, at=lambda t, T: 0))
rnn_forward.mistake(
    "reversed-in-time",
    "The states are right and stand in reverse: the last comes first.",
    "In which order are the states stored?",
    "H[:, t] belongs to X[:, t].",
)(lambda *given: walk(*given)[:, ::-1].copy())
rnn_forward.mistake(
    "input-one-late",
    "Step t reads the moment before it: the first step reads the last one, by the index -1.",
    "Which index does X have in your first step?",
    "Step t reads X[:, t].",
)(made(walked, at=lambda t, T: t - 1))


rnn_forward.mistake(
    "counted-from-the-end",
    "Step t reads the moment t before the end: X[:, -t]. Only the first step reads its own.",
    "Which moment is X[:, -1], and which step of yours reads it?",
    "Step t reads X[:, t].",
)(made(walked, at=lambda t, T: -t))
rnn_forward.mistake(
    "first-step-left-out",
    "Your first moment is 0 throughout: the walk begins at the second, with h0.",
    "Which index does your loop meet first?",
    "Step 0 reads X[:, 0] and h0, and H[:, 0] is what comes out of it.",
)(made(walked, steps=lambda T: range(1, T)))
rnn_forward.mistake(
    "last-step-left-out",
    "Your last moment is 0 throughout: the walk ends before it.",
    "Which index does your loop meet last, and how many states are there for {T} inputs?",
    "H holds what comes out of every step, the last one too.",
)(made(walked, steps=lambda T: range(T - 1)))
rnn_forward.mistake(
    "last-state-everywhere",
    "All moments of your H hold one and the same state, the last.",
    "Does each step write into its own place, and into a place of its own?",
    "H[:, t] is what comes out of step t.",
)(lambda *given: np.repeat(walk(*given)[:, -1:], given[0].shape[1], axis=1))


@rnn_forward.mistake(
    "bent-when-kept-only",
    "Step 1 is right. The tanh is taken of what you keep in H, but not of what is handed on: the "
    "next step finds the sum itself.",
    "Is it the state that goes on to your next step, or the sum before its tanh?",
    CARRY,
)
def _(X, h0, Wx, Wh, b):
    a, states = h0, []
    for t in range(X.shape[1]):
        a = X[:, t] @ Wx + a @ Wh + b
        states.append(np.tanh(a))
    return np.stack(states, axis=1)


other_formulas(
    rnn_forward,
    "H",
    (
        "states-added-up",
        lambda X, h0, Wx, Wh, b: np.cumsum(walk(X, h0, Wx, Wh, b), axis=1),
        "Your H holds sums of all states so far.",
        "Is a state added to the ones before, or does it take their place?",
        CARRY,
    ),
)


def leaky(X, h0, Wx, Wh, b, share):
    """States of which a share stays."""
    h, states = h0, []
    for t in range(X.shape[1]):
        h = share * h + (1 - share) * nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


for _share in (0.5, 0.9):
    rnn_forward.mistake(
        f"leaky-{_share:g}",
        f"Your steps keep {_share:g} of the old state and take the rest from the new one.",
        "Does the new state take the place of the old, or is it mixed with it?",
        "h of a step is the tanh alone; the old state comes in through Wh.",
    )(lambda X, h0, Wx, Wh, b, share=_share: leaky(X, h0, Wx, Wh, b, share))


rnn_forward.tells(of_each_step)
rnn_forward.tells(handed_on)
