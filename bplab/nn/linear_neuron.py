"""The smallest network there is: one weight, no activation."""


def linear_neuron_step(x, w, y, learning_rate):
    """One step of gradient descent on the squared error (y - w x)**2.

    d/dw (y - w x)**2 = -2 x (y - w x)

    Parameters
    ----------
    x, w, y : float
        Input, weight and target.
    learning_rate : float

    Returns
    -------
    float
        The new weight.
    """
    dw = -2 * x * (y - w * x)
    return w - learning_rate * dw
