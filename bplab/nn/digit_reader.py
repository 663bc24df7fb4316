"""A network that reads handwritten digits, shifted ones too."""

import numpy as np

from bplab.nn.batches import minibatches
from bplab.nn.conv_net import conv_net_backward, conv_net_forward, init_conv_net
from bplab.nn.fit import flatten, pair_up
from bplab.nn.optimizers import adam_step

FILTERS, K = 16, 3
LEARNING_RATE = 0.005
BATCH_SIZE = 64
EPOCHS = 16
SHIFTS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))


def shift_images(X, down, right):
    """Images moved by whole pixels; what leaves is lost, zeros come in.

    Parameters
    ----------
    X : ndarray, (N, C, H, W)
    down, right : int
        Negative for up and left.

    Returns
    -------
    ndarray, (N, C, H, W)
    """
    H, W = X.shape[2:]
    moved = np.zeros(X.shape)
    to = slice(max(down, 0), H + min(down, 0)), slice(max(right, 0), W + min(right, 0))
    of = slice(max(-down, 0), H + min(-down, 0)), slice(max(-right, 0), W + min(-right, 0))
    moved[:, :, *to] = X[:, :, *of]
    return moved


def train_digits(X, y, rng):
    """Train on digits and their shifted copies; return a function from images to classes.

    Parameters
    ----------
    X : ndarray, (N, 1, H, W)
        Ink from 0 to 1.
    y : ndarray of int, (N,)
    rng : numpy.random.Generator

    Returns
    -------
    callable
        From images (M, 1, H, W), one or many, to classes (M,).
    """
    # Sharing weights makes no network blind to where a digit lies: the linear layer still sees it.
    seen = np.concatenate([shift_images(X, *shift) for shift in SHIFTS])
    labels = np.tile(y, len(SHIFTS))
    params, state = init_conv_net(X.shape[1:], FILTERS, K, 10, rng), {}
    for epoch in range(EPOCHS):
        rate = LEARNING_RATE * (1 - epoch / EPOCHS)
        for batch in minibatches(len(labels), BATCH_SIZE, rng):
            P, cache = conv_net_forward(seen[batch], params)
            grads = conv_net_backward(P, labels[batch], cache, params)
            tensors, state = adam_step(flatten(params), flatten(grads), state, rate)
            params = pair_up(tensors)
    return lambda images: conv_net_forward(images, params)[0].argmax(axis=1)
