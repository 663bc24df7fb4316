"""When to stop, and which parameters to keep."""

import copy
import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exam.probes.training import stops_at
from bplab.exercises.regularization.networks import network

early_stopping = Exercise(
    "EarlyStopping",
    "05_regularization",
    nn.EarlyStopping,
    returns=("stop", "best_loss", "best_epoch", "best_params"),
    points=3,
    driver="early stopping",
    credit=("best_loss", "best_params"),  # the epochs are the same on every paper,
    achieved="Training ends when the validation loss no longer falls, and the best weights are "
    "kept.",
)


@early_stopping.paper
def _(rng):
    for patience, shape in [
        (2, [5, 4, 4.5, 3, 3.5, 2, 2.5, 2.6, 2.7, 2.8]),
        (3, [5, 4, 4, 3.5, 3.6, 3.5, 3.7, 3.9, 3.6]),
        (1, [2, 1.5, 1.2, 1.2, 1.3, 1.4]),
        (4, [3, 6, 5, 4, 3.2]),
        (3, [4, 3, 2, 1.5, 1.4]),
        (2, [3, 4, 3.5]),
        (3, [5, 4, 4.5, 4.6, 3, 3.5, 3.6]),
        (2, [2, 1.99999, 1.99998, 1.999969]),
        (2, [7e3, 6e3, 6.5e3, 5e3]),
    ]:
        losses = [float(loss) for loss in np.array(shape) * float(rng.uniform(0.4, 1.6))]
        yield {"patience": patience, "losses": losses, "params": network(rng, (3, 4, 2))}


class _Watch(nn.EarlyStopping):
    """The reference, with hooks for what learners get wrong."""

    first_epoch = 0
    tolerance = 0

    def better(self, loss):
        return loss < self.best_loss

    def keep(self, params):
        return copy.deepcopy(params)

    def update(self, loss, params):
        if self.better(loss):
            self.best_loss, self.best_params = loss, self.keep(params)
            self.best_epoch, self._waited = self._epoch + self.first_epoch, 0
        else:
            self._waited += 1
        self._epoch += 1
        return self._waited >= self.patience + self.tolerance


@early_stopping.mistake(
    "best-by-reference",
    "best_params is not what came with the best loss: it moved on with the training.",
    "Ask whether best_params and params are the same object. What happens to one when training "
    "changes the other?",
    "Keeping a name is not keeping the numbers: copy every array at the moment it is best.",
)
class _(_Watch):
    def keep(self, params):
        return params


@early_stopping.mistake(
    "shallow-copy",
    "best_params is not what came with the best loss: the list was copied, the arrays in it were "
    "not.",
    "How deep does your copy go? A list of pairs of arrays has three levels.",
    "A new list may still hold the old arrays. Copy each W and each b.",
)
class _(_Watch):
    def keep(self, params):
        return [(W, np.array(b)) for W, b in params]


@early_stopping.mistake(
    "counter-not-reset",
    "You stop too early: failures from before the last improvement still count.",
    "What should an improvement do to the counter?",
    "patience counts failures in a row; every new best starts the count again.",
)
class _(_Watch):
    def update(self, loss, params):
        waited = self._waited
        super().update(loss, params)
        self._waited = max(self._waited, waited)
        return self._waited >= self.patience


@early_stopping.mistake(
    "ties-count",
    "A loss that only equals the best counts as an improvement in your version.",
    "Strictly lower, or lower or equal? Look at the sentence in the exercise.",
    "On a plateau nothing improves: only a strictly lower loss resets the count.",
)
class _(_Watch):
    def better(self, loss):
        return loss <= self.best_loss


@early_stopping.mistake(
    "one-too-late",
    "You stop one update too late.",
    "With patience 1, after how many failures should it stop?",
    "It is time once the number of failures in a row reaches patience, not when it exceeds it.",
)
class _(_Watch):
    tolerance = 1


@early_stopping.mistake(
    "never-stops",
    "update never gives back True, however long the loss fails to fall.",
    "What does update give back when it is time: True, False, or nothing at all? Whoever calls it "
    "sees what it returns, not what it sets.",
    "It is time once the number of failures in a row reaches patience.",
)
class _(_Watch):
    def update(self, loss, params):
        super().update(loss, params)
        return False


@early_stopping.mistake(
    "one-too-early",
    "You stop one update too early.",
    "With patience 2, how many failures in a row are allowed before the last straw?",
    "It is time once patience updates in a row have failed, and not before.",
)
class _(_Watch):
    tolerance = -1

    def update(self, loss, params):
        return super().update(loss, params) and self._waited > 0


@early_stopping.mistake(
    "least-gain-asked",
    "A loss that is only a little lower than the best does not count in your version.",
    "By how much must a loss fall to be an improvement? Look at the sentence in the exercise.",
    "Strictly lower is enough, however little: slow progress is progress.",
)
class _(_Watch):
    def better(self, loss):
        return loss < self.best_loss - 1e-3


@early_stopping.mistake(
    "starts-too-low",
    "Your record starts at a number that some losses never get below, so they are never kept.",
    "What is best_loss before the first update, and what if the first loss is larger?",
    "Whatever the first loss is, it is the best so far. Only infinity is above every loss.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = 100.0


@early_stopping.mistake(
    "compared-with-last",
    "You compare with the last loss; the best so far is what counts.",
    "A loss climbs to 6 and falls to 5, and the best was 3. Is 5 an improvement?",
    "An improvement is a new record: keep the best loss, and compare with that.",
)
class _(_Watch):
    last = math.inf

    def better(self, loss):
        last, self.last = self.last, loss
        return loss < last


@early_stopping.mistake(
    "counted-from-the-last",
    "The record is kept rightly, but your count of failures starts again whenever a loss is lower "
    "than the one before it.",
    "A loss climbs to 6 and falls to 5, and the best was 3. Is 5 a failure?",
    "A failure is any loss that is not below the best so far; only a new best sets the count to 0.",
)
class _(_Watch):
    last, failed = math.inf, 0

    def update(self, loss, params):
        super().update(loss, params)
        self.failed = 0 if loss < self.last else self.failed + 1
        self.last = loss
        return self.failed >= self.patience


@early_stopping.mistake(
    "keeps-the-last",
    "best_params holds the last parameters, not the best.",
    "When do you store the parameters: at every update, or only at a record?",
    "The parameters belong to the loss that came with them: store them only when it is the best.",
)
class _(_Watch):
    def update(self, loss, params):
        stop = super().update(loss, params)
        self.best_params = copy.deepcopy(params)
        return stop


@early_stopping.mistake(
    "epoch-from-one",
    "best_epoch counts from 1; here it counts from 0.",
    "Which number has the first update?",
    "best_epoch is an index into the list of losses, and lists begin at 0.",
)
class _(_Watch):
    first_epoch = 1


@early_stopping.mistake(
    "highest-is-best",
    "You keep the highest loss as the best.",
    "Is a loss good when it is high?",
    "A loss is a cost: best means lowest, so the record starts at infinity.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = -math.inf

    def better(self, loss):
        return loss > self.best_loss


@early_stopping.mistake(
    "no-best-yet",
    "At the first update there is no best loss yet.",
    "With what does best_loss start, and can the first loss be held against it?",
    "Whatever the first loss is, it is the best so far: infinity is above every loss, None is "
    "above nothing.",
    when="raised",
    says="'NoneType'",
)
class _(_Watch):
    def better(self, loss):
        return self.best_loss < math.inf and loss < None


@early_stopping.tells
def _(wrong, rows):
    """Tell the losses up to the update at which it goes wrong, and what is to be said of them."""
    given, leaf, leaves = next(row for row in rows if row[1] is wrong)
    losses, patience = given["losses"], given["patience"]
    record = next((leaf.actual for leaf in leaves if leaf.name == "best_loss"), None)
    if record is not None and np.ndim(record) == 0 and record < min(losses):
        return Fault(
            "starts-too-low",
            f"Your best_loss is {number(float(record))}, and no loss was as low: the lowest was "
            f"{number(min(losses))}. So none of them could become the best.",
            "What is best_loss before the first update, and what if the first loss is larger?",
            "Whatever the first loss is, it is the best so far. Only infinity is above every loss.",
        )
    if wrong.name == "stop":
        said, wanted = (_update(word, losses) for word in (leaf.actual, leaf.expected))
        return _stop_fault(losses, patience, said, wanted)
    if wrong.name == "best_loss":
        if leaf.actual == losses[_seen(given) - 1]:
            return Fault(
                "last-for-best",
                "Your best_loss is the last loss seen.",
                "In which case is best_loss written to: at every update, or only at a record?",
                "best_loss changes when, and only when, a loss is strictly lower.",
            )
        return None
    if wrong.name == "best_epoch":
        told = ", ".join(number(loss) for loss in losses[: int(leaf.expected) + 1])
        return Fault(
            "best-epoch",
            f"The losses were {told}: the last of these is the record, update number "
            f"{int(leaf.expected)} counted from 0. Your best_epoch is {int(leaf.actual)}.",
            "Which count do you store: that of all updates, or the one of failures? And when?",
            "One counter runs over all updates and is never set back; a record stores its value.",
        )
    if wrong.part != "best_params" or len(wrong.path) != 3:
        return None
    _, layer, of_pair = wrong.path
    later = (leaf.actual - leaf.expected) * (1 if of_pair == 0 else -1)
    if np.ptp(later) < 1e-9 and later.flat[0] >= 1:
        which = "Wb"[of_pair]
        updates = round(float(later.flat[0]))
        return Fault(
            "moved-on",
            f"{which}{layer + 1} in best_params is what it was {updates} "
            f"update{'s' * (updates != 1)} after the best one.",
            f"When is it stored, and is {which} itself stored or a copy of it? Training goes on "
            "changing the arrays.",
            "At a record, and at no other time, every W and every b is copied.",
        )
    return None


def _update(said, losses):
    """The number of the update at which it says stop; 0 if it never does."""
    numbers = range(1, len(losses) + 1)
    return next((number for number in numbers if said == stops_at(number)), 0)


def _seen(given):
    """How many updates there are until it is time to stop."""
    best, failed = math.inf, 0
    for count, loss in enumerate(given["losses"], 1):
        best, failed = (loss, 0) if loss < best else (best, failed + 1)
        if failed == given["patience"]:
            return count
    return len(given["losses"])


def _stop_fault(losses, patience, said, wanted):
    if said == 1:
        return Fault(
            "stops-at-once",
            "You say stop at the first update, when nothing can have failed yet.",
            "What does update give back, and in which case should it be True?",
            "True means stop: once the number of failures in a row has reached patience.",
        )
    at = said or wanted
    best, failed = math.inf, 0
    for loss in losses[:at]:
        best, failed = (loss, 0) if loss < best else (best, failed + 1)
    told = ", ".join(f"{loss:.6g}" for loss in losses[:at])
    row = f"{failed} update{'s' * (failed != 1)} in a row"
    verdict = (
        f"You say stop there, but only {row} had failed to beat the best."
        if said and (not wanted or said < wanted)
        else f"By then {row} had failed to beat the best, and you did not say stop"
        + (" any earlier." if failed > patience else ".")
    )
    return Fault(
        "stops-early" if said and (not wanted or said < wanted) else "stops-late",
        f"patience is {patience}; the losses up to update {at} were {told}. {verdict}",
        "Write down the best so far and the count of failures after each of these losses. At which "
        "one does your count differ?",
        "A strictly lower loss is the new best and sets the count to 0; any other raises it by 1. "
        "It is time to stop when the count reaches patience.",
    )
