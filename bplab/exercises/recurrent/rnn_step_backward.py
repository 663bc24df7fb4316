"""rnn_step_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.sequences import CHAPTER, moment

rnn_step_backward = Exercise(
    "rnn_step_backward",
    CHAPTER,
    nn.rnn_step_backward,
    returns=("dx", "dh_prev", "dWx", "dWh", "db"),
    points=3,
    shapes={"dh": "N H", "x": "N D", "h_prev": "N H", "h": "N H", "Wx": "D H", "Wh": "H H"},
    achieved="Blame goes back through one step; through time it goes by repeating this.",
)


@rnn_step_backward.paper
def _(rng):
    for N, D, H in ((6, 3, 4), (7, 5, 2), (8, 2, 6)):
        given = moment(rng, N, D, H)
        h = nn.rnn_step_forward(**given)
        given.pop("b")
        weights = {name: given.pop(name) for name in ("Wx", "Wh")}
        yield {"dh": rng.normal(size=(N, H)), **given, "h": h, **weights}


def back(
    slope=lambda dh, h, h_prev: dh * (1 - h**2),
    dx=lambda da, dh, Wx, Wh: da @ Wx.T,
    dh_prev=lambda da, dh, Wx, Wh: da @ Wh.T,
    dWx=lambda da, dh, x, h_prev, h: x.T @ da,
    dWh=lambda da, dh, x, h_prev, h: h_prev.T @ da,
    db=lambda da, dh: da.sum(axis=0),
):
    def backward(dh, x, h_prev, h, Wx, Wh):
        da = slope(dh, h, h_prev)
        return (
            dx(da, dh, Wx, Wh),
            dh_prev(da, dh, Wx, Wh),
            dWx(da, dh, x, h_prev, h),
            dWh(da, dh, x, h_prev, h),
            db(da, dh),
        )

    return backward


SLOPE = (
    "h = tanh(a): the blame at a is dh times 1 - h squared, entry by entry. All five start there."
)
for _name, _changes, _observed, _look, _derive in (
    (
        "slope-forgotten",
        {"slope": lambda dh, h, h_prev: dh + 0.0},
        "The slope of tanh is missing: all five are made from dh itself.",
        "What stands between the sum a and the state h?",
        SLOPE,
    ),
    (
        "slope-at-the-state",
        {"slope": lambda dh, h, h_prev: dh * (1 - np.tanh(h) ** 2)},
        "The slope is taken at h, which has been through tanh already.",
        "1 minus what squared is the slope of tanh at a, if h = tanh(a)?",
        SLOPE,
    ),
    (
        "square-forgotten",
        {"slope": lambda dh, h, h_prev: dh * (1 - h)},
        "Your slope is 1 - h: the square is missing.",
        "What is the slope of tanh where h = -0.5?",
        SLOPE,
    ),
    (
        "bracket-squared",
        {"slope": lambda dh, h, h_prev: dh * (1 - h) ** 2},
        "Your slope is (1 - h) squared: the square stands outside the bracket.",
        "What is 1 - h squared, and what is (1 - h) squared, for h = -0.5?",
        SLOPE,
    ),
    (
        "slope-of-sigmoid",
        {"slope": lambda dh, h, h_prev: dh * h * (1 - h)},
        "Your slope is h(1 - h): that is the sigmoid's.",
        "Differentiate tanh: what is its slope in terms of h?",
        SLOPE,
    ),
    (
        "slope-at-the-old-state",
        {"slope": lambda dh, h, h_prev: dh * (1 - h_prev**2)},
        "The slope is taken at h_prev, the state that came in.",
        "Which of the two states came out of this tanh?",
        SLOPE,
    ),
    (
        "upstream-ignored",
        {"slope": lambda dh, h, h_prev: 1 - h**2},
        "All five are made from the slope alone: dh is not in them.",
        "Where does dh go in your function?",
        SLOPE,
    ),
    (
        "value-for-slope",
        {"slope": lambda dh, h, h_prev: dh * h},
        "dh is multiplied by h, the value of tanh, where its slope belongs.",
        "What is the derivative of tanh, and what is tanh?",
        SLOPE,
    ),
    (
        "weights-not-turned",
        {"dh_prev": lambda da, dh, Wx, Wh: da @ Wh},
        "{right: dx, dWx, dWh, db} in dh_prev the blame goes through Wh the way the signal did.",
        "Wh is square, so nothing complains. Which of its indices is the sender?",
        "a_j = sum over i of h_i W_ij: unit i is blamed along row i of Wh, so Wh is turned.",
    ),
    (
        "dx-without-slope",
        {"dx": lambda da, dh, Wx, Wh: dh @ Wx.T},
        "{right: all but dx} dx is made from dh, without the slope of tanh.",
        "Which gradient goes back through Wx: dh, or da?",
        SLOPE,
    ),
    (
        "dh-prev-without-slope",
        {"dh_prev": lambda da, dh, Wx, Wh: dh @ Wh.T},
        "{right: all but dh_prev} dh_prev is made from dh, without the slope of tanh.",
        "Which gradient goes back through Wh: dh, or da?",
        SLOPE,
    ),
    (
        "past-the-step",
        {"dh_prev": lambda da, dh, Wx, Wh: dh + da @ Wh.T},
        "{right: all but dh_prev} in dh_prev dh is added, as if the old state went past the step.",
        "How often does h_prev stand in h = tanh(x @ Wx + h_prev @ Wh + b)?",
        "There is one road from h_prev to h, through Wh and tanh. Nothing goes past it.",
    ),
    (
        "new-state-for-old",
        {"dWh": lambda da, dh, x, h_prev, h: h.T @ da},
        "{right: all but dWh} dWh pairs the blame with h, the state that came out.",
        "Which state did Wh multiply?",
        "Wh multiplied h_prev: dWh is h_prev turned times the blame at a.",
    ),
    (
        "dwh-turned",
        {"dWh": lambda da, dh, x, h_prev, h: da.T @ h_prev},
        "{right: all but dWh} dWh is turned: its rows and columns have changed places.",
        "Wh is square, so nothing complains. Which index of dWh is the sender?",
        "Entry (i, j) pairs h_prev of unit i with the blame of unit j: h_prev turned comes first.",
    ),
    (
        "averaged",
        {
            "dWx": lambda da, dh, x, h_prev, h: x.T @ da / len(x),
            "dWh": lambda da, dh, x, h_prev, h: h_prev.T @ da / len(x),
            "db": lambda da, dh: da.mean(axis=0),
        },
        "{right: dx, dh_prev} the gradients of the weights are 1/{N} of what they should be.",
        "dh carries the loss's 1/N already. What is left to do over the rows?",
        "The shares of all {N} examples add up: sums, not means.",
    ),
    (
        "bias-averaged",
        {"db": lambda da, dh: da.mean(axis=0)},
        "{right: all but db} db is exactly 1/{N} of what it should be.",
        "dh carries the loss's 1/N already. What is left to do over the rows?",
        "b is added in every row, so the shares of all rows add up: one sum, no division.",
    ),
    (
        "bias-without-slope",
        {"db": lambda da, dh: dh.sum(axis=0)},
        "{right: all but db} db is made from dh, without the slope of tanh.",
        "Is b added before the tanh or after it?",
        SLOPE,
    ),
    (
        "weights-without-slope",
        {
            "dWx": lambda da, dh, x, h_prev, h: x.T @ dh,
            "dWh": lambda da, dh, x, h_prev, h: h_prev.T @ dh,
        },
        "{right: dx, dh_prev, db} dWx and dWh are made from dh, without the slope of tanh.",
        "Which gradient arrives where Wx and Wh are: dh, or da?",
        SLOPE,
    ),
):
    rnn_step_backward.mistake(_name, _observed, _look, _derive)(made(back, **_changes))

other_formulas(
    rnn_step_backward,
    "dh_prev",
    (
        "blame-unchanged",
        lambda dh, x, h_prev, h, Wx, Wh: dh * (1 - h**2),
        "Your dh_prev is the blame at a itself: it has not gone back through Wh.",
        "What stands between h_prev and the sum a?",
        "dh_prev is the blame at a times Wh turned.",
    ),
    (
        "old-slope-too",
        lambda dh, x, h_prev, h, Wx, Wh: (dh * (1 - h**2)) @ Wh.T * (1 - h_prev**2),
        "In your dh_prev the slope of the step before is multiplied in already.",
        "Where does this step end, and where does the one before begin?",
        "dh_prev is what arrives at h_prev. Its own tanh belongs to the step that made it.",
    ),
    (
        "slope-after-the-weights",
        lambda dh, x, h_prev, h, Wx, Wh: (dh @ Wh.T) * (1 - h**2),
        "In your dh_prev the slope is multiplied in after Wh; on the way back it comes before.",
        "In which order did the signal pass Wh and tanh?",
        "First Wh, then tanh on the way up; so first the slope of tanh, then Wh on the way down.",
    ),
)
