"""truncated_rnn_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, made
from bplab.exam.compare import close
from bplab.exam.diagnosis.words import joined
from bplab.exercises.recurrent.rnn_backward import (
    SPEAKS_TWICE,
    SUM,
    rnn_backward,
    unrolled,
    weights_by_moment,
)
from bplab.exercises.recurrent.sequences import CHAPTER, blame_at_each_step, by_age
from bplab.exercises.taken_apart import taken_apart

truncated_rnn_backward = Exercise(
    "truncated_rnn_backward",
    CHAPTER,
    nn.truncated_rnn_backward,
    returns=("dX", "dWx", "dWh", "db"),
    points=3,
    shapes={"dH": "N T H", "X": "N T D", "h0": "N H", "H": "N T H", "Wx": "D H", "Wh": "H H"},
    built_on=(rnn_backward,),
    achieved="Long sequences are learned in pieces, and only a piece has to be kept.",
)


@truncated_rnn_backward.paper
def _(rng):
    for sizes, steps in (
        ((6, 7, 3, 4), 3),
        ((7, 5, 4, 3), 2),
        ((8, 6, 2, 5), 3),
        ((6, 4, 3, 5), 1),
        ((7, 3, 2, 4), 8),
    ):
        yield {**unrolled(rng, *sizes), "steps": steps}


def in_stretches(
    dH,
    X,
    h0,
    H,
    Wx,
    Wh,
    steps,
    starts=lambda T, steps: range(0, T, steps),
    before=lambda start, h0, H: H[:, start - 1] if start > 0 else h0,
    ends=lambda start, end, T, steps: end,
    gather=lambda total, share: total + share,
):
    """The stretches, cut elsewhere, begun from another state, ended or gathered otherwise."""
    T = X.shape[1]
    dX, totals = np.zeros(X.shape), [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))]
    cuts = [*starts(T, steps), T]
    for start, end in zip(cuts[:-1], cuts[1:], strict=True):
        part = slice(start, ends(start, end, T, steps))
        if part.stop <= start:
            continue
        dX[:, part], _, *shares = nn.rnn_backward(
            dH[:, part], X[:, part], before(start, h0, H), H[:, part], Wx, Wh
        )
        totals = [gather(total, share) for total, share in zip(totals, shares, strict=True)]
    return dX, *totals


def stretched(**changes):
    """`in_stretches` with these changes, as a solution."""
    return lambda dH, X, h0, H, Wx, Wh, steps: in_stretches(dH, X, h0, H, Wx, Wh, steps, **changes)


CUT = "No blame crosses a cut, but the state does: a stretch begins with the H of the step before."
for _name, _changes, *_hints in (
    (
        "cut-from-the-end",
        {
            "starts": lambda T, steps: (
                [0, *range(T % steps or steps, T, steps)] if T > steps else [0]
            )
        },
        "Your cuts are counted from the end: where {steps} does not divide the length, the first "
        "stretch is the short one.",
        "From which end is time cut? Which stretch may be shorter?",
        "Cuts stand at steps, 2 steps, 3 steps, ... counted from the beginning; the rest is last.",
    ),
    (
        "state-cut-too",
        {"before": lambda start, h0, H: h0 if start == 0 else 0 * h0},
        "{right: dX} your stretches after the first begin from zeros: the state is cut as well.",
        "What did the first step of a stretch really find on the way up?",
        CUT + " Its share of dWh counts.",
    ),
    (
        "start-at-every-cut",
        {"before": lambda start, h0, H: h0},
        "{right: dX} all your stretches begin with h0.",
        "What did the first step of a later stretch really find on the way up?",
        CUT + " Only the first stretch begins with h0.",
    ),
    (
        "state-of-the-cut",
        {"before": lambda start, h0, H: H[:, start] if start > 0 else h0},
        "{right: dX} your later stretches begin with the state that their own first step makes.",
        "Which index has the state that step t finds?",
        CUT + " Step t finds H[:, t - 1].",
    ),
    (
        "end-for-start",
        {"before": lambda start, h0, H: H[:, start - 1]},
        "{right: dX} the first stretch begins with the last state: at 0 the index start - 1 is -1.",
        "What is H[:, start - 1] at start = 0?",
        CUT + " The first stretch begins with h0, which is not in H.",
    ),
    (
        "last-of-each-left-out",
        {"ends": lambda start, end, T, steps: end - 1 if end < T else end},
        "The last moment of each stretch that ends at a cut is left out: its dX is 0, and its "
        "shares are missing.",
        "Which moments does your slice of a stretch hold: where does it end?",
        "A slice stops before its second number: start to start + steps is `steps` moments.",
    ),
    (
        "last-of-every-one-left-out",
        {"ends": lambda start, end, T, steps: end - 1},
        "The last moment of every stretch is left out: its dX is 0, and its shares are missing.",
        "Which moments does your slice of a stretch hold: where does it end?",
        "A slice stops before its second number: start to start + steps is `steps` moments.",
    ),
    (
        "last-of-the-full-ones-left-out",
        {"ends": lambda start, end, T, steps: min(start + steps - 1, end)},
        "The last moment of each full stretch is left out: its dX is 0, and its shares are "
        "missing.",
        "Which moments does your slice of a stretch hold: where does it end?",
        "A slice stops before its second number: start to start + steps is `steps` moments.",
    ),
    (
        "first-stretch-left-out",
        {"starts": lambda T, steps: range(steps, T, steps)},
        "The first stretch is not walked: its dX is 0, and its shares are missing.",
        "Where does your loop over the stretches begin?",
        "Moments 0 to steps - 1 are the first stretch.",
    ),
    (
        "one-cut-late",
        {"starts": lambda T, steps: range(0, T, steps + 1)},
        "Your stretches have {steps} + 1 steps.",
        "How many steps lie between two of your cuts?",
        "A stretch has `steps` moments: 0 to steps - 1, then steps to 2 steps - 1, and so on.",
    ),
    (
        "first-cut-early",
        {"starts": lambda T, steps: [0, *range(steps - 1 or steps, T, steps)]},
        "All your cuts stand one step too early: the first stretch has {steps} - 1 steps.",
        "Which moment is the first of your second stretch?",
        "Moments 0 to steps - 1 are the first stretch: the second begins at moment `steps`.",
    ),
    (
        "first-cut-late",
        {"starts": lambda T, steps: [0, *range(steps + 1, T, steps)]},
        "All your cuts stand one step too late: the first stretch has {steps} + 1 steps.",
        "Which moment is the first of your second stretch?",
        "Moments 0 to steps - 1 are the first stretch: the second begins at moment `steps`.",
    ),
    (
        "one-cut-only",
        {"starts": lambda T, steps: [0, steps] if steps < T else [0]},
        "Only one cut is made, after the first {steps} steps; the rest is one stretch.",
        "How many stretches are there in a sequence of 3 times `steps` moments?",
        "Cuts stand at steps, 2 steps, 3 steps, ... to the end.",
    ),
):
    truncated_rnn_backward.mistake(_name, *_hints)(made(stretched, **_changes))


@truncated_rnn_backward.mistake(
    "not-truncated",
    "Nothing is cut: your blame goes all the way back.",
    "Where does `steps` come into your function?",
    CUT,
)
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, _, *weights = nn.rnn_backward(dH, X, h0, H, Wx, Wh)
    return dX, *weights


def _from(start, dH, X, h0, H, Wx, Wh):
    """What is walked from one moment to the last, and nothing before it."""
    dX = np.zeros(X.shape)
    before = H[:, start - 1] if start > 0 else h0
    dX[:, start:], _, *weights = nn.rnn_backward(
        dH[:, start:], X[:, start:], before, H[:, start:], Wx, Wh
    )
    return dX, *weights


@truncated_rnn_backward.mistake(
    "last-stretch-only",
    "Only the last stretch is walked: earlier moments receive no blame at all.",
    "How many stretches does your loop go through?",
    "Every stretch is walked on its own, and all leave their shares in the gradients.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    return _from((X.shape[1] - 1) // steps * steps, dH, X, h0, H, Wx, Wh)


@truncated_rnn_backward.mistake(
    "rest-dropped",
    "The last, shorter stretch is missing: its moments receive no blame.",
    "What becomes of the steps that do not fill a whole stretch?",
    "The last stretch may be shorter, down to a single step; and `steps` may exceed the length.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    end = X.shape[1] // steps * steps
    dX = np.zeros(X.shape)
    if end == 0:
        return dX, np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    dX[:, :end], *weights = nn.truncated_rnn_backward(
        dH[:, :end], X[:, :end], h0, H[:, :end], Wx, Wh, steps
    )
    return dX, *weights


@truncated_rnn_backward.mistake(
    "window-for-each-moment",
    "You let every blame walk back {steps} steps from where it arose. Here time is cut into "
    "stretches: how far blame gets depends on where in its stretch it arises.",
    "Is there a window that moves along, or are there fixed cuts?",
    "Fixed cuts: at the first step of a stretch nothing is passed on, however young the blame.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    total = None
    for t in range(X.shape[1]):
        start = max(0, t + 1 - steps)
        part, alone = slice(start, t + 1), np.zeros(dH[:, start : t + 1].shape)
        alone[:, -1] = dH[:, t]
        before = H[:, start - 1] if start > 0 else h0
        dX, _, *weights = nn.rnn_backward(alone, X[:, part], before, H[:, part], Wx, Wh)
        whole = np.zeros(X.shape)
        whole[:, part] = dX
        found = [whole, *weights]
        total = found if total is None else [a + b for a, b in zip(total, found, strict=True)]
    return tuple(total)


truncated_rnn_backward.mistake(
    "last-stretch-counts",
    "{right: dX} the gradients of the weights hold the share of one stretch only: each stretch "
    "writes over the one before.",
    "Does each stretch add to dWx, dWh and db?",
    SUM,
)(made(stretched, gather=lambda total, share: share))


@truncated_rnn_backward.mistake(
    "averaged-over-stretches",
    "{right: dX} the gradients of the weights are divided by the number of stretches.",
    "Is there a mean over stretches in the loss?",
    SUM + " That holds over stretches, too.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, *weights = nn.truncated_rnn_backward(dH, X, h0, H, Wx, Wh, steps)
    return dX, *(w / -(-X.shape[1] // steps) for w in weights)


@truncated_rnn_backward.mistake(
    "start-blame-returned",
    "You return five things, the blame of h0 among them; four are asked.",
    "Compare what you return with the first lines of the exercise.",
    "dX, dWx, dWh, db: the blame of h0 is not asked here.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, *weights = nn.truncated_rnn_backward(dH, X, h0, H, Wx, Wh, steps)
    first = slice(0, steps)
    _, dh0, *_ = nn.rnn_backward(dH[:, first], X[:, first], h0, H[:, first], Wx, Wh)
    return dX, dh0, *weights


def inside(dH, X, h0, H, Wx, Wh, steps):
    """dX by the age of its blame, within the stretches."""
    return by_age(
        lambda dH: nn.truncated_rnn_backward(dH, X, h0, H, Wx, Wh, steps)[0], dH, "own moment"
    )


def across(dH, X, h0, H, Wx, Wh, steps):
    """What would be there besides if nothing were cut."""
    whole = nn.rnn_backward(dH, X, h0, H, Wx, Wh)[0]
    cut = nn.truncated_rnn_backward(dH, X, h0, H, Wx, Wh, steps)[0]
    return {"blame that crossed a cut": whole - cut}


@truncated_rnn_backward.tells
def _(wrong, rows):
    """Where time is cut in the learner's dX: each moment has the blame from later, or has not."""
    if wrong.name != "dX":
        return None
    found = [(_cuts(given, leaf.actual), given) for given, leaf, _ in rows]
    if any(cuts is None for cuts, _ in found):
        return None
    cuts, given = next(
        (cuts, given) for (cuts, given), row in zip(found, rows, strict=True) if row[1] is wrong
    )
    T, steps = given["X"].shape[1], given["steps"]
    due = list(range(steps, T, steps))
    return Fault(
        "cuts-elsewhere",
        f"With {T} moments and steps = {steps}, {_places(cuts, 'your time is cut')}; "
        f"{_places(due, 'it is to be cut')}.",
        "At which moment of your walk is nothing taken over from later: the last of a stretch, or "
        "the first?",
        "Cuts stand after `steps` moments, after 2 `steps`, ... counted from the beginning. Going "
        "back, the last moment of a stretch receives nothing from later; the first still does.",
    )


def _cuts(given, dX):
    """After how many moments dX is cut, ascending; None if some moment is neither way."""
    dH, H, Wx, Wh = (given[name] for name in ("dH", "H", "Wx", "Wh"))
    cuts, later = [], np.zeros(dH[:, 0].shape)
    for t in reversed(range(dH.shape[1])):
        slope = 1 - H[:, t] ** 2
        through, alone = (dH[:, t] + later) * slope, dH[:, t] * slope
        if np.all(close(through @ Wx.T, dX[:, t], 1e-7)):
            da = through
        elif np.all(close(alone @ Wx.T, dX[:, t], 1e-7)):
            da = alone
            cuts.insert(0, t + 1)
        else:
            return None
        later = da @ Wh.T
    return cuts


def _places(cuts, words):
    return f"{words} after {joined([str(cut) for cut in cuts])}" if cuts else f"{words} nowhere"


taken_apart(
    truncated_rnn_backward,
    "dX",
    inside,
    "At each moment the blame has an age, and none may cross a cut. Which ages does your walk pass "
    "on within a stretch?",
    SPEAKS_TWICE + " At the end of a stretch nothing comes from later.",
    name="ages",
    beside=across,
)


def blame_in_stretches(dH, X, h0, H, Wx, Wh, steps):
    """Blame at every pre-activation, no blame crossing a cut."""
    parts = [slice(s, s + steps) for s in range(0, X.shape[1], steps)]
    return np.concatenate(
        [blame_at_each_step(dH[:, p], X[:, p], h0, H[:, p], Wx, Wh) for p in parts], axis=1
    )


weights_by_moment(truncated_rnn_backward, blame_in_stretches)


@truncated_rnn_backward.mistake(
    "last-steps-only",
    "Only the last {steps} moments are walked: earlier ones receive no blame at all.",
    "How many stretches does your loop go through?",
    "Every stretch is walked on its own, and all leave their shares in the gradients.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    return _from(max(0, X.shape[1] - steps), dH, X, h0, H, Wx, Wh)


@truncated_rnn_backward.mistake(
    "rest-dropped-behind-others",
    "A last stretch that is shorter than the others is missing: its moments receive no blame.",
    "What becomes of the steps that do not fill a whole stretch?",
    "The last stretch may be shorter, down to a single step.",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    end = X.shape[1] // steps * steps or X.shape[1]
    dX = np.zeros(X.shape)
    dX[:, :end], *weights = nn.truncated_rnn_backward(
        dH[:, :end], X[:, :end], h0, H[:, :end], Wx, Wh, steps
    )
    return dX, *weights


def _overlapping(keep):
    def backward(dH, X, h0, H, Wx, Wh, steps):
        dX, totals = np.zeros(X.shape), None
        for start in range(0, X.shape[1], steps):
            part = slice(start, start + steps + 1)
            before = H[:, start - 1] if start > 0 else h0
            found = nn.rnn_backward(dH[:, part], X[:, part], before, H[:, part], Wx, Wh)
            dX[:, part] = keep(dX[:, part], found[0])
            weights = found[2:]
            totals = (
                weights if totals is None else [a + b for a, b in zip(totals, weights, strict=True)]
            )
        return dX, *totals

    return backward


for _name, _keep in (
    ("stretches-overlap", lambda old, new: new),
    ("stretches-overlap-and-add", lambda old, new: old + new),
):
    truncated_rnn_backward.mistake(
        _name,
        "Your stretches have a moment in common: each one is walked one moment beyond its end, "
        "where the next one begins, so that blame crosses the cut.",
        "Where does your slice of a stretch end, and where does the next one begin?",
        "A slice stops before its second number: start to start + steps is `steps` moments, and "
        "the next stretch begins where it stopped.",
    )(_overlapping(_keep))
