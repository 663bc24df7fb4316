"""Chapter 3, the whole network and the book's units, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


def _soft(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def _act(Z, kind):
    return {"relu": lambda: np.maximum(Z, 0), "tanh": lambda: np.tanh(Z), "sigmoid": lambda: _s(Z)}[
        kind
    ]()


def _slope(Z, kind):
    return {"relu": (Z > 0) * 1.0, "tanh": 1 - np.tanh(Z) ** 2, "sigmoid": _s(Z) * _s(-Z)}[kind]


def _forward(X, params, kind="tanh"):
    A, Z = [X], []
    for i, (W, b) in enumerate(params):
        Z.append(A[-1] @ W + b)
        if i < len(params) - 1:
            A.append(_act(Z[-1], kind))
    return _soft(Z[-1]), {"A": A, "Z": Z}


def _backward(P, y, cache, params, kind="tanh"):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for i in reversed(range(len(params))):
        grads.append((cache["A"][i].T @ d, d.sum(0)))
        if i:
            d = d @ params[i][0].T * _slope(cache["Z"][i - 1], kind)
    return grads[::-1]


@wrong("mlp_forward", "activation on the output layer before the softmax")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for W, b in params:
        Z.append(A[-1] @ W + b)
        A.append(_act(Z[-1], kind))
    return _soft(A[-1]), {"A": A[:-1], "Z": Z}


@wrong("mlp_forward", "no softmax: sigmoid outputs")
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return _s(cache["Z"][-1]), cache


@wrong("mlp_forward", "an inline softmax without the shift")
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    E = np.exp(cache["Z"][-1])
    return E / E.sum(axis=1, keepdims=True), cache


@wrong("mlp_forward", "no activations at all")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for W, b in params:
        Z.append(A[-1] @ W + b)
        A.append(Z[-1])
    return _soft(Z[-1]), {"A": A[:-1], "Z": Z}


@wrong("mlp_forward", "every layer is fed with X", kind="raises")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for W, b in params:
        Z.append(X @ W + b)
        A.append(_act(Z[-1], kind))
    return _soft(Z[-1]), {"A": A[:-1], "Z": Z}


@wrong("mlp_forward", "biases of hidden layers left out")
def _(X, params, kind="tanh"):
    return _forward(
        X, [(W, b if i == len(params) - 1 else 0 * b) for i, (W, b) in enumerate(params)], kind
    )


@wrong("mlp_forward", "kind ignored")
def _(X, params, kind="tanh"):
    return _forward(X, params, "tanh")


@wrong("mlp_forward", "softmax over columns")
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return _soft(cache["Z"][-1].T).T, cache


@wrong("mlp_forward", "P appended to A")
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    cache["A"].append(P)
    return P, cache


@wrong("mlp_forward", "X missing from the cache's A")
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": cache["A"][1:], "Z": cache["Z"]}


@wrong("mlp_forward", "returns only P")
def _(X, params, kind="tanh"):
    return _forward(X, params, kind)[0]


@right("mlp_forward", "a class of layers, extra keys in the cache")
def _(X, params, kind="tanh"):
    class Layer:
        def __init__(self, W, b, last):
            self.W, self.b, self.last = W, b, last

        def __call__(self, X):
            self.X = X
            self.Z = np.dot(X, self.W) + self.b[None]
            return self.Z if self.last else _act(self.Z, kind)

    layers = [Layer(W, b, i + 1 == len(params)) for i, (W, b) in enumerate(params)]
    out = X
    for layer in layers:
        out = layer(out)
    cache = dict(A=tuple(la.X for la in layers), Z=tuple(la.Z for la in layers), P=_soft(out))
    return cache["P"], cache


@wrong("mlp_backward", "no slope on the way down")
def _(P, y, cache, params, kind="tanh"):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for i in reversed(range(len(params))):
        grads.insert(0, (cache["A"][i].T @ d, d.sum(0)))
        d = d @ params[i][0].T
    return grads


@wrong("mlp_backward", "grads in the order they were made, last layer first")
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind)[::-1]


@wrong("mlp_backward", "slope at the activation")
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, {"A": cache["A"], "Z": cache["A"][1:] + [None]}, params, kind)


@wrong("mlp_backward", "tanh slope as 1 - Z**2 whatever the kind", kind="two")
def _(P, y, cache, params, kind="tanh"):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for i in reversed(range(len(params))):
        grads.insert(0, (cache["A"][i].T @ d, d.sum(0)))
        if i:
            d = d @ params[i][0].T * (1 - cache["Z"][i - 1] ** 2)
    return grads


@wrong("mlp_backward", "kind ignored: always the tanh slope")
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, "tanh")


@wrong("mlp_backward", "divides by N at every layer")
def _(P, y, cache, params, kind="tanh"):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for i in reversed(range(len(params))):
        grads.insert(0, (cache["A"][i].T @ d / len(y), d.sum(0) / len(y)))
        if i:
            d = d @ params[i][0].T * _slope(cache["Z"][i - 1], kind)
    return grads


@wrong("mlp_backward", "not divided by N")
def _(P, y, cache, params, kind="tanh"):
    return [(W * len(y), b * len(y)) for W, b in _backward(P, y, cache, params, kind)]


@wrong("mlp_backward", "hidden db from dA, before the slope")
def _(P, y, cache, params, kind="tanh"):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    dA, grads = d, []
    for i in reversed(range(len(params))):
        grads.insert(0, (cache["A"][i].T @ d, dA.sum(0)))
        if i:
            dA = d @ params[i][0].T
            d = dA * _slope(cache["Z"][i - 1], kind)
    return grads


@wrong("mlp_backward", "dW from Z, not A, in the layers above the first")
def _(P, y, cache, params, kind="tanh"):
    A = [cache["A"][0]] + list(cache["Z"][:-1])
    return _backward(P, y, {"A": A, "Z": cache["Z"]}, params, kind)


@wrong("mlp_backward", "only the last layer's bias is right: others mean")
def _(P, y, cache, params, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(W, b / len(y)) for W, b in g[:-1]] + [g[-1]]


@wrong("mlp_backward", "labels ignored in the delta: P - 1/C")
def _(P, y, cache, params, kind="tanh"):
    d = (P - 1 / P.shape[1]) / len(y)
    grads = []
    for i in reversed(range(len(params))):
        grads.insert(0, (cache["A"][i].T @ d, d.sum(0)))
        if i:
            d = d @ params[i][0].T * _slope(cache["Z"][i - 1], kind)
    return grads


@wrong("mlp_backward", "stops before the first layer: zeros there")
def _(P, y, cache, params, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(np.zeros_like(g[0][0]), np.zeros_like(g[0][1]))] + g[1:]


@right("mlp_backward", "recursive, pairs as lists")
def _(P, y, cache, params, kind="tanh"):
    def down(d, i):
        here = [[np.einsum("na,nb->ab", cache["A"][i], d), d.sum(axis=0)]]
        if i == 0:
            return here
        return down(np.multiply(d @ params[i][0].T, _slope(cache["Z"][i - 1], kind)), i - 1) + here

    Y = np.zeros_like(P)
    Y[np.arange(len(y)), y] = 1
    return down((P - Y) / P.shape[0], len(params) - 1)


def _step(X, y, params, rate, kind, loss_after=False, sign=-1):
    P, cache = _forward(X, params, kind)
    g = _backward(P, y, cache, params, kind)
    new = [(W + sign * rate * dW, b + sign * rate * db) for (W, b), (dW, db) in zip(params, g)]
    if loss_after:
        P, _ = _forward(X, new, kind)
    return new, -np.mean(np.log(P[np.arange(len(y)), y]))


@wrong("train_step", "loss after the update")
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate, kind, loss_after=True)


@wrong("train_step", "uphill")
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate, kind, sign=1)


@wrong("train_step", "weights updated before the blame goes down")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    new = [None] * len(params)
    for i in reversed(range(len(params))):
        W, b = params[i]
        new[i] = (W - learning_rate * cache["A"][i].T @ d, b - learning_rate * d.sum(0))
        if i:
            d = d @ new[i][0].T * _slope(cache["Z"][i - 1], kind)
    return new, -np.mean(np.log(P[np.arange(len(y)), y]))


@wrong("train_step", "the caller's arrays are stepped in place")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    for (W, b), (dW, db) in zip(params, _backward(P, y, cache, params, kind)):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params, -np.mean(np.log(P[np.arange(len(y)), y]))


@wrong("train_step", "biases not updated")
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = _step(X, y, params, learning_rate, kind)
    return [(W, b) for (W, _), (_, b) in zip(new, params)], loss


@wrong("train_step", "kind not handed on: always tanh")
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate, "tanh")


@wrong("train_step", "loss is a sum")
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = _step(X, y, params, learning_rate, kind)
    return new, loss * len(y)


@wrong("train_step", "rate divided by N once more")
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate / len(y), kind)


@right("train_step", "list of lists, float loss")
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = _step(X, y, [(W.copy(), b.copy()) for W, b in params], learning_rate, kind)
    return [list(pair) for pair in new], float(loss)
