"""unbroadcast: what must pass, and what must be told."""

import numpy as np


def axis_by_axis(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def by_padding(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (n, m) in enumerate(zip(padded, grad.shape, strict=True)) if n < m)
    return np.add.reduce(grad, axis=axes, keepdims=True).reshape(shape)


def by_scattering(grad, shape):
    places = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), grad.shape)
    counted = np.bincount(np.ravel(places), weights=np.ravel(grad), minlength=int(np.prod(shape)))
    return counted.reshape(shape)


def recursive(grad, shape):
    if grad.shape == tuple(shape):
        return grad
    if grad.ndim > len(shape):
        return recursive(grad.sum(0), shape)
    axis = next(i for i in range(grad.ndim) if grad.shape[i] != shape[i])
    return recursive(grad.sum(axis, keepdims=True), shape)


def last_axes_summed(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    return axis_by_axis(grad, shape)


def to_one_number(grad, shape):
    return grad.sum()


ACCEPTED = [axis_by_axis, by_padding, by_scattering, recursive]


def first_of_length_1(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
            break
    return grad


TOLD = [
    (first_of_length_1, "wrong-after-the-first-of-length-1"),
    (lambda grad, shape: grad, "not-summed", "comes back in the shape it arrived in"),
    (last_axes_summed,),
    (to_one_number, "has shape ()"),
    (lambda grad, shape: -axis_by_axis(grad, shape), "sign"),
    (lambda grad, shape: axis_by_axis(grad, shape) / 2, "half"),
]
