"""The training loop with mini-batches, and a rate that shrinks with time."""

from bplab.nn.batches import minibatches
from bplab.nn.class_scores import cross_entropy
from bplab.nn.mlp import mlp_backward, mlp_forward


def inverse_time_rate(learning_rate, t):
    """learning_rate / t: large steps first, small ones later.

    Parameters
    ----------
    learning_rate : float
    t : int
        Counted from 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For `t` below 1.
    """
    if t < 1:
        raise ValueError(f"t counts from 1, got {t}.")
    return learning_rate / t


def fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, rng):
    """Train the tanh network of chapter 3 on mini-batches with any optimizer.

    Parameters
    ----------
    X : ndarray, (N, D)
    y : ndarray of int, (N,)
    params : list of (W, b)
    step : callable
        `sgd_step`, `adam_step`, ...; sees the tensors as one flat list [W1, b1, W2, b2, ...].
    learning_rate : float
    batch_size, epochs : int
    rng : numpy.random.Generator
        Shuffles once an epoch.

    Returns
    -------
    params : list of (W, b)
    losses : list of float, length `epochs`
        Mean loss over the epoch's examples, each taken before its batch's step.
    """
    tensors, state, losses = flatten(params), {}, []
    for _ in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            grads = mlp_backward(P, y[batch], cache, layers)
            # A smaller last batch counts for its size, not as much as a full one.
            total += cross_entropy(P, y[batch]) * len(batch)
            tensors, state = step(tensors, flatten(grads), state, learning_rate)
        losses.append(total / len(y))
    return pair_up(tensors), losses


def flatten(params):
    """[(W1, b1), (W2, b2), ...] -> [W1, b1, W2, b2, ...]"""
    return [tensor for layer in params for tensor in layer]


def pair_up(tensors):
    """[W1, b1, W2, b2, ...] -> [(W1, b1), (W2, b2), ...]"""
    return list(zip(tensors[::2], tensors[1::2], strict=True))
