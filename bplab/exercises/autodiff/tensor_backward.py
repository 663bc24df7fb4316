"""Tensor: mistakes of the backward pass."""

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exercises.autodiff import engines
from bplab.exercises.autodiff.engines import (
    engine,
    from_scratch,
    in_order,
    overwriting_in,
    pass_on,
)
from bplab.exercises.autodiff.tensor import Tensor


def _as_it_is_if_it_fits(g, shape):
    return g if np.shape(g) == shape else nn.unbroadcast(g, shape)


ADD_UP = (
    "A tensor that is used twice reaches the result on two roads, and the chain rule adds over all "
    "roads: what arrives is added to what is there, never put in its place."
)
ALL_OPS = tuple(engines.SHARES)

Tensor.mistake(
    "overwritten",
    "A tensor that is used in two places keeps only one share of the blame.",
    "When the second share arrives at a tensor, what happens to the first?",
    ADD_UP,
)(engine(overwriting_in(*ALL_OPS)))

SPOKEN = {
    "+": "a sum a + b", "-": "a difference a - b", "*": "a product a * b", "/": "a quotient a / b",
    "@": "a matrix product", "**": "a power", "neg": "a minus sign", "exp": "exp()",
    "log": "log()", "tanh": "tanh()", "relu": "relu()", "sum": "sum()", "mean": "mean()",
    "reshape": "reshape()", "T": "the transpose", "[ ]": "indexing",
}  # fmt: skip

for _op, _words in SPOKEN.items():
    Tensor.mistake(
        f"overwritten-by-{_op.replace('[ ]', 'index')}",
        f"The share that comes back through {_words} replaces what the tensor had already; through "
        "the other operations shares are added.",
        f"Look at the backward step of {_words}. What if its input has got a share from elsewhere "
        "before?",
        ADD_UP,
    )(engine(overwriting_in(_op)))


def _accumulating(out):
    out.grad = np.ones_like(out.data)
    for tensor in reversed(in_order(out)):
        pass_on(tensor)


Tensor.mistake(
    "not-from-scratch",
    "Gradients that were there before backward() are still in the result: a later call adds to "
    "what the earlier one left behind.",
    "Which gradients are not 0 when the pass begins?",
    "Adding needs a clean start: every tensor the result depends on, inner ones too, has gradient "
    "0 before the pass, and the result has 1.",
)(engine(_accumulating))


def _leaves_cleared(out):
    order = in_order(out)
    for tensor in order:
        if not tensor.parents:
            tensor.grad = np.zeros_like(tensor.data)
    out.grad = np.ones_like(out.data)
    for tensor in reversed(order):
        pass_on(tensor)


Tensor.mistake(
    "inner-tensors-not-cleared",
    "The inputs start from 0, but tensors in between still hold what an earlier pass left there, "
    "and pass it on again.",
    "Which tensors do you set back to 0, and which of them pass something on?",
    "Every tensor below the result starts from 0, not only the inputs.",
)(engine(_leaves_cleared))


def _as_they_come(out):
    from_scratch(out)
    queue, seen = [out], set()
    while queue:
        tensor = queue.pop(0)
        if tensor not in seen:
            seen.add(tensor)
            pass_on(tensor)
            queue.extend(tensor.parents)


def _depth_first(out):
    from_scratch(out)
    stack, seen = [out], set()
    while stack:
        tensor = stack.pop()
        if tensor not in seen:
            seen.add(tensor)
            pass_on(tensor)
            stack.extend(reversed(tensor.parents))


ONE_TURN = (
    "List every tensor after all that it was made from, then go through the list from its end: "
    "when a tensor's turn comes, everything made from it has had its own."
)
Tensor.mistake(
    "no-order",
    "A tensor passes its blame on before all of it has arrived: it is used once near the result "
    "and once further up.",
    "s reaches the result directly and through s * c * c. When you visit s, have both shares come?",
    ONE_TURN,
)(engine(_as_they_come))

Tensor.mistake(
    "no-order-depth-first",
    "A tensor passes its blame on as soon as it is first reached, before all of it has arrived.",
    "A tensor that is used twice is reached twice. At the first time, is its gradient complete?",
    ONE_TURN,
)(engine(_depth_first))


def _forward_order(out):
    for tensor in from_scratch(out):
        pass_on(tensor)


Tensor.mistake(
    "stops-after-one-step",
    "Only what the result was made from directly gets any blame.",
    "After the result has passed its blame on, who is next? If you go through a list: from which "
    "end?",
    "Blame starts at the result. A list that was built inputs first is read from its end; read "
    "from its beginning, all but the last step pass on 0.",
)(engine(_forward_order))


def _no_seed(out):
    for tensor in in_order(out):
        tensor.grad = np.zeros_like(tensor.data)
    for tensor in reversed(in_order(out)):
        pass_on(tensor)


Tensor.mistake(
    "no-seed",
    "All gradients are 0.",
    "Every share is made of the gradient of the next tensor. Where does the first one come from?",
    "The result's derivative with respect to itself is 1. The pass begins there.",
)(engine(_no_seed))


def _seeded_with_data(out):
    order = from_scratch(out)
    out.grad = np.array(out.data)
    for tensor in reversed(order):
        pass_on(tensor)


Tensor.mistake(
    "seed-is-the-number",
    "Your pass begins with the result's own number: every gradient is that many times too large.",
    "Which gradient does the result get before the pass begins?",
    "It is the derivative of the result with respect to itself: 1, whatever its number is.",
)(engine(_seeded_with_data))


def _first_share_not_copied(out):
    order = in_order(out, turned=True)
    for tensor in order:
        tensor.grad = None
    out.grad = np.ones_like(out.data)
    for tensor in reversed(order):
        for at, parent in enumerate(tensor.parents):
            share = tensor.shares(tensor.grad)[at]  # what arrived may have changed by now
            if parent.grad is None:
                parent.grad = share
            else:
                parent.grad += share


Tensor.mistake(
    "first-share-not-copied",
    "Two tensors hold one and the same array as their gradient: what is added to one of them is "
    "added to the other as well.",
    "A sum sends the gradient that arrives on as it is. If a parent keeps that very array, and a "
    "second share is written into it with +=, who else sees the change?",
    "Each tensor's gradient is an array of its own: begin with zeros, or make a new sum in place "
    "of writing into what another tensor holds.",
)(engine(_first_share_not_copied, unbroadcast=_as_it_is_if_it_fits))


def _inner_forgotten(out):
    order = from_scratch(out)
    for tensor in reversed(order):
        pass_on(tensor)
    for tensor in order[:-1]:
        if tensor.parents:
            tensor.grad = np.zeros_like(tensor.data)


Tensor.mistake(
    "inner-gradients-not-kept",
    "The inputs have the right gradients; the tensors in between have none.",
    "After the pass, print the gradient of an intermediate result. Where did it go?",
    "Every tensor keeps the sum of the shares that reach it: a hidden layer's gradient is an "
    "answer too, not only a means to the next one.",
)(engine(_inner_forgotten))


def _equal_is_same(out):
    order = from_scratch(out)
    kept = {}
    for tensor in order:
        kept.setdefault(tensor.data.tobytes(), tensor)
    for tensor in reversed(list(kept.values())):
        pass_on(tensor)


Tensor.mistake(
    "equal-taken-for-same",
    "Two different tensors that hold equal numbers are taken for one.",
    "How do you tell whether a tensor has been visited: by what it holds, or by which one it is?",
    "What was visited is the object, not its numbers: two inputs may be equal and have two "
    "gradients.",
)(engine(_equal_is_same))

Tensor.mistake(
    "upstream-ignored",
    "Each entry gets the slope of its own operation only: what arrives from the result is left "
    "out.",
    "t = a * b, and t counts w times in the result: how much does a nudge of a move t, and how "
    "much does that move the result?",
    "Slopes multiply along the road: a share is the slope times the gradient that arrives.",
)(
    engine(
        shares={
            op: (lambda g, *rest, share=engines.SHARES[op]: share(np.ones_like(g), *rest))
            for op in ALL_OPS
        }
    )
)


def _handing_on(change):
    """A pass back in which each share is changed on its way."""

    def backward(out):
        for tensor in reversed(from_scratch(out)):
            for parent, share in zip(tensor.parents, tensor.shares(tensor.grad), strict=True):
                parent.grad = parent.grad + change(share)

    return engine(backward)


Tensor.mistake(
    "shares-clipped",
    "No share of yours is larger than 1 in size: what goes beyond is cut off.",
    "a * b with b = 100: how large is the share of a?",
    ADD_UP,
)(_handing_on(lambda share: np.clip(share, -1.0, 1.0)))
Tensor.mistake(
    "shares-subtracted",
    "Every share is taken away from a gradient, where it belongs added.",
    "c = a + b: what does a get if nothing has arrived before?",
    ADD_UP,
)(_handing_on(np.negative))


def _down_every_road(out):
    from_scratch(out)
    out.grad = np.zeros_like(out.data)

    def send(tensor, arrives):
        tensor.grad = tensor.grad + arrives
        for parent, share in zip(tensor.parents, tensor.shares(arrives), strict=True):
            send(parent, share)

    send(out, np.ones_like(out.data))


Tensor.mistake(
    "every-road-walked",
    "Your gradients are right, but the work of backward() doubles with every step in which a "
    "tensor is used twice: each road to the result is walked by itself. A hundred such steps would "
    "never come to an end.",
    "In s = s + s, ten times over: how many roads lead from the first s to the last, and how often "
    "has the first s its turn?",
    f"{ONE_TURN} One turn each is enough: by then its gradient is complete.",
)(engine(_down_every_road))


@Tensor.tells
def _(wrong, rows):
    """The work doubles, and something else may be wrong besides."""
    if wrong.name != "turns of backward()":
        return None
    return Fault(
        "turns-double",
        "The work of backward() doubles with every step in which a tensor is used twice: each road "
        "to the result is walked by itself. A hundred such steps would never come to an end.",
        "In s = s + s, ten times over: how many roads lead from the first s to the last, and how "
        "often has the first s its turn?",
        f"{ONE_TURN} One turn each is enough: by then its gradient is complete.",
    )
