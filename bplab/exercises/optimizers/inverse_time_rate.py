"""A rate that falls as 1/t."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault
from bplab.exercises.other_formulas import other_formulas

inverse_time_rate = Exercise(
    "inverse_time_rate",
    "04_optimizers",
    nn.inverse_time_rate,
    returns="rate",
    points=1,
    achieved="The rate falls in time, so that late steps are small ones.",
)


@inverse_time_rate.paper
def _(rng):
    for t in (1, 2, 3, 10, 1000, 20_000, int(rng.integers(20, 90))):
        rate = float(rng.uniform(0.1, 2.0))
        yield Case({"learning_rate": rate, "t": t}, extreme=t > 500)  # a power overflows there


@inverse_time_rate.mistake(
    "counted-from-zero",
    "Your rate at t is the one that belongs to t + 1.",
    "From which number does t count here? What is the rate at t = 1?",
    "t counts from 1, so the first rate is learning_rate itself.",
)
def _(learning_rate, t):
    return learning_rate / (1 + t)


@inverse_time_rate.mistake(
    "root",
    "Your rate falls with the root of t, too slowly.",
    "How large should the rate be at t = 4, compared with t = 1?",
    "1/t: at t = 4 a quarter is left, not a half.",
)
def _(learning_rate, t):
    return learning_rate / math.sqrt(t)


@inverse_time_rate.mistake(
    "exponential",
    "Your rate falls exponentially: after a thousand steps nothing is left of it.",
    "Which curve goes through 1, 1/2, 1/3, 1/4?",
    "1/t falls ever more slowly, so that its sum still reaches any distance.",
)
def _(learning_rate, t):
    return learning_rate * 0.5 ** (t - 1)


@inverse_time_rate.mistake(
    "grows",
    "Your rate grows with t.",
    "Should late steps be larger or smaller than early ones?",
    "Divide by t: large steps first, small ones later.",
)
def _(learning_rate, t):
    return learning_rate * t


@inverse_time_rate.mistake(
    "whole-numbers",
    "Your rate is cut to a whole number.",
    "Which division did you use?",
    "Floor division drops the fraction; a rate is nothing but fraction.",
)
def _(learning_rate, t):
    return learning_rate // t


ONE_OVER_T = "learning_rate / t, nothing else: all of it at t = 1, a half at 2, a third at 3."


other_formulas(
    inverse_time_rate,
    "rate",
    *(
        (name, formula, observed, "Put t = 1, 2 and 3 into your formula.", ONE_OVER_T)
        for name, formula, observed in (
            (
                "one-behind",
                lambda learning_rate, t: learning_rate / max(t - 1, 1),
                "Your rate at t is the one that belongs to t - 1.",
            ),
            (
                "logarithm",
                lambda learning_rate, t: learning_rate / math.log(t + 1),
                "Your rate is divided by a logarithm of t: it falls far too slowly.",
            ),
            (
                "exponential",
                lambda learning_rate, t: learning_rate * math.exp(-t),
                "Your rate falls exponentially: after a thousand steps nothing is left of it.",
            ),
            (
                "power",
                lambda learning_rate, t: learning_rate**t,
                "Your rate is learning_rate to the power of t.",
            ),
            (
                "power",
                lambda learning_rate, t: learning_rate ** (-t),
                "Your rate is learning_rate to the power of -t.",
            ),
            (
                "square",
                lambda learning_rate, t: learning_rate / t**2,
                "You divide by the square of t.",
            ),
            (
                "share-subtracted",
                lambda learning_rate, t: learning_rate - 1 / t,
                "You subtract 1/t from the rate; it is multiplied.",
            ),
            (
                "subtracted",
                lambda learning_rate, t: learning_rate - t,
                "You subtract t where it divides.",
            ),
            (
                "rate-in-the-decay",
                lambda learning_rate, t: learning_rate / (1 + learning_rate * t),
                "You divide by 1 + learning_rate * t.",
            ),
            *(
                (
                    "slower-decay",
                    lambda learning_rate, t, k=k: learning_rate / (1 + k * t),
                    f"You divide by 1 + {k:g} * t; t itself is what divides.",
                )
                for k in (0.5, 0.1, 0.01, 0.001)
            ),
            *(
                (
                    "exponential",
                    lambda learning_rate, t, k=k, shift=shift: learning_rate * k ** (t - shift),
                    f"Your rate is multiplied by {k:g} at every step: it falls exponentially, and "
                    "after some thousand steps nothing is left of it.",
                )
                for k in (0.5, 0.9, 0.95, 0.99)
                for shift in (0, 1)
            ),
        )
    ),
)


@inverse_time_rate.tells
def _(wrong, rows):
    off = [(g["t"], g["learning_rate"], leaf) for g, leaf, _ in rows if not leaf.right]
    lengths = {round(float(leaf.actual) * t / rate, 6) for t, rate, leaf in off}
    mine, right = (
        np.array([float(value) for value in values])
        for values in zip(*((leaf.actual, leaf.expected) for _, _, leaf in off), strict=True)
    )
    known = np.allclose(mine * right, 1) or np.ptp(mine * [t for t, _, _ in off]) < 1e-9
    known |= any(np.array_equal(np.round(right, digits), mine) for digits in range(1, 9))
    if known or len(lengths) < 2 or len(off) < len(rows):
        return None  # a factor, say, or some cases only: signatures tell
    t, rate, leaf = min(off, key=lambda case: case[0])
    return Fault(
        "other-curve",
        f"At t = {t} with learning_rate = {rate:.4g} your rate is {float(leaf.actual):.4g}; "
        f"{rate / t:.4g} belongs there.",
        "Put t = 1, 2 and 3 into your formula: which shares of learning_rate come out?",
        ONE_OVER_T,
    )
