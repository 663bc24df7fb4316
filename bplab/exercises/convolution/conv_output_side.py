"""How many places a window has along one side."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exercises.convolution.images import CHAPTER

conv_output_side = Exercise(
    "conv_output_side",
    CHAPTER,
    nn.conv_output_side,
    returns="side",
    points=1,
    driver="sides",
    signatures=False,
    achieved="You know what size of picture comes out before a layer is built.",
)


@conv_output_side.paper
def _(rng):
    plain = [(int(side), int(K)) for K in (1, 3, 4) for side in rng.integers(K, K + 9, 2)]
    stepped, uneven = [], []
    for stride in (2, 3, 4):
        K, pad, places = (int(rng.integers(*ends)) for ends in ((2, 5), (0, 2), (3, 7)))
        side = (places - 1) * stride + K - 2 * pad
        stepped.append((side, K, stride, pad))
        uneven.append((side + int(rng.integers(1, stride)), K, stride, pad))
    K = int(rng.integers(4, 8))
    one = [(K, K), (K - 2, K, 3, 1), (K, K, 5)]
    padded = [(int(rng.integers(6, 12)), 3, 1, int(rng.integers(1, 4))) for _ in range(2)]
    # A window larger than the image; in the second the division comes out even all the same.
    too_large = [(K - 1, K), (K - 2, K), (1, 9, 4), (K - 3, K, 1, 1), (1, K + 2, 2, 0)]
    for calls in (plain, stepped + padded, one, uneven, too_large):
        yield {"calls": calls}


@conv_output_side.judge
def _(case, value):
    names = ("side", "K", "stride", "pad")
    for said, given in zip(value, case.inputs["calls"], strict=True):
        call = ", ".join(f"{n} {v}" for n, v in zip(names, given, strict=False))
        try:
            right = nn.conv_output_side(*given)
        except ValueError:
            right = "ValueError"
        fault = _fault(call, said, right)
        if fault is not None:
            return fault
    return None


def _fault(call, said, right):
    """What is to be said of one call, or None."""
    if isinstance(said, str) and said != right and right == "ValueError":
        told = f"For {call} you raise {said}; a ValueError is asked."
        return Fault("another-error", told, "Which error does the exercise name?", TWO_REASONS)
    if right == "ValueError":
        if said == right:
            return None
        shown = "nothing" if said is None else number(np.asarray(said).item())
        told = f"For {call} you return {shown}; a ValueError belongs there."
        return Fault("not-refused", told, REFUSE, TWO_REASONS)
    if isinstance(said, str):
        told = f"For {call} you raise {said}; it comes out even: {right}."
        return Fault("refused", told, REFUSE, TWO_REASONS)
    found = np.asarray(np.nan if said is None else said, dtype=float)
    if found.shape == () and found == right:
        if np.asarray(said).dtype.kind in "iu":
            return None
        told = f"For {call} you return {said}, a float; a side is a whole number of places."
        return Fault("float-side", told, WHOLE, FLOORS)
    shown = "nothing" if said is None else str(said)[:40]
    told = f"For {call} you return {shown}; {right} belongs there."
    return Fault("side-wrong", told, COUNT, MOVES)


def _side(rule):
    def conv_output_side(side, K, stride=1, pad=0):
        return rule(side, K, stride, pad)

    return conv_output_side


def _checked(rule):
    """`rule` where the right function gives a number, its error elsewhere."""

    def conv_output_side(side, K, stride=1, pad=0):
        nn.conv_output_side(side, K, stride, pad)
        return rule(side, K, stride, pad)

    return conv_output_side


REFUSE = (
    "Work out (side + 2 pad - K) / stride by hand for that call. What does a place that is cut "
    "in half, or a window that does not fit, compute?"
)
TWO_REASONS = (
    "Two things can be wrong: the division leaves a rest, so that the last pixels are never seen; "
    "or the side comes out below 1. Each raises a ValueError with a sentence."
)

WHOLE = "What does range, or np.zeros, say to a side of 5.0? Which division makes an int?"
FLOORS = (
    "/ gives a float even where the division comes out even; // gives an int. Look at the rest "
    "first: then nothing is lost."
)
COUNT = "Draw a row of that many pixels, with its margin, and move the window along it."
MOVES = (
    "The window moves side + 2 pad - K pixels in all, stride of them at a time; the place where it "
    "stands before the first move comes on top."
)

conv_output_side.mistake(
    "rest-ignored",
    "Where the division leaves a rest, you answer with a number all the same.",
    REFUSE,
    TWO_REASONS,
)(
    _side(
        lambda side, K, s, p: (
            (side + 2 * p - K) // s + 1 if side + 2 * p >= K else nn.conv_output_side(side, K, s, p)
        )
    )
)
conv_output_side.mistake(
    "too-small-accepted",
    "Where the window does not fit into the image, you answer with a number that is below 1.",
    REFUSE,
    TWO_REASONS,
)(
    _side(
        lambda side, K, s, p: (
            (side + 2 * p - K) // s + 1
            if (side + 2 * p - K) % s == 0
            else nn.conv_output_side(side, K, s, p)
        )
    )
)
conv_output_side.mistake(
    "never-refuses",
    "You never raise: neither where the division leaves a rest nor where the window does not fit.",
    REFUSE,
    TWO_REASONS,
)(_side(lambda side, K, s, p: (side + 2 * p - K) // s + 1))
conv_output_side.mistake(
    "fraction",
    "You answer with a fraction where the division leaves a rest.",
    REFUSE,
    TWO_REASONS,
)(_side(lambda side, K, s, p: (side + 2 * p - K) / s + 1))
conv_output_side.mistake(
    "zero-accepted",
    "You let a side of 0 pass.",
    "How many places does a window have that is one pixel larger than the image?",
    "(side + 2 pad - K) / stride is how often the window can move on; it stands at the first "
    "place already, hence the + 1. Below 1 there is no place at all.",
)(
    _side(
        lambda side, K, s, p: 0 if (side + 2 * p - K) == -s else nn.conv_output_side(side, K, s, p)
    )
)
conv_output_side.mistake(
    "one-too-few",
    "Every side is one too small.",
    "A window as large as the image: at how many places does it stand?",
    "(side + 2 pad - K) / stride counts the moves. The place where the window stands before the "
    "first move comes on top.",
)(_checked(lambda side, K, s, p: nn.conv_output_side(side, K, s, p) - 1))
conv_output_side.mistake(
    "padded-once",
    "You count the padding at one end only.",
    "A row of 5 pixels with pad 1: how long is it then?",
    "Zeros are put at both ends, so the side grows by 2 pad before the window begins to move.",
)(_checked(lambda side, K, s, p: (side + p - K) // s + 1))
conv_output_side.mistake(
    "pad-ignored",
    "Your sides do not depend on pad.",
    "A row of 5 pixels with pad 1: how long is it then?",
    "Zeros are put at both ends, so the side grows by 2 pad before the window begins to move.",
)(_checked(lambda side, K, s, p: (side - K) // s + 1))
conv_output_side.mistake(
    "stride-ignored",
    "Your sides do not depend on stride.",
    "With stride 2 every other place is left out. How many are left?",
    "The window moves side + 2 pad - K pixels in all, and each move takes stride of them.",
)(_checked(lambda side, K, s, p: side + 2 * p - K + 1))
conv_output_side.mistake(
    "divided-too-late",
    "You add the 1 before you divide.",
    "Which part of the formula does the division belong to?",
    "The number of moves is (side + 2 pad - K) / stride. The 1, for the first place, is added "
    "afterwards.",
)(_checked(lambda side, K, s, p: (side + 2 * p - K + 1) // s))


def _of_length(length):
    """The right rule for a row that is taken to be this long, margin and all."""

    def rule(side, K, s, p):
        moves = length(side, p) - K
        if moves < 0 or moves % s:
            raise ValueError("it does not come out even")
        return moves // s + 1

    return _side(rule)


for _name, _observed, _length in (
    (
        "padded-once-throughout",
        "You count the padding at one end only, where you work out the side and where you refuse.",
        lambda side, p: side + p,
    ),
    (
        "pad-ignored-throughout",
        "Your sides do not depend on pad, and neither does what you refuse.",
        lambda side, p: side,
    ),
):
    conv_output_side.mistake(
        _name,
        _observed,
        "A row of 5 pixels with pad 1: how long is it then?",
        "Zeros are put at both ends, so the side grows by 2 pad before the window begins to move.",
    )(_of_length(_length))
