"""Dual: numbers that carry their slope with them."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.autodiff import dual_programs, programs

Dual = Exercise(
    "Dual",
    "10_autodiff",
    nn.Dual,
    returns="dual",
    points=4,
    driver="dual",
    signatures=False,
    named=programs.named,
    narrowed=programs.narrowed,
    repeat=False,
    achieved="Numbers carry their slope forward, so no way back is needed where inputs are few.",
)


@Dual.paper
def _(rng):
    for _ in range(2):
        yield Case({"programs": dual_programs.programs(rng)})


# What each operation makes of values and slopes: the slope of the result.
SLOPES = {
    "+": lambda a, da, b, db: da + db,
    "-": lambda a, da, b, db: da - db,
    "*": lambda a, da, b, db: da * b + a * db,
    "/": lambda a, da, b, db: (da * b - a * db) / b**2,
    "**": lambda a, da, k: k * a ** (k - 1) * da,
    "neg": lambda a, da: -da,
    "tanh": lambda a, da: (1 - np.tanh(a) ** 2) * da,
    "exp": lambda a, da: np.exp(a) * da,
    "relu": lambda a, da: (a > 0) * da,
}
VALUES = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "truediv"}


def _class(slopes=None, methods=None, constant=0.0):
    """A Dual class that is right but for what is given."""
    rule, given = {**SLOPES, **(slopes or {})}, slopes or {}

    class Dual:
        __array_ufunc__ = None
        given_slopes = given  # read by `dual_readings`, for programs of one operation

        def __init__(self, value, slope):
            self.value = np.asarray(value, dtype=float)
            self.slope = slope + np.zeros_like(self.value)

        def __pow__(self, k):
            return Dual(self.value**k, rule["**"](self.value, self.slope, k))

        def __neg__(self):
            return Dual(-self.value, rule["neg"](self.value, self.slope))

        def __getitem__(self, index):
            return Dual(self.value[index], self.slope[index])

    def of_two(op):
        def method(left, right):
            left, right = (x if isinstance(x, Dual) else Dual(x, constant) for x in (left, right))
            slope = rule[op](left.value, left.slope, right.value, right.slope)
            return Dual(VALUES[op](left.value, right.value), slope)

        return method

    def of_one(name, compute):
        return lambda self: Dual(compute(self.value), rule[name](self.value, self.slope))

    for op, name in NAMES.items():
        method = of_two(op)
        setattr(Dual, f"__{name}__", method)
        setattr(Dual, f"__r{name}__", lambda self, other, way=method: way(other, self))
    for name, compute in (("tanh", np.tanh), ("exp", np.exp), ("relu", _relu)):
        setattr(Dual, name, of_one(name, compute))
    for name, method in (methods or {}).items():
        if method is None:
            delattr(Dual, name)
        else:
            setattr(Dual, name, method)
    return Dual


def _relu(a):
    return np.maximum(a, 0.0)


for _name, _observed, _look, _derive, _slopes in (
    (
        "product-of-slopes",
        "In a * b the slope is the product of the two slopes.",
        "a = 3 moves at speed 1, b = 5 stands still. At what speed does a b move?",
        "(a + da)(b + db) = a b + da b + a db + da db, and the last term is too small to count.",
        {"*": lambda a, da, b, db: da * db},
    ),
    (
        "product-like-sum",
        "In a * b the slopes are added as in a sum.",
        "If b is 100, how fast does a b move when a moves at speed 1?",
        "(a + da)(b + db) = a b + da b + a db + ...: each slope is weighed by the other factor.",
        {"*": lambda a, da, b, db: da + db},
    ),
    (
        "product-weights-swapped",
        "In a * b each slope is weighed by its own factor, not by the other one.",
        "If b is 100, how fast does a b move when a moves at speed 1?",
        "The slope of a b is da b + a db.",
        {"*": lambda a, da, b, db: da * a + b * db},
    ),
    (
        "product-without-second-term",
        "In a * b the slope is da b alone: that b moves too is left out.",
        "a = 3 stands still, b = 5 moves at speed 1. At what speed does a b move?",
        "The slope of a b is da b + a db.",
        {"*": lambda a, da, b, db: da * b + 0 * db},
    ),
    (
        "product-without-first-term",
        "In a * b the slope is a db alone: that a moves too is left out.",
        "a = 3 moves at speed 1, b = 5 stands still. At what speed does a b move?",
        "The slope of a b is da b + a db.",
        {"*": lambda a, da, b, db: 0 * da + a * db},
    ),
    (
        "difference-like-sum",
        "In a - b the slopes are added.",
        "If a stands still and b grows, what does a - b do?",
        "The slope of a - b is da - db.",
        {"-": lambda a, da, b, db: da + db},
    ),
    (
        "minus-keeps-slope",
        "-a keeps the slope of a.",
        "If a grows, what does -a do?",
        "The sign turns value and slope.",
        {"neg": lambda a, da: da},
    ),
    (
        "quotient-of-slopes",
        "In a / b the slope is the quotient of the two slopes.",
        "If b stands still, its slope is 0. At what speed does a / b move?",
        "a = q b, so da = dq b + q db. Solve for dq.",
        {
            "/": lambda a, da, b, db: np.divide(
                da, db, out=np.zeros(np.shape(da + db)), where=db != 0
            )
        },
    ),
    (
        "quotient-sign",
        "In a / b the two terms of the slope are added.",
        "What does a / b do if b grows, for positive a and b?",
        "a = q b, so da = dq b + q db, and dq = (da - q db) / b.",
        {"/": lambda a, da, b, db: (da * b + a * db) / b**2},
    ),
    (
        "quotient-not-squared",
        "In a / b the slope lacks a power of b below the line.",
        "If b is 10 and stands still, at what speed does a / b move?",
        "a = q b, so da = dq b + q db, and dq = (da - q db) / b with q = a / b.",
        {"/": lambda a, da, b, db: (da * b - a * db) / b},
    ),
    (
        "power-not-lowered",
        "In a ** k the exponent comes down as a factor and stays above as well.",
        "What is the derivative of a**2?",
        "The slope of a**k is k a**(k-1) times the slope of a.",
        {"**": lambda a, da, k: k * a**k * da},
    ),
    (
        "inner-slope-left-out-of-powers",
        "a ** k has the slope of the power alone: the speed of a is left out.",
        "If a moves twice as fast, what does a**2 do?",
        "Slopes multiply along the way: k a**(k-1) times the slope of a.",
        {"**": lambda a, da, k: k * a ** (k - 1) + 0 * da},
    ),
    (
        "inner-slope-left-out",
        "tanh, exp and relu give the slope of their own curve: the speed of what went in is left "
        "out.",
        "If a moves twice as fast, what does tanh(a) do?",
        "Slopes multiply along the way: the curve's slope at a, times the slope of a.",
        {
            "tanh": lambda a, da: 1 - np.tanh(a) ** 2 + 0 * da,
            "exp": lambda a, da: np.exp(a) + 0 * da,
            "relu": lambda a, da: (a > 0) + 0 * da,
        },
    ),
    (
        "curves-applied-to-slopes",
        "tanh, exp and relu are taken of the slope as well as of the value.",
        "A slope is a speed. Is the speed of tanh(a) the tanh of a speed?",
        "Near a the curve is a straight line: its slope there, times the slope of a.",
        {
            "tanh": lambda a, da: np.tanh(da),
            "exp": lambda a, da: np.exp(da),
            "relu": lambda a, da: np.maximum(da, 0.0),
        },
    ),
    (
        "tanh-slope-of-input",
        "The slope of tanh is written with its input: 1 - a**2.",
        "The short form squares the value of tanh. Is that what went in or what came out?",
        "With t = tanh(a) the curve's slope is 1 - t**2.",
        {"tanh": lambda a, da: (1 - a**2) * da},
    ),
    (
        "tanh-not-squared",
        "The slope of tanh lacks its square: 1 - t.",
        "The curve is the same on both sides of 0 but for its sign. Is your slope?",
        "With t = tanh(a) the curve's slope is 1 - t**2.",
        {"tanh": lambda a, da: (1 - np.tanh(a)) * da},
    ),
    (
        "relu-always-open",
        "relu passes the slope on for negative numbers too.",
        "An input of -2 moves a little. Does relu of it move?",
        "Where the input is negative, relu stands still: slope 0.",
        {"relu": lambda a, da: 1.0 * da},
    ),
    (
        "relu-by-slope",
        "relu is shut where the slope is negative, not where the value is.",
        "An input of 2 falls. Does relu of it fall?",
        "The gate looks at the value: open where it is positive, whatever the slope.",
        {"relu": lambda a, da: da * (da > 0)},
    ),
):
    Dual.mistake(_name, _observed, _look, _derive)(_class(_slopes))

Dual.mistake(
    "numbers-move",
    "A plain number is given the slope 1, as if it moved.",
    "How fast does the number 2 change?",
    "A constant has the slope 0; only what depends on the input moves.",
)(_class(constant=1.0))

Dual.mistake(
    "reflected-difference-swapped",
    "With a number on the left, k - a comes out as a - k.",
    "Python calls the reflected subtraction of a with k as other. Which of the two comes first?",
    "k - a has the value k - a and the slope of a with its sign turned.",
)(_class(methods={"__rsub__": lambda self, other: self - other}))

Dual.mistake(
    "reflected-quotient-swapped",
    "With a number on the left, k / a comes out as a / k.",
    "Python calls the reflected division of a with k as other. Which of the two is on top?",
    "k = q a stands still, so 0 = dq a + q da.",
)(_class(methods={"__rtruediv__": lambda self, other: self / other}))

Dual.mistake(
    "no-reflected-operations",
    "A number on the left of an operation raises a TypeError; on the right all is well.",
    "Who is asked first for 2 + a: the number or the Dual? And who next?",
    "The number does not know your class and declines; then Python asks the Dual for its reflected "
    "operation. There is one for each of + - * /.",
)(_class(methods={f"__r{name}__": None for name in NAMES.values()}))


def _kept_as_it_is(self, value, slope):
    self.value, self.slope = value, slope


Dual.mistake(
    "number-slope-not-spread",
    "A slope that is one number for all entries has no entries of its own, and indexing it fails.",
    "A value of five entries with the slope 0.7: what is the slope of entry 2?",
    "One number stands for the same slope at every entry. Spread it to the shape of the value, or "
    "index it only where it has entries.",
)(_class(methods={"__init__": _kept_as_it_is}))

for _part, _observed, _derive, _given in (
    (
        "arithmetic",
        "A sum, a difference, a product or a minus sign comes out wrong.",
        "Put a + da and b + db in, multiply out, and keep what is linear in da and db.",
        {"+": lambda a, da, b, db: da},
    ),
    (
        "powers and quotients",
        "A power or a quotient comes out wrong.",
        "For q = a / b write a = q b and take the product's rule; a**k has k a**(k-1) times the "
        "slope of a.",
        {"/": lambda a, da, b, db: da / b},
    ),
    (
        "functions",
        "A function of a Dual comes out wrong.",
        "The value is the curve at a; the slope is the curve's slope at a, times the slope of a.",
        {"exp": lambda a, da: a * np.exp(a) * da},
    ),
):
    Dual.mistake(
        f"wrong-in-{_part.replace(' ', '-')}",
        _observed,
        "Put the numbers in by hand: first the value, then how fast it moves.",
        _derive,
        when=_part,
    )(_class(_given))

for _part, _observed, _look, _derive in (
    (
        "numbers",
        "An operation of a Dual with a plain number comes out wrong.",
        "How fast does the number move? And which of the two stands on the left?",
        "A number is a Dual with the slope 0; then every operation is one between two Duals.",
    ),
    (
        "indexing",
        "Indexing comes out wrong.",
        "What is picked from the value, and what from the slope?",
        "Entry i of the value moves with entry i of the slope; one slope for all stands for each.",
    ),
    (
        "arrays",
        "With arrays an operation comes out wrong, though it may be right for single numbers.",
        "Is every step done entry by entry, for value and slope alike?",
        "Each entry is a Dual of its own; a value that is copied takes its slope along.",
    ),
):
    Dual.mistake(f"in-{_part}", _observed, _look, _derive, when=_part)(None)
