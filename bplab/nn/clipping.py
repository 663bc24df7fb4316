"""A limit on the length of one step, whatever the gradient says."""

import math

import numpy as np


def clip_by_global_norm(grads, max_norm):
    """Scale all gradients by one factor so that their joint norm is at most `max_norm`.

    One factor for all keeps the direction. Pascanu, Mikolov and Bengio 2013, "On the difficulty
    of training recurrent neural networks", algorithm 1.

    Parameters
    ----------
    grads : list of ndarray
    max_norm : float
        Above 0.

    Returns
    -------
    grads : list of ndarray
        New arrays; the same numbers when the norm is within the limit.
    norm : float
        Before clipping.

    Raises
    ------
    ValueError
        When `max_norm` is not above 0.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm}.")
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads], norm
