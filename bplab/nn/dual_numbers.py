"""Forward mode: numbers that carry their slope with them."""

import numpy as np


class Dual:
    """A number, or an array entry by entry, with its slope in one direction.

    Supports `+ - * /` with duals and numbers on either side, `**` with a number as exponent,
    unary minus, `tanh()`, `exp()`, `relu()`, and indexing of value and slope alike.

    Parameters
    ----------
    value : float or array
    slope : float or array
        How fast the value changes along the direction asked for; a number stands for every entry.

    Notes
    -----
    (v + s e)(w + t e) = v w + (v t + s w) e with e * e = 0 (Clifford 1873; for derivatives of
    programs, Wengert 1964).
    """

    __array_ufunc__ = None  # an array on the left leaves the operation to this class

    def __init__(self, value, slope=0.0):
        self.value = np.asarray(value, dtype=float)
        self.slope = np.broadcast_to(np.asarray(slope, dtype=float), self.value.shape)

    def __repr__(self):
        return f"Dual({self.value}, {self.slope})"

    @staticmethod
    def of(x):
        """x itself if it is a Dual, else a constant: its slope is 0."""
        return x if isinstance(x, Dual) else Dual(x, 0.0)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        other = Dual.of(other)
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other):
        other = Dual.of(other)
        slope = self.slope * other.value + self.value * other.slope
        return Dual(self.value * other.value, slope)

    def __truediv__(self, other):
        other = Dual.of(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __pow__(self, k):
        slope = k * self.value ** (k - 1) if k else 0.0
        return Dual(self.value**k, slope * self.slope)

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __radd__(self, other):
        return Dual.of(other) + self

    def __rsub__(self, other):
        return Dual.of(other) - self

    def __rmul__(self, other):
        return Dual.of(other) * self

    def __rtruediv__(self, other):
        return Dual.of(other) / self

    def tanh(self):
        t = np.tanh(self.value)
        return Dual(t, (1 - t**2) * self.slope)

    def exp(self):
        e = np.exp(self.value)
        return Dual(e, e * self.slope)

    def relu(self):
        on = self.value > 0
        return Dual(np.where(on, self.value, 0.0), on * self.slope)

    def __getitem__(self, index):
        return Dual(self.value[index], self.slope[index])
