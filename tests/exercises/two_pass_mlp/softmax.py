"""softmax: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import math

import numpy as np
from scipy.special import log_softmax
from scipy.special import softmax as scipy_softmax

from bplab import nn


def softmax_by_rows(Z):
    P = []
    for row in Z:
        e = [math.exp(z - max(row)) for z in row]
        P.append([v / sum(e) for v in e])
    return P


def softmax_by_log(Z):
    return np.exp(log_softmax(Z, axis=1))


def softmax_by_scipy(Z):
    return scipy_softmax(Z, axis=1)


def softmax_by_transposes(Z):
    E = np.exp(Z.T - Z.max(axis=1))
    return (E / E.sum(axis=0)).T


def softmax_with_newaxis(Z):
    E = np.exp(Z - Z.max(axis=1)[:, None])
    return E / E.sum(axis=1)[:, None]


def last_axis(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


def transposed_twice(Z):
    m = np.max(Z, axis=1)
    e = np.exp((Z.T - m).T)
    return (e.T / e.sum(1)).T


def lists(Z):
    P = []
    for z in Z:
        top = max(z)
        es = [math.exp(v - top) for v in z]
        P.append([e / sum(es) for e in es])
    return P


def newaxis(Z):
    exps = np.exp(Z - Z.max(1)[:, np.newaxis])
    return np.divide(exps, np.sum(exps, axis=1).reshape(-1, 1))


def along_axis(Z):
    return np.apply_along_axis(lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(), 1, Z)


def axis_0_without_shift(Z):
    e = np.exp(Z)
    return e / e.sum(axis=0)


def whole_table_without_shift(Z):
    return np.exp(Z) / np.sum(np.exp(Z))


def axis_1_no_keepdims_no_shift(Z):
    e = np.exp(Z)
    return e / np.sum(e, axis=1)


def axis_0_with_global_max(Z):
    e = np.exp(Z - np.max(Z))
    return e / e.sum(axis=0)


def axis_0_of_sum_row_max(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def exp_z_shifted_sum_exp_z_unshifted(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True)


def hardmax(Z):
    return (Z == Z.max(axis=1, keepdims=True)).astype(float)


def no_exp_sign_without_shift_exp_z(Z):
    e = np.exp(-Z)
    return e / e.sum(axis=1, keepdims=True)


def min_subtracted(Z):
    e = np.exp(Z - Z.min(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def temperature_of_sqrt(Z):
    return nn.softmax(Z / np.sqrt(Z.shape[1]))


def softmax_of_1st_row_only(Z):
    for z in Z:
        e = np.exp(z - z.max())
        return e / e.sum()


def mean_subtracted_fine_till_far(Z):
    e = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def float32_overflow_np_float32(Z):
    return nn.softmax(Z).round(4)


def log_softmax_no_shift(Z):
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


ACCEPTED = [
    softmax_by_rows,
    softmax_by_log,
    softmax_by_scipy,
    softmax_by_transposes,
    softmax_with_newaxis,
    last_axis,
    transposed_twice,
    lists,
    newaxis,
    along_axis,
]

TOLD = [
    (axis_0_without_shift, "over-the-examples"),
    (whole_table_without_shift, "over-everything"),
    (axis_1_no_keepdims_no_shift, "axis-lost"),
    (axis_0_with_global_max, "over-the-examples"),
    (axis_0_of_sum_row_max, "columns-summed"),
    (exp_z_shifted_sum_exp_z_unshifted, "shifted-above-only"),
    (hardmax, "winner-takes-all"),
    (no_exp_sign_without_shift_exp_z, "sign-of-the-scores"),
    (min_subtracted, "overflow"),
    (temperature_of_sqrt, "scores-spread-out-less"),
    (softmax_of_1st_row_only, "one-place-only"),
    (mean_subtracted_fine_till_far, "overflow"),
    (float32_overflow_np_float32, "rounded"),
    (log_softmax_no_shift, "log-probabilities"),
]
