"""Chapter 2, checking gradients, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _num(f, x, h=1e-5, span=None):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h if span is None else span)
    return g


@wrong("numerical_gradient", "divides by h")
def _(f, x, h=1e-5):
    return _num(f, x, h, span=h)


@wrong("numerical_gradient", "forward difference")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - f(x)) / h
    return g


@wrong("numerical_gradient", "/ 2 * h")
def _(f, x, h=1e-5):
    return _num(f, x, h) * h * h


@wrong("numerical_gradient", "shifts all entries at once")
def _(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h) * np.ones_like(x)


@wrong("numerical_gradient", "does not restore x")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(*np.shape(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


@wrong("numerical_gradient", "down is f(x), but divided by 2h")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - f(x)) / (2 * h)
    return g


@wrong("numerical_gradient", "one-dimensional loop only: rows of a matrix at once")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in range(len(x)) if x.ndim else [()]:
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@wrong("numerical_gradient", "the copy is taken once: earlier shifts stay", kind="two")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    y = np.array(x, dtype=float)
    for i in np.ndindex(*np.shape(x)):
        y[i] += h
        up = f(y)
        g[i] = (up - f(x)) / h
    return g


@wrong("numerical_gradient", "h ignored: 1e-3 in place of the argument")
def _(f, x, h=1e-5):
    return _num(f, x, 1e-3)


@wrong("numerical_gradient", "sign: f(x - h) - f(x + h)")
def _(f, x, h=1e-5):
    return -_num(f, x, h)


@wrong("numerical_gradient", "flat list in place of x's shape")
def _(f, x, h=1e-5):
    return _num(f, x, h).ravel()


@right("numerical_gradient", "nditer, in place and restored")
def _(f, x, h=1e-5):
    g = np.empty_like(x, dtype=float)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        up = f(x)
        x[i] = kept - h
        down = f(x)
        x[i] = kept
        g[i] = (up - down) / (2 * h)
    return g


@right("numerical_gradient", "unit vectors of the identity, reshaped")
def _(f, x, h=1e-5):
    x = np.asarray(x, float)
    E = np.eye(x.size) * h
    return np.array(
        [(f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape))) / (2 * h) for e in E]
    ).reshape(x.shape)


# relative_error
@wrong("relative_error", "norms, as in deeplearning.ai")
def _(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@wrong("relative_error", "mean, not max")
def _(a, b):
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "abs of the sum")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-8))


@wrong("relative_error", "no abs in the numerator")
def _(a, b):
    return np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "max(abs a, abs b) in the denominator")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8))


@wrong("relative_error", "largest difference over largest size, separately")
def _(a, b):
    return np.max(np.abs(a - b)) / np.max(np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "1e-8 added and no max: 0/1e-8 fine, small ones differ")
def _(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8))


@wrong("relative_error", "no guard: 0 / 0")
def _(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@wrong("relative_error", "relative to a only")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8))


@wrong("relative_error", "np.max(x, 1e-8)", kind="raises")
def _(a, b):
    return np.max(np.abs(a - b)) / np.max(np.abs(a) + np.abs(b), 1e-8)


@wrong("relative_error", "halves the denominator: mean of the sizes")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum((np.abs(a) + np.abs(b)) / 2, 1e-8))


@right("relative_error", "a generator over flat entries")
def _(a, b):
    a, b = np.ravel(a), np.ravel(b)
    return max(abs(p - q) / max(abs(p) + abs(q), 1e-8) for p, q in zip(a, b))


# gradient_check
@wrong("gradient_check", "compares the number with itself")
def _(f, grad_f, x):
    return float(np.max(np.abs(_num(f, x) - _num(f, x))))


@wrong("gradient_check", "grad_f not called", kind="raises")
def _(f, grad_f, x):
    n = _num(f, x)
    return np.max(np.abs(grad_f - n) / np.maximum(np.abs(grad_f) + np.abs(n), 1e-8))


@wrong("gradient_check", "returns a bool")
def _(f, grad_f, x):
    n, g = _num(f, x), grad_f(x)
    return bool(np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8)) < 1e-6)


@wrong("gradient_check", "absolute difference")
def _(f, grad_f, x):
    return np.max(np.abs(grad_f(x) - _num(f, x)))


@wrong("gradient_check", "numerical gradient of grad_f")
def _(f, grad_f, x):
    n, g = _num(lambda v: np.sum(grad_f(v)), x), grad_f(x)
    return np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8))


@wrong("gradient_check", "forward difference inside")
def _(f, grad_f, x):
    x = np.asarray(x, float)
    n = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += 1e-5
        n[i] = (f(up) - f(x)) / 1e-5
    g = grad_f(x)
    return np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8))


@right("gradient_check", "everything inside, float")
def _(f, grad_f, x):
    g, n = np.asarray(grad_f(x), float).ravel(), _num(f, x).ravel()
    return float(np.max(np.abs(g - n) / np.clip(np.abs(g) + np.abs(n), 1e-8, None)))
