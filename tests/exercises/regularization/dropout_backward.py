"""dropout_backward: what must pass, and what must be told."""

import numpy as np


def dropout_backward_where(dout, mask, keep_prob):
    return np.where(mask == 1, dout, 0) / keep_prob


def dropout_backward_index(dout, mask, keep_prob):
    dA = dout / keep_prob
    dA[np.asarray(mask) == 0] = 0
    return dA


def dropout_backward_by_loop(dout, mask, keep_prob):
    return [
        [d / keep_prob if kept else 0.0 for d, kept in zip(*pair, strict=True)]
        for pair in zip(dout, mask, strict=True)
    ]


def mask_first(dout, mask, keep_prob):
    dA = mask * dout
    dA = dA / keep_prob
    return dA


def in_place(dout, mask, keep_prob):
    dout *= mask
    dout /= keep_prob
    return dout


def forgot_scale(dout, mask, keep_prob):
    return dout * mask


def matrix_product(dout, mask, keep_prob):
    return dout @ mask.T / keep_prob


def indexing(dout, mask, keep_prob):
    return dout[mask] / keep_prob


ACCEPTED = [
    dropout_backward_by_loop,
    dropout_backward_where,
    dropout_backward_index,
    mask_first,
]
TOLD = [
    (lambda dout, mask, keep_prob: dout * mask / keep_prob**2, "keep_prob"),
    (lambda dout, mask, keep_prob: -dout * mask / keep_prob, "opposite"),
    (lambda dout, mask, keep_prob: dout + mask / keep_prob, "You added"),
    (in_place, "changed-arguments"),
    (forgot_scale, "not-scaled"),
    (matrix_product, "wrong-shape"),
    (indexing, "raised"),
]
