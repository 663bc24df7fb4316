"""Dual: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn
from bplab.exercises.autodiff.dual import _class


class Plain:
    """Numbers stay numbers; NumPy does the spreading; quotients are powers."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        if not isinstance(other, Plain):
            return Plain(self.value + other, self.slope)
        return Plain(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        if not isinstance(other, Plain):
            return Plain(self.value * other, self.slope * other)
        return Plain(self.value * other.value, self.slope * other.value + other.slope * self.value)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, k):
        return Plain(self.value**k, self.slope * k * self.value ** (k - 1))

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def tanh(self):
        return Plain(np.tanh(self.value), self.slope / np.cosh(self.value) ** 2)

    def exp(self):
        return Plain(np.exp(self.value), self.slope * np.exp(self.value))

    def relu(self):
        return Plain(np.maximum(self.value, 0), np.where(self.value > 0, self.slope, 0.0))

    def __getitem__(self, index):
        slope = np.broadcast_to(self.slope, np.shape(self.value))
        return Plain(self.value[index], slope[index])


class ByComplex:
    """One complex number carries both: the slope rides on a tiny imaginary part."""

    tiny = 1e-30

    def __init__(self, value, slope=0.0):
        self.both = np.asarray(value) + 1j * self.tiny * np.asarray(slope)

    @classmethod
    def made(cls, both):
        out = cls(0.0)
        out.both = both
        return out

    value = property(lambda self: self.both.real)
    slope = property(lambda self: self.both.imag / self.tiny)

    def _with(self, other, f):
        other = other.both if isinstance(other, ByComplex) else other
        return self.made(f(self.both, other))

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._with(other, lambda a, b: a / b)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return self._with(other, lambda a, b: b - a)

    def __rtruediv__(self, other):
        return self._with(other, lambda a, b: b / a)

    def __pow__(self, k):
        return self.made(self.both**k)

    def __neg__(self):
        return self.made(-self.both)

    def tanh(self):
        return self.made(np.tanh(self.both))

    def exp(self):
        return self.made(np.exp(self.both))

    def relu(self):
        return self.made(np.where(self.both.real > 0, self.both, 0))

    def __getitem__(self, index):
        return self.made(self.both[index])


class Child(nn.Dual):
    """A subclass."""


def stub(self, *args):
    raise NotImplementedError


EXERCISE = "Dual"

ACCEPTED = [Plain, ByComplex, Child, _class()]

TOLD = [
    (_class(methods={"tanh": stub}), "not-written", "not written yet"),
    (_class(methods={"tanh": lambda self: math.tanh(self.value)}), "no attribute 'value'"),
    (_class({"*": lambda a, da, b, db: da * b}), "product-without-second-term"),
    (_class({"*": lambda a, da, b, db: da * b - a * db}), "wrong-in-arithmetic"),
    (_class({"/": lambda a, da, b, db: (a * db - da * b) / b**2}), "slope-read-off", "sign turned"),
    (_class({"**": lambda a, da, k: k * a ** (k - 2) * da}), "wrong-in-powers-and-quotients"),
    (_class({"tanh": lambda a, da: -(1 - np.tanh(a) ** 2) * da}), "slope-read-off", "sign turned"),
    (_class({"tanh": lambda a, da: 1 - np.tanh(a) ** 2 + 0 * da}), "what went in is left out"),
    (_class({"relu": lambda a, da: (a > 0) + 0 * da}), "what went in is left out"),
    (_class({"exp": lambda a, da: np.exp(da)}), "exp of the slope of what went in"),
    (_class({"exp": lambda a, da: da}), "as it came"),
    (_class({"tanh": lambda a, da: np.tanh(a) * da}), "tanh of the value, times"),
    (
        _class({"neg": lambda a, da: da, "-": lambda a, da, b, db: da + db}),
        "minus-keeps-slope",
    ),
    (_class({"+": lambda a, da, b, db: 0 * da}), "wrong-in-arithmetic"),
    (_class({"*": lambda a, da, b, db: b * da}), "product-without-second-term"),
    (_class({"*": lambda a, da, b, db: db * a}), "product-without-first-term"),
    (_class({"tanh": lambda a, da: da - da * np.tanh(a)}), "tanh-not-squared"),
]
