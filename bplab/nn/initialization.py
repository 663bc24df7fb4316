"""Random weights of just the size that keeps a signal its own size, layer after layer."""

import numpy as np


def xavier_init(fan_in, fan_out, rng):
    """Weights of mean 0 and variance 2 / (fan_in + fan_out).

    A compromise between 1 / fan_in, which keeps the signal, and 1 / fan_out, which keeps the
    blame. Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
    neural networks".

    Parameters
    ----------
    fan_in, fan_out : int
        Units below and above.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, (fan_in, fan_out)
    """
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / (fan_in + fan_out))


def he_init(fan_in, fan_out, rng):
    """Weights of mean 0 and variance 2 / fan_in: ReLU lets half of the squares through.

    He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers".

    Parameters
    ----------
    fan_in, fan_out : int
        Units below and above.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, (fan_in, fan_out)
    """
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)
