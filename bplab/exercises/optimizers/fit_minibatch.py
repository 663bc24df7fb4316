"""Train in mini-batches, with any step rule."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known, Rng
from bplab.exercises.optimizers.minibatches import minibatches
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


def _back(P, y, cache, layers, kind):
    return nn.flatten(nn.mlp_backward(P, y, cache, layers, kind))


def _fit(
    weigh=len,
    shuffle=nn.minibatches,
    late=False,
    keep=True,
    total=lambda total, n, batches: total / n,
    labels=lambda y, batch: y[batch],
    rate=lambda rate, epoch: rate,
    scale=lambda n, of: 1.0,
    each_epoch=lambda tensors, start, state: (tensors, state),
    more_epochs=0,
    noted=None,
    kinds=("tanh", "tanh"),
):
    def fit(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for epoch in range(epochs + more_epochs):
            cost, number = 0.0, 0
            tensors, state = each_epoch(tensors, nn.flatten(params), state)
            whole = [nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y)]
            for batch in shuffle(len(y), batch_size, rng):
                layers = nn.pair_up(tensors)
                P, cache = nn.mlp_forward(X[batch], layers, kinds[0])
                target = labels(y, batch)
                factor = scale(len(batch), len(y))
                grads = [factor * g for g in _back(P, target, cache, layers, kinds[1])]
                before = nn.cross_entropy(P, target)
                tensors, new = step(tensors, grads, state, rate(learning_rate, epoch + 1))
                state = new if keep else {}
                after = nn.cross_entropy(nn.mlp_forward(X[batch], nn.pair_up(tensors))[0], target)
                cost += (after if late else before) * weigh(batch)
                number += 1
            whole.append(nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y))
            losses.append(noted(whole, before) if noted else total(cost, len(y), number))
        return nn.pair_up(tensors), losses

    return fit


fit_minibatch.mistake(
    "unweighted-mean",
    "Your epoch loss counts a small last batch as much as a full one.",
    "How many examples does the last batch hold, and how much should its mean weigh?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(_fit(weigh=lambda batch: 1, total=lambda cost, n, number: cost / number))


fit_minibatch.mistake(
    "loss-after-step",
    "Your losses are taken after each batch's step; they belong before it.",
    "Which weights produced the prediction whose loss you note?",
    "Forward, loss, backward, step: the loss is that of the forward pass.",
)(_fit(late=True))


fit_minibatch.mistake(
    "state-lost",
    "The first step is right; after it the optimizer has forgotten everything.",
    "What becomes of the state that step returns?",
    "Hand the state of one step to the next, across batches and epochs: the memory must live on.",
)(_fit(keep=False))


fit_minibatch.mistake(
    "last-batch-dropped",
    "The examples that do not fill a whole batch are never visited.",
    "How many batches make an epoch when batch_size does not divide N?",
    "Every example counts once an epoch; the last batch may be smaller.",
)(
    _fit(
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
)(_fit(shuffle=lambda N, size, rng: [np.arange(i, min(i + size, N)) for i in range(0, N, size)]))


def _shuffled_once(X, y, params, step, learning_rate, batch_size, epochs, rng):
    batches = nn.minibatches(len(y), batch_size, rng)
    fit = _fit(shuffle=lambda N, size, rng: batches)
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
)(_fit(labels=lambda y, batch: y[: len(batch)]))


fit_minibatch.mistake(
    "one-step-per-epoch",
    "You take one step an epoch with the whole data; each batch should take its own.",
    "How many steps should an epoch have?",
    "A step follows every batch: that is what makes mini-batches fast.",
)(_fit(shuffle=lambda N, size, rng: [rng.permutation(N)]))


fit_minibatch.mistake(
    "summed-loss",
    "Your losses are N times what they should be: sums, not means.",
    "An epoch's loss should not depend on how many examples there are.",
    "Divide the weighted sum by N.",
)(_fit(total=lambda cost, n, number: cost))


fit_minibatch.mistake(
    "rate-decayed",
    "The first epoch is right; then your rate shrinks, which nobody asked for.",
    "Which rate does step receive in the second epoch?",
    "learning_rate goes to step as it is; a schedule would be the caller's business.",
)(_fit(rate=lambda rate, epoch: rate / epoch))


for _kind in ("relu", "sigmoid"):
    fit_minibatch.mistake(
        f"{_kind}-network",
        f"You trained a {_kind} network; chapter 3's tanh network is asked for.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(_fit(kinds=(_kind, _kind)))
    fit_minibatch.mistake(
        f"{_kind}-backward",
        f"Your forward pass is that of a tanh network, your backward pass that of a {_kind} one.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(_fit(kinds=("tanh", _kind)))


fit_minibatch.mistake(
    "forgets-each-epoch",
    "The first epoch is right; at the start of the second the optimizer has forgotten everything.",
    "Where is state emptied: before the loop over epochs, or inside it?",
    "The memory lives through the whole training: it starts empty once, before the first epoch.",
)(_fit(each_epoch=lambda tensors, start, state: (tensors, {})))


fit_minibatch.mistake(
    "starts-over",
    "Every epoch begins again from the parameters you were given: the last one alone counts.",
    "Where are the parameters taken from: before the loop over epochs, or inside it?",
    "Each epoch goes on from where the one before has stopped.",
)(_fit(each_epoch=lambda tensors, start, state: (start, state)))


fit_minibatch.mistake(
    "gradients-summed",
    "Your gradients are as many times too large as the batch has examples: sums, not means.",
    "Does the backward pass divide by the size of the batch already? Is that undone?",
    "The loss of a batch is a mean over the batch, and so is its gradient.",
)(_fit(scale=lambda n, of: n))


fit_minibatch.mistake(
    "gradients-over-all",
    "Your gradients are divided by the number of all examples; the batch's own number belongs "
    "there.",
    "Over how many examples is the loss of one batch a mean?",
    "Each batch stands for the whole: its loss and its gradient are means over the batch.",
)(_fit(scale=lambda n, of: n / of))


fit_minibatch.mistake(
    "divided-twice",
    "Your gradients are divided by the size of the batch twice.",
    "Does the backward pass divide by it already?",
    "The mean's 1/n comes in once, at the loss; the backward pass brings it along.",
)(_fit(scale=lambda n, of: 1 / n))


fit_minibatch.mistake(
    "gradient-sign",
    "What step receives is minus the gradient, or minus the rate: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(_fit(scale=lambda n, of: -1.0))


fit_minibatch.mistake(
    "gradient-sign-in-rate",
    "The rate that step receives is negative: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(_fit(rate=lambda rate, epoch: -rate))


fit_minibatch.mistake(
    "one-epoch-less",
    "You train one epoch less than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(_fit(more_epochs=-1))


fit_minibatch.mistake(
    "one-epoch-more",
    "You train one epoch more than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(_fit(more_epochs=1))


fit_minibatch.mistake(
    "loss-after-epoch",
    "Your losses are those of the whole data after each epoch's last step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(_fit(noted=lambda whole, before: whole[-1]))


fit_minibatch.mistake(
    "loss-before-epoch",
    "Your losses are those of the whole data before each epoch's first step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(_fit(noted=lambda whole, before: whole[0]))


fit_minibatch.mistake(
    "last-batch-only",
    "Each of your losses is that of the epoch's last batch alone.",
    "What becomes of the losses of the other batches?",
    "Every batch adds its mean times its size to a sum; after the epoch the sum is divided by N.",
)(_fit(noted=lambda whole, before: before))


fit_minibatch.mistake(
    "batches-added",
    "Your epoch loss is the sum of the batches' mean losses: it grows with the number of batches.",
    "Should an epoch's loss depend on how the data was cut?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(_fit(weigh=lambda batch: 1, total=lambda cost, n, number: cost))


fit_minibatch.mistake(
    "divided-by-batches",
    "You weighted each batch's loss by its size, and then divided by the number of batches.",
    "By what is a sum over all examples to be divided?",
    "The weights are sizes, and all sizes together are N.",
)(_fit(total=lambda cost, n, number: cost / number))


fit_minibatch.mistake(
    "other-dice",
    "Two calls with the same rng visited the examples in different orders.",
    "Which generator deals your batches: the one you are given, or another?",
    "rng goes to minibatches as it is: then a seed repeats an experiment exactly.",
    when="order_follows_rng",
)(_fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, np.random.default_rng())))


@fit_minibatch.tells
def _(wrong, rows):
    if wrong.name[0] in "Wb" and wrong.name[1:].isdigit():
        return _where_it_trains_right(rows)
    if wrong.name == "orders":
        return Fault(
            "orders-repeated",
            f"In {int(wrong.expected)} epochs your examples came in {int(wrong.actual)} different "
            "orders (turning the same order around its start does not count); every epoch should "
            "have one of its own.",
            "What is rng for, and how often is it asked? Are all the indices shuffled, or only "
            "some?",
            "Deal new batches at the start of each epoch: all indices shuffled, then cut.",
        )
    if wrong.name == "epochs_in_file_order":
        return Fault(
            "in-file-order",
            f"{int(wrong.actual)} of your epochs visited the examples in their order in the data.",
            "Where do the indices of a batch come from, and does shuffling happen before it?",
            "Deal new batches at the start of each epoch: all indices shuffled, then cut.",
        )
    if wrong.name == "steps":
        given = next(given for given, leaf, _ in rows if leaf is wrong)
        return Fault(
            "number-of-steps",
            f"In {given['epochs']} epochs over {len(given['y'])} examples in batches of "
            f"{given['batch_size']} you called step {int(wrong.actual)} times; "
            f"{int(wrong.expected)} times belong there.",
            "How many batches has an epoch, and how often is step called for one batch?",
            "One call for each batch, with all tensors in one flat list: weights and biases of all "
            "layers together.",
        )
    if wrong.name.startswith("visits"):
        return Fault(
            "gradients-of-an-epoch",
            "The gradients of one epoch, under a step rule that leaves the weights alone, are not "
            "those of all the examples, each once, in the order W1, b1, W2, b2.",
            "What does step receive: which rows, with which labels, in which order of the tensors?",
            "In each epoch every example is in exactly one batch, with its own label; step gets "
            "the flat list [W1, b1, W2, b2, ...] and the gradients in the same order.",
        )
    return None


def _where_it_trains_right(rows):
    """What follows from the cases in which the trained parameters are right, or None."""
    alike, whole, several = [], [], []
    for given, leaf, _ in rows:
        X, y = given["X"], given["y"]
        if np.all(X == X[0]) and np.all(y == y[0]):
            alike.append(leaf.right)
        elif given["batch_size"] >= len(y):
            whole.append(leaf.right)
        else:
            several.append(leaf.right)
    if alike and whole and all(alike) and not any(whole):
        return Fault(
            "rows-of-a-batch",
            "You are right where all rows of the data are the same, and wrong even where one batch "
            "holds all of them: what is off is which rows and which labels go into a batch.",
            "Print the indices of one batch, and the rows and labels that you pick with them. Is "
            "each example there once, beside its own label?",
            "One index array picks both X and y. All batches of an epoch together are every index "
            "once.",
        )
    if alike and whole and not any(alike) and all(whole):
        return Fault(
            "several-batches",
            "You are right where one batch holds all rows, and wrong where an epoch has several "
            "batches.",
            "How many batches are visited in an epoch, and what does each of them start from: the "
            "parameters and the state that the one before has left?",
            "Every batch takes its own step, from where the step before has led, with the gradient "
            "of a mean over this batch alone.",
        )
    return None
