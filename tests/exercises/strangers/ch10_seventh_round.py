"""A seventh round, chapter 10, automatic differentiation: kept of what was told too little of at its first run."""

import numpy as np

from bplab.nn import Tensor
from tests.exercises.strangers.table import wrong


@wrong("unbroadcast", "takes the first entry of front axes instead of the sum")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for ax, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=ax, keepdims=True)
    return grad


@wrong("jacobian", "one pass of the sum, M times, divided by M", kind="two")
def _(f, x):
    t = Tensor(x)
    out = f(t)
    out.mean().backward()
    return np.tile(t.grad, (len(out.data), 1))
