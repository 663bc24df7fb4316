"""Stop when the validation loss has stopped falling, and keep the best network seen."""

import copy
import math


class EarlyStopping:
    """Watches the validation loss.

    Parameters
    ----------
    patience : int
        How many updates in a row may fail to beat the best loss; at least 1.

    Attributes
    ----------
    best_loss : float
    best_params
        A copy of what came with the best loss; None before the first update.
    best_epoch : int
        Counted from 0; None before the first update.

    Raises
    ------
    ValueError
        For a `patience` below 1.

    References
    ----------
    Prechelt 1998, "Early stopping, but when?".
    """

    def __init__(self, patience):
        if not patience >= 1:
            raise ValueError(f"patience must be at least 1, got {patience}.")
        self.patience = patience
        self.best_loss = math.inf
        self.best_params = None
        self.best_epoch = None
        self._epoch = 0
        self._waited = 0

    def update(self, loss, params):
        """Take in one epoch's validation loss; True when it is time to stop.

        A tie with the best is no improvement.
        """
        if loss < self.best_loss:
            self.best_loss = float(loss)
            self.best_params = copy.deepcopy(params)
            self.best_epoch = self._epoch
            self._waited = 0
        else:
            self._waited += 1
        self._epoch += 1
        return self._waited >= self.patience
