"""The training loop of one neuron: its paper, and mistakes made in the loop."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.single_neuron.batches import batch
from bplab.exercises.single_neuron.bce_loss import bce_loss
from bplab.exercises.single_neuron.gradient_step import gradient_step
from bplab.exercises.single_neuron.neuron_backward import neuron_backward
from bplab.exercises.single_neuron.neuron_forward import neuron_forward

train_neuron = Exercise(
    "train_neuron",
    "01_single_neuron",
    nn.train_neuron,
    returns=("w", "b", "losses"),
    points=3,
    shapes={"X": "N D", "y": "N"},
    order=("losses", "w", "b"),  # as the epochs make them,
    built_on=(
        bce_loss,
        gradient_step,
        neuron_backward,
        neuron_forward,
    ),
    achieved="Your neuron learns from data by itself: forward, loss, backward, step.",
)


@train_neuron.paper
def _(rng):
    for N, D, epochs in [(6, 3, 5), (9, 2, 8), (8, 4, 1)]:
        X, y, _, _ = batch(rng, N, D)
        rate = float(rng.uniform(0.1, 0.9))
        yield {"X": X, "y": y, "learning_rate": rate, "epochs": epochs}


def trained(X, y, learning_rate, epochs, backward=nn.neuron_backward, start=0.0, late=False):
    w, b, losses = np.full(X.shape[1], start), start, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        dw, db = backward(X, a, y)
        if not late:
            losses.append(nn.bce_loss(a, y))
        w, b = w - learning_rate * dw, b - learning_rate * db
        if late:
            losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
    return w, b, losses


@train_neuron.mistake(
    "loss-after-update",
    "{right: w, b} each of your losses was measured after its update, one step too late.",
    "losses[0] should be the loss at w = 0, b = 0: log 2 = 0.693. Is yours?",
    "Within one epoch: forward, loss, backward, update. The loss belongs to the forward pass.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, learning_rate, epochs, late=True)


@train_neuron.mistake(
    "starts-at-ones",
    "You start at ones; the exercise starts at zeros. Your losses[0] is not log 2 = 0.6931.",
    "What is every activation if w and b are zero?",
    "With z = 0 each a is 1/2, and the first loss is log 2 whatever the labels are.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, learning_rate, epochs, start=1.0)


@train_neuron.mistake(
    "one-epoch-too-many",
    "You made one update more than asked.",
    "How often does your loop run, and how often is the last update applied?",
    "epochs updates, epochs losses: one of each in every turn of the loop.",
)
def _(X, y, learning_rate, epochs):
    w, b, _ = trained(X, y, learning_rate, epochs + 1)
    return w, b, trained(X, y, learning_rate, epochs)[2]


@train_neuron.mistake(
    "last-loss-added",
    "You returned one loss more than there are updates.",
    "losses[i] is the loss before update i. How many updates are there?",
    "The loss after the last update belongs to no update; it is not in the list.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = trained(X, y, learning_rate, epochs)
    return w, b, [*losses, nn.bce_loss(nn.neuron_forward(X, w, b), y)]


@train_neuron.mistake(
    "squared-error",
    "w and b are right, but your losses are those of the squared error.",
    "Which loss does the gradient belong to that you step along?",
    "The curve should show what is being minimized: the binary cross-entropy.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.mse_loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


for _name, _words, _share in (
    ("errors-recorded", "the share of wrong answers", lambda a, y: np.mean((a >= 0.5) != y)),
    ("accuracy-recorded", "the share of right answers", lambda a, y: np.mean((a >= 0.5) == y)),
):

    @train_neuron.mistake(
        _name,
        f"w and b are right, but what you record is {_words}, not the loss.",
        "Does that number change when the neuron only becomes surer?",
        "The curve should show what is being minimized: the binary cross-entropy.",
    )
    def _(X, y, learning_rate, epochs, share=_share):
        w, b, shares = np.zeros(X.shape[1]), 0.0, []
        for _ in range(epochs):
            a = nn.neuron_forward(X, w, b)
            shares.append(share(a, y))
            dw, db = nn.neuron_backward(X, a, y)
            w, b = w - learning_rate * dw, b - learning_rate * db
        return w, b, shares


@train_neuron.mistake(
    "never-updated",
    "w and b are zero at the end, and every loss is log 2: nothing was learned.",
    "Is the result of the update kept? What do w and b hold in the next turn?",
    "A step makes new values; they must take the place of the old ones before the next forward "
    "pass.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, 0.0, epochs)


@train_neuron.mistake(
    "forward-once",
    "Your losses all equal the first: the forward pass is taken once, before the loop.",
    "After w has changed, which of your arrays still belong to the old w?",
    "Each epoch is the whole cycle: forward with the present w and b, loss, backward, update.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    a = nn.neuron_forward(X, w, b)
    dw, db = nn.neuron_backward(X, a, y)
    for _ in range(epochs):
        losses.append(nn.bce_loss(a, y))
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


@train_neuron.mistake(
    "starts-over",
    "Every epoch starts again from zeros: all losses are log 2, and w and b have taken one step.",
    "Which lines stand inside the loop that belong before it?",
    "w and b are set to zero once; after that each epoch goes on from where the last one ended.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = trained(X, y, learning_rate, 1)
    return w, b, losses * epochs


@train_neuron.mistake(
    "returned-in-loop",
    "Your function ends after one epoch: losses has a single entry, not one for each epoch.",
    "How far is your last line indented?",
    "epochs updates and epochs losses; only after the loop is the result handed back.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, learning_rate, 1)


@train_neuron.mistake(
    "one-epoch-too-few",
    "You made one update fewer than asked.",
    "How often does your loop run?",
    "epochs updates, epochs losses: one of each in every turn of the loop.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, learning_rate, epochs - 1)


@train_neuron.mistake(
    "last-update-skipped",
    "{right: losses} w and b miss the last update.",
    "Is there a turn of your loop that ends before its update?",
    "losses[i] is taken before update i, and update i still follows: as many updates as losses.",
)
def _(X, y, learning_rate, epochs):
    w, b, _ = trained(X, y, learning_rate, epochs - 1)
    return w, b, trained(X, y, learning_rate, epochs)[2]


@train_neuron.mistake(
    "loss-summed",
    "{right: w, b} your losses are {N} times what they should be, and you have {N} rows.",
    "losses[0] should be log 2 = 0.693, whatever the number of rows. Is yours?",
    "The loss is the mean over the examples.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = trained(X, y, learning_rate, epochs)
    return w, b, [loss * len(y) for loss in losses]


@train_neuron.mistake(
    "last-loss-only",
    "{right: w, b} you returned the last loss alone, where the whole curve is asked.",
    "What does your loop do with the loss of the epoch before?",
    "Collect one loss an epoch, in order: losses has {epochs} entries here.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = trained(X, y, learning_rate, epochs)
    return w, b, losses[-1]


@train_neuron.mistake(
    "inputs-rescaled",
    "You trained on inputs that you scaled yourself; your w and b belong to other numbers than X.",
    "Which X does whoever calls your function hold, and will use with your w?",
    "Scaling is worth it, but it is the caller's to do, once, so that the same is done to new "
    "patients.",
)
def _(X, y, learning_rate, epochs):
    return trained((X - X.mean(axis=0)) / X.std(axis=0), y, learning_rate, epochs)
