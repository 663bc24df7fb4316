"""blame_by_layer: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def inserted(P, y, cache, params, kind):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    blame = [np.linalg.norm(dZ) / np.sqrt(dZ.size)]
    for i in range(len(params) - 1, 0, -1):
        dZ = nn.activation_backward(dZ @ params[i][0].T, cache["Z"][i - 1], kind)
        blame.insert(0, np.linalg.norm(dZ) / np.sqrt(dZ.size))
    return blame


def slopes_by_hand(P, y, cache, params, kind):
    N = len(y)
    dZ = P.copy()
    dZ[np.arange(N), y] -= 1
    dZ /= N
    blame = np.zeros(len(params))
    for i in reversed(range(len(params))):
        blame[i] = (dZ**2).mean() ** 0.5
        if i:
            A = cache["A"][i]
            slope = {"tanh": 1 - A**2, "sigmoid": A * (1 - A), "relu": A > 0}[kind]
            dZ = np.einsum("nh,dh->nd", dZ, params[i][0]) * slope
    return blame


def from_the_weights(P, y, cache, params, kind):
    """dZ of a layer by the slope of the loss with respect to its scores."""
    return [float(v) for v in inserted(P, y, cache, params, kind)]


def walk(start=nn.softmax_cross_entropy_backward, slope=nn.activation_backward, size=None):
    size = size or (lambda dZ: np.sqrt(np.mean(dZ**2)))

    def blame_by_layer(P, y, cache, params, kind):
        dZ = start(P, y)
        found = [size(dZ)]
        for i in reversed(range(1, len(params))):
            dZ = slope(dZ @ params[i][0].T, cache["Z"][i - 1], kind)
            found.append(size(dZ))
        return np.array(found[::-1])

    return blame_by_layer


def one_hot(P, y):
    return np.eye(P.shape[1])[y]


ACCEPTED = [inserted, slopes_by_hand, from_the_weights]


def measured_late(P, y, cache, params, kind):
    dZ, blame = nn.softmax_cross_entropy_backward(P, y), []
    for layer in reversed(range(len(params))):
        if layer > 0:
            dA = dZ @ params[layer][0].T
            dZ = nn.activation_backward(dA, cache["Z"][layer - 1], kind)
        blame.insert(0, np.sqrt(np.mean(dZ**2)))
    return np.array(blame)


def divided_again_and_again(P, y, cache, params, kind):
    dZ, blame = nn.softmax_cross_entropy_backward(P, y), []
    for layer in reversed(range(len(params))):
        blame.insert(0, np.mean(np.abs(dZ)))
        if layer > 0:
            dA = dZ @ params[layer][0].T / len(y)
            dZ = nn.activation_backward(dA, cache["Z"][layer - 1], kind)
    return np.array(blame)


TOLD = [
    (divided_again_and_again, "mean-size-and-divided-at-every-layer"),
    (measured_late, "measured-one-step-late"),
    (walk(lambda P, y: P - one_hot(P, y)), "mean-forgotten", "times too large"),
    (walk(lambda P, y: one_hot(P, y) - P), "mean-forgotten"),
    (walk(slope=lambda dA, Z, kind: dA), "slope-forgotten"),
    (walk(slope=lambda dA, Z, kind: nn.activation_backward(dA, Z, "relu")), "blame"),
    (walk(size=np.std), "standard-deviation"),
    (walk(size=np.linalg.norm), "norm"),
    (walk(size=lambda d: np.abs(d).mean()), "mean-size"),
    (walk(slope=lambda dA, Z, kind: dA, size=np.linalg.norm), "norm-and-slope-forgotten"),
    (
        walk(slope=lambda dA, Z, kind: nn.activation_backward(dA, np.tanh(Z), kind)),
        "blame",
    ),
    (walk(size=lambda d: np.linalg.norm(d, axis=1).mean()), "example-by-example"),
    (walk(size=lambda d: np.sqrt((d**2).sum() / len(d))), "sum-for-mean"),
    (walk(size=np.mean), "mean"),
    (lambda *given: walk(size=np.std)(*given)[::-1], "standard-deviation-and-last-first"),
    (lambda *given: walk()(*given)[1:], "blame has shape"),
    (lambda *given: walk()(*given)[::-1].tolist(), "last-first"),
    (lambda P, y, cache, params, kind: walk()(P, y, cache, params, "tanh"), "kind-ignored"),
]
