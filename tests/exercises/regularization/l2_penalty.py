"""l2_penalty: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def penalty_by_loop(params, lam):
    total = 0.0
    for W, _ in params:
        for row in W:
            for w in row:
                total += w * w
    return lam * total / 2


def penalty_by_dot(params, lam):
    flat = np.concatenate([W.ravel() for W, _ in params])
    return np.array(0.5 * lam * flat @ flat)


def penalty_by_norm(params, lam):
    return sum(lam / 2 * np.linalg.norm(W) ** 2 for W, _ in params)


def generator(params, lam):
    return 0.5 * lam * sum(((W * W).sum() for W, _ in params))


def frobenius(params, lam):
    total = 0
    for W, _b in params:
        total += np.linalg.norm(W, "fro") ** 2
    return lam * total / 2


def divided_by_m_ng(params, lam):
    m = params[0][0].shape[0]
    return lam / (2 * m) * sum((np.sum(np.square(W)) for W, b in params))


def no_half(params, lam):
    return lam * sum((np.sum(W**2) for W, b in params))


def tuple_summed(params, lam):
    return lam / 2 * sum(np.sum(p**2) for p in params)


def return_in_loop(params, lam):
    s = 0
    for W, _b in params:
        s += np.sum(W**2)
        return lam / 2 * s


ACCEPTED = [
    penalty_by_loop,
    penalty_by_dot,
    penalty_by_norm,
    generator,
    frobenius,
]
TOLD = [
    (lambda params, lam: lam**2 * nn.l2_penalty(params, 1.0), "lam times"),
    (lambda params, lam: [nn.l2_penalty([p], lam) for p in params], "sum over"),
    (lambda params, lam: -nn.l2_penalty(params, lam), "opposite"),
    (lambda params, lam: lam * sum((b**2).sum() for _, b in params), "the biases"),
    (lambda params, lam: lam / 2 * sum(W.sum() for W, _ in params), "cancel"),
    (divided_by_m_ng, "factor-size"),
    (no_half, "no-half"),
    (tuple_summed, "raised"),
    (return_in_loop, "first-layer-only"),
]
