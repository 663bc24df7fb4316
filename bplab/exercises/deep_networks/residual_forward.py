"""residual_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER, KINDS, biases
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.taken_apart import taken_apart
from bplab.exercises.two_pass_mlp.activation_forward import activation_forward
from bplab.exercises.two_pass_mlp.linear_forward import linear_forward

residual_forward = Exercise(
    "residual_forward",
    CHAPTER,
    nn.residual_forward,
    returns=("out", "Z"),
    points=2,
    shapes={"X": "N D", "W": "D D", "b": "D"},
    order=("Z", "out"),
    built_on=(
        activation_forward,
        linear_forward,
    ),
    achieved="A layer adds to what came in: the signal has a road past it.",
)


@residual_forward.paper
def _(rng):
    for kind, (N, D) in zip(KINDS, [(7, 4), (8, 5), (6, 3)], strict=True):
        X, W, b = layer(rng, N, D)
        yield {"X": X, "W": W, "b": b, "kind": kind}


def layer(rng, N, D):
    """Input, weights and biases of a layer with no pre-activation near the kink."""
    while True:
        X, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, D)) * 0.8, biases(rng, D)
        if np.abs(X @ W + b).min() > 1e-2:
            return X, W, b


def forward(
    out=lambda X, A, Z, f: X + A,
    pre=lambda X, W, b, f: X @ W + b,
    kept=lambda X, A, Z: Z,
    kind_of=lambda kind: kind,
):
    def residual(X, W, b, kind):
        def f(Z):
            return nn.activation_forward(Z, kind_of(kind))

        Z = pre(X, W, b, f)
        A = f(Z)
        return out(X, A, Z, f), kept(X, A, Z)

    return residual


FORM = "out = X + f(X @ W + b): the layer adds to what came in."
for _name, _changes, *_hints in (
    (
        "no-way-past",
        {"out": lambda X, A, Z, f: A},
        "{right: Z} out is a plain layer's: what came in is not added.",
        "With W and b all 0 and tanh, what should come out?",
        FORM,
    ),
    (
        "added-before-the-activation",
        {
            "out": lambda X, A, Z, f: A,
            "pre": lambda X, W, b, f: X + X @ W + b,
        },
        "X is added before the activation: your Z holds it, and it is bent with the rest.",
        "Which of the two stands inside f, and which outside?",
        FORM + " The way past the layer has no curve in it.",
    ),
    (
        "past-the-weights-only",
        {"out": lambda X, A, Z, f: Z + A},
        "{right: Z} in out the pre-activation is added in place of the input.",
        "What does the way past the layer carry: Z, or X?",
        FORM,
    ),
    (
        "activation-kept",
        {"kept": lambda X, A, Z: A},
        "{right: out} the second thing you return is f(Z), not Z.",
        "At which number will the backward pass ask for the slope?",
        "The slope of f is taken at Z, before the activation: Z is what must be kept.",
    ),
    (
        "output-kept",
        {"kept": lambda X, A, Z: X + A},
        "{right: out} the second thing you return is out again, not Z.",
        "At which number will the backward pass ask for the slope?",
        "The slope of f is taken at Z, before the activation: Z is what must be kept.",
    ),
    (
        "kind-ignored",
        {"kind_of": lambda kind: "tanh"},
        "For tanh you are right; for another activation you still use tanh.",
        "Where does kind go in your function?",
        "f is the activation that kind names.",
    ),
    (
        "bias-forgotten",
        {"pre": lambda X, W, b, f: X @ W},
        "There is no b in your Z.",
        "What is added to the product before the activation?",
        "Z = X @ W + b, as in every layer.",
    ),
    (
        "weights-turned",
        {"pre": lambda X, W, b, f: X @ W.T + b},
        "W is turned in your Z: it is square, so nothing complains.",
        "Which index of W belongs to the units below?",
        "Z = X @ W + b, W being (from, to), as in every layer.",
    ),
    (
        "averaged",
        {"out": lambda X, A, Z, f: (X + A) / 2},
        "{right: Z} out is exactly half of what it should be.",
        "Is the input added, or averaged in?",
        FORM,
    ),
    (
        "taken-away",
        {"out": lambda X, A, Z, f: X - A},
        "{right: Z} in out the layer's answer is taken away from X.",
        "Look at the sign between the two.",
        FORM,
    ),
    (
        "linear",
        {"out": lambda X, A, Z, f: X + Z},
        "{right: Z} out has no activation in it.",
        "What happens to Z before it is added?",
        FORM,
    ),
    (
        "bent-twice",
        {"out": lambda X, A, Z, f: f(X + A)},
        "{right: Z} in out the sum of X and f(Z) goes through the activation once more.",
        "How many activations does the formula have, and what stands around the sum?",
        FORM + " Nothing stands around the sum.",
    ),
    (
        "activation-before-the-weights",
        {"pre": lambda X, W, b, f: f(X) @ W + b, "out": lambda X, A, Z, f: X + Z},
        "Your activation comes before the weights: Z is f(X) @ W + b, and out is X + Z.",
        "What goes into f here, and what comes out of it?",
        FORM + " (The order you chose exists as well, under the name of pre-activation.)",
    ),
    (
        "bent-as-a-whole",
        {"out": lambda X, A, Z, f: np.tanh(X + Z)},
        "{right: Z} in out X is inside the tanh as well.",
        "Which of the two stands inside f, and which outside?",
        FORM + " The way past the layer has no curve in it.",
    ),
):
    residual_forward.mistake(_name, *_hints)(made(forward, **_changes))
residual_forward.mistake(
    "order-swapped",
    "The two things you return have changed places: Z first, then out.",
    "In which order does the exercise ask for them?",
    "First out, which the next layer reads; then Z, which the backward pass reads.",
)(lambda X, W, b, kind: nn.residual_forward(X, W, b, kind)[::-1])

other_formulas(
    residual_forward,
    "out",
    (
        "multiplied",
        lambda X, W, b, kind: X * nn.activation_forward(X @ W + b, kind),
        "In your out the layer's answer multiplies X.",
        "What should come out if the layer answers 0?",
        FORM,
    ),
    (
        "past-twice",
        lambda X, W, b, kind: 2 * X + nn.activation_forward(X @ W + b, kind),
        "In your out X is added twice.",
        "How often does X stand in the formula, outside of f?",
        FORM,
    ),
    (
        "both-bent",
        lambda X, W, b, kind: (
            nn.activation_forward(X, kind) + nn.activation_forward(X @ W + b, kind)
        ),
        "In your out X goes through the activation before it is added.",
        "Does anything stand on the way past the layer?",
        FORM,
    ),
    (
        "whole-inside",
        lambda X, W, b, kind: nn.activation_forward(X + X @ W + b, kind),
        "In your out X is inside the activation as well.",
        "Which of the two stands inside f, and which outside?",
        FORM + " The way past the layer has no curve in it.",
    ),
)

taken_apart(
    residual_forward,
    "out",
    lambda X, W, b, kind: {"X": X, "f(Z)": nn.activation_forward(X @ W + b, kind)},
    "Which two terms does out have?",
    FORM,
    beside=lambda X, W, b, kind: {
        "X @ W": X @ W,
        "b": b + 0 * X,
        "f(X)": nn.activation_forward(X, kind),
    },
)
