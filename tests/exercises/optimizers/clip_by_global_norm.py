"""clip_by_global_norm: what must pass, and what must be told."""

import numpy as np


def clip_flat(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return tuple(g * scale for g in grads), norm


def clip_with_if(grads, max_norm):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads))
    if norm <= max_norm:
        return grads, norm
    return [max_norm * g / norm for g in grads], norm


def clip_by_the_larger(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return [(max_norm / max(norm, max_norm) * g).tolist() for g in grads], np.array(norm)


def clip(norm=None, factor=lambda n, limit: limit / n if n > limit else 1.0, told=lambda n, m: n):
    norm = norm or (lambda grads: np.sqrt(sum(np.sum(g**2) for g in grads)))
    return lambda grads, max_norm: (
        [g * factor(norm(grads), max_norm) for g in grads],
        told(norm(grads), max_norm),
    )


def min_clip_by_global_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        total += np.sum(g**2)
    norm = np.sqrt(total)
    if norm > max_norm:
        grads = [g * (max_norm / norm) for g in grads]
    return (grads, norm)


def tf(grads, max_norm):
    norm = np.sqrt(sum(np.linalg.norm(g) ** 2 for g in grads))
    return ([g * max_norm / max(norm, max_norm) for g in grads], float(norm))


def eps_in_norm(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads) + 1e-12)
    if norm > max_norm:
        grads = [g * max_norm / norm for g in grads]
    return (grads, norm)


def only_grads(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if norm > max_norm:
        grads = [g * max_norm / norm for g in grads]
    return grads


def linalg_of_list(grads, max_norm):
    norm = np.linalg.norm(grads)
    if norm > max_norm:
        grads = [g * max_norm / norm for g in grads]
    return (grads, norm)


ACCEPTED = [
    clip_by_the_larger,
    clip_flat,
    clip_with_if,
    min_clip_by_global_norm,
    tf,
]
TOLD = [
    (clip(factor=lambda n, limit: 1.0), "You multiply by 1;"),
    (clip(factor=lambda n, limit: min(1.0, limit / (n + 1e-6))), "eps-in-the-factor"),
    (clip(told=lambda n, limit: limit), "norm is", "belongs there"),
    (
        clip(factor=lambda n, limit: limit / n if n**2 > limit else 1.0),
        "within the limit",
        "You multiply by 1.4",
    ),
    (clip(factor=lambda n, m: (m / n) ** 2 if n > m else 1), "has the norm"),
    (eps_in_norm, "not-zero"),
    (only_grads, "wrong-type"),
    (linalg_of_list, "raised"),
]
