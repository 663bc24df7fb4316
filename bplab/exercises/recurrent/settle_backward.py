"""settle_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.recurrent.sequences import CHAPTER
from bplab.exercises.recurrent.settle import feedback
from bplab.exercises.taken_apart import taken_apart

settle_backward = Exercise(
    "settle_backward",
    CHAPTER,
    nn.settle_backward,
    returns=("dx", "dW", "dU", "db"),
    points=4,
    shapes={"da": "N H", "a": "N H", "x": "N D", "W": "H H", "U": "D H"},
    rtol=1e-6,
    achieved="You have the gradient at the state of rest without storing the way to it.",
)


@settle_backward.paper
def _(rng):
    for N, D, H in ((6, 3, 5), (7, 2, 4), (8, 5, 3)):
        given = feedback(rng, N, D, H)
        a = nn.settle(**given)
        given.pop("b")
        yield {"da": rng.normal(size=(N, H)), "a": a, **given}


def rounds(da, turn, count=400):
    """Blame after so many rounds of e = turn(e), or when none of it moves any more."""
    e = da
    for _ in range(count):
        before, e = e, turn(e)
        if np.max(np.abs(e - before)) <= 1e-15 * np.max(np.abs(e)):
            break
    return e


def back(
    turn=lambda e, da, s, W: da + (e * s) @ W.T,
    count=400,
    end=lambda e, da, s: e * s,
    slope=lambda a: 1 - a**2,
    dW=lambda dz, a, x: a.T @ dz,
    dU=lambda dz, a, x: x.T @ dz,
    db=lambda dz: dz.sum(axis=0),
):
    def backward(da, a, x, W, U):
        with np.errstate(all="ignore"):
            s = slope(a)
            dz = end(rounds(da, lambda e: turn(e, da, s, W), count), da, s)
        return dz @ U.T, dW(dz, a, x), dU(dz, a, x), db(dz)

    return backward


ROUND = (
    "Every a feeds every other, so its blame comes back: e = da + (e * slope) @ W turned, again "
    "and again, until it settles. Then e * slope is the blame at the sum, and all four start there."
)
for _name, _changes, _observed, _look, _derive in (
    (
        "no-feedback",
        {"count": 0},
        "The blame goes straight down in yours, as if a fed nothing: it never comes round.",
        "Where does a go, besides into the loss?",
        ROUND,
    ),
    (
        "one-round",
        {"count": 1},
        "The blame goes round once in yours, and is left there.",
        "Once blamed for what it fed, does a unit not pass that on as well?",
        ROUND,
    ),
    (
        "weights-not-turned",
        {"turn": lambda e, da, s, W: da + (e * s) @ W},
        "The blame goes round through W the same way as the signal did.",
        "W is square, so nothing complains. Which of its indices is the sender?",
        ROUND,
    ),
    (
        "slope-missing-in-the-round",
        {"turn": lambda e, da, s, W: da + e @ W.T},
        "On its way round the blame does not pass the slope of tanh; only at the end it does.",
        "What stands between a and the sum that W is in?",
        ROUND,
    ),
    (
        "slope-behind-the-weights",
        {"turn": lambda e, da, s, W: da + (e @ W.T) * s},
        "On its way round the blame goes through W first and takes the slope behind it: the slope "
        "of the unit that it reaches, where that of the unit it comes from belongs.",
        "Going back from an a: which comes first, its own tanh or W?",
        "The blame at a passes a's own tanh, down to the sum, and only there begins W. " + ROUND,
    ),
    (
        "slope-behind-the-weights-not-turned",
        {"turn": lambda e, da, s, W: da + (e @ W) * s},
        "Your blame goes round through W the same way as the signal did, and takes the slope "
        "behind it: that is what the transpose of the right system gives.",
        "Which index of W is the sender, and whose slope does the blame of a unit pass?",
        "The blame at a passes a's own tanh, down to the sum, and only there begins W. " + ROUND,
    ),
    (
        "slope-at-the-start-only",
        {"turn": lambda e, da, s, W: da * s + e @ W.T, "end": lambda e, da, s: e},
        "The slope meets da once; what comes round through W does not pass it again.",
        "What does the blame pass each time it reaches a unit?",
        ROUND,
    ),
    (
        "slope-missing-on-da",
        {"turn": lambda e, da, s, W: da + (e @ W.T) * s, "end": lambda e, da, s: e},
        "What comes round passes the slope of tanh; da itself goes down to the sum without it.",
        "What stands between a and the sum, for the blame from the loss as for all other?",
        ROUND,
    ),
    (
        "slope-missing-at-the-end",
        {"end": lambda e, da, s: e},
        "The blame has settled, but you use it as it stands at a: the last slope, down to the sum, "
        "is missing.",
        "Where are x, W, U and b: before the tanh, or after it?",
        ROUND,
    ),
    (
        "slope-twice-at-the-end",
        {"end": lambda e, da, s: e * s * s},
        "The blame has settled; the slope at the end, from a down to the sum, is taken twice.",
        "What has settled in your loop: the blame at a, or the blame at the sum?",
        ROUND,
    ),
    (
        "slope-forgotten",
        {"slope": lambda a: np.ones(a.shape)},
        "The slope of tanh is nowhere in it.",
        "What stands between the sum and a?",
        ROUND,
    ),
    (
        "slope-at-the-state",
        {"slope": lambda a: 1 - np.tanh(a) ** 2},
        "Your slope is taken at a, which has been through tanh already.",
        "1 minus what squared is the slope of tanh, if a has come out of it?",
        "a = tanh(z): the slope at z is 1 - a squared. " + ROUND,
    ),
    (
        "square-forgotten",
        {"slope": lambda a: 1 - a},
        "Your slope is 1 - a: the square is missing.",
        "What is the slope of tanh where a = -0.5?",
        "a = tanh(z): the slope at z is 1 - a squared. " + ROUND,
    ),
    (
        "sign-of-the-round",
        {"turn": lambda e, da, s, W: da - (e * s) @ W.T},
        "The blame that comes round is taken away; it is added.",
        "Look at the sign between da and what comes round.",
        ROUND,
    ),
    (
        "direct-forgotten",
        {"end": lambda e, da, s: (e - da) * s},
        "Only what came round is in it; the blame that goes straight down is missing.",
        "What does a unit owe to the loss itself?",
        ROUND,
    ),
    (
        "averaged",
        {
            "dW": lambda dz, a, x: a.T @ dz / len(x),
            "dU": lambda dz, a, x: x.T @ dz / len(x),
            "db": lambda dz: dz.mean(axis=0),
        },
        "{right: dx} the gradients of the weights are exactly 1/{N} of what they should be.",
        "da carries the loss's 1/N already. What is left to do over the rows?",
        "The shares of all {N} examples add up: sums, not means.",
    ),
    (
        "bias-averaged",
        {"db": lambda dz: dz.mean(axis=0)},
        "{right: dx, dW, dU} db is exactly 1/{N} of what it should be.",
        "da carries the loss's 1/N already. What is left to do over the rows?",
        "b is added in every row, so the shares of all rows add up.",
    ),
    (
        "weights-gradient-turned",
        {"dW": lambda dz, a, x: dz.T @ a},
        "{right: dx, dU, db} dW is turned: its rows and columns have changed places.",
        "W is square, so nothing complains. Which index of dW is the sender?",
        "Entry (i, j) pairs a of unit i with the blame of unit j: a turned comes first.",
    ),
    (
        "weights-from-zeros",
        {"dW": lambda dz, a, x: 0 * (a.T @ dz)},
        "{right: dx, dU, db} dW is zero.",
        "What did W multiply, once the network had settled?",
        "At the fixed point W multiplies a itself: dW is a turned times the blame at the sum.",
    ),
    (
        "weights-from-da",
        {"dW": lambda dz, a, x: a.T @ (dz / (1 - a**2))},
        "{right: dx, dU, db} dW is made from the blame at a, before the last slope.",
        "Which gradient arrives at the sum that W is in?",
        ROUND,
    ),
):
    settle_backward.mistake(_name, _observed, _look, _derive)(made(back, **_changes))


def by_round(through):
    def terms(da, a, x, W, U):
        s = 1 - a**2
        roads, part = {"the blame that goes straight down": da}, da
        for often in ("once", "twice", "three times", "four times", "five times"):
            part = (part * s) @ W.T
            roads[f"the blame that has gone round {often}"] = part
        whole = rounds(da, lambda e: da + (e * s) @ W.T)
        roads["the blame that has gone round more often"] = whole - sum(roads.values())
        return {words: through(e * s, a, x, U) for words, e in roads.items()}

    return terms


for _part, _through in (
    ("dx", lambda dz, a, x, U: dz @ U.T),
    ("dW", lambda dz, a, x, U: a.T @ dz),
    ("dU", lambda dz, a, x, U: x.T @ dz),
    ("db", lambda dz, a, x, U: dz.sum(axis=0)),
):
    taken_apart(
        settle_backward,
        _part,
        by_round(_through),
        "Follow the blame of one unit: straight down, and along W to the units that fed it.",
        ROUND,
        name="rounds",
    )
