"""numerical_gradient: what must pass, and what must be told."""

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


def gradient_restored_by_arithmetic(f, x, h=1e-5):
    grad = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        grad[i] = (above - below) / 2 / h
    return grad


def gradient_with_unit_steps(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape((x.size, *x.shape))
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)


def gradient_through_flat(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    flat, grad = x.reshape(-1), np.zeros(x.size)
    for i in range(x.size):
        middle = flat[i]
        flat[i] = middle + h
        up, above = flat[i] - middle, f(x)
        flat[i] = middle - h
        down, below = middle - flat[i], f(x)
        flat[i] = middle
        grad[i] = (above - below) / (up + down)  # the steps that were really taken
    return grad.reshape(x.shape)


def gradient_as_list(f, x, h=1e-5):
    return gradient_with_unit_steps(f, x, h).tolist()


def gradient_with_two_copies(f, x, h=1e-5):
    grad = np.zeros(np.shape(x))
    for i, _ in np.ndenumerate(x):
        above, below = np.copy(x), np.copy(x)
        above[i] += h
        below[i] -= h
        grad[i] = 0.5 * (f(above) - f(below)) / h
    return grad


def only_first_entry(f, x, h=1e-5):
    grad = np.zeros_like(x)
    first = next(np.ndindex(x.shape))
    up, down = x.copy(), x.copy()
    up[first] += h
    down[first] -= h
    grad[first] = (f(up) - f(down)) / (2 * h)
    return grad


def vectors_only(f, x, h=1e-5):
    return np.array([nn.numerical_gradient(f, x, h)[i] for i in range(len(x))])


def same_step_in_one_direction(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h) / h


def back_to_the_middle_only(f, x, h=1e-05):
    g = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    for _v in it:
        i = it.multi_index
        x[i] += h
        p = f(x)
        x[i] -= h
        m = f(x)
        g[i] = (p - m) / (2 * h)
    return g


def by_flat_steps(f, x, h=1e-05):
    x = np.asarray(x, float)
    g = np.zeros(x.size)
    for i in range(x.size):
        d = np.zeros(x.size)
        d[i] = h
        d = d.reshape(x.shape)
        g[i] = (f(x + d) - f(x - d)) / (2 * h)
    return g.reshape(x.shape)


ACCEPTED = [
    by_flat_steps,
    gradient_in_place,
    gradient_restored_by_arithmetic,
    gradient_with_unit_steps,
    gradient_through_flat,
    gradient_as_list,
    gradient_with_two_copies,
]


def nudges_a_new_x(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x = x + h  # a number, where x had no dimensions
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
    return grad


def curvature(f, x, h=1e-5):
    found = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        found[i] = (f(up) - 2 * f(x) + f(down)) / h**2
    return found


TOLD = [
    (nudges_a_new_x, "a single number"),
    (back_to_the_middle_only, "middle-for-right-side"),
    (only_first_entry, "belongs there"),
    (vectors_only, "no length"),
    (same_step_in_one_direction, "a factor with h twice"),
    (lambda f, x, h=1e-5: nn.numerical_gradient(f, x, h).ravel(), "(3, 4)"),
    (lambda f, x, h=1e-5: np.atleast_1d(nn.numerical_gradient(f, x, h)), "()"),
    (lambda f, x, h=1e-5: abs(nn.numerical_gradient(f, x, h)), "absolute"),
    (lambda f, x, h=1e-5: nn.numerical_gradient(f, x, 10 * h), "step h"),
    (lambda f, x: nn.numerical_gradient(f, x), "(f, x)"),
    (lambda f, x, h=1e-5: nn.numerical_gradient(f, x, 1e-2), "another-step", "0.01 in every case"),
    (curvature, "second-difference"),
]
