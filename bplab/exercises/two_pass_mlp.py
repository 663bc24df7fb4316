"""Chapter 3: a network, a layer at a time, a batch at a time."""

import re

import numpy as np

from bplab import nn
from bplab.exam import Exercise

CHAPTER = "03_two_pass_mlp"
KINK = 0.02  # no pre-activation of a paper is nearer to zero


def _away_from_zero(rng, low, high, size=None):
    return rng.uniform(low, high, size) * rng.choice([-1.0, 1.0], size)


def _scores(rng, N, H, scale=1.5):
    """Pre-activations on both sides of 0, none at the kink of the ReLU."""
    Z = rng.normal(scale=scale, size=(N, H))
    return np.where(np.abs(Z) < KINK, 3 * KINK, Z)


def _labels(rng, N, C):
    y = rng.integers(C, size=N)
    y[:2] = 0, C - 1
    return y


def _network(rng, N, widths, kind):
    """A batch and a network of these widths, no hidden pre-activation near 0, no bias 0."""
    while True:
        X = rng.normal(size=(N, widths[0]))
        params = [
            (rng.normal(scale=1.2 / np.sqrt(D), size=(D, H)), _away_from_zero(rng, 0.2, 0.8, H))
            for D, H in zip(widths[:-1], widths[1:], strict=True)
        ]
        P, cache = nn.mlp_forward(X, params, kind)
        if min(np.abs(Z).min() for Z in cache["Z"][:-1]) > KINK:
            return X, _labels(rng, N, widths[-1]), params, P, cache


# Batches and networks in which every width is another number; the last one leaves kind out.
NETWORKS = (
    (7, (4, 6, 5, 3), "tanh"),
    (8, (3, 6, 5, 4), "relu"),
    (9, (5, 4, 6, 3), "sigmoid"),
    (6, (2, 5, 3), None),
)


# --- linear_forward -----------------------------------------------------------------------------

linear_forward = Exercise(
    "linear_forward",
    CHAPTER,
    nn.linear_forward,
    returns="Z",
    points=1,
    shapes={"X": "N D", "W": "D H", "b": "H"},
)


@linear_forward.paper
def _(rng):
    for N, D, H in [(6, 3, 4), (8, 5, 2), (7, 4, 6)]:
        yield {
            "X": rng.normal(size=(N, D)),
            "W": rng.normal(size=(D, H)),
            "b": _away_from_zero(rng, 0.3, 1.5, H),
        }


@linear_forward.mistake(
    "no-bias",
    "Your Z does not change with b.",
    "What does a unit put out when all its inputs are 0?",
    "Z_ij = sum over k of X_ik W_kj, plus b_j. The same row b is added to every example.",
)
def _(X, W, b):
    return X @ W


@linear_forward.mistake(
    "bias-subtracted",
    "Your bias pulls the wrong way: a larger b gives you a smaller Z.",
    "Look at the sign in front of b.",
    "This course adds the bias: Z = X W + b. (A threshold would be subtracted; theta = -b.)",
)
def _(X, W, b):
    return X @ W - b


@linear_forward.mistake(
    "activation-too-early",
    "You returned tanh(Z): all your values lie between -1 and 1.",
    "This function is the linear half of a layer. Which function will be the other half?",
    "A layer is Z = X W + b, then A = f(Z). Keeping the two apart makes the way back easier.",
)
def _(X, W, b):
    return np.tanh(X @ W + b)


@linear_forward.mistake(
    "transposed",
    "You returned Z with units as rows and examples as columns.",
    "Which axis of X counts the examples, and which axis of Z must?",
    "Rows are examples everywhere: (N, D) times (D, H) gives (N, H). X comes first.",
)
def _(X, W, b):
    return (X @ W + b).T


@linear_forward.mistake(
    "weights-transposed",
    "The product failed: you multiplied X by W with its axes exchanged.",
    "W is (D, H) here: rows are inputs, columns are units. Which axis of X does D belong to?",
    "(N, D) times (D, H): the two D stand side by side and disappear. No transpose is needed.",
)
def _(X, W, b):
    return X @ W.T + b


@linear_forward.mistake(
    "entry-by-entry",
    "The product failed: you multiplied X and W entry by entry.",
    "One unit adds up all its inputs, each times its weight. Which product has that sum inside?",
    "Z_ij = sum over k of X_ik W_kj: a row of X meets a column of W, which is what @ does.",
)
def _(X, W, b):
    return X * W + b


@linear_forward.mistake(
    "bias-per-input",
    "Your bias counts {D} times, once for every input.",
    "Is b added before or after the sum over the inputs?",
    "b stands outside the sum: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ W + X.shape[1] * b


@linear_forward.mistake(
    "bias-in-weights",
    "You add b to the weights: it is multiplied by the sum of the inputs.",
    "What does a unit put out when all its inputs are 0?",
    "b stands outside the sum: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ (W + b)


@linear_forward.mistake(
    "one-bias-for-all",
    "Every unit gets the sum of all biases.",
    "How many biases does the layer have, and which one belongs to unit j?",
    "Z_ij has b_j in it, with the unit's own index j.",
)
def _(X, W, b):
    return X @ W + b.sum()


@linear_forward.mistake(
    "first-bias-for-all",
    "Every unit gets the bias of the first one.",
    "How many biases does the layer have, and which one belongs to unit j?",
    "Z_ij has b_j in it, with the unit's own index j.",
)
def _(X, W, b):
    return X @ W + b[0]


@linear_forward.mistake(
    "bias-multiplies",
    "You multiply by b where b is to be added.",
    "What does a unit put out when all its inputs are 0?",
    "Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return (X @ W) * b


@linear_forward.mistake(
    "bias-per-example",
    "Your bias counts {N} times, once for every example.",
    "How often does b come into one row of Z?",
    "The same row b is added once to every example: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ W + len(X) * b


@linear_forward.mistake(
    "softmax-too-early",
    "Your rows add up to 1: a softmax was taken already.",
    "This function is the linear half of a layer. Which function will be the other half?",
    "Z = X W + b, and nothing more. The softmax comes once, after the last layer.",
)
def _(X, W, b):
    return nn.softmax(X @ W + b)


# --- linear_backward ----------------------------------------------------------------------------

linear_backward = Exercise(
    "linear_backward",
    CHAPTER,
    nn.linear_backward,
    returns=("dX", "dW", "db"),
    points=3,
    shapes={"dZ": "N H", "X": "N D", "W": "D H"},
)


@linear_backward.paper
def _(rng):
    for N, D, H in [(6, 3, 4), (8, 5, 2), (7, 4, 6)]:
        yield {
            "dZ": rng.normal(size=(N, H)),
            "X": rng.normal(size=(N, D)),
            "W": rng.normal(size=(D, H)),
        }


@linear_backward.mistake(
    "bias-averaged",
    "db is exactly 1/{N} of what it should be; dX and dW are right.",
    "dZ already carries the 1/N of the mean loss. What is left to do over its rows?",
    "b_j is added to Z_ij in every row i, so the chain rule adds over i: one sum, no division.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)


@linear_backward.mistake(
    "averaged-again",
    "dW and db are exactly 1/{N} of what they should be, and your batch has {N} rows.",
    "Count the divisions by N on the way from the loss. Who made the first one?",
    "The 1/N of the mean comes in once, at the loss, and dZ carries it. From there on every "
    "layer only multiplies and adds.",
)
def _(dZ, X, W):
    N = len(X)
    return dZ @ W.T, X.T @ dZ / N, dZ.sum(axis=0) / N


@linear_backward.mistake(
    "weights-averaged",
    "dW is exactly 1/{N} of what it should be; dX and db are right.",
    "dZ already carries the 1/N of the mean loss. What else does dW need?",
    "dW_kj = sum over i of X_ik dZ_ij. No further division.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0)


@linear_backward.mistake(
    "bias-one-row",
    "db is one row of dZ: only one example has a say in it.",
    "How many examples use the bias b_j?",
    "b_j is added to Z_ij for every i, so its blame is the sum of dZ_ij over all i.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ[0]


@linear_backward.mistake(
    "bias-not-summed",
    "db has a row for every example; a layer has one bias for each unit.",
    "b was copied to all {N} rows on the way forward. What undoes a copy on the way back?",
    "What is copied forward is summed backward: db_j is the sum of dZ_ij over i.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ


@linear_backward.mistake(
    "bias-summed-to-one",
    "db is a single number; there should be one for each of the {H} units.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij: the example i disappears, the unit j stays.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum()


@linear_backward.mistake(
    "bias-all-equal",
    "All entries of your db are equal: each unit got the blame of the whole layer.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij: the example i disappears, the unit j stays.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, np.full(dZ.shape[1], dZ.sum())


@linear_backward.mistake(
    "bias-over-units",
    "You summed dZ over the units: db has {N} numbers, one for each example.",
    "Which axis of dZ counts the examples?",
    "Rows are examples. db_j adds up column j, so the rows, axis 0, disappear.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=1)


@linear_backward.mistake(
    "bias-kept-as-row",
    "db has shape {shape}; its numbers are right, but b has shape {wanted_shape}.",
    "Which option of the sum keeps an axis of length 1?",
    "b is (H,), so db is (H,): let the summed axis go altogether.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@linear_backward.mistake(
    "bias-through-inputs",
    "Your db depends on X, but b is never multiplied by anything.",
    "What is the derivative of Z_ij = sum X_ik W_kj + b_j with respect to b_j?",
    "It is 1, for every i. So db_j is the plain sum of dZ_ij over i, without X.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, (X.T @ dZ).sum(axis=0)


@linear_backward.mistake(
    "no-transpose",
    "The product for dX failed: W goes in with its axes the wrong way round.",
    "dX has the shape of X, (N, D). dZ is (N, H) and W is (D, H): which axes must meet?",
    "dX_ik = sum over j of dZ_ij W_kj: the H axes meet, so W has to offer its H first.",
)
def _(dZ, X, W):
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@linear_backward.mistake(
    "no-transpose-of-inputs",
    "The product for dW failed: X goes in with its axes the wrong way round.",
    "dW has the shape of W, (D, H). X is (N, D) and dZ is (N, H): which axes must meet?",
    "dW_kj = sum over i of X_ik dZ_ij: the N axes meet, so X has to offer its N last.",
)
def _(dZ, X, W):
    return dZ @ W.T, X @ dZ, dZ.sum(axis=0)


@linear_backward.mistake(
    "factors-exchanged",
    "dW comes out with its axes exchanged: units as rows, inputs as columns.",
    "dW has the shape of W: {D} rows, {H} columns. Which factor comes first?",
    "dW_kj = sum over i of X_ik dZ_ij: the input k comes first, so X does.",
)
def _(dZ, X, W):
    return dZ @ W.T, dZ.T @ X, dZ.sum(axis=0)


@linear_backward.mistake(
    "reshape-for-transpose",
    "dX has the right shape and scrambled numbers: a reshape stands where W has to be transposed.",
    "Write down a 2 by 3 table, reshape it to 3 by 2, and transpose it: are they the same?",
    "reshape reads the numbers in the same order into new rows; a transpose turns rows into "
    "columns. The sum over j of dZ_ij W_kj needs the second.",
)
def _(dZ, X, W):
    return dZ @ W.reshape(W.shape[::-1]), X.T @ dZ, dZ.sum(axis=0)


@linear_backward.mistake(
    "last-example-only",
    "dW and db hold the share of the last example only.",
    "If you loop over the examples: what happens to the shares of the earlier ones?",
    "dW adds up over all examples: begin with zeros and add each share to what is there.",
)
def _(dZ, X, W):
    return dZ @ W.T, np.outer(X[-1], dZ[-1]), dZ[-1]


@linear_backward.mistake(
    "last-example-left-out",
    "dX is right; dW and db lack the share of the last example.",
    "Where does your loop over the examples end?",
    "All N examples have their share: the sum over i runs from the first row to the last.",
)
def _(dZ, X, W):
    return dZ @ W.T, X[:-1].T @ dZ[:-1], dZ[:-1].sum(axis=0)


@linear_backward.mistake(
    "order-of-returns",
    "You gave back dW, db, dX; the exercise asks for dX, dW, db.",
    "Compare the order of what you return with the exercise's.",
    "Only the order is off: the gradients themselves are right.",
)
def _(dZ, X, W):
    return X.T @ dZ, dZ.sum(axis=0), dZ @ W.T


@linear_backward.mistake(
    "sums-before-products",
    "dX and db are right; your dW is made from sums over the examples that were taken too early.",
    "Does example 1's input ever meet example 2's dZ? In your dW it does.",
    "dW_kj = sum over i of X_ik dZ_ij: input and dZ of the same example are multiplied first, "
    "then added up.",
)
def _(dZ, X, W):
    return dZ @ W.T, np.outer(X.sum(axis=0), dZ.sum(axis=0)), dZ.sum(axis=0)


@linear_backward.mistake(
    "means-multiplied",
    "dX and db are right; your dW is a product of two means.",
    "Does example 1's input ever meet example 2's dZ? In your dW it does.",
    "dW_kj = sum over i of X_ik dZ_ij: input and dZ of the same example are multiplied first, "
    "then added up.",
)
def _(dZ, X, W):
    return dZ @ W.T, np.outer(X.mean(axis=0), dZ.mean(axis=0)), dZ.sum(axis=0)


@linear_backward.mistake(
    "inputs-reshaped",
    "dW has the right shape and scrambled numbers: a reshape stands where X has to be transposed.",
    "Write down a 2 by 3 table, reshape it to 3 by 2, and transpose it: are they the same?",
    "reshape reads the numbers in the same order into new rows; a transpose turns rows into "
    "columns.",
)
def _(dZ, X, W):
    return dZ @ W.T, X.reshape(X.shape[::-1]) @ dZ, dZ.sum(axis=0)


# --- activation_forward -------------------------------------------------------------------------

activation_forward = Exercise(
    "activation_forward",
    CHAPTER,
    nn.activation_forward,
    returns="A",
    points=1,
    shapes={"Z": "N H"},
)


@activation_forward.paper
def _(rng):
    for N, H, kind in [(6, 4, "tanh"), (8, 3, "relu"), (7, 5, "sigmoid")]:
        yield {"Z": _scores(rng, N, H), "kind": kind}


def _kinds(relu=nn.relu, tanh=np.tanh, sigmoid=nn.sigmoid):
    """activation_forward with some of its functions replaced."""
    table = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
    return lambda Z, kind: table[kind](Z)


activation_forward.mistake(
    "relu-as-step",
    "Your relu gives 1 for every positive z: it says whether a unit is on, not how much.",
    "What should relu(3) be, and relu(0.5)?",
    "relu(z) = max(z, 0): positive numbers pass as they are. The 0 or 1 is its slope, which comes "
    "in the backward pass.",
)(_kinds(relu=lambda Z: (Z > 0) * 1.0))

activation_forward.mistake(
    "relu-as-absolute",
    "Your relu turns negative numbers positive.",
    "What should relu(-3) be?",
    "relu(z) = max(z, 0): all negative numbers become 0.",
)(_kinds(relu=np.abs))

activation_forward.mistake(
    "relu-leaks",
    "Your relu lets a small part of negative numbers through; that is the leaky relative.",
    "What does the plain relu do with z = -3?",
    "relu(z) = max(z, 0): exactly 0 left of zero.",
)(_kinds(relu=lambda Z: np.where(Z > 0, Z, 0.01 * Z)))

activation_forward.mistake(
    "relu-reduces",
    "Your relu raised an error: the maximum of an array was taken where each entry is to be "
    "compared with 0.",
    "max reduces an array to its largest entry. What compares two things entry by entry?",
    "NumPy has both: max runs along an axis, maximum compares pairs.",
)(_kinds(relu=lambda Z: np.max(0, Z)))


@activation_forward.mistake(
    "relu-in-place",
    "Your relu wrote zeros into the Z it was given.",
    "What happens to the caller's array in an indexed assignment?",
    "The backward pass will ask for the slope at Z, so Z must survive. Build a new array.",
)
def _(Z, kind):
    if kind == "relu":
        Z[Z < 0] = 0
        return Z
    return nn.activation_forward(Z, kind)


activation_forward.mistake(
    "tanh-for-sigmoid",
    "Your sigmoid runs from -1 to 1; it should run from 0 to 1.",
    "What should the sigmoid of 0 be?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1.",
)(_kinds(sigmoid=np.tanh))

activation_forward.mistake(
    "sigmoid-for-tanh",
    "Your tanh runs from 0 to 1; it should run from -1 to 1.",
    "What should tanh(0) be?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1.",
)(_kinds(tanh=nn.sigmoid))

activation_forward.mistake(
    "sigmoid-precedence",
    "Your sigmoid leaves the interval (0, 1).",
    "Read 1/1+exp(-z) as Python does. Which operation comes first?",
    "A fraction bar groups what is under it: 1 and exp(-z) are added before the division.",
)(_kinds(sigmoid=lambda Z: 1 / 1 + np.exp(-Z)))

activation_forward.mistake(
    "sigmoid-mirrored",
    "Your sigmoid falls where it should rise.",
    "Which sign has the exponent? Try z = 3.",
    "The exponential in the denominator must vanish for large positive z: its exponent is -z.",
)(_kinds(sigmoid=lambda Z: nn.sigmoid(-Z)))

activation_forward.mistake(
    "kind-ignored",
    "You always return tanh(Z), whatever kind says.",
    "Where does your function look at kind?",
    "Three kinds, three branches: relu, tanh, sigmoid.",
)(lambda Z, kind: np.tanh(Z))


# --- activation_backward ------------------------------------------------------------------------

activation_backward = Exercise(
    "activation_backward",
    CHAPTER,
    nn.activation_backward,
    returns="dZ",
    points=2,
    shapes={"dA": "N H", "Z": "N H"},
)


@activation_backward.paper
def _(rng):
    for N, H, kind in [(6, 4, "tanh"), (8, 3, "relu"), (7, 5, "sigmoid")]:
        yield {"dA": rng.normal(size=(N, H)), "Z": _scores(rng, N, H), "kind": kind}


def _slopes(relu=nn.relu_grad, tanh=nn.tanh_grad, sigmoid=nn.sigmoid_grad):
    """activation_backward with some of its slopes replaced."""
    table = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
    return lambda dA, Z, kind="tanh": dA * table[kind](Z)


@activation_backward.mistake(
    "upstream-ignored",
    "You gave back the slope alone: your dZ does not depend on dA.",
    "Who tells this step how much the loss minds a change of A?",
    "Chain rule: dL/dZ_ij = dL/dA_ij times dA_ij/dZ_ij. The first factor arrives as dA.",
)
def _(dA, Z, kind):
    return nn.activation_backward(np.ones_like(dA), Z, kind)


@activation_backward.mistake(
    "slope-ignored",
    "You passed dA on as it came: the activation is skipped.",
    "How much does A change when Z changes a little?",
    "Chain rule: dZ_ij = dA_ij f'(Z_ij). What is missing is the second factor.",
)
def _(dA, Z, kind):
    return dA.copy()


@activation_backward.mistake(
    "slope-at-the-activation",
    "Your slopes are those at A = f(Z): you went through the activation twice.",
    "Slope where? Along the axis of the curve lies Z, not A.",
    "f'(Z_ij) is the slope where the curve was entered. If a formula is written with a = f(z), "
    "such as a(1 - a), feed it a; if it is written with z, feed it z.",
)
def _(dA, Z, kind):
    return nn.activation_backward(dA, nn.activation_forward(Z, kind), kind)


activation_backward.mistake(
    "output-form-fed-with-z",
    "You used the slope's short form, which is written with a, on Z itself: it can even get "
    "negative.",
    "1 - a^2 and a(1 - a): what does a stand for in them?",
    "a = f(z). So tanh'(z) = 1 - tanh(z)^2, and sigma'(z) = sigma(z)(1 - sigma(z)).",
)(_slopes(tanh=lambda Z: 1 - Z**2, sigmoid=lambda Z: Z * (1 - Z)))

activation_backward.mistake(
    "tanh-fed-with-z",
    "For tanh you used 1 - z^2 where 1 - tanh(z)^2 belongs; relu and sigmoid are right.",
    "Can the slope of a curve that always rises be negative? Try z = 2.",
    "The short form is 1 - a^2 with a = tanh(z).",
)(_slopes(tanh=lambda Z: 1 - Z**2))

activation_backward.mistake(
    "sigmoid-fed-with-z",
    "For sigmoid you used z(1 - z) where a(1 - a) belongs; relu and tanh are right.",
    "Can the slope of a curve that always rises be negative? Try z = 2.",
    "The short form is a(1 - a) with a = sigma(z).",
)(_slopes(sigmoid=lambda Z: Z * (1 - Z)))

activation_backward.mistake(
    "sigmoid-slope-for-tanh",
    "For tanh you used a(1 - a), which is the slope of the sigmoid.",
    "Differentiate tanh afresh: what is its slope at 0, and what is yours?",
    "tanh' = 1 - tanh^2: at z = 0 the slope is 1. a(1 - a) would be 0 there.",
)(_slopes(tanh=lambda Z: np.tanh(Z) * (1 - np.tanh(Z))))

activation_backward.mistake(
    "tanh-not-squared",
    "Your slope of tanh lacks the square: you are right at z = 0 and too small elsewhere.",
    "At z = 1 the slope of tanh is 0.42. What do you get?",
    "tanh'(z) = 1 - tanh(z)^2. The square also keeps it the same for z and -z.",
)(_slopes(tanh=lambda Z: 1 - np.abs(np.tanh(Z))))

activation_backward.mistake(
    "tanh-slope-unsquared",
    "Your slope of tanh is 1 - tanh(z): above 1 for negative z, though tanh is never that steep.",
    "What is the slope at z = -1, and at z = 1? Should they differ?",
    "tanh'(z) = 1 - tanh(z)^2. The square makes it the same for z and -z.",
)(_slopes(tanh=lambda Z: 1 - np.tanh(Z)))

activation_backward.mistake(
    "slope-upside-down",
    "Your slope of tanh is upside down: it grows where the curve gets flat.",
    "Far from 0 tanh is nearly flat. What should its slope be there?",
    "tanh'(z) = 1 - tanh(z)^2, not 1 over it.",
)(_slopes(tanh=lambda Z: 1 / (1 - np.tanh(Z) ** 2)))

activation_backward.mistake(
    "sigmoid-factor-missing",
    "Your slope of the sigmoid lacks the factor 1 - a.",
    "What should the slope be where the sigmoid is nearly 1, and hence flat?",
    "sigma' = a (1 - a): small at both ends, 1/4 in the middle.",
)(_slopes(sigmoid=nn.sigmoid))


@activation_backward.mistake(
    "value-for-slope",
    "You multiplied dA by the activation itself instead of by its slope.",
    "tanh can be negative. Can the slope of a curve that always rises be negative?",
    "dZ = dA times f'(Z): the slope of the activation, not its value.",
)
def _(dA, Z, kind):
    return dA * nn.activation_forward(Z, kind)


@activation_backward.mistake(
    "relu-gates-the-gradient",
    "Your relu blocks where dA is negative; it must block where Z was.",
    "Which sign decided on the way forward whether the unit was on?",
    "The slope of relu is 1 where Z_ij > 0 and 0 elsewhere. dA may have any sign.",
)
def _(dA, Z, kind):
    return dA * (dA > 0) if kind == "relu" else nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "relu-always-on",
    "Your relu lets everything through, also where the unit was off.",
    "Which entries of Z did relu turn into 0? What does a small change of them do?",
    "The slope of relu is 0 where Z_ij < 0: a unit that was off takes no blame.",
)
def _(dA, Z, kind):
    return dA.copy() if kind == "relu" else nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "in-place",
    "Your function wrote into the dA it was given.",
    "Call it twice with the same dA: what happens the second time?",
    "The caller may need dA once more. Build the product as a new array.",
)
def _(dA, Z, kind):
    if kind == "relu":
        dA[Z <= 0] = 0
        return dA
    return nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "matrix-product",
    "The product failed: dA and the slopes were multiplied as matrices.",
    "Does unit 1's activation have any say in unit 2's slope?",
    "Each entry goes through the activation alone: dZ_ij = dA_ij f'(Z_ij), entry by entry.",
)
def _(dA, Z, kind):
    return dA @ nn.activation_backward(np.ones_like(Z), Z, kind)


@activation_backward.mistake(
    "kind-ignored",
    "You always use the slope of tanh, whatever kind says.",
    "Where does your function look at kind?",
    "Three kinds, three slopes: relu, tanh, sigmoid.",
)
def _(dA, Z, kind):
    return nn.activation_backward(dA, Z, "tanh")


# --- softmax ------------------------------------------------------------------------------------

softmax = Exercise("softmax", CHAPTER, nn.softmax, returns="P", points=2, shapes={"Z": "N C"})


@softmax.paper
def _(rng):
    for N, C in [(6, 3), (8, 5), (7, 4)]:
        yield {"Z": rng.normal(scale=2, size=(N, C))}
    far = rng.normal(size=(6, 4))
    far[0] += 1e4
    far[1] -= 1e4
    far[2, 1], far[3, 2] = 1e4, -1e4
    far[4, :2] = -1e4, 1e4
    yield {"Z": far}


@softmax.mistake(
    "over-the-examples",
    "Your columns sum to 1, not your rows: the examples share one probability.",
    "Whose probabilities must add up to 1: one example's classes, or one class's examples?",
    "Every row is a distribution of its own: P_ic = exp(Z_ic) / sum over c' of exp(Z_ic').",
)
def _(Z):
    return nn.softmax(Z.T).T


@softmax.mistake(
    "over-everything",
    "All your numbers together sum to 1; every single row should.",
    "Sum one row of your P. How many rows are there?",
    "The sum in the denominator runs over the classes of one example only.",
)
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


@softmax.mistake(
    "overflow",
    "For large scores you get nan: exp(1000) is inf, and inf / inf has no value.",
    "Softmax does not change if the same number is subtracted from all scores of a row. Which "
    "number makes every exp at most 1?",
    "exp(z_c - m) / sum exp(z_c' - m): the factor exp(-m) cancels. With m the largest score of "
    "the row, the largest exp is exp(0) = 1.",
    when="not-finite",
)
def _(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "one-maximum-for-all",
    "You subtract one number from the whole table: rows far below it lose all their exps, and "
    "0 / 0 has no value.",
    "Which rows become nan, and how do their scores compare with the largest of all?",
    "Every row may be shifted by a number of its own: take each row's own maximum.",
)
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "axis-lost",
    "It failed where (N, C) met (N,): the sum or the maximum of each row lost its axis.",
    "What are the shapes on both sides of the division, and of the minus if you have one?",
    "(N, C) and (N, 1) fit: sum and maximum have to keep their axis as one of length 1.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


@softmax.mistake(
    "sign-of-the-scores",
    "Your largest probability is where the smallest score is.",
    "Should a larger score make a class more probable or less?",
    "The exponent is the score itself, exp(Z_ic). The minus sign belongs to the maximum that is "
    "subtracted.",
)
def _(Z):
    return nn.softmax(-Z)


@softmax.mistake(
    "scores-clipped",
    "Scores far from 0 are cut off before the exp: a row of them loses its differences.",
    "What is left of the scores 10001 and 10003 after your clipping?",
    "Only differences within a row count, so shift instead of cutting: subtract the row's largest "
    "score.",
)
def _(Z):
    return nn.softmax(np.clip(Z, -500, 500))


@softmax.mistake(
    "not-normalized",
    "Your rows do not sum to 1: the division is missing.",
    "Sum a row of your P. What has to be done with that sum?",
    "exp makes every score positive; dividing by the row's sum makes them probabilities.",
)
def _(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


@softmax.mistake(
    "no-exponential",
    "You divided the scores by their sum; that can give negative numbers.",
    "What turns a score of any sign into a positive number, before the division?",
    "P_ic = exp(Z_ic) / sum over c' of exp(Z_ic').",
)
def _(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@softmax.mistake(
    "log-probabilities",
    "You returned the logarithms of the probabilities: all of them are negative.",
    "The log belongs to the loss. What is asked here?",
    "P itself is asked: positive numbers whose rows sum to 1.",
)
def _(Z):
    top = Z - Z.max(axis=1, keepdims=True)
    return top - np.log(np.exp(top).sum(axis=1, keepdims=True))


@softmax.mistake(
    "each-for-itself",
    "You squeezed each score with a sigmoid: your rows do not sum to 1.",
    "Must the classes share the probability, or does each have its own?",
    "With one right class of several, raising one probability lowers the others: they share one "
    "denominator.",
)
def _(Z):
    return nn.sigmoid(Z)


@softmax.mistake(
    "softmax-twice",
    "Your probabilities are too even: the softmax was taken of a softmax.",
    "How often is exp applied to each score?",
    "One softmax turns scores into probabilities. A second one sees numbers between 0 and 1 "
    "only, and makes them nearly equal.",
)
def _(Z):
    return nn.softmax(nn.softmax(Z))


@softmax.mistake(
    "base-2",
    "You raised 2 to the scores, not e.",
    "Which exponential does the formula name?",
    "P_ic = exp(Z_ic) / sum over k of exp(Z_ik), with the natural exponential: its slope is "
    "itself.",
)
def _(Z):
    E = 2.0 ** (Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "largest-of-each-column",
    "You take off each column its own maximum: that changes the differences inside a row.",
    "Softmax does not change if one number is subtracted from a whole row. Which number do you "
    "subtract where?",
    "The largest score of row i is taken off all of row i, whatever the other rows hold.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z - Z.max(axis=0))
        return np.nan_to_num(E / E.sum(axis=1, keepdims=True))


@softmax.mistake(
    "scores-divided",
    "You divide the scores by the largest; it is to be subtracted.",
    "Which of the two leaves exp(a) / exp(b) as it is: taking the same off a and b, or dividing "
    "both?",
    "exp(a - m) / exp(b - m) = exp(a) / exp(b). Division changes the differences on which "
    "softmax depends.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z / Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "winner-takes-all",
    "Your rows hold a single 1: that is the decision, not the probabilities.",
    "How sure is the network when two scores are nearly equal?",
    "Each class gets its share exp(Z_ic) of the row's sum. The largest can be picked later.",
)
def _(Z):
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]


@softmax.mistake(
    "length-for-sum",
    "You divide by the length of each row of exponentials: the squares of a row add up to 1, not "
    "the row.",
    "Which sum should be 1?",
    "Probabilities add up to 1 as they are: the denominator is the plain sum over the row.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / np.sqrt((E**2).sum(axis=1, keepdims=True))


@softmax.mistake(
    "columns-summed",
    "You divide by the sum of each column: your columns add up to 1, your rows do not.",
    "Which numbers belong to one example, a row's or a column's?",
    "Every example is a distribution over the classes: the denominator is the sum over row i.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0)


@softmax.mistake(
    "one-sum-for-all",
    "You divide every row by the same number, the sum over the whole array.",
    "Should an example's probabilities depend on the other examples?",
    "Every example is a distribution by itself: the denominator is the sum over row i.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum()


@softmax.mistake(
    "nan-replaced",
    "Rows with large scores hold zeros where nan was replaced; they do not add up to 1.",
    "What is exp(10000) for a computer, and what is that divided by itself?",
    "Take the largest score of the row off first: then every exp is at most 1 and nothing has to "
    "be repaired.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z)
        return np.nan_to_num(E / E.sum(axis=1, keepdims=True))


# --- cross_entropy ------------------------------------------------------------------------------

cross_entropy = Exercise(
    "cross_entropy",
    CHAPTER,
    nn.cross_entropy,
    returns="loss",
    points=1,
    shapes={"P": "N C", "y": "N"},
)


@cross_entropy.paper
def _(rng):
    for N, C in [(6, 3), (9, 5), (7, 4)]:
        yield {"P": nn.softmax(rng.normal(scale=2, size=(N, C))), "y": _labels(rng, N, C)}
    P = nn.softmax(rng.normal(size=(6, 4)))
    P[1], P[2] = np.eye(4)[1], np.eye(4)[3]
    y = _labels(rng, 6, 4)
    y[1], y[2] = 2, 3  # sure and wrong; sure and right
    yield {"P": P, "y": y}


def _clipped(P):
    return np.clip(P, 1e-12, 1)


@cross_entropy.mistake(
    "summed",
    "Your loss is exactly {N} times what it should be, and {N} is the number of examples.",
    "Sum or mean over the batch? See the table of conventions.",
    "The loss is the mean over the N examples: the sum divided by N.",
)
def _(P, y):
    return nn.cross_entropy(P, y) * len(y)


@cross_entropy.mistake(
    "mean-over-all-entries",
    "Your loss is exactly 1/{C} of what it should be, and there are {C} classes.",
    "How many numbers did your mean divide by? How many examples are there?",
    "Each example pays for one class, the true one. So there are N terms, and the mean divides "
    "by N, not by N C.",
)
def _(P, y):
    return -np.mean(np.eye(P.shape[1])[y] * np.log(_clipped(P)))


@cross_entropy.mistake(
    "negative",
    "Your loss has the right size and is negative.",
    "A loss is something to pay. What is the sign of log p for a probability p?",
    "log of a number below 1 is negative; the minus in the definition turns it into a cost.",
)
def _(P, y):
    return -nn.cross_entropy(P, y)


@cross_entropy.mistake(
    "log-of-zero",
    "When the true class has probability 0, your loss is not a finite number.",
    "What is log(0) for a computer?",
    "Let no probability under 1e-12 into the logarithm: a sure mistake then costs 27.6, not "
    "infinity.",
    when="not-finite",
)
def _(P, y):
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(P[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "other-clip",
    "You are right but for an example whose true class has probability 0: you clip at 1e-15 "
    "instead of 1e-12.",
    "At which number does this course clip? See the table of conventions.",
    "-log(1e-12) = 27.6 is what the surest of mistakes costs here.",
)
def _(P, y):
    return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y], 1e-15)))


@cross_entropy.mistake(
    "all-classes-pay",
    "You added up the logarithms of all classes; only the true one counts.",
    "Which entry of row i does y_i point to?",
    "-log P[i, y_i]: one entry of each row, the one at the true class.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P)).sum(axis=1))


@cross_entropy.mistake(
    "columns-not-picked",
    "Your indexing picks whole columns for every row, not one entry of each.",
    "What is the shape of what you pick? It should be (N,).",
    "Two index arrays pick pairs: row number i together with class number y_i.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P[:, y])))


@cross_entropy.mistake(
    "log-base-2",
    "Your loss is 1.443 times what it should be: that is 1/ln 2.",
    "Which logarithm did you take? Bits are a fine unit, but not the one of this course.",
    "The natural one: only then is the slope of log p exactly 1/p, without a factor.",
)
def _(P, y):
    return nn.cross_entropy(P, y) / np.log(2)


@cross_entropy.mistake(
    "log-base-10",
    "Your loss is 0.434 times what it should be: that is 1/ln 10.",
    "Which logarithm did you take?",
    "The natural one: only then is the slope of log p exactly 1/p, without a factor.",
)
def _(P, y):
    return nn.cross_entropy(P, y) / np.log(10)


@cross_entropy.mistake(
    "per-example",
    "You returned one loss for each example; the loss of a batch is one number.",
    "Which reduction does the definition end with?",
    "L = -(1/N) * sum over i of log P[i, y_i]: the i disappears.",
)
def _(P, y):
    return -np.log(np.maximum(P[np.arange(len(y)), y], 1e-12))


@cross_entropy.mistake(
    "most-probable-class",
    "You took the largest probability of each row, whatever the label says.",
    "Which entry of row i does y_i point to?",
    "-log P[i, y_i]: the probability of the true class, which may be small.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P.max(axis=1))))


@cross_entropy.mistake(
    "log-of-the-mean",
    "You took the logarithm of a mean; the mean of the logarithms is asked.",
    "Which comes first for each example, the log or the mean?",
    "Each example has a loss of its own, -log P[i, y_i]. Their mean is the loss of the batch.",
)
def _(P, y):
    return -np.log(np.mean(P[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "squared-error",
    "You measured the squared distance to the one-hot targets.",
    "Which loss goes with softmax here?",
    "L = -(1/N) * sum over i of log P[i, y_i]: no square in it.",
)
def _(P, y):
    return np.mean((P - np.eye(P.shape[1])[y]) ** 2)


@cross_entropy.mistake(
    "no-logarithm",
    "Your loss is the mean of 1 - p: the logarithm is missing.",
    "What should the loss be when the true class gets probability 0.01, and when it gets 0.0001?",
    "-log p grows without end as p falls to 0; 1 - p stays below 1.",
)
def _(P, y):
    return np.mean(1 - P[np.arange(len(y)), y])


@cross_entropy.mistake(
    "binary-terms-added",
    "You charge the wrong classes too, with log(1 - p) terms.",
    "Softmax already ties the classes together. Which single term does its loss have?",
    "The loss of several classes is -log P[i, y_i] alone. The 1 - p terms belong to a single "
    "sigmoid output.",
)
def _(P, y):
    T = np.eye(P.shape[1])[y]
    Q = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean((T * np.log(Q) + (1 - T) * np.log(1 - Q)).sum(axis=1))


@cross_entropy.mistake(
    "softmax-again",
    "You took the softmax of P, which holds probabilities already.",
    "Where in the forward pass is the softmax? What does the loss receive?",
    "The loss is -log of the probability of the true class, as it stands in P.",
)
def _(P, y):
    return nn.cross_entropy(nn.softmax(P), y)


@cross_entropy.mistake(
    "accuracy",
    "You returned the share of right answers, which is not a loss.",
    "Does your number change when a right answer becomes surer?",
    "Each example costs -log of the probability that P gives to its true class.",
)
def _(P, y):
    return np.mean(P.argmax(axis=1) == y)


@cross_entropy.mistake(
    "share-of-errors",
    "You returned the share of wrong answers: it does not see how sure they were.",
    "Does your number change when a right answer becomes surer?",
    "Each example costs -log of the probability that P gives to its true class.",
)
def _(P, y):
    return np.mean(P.argmax(axis=1) != y)


@cross_entropy.mistake(
    "complement",
    "You took the logarithm of 1 - p for the true class: a sure and right answer costs you most.",
    "What should an example cost whose true class has probability 1?",
    "-log p is 0 at p = 1 and large near 0, with p the probability of the true class.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(1 - P[np.arange(len(y)), y])))


@cross_entropy.mistake(
    "entropy",
    "You weighted the logarithms with P itself: your loss never looks at the labels.",
    "Change every label. Does your loss change?",
    "The label picks one logarithm in each row: the weights are 1 for the true class and 0 for "
    "the others.",
)
def _(P, y):
    return -np.mean((P * np.log(_clipped(P))).sum(axis=1))


@cross_entropy.mistake(
    "rows-by-label",
    "You picked whole rows of P by the labels; a label picks a column.",
    "What is P[2]: the third example, or the third class?",
    "Row i belongs to example i, and in it the column y_i: two indices for each example.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P[y])))


@cross_entropy.mistake(
    "infinity-replaced",
    "Where P is exactly 0 your infinity was replaced by another number; the rest is right.",
    "What should a sure mistake cost, and what does it cost after the repair?",
    "Clip P at 1e-12 before the logarithm: a sure mistake then costs 27.6, not a number from a "
    "repair.",
)
def _(P, y):
    with np.errstate(all="ignore"):
        return np.mean(np.nan_to_num(-np.log(P[np.arange(len(y)), y])))


def _bounded(bound):
    def solution(P, y):
        return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y], bound)))

    return solution


for _bound in (1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3):
    cross_entropy.mistake(
        f"clipped-at-{_bound:g}",
        f"You keep P above {_bound:g}; here the bound is 1e-12.",
        "Which bound does the exercise name?",
        f"A sure mistake costs -log of that bound: {-np.log(_bound):.3g} with yours, 27.6 with "
        "1e-12.",
    )(_bounded(_bound))


# --- softmax_cross_entropy_backward -------------------------------------------------------------

softmax_cross_entropy_backward = Exercise(
    "softmax_cross_entropy_backward",
    CHAPTER,
    nn.softmax_cross_entropy_backward,
    returns="dZ",
    points=3,
    shapes={"P": "N C", "y": "N"},
)


@softmax_cross_entropy_backward.paper
def _(rng):
    for N, C in [(6, 3), (9, 5), (7, 4)]:
        yield {"P": nn.softmax(rng.normal(scale=1.5, size=(N, C))), "y": _labels(rng, N, C)}


def _one_hot(P, y):
    return np.eye(P.shape[1])[y]


@softmax_cross_entropy_backward.mistake(
    "not-averaged",
    "dZ is exactly {N} times what it should be, and your batch has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter?",
    "L = (1/N) * sum of L_i, so every row of dZ carries 1/N. The layers below will count on it.",
)
def _(P, y):
    return P - _one_hot(P, y)


@softmax_cross_entropy_backward.mistake(
    "sign",
    "dZ has the right size and the opposite sign.",
    "Probability minus target, or target minus probability? Take one example by hand.",
    "The loss falls as the true class's score grows, so dZ is negative there: P_iy - 1 < 0.",
)
def _(P, y):
    return (_one_hot(P, y) - P) / len(y)


@softmax_cross_entropy_backward.mistake(
    "slope-kept",
    "dZ is smaller than it should be by a factor P(1 - P) in every entry.",
    "Derive dL/dZ through the softmax by hand. What cancels?",
    "dL/dP has 1/P in it and the softmax a P: their product leaves P - one-hot, nothing more.",
)
def _(P, y):
    return (P - _one_hot(P, y)) * P * (1 - P) / len(y)


@softmax_cross_entropy_backward.mistake(
    "averaged-over-entries",
    "dZ is exactly 1/{C} of what it should be, and there are {C} classes.",
    "By how many numbers did you divide? How many examples does the mean run over?",
    "One term for each example: the mean divides by N, not by N C.",
)
def _(P, y):
    return (P - _one_hot(P, y)) / P.size


@softmax_cross_entropy_backward.mistake(
    "divided-by-classes",
    "dZ is off by {N}/{C}: you divided by the number of classes ({C}), not of examples ({N}).",
    "Which axis of P counts the examples?",
    "Rows are examples: P is (N, C).",
)
def _(P, y):
    return (P - _one_hot(P, y)) / P.shape[1]


@softmax_cross_entropy_backward.mistake(
    "averaged-twice",
    "dZ is exactly 1/{N} of what it should be.",
    "Count your divisions by N. How many are there?",
    "The mean over N examples divides once.",
)
def _(P, y):
    return (P - _one_hot(P, y)) / len(y) ** 2


@softmax_cross_entropy_backward.mistake(
    "only-the-true-class",
    "Only the entry of the true class is right; the other classes get no gradient.",
    "Raising the score of a wrong class lowers the true class's probability. Where is that in "
    "your formula?",
    "Every score stands in the denominator of every probability: for c other than y_i the "
    "gradient is P_ic / N.",
)
def _(P, y):
    T = _one_hot(P, y)
    return T * (P - T) / len(y)


@softmax_cross_entropy_backward.mistake(
    "stops-at-the-probabilities",
    "You returned dL/dP: the way back through the softmax is missing.",
    "The exercise asks for the gradient of the scores. What lies between Z and P?",
    "dL/dZ_ic = sum over k of dL/dP_ik dP_ik/dZ_ic, and dP_ik/dZ_ic = P_ik (1[k = c] - P_ic).",
)
def _(P, y):
    return -_one_hot(P, y) / P / len(y)


@softmax_cross_entropy_backward.mistake(
    "no-one-hot",
    "You subtracted the class number itself from every entry of its row.",
    "y_i is the name of a class, not a probability. Which entry of row i should lose 1?",
    "The target of row i is 1 at class y_i and 0 elsewhere. Subtract 1 there, 0 elsewhere.",
)
def _(P, y):
    return (P - y[:, None]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "target-forgotten",
    "Your dZ is P / N: it does not depend on the labels.",
    "Where does y come into your formula?",
    "dZ_ic = (P_ic - 1[c = y_i]) / N: at the true class 1 goes off.",
)
def _(P, y):
    return P / len(y)


@softmax_cross_entropy_backward.mistake(
    "columns-not-entries",
    "You subtracted 1 from whole columns: every row lost it at every class that occurs.",
    "Which rows does your indexed subtraction touch?",
    "Two index arrays pick pairs: row number i together with class number y_i.",
)
def _(P, y):
    dZ = P.copy()
    dZ[:, y] -= 1
    return dZ / len(y)


@softmax_cross_entropy_backward.mistake(
    "in-place",
    "Your function changed the P it was given.",
    "Is your dZ a new array, or another name for P?",
    "The caller still needs P for the loss. A second name is no copy.",
)
def _(P, y):
    P[np.arange(len(y)), y] -= 1
    P /= len(y)
    return P


@softmax_cross_entropy_backward.mistake(
    "error-squared",
    "Your dZ is the square of what it should be, over N: the sign of the error is lost.",
    "Which scores should rise and which fall? Where does your dZ tell the two apart?",
    "dZ = (P - T) / N with T one-hot: negative for the true class, positive for the others.",
)
def _(P, y):
    return (P - _one_hot(P, y)) ** 2 / len(y)


@softmax_cross_entropy_backward.mistake(
    "only-the-labels-averaged",
    "You divided P by N, but not the 1 of the true class, or the other way round.",
    "To how much of your line does the division by N belong?",
    "dZ = (P - T) / N: the whole difference is divided. Brackets come first.",
)
def _(P, y):
    return P / len(y) - _one_hot(P, y)


@softmax_cross_entropy_backward.mistake(
    "probability-kept",
    "Every entry of your dZ has an extra factor P.",
    "Which factor from the softmax's slope is still there? Derive dL/dZ for one class and see "
    "what cancels.",
    "From -log p_y comes -1/p_y, and the softmax's slope has a p_y in it: the two cancel, and P "
    "- T is left.",
)
def _(P, y):
    return (P - _one_hot(P, y)) * P / len(y)


@softmax_cross_entropy_backward.mistake(
    "most-probable-class",
    "You subtract the 1 at the class the network finds most probable, not at the true one.",
    "Which of your lines looks at y?",
    "T_ic is 1 where c = y_i. A network that only hears its own opinion learns nothing.",
)
def _(P, y):
    return (P - np.eye(P.shape[1])[P.argmax(axis=1)]) / len(y)


# --- mlp_forward --------------------------------------------------------------------------------


def _as_computed(name):
    """Z1, A1, Z2, ..., ZL, then P."""
    if name == "P":
        return np.inf
    letter, layer = re.fullmatch(r"cache\['(.)'\]\[(\d+)\]", name).groups()
    return int(layer) + (0.5 if letter == "Z" else 0)


mlp_forward = Exercise(
    "mlp_forward",
    CHAPTER,
    nn.mlp_forward,
    returns=("P", "cache"),
    points=3,
    shapes={"X": "N D"},
    order=_as_computed,
)


@mlp_forward.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        X, _, params, _, _ = _network(rng, N, widths, kind or "tanh")
        yield {"X": X, "params": params} | ({"kind": kind} if kind else {})


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
    "no-bias",
    "Your layers do not use their biases.",
    "Each entry of params is a pair. What happens to its second half?",
    "Z = A_prev W + b, in every layer.",
)
def _(X, params, kind="tanh"):
    return _forward(X, params, kind, linear=lambda X, W, b: X @ W)


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
    "softmax-over-the-examples",
    "The scores are right; your columns of P add up to 1, where the rows should.",
    "Along which axis of the scores does the softmax sum?",
    "Every example is a distribution over the classes: row i is divided by its own sum.",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return nn.softmax(cache["Z"][-1].T).T, cache


@mlp_forward.mistake(
    "sigmoid-at-the-end",
    "The scores are right; you took a sigmoid of each, where a softmax turns a row into shares.",
    "Do the rows of your P add up to 1?",
    "The classes compete: each probability has all the scores of its row in the denominator.",
)
def _(X, params, kind="tanh"):
    _, cache = _forward(X, params, kind)
    return nn.sigmoid(cache["Z"][-1]), cache


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


# --- mlp_backward, and the same mistakes inside train_step --------------------------------------

mlp_backward = Exercise(
    "mlp_backward",
    CHAPTER,
    nn.mlp_backward,
    returns="grads",
    points=5,
    shapes={"P": "N C", "y": "N"},
    latest_first=True,
)


@mlp_backward.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        _, y, params, P, cache = _network(rng, N, widths, kind or "tanh")
        case = {"P": P, "y": y, "cache": cache, "params": params}
        yield case | ({"kind": kind} if kind else {})


def _loss_first(name):
    """The loss comes with the forward pass; then the layers, the last one first."""
    return -100 if name == "loss" else -int(name[1:])


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
)


@train_step.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        X, y, params, _, _ = _network(rng, N, widths, kind or "tanh")
        rate = float(rng.uniform(0.2, 0.9))
        case = {"X": X, "y": y, "params": params, "learning_rate": rate}
        yield case | ({"kind": kind} if kind else {})


def _backward(
    P,
    y,
    cache,
    params,
    kind="tanh",
    dZ=None,
    linear=nn.linear_backward,
    activation=nn.activation_backward,
):
    """mlp_backward with a piece replaced."""
    dZ = nn.softmax_cross_entropy_backward(P, y) if dZ is None else dZ
    grads = []
    for layer in reversed(range(len(params))):
        dA, dW, db = linear(dZ, cache["A"][layer], params[layer][0])
        grads.insert(0, (dW, db))
        if layer > 0:
            dZ = activation(dA, cache["Z"][layer - 1], kind)
    return grads


def _descend(params, grads, rate):
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def _step(X, y, params, learning_rate, kind="tanh", backward=nn.mlp_backward):
    P, cache = nn.mlp_forward(X, params, kind)
    grads = backward(P, y, cache, params, kind)
    return _descend(params, grads, learning_rate), nn.cross_entropy(P, y)


def _gradient_mistake(name, observed, look, derive, step=True):
    """Decorator: a mistake of mlp_backward, and of the train_step that goes along its gradients."""

    def register(solution):
        mlp_backward.mistake(name, observed, look, derive)(solution)
        if step:

            def stepping(X, y, params, learning_rate, kind="tanh"):
                return _step(X, y, params, learning_rate, kind, solution)

            told = f"Your step goes along gradients with a mistake in them. {observed}"
            train_step.mistake(name, told, look, derive)(stepping)
        return solution

    return register


@_gradient_mistake(
    "not-averaged",
    "From the last layer on, every gradient is exactly {N} times what it should be, and the batch "
    "has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter the chain?",
    "It enters at the very beginning, in the gradient of the scores: (P - one-hot) / N. All "
    "other gradients get it from there.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=P - _one_hot(P, y))


@_gradient_mistake(
    "averaged-twice",
    "From the last layer on, every dW and db is exactly 1/{N} of what it should be.",
    "Count the divisions by N on the path from the loss to dW. How many are there?",
    "The mean's 1/N comes in once, with the gradient of the scores. dW and db only sum.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    return [(dW / len(y), db / len(y)) for dW, db in _backward(P, y, cache, params, kind)]


@_gradient_mistake(
    "averaged-again-below",
    "The last layer is right. In the layer below, dW and db are exactly 1/{N} of what they should "
    "be.",
    "The last layer had the right 1/N. What happens to it at the next layer down?",
    "The path from the loss to W1 passes one mean, so one 1/N. Each layer's delta inherits it "
    "from the delta above.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return nn.activation_backward(dA, Z, kind) / len(Z)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "hidden-averaged-again",
    "The last layer is right. In every hidden layer dW and db are exactly 1/{N} of what they "
    "should be.",
    "Which lines of yours divide by N? One of them runs for hidden layers only.",
    "The 1/N of the mean loss is in the delta of the scores, and every delta below inherits it. "
    "The hidden dW and db need no division of their own.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [*((dW / len(y), db / len(y)) for dW, db in grads[:-1]), grads[-1]]


@_gradient_mistake(
    "raw-error-sent-back",
    "The last layer is right. In every layer below, dW and db are exactly {N} times what they "
    "should be.",
    "Which array do you send down from the last layer: the one you scaled, or the raw error?",
    "dA of the layer below is dZ W^T with the same dZ that made dW, its 1/N included.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [*((dW * len(y), db * len(y)) for dW, db in grads[:-1]), grads[-1]]


@_gradient_mistake(
    "mean-over-all-entries",
    "From the last layer on, every gradient is exactly 1/{C} of what it should be, and there are "
    "{C} classes.",
    "By how many numbers does your mean divide? How many examples are there?",
    "One term of the loss for each example: the mean divides by N, not by N C.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=(P - _one_hot(P, y)) / P.size)


@_gradient_mistake(
    "divided-by-classes",
    "From the last layer on, every gradient is off by {N}/{C}: you divided by the number of "
    "classes, {C}, not of examples, {N}.",
    "Which axis of P counts the examples?",
    "Rows are examples: P is (N, C), and N is its first axis.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=(P - _one_hot(P, y)) / P.shape[1])


@_gradient_mistake(
    "divided-by-inputs",
    "From the last layer on, every gradient is off by {N}/{D}: you divided by the number of "
    "inputs, {D}, not of examples, {N}.",
    "Which axis of X counts the examples?",
    "Rows are examples: X is (N, D), and N is its first axis.",
)
def _(P, y, cache, params, kind="tanh"):
    D = cache["A"][0].shape[1]
    return _backward(P, y, cache, params, kind, dZ=(P - _one_hot(P, y)) / D)


@_gradient_mistake(
    "sign",
    "Every gradient has the right size and the opposite sign.",
    "One minus sign, at the very start: probability minus target, or the reverse?",
    "The loss falls as the true class's score grows, so the delta is negative there: P - 1 < 0.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    return [(-dW, -db) for dW, db in _backward(P, y, cache, params, kind)]


@_gradient_mistake(
    "bias-averaged",
    "Every dW is right; every db is exactly 1/{N} of what it should be.",
    "dZ carries the 1/N already. What is left to do for b over the rows?",
    "b_j is added in every row, so the chain rule adds over the rows: a sum, not a mean.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-never-assigned",
    "Every dW is right; every db is zero: the biases would never learn.",
    "Where do your bias gradients get their values?",
    "db_j = sum over i of dZ_ij: all rows used b_j, and each has its share.",
)
def _(P, y, cache, params, kind="tanh"):
    return [(dW, np.zeros_like(db)) for dW, db in _backward(P, y, cache, params, kind)]


@_gradient_mistake(
    "bias-one-row",
    "Every dW is right; db holds one row of dZ, the share of a single example.",
    "How many examples use the bias b_j?",
    "b_j is added in every row, so its gradient is the sum of dZ_ij over all i.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ[0]

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-all-equal",
    "Every dW is right; all entries of a db are equal, and in the last layer they are 0.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij. Summing over j as well mixes all units; for the softmax the "
    "rows of dZ sum to 0, so nothing is left.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, np.full(dZ.shape[1], dZ.sum())

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-summed-to-one",
    "db is a single number; there should be one for each unit of the layer.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij: the example i disappears, the unit j stays.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ.sum()

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-not-summed",
    "db has a row for every example; a layer has one bias for each unit.",
    "b was copied to all {N} rows on the way forward. What undoes a copy on the way back?",
    "What is copied forward is summed backward: db_j is the sum of dZ_ij over i.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-before-the-slope",
    "dW is right everywhere, and so is the last db. The hidden layers' db are sums of dA, not of "
    "dZ.",
    "Does b1 enter before the activation or after it?",
    "Z1 = X W1 + b1, then A1 = f(Z1). The blame reaches b1 through f, so db1 sums dZ1.",
)
def _(P, y, cache, params, kind="tanh"):
    passed = []

    def activation(dA, Z, kind):
        passed.insert(0, dA)
        return nn.activation_backward(dA, Z, kind)

    grads = _backward(P, y, cache, params, kind, activation=activation)
    hidden = [(dW, dA.sum(axis=0)) for (dW, _), dA in zip(grads, passed, strict=False)]
    return [*hidden, grads[-1]]


@_gradient_mistake(
    "bias-through-inputs",
    "Every dW is right; your db is made from dW, but b is never multiplied by the inputs.",
    "What is the derivative of Z_ij = sum A_ik W_kj + b_j with respect to b_j?",
    "It is 1. So db_j is the plain sum of dZ_ij over i.",
)
def _(P, y, cache, params, kind="tanh"):
    return [(dW, dW.sum(axis=0)) for dW, _ in _backward(P, y, cache, params, kind)]


@_gradient_mistake(
    "pre-activation-in-dW",
    "Every db is right, and so is dW1. The dW of the later layers are made from Z, not from A.",
    "What was W2 multiplied with on the way forward: Z1 or A1?",
    "Z2 = A1 W2 + b2, so dW2 = A1^T dZ2. The cache's A holds what went into each layer.",
)
def _(P, y, cache, params, kind="tanh"):
    wrong = {"A": [cache["A"][0], *cache["Z"][:-1]], "Z": cache["Z"]}
    return _backward(P, y, wrong, params, kind)


@_gradient_mistake(
    "slope-missing",
    "The last layer is right; below it the slope of the activation is missing.",
    "You went from A1 to Z1 for free. What lies between them?",
    "dA1 = dZ2 W2^T, and then dZ1 = dA1 times f'(Z1), entry by entry.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, activation=lambda dA, Z, kind: dA)


@_gradient_mistake(
    "slope-at-the-activation",
    "The last layer is right; below it your slopes are taken at A instead of at Z.",
    "Slope where? The curve was entered at Z1.",
    "dZ1 = dA1 times f'(Z1). Handing A1 to a function that expects Z1 sends it through f twice.",
)
def _(P, y, cache, params, kind="tanh"):
    wrong = {"A": cache["A"], "Z": [*cache["A"][1:], cache["Z"][-1]]}
    return _backward(P, y, wrong, params, kind)


@_gradient_mistake(
    "output-form-fed-with-z",
    "The last layer is right; below it the slope's short form, which is written with a, is fed "
    "with Z.",
    "1 - a^2 and a(1 - a): which array of the cache is a?",
    "a is the activation, f(z). Z is what was there before it, and 1 - Z^2 can even be negative.",
)
def _(P, y, cache, params, kind="tanh"):
    slope = _slopes(tanh=lambda Z: 1 - Z**2, sigmoid=lambda Z: Z * (1 - Z))
    return _backward(P, y, cache, params, kind, activation=slope)


@_gradient_mistake(
    "kind-ignored",
    "With tanh you are right; with the other kinds the hidden layers get the slope of tanh.",
    "Is kind handed on to the activation's backward pass?",
    "Both passes use the same f: the slope must be that of the activation kind names.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, "tanh")


@_gradient_mistake(
    "sigmoid-slope-for-all",
    "The last layer is right; below it you use a(1 - a), which fits the sigmoid only.",
    "For which activation is a(1 - a) the slope? Which kind is it here?",
    "tanh has 1 - a^2, relu has 1 or 0. Each f has a slope of its own.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        A = nn.activation_forward(Z, kind)
        return dA * A * (1 - A)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "slope-kept-at-the-output",
    "All gradients are too small, from the last layer on: an extra factor P(1 - P) is in the way.",
    "Derive the gradient of the scores through softmax and cross-entropy by hand. What cancels?",
    "The 1/P of the logarithm and the P of the softmax cancel: (P - one-hot) / N is all.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=(P - _one_hot(P, y)) * P * (1 - P) / len(y))


@_gradient_mistake(
    "activation-slope-at-the-output",
    "Already the last layer is off: its delta was multiplied by the slope of the activation.",
    "Does the last layer have an activation of this kind?",
    "After the last layer comes the softmax, whose slope is in P - one-hot already. f' belongs "
    "to the hidden layers.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    return _backward(P, y, cache, params, kind, dZ=nn.activation_backward(dZ, cache["Z"][-1], kind))


@_gradient_mistake(
    "softmax-skipped",
    "Already the last layer is off: your first delta is dL/dP, not dL/dZ.",
    "What lies between the scores and the probabilities?",
    "Through softmax and cross-entropy together, dL/dZ = (P - one-hot) / N.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=-_one_hot(P, y) / P / len(y))


@_gradient_mistake(
    "only-the-true-class",
    "Already the last layer is off: only the true class gets a gradient.",
    "Raising a wrong class's score lowers the true class's probability. Where is that in yours?",
    "The delta of the scores is P / N in every entry, and 1/N less at the true class.",
)
def _(P, y, cache, params, kind="tanh"):
    T = _one_hot(P, y)
    return _backward(P, y, cache, params, kind, dZ=T * (P - T) / len(y))


@_gradient_mistake(
    "no-one-hot",
    "Already the last layer is off: you subtracted class numbers from probabilities.",
    "y_i is the name of a class, not a probability. Which entry of row i should lose 1?",
    "The target of row i is 1 at class y_i and 0 elsewhere.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=(P - y[:, None]) / len(y))


@_gradient_mistake(
    "last-example-only",
    "Every gradient holds the share of the last example only.",
    "If you loop over the examples: what happens to the shares of the earlier ones?",
    "dW and db add up over all examples: begin with zeros and add each share.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, np.outer(X[-1], dZ[-1]), dZ[-1]

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "first-layer-forgotten",
    "The first layer's gradients are zero; the layers above are right.",
    "At which layer does your loop stop? Print its counter.",
    "A range ends before its stop value: to reach layer 0 it must stop below 0.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [tuple(np.zeros_like(g) for g in grads[0]), *grads[1:]]


@_gradient_mistake(
    "reshape-for-transpose",
    "The last layer is right; below it the numbers are scrambled: W was reshaped, not transposed.",
    "Write down a 2 by 3 table, reshape it to 3 by 2, and transpose it: are they the same?",
    "reshape reads the numbers in the same order; a transpose swaps the axes, and dZ W^T needs "
    "the sender and the receiver exchanged.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.reshape(W.shape[::-1]), X.T @ dZ, dZ.sum(axis=0)

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "gradient-through-relu",
    "Right but for relu, where you block negative gradients instead of units that were off.",
    "Which sign decided on the way forward whether the unit was on?",
    "The slope of relu is 1 where Z > 0 and 0 elsewhere. dA may have any sign.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA * (dA > 0) if kind == "relu" else nn.activation_backward(dA, Z, kind)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "relu-always-on",
    "Right but for relu, where blame also reaches units that were off.",
    "What does a small change of Z do where Z is negative?",
    "The slope of relu is 0 there: a unit that was off takes no blame.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA if kind == "relu" else nn.activation_backward(dA, Z, kind)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "wrong-weights-on-the-way-down",
    "A product failed on the way down: the delta met the weights of another layer, or met its own "
    "with their axes the wrong way round.",
    "Which W did the blame of Z2 pass through on its way down to A1, and which axes must meet?",
    "Z2 = A1 W2 + b2, so dA1 = dZ2 W2^T: the W that made Z2, (N, H2) times (H2, H1). Write the "
    "shapes beside each line; all widths differ on purpose.",
    step=False,
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


@_gradient_mistake(
    "inputs-of-the-neighbor",
    "dW has the shape of another layer's weights: it was made with the input of a neighbor.",
    "What went into layer l on the way forward? Which entry of the cache's A is that?",
    "A is [X, A1, ...]: entry 0 went into the first layer. Counted from 0, entry and layer have "
    "the same number.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    shifted = {"A": [cache["A"][-1], *cache["A"][:-1]], "Z": cache["Z"]}
    return _backward(P, y, shifted, params, kind)


@_gradient_mistake(
    "slope-of-the-neighbor",
    "A product failed on the way down: dA met the slopes of another layer.",
    "dA1 goes back through the activation that made A1. Which Z did that activation get?",
    "A1 = f(Z1), so dZ1 = dA1 f'(Z1): both have the width of that layer. Entry 0 of the cache's Z "
    "is Z1.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    shifted = {"A": cache["A"], "Z": cache["Z"][1:]}
    return _backward(P, y, shifted, params, kind)


@_gradient_mistake(
    "only-two-layers",
    "With two layers you are right; with three, the delta met the weights of another layer.",
    "Where does your function ask how many layers params has?",
    "A loop from the last layer down to the first serves any depth. The step from one layer to the "
    "next below is always the same.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    dZ2 = nn.softmax_cross_entropy_backward(P, y)
    dA1, dW2, db2 = nn.linear_backward(dZ2, cache["A"][1], params[1][0])
    dZ1 = nn.activation_backward(dA1, cache["Z"][0], kind)
    _, dW1, db1 = nn.linear_backward(dZ1, cache["A"][0], params[0][0])
    return [(dW1, db1), (dW2, db2)]


@_gradient_mistake(
    "last-layer-first",
    "Your list begins with the last layer; the exercise asks for the first layer first.",
    "You walk from the last layer down. In which order does your list grow?",
    "grads[0] belongs to params[0]. Turn the list round once at the end.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind)[::-1]


@_gradient_mistake(
    "flat-list",
    "You returned one long list of arrays; a list of pairs belongs there, one pair a layer.",
    "What does the list params look like? grads has the same form.",
    "[(dW1, db1), (dW2, db2), ...]: every layer's two gradients stay together.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    return [g for pair in _backward(P, y, cache, params, kind) for g in pair]


@_gradient_mistake(
    "bias-before-weights",
    "In every pair the bias gradient comes first; the weights' gradient belongs there.",
    "What is the order within a pair of params?",
    "(W, b), so (dW, db).",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    return [(db, dW) for dW, db in _backward(P, y, cache, params, kind)]


@_gradient_mistake(
    "cache-overwritten",
    "Your gradients are right, but P was changed on the way.",
    "Is your first delta a new array, or another name for P?",
    "The caller still needs P for the loss. A second name is no copy.",
    step=False,
)
def _(P, y, cache, params, kind="tanh"):
    P[np.arange(len(y)), y] -= 1
    return _backward(P, y, cache, params, kind, dZ=P / len(y))


@_gradient_mistake(
    "most-probable-class",
    "All gradients are off: the 1 is subtracted at the class the network finds most probable.",
    "Which of your lines looks at y?",
    "dZ of the last layer is (P - T) / N, where T_ic is 1 for c = y_i.",
)
def _(P, y, cache, params, kind="tanh"):
    T = np.eye(P.shape[1])[P.argmax(axis=1)]
    return _backward(P, y, cache, params, kind, dZ=(P - T) / len(y))


@_gradient_mistake(
    "scores-for-probabilities",
    "All gradients are off: your first delta is made from the scores, not from the probabilities.",
    "Which cached array does the error start from?",
    "dZ of the last layer is (P - T) / N: what the network said, minus what is true, as "
    "probabilities.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = (cache["Z"][-1] - _one_hot(P, y)) / len(y)
    return _backward(P, y, cache, params, kind, dZ=dZ)


@_gradient_mistake(
    "error-squared",
    "All gradients are off: your first delta is (P - T)**2, in which the sign of the error is "
    "lost.",
    "Which scores should rise and which fall? Where does your first delta tell the two apart?",
    "dZ of the last layer is (P - T) / N. A square belongs to a loss, not to a slope.",
)
def _(P, y, cache, params, kind="tanh"):
    return _backward(P, y, cache, params, kind, dZ=(P - _one_hot(P, y)) ** 2 / len(y))


@_gradient_mistake(
    "squared-error-loss",
    "All gradients are off: they belong to the squared error of the probabilities.",
    "Which loss does this network minimize?",
    "For the cross-entropy the softmax's slope cancels: dZ of the last layer is (P - T) / N.",
)
def _(P, y, cache, params, kind="tanh"):
    E = 2 * (P - _one_hot(P, y)) / len(y)
    dZ = P * (E - (E * P).sum(axis=1, keepdims=True))
    return _backward(P, y, cache, params, kind, dZ=dZ)


@_gradient_mistake(
    "slope-squared",
    "The last layer is right; below it each slope is multiplied in twice.",
    "Between dA and dZ of a hidden layer: which lines multiply by a slope?",
    "dZ = dA * f'(Z): one activation, one slope.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return nn.activation_backward(nn.activation_backward(dA, Z, kind), Z, kind)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "value-for-slope",
    "The last layer is right; below it you multiply by the activation itself, not by its slope.",
    "Between dA and dZ of a hidden layer stands a slope. Which array do you multiply by?",
    "dZ = dA * f'(Z), with f' the derivative of the activation at Z.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA * nn.activation_forward(Z, kind)

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "one-minus-activation",
    "The last layer is right; below it you multiply by 1 - A, which is no slope of this "
    "activation.",
    "Write down the slope in terms of A for the activation in use. What is missing?",
    "For tanh it is 1 - A**2, for the sigmoid A(1 - A), for the ReLU 1 where Z is positive.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA * (1 - nn.activation_forward(Z, kind))

    return _backward(P, y, cache, params, kind, activation=activation)


@_gradient_mistake(
    "sums-before-products",
    "Every db is right; your dW are made from sums over the examples that were taken too early.",
    "Does example 1's input ever meet example 2's delta? In your dW it does.",
    "dW_kj = sum over i of A_ik dZ_ij: both of the same example are multiplied first, then added "
    "up.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, np.outer(X.sum(axis=0), dZ.sum(axis=0)), dZ.sum(axis=0)

    return _backward(P, y, cache, params, kind, linear=linear)


@_gradient_mistake(
    "bias-last-row",
    "Every dW is right; each db is the last row of its delta alone.",
    "How many examples use the bias b_j?",
    "b_j is added in every row, so its gradient is the sum of the delta over all rows.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ[-1]

    return _backward(P, y, cache, params, kind, linear=linear)


# --- train_step: mistakes of its own ------------------------------------------------------------


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
        step = _descend(params, nn.mlp_backward(P, y, cache, params, kind), learning_rate)
        params = [*params[:layer], step[layer], *params[layer + 1 :]]
    return params, loss


@train_step.mistake(
    "loss-after-update",
    "The new weights are right; your loss was measured after the update.",
    "Which forward pass does your loss belong to: the one before the step or one after it?",
    "Forward, loss, backward, update: the loss comes from the P you already have.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, _ = _step(X, y, params, learning_rate, kind)
    return params, nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)


@train_step.mistake(
    "loss-summed",
    "The new weights are right; your loss is exactly {N} times what it should be.",
    "Sum or mean over the batch?",
    "The loss is the mean over the N examples.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = _step(X, y, params, learning_rate, kind)
    return params, loss * len(y)


@train_step.mistake(
    "softmax-twice",
    "The new weights are right; your loss was taken after a second softmax.",
    "What does your forward pass give: scores or probabilities?",
    "P is a probability already. A second softmax flattens it, and the loss stays near log C.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, _ = nn.mlp_forward(X, params, kind)
    return _step(X, y, params, learning_rate, kind)[0], nn.cross_entropy(nn.softmax(P), y)


@train_step.mistake(
    "uphill",
    "Your step has the right length and goes uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts: W - learning_rate dW, and the same for b.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, -learning_rate, kind)


@train_step.mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "Where does learning_rate stand in your update?",
    "The gradient gives a direction and a steepness; learning_rate says which share to walk.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, 1.0, kind)


@train_step.mistake(
    "in-place",
    "Your function changed the weights it was given.",
    "What does W -= ... do to the array that the caller still holds?",
    "An augmented assignment writes into the same array. Build the new pairs from expressions.",
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
    updated, loss = _step(X, y, params, learning_rate, kind)
    return [*((W.copy(), b.copy()) for W, b in params[:-1]), updated[-1]], loss


@train_step.mistake(
    "divided-by-N-again",
    "Your step is exactly 1/{N} of what it should be, and the batch has {N} rows.",
    "The gradient is that of the mean loss already. What does a further division do?",
    "One step: W - learning_rate dW, with the dW of the mean loss as it is.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate / len(y), kind)


@train_step.mistake(
    "kind-not-passed-forward",
    "With tanh you are right; with other kinds the forward pass still uses tanh.",
    "Which of your two calls gets kind?",
    "Forward and backward pass must speak of the same activation: hand kind to both.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params)
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return _descend(params, grads, learning_rate), nn.cross_entropy(P, y)


@train_step.mistake(
    "kind-not-passed",
    "With tanh you are right; with other kinds both passes still use tanh.",
    "Where does your function use kind?",
    "Hand kind on to the forward and to the backward pass.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    return _step(X, y, params, learning_rate, "tanh")


@train_step.mistake(
    "loss-first",
    "You returned the loss first; the exercise asks for (params, loss).",
    "Compare the order of what you return with the exercise's.",
    "Only the order is off.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = _step(X, y, params, learning_rate, kind)
    return loss, params


@train_step.mistake(
    "two-steps",
    "Your weights are those after two steps.",
    "How often do you apply the gradients?",
    "One call, one forward pass, one backward pass, one update.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    params, loss = _step(X, y, params, learning_rate, kind)
    return _step(X, y, params, learning_rate, kind)[0], loss


@train_step.mistake(
    "step-returned",
    "You returned the steps: how far weights and biases should move, not where they end up.",
    "From where is each step taken?",
    "New W = old W - learning_rate * dW. The old W is missing.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    new, loss = _step(X, y, params, learning_rate, kind)
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
    return _descend(params, signs, learning_rate), nn.cross_entropy(P, y)


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
        params, _ = _step(X[i : i + 1], y[i : i + 1], params, learning_rate, kind)
    return params, loss


@train_step.mistake(
    "loss-accuracy",
    "The update is right; in the place of the loss stands the share of right answers.",
    "Which number does the exercise ask for beside the new weights?",
    "The loss is the mean cross-entropy of the forward pass, before the update.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, _ = nn.mlp_forward(X, params, kind)
    return _step(X, y, params, learning_rate, kind)[0], np.mean(P.argmax(axis=1) == y)


@train_step.mistake(
    "loss-squared-error",
    "The update is right; your loss is the squared error of the probabilities.",
    "Which loss does the gradient belong to that you step along?",
    "The loss that is returned is the one that is minimized: the mean cross-entropy.",
)
def _(X, y, params, learning_rate, kind="tanh"):
    P, _ = nn.mlp_forward(X, params, kind)
    new, _ = _step(X, y, params, learning_rate, kind)
    return new, np.mean((P - _one_hot(P, y)) ** 2)


# --- per_unit_update and epoch_update -----------------------------------------------------------

UNIT_SHAPES = {"x": "D", "t": "C", "X": "N D", "T": "N C"}

per_unit_update = Exercise(
    "per_unit_update",
    CHAPTER,
    nn.per_unit_update,
    returns=("weights", "biases"),
    points=4,
    shapes=UNIT_SHAPES,
    latest_first=True,
)

epoch_update = Exercise(
    "epoch_update",
    CHAPTER,
    nn.epoch_update,
    returns=("weights", "biases"),
    points=2,
    shapes=UNIT_SHAPES,
    latest_first=True,
)


def _units(rng, widths):
    weights = [
        rng.uniform(-1, 1, size=(D, H)) for D, H in zip(widths[:-1], widths[1:], strict=True)
    ]
    return weights, [_away_from_zero(rng, 0.2, 0.9, H) for H in widths[1:]]


@per_unit_update.paper
def _(rng):
    for widths in [(4, 5, 3), (3, 6, 4, 2), (5, 2, 4, 3)]:
        weights, biases = _units(rng, widths)
        yield {
            "x": rng.normal(size=widths[0]),
            "t": rng.integers(2, size=widths[-1]).astype(float),
            "weights": weights,
            "biases": biases,
            "learning_rate": float(rng.uniform(0.3, 0.9)),
        }


@epoch_update.paper
def _(rng):
    for N, widths in [(6, (4, 5, 3)), (7, (3, 5, 4, 2))]:
        weights, biases = _units(rng, widths)
        yield {
            "X": rng.normal(size=(N, widths[0])),
            "T": rng.integers(2, size=(N, widths[-1])).astype(float),
            "weights": weights,
            "biases": biases,
            "learning_rate": float(rng.uniform(0.3, 0.9)),
        }


def _slope_of_output(O):
    return O * (1 - O)


def _case(
    x,
    t,
    weights,
    biases,
    rate,
    squash=nn.sigmoid,
    slope=_slope_of_output,
    error=lambda O, t: O * (1 - O) * (t - O),
    back=lambda err, w: w @ err,
):
    """The increments of one case, with a piece of the algorithm replaced."""
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(squash(outputs[-1] @ w + theta))
    errors = [error(outputs[-1], t)]
    for w, O in zip(weights[:0:-1], outputs[-2:0:-1], strict=True):
        errors.insert(0, slope(O) * back(errors[0], w))
    d_weights = [rate * np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [rate * err for err in errors]


def _added(arrays, increments):
    return [a + d for a, d in zip(arrays, increments, strict=True)]


def _all_cases(X, T, weights, biases, rate, case):
    total_w, total_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = case(x, t, weights, biases, rate)
        total_w, total_b = _added(total_w, d_weights), _added(total_b, d_biases)
    return total_w, total_b


def _unit_mistake(name, observed, look, derive):
    """Decorator: wrong increments of one case, a mistake of both per-unit exercises."""

    def register(case):
        @per_unit_update.mistake(name, observed, look, derive)
        def one(x, t, weights, biases, learning_rate):
            d_weights, d_biases = case(x, t, weights, biases, learning_rate)
            return _added(weights, d_weights), _added(biases, d_biases)

        @epoch_update.mistake(name, observed, look, derive)
        def epoch(X, T, weights, biases, learning_rate):
            d_weights, d_biases = _all_cases(X, T, weights, biases, learning_rate, case)
            return _added(weights, d_weights), _added(biases, d_biases)

        return case

    return register


@_unit_mistake(
    "updated-weights-used-below",
    "The last layer is right; below it, Err was computed with weights that had been updated "
    "already.",
    "In Err_j = O_j (1 - O_j) sum_k Err_k w_jk: which w_jk, the old or the new one?",
    "The forward pass used the old weights, so the blame goes back through the old ones. Compute "
    "every Err first, then change the weights.",
)
def _(x, t, weights, biases, rate):
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(nn.sigmoid(outputs[-1] @ w + theta))
    err = outputs[-1] * (1 - outputs[-1]) * (t - outputs[-1])
    d_weights, d_biases = [], []
    for w, O in zip(reversed(weights), reversed(outputs[:-1]), strict=True):
        step = rate * np.outer(O, err)
        d_weights.insert(0, step)
        d_biases.insert(0, rate * err)
        err = O * (1 - O) * ((w + step) @ err)
    return d_weights, d_biases


@_unit_mistake(
    "output-slope-missing",
    "Already the last layer is off: its Err is T - O, without the slope of the sigmoid.",
    "The error is squared here, not cross-entropy. Does the slope O(1 - O) cancel?",
    "With the squared error nothing cancels: Err_j = O_j (1 - O_j) (T_j - O_j).",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, error=lambda O, t: t - O)


@_unit_mistake(
    "hidden-slope-missing",
    "The last layer is right; below it the factor O(1 - O) is missing.",
    "Which factor do output units and hidden units have in common?",
    "Err_j = O_j (1 - O_j) sum_k Err_k w_jk: the unit's own sigmoid lies between.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, slope=lambda O: 1.0)


@_unit_mistake(
    "sign",
    "Every step has the right length and goes the opposite way.",
    "Target minus output, or output minus target? The textbook adds the increment.",
    "Err_j holds T_j - O_j: if the target is higher, the unit must put out more, so the step "
    "is added.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, -rate)


@_unit_mistake(
    "thresholds-not-updated",
    "The weights are right; the biases are as they came.",
    "Which increment does theta_j get?",
    "theta_j += l Err_j: the bias is a weight from a unit that always puts out 1.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = _case(x, t, weights, biases, rate)
    return d_weights, [0.0 * d for d in d_biases]


@_unit_mistake(
    "thresholds-subtracted",
    "The weights are right; the biases move the opposite way.",
    "Is theta added to the net input or subtracted from it?",
    "I_j = sum_i w_ij O_i + theta_j: theta is added, so it moves like a weight, by l Err_j.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = _case(x, t, weights, biases, rate)
    return d_weights, [-d for d in d_biases]


@_unit_mistake(
    "theta-left-out",
    "Already the outputs are off: the net inputs leave out theta.",
    "What does I_j consist of?",
    "I_j = sum_i w_ij O_i + theta_j.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, [0 * b for b in biases], rate)


@_unit_mistake(
    "theta-in-reverse",
    "Already the outputs are off: theta is subtracted in the net inputs.",
    "Which sign does theta have in I_j here?",
    "I_j = sum_i w_ij O_i + theta_j. Some books subtract a threshold; this one adds a bias.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, [-b for b in biases], rate)


@_unit_mistake(
    "errors-not-weighted",
    "The last layer is right; below it each unit gets the plain sum of the errors above.",
    "Does unit j have the same share in all units above it?",
    "Its share in unit k is what it sends there: Err_k times the weight w_jk, summed over k.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, back=lambda err, w: np.full(w.shape[0], err.sum()))


@_unit_mistake(
    "raw-error-sent-back",
    "The last layer is right; below it, T - O was sent back instead of Err.",
    "Which number does unit k send down: T_k - O_k, or Err_k?",
    "Err_k holds the slope O_k (1 - O_k) as well: the blame passes through unit k's sigmoid.",
)
def _(x, t, weights, biases, rate):
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(nn.sigmoid(outputs[-1] @ w + theta))
    raw = [t - outputs[-1]]
    for w in weights[:0:-1]:
        raw.insert(0, w @ raw[0])
    errors = [O * (1 - O) * e for O, e in zip(outputs[1:], raw, strict=True)]
    d_weights = [rate * np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [rate * err for err in errors]


@_unit_mistake(
    "slope-at-the-net-input",
    "Already the last layer is off: O(1 - O) was computed with the net input I in place of O.",
    "Which of the two is the sigmoid's output, I_j or O_j?",
    "O_j = 1 / (1 + e^(-I_j)), and the slope in its short form is O_j (1 - O_j).",
)
def _(x, t, weights, biases, rate):
    nets, outputs = [], [x]
    for w, theta in zip(weights, biases, strict=True):
        nets.append(outputs[-1] @ w + theta)
        outputs.append(nn.sigmoid(nets[-1]))
    errors = [nets[-1] * (1 - nets[-1]) * (t - outputs[-1])]
    for w, I in zip(weights[:0:-1], nets[-2::-1], strict=True):
        errors.insert(0, I * (1 - I) * (w @ errors[0]))
    d_weights = [rate * np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [rate * err for err in errors]


@_unit_mistake(
    "factor-2",
    "Every step is exactly twice as long as it should be.",
    "Where does your 2 come from? The textbook's error has a half in front of the square.",
    "The derivative of 1/2 (T - O)^2 is -(T - O): no 2 in Err.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, 2 * rate)


@_unit_mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "What does the l in w_ij += l Err_j O_i stand for?",
    "l is the learning rate; it stands in the increment of every weight and every bias.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, 1.0)


@_unit_mistake(
    "averaged-over-outputs",
    "Every step is exactly 1/{C} of what it should be, and there are {C} output units.",
    "Does the textbook's error take a mean over the output units?",
    "E = 1/2 sum_j (T_j - O_j)^2: a sum. Each output unit has its own Err, undivided.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate / len(t))


@_unit_mistake(
    "biases-follow-the-inputs",
    "The weights are right; the bias steps hold a factor that belongs to weights only.",
    "From which unit does a bias get its input, and what does that unit always put out?",
    "theta_j += l Err_j: the O_i of a bias is 1.",
)
def _(x, t, weights, biases, rate):
    d_weights, _ = _case(x, t, weights, biases, rate)
    return d_weights, [d.sum(axis=0) for d in d_weights]


@_unit_mistake(
    "no-output-of-the-sender",
    "The biases are right; your weight steps lack the factor O_i.",
    "Should a weight change if its sending unit put out 0?",
    "w_ij += l Err_j O_i: the blame of j, times what i sent.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = _case(x, t, weights, biases, rate)
    return [np.ones_like(w) * d for w, d in zip(d_weights, d_biases, strict=True)], d_biases


@_unit_mistake(
    "dot-for-outer",
    "A product failed: outputs and errors were multiplied as a dot product.",
    "How many weights lie between a layer of 4 units and one of 5, and what does each of them get?",
    "Each pair (i, j) has an increment of its own, l Err_j O_i: a table, not a sum.",
)
def _(x, t, weights, biases, rate):
    _, d_biases = _case(x, t, weights, biases, rate)
    return [np.dot(x, d_biases[0])], d_biases


@_unit_mistake(
    "tanh-units",
    "Already the outputs are off: your units are tanh units.",
    "Which function turns I_j into O_j in the textbook?",
    "O_j = 1 / (1 + e^(-I_j)): the sigmoid, everywhere.",
)
def _(x, t, weights, biases, rate):
    return _case(
        x,
        t,
        weights,
        biases,
        rate,
        squash=np.tanh,
        slope=lambda O: 1 - O**2,
        error=lambda O, t: (1 - O**2) * (t - O),
    )


@_unit_mistake(
    "only-last-layer",
    "The last layer is right; the layers below are as they came.",
    "How far down does your loop over the layers run?",
    "Every layer has its Err, down to the first: for each w_ij, w_ij += l Err_j O_i.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = _case(x, t, weights, biases, rate)
    d_weights = [*(0 * d for d in d_weights[:-1]), d_weights[-1]]
    return d_weights, [*(0 * d for d in d_biases[:-1]), d_biases[-1]]


@_unit_mistake(
    "output-slope-halved",
    "Err at the output lacks the factor 1 - O_j, and with it every step is too long.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) (T_j - O_j): both factors of the slope belong there.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, error=lambda O, t: O * (t - O))


@_unit_mistake(
    "output-slope-other-half",
    "Err at the output lacks the factor O_j, and with it every step is too long.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) (T_j - O_j): both factors of the slope belong there.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, error=lambda O, t: (1 - O) * (t - O))


@_unit_mistake(
    "output-error-squared",
    "Err at the output is made from (T_j - O_j)**2: the sign of the error is lost.",
    "Where does your Err tell an output that is too high from one that is too low?",
    "Err_j = O_j (1 - O_j) (T_j - O_j), with the plain difference.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, error=lambda O, t: O * (1 - O) * (t - O) ** 2)


@_unit_mistake(
    "output-errors-averaged",
    "Every output unit gets the mean error of all outputs.",
    "Which unit does T_j - O_j belong to?",
    "Err_j is each output unit's own: O_j (1 - O_j) (T_j - O_j), without a mean.",
)
def _(x, t, weights, biases, rate):
    def error(O, t):
        return O * (1 - O) * np.mean(t - O)

    return _case(x, t, weights, biases, rate, error=error)


@_unit_mistake(
    "hidden-slope-halved",
    "The last layer is right; below it the factor 1 - O_j is missing.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) times the sum over k of Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, slope=lambda O: O)


@_unit_mistake(
    "hidden-slope-other-half",
    "The last layer is right; below it the factor O_j is missing.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) times the sum over k of Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, slope=lambda O: 1 - O)


@_unit_mistake(
    "hidden-tanh-slope",
    "The last layer is right; below it you use the slope of tanh, 1 - O**2.",
    "Which activation do the units of the textbook have?",
    "They are sigmoid units everywhere: the slope is O_j (1 - O_j).",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, slope=lambda O: 1 - O**2)


@_unit_mistake(
    "last-receiver-only",
    "The last layer is right; below it Err_j hears from the last unit above alone.",
    "If you loop over k: what happens to the shares of the earlier units?",
    "The sum runs over every unit k above: begin with 0 and add each Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, back=lambda err, w: w[:, -1] * err[-1])


@_unit_mistake(
    "first-receiver-only",
    "The last layer is right; below it Err_j hears from the first unit above alone.",
    "How many units above does unit j send to?",
    "The sum runs over every unit k above: begin with 0 and add each Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, back=lambda err, w: w[:, 0] * err[0])


@_unit_mistake(
    "sums-multiplied",
    "The last layer is right; below it you multiply the sum of the weights by the sum of the "
    "errors.",
    "Does each Err_k meet its own weight w_jk in your sum?",
    "Multiply first, Err_k by w_jk for each k; then add up.",
)
def _(x, t, weights, biases, rate):
    return _case(x, t, weights, biases, rate, back=lambda err, w: w.sum(axis=1) * err.sum())


@_unit_mistake(
    "thresholds-all-equal",
    "The weights are right; every threshold of a layer gets the same step.",
    "Which unit's Err goes into theta_j?",
    "theta_j += l Err_j: each unit has its own, with no sum.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = _case(x, t, weights, biases, rate)
    return d_weights, [np.full(d.shape, d.sum()) for d in d_biases]


@per_unit_update.mistake(
    "in-place",
    "Your function changed the arrays it was given.",
    "What does += do to an array that the caller still holds?",
    "Copy each array once, before the first increment; then you may write into the copy.",
)
def _(x, t, weights, biases, learning_rate):
    d_weights, d_biases = _case(x, t, weights, biases, learning_rate)
    for array, step in zip([*weights, *biases], [*d_weights, *d_biases], strict=True):
        array += step
    return weights, biases


@per_unit_update.mistake(
    "increments-returned",
    "You returned the increments; the weights and biases after the update are asked.",
    "What is left to do with the increments?",
    "w_ij += l Err_j O_i: the old weight plus its increment.",
)
def _(x, t, weights, biases, learning_rate):
    return _case(x, t, weights, biases, learning_rate)


@epoch_update.mistake(
    "case-updating",
    "You updated after every tuple; here the increments are summed first.",
    "With which weights does your second tuple go forward: the given ones, or updated ones?",
    "Epoch updating: all tuples see the same weights. Sum the increments over the set, then add "
    "the sum once.",
)
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X, T, strict=True):
        weights, biases = nn.per_unit_update(x, t, weights, biases, learning_rate)
    return weights, biases


@epoch_update.mistake(
    "averaged",
    "Every step is exactly 1/{N} of what it should be, and the set has {N} tuples.",
    "Sum or mean of the increments? Read the exercise once more.",
    "The textbook's epoch update accumulates: the increments are summed, not averaged.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = _all_cases(X, T, weights, biases, learning_rate / len(X), _case)
    return _added(weights, total_w), _added(biases, total_b)


@epoch_update.mistake(
    "last-tuple-only",
    "Your step is that of the last tuple alone.",
    "What happens to the increments of the earlier tuples?",
    "Begin with increments of zero and add every tuple's own.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X[-1], T[-1], weights, biases, learning_rate)


@epoch_update.mistake(
    "first-tuple-only",
    "Your step is that of the first tuple alone.",
    "Where does your loop over the tuples end, and where does your function?",
    "All tuples of the set contribute; only then is the sum applied.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X[0], T[0], weights, biases, learning_rate)


@epoch_update.mistake(
    "weights-summed-up",
    "You summed updated weights instead of increments: the old weights count {N} times.",
    "What does one call for one tuple give back: an increment, or a new weight?",
    "Increment = new weight - old weight. Sum those, and add the old weight once.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = _all_cases(X, T, weights, biases, learning_rate, _case)
    return (
        [len(X) * w + d for w, d in zip(weights, total_w, strict=True)],
        [len(X) * b + d for b, d in zip(biases, total_b, strict=True)],
    )


@epoch_update.mistake(
    "sums-before-products",
    "You multiplied sums: the sum of all Err with the sum of all outputs. The biases are right.",
    "Whose Err belongs with whose O? Try a set of two tuples by hand.",
    "w_ij gets l times the sum over tuples of Err_j O_i: each product stays within its tuple.",
)
def _(X, T, weights, biases, learning_rate):
    sums_w, sums_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = _case(x, t, weights, biases, learning_rate)
        sent = [d[:, 0] / err[0] for d, err in zip(d_weights, d_biases, strict=True)]
        sums_w, sums_b = _added(sums_w, sent), _added(sums_b, d_biases)
    products = [np.outer(O, err) for O, err in zip(sums_w, sums_b, strict=True)]
    return _added(weights, products), _added(biases, sums_b)


@epoch_update.mistake(
    "running-sum-applied",
    "You applied the running sum after every tuple, so early increments count several times.",
    "Is the update inside the loop over the tuples, or after it?",
    "Sum inside the loop, apply after it: once an epoch.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = _case(x, t, weights, biases, learning_rate)
        total_w, total_b = _added(total_w, d_weights), _added(total_b, d_biases)
        weights, biases = _added(weights, total_w), _added(biases, total_b)
    return weights, biases


@epoch_update.mistake(
    "biases-case-by-case",
    "You moved the biases after every tuple and the weights only at the end.",
    "Which parameters wait for the end of the epoch?",
    "All of them: weights and biases are frozen while the increments are summed.",
)
def _(X, T, weights, biases, learning_rate):
    total_w = [0.0] * len(weights)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = _case(x, t, weights, biases, learning_rate)
        total_w, biases = _added(total_w, d_weights), _added(biases, d_biases)
    return _added(weights, total_w), biases


@epoch_update.mistake(
    "mean-tuple",
    "You updated once, from the mean tuple: all inputs and targets were averaged first.",
    "Is the Err of a mean tuple the mean of the Errs?",
    "The sigmoid is curved, so it is not. Each tuple makes its own increments; those are added up.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X.mean(axis=0), T.mean(axis=0), weights, biases, learning_rate)


@epoch_update.mistake(
    "case-updating-backwards",
    "You updated after every tuple, from the last to the first: that is case updating.",
    "With which weights is the second tuple's forward pass taken?",
    "Here all increments come from the weights at the start; only their sum is applied, once.",
)
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X[::-1], T[::-1], strict=True):
        weights, biases = nn.per_unit_update(x, t, weights, biases, learning_rate)
    return weights, biases


@epoch_update.mistake(
    "weights-case-by-case",
    "The biases are right; the weights were changed after every tuple, and the sum is of other "
    "steps.",
    "Which of your arrays are summed up over the set, and which are changed at once?",
    "Weights and biases alike: increments from the old values, summed over the set, applied once.",
)
def _(X, T, weights, biases, learning_rate):
    _, total_b = _all_cases(X, T, weights, biases, learning_rate, _case)
    changed, thresholds = weights, biases
    for x, t in zip(X, T, strict=True):
        changed, thresholds = nn.per_unit_update(x, t, changed, thresholds, learning_rate)
    return changed, _added(biases, total_b)


# --- train_until --------------------------------------------------------------------------------

train_until = Exercise(
    "train_until",
    CHAPTER,
    nn.train_until,
    returns=("params", "losses", "reason"),
    points=3,
    shapes={"X": "N D", "y": "N"},
    credit=("params", "losses"),  # the reasons are the same on every paper
    order=lambda name: ("losses", "reason").index(name) if name in ("losses", "reason") else 2,
)

N_UNTIL = 8  # a power of 2: shares of eighths are exact, and "below" is not "at most"


def _history(X, y, params, rate, epochs):
    """What the rules, and wrong ones, would watch: a dict of (epochs,) arrays."""
    rows = []
    for _ in range(epochs):
        before = params
        params, loss = nn.train_step(X, y, before, rate)
        steps = [
            [(new - old).ravel() for new, old in zip(*pair, strict=True)]
            for pair in zip(params, before, strict=True)
        ]
        sizes = [[np.abs(step).max() for step in pair] for pair in steps]
        every = np.concatenate([step for pair in steps for step in pair])
        rows.append(
            {
                "change": max(map(max, sizes)),
                "weights": max(size[0] for size in sizes),
                "biases": max(size[1] for size in sizes),
                "rise": every.max(),
                "mean": np.abs(every).mean(),
                "least": np.abs(every).min(),
                "calmest": min(map(min, sizes)),
                "error": nn.misclassified_share(X, y, params),
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _stop(values, limit):
    """The epoch, from 1, after which `values` first is below `limit`; 99 if never."""
    below = np.flatnonzero(values < limit)
    return int(below[0]) + 1 if below.size else 99


def _problem(rng, widths, spread):
    return {
        "X": spread * rng.normal(size=(N_UNTIL, widths[0])),
        "y": _labels(rng, N_UNTIL, widths[-1]),
        "params": [
            (rng.normal(size=(D, H)), _away_from_zero(rng, 0.2, 0.8, H))
            for D, H in zip(widths[:-1], widths[1:], strict=True)
        ],
        "learning_rate": float(rng.uniform(0.4, 0.9)),
    }


def _settling(rng, widths, spread, deceptive):
    """A problem, its limit for changes and its last epoch; watching only `deceptive` stops early.

    Small inputs leave the biases to move most, large ones the weights.
    """
    while True:
        problem = _problem(rng, widths, spread)
        seen = _history(*problem.values(), epochs=9)
        for k in range(3, 9):
            change, lowest = seen["change"][k], seen["change"][:k].min()
            limit = float(np.sqrt(change * lowest))
            stops = {name: _stop(seen[name] * 1.001, limit) for name in (*deceptive, "change")}
            if change < 0.99 * lowest and len(set(stops.values())) == len(stops):
                return problem, limit, k + 1


def _erring(rng, widths):
    """A problem, its threshold for errors, and the epoch after which they are below it."""
    while True:
        problem = _problem(rng, widths, 1.0)
        error = _history(*problem.values(), epochs=9)["error"]
        for k in range(2, 7):
            limit = float(error[:k].min())
            at_most, accuracy = _stop(error, 1.001 * limit), _stop(1 - error, limit)
            drops = error[k] < limit and error[0] < 1 and error[: k + 3].min() > 0
            if drops and accuracy <= k and accuracy != at_most:
                return problem, limit, k + 1


@train_until.paper
def _(rng):
    problem, limit, epoch = _settling(rng, (2, 5, 3), 0.3, ("weights", "rise"))
    yield problem | {"max_epochs": epoch + 3, "min_change": limit, "max_error": 0.0}
    problem, limit, epoch = _settling(rng, (3, 4, 5), 2.0, ("biases", "mean", "least", "calmest"))
    yield problem | {"max_epochs": epoch, "min_change": limit, "max_error": 0.0}
    problem, errors, epoch = _erring(rng, (3, 6, 4))
    yield problem | {"max_epochs": epoch + 2, "min_change": 1e-6, "max_error": errors}
    yield problem | {"max_epochs": epoch - 1, "min_change": 1e-6, "max_error": errors}
    first = 1.2 * float(_history(*problem.values(), epochs=1)["change"][0])
    yield problem | {"max_epochs": 4, "min_change": first, "max_error": 1.0}


def _train(
    X,
    y,
    params,
    learning_rate,
    max_epochs,
    min_change,
    max_error,
    change=nn.largest_change,
    error=nn.misclassified_share,
    settled=lambda change, limit: change < limit,
    rare=lambda error, limit: error < limit,
    reason=lambda settled, rare, last: "weights" if settled else "error" if rare else "",
):
    """train_until with a piece replaced."""
    losses = []
    for epoch in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        found = reason(
            settled(change(before, params), min_change),
            rare(error(X, y, params), max_error),
            epoch == max_epochs - 1,
        )
        if found:
            return params, losses, found
    return params, losses, "epochs"


def _changes(before, after):
    pairs = [
        pair for layers in zip(before, after, strict=True) for pair in zip(*layers, strict=True)
    ]
    return np.concatenate([(new - old).ravel() for old, new in pairs])


def _until_mistake(name, observed, look, derive, **pieces):
    """A train_until with some pieces replaced."""

    def solution(*args):
        return _train(*args, **pieces)

    train_until.mistake(name, observed, look, derive)(solution)


_until_mistake(
    "error-tested-first",
    "When both rules hold after the same epoch, you say error where weights belongs.",
    "In which order does the exercise test the three rules?",
    "Weights first, then the share misclassified, then the number of epochs.",
    reason=lambda settled, rare, last: "error" if rare else "weights" if settled else "",
)

_until_mistake(
    "epochs-tested-first",
    "When a rule holds after the very last epoch, you say epochs.",
    "Which of the three rules is tested last?",
    "The other two are tested after every epoch, the last one included. Epochs is what remains.",
    reason=lambda settled, rare, last: (
        "epochs" if last else "weights" if settled else "error" if rare else ""
    ),
)

_until_mistake(
    "both-rules-needed",
    "You go on when only one of the two rules holds.",
    "Is each of the rules enough by itself?",
    "Weights that have settled stop the training; so does an error that is rare enough.",
    reason=lambda settled, rare, last: "weights" if settled and rare else "",
)

_until_mistake(
    "never-stops-early",
    "You always train for max_epochs.",
    "After which line do the three rules get their say?",
    "After every epoch: compare the new weights with the old ones, then count the errors.",
    reason=lambda settled, rare, last: "",
)

_until_mistake(
    "at-most",
    "You stop although the share misclassified only equals max_error.",
    "Below, or at most?",
    "The rule asks for a share below max_error: strictly less.",
    rare=lambda error, limit: error <= limit,
)

_until_mistake(
    "counts-errors",
    "You compare the number of errors with max_error, which is a share.",
    "What is the largest value your number can take? And that of a share?",
    "Share = number of errors divided by the number of examples, {N} here.",
    error=lambda X, y, params: nn.misclassified_share(X, y, params) * len(y),
)

_until_mistake(
    "accuracy-for-error",
    "You compare the share classified correctly with max_error.",
    "Which share should become small: the right ones or the wrong ones?",
    "Share misclassified = 1 - share correct.",
    error=lambda X, y, params: 1 - nn.misclassified_share(X, y, params),
)

_until_mistake(
    "biases-not-watched",
    "You stop while biases are still moving: your rule watches the weights alone.",
    "Which arrays of a pair does your comparison look at?",
    "Every change of weights and of biases has to be below min_change.",
    change=lambda before, after: max(
        np.abs(new[0] - old[0]).max() for old, new in zip(before, after, strict=True)
    ),
)

_until_mistake(
    "weights-not-watched",
    "You stop while weights are still moving: your rule watches the biases alone.",
    "Which arrays of a pair does your comparison look at?",
    "Every change of weights and of biases has to be below min_change.",
    change=lambda before, after: max(
        np.abs(new[1] - old[1]).max() for old, new in zip(before, after, strict=True)
    ),
)

_until_mistake(
    "falling-weights-not-seen",
    "You stop although some weights still fall by more than min_change.",
    "What does your comparison say of a change of -3?",
    "A change of -3 is a large one: compare its size.",
    change=lambda before, after: _changes(before, after).max(),
)

_until_mistake(
    "one-settled-weight-is-enough",
    "You stop as soon as any weight has settled.",
    "Every change, or some change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(_changes(before, after)).min(),
)

_until_mistake(
    "one-settled-array-is-enough",
    "You stop as soon as one array has settled.",
    "Every change, or those of some array?",
    "All changes have to be below min_change: those of every W and of every b.",
    change=lambda before, after: min(
        np.abs(new - old).max()
        for layers in zip(before, after, strict=True)
        for old, new in zip(*layers, strict=True)
    ),
)

_until_mistake(
    "mean-change",
    "You stop when the mean change is below min_change; single weights still move by more.",
    "Every change, or the average change?",
    "All changes have to be below min_change, which is to say the largest one.",
    change=lambda before, after: np.abs(_changes(before, after)).mean(),
)

_until_mistake(
    "total-change",
    "Your rule for the weights holds too late or never, as if all changes were added up before "
    "they are compared with min_change.",
    "Does a network with more weights have to hold each of them stiller?",
    "Every single change is compared with min_change.",
    change=lambda before, after: np.abs(_changes(before, after)).sum(),
)


@train_until.mistake(
    "class-per-column",
    "It failed, or counted wrongly, where labels are compared: you have one answer for each class, "
    "not one for each example.",
    "Along which axis of P is the largest probability of one example found?",
    "Rows are examples: the predicted class of example i is the place of the largest number in "
    "row i.",
)
def _(X, y, params, *limits):
    def error(X, y, params):
        return np.mean(nn.mlp_forward(X, params)[0].argmax(axis=0) != y)

    return _train(X, y, params, *limits, error=error)


@train_until.mistake(
    "change-since-the-start",
    "You compare with the weights of the very beginning, which are never near again.",
    "Which two sets of weights does the rule compare?",
    "The change of one epoch: the weights before it and after it.",
)
def _(X, y, params, *limits):
    start = params
    return _train(X, y, params, *limits, change=lambda _, after: nn.largest_change(start, after))


@train_until.mistake(
    "loss-change",
    "You stop when the loss has settled; the rule watches weights and biases.",
    "Whose change is compared with min_change?",
    "On a plateau the loss stands still while the weights still travel.",
)
def _(X, y, params, *limits):
    def change(before, after):
        losses = [nn.cross_entropy(nn.mlp_forward(X, p)[0], y) for p in (before, after)]
        return abs(losses[1] - losses[0])

    return _train(X, y, params, *limits, change=change)


@train_until.mistake(
    "errors-of-the-old-network",
    "You count the errors of the network before its update: you notice one epoch late.",
    "Whose predictions do you count: those from before the step or from after it?",
    "After the update, classify once more with the new weights, and count those errors.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if nn.largest_change(before, params) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, before) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@train_until.mistake(
    "last-update-lost",
    "losses and reason are right; your params are those before the last update.",
    "Which of the two sets of weights do you hand back when a rule says stop?",
    "The rule is tested after the update, so the updated weights are the result.",
)
def _(X, y, params, *limits):
    path = [params]
    _, losses, reason = nn.train_until(X, y, params, *limits)
    for _ in losses:
        path.append(nn.train_step(X, y, path[-1], limits[0])[0])
    return path[-2], losses, reason


@train_until.mistake(
    "last-loss-lost",
    "params and reason are right; losses lacks its last entry.",
    "In an epoch that ends the training: is its loss in the list before you leave?",
    "Every update has its loss: one entry for each epoch that ran.",
)
def _(X, y, params, *limits):
    params, losses, reason = nn.train_until(X, y, params, *limits)
    return params, losses[:-1], reason


@train_until.mistake(
    "loss-after-update",
    "Each of your losses was measured after its update.",
    "losses[0] should be the loss of the network you were given. Is yours?",
    "train_step gives the loss before its update: that is the one to keep.",
)
def _(X, y, params, *limits):
    found, losses, reason = nn.train_until(X, y, params, *limits)
    after = nn.cross_entropy(nn.mlp_forward(X, found)[0], y)
    return found, [*losses[1:], after], reason


@train_until.mistake(
    "one-epoch-too-many",
    "You make one update after a rule has said stop.",
    "When are your rules tested: right after the update, or before the next one?",
    "After every epoch: update, test, and only then go round again.",
)
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    params, losses, reason = nn.train_until(
        X, y, params, learning_rate, max_epochs, min_change, max_error
    )
    params, loss = nn.train_step(X, y, params, learning_rate)
    return params, [*losses, loss], reason


@train_until.mistake(
    "one-epoch-over-the-limit",
    "You train for one epoch more than max_epochs allows.",
    "How often does your loop run if no rule stops it? Count for max_epochs = 1.",
    "At most max_epochs updates: the third rule holds as soon as that many are done.",
)
def _(X, y, params, learning_rate, max_epochs, *limits):
    return nn.train_until(X, y, params, learning_rate, max_epochs + 1, *limits)


@train_until.mistake(
    "reason-missing",
    "You returned params and losses; the reason is missing.",
    "Three things are asked. Which rule said stop?",
    "One of the words weights, error, epochs.",
)
def _(X, y, params, *limits):
    return nn.train_until(X, y, params, *limits)[:2]


EXERCISES = (
    linear_forward,
    linear_backward,
    activation_forward,
    activation_backward,
    softmax,
    cross_entropy,
    softmax_cross_entropy_backward,
    mlp_forward,
    mlp_backward,
    train_step,
    per_unit_update,
    epoch_update,
    train_until,
)
