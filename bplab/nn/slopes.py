"""Slopes of the activations, each at the pre-activation z."""

import numpy as np

from bplab.nn.neuron import sigmoid


def sigmoid_grad(z):
    """a (1 - a) with a = sigmoid(z). Any shape in, the same out; at most 1/4."""
    a = sigmoid(z)
    return a * (1 - a)


def tanh_grad(z):
    """1 - tanh(z)**2. Any shape in, the same out; at most 1."""
    return 1 - np.tanh(z) ** 2


def relu_grad(z):
    """1 where z > 0, else 0; at exactly 0 the slope is taken as 0. Any shape in, the same out."""
    return 1.0 * (np.asarray(z) > 0)
