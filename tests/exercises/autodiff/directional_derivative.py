"""directional_derivative: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from bplab.nn import Dual


def in_two_lines(f, x, v):
    moved = f(Dual(x.copy(), v.copy()))
    return np.array(moved.slope)


def as_a_list(f, x, v):
    return [float(s) for s in f(Dual(x, v)).slope]


def the_whole_dual(f, x, v):
    return f(Dual(x, v))


def minus(f, x, v):
    return -f(Dual(x, v)).slope


def exchanged(f, x, v):
    return f(Dual(v, x)).slope


ACCEPTED = [in_two_lines, as_a_list, nn.directional_derivative]

TOLD = [
    (the_whole_dual, "a Dual"),
    (minus, "sign"),
    (exchanged, "point-and-direction-swapped"),
    (lambda f, x, v: f(Dual(x, 2 * v)).slope,),
]
