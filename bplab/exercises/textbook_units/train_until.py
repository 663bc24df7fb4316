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
    problem, limit, epoch = settling(rng, (2, 5, 3), 0.3, ("weights", "rise"), "last layer")
    yield problem | {"max_epochs": epoch + 3, "min_change": limit, "max_error": 0.0}
    problem, limit, epoch = settling(
        rng, (3, 4, 5), 2.0, ("biases", "mean", "least", "calmest"), "first layer"
    )
    yield problem | {"max_epochs": epoch, "min_change": limit, "max_error": 0.0}
    problem, errors, epoch, low = erring(rng, (3, 6, 4))
    yield problem | {"max_epochs": low + 1, "min_change": 1e-6, "max_error": errors}
    yield problem | {"max_epochs": epoch - 2, "min_change": 1e-6, "max_error": errors}
    first = 1.2 * float(history(*problem.values(), epochs=1)["change"][0])
    yield problem | {"max_epochs": 4, "min_change": first, "max_error": 1.0}
    still = {**problem, "learning_rate": 0.0, "max_epochs": 3}
    yield still | {"min_change": 0.0, "max_error": 1.0}  # a change of 0 is not below 0


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
    "You go on where the share misclassified is below max_error already, as if the number of "
    "errors were compared, not their share.",
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
    "You stop while biases still move by min_change or more; no weight does by then.",
    "Which arrays of a pair does your comparison look at?",
    "Every change of weights and of biases has to be below min_change.",
    change=lambda before, after: max(
        np.abs(new[0] - old[0]).max() for old, new in zip(before, after, strict=True)
    ),
)

_until_mistake(
    "weights-not-watched",
    "You stop while weights still move by min_change or more; no bias does by then.",
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
    "Your rule for the weights holds too late or never, as if all changes were put together into "
    "one number, a sum or a length, before it is compared with min_change.",
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


def _of_layer(at, arrays=(0, 1)):
    return lambda before, after: max(np.abs(after[at][i] - before[at][i]).max() for i in arrays)


for _at, _where in ((0, "first"), (-1, "last")):
    for _arrays, _what in (((0, 1), "layer"), ((0,), "layer's weights")):
        _until_mistake(
            f"{_where}-{_what.replace(chr(39) + 's ', '-')}-only",
            f"You stop when the {_where} {_what} moved by less than min_change; the rest of the "
            "network still moves by more.",
            "How many layers, and which arrays of each, does your comparison look at?",
            "Every change of weights and of biases, in every layer, has to be below min_change.",
            change=_of_layer(_at, _arrays),
        )

_until_mistake(
    "at-most-min-change",
    "You stop although the largest change only equals min_change: where nothing moves and "
    "min_change is 0, nothing is below it.",
    "Below, or at most?",
    "The rule asks for changes below min_change: strictly less.",
    settled=lambda change, limit: change <= limit,
)

_until_mistake(
    "loss-after-update-for-error",
    "You stop when the loss is below max_error; the rule watches the share of wrong answers.",
    "Which number is max_error a limit for? What is the largest value it can have?",
    "Share misclassified = the mean over the examples of: is the most probable class another than "
    "y_i?",
    error=lambda X, y, params: nn.cross_entropy(nn.mlp_forward(X, params)[0], y),
)


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
    return _train(X, y, params, *limits, change=lambda before, after: 0.0)


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
