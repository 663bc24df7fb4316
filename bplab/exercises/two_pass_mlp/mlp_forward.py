"""The forward pass, and what it keeps for the way back."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.two_pass_mlp.activation_forward import activation_forward
from bplab.exercises.two_pass_mlp.linear_forward import linear_forward
from bplab.exercises.two_pass_mlp.networks import CHAPTER, NETWORKS, network
from bplab.exercises.two_pass_mlp.softmax import softmax


def _as_computed(leaf):
    """Z1, A1, Z2, ..., ZL, then P."""
    if leaf.path == ("P",):
        return np.inf
    _, letter, layer = leaf.path
    return layer + (0.5 if letter == "Z" else 0)


mlp_forward = Exercise(
    "mlp_forward",
    CHAPTER,
    nn.mlp_forward,
    returns=("P", "cache"),
    points=3,
    shapes={"X": "N D"},
    order=_as_computed,
    built_on=(
        activation_forward,
        linear_forward,
        softmax,
    ),
    achieved="A network of any depth runs forward and remembers what the way back needs.",
)


@mlp_forward.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        X, _, params, _, _ = network(rng, N, widths, kind or "tanh")
        yield Case({"X": X, "params": params} | ({"kind": kind} if kind else {}), extreme=False)
    # A softmax written out here has to stand what chapter 3's own stands: scores of 1e4.
    X, _, params, _, _ = network(rng, 6, (3, 5, 4), "tanh")
    W, b = params[-1]
    params = params[:-1] + [(1e4 * W / np.abs(W).max(), b)]
    yield Case({"X": X, "params": params}, extreme=True)


def _forward(X, params, kind="tanh", linear=nn.linear_forward, activation=nn.activation_forward):
    """mlp_forward with a piece replaced; gives Z and A of the hidden layers, and the scores."""
    A, Z = [X], []
    for W, b in params[:-1]:
        Z.append(linear(A[-1], W, b))
        A.append(activation(Z[-1], kind))
    Z.append(linear(A[-1], *params[-1]))
    return nn.softmax(Z[-1]), {"A": A, "Z": Z}


@mlp_forward.mistake(
    "scores-not-probabilities",
    "Your P holds the scores of the last layer: some are negative, and rows do not sum to 1.",
    "What turns scores into probabilities?",
    "The last layer has no tanh or relu, but it has the softmax: P = softmax(ZL).",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return cache["Z"][-1].copy(), cache


@mlp_forward.mistake(
    "activation-after-the-last",
    "Your last layer goes through the activation before the softmax.",
    "After which layers does the activation come? What does a tanh do to scores of 5 and 9?",
    "Hidden layers: Z, then A = f(Z). The last layer: Z, then softmax. Scores must be free.",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return nn.softmax(nn.activation_forward(cache["Z"][-1], kind)), cache


@mlp_forward.mistake(
    "scores-replaced",
    "The last entry of your cache's Z went through the activation.",
    "After which layers does the activation come?",
    "Hidden layers: Z, then A = f(Z). The last layer: Z, then softmax. Scores must be free.",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    cache["Z"][-1] = nn.activation_forward(cache["Z"][-1], kind)
    return nn.softmax(cache["Z"][-1]), cache


@mlp_forward.mistake(
    "kind-ignored",
    "Your hidden layers always use tanh, whatever kind says.",
    "Is kind handed on to the activation?",
    "A = f(Z) with the f that kind names: pass kind along with Z.",
)
def _(X, params, kind="tanh"):
    return _forward(X, params, "tanh")


@mlp_forward.mistake(
    "no-activation",
    "Your hidden layers have no activation: the whole network is one linear map.",
    "What comes between one layer's Z and the next layer's input?",
    "A1 = f(Z1). Without f, two layers are X W1 W2: no more than one layer could do.",
)
def _(X, params, kind="tanh"):
    return _forward(X, params, kind, activation=lambda Z, kind: Z)


@mlp_forward.mistake(
    "inputs-not-cached",
    "Your cache's A begins with A1: the input X is missing.",
    "What did the first layer multiply with W1? The backward pass will need it for dW1.",
    "A holds what went into each layer: [X, A1, ..., A_(L-1)], one entry a layer.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": cache["A"][1:], "Z": cache["Z"]}


@mlp_forward.mistake(
    "output-cached",
    "Your cache's A has one entry too many: P is no layer's input.",
    "A holds what went into each layer. Into which layer does P go?",
    "[X, A1, ..., A_(L-1)]: as many entries as there are layers. P is returned by itself.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": [*cache["A"], P], "Z": cache["Z"]}


@mlp_forward.mistake(
    "scores-bent-and-cached",
    "Your cache's A has one entry too many: its last one is the activation of the scores, and no "
    "layer takes that in.",
    "A holds what went into each layer. Which activation does your loop make last?",
    "[X, A1, ..., A_(L-1)]: one entry for each layer. The last layer is Z, then softmax.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    last = nn.activation_forward(cache["Z"][-1], kind)
    return P, {"A": [*cache["A"], last], "Z": cache["Z"]}


@mlp_forward.mistake(
    "activations-cached-as-Z",
    "Your cache's Z holds activations: A1 stands where Z1 belongs.",
    "At which moment do you put Z into the cache: before or after the activation?",
    "Z1 is what came out of the linear part. The backward pass asks for the slope there.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": cache["A"], "Z": [*cache["A"][1:], cache["Z"][-1]]}


@mlp_forward.mistake(
    "pre-activations-cached-as-A",
    "Your cache's A holds pre-activations: Z1 stands where A1 belongs.",
    "Which array went into the second layer, Z1 or A1?",
    "A holds what each layer was multiplied with: X, A1, A2, ...",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": [X, *cache["Z"][:-1]], "Z": cache["Z"]}


@mlp_forward.mistake(
    "relu-writes-into-Z",
    "With relu your cache's Z has lost its negative numbers: relu wrote into it.",
    "Is the array in your cache's Z the same one that relu worked on?",
    "The cache keeps a reference, not a copy. A relu that builds a new array leaves Z alone.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    if kind == "relu":
        cache["Z"][:-1] = cache["A"][1:]
        cache["Z"][-1] = cache["Z"][-1].copy()
    return P, cache


@mlp_forward.mistake(
    "input-activated",
    "Your network sends X through the activation before the first layer.",
    "Which array does the first layer multiply with W1?",
    "Z1 = X W1 + b1: the data go in as they are.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(nn.activation_forward(X, kind), params, kind)
    return P, cache


@mlp_forward.mistake(
    "scores-not-cached",
    "Your cache's Z ends before the last layer: the scores are missing.",
    "How many layers are there, and how many entries does your Z have?",
    "Z has one entry for every layer, the last one being the scores that the softmax gets.",
)
def _(X, params, kind="tanh"):
    P, cache = _forward(X, params, kind)
    return P, {"A": cache["A"], "Z": cache["Z"][:-1]}


@mlp_forward.mistake(
    "only-two-layers",
    "With three layers you leave the last one out: your network always has two.",
    "Where does your function ask how many layers params has?",
    "A loop over params serves any depth: each layer takes what the one before it gave.",
)
def _(X, params, kind="tanh"):
    return _forward(X, params[:2], kind)


@mlp_forward.mistake(
    "softmax-everywhere",
    "Your hidden layers use softmax; it belongs to the output alone.",
    "What should come after the hidden layers' Z?",
    "Hidden layers use the activation that kind names. Softmax makes the last layer's scores "
    "probabilities.",
)
def _(X, params, kind="tanh"):
    return _forward(X, params, kind, activation=lambda Z, kind: nn.softmax(Z))


@mlp_forward.mistake(
    "not-normalized",
    "The scores are right; you returned their exponentials, which do not add up to 1.",
    "Which half of the softmax is missing?",
    "exp makes the scores positive; the division by the row's sum makes them shares.",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return np.exp(cache["Z"][-1]), cache


@mlp_forward.mistake(
    "activation-twice",
    "Z1 is right; each hidden layer goes through its activation twice.",
    "How often is the activation applied between Z1 and A1?",
    "A1 = f(Z1), once. Is the activation taken where Z is made and again where A is stored?",
)
def _(X, params, kind="tanh"):
    def twice(Z, kind):
        return nn.activation_forward(nn.activation_forward(Z, kind), kind)

    return _forward(X, params, kind, activation=twice)


@mlp_forward.mistake(
    "slope-for-activation",
    "Z1 is right; A1 is the slope of the activation, not its value.",
    "Which of the two functions belongs to the way forward, and which to the way back?",
    "A1 = f(Z1). The slope f'(Z1) waits for the backward pass.",
)
def _(X, params, kind="tanh"):
    def slope(Z, kind):
        return nn.activation_backward(np.ones_like(Z), Z, kind)

    return _forward(X, params, kind, activation=slope)


@mlp_forward.mistake(
    "bias-in-first-layer-only",
    "Z1 is right; from the second layer on the biases are missing.",
    "Compare the lines, or the turns of the loop, that make Z1 and Z2.",
    "Every layer is Z = A W + b, with its own b.",
)
def _(X, params, kind="tanh"):
    return _forward(X, [params[0], *((W, 0 * b) for W, b in params[1:])], kind)


for _kind in ("relu", "sigmoid"):
    mlp_forward.mistake(
        f"{_kind}-by-default",
        f"Where kind is left out your hidden layers use {_kind}.",
        "Compare the first line of your function with the exercise's.",
        "Without a word for kind the hidden layers are tanh layers.",
    )(lambda X, params, kind=_kind: nn.mlp_forward(X, params, kind))
