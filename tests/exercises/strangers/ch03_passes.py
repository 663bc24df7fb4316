"""Chapter 3, one layer at a time, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


def _soft(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


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


@wrong("softmax", "no shift: exp overflows")
def _(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@wrong("softmax", "over columns")
def _(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


@wrong("softmax", "one sum over the whole table")
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


@wrong("softmax", "one maximum over the whole table: rows far below vanish to 0/0")
def _(Z):
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E, axis=1, keepdims=True)


@wrong("softmax", "no exp: Z divided by its row sum")
def _(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@wrong("softmax", "keepdims forgotten", kind="raises")
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


@wrong("softmax", "exp of minus the scores")
def _(Z):
    return _soft(-Z)


@wrong("softmax", "clips the scores at 30")
def _(Z):
    return _soft(np.clip(Z, -30, 30))


@wrong("softmax", "log-softmax returned")
def _(Z):
    M = Z - Z.max(axis=1, keepdims=True)
    return M - np.log(np.exp(M).sum(axis=1, keepdims=True))


@wrong("softmax", "divides by the row's maximum in place of subtracting it")
def _(Z):
    E = np.exp(Z / np.abs(Z).max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@right("softmax", "scipy")
def _(Z):
    from scipy.special import softmax

    return softmax(Z, axis=1)


@right("softmax", "row by row with apply_along_axis")
def _(Z):
    def row(z):
        e = np.exp(z - max(z))
        return e / sum(e)

    return np.apply_along_axis(row, 1, Z)


@wrong("cross_entropy", "mean over the whole one-hot table")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    return -np.mean(Y * np.log(np.clip(P, 1e-12, 1)))


@wrong("cross_entropy", "adds 1e-9 in the log")
def _(P, y):
    return -np.mean(np.log(P[np.arange(len(y)), y] + 1e-9))


@wrong("cross_entropy", "P[:, y]: a table of pairs")
def _(P, y):
    return -np.mean(np.log(np.clip(P[:, y], 1e-12, 1)))


@wrong("cross_entropy", "sum")
def _(P, y):
    return -np.sum(np.log(np.clip(P[np.arange(len(y)), y], 1e-12, 1)))


@wrong("cross_entropy", "log of the mean probability")
def _(P, y):
    return -np.log(np.mean(np.clip(P[np.arange(len(y)), y], 1e-12, 1)))


@wrong("cross_entropy", "one minus the probability")
def _(P, y):
    return np.mean(1 - P[np.arange(len(y)), y])


@wrong("cross_entropy", "the largest probability, labels ignored")
def _(P, y):
    return -np.mean(np.log(np.clip(P.max(axis=1), 1e-12, 1)))


@wrong("cross_entropy", "adds the other classes' log(1 - p)")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    P = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean(np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P), axis=1))


@right("cross_entropy", "take_along_axis")
def _(P, y):
    p = np.take_along_axis(P, np.asarray(y)[:, None], axis=1)
    return -np.log(np.maximum(p, 1e-12)).mean().item()


@wrong("softmax_cross_entropy_backward", "not divided by N")
def _(P, y):
    return P - np.eye(P.shape[1])[y]


@wrong("softmax_cross_entropy_backward", "Y - P")
def _(P, y):
    return (np.eye(P.shape[1])[y] - P) / len(y)


@wrong("softmax_cross_entropy_backward", "P changed in place")
def _(P, y):
    P[range(len(y)), y] -= 1
    return P / len(y)


@wrong("softmax_cross_entropy_backward", "times P(1 - P)")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) * P * (1 - P) / len(y)


@wrong("softmax_cross_entropy_backward", "divided by the number of classes")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) / P.shape[1]


@wrong("softmax_cross_entropy_backward", "divided by N C")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) / P.size


@wrong("softmax_cross_entropy_backward", "gradient of the loss with respect to P: -1/p")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    return -Y / np.clip(P, 1e-12, 1) / len(y)


@wrong("softmax_cross_entropy_backward", "1 taken off every class of the row")
def _(P, y):
    return (P - 1) / len(y)


@wrong("softmax_cross_entropy_backward", "sign and factor: Y - P summed", kind="two")
def _(P, y):
    return np.eye(P.shape[1])[y] - P


@right("softmax_cross_entropy_backward", "np.subtract.at on a copy")
def _(P, y):
    d = np.array(P, copy=True)
    np.subtract.at(d, (np.arange(len(y)), y), 1)
    d /= P.shape[0]
    return d
