"""Chapter 5, written differently."""

import copy

import numpy as np

from bplab import nn


def penalty_by_loop(params, lam):
    total = 0.0
    for W, _ in params:
        for row in W:
            for w in row:
                total += w * w
    return lam * total / 2


def penalty_by_dot(params, lam):
    flat = np.concatenate([W.ravel() for W, _ in params])
    return np.array(0.5 * lam * flat @ flat)


def penalty_by_norm(params, lam):
    return sum(lam / 2 * np.linalg.norm(W) ** 2 for W, _ in params)


def l2_as_lists(params, lam):
    return [[(lam * W).tolist(), [0.0] * len(b)] for W, b in params]


def l2_with_integer_zeros(params, lam):
    return [(W * lam, np.zeros(b.shape, dtype=int)) for W, b in params]


def dropout_with_bool_mask(A, keep_prob, rng, train=True):
    if train:
        mask = rng.random(A.shape) < keep_prob
        return np.where(mask, A / keep_prob, 0.0), mask
    return A, np.ones_like(A, dtype=bool)


def dropout_with_int_mask(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones(A.shape, dtype=int)
    mask = (rng.random(size=A.shape) < keep_prob).astype(int)
    out = A * mask
    out /= keep_prob
    return [out, mask]


def dropout_by_index(A, keep_prob, rng, train=True):
    mask = np.ones(A.shape)
    if train:
        mask[rng.random(A.shape) >= keep_prob] = 0
    return A * mask / (keep_prob if train else 1), mask


def dropout_backward_where(dout, mask, keep_prob):
    return np.where(mask == 1, dout, 0) / keep_prob


def dropout_backward_index(dout, mask, keep_prob):
    dA = dout / keep_prob
    dA[np.asarray(mask) == 0] = 0
    return dA


def batchnorm_by_hand(X, gamma, beta, eps=1e-5):
    N = X.shape[0]
    mu = X.sum(axis=0) / N
    centered = X - mu
    std = (np.sum(centered**2, axis=0) / N + eps) ** 0.5
    X_hat = centered * (1 / std)
    return X_hat * gamma + beta, {"X_hat": X_hat, "std": std, "mean": mu, "eps": eps}


def batchnorm_by_columns(X, gamma, beta, eps=1e-5):
    columns = [(x - np.mean(x)) / np.sqrt(np.var(x) + eps) for x in X.T]
    X_hat = np.stack(columns, axis=1)
    cache = {"X_hat": X_hat, "std": [float(np.sqrt(np.var(x) + eps)) for x in X.T]}
    return gamma * X_hat + beta, cache


def batchnorm_backward_compact(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dgamma, dbeta = np.sum(dout * h, axis=0), np.sum(dout, axis=0)
    return gamma / (N * std) * (N * dout - dbeta - h * dgamma), dgamma, dbeta


def batchnorm_backward_in_stages(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dh = dout * gamma
    dvar = np.sum(dh * h * std, axis=0) * -0.5 / std**3
    dmu = np.sum(-dh / std, axis=0)
    dX = dh / std + dvar * 2 * (h * std) / N + dmu / N
    return dX, (dout * h).sum(0), dout.sum(0)


def batchnorm_backward_by_jacobian(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dX = np.zeros_like(dout)
    for j in range(dout.shape[1]):
        J = (np.eye(N) - 1 / N - np.outer(h[:, j], h[:, j]) / N) / std[j]
        dX[:, j] = J @ (dout[:, j] * gamma[j])
    return [dX, np.einsum("ij,ij->j", dout, h), dout.sum(axis=0).tolist()]


def split_by_floor(N, fractions, rng):
    order = rng.permutation(N)
    a = int(fractions[0] * N)
    b = a + int(fractions[1] * N)
    return order[:a], order[a:b], order[b:]


def split_by_shuffle(N, fractions, rng):
    order = list(range(N))
    rng.shuffle(order)
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    return [order[:a], order[a:b], order[b:]]


def split_by_choice(N, fractions, rng):
    order = rng.choice(np.arange(N), size=N, replace=False)
    return tuple(np.split(order, (np.cumsum(fractions[:2]) * N).astype(int)))


class StoppingByList:
    def __init__(self, patience):
        self.patience = patience
        self.losses = []
        self.best_loss, self.best_params, self.best_epoch = float("inf"), None, -1

    def update(self, loss, params):
        self.losses.append(loss)
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_epoch = len(self.losses) - 1
            self.best_params = [(W.copy(), b.copy()) for W, b in params]
        return len(self.losses) - 1 - self.best_epoch >= self.patience


class StoppingByCounter:
    def __init__(self, patience):
        self.patience, self.wait, self.epoch = patience, 0, -1
        self.best_loss = self.best_params = self.best_epoch = None

    def update(self, loss, params):
        self.epoch += 1
        if self.best_loss is None or loss < self.best_loss:
            self.best_loss, self.best_epoch, self.wait = np.float64(loss), self.epoch, 0
            self.best_params = copy.deepcopy(params)
            return False
        self.wait += 1
        if self.wait >= self.patience:
            return True
        return None


def regularized_by_sum(P, y, cache, params, lam, kind="tanh"):
    data = nn.mlp_backward(P, y, cache, params, kind)
    pull = nn.l2_gradients(params, lam)
    return [(a[0] + p[0], a[1] + p[1]) for a, p in zip(data, pull, strict=True)]


def regularized_in_place(P, y, cache, params, lam, kind="tanh"):
    grads = [list(layer) for layer in nn.mlp_backward(P, y, cache, params, kind)]
    for layer, (W, _) in zip(grads, params, strict=True):
        layer[0] += lam * W
    return grads


def regularized_from_scratch(P, y, cache, params, lam, kind="tanh"):
    N = len(y)
    dZ = P.copy()
    dZ[np.arange(N), y] -= 1
    dZ /= N
    grads = []
    for layer in range(len(params) - 1, -1, -1):
        W, _ = params[layer]
        A = cache["A"][layer]
        grads.append((A.T @ dZ + lam * W, dZ.sum(axis=0)))
        if layer:
            slope = 1 - A**2 if kind == "tanh" else A * (1 - A) if kind == "sigmoid" else A > 0
            dZ = dZ @ W.T * slope
    return grads[::-1]


def l2_by_einsum(params, lam):
    return tuple((np.einsum(",ij->ij", lam, W), np.zeros_like(b, dtype=bool)) for W, b in params)


def dropout_one_by_one(A, keep_prob, rng, train=True):
    keep = keep_prob if train else 1.0
    mask = np.array([[rng.random() < keep for _ in row] for row in A], dtype=float)
    return A * mask / keep, mask


def dropout_backward_by_loop(dout, mask, keep_prob):
    return [
        [d / keep_prob if kept else 0.0 for d, kept in zip(*pair, strict=True)]
        for pair in zip(dout, mask, strict=True)
    ]


def batchnorm_by_moments(X, gamma, beta, eps=1e-5):
    std = (np.mean(X**2, axis=0) - np.mean(X, axis=0) ** 2 + eps) ** 0.5
    X_hat = (X - np.mean(X, axis=0, keepdims=True)) / std
    return [X_hat @ np.diag(gamma) + beta, {"std": std.tolist(), "X_hat": X_hat.tolist()}]


def split_by_drawing(N, fractions, rng):
    train = rng.choice(N, round(fractions[0] * N), replace=False)
    rest = np.setdiff1d(np.arange(N), train)
    validation = rng.choice(rest, round(fractions[1] * N), replace=False)
    return train, validation, np.setdiff1d(rest, validation)


class StoppingByHistory:
    def __init__(self, patience):
        self.patience, self.history = patience, []

    @property
    def best_epoch(self):
        return int(np.argmin([loss for loss, _ in self.history]))

    @property
    def best_loss(self):
        return self.history[self.best_epoch][0]

    @property
    def best_params(self):
        return self.history[self.best_epoch][1]

    def update(self, loss, params):
        self.history.append((loss, [[t.tolist() for t in layer] for layer in params]))
        return len(self.history) - 1 - self.best_epoch == self.patience


ALTERNATIVES = {
    "l2_penalty": [penalty_by_loop, penalty_by_dot, penalty_by_norm],
    "l2_gradients": [l2_by_einsum, l2_as_lists, l2_with_integer_zeros],
    "dropout_forward": [
        dropout_one_by_one,
        dropout_with_bool_mask,
        dropout_with_int_mask,
        dropout_by_index,
    ],
    "dropout_backward": [dropout_backward_by_loop, dropout_backward_where, dropout_backward_index],
    "batchnorm_forward": [batchnorm_by_moments, batchnorm_by_hand, batchnorm_by_columns],
    "batchnorm_backward": [
        batchnorm_backward_compact,
        batchnorm_backward_in_stages,
        batchnorm_backward_by_jacobian,
    ],
    "split_indices": [split_by_drawing, split_by_floor, split_by_shuffle, split_by_choice],
    "EarlyStopping": [StoppingByHistory, StoppingByList, StoppingByCounter],
    "regularized_gradients": [
        regularized_by_sum,
        regularized_in_place,
        regularized_from_scratch,
    ],
}
