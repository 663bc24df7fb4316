"""A layer that adds to what comes in: the blame has a road past it.

He, Zhang, Ren and Sun 2016, "Deep residual learning for image recognition".
"""

from bplab.nn.layers import activation_backward, activation_forward, linear_backward, linear_forward


def residual_forward(X, W, b, kind):
    """X + f(X @ W + b).

    Parameters
    ----------
    X : ndarray, (N, D)
    W : ndarray, (D, D)
    b : ndarray, (D,)
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    out : ndarray, (N, D)
    Z : ndarray, (N, D)
        Before the activation; the backward pass asks for it.
    """
    Z = linear_forward(X, W, b)
    return X + activation_forward(Z, kind), Z


def residual_backward(dout, X, Z, W, kind):
    """Both roads back: past the layer as it is, and through it.

    Parameters
    ----------
    dout, X, Z : ndarray, (N, D)
    W : ndarray, (D, D)
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    dX : ndarray, (N, D)
    dW : ndarray, (D, D)
    db : ndarray, (D,)
    """
    dX, dW, db = linear_backward(activation_backward(dout, Z, kind), X, W)
    return dout + dX, dW, db
