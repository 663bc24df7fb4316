"""signal_by_layer."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER, network
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.two_pass_mlp.activation_forward import activation_forward
from bplab.exercises.two_pass_mlp.linear_forward import linear_forward

signal_by_layer = Exercise(
    "signal_by_layer",
    CHAPTER,
    nn.signal_by_layer,
    returns="signal",
    points=2,
    shapes={"X": "N D"},
    built_on=(
        activation_forward,
        linear_forward,
    ),
    achieved="You can see whether a signal survives; starting weights are chosen by it.",
)


@signal_by_layer.paper
def _(rng):
    for kind, N, widths in [
        ("tanh", 7, (3, 5, 6, 4, 2)),
        ("relu", 9, (4, 8, 6, 5, 7, 3)),
        ("sigmoid", 6, (5, 4, 9, 3)),
    ]:
        yield {"X": rng.normal(size=(N, widths[0])), "params": network(rng, widths), "kind": kind}


def _measured(
    of=np.std,
    seen=lambda cache, P: cache["A"][1:],
    bias=1.0,
    kind_of=lambda kind: kind,
    ready=lambda found: found,
):
    """Another measure, of other arrays, or of a network made otherwise."""

    def signal_by_layer(X, params, kind):
        params = [(W, bias * b) for W, b in params]
        P, cache = nn.mlp_forward(X, params, kind_of(kind))
        return np.array(ready([of(A) for A in seen(cache, P)]))

    return signal_by_layer


STD = "About the mean of all entries of the layer, squared, averaged over all of them, and rooted."
MEASURES = (
    (
        "root-mean-square",
        lambda A: np.sqrt(np.mean(A**2)),
        "You measure the root mean square: the layer's mean was not taken away first.",
        "What is the standard deviation of a layer whose units all say 0.7?",
        "A signal is what differs: a layer that says the same to everybody carries none. " + STD,
    ),
    (
        "variance",
        np.var,
        "You measure the variance: the root is missing.",
        "In which unit is a variance of activations?",
        "The standard deviation is the root of the variance, in the unit of the activations.",
    ),
    (
        "count-minus-one",
        lambda A: A.std(ddof=1),
        "Your mean of squares divides by the count minus one.",
        "Biased or unbiased? See the table of conventions.",
        "Here every variance is divided by the count itself.",
    ),
    (
        "unit-by-unit",
        lambda A: A.std(axis=0).mean(),
        "You measure each unit's spread over the examples, and average those.",
        "How many numbers does your deviation give for one layer, before you average?",
        "All examples and units of a layer are one heap of numbers here, with one mean.",
    ),
    (
        "example-by-example",
        lambda A: A.std(axis=1).mean(),
        "You measure each example's spread over the units, and average those.",
        "How many numbers does your deviation give for one layer, before you average?",
        "All examples and units of a layer are one heap of numbers here, with one mean.",
    ),
    (
        "about-each-unit",
        lambda A: np.sqrt(np.mean((A - A.mean(axis=0)) ** 2)),
        "You take each unit's own mean away, and then the root of the mean square of all.",
        "How many means do you take away from one layer?",
        "All examples and units of a layer are one heap of numbers here, with one mean.",
    ),
    (
        "about-each-example",
        lambda A: np.sqrt(np.mean((A - A.mean(axis=1, keepdims=True)) ** 2)),
        "You take each example's own mean away, and then the root of the mean square of all.",
        "How many means do you take away from one layer?",
        "All examples and units of a layer are one heap of numbers here, with one mean.",
    ),
    (
        "of-the-sizes",
        lambda A: np.abs(A).std(),
        "You measure the spread of the sizes |A|: whether a unit says +1 or -1 is lost.",
        "What is the standard deviation of 1 and -1, and what that of their sizes?",
        STD,
    ),
    (
        "mean-size",
        lambda A: np.abs(A).mean(),
        "You measure the mean of the absolute values.",
        "Which measure of spread does the exercise name?",
        STD,
    ),
    (
        "mean-distance",
        lambda A: np.abs(A - A.mean()).mean(),
        "You measure the mean distance from the mean, without squares and a root.",
        "Which measure of spread does the exercise name?",
        STD,
    ),
    (
        "mean",
        np.mean,
        "You measure the mean of the activations, not their spread.",
        "Does a mean change if half of the units say +1 and half -1?",
        STD,
    ),
    (
        "norm",
        np.linalg.norm,
        "You measure the norm of the layer: it grows with the number of units and examples.",
        "Should a layer of twice as many units, all alike, have a larger signal?",
        STD,
    ),
)
for _name, _of, *_hints in MEASURES:
    signal_by_layer.mistake(_name, *_hints)(made(_measured, of=_of))

signal_by_layer.mistake(
    "before-the-activation",
    "You measure the pre-activations Z; the signal is what leaves the layer, after the activation.",
    "Which of the two does the next layer see, Z or A?",
    "A = f(Z) is what goes on. Before f a saturated layer still looks lively.",
)(made(_measured, seen=lambda cache, P: cache["Z"][:-1]))
signal_by_layer.mistake(
    "input-included",
    "Your array begins with the input itself: it has one number more than there are hidden layers.",
    "What does the first entry of the cache's list A hold?",
    "L layers have L - 1 hidden ones; the first to be measured is A1.",
)(made(_measured, seen=lambda cache, P: cache["A"]))
signal_by_layer.mistake(
    "output-included",
    "Your array ends with the output: it has one number more than there are hidden layers.",
    "Which layer has no activation after it, but the softmax?",
    "Only hidden layers are asked: L - 1 numbers.",
)(made(_measured, seen=lambda cache, P: [*cache["A"][1:], P]))
signal_by_layer.mistake(
    "input-for-the-last",
    "You measure one layer too early: the first number is that of the input, and the last hidden "
    "layer is missing.",
    "Do you measure before or after the layer has done its work?",
    "The first number belongs to A1, the last to the A that the output layer reads.",
)(made(_measured, seen=lambda cache, P: cache["A"][:-1]))
signal_by_layer.mistake(
    "kind-ignored",
    "For tanh you are right; for another activation you still use tanh.",
    "Where does kind go in your function?",
    "The forward pass takes kind as well; its default is tanh.",
)(made(_measured, kind_of=lambda kind: "tanh"))
signal_by_layer.mistake(
    "bias-forgotten",
    "Your layers have no bias: what is measured is another network.",
    "What is added to the product before the activation?",
    "Z = A @ W + b, in every layer.",
)(made(_measured, bias=0.0))
signal_by_layer.mistake(
    "last-first",
    "The numbers are right and stand in reverse: the last hidden layer comes first.",
    "In which order does your loop go through the layers, and where is each number put?",
    "First layer first, as in params.",
)(made(_measured, ready=lambda found: found[::-1]))

other_formulas(
    signal_by_layer,
    "signal",
    (
        "sum-handed-on",
        lambda X, params, kind: np.array(
            [nn.activation_forward(Z, kind).std() for Z in _linear(X, params)]
        ),
        "You measure f(Z) of every layer, but Z itself is what goes on to the next one.",
        "What does the next layer read, Z or A?",
        "A = f(Z) is measured and handed on.",
    ),
    (
        "linear",
        lambda X, params, kind: np.array([A.std() for A in _linear(X, params)]),
        "Your layers have no activation at all: what you measure is the product plus bias of a "
        "linear network.",
        "What happens to Z before it goes into the next layer?",
        "A = f(Z) with the f that kind names, in every hidden layer.",
    ),
)


def _linear(X, params):
    layers = []
    for W, b in params[:-1]:
        X = X @ W + b
        layers.append(X)
    return layers
