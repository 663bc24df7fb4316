"""Networks of single units, and the increments of one case with a piece replaced."""

import numpy as np

from bplab import nn
from bplab.exercises.two_pass_mlp.networks import away_from_zero

CHAPTER = "03b_textbook_units"


def units(rng, widths):
    weights = [
        rng.uniform(-1, 1, size=(D, H)) for D, H in zip(widths[:-1], widths[1:], strict=True)
    ]
    return weights, [away_from_zero(rng, 0.2, 0.9, H) for H in widths[1:]]


def _slope_of_output(O):
    return O * (1 - O)


def one_case(
    x,
    t,
    weights,
    biases,
    rate,
    squash=nn.sigmoid,
    slope=_slope_of_output,
    error=lambda O, t: O * (1 - O) * (t - O),
    back=lambda err, w: w @ err,
    net=lambda O, w, theta: O @ w + theta,
    step=lambda O, err, rate: rate * np.outer(O, err),
    theta_step=lambda O, err, rate: rate * err,
):
    """The increments of one case, with a piece of the algorithm replaced.

    step : of the weights, from the outputs below and the Err above
    theta_step : of the thresholds, from the outputs and the Err of their own layer
    """
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(squash(net(outputs[-1], w, theta)))
    errors = [error(outputs[-1], t)]
    for w, O in zip(weights[:0:-1], outputs[-2:0:-1], strict=True):
        errors.insert(0, slope(O) * back(errors[0], w))
    d_weights = [step(O, err, rate) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [theta_step(O, e, rate) for O, e in zip(outputs[1:], errors, strict=True)]


def added(arrays, increments):
    return [a + d for a, d in zip(arrays, increments, strict=True)]


def all_cases(X, T, weights, biases, rate, case):
    total_w, total_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = case(x, t, weights, biases, rate)
        total_w, total_b = added(total_w, d_weights), added(total_b, d_biases)
    return total_w, total_b
