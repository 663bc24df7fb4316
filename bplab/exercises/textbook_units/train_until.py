"""Three reasons to stop."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.textbook_units.cases import CHAPTER
from bplab.exercises.textbook_units.stopping_problems import erring, history, settling
from bplab.exercises.two_pass_mlp.mlp_forward import mlp_forward
from bplab.exercises.two_pass_mlp.train_step import train_step

train_until = Exercise(
    "train_until",
    CHAPTER,
    nn.train_until,
    returns=("params", "losses", "reason"),
    points=3,
    shapes={"X": "N D", "y": "N"},
    credit=("params", "losses"),  # the reasons are the same on every paper
    order=lambda name: ("losses", "reason").index(name) if name in ("losses", "reason") else 2,
    built_on=(
        mlp_forward,
        train_step,
    ),
)


@train_until.paper
def _(rng):
    problem, limit, epoch = settling(rng, (2, 5, 3), 0.3, ("weights", "rise"))
    yield problem | {"max_epochs": epoch + 3, "min_change": limit, "max_error": 0.0}
    problem, limit, epoch = settling(rng, (3, 4, 5), 2.0, ("biases", "mean", "least", "calmest"))
    yield problem | {"max_epochs": epoch, "min_change": limit, "max_error": 0.0}
    problem, errors, epoch = erring(rng, (3, 6, 4))
    yield problem | {"max_epochs": epoch + 2, "min_change": 1e-6, "max_error": errors}
    yield problem | {"max_epochs": epoch - 1, "min_change": 1e-6, "max_error": errors}
    first = 1.2 * float(history(*problem.values(), epochs=1)["change"][0])
    yield problem | {"max_epochs": 4, "min_change": first, "max_error": 1.0}


def _train(
    X,
    y,
    params,
    learning_rate,
    max_epochs,
    min_change,
    max_error,
    change=nn.largest_change,
    error=nn.misclassified_share,
    settled=lambda change, limit: change < limit,
    rare=lambda error, limit: error < limit,
    reason=lambda settled, rare, last: "weights" if settled else "error" if rare else "",
):
    """train_until with a piece replaced."""
    losses = []
    for epoch in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        found = reason(
            settled(change(before, params), min_change),
            rare(error(X, y, params), max_error),
            epoch == max_epochs - 1,
        )
        if found:
            return params, losses, found
    return params, losses, "epochs"


def _changes(before, after):
    pairs = [
        pair for layers in zip(before, after, strict=True) for pair in zip(*layers, strict=True)
    ]
    return np.concatenate([(new - old).ravel() for old, new in pairs])


def _until_mistake(name, observed, look, derive, **pieces):
    """A train_until with some pieces replaced."""

    def solution(*args):
        return _train(*args, **pieces)

    train_until.mistake(name, observed, look, derive)(solution)


_until_mistake(
    "error-tested-first",
    "When both rules hold after the same epoch, you say error where weights belongs.",
    "In which order does the exercise test the three rules?",
    "Weights first, then the share misclassified, then the number of epochs.",
    reason=lambda settled, rare, last: "error" if rare else "weights" if settled else "",
)

_until_mistake(
    "epochs-tested-first",
    "When a rule holds after the very last epoch, you say epochs.",
    "Which of the three rules is tested last?",
    "The other two are tested after every epoch, the last one included. Epochs is what remains.",
    reason=lambda settled, rare, last: (
        "epochs" if last else "weights" if settled else "error" if rare else ""
    ),
)

_until_mistake(
    "both-rules-needed",
    "You go on when only one of the two rules holds.",
    "Is each of the rules enough by itself?",
    "Weights that have settled stop the training; so does an error that is rare enough.",
    reason=lambda settled, rare, last: "weights" if settled and rare else "",
)

_until_mistake(
    "never-stops-early",
    "You always train for max_epochs.",
    "After which line do the three rules get their say?",
    "After every epoch: compare the new weights with the old ones, then count the errors.",
    reason=lambda settled, rare, last: "",
)

_until_mistake(
    "at-most",
    "You stop although the share misclassified only equals max_error.",
    "Below, or at most?",
    "The rule asks for a share below max_error: strictly less.",
    rare=lambda error, limit: error <= limit,
)

_until_mistake(
    "counts-errors",
    "You compare the number of errors with max_error, which is a share.",
    "What is the largest value your number can take? And that of a share?",
    "Share = number of errors divided by the number of examples, {N} here.",
    error=lambda X, y, params: nn.misclassified_share(X, y, params) * len(y),
)

_until_mistake(
    "accuracy-for-error",
    "You compare the share classified correctly with max_error.",
    "Which share should become small: the right ones or the wrong ones?",
    "Share misclassified = 1 - share correct.",
    error=lambda X, y, params: 1 - nn.misclassified_share(X, y, params),
)

_until_mistake(
    "biases-not-watched",
    "You stop while biases are still moving: your rule watches the weights alone.",
    "Which arrays of a pair does your comparison look at?",
    "Every change of weights and of biases has to be below min_change.",
    change=lambda before, after: max(
        np.abs(new[0] - old[0]).max() for old, new in zip(before, after, strict=True)
    ),
)

_until_mistake(
    "weights-not-watched",
    "You stop while weights are still moving: your rule watches the biases alone.",
    "Which arrays of a pair does your comparison look at?",
    "Every change of weights and of biases has to be below min_change.",
    change=lambda before, after: max(
        np.abs(new[1] - old[1]).max() for old, new in zip(before, after, strict=True)
    ),
)

_until_mistake(
    "falling-weights-not-seen",
    "You stop although some weights still fall by more than min_change.",
    "What does your comparison say of a change of -3?",
    "A change of -3 is a large one: compare its size.",
    change=lambda before, after: _changes(before, after).max(),
)

_until_mistake(
    "one-settled-weight-is-enough",
    "You stop as soon as any weight has settled.",
    "Every change, or some change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(_changes(before, after)).min(),
)

_until_mistake(
    "one-settled-array-is-enough",
    "You stop as soon as one array has settled.",
    "Every change, or those of some array?",
    "All changes have to be below min_change: those of every W and of every b.",
    change=lambda before, after: min(
        np.abs(new - old).max()
        for layers in zip(before, after, strict=True)
        for old, new in zip(*layers, strict=True)
    ),
)

_until_mistake(
    "mean-change",
    "You stop when the mean change is below min_change; single weights still move by more.",
    "Every change, or the average change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(_changes(before, after)).mean(),
)

_until_mistake(
    "total-change",
    "Your rule for the weights holds too late or never, as if all changes were added up before "
    "they are compared with min_change.",
    "Does a network with more weights have to hold each of them stiller?",
    "Every single change is compared with min_change.",
    change=lambda before, after: np.abs(_changes(before, after)).sum(),
)


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

    return _train(X, y, params, *limits, error=error)


@train_until.mistake(
    "change-since-the-start",
    "You compare with the weights of the very beginning, which are never near again.",
    "Which two sets of weights does the rule compare?",
    "The change of one epoch: the weights before it and after it.",
)
def _(X, y, params, *limits):
    start = params
    return _train(X, y, params, *limits, change=lambda _, after: nn.largest_change(start, after))


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

    return _train(X, y, params, *limits, change=change)


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
