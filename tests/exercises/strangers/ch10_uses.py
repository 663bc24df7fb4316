"""Chapter 10 as strangers answer it: what the engines are used for."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("jacobian", "transposed")
def _(f, x):
    t, y = _leaf(f, x)
    rows = []
    for m in range(y.data.shape[0]):
        f_t = type(t)(np.asarray(x, float))
        f(f_t)[m].backward()
        rows.append(f_t.grad.copy())
    return np.array(rows).T


def _leaf(f, x):
    from bplab.nn import Tensor

    t = Tensor(np.asarray(x, float))
    return t, f(t)


@wrong("jacobian", "one backward of the sum: rows added up")
def _(f, x):
    t, y = _leaf(f, x)
    y.sum().backward()
    return t.grad.copy()


@wrong("jacobian", "the gradient array is not copied, gradients pile up")
def _(f, x):
    t, y = _leaf(f, x)
    total, rows = np.zeros(t.data.shape), []
    for m in range(y.data.shape[0]):
        y[m].backward()
        total += t.grad
        rows.append(total)
    return np.array(rows)


@wrong("jacobian", "forward differences")
def _(f, x):
    from bplab.nn import Tensor

    h, x = 1e-5, np.asarray(x, float)
    base = f(Tensor(x)).data
    return np.array([(f(Tensor(x + h * e)).data - base) / h for e in np.eye(len(x))]).T


@wrong("jacobian", "only the diagonal survives")
def _(f, x):
    t, y = _leaf(f, x)
    out = np.zeros((y.data.shape[0], t.data.shape[0]))
    for m in range(min(out.shape)):
        y[m].backward()
        out[m, m] = t.grad[m]
    return out


@right("jacobian", "dot with a unit vector, M times")
def _(f, x):
    t, y = _leaf(f, x)
    rows = []
    for e in np.eye(y.data.size):
        (y * e).sum().backward()
        rows.append(t.grad.tolist())
    return rows


@wrong("directional_derivative", "v scaled to length 1")
def _(f, x, v):
    from bplab.nn import Dual

    return f(Dual(x, v / np.linalg.norm(v))).slope


@wrong("directional_derivative", "the value is returned")
def _(f, x, v):
    from bplab.nn import Dual

    return f(Dual(x, v)).value


@wrong("directional_derivative", "slope of ones, times v's sum")
def _(f, x, v):
    from bplab.nn import Dual

    return f(Dual(x, np.ones_like(x))).slope * np.sum(v)


@wrong("directional_derivative", "x and v swapped")
def _(f, x, v):
    from bplab.nn import Dual

    return f(Dual(v, x)).slope


@right("directional_derivative", "keywords and an own copy")
def _(f, x, v):
    from bplab.nn import Dual

    out = f(Dual(value=np.array(x, float), slope=np.array(v, float)))
    return np.array(out.slope)


def _mlp(X, y, tensors, kind, **k):
    from bplab.nn import Tensor

    A = Tensor(X)
    pairs = list(zip(tensors[::2], tensors[1::2]))
    for i, (W, b) in enumerate(pairs):
        Z = A @ W if k.get("bias") and i == 0 else A @ W + b
        if i < len(pairs) - 1 or k.get("act"):
            A = Z.tanh() if kind == "tanh" or k.get("kind") else Z.relu()
    if k.get("act"):
        Z = A
    top = 0 if k.get("shift") else Z.data.max(axis=1, keepdims=True)
    L = (Z - top).exp().sum(axis=1).log()
    picked = (Z - top)[np.arange(len(y)), y]
    each = L - picked
    if k.get("sum"):
        return each.sum()
    if k.get("sign"):
        return (picked - L).mean()
    if k.get("all"):
        return each.sum() * (1.0 / Z.data.size)
    if k.get("number"):
        return float(each.mean().data)
    return each.mean()


for _key, _note in {
    "bias": "the first bias is forgotten",
    "act": "the output layer is activated too",
    "kind": "kind ignored: always tanh",
    "shift": "log-sum-exp without the shift",
    "sum": "sum, not mean",
    "sign": "mean of log p, no minus",
    "all": "divided by N C",
    "number": "a number in place of a Tensor",
}.items():

    def _make(key):
        def mlp_loss(X, y, tensors, kind="tanh"):
            return _mlp(X, y, tensors, kind, **{key: True})

        return mlp_loss

    wrong("mlp_loss", _note)(_make(_key))


@right("mlp_loss", "one-hot and a sum")
def _(X, y, tensors, kind="tanh"):
    from bplab.nn import Tensor

    A = Tensor(X)
    for W, b in zip(tensors[0:-2:2], tensors[1:-2:2]):
        A = getattr(A @ W + b, kind)()
    Z = A @ tensors[-2] + tensors[-1]
    m = np.max(Z.data, axis=1, keepdims=True)
    logp = (Z - m) - (Z - m).exp().sum(axis=1, keepdims=True).log()
    return (logp * np.eye(Z.data.shape[1])[y]).sum() * (-1 / len(y))
