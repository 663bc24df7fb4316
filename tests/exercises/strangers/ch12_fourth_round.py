"""A fourth round over all chapters: wrong ones alone, after the rules had been widened, unrun."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _soft(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


wrong("linear_neuron_step", "half the step")(
    lambda x, w, y, learning_rate: w + learning_rate / 2 * 2 * (y - w * x) * x
)
wrong("sigmoid", "arctangent in place of the sigmoid")(lambda z: 0.5 + np.arctan(z) / np.pi)
wrong("sigmoid", "positive side left at 0")(
    lambda z: np.where(np.asarray(z) < 0, _s(np.minimum(z, 0)), 0.0)
)
wrong("neuron_forward", "first weight for all features")(
    lambda X, w, b: _s(X @ np.full_like(w, w[0]) + b)
)
wrong("neuron_forward", "features read from the last to the first")(
    lambda X, w, b: _s(X[:, ::-1] @ w + b)
)
wrong("mse_loss", "largest squared error")(lambda p, y: float(np.max((p - y) ** 2)))
wrong("mse_loss", "divided by N - 1 and halved", "two")(
    lambda p, y: float(np.sum((p - y) ** 2) / 2 / (len(y) - 1))
)
wrong("bce_loss", "mean over the negatives' count")(
    lambda a, y: float(
        -np.sum(y * np.log(np.clip(a, 1e-12, 1)) + (1 - y) * np.log(np.clip(1 - a, 1e-12, 1)))
        / np.sum(1 - np.asarray(y))
    )
)
wrong("neuron_backward", "dw of the summed features")(
    lambda X, a, y: (
        np.full(X.shape[1], np.mean((a - y) * X.sum(axis=1))),
        float(np.mean(a - y)),
    )
)
wrong("neuron_backward", "first feature's gradient left at 0")(
    lambda X, a, y: (
        np.concatenate([[0.0], X[:, 1:].T @ (a - y) / len(y)]),
        float(np.mean(a - y)),
    )
)
wrong("gradient_step", "moves towards the gradient: w plus rate times (dw - w)")(
    lambda w, b, dw, db, learning_rate: (
        w + learning_rate * (dw - w),
        b + learning_rate * (db - b),
    )
)
wrong("gradient_step", "db's step uses the rate squared")(
    lambda w, b, dw, db, learning_rate: (w - learning_rate * dw, b - learning_rate**2 * db)
)


@wrong("train_neuron", "the loss is recorded twice an epoch")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        w, b = nn.gradient_step(w, b, *nn.neuron_backward(X, a, y), learning_rate)
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
    return w, b, losses


@wrong("train_neuron", "momentum of 0.9 added by habit")
def _(X, y, learning_rate, epochs):
    w, b, losses, v, u = np.zeros(X.shape[1]), 0.0, [], 0.0, 0.0
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        v, u = 0.9 * v + dw, 0.9 * u + db
        w, b = w - learning_rate * v, b - learning_rate * u
    return w, b, losses


wrong("sigmoid_grad", "bell curve of a normal density")(
    lambda z: np.exp(-(np.asarray(z) ** 2) / 2) / 4
)
wrong("tanh_grad", "slope of the sigmoid at 2z")(lambda z: _s(2 * z) * (1 - _s(2 * z)))
wrong("two_neuron_forward", "loss halved")(
    lambda x, y, w1, b1, w2, b2: (
        (v := nn.two_neuron_forward(x, y, w1, b1, w2, b2)) | {"loss": v["loss"] / 2}
    )
)
wrong("two_neuron_backward", "db2 multiplied by a1 as well")(
    lambda x, y, w1, w2, values: (
        (g := nn.two_neuron_backward(x, y, w1, w2, values)) | {"db2": g["dw2"]}
    )
)
wrong("numerical_gradient", "rounded to 3 digits")(
    lambda f, x, h=1e-5: np.round(nn.numerical_gradient(f, x), 3)
)
wrong("relative_error", "twice the usual: divided by the mean size")(
    lambda a, b: float(np.max(np.abs(a - b) / np.maximum((np.abs(a) + np.abs(b)) / 2, 1e-8)))
)
wrong("linear_forward", "last example left at 0 by range(N - 1)")(
    lambda X, W, b: np.vstack([X[:-1] @ W + b, np.zeros((1, W.shape[1]))])
)
wrong("linear_forward", "bias sorted by mistake")(lambda X, W, b: X @ W + np.sort(b))
wrong("linear_backward", "db is the largest of each column")(
    lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.max(axis=0))
)
wrong("linear_backward", "dW with X's columns in reverse")(
    lambda dZ, X, W: (dZ @ W.T, X[:, ::-1].T @ dZ, dZ.sum(axis=0))
)
wrong("activation_forward", "sigmoid of twice Z")(
    lambda Z, kind: _s(2 * Z) if kind == "sigmoid" else nn.activation_forward(Z, kind)
)
wrong("activation_backward", "blame cut to -1..1")(
    lambda dA, Z, kind: np.clip(nn.activation_backward(dA, Z, kind), -1, 1)
)
wrong("softmax", "last class left at 0")(
    lambda Z: np.hstack([_soft(Z)[:, :-1], np.zeros((len(Z), 1))])
)
wrong("softmax", "running sums of the probabilities")(lambda Z: np.cumsum(_soft(Z), axis=1))
wrong("cross_entropy", "worst example in place of the mean")(
    lambda P, y: float(np.max(-np.log(np.clip(P[np.arange(len(y)), y], 1e-12, 1))))
)
wrong("softmax_cross_entropy_backward", "label of the row before")(
    lambda P, y: (P - np.eye(P.shape[1])[np.roll(y, 1)]) / len(y)
)


@wrong(
    "mlp_backward",
    "biases' gradients averaged over the examples, dW of the last layer halved",
    "two",
)
def _(P, y, cache, params, kind="tanh"):
    grads = [(dW, db / len(y)) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]
    return [*grads[:-1], (grads[-1][0] / 2, grads[-1][1])]


@wrong("mlp_backward", "first layer gets the blame of relu whatever the kind")
def _(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [nn.mlp_backward(P, y, cache, params, "relu")[0], *grads[1:]]


@wrong("train_step", "two steps in a row")
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = nn.train_step(X, y, params, learning_rate, kind)
    return nn.train_step(X, y, params, learning_rate, kind)[0], loss


@wrong("per_unit_update", "rate applied at the output layer only")
def _(x, t, weights, biases, learning_rate):
    w, b = nn.per_unit_update(x, t, weights, biases, 1.0)
    last_w, last_b = nn.per_unit_update(x, t, weights, biases, learning_rate)
    return [*w[:-1], last_w[-1]], [*b[:-1], last_b[-1]]


@wrong("epoch_update", "two epochs in place of one")
def _(X, T, weights, biases, learning_rate):
    return nn.epoch_update(
        X, T, *nn.epoch_update(X, T, weights, biases, learning_rate), learning_rate
    )


@wrong("momentum_step", "velocity grows by the square of the gradient")
def _(params, grads, state, learning_rate, beta=0.9):
    old = state.get("v") or [np.zeros_like(p) for p in params]
    v = [beta * o + g**2 for o, g in zip(old, grads, strict=True)]
    return [p - learning_rate * n for p, n in zip(params, v, strict=True)], {"v": v}


@wrong("adam_step", "t starts at 2")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    given = state if "t" in state else state | {"t": 1}
    given.setdefault("m", [np.zeros_like(p) for p in params])
    given.setdefault("v", [np.zeros_like(p) for p in params])
    return nn.adam_step(params, grads, given, learning_rate, beta1, beta2, eps)


wrong("clip_by_global_norm", "scaled to the limit even when shorter")(
    lambda grads, max_norm: (
        [g * max_norm / np.sqrt(sum(np.sum(g**2) for g in grads)) for g in grads],
        float(np.sqrt(sum(np.sum(g**2) for g in grads))),
    )
)
wrong("inverse_time_rate", "rate over t squared")(lambda learning_rate, t: learning_rate / t**2)
wrong("l2_penalty", "largest weight squared")(
    lambda params, lam: float(lam / 2 * max(np.max(W**2) for W, _ in params))
)
wrong("dropout_backward", "mask of the neighbour: shifted by a row")(
    lambda dout, mask, keep_prob: dout * np.roll(mask, 1, axis=0) / keep_prob
)
wrong("batchnorm_forward", "gamma and beta added up first")(
    lambda X, gamma, beta, eps=1e-5: (
        (gamma + beta) * (r := nn.batchnorm_forward(X, gamma, beta, eps))[1]["X_hat"],
        r[1],
    )
)
wrong("batchnorm_backward", "dgamma without X_hat")(
    lambda dout, cache, gamma: (
        nn.batchnorm_backward(dout, cache, gamma)[0],
        dout.sum(axis=0),
        dout.sum(axis=0),
    )
)
wrong("regularized_gradients", "penalty on the first layer left out")(
    lambda P, y, cache, params, lam, kind="tanh": [
        nn.mlp_backward(P, y, cache, params, kind)[0],
        *nn.regularized_gradients(P, y, cache, params, lam, kind)[1:],
    ]
)
wrong("fit_scaler", "largest size of each column as std")(
    lambda X: (X.mean(axis=0), np.abs(X).max(axis=0))
)
wrong("apply_scaler", "cut at -2 and 2")(
    lambda X, scaler: np.clip(nn.apply_scaler(X, scaler), -2, 2)
)
wrong("roc_auc", "rounded to two digits")(lambda y, p: round(nn.roc_auc(y, p), 2))
wrong("blame_by_layer", "running product from the top")(
    lambda P, y, cache, params, kind: np.cumprod(
        nn.blame_by_layer(P, y, cache, params, kind)[::-1]
    )[::-1]
)
wrong("leaky_relu_forward", "slope halved on the left")(
    lambda Z, slope=0.01: np.where(Z > 0, Z, slope / 2 * Z)
)
wrong("layernorm_backward", "dbeta is dgamma")(
    lambda dout, cache, gamma: (
        (g := nn.layernorm_backward(dout, cache, gamma))[0],
        g[1],
        g[1],
    )
)
wrong("residual_backward", "the way around twice")(
    lambda dout, X, Z, W, kind: (
        (g := nn.residual_backward(dout, X, Z, W, kind))[0] + dout,
        g[1],
        g[2],
    )
)
wrong("rnn_forward", "the input of the next step: off by one, the last repeated")(
    lambda X, h0, Wx, Wh, b: nn.rnn_forward(
        np.concatenate([X[:, 1:], X[:, -1:]], axis=1), h0, Wx, Wh, b
    )
)
wrong("rnn_backward", "dX of the first step left at 0")(
    lambda *a: (lambda g: (np.concatenate([0 * g[0][:, :1], g[0][:, 1:]], axis=1), *g[1:]))(
        nn.rnn_backward(*a)
    )
)
wrong("lstm_step_forward", "output gate squared")(
    lambda x, h_prev, c_prev, Wx, Wh, b: (
        (r := nn.lstm_step_forward(x, h_prev, c_prev, Wx, Wh, b))[0] ** 2 / np.tanh(r[1]),
        r[1],
    )
)
wrong("lstm_backward", "dX reversed in time")(
    lambda *a: (lambda g: (g[0][:, ::-1], *g[1:]))(nn.lstm_backward(*a))
)
wrong("masked_cross_entropy", "dscores of the unmasked loss, rescaled by the mask's mean")(
    lambda scores, y, mask: (
        nn.masked_cross_entropy(scores, y, mask)[0],
        nn.masked_cross_entropy(scores, y, np.ones_like(mask))[1] * np.mean(mask),
    )
)
wrong("conv_forward", "one row of places too few")(
    lambda X, W, b, stride=1, pad=0: nn.conv_forward(X, W, b, stride, pad)[:, :, :-1]
)
wrong("conv_forward", "channels in reverse, as BGR for RGB")(
    lambda X, W, b, stride=1, pad=0: nn.conv_forward(X[:, ::-1], W, b, stride, pad)
)
wrong("max_pool_forward", "smallest of each window")(lambda X, size: -nn.max_pool_forward(-X, size))
wrong("col2im", "one row of cols forgotten at the end")(
    lambda cols, shape, K, stride=1, pad=0: nn.col2im(
        np.vstack([cols[:-1], np.zeros((1, cols.shape[1]))]), shape, K, stride, pad
    )
)
wrong("conv_net_forward", "columns of P in reverse order")(
    lambda X, params: (lambda P, c: (P[:, ::-1], c))(*nn.conv_net_forward(X, params))
)
wrong("unbroadcast", "largest in place of the sum")(
    lambda grad, shape: _largest(np.asarray(grad), shape)
)


def _largest(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.max(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.max(axis=axis, keepdims=True)
    return grad


wrong("jacobian", "squares of the slopes")(lambda f, x: nn.jacobian(f, x) ** 2)
wrong("discounted_returns", "gamma squared")(
    lambda rewards, gamma: nn.discounted_returns(rewards, gamma**2)
)
wrong("policy", "scores rounded first")(lambda theta, S: _soft(np.round(S @ theta)))
wrong("standardize", "divided by the largest size after centring")(
    lambda returns: (lambda d: d / np.abs(d).max() if np.ptp(returns) else 0 * d)(
        np.asarray(returns, dtype=float) - np.mean(returns)
    )
)
wrong("policy_gradient", "advantages in reverse order")(
    lambda theta, S, actions, advantages: nn.policy_gradient(
        theta, S, actions, np.asarray(advantages)[::-1]
    )
)
wrong("log_policy_gradient", "state scaled to length 1")(
    lambda theta, s, a: nn.log_policy_gradient(theta, s / np.linalg.norm(s), a)
)
