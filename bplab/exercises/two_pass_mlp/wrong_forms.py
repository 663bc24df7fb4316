"""Right gradients that come back in another form, or change what was given."""

import numpy as np

from bplab import nn
from bplab.exercises.two_pass_mlp.backward_walks import backward_walk
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward


@mlp_backward.mistake(
    "last-layer-first",
    "Your list begins with the last layer; the exercise asks for the first layer first.",
    "You walk from the last layer down. In which order does your list grow?",
    "grads[0] belongs to params[0]. Turn the list round once at the end.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind)[::-1]


@mlp_backward.mistake(
    "flat-list",
    "You returned one long list of arrays; a list of pairs belongs there, one pair a layer.",
    "What does the list params look like? grads has the same form.",
    "[(dW1, db1), (dW2, db2), ...]: every layer's two gradients stay together.",
)
def _(P, y, cache, params, kind="tanh"):
    return [g for pair in backward_walk(P, y, cache, params, kind) for g in pair]


@mlp_backward.mistake(
    "bias-before-weights",
    "In every pair the bias gradient comes first; the weights' gradient belongs there.",
    "What is the order within a pair of params?",
    "(W, b), so (dW, db).",
)
def _(P, y, cache, params, kind="tanh"):
    return [(db, dW) for dW, db in backward_walk(P, y, cache, params, kind)]


@mlp_backward.mistake(
    "cache-overwritten",
    "Your gradients are right, but P was changed on the way.",
    "Is your first delta a new array, or another name for P?",
    "The caller still needs P for the loss. A second name is no copy.",
)
def _(P, y, cache, params, kind="tanh"):
    P[np.arange(len(y)), y] -= 1
    return backward_walk(P, y, cache, params, kind, dZ=P / len(y))


@mlp_backward.mistake(
    "dict-of-arrays",
    "You returned a dict with an entry for each array; the exercise asks for a list of pairs.",
    "What does params look like? grads has the same form.",
    "[(dW1, db1), (dW2, db2), ...], so that a step can walk along params and grads side by side.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return {
        f"d{n}{i}": g for i, pair in enumerate(grads, 1) for n, g in zip("Wb", pair, strict=True)
    }


@mlp_backward.mistake(
    "dict-of-lists",
    "You returned a dict of two lists; the exercise asks for one list of pairs.",
    "What does params look like? grads has the same form.",
    "[(dW1, db1), (dW2, db2), ...], so that a step can walk along params and grads side by side.",
)
def _(P, y, cache, params, kind="tanh"):
    weights, biases = zip(*nn.mlp_backward(P, y, cache, params, kind), strict=True)
    return {"dW": list(weights), "db": list(biases)}


@mlp_backward.mistake(
    "two-lists",
    "You returned two lists, one of all dW and one of all db; the exercise asks for one list of "
    "pairs.",
    "What does params look like? grads has the same form.",
    "[(dW1, db1), (dW2, db2), ...]: every layer's two gradients stay together.",
)
def _(P, y, cache, params, kind="tanh"):
    weights, biases = zip(*nn.mlp_backward(P, y, cache, params, kind), strict=True)
    return list(weights), list(biases)
