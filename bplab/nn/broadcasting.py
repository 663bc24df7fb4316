"""Broadcasting undone: what was copied forward is summed backward."""


def unbroadcast(grad, shape):
    """The gradient of an array of `shape`, from the gradient of what it was broadcast to.

    grad : array, shape : tuple that broadcasts to grad.shape  ->  array of `shape`

    Axes that broadcasting put in front are summed away; axes of 1 that it stretched are summed
    to 1 again.
    """
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and grad.shape[i] != 1)
    return grad.sum(axis=stretched, keepdims=True)
