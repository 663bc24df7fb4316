"""gradient_check: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def gradient_in_place(f, x, h=1e-5):
    grad = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not walk.finished:
        i = walk.multi_index
        old = float(x[i])
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        grad[i] = (above - below) / (2 * h)
        walk.iternext()
    return grad


def gradient_with_unit_steps(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape((x.size, *x.shape))
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)


def error_by_entry(a, b):
    worst = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b), strict=True):
        worst = max(worst, abs(u - v) / max(abs(u) + abs(v), 1e-8))
    return worst


def check_spelled_out(f, grad_f, x):
    analytic, numeric = grad_f(x), gradient_in_place(f, x)
    return np.max(np.abs(analytic - numeric) / np.maximum(abs(analytic) + abs(numeric), 1e-8))


def check_swapped(f, grad_f, x):
    return error_by_entry(gradient_with_unit_steps(f, x, 1e-5), grad_f(x))


def check_with_finer_differences(f, grad_f, x):
    """Richardson's extrapolation of two centered differences."""
    fine = (4 * nn.numerical_gradient(f, x, 5e-4) - nn.numerical_gradient(f, x, 1e-3)) / 3
    return nn.relative_error(grad_f(x), fine)


def gradient_not_called(f, grad_f, x):
    return nn.relative_error(grad_f, nn.numerical_gradient(f, x))


def length_of_both(f, grad_f, x):
    return np.linalg.norm(grad_f(x) - nn.numerical_gradient(f, x)) / np.linalg.norm(
        grad_f(x) + nn.numerical_gradient(f, x)
    )


def by_its_own_formula(f, grad_f, x):
    g = grad_f(x)
    n = nn.numerical_gradient(f, x, 1e-05)
    return float(np.max(np.abs(g - n) / np.maximum(1e-08, np.abs(g) + np.abs(n))))


ACCEPTED = [
    by_its_own_formula,
    check_spelled_out,
    check_swapped,
    check_with_finer_differences,
]

TOLD = [
    (length_of_both, "relative_error/norm-of-the-sum"),
    (gradient_not_called, "not the function"),
    (lambda f, g, x: 1.0, "in every case"),
    (lambda f, g, x: nn.relative_error(g, x), "not 'function'"),
    (
        lambda f, g, x: nn.relative_error(np.sum(g(x)), np.sum(nn.numerical_gradient(f, x))),
        "the sum of its entries",
    ),
    (lambda f, g, x: g(x) - nn.numerical_gradient(f, x), "one number"),
    (
        lambda f, g, x: nn.relative_error(np.abs(g(x)), np.abs(nn.numerical_gradient(f, x))),
        "relative_error/signs-lost",
    ),
    (
        lambda f, g, x: nn.relative_error(f(x), nn.numerical_gradient(f, x)),
        "compared-with-the-value",
    ),
]
