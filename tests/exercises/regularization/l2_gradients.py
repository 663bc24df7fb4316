"""l2_gradients: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def l2_as_lists(params, lam):
    return [[(lam * W).tolist(), [0.0] * len(b)] for W, b in params]


def l2_with_integer_zeros(params, lam):
    return [(W * lam, np.zeros(b.shape, dtype=int)) for W, b in params]


def l2_by_einsum(params, lam):
    return tuple((np.einsum(",ij->ij", lam, W), np.zeros_like(b, dtype=bool)) for W, b in params)


def list_comp(params, lam):
    return [(lam * W, np.zeros(b.shape)) for W, b in params]


def db_zero_scalar(params, lam):
    return [(lam * W, 0) for W, b in params]


def db_missing(params, lam):
    return [lam * W for W, b in params]


def updates(params, lam):
    return [(W - lam * W, b) for W, b in params]


def m(params, lam):
    return [(lam * W / W.shape[0], np.zeros_like(b)) for W, b in params]


ACCEPTED = [
    l2_by_einsum,
    l2_as_lists,
    l2_with_integer_zeros,
    list_comp,
]


def output_layer_free(params, lam):
    *hidden, (W, b) = params
    return [(lam * V, np.zeros_like(c)) for V, c in hidden] + [(0 * W, 0 * b)]


TOLD = [
    (lambda params, lam: nn.l2_gradients(params, lam)[::-1], "dW1 is dW2"),
    (lambda params, lam: [(lam * W, None) for W, _ in params], "db1 is None"),
    (lambda params, lam: [(lam * W, W.sum(0)) for W, _ in params], "db1"),
    (lambda params, lam: [(lam * abs(W), 0 * b) for W, b in params], "its sign"),
    (lambda params, lam: [(lam * W, lam / 2 * b) for W, b in params], "lam * b"),
    (db_zero_scalar, "reduced-too-far", "made without one"),
    (db_missing, "wrong-type"),
    (updates, "as-if"),
    (m, "factor-size"),
    (output_layer_free, "last-layer-left-out"),
]
