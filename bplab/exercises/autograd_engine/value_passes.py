"""Mistakes made in backward(): values without a turn, and shares that are not slope times grad."""

from bplab.exercises.autograd_engine.engines import begun, engine, ordered, pass_on
from bplab.exercises.autograd_engine.value import Value

SHARE = (
    "Slopes multiply along the road: each parent's grad gets slope times the grad of the value it "
    "helped to make, added to what is there."
)
TURNS = (
    "List every value after all that it was made from, then go through the list from the end: "
    "every value has its turn, and hands a share to each of its parents."
)


def _sending(share, among=lambda pairs: pairs, listed=ordered):
    """A pass back with another share(slope, value), to some parents, of those listed."""

    def backward(out):
        for value in reversed(begun(out, listed)):
            for parent, slope in among(list(zip(value.parents, value.slopes, strict=True))):
                parent.grad += share(slope, value)

    return engine(backward)


def _right(slope, value):
    return slope * value.grad


def _along(first):
    """A list that follows one parent of each value."""

    def listed(value, order, seen):
        if value not in seen:
            seen.add(value)
            for parent in value.parents[:1] if first else value.parents[-1:]:
                listed(parent, order, seen)
            order.append(value)
        return order

    return listed


Value.mistake(
    "first-parent-only",
    "Of the two values that an operation is made from, the first alone gets a share.",
    "How often does the inner loop of your pass run for a value with two parents?",
    TURNS,
)(_sending(_right, lambda pairs: pairs[:1]))
Value.mistake(
    "last-parent-only",
    "Of the two values that an operation is made from, the second alone gets a share.",
    "How often does the inner loop of your pass run for a value with two parents?",
    TURNS,
)(_sending(_right, lambda pairs: pairs[-1:]))
Value.mistake(
    "first-line-only",
    "Your pass follows the first of two parents alone: what the second one was made from never has "
    "its turn.",
    "When a value has two parents, which of them does your search for values below it visit?",
    TURNS,
)(_sending(_right, listed=_along(first=True)))
Value.mistake(
    "last-line-only",
    "Your pass follows the second of two parents alone: what the first one was made from never has "
    "its turn.",
    "When a value has two parents, which of them does your search for values below it visit?",
    TURNS,
)(_sending(_right, listed=_along(first=False)))
Value.mistake(
    "slope-plus-upstream",
    "Each share is the slope plus what arrives.",
    "c = (a + b) d: a moves a + b by 1, and that moves c by d. How do the two combine?",
    SHARE,
)(_sending(lambda slope, value: slope + value.grad))
Value.mistake(
    "shares-averaged",
    "Each share is divided by the number of values that the operation was made from.",
    "a + b: if a grows by 1, by how much does the sum grow?",
    SHARE,
)(_sending(lambda slope, value: slope * value.grad / len(value.parents)))
Value.mistake(
    "shares-clipped",
    "No share of yours is larger than 1 in size: what goes beyond is cut off.",
    "a b with b = 100: how large is the share of a?",
    SHARE,
)(_sending(lambda slope, value: max(-1.0, min(1.0, slope * value.grad))))
Value.mistake(
    "shares-subtracted",
    "Every share is taken away from a grad, where it belongs added.",
    "c = a + b: what does a get if nothing has arrived before?",
    SHARE,
)(_sending(lambda slope, value: -slope * value.grad))
Value.mistake(
    "upstream-squared",
    "What arrives at a value is squared before it is passed on.",
    "c = 3 (a + b): how often does the 3 belong into the grad of a?",
    SHARE,
)(_sending(lambda slope, value: slope * value.grad**2))
Value.mistake(
    "slope-squared",
    "The slope is squared in each share.",
    "c = a b with b = 3: how much does c move when a moves by 1?",
    SHARE,
)(_sending(lambda slope, value: slope**2 * value.grad))


def _ends_at_an_input(out):
    for value in reversed(begun(out)):
        if not value.parents:
            break
        pass_on(value)


Value.mistake(
    "ends-at-an-input",
    "Your pass ends at the first value that was made from nothing; those after it on the list have "
    "no turn.",
    "A value without parents has nothing to pass on. Is it the last one that is left?",
    TURNS,
)(engine(_ends_at_an_input))


def _emptied(out):
    for value in reversed(begun(out)):
        pass_on(value)
        if value.parents and value is not out:
            value.grad = 0.0


Value.mistake(
    "emptied-after-its-turn",
    "Values in between end with grad 0: what arrived is gone once it has been passed on.",
    "When do you set a grad to 0: before the pass, or in the middle of it?",
    "Clear all grads before the pass. What a value has passed on it also keeps: it is its own "
    "derivative.",
)(engine(_emptied))
