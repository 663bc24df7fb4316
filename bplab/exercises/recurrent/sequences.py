"""Sequences and recurrent weights that the papers of chapter 8 are drawn from."""

import numpy as np

CHAPTER = "08_recurrent"
SIZES = ((6, 5, 3, 4), (7, 4, 2, 5), (8, 6, 5, 3))  # N, T, D, H: all different in each


def recurrent_weights(rng, D, H):
    """Wx, Wh, b of a network that neither saturates nor forgets at once."""
    b = rng.uniform(0.2, 0.6, H) * rng.choice([-1, 1], H)
    return rng.normal(size=(D, H)) * 0.6, rng.normal(size=(H, H)) * 0.9 / np.sqrt(H), b


def moment(rng, N, D, H):
    """x, h_prev, Wx, Wh, b of one step."""
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": rng.uniform(-0.9, 0.9, (N, H)),
        **dict(zip(("Wx", "Wh", "b"), recurrent_weights(rng, D, H), strict=True)),
    }


def stretch(rng, N, T, D, H):
    """X, h0, Wx, Wh, b of a whole sequence."""
    return {
        "X": rng.normal(size=(N, T, D)),
        "h0": rng.uniform(-0.9, 0.9, (N, H)),
        **dict(zip(("Wx", "Wh", "b"), recurrent_weights(rng, D, H), strict=True)),
    }


def gated_weights(rng, D, H):
    """Wx, Wh, b of an LSTM."""
    b = rng.uniform(0.2, 0.7, 4 * H) * rng.choice([-1, 1], 4 * H)
    return rng.normal(size=(D, 4 * H)) * 0.6, rng.normal(size=(H, 4 * H)) / np.sqrt(H), b


def gated_moment(rng, N, D, H):
    """x, h_prev, c_prev, Wx, Wh, b of one LSTM step."""
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": rng.uniform(-0.9, 0.9, (N, H)),
        "c_prev": rng.normal(size=(N, H)),
        **dict(zip(("Wx", "Wh", "b"), gated_weights(rng, D, H), strict=True)),
    }


def by_age(backward, dH, at):
    """{words: array} of a part over time, by how much later its blame came from.

    backward : function of dH that gives the part, (N, T, ...)
    at : "own moment" for arrays over time; "before the first" for h0 and c0
    """
    N, T, H = dH.shape
    ages = {}
    for source in range(T):
        alone = np.zeros(dH.shape)
        alone[:, source] = dH[:, source]
        part = backward(alone)
        if at == "before the first":
            ages[f"the blame of step {source + 1}"] = part
            continue
        for t in range(source + 1):
            age = source - t
            words = "the blame of the moment itself" if age == 0 else f"the blame from {age} later"
            words = words.replace(" later", " step later" if age == 1 else " steps later")
            into = ages.setdefault(words, np.zeros(part.shape))
            into[:, t] += part[:, t]
    return ages


def by_moment(shares):
    """{words: array} of a gradient of weights, by the step whose share it is."""
    return {f"step {t + 1}'s share": share for t, share in enumerate(shares)}


def blame_at_each_step(dH, X, h0, H, Wx, Wh):
    """Blame at every pre-activation, (N, T, H)."""
    da, later = np.zeros(dH.shape), 0.0
    for t in reversed(range(X.shape[1])):
        da[:, t] = (dH[:, t] + later) * (1 - H[:, t] ** 2)
        later = da[:, t] @ Wh.T
    return da


def states_before(h0, H):
    """What each step found: h0, then every state but the last, (N, T, H)."""
    return np.concatenate([h0[:, None], H[:, :-1]], axis=1)
