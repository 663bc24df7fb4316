"""A backward pass with a piece replaced, and the step that goes along its gradients."""

from bplab import nn


def backward_walk(
    P,
    y,
    cache,
    params,
    kind="tanh",
    dZ=None,
    linear=nn.linear_backward,
    activation=nn.activation_backward,
):
    """mlp_backward with a piece replaced."""
    dZ = nn.softmax_cross_entropy_backward(P, y) if dZ is None else dZ
    grads = []
    for layer in reversed(range(len(params))):
        dA, dW, db = linear(dZ, cache["A"][layer], params[layer][0])
        grads.insert(0, (dW, db))
        if layer > 0:
            dZ = activation(dA, cache["Z"][layer - 1], kind)
    return grads


def descend(params, grads, rate):
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def step_along(X, y, params, learning_rate, kind="tanh", backward=nn.mlp_backward):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = backward(P, y, cache, params, kind)
    return descend(params, grads, learning_rate), nn.cross_entropy(P, y)
