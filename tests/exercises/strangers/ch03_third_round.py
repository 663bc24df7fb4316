"""A third round, chapter 3, layers and passes: from the table of exercises, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


wrong("linear_forward", "bias multiplied on, not added")(lambda X, W, b: X @ W * b)
wrong("linear_forward", "bias subtracted")(lambda X, W, b: X @ W - b)
wrong("linear_forward", "divided by the number of inputs")(lambda X, W, b: X @ W / X.shape[1] + b)


@wrong("linear_forward", "loop over outputs starts at 1: the first column stays empty")
def _(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]))
    for n in range(X.shape[0]):
        for j in range(1, W.shape[1]):
            Z[n, j] = np.sum(X[n] * W[:, j]) + b[j]
    return Z


@wrong("linear_forward", "the last feature is left out by range(D - 1)")
def _(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1])) + b
    for d in range(X.shape[1] - 1):
        Z += np.outer(X[:, d], W[d])
    return Z


@right("linear_forward", "bias trick: a column of ones")
def _(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


wrong("linear_backward", "dX and dW in each other's place")(
    lambda dZ, X, W: (X.T @ dZ, dZ @ W.T, dZ.sum(axis=0))
)
wrong("linear_backward", "dX with the sign of an error")(
    lambda dZ, X, W: (-dZ @ W.T, X.T @ dZ, dZ.sum(axis=0))
)
wrong("linear_backward", "db is the L2 norm of each column")(
    lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, np.sqrt((dZ**2).sum(axis=0)))
)
wrong("linear_backward", "dW of centred inputs")(
    lambda dZ, X, W: (dZ @ W.T, (X - X.mean(axis=0)).T @ dZ, dZ.sum(axis=0))
)


@wrong("linear_backward", "loop over examples leaves out the last for dW alone")
def _(dZ, X, W):
    dW = np.zeros_like(W)
    for n in range(len(X) - 1):
        dW += np.outer(X[n], dZ[n])
    return dZ @ W.T, dW, dZ.sum(axis=0)


@right("linear_backward", "einsum for all three")
def _(dZ, X, W):
    return (
        np.einsum("no,io->ni", dZ, W),
        np.einsum("ni,no->io", X, dZ),
        np.einsum("no->o", dZ),
    )


def _forward(Z, kind):
    return {"relu": np.maximum(Z, 0), "tanh": np.tanh(Z), "sigmoid": _s(Z)}[kind]


wrong("activation_forward", "relu and sigmoid right, tanh falls through and gives Z")(
    lambda Z, kind: Z if kind == "tanh" else _forward(Z, kind)
)
wrong("activation_forward", "relu by absolute value")(
    lambda Z, kind: np.abs(Z) if kind == "relu" else _forward(Z, kind)
)
wrong("activation_forward", "relu clipped at 1")(
    lambda Z, kind: np.clip(Z, 0, 1) if kind == "relu" else _forward(Z, kind)
)
wrong("activation_forward", "an if chain without else: sigmoid gives None", "raises")(
    lambda Z, kind: None if kind == "sigmoid" else _forward(Z, kind)
)


def _back(dA, Z, kind):
    slope = {"relu": Z > 0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": _s(Z) * (1 - _s(Z))}
    return dA * slope[kind]


wrong("activation_backward", "tanh right, sigmoid without its (1 - a)")(
    lambda dA, Z, kind: dA * _s(Z) if kind == "sigmoid" else _back(dA, Z, kind)
)
wrong("activation_backward", "relu decides by the incoming blame: dA > 0")(
    lambda dA, Z, kind: dA * (dA > 0) if kind == "relu" else _back(dA, Z, kind)
)
wrong("activation_backward", "tanh and sigmoid slopes interchanged")(
    lambda dA, Z, kind: _back(dA, Z, {"tanh": "sigmoid", "sigmoid": "tanh", "relu": "relu"}[kind])
)
wrong("activation_backward", "upstream added, not multiplied")(
    lambda dA, Z, kind: dA + _back(np.ones_like(dA), Z, kind)
)
right("activation_backward", "slopes through cosh, and np.where for relu")(
    lambda dA, Z, kind: (
        np.where(Z > 0, dA, 0.0)
        if kind == "relu"
        else dA / np.cosh(Z) ** 2
        if kind == "tanh"
        else dA / (4 * np.cosh(Z / 2) ** 2)
    )
)


def _soft(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


wrong("softmax", "divides by the largest, not by the sum")(
    lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))
)
wrong("softmax", "divides by the L2 norm of the row")(
    lambda Z: (
        (E := np.exp(Z - Z.max(axis=1, keepdims=True))) / np.sqrt((E**2).sum(axis=1, keepdims=True))
    )
)
wrong("softmax", "temperature of 2 left in")(lambda Z: _soft(Z / 2))
wrong("softmax", "log of it: log_softmax as in PyTorch")(lambda Z: np.log(_soft(Z) + 1e-300))
wrong("softmax", "sigmoid of every score, then normalised")(
    lambda Z: _s(Z) / _s(Z).sum(axis=1, keepdims=True)
)


@right("softmax", "row by row in a comprehension, through log-sum-exp")
def _(Z):
    return np.array([np.exp(r - r.max() - np.log(np.sum(np.exp(r - r.max())))) for r in Z])


wrong("cross_entropy", "also pays for the classes that are not it (binary habit)")(
    lambda P, y: float(
        -np.mean(
            np.sum(
                np.eye(P.shape[1])[y] * np.log(np.clip(P, 1e-12, 1))
                + (1 - np.eye(P.shape[1])[y]) * np.log(np.clip(1 - P, 1e-12, 1)),
                axis=1,
            )
        )
    )
)
wrong("cross_entropy", "entropy of P itself: labels never used")(
    lambda P, y: float(-np.mean(np.sum(P * np.log(np.clip(P, 1e-12, 1)), axis=1)))
)
wrong("cross_entropy", "always the first class")(
    lambda P, y: float(-np.mean(np.log(np.clip(P[:, 0], 1e-12, 1))))
)
wrong("cross_entropy", "log of the mean probability")(
    lambda P, y: float(-np.log(np.clip(np.mean(P[np.arange(len(y)), y]), 1e-12, 1)))
)
wrong("cross_entropy", "one minus the probability: no log at all")(
    lambda P, y: float(np.mean(1 - P[np.arange(len(y)), y]))
)
right("cross_entropy", "take_along_axis")(
    lambda P, y: float(
        -np.log(np.clip(np.take_along_axis(P, np.asarray(y)[:, None], axis=1), 1e-12, 1)).mean()
    )
)


def _onehot(P, y):
    return np.eye(P.shape[1])[y]


wrong("softmax_cross_entropy_backward", "one over p at the label: cross-entropy alone")(
    lambda P, y: -_onehot(P, y) / np.clip(P, 1e-12, 1) / len(y)
)
wrong("softmax_cross_entropy_backward", "the label's column alone, the others are 0")(
    lambda P, y: (P - 1) * _onehot(P, y) / len(y)
)
wrong("softmax_cross_entropy_backward", "divides by N times C")(
    lambda P, y: (P - _onehot(P, y)) / P.size
)
wrong("softmax_cross_entropy_backward", "hard argmax in place of P")(
    lambda P, y: (_onehot(P, P.argmax(axis=1)) - _onehot(P, y)) / len(y)
)


@wrong("softmax_cross_entropy_backward", "P[y] -= 1 picks rows, not entries")
def _(P, y):
    dZ = P.copy()
    dZ[y] -= 1
    return dZ / len(y)


@right("softmax_cross_entropy_backward", "np.subtract.at on a copy")
def _(P, y):
    dZ = np.array(P)
    np.subtract.at(dZ, (np.arange(len(y)), y), 1.0)
    dZ *= 1.0 / len(y)
    return dZ


def _net(X, params, kind="tanh", inner=_forward, last=_soft):
    A, Zs = [X], []
    for i, (W, b) in enumerate(params):
        Zs.append(A[-1] @ W + b)
        if i < len(params) - 1:
            A.append(inner(Zs[-1], kind))
    return last(Zs[-1]), {"A": A, "Z": Zs}


wrong("mlp_forward", "scores come back in place of probabilities")(
    lambda X, params, kind="tanh": _net(X, params, kind, last=lambda Z: Z)
)
wrong("mlp_forward", "activation applied before the softmax, too")(
    lambda X, params, kind="tanh": _net(X, params, kind, last=lambda Z: _soft(_forward(Z, kind)))
)
wrong("mlp_forward", "kind ignored: tanh always")(lambda X, params, kind="tanh": _net(X, params))
wrong("mlp_forward", "sigmoid outputs, one against the rest")(
    lambda X, params, kind="tanh": _net(X, params, kind, last=_s)
)


@wrong("mlp_forward", "hidden activations twice, as the loop applies it on A again")
def _(X, params, kind="tanh"):
    return _net(X, params, kind, inner=lambda Z, k: _forward(_forward(Z, k), k))


@wrong("mlp_forward", "every layer is fed X: the chain is not handed on", "raises")
def _(X, params, kind="tanh"):
    A, Zs = [X], []
    for W, b in params:
        Zs.append(X @ W + b)
        A.append(_forward(Zs[-1], kind))
    return _soft(Zs[-1]), {"A": A[:-1], "Z": Zs}


@wrong("mlp_forward", "cache of A lacks X")
def _(X, params, kind="tanh"):
    P, cache = _net(X, params, kind)
    return P, {"A": cache["A"][1:], "Z": cache["Z"]}


@right("mlp_forward", "zip and enumerate, calling the parts of the package")
def _(X, params, kind="tanh"):
    cache = {"A": [], "Z": []}
    A = X
    for W, b in params:
        cache["A"].append(A)
        Z = nn.linear_forward(A, W, b)
        cache["Z"].append(Z)
        A = nn.activation_forward(Z, kind)
    return nn.softmax(cache["Z"][-1]), cache


def _blame(P, y, cache, params, kind, into=None, weight=None, first=None, down=None):
    """One backward walk with places to go wrong in."""
    A, Zs = cache["A"], cache["Z"]
    dZ = (P - _onehot(P, y)) / len(y) if first is None else first(P, y)
    grads = [None] * len(params)
    for i in reversed(range(len(params))):
        grads[i] = (weight or (lambda A, dZ: A.T @ dZ))(A[i], dZ), dZ.sum(axis=0)
        if i:
            dA = (into or (lambda dZ, i: dZ @ params[i][0].T))(dZ, i)
            dZ = (down or _back)(dA, Zs[i - 1], kind)
    return grads


wrong("mlp_backward", "kind ignored on the way down: tanh always")(
    lambda P, y, cache, params, kind="tanh": _blame(
        P, y, cache, params, kind, down=lambda dA, Z, k: _back(dA, Z, "tanh")
    )
)
wrong("mlp_backward", "relu's slope whatever the kind")(
    lambda P, y, cache, params, kind="tanh": _blame(
        P, y, cache, params, kind, down=lambda dA, Z, k: dA * (Z > 0)
    )
)
wrong("mlp_backward", "blame clipped at 0.01 in size at each layer")(
    lambda P, y, cache, params, kind="tanh": _blame(
        P, y, cache, params, kind, down=lambda dA, Z, k: np.clip(_back(dA, Z, k), -0.01, 0.01)
    )
)
wrong("mlp_backward", "mean squared error's start: 2 (P - Y) / N")(
    lambda P, y, cache, params, kind="tanh": _blame(
        P, y, cache, params, kind, first=lambda P, y: 2 * (P - _onehot(P, y)) / len(y)
    )
)
wrong("mlp_backward", "absolute weights on the way down")(
    lambda P, y, cache, params, kind="tanh": _blame(
        P, y, cache, params, kind, into=lambda dZ, i: dZ @ np.abs(params[i][0]).T
    )
)


@wrong("mlp_backward", "list built from the back and never reversed")
def _(P, y, cache, params, kind="tanh"):
    return _blame(P, y, cache, params, kind)[::-1]


@wrong("mlp_backward", "the output's dZ is used for every hidden bias, cut to length")
def _(P, y, cache, params, kind="tanh"):
    grads = _blame(P, y, cache, params, kind)
    top = float(grads[-1][1].mean())
    return [(dW, np.full_like(db, top)) for dW, db in grads[:-1]] + [grads[-1]]


@wrong("mlp_backward", "first layer: dW from the mean input, db N times too much", "two")
def _(P, y, cache, params, kind="tanh"):
    grads = _blame(P, y, cache, params, kind)
    dW, db = grads[0]
    X = cache["A"][0]
    return [(np.outer(X.mean(axis=0), db), db * len(y)), *grads[1:]]


@right("mlp_backward", "recursion from the last layer down")
def _(P, y, cache, params, kind="tanh"):
    def walk(i, dZ):
        dA, dW, db = nn.linear_backward(dZ, cache["A"][i], params[i][0])
        if i == 0:
            return [(dW, db)]
        return [*walk(i - 1, nn.activation_backward(dA, cache["Z"][i - 1], kind)), (dW, db)]

    return walk(len(params) - 1, nn.softmax_cross_entropy_backward(P, y))


def _step(X, y, params, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    return nn.cross_entropy(P, y), nn.mlp_backward(P, y, cache, params, kind)


@wrong("train_step", "kind not passed on to the backward pass")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = nn.mlp_backward(P, y, cache, params)
    new = [
        (W - learning_rate * dW, b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]
    return new, nn.cross_entropy(P, y)


@wrong("train_step", "only the last layer learns")
def _(X, y, params, learning_rate, kind="tanh"):
    loss, grads = _step(X, y, params, kind)
    W, b = params[-1]
    return [
        *params[:-1],
        (W - learning_rate * grads[-1][0], b - learning_rate * grads[-1][1]),
    ], loss


@wrong("train_step", "accuracy comes back as the loss")
def _(X, y, params, learning_rate, kind="tanh"):
    _, grads = _step(X, y, params, kind)
    P, _ = nn.mlp_forward(X, params, kind)
    new = [
        (W - learning_rate * dW, b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]
    return new, float((P.argmax(axis=1) == y).mean())


@wrong("train_step", "a second step by mistake: the update sits in a loop over layers")
def _(X, y, params, learning_rate, kind="tanh"):
    first = None
    for _ in params:
        loss, grads = _step(X, y, params, kind)
        first = loss if first is None else first
        params = [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), (dW, db) in zip(params, grads, strict=True)
        ]
    return params, first


@right("train_step", "a loop that appends")
def _(X, y, params, learning_rate, kind="tanh"):
    loss, grads = _step(X, y, params, kind)
    new = []
    for i in range(len(params)):
        new.append([params[i][j] - learning_rate * grads[i][j] for j in (0, 1)])
    return new, loss
