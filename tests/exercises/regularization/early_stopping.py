"""EarlyStopping: what must pass, and what must be told."""

import copy
import math

import numpy as np

EXERCISE = "EarlyStopping"


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


class Watch:
    start = math.inf

    def __init__(self, patience):
        self.patience, self.wait, self.epoch = patience, 0, -1
        self.best_loss, self.best_params, self.best_epoch = self.start, None, None

    def better(self, loss):
        return loss < self.best_loss

    def after_a_record(self):
        return 0

    def stop(self):
        return self.wait >= self.patience

    def update(self, loss, params):
        self.epoch += 1
        if self.better(loss):
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params, self.wait = copy.deepcopy(params), self.after_a_record()
        else:
            self.wait += 1
        return self.stop()


def watch(**hooks):
    return type("EarlyStopping", (Watch,), hooks)


ACCEPTED = [StoppingByHistory, StoppingByList, StoppingByCounter]


class CountsFromTheLast:
    def __init__(self, patience):
        self.patience, self.best_loss, self.wait, self.epoch = patience, np.inf, 0, -1
        self.best_params, self.best_epoch, self.last = None, 0, np.inf

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params = [(W.copy(), b.copy()) for W, b in params]
        self.wait = 0 if loss < self.last else self.wait + 1
        self.last = loss
        return self.wait >= self.patience


TOLD = [
    (watch(after_a_record=lambda self: max(0, self.wait - 1)), "stops-early"),
    (watch(start=1000.0), "starts-too-low"),
    (watch(start=0.0), "no loss was as low"),
    (watch(after_a_record=lambda self: 1), "only 1 update in a row"),
    (watch(better=lambda self, loss: loss < self.best_loss - 1e-4), "a little"),
    (watch(stop=lambda self: self.wait >= 3), "patience"),
    (watch(stop=lambda self: None), "never-stops"),
    (CountsFromTheLast, "counted-from-the-last"),
]
