"""The gradients of the cross-entropy through one neuron."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.single_neuron.batches import batch

neuron_backward = Exercise(
    "neuron_backward",
    "01_single_neuron",
    nn.neuron_backward,
    returns=("dw", "db"),
    points=3,
    shapes={"X": "N D", "a": "N", "y": "N"},
    achieved="You have derived your first gradient of a batch; the loop that trains needs "
    "nothing more.",
)


@neuron_backward.paper
def _(rng):
    for N, D in [(6, 3), (8, 5), (7, 2), (6, 6)]:
        X, y, w, b = batch(rng, N, D)
        yield {"X": X, "a": nn.neuron_forward(X, w, b), "y": y}


@neuron_backward.mistake(
    "not-averaged",
    "dw is exactly {N} times what it should be, and your batch has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter the chain?",
    "L = (1/N) * sum of L_i, so dL/dw = (1/N) * sum of dL_i/dw. One division, for dw and db alike.",
)
def _(X, a, y):
    return X.T @ (a - y), np.sum(a - y)


@neuron_backward.mistake(
    "averaged-twice",
    "dw is exactly 1/{N} of what it should be.",
    "Count your divisions by N on the way from the loss to dw. How many are there?",
    "The 1/N of the mean enters once. If dz carries it already, the sums that follow only add.",
)
def _(X, a, y):
    dz = (a - y) / len(y)
    return X.T @ dz / len(y), np.mean(dz)


@neuron_backward.mistake(
    "label-minus-prediction",
    "dw has the right size and the opposite sign.",
    "Prediction minus label, or label minus prediction? Take one patient with y = 1 and a = 0.6.",
    "For y = 1 the loss falls as z grows, so dz must be negative: dz = a - y.",
)
def _(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return -dw, -db


@neuron_backward.mistake(
    "slope-kept",
    "In dw and db each example's share is shrunk by a factor of its own: a(1 - a), at most 1/4, is "
    "in the way.",
    "Derive dL/dz for the cross-entropy through the sigmoid by hand. What cancels?",
    "dL/da = (a - y) / (a (1 - a)) and da/dz = a (1 - a). Their product is a - y, nothing more.",
)
def _(X, a, y):
    dz = (a - y) * a * (1 - a) / len(y)
    return X.T @ dz, np.sum(dz)


@neuron_backward.mistake(
    "loss-slope-only",
    "Your dz is dL/da: it stops at the activation and never passes through the sigmoid.",
    "w acts on z, and the loss sees a. What lies between them?",
    "dL/dz = dL/da * da/dz with da/dz = a (1 - a).",
)
def _(X, a, y):
    dz = (a - y) / (a * (1 - a)) / len(y)
    return X.T @ dz, np.sum(dz)


@neuron_backward.mistake(
    "bias-summed",
    "{right: dw} db is exactly {N} times what it should be.",
    "dw was averaged over the {N} examples. Was db?",
    "db is the mean over i of (a_i - y_i): z_i grows by 1 when b does, in every example alike.",
    part="db",
)
def _(X, a, y):
    return np.sum(a - y)


@neuron_backward.mistake(
    "bias-averaged-twice",
    "{right: dw} db is exactly 1/{N} of what it should be.",
    "If dz carries the 1/N already, what is left to do for b over the examples?",
    "b is added to z_i in every row i, so the chain rule adds over i: one sum, no more division.",
    part="db",
)
def _(X, a, y):
    return np.mean(a - y) / len(y)


@neuron_backward.mistake(
    "wrong-axis",
    "dw is off by {N}/{D}: you divided by the number of inputs ({D}), not of examples ({N}).",
    "Which axis of X counts the examples?",
    "Rows are examples: X is (N, D), so N is X.shape[0].",
)
def _(X, a, y):
    D = X.shape[1]
    return X.T @ (a - y) / D, np.sum(a - y) / D


@neuron_backward.mistake(
    "factor-2",
    "dw is exactly twice what it should be.",
    "A 2 comes from differentiating a square. Which loss is this?",
    "The cross-entropy has no square in it: dz = a - y, without a 2.",
)
def _(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return 2 * dw, 2 * db


@neuron_backward.mistake(
    "mse-gradient",
    "You returned the gradient of the squared error through the sigmoid, not of the cross-entropy.",
    "Which loss does the exercise name? How does its derivative with respect to a begin?",
    "For the cross-entropy dL/da = (a - y) / (a (1 - a)), and the slope a (1 - a) cancels it.",
)
def _(X, a, y):
    dz = 2 * (a - y) * a * (1 - a) / len(y)
    return X.T @ dz, np.sum(dz)


@neuron_backward.mistake(
    "bias-not-summed",
    "{right: dw} db has one number for each example, where the neuron has a single bias.",
    "How many biases does one neuron have?",
    "The one b is used by all N examples, so its blame is the sum of all their shares.",
    part="db",
)
def _(X, a, y):
    return (a - y) / len(y)


@neuron_backward.mistake(
    "bias-forgotten",
    "{right: dw} db is always 0: the bias would never learn.",
    "By how much does z_i change when b grows by 1?",
    "dL/db = sum over i of dL/dz_i * 1: the same dz as for dw, with no input beside it.",
    part="db",
)
def _(X, a, y):
    return 0.0


@neuron_backward.mistake(
    "bias-from-weights",
    "{right: dw} your db was made from dw, so the inputs are in it.",
    "Is b multiplied by any input on its way into z?",
    "z_i = (sum over j of X_ij w_j) + b: the slope of z_i along b is 1, so db needs dz alone.",
    part="db",
)
def _(X, a, y):
    dw, _ = nn.neuron_backward(X, a, y)
    return float(dw.sum())


@neuron_backward.mistake(
    "bias-from-one-example",
    "{right: dw} your db holds the share of the first example only.",
    "How many examples share the one b?",
    "b is added to z_i in every row i, so the chain rule adds over i.",
    part="db",
)
def _(X, a, y):
    return float((a - y)[0] / len(y))


@neuron_backward.mistake(
    "last-example-only",
    "Only the last example is left in dw and db.",
    "What happens to dw from one turn of your loop to the next: is it added to, or replaced?",
    "dw = (1/N) * sum over i of (a_i - y_i) x_i: start at zero and add each example's share.",
)
def _(X, a, y):
    dz = (a[-1] - y[-1]) / len(y)
    return X[-1] * dz, float(dz)


@neuron_backward.mistake(
    "last-example-unscaled",
    "You returned the gradient of the last example alone.",
    "What happens to dw from one turn of your loop to the next: is it added to, or replaced?",
    "dw = (1/N) * sum over i of (a_i - y_i) x_i: start at zero and add each example's share.",
)
def _(X, a, y):
    dz = a[-1] - y[-1]
    return X[-1] * dz, float(dz)


@neuron_backward.mistake(
    "slope-at-activation",
    "A slope sigma'(a) is in your dz: the sigmoid's slope, and taken at the activation.",
    "Two questions: at which point is the curve entered, and is its slope still there in the end?",
    "The slope at z is a (1 - a), and it cancels against the loss: dL/dz = a - y.",
)
def _(X, a, y):
    s = nn.sigmoid(a)
    dz = (a - y) * s * (1 - s) / len(y)
    return X.T @ dz, float(dz.sum())


@neuron_backward.mistake(
    "rounded-prediction",
    "You compared the label with the decision (a above 0.5 or not), not with a.",
    "Should an a of 0.6 for y = 1 leave nothing to learn?",
    "dz = a - y, with a as it is: being unsure costs too.",
)
def _(X, a, y):
    dz = ((a > 0.5) - y) / len(y)
    return X.T @ dz, float(dz.sum())


@neuron_backward.mistake(
    "absolute-error",
    "You used the size of the error without its sign: every example pushes the same way.",
    "What should happen to z for y = 1, and what for y = 0?",
    "dz_i = a_i - y_i is negative for y = 1 (raise z) and positive for y = 0 (lower it).",
)
def _(X, a, y):
    dz = np.abs(a - y) / len(y)
    return X.T @ dz, float(dz.sum())


@neuron_backward.mistake(
    "means-multiplied",
    "{right: db} dw is the mean input times the mean error.",
    "Is the mean of a product the product of the means?",
    "dw = (1/N) * sum over i of (a_i - y_i) x_i: each example's error meets its own inputs first.",
    part="dw",
)
def _(X, a, y):
    return X.mean(axis=0) * np.mean(a - y)


@neuron_backward.mistake(
    "labels-left-out",
    "Your gradient does not depend on the labels: dz is a alone.",
    "What makes the neuron change, if not the difference to what was true?",
    "dL/dz = a - y.",
)
def _(X, a, y):
    return X.T @ a / len(y), float(a.mean())


@neuron_backward.mistake(
    "healthy-left-out",
    "Examples with y = 0 leave no trace in your dw and db.",
    "The loss has two terms. Which of them did you differentiate?",
    "Both -y log a and -(1 - y) log(1 - a) depend on a; together their slopes make a - y.",
)
def _(X, a, y):
    dz = -y * (1 - a) / len(y)
    return X.T @ dz, float(dz.sum())


@neuron_backward.mistake(
    "rows-for-columns",
    "The product X dz does not fit: X has a row for every entry of dz, not a column.",
    "dw has one number for each input ({D}). Which shape must the first factor have?",
    "dw_j = sum over i of X_ij dz_i: i is the first index of X, so it is the transpose that meets "
    "dz.",
)
def _(X, a, y):
    dz = (a - y) / len(y)
    return X @ dz, float(dz.sum())


@neuron_backward.mistake(
    "slope-kept-and-summed",
    "Two things at once: an extra factor a(1 - a) for each example, and no division by {N}.",
    "Derive dL/dz for the cross-entropy through the sigmoid by hand, with the 1/N of the mean.",
    "dL/da = (a - y) / (N a (1 - a)) and da/dz = a (1 - a). What is left of their product?",
)
def _(X, a, y):
    dz = (a - y) * a * (1 - a)
    return X.T @ dz, float(dz.sum())


@neuron_backward.mistake(
    "error-squared",
    "Your gradient is made from (a - y)**2: the sign of the error is lost.",
    "For y = 1 the activation should rise, for y = 0 fall. Where does your dz tell the two apart?",
    "dz = a - y carries the error itself. Its square is a loss, not a slope.",
)
def _(X, a, y):
    dz = (a - y) ** 2 / len(y)
    return X.T @ dz, np.sum(dz)


@neuron_backward.mistake(
    "slope-without-error",
    "Your gradient is made from a(1 - a) alone: the labels have no say in it.",
    "Change every label. Does your gradient change?",
    "dL/dz = dL/da da/dz. The slope da/dz = a(1 - a) is one factor; what is the other, and what "
    "cancels?",
)
def _(X, a, y):
    dz = a * (1 - a) / len(y)
    return X.T @ dz, np.sum(dz)


@neuron_backward.mistake(
    "slope-kept-in-dw",
    "{right: db} your dw has an extra factor a(1 - a) for each example.",
    "Both gradients start from the same dz. Which of your two lines uses another?",
    "dz = a - y for the cross-entropy through the sigmoid, where the slope has cancelled; dw and "
    "db share it.",
    part="dw",
)
def _(X, a, y):
    return X.T @ ((a - y) * a * (1 - a)) / len(y)


@neuron_backward.mistake(
    "averaged-in-the-loop",
    "dw is divided by {N} again and again: each example's share is cut down once for every turn "
    "that follows it.",
    "How often is your division by N carried out, and how often should it be?",
    "First the sum over all examples, then one division: dw = (1/N) * sum over i of (a_i - y_i) "
    "x_i.",
)
def _(X, a, y):
    dw, db = np.zeros(X.shape[1]), 0.0
    for x, error in zip(X, a - y, strict=True):
        dw, db = (dw + error * x) / len(y), (db + error) / len(y)
    return dw, float(db)


@neuron_backward.mistake(
    "tanh-slope",
    "The slope of tanh, 1 - a**2, stands in your gradient where the sigmoid's belongs.",
    "Which activation made a? What is its slope, written with a?",
    "dL/da = (a - y) / (a (1 - a)), and da/dz = a (1 - a) for the sigmoid: their product is a - y.",
)
def _(X, a, y):
    dz = (a - y) / (a * (1 - a)) * (1 - a**2) / len(y)
    return X.T @ dz, float(dz.sum())
