"""directional_derivative: one forward pass, one direction."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.autodiff.jacobian import mixed_outputs, sizes
from bplab.nn import Dual

directional_derivative = Exercise(
    "directional_derivative",
    "10_autodiff",
    nn.directional_derivative,
    returns="slopes",
    points=2,
    driver="directional derivative",
    credit=("the derivative",),
    achieved="One forward pass tells how the outputs move in one direction.",
)


@directional_derivative.paper
def _(rng):
    for M, D in sizes(rng):
        x = rng.uniform(0.4, 1.3, D) * rng.choice([-1, 1], D)
        v = rng.uniform(0.5, 1.9, D) * rng.choice([-1, 1], D)
        yield {"f": mixed_outputs(rng, M, D), "x": x, "v": v}


@directional_derivative.mistake(
    "value-returned",
    "What came back is f(x) itself, not how fast it changes.",
    "A Dual carries two things. Which of them did you hand back?",
    "f gives a Dual: its value is f(x), its slope is the derivative along v.",
)
def _(f, x, v):
    return f(Dual(x, v)).value


@directional_derivative.mistake(
    "direction-scaled",
    "The direction was scaled to length 1: the result is too small by the length of v, or too "
    "large if v is short.",
    "If v is twice as long, x moves twice as fast. What happens to f?",
    "The derivative along v is the Jacobian times v, with v as it is.",
)
def _(f, x, v):
    return f(Dual(x, v / np.linalg.norm(v))).slope


@directional_derivative.mistake(
    "direction-left-out",
    "Every input moves at speed 1: the direction v was not asked.",
    "With which slope does each x enter f?",
    "x moves with speed v, so its slope, entry by entry, is v.",
)
def _(f, x, v):
    return f(Dual(x, np.ones_like(x))).slope


@directional_derivative.mistake(
    "one-input-at-a-time",
    "The numbers are right, but f was called once for each input.",
    "Can all inputs move at once, each at its own speed?",
    "A slope of v in place of one axis at a time: every operation is linear in the slopes, so one "
    "pass gives the whole sum of v[d] times column d.",
)
def _(f, x, v):
    return sum(f(Dual(x, e)).slope * step for e, step in zip(np.eye(len(x)), v, strict=True))


@directional_derivative.mistake(
    "finite-differences",
    "f was asked at other points than x: this is a difference, not forward mode.",
    "What does a Dual carry that a difference has to estimate?",
    "With value x and slope v, one call gives the derivative exactly, without an h.",
    when="where f was asked",
)
def _(f, x, v):
    h = 1e-5
    return (f(Dual(x + h * v, v)).value - f(Dual(x - h * v, v)).value) / (2 * h)


@directional_derivative.mistake(
    "not-one-call",
    "f was not called exactly once.",
    "How many passes does forward mode need for one direction?",
    "All inputs move at once, each with its own slope: one Dual goes in, one comes out.",
    when="number of calls of f",
)
def _(f, x, v):
    f(Dual(x, v))
    return f(Dual(x, v)).slope


directional_derivative.mistake(
    "in-derivative",
    "The numbers are not the derivative of f along v.",
    "What goes into f, and which part of what comes out do you give back?",
    "x moves with speed v: value x, slope v. The slope that comes out is the Jacobian times v.",
    when="the derivative",
)(None)


@directional_derivative.mistake(
    "point-and-direction-swapped",
    "x and v have changed places: f was asked at v, moving along x.",
    "Which of the two is the value of a Dual, and which its slope?",
    "x moves with speed v: value x, slope v.",
)
def _(f, x, v):
    return f(Dual(v, x)).slope
