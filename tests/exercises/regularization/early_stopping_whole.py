"""EarlyStopping, written out whole: what must pass, and what must be told."""

import copy

import numpy as np

EXERCISE = "EarlyStopping"


class PlainEarlystopping:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class History:
    def __init__(self, patience):
        self.patience = patience
        self.losses = []
        self.best_loss = np.inf
        self.best_epoch = -1
        self.best_params = None

    def update(self, loss, params):
        self.losses.append(loss)
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = (loss, len(self.losses) - 1)
            self.best_params = [(W.copy(), b.copy()) for W, b in params]
        return len(self.losses) - 1 - self.best_epoch >= self.patience


class ReturnsTrueOnlyElseNoneOkAlwaysNo:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        if self.wait > self.patience:
            return True


class TrueOrNone:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        if self.wait >= self.patience:
            return True


class ListCopy:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = params.copy()
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class EpochFrom1:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = 0
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class WaitNotReset:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
        else:
            self.wait += 1
        return self.wait >= self.patience


class TiesCount:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss <= self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class ReturnsNotStop:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait < self.patience


class BestLossNone:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = None
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class BestEpochMissing:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class BestEpochNoneNeverSet:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class EpochCountsWaits:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.wait
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


class NoPatienceStored:
    def __init__(self, patience):
        self.best_loss = float("inf")
        self.best_params = None
        self.best_epoch = None
        self.epoch = -1
        self.wait = 0

    def update(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self.epoch
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience


ACCEPTED = [PlainEarlystopping, History, TrueOrNone]
TOLD = [
    (ReturnsTrueOnlyElseNoneOkAlwaysNo, "one-too-late"),
    (ListCopy, "best-by-reference"),
    (EpochFrom1, "epoch-from-one"),
    (WaitNotReset, "counter-not-reset"),
    (TiesCount, "ties-count"),
    (ReturnsNotStop, "stops-at-once"),
    (BestLossNone, "no-best-yet"),
    (BestEpochMissing, "wrong-type"),
    (BestEpochNoneNeverSet, "none-inside"),
    (EpochCountsWaits, "best-epoch"),
    (NoPatienceStored, "raised"),
]
