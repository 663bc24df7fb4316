"""Training that watches something else, stops at another moment, or reports something else."""

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exercises.textbook_units.train_until import train_until
from bplab.exercises.textbook_units.training_loops import train_with


@train_until.mistake(
    "class-per-column",
    "It failed, or counted wrongly, where labels are compared: you have one answer for each class, "
    "not one for each example.",
    "Along which axis of P is the largest probability of one example found?",
    "Rows are examples: the predicted class of example i is the place of the largest number in "
    "row i.",
)
def _(X, y, params, *limits):
    def error(X, y, params):
        return np.mean(nn.mlp_forward(X, params)[0].argmax(axis=0) != y)

    return train_with(X, y, params, *limits, error=error)


@train_until.mistake(
    "change-since-the-start",
    "You compare with the weights of the very beginning, which are never near again.",
    "Which two sets of weights does the rule compare?",
    "The change of one epoch: the weights before it and after it.",
)
def _(X, y, params, *limits):
    start = params
    return train_with(
        X, y, params, *limits, change=lambda _, after: nn.largest_change(start, after)
    )


@train_until.mistake(
    "loss-change",
    "You stop when the loss has settled; the rule watches weights and biases.",
    "Whose change is compared with min_change?",
    "On a plateau the loss stands still while the weights still travel.",
)
def _(X, y, params, *limits):
    def change(before, after):
        losses = [nn.cross_entropy(nn.mlp_forward(X, p)[0], y) for p in (before, after)]
        return abs(losses[1] - losses[0])

    return train_with(X, y, params, *limits, change=change)


@train_until.mistake(
    "errors-of-the-old-network",
    "You count the errors of the network before its update: you notice one epoch late.",
    "Whose predictions do you count: those from before the step or from after it?",
    "After the update, classify once more with the new weights, and count those errors.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if nn.largest_change(before, params) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, before) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@train_until.mistake(
    "last-update-lost",
    "losses and reason are right; your params are those before the last update.",
    "Which of the two sets of weights do you hand back when a rule says stop?",
    "The rule is tested after the update, so the updated weights are the result.",
)
def _(X, y, params, *limits):
    path = [params]
    _, losses, reason = nn.train_until(X, y, params, *limits)
    for _ in losses:
        path.append(nn.train_step(X, y, path[-1], limits[0])[0])
    return path[-2], losses, reason


@train_until.mistake(
    "last-loss-lost",
    "params and reason are right; losses lacks its last entry.",
    "In an epoch that ends the training: is its loss in the list before you leave?",
    "Every update has its loss: one entry for each epoch that ran.",
)
def _(X, y, params, *limits):
    params, losses, reason = nn.train_until(X, y, params, *limits)
    return params, losses[:-1], reason


@train_until.mistake(
    "loss-after-update",
    "Each of your losses was measured after its update.",
    "losses[0] should be the loss of the network you were given. Is yours?",
    "train_step gives the loss before its update: that is the one to keep.",
)
def _(X, y, params, *limits):
    found, losses, reason = nn.train_until(X, y, params, *limits)
    after = nn.cross_entropy(nn.mlp_forward(X, found)[0], y)
    return found, [*losses[1:], after], reason


@train_until.mistake(
    "one-epoch-too-many",
    "You make one update after a rule has said stop.",
    "When are your rules tested: right after the update, or before the next one?",
    "After every epoch: update, test, and only then go round again.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    params, losses, reason = nn.train_until(
        X, y, params, learning_rate, max_epochs, min_change, max_error
    )
    params, loss = nn.train_step(X, y, params, learning_rate)
    return params, [*losses, loss], reason


@train_until.mistake(
    "one-epoch-over-the-limit",
    "You train for one epoch more than max_epochs allows.",
    "How often does your loop run if no rule stops it? Count for max_epochs = 1.",
    "At most max_epochs updates: the third rule holds as soon as that many are done.",
)
def _(X, y, params, learning_rate, max_epochs, *limits):
    return nn.train_until(X, y, params, learning_rate, max_epochs + 1, *limits)


@train_until.mistake(
    "reason-missing",
    "You returned params and losses; the reason is missing.",
    "Three things are asked. Which rule said stop?",
    "One of the words weights, error, epochs.",
)
def _(X, y, params, *limits):
    return nn.train_until(X, y, params, *limits)[:2]


@train_until.mistake(
    "loss-for-error",
    "You stop when the loss is below max_error; the rule watches the share of wrong answers.",
    "Which number is max_error a limit for? What is the largest value it can have?",
    "Share misclassified = the mean over the examples of: is the most probable class another than "
    "y_i?",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if nn.largest_change(before, params) < min_change:
            return params, losses, "weights"
        if loss < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def _by_losses(settled):
    """train_until with a rule on the last two losses in place of the one on the weights."""

    def solution(X, y, params, learning_rate, max_epochs, min_change, max_error):
        losses = []
        for _ in range(max_epochs):
            params, loss = nn.train_step(X, y, params, learning_rate)
            losses.append(loss)
            if len(losses) > 1 and settled(losses[-2] - losses[-1], min_change):
                return params, losses, "weights"
            if nn.misclassified_share(X, y, params) < max_error:
                return params, losses, "error"
        return params, losses, "epochs"

    return solution


train_until.mistake(
    "change-of-the-listed-losses",
    "You stop when the last two losses are close; the rule watches weights and biases.",
    "Whose change is compared with min_change?",
    "On a plateau the loss stands still while the weights still travel.",
)(_by_losses(lambda fall, limit: abs(fall) < limit))
train_until.mistake(
    "fall-of-the-listed-losses",
    "You stop when the loss has fallen by less than min_change, or has risen; the rule watches "
    "weights and biases.",
    "Whose change is compared with min_change?",
    "On a plateau the loss stands still while the weights still travel; and where it rises they "
    "travel far.",
)(_by_losses(lambda fall, limit: fall < limit))


@train_until.mistake(
    "limit-never-reached",
    "max_epochs does not stop you: you train on until another rule holds.",
    "Which number do you compare with max_epochs, and which line raises it?",
    "At most max_epochs updates: the third rule holds as soon as that many are done.",
)
def _(X, y, params, learning_rate, max_epochs, *limits):
    return nn.train_until(X, y, params, learning_rate, max_epochs + 100, *limits)


@train_until.mistake(
    "old-weights-overwritten",
    "You stop after the first epoch, by the rule for the weights, as if none of them had changed.",
    "Are the weights from before the epoch still there when you compare, or do both names stand "
    "for the new ones?",
    "The change of one epoch: new minus old. The old arrays must survive the update.",
)
def _(X, y, params, *limits):
    return train_with(X, y, params, *limits, change=lambda before, after: 0.0)


@train_until.mistake(
    "always-from-the-start",
    "From the second epoch on your losses stay the same: every step begins at the weights you were "
    "given.",
    "Which weights does the second call of train_step get?",
    "The weights that one epoch ends with are those the next one begins with.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    new, loss = nn.train_step(X, y, params, learning_rate)
    if nn.largest_change(params, new) < min_change:
        return new, [loss], "weights"
    if nn.misclassified_share(X, y, new) < max_error:
        return new, [loss], "error"
    return new, [loss] * max_epochs, "epochs"


@train_until.mistake(
    "goes-on-after-a-rule",
    "You notice that a rule holds, and train on to max_epochs.",
    "Which line ends the loop once a rule holds?",
    "The first rule that holds ends the training: nothing is updated after it.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason = [], "epochs"
    for _ in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if nn.largest_change(before, params) < min_change:
            reason = "weights"
        elif nn.misclassified_share(X, y, params) < max_error:
            reason = "error"
    return params, losses, reason


@train_until.mistake(
    "first-loss-twice",
    "params and reason are right; losses begins with the same number twice.",
    "Is the loss of the network you were given put into the list before the loop as well?",
    "losses[i] is the loss before update i: one entry for each epoch that ran.",
)
def _(X, y, params, *limits):
    params, losses, reason = nn.train_until(X, y, params, *limits)
    return params, [losses[0], *losses], reason


for _every, _ordinal in ((2, "second"), (5, "fifth"), (10, "tenth")):

    @train_until.mistake(
        f"loss-every-{_every}",
        f"params and reason are right; losses holds only every {_ordinal} one, from the first on.",
        "In which epochs does the line run that puts the loss into the list?",
        "One entry for each epoch that ran. Which of them to print or draw is another question.",
    )
    def _(X, y, params, *limits, every=_every):
        params, losses, reason = nn.train_until(X, y, params, *limits)
        return params, losses[::every], reason


@train_until.mistake(
    "old-weights-returned",
    "losses and reason are right; where a rule ends the training your params are those before the "
    "last update.",
    "Which of the two sets of weights do you hand back when a rule says stop?",
    "The rule is tested after the update, so the updated weights are the result.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        if nn.largest_change(params, new) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, new) < max_error:
            return params, losses, "error"
        params = new
    return params, losses, "epochs"


@train_until.mistake(
    "rules-from-the-second-epoch",
    "You never stop after the first epoch, though a rule holds there.",
    "After which epoch are your rules tested for the first time?",
    "After every epoch, the first one included.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for epoch in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if epoch and nn.largest_change(before, params) < min_change:
            return params, losses, "weights"
        if epoch and nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@train_until.tells
def _(wrong, rows):
    words = ("weights", "error", "epochs")
    if wrong.name != "reason" or wrong.actual is None or str(wrong.actual) in words:
        return None
    return Fault(
        "other-word",
        "The exercise has three words for the reason, and yours is none of them.",
        "Compare the words you return with those the exercise names, letter by letter.",
        f"Whoever calls it asks for one of {', '.join(words)}.",
    )


@train_until.mistake(
    "gradients-watched",
    "You compare the gradients with min_change; the rule watches how far weights and biases move.",
    "Does learning_rate come into what you compare with min_change?",
    "The change of one epoch is learning_rate times the gradient: the weights after it minus the "
    "weights before it.",
)
def _(X, y, params, learning_rate, *limits):
    def change(before, after):
        return nn.largest_change(before, after) / learning_rate

    return train_with(X, y, params, learning_rate, *limits, change=change)
