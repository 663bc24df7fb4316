"""Train in mini-batches, with any step rule."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Known, Rng
from bplab.exam.probes.training import OF_ONE_SEED
from bplab.exercises.optimizers.batch_loops import flat_gradients, loop
from bplab.exercises.optimizers.minibatches import minibatches
from bplab.exercises.optimizers.watched_training import tell_training
from bplab.exercises.two_pass_mlp.cross_entropy import cross_entropy
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.mlp_forward import mlp_forward

fit_minibatch = Exercise(
    "fit_minibatch",
    "04_optimizers",
    nn.fit_minibatch,
    returns=("params", "losses"),
    points=3,
    driver="fit",
    credit=("params", "losses"),
    built_on=(
        cross_entropy,
        minibatches,
        mlp_backward,
        mlp_forward,
    ),
    achieved="Your loop trains in batches with any step rule; the optimizers of this chapter "
    "plug into it.",
)


def _network(rng, widths):
    return [
        (rng.normal(size=(n, m)) / math.sqrt(n), 0.3 * rng.normal(size=m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]


def _fit_case(rng, N, batch_size, epochs, step, same_rows=False, **more):
    X = rng.normal(size=(N, 3))
    y = rng.integers(0, 2, N)
    y[:2] = 0, 1
    if same_rows:
        X[:], y[:] = X[0], 1
    return {
        "X": X,
        "y": y,
        "params": _network(rng, (3, 5, 2)),
        "step": Known(step),
        "learning_rate": float(rng.uniform(0.1, 0.4)),
        "batch_size": batch_size,
        "epochs": epochs,
        "rng": Rng(int(rng.integers(1, 2**31))),
        **more,
    }


@fit_minibatch.paper
def _(rng):
    # Answers must not depend on how one shuffles: one batch of all rows, rows that are all the
    # same, and a step rule that leaves the weights alone.
    yield _fit_case(rng, 9, 20, 4, "fading sign step")
    yield _fit_case(rng, 7, 3, 4, "fading sign step", same_rows=True)
    yield _fit_case(rng, 11, 11, 3, "bounded step")
    yield _fit_case(rng, 14, 4, 3, "bounded step", watch=True)
    yield _fit_case(rng, 10, 1, 3, "bounded step", watch=True)


fit_minibatch.mistake(
    "unweighted-mean",
    "Your epoch loss counts a small last batch as much as a full one.",
    "How many examples does the last batch hold, and how much should its mean weigh?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(loop(weigh=lambda batch, batch_size: 1, total=lambda cost, n, number: cost / number))


fit_minibatch.mistake(
    "loss-after-step",
    "Your losses are taken after each batch's step; they belong before it.",
    "Which weights produced the prediction whose loss you note?",
    "Forward, loss, backward, step: the loss is that of the forward pass.",
)(loop(late=True))


fit_minibatch.mistake(
    "state-lost",
    "The first step is right; after it the optimizer has forgotten everything.",
    "What becomes of the state that step returns?",
    "Hand the state of one step to the next, across batches and epochs: the memory must live on.",
)(loop(keep=False))


fit_minibatch.mistake(
    "last-batch-dropped",
    "The examples that do not fill a whole batch are never visited.",
    "How many batches make an epoch when batch_size does not divide N?",
    "Every example counts once an epoch; the last batch may be smaller.",
)(
    loop(
        shuffle=lambda N, size, rng: (
            [b for b in nn.minibatches(N, size, rng) if len(b) == size]
            or nn.minibatches(N, size, rng)
        )
    )
)


fit_minibatch.mistake(
    "never-shuffled",
    "Every epoch visits the examples in the same order, that of the data.",
    "What is rng for, and how often is it asked?",
    "Deal new batches at the start of each epoch.",
)(loop(shuffle=lambda N, size, rng: [np.arange(i, min(i + size, N)) for i in range(0, N, size)]))


def _shuffled_once(X, y, params, step, learning_rate, batch_size, epochs, rng):
    batches = nn.minibatches(len(y), batch_size, rng)
    fit = loop(shuffle=lambda N, size, rng: batches)
    return fit(X, y, params, step, learning_rate, batch_size, epochs, rng)


fit_minibatch.mistake(
    "shuffled-once",
    "The batches are shuffled, but every epoch uses the same ones.",
    "Is the call that deals the batches inside the loop over epochs, or before it?",
    "Deal new batches at the start of each epoch: fresh samples, fresh noise.",
)(_shuffled_once)


fit_minibatch.mistake(
    "labels-left-behind",
    "Rows and labels come apart: the batch's rows meet the first labels of the data.",
    "You pick X with the batch's indices. And y?",
    "One index array picks both: row i keeps its label i, in whichever batch it lands.",
)(loop(labels=lambda y, batch: y[: len(batch)]))


fit_minibatch.mistake(
    "one-step-per-epoch",
    "You take one step an epoch with the whole data; each batch should take its own.",
    "How many steps should an epoch have?",
    "A step follows every batch: that is what makes mini-batches fast.",
)(loop(shuffle=lambda N, size, rng: [rng.permutation(N)]))


fit_minibatch.mistake(
    "summed-loss",
    "Your losses are N times what they should be: sums, not means.",
    "An epoch's loss should not depend on how many examples there are.",
    "Divide the weighted sum by N.",
)(loop(total=lambda cost, n, number: cost))


fit_minibatch.mistake(
    "rate-decayed",
    "The first epoch is right; then your rate shrinks, which nobody asked for.",
    "Which rate does step receive in the second epoch?",
    "learning_rate goes to step as it is; a schedule would be the caller's business.",
)(loop(rate=lambda rate, epoch, n: rate / epoch))


for _kind in ("relu", "sigmoid"):
    fit_minibatch.mistake(
        f"{_kind}-network",
        f"You trained a {_kind} network; chapter 3's tanh network is asked for.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(loop(kinds=(_kind, _kind)))
    fit_minibatch.mistake(
        f"{_kind}-backward",
        f"Your forward pass is that of a tanh network, your backward pass that of a {_kind} one.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(loop(kinds=("tanh", _kind)))


fit_minibatch.mistake(
    "forgets-each-epoch",
    "The first epoch is right; at the start of the second the optimizer has forgotten everything.",
    "Where is state emptied: before the loop over epochs, or inside it?",
    "The memory lives through the whole training: it starts empty once, before the first epoch.",
)(loop(each_epoch=lambda tensors, start, state: (tensors, {})))


fit_minibatch.mistake(
    "starts-over",
    "Every epoch begins again from the parameters you were given: the last one alone counts.",
    "Where are the parameters taken from: before the loop over epochs, or inside it?",
    "Each epoch goes on from where the one before has stopped.",
)(loop(each_epoch=lambda tensors, start, state: (start, state)))


fit_minibatch.mistake(
    "gradients-summed",
    "Your gradients are as many times too large as the batch has examples: sums, not means.",
    "Does the backward pass divide by the size of the batch already? Is that undone?",
    "The loss of a batch is a mean over the batch, and so is its gradient.",
)(loop(scale=lambda n, of: n))


def _on_all_rows(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors, state, losses = nn.flatten(params), {}, []
    for _ in range(epochs):
        cost = 0.0
        for batch in nn.minibatches(len(y), batch_size, rng):
            layers = nn.pair_up(tensors)
            P, cache = nn.mlp_forward(X, layers)
            cost += nn.cross_entropy(P, y) * len(batch)
            grads = flat_gradients(P, y, cache, layers, "tanh")
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(cost / len(y))
    return nn.pair_up(tensors), losses


fit_minibatch.mistake(
    "batch-not-used",
    "Every step of yours sees all rows: the batches say how many steps there are, and nothing "
    "else.",
    "Inside the loop over the batches: where does the batch come in?",
    "One index array picks the rows of X and the labels of y; loss and gradient are those of "
    "these rows alone.",
)(_on_all_rows)


fit_minibatch.mistake(
    "gradients-over-all",
    "Your gradients are divided by the number of all examples; the batch's own number belongs "
    "there.",
    "Over how many examples is the loss of one batch a mean?",
    "Each batch stands for the whole: its loss and its gradient are means over the batch.",
)(loop(scale=lambda n, of: n / of))


fit_minibatch.mistake(
    "divided-twice",
    "Your gradients are divided by the size of the batch twice.",
    "Does the backward pass divide by it already?",
    "The mean's 1/n comes in once, at the loss; the backward pass brings it along.",
)(loop(scale=lambda n, of: 1 / n))


fit_minibatch.mistake(
    "gradient-sign",
    "What step receives is minus the gradient, or minus the rate: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(loop(scale=lambda n, of: -1.0))


fit_minibatch.mistake(
    "gradient-sign-in-rate",
    "The rate that step receives is negative: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(loop(rate=lambda rate, epoch, n: -rate))


fit_minibatch.mistake(
    "one-epoch-less",
    "You train one epoch less than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(loop(more_epochs=-1))


fit_minibatch.mistake(
    "one-epoch-more",
    "You train one epoch more than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(loop(more_epochs=1))


fit_minibatch.mistake(
    "loss-after-epoch",
    "Your losses are those of the whole data after each epoch's last step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(loop(noted=lambda whole, before: whole[-1]))


fit_minibatch.mistake(
    "loss-before-epoch",
    "Your losses are those of the whole data before each epoch's first step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(loop(noted=lambda whole, before: whole[0]))


fit_minibatch.mistake(
    "last-batch-only",
    "Each of your losses is that of the epoch's last batch alone.",
    "What becomes of the losses of the other batches?",
    "Every batch adds its mean times its size to a sum; after the epoch the sum is divided by N.",
)(loop(noted=lambda whole, before: before))


fit_minibatch.mistake(
    "batches-added",
    "Your epoch loss is the sum of the batches' mean losses: it grows with the number of batches.",
    "Should an epoch's loss depend on how the data was cut?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(loop(weigh=lambda batch, batch_size: 1, total=lambda cost, n, number: cost))


fit_minibatch.mistake(
    "divided-by-batches",
    "You weighted each batch's loss by its size, and then divided by the number of batches.",
    "By what is a sum over all examples to be divided?",
    "The weights are sizes, and all sizes together are N.",
)(loop(total=lambda cost, n, number: cost / number))


fit_minibatch.mistake(
    "other-dice",
    "Two calls with the same rng visited the examples in different orders.",
    "Which generator deals your batches: the one you are given, or another?",
    "rng goes to minibatches as it is: then a seed repeats an experiment exactly.",
    when=OF_ONE_SEED,
)(loop(shuffle=lambda N, size, rng: nn.minibatches(N, size, np.random.default_rng())))


def _own_generator(X, y, params, step, learning_rate, batch_size, epochs, rng):
    own = np.random.default_rng(0)
    return nn.fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, own)


fit_minibatch.mistake(
    "other-dice-once",
    "Two different generators gave the same orders: the shuffle does not come from rng.",
    "Which generator deals your batches: the one you are given, or another?",
    "rng goes to minibatches as it is: then a seed repeats an experiment, and a new one varies it.",
)(_own_generator)
fit_minibatch.mistake(
    "batch-size-for-weight",
    "Your epoch loss counts the last batch with batch_size, however few examples it holds.",
    "How many examples does the last batch hold?",
    "Each batch's mean counts for the examples that are in it, and all of them together are N.",
)(loop(weigh=lambda batch, batch_size: batch_size))
fit_minibatch.mistake(
    "rate-divided-by-batch",
    "The rate that step receives is divided by the size of the batch.",
    "Does the backward pass divide by the size of the batch already?",
    "The mean's 1/n comes in once, at the loss. learning_rate goes to step as it is.",
)(loop(rate=lambda rate, epoch, n: rate / n))
fit_minibatch.mistake(
    "one-update-per-example",
    "You take a step for each example; one for each batch is asked.",
    "What is inside the loop over the batches: one forward pass, or a loop over its examples?",
    "A batch goes through the network as it is, all its rows at once, and takes one step.",
)(loop(shuffle=lambda N, size, rng: [[i] for batch in nn.minibatches(N, size, rng) for i in batch]))


@fit_minibatch.mistake(
    "one-loss-a-batch",
    "The parameters are right; you return one loss for each batch, and one for each epoch is "
    "asked.",
    "In which of the two loops is a loss added to the list?",
    "The batches of an epoch share one number: each batch's mean times its size, summed, over N.",
)
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors, state, losses = nn.flatten(params), {}, []
    for _ in range(epochs):
        for batch in nn.minibatches(len(y), batch_size, rng):
            layers = nn.pair_up(tensors)
            P, cache = nn.mlp_forward(X[batch], layers)
            losses.append(nn.cross_entropy(P, y[batch]))
            grads = flat_gradients(P, y[batch], cache, layers, "tanh")
            tensors, state = step(tensors, grads, state, learning_rate)
    return nn.pair_up(tensors), losses


def _some_losses(kept):
    def fit(*arguments):
        params, losses = nn.fit_minibatch(*arguments)
        return params, losses[kept]

    return fit


for _name, _kept, _which in (
    ("every-second-loss", slice(0, None, 2), "Your losses are those of every second epoch alone."),
    ("every-second-loss-late", slice(1, None, 2), "Your losses lack those of every second epoch."),
    ("first-loss-only", slice(0, 1), "Only the loss of the first epoch is in your list."),
    ("no-losses", slice(0, 0), "Your list of losses is empty."),
):
    fit_minibatch.mistake(
        _name,
        f"The parameters are right. {_which}",
        "What decides whether the loss of an epoch is added to the list?",
        "Printing now and then is fine; the list has one loss for each epoch.",
    )(_some_losses(_kept))
fit_minibatch.tells(tell_training)
