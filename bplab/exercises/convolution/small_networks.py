"""Small convolutional networks with a batch, for the papers of both passes."""

import numpy as np

from bplab import nn
from bplab.exercises.convolution.images import biases

# N, C, H, W, F, K, classes. In each row all lengths differ, those after pooling too: 4 x 6, 7 x 5
# and 3 x 4.
NETWORKS = ((7, 2, 8, 12, 5, 3, 9), (6, 3, 14, 10, 4, 1, 8), (8, 1, 6, 8, 7, 5, 10))
ORDER = (*(("cache", name) for name in ("X", "Z", "A", "pooled")), "P")


def network(rng, N, C, H, W, F, K, classes):
    """(X, y, params): biases are not zero, and all classes do not come equally often."""
    flat = F * (H // 2) * (W // 2)
    params = [
        (rng.normal(size=(F, C, K, K)) / np.sqrt(C * K * K), biases(rng, F) / 2),
        (rng.normal(size=(flat, classes)) / np.sqrt(flat), biases(rng, classes)),
    ]
    return rng.normal(size=(N, C, H, W)), rng.integers(0, classes, N), params


def forward(
    X,
    params,
    pad=None,
    image=lambda X: X,
    filters=lambda Wc: Wc,
    rise=lambda Z: np.maximum(Z, 0),
    pool_of=lambda A, Z: A,
    pool=lambda A: nn.max_pool_forward(A, 2),
    flat=lambda pooled: pooled.reshape(len(pooled), -1),
    biased=lambda scores, b: scores + b,
    last=nn.softmax,
    kept=lambda cache: cache,
):
    """The forward pass with one step done otherwise."""
    (Wc, bc), (W, b) = params
    pad = (Wc.shape[-1] - 1) // 2 if pad is None else pad
    X = image(X)
    Z = nn.conv_forward(X, filters(Wc), bc, 1, pad)
    A = rise(Z)
    pooled = pool(pool_of(A, Z))
    P = last(biased(flat(pooled) @ W, b))
    return P, kept({"X": X, "Z": Z, "A": A, "pooled": pooled})


def backward(
    P,
    y,
    cache,
    params,
    first=nn.softmax_cross_entropy_backward,
    flat=lambda pooled: pooled.reshape(len(pooled), -1),
    unflat=lambda dflat, shape: dflat.reshape(shape),
    unpool=lambda dpooled, cache: nn.max_pool_backward(dpooled, cache["A"], 2),
    slope=lambda dA, cache: dA * (cache["Z"] > 0),
    pad=None,
    ready=lambda grads: grads,
):
    """The backward pass with one step done otherwise."""
    (Wc, _), (W, _) = params
    pad = (Wc.shape[-1] - 1) // 2 if pad is None else pad
    dscores = first(P, y)
    dpooled = unflat(dscores @ W.T, cache["pooled"].shape)
    dZ = slope(unpool(dpooled, cache), cache)
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, 1, pad)
    return ready([(dWc, dbc), (flat(cache["pooled"]).T @ dscores, dscores.sum(axis=0))])
