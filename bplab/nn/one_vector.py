"""All tensors as one vector: an optimizer does not care where one ends and the next begins."""

import numpy as np


def as_one_vector(step):
    """The same optimizer, called once for all tensors laid end to end.

    The steps of this chapter work entry by entry, so the numbers are the same. For a small
    network it is faster: a call of NumPy costs more than the few dozen numbers it works on.

    Parameters
    ----------
    step : callable
        `sgd_step`, `momentum_step`, `rmsprop_step` or `adam_step`.

    Returns
    -------
    callable
        Takes and returns what `step` does; its `state` holds vectors.

    Examples
    --------
    >>> fit_minibatch(X, y, params, as_one_vector(adam_step), 0.01, 32, 50, rng)
    """

    def step_at_once(params, grads, state, learning_rate, **options):
        [vector], state = step([_join(params)], [_join(grads)], state, learning_rate, **options)
        return _cut(vector, params), state

    return step_at_once


def _join(tensors):
    """All entries of [W1, b1, W2, ...], end to end."""
    return np.concatenate([tensor.ravel() for tensor in tensors])


def _cut(vector, tensors):
    """The entries of `vector`, in order, in the shapes of `tensors`."""
    pieces, start = [], 0
    for tensor in tensors:
        pieces.append(vector[start : start + tensor.size].reshape(tensor.shape))
        start += tensor.size
    return pieces
