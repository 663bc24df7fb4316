"""Chapter 3, the textbook's units, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.ch03_network import _forward, _step
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


def _case(x, t, weights, biases, l, out=True, hidden=True, new=False, theta=1.0, sign=1.0):
    O = [np.asarray(x, float)]
    for W, b in zip(weights, biases):
        O.append(_s(O[-1] @ W + b))
    err = sign * (t - O[-1]) * (O[-1] * (1 - O[-1]) if out else 1)
    W2, b2 = list(weights), list(biases)
    for i in reversed(range(len(weights))):
        W2[i] = weights[i] + l * np.outer(O[i], err)
        b2[i] = biases[i] + theta * l * err
        err = ((W2 if new else weights)[i] @ err) * (O[i] * (1 - O[i]) if hidden else 1)
    return W2, b2


@wrong("per_unit_update", "no output slope")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, out=False)


@wrong("per_unit_update", "no hidden slope")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, hidden=False)


@wrong("per_unit_update", "hidden errors from weights already updated")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, new=True)


@wrong("per_unit_update", "O - T with a plus step")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, sign=-1)


@wrong("per_unit_update", "biases stepped the other way")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, theta=-1)


@wrong("per_unit_update", "biases never updated")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, theta=0)


@wrong("per_unit_update", "the factor 2 of the squared error")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, 2 * learning_rate)


@wrong("per_unit_update", "returns the increments")
def _(x, t, weights, biases, learning_rate):
    W, b = _case(x, t, weights, biases, learning_rate)
    return [p - q for p, q in zip(W, weights)], [p - q for p, q in zip(b, biases)]


@wrong("per_unit_update", "rate left out of the biases", kind="one")
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate, theta=1 / learning_rate)


@right("per_unit_update", "three loops, unit by unit")
def _(x, t, weights, biases, learning_rate):
    O = [list(x)]
    for W, b in zip(weights, biases):
        layer = []
        for j in range(W.shape[1]):
            I = b[j]
            for i in range(W.shape[0]):
                I += W[i, j] * O[-1][i]
            layer.append(1 / (1 + np.exp(-I)))
        O.append(layer)
    Err = [[o * (1 - o) * (T - o) for o, T in zip(O[-1], t)]]
    for k in range(len(weights) - 1, 0, -1):
        W = weights[k]
        Err.insert(
            0,
            [
                o * (1 - o) * sum(Err[0][m] * W[j, m] for m in range(W.shape[1]))
                for j, o in enumerate(O[k])
            ],
        )
    new_W = [W.copy() for W in weights]
    new_b = [b.copy() for b in biases]
    for k, e in enumerate(Err):
        for j, ej in enumerate(e):
            for i, o in enumerate(O[k]):
                new_W[k][i, j] += learning_rate * ej * o
            new_b[k][j] += learning_rate * ej
    return new_W, new_b


def _epoch(X, T, weights, biases, l, mean=False, case=False, last=False, **k):
    W, b = [w.copy() for w in weights], [v.copy() for v in biases]
    for x, t in zip(X, T):
        fw, fb = (W, b) if case else (weights, biases)
        w2, b2 = _case(x, t, fw, fb, l, **k)
        share = 1 / len(X) if mean else 1
        if last:
            W, b = w2, b2
            continue
        W = [p + share * (q - r) for p, q, r in zip(W, w2, fw)]
        b = [p + share * (q - r) for p, q, r in zip(b, b2, fb)]
    return W, b


@wrong("epoch_update", "mean of the increments")
def _(X, T, weights, biases, learning_rate):
    return _epoch(X, T, weights, biases, learning_rate, mean=True)


@wrong("epoch_update", "case updating")
def _(X, T, weights, biases, learning_rate):
    return _epoch(X, T, weights, biases, learning_rate, case=True)


@wrong("epoch_update", "only the last tuple counts")
def _(X, T, weights, biases, learning_rate):
    return _epoch(X, T, weights, biases, learning_rate, last=True)


@wrong("epoch_update", "no output slope")
def _(X, T, weights, biases, learning_rate):
    return _epoch(X, T, weights, biases, learning_rate, out=False)


@wrong("epoch_update", "skips the first tuple")
def _(X, T, weights, biases, learning_rate):
    return _epoch(X[1:], T[1:], weights, biases, learning_rate)


@right("epoch_update", "matrix form")
def _(X, T, weights, biases, learning_rate):
    O = [X]
    for W, b in zip(weights, biases):
        O.append(_s(O[-1] @ W + b))
    err = O[-1] * (1 - O[-1]) * (T - O[-1])
    out = []
    for k in range(len(weights))[::-1]:
        out.append(
            (weights[k] + learning_rate * O[k].T @ err, biases[k] + learning_rate * err.sum(0))
        )
        err = O[k] * (1 - O[k]) * (err @ weights[k].T)
    W, b = zip(*out[::-1])
    return W, b


def _until(X, y, params, rate, epochs, min_change, max_error, **k):
    losses, flip = [], k.get("flip")
    for _e in range(epochs):
        new, loss = _step(X, y, params, rate, "tanh")
        losses.append(loss)
        moved = [abs(q - p).max() for P, Q in zip(params, new) for p, q in zip(P, Q)]
        if k.get("weights_only"):
            moved = moved[::2]
        if k.get("biggest_any"):
            moved = [min(moved)]
        if k.get("signed"):
            moved = [(q - p).max() for P, Q in zip(params, new) for p, q in zip(P, Q)]
        if k.get("relative_loss") and len(losses) > 1:
            moved = [abs(losses[-1] - losses[-2])]
        judged = params if k.get("old") else new
        missed = np.mean(_forward(X, judged)[0].argmax(1) != y)
        if k.get("accuracy"):
            missed = 1 - missed
        if k.get("count"):
            missed = missed * len(y)
        params = new
        tests = [(max(moved) < min_change, "weights"), (missed < max_error, "error")]
        for true, reason in tests[::-1] if flip else tests:
            if true:
                return params, losses, reason
    return params, losses, "epochs"


for _key, _note in {
    "weights_only": "changes of the biases are not looked at",
    "biggest_any": "one small change is enough: any for all",
    "signed": "changes without their size",
    "relative_loss": "the change of the loss in place of the weights'",
    "old": "the share is that of the network before the update",
    "accuracy": "the share that was right",
    "count": "the number misclassified",
    "flip": "error tested before weights",
}.items():

    def _make(key):
        def train_until(X, y, params, learning_rate, max_epochs, min_change, max_error):
            return _until(
                X, y, params, learning_rate, max_epochs, min_change, max_error, **{key: True}
            )

        return train_until

    wrong("train_until", _note)(_make(_key))


@wrong("train_until", "params of the epoch before are returned")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    new, losses, why = _until(X, y, params, learning_rate, max_epochs, min_change, max_error)
    old = params
    for _k in range(len(losses) - 1):
        old, _ = _step(X, y, old, learning_rate, "tanh")
    return old, losses, why


@right("train_until", "a generator of epochs")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    def epochs(now):
        for _k in range(max_epochs):
            new, loss = _step(X, y, now, learning_rate, "tanh")
            far = any(
                (np.abs(p - q) >= min_change).any() for a, b in zip(now, new) for p, q in zip(a, b)
            )
            now = new
            wrong_share = (np.argmax(_forward(X, now)[0], axis=1) != y).mean()
            yield now, loss, None if far else "weights", wrong_share < max_error

    losses = []
    for now, loss, still, few in epochs(params):
        losses.append(loss)
        if still or few:
            return now, np.array(losses), still or "error"
    return now, np.array(losses), "epochs"
