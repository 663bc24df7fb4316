"""A fifth round, chapter 7, the backward pass of layer norm and residual blocks: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("layernorm_backward", "the Jacobian of each row")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"]
    D = X_hat.shape[1]
    dX = np.stack(
        [
            (np.eye(D) - 1 / D - np.outer(h, h) / D) / s @ (g * gamma)
            for h, s, g in zip(X_hat, std, dout)
        ]
    )
    return dX, np.einsum("nd,nd->d", dout, X_hat), np.einsum("nd->d", dout)


@right("layernorm_backward", "Kratzert's chain: variance, mean, input")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"].reshape(-1, 1)
    D = dout.shape[1]
    dx_hat = dout * gamma
    centred = X_hat * std
    dvar = (dx_hat * centred).sum(axis=1, keepdims=True) * -0.5 / std**3
    dmu = -(dx_hat / std).sum(axis=1, keepdims=True)
    dX = dx_hat / std + dvar * 2 * centred / D + dmu / D
    return dX, (dout * X_hat).sum(0), dout.sum(0)


@wrong("layernorm_backward", "gamma after the means, as batch norm allows")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    dX = (
        gamma
        / std
        * (
            dout
            - dout.mean(axis=1, keepdims=True)
            - X_hat * (dout * X_hat).mean(axis=1, keepdims=True)
        )
    )
    return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)


@wrong("layernorm_backward", "batch norm's sums kept: divided by N, summed along the row")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    N = len(dout)
    d = dout * gamma
    dX = (N * d - d.sum(1, keepdims=True) - X_hat * (d * X_hat).sum(1, keepdims=True)) / (N * std)
    return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)


@wrong("layernorm_backward", "the road over the spread left out")
def _(dout, cache, gamma):
    d = dout * gamma
    dX = (d - d.mean(axis=1, keepdims=True)) / cache["std"][:, None]
    return dX, (dout * cache["X_hat"]).sum(axis=0), dout.sum(axis=0)


@wrong("layernorm_backward", "shares of gamma and beta averaged over the batch")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    d = dout * gamma
    dX = (d - d.mean(1, keepdims=True) - X_hat * (d * X_hat).mean(1, keepdims=True)) / std
    return dX, (dout * X_hat).mean(axis=0), dout.mean(axis=0)


@wrong("layernorm_backward", "dgamma from the scaled blame, dout times gamma")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    d = dout * gamma
    dX = (d - d.mean(1, keepdims=True) - X_hat * (d * X_hat).mean(1, keepdims=True)) / std
    return dX, (d * X_hat).sum(axis=0), d.sum(axis=0)


@wrong("layernorm_backward", "not divided by std at the end, dbeta without the sum of rows", "two")
def _(dout, cache, gamma):
    X_hat = cache["X_hat"]
    d = dout * gamma
    dX = d - d.mean(1, keepdims=True) - X_hat * (d * X_hat).mean(1, keepdims=True)
    return dX, (dout * X_hat).sum(axis=0), dout[0]


@wrong("layernorm_backward", "mean of d times mean of X_hat in place of the mean of the product")
def _(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    d = dout * gamma
    m = d.mean(axis=1, keepdims=True)
    dX = (d - m - X_hat * m * X_hat.mean(axis=1, keepdims=True)) / std
    return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)


@right("residual_forward", "identity stacked below the weights")
def _(X, W, b, kind):
    Z = np.add(np.dot(X, W), b)
    return nn.activation_forward(Z, kind) + X.copy(), Z


@wrong("residual_forward", "ResNet's way: activation after the addition")
def _(X, W, b, kind):
    Z = X @ W + b
    return nn.activation_forward(X + Z, kind), Z


@wrong("residual_forward", "Z already has X in it")
def _(X, W, b, kind):
    Z = X @ W + b
    A = nn.activation_forward(Z, kind)
    Z = X + Z
    return X + A, Z


@wrong("residual_forward", "the activation is returned in the place of Z")
def _(X, W, b, kind):
    A = nn.activation_forward(X @ W + b, kind)
    return X + A, A


@wrong("residual_forward", "the road around is forgotten")
def _(X, W, b, kind):
    Z = nn.linear_forward(X, W, b)
    return nn.activation_forward(Z, kind), Z


@wrong(
    "residual_forward", "out += X on the cached array: Z is spoilt for the relu-less kind", "two"
)
def _(X, W, b, kind):
    Z = X @ W
    out = nn.activation_forward(Z, kind)
    out += X + b
    return out, Z


@right("residual_backward", "einsum, slopes by hand")
def _(dout, X, Z, W, kind):
    slope = {
        "tanh": lambda z: 1 / np.cosh(z) ** 2,
        "relu": lambda z: np.heaviside(z, 0.0),
        "sigmoid": lambda z: nn.sigmoid(z) * nn.sigmoid(-z),
    }[kind](Z)
    d = np.einsum("ij,ij->ij", dout, slope)
    return (
        dout + np.einsum("nj,ij->ni", d, W),
        np.einsum("ni,nj->ij", X, d),
        np.einsum("nj->j", d),
    )


@wrong("residual_backward", "the road around is forgotten")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


@wrong("residual_backward", "the road around takes the slope too")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    return dZ + dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


@wrong("residual_backward", "W not transposed")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    return dout + dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@wrong("residual_backward", "both roads in dW and db: dout added to the blame")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind) + dout
    dX, dW, db = nn.linear_backward(dZ, X, W)
    return dX, dW, db


@wrong("residual_backward", "dout += in place: the caller's array is changed")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    dX, dW, db = nn.linear_backward(dZ, X, W)
    dout += dX
    return dout, dW, db


@wrong("residual_backward", "1 added as a number, not dout")
def _(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    dX, dW, db = nn.linear_backward(dZ, X, W)
    return 1 + dX, dW, db
