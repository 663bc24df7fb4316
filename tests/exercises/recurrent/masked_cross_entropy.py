"""masked_cross_entropy: what must pass, and what must be told."""

import numpy as np


def flattened(scores, y, mask):
    C = scores.shape[-1]
    keep = np.asarray(mask).reshape(-1) == 1
    z, labels = scores.reshape(-1, C)[keep], y.reshape(-1)[keep]
    E = np.exp(z - z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    M = len(labels)
    loss = -np.mean(np.log(np.clip(P[np.arange(M), labels], 1e-12, 1)))
    P[np.arange(M), labels] -= 1
    d = np.zeros((mask.size, C))
    d[keep] = P / M
    return loss, d.reshape(scores.shape)


def place_by_place(scores, y, mask):
    total, d, M = 0.0, np.zeros(scores.shape), np.sum(mask)
    for n, t in np.argwhere(mask):
        z = scores[n, t] - scores[n, t].max()
        log_p = z - np.log(np.exp(z).sum())
        total -= log_p[y[n, t]]
        d[n, t] = np.exp(log_p)
        d[n, t, y[n, t]] -= 1
    return [total / M, d / M]


def with_bools(scores, y, mask):
    on = np.asarray(mask, dtype=bool)
    z = scores - scores.max(-1, keepdims=True)
    P = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    hot = np.eye(scores.shape[-1])[y]
    own = -np.log(np.maximum((P * hot).sum(-1), 1e-12))
    return np.float64(own[on].mean()), np.where(on[..., None], P - hot, 0) / on.sum()


ACCEPTED = [flattened, place_by_place, with_bools]


def other(loss=None, slope=None):
    def masked(scores, y, mask):
        right, d = flattened(scores, y, mask)
        mask = np.asarray(mask, dtype=float)
        z = scores - scores.max(-1, keepdims=True)
        P = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
        hot = np.eye(scores.shape[-1])[y]
        own = -np.log(np.maximum((P * hot).sum(-1), 1e-12))
        return (loss(own, mask) if loss else right), (slope(P - hot, mask) if slope else d)

    return masked


def softmax_over_moments(scores, y, mask):
    """Lowered place by place, and then summed over the other axis."""
    E = np.exp(scores - scores.max(-1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    hot = np.eye(scores.shape[-1])[y]
    own, m = -np.log(np.maximum((P * hot).sum(-1), 1e-300)), mask / mask.sum()
    return (own * m).sum(), (P - hot) * m[..., None]


def divided_by_moments(scores, y, mask):
    lowered = scores - scores.max(axis=-1, keepdims=True)
    log_P = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    one_hot = np.arange(scores.shape[-1]) == y[..., None]
    counts = mask[..., None] / mask.shape[1]
    return -np.sum(log_P * one_hot * counts), (np.exp(log_P) - one_hot) * counts


def padding_by_class(scores, y, mask):
    lowered = scores - scores.max(axis=-1, keepdims=True)
    log_P = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    one_hot = np.arange(scores.shape[-1]) == y[..., None]
    mask = (y != 0) * 1.0
    counts = mask[..., None] / mask.sum()
    return -np.sum(log_P * one_hot * counts), (np.exp(log_P) - one_hot) * counts


def sign_and_not_divided(scores, y, mask):
    lowered = scores - scores.max(axis=-1, keepdims=True)
    log_P = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    one_hot = np.arange(scores.shape[-1]) == y[..., None]
    counts = mask[..., None] / mask.sum()
    return np.sum(log_P * one_hot * counts), (np.exp(log_P) - one_hot) * mask[..., None]


TOLD = [
    (sign_and_not_divided, "dscores lacks the division"),
    (padding_by_class, "padding-by-class"),
    (divided_by_moments, "divided-by-moments"),
    (
        other(
            lambda own, m: np.sum(own * (1 - m)) / m.sum(),
            lambda e, m: e * (1 - m)[..., None] / m.sum(),
        ),
        "mask-inverted-divided-by-the-mask",
    ),
    (softmax_over_moments, "another axis in a sum"),
    (
        other(lambda own, m: own.mean(), lambda e, m: e / m.size),
        "mask-ignored",
    ),
    (
        other(lambda own, m: (own * m).mean(), lambda e, m: e * m[..., None] / m.size),
        "divided-by-all",
    ),
    (other(slope=lambda e, m: e / m.sum()), "slope-not-masked"),
    (other(slope=lambda e, m: e * m[..., None]), "slope-not-divided"),
    (other(slope=lambda e, m: e * m[..., None] / len(m)), "dscores"),
    (other(slope=lambda e, m: -e * m[..., None] / m.sum()), "sign"),
    (other(lambda own, m: (own * m).sum()), "loss"),
    (other(lambda own, m: -(own * m).sum() / m.sum()), "other sign"),
    (
        lambda scores, y, mask: flattened(scores, y, 1 - np.asarray(mask)),
        "mask-inverted",
    ),
    (lambda scores, y, mask: flattened(scores, y, mask)[0], "should hold 2 things"),
    (lambda scores, y, mask: flattened(scores, y, 0 * mask + 1), "mask-ignored"),
]

NOT_SAID = [(softmax_over_moments, "minus"), (sign_and_not_divided, "loss is right")]
