"""A fifth round, chapter 5, splits and stopping: written before any was run."""

import copy

import numpy as np

from tests.exercises.strangers.table import right, wrong

# split_indices


@wrong("split_indices", "drawn with replacement")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * fractions[1])
    return rng.choice(N, a), rng.choice(N, b), rng.choice(N, N - a - b)


@wrong("split_indices", "the second cut forgets the first: parts overlap")
def _(N, fractions, rng):
    order = rng.permutation(N)
    a, b = round(N * fractions[0]), round(N * fractions[1])
    return order[:a], order[b : a + b], order[a + b :]


@wrong("split_indices", "sorted back into order, so not shuffled")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    order = np.arange(N)
    return order[:a], order[a:b], order[b:]


@wrong("split_indices", "one too many skipped between the parts")
def _(N, fractions, rng):
    order = rng.permutation(N)
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    return order[:a], order[a + 1 : b], order[b + 1 :]


@wrong("split_indices", "masks of True and False come back")
def _(N, fractions, rng):
    u = rng.permutation(N) / N
    return u < fractions[0], (u >= fractions[0]) & (u < 1 - fractions[2]), u >= 1 - fractions[2]


@right("split_indices", "np.split at rounded cumulative shares")
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(rng.permutation(N), cuts))


# EarlyStopping


class _Stop:
    def __init__(self, patience):
        self.patience, self.bad, self.epoch = patience, 0, -1
        self.best_loss, self.best_params, self.best_epoch = float("inf"), None, None

    def better(self, loss):
        return loss < self.best_loss

    def keep(self, params):
        return copy.deepcopy(params)

    def update(self, loss, params):
        self.epoch += 1
        if self.better(loss):
            self.best_loss, self.best_epoch, self.bad = loss, self.epoch, 0
            self.best_params = self.keep(params)
        else:
            self.bad += 1
        return self.bad >= self.patience


@wrong("EarlyStopping", "equal counts as better: <=")
class _(_Stop):
    def better(self, loss):
        return loss <= self.best_loss


@wrong("EarlyStopping", "a list copy that keeps the same arrays")
class _(_Stop):
    def keep(self, params):
        return list(params)


@wrong("EarlyStopping", "the counter is never set back to 0")
class _(_Stop):
    def update(self, loss, params):
        bad = self.bad
        super().update(loss, params)
        self.bad = bad + (self.best_epoch != self.epoch)
        return self.bad >= self.patience


@wrong("EarlyStopping", "waits one longer: bad > patience")
class _(_Stop):
    def update(self, loss, params):
        super().update(loss, params)
        return self.bad > self.patience


@wrong("EarlyStopping", "higher is better, as with accuracy")
class _(_Stop):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = -float("inf")

    def better(self, loss):
        return loss > self.best_loss


@wrong("EarlyStopping", "best_epoch counts from 1")
class _(_Stop):
    def __init__(self, patience):
        super().__init__(patience)
        self.epoch = 0


@wrong("EarlyStopping", "epoch count raised only on improvement")
class _(_Stop):
    def update(self, loss, params):
        stop = super().update(loss, params)
        if self.bad:
            self.epoch -= 1
        return stop


right("EarlyStopping", "deep copies, infinity at the start")(_Stop)


@right("EarlyStopping", "keeps the history and looks back")
class _:
    def __init__(self, patience):
        self.patience, self.history = patience, []

    def update(self, loss, params):
        self.history.append(float(loss))
        self.best_epoch = int(np.argmin(self.history))
        self.best_loss = self.history[self.best_epoch]
        if self.best_epoch == len(self.history) - 1:
            self.best_params = [(W.copy(), b.copy()) for W, b in params]
        return len(self.history) - 1 - self.best_epoch >= self.patience
