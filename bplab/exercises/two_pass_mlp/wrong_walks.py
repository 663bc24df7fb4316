"""Gradients that go astray between the layers."""

import numpy as np

from bplab import nn
from bplab.exercises.two_pass_mlp.backward_walks import backward_walk
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.networks import one_hot


@mlp_backward.mistake(
    "pre-activation-in-dW",
    "Every db is right, and so is dW1. The dW of the later layers are made from Z, not from A.",
    "What was W2 multiplied with on the way forward: Z1 or A1?",
    "Z2 = A1 W2 + b2, so dW2 = A1^T dZ2. The cache's A holds what went into each layer.",
)
def _(P, y, cache, params, kind="tanh"):
    wrong = {"A": [cache["A"][0], *cache["Z"][:-1]], "Z": cache["Z"]}
    return backward_walk(P, y, wrong, params, kind)


@mlp_backward.mistake(
    "slope-missing",
    "The last layer is right; below it the slope of the activation is missing.",
    "You went from A1 to Z1 for free. What lies between them?",
    "dA1 = dZ2 W2^T, and then dZ1 = dA1 times f'(Z1), entry by entry.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind, activation=lambda dA, Z, kind: dA)


@mlp_backward.mistake(
    "slope-at-the-activation",
    "The last layer is right; below it your slopes are taken at A instead of at Z.",
    "Slope where? The curve was entered at Z1.",
    "dZ1 = dA1 times f'(Z1). Handing A1 to a function that expects Z1 sends it through f twice.",
)
def _(P, y, cache, params, kind="tanh"):
    wrong = {"A": cache["A"], "Z": [*cache["A"][1:], cache["Z"][-1]]}
    return backward_walk(P, y, wrong, params, kind)


@mlp_backward.mistake(
    "kind-ignored",
    "With tanh you are right; with the other kinds the hidden layers get the slope of tanh.",
    "Is kind handed on to the activation's backward pass?",
    "Both passes use the same f: the slope must be that of the activation kind names.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, "tanh")


@mlp_backward.mistake(
    "first-layer-forgotten",
    "The first layer's gradients are zero; the layers above are right.",
    "At which layer does your loop stop? Print its counter.",
    "A range ends before its stop value: to reach layer 0 it must stop below 0.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = backward_walk(P, y, cache, params, kind)
    return [tuple(np.zeros_like(g) for g in grads[0]), *grads[1:]]


@mlp_backward.mistake(
    "wrong-weights-on-the-way-down",
    "A product failed on the way down: the delta met the weights of another layer.",
    "Which W did the blame of Z2 pass through on its way down to A1, and which axes must meet?",
    "Z2 = A1 W2 + b2, so dA1 = dZ2 W2^T: the W that made Z2, (N, H2) times (H2, H1). Write the "
    "shapes beside each line; all widths differ on purpose.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    grads = []
    for layer in reversed(range(len(params))):
        A = cache["A"][layer]
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            dZ = nn.activation_backward(dZ @ params[layer - 1][0].T, cache["Z"][layer - 1], kind)
    return grads


@mlp_backward.mistake(
    "weights-not-turned",
    "A product failed on the way down: the delta met W with its axes the wrong way round.",
    "Which axes of dZ2 and W2 must meet, so that one number for each unit of A1 comes out?",
    "Z2 = A1 W2 + b2, so dA1 = dZ2 W2^T: (N, H2) times (H2, H1).",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    grads = []
    for layer in reversed(range(len(params))):
        A, (W, _) = cache["A"][layer], params[layer]
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            dZ = nn.activation_backward(dZ @ W, cache["Z"][layer - 1], kind)
    return grads


@mlp_backward.mistake(
    "inputs-of-the-neighbor",
    "dW has the shape of another layer's weights: it was made with the input of a neighbor.",
    "What went into layer l on the way forward? Which entry of the cache's A is that?",
    "A is [X, A1, ...]: entry 0 went into the first layer. Counted from 0, entry and layer have "
    "the same number.",
)
def _(P, y, cache, params, kind="tanh"):
    shifted = {"A": [cache["A"][-1], *cache["A"][:-1]], "Z": cache["Z"]}
    return backward_walk(P, y, shifted, params, kind)


@mlp_backward.mistake(
    "slope-of-the-neighbor",
    "A product failed on the way down: dA met the slopes of another layer.",
    "dA1 goes back through the activation that made A1. Which Z did that activation get?",
    "A1 = f(Z1), so dZ1 = dA1 f'(Z1): both have the width of that layer. Entry 0 of the cache's Z "
    "is Z1.",
)
def _(P, y, cache, params, kind="tanh"):
    shifted = {"A": cache["A"], "Z": cache["Z"][1:]}
    return backward_walk(P, y, shifted, params, kind)


@mlp_backward.mistake(
    "one-step-too-far",
    "A product failed at the end of the walk: the blame of the inputs met the slopes of the last "
    "layer.",
    "What lies below the first layer? (An index of -1 takes the last entry of a list.)",
    "dZ1 gives dW1 and db1, and there the walk ends: X is given, and no activation made it.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ, grads = nn.softmax_cross_entropy_backward(P, y), []
    for layer in reversed(range(len(params))):
        dA, dW, db = nn.linear_backward(dZ, cache["A"][layer], params[layer][0])
        dZ = nn.activation_backward(dA, cache["Z"][layer - 1], kind)
        grads.insert(0, (dW, db))
    return grads


@mlp_backward.mistake(
    "first-layer-left-out",
    "Your list has a pair for each layer but the first.",
    "Which is the last layer that your loop visits? (The end of a range is not part of it.)",
    "The first layer has weights too: dW1 is made from X and dZ1. The walk ends after it.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind)[1:]


@mlp_backward.mistake(
    "from-the-first-layer",
    "A product failed at once: the delta of the last layer met the arrays of the first.",
    "Which layer does your loop visit first, and whose dZ do you have at that moment?",
    "The way back begins where the loss is: the first dZ is that of the scores, so layer L comes "
    "first and layer 1 last.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ, grads = nn.softmax_cross_entropy_backward(P, y), []
    for layer, (W, _) in enumerate(params):
        dA, dW, db = nn.linear_backward(dZ, cache["A"][layer], W)
        grads.append((dW, db))
        dZ = nn.activation_backward(dA, cache["Z"][layer - 1], kind)
    return grads


@mlp_backward.mistake(
    "only-two-layers",
    "With two layers you are right; with three, the delta met the weights of another layer.",
    "Where does your function ask how many layers params has?",
    "A loop from the last layer down to the first serves any depth. The step from one layer to the "
    "next below is always the same.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ2 = nn.softmax_cross_entropy_backward(P, y)
    dA1, dW2, db2 = nn.linear_backward(dZ2, cache["A"][1], params[1][0])
    dZ1 = nn.activation_backward(dA1, cache["Z"][0], kind)
    _, dW1, db1 = nn.linear_backward(dZ1, cache["A"][0], params[0][0])
    return [(dW1, db1), (dW2, db2)]


@mlp_backward.mistake(
    "scores-for-probabilities",
    "All gradients are off: your first delta is made from the scores, not from the probabilities.",
    "Which cached array does the error start from?",
    "dZ of the last layer is (P - T) / N: what the network said, minus what is true, as "
    "probabilities.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = (cache["Z"][-1] - one_hot(P, y)) / len(y)
    return backward_walk(P, y, cache, params, kind, dZ=dZ)


@mlp_backward.mistake(
    "squared-error-loss",
    "All gradients are off: they belong to the squared error of the probabilities.",
    "Which loss does this network minimize?",
    "For the cross-entropy the softmax's slope cancels: dZ of the last layer is (P - T) / N.",
)
def _(P, y, cache, params, kind="tanh"):
    E = 2 * (P - one_hot(P, y)) / len(y)
    dZ = P * (E - (E * P).sum(axis=1, keepdims=True))
    return backward_walk(P, y, cache, params, kind, dZ=dZ)


@mlp_backward.mistake(
    "slope-squared",
    "The last layer is right; below it each slope is multiplied in twice.",
    "Between dA and dZ of a hidden layer: which lines multiply by a slope?",
    "dZ = dA * f'(Z): one activation, one slope.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return nn.activation_backward(nn.activation_backward(dA, Z, kind), Z, kind)

    return backward_walk(P, y, cache, params, kind, activation=activation)


@mlp_backward.mistake(
    "one-minus-activation",
    "The last layer is right; below it you multiply by 1 - A, which is no slope of this "
    "activation.",
    "Write down the slope in terms of A for the activation in use. What is missing?",
    "For tanh it is 1 - A**2, for the sigmoid A(1 - A), for the ReLU 1 where Z is positive.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA * (1 - nn.activation_forward(Z, kind))

    return backward_walk(P, y, cache, params, kind, activation=activation)


@mlp_backward.mistake(
    "bias-last-row",
    "Every dW is right; each db is the last row of its delta alone.",
    "How many examples use the bias b_j?",
    "b_j is added in every row, so its gradient is the sum of the delta over all rows.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ[-1]

    return backward_walk(P, y, cache, params, kind, linear=linear)


def _own_outputs(P, cache):
    """What came out of each layer, where what went in belongs."""
    return {"A": [*cache["A"][1:], P], "Z": cache["Z"]}


@mlp_backward.mistake(
    "outputs-in-dW",
    "dW of the last layer is made from what came out of that layer, P, and its delta; what went in "
    "belongs there. The same in the layers below.",
    "What was W2 multiplied with on the way forward: A1, or what layer 2 made of it?",
    "Z2 = A1 W2 + b2, so dW2 = A1^T dZ2: entry number l of the cache's A, counted from 0, went "
    "into layer l.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, _own_outputs(P, cache), params, kind)


@mlp_backward.mistake(
    "scores-in-dW",
    "dW of each layer is made from the Z that came out of it and its delta; what went in belongs "
    "there.",
    "What was W2 multiplied with on the way forward: A1, or Z2?",
    "Z2 = A1 W2 + b2, so dW2 = A1^T dZ2: entry number l of the cache's A, counted from 0, went "
    "into layer l.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, {"A": cache["Z"], "Z": cache["Z"]}, params, kind)


@mlp_backward.mistake(
    "slope-in-the-last-hidden-layer-only",
    "The two layers at the end are right; further down the slope of the activation is missing.",
    "How often does your walk go through an activation, and how many hidden layers are there?",
    "Every hidden layer has its own: dZ_l = dA_l times f'(Z_l), entry by entry.",
)
def _(P, y, cache, params, kind="tanh"):
    last = len(cache["Z"]) - 2

    def activation(dA, Z, kind):
        return nn.activation_backward(dA, Z, kind) if Z is cache["Z"][last] else dA

    return backward_walk(P, y, cache, params, kind, activation=activation)


for _kind in ("relu", "sigmoid"):
    mlp_backward.mistake(
        f"{_kind}-by-default",
        f"Where kind is left out your hidden layers get the slope of {_kind}.",
        "Compare the first line of your function with the exercise's.",
        "Without a word for kind the hidden layers are tanh layers.",
    )(lambda P, y, cache, params, kind=_kind: nn.mlp_backward(P, y, cache, params, kind))
