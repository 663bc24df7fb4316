"""How far to go: four ways to turn gradients into steps, behind one interface.

Every `step(params, grads, state, learning_rate, ...)` takes and returns lists of arrays, and a
`state`: `{}` at the start, afterwards whatever the step gave back.
"""

import numpy as np


def sgd_step(params, grads, state, learning_rate):
    """Plain gradient descent: w - learning_rate * g.

    Parameters
    ----------
    params, grads : list of ndarray
    state : dict
        Returned as it came.
    learning_rate : float

    Returns
    -------
    (params, state)
    """
    return [w - learning_rate * g for w, g in zip(params, grads, strict=True)], state


def momentum_step(params, grads, state, learning_rate, beta=0.9):
    """Heavy ball: v = beta * v + g, w = w - learning_rate * v.

    Parameters
    ----------
    params, grads : list of ndarray
    state : dict
        `v`: velocities, a list of arrays.
    learning_rate, beta : float

    Returns
    -------
    (params, state)

    References
    ----------
    Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    """
    v = [beta * v + g for v, g in zip(state.get("v") or _zeros(params), grads, strict=True)]
    return [w - learning_rate * v for w, v in zip(params, v, strict=True)], {**state, "v": v}


def rmsprop_step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    """A rate per weight: s = rho * s + (1 - rho) * g**2, step learning_rate * g / (sqrt(s) + eps).

    Parameters
    ----------
    params, grads : list of ndarray
    state : dict
        `s`: running means of the squared gradients, a list of arrays.
    learning_rate, rho, eps : float

    Returns
    -------
    (params, state)

    References
    ----------
    Tieleman and Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning".
    """
    s = [
        rho * s + (1 - rho) * g**2
        for s, g in zip(state.get("s") or _zeros(params), grads, strict=True)
    ]
    params = [
        w - learning_rate * g / (np.sqrt(s) + eps) for w, g, s in zip(params, grads, s, strict=True)
    ]
    return params, {**state, "s": s}


def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Momentum over RMSProp's scale, both corrected for starting at zero.

    t = t + 1; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g**2;
    w = w - learning_rate * m_hat / (sqrt(v_hat) + eps), where m_hat = m / (1 - beta1**t) and
    v_hat = v / (1 - beta2**t).

    Parameters
    ----------
    params, grads : list of ndarray
    state : dict
        `m`, `v`: lists of arrays; `t`: int, the number of steps taken.
    learning_rate, beta1, beta2, eps : float

    Returns
    -------
    (params, state)

    References
    ----------
    Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.
    """
    t = state.get("t", 0) + 1
    m = [
        beta1 * m + (1 - beta1) * g
        for m, g in zip(state.get("m") or _zeros(params), grads, strict=True)
    ]
    v = [
        beta2 * v + (1 - beta2) * g**2
        for v, g in zip(state.get("v") or _zeros(params), grads, strict=True)
    ]
    m_correction, v_correction = 1 - beta1**t, 1 - beta2**t
    params = [
        w - learning_rate * (m / m_correction) / (np.sqrt(v / v_correction) + eps)
        for w, m, v in zip(params, m, v, strict=True)
    ]
    return params, {**state, "m": m, "v": v, "t": t}


def _zeros(params):
    return [np.zeros(np.shape(w)) for w in params]
