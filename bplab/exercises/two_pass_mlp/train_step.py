"""One step: forward, loss, backward, update."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.two_pass_mlp.backward_walks import descend, step_along
from bplab.exercises.two_pass_mlp.cross_entropy import cross_entropy
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.mlp_forward import mlp_forward
from bplab.exercises.two_pass_mlp.networks import CHAPTER, NETWORKS, network


def _loss_first(leaf):
    """The loss comes with the forward pass; then the layers, the last one first."""
    return -leaf.layer[1] if leaf.layer else -100


train_step = Exercise(
    "train_step",
    CHAPTER,
    nn.train_step,
    returns=("params", "loss"),
    points=3,
    credit=("params",),
    shapes={"X": "N D", "y": "N"},
    latest_first=True,
    order=_loss_first,
    built_on=(mlp_backward, cross_entropy, mlp_forward),  # as a mistake is looked for,
    achieved="Forward, backward and update are one step; training a network is a loop over it.",
)


@train_step.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        X, y, params, _, _ = network(rng, N, widths, kind or "tanh")
        rate = float(rng.uniform(0.2, 0.9))
        case = {"X": X, "y": y, "params": params, "learning_rate": rate}
        yield case | ({"kind": kind} if kind else {})
    X, y, params = _sure_and_wrong(rng)
    yield {"X": X, "y": y, "params": params, "learning_rate": float(rng.uniform(0.2, 0.9))}


def _sure_and_wrong(rng):
    """A network that gives the true class of one example a probability near 1e-7, and of none one
    so small that a loss without a clip would be another."""
    while True:
        X, y, params, P, _ = network(rng, 6, (4, 5, 3), "tanh")
        y[0] = P[0].argmin()
        while P[0, y[0]] > 1e-6:
            params[-1] = tuple(1.2 * array for array in params[-1])
            P, _ = nn.mlp_forward(X, params)
        if P[np.arange(6), y].min() > 1e-9:
            return X, y, params


@train_step.mistake(
    "weights-updated-too-early",
    "The last layer is right; below it the step is off by an amount that grows with the learning "
    "rate.",
    "With which W2 did you send the delta back: the one that made the prediction, or the new one?",
    "The forward pass used the old weights, and the gradient is taken there. Compute all "
    "gradients with one frozen set of weights, then update.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    dZ, updated = nn.softmax_cross_entropy_backward(P, y), list(params)
    for layer in reversed(range(len(params))):
        W, b = params[layer]
        A = cache["A"][layer]
        W, b = W - learning_rate * A.T @ dZ, b - learning_rate * dZ.sum(axis=0)
        updated[layer] = W, b
        if layer > 0:
            dZ = nn.activation_backward(dZ @ W.T, cache["Z"][layer - 1], kind)
    return updated, nn.cross_entropy(P, y)


@train_step.mistake(
    "layers-one-after-the-other",
    "The last layer is right; the layers below follow gradients of a network that has already "
    "been changed.",
    "How many forward passes does one step of yours make?",
    "One forward pass, one backward pass, then all layers move together: all gradients belong to "
    "the same weights.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    loss = nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)
    for layer in reversed(range(len(params))):
        P, cache = nn.mlp_forward(X, params, kind)
        step = descend(params, nn.mlp_backward(P, y, cache, params, kind), learning_rate)
        params = [*params[:layer], step[layer], *params[layer + 1 :]]
    return params, loss


@train_step.mistake(
    "loss-after-update",
    "The new weights are right; your loss was measured after the update.",
    "Which forward pass does your loss belong to: the one before the step or one after it?",
    "Forward, loss, backward, update: the loss comes from the P you already have.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, _ = step_along(X, y, params, learning_rate, kind)
    return params, nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)


@train_step.mistake(
    "uphill",
    "Your step has the right length and goes uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts: W - learning_rate dW, and the same for b.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return step_along(X, y, params, -learning_rate, kind)


@train_step.mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "Where does learning_rate stand in your update?",
    "The gradient gives a direction and a steepness; learning_rate says which share to walk.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return step_along(X, y, params, 1.0, kind)


@train_step.mistake(
    "in-place",
    "Your function changed the params it was given.",
    "Which line of yours writes into params, or into an array that stands in it?",
    "W -= ... and params[i] = ... both write into what the caller still holds. Build a new list of "
    "new pairs.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    for (W, b), (dW, db) in zip(params, nn.mlp_backward(P, y, cache, params, kind), strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params, nn.cross_entropy(P, y)


@train_step.mistake(
    "gradients-returned",
    "You returned the gradients; the weights after the step are asked.",
    "What is left to do with the gradients?",
    "New W = old W - learning_rate dW, in every layer.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    return nn.mlp_backward(P, y, cache, params, kind), nn.cross_entropy(P, y)


@train_step.mistake(
    "not-updated",
    "You returned the weights as they came.",
    "Is the updated list the one you return?",
    "Assigning to W inside a loop only gives the name W a new value; the list keeps the old one.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, _ = nn.mlp_forward(X, params, kind)
    return [(W.copy(), b.copy()) for W, b in params], nn.cross_entropy(P, y)


@train_step.mistake(
    "only-last-layer",
    "Only the last layer moves; the layers below are as they came.",
    "Over which layers does your update run?",
    "All layers learn: that is what the blame was sent back for.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    updated, loss = step_along(X, y, params, learning_rate, kind)
    return [*((W.copy(), b.copy()) for W, b in params[:-1]), updated[-1]], loss


@train_step.mistake(
    "first-layer-stays",
    "Every layer took its step but the first: W1 and b1 come back as they were given.",
    "At which layer does the loop begin that makes the new params?",
    "Layers count from 0: params[0] takes its step with grads[0].",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = nn.train_step(X, y, params, learning_rate, kind)
    return [params[0], *new[1:]], loss


@train_step.mistake(
    "divided-by-N-again",
    "Your step is exactly 1/{N} of what it should be, and the batch has {N} rows.",
    "The gradient is that of the mean loss already. What does a further division do?",
    "One step: W - learning_rate dW, with the dW of the mean loss as it is.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return step_along(X, y, params, learning_rate / len(y), kind)


@train_step.mistake(
    "kind-not-passed-forward",
    "With tanh you are right; with other kinds the forward pass still uses tanh.",
    "Which of your two calls gets kind?",
    "Forward and backward pass must speak of the same activation: hand kind to both.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params)
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return descend(params, grads, learning_rate), nn.cross_entropy(P, y)


@train_step.mistake(
    "kind-not-passed",
    "With tanh you are right; with other kinds both passes still use tanh.",
    "Where does your function use kind?",
    "Hand kind on to the forward and to the backward pass.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return step_along(X, y, params, learning_rate, "tanh")


@train_step.mistake(
    "loss-first",
    "You returned the loss first; the exercise asks for (params, loss).",
    "Compare the order of what you return with the exercise's.",
    "A tuple is taken apart by place: params is the first thing in it, loss the second.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = step_along(X, y, params, learning_rate, kind)
    return loss, params


@train_step.mistake(
    "two-steps",
    "Your weights are those after two steps.",
    "How often do you apply the gradients?",
    "One call, one forward pass, one backward pass, one update.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = step_along(X, y, params, learning_rate, kind)
    return step_along(X, y, params, learning_rate, kind)[0], loss


@train_step.mistake(
    "step-returned",
    "You returned the steps: how far weights and biases should move, not where they end up.",
    "From where is each step taken?",
    "New W = old W - learning_rate * dW. The old W is missing.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = step_along(X, y, params, learning_rate, kind)
    pairs = zip(new, params, strict=True)
    return [(W - old[0], b - old[1]) for (W, b), old in pairs], loss


@train_step.mistake(
    "brackets",
    "You subtract the rate from the weights before multiplying by the gradient.",
    "Read your line as Python does: what is multiplied by dW?",
    "Only the product learning_rate * dW is taken off W.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = nn.mlp_backward(P, y, cache, params, kind)
    pairs = zip(params, grads, strict=True)
    new = [((W - learning_rate) * dW, (b - learning_rate) * db) for (W, b), (dW, db) in pairs]
    return new, nn.cross_entropy(P, y)


@train_step.mistake(
    "weights-shrunk",
    "You multiplied each weight by 1 - learning_rate * dW; a step subtracts.",
    "Does the step depend on how large the weight is?",
    "New W = W - learning_rate * dW: the old W is taken once, as it is.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = nn.mlp_backward(P, y, cache, params, kind)
    pairs = zip(params, grads, strict=True)
    new = [
        (W * (1 - learning_rate * dW), b * (1 - learning_rate * db)) for (W, b), (dW, db) in pairs
    ]
    return new, nn.cross_entropy(P, y)


@train_step.mistake(
    "sign-only",
    "Your steps all have the length of the rate: only the sign of each gradient is left.",
    "Should a steep direction and a flat one get the same step?",
    "The step is learning_rate times the gradient itself, with its size.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = nn.mlp_backward(P, y, cache, params, kind)
    signs = [(np.sign(dW), np.sign(db)) for dW, db in grads]
    return descend(params, signs, learning_rate), nn.cross_entropy(P, y)


@train_step.mistake(
    "example-by-example",
    "You update after every single example; here one step uses the whole batch.",
    "How many updates does one call of yours make?",
    "The gradient of the mean loss is the mean of all examples' gradients at the same weights; "
    "only then comes the step.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    loss = nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)
    for i in range(len(y)):
        params, _ = step_along(X[i : i + 1], y[i : i + 1], params, learning_rate, kind)
    return params, loss


@train_step.mistake(
    "kind-not-passed-back",
    "With tanh you are right; with other kinds the backward pass still uses the slope of tanh.",
    "Which of your two calls gets kind?",
    "Forward and backward pass must speak of the same activation: hand kind to both.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = nn.mlp_backward(P, y, cache, params)
    return descend(params, grads, learning_rate), nn.cross_entropy(P, y)


@train_step.mistake(
    "biases-stay",
    "The weights are right; the biases are as they came.",
    "Which arrays of a pair does your update change?",
    "The biases learn as the weights do: new b = b - learning_rate db.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = step_along(X, y, params, learning_rate, kind)
    return [(W, b.copy()) for (W, _), (_, b) in zip(new, params, strict=True)], loss


@train_step.mistake(
    "weights-stay",
    "The biases are right; the weights are as they came.",
    "Which arrays of a pair does your update change?",
    "The weights learn as the biases do: new W = W - learning_rate dW.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = step_along(X, y, params, learning_rate, kind)
    return [(W.copy(), b) for (_, b), (W, _) in zip(new, params, strict=True)], loss


@train_step.mistake(
    "biases-uphill",
    "The weights are right; the biases go the opposite way.",
    "Compare the signs in the two lines of your update.",
    "Descent subtracts, for the biases too: new b = b - learning_rate db.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = step_along(X, y, params, learning_rate, kind)
    up, _ = step_along(X, y, params, -learning_rate, kind)
    return [(W, b) for (W, _), (_, b) in zip(new, up, strict=True)], loss


for _kind in ("relu", "sigmoid"):
    train_step.mistake(
        f"{_kind}-by-default",
        f"Where kind is left out your network has {_kind} layers.",
        "Compare the first line of your function with the exercise's.",
        "Without a word for kind the hidden layers are tanh layers.",
    )(
        lambda X, y, params, learning_rate, kind=_kind: nn.train_step(
            X, y, params, learning_rate, kind
        )
    )


@train_step.mistake(
    "layers-from-the-first-on",
    "Your layers move one after the other, from the first on: each gradient after the first is "
    "that of a network that has already been changed.",
    "How many forward passes does one step of yours make?",
    "One forward pass, one backward pass, then all layers move together: all gradients belong to "
    "the same weights.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    loss = nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)
    for layer in range(len(params)):
        P, cache = nn.mlp_forward(X, params, kind)
        step = descend(params, nn.mlp_backward(P, y, cache, params, kind), learning_rate)
        params = [*params[:layer], step[layer], *params[layer + 1 :]]
    return params, loss
