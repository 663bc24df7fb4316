"""Tensor: chapter 2's engine, grown to arrays."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.autodiff import engines, tensor_programs
from bplab.exercises.autodiff.engines import (
    engine,
    expanded,
    from_scratch,
    in_order,
    overwriting_in,
    pass_on,
)

Tensor = Exercise(
    "Tensor",
    "10_autodiff",
    nn.Tensor,
    returns="tensor",
    points=6,
    driver="tensor",
    signatures=False,
    repeat=False,  # each program runs once; a second run of all of them would find no more
)


@Tensor.paper
def _(rng):
    drawn = tensor_programs.programs(rng)
    fresh = {
        "number": float(rng.uniform(1, 2)),
        "whole numbers": rng.integers(1, 9, (2, 3)),
        "array": rng.normal(size=(3, 2)),
        "list": [[1, 2, 3], [4, 5, 6]],
    }
    # A few of every kind first: nearly every mistake parts from an answer there.
    yield Case({"fresh": fresh, "programs": drawn[::4]})
    yield Case({"fresh": fresh, "programs": [p for i, p in enumerate(drawn) if i % 4]})


# --- the backward pass --------------------------------------------------------------------------

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

# --- broadcasting -------------------------------------------------------------------------------

Tensor.mistake(
    "broadcasting-not-summed",
    "Where an operand was broadcast, its gradient has the shape of the result, not its own.",
    "An entry of b was copied to several places. How many shares come back for it, and how many "
    "gradients does it have?",
    "Every copy sends a share, and they add up: sum along each axis that is new, and along each "
    "axis of 1 that was stretched. You have written a function for this.",
)(engine(unbroadcast=lambda g, shape: g))


def _front_only(g, shape):
    return g.sum(axis=tuple(range(g.ndim - len(shape))))


Tensor.mistake(
    "stretched-axes-not-summed",
    "New axes in front are summed back, but an axis of 1 that was stretched is not.",
    "A column of shape (r, 1) met a table of shape (r, c). How many copies has each number?",
    "Sum along every axis on which the operand had length 1 and the result has more, and keep it.",
)(engine(unbroadcast=_front_only))

# --- matrices, sums, shapes, places -------------------------------------------------------------

Tensor.mistake(
    "matrix-factors-swapped",
    "In a matrix product the two factors have each other's place in the gradients, or a transpose "
    "is missing.",
    "Write the shapes: a (r, k), b (k, c), the gradient that arrives (r, c). Which product has the "
    "shape of a?",
    "t[i, j] = sum over m of a[i, m] b[m, j]. A nudge of a[i, m] moves t[i, j] by b[m, j] for "
    "every j: a sum over j of what arrives times b[m, j].",
)(engine(shares={"@": lambda g, a, b: (b.T @ g, g @ a.T)}))

Tensor.mistake(
    "matrix-factors-not-transposed",
    "In a matrix product the other factor stands in the gradient as it is, not transposed.",
    "Write the shapes: the gradient that arrives (r, c), b (k, c)? Which axis should be summed "
    "over?",
    "da[i, m] = sum over j of dt[i, j] b[m, j]: the sum runs over b's second axis, which the "
    "transpose brings in front.",
)(engine(shares={"@": lambda g, a, b: (g @ b, a @ g)}))

Tensor.mistake(
    "mean-like-sum",
    "mean() passes the gradient on as sum() does: every entry's share is too large by the number "
    "of entries that were averaged.",
    "If one of n entries goes up by 1, how much does their mean go up?",
    "mean = sum / n, so each share is what arrives, divided by n.",
)(engine(shares={"mean": expanded}))

Tensor.mistake(
    "mean-divided-by-all",
    "mean(axis=...) divides by the number of all entries, not by those along the axis.",
    "How many entries are averaged into one number of the result?",
    "Along axis 1 of a table (r, c) each mean is made of c entries: n is c, not r c.",
)(engine(shares={"mean": lambda g, a, axis, keep: expanded(g, a, axis, keep) / a.size}))


def _row_wise(g, a, axis, keepdims):
    return np.broadcast_to(g, a.shape)


Tensor.mistake(
    "summed-axis-not-put-back",
    "After a sum along an axis the gradient that arrives lacks that axis, and meets the entries "
    "along another one, or does not fit at all.",
    "t = a.sum(axis=1) of a table (r, c): t has shape (r,). To which entries of a does t[i] send "
    "its share?",
    "Row i of a gets t[i]'s gradient at every entry: the lost axis is put back with length 1, and "
    "then the number is copied along it.",
)(engine(shares={"sum": _row_wise}))

Tensor.mistake(
    "transpose-not-undone",
    "The gradient of a transpose comes back in the transposed shape, or mirrored.",
    "Entry [i, j] of the transpose is which entry of a?",
    "What was turned on the way forward is turned again on the way back.",
)(engine(shares={"T": lambda g, a: g}))

Tensor.mistake(
    "reshape-not-undone",
    "The gradient of a reshape comes back in the new shape.",
    "A reshape moves no number. Which shape does the gradient of a have?",
    "Reshape what arrives to the shape of a.",
)(engine(shares={"reshape": lambda g, a: g}))


def _last_wins(g, a, index):
    share = np.zeros_like(a)
    share[index] += g
    return share


Tensor.mistake(
    "repeated-indices-lost",
    "An entry that was picked several times keeps the share of its last place only.",
    "I = [4, 2, 4] picks entry 4 twice. How many shares come back for it, and what does an indexed "
    "assignment, or +=, do with a repeated index?",
    "A picked entry is a value that is used twice: its shares add up. NumPy's indexed += reads all "
    "old values first, so of repeated places one survives; it has a function that adds one by one.",
)(engine(shares={"[ ]": _last_wins}))


def _everywhere(g, a, index):
    return np.zeros_like(a) + np.sum(g)


Tensor.mistake(
    "index-spread-everywhere",
    "Entries that were not picked get blame too: everything that arrives is added up and given to "
    "all.",
    "Nudge an entry that the index leaves out. Does the result move?",
    "The picked entries get what arrives for them, all others 0.",
)(engine(shares={"[ ]": _everywhere}))

# --- slopes -------------------------------------------------------------------------------------

for _name, _observed, _look, _derive, _shares in (
    (
        "difference-like-sum",
        "In a - b both get the slope of a sum.",
        "What happens to a - b when b grows?",
        "d(a - b)/db = -1.",
        {"-": lambda g, a, b: (g, g)},
    ),
    (
        "product-slopes-swapped",
        "In a * b each factor gets its own numbers as its slope.",
        "If b is 100, how much does a b move when a moves by 1?",
        "d(a b)/da = b: each factor's slope is the other factor.",
        {"*": lambda g, a, b: (g * a, g * b)},
    ),
    (
        "quotient-sign",
        "In a / b the slope for b has the wrong sign.",
        "What happens to 1/b when b grows, for a positive b?",
        "a/b = a b**-1, so the slope for b is -a / b**2.",
        {"/": lambda g, a, b: (g / b, g * a / b**2)},
    ),
    (
        "quotient-not-squared",
        "In a / b the slope for b lacks a power of b.",
        "Write a/b as a times b to the power -1. What is the derivative of that power?",
        "The derivative of b**-1 is -b**-2, so the slope for b is -a / b**2.",
        {"/": lambda g, a, b: (g / b, -g * a / b)},
    ),
    (
        "power-not-lowered",
        "In a ** k the exponent comes down as a factor and stays above as well.",
        "What is the derivative of a**2?",
        "The derivative of a**k is k a**(k-1): the exponent falls by one.",
        {"**": lambda g, a, k: g * k * a**k},
    ),
    (
        "exp-slope-one",
        "exp passes its gradient on as if its slope were 1.",
        "How steep is e**a at a = 0, and how steep at a = 1?",
        "exp is its own derivative: the slope at a is e**a.",
        {"exp": lambda g, a: g},
    ),
    (
        "log-slope-of-output",
        "The slope of log is one over what came out, not one over what went in.",
        "At a = 1 the log is 0. How steep is it there?",
        "d log(a) / da = 1 / a.",
        {"log": lambda g, a: g / np.log(a)},
    ),
    (
        "tanh-slope-of-input",
        "The slope of tanh is written with its input: 1 - a**2.",
        "The short form squares the value of tanh. Is that what went in or what came out?",
        "With t = tanh(a) the slope is 1 - t**2.",
        {"tanh": lambda g, a: g * (1 - a**2)},
    ),
    (
        "tanh-not-squared",
        "The slope of tanh lacks its square: 1 - t.",
        "The curve is the same on both sides of 0 but for its sign. Is your slope?",
        "With t = tanh(a) the slope is 1 - t**2.",
        {"tanh": lambda g, a: g * (1 - np.tanh(a))},
    ),
    (
        "relu-always-open",
        "relu passes blame on for negative numbers too.",
        "Nudge an input of -2 a little: does relu of it change?",
        "The slope is 1 where the input is positive and 0 where it is negative.",
        {"relu": lambda g, a: g},
    ),
    (
        "relu-by-gradient",
        "relu is shut where the gradient that arrives is negative, not where the input was.",
        "Of what should you ask the sign: of what went in, or of what comes back?",
        "The gate was set on the way forward: open where a is positive, whatever arrives.",
        {"relu": lambda g, a: g * (g > 0)},
    ),
):
    Tensor.mistake(_name, _observed, _look, _derive)(engine(shares=_shares))

# --- left and right, new tensors ----------------------------------------------------------------


def _swapped(name):
    return lambda self, other: getattr(self, name)(other)


Tensor.mistake(
    "reflected-difference-swapped",
    "With a number or an array on the left, K - a comes out as a - K.",
    "Python calls the reflected subtraction of a with K as other. Which of the two comes first?",
    "K - a = K + (-a): a is subtracted, and its slope is -1.",
)(engine(methods={"__rsub__": _swapped("__sub__")}))

Tensor.mistake(
    "reflected-quotient-swapped",
    "With a number or an array on the left, K / a comes out as a / K.",
    "Python calls the reflected division of a with K as other. Which of the two is on top?",
    "K / a = K a**-1, and its slope is -K / a**2.",
)(engine(methods={"__rtruediv__": _swapped("__truediv__")}))

Tensor.mistake(
    "no-reflected-operations",
    "A number or an array on the left of an operation raises an error; on the right all is well.",
    "Who is asked first for 2 + a: the number or the Tensor? And who next?",
    "The number does not know your class and declines; then Python asks the Tensor for its "
    "reflected operation. There is one for each of + - * /.",
)(engine(methods={name: None for name in ("__radd__", "__rsub__", "__rmul__", "__rtruediv__")}))

Tensor.mistake(
    "array-takes-over",
    "A number on the left is fine, but with an array on the left the operation went to NumPy: what "
    "came out is an array of tensors, one for each entry of the array.",
    "For K - a Python asks K first, and NumPy is willing to subtract anything, entry by entry. How "
    "does a class tell NumPy to leave an operation to it?",
    "NumPy looks for an attribute of the class before it takes over. Its documentation names it "
    "where it speaks of operators and of classes that are no arrays.",
)(engine(methods={"__array_ufunc__": None}))


def _whole(self, data, parents=(), shares=None, op=""):
    self.data = np.asarray(data)
    self.grad = np.zeros(self.data.shape)
    self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op


Tensor.mistake(
    "whole-numbers-kept",
    "A tensor made of whole numbers keeps whole numbers: they have no small changes, and their "
    "negative powers fail.",
    "What dtype has an array that is made of ints?",
    "Gradients are about small changes, so data are floats from the start, whatever comes in.",
)(engine(methods={"__init__": _whole}))


def _grad_number(self, data, parents=(), shares=None, op=""):
    self.data = np.asarray(data, dtype=float)
    self.grad = 0.0
    self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op


Tensor.mistake(
    "grad-one-number",
    "A new tensor's gradient is not an array of zeros in the shape of its data.",
    "Which shape has the gradient of an array of shape (3, 2), before and after backward()?",
    "Every entry has a gradient of its own, and all of them are 0 until blame arrives.",
)(engine(methods={"__init__": _grad_number}))

# --- any other fault of one part ----------------------------------------------------------------

TWO_USES = "Each use sends a share. Does every one of them arrive, and does each arrive once?"
BY_HAND = "Do this one with arrays of two entries on paper: the value first, then each share."

for _part, _observed, _derive, _engine in (
    (
        "arithmetic",
        "A gradient through + - * / ** or a minus sign comes out wrong.",
        "Entry by entry the slopes are those of chapter 2, and a share is the slope times what "
        "arrives.",
        engine(shares={"neg": lambda g, a: g}),
    ),
    (
        "numbers and arrays",
        "A gradient through an operation with a number or an array comes out wrong.",
        "A number or an array can be wrapped in a Tensor of its own; then every operation is one "
        "between two Tensors.",
        engine(methods={"__radd__": lambda self, other: self - other}),
    ),
    (
        "sums and means",
        "A gradient through a sum or a mean comes out wrong.",
        "Every entry that was added up gets what arrives at the sum, at its own place; a mean "
        "divides it by the number of entries it was made of.",
        engine(shares={"sum": lambda g, a, axis, keep: expanded(g, a, axis, keep) / a.size}),
    ),
    (
        "functions",
        "A gradient through exp, log, tanh or relu comes out wrong.",
        "exp is its own slope, log has 1/a, tanh 1 - tanh**2, relu 1 above zero and 0 below. The "
        "share is the slope times what arrives.",
        engine(shares={"relu": lambda g, a: g * 0.0}),
    ),
    (
        "reshape and T",
        "A gradient through a reshape or a transpose comes out wrong.",
        "No number changes, each only moves: what arrives moves back to where it came from.",
        engine(shares={"T": lambda g, a: g.reshape(a.shape)}),
    ),
    (
        "values",
        "A forward value comes out wrong, before any gradient is asked.",
        "Each operation gives what NumPy gives for the arrays in it.",
        engine(methods={"relu": lambda self: self * 1.0}),
    ),
):
    Tensor.mistake(f"wrong-in-{_part.replace(' ', '-')}", _observed, BY_HAND, _derive, when=_part)(
        _engine
    )

# --- and where no single cause is known: the part alone is named ---------------------------------

for _part, _observed, _look, _derive in (
    (
        "new tensors",
        "A new tensor does not hold what it should.",
        "Make one of a number, of a list, of an array of ints, and print what it holds.",
        "Data are floats, in the shape that came in; every entry has a gradient of its own, and "
        "all of them are 0 until blame arrives.",
    ),
    (
        "broadcasting",
        "Between operands of different shapes a gradient comes out wrong.",
        "An entry of the smaller one was copied to several places. Along which axes?",
        "Every copy sends a share, and they add up along each new axis and each stretched one; "
        "where both operands were copied, both are summed back.",
    ),
    (
        "matrix products",
        "A gradient through a matrix product comes out wrong.",
        "Write the shapes: a (r, k), b (k, c), the gradient that arrives (r, c).",
        "t[i, j] = sum over m of a[i, m] b[m, j]. A nudge of a[i, m] moves t[i, j] by b[m, j] for "
        "every j.",
    ),
    (
        "indexing",
        "A gradient through indexing comes out wrong.",
        "Which entries were picked, how often, and where do their shares go?",
        "Every picked entry gets the sum of what arrives at its places, all others 0.",
    ),
    ("used twice", "A tensor that is used in two places has a wrong gradient.", TWO_USES, ADD_UP),
    (
        "order",
        "In a graph in which tensors are used at several depths a gradient comes out wrong.",
        "How often does each tensor have its turn, and what has arrived by then?",
        ONE_TURN,
    ),
    (
        "backward() again",
        "After an earlier backward(), or with gradients set before, a gradient comes out wrong.",
        "Which gradients are not 0 when the pass begins?",
        "Every tensor the result depends on, inner ones too, begins with 0, the result with 1.",
    ),
):
    Tensor.mistake(f"in-{_part.replace(' ', '-')}", _observed, _look, _derive, when=_part)(None)
