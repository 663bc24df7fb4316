"""lstm_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.recurrent.lstm_forward import gated_stretch
from bplab.exercises.recurrent.lstm_step_backward import lstm_step_backward
from bplab.exercises.recurrent.rnn_backward import SUM
from bplab.exercises.recurrent.sequences import CHAPTER, SIZES, by_age, by_moment
from bplab.exercises.taken_apart import taken_apart

lstm_backward = Exercise(
    "lstm_backward",
    CHAPTER,
    nn.lstm_backward,
    returns=("dX", "dh0", "dc0", "dWx", "dWh", "db"),
    points=4,
    shapes={"dH": "N T H", "X": "N T D", "h0": "N H", "c0": "N H", "H": "N T H"},
    built_on=(lstm_step_backward,),
    achieved="Blame travels far back in time along the memory, where a plain network loses it.",
)


@lstm_backward.paper
def _(rng):
    for N, T, D, H in SIZES:
        given = gated_stretch(rng, N, T, D, H)
        states, memories = nn.lstm_forward(**given)
        weights = {name: given.pop(name) for name in ("Wx", "Wh", "b")}
        yield {"dH": rng.normal(size=(N, T, H)), **given, "H": states, "C": memories, **weights}


STEP = nn.lstm_step_backward  # a name of its own, which a mistaken step can stand in for


def walk(
    dH,
    X,
    h0,
    c0,
    H,
    C,
    Wx,
    Wh,
    b,
    join=lambda own, later: own + later,
    gather=lambda total, share: total + share,
    before=lambda t, h0, c0, H, C: (H[:, t - 1], C[:, t - 1]) if t > 0 else (h0, c0),
    carried=lambda dh, dc: (dh, dc),
    taken=lambda dh, dc: (dh, dc),
    order=reversed,
):
    dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
    totals = [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(b))]
    for t in order(range(X.shape[1])):
        dh, dc = taken(dh, dc)
        dX[:, t], dh, dc, *shares = STEP(
            join(dH[:, t], dh), dc, X[:, t], *before(t, h0, c0, H, C), Wx, Wh, b
        )
        dh, dc = carried(dh, dc)
        totals = [gather(total, share) for total, share in zip(totals, shares, strict=True)]
    return dX, dh, dc, *totals


def walked(**changes):
    """`walk` with these changes, as a solution."""
    return lambda *given: walk(*given, **changes)


TWICE = (
    "Blame comes from later on two roads: dh_prev joins the moment's own dH, and dc_prev is the dc "
    "of the step before."
)
for _name, _changes, *_hints in (
    (
        "memory-blame-dropped",
        {"carried": lambda dh, dc: (dh, 0 * dc)},
        "The last moment is right. The blame that comes from later along the memory is dropped at "
        "every step: the LSTM's long road is closed.",
        "Which of the things that a step gives back is the dc of the step before?",
        TWICE,
    ),
    (
        "memory-blame-not-taken",
        {"taken": lambda dh, dc: (dh, 0 * dc)},
        "The last moment is right. What a step sends back to the memory before it is not handed to "
        "that step as its dc: the LSTM's long road is closed.",
        "Which of the things that a step gives back is the dc of the step before?",
        TWICE,
    ),
    (
        "memory-blame-twice",
        {"taken": lambda dh, dc: (dh, 2 * dc)},
        "The last moment is right. The blame that comes from later along the memory counts twice "
        "at every step.",
        "How often does the memory of one step go into the next?",
        TWICE,
    ),
    (
        "state-blame-twice",
        {"taken": lambda dh, dc: (2 * dh, dc)},
        "The last moment is right. The blame that comes from later along the state counts twice at "
        "every step.",
        "How often does the state of one step go into the next?",
        TWICE,
    ),
    (
        "memory-blamed-from-outside",
        {"taken": lambda dh, dc: (dh, dc + dh)},
        "The last moment is right. What is sent back to a state is added to the blame of its "
        "memory, too.",
        "Which of the two does Wh send its blame to?",
        TWICE,
    ),
    (
        "crossed-before",
        {"before": lambda t, h0, c0, H, C: (C[:, t - 1], H[:, t - 1]) if t > 0 else (c0, h0)},
        "Your steps take the memory for the state that they found, and the state for the memory.",
        "In which order does a step take h_prev and c_prev?",
        "Step t finds H and C of step t - 1, in this order, and step 0 finds h0 and c0.",
    ),
    (
        "state-blame-dropped",
        {"join": lambda own, later: own},
        "The last moment is right. The blame that comes from later along the state is not added to "
        "dH.",
        "Which roads lead from h_t to the loss?",
        TWICE,
    ),
    (
        "nothing-from-later",
        {"join": lambda own, later: own, "carried": lambda dh, dc: (dh, 0 * dc)},
        "The last moment is right. Nothing comes from later at the others: neither along the state "
        "nor along the memory.",
        "Which two things does a step give back for the step before?",
        TWICE,
    ),
    (
        "own-overwritten",
        {"join": lambda own, later: later if np.any(later) else own},
        "The last moment is right. At earlier ones only the blame from later is there: their own "
        "dH is not in it.",
        "Is dH of every moment used? And is the blame that comes from later added to it, or put in "
        "its place?",
        TWICE,
    ),
    (
        "last-share-only",
        {"gather": lambda total, share: share},
        "{right: dX, dh0, dc0} the gradients of the weights hold one step's share only.",
        "Does each step add to dWx, dWh and db, or write over them?",
        SUM,
    ),
    (
        "found-what-it-made",
        {"before": lambda t, h0, c0, H, C: (H[:, t], C[:, t])},
        "Your steps are told that they found the state and the memory that they made.",
        "What did step t find on the way up: index t, or t - 1?",
        "Step t finds H and C of step t - 1, and step 0 finds h0 and c0.",
    ),
    (
        "memory-it-made",
        {"before": lambda t, h0, c0, H, C: (H[:, t - 1] if t > 0 else h0, C[:, t])},
        "Your steps find the right state, but the memory that they themselves made.",
        "What did step t find on the way up: index t, or t - 1?",
        "Step t finds H and C of step t - 1, and step 0 finds h0 and c0.",
    ),
    (
        "memory-it-made-but-for-the-first",
        {"before": lambda t, h0, c0, H, C: (H[:, t - 1], C[:, t]) if t > 0 else (h0, c0)},
        "Your first step finds what it should. Later ones find the right state, but the memory "
        "that they themselves made.",
        "What did step t find on the way up: index t, or t - 1?",
        "Step t finds H and C of step t - 1, and step 0 finds h0 and c0.",
    ),
    (
        "start-ignored",
        {
            "before": lambda t, h0, c0, H, C: (
                (H[:, t - 1], C[:, t - 1]) if t > 0 else (0 * h0, 0 * c0)
            )
        },
        "Your first step is told that it found zeros: h0 and c0 are not in it.",
        "What did the first step find on the way up?",
        "Step 0 finds h0 and c0.",
    ),
    (
        "end-for-start",
        {"before": lambda t, h0, c0, H, C: (H[:, t - 1], C[:, t - 1])},
        "For the first step the index t - 1 is -1: it is told that it found the end.",
        "What is H[:, t - 1] at t = 0?",
        "Step 0 finds h0 and c0, which are not in H and C.",
    ),
    (
        "walked-forward",
        {"order": iter},
        "You walk from the first step to the last: the blame of a step is passed on to the next.",
        "From where does h_t receive blame besides its own, and has that been computed yet?",
        "Blame comes from later, so the last step is first.",
    ),
    (
        "first-step-left-out",
        {"order": lambda steps: reversed(steps[1:])},
        "Your walk stops before the first step: its dX is 0, and its shares are missing.",
        "Which index does your loop meet last?",
        "Step 0 has read X[:, 0], h0 and c0: the walk ends behind it.",
    ),
    (
        "carried-crosswise",
        {"carried": lambda dh, dc: (dc, dh)},
        "The last moment is right. After it the blame of state and memory change places at every "
        "step.",
        "In which order does a step give dh_prev and dc_prev back?",
        TWICE,
    ),
):
    lstm_backward.mistake(_name, *_hints)(made(walked, **_changes))


def divided(by):
    def backward(dH, X, *rest):
        dX, dh0, dc0, *weights = nn.lstm_backward(dH, X, *rest)
        return dX, dh0, dc0, *(w / by(X) for w in weights)

    return backward


lstm_backward.mistake(
    "averaged-over-time",
    "{right: dX, dh0, dc0} the gradients of the weights are exactly 1/{T} of what they should be.",
    "Is there a mean over the steps in the loss?",
    SUM,
)(divided(lambda X: X.shape[1]))
lstm_backward.mistake(
    "averaged-over-examples",
    "{right: dX, dh0, dc0} the gradients of the weights are exactly 1/{N} of what they should be.",
    "dH carries the loss's 1/N already. What is left to do over the examples?",
    "The shares of all examples and all steps add up: sums, not means.",
)(divided(len))
lstm_backward.mistake(
    "starts-swapped",
    "dh0 and dc0 have changed places in what you return; the others are right.",
    "In which order does the exercise ask for them?",
    "dX, dh0, dc0, dWx, dWh, db.",
)(
    lambda *given: (lambda dX, dh0, dc0, *weights: (dX, dc0, dh0, *weights))(
        *nn.lstm_backward(*given)
    )
)

for _part, _at in (("dX", 0), ("dh0", 1), ("dc0", 2)):
    taken_apart(
        lstm_backward,
        _part,
        lambda dH, at=_at, **given: by_age(
            lambda dH: nn.lstm_backward(dH, **given)[at],
            dH,
            "own moment" if at == 0 else "before the first",
        ),
        "At each moment the blame has an age: how many steps later it arose. Every age counts, and "
        "comes along both roads.",
        TWICE,
        name="ages",
    )


def _shares(dH, X, h0, c0, H, C, Wx, Wh, b):
    found, dh, dc = [], np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(X.shape[1])):
        h, c = (H[:, t - 1], C[:, t - 1]) if t > 0 else (h0, c0)
        _, dh, dc, *weights = nn.lstm_step_backward(dH[:, t] + dh, dc, X[:, t], h, c, Wx, Wh, b)
        found.append(weights)
    return found[::-1]


for _part, _at in (("dWx", 0), ("dWh", 1), ("db", 2)):
    taken_apart(
        lstm_backward,
        _part,
        lambda at=_at, **given: by_moment(shares[at] for shares in _shares(**given)),
        "Does every step of your walk leave its share, once?",
        SUM,
        name="moments",
    )
