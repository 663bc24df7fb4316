"""A third round, chapter 7: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong

wrong("xavier_init", "root over the parts: sqrt(2) / (sqrt(in) + sqrt(out))")(
    lambda fan_in, fan_out, rng: (
        rng.normal(size=(fan_in, fan_out)) * np.sqrt(2) / (np.sqrt(fan_in) + np.sqrt(fan_out))
    )
)
wrong("xavier_init", "1 / fan_in, LeCun's")(
    lambda fan_in, fan_out, rng: rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)
)
wrong("xavier_init", "shape (fan_out, fan_in), as PyTorch stores it")(
    lambda fan_in, fan_out, rng: (
        rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / (fan_in + fan_out))
    )
)
wrong("xavier_init", "truncated: entries beyond 2 are cut")(
    lambda fan_in, fan_out, rng: (
        np.clip(rng.normal(size=(fan_in, fan_out)), -2, 2) * np.sqrt(2 / (fan_in + fan_out))
    )
)
right("xavier_init", "scale as an argument of the generator")(
    lambda fan_in, fan_out, rng: rng.normal(
        0.0, (2.0 / (fan_in + fan_out)) ** 0.5, (fan_in, fan_out)
    )
)
wrong("he_init", "2 / fan_in without a root")(
    lambda fan_in, fan_out, rng: rng.normal(size=(fan_in, fan_out)) * 2 / fan_in
)
wrong("he_init", "fan_out under the root")(
    lambda fan_in, fan_out, rng: rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_out)
)
wrong("he_init", "half-normal: absolute values")(
    lambda fan_in, fan_out, rng: np.abs(rng.normal(size=(fan_in, fan_out))) * np.sqrt(2 / fan_in)
)
right("he_init", "filled row by row")(
    lambda fan_in, fan_out, rng: np.stack(
        [rng.normal(size=fan_out) * np.sqrt(2.0 / fan_in) for _ in range(fan_in)]
    )
)


def _signals(X, params, kind, measure, hidden=slice(None, -1), what="A"):
    A, found = X, []
    for W, b in params[hidden]:
        Z = A @ W + b
        A = nn.activation_forward(Z, kind)
        found.append(measure(A if what == "A" else Z))
    return np.array(found)


right("signal_by_layer", "own loop over the hidden layers")(
    lambda X, params, kind: _signals(X, params, kind, np.std)
)
wrong("signal_by_layer", "root mean square, the mean not taken away")(
    lambda X, params, kind: _signals(X, params, kind, lambda A: np.sqrt(np.mean(A**2)))
)
wrong("signal_by_layer", "mean of each unit's own spread")(
    lambda X, params, kind: _signals(X, params, kind, lambda A: A.std(axis=0).mean())
)
wrong("signal_by_layer", "mean size")(
    lambda X, params, kind: _signals(X, params, kind, lambda A: np.abs(A).mean())
)
wrong("signal_by_layer", "the input is counted as a layer")(
    lambda X, params, kind: np.array([X.std(), *_signals(X, params, kind, np.std)])
)
wrong("signal_by_layer", "spread of the pre-activations")(
    lambda X, params, kind: _signals(X, params, kind, np.std, what="Z")
)
wrong("signal_by_layer", "biases left out")(
    lambda X, params, kind: _signals(X, [(W, 0 * b) for W, b in params], kind, np.std)
)


def _blames(P, y, cache, params, kind, measure=None, through=None):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    found = []
    for i in reversed(range(len(params))):
        found.insert(0, (measure or (lambda d: np.sqrt(np.mean(d**2))))(dZ))
        if i:
            dA = dZ @ params[i][0].T
            dZ = (through or nn.activation_backward)(dA, cache["Z"][i - 1], kind)
    return np.array(found)


right("blame_by_layer", "inserted at the front")(_blames)
wrong("blame_by_layer", "last layer first")(lambda *a: _blames(*a)[::-1])
wrong("blame_by_layer", "standard deviation, the mean taken away")(
    lambda *a: _blames(*a, measure=np.std)
)
wrong("blame_by_layer", "norm, not divided by the count")(
    lambda *a: _blames(*a, measure=np.linalg.norm)
)
wrong("blame_by_layer", "mean of squares without the root")(
    lambda *a: _blames(*a, measure=lambda d: np.mean(d**2))
)
wrong("blame_by_layer", "dA at the hidden layers: the slope is skipped")(
    lambda *a: _blames(*a, through=lambda dA, Z, kind: dA)
)
wrong("blame_by_layer", "root mean square of dW in place of dZ")(
    lambda P, y, cache, params, kind: np.array(
        [np.sqrt(np.mean(dW**2)) for dW, _ in nn.mlp_backward(P, y, cache, params, kind)]
    )
)
wrong("leaky_relu_forward", "minus slope on the left: a bent absolute value")(
    lambda Z, slope=0.01: np.where(Z > 0, Z, -slope * Z)
)
wrong("leaky_relu_forward", "slope itself on the left, not slope times Z")(
    lambda Z, slope=0.01: np.where(Z > 0, Z, slope)
)
wrong("leaky_relu_forward", "exponential left side (ELU)")(
    lambda Z, slope=0.01: np.where(Z > 0, Z, slope * (np.exp(np.minimum(Z, 0)) - 1))
)
right("leaky_relu_forward", "maximum of the two lines")(
    lambda Z, slope=0.01: np.maximum(Z, slope * Z)
)
wrong("leaky_relu_backward", "slope used on the positive side")(
    lambda dA, Z, slope=0.01: dA * np.where(Z > 0, slope, 1.0)
)
wrong("leaky_relu_backward", "slope times Z on the left")(
    lambda dA, Z, slope=0.01: dA * np.where(Z > 0, 1.0, slope * Z)
)
wrong("leaky_relu_backward", "decides by dA")(
    lambda dA, Z, slope=0.01: np.where(dA > 0, dA, slope * dA)
)
wrong("running_update", "unbiased variance, as PyTorch")(
    lambda running, X, momentum=0.9: (
        momentum * running[0] + (1 - momentum) * X.mean(axis=0),
        momentum * running[1] + (1 - momentum) * X.var(axis=0, ddof=1),
    )
)
wrong("running_update", "standard deviations are averaged")(
    lambda running, X, momentum=0.9: (
        momentum * running[0] + (1 - momentum) * X.mean(axis=0),
        momentum * running[1] + (1 - momentum) * X.std(axis=0),
    )
)
wrong("running_update", "plain mean of old and new")(
    lambda running, X, momentum=0.9: (
        (running[0] + X.mean(axis=0)) / 2,
        (running[1] + X.var(axis=0)) / 2,
    )
)
wrong("running_update", "variance around the running mean")(
    lambda running, X, momentum=0.9: (
        momentum * running[0] + (1 - momentum) * X.mean(axis=0),
        momentum * running[1] + (1 - momentum) * ((X - running[0]) ** 2).mean(axis=0),
    )
)
wrong("running_update", "the old is dropped: the batch's statistics alone")(
    lambda running, X, momentum=0.9: (X.mean(axis=0), X.var(axis=0))
)
wrong("batchnorm_predict", "variance for spread: the root forgotten")(
    lambda X, gamma, beta, running, eps=1e-5: gamma * (X - running[0]) / (running[1] + eps) + beta
)
wrong("batchnorm_predict", "mean from the running pair, spread from the batch")(
    lambda X, gamma, beta, running, eps=1e-5: (
        gamma * (X - running[0]) / np.sqrt(X.var(axis=0) + eps) + beta
    )
)
wrong("batchnorm_predict", "gamma and beta left away")(
    lambda X, gamma, beta, running, eps=1e-5: (X - running[0]) / np.sqrt(running[1] + eps)
)
right("batchnorm_predict", "folded into one scale and one shift")(
    lambda X, gamma, beta, running, eps=1e-5: (
        X * (k := gamma / np.sqrt(np.asarray(running[1]) + eps)) + (beta - running[0] * k)
    )
)


def _ln(X, gamma, beta, eps=1e-5, ddof=0, out=None, keep=False):
    mean = X.mean(axis=1, keepdims=True)
    std = np.sqrt(X.var(axis=1, ddof=ddof, keepdims=True) + eps)
    h = (X - mean) / std
    y = gamma * h + beta if out is None else out(h, gamma, beta)
    return y, {"X_hat": h, "std": std if keep else std[:, 0]}


right("layernorm_forward", "keepdims, then one column")(_ln)
wrong("layernorm_forward", "unbiased variance")(
    lambda X, gamma, beta, eps=1e-5: _ln(X, gamma, beta, eps, ddof=1)
)
wrong("layernorm_forward", "beta is not added")(
    lambda X, gamma, beta, eps=1e-5: _ln(X, gamma, beta, eps, out=lambda h, g, b: g * h)
)
wrong("layernorm_forward", "1 + gamma, as some transformers store it")(
    lambda X, gamma, beta, eps=1e-5: _ln(X, gamma, beta, eps, out=lambda h, g, b: (1 + g) * h + b)
)
wrong("layernorm_forward", "mean not taken away (RMS norm)")(
    lambda X, gamma, beta, eps=1e-5: (
        gamma * (h := X / np.sqrt((X**2).mean(axis=1, keepdims=True) + eps)) + beta,
        {"X_hat": h, "std": np.sqrt((X**2).mean(axis=1) + eps)},
    )
)


def _lnb(dout, cache, gamma, dx=None, **other):
    h, std = cache["X_hat"], np.asarray(cache["std"])[:, None]
    d = dout * gamma
    dX = (
        (d - d.mean(axis=1, keepdims=True) - h * (d * h).mean(axis=1, keepdims=True)) / std
        if dx is None
        else dx(dout, d, h, std)
    )
    return dX, other.get("dgamma", (dout * h).sum(axis=0)), other.get("dbeta", dout.sum(axis=0))


right("layernorm_backward", "as the lecture has it, by rows")(_lnb)
wrong("layernorm_backward", "gamma multiplied after the means")(
    lambda dout, cache, gamma: _lnb(
        dout,
        cache,
        gamma,
        dx=lambda g, d, h, s: (
            gamma
            * (g - g.mean(axis=1, keepdims=True) - h * (g * h).mean(axis=1, keepdims=True))
            / s
        ),
    )
)
wrong("layernorm_backward", "direct road only")(
    lambda dout, cache, gamma: _lnb(dout, cache, gamma, dx=lambda g, d, h, s: d / s)
)
wrong("layernorm_backward", "dgamma and dbeta summed over the features")(
    lambda dout, cache, gamma: _lnb(
        dout, cache, gamma, dgamma=(dout * cache["X_hat"]).sum(axis=1), dbeta=dout.sum(axis=1)
    )
)
wrong("layernorm_backward", "means over the batch, as in batch norm")(
    lambda dout, cache, gamma: _lnb(
        dout,
        cache,
        gamma,
        dx=lambda g, d, h, s: (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / s,
    )
)


def _f(Z, kind):
    return nn.activation_forward(Z, kind)


wrong("residual_forward", "activation around the sum: f(X + X W + b)")(
    lambda X, W, b, kind: (_f(X + X @ W + b, kind), X @ W + b)
)
wrong("residual_forward", "product in place of sum with the road around")(
    lambda X, W, b, kind: (X * _f(X @ W + b, kind), X @ W + b)
)
wrong("residual_forward", "Z comes back after its activation")(
    lambda X, W, b, kind: (X + _f(X @ W + b, kind), _f(X @ W + b, kind))
)
wrong("residual_forward", "average of the two roads")(
    lambda X, W, b, kind: ((X + _f(X @ W + b, kind)) / 2, X @ W + b)
)


def _resb(dout, X, Z, W, kind, add=None):
    dZ = nn.activation_backward(dout, Z, kind)
    dX = dZ @ W.T
    return (dX + dout if add is None else add(dX, dout, dZ)), X.T @ dZ, dZ.sum(axis=0)


wrong("residual_backward", "dZ on the road around, where dout belongs")(
    lambda dout, X, Z, W, kind: _resb(dout, X, Z, W, kind, add=lambda dX, dout, dZ: dX + dZ)
)
wrong("residual_backward", "one is added, as the identity's slope, not dout")(
    lambda dout, X, Z, W, kind: _resb(dout, X, Z, W, kind, add=lambda dX, dout, dZ: dX + 1)
)
wrong("residual_backward", "the two roads multiplied")(
    lambda dout, X, Z, W, kind: _resb(dout, X, Z, W, kind, add=lambda dX, dout, dZ: dX * dout)
)
wrong("residual_backward", "dW from the block's output side: dout for dZ")(
    lambda dout, X, Z, W, kind: (_resb(dout, X, Z, W, kind)[0], X.T @ dout, dout.sum(axis=0))
)
right("residual_backward", "through linear_backward, in place on its own array")(
    lambda dout, X, Z, W, kind: (
        (parts := nn.linear_backward(nn.activation_backward(dout, Z, kind), X, W))[0] + dout,
        parts[1],
        parts[2],
    )
)
