"""A fifth round, chapter 7: forum posts, repositories, other libraries' habits; before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("xavier_init", "scale given to the generator")
def _(fan_in, fan_out, rng):
    return rng.normal(0.0, (2.0 / (fan_in + fan_out)) ** 0.5, (fan_in, fan_out))


@wrong("xavier_init", "PyTorch's xavier_uniform_")
def _(fan_in, fan_out, rng):
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))


@wrong("xavier_init", "weight of nn.Linear: (out, in)")
def _(fan_in, fan_out, rng):
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.normal(size=(fan_out, fan_in)) * std


@wrong("xavier_init", "the uniform's root 6 with a normal")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(6 / (fan_in + fan_out))


@wrong("xavier_init", "the root over the 2 alone")
def _(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(2) / (fan_in + fan_out)


@right("he_init", "an empty array filled from the generator")
def _(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    rng.standard_normal(out=W)
    W /= np.sqrt(fan_in / 2)
    return W


@wrong("he_init", "Keras: two spreads at most, cut off")
def _(fan_in, fan_out, rng):
    std = np.sqrt(2.0 / fan_in)
    return np.clip(rng.normal(0, std, (fan_in, fan_out)), -2 * std, 2 * std)


@wrong("he_init", "kaiming_uniform_ with a = sqrt(5): gain of the default nn.Linear")
def _(fan_in, fan_out, rng):
    gain = np.sqrt(2.0 / (1 + 5))
    return rng.normal(size=(fan_in, fan_out)) * gain / np.sqrt(fan_in)


@wrong("he_init", "mode fan_out")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_out)


@right("signal_by_layer", "own forward pass, variance by hand")
def _(X, params, kind):
    act = {"tanh": np.tanh, "relu": lambda z: z * (z > 0), "sigmoid": nn.sigmoid}[kind]
    out = []
    for W, b in params[:-1]:
        X = act(X @ W + b)
        out.append(((X - X.mean()) ** 2).mean() ** 0.5)
    return out


@right("signal_by_layer", "a generator into fromiter")
def _(X, params, kind):
    acts = nn.mlp_forward(X, params, kind)[1]["A"]
    return np.fromiter((np.std(a) for a in acts[1:]), dtype=float)


@wrong("signal_by_layer", "torch.std: divided by one less")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.array([A.std(ddof=1) for A in cache["A"][1:]])


@wrong("signal_by_layer", "spread of each unit, then their mean")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.array([A.std(axis=0).mean() for A in cache["A"][1:]])


@wrong("signal_by_layer", "pre-activations of the hidden layers")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.array([np.std(Z) for Z in cache["Z"][:-1]])


@wrong("signal_by_layer", "the kind is not handed on")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params)
    return np.array([np.std(A) for A in cache["A"][1:]])


@wrong("signal_by_layer", "the input in, the last hidden layer out")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    signal = []
    for i in range(len(params) - 1):
        signal.append(cache["A"][i].std())
    return np.array(signal)


@wrong("signal_by_layer", "the variance")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.array([np.var(A) for A in cache["A"][1:]])


@right("blame_by_layer", "recursion down the layers")
def _(P, y, cache, params, kind):
    def down(i, dZ):
        here = [float(np.sqrt((dZ * dZ).mean()))]
        if i == 0:
            return here
        return (
            down(i - 1, nn.activation_backward(dZ @ params[i][0].T, cache["Z"][i - 1], kind)) + here
        )

    return down(len(params) - 1, nn.softmax_cross_entropy_backward(P, y))


@wrong(
    "blame_by_layer", "PyTorch hooks give dA: the slope is left out on the way and in the measure"
)
def _(P, y, cache, params, kind):
    d = nn.softmax_cross_entropy_backward(P, y)
    blame = [np.sqrt(np.mean(d**2))]
    for i in range(len(params) - 1, 0, -1):
        d = d @ params[i][0].T
        blame.insert(0, np.sqrt(np.mean(d**2)))
    return np.array(blame)


@wrong("blame_by_layer", "the norm of dZ, no mean under the root")
def _(P, y, cache, params, kind):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    blame = [np.linalg.norm(dZ)]
    for i in range(len(params) - 1, 0, -1):
        dZ = nn.activation_backward(dZ @ params[i][0].T, cache["Z"][i - 1], kind)
        blame.append(np.linalg.norm(dZ))
    return np.array(blame[::-1])


@wrong("blame_by_layer", "measured before the slope, but passed on with it")
def _(P, y, cache, params, kind):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    blame = [np.sqrt(np.mean(dZ**2))]
    for i in range(len(params) - 1, 0, -1):
        dA = dZ @ params[i][0].T
        blame.append(np.sqrt(np.mean(dA**2)))
        dZ = nn.activation_backward(dA, cache["Z"][i - 1], kind)
    return np.array(blame[::-1])


@wrong("blame_by_layer", "P - one_hot without the 1/N, and last layer first", "two")
def _(P, y, cache, params, kind):
    dZ = P - np.eye(P.shape[1])[y]
    blame = [np.sqrt(np.mean(dZ**2))]
    for i in range(len(params) - 1, 0, -1):
        dZ = nn.activation_backward(dZ @ params[i][0].T, cache["Z"][i - 1], kind)
        blame.append(np.sqrt(np.mean(dZ**2)))
    return np.array(blame)


@wrong("blame_by_layer", "root mean square of dW")
def _(P, y, cache, params, kind):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return np.array([np.sqrt(np.mean(dW**2)) for dW, _ in grads])


@wrong("blame_by_layer", "the mean of the absolute values")
def _(P, y, cache, params, kind):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    blame = [np.mean(np.abs(dZ))]
    for i in range(len(params) - 1, 0, -1):
        dZ = nn.activation_backward(dZ @ params[i][0].T, cache["Z"][i - 1], kind)
        blame.append(np.mean(np.abs(dZ)))
    return np.array(blame[::-1])


@right("leaky_relu_forward", "the larger of two lines")
def _(Z, slope=0.01):
    return np.maximum(slope * Z, Z)


@wrong("leaky_relu_forward", "ELU")
def _(Z, slope=0.01):
    return np.where(Z > 0, Z, slope * (np.exp(np.minimum(Z, 0)) - 1))


@wrong("leaky_relu_forward", "the flat part is slope itself")
def _(Z, slope=0.01):
    return np.where(Z > 0, Z, slope)


@wrong("leaky_relu_forward", "relu plus slope times Z, on both sides")
def _(Z, slope=0.01):
    return np.maximum(Z, 0) + slope * Z


@wrong("leaky_relu_forward", "written into Z")
def _(Z, slope=0.01):
    Z[Z < 0] *= slope
    return Z


@right("leaky_relu_backward", "slopes in an array, then a product")
def _(dA, Z, slope=0.01):
    d = np.full(Z.shape, float(slope))
    d[Z > 0] = 1
    return d * dA


@wrong("leaky_relu_backward", "the forward formula on the blame: its own sign decides")
def _(dA, Z, slope=0.01):
    return np.where(dA > 0, dA, slope * dA)


@wrong("leaky_relu_backward", "slope times Z times dA on the negative side")
def _(dA, Z, slope=0.01):
    return dA * np.where(Z > 0, 1, slope * Z)


@wrong("leaky_relu_backward", "1 and slope added: the positive side is 1 + slope")
def _(dA, Z, slope=0.01):
    return dA * (Z > 0) + slope * dA


@right("running_update", "lerp")
def _(running, X, momentum=0.9):
    mean, var = (np.array(r) for r in running)
    mean += (X.mean(0) - mean) * (1 - momentum)
    var += (X.var(0) - var) * (1 - momentum)
    return [mean, var]


@wrong("running_update", "nn.BatchNorm1d: momentum weighs the new, variance unbiased", "two")
def _(running, X, momentum=0.9):
    mean, var = running
    return (
        (1 - momentum) * mean + momentum * X.mean(axis=0),
        (1 - momentum) * var + momentum * X.var(axis=0, ddof=1),
    )


@wrong("running_update", "the variance around the running mean")
def _(running, X, momentum=0.9):
    mean, var = running
    mean = momentum * mean + (1 - momentum) * X.mean(axis=0)
    var = momentum * var + (1 - momentum) * ((X - mean) ** 2).mean(axis=0)
    return mean, var


@wrong("running_update", "one mean over the whole batch")
def _(running, X, momentum=0.9):
    mean, var = running
    return momentum * mean + (1 - momentum) * X.mean(), momentum * var + (1 - momentum) * X.var()


@wrong("running_update", "the spread is mixed in, not the variance")
def _(running, X, momentum=0.9):
    mean, var = running
    mean = momentum * mean + (1 - momentum) * X.mean(axis=0)
    return mean, momentum * var + (1 - momentum) * X.std(axis=0)


@wrong("running_update", "+= with momentum forgotten on the old")
def _(running, X, momentum=0.9):
    mean, var = running
    return mean + (1 - momentum) * X.mean(axis=0), var + (1 - momentum) * X.var(axis=0)


@right("batchnorm_predict", "folded into one weight and one bias")
def _(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    w = gamma * (var + eps) ** -0.5
    return X * w + (beta - mean * w)


@wrong("batchnorm_predict", "brackets forgotten: only the mean is divided")
def _(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    X_hat = X - mean / np.sqrt(var + eps)
    return gamma * X_hat + beta


@wrong("batchnorm_predict", "the second of the pair read as a spread")
def _(X, gamma, beta, running, eps=1e-5):
    mean, std = running
    return gamma * (X - mean) / (std + eps) + beta


@wrong("batchnorm_predict", "running mean, but the batch's variance")
def _(X, gamma, beta, running, eps=1e-5):
    mean, _ = running
    return gamma * (X - mean) / np.sqrt(X.var(axis=0) + eps) + beta


@wrong("batchnorm_predict", "gamma and beta by hand: shift before the scale")
def _(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    return gamma * ((X - mean) / np.sqrt(var + eps) + beta)


@right("layernorm_forward", "row by row in a loop")
def _(X, gamma, beta, eps=1e-5):
    X_hat, std = np.empty_like(X), np.empty(len(X))
    for i, row in enumerate(X):
        centred = row - sum(row) / len(row)
        std[i] = np.sqrt(centred @ centred / len(row) + eps)
        X_hat[i] = centred / std[i]
    return X_hat * gamma + beta, dict(X_hat=X_hat, std=std)


@right("layernorm_forward", "on the transpose")
def _(X, gamma, beta, eps=1e-5):
    Xt = X.T - X.T.mean(axis=0)
    std = np.sqrt((Xt**2).mean(axis=0) + eps)
    X_hat = (Xt / std).T
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std, "eps": eps}


@wrong("layernorm_forward", "batch norm with another name: down the columns")
def _(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=0)
    std = np.sqrt(X.var(axis=0) + eps)
    X_hat = (X - mean) / std
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}


@wrong("layernorm_forward", "annotated transformer: x.std(-1) unbiased, eps added to it", "two")
def _(X, gamma, beta, eps=1e-5):
    mean = X.mean(-1, keepdims=True)
    std = X.std(-1, ddof=1, keepdims=True)
    X_hat = (X - mean) / (std + eps)
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std[:, 0] + eps}


@wrong("layernorm_forward", "the variance stored under std")
def _(X, gamma, beta, eps=1e-5):
    var = X.var(axis=1)
    X_hat = (X - X.mean(axis=1, keepdims=True)) / np.sqrt(var[:, None] + eps)
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": var}


@wrong("layernorm_forward", "X_hat in the cache is the scaled one")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(axis=1) + eps)
    out = (X - X.mean(axis=1)[:, None]) / std[:, None]
    out = out * gamma + beta
    return out, {"X_hat": out, "std": std}


@wrong("layernorm_forward", "RMS norm: no mean taken away")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt((X**2).mean(axis=1) + eps)
    X_hat = X / std[:, None]
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}
