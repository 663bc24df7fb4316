"""The relative error of two arrays."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import apart_from_zero
from bplab.exercises.other_formulas import other_formulas

relative_error = Exercise(
    "relative_error", "02_chain_rule", nn.relative_error, returns="error", points=1,
    achieved="Two gradients can be compared whatever their size.",
)  # fmt: skip


@relative_error.paper
def _(rng):
    for size in (7, (3, 4), ()):
        a = apart_from_zero(rng, size, 0.5, 2)
        yield {"a": a, "b": np.asarray(a * rng.uniform(0.6, 1.7, size))}
    a, b = apart_from_zero(rng, 8, 0.5, 2), apart_from_zero(rng, 8, 0.5, 2)
    b[2] = -0.3 * a[2]
    yield {"a": a, "b": b}
    a = apart_from_zero(rng, 6, 0.5, 2)
    b = a * (1 + rng.uniform(1e-3, 2e-3, 6))
    a[1] = b[1] = a[4] = b[4] = 0.0
    yield {"a": a, "b": b}
    a = apart_from_zero(rng, 6, 0.5, 2)
    tiny = a * (1 + rng.uniform(1e-4, 2e-4, 6))
    a[3], tiny[3] = rng.uniform(2e-9, 3e-9), rng.uniform(-1e-9, -5e-10)
    yield {"a": a, "b": tiny}
    # The largest numbers, the largest difference, and the largest share, each at another entry.
    a = apart_from_zero(rng, 6, 0.5, 1)
    b = a * (1 + rng.uniform(1e-3, 2e-3, 6))
    a[1], a[4] = 9 * a[1], 0.05 * a[4]
    b[1], b[2], b[4] = 9 * b[1], 1.8 * b[2], 4 * a[4]
    yield {"a": a, "b": b}


def compared(a, b, below=None, above=None, reduce=np.max):
    above = np.abs(a - b) if above is None else above
    below = np.maximum(np.abs(a) + np.abs(b), 1e-8) if below is None else below
    with np.errstate(all="ignore"):
        return float(reduce(above / below))


@relative_error.mistake(
    "no-floor",
    "Where both gradients are exactly 0 you divide 0 by 0.",
    "A unit that is switched off has gradient 0 in both. Is that an error?",
    "The denominator is never below 1e-8: max(|a| + |b|, 1e-8), entry by entry. Then 0 against 0 "
    "is an error of 0.",
    when="not-finite",
    only=lambda inputs: bool(np.any((inputs["a"] == 0) & (inputs["b"] == 0))),
)
def _(a, b):
    with np.errstate(all="ignore"):
        return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "floor-added",
    "You add 1e-8 to the denominator; the definition takes the larger of the two. For entries near "
    "1e-9 that is a different number.",
    "What does max(u, 1e-8) give for u = 1, and what for u = 1e-9?",
    "The floor should do nothing at all to entries of ordinary size: max leaves them as they are.",
)
def _(a, b):
    return compared(a, b, np.abs(a) + np.abs(b) + 1e-8)


@relative_error.mistake(
    "mean-of-entries",
    "You average over the entries, so one wrong entry hides among many right ones.",
    "If one of 1000 entries is completely wrong, what does a mean say?",
    "The worst entry decides: the max over all entries.",
)
def _(a, b):
    return compared(a, b, reduce=np.mean)


@relative_error.mistake(
    "sum-of-entries",
    "You add up the entries, so that a larger array looks worse with the same errors.",
    "What does your number say about an array twice as long?",
    "The worst entry decides: the max over all entries.",
)
def _(a, b):
    return compared(a, b, reduce=np.sum)


@relative_error.mistake(
    "norms",
    "You compare lengths of whole arrays: the error of a small entry drowns in the size of a large "
    "one.",
    "What happens to an entry of size 0.001 beside one of size 1000?",
    "Each entry is measured against its own size first; only then comes the max.",
)
def _(a, b):
    norm = np.linalg.norm
    return float(norm(a - b) / max(norm(a) + norm(b), 1e-8))


@relative_error.mistake(
    "largest-over-largest",
    "You divide the largest difference by the largest size: they may belong to different entries.",
    "In which order come the division and the max?",
    "Divide entry by entry, each difference by its own |a| + |b|. Then take the max.",
)
def _(a, b):
    return float(np.max(np.abs(a - b)) / max(np.max(np.abs(a) + np.abs(b)), 1e-8))


@relative_error.mistake(
    "that-of-the-largest-difference",
    "You look for the largest difference first and divide that one by its own size: another entry "
    "may be further off beside its own.",
    "1.0 against 1.5, and 0.01 against 0.03: which pair differs more, and which is further off?",
    "Divide entry by entry, each difference by its own |a| + |b|. Then take the max.",
)
def _(a, b):
    off, size = np.abs(a - b).ravel(), np.maximum(np.abs(a) + np.abs(b), 1e-8).ravel()
    return float(off[np.argmax(off)] / size[np.argmax(off)])


@relative_error.mistake(
    "not-divided",
    "You returned the largest absolute difference.",
    "Is a difference of 0.001 large? Beside a gradient of 1000, and beside one of 0.001?",
    "Divide each difference by |a| + |b| of its own entry before you take the max.",
)
def _(a, b):
    return float(np.max(np.abs(a - b)))


@relative_error.mistake(
    "difference-with-sign",
    "You left out the absolute value of a - b: where b is larger than a, the error counts as "
    "negative and the max passes it over.",
    "What does your formula say for a = 1 and b = 2?",
    "An error has no sign: |a - b|.",
)
def _(a, b):
    return compared(a, b, above=a - b)


@relative_error.mistake(
    "size-of-sum",
    "Your denominator is |a + b|. Entries of opposite sign cancel there, and the error blows up.",
    "What is |a + b| for a = 1 and b = -1?",
    "Take the absolute values first: |a| + |b|. Then opposite signs give exactly 1.",
)
def _(a, b):
    return compared(a, b, np.maximum(np.abs(a + b), 1e-8))


@relative_error.mistake(
    "sizes-with-signs",
    "A sign is left in your denominator: where the sum of the two comes out below 1e-8, the floor "
    "stands in for their size, and the error blows up.",
    "What is a + b for a = -1 and b = -2, and how large are the two?",
    "Sizes have no sign: the absolute value of a, and that of b, then their sum.",
)
def _(a, b):
    return compared(a, b, np.maximum(a + b, 1e-8))


@relative_error.mistake(
    "root-of-squares",
    "Your denominator is the root of a**2 + b**2; here it is |a| + |b|.",
    "What should opposite signs of one size give, 1 or the root of 2?",
    "Sizes are added as they are, |a| + |b|: then the error never exceeds 1.",
)
def _(a, b):
    return compared(a, b, below=np.maximum(np.sqrt(a**2 + b**2), 1e-8))


@relative_error.mistake(
    "larger-of-the-two",
    "Your denominator is the larger of |a| and |b|; here it is their sum.",
    "What should opposite signs give, 2 or 1?",
    "With |a| + |b| below, the error never exceeds 1.",
)
def _(a, b):
    return compared(a, b, np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8))


@relative_error.mistake(
    "only-one-size",
    "You measure against one of the two arrays only.",
    "Should swapping a and b change the error?",
    "The denominator is |a| + |b|: both have the same right.",
)
def _(a, b):
    return compared(a, b, np.maximum(np.abs(a), 1e-8))


@relative_error.mistake(
    "only-the-other-size",
    "You measure against b alone.",
    "Should swapping a and b change the error?",
    "The denominator is |a| + |b|: both have the same right.",
)
def _(a, b):
    return compared(a, b, np.maximum(np.abs(b), 1e-8))


@relative_error.mistake(
    "not-reduced",
    "You returned one error for each entry; a verdict is one number.",
    "Which of the entries decides whether a gradient is right?",
    "The worst one: the max over all entries.",
)
def _(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)


@relative_error.mistake(
    "verdict-only",
    "You returned a verdict, true or false; the exercise asks for the error itself.",
    "What would you rather know: that two gradients differ, or by how much?",
    "The largest |a - b| / max(|a| + |b|, 1e-8) is a number between 0 and 1.",
)
def _(a, b):
    return bool(np.allclose(a, b))


@relative_error.mistake(
    "best-entry",
    "You report the entry that agrees best; the one that agrees worst decides.",
    "If one of ten entries is wrong, what should the verdict be?",
    "The max over all entries, not the min.",
)
def _(a, b):
    return compared(a, b, reduce=np.min)


@relative_error.mistake(
    "signs-lost",
    "You compare |a| with |b|, so that a gradient of the wrong sign passes.",
    "What does your formula say for a = 1 and b = -1?",
    "|a - b| takes the difference first: for 1 and -1 it is 2, and the relative error 1.",
)
def _(a, b):
    return compared(a, b, above=np.abs(np.abs(a) - np.abs(b)))


@relative_error.mistake(
    "another-floor",
    "Entries of ordinary size come out right; those near 1e-9 do not.",
    "How small may your denominator become?",
    "max(|a| + |b|, 1e-8): what is smaller than 1e-8 counts as 1e-8.",
)
def _(a, b):
    return compared(a, b, np.maximum(np.abs(a) + np.abs(b), 1e-12))


@relative_error.mistake(
    "norm-of-the-sum",
    "You divide by the length of a + b: lengths of whole arrays are compared, and entries of "
    "opposite sign cancel in the sum.",
    "What is your number for a = (1, 1000) and b = (2, 1000)? And what should the first entry say?",
    "Each entry is measured against |a| + |b| of its own; only then comes the max.",
)
def _(a, b):
    return float(np.linalg.norm(a - b) / np.linalg.norm(a + b))


@relative_error.mistake(
    "sums-compared",
    "You divide the sum of all differences by the sum of all sizes: a small entry that is wrong "
    "drowns in the large ones.",
    "In which order come the division and the step from many entries to one number?",
    "Divide entry by entry, each difference by its own |a| + |b|. Then take the max.",
)
def _(a, b):
    return float(np.sum(np.abs(a - b)) / max(np.sum(np.abs(a) + np.abs(b)), 1e-8))


@relative_error.mistake(
    "mean-of-the-sizes",
    "Your denominator is half of |a| + |b|: except next to 0, each error comes out twice as large.",
    "What should opposite signs give, 2 or 1?",
    "With the whole sum |a| + |b| below, the error never exceeds 1.",
)
def _(a, b):
    return compared(a, b, np.maximum((np.abs(a) + np.abs(b)) / 2, 1e-8))


def _errors(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)


for _name, _reduce, _what in (
    ("median-of-entries", np.median, "the median of the entries' errors"),
    ("root-mean-square", lambda e: np.sqrt(np.mean(e**2)), "the root of their mean square"),
):
    relative_error.mistake(
        _name,
        f"You return {_what}, so one wrong entry hides among many right ones.",
        "If one of 1000 entries is completely wrong, what does your number say?",
        "The worst entry decides: the max over all entries.",
    )(lambda a, b, reduce=_reduce: reduce(_errors(a, b)))
relative_error.mistake(
    "squares",
    "Difference and sizes are squared in yours: an error of 1 in 1000 is told as one in a million.",
    "By which power does your number fall when the difference is halved?",
    "|a - b| / (|a| + |b|): sizes, not squares.",
)(lambda a, b: np.max((a - b) ** 2 / np.maximum(a**2 + b**2, 1e-8)))


other_formulas(
    relative_error,
    "error",
    (
        "largest-sizes-added",
        lambda a, b: np.max(np.abs(a - b)) / max(np.max(np.abs(a)) + np.max(np.abs(b)), 1e-8),
        "You divide the largest difference by the largest |a| plus the largest |b|: the three may "
        "belong to different entries.",
        "In which order come the division and the max?",
        "Divide entry by entry, each difference by its own |a| + |b|. Then take the max.",
    ),
)
