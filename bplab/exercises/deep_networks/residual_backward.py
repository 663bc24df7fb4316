"""residual_backward."""

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER, KINDS
from bplab.exercises.deep_networks.residual_forward import layer
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.taken_apart import taken_apart
from bplab.exercises.two_pass_mlp.activation_backward import activation_backward
from bplab.exercises.two_pass_mlp.linear_backward import linear_backward

residual_backward = Exercise(
    "residual_backward",
    CHAPTER,
    nn.residual_backward,
    returns=("dX", "dW", "db"),
    points=3,
    shapes={"dout": "N D", "X": "N D", "Z": "N D", "W": "D D"},
    built_on=(
        activation_backward,
        linear_backward,
    ),
    achieved="Blame comes back on both roads, which is why very deep networks learn.",
)


@residual_backward.paper
def _(rng):
    for kind, (N, D) in zip(KINDS, [(7, 4), (8, 5), (6, 3)], strict=True):
        X, W, b = layer(rng, N, D)
        yield {"dout": rng.normal(size=(N, D)), "X": X, "Z": X @ W + b, "W": W, "kind": kind}


def back(
    dZ=lambda dout, X, Z, kind: nn.activation_backward(dout, Z, kind),
    dX=lambda dout, dZ, X, W: dout + dZ @ W.T,
    dW=lambda dout, dZ, X: X.T @ dZ,
    db=lambda dout, dZ: dZ.sum(axis=0),
):
    def backward(dout, X, Z, W, kind):
        through = dZ(dout, X, Z, kind)
        return dX(dout, through, X, W), dW(dout, through, X), db(dout, through)

    return backward


def slope_by_value(a, kind):
    """The slope of f written with a = f(z)."""
    return {"relu": 1.0 * (a > 0), "tanh": 1 - a**2, "sigmoid": a * (1 - a)}[kind]


TWO = "X reaches out on two roads: past the layer, slope 1, and through f and W. dX is their sum."
for _name, _changes, *_hints in (
    (
        "way-past-forgotten",
        {"dX": lambda dout, dZ, X, W: dZ @ W.T},
        "{right: dW, db} in dX the road past the layer is missing: yours is a plain layer's.",
        "out = X + f(Z). What is the slope of the first term with respect to X?",
        TWO,
    ),
    (
        "way-past-only",
        {"dX": lambda dout, dZ, X, W: dout + 0.0},
        "{right: dW, db} your dX is dout alone: the road through the layer is missing.",
        "Where else does X stand in out = X + f(X @ W + b)?",
        TWO,
    ),
    (
        "sign-between-roads",
        {"dX": lambda dout, dZ, X, W: dout - dZ @ W.T},
        "{right: dW, db} in dX the road through the layer has the wrong sign.",
        "Which sign stands between X and f(Z) in out?",
        TWO,
    ),
    (
        "weights-not-turned",
        {"dX": lambda dout, dZ, X, W: dout + dZ @ W},
        "{right: dW, db} in dX the blame goes through W the same way as the signal did.",
        "W is square, so nothing complains. Which of its indices is the unit above?",
        "dX = dZ times W turned: unit j above sends its blame back along W_ij to unit i.",
    ),
    (
        "past-added-inside",
        {"dX": lambda dout, dZ, X, W: (dout + dZ) @ W.T},
        "{right: dW, db} in dX the road past the layer goes through W as well.",
        "Which of the two roads passes W?",
        TWO,
    ),
    (
        "past-from-the-slope",
        {"dX": lambda dout, dZ, X, W: dZ + dZ @ W.T},
        "{right: dW, db} in dX the road past the layer carries the slope of the activation.",
        "Does the way past the layer go through f?",
        TWO,
    ),
    (
        "input-added",
        {"dX": lambda dout, dZ, X, W: X + dZ @ W.T},
        "{right: dW, db} in dX you add X itself where dout belongs.",
        "What comes back along the road on which X went up?",
        "The slope of X with respect to X is 1: what comes back is 1 times dout.",
    ),
    (
        "one-added",
        {"dX": lambda dout, dZ, X, W: 1 + dZ @ W.T},
        "{right: dW, db} in dX you add 1 where dout belongs: the slope without the blame.",
        "The slope on the way past is 1. What is it multiplied by?",
        TWO,
    ),
    (
        "slope-forgotten",
        {"dZ": lambda dout, X, Z, kind: dout + 0.0},
        "The slope of the activation is missing: the blame reaches W undiminished.",
        "What stands between Z and out?",
        "dZ = dout times the slope of f at Z; everything of W and b starts from dZ.",
    ),
    (
        "slope-at-the-activation",
        {
            "dZ": lambda dout, X, Z, kind: nn.activation_backward(
                dout, nn.activation_forward(Z, kind), kind
            )
        },
        "The slope is taken at f(Z) where it should be taken at Z.",
        "At which number did the forward pass go through the curve?",
        "The slope belongs to the place where the curve was entered, Z.",
    ),
    (
        "slope-at-the-input",
        {"dZ": lambda dout, X, Z, kind: nn.activation_backward(dout, X, kind)},
        "The slope is taken at X where it should be taken at Z.",
        "At which number did the forward pass go through the curve?",
        "f was applied to Z = X @ W + b: its slope is taken there.",
    ),
    (
        "slope-of-the-sum",
        {"dZ": lambda dout, X, Z, kind: nn.activation_backward(dout, X + Z, kind)},
        "The slope is taken at X + Z, as if X had been added before the activation.",
        "At which number did the forward pass go through the curve?",
        "f was applied to Z alone: X joins after it. The slope is taken at Z.",
    ),
    (
        "slope-from-the-output",
        {
            "dZ": lambda dout, X, Z, kind: (
                dout * slope_by_value(X + nn.activation_forward(Z, kind), kind)
            )
        },
        "Your slope is made from out, as if out were f(Z); but X is in it, too.",
        "What does a stand for in 1 - a squared and a(1 - a)?",
        "These short forms hold for a = f(Z), before X is added to it.",
    ),
    (
        "kind-ignored",
        {"dZ": lambda dout, X, Z, kind: nn.activation_backward(dout, Z, "tanh")},
        "For tanh you are right; for another activation you still take the slope of tanh.",
        "Where does kind go in your function?",
        "f is the activation that kind names, and so is its slope.",
    ),
    (
        "relu-for-all",
        {"dZ": lambda dout, X, Z, kind: nn.activation_backward(dout, Z, "relu")},
        "For relu you are right; for another activation you still take the slope of relu.",
        "Where does kind go in your function?",
        "f is the activation that kind names, and so is its slope.",
    ),
    (
        "slope-at-the-output",
        {
            "dZ": lambda dout, X, Z, kind: nn.activation_backward(
                dout, X + nn.activation_forward(Z, kind), kind
            )
        },
        "The slope is taken at out, X + f(Z), where it should be taken at Z.",
        "At which number did the forward pass go through the curve?",
        "f was applied to Z = X @ W + b: its slope is taken there.",
    ),
    (
        "both-roads-into-the-sum",
        {
            "dZ": lambda dout, X, Z, kind: dout + nn.activation_backward(dout, Z, kind),
            "dX": lambda dout, dZ, X, W: dZ @ W.T,
        },
        "dout is added to dZ, before W: the road past the layer goes through W, and into dW and "
        "db, too.",
        "Which of the two roads passes Z, and W, and b?",
        TWO + " W and b lie on one of them only.",
    ),
    (
        "slope-and-one",
        {"dZ": lambda dout, X, Z, kind: dout + nn.activation_backward(dout, Z, kind)},
        "The 1 of the way past was added to the slope of f: in your version all of it goes on "
        "through W, and into dW and db.",
        "Which road passes W and b, and which does not?",
        "Two roads, two terms: only f(Z) knows W and b. dout joins again at X.",
    ),
    (
        "weights-from-dout",
        {"dW": lambda dout, dZ, X: X.T @ dout},
        "{right: dX, db} dW is made from dout, without the slope of f.",
        "Which gradient arrives at Z, where W is?",
        "W meets X in Z: dW is X turned times dZ.",
    ),
    (
        "bias-from-dout",
        {"db": lambda dout, dZ: dout.sum(axis=0)},
        "{right: dX, dW} db is made from dout, without the slope of f.",
        "Which gradient arrives at Z, where b is added?",
        "b is added to every row of Z: db adds dZ over the rows.",
    ),
    (
        "bias-averaged",
        {"db": lambda dout, dZ: dZ.mean(axis=0)},
        "{right: dX, dW} db is exactly 1/{N} of what it should be.",
        "dout carries the loss's 1/N already. What is left to do over the rows?",
        "b is added in every row, so the shares of all rows add up: one sum, no division.",
    ),
    (
        "weights-averaged",
        {"dW": lambda dout, dZ, X: X.T @ dZ / len(X)},
        "{right: dX, db} dW is exactly 1/{N} of what it should be.",
        "dout carries the loss's 1/N already. What is left to do over the rows?",
        "The shares of all rows add up: sums, not means.",
    ),
    (
        "both-averaged",
        {"dW": lambda dout, dZ, X: X.T @ dZ / len(X), "db": lambda dout, dZ: dZ.mean(axis=0)},
        "{right: dX} dW and db are exactly 1/{N} of what they should be.",
        "dout carries the loss's 1/N already. What is left to do over the rows?",
        "The shares of all rows add up: sums, not means.",
    ),
    (
        "weights-gradient-turned",
        {"dW": lambda dout, dZ, X: dZ.T @ X},
        "{right: dX, db} dW is turned: its rows and columns have changed places.",
        "W is square, so nothing complains. Which index of dW belongs to the units below?",
        "Entry (i, j) of dW pairs input i with unit j: X turned comes first.",
    ),
):
    residual_backward.mistake(_name, *_hints)(made(back, **_changes))

taken_apart(
    residual_backward,
    "dX",
    lambda dout, X, Z, W, kind: {
        "the road past the layer": dout,
        "the road through the layer": nn.activation_backward(dout, Z, kind) @ W.T,
    },
    "X goes up on two roads. How often does your blame come back along each?",
    TWO,
    name="roads",
    beside=lambda dout, X, Z, W, kind: {
        "X itself": X,
        "X sent down through the layer": nn.activation_backward(X, Z, kind) @ W.T,
    },
)
other_formulas(
    residual_backward,
    "dX",
    (
        "both-at-once",
        lambda dout, X, Z, W, kind: dout + dout @ W.T,
        "On the road through the layer the slope of f is missing; dW and db have it.",
        "Which gradient goes back through W: dout, or dZ?",
        TWO,
    ),
    (
        "roads-multiplied",
        lambda dout, X, Z, W, kind: dout * (nn.activation_backward(dout, Z, kind) @ W.T),
        "The two roads are multiplied in your dX.",
        "Two roads lead from X to out. What does the chain rule do with several roads?",
        TWO,
    ),
)


for _name, _from, _said in (
    ("weights-from-the-output", lambda X, Z, kind: X + nn.activation_forward(Z, kind), "out"),
    ("weights-from-the-activation", nn.activation_forward, "f(Z)"),
    ("weights-from-the-sum", lambda X, Z, kind: Z, "Z"),
):

    def _other(dout, X, Z, W, kind, of=_from):
        came = of(Z, kind) if of is nn.activation_forward else of(X, Z, kind)
        return came.T @ nn.activation_backward(dout, Z, kind)

    residual_backward.mistake(
        _name,
        f"{{right: dX, db}} dW pairs the blame with {_said}, where X belongs.",
        "Which array did W meet on the way up?",
        "Z = X @ W + b: dW is X turned times dZ.",
        part="dW",
    )(_other)
