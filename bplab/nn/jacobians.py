"""All slopes of many outputs by many inputs: a row at a time backward, a direction forward."""

import numpy as np

from bplab.nn.dual_numbers import Dual
from bplab.nn.tensors import Tensor


def jacobian(f, x):
    """The table of slopes of f at x, a row for each output: one backward pass a row.

    f : from a Tensor (D,) to a Tensor (M,), x : array (D,)  ->  (M, D), row m is d f_m / d x
    """
    inputs = Tensor(x)
    outputs = f(inputs)
    rows = []
    for m in range(len(outputs.data)):
        outputs[m].backward()
        rows.append(inputs.grad.copy())
    return np.array(rows)


def directional_derivative(f, x, v):
    """How fast f changes when x moves with speed v: the Jacobian times v, in one forward pass.

    f : from a Dual (D,) to a Dual (M,), x, v : arrays (D,)  ->  (M,)
    """
    return f(Dual(x, v)).slope
