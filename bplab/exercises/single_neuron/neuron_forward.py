"""A neuron's forward pass over a batch."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.single_neuron.sigmoid import sigmoid

neuron_forward = Exercise(
    "neuron_forward",
    "01_single_neuron",
    nn.neuron_forward,
    returns="a",
    points=1,
    shapes={"X": "N D", "w": "D"},
    built_on=(sigmoid,),
    achieved="A neuron can now judge a whole table of examples at once.",
)


@neuron_forward.paper
def _(rng):
    for N, D in [(6, 3), (8, 5), (7, 2), (1, 4), (6, 6)]:  # one row is a batch too
        X, w = rng.normal(size=(N, D)), rng.normal(size=D)
        yield {"X": X, "w": w, "b": float(rng.uniform(0.5, 2) * rng.choice([-1, 1]))}


@neuron_forward.mistake(
    "no-bias",
    "Your activations do not change with b.",
    "z has two terms. Which one is missing?",
    "z_i = sum over j of X_ij w_j, plus b. At x = 0 only b is left, so the neuron can still fire.",
)
def _(X, w, b):
    return nn.sigmoid(X @ w)


@neuron_forward.mistake(
    "no-activation",
    "You returned the pre-activation z: some of your values lie outside (0, 1).",
    "What stands between z and the neuron's output?",
    "The forward pass has two steps: z = X w + b, then a = sigma(z).",
)
def _(X, w, b):
    return X @ w + b


@neuron_forward.mistake(
    "not-summed",
    "You have one number for every input of every row; there should be one number a row.",
    "Multiplying X by w entry by entry is half of a dot product. What is the other half?",
    "z_i adds up X_ij w_j over all inputs j: the j disappears.",
)
def _(X, w, b):
    return nn.sigmoid(X * w + b)


@neuron_forward.mistake(
    "bias-per-input",
    "Your bias comes in {D} times, once for each input.",
    "Is b added before or after the sum over the inputs?",
    "b stands outside the sum: z_i = (sum over j of X_ij w_j) + b.",
)
def _(X, w, b):
    return nn.sigmoid((X * w + b).sum(axis=1))


@neuron_forward.mistake(
    "bias-subtracted",
    "Your bias pulls the wrong way: a larger b gives you a smaller activation.",
    "Look at the sign in front of b.",
    "This course adds the bias: z = X w + b. (A threshold would be subtracted; theta = -b.)",
)
def _(X, w, b):
    return nn.sigmoid(X @ w - b)


@neuron_forward.mistake(
    "bias-outside",
    "You add b to the activation: some of your values lie outside (0, 1).",
    "Does b come in before the sigmoid, or after it?",
    "b belongs to the pre-activation, z = X w + b; the sigmoid is taken of all of z.",
)
def _(X, w, b):
    return nn.sigmoid(X @ w) + b


@neuron_forward.mistake(
    "bias-in-inputs",
    "You add b to every input before the weights come: b is multiplied by the sum of the weights.",
    "How often should b come in for one example, and with which weight?",
    "z_i = (sum over j of X_ij w_j) + b: b enters once, as it is.",
)
def _(X, w, b):
    return nn.sigmoid((X + b) @ w)


@neuron_forward.mistake(
    "bias-in-weights",
    "You add b to every weight before the inputs come: b is multiplied by the sum of the inputs.",
    "Which operation does Python do first in your line, and where do its brackets end?",
    "z_i = (sum over j of X_ij w_j) + b: b is added once, after the product.",
)
def _(X, w, b):
    return nn.sigmoid(X @ (w + b))


@neuron_forward.mistake(
    "averaged-inputs",
    "Your neuron takes the mean over its inputs where it should take the sum.",
    "Which of the two does a dot product do?",
    "z_i = (sum over j of X_ij w_j) + b, with no division by the number of inputs.",
)
def _(X, w, b):
    return nn.sigmoid((X * w).mean(axis=1) + b)


@neuron_forward.mistake(
    "sum-over-examples",
    "You have one number for each input ({D}), where one for each example ({N}) is asked.",
    "Rows are examples. Which axis does your sum run over, and which should it run over?",
    "z_i = (sum over j of X_ij w_j) + b: j goes along a row, so it is the columns that disappear.",
)
def _(X, w, b):
    return nn.sigmoid((X * w).sum(axis=0) + b)


@neuron_forward.mistake(
    "weights-first",
    "The product w X does not fit: w has one number for each column of X, not for each row.",
    "Write the two shapes side by side, (N, D) and (D,). Which order lets the two D meet?",
    "z_i sums over j = 1 ... D: the last axis of X meets the only axis of w.",
)
def _(X, w, b):
    return nn.sigmoid(w @ X + b)


@neuron_forward.mistake(
    "tanh-instead",
    "Your activations run from -1 to 1: that is tanh, not the sigmoid.",
    "Which activation does the exercise name?",
    "a = sigma(z) lies between 0 and 1 and can be read as a probability.",
)
def _(X, w, b):
    return np.tanh(X @ w + b)


@neuron_forward.mistake(
    "decided-already",
    "Your neuron answers only 0 or 1; its activation is how sure it is.",
    "At which line does a probability turn into a decision? Is that asked here?",
    "a = sigma(z) is the answer of the forward pass. A threshold comes later, if at all: a step "
    "has no slope to learn from.",
)
def _(X, w, b):
    return (X @ w + b > 0) * 1.0


@neuron_forward.mistake(
    "slope-instead",
    "You returned the slope a(1 - a): it is never above 0.25.",
    "The forward pass sends on the curve, not how steep it is.",
    "a = sigma(z). Its slope a(1 - a) comes in the backward pass.",
)
def _(X, w, b):
    a = nn.sigmoid(X @ w + b)
    return a * (1 - a)


@neuron_forward.mistake(
    "relu-instead",
    "You used a ReLU: your activations are 0 or grow without limit.",
    "Which activation does the exercise name?",
    "a = sigma(z) lies between 0 and 1 and can be read as a probability.",
)
def _(X, w, b):
    return np.maximum(X @ w + b, 0)


@neuron_forward.mistake(
    "shares-of-the-batch",
    "Your activations add up to 1 over the batch: each patient's depends on the others.",
    "Take one row away. Should the answers for the other rows change?",
    "a_i = sigma(z_i): each example goes through the neuron by itself.",
)
def _(X, w, b):
    e = np.exp(X @ w + b)
    return e / e.sum() if len(e) > 1 else nn.sigmoid(X @ w + b)


@neuron_forward.mistake(
    "inputs-squashed",
    "The sigmoid is taken of the inputs, before the weights; some of your values leave (0, 1).",
    "In which order do the weights, the bias and the sigmoid come?",
    "First z = X w + b, one number for each row; the sigmoid is taken of that.",
)
def _(X, w, b):
    return nn.sigmoid(X) @ w + b


@neuron_forward.mistake(
    "bias-multiplies",
    "You multiply by b where b is to be added.",
    "What does the neuron do with x = 0, and what does yours?",
    "z = X w + b: with every input at 0, b alone is left.",
)
def _(X, w, b):
    return nn.sigmoid((X @ w) * b)


@neuron_forward.mistake(
    "inputs-rescaled",
    "Each column of X is brought to mean 0 and deviation 1 before it is used: the weights belong "
    "to the inputs as they are.",
    "What becomes of a batch of one row in your function?",
    "z_i = sum over j of X_ij w_j, plus b, with X as it is given. Scaling is the caller's to do.",
)
def _(X, w, b):
    with np.errstate(all="ignore"):
        return nn.sigmoid((X - X.mean(axis=0)) / X.std(axis=0) @ w + b)
