"""epoch_update: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np
from scipy.special import expit

from bplab import nn


def increments(x, t, weights, biases, l):
    O = [x]
    for w, theta in zip(weights, biases, strict=True):
        O.append(expit(O[-1] @ w + theta))
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dw, db = [], []
    for layer in reversed(range(len(weights))):
        dw.insert(0, l * np.outer(O[layer], err))
        db.insert(0, l * err)
        err = O[layer] * (1 - O[layer]) * (weights[layer] @ err)
    return dw, db


def epoch_by_matrices(X, T, weights, biases, learning_rate):
    O = [X]
    for w, theta in zip(weights, biases, strict=True):
        O.append(expit(O[-1] @ w + theta))
    Err = O[-1] * (1 - O[-1]) * (T - O[-1])
    new_w, new_b = list(weights), list(biases)
    for n in reversed(range(len(weights))):
        new_w[n] = weights[n] + learning_rate * O[n].T @ Err
        new_b[n] = biases[n] + learning_rate * Err.sum(axis=0)
        Err = O[n] * (1 - O[n]) * (Err @ weights[n].T)
    return new_w, new_b


def epoch_from_case_updates(X, T, weights, biases, learning_rate):
    new_w, new_b = [w.copy() for w in weights], [b.copy() for b in biases]
    for x, t in zip(X, T, strict=True):
        one_w, one_b = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for n in range(len(weights)):
            new_w[n] += one_w[n] - weights[n]
            new_b[n] += one_b[n] - biases[n]
    return new_w, new_b


def epoch_by_summed_increments(X, T, weights, biases, learning_rate):
    found = [increments(x, t, weights, biases, learning_rate) for x, t in zip(X, T, strict=True)]
    return (
        tuple(w + sum(dw[n] for dw, _ in found) for n, w in enumerate(weights)),
        tuple(b + sum(db[n] for _, db in found) for n, b in enumerate(biases)),
    )


def increments_collected(X, T, weights, biases, learning_rate):
    dW = [np.zeros(w.shape) for w in weights]
    dB = [np.zeros(b.shape) for b in biases]
    for n in range(len(X)):
        nw, nb = nn.per_unit_update(X[n], T[n], weights, biases, learning_rate)
        dW = [d + (a - w) for d, a, w in zip(dW, nw, weights)]
        dB = [d + (a - w) for d, a, w in zip(dB, nb, biases)]
    return [w + d for w, d in zip(weights, dW)], [b + d for b, d in zip(biases, dB)]


def start_taken_off(X, T, weights, biases, learning_rate):
    N = len(X)
    sw = [-(N - 1) * w for w in weights]
    sb = [-(N - 1) * b for b in biases]
    for x, t in zip(X, T):
        a, c = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for i in range(len(a)):
            sw[i] = sw[i] + a[i]
            sb[i] = sb[i] + c[i]
    return sw, sb


def adds_new_weights_all_case_weights_onto_copies(X, T, weights, biases, learning_rate):
    nw = [w.copy() for w in weights]
    nb = [b.copy() for b in biases]
    for x, t in zip(X, T):
        cw, cb = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for i in range(len(nw)):
            nw[i] += cw[i]
            nb[i] += cb[i]
    return nw, nb


def mean_of_the_new_weights(X, T, weights, biases, learning_rate):
    rs = [nn.per_unit_update(x, t, weights, biases, learning_rate) for x, t in zip(X, T)]
    return [np.mean([r[0][i] for r in rs], axis=0) for i in range(len(weights))], [
        np.mean([r[1][i] for r in rs], axis=0) for i in range(len(biases))
    ]


def increments_reversed_sign_old_new(X, T, weights, biases, learning_rate):
    nw = [w.copy() for w in weights]
    nb = [b.copy() for b in biases]
    for x, t in zip(X, T):
        cw, cb = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for i in range(len(nw)):
            nw[i] += weights[i] - cw[i]
            nb[i] += biases[i] - cb[i]
    return nw, nb


def increment_against_running_new_weights(X, T, weights, biases, learning_rate):
    nw = [w.copy() for w in weights]
    nb = [b.copy() for b in biases]
    for x, t in zip(X, T):
        cw, cb = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for i in range(len(nw)):
            nw[i] += cw[i] - nw[i]
            nb[i] += cb[i] - nb[i]
    return nw, nb


def returns_increments_only(X, T, weights, biases, learning_rate):
    nw, nb = nn.epoch_update(X, T, weights, biases, learning_rate)
    return [a - b for a, b in zip(nw, weights)], [a - b for a, b in zip(nb, biases)]


def sum_of_new_weights_without_the_start(X, T, weights, biases, learning_rate):
    nw = [0 * w for w in weights]
    nb = [0 * b for b in biases]
    for x, t in zip(X, T):
        cw, cb = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for i in range(len(nw)):
            nw[i] += cw[i]
            nb[i] += cb[i]
    return nw, nb


def rate_times_n(X, T, weights, biases, learning_rate):
    return nn.epoch_update(X, T, weights, biases, learning_rate * len(X))


def biases_not(X, T, weights, biases, learning_rate):
    return nn.epoch_update(X, T, weights, biases, learning_rate)[0], biases


def in_place_on_input(X, T, weights, biases, learning_rate):
    nw, nb = nn.epoch_update(X, T, weights, biases, learning_rate)
    for i in range(len(weights)):
        weights[i][:] = nw[i]
        biases[i][:] = nb[i]
    return weights, biases


def by_layers_moved_at_once(X, T, weights, biases, learning_rate):
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    acts = [X]
    for W, b in zip(weights, biases):
        acts.append(1 / (1 + np.exp(-(acts[-1] @ W + b))))
    Err = acts[-1] * (1 - acts[-1]) * (T - acts[-1])
    for l in reversed(range(len(weights))):
        weights[l] += learning_rate * acts[l].T @ Err
        biases[l] += learning_rate * Err.sum(axis=0)
        Err = Err @ weights[l].T * acts[l] * (1 - acts[l])
    return weights, biases


ACCEPTED = [
    epoch_by_matrices,
    epoch_from_case_updates,
    epoch_by_summed_increments,
    increments_collected,
    start_taken_off,
]

TOLD = [
    (adds_new_weights_all_case_weights_onto_copies, "new-weights-added"),
    (mean_of_the_new_weights, "averaged"),
    (increments_reversed_sign_old_new, "steps-turned-round", "new weight minus the old one"),
    (increment_against_running_new_weights, "last-tuple-only"),
    (returns_increments_only, "increments-returned"),
    (sum_of_new_weights_without_the_start, "weights-summed-up"),
    (rate_times_n, "step-size"),
    (biases_not, "per_unit_update/thresholds-not-updated"),
    (in_place_on_input, "in-place"),
    (by_layers_moved_at_once, "updated-weights-used-below", "the whole set"),
]
