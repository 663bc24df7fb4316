"""A fifth round, chapter 3: written from the table of exercises alone, before any was run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _sig(Z):
    return 0.5 * (1 + np.tanh(0.5 * Z))


def _soft(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


ACT = {"relu": lambda Z: np.maximum(Z, 0), "tanh": np.tanh, "sigmoid": _sig}
SLOPE = {
    "relu": lambda Z: (Z > 0) * 1.0,
    "tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "sigmoid": lambda Z: _sig(Z) * (1 - _sig(Z)),
}


# the layer

wrong("linear_forward", "the bias is subtracted, as a threshold")(lambda X, W, b: X @ W - b)
wrong("linear_forward", "bias outer sum: one number for all, b summed")(
    lambda X, W, b: X @ W + np.sum(b)
)
wrong("linear_forward", "goes through the activation, too: relu on top")(
    lambda X, W, b: np.maximum(0, X @ W + b)
)
wrong("linear_forward", "PyTorch's layout: X @ W.T", "raises")(lambda X, W, b: X @ W.T + b)
wrong("linear_forward", "columns of X are centred first")(
    lambda X, W, b: (X - X.mean(axis=0)) @ W + b
)
right("linear_forward", "sum over a broadcast cube")(
    lambda X, W, b: (X[:, :, None] * W[None]).sum(axis=1) + b[None, :]
)


@wrong("linear_backward", "dX misses the sum: dZ times the mean of each row of W")
def _(dZ, X, W):
    return dZ.sum(axis=1, keepdims=True) * W.mean(axis=1), X.T @ dZ, dZ.sum(0)


@wrong("linear_backward", "everything divided by N, dX as well")
def _(dZ, X, W):
    m = X.shape[0]
    return dZ @ W.T / m, X.T @ dZ / m, dZ.sum(axis=0) / m


@wrong("linear_backward", "dW in MATLAB's layout: (H, D)")
def _(dZ, X, W):
    return dZ.dot(W.T), dZ.T.dot(X), dZ.sum(axis=0)


@wrong("linear_backward", "db keeps its row: shape (1, H)")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0, keepdims=True)


@wrong("linear_backward", "dX and dW returned in the other order")
def _(dZ, X, W):
    return X.T @ dZ, dZ @ W.T, dZ.sum(0)


@wrong("linear_backward", "updates W with the gradient before dX is taken")
def _(dZ, X, W):
    dW = X.T @ dZ
    W = W - 0.1 * dW
    return dZ @ W.T, dW, dZ.sum(0)


@right("linear_backward", "einsum for each, tuple of three")
def _(dZ, X, W):
    return np.einsum("nh,dh->nd", dZ, W), np.einsum("nd,nh->dh", X, dZ), np.einsum("nh->h", dZ)


# activations


@wrong("activation_forward", "tanh and sigmoid exchanged in the if chain")
def _(Z, kind):
    if kind == "relu":
        return np.maximum(0, Z)
    if kind == "sigmoid":
        return np.tanh(Z)
    return _sig(Z)


@wrong("activation_forward", "leaky relu")
def _(Z, kind):
    return np.where(Z > 0, Z, 0.01 * Z) if kind == "relu" else ACT[kind](Z)


@wrong("activation_forward", "an elif chain that forgot sigmoid: returns nothing", "raises")
def _(Z, kind):
    if kind == "relu":
        return np.maximum(0, Z)
    elif kind == "tanh":
        return np.tanh(Z)


@wrong("activation_forward", "if 'relu' or kind: the first branch is always taken")
def _(Z, kind):
    if kind == "relu" or "tanh":
        return np.maximum(0, Z)
    return _sig(Z)


@wrong("activation_backward", "dA added to the slope, not multiplied")
def _(dA, Z, kind):
    return dA + SLOPE[kind](Z)


@wrong("activation_backward", "relu's gate looks at dA")
def _(dA, Z, kind):
    return np.where(dA > 0, dA, 0) if kind == "relu" else dA * SLOPE[kind](Z)


@wrong("activation_backward", "dA times the activation, not its slope")
def _(dA, Z, kind):
    return dA * ACT[kind](Z)


@wrong("activation_backward", "tanh's slope 1 - tanh without the square")
def _(dA, Z, kind):
    return dA * (1 - np.tanh(Z)) if kind == "tanh" else dA * SLOPE[kind](Z)


@wrong("activation_backward", "sigmoid's slope written for an activation, fed with Z")
def _(dA, Z, kind):
    return dA * Z * (1 - Z) if kind == "sigmoid" else dA * SLOPE[kind](Z)


@right("activation_backward", "a copy of dA with the dead entries set to 0; match")
def _(dA, Z, kind):
    dZ = dA.copy()
    match kind:
        case "relu":
            dZ[Z <= 0] = 0
        case "tanh":
            dZ /= np.cosh(Z) ** 2
        case _:
            dZ *= _sig(Z)
            dZ *= _sig(-Z)
    return dZ


# softmax and its loss

wrong("softmax", "sigmoid of each score, divided by the row's sum")(
    lambda Z: _sig(Z) / _sig(Z).sum(axis=1, keepdims=True)
)
wrong("softmax", "subtracts the column's maximum, not the row's")(
    lambda Z: (lambda E: E / E.sum(axis=1, keepdims=True))(
        np.exp(np.clip(Z - Z.max(axis=0), -700, 700))
    )
)
wrong("softmax", "log-softmax comes back")(
    lambda Z: (
        Z
        - Z.max(1, keepdims=True)
        - np.log(np.exp(Z - Z.max(1, keepdims=True)).sum(1, keepdims=True))
    )
)
wrong("softmax", "2 to the power in place of e")(
    lambda Z: (lambda E: E / E.sum(1, keepdims=True))(2.0 ** (Z - Z.max(1, keepdims=True)))
)
wrong("softmax", "a temperature of the root of C")(lambda Z: _soft(Z / np.sqrt(Z.shape[1])))
right("softmax", "row by row through a generator")(
    lambda Z: np.stack([np.exp(r - np.logaddexp.reduce(r)) for r in np.asarray(Z)])
)


@wrong("cross_entropy", "mean over all of P's logs, labels unused")
def _(P, y):
    return -np.mean(np.log(np.clip(P, 1e-12, 1)))


@wrong("cross_entropy", "also charges the wrong classes: one-hot with (1 - t) log(1 - p)")
def _(P, y):
    T = np.eye(P.shape[1])[y]
    P = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean(np.sum(T * np.log(P) + (1 - T) * np.log(1 - P), axis=1))


@wrong("cross_entropy", "labels taken from 1: y - 1")
def _(P, y):
    return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y - 1], 1e-12)))


@wrong("cross_entropy", "log of the mean probability")
def _(P, y):
    return -np.log(np.mean(P[np.arange(len(y)), y]))


@wrong("cross_entropy", "the most probable class in place of the true one")
def _(P, y):
    return -np.mean(np.log(np.maximum(P.max(axis=1), 1e-12)))


@right("cross_entropy", "take_along_axis")
def _(P, y):
    picked = np.take_along_axis(P, np.asarray(y)[:, None], axis=1).squeeze(1)
    return float(np.log(np.maximum(picked, 1e-12)).sum() / -len(y))


@wrong("softmax_cross_entropy_backward", "1 subtracted in every row at the first label's place")
def _(P, y):
    dZ = P.copy()
    dZ[:, y[0]] -= 1
    return dZ / len(y)


@wrong("softmax_cross_entropy_backward", "divided by the number of classes")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) / P.shape[1]


@wrong("softmax_cross_entropy_backward", "only the true class gets blame: zeros elsewhere")
def _(P, y):
    dZ = np.zeros_like(P)
    i = np.arange(len(y))
    dZ[i, y] = (P[i, y] - 1) / len(y)
    return dZ


@wrong("softmax_cross_entropy_backward", "dP, not dZ: -1/p at the true class")
def _(P, y):
    dP = np.zeros_like(P)
    i = np.arange(len(y))
    dP[i, y] = -1 / P[i, y] / len(y)
    return dP


@wrong("softmax_cross_entropy_backward", "P[y] - 1 indexes rows, not entries", "raises")
def _(P, y):
    dZ = P.copy()
    dZ[y] -= 1
    return dZ / len(y)


@right("softmax_cross_entropy_backward", "subtract.at on an own copy")
def _(P, y):
    dZ = np.array(P)
    np.subtract.at(dZ, (np.arange(len(y)), y), 1.0)
    return dZ / dZ.shape[0]
