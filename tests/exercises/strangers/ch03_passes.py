"""Chapter 3, layers and activations, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


@wrong("linear_forward", "forgets the bias")
def _(X, W, b):
    return X.dot(W)


@wrong("linear_forward", "W transposed", kind="raises")
def _(X, W, b):
    return X @ W.T + b


@wrong("linear_forward", "X reshaped in place of W transposed: rows scrambled")
def _(X, W, b):
    return X @ W.reshape(W.shape[1], W.shape[0]).T + b


@wrong("linear_forward", "bias summed to one number")
def _(X, W, b):
    return X @ W + np.sum(b)


@wrong("linear_forward", "a relu at once")
def _(X, W, b):
    return np.maximum(X @ W + b, 0)


@right("linear_forward", "tensordot, bias repeated")
def _(X, W, b):
    return np.tensordot(X, W, axes=1) + np.tile(b, (len(X), 1))


@wrong("linear_backward", "db mean")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(0)


@wrong("linear_backward", "dW divided by N")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ / len(X), dZ.sum(0)


@wrong("linear_backward", "db keeps its axis (1, H)")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@wrong("linear_backward", "db over the wrong axis")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=1)


@wrong("linear_backward", "dW transposed")
def _(dZ, X, W):
    return dZ @ W.T, dZ.T @ X, dZ.sum(0)


@wrong("linear_backward", "order dW, db, dX")
def _(dZ, X, W):
    return X.T @ dZ, dZ.sum(0), dZ @ W.T


@wrong("linear_backward", "dX is reshaped W, not transposed")
def _(dZ, X, W):
    return dZ @ W.reshape(W.shape[1], W.shape[0]), X.T @ dZ, dZ.sum(0)


@wrong("linear_backward", "db of the first example")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ[0]


@wrong("linear_backward", "dW averaged and db averaged", kind="two")
def _(dZ, X, W):
    N = X.shape[0]
    return dZ @ W.T, X.T @ dZ / N, dZ.sum(0) / N


@right("linear_backward", "einsum")
def _(dZ, X, W):
    return (
        np.einsum("nh,dh->nd", dZ, W),
        np.einsum("nd,nh->dh", X, dZ),
        np.einsum("nh->h", dZ),
    )


@right("linear_backward", "outer products added up in a loop")
def _(dZ, X, W):
    dW, db, dX = np.zeros(W.shape), np.zeros(W.shape[1]), []
    for x, d in zip(X, dZ):
        dW += np.outer(x, d)
        db += d
        dX.append(W @ d)
    return [dX, dW, db]


@wrong("activation_forward", "relu by abs")
def _(Z, kind):
    return {"relu": np.abs(Z), "tanh": np.tanh(Z), "sigmoid": _s(Z)}[kind]


@wrong("activation_forward", "relu written into Z")
def _(Z, kind):
    if kind == "relu":
        Z[Z < 0] = 0
        return Z
    return np.tanh(Z) if kind == "tanh" else _s(Z)


@wrong("activation_forward", "kind ignored: always tanh")
def _(Z, kind):
    return np.tanh(Z)


@wrong("activation_forward", "leaky relu")
def _(Z, kind):
    return {"relu": np.where(Z > 0, Z, 0.01 * Z), "tanh": np.tanh(Z), "sigmoid": _s(Z)}[kind]


@wrong("activation_forward", "elif forgotten: sigmoid overwritten by the last else")
def _(Z, kind):
    if kind == "sigmoid":
        A = _s(Z)
    if kind == "relu":
        A = np.maximum(0, Z)
    else:
        A = np.tanh(Z)
    return A


@wrong("activation_forward", "np.max for np.maximum", kind="raises")
def _(Z, kind):
    if kind == "relu":
        return np.max(0, Z)
    return np.tanh(Z) if kind == "tanh" else _s(Z)


@right("activation_forward", "getattr on a class of static methods")
def _(Z, kind):
    class Kinds:
        relu = staticmethod(lambda Z: (np.abs(Z) + Z) / 2)
        tanh = staticmethod(np.tanh)
        sigmoid = staticmethod(_s)

    return getattr(Kinds, kind)(Z)


@wrong("activation_backward", "upstream left out")
def _(dA, Z, kind):
    s = _s(Z)
    return {"relu": (Z > 0) * 1.0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]


@wrong("activation_backward", "tanh slope from Z: 1 - Z**2")
def _(dA, Z, kind):
    s = _s(Z)
    return dA * {"relu": Z > 0, "tanh": 1 - Z**2, "sigmoid": s * (1 - s)}[kind]


@wrong("activation_backward", "sigmoid slope from Z: Z(1 - Z)")
def _(dA, Z, kind):
    return dA * {"relu": Z > 0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": Z * (1 - Z)}[kind]


@wrong("activation_backward", "relu looks at dA")
def _(dA, Z, kind):
    s = _s(Z)
    return dA * {"relu": dA > 0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]


@wrong("activation_backward", "relu multiplies by Z")
def _(dA, Z, kind):
    s = _s(Z)
    return (
        dA * {"relu": np.maximum(Z, 0), "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]
    )


@wrong("activation_backward", "relu passes everything")
def _(dA, Z, kind):
    s = _s(Z)
    if kind == "relu":
        return dA
    return dA * {"tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]


@wrong("activation_backward", "matrix product in place of entry by entry", kind="raises")
def _(dA, Z, kind):
    s = _s(Z)
    return dA @ {"relu": Z > 0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]


@wrong("activation_backward", "dA zeroed in place where Z is off")
def _(dA, Z, kind):
    if kind == "relu":
        dA[Z <= 0] = 0
        return dA
    s = _s(Z)
    return dA * {"tanh": 1 - np.tanh(Z) ** 2, "sigmoid": s * (1 - s)}[kind]


@right("activation_backward", "match statement, own copy")
def _(dA, Z, kind):
    out = dA.copy()
    match kind:
        case "relu":
            out[Z < 0] = 0
        case "tanh":
            out /= np.cosh(Z) ** 2
        case "sigmoid":
            out *= _s(Z) * _s(-Z)
    return out
