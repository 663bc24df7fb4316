"""Drivers for what is examined with the learner's own Tensor and Dual."""

import numpy as np

from bplab.exam.probes.registry import Misfit, Partnerless, called, driver, factory


@factory("mixed outputs")
def mixed_outputs(i, j, k, l, c, d):
    """A function of as many outputs as there are indices, for tensors and duals alike.

    x[i] x[j] goes through tanh, x[k] in the square meets x[l]; only indexing and numbers beside the
    x itself, which a Tensor and a Dual both know.
    """

    def f(x):
        return (x[i] * x[j] * c).tanh() + d * x[k] ** 2 * x[l] - (x[i] / 3).exp()

    return f


@driver("jacobian")
def jacobian(bench, fn, case):
    """The table, and whether the function was asked at x alone."""
    asked = []
    watched = _watched(case["f"], asked, lambda given: given.data)
    found = bench.call(fn, f=watched, x=case["x"])
    return {"the table": found, "where f was asked": _places(asked, case["x"])}


@driver("directional derivative")
def directional_derivative(bench, fn, case):
    """The numbers, and where and how often the function was asked."""
    asked = []
    watched = _watched(case["f"], asked, lambda given: given.value)
    found = bench.call(fn, f=watched, x=case["x"], v=case["v"])
    return {
        "the derivative": found,
        "where f was asked": _places(asked, case["x"]),
        "number of calls of f": len(asked),
    }


def _watched(token, asked, value):
    from bplab.exam.probes.registry import known

    f = known(token)

    def watched(given):
        asked.append(np.array(value(given), dtype=float))
        return f(given)

    return watched


def _places(asked, x):
    if not asked:
        return "nowhere"
    here = all(place.shape == x.shape and np.array_equal(place, x) for place in asked)
    return "at x alone" if here else "at other points too"


@driver("tensor loss")
def tensor_loss(bench, fn, case):
    """The loss, and the gradient that the learner's own backward() gives each weight."""
    make = bench.namespace.get("Tensor") or _ours()
    tensors = [make(array.copy()) for array in case["weights"]]
    found = bench.call(fn, X=case["X"], y=case["y"], tensors=tensors, kind=case["kind"])
    if not (hasattr(found, "data") and hasattr(found, "backward")):
        raise Misfit(
            f"The loss should be a Tensor, so that backward() can start from it; it is "
            f"{called(found)}."
        )
    loss = np.asarray(found.data)
    pairs = zip(tensors, case["weights"], strict=True)
    changed = any(not np.array_equal(tensor.data, array) for tensor, array in pairs)
    if changed and "tensors" not in bench.changed:
        bench.changed.append("tensors")
    found.backward()
    grads = [tensor.grad for tensor in tensors]
    return {
        "loss": loss.reshape(()) if loss.size == 1 else loss,
        "grads": list(zip(grads[::2], grads[1::2], strict=True)),
    }


def _ours():
    """The course's Tensor, for a function that stands in no notebook."""
    try:
        from bplab.nn import Tensor
    except ImportError:
        raise Partnerless("Tensor is not defined yet; the two are examined together.") from None
    return Tensor
