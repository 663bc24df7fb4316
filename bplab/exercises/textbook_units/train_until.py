"""Three reasons to stop."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.textbook_units.cases import CHAPTER
from bplab.exercises.textbook_units.stopping_problems import erring, history, rising, settling
from bplab.exercises.textbook_units.training_loops import changes, train_with
from bplab.exercises.two_pass_mlp.train_step import train_step

train_until = Exercise(
    "train_until",
    CHAPTER,
    nn.train_until,
    returns=("params", "losses", "reason"),
    points=3,
    shapes={"X": "N D", "y": "N"},
    credit=("params", "losses"),  # the reasons are the same on every paper
    order=("losses", "reason"),
    built_on=(train_step,),
    achieved="Training knows when to stop, and says why it did.",
)


@train_until.paper
def _(rng):
    problem, limit, epoch = settling(rng, (2, 5, 3), 0.3, ("weights", "rise", "loss", "last layer"))
    yield problem | {"max_epochs": epoch + 3, "min_change": limit, "max_error": 0.0}
    problem, limit, epoch = settling(
        rng, (3, 4, 5), 2.0, ("biases", "mean", "least", "first layer")
    )
    yield problem | {"max_epochs": epoch, "min_change": limit, "max_error": 0.0}
    problem, limit, epoch = settling(
        rng, (2, 4, 3), 1.0, ("mean", "array's mean", "calmest", "gradients"), rates=(1.2, 1.6)
    )
    yield problem | {"max_epochs": epoch + 1, "min_change": limit, "max_error": 0.0}
    problem, errors, epoch, low = erring(rng, (3, 6, 4))
    yield problem | {"max_epochs": low + 1, "min_change": 1e-6, "max_error": errors}
    again, errors, epoch = rising(rng, (3, 5, 4))
    yield again | {"max_epochs": epoch - 2, "min_change": 1e-6, "max_error": errors}
    first = 1.2 * float(history(*problem.values(), epochs=1)["change"][0])
    yield problem | {"max_epochs": 4, "min_change": first, "max_error": 1.0}
    still = {**problem, "learning_rate": 0.0, "max_epochs": 3}
    yield still | {"min_change": 0.0, "max_error": 1.0}  # a change of 0 is not below 0
    yield again | {"max_epochs": epoch + 1, "min_change": 1e-6, "max_error": errors}


def _until_mistake(name, observed, look, derive, **pieces):
    """A train_until with some pieces replaced."""

    def solution(*args):
        return train_with(*args, **pieces)

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
    change=lambda before, after: changes(before, after).max(),
)


_until_mistake(
    "one-settled-weight-is-enough",
    "You stop as soon as any weight has settled.",
    "Every change, or some change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(changes(before, after)).min(),
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
    "You stop while single weights still move by min_change or more, as if the mean change were "
    "compared.",
    "Every change, or the average change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(changes(before, after)).mean(),
)


_until_mistake(
    "mean-change-of-an-array",
    "You stop while single weights still move by min_change or more, as if the mean change of each "
    "W and b were compared.",
    "Every change, or the average change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: max(
        np.abs(new - old).mean()
        for layers in zip(before, after, strict=True)
        for old, new in zip(*layers, strict=True)
    ),
)


_until_mistake(
    "last-layer-only",
    "You stop when the last layer moved by less than min_change; the rest of the network still "
    "moves by more.",
    "In a loop over the layers: does what the last round finds replace what those before it found?",
    "Every change of weights and of biases, in every layer, has to be below min_change: one layer "
    "that moves is enough to go on.",
    change=lambda before, after: np.abs(changes(before[-1:], after[-1:])).max(),
)


_until_mistake(
    "first-layer-only",
    "You stop when the first layer moved by less than min_change; the rest of the network still "
    "moves by more.",
    "Does your comparison reach all layers, or does it leave after the first?",
    "Every change of weights and of biases, in every layer, has to be below min_change.",
    change=lambda before, after: np.abs(changes(before[:1], after[:1])).max(),
)


_until_mistake(
    "total-change",
    "Your rule for the weights holds too late or never: you go on though every change is below "
    "min_change.",
    "Which number do you compare: the largest change, or a sum, a length, a share of something?",
    "Every single change is compared with min_change, in size and as it is.",
    change=lambda before, after: np.abs(changes(before, after)).sum(),
)


_until_mistake(
    "first-weights-only",
    "You stop when the first layer's weights moved by less than min_change; the rest of the "
    "network still moves by more.",
    "How many layers, and which arrays of each, does your comparison look at?",
    "Every change of weights and of biases, in every layer, has to be below min_change.",
    change=lambda before, after: np.abs(after[0][0] - before[0][0]).max(),
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


def _always_epochs(*args):
    params, losses, _ = train_with(*args)
    return params, losses, "epochs"


train_until.mistake(
    "reason-always-epochs",
    "You stop at the right epoch each time, and give epochs as the reason whatever stopped you.",
    "Where in your function is it known which rule held, and what is handed back from there?",
    "The reason is that of the rule that held; epochs is what remains if none did.",
)(_always_epochs)
