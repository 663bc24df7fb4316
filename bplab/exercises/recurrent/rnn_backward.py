"""rnn_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.recurrent.rnn_step_backward import rnn_step_backward
from bplab.exercises.recurrent.sequences import (
    CHAPTER,
    SIZES,
    blame_at_each_step,
    by_age,
    by_moment,
    states_before,
    stretch,
)
from bplab.exercises.taken_apart import taken_apart

rnn_backward = Exercise(
    "rnn_backward",
    CHAPTER,
    nn.rnn_backward,
    returns=("dX", "dh0", "dWx", "dWh", "db"),
    points=4,
    shapes={"dH": "N T H", "X": "N T D", "h0": "N H", "H": "N T H", "Wx": "D H", "Wh": "H H"},
    built_on=(rnn_step_backward,),
    achieved="This is backpropagation through time, with the shares of all steps added up.",
)


def unrolled(rng, N, T, D, H):
    """Arguments of a backward pass through time."""
    given = stretch(rng, N, T, D, H)
    states = nn.rnn_forward(**given)
    return {
        "dH": rng.normal(size=(N, T, H)),
        "X": given["X"],
        "h0": given["h0"],
        "H": states,
        "Wx": given["Wx"],
        "Wh": given["Wh"],
    }


@rnn_backward.paper
def _(rng):
    for sizes in SIZES:
        yield unrolled(rng, *sizes)


STEP = nn.rnn_step_backward  # a name of its own, which a mistaken step can stand in for


def walk(
    dH,
    X,
    h0,
    H,
    Wx,
    Wh,
    join=lambda own, later: own + later,
    gather=lambda total, share: total + share,
    before=lambda t, h0, H: H[:, t - 1] if t > 0 else h0,
    order=reversed,
    carried=lambda dh, dh_prev: dh_prev,
):
    """The walk back through time with one thing changed.

    join : blame of a moment from its own and from what came from later
    gather : the gradient so far and a step's share, into one
    before : the state that a step is said to have found
    """
    dX, later = np.zeros(X.shape), np.zeros(h0.shape)
    totals = [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))]
    for t in order(range(X.shape[1])):
        dh = join(dH[:, t], later)
        dX[:, t], dh_prev, *shares = STEP(dh, X[:, t], before(t, h0, H), H[:, t], Wx, Wh)
        later = carried(dh, dh_prev)
        totals = [gather(total, share) for total, share in zip(totals, shares, strict=True)]
    return dX, later, *totals


def walked(**changes):
    """`walk` with these changes, as a solution."""
    return lambda dH, X, h0, H, Wx, Wh: walk(dH, X, h0, H, Wx, Wh, **changes)


SPEAKS_TWICE = (
    "h_t speaks twice: to the loss of its own moment, and to the next step. Its blame is the sum: "
    "dH[:, t], plus the dh_prev that step t + 1 sends back."
)
SUM = "One and the same weight acts at every step, so the shares of all steps add up."
for _name, _changes, *_hints in (
    (
        "later-forgotten",
        {"join": lambda own, later: own},
        "The last moment is right. At earlier ones the blame from later is missing: no step of "
        "yours is blamed for what came of it.",
        "Which two roads lead from h_t to the loss?",
        SPEAKS_TWICE,
    ),
    (
        "own-overwritten",
        {"join": lambda own, later: later if np.any(later) else own},
        "The last moment is right. At earlier ones only the blame from later is there: their own "
        "dH is not in it.",
        "Is dH of every moment used? And is the blame that comes from later added to it, or put in "
        "its place?",
        SPEAKS_TWICE,
    ),
    (
        "last-share-only",
        {"gather": lambda total, share: share},
        "{right: dX, dh0} the gradients of the weights hold the share of one step only, the "
        "one your walk met last.",
        "Does each step add to dWx, dWh and db, or write over them?",
        SUM,
    ),
    (
        "old-state-one-late",
        {"before": lambda t, h0, H: H[:, t]},
        "{right: all but dWh} in dWh each step's blame is paired with the state it made, "
        "not with the one it found.",
        "Which state did Wh multiply in step t?",
        "Step t reads the state of step t - 1, and step 0 reads h0.",
    ),
    (
        "start-ignored",
        {"before": lambda t, h0, H: H[:, t - 1] if t > 0 else 0 * h0},
        "{right: all but dWh} the first step's share of dWh is missing, as if h0 were 0.",
        "Which state did the first step find?",
        "Step 0 reads h0: its share of dWh is h0 turned times its blame.",
    ),
    (
        "end-for-start",
        {"before": lambda t, h0, H: H[:, t - 1]},
        "{right: all but dWh} for the first step the index t - 1 is -1, which is the last state.",
        "What is H[:, t - 1] at t = 0?",
        "Step 0 reads h0, which is not in H.",
    ),
    (
        "walked-forward",
        {"order": iter},
        "You walk from the first step to the last: the blame of a step is passed on to the next "
        "one, and not to the one before.",
        "From where does h_t receive blame besides its own, and has that been computed yet?",
        "Blame comes from later, so the last step is first.",
    ),
    (
        "first-step-left-out",
        {"order": lambda steps: reversed(steps[1:])},
        "Your walk stops before the first step: its dX is 0, and its shares are missing.",
        "Which index does your loop meet last?",
        "Step 0 has read X[:, 0] and h0: the walk ends behind it.",
    ),
    (
        "same-blame-carried",
        {"carried": lambda dh, dh_prev: dh},
        "The last moment is right. What is carried to the step before is the blame as it arrived, "
        "before it went back through tanh and Wh.",
        "Which of the five things that a step gives back is the blame of the state before?",
        SPEAKS_TWICE,
    ),
):
    rnn_backward.mistake(_name, *_hints)(made(walked, **_changes))


def times_divided(divide):
    def backward(dH, X, h0, H, Wx, Wh):
        dX, dh0, *weights = nn.rnn_backward(dH, X, h0, H, Wx, Wh)
        return dX, dh0, *(w / divide(X) for w in weights)

    return backward


@rnn_backward.mistake(
    "later-past-the-slope",
    "The last moment is right. At earlier ones the blame from later is added behind the slope of "
    "tanh: it does not pass it.",
    "Where do the two blames of h_t meet: at h_t, or at the sum inside the tanh?",
    SPEAKS_TWICE + " Both of them then pass the slope, 1 - h_t squared.",
)
def _(dH, X, h0, H, Wx, Wh):
    da, later = np.zeros(H.shape), 0.0
    for t in reversed(range(X.shape[1])):
        da[:, t] = dH[:, t] * (1 - H[:, t] ** 2) + later
        later = da[:, t] @ Wh.T
    shares = np.einsum("ntd,nth->dh", X, da), np.einsum("ntk,nth->kh", states_before(h0, H), da)
    return da @ Wx.T, later, *shares, da.sum(axis=(0, 1))


rnn_backward.mistake(
    "averaged-over-time",
    "{right: dX, dh0} the gradients of the weights are exactly 1/{T} of what they should be.",
    "Is there a mean over the steps in the loss?",
    SUM + " A mean over time, if the loss has one, is in dH already.",
)(times_divided(lambda X: X.shape[1]))
rnn_backward.mistake(
    "averaged-over-examples",
    "{right: dX, dh0} the gradients of the weights are exactly 1/{N} of what they should be.",
    "dH carries the loss's 1/N already. What is left to do over the examples?",
    "The shares of all examples and all steps add up: sums, not means.",
)(times_divided(len))
rnn_backward.mistake(
    "blame-of-the-first-state",
    "{right: all but dh0} your dh0 is the blame of the first state, before it went back "
    "through the first step.",
    "Which state does h0 belong to: one that a step made, or the one that the first step found?",
    "dh0 is the dh_prev that step 0 sends back, after tanh and Wh.",
    part="dh0",
)(
    lambda dH, X, h0, H, Wx, Wh: (
        dH[:, 0]
        + (
            blame_at_each_step(dH, X, h0, H, Wx, Wh)[:, 1] @ Wh.T
            if X.shape[1] > 1
            else np.zeros(h0.shape)
        )
    )
)
rnn_backward.mistake(
    "start-not-blamed",
    "{right: all but dh0} your dh0 is zero.",
    "What does the walk carry when it has left the first step?",
    "What step 0 sends back as dh_prev is the blame of h0.",
    part="dh0",
)(lambda dH, X, h0, H, Wx, Wh: 0 * h0)

AGES = "At each moment the blame has an age: how many steps later it arose. Every age counts."
taken_apart(
    rnn_backward,
    "dX",
    lambda dH, X, h0, H, Wx, Wh: by_age(
        lambda dH: nn.rnn_backward(dH, X, h0, H, Wx, Wh)[0], dH, "own moment"
    ),
    AGES + " How does it come from the step after into this one, in your walk?",
    SPEAKS_TWICE,
    name="ages",
)
taken_apart(
    rnn_backward,
    "dh0",
    lambda dH, X, h0, H, Wx, Wh: by_age(
        lambda dH: nn.rnn_backward(dH, X, h0, H, Wx, Wh)[1], dH, "before the first"
    ),
    "What does your walk hold when it has left the first step?",
    "What step 0 sends back as dh_prev is the blame of h0.",
    name="ages",
)


def weights_by_moment(exercise, backward_blame):
    """Tell dWx, dWh and db of an exercise by the steps whose shares are in them."""
    for part, pairs in (("dWx", "X"), ("dWh", "states"), ("db", None)):

        def shares(pairs=pairs, **given):
            da = backward_blame(**given)
            before = states_before(given["h0"], given["H"])
            left = {"X": given["X"], "states": before}.get(pairs)
            return by_moment(
                da[:, t].sum(axis=0) if left is None else left[:, t].T @ da[:, t]
                for t in range(da.shape[1])
            )

        taken_apart(
            exercise,
            part,
            shares,
            "Does every step of your walk leave its share, once?",
            SUM,
            name="moments",
        )


weights_by_moment(rnn_backward, blame_at_each_step)
