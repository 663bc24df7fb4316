"""conv_net_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from tests.exercises.convolution import conv_forward as conv


def by_loops(X, params):
    (Wc, bc), (W, b) = params
    Z = conv.place_by_place(X, Wc, bc, 1, Wc.shape[2] // 2)
    A = np.where(Z > 0, Z, 0)
    pooled = nn.max_pool_forward(A, 2)
    P = nn.softmax(pooled.reshape(len(X), -1) @ W + b)
    return P, dict(X=X, Z=Z, A=A, pooled=pooled)


def pooled_before_relu(X, params):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc, 1, (Wc.shape[3] - 1) // 2)
    pooled = np.maximum(nn.max_pool_forward(Z, 2), 0)
    scores = np.tensordot(pooled, W.reshape(*pooled.shape[1:], -1), axes=3) + b
    return [nn.softmax(scores), {"pooled": pooled, "X": X, "Z": Z, "A": np.maximum(Z, 0), "n": 3}]


def image_by_image(X, params):
    found = [nn.conv_net_forward(X[i : i + 1], params) for i in range(len(X))]
    caches = [cache for _, cache in found]
    return np.concatenate([P for P, _ in found]), {
        name: np.concatenate([cache[name] for cache in caches]) for name in caches[0]
    }


def change(**new):
    def conv_net_forward(X, params):
        P, cache = nn.conv_net_forward(X, params)
        return P, cache | {name: f(cache) for name, f in new.items()}

    return conv_net_forward


def probabilities_alone(X, params):
    return nn.conv_net_forward(X, params)[0]


def cache_as_list(X, params):
    P, cache = nn.conv_net_forward(X, params)
    return P, list(cache.values())


def bias_of_filters_forgotten(X, params):
    (Wc, bc), last = params
    return nn.conv_net_forward(X, [(Wc, bc * 0), last])


def last_bias_forgotten(X, params):
    first, (W, b) = params
    return nn.conv_net_forward(X, [first, (W, b * 0)])


def filters_flipped(X, params):
    (Wc, bc), last = params
    return nn.conv_net_forward(X, [(Wc[..., ::-1, ::-1], bc), last])


def pad_of_one(X, params):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc, 1, 1)
    A = np.maximum(Z, 0)
    pooled = nn.max_pool_forward(A, 2)
    return nn.softmax(pooled.reshape(len(X), -1) @ W + b), {
        "X": X, "Z": Z, "A": A, "pooled": pooled
    }  # fmt: skip


def classes(X, params):
    P, cache = nn.conv_net_forward(X, params)
    return P.argmax(axis=1), cache


def sigmoid_at_the_end(X, params):
    P, cache = nn.conv_net_forward(X, params)
    W, b = params[1]
    return nn.sigmoid(cache["pooled"].reshape(len(X), -1) @ W + b), cache


ACCEPTED = [by_loops, pooled_before_relu, image_by_image]


def pooled_from_z(X, params):
    P, cache = nn.conv_net_forward(X, params)
    pooled, (W, b) = nn.max_pool_forward(cache["Z"], 2), params[1]
    return nn.softmax(pooled.reshape(len(X), -1) @ W + b), cache | {"pooled": pooled}


def rectified_scores(X, params):
    P, cache = nn.conv_net_forward(X, params)
    W, b = params[1]
    scores = cache["pooled"].reshape(len(X), -1) @ W + b
    return nn.softmax(np.maximum(scores, 0)), cache


def flipped_and_sigmoid(X, params):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc[..., ::-1, ::-1], bc, 1, (Wc.shape[-1] - 1) // 2)
    A = np.maximum(Z, 0)
    pooled = nn.max_pool_forward(A, 2)
    P = nn.sigmoid(nn.linear_forward(pooled.reshape(len(X), -1), W, b))
    return P, {"X": X, "Z": Z, "A": A, "pooled": pooled}


TOLD = [
    (flipped_and_sigmoid, "filter-flipped"),
    (pooled_from_z, "pooled-without-relu"),
    (rectified_scores, "scores-rectified"),
    (probabilities_alone, "2 things (P, cache)"),
    (cache_as_list, "should be a dict"),
    (bias_of_filters_forgotten, "cache['Z']"),
    (last_bias_forgotten, "last-bias-forgotten"),
    (filters_flipped, "cache['Z']"),
    (pad_of_one, "ValueError"),
    (classes, "P has shape"),
    (sigmoid_at_the_end, "P"),
    (change(Z=lambda c: c["A"]), "cache['Z']"),
    (change(pooled=lambda c: c["A"]), "in the place of cache['pooled'] is cache['A']"),
]
