"""blame_by_layer."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER, away_from_kinks
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.two_pass_mlp.activation_backward import activation_backward
from bplab.exercises.two_pass_mlp.linear_backward import linear_backward
from bplab.exercises.two_pass_mlp.softmax_cross_entropy_backward import (
    softmax_cross_entropy_backward,
)

blame_by_layer = Exercise(
    "blame_by_layer",
    CHAPTER,
    nn.blame_by_layer,
    returns="blame",
    points=3,
    shapes={"P": "N C"},
    built_on=(
        activation_backward,
        linear_backward,
        softmax_cross_entropy_backward,
    ),
    achieved="You can see whether blame reaches the first layer, which has to learn too.",
)


@blame_by_layer.paper
def _(rng):
    for kind, N, widths in [
        ("tanh", 7, (3, 5, 6, 4)),
        ("relu", 9, (4, 7, 6, 5, 3)),
        ("sigmoid", 8, (5, 4, 6, 2)),
    ]:
        X, params = away_from_kinks(rng, N, widths)
        P, cache = nn.mlp_forward(X, params, kind)
        y = rng.integers(0, widths[-1], N)
        yield {"P": P, "y": y, "cache": cache, "params": params, "kind": kind}


def root_mean_square(array):
    return np.sqrt(np.mean(array**2))


def walk(
    P,
    y,
    cache,
    params,
    kind,
    of=lambda dZ, dA, A: root_mean_square(dZ),
    slope=lambda dA, Z, A, kind: nn.activation_backward(dA, Z, kind),
    start=nn.softmax_cross_entropy_backward,
    ready=lambda found: found[::-1],
):
    """The walk back, with another measure, another slope or another start."""
    dZ = start(P, y)
    found = [of(dZ, dZ, cache["A"][-1])]
    for layer in reversed(range(1, len(params))):
        dA = dZ @ params[layer][0].T
        dZ = slope(dA, cache["Z"][layer - 1], cache["A"][layer], kind)
        found.append(of(dZ, dA, cache["A"][layer - 1]))
    return np.array(ready(found))


def walked(**changes):
    return lambda P, y, cache, params, kind: walk(P, y, cache, params, kind, **changes)


MEASURE = "Square every entry, average over all of them, take the root: no mean is taken away."
MEASURES = (
    (
        "standard-deviation",
        lambda dZ, dA, A: dZ.std(),
        "You measure the standard deviation: the mean of dZ is taken away first.",
        "If every entry of dZ is 0.3, how large is the blame?",
        "Blame is measured from 0: blame that all share is blame. " + MEASURE,
    ),
    (
        "no-root",
        lambda dZ, dA, A: np.mean(dZ**2),
        "You measure the mean square of dZ; its root is asked.",
        "In which unit is the square of a gradient?",
        MEASURE,
    ),
    (
        "mean-size",
        lambda dZ, dA, A: np.abs(dZ).mean(),
        "You measure the mean of the absolute values of dZ.",
        "Which mean does the exercise name: of sizes, or of squares?",
        MEASURE,
    ),
    (
        "norm",
        lambda dZ, dA, A: np.linalg.norm(dZ),
        "You measure the norm of dZ: it grows with the number of units and examples.",
        "Is there a sum of squares under your root where a mean belongs?",
        MEASURE,
    ),
    (
        "largest",
        lambda dZ, dA, A: np.abs(dZ).max(),
        "You measure the largest entry of dZ alone.",
        "Which entries should count?",
        MEASURE,
    ),
    (
        "example-by-example",
        lambda dZ, dA, A: np.linalg.norm(dZ, axis=1).mean(),
        "You measure the norm of each example's row of dZ, and average those.",
        "How many numbers does your root give for one layer?",
        MEASURE,
    ),
    (
        "sum-for-mean",
        lambda dZ, dA, A: np.sqrt(np.sum(dZ**2) / len(dZ)),
        "Your sum of squares is divided by the number of examples alone, not by that of all "
        "entries.",
        "How many entries has dZ of a layer?",
        MEASURE,
    ),
    (
        "mean",
        lambda dZ, dA, A: dZ.mean(),
        "You measure the mean of dZ, in which blame of opposite signs cancels.",
        "What is the mean of 0.3 and -0.3?",
        MEASURE,
    ),
    (
        "size-of-the-mean",
        lambda dZ, dA, A: abs(dZ.mean()),
        "You measure the size of the mean of dZ, in which blame of opposite signs cancels: the "
        "square is taken after the mean.",
        "Which comes first, the square or the mean? What is the mean of 0.3 and -0.3?",
        MEASURE,
    ),
    (
        "before-the-slope",
        lambda dZ, dA, A: root_mean_square(dA),
        "You measure dA in the hidden layers: the blame before it has passed the activation.",
        "Which of the two is asked, dA or dZ?",
        "dZ = dA times the slope of the activation at Z. A saturated unit passes next to nothing, "
        "and only dZ shows it.",
    ),
    (
        "gradient-of-the-weights",
        lambda dZ, dA, A: root_mean_square(A.T @ dZ),
        "You measure dW of each layer; the blame is dZ.",
        "What is dW made of, beside dZ?",
        "dW = A_prev turned times dZ: the signal is in it as well. Here the blame alone is asked.",
    ),
    (
        "gradient-of-the-biases",
        lambda dZ, dA, A: root_mean_square(dZ.sum(axis=0)),
        "You measure db of each layer; the blame is dZ.",
        "What happens to dZ on its way to db?",
        "db adds dZ up over the examples, where blame of opposite signs cancels. Here dZ itself "
        "is measured.",
    ),
)
for _name, _of, *_hints in MEASURES:
    blame_by_layer.mistake(_name, *_hints)(made(walked, of=_of))

SLOPES = (
    (
        "slope-forgotten",
        lambda dA, Z, A, kind: dA,
        "The output layer is right. Below it the activation's slope is missing: the blame passes "
        "every unit undiminished.",
        "What stands between A and Z of a hidden layer?",
        "dZ = dA times the slope of f at Z, entry by entry, in every hidden layer.",
    ),
    (
        "slope-at-the-activation",
        lambda dA, Z, A, kind: nn.activation_backward(dA, A, kind),
        "The slope is taken at A, after the activation, where it should be taken at Z.",
        "At which number did the forward pass go through the curve?",
        "A = f(Z): the slope belongs to the place where the curve was entered, Z.",
    ),
    (
        "kind-ignored",
        lambda dA, Z, A, kind: nn.activation_backward(dA, Z, "tanh"),
        "For tanh you are right; for another activation you still take the slope of tanh.",
        "Where does kind go in your function?",
        "Each kind has a slope of its own: hand kind on to the backward pass of the activation.",
    ),
    (
        "relu-for-all",
        lambda dA, Z, A, kind: nn.activation_backward(dA, Z, "relu"),
        "For relu you are right; for another activation you still take the slope of relu.",
        "Where does kind go in your function?",
        "Each kind has a slope of its own: hand kind on to the backward pass of the activation.",
    ),
    (
        "divided-at-every-layer",
        lambda dA, Z, A, kind: nn.activation_backward(dA, Z, kind) / len(Z),
        "The output layer is right. Below it dZ is divided by N once more at every layer.",
        "How many means are there in the loss?",
        "The 1/N of the mean loss comes in once, at the scores.",
    ),
    (
        "slope-twice",
        lambda dA, Z, A, kind: nn.activation_backward(nn.activation_backward(dA, Z, kind), Z, kind),
        "The slope of the activation comes in twice at every hidden layer.",
        "How often does the blame pass the activation of one layer?",
        "Once up, once down: dZ = dA times the slope at Z.",
    ),
    (
        "function-for-slope",
        lambda dA, Z, A, kind: dA * A,
        "In the hidden layers dA is multiplied by the activation itself, not by its slope.",
        "What is the derivative of f, and what is f?",
        "dZ = dA times the slope of f at Z.",
    ),
)
for _name, _slope, *_hints in SLOPES:
    blame_by_layer.mistake(_name, *_hints)(made(walked, slope=_slope))


def _difference(P, y):
    return P - np.eye(P.shape[1])[y]


STARTS = (
    (
        "mean-forgotten",
        _difference,
        "Every number is {N} times too large: your dZ of the output layer is the difference of P "
        "and the one-hot labels, without the 1/N of the mean loss.",
        "The loss is a mean over {N} examples. Where is that mean in dZ?",
        "The mean of the loss leaves a 1/N on every row of dZ, and all blame below starts from it.",
    ),
    (
        "probabilities-for-blame",
        lambda P, y: P / len(P),
        "Your walk starts from P itself: the labels are not in it.",
        "What is the slope of the loss at the scores, if the network is perfectly right?",
        "dZ at the output is P minus the one-hot labels, divided by N.",
    ),
    (
        "softmax-slope-too",
        lambda P, y: _difference(P, y) / len(P) * P * (1 - P),
        "At the output a factor P(1 - P) is multiplied in besides.",
        "Softmax and cross-entropy together: what is left of their slopes?",
        "They cancel to P minus the one-hot labels, divided by N. Nothing else is multiplied in.",
    ),
)
for _name, _start, *_hints in STARTS:
    blame_by_layer.mistake(_name, *_hints)(made(walked, start=_start))

blame_by_layer.mistake(
    "last-first",
    "The numbers are right and stand in reverse: the output layer comes first.",
    "In which order does the walk back meet the layers? In which order are they asked?",
    "The walk goes from last to first; what it collects is turned round at the end.",
)(made(walked, ready=lambda found: found))
blame_by_layer.mistake(
    "measured-one-step-late",
    "Each number but the first stands one layer too far up, and the output layer's is missing: you "
    "measure when the walk has gone on to the layer below, and the first layer twice.",
    "Which dZ does your line measure in the first round of the loop?",
    "The dZ of a layer is measured before the walk leaves it.",
)(made(walked, ready=lambda found: [found[-1], *found[:0:-1]]))
blame_by_layer.mistake(
    "output-left-out",
    "The output layer is missing: there is one number fewer than layers.",
    "How many layers have a dZ, and is the output's measured before the walk begins?",
    "L layers, L numbers: the last one belongs to the dZ at the scores.",
)(made(walked, ready=lambda found: found[:0:-1]))

other_formulas(
    blame_by_layer,
    "blame",
    (
        "not-turned",
        lambda P, y, cache, params, kind: _by_products(P, y, cache, params, kind),
        "Only the walk's sizes are multiplied: each layer's blame is made from the one above it by "
        "a single factor.",
        "What does W do to a row of blame?",
        "dA = dZ times W turned: each unit below gets the sum of what the units above send it.",
    ),
)


def _by_products(P, y, cache, params, kind):
    size = root_mean_square(nn.softmax_cross_entropy_backward(P, y))
    found = [size]
    for W, _ in params[:0:-1]:
        found.append(found[-1] * root_mean_square(W))
    return np.array(found[::-1])
