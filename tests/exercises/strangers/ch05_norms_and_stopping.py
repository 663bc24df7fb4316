"""Chapter 5, batch norm and early stopping, as strangers answer it."""

import copy

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _bn(X, eps, axis=0, ddof=0):
    mu = X.mean(axis=axis, keepdims=True)
    std = np.sqrt(X.var(axis=axis, keepdims=True, ddof=ddof) + eps)
    return (X - mu) / std, std


@wrong("batchnorm_forward", "by row")
def _(X, gamma, beta, eps=1e-5):
    hat, std = _bn(X, eps, axis=1)
    return gamma * hat + beta, {"X_hat": hat, "std": std.ravel()}


@wrong("batchnorm_forward", "divided by the variance")
def _(X, gamma, beta, eps=1e-5):
    mu, var = X.mean(0), X.var(0)
    hat = (X - mu) / (var + eps)
    return gamma * hat + beta, {"X_hat": hat, "std": np.sqrt(var + eps)}


@wrong("batchnorm_forward", "unbiased variance")
def _(X, gamma, beta, eps=1e-5):
    hat, std = _bn(X, eps, ddof=1)
    return gamma * hat + beta, {"X_hat": hat, "std": std[0]}


@wrong("batchnorm_forward", "eps outside the root")
def _(X, gamma, beta, eps=1e-5):
    std = X.std(0) + eps
    hat = (X - X.mean(0)) / std
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("batchnorm_forward", "mean not taken off")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(0) + eps)
    hat = X / std
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("batchnorm_forward", "gamma and beta change places")
def _(X, gamma, beta, eps=1e-5):
    hat, std = _bn(X, eps)
    return beta * hat + gamma, {"X_hat": hat, "std": std[0]}


@wrong("batchnorm_forward", "cache holds the variance under std")
def _(X, gamma, beta, eps=1e-5):
    hat, std = _bn(X, eps)
    return gamma * hat + beta, {"X_hat": hat, "std": X.var(0)}


@wrong("batchnorm_forward", "returns X_hat, gamma and beta forgotten")
def _(X, gamma, beta, eps=1e-5):
    hat, std = _bn(X, eps)
    return hat, {"X_hat": hat, "std": std[0]}


@wrong("batchnorm_forward", "one mean and one spread for the whole table", kind="two")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var() + eps)
    hat = (X - X.mean()) / std
    return gamma * hat + beta, {"X_hat": hat, "std": np.full(X.shape[1], std)}


@right("batchnorm_forward", "scikit-learn's scaler and more in the cache")
def _(X, gamma, beta, eps=1e-5):
    centred = X - np.mean(X, axis=0)
    var = np.einsum("nd,nd->d", centred, centred) / len(X)
    std = (var + eps) ** 0.5
    hat = centred / std
    return beta + hat * gamma, dict(X_hat=hat, std=std, var=var, gamma=gamma, eps=eps)


@wrong("batchnorm_backward", "mean and variance taken as constants")
def _(dout, cache, gamma):
    hat = cache["X_hat"]
    return dout * gamma / cache["std"], (dout * hat).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "variance taken as a constant")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    return (d - d.mean(0)) / cache["std"], (dout * hat).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "gamma forgotten")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout
    dX = (d - d.mean(0) - hat * (d * hat).mean(0)) / cache["std"]
    return dX, (dout * hat).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "dgamma mean, dbeta mean")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    dX = (d - d.mean(0) - hat * (d * hat).mean(0)) / cache["std"]
    return dX, (dout * hat).mean(0), dout.mean(0)


@wrong("batchnorm_backward", "dgamma without X_hat")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    dX = (d - d.mean(0) - hat * (d * hat).mean(0)) / cache["std"]
    return dX, dout.sum(0), dout.sum(0)


@wrong("batchnorm_backward", "divided by std squared")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    dX = (d - d.mean(0) - hat * (d * hat).mean(0)) / cache["std"] ** 2
    return dX, (dout * hat).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "sums where means belong")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    dX = (d - d.sum(0) - hat * (d * hat).sum(0)) / cache["std"]
    return dX, (dout * hat).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "dgamma and dbeta swapped in the return")
def _(dout, cache, gamma):
    hat, d = cache["X_hat"], dout * gamma
    dX = (d - d.mean(0) - hat * (d * hat).mean(0)) / cache["std"]
    return dX, dout.sum(0), (dout * hat).sum(0)


@right("batchnorm_backward", "the N form of the paper")
def _(dout, cache, gamma):
    N, hat = len(dout), cache["X_hat"]
    dbeta = np.add.reduce(dout)
    dgamma = np.einsum("nd,nd->d", dout, hat)
    return gamma / (N * cache["std"]) * (N * dout - dbeta - hat * dgamma), dgamma, dbeta


def _stopper(fault=None):
    class EarlyStopping:
        def __init__(self, patience):
            self.patience, self.bad, self.epoch = patience, 0, -1
            self.best_loss, self.best_params, self.best_epoch = np.inf, None, None

        def update(self, loss, params):
            self.epoch += 1
            better = loss <= self.best_loss if fault == "equal" else loss < self.best_loss
            if fault == "last":
                better = loss < getattr(self, "seen", np.inf)
                self.seen = loss
            if fault == "up":
                better = loss > (-np.inf if self.best_epoch is None else self.best_loss)
            if better:
                self.best_loss = loss
                self.best_epoch = self.epoch + (1 if fault == "from1" else 0)
                self.best_params = params if fault == "alias" else copy.deepcopy(params)
                if fault == "shallow":
                    self.best_params = list(params)
                if fault != "never":
                    self.bad = 0
            else:
                self.bad += 1
            return self.bad > self.patience if fault == "late" else self.bad >= self.patience

    return EarlyStopping


for _fault, _note in {
    "equal": "an equal loss counts as better",
    "last": "compares with the loss before, not with the best",
    "up": "looks for the highest loss",
    "from1": "epochs counted from 1",
    "alias": "best_params is the learner's own list",
    "shallow": "a shallow copy of the list",
    "never": "the count is never set back",
    "late": "> patience: one update too late",
}.items():
    wrong("EarlyStopping", _note)(_stopper(_fault))

right("EarlyStopping", "plain")(_stopper())


@right("EarlyStopping", "keeps the whole history")
class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.history, self.kept = patience, [], []

    def update(self, loss, params):
        self.history.append(float(loss))
        self.kept.append([tuple(np.array(a) for a in pair) for pair in params])
        return len(self.history) - 1 - self.best_epoch >= self.patience

    @property
    def best_epoch(self):
        return int(np.argmin(self.history))

    @property
    def best_loss(self):
        return self.history[self.best_epoch]

    @property
    def best_params(self):
        return self.kept[self.best_epoch]
