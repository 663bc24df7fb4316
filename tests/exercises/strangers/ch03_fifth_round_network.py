"""A fifth round, chapter 3, the whole network: written before any was run."""

import numpy as np

from tests.exercises.strangers.ch03_fifth_round import ACT, SLOPE, _soft
from tests.exercises.strangers.table import right, wrong

# mlp_forward


def _forward(X, params, kind="tanh"):
    A, Z = [X], []
    for k, (W, b) in enumerate(params):
        Z.append(A[-1] @ W + b)
        if k < len(params) - 1:
            A.append(ACT[kind](Z[-1]))
    return _soft(Z[-1]), {"A": A, "Z": Z}


@wrong("mlp_forward", "tanh whatever the kind")
def _(X, params, kind="tanh"):
    return _forward(X, params, "tanh")


@wrong("mlp_forward", "the activation is put on the output scores, too, before softmax")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for W, b in params:
        Z.append(A[-1] @ W + b)
        A.append(ACT[kind](Z[-1]))
    return _soft(A[-1]), {"A": A[:-1], "Z": Z}


@wrong("mlp_forward", "sigmoid at the output in place of softmax")
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return ACT["sigmoid"](cache["Z"][-1]), cache


@wrong("mlp_forward", "the cache's Z holds the activations")
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": cache["A"], "Z": cache["A"][1:] + [cache["Z"][-1]]}


@wrong("mlp_forward", "softmax over the batch, axis 0")
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    E = np.exp(cache["Z"][-1] - cache["Z"][-1].max(axis=0))
    return E / E.sum(axis=0), cache


@wrong("mlp_forward", "a fixed two-layer network: deeper ones lose their middle")
def _(X, params, kind="tanh"):
    (W1, b1), (W2, b2) = params[0], params[-1]
    Z1 = X @ W1 + b1
    A1 = ACT[kind](Z1)
    Z2 = A1 @ W2 + b2
    return _soft(Z2), {"A": [X, A1], "Z": [Z1, Z2]}


@wrong("mlp_forward", "residual habit: every hidden layer adds its input", "raises")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for k, (W, b) in enumerate(params):
        Z.append(A[-1] @ W + b)
        if k < len(params) - 1:
            A.append(A[-1] + ACT[kind](Z[-1]))
    return _soft(Z[-1]), {"A": A, "Z": Z}


@right("mlp_forward", "recursion down the layers")
def _(X, params, kind="tanh"):
    def go(A, rest):
        (W, b), *more = rest
        Z = A @ W + b
        if not more:
            return _soft(Z), [A], [Z]
        P, As, Zs = go(ACT[kind](Z), more)
        return P, [A, *As], [Z, *Zs]

    P, As, Zs = go(np.asarray(X, dtype=float), list(params))
    return P, {"A": As, "Z": Zs}


# mlp_backward


def _backward(P, y, cache, params, kind="tanh"):
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for k in reversed(range(len(params))):
        grads.append((cache["A"][k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = (dZ @ params[k][0].T) * SLOPE[kind](cache["Z"][k - 1])
    return grads[::-1]


@wrong("mlp_backward", "hidden slope of tanh for every kind")
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, "tanh")


@wrong("mlp_backward", "each hidden db is the mean over the batch, the output's a sum")
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [(dW, db / len(y)) for dW, db in grads[:-1]] + [grads[-1]]


@wrong("mlp_backward", "gradients clipped to plus and minus 0.01 per entry on the way")
def _(P, y, cache, params, kind="tanh"):
    return [
        (np.clip(dW, -0.01, 0.01), np.clip(db, -0.01, 0.01))
        for dW, db in _backward(P, y, cache, params, kind)
    ]


@wrong("mlp_backward", "only the last hidden layer gets the slope; deeper ones are linear")
def _(P, y, cache, params, kind="tanh"):
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for k in reversed(range(len(params))):
        grads.append((cache["A"][k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = dZ @ params[k][0].T
            if k == len(params) - 1:
                dZ = dZ * SLOPE[kind](cache["Z"][k - 1])
    return grads[::-1]


@wrong("mlp_backward", "the slope is taken at Z of the layer above's input: off by one", "raises")
def _(P, y, cache, params, kind="tanh"):
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for k in reversed(range(len(params))):
        grads.append((cache["A"][k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = (dZ @ params[k][0].T) * SLOPE[kind](cache["Z"][k])
    return grads[::-1]


@wrong("mlp_backward", "last layer first: the list is not turned")
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind)[::-1]


@wrong("mlp_backward", "dW and db exchanged in each pair")
def _(P, y, cache, params, kind="tanh"):
    return [(db, dW) for dW, db in _backward(P, y, cache, params, kind)]


@wrong("mlp_backward", "adds an L2 term of 0.01 W out of habit")
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [(dW + 0.01 * W, db) for (dW, db), (W, _) in zip(grads, params)]


@wrong("mlp_backward", "the output delta carries P (1 - P), and db is a mean", "two")
def _(P, y, cache, params, kind="tanh"):
    dZ = (P - np.eye(P.shape[1])[y]) / len(y) * P * (1 - P)
    grads = []
    for k in reversed(range(len(params))):
        grads.append((cache["A"][k].T @ dZ, dZ.mean(axis=0)))
        if k:
            dZ = (dZ @ params[k][0].T) * SLOPE[kind](cache["Z"][k - 1])
    return grads[::-1]


@wrong("mlp_backward", "half finished: only the output layer's gradients, the rest zeros")
def _(P, y, cache, params, kind="tanh"):
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads[-1] = (cache["A"][-1].T @ dZ, dZ.sum(axis=0))
    return grads


@wrong("mlp_backward", "the delta of the output is reused for every layer's bias", "raises")
def _(P, y, cache, params, kind="tanh"):
    first = (P - np.eye(P.shape[1])[y]) / len(y)
    return [(dW, first.sum(axis=0)) for dW, _ in _backward(P, y, cache, params, kind)]


@right("mlp_backward", "from the activations in the cache, lists of lists")
def _(P, y, cache, params, kind="tanh"):
    of_a = {
        "relu": lambda A: np.sign(A),
        "tanh": lambda A: (1 - A) * (1 + A),
        "sigmoid": lambda A: A - A * A,
    }[kind]
    A = list(cache["A"])
    delta = P / len(y)
    delta[range(len(y)), y] -= 1 / len(y)
    grads = [None] * len(params)
    for k in range(len(params) - 1, -1, -1):
        W, _ = params[k]
        grads[k] = [np.tensordot(A[k], delta, axes=(0, 0)), np.ones(len(y)) @ delta]
        delta = np.einsum("nh,dh,nd->nd", delta, W, of_a(A[k])) if k else delta
    return grads


# train_step


def _loss(P, y):
    return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y], 1e-12)))


def _stepped(params, grads, rate):
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, grads)]


@wrong("train_step", "loss taken after the update")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    new = _stepped(params, _backward(P, y, cache, params, kind), learning_rate)
    return new, _loss(_forward(X, new, kind)[0], y)


@wrong("train_step", "biases are never moved")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = _backward(P, y, cache, params, kind)
    new = [(W - learning_rate * dW, b) for (W, b), (dW, _) in zip(params, grads)]
    return new, _loss(P, y)


@wrong("train_step", "kind is not handed on: forward and back are tanh")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params)
    return _stepped(params, _backward(P, y, cache, params), learning_rate), _loss(P, y)


@wrong("train_step", "kind reaches the forward pass but not the way back")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return _stepped(params, _backward(P, y, cache, params), learning_rate), _loss(P, y)


@wrong("train_step", "a second step on the same batch")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    loss = _loss(P, y)
    for _ in range(2):
        P, cache = _forward(X, params, kind)
        params = _stepped(params, _backward(P, y, cache, params, kind), learning_rate)
    return params, loss


@wrong("train_step", "gradients divided by N once more in the update")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = _backward(P, y, cache, params, kind)
    return _stepped(params, grads, learning_rate / len(X)), _loss(P, y)


@wrong("train_step", "accuracy comes back in place of the loss")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = _backward(P, y, cache, params, kind)
    return _stepped(params, grads, learning_rate), np.mean(P.argmax(axis=1) == y)


@wrong("train_step", "the learner's own arrays stepped in place with -=")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    for (W, b), (dW, db) in zip(params, _backward(P, y, cache, params, kind)):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params, _loss(P, y)


@wrong("train_step", "returns the gradients, not the new parameters")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return _backward(P, y, cache, params, kind), _loss(P, y)


@right("train_step", "a trainer object on copies, in place")
def _(X, y, params, learning_rate, kind="tanh"):
    class Trainer:
        def __init__(self, params):
            self.params = [[np.copy(v) for v in pair] for pair in params]

        def step(self):
            P, cache = _forward(X, self.params, kind)
            grads = _backward(P, y, cache, self.params, kind)
            for pair, slopes in zip(self.params, grads):
                for v, d in zip(pair, slopes):
                    v -= learning_rate * d
            return _loss(P, y)

    trainer = Trainer(params)
    loss = trainer.step()
    return [tuple(pair) for pair in trainer.params], loss
