"""train_digits: readers that must pass, and what others must be told."""

import numpy as np

from bplab import nn

SHIFTS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))


def copies(X, y):
    return np.concatenate([nn.shift_images(X, *s) for s in SHIFTS]), np.tile(y, len(SHIFTS))


def plain_network(X, y, rng):
    """No convolution at all, but shifted copies."""
    X, y = copies(X, y)
    params = nn.init_params((64, 128, 10), rng)
    step = nn.as_one_vector(nn.adam_step)
    params, _ = nn.fit_minibatch(X.reshape(-1, 64), y, params, step, 0.004, 64, 16, rng)
    return lambda X: nn.mlp_forward(X.reshape(len(X), -1), params)[0].argmax(axis=1)


def nearest_digits(X, y, rng):
    X, y = copies(X, y)
    known = X.reshape(-1, 64)

    def predict(images):
        A = images.reshape(-1, 64)
        gaps = (known**2).sum(axis=1) - 2 * A @ known.T
        return y[gaps.argmin(axis=1)].tolist()

    return predict


class Reader:
    def __init__(self, params):
        self.params = params

    def __call__(self, X):
        return nn.conv_net_forward(X, self.params)[0].argmax(axis=1).astype(float)


def conv_net_with_momentum(X, y, rng):
    X, y = copies(X, y)
    params, state = nn.init_conv_net((1, 8, 8), 12, 3, 10, rng), {}
    for _ in range(12):
        for batch in nn.minibatches(len(y), 32, rng):
            P, cache = nn.conv_net_forward(X[batch], params)
            grads = nn.flatten(nn.conv_net_backward(P, y[batch], cache, params))
            tensors, state = nn.momentum_step(nn.flatten(params), grads, state, 0.02)
            params = nn.pair_up(tensors)
    return Reader(params)


def classes_as_a_column(X, y, rng):
    return lambda images: np.zeros((len(images), 1))


def nothing_to_call(X, y, rng):
    return nn.init_conv_net((1, 8, 8), 4, 3, 10, rng)


def raises_on_one(X, y, rng):
    def predict(images):
        if len(images) < 2:
            raise IndexError("a batch, please")
        return np.zeros(len(images))

    return predict


def words(X, y, rng):
    return lambda images: ["three"] * len(images)


ACCEPTED = [plain_network, nearest_digits, conv_net_with_momentum]

TOLD = [
    (classes_as_a_column, "wrong-shape", "(597, 1)"),
    (nothing_to_call, "wrong-type", "list"),
    (raises_on_one, "IndexError"),
    (words, "wrong-type"),
]
