"""Mistakes made in an operation: its number, its slope, or its place beside plain numbers."""

import math
from functools import partial

from bplab.exercises.autograd_engine.engines import begun, engine, right_backward
from bplab.exercises.autograd_engine.value import Value

Value.mistake(
    "product-slopes-swapped",
    "In a * b each factor gets its own number as its slope.",
    "If b is 100, how much does a b move when a moves by 1?",
    "d(a b)/da = b: each factor's slope is the other factor.",
)(engine(**{"*": lambda a, b: (a, b)}))


Value.mistake(
    "product-like-sum",
    "In a * b both factors get slope 1, as in a sum.",
    "If b is 100, how much does a b move when a moves by 1?",
    "d(a b)/da = b: each factor's slope is the other factor.",
)(engine(**{"*": lambda a, b: (1.0, 1.0)}))


Value.mistake(
    "difference-like-sum",
    "In a - b both get the slope of a sum.",
    "What happens to a - b when b grows?",
    "d(a - b)/db = -1.",
)(engine(**{"-": lambda a, b: (1.0, 1.0)}))


Value.mistake(
    "quotient-sign",
    "In a / b the slope for b has the wrong sign.",
    "What happens to 1/b when b grows?",
    "a/b = a b**-1, so the slope for b is -a / b**2.",
)(engine(**{"/": lambda a, b: (1 / b, a / b**2)}))


Value.mistake(
    "quotient-not-squared",
    "In a / b the slope for b lacks a power of b.",
    "Write a/b as a times b to the power -1. What is the derivative of that power?",
    "The derivative of b**-1 is -b**-2, so the slope for b is -a / b**2.",
)(engine(**{"/": lambda a, b: (1 / b, -a / b)}))


Value.mistake(
    "power-not-lowered",
    "In a ** k the exponent comes down as a factor and stays above as well.",
    "What is the derivative of a**2?",
    "The derivative of a**k is k a**(k-1): the exponent falls by one.",
)(engine(**{"**": lambda a, k: (k * a**k,)}))


Value.mistake(
    "power-without-factor",
    "In a ** k the exponent falls by one, but does not come down as a factor.",
    "What is the derivative of a**2?",
    "The derivative of a**k is k a**(k-1).",
)(engine(**{"**": lambda a, k: (a ** (k - 1),)}))


Value.mistake(
    "power-slope-minus-one",
    "In a ** k the slope is k a**k - 1: the 1 is taken off the result, not off the exponent.",
    "In which order does Python work out k * a ** k - 1?",
    "The derivative of a**k is k a**(k-1): k - 1 as a whole is the exponent, and needs brackets.",
)(engine(**{"**": lambda a, k: (k * a**k - 1,)}))


Value.mistake(
    "tanh-slope-of-input",
    "The slope of tanh is written with its input: 1 - a**2.",
    "The short form squares the value of tanh. Which number is that, what went in or what came "
    "out?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(engine(tanh=lambda a: (1 - a**2,)))


Value.mistake(
    "tanh-not-squared",
    "The slope of tanh lacks its square: 1 - t.",
    "The curve is the same on both sides of 0 but for its sign. Is your slope?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(engine(tanh=lambda a: (1 - math.tanh(a),)))


Value.mistake(
    "exp-like-a-power",
    "The slope of exp is treated like that of a power: a e**(a-1).",
    "In e**a, is a the base or the exponent?",
    "exp is its own derivative: the slope at a is e**a.",
)(engine(exp=lambda a: (a * math.exp(a - 1),)))


Value.mistake(
    "exp-slope-one",
    "exp passes its grad on as if its slope were 1.",
    "How steep is e**a at a = 0, and how steep at a = 1?",
    "exp is its own derivative: the slope at a is e**a.",
)(engine(exp=lambda a: (1.0,)))


Value.mistake(
    "relu-always-open",
    "relu passes blame on for negative numbers too.",
    "Nudge an input of -2 a little: does relu of it change?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)(engine(relu=lambda a: (1.0,)))


Value.mistake(
    "reflected-difference-swapped",
    "k - a comes out as a - k.",
    "Python calls the reflected subtraction of a with k as other. Which of the two comes first?",
    "k - a = k + (-a): a is subtracted, and its slope is -1.",
)(engine(methods={"__rsub__": lambda self, other: self - other}))


Value.mistake(
    "reflected-quotient-swapped",
    "k / a comes out as a / k.",
    "Python calls the reflected division of a with k as other. Which of the two is on top?",
    "k / a = k a**-1, and its slope is -k / a**2.",
)(engine(methods={"__rtruediv__": lambda self, other: self / other}))


Value.mistake(
    "no-reflected-operations",
    "A plain number on the left of an operation raises a TypeError; on the right all is well.",
    "Who is asked first for 2 + a: the number or the Value? And who next?",
    "The number does not know your class and declines; then Python asks the Value for its "
    "reflected operation. There is one for each of + - * /.",
)(engine(methods={name: None for name in ("__radd__", "__rsub__", "__rmul__", "__rtruediv__")}))


Value.mistake(
    "sum-or-product",
    "An expression of sums and products alone comes out wrong.",
    "Do this one on paper: its value first, then one share for each input.",
    "In a + b both slopes are 1; in a b each factor's slope is the other factor. A share is the "
    "slope times the grad of the result.",
    when="sums and products",
)(engine(**{"+": lambda a, b: (a, b)}))


Value.mistake(
    "difference",
    "A difference or a minus sign comes out wrong.",
    "Do this one on paper: what happens to the result when each input grows?",
    "a - b has the slopes 1 and -1; -a has the slope -1. Both can be built from + and *.",
    when="differences",
)(engine(**{"unary -": lambda a: (-a,)}))


Value.mistake(
    "power-or-quotient",
    "A power or a quotient comes out wrong.",
    "Write it as a power: a quotient is a product with a power of -1. Then do it on paper.",
    "a**k has the slope k a**(k-1), and a/b = a b**-1.",
    when="powers and quotients",
)(engine(**{"/": lambda a, b: (b, a)}))


Value.mistake(
    "function-slope",
    "A function of a value comes out wrong.",
    "Put the number in by hand: first the value, then the slope at that number.",
    "tanh has the slope 1 - tanh**2, exp is its own slope, relu has 1 above zero and 0 below. The "
    "share passed on is the slope times what arrives.",
    when="functions",
)(engine(relu=lambda a: (0.0,)))


Value.mistake(
    "plain-number",
    "An operation of a value with a plain number comes out wrong.",
    "Which of the two stands on the left? Follow the call Python makes for it.",
    "A plain number can be wrapped in a Value of its own; then every operation is one between "
    "two Values.",
    when="plain numbers",
)(engine(methods={"__radd__": lambda self, other: self - other}))

Value.mistake(
    "number-off",
    "The number of an expression comes out wrong, before any gradient is asked for.",
    "Put the given numbers into the expression by hand. At which operation do you part from it?",
    "An operation first computes its own number from the data of what it is given; the slopes come "
    "after that.",
    when="numbers",
)(engine(methods={"exp": lambda self: self._of("exp", 2.0**self.data)}))

IN = {
    "sum": ("+", "a sum"),
    "product": ("*", "a product"),
    "difference": ("-", "a difference"),
    "minus": ("unary -", "a minus sign"),
    "power": ("**", "a power"),
    "quotient": ("/", "a quotient"),
    "tanh": ("tanh", "tanh"),
    "exp": ("exp", "exp"),
    "relu": ("relu", "relu"),
}
for _word, (_operation, _spoken) in IN.items():
    Value.mistake(
        f"overwritten-in-{_word}",
        f"The share that comes through {_spoken} replaces what a value had received before: of "
        "two shares one is left.",
        f"When the share from {_spoken} arrives at a value, what happens to the one that is there?",
        "A value may be used in two places, and the chain rule adds over all roads: in every "
        "operation the grad of a parent is added to, never replaced.",
    )(engine(partial(right_backward, replacing=(_operation,))))
    Value.mistake(
        f"upstream-ignored-in-{_word}",
        f"Through {_spoken} each value gets the slope alone: what arrives from the output is left "
        "out.",
        f"Take c times {_spoken}: how much does its result move the output, and where does that "
        "come into what you pass on?",
        "Slopes multiply along the road: a share is the slope of the operation times the grad of "
        "its own result.",
    )(engine(partial(right_backward, deaf=(_operation,))))

Value.mistake(
    "tanh-for-its-slope",
    "The slope of tanh is tanh itself in your engine.",
    "How steep is tanh at 0, and what does yours say there?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(engine(tanh=lambda a: (math.tanh(a),)))

Value.mistake(
    "tanh-slope-with-plus",
    "The slope of tanh is 1 + t**2 in your engine: at least 1, and tanh is never steeper than 1.",
    "What should the slope be far out, where tanh is flat?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(engine(tanh=lambda a: (1 + math.tanh(a) ** 2,)))

Value.mistake(
    "tanh-slope-of-sigmoid",
    "The slope of tanh is t (1 - t) in your engine, the short form of the sigmoid.",
    "How steep is tanh at 0, and what does yours say there?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(engine(tanh=lambda a: (math.tanh(a) * (1 - math.tanh(a)),)))

Value.mistake(
    "exp-slope-of-input",
    "exp passes its grad on with the slope a, its input.",
    "How steep is e**a at a = 0? And with your slope?",
    "exp is its own derivative: the slope at a is e**a.",
)(engine(exp=lambda a: (a,)))

Value.mistake(
    "relu-slope-of-output",
    "relu passes its own output on as the slope: a for positive a.",
    "Nudge a = 2 by 0.1: by how much does relu of it move?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)(engine(relu=lambda a: (max(a, 0.0),)))

Value.mistake(
    "relu-mirrored",
    "relu passes blame on where its input is negative, and none where it is positive.",
    "On which side of 0 does relu rise?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)(engine(relu=lambda a: (1.0 if a < 0 else 0.0,)))

Value.mistake(
    "minus-like-plus",
    "A minus sign passes its grad on as it is.",
    "What happens to -a when a grows?",
    "d(-a)/da = -1.",
)(engine(**{"unary -": lambda a: (1.0,)}))

Value.mistake(
    "quotient-top-forgotten",
    "In a / b the slope for b is -1 / b**2: the number on top is missing from it.",
    "If a is 100, how much does a / b move when b moves a little?",
    "a/b = a b**-1, so the slope for b is -a / b**2.",
)(engine(**{"/": lambda a, b: (1 / b, -1 / b**2)}))

Value.mistake(
    "quotient-slopes-swapped",
    "In a / b the two slopes have changed places.",
    "What happens to a / b when a grows by 1?",
    "d(a/b)/da = 1/b, and d(a/b)/db = -a / b**2.",
)(engine(**{"/": lambda a, b: (-a / b**2, 1 / b)}))

Value.mistake(
    "difference-backwards",
    "In a - b the slopes are those of b - a.",
    "What happens to a - b when a grows?",
    "d(a - b)/da = 1, and d(a - b)/db = -1.",
)(engine(**{"-": lambda a, b: (-1.0, 1.0)}))

Value.mistake(
    "power-raised",
    "In a ** k the exponent comes down as k + 1, or is raised by one: that is the way of an "
    "integral.",
    "What is the derivative of a**2?",
    "The derivative of a**k is k a**(k-1).",
)(engine(**{"**": lambda a, k: ((k + 1) * a ** (k - 1),)}))


def _gated(opens):
    """relu's way back with a gate of its own; all else is right."""

    def backward(out):
        for value in reversed(begun(out)):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                passes = opens(parent.data, value.grad) if value.op == "relu" else slope
                parent.grad += passes * value.grad

    return backward


Value.mistake(
    "relu-gates-the-gradient",
    "relu stops blame that is negative, whatever its input was.",
    "Which sign decided on the way forward whether relu was on?",
    "The slope is 1 where the input is positive and 0 where it is negative. What arrives from "
    "above may have any sign.",
)(engine(_gated(lambda a, arrived: 1.0 * (arrived > 0))))

Value.mistake(
    "relu-gates-both",
    "relu stops blame that is negative, even where its input was positive.",
    "Which sign decided on the way forward whether relu was on?",
    "The slope is 1 where the input is positive and 0 where it is negative. What arrives from "
    "above may have any sign.",
)(engine(_gated(lambda a, arrived: 1.0 * (a > 0 and arrived > 0))))


def _with_values_for_slopes(self, other):
    other = other if isinstance(other, type(self)) else type(self)(other)
    return type(self)(self.data * other.data, (self, other), (other, self), "*")


def _reset_where_off(out):
    for value in reversed(begun(out)):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            off = value.op == "relu" and not slope
            parent.grad = 0.0 if off else parent.grad + slope * value.grad


Value.mistake(
    "relu-off-resets",
    "Where relu is off, it sets the grad of its input to 0: what the input had received from "
    "elsewhere is lost.",
    "A relu that is off has a share of 0 to give. What becomes of a sum when 0 is added to it?",
    "In every operation, and in each of its branches, the grad of a parent is added to: a share of "
    "0 leaves it as it is.",
)(engine(_reset_where_off))


Value.mistake(
    "values-for-slopes",
    "A grad of yours is no number but a Value.",
    "Of the things that your pass back multiplies and adds up, which are numbers, and which are "
    "Values?",
    "A slope is a number: that of a b for a is the data of b, not b itself.",
    when="wrong-type",
    kind="Value",
)(engine(methods={"__mul__": _with_values_for_slopes, "__rmul__": _with_values_for_slopes}))
