"""unbroadcast: what was copied forward is summed backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault

unbroadcast = Exercise(
    "unbroadcast",
    "10_autodiff",
    nn.unbroadcast,
    returns="summed",
    points=2,
    achieved="Gradients take the shape of what was broadcast; operations on arrays need this.",
)


@unbroadcast.paper
def _(rng):
    r, c, k = (int(n) for n in rng.permutation([6, 4, 5])[:3])
    for big, small in (
        ((r, c), (c,)),
        ((r, c), (r, 1)),
        ((r, c), (1, c)),
        ((k, r, c), (r, 1)),
        ((k, r, c), (k, 1, c)),
        ((k, r, c), (1, r, 1)),
        ((k, r, c), (1, 1, c)),
        ((k, r, c), (c,)),
        ((r, c), ()),
        ((k, r, c), ()),
        ((c,), ()),
        ((r, c), (1,)),
        ((r, c), (1, 1)),
        ((1, c), (c,)),
        ((1, c), (1, 1)),
        ((r, c), (r, c)),
        ((r, 1), (r, 1)),
        ((), ()),
    ):
        yield {"grad": rng.normal(size=big), "shape": small}


def _front(grad, shape):
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


def _stretched(grad, shape):
    return tuple(i for i, n in enumerate(shape) if n == 1 and grad.shape[i] != 1)


@unbroadcast.mistake(
    "not-summed",
    "The gradient comes back in the shape it arrived in, not in the shape before broadcasting.",
    "One number was copied to many places. How many shares arrive, and how many gradients does it "
    "have?",
    "b is used once for each copy, so db is the sum over all copies: along every axis that is new, "
    "and along every axis that was 1.",
)
def _(grad, shape):
    return grad


@unbroadcast.mistake(
    "front-axes-only",
    "Axes that broadcasting put in front are summed; those of length 1 that it stretched are not.",
    "A column of shape (r, 1) that meets (r, c): along which axis was each of its numbers copied?",
    "An axis of 1 that became c held one number for c places: sum those c shares, and keep the "
    "axis.",
)
def _(grad, shape):
    return _front(grad, shape)


@unbroadcast.mistake(
    "stretched-axes-only",
    "Axes of length 1 are summed back; those that broadcasting put in front are still there.",
    "Compare the number of axes that arrive with the number in the shape asked for. Where are the "
    "extra ones?",
    "NumPy lines shapes up from the right and puts missing axes in front. Every copy along a new "
    "axis sends a share: sum them, and the axis is gone.",
)
def _(grad, shape):
    shift = grad.ndim - len(shape)
    axes = tuple(i + shift for i, n in enumerate(shape) if n == 1 and grad.shape[i + shift] != 1)
    return grad.sum(axis=axes, keepdims=True)


@unbroadcast.mistake(
    "axes-of-one-lost",
    "The sums are right, but an axis of length 1 is gone from the result.",
    "What does a sum do with the axis it runs along, unless it is told to keep it?",
    "A gradient has the shape of what it belongs to: a column of shape (r, 1) has one of shape "
    "(r, 1).",
)
def _(grad, shape):
    grad = _front(grad, shape)
    return grad.sum(axis=_stretched(grad, shape))


@unbroadcast.mistake(
    "averaged",
    "The copies' shares are averaged, not added.",
    "If b goes up by a little, all its copies go up by as much. Does the loss feel one of them, or "
    "all?",
    "The chain rule adds over all roads, here one road a copy, and nothing is divided.",
)
def _(grad, shape):
    grad = grad.mean(axis=tuple(range(grad.ndim - len(shape)))) if grad.ndim > len(shape) else grad
    return grad.mean(axis=_stretched(grad, shape), keepdims=True)


@unbroadcast.mistake(
    "first-copy-only",
    "Only the first copy's share is kept; what the other copies send is lost.",
    "Each copy sends a share of the blame. Which of them do you look at?",
    "The chain rule adds over all roads, one road a copy: a sum along the axis, not its first "
    "entry.",
)
def _(grad, shape):
    grad = grad[(0,) * (grad.ndim - len(shape))]
    return grad[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


@unbroadcast.mistake(
    "first-of-new-axes",
    "Along the axes that broadcasting put in front only the first copy's share is kept; along "
    "stretched ones all are added.",
    "Each copy sends a share of the blame. Which of them do you look at?",
    "The chain rule adds over all roads, one road a copy: a sum along the axis, not its first "
    "entry.",
)
def _(grad, shape):
    grad = grad[(0,) * (grad.ndim - len(shape))]
    return grad.sum(axis=_stretched(grad, shape), keepdims=True)


@unbroadcast.mistake(
    "first-of-stretched-axes",
    "Along axes of length 1 that were stretched only the first copy's share is kept; along new "
    "ones in front all are added.",
    "Each copy sends a share of the blame. Which of them do you look at?",
    "The chain rule adds over all roads, one road a copy: a sum along the axis, not its first "
    "entry.",
)
def _(grad, shape):
    grad = _front(grad, shape)
    return grad[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


@unbroadcast.mistake(
    "one-number-everywhere",
    "Everything is added up to one number, which stands in every place of the shape.",
    "Does the copy of b[0] tell anything about b[1]?",
    "Only along the axes that were copied are shares added; along the others each entry keeps "
    "its own.",
)
def _(grad, shape):
    return np.full(shape, grad.sum())


@unbroadcast.mistake(
    "reshaped",
    "The numbers were poured into the shape; where more arrive than it holds, that cannot be.",
    "How many numbers arrive, and how many does the shape hold? What has to happen to the rest?",
    "Fewer numbers out than in: the shares of the copies of one number are added up.",
)
def _(grad, shape):
    return grad.reshape(shape)


@unbroadcast.mistake(
    "last-axes-summed",
    "Where grad has more axes than the shape, yours sums the last of them; broadcasting adds new "
    "axes in front.",
    "(5,) beside (4, 5): which axis of the larger one had no partner?",
    "Shapes are lined up at their right ends: axes that are missing are missing on the left.",
)
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    axes = tuple(i for i, n in enumerate(shape) if n == 1)
    return grad.sum(axis=axes, keepdims=True)


@unbroadcast.mistake(
    "everything-summed-unless-equal",
    "Where grad has another shape, everything is added up to one number, which stands in every "
    "place of the shape.",
    "Does the copy of b[0] tell anything about b[1]?",
    "Only along the axes that were copied are shares added; along the others each entry keeps "
    "its own.",
)
def _(grad, shape):
    return grad if grad.shape == shape else np.full(shape, grad.sum())


@unbroadcast.tells
def _(wrong, rows):
    """What the cases with a wrong answer have in common that the right ones have not."""
    for name, has, observed, look, derive in KINDS:
        if all(has(given["grad"].shape, given["shape"]) != leaf.right for given, leaf, _ in rows):
            return Fault(name, observed, look, derive)
    return None


@unbroadcast.tells_of_shapes
def _(wrong, rows):
    """The same, of a result that kept an axis of length 1 stretched."""
    name, has, observed, look, derive = KINDS[-1]
    if all(has(given["grad"].shape, given["shape"]) != leaf.right for given, leaf, _ in rows):
        return Fault(name, observed, look, derive)
    return None


KINDS = (
    (
        "wrong-with-new-axes",
        lambda big, small: len(big) > len(small),
        "You are right wherever grad has as many axes as the shape, and wrong wherever it has "
        "more.",
        "(5,) beside (4, 5): which axis of the larger one had no partner? What becomes of it in "
        "your function?",
        "Shapes are lined up at their right ends: axes that are missing are missing in front. "
        "Each copy along a new axis sends a share: they are added, and the axis is gone.",
    ),
    (
        "wrong-with-new-axes-but-for-single-numbers",
        lambda big, small: len(big) > len(small) and max(small, default=1) > 1,
        "You are right wherever grad has as many axes as the shape, or everything is added up to "
        "one number, and wrong wherever grad has more axes and some stay.",
        "(5,) beside (4, 5): which axis of the larger one had no partner? Which one do you sum?",
        "Shapes are lined up at their right ends: axes that are missing are missing in front.",
    ),
    (
        "wrong-with-stretched-axes",
        lambda big, small: any(
            n == 1 and m > 1 for n, m in zip(small[::-1], big[::-1], strict=False)
        ),
        "You are right wherever no axis of length 1 was stretched, and wrong wherever one was.",
        "A column of shape (r, 1) that meets (r, c): along which axis was each of its numbers "
        "copied?",
        "An axis of 1 that became c held one number for c places: sum those c shares, and keep "
        "the axis.",
    ),
    (
        "wrong-with-single-numbers",
        lambda big, small: small == () and big != (),
        "You are right but for shape (): a single number that met an array.",
        "How many axes has a single number, and how many copies of it were there?",
        "All shares are added: what is left is one number, of shape ().",
    ),
    (
        "wrong-where-several-axes-go",
        lambda big, small: (
            (
                len(big)
                - len(small)
                + sum(n == 1 and m > 1 for n, m in zip(small[::-1], big[::-1], strict=False))
            )
            > 1
        ),
        "You are right wherever one axis is to be summed, and wrong wherever several are.",
        "After the first sum: how many axes are left, and which numbers do they have now?",
        "Each sum without keepdims takes an axis away, and those behind it move up.",
    ),
    (
        "wrong-after-the-first-of-length-1",
        lambda big, small: any(
            n == 1 and m > 1 and 1 in small[:at]
            for at, (n, m) in enumerate(zip(small, big[len(big) - len(small) :], strict=True))
        ),
        "You are wrong wherever an axis of length 1 was stretched and another of length 1 stands "
        "before it, and right elsewhere.",
        "After the first axis of length 1: does your loop go on to the next?",
        "Each axis of length 1 that was stretched is summed and kept; there may be several.",
    ),
)
