"""Chapter 1: one neuron."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise

CHAPTER = "01_single_neuron"
SHAPES = {"X": "N D", "w": "D", "y": "N", "a": "N", "p": "N", "dw": "D", "z": "N"}


def _batch(rng, N, D):
    X = rng.normal(size=(N, D))
    w = rng.normal(size=D)
    b = float(rng.normal() + np.sign(rng.normal()))
    y = (rng.random(N) < 0.5).astype(float)
    y[:2] = 0.0, 1.0
    return X, y, w, b


# --- linear_neuron_step -----------------------------------------------------------------------

linear_neuron_step = Exercise(
    "linear_neuron_step", CHAPTER, nn.linear_neuron_step, returns="w", points=1
)


@linear_neuron_step.paper
def _(rng):
    yield {"x": 2.0, "w": 0.5, "y": 4.0, "learning_rate": 0.1}
    for _ in range(5):
        x, w, y = (float(v) for v in rng.uniform(0.6, 2.5, 3) * rng.choice([-1, 1], 3))
        yield {"x": x, "w": w, "y": y, "learning_rate": float(rng.uniform(0.02, 0.3))}


@linear_neuron_step.mistake(
    "no-factor-2",
    "Your step is exactly half as long as it should be.",
    "Differentiate (y - w x)**2 once more, slowly: what comes down from the exponent?",
    "With the error e = y - w x, dL/dw = 2 e * de/dw, and de/dw = -x. This course's squared error "
    "has no one half to cancel the 2.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * (y - w * x) * x


@linear_neuron_step.mistake(
    "uphill",
    "Your step goes the right distance in the wrong direction: the loss rises.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Gradient descent subtracts: new w = w - learning_rate * dL/dw. Check the sign of dL/dw too: "
    "two minus signs can hide in y - w x.",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * 2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "input-forgotten",
    "The step does not grow with x, but it should.",
    "w reaches the error through a product. What is the derivative of w x with respect to w?",
    "Chain rule: dL/dw = dL/dp * dp/dw with p = w x. The second factor is x.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * 2 * (y - w * x)


@linear_neuron_step.mistake(
    "error-not-squared",
    "The step has the same length for a large and a small error of the same sign.",
    "How does the loss know how large the error is? Which loss did we choose?",
    "The slope of e**2 is 2 e: it carries the error itself. The slope of abs(e) is only its sign.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * np.sign(y - w * x) * x


@linear_neuron_step.mistake(
    "returns-gradient",
    "You returned the gradient itself, not the weight after the step.",
    "The exercise asks for the new w. What is left to do with the gradient?",
    "One step of descent: new w = old w - learning_rate * gradient.",
)
def _(x, w, y, learning_rate):
    return -2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "rate-ignored",
    "The step does not depend on learning_rate.",
    "Where does learning_rate stand in your formula?",
    "The gradient gives a direction and a steepness; learning_rate says which share of it to walk.",
)
def _(x, w, y, learning_rate):
    return w + 2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "step-only",
    "You returned the step itself: how far w should move, not where it ends up.",
    "The exercise asks for the new w. From where is the step taken?",
    "One step of descent: new w = old w - learning_rate * gradient. The old w is missing.",
)
def _(x, w, y, learning_rate):
    return 2 * learning_rate * (y - w * x) * x


@linear_neuron_step.mistake(
    "loss-for-slope",
    "You stepped along the loss itself, (y - w x)**2, instead of along its slope.",
    "A loss is never negative, so your w can only fall. Which quantity knows the direction?",
    "Descent needs dL/dw, the derivative of (y - w x)**2 along w: an error times an input.",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * (y - w * x) ** 2


@linear_neuron_step.mistake(
    "weight-for-input",
    "The factor from the chain rule is w in your step where it should be x.",
    "Which of the two numbers in the product w x are we differentiating with respect to?",
    "p = w x. If w moves by a little, p moves by x times as much: dp/dw = x.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * w


@linear_neuron_step.mistake(
    "error-with-plus",
    "Your error is y + w x: it grows when the prediction comes nearer to the target.",
    "What should the error be when w x equals y?",
    "The error is a difference, y - w x; every sign after it follows from the chain rule.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y + w * x) * x


@linear_neuron_step.mistake(
    "solved-outright",
    "You returned y / x, the weight that makes the error zero at once.",
    "That is the bottom of this bowl. Which w does a single step of gradient descent reach?",
    "One step goes learning_rate times the gradient, and no further: with many examples no single "
    "w makes every error zero, and small steps still work.",
)
def _(x, w, y, learning_rate):
    return y / x


@linear_neuron_step.mistake(
    "returns-loss",
    "You returned the loss, (y - w x)**2.",
    "The exercise asks for the weight after one step. What does the loss tell you about the step?",
    "Differentiate the loss for the gradient; the rate makes it a step; the step makes the new w.",
)
def _(x, w, y, learning_rate):
    return (y - w * x) ** 2


@linear_neuron_step.mistake(
    "arguments-swapped",
    "You treated the first argument as the weight and the second as the input.",
    "Compare the first line of your function with the exercise's: which comes first, x or w?",
    "The order is x, w, y, learning_rate. Both w x and x w are the same product, but only w moves.",
)
def _(x, w, y, learning_rate):
    return x + 2 * learning_rate * (y - w * x) * w


@linear_neuron_step.mistake(
    "brackets",
    "Brackets are missing around the error: w x is subtracted on its own, at the end.",
    "Read your line as Python does: what exactly is multiplied by 2 x?",
    "The gradient is -2 x times all of (y - w x).",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * -2 * x * y - w * x


@linear_neuron_step.mistake(
    "input-left-out-of-prediction",
    "Your error is y - w: the prediction leaves out x.",
    "What does the neuron predict for x = 0? And yours?",
    "The prediction is w x, so the error is y - w x; x comes in a second time through the chain "
    "rule.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w) * x


@linear_neuron_step.mistake(
    "returns-prediction",
    "You returned the prediction w x: the weight has not learned anything from it.",
    "The exercise asks for the weight after one step. What comes after the prediction?",
    "Prediction, error, gradient, step: the new w is the old one minus learning_rate times the "
    "gradient.",
)
def _(x, w, y, learning_rate):
    return w * x


# --- sigmoid ------------------------------------------------------------------------------------

sigmoid = Exercise(
    "sigmoid",
    CHAPTER,
    nn.sigmoid,
    returns="a",
    points=1,
    shapes=SHAPES,
    rtol=1e-9,
)


@sigmoid.paper
def _(rng):
    yield {"z": rng.normal(scale=2, size=7)}
    yield {"z": rng.normal(scale=2, size=(3, 4))}
    yield {"z": float(rng.uniform(0.5, 2))}
    yield Case({"z": np.array([-1e4, -800.0, -30.0, 0.0, 30.0, 800.0, 1e4])}, quiet=True)


@sigmoid.mistake(
    "precedence",
    "Your values leave the interval (0, 1): at z = 0 you get 2.",
    "Read 1/1+exp(-z) as Python does. Which operation comes first?",
    "A fraction bar groups what is under it: the 1 and the exp(-z) belong together before the "
    "division.",
)
def _(z):
    with np.errstate(over="ignore"):
        return 1 / 1 + np.exp(-z)


@sigmoid.mistake(
    "sign-of-exponent",
    "You are right at z = 0 and mirrored everywhere else: your curve falls.",
    "What should happen to the activation as z grows? Try z = 3.",
    "The exponential in the denominator must vanish for large positive z, so its exponent is -z.",
)
def _(z):
    return nn.sigmoid(-np.asarray(z))


@sigmoid.mistake(
    "slope-instead",
    "You returned the slope of the sigmoid: it is never above 0.25.",
    "The exercise asks for the curve, not for how steep it is.",
    "sigma(0) = 1/2. The slope sigma(1 - sigma) is 1/4 there; it comes in the backward pass.",
)
def _(z):
    a = nn.sigmoid(z)
    return a * (1 - a)


@sigmoid.mistake(
    "tanh-instead",
    "Your values run from -1 to 1; a sigmoid's run from 0 to 1.",
    "Which S-shaped curve is this? What is it at z = 0?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1. Here sigma itself is "
    "asked.",
)
def _(z):
    return np.tanh(z)


@sigmoid.mistake(
    "overflow",
    "Your formula is right, but exp overflows for some z and NumPy warns.",
    "For which sign of z does exp(-z) become huge? What is another way to write the same fraction?",
    "Multiply numerator and denominator by exp(z): the result is the same function, and its exp "
    "is small exactly where the other one is large. Use each form on its own side of 0.",
    when="warned",
)
def _(z):
    with np.errstate(over="warn"):
        return 1 / (1 + np.exp(-np.asarray(z)))


@sigmoid.mistake(
    "overflow-to-nan",
    "For large z your formula gives nan.",
    "What is exp(800) for a computer, and what is that number divided by itself?",
    "inf / inf has no value. Write the fraction so that the exp in it is never above 1: one form "
    "for z >= 0, the other for z < 0.",
    when="not-finite",
)
def _(z):
    e = np.exp(z)
    return e / (1 + e)


@sigmoid.mistake(
    "one-forgotten",
    "Your values leave the interval (0, 1): at z = 0 you get 1, and above it more.",
    "Which number is added to the exponential before the division?",
    "1 / exp(-z) is exp(z), which grows without limit. The 1 + below the bar holds it under 1.",
)
def _(z):
    with np.errstate(all="ignore"):
        return 1 / np.exp(-np.asarray(z))


@sigmoid.mistake(
    "twice-as-steep",
    "Your curve is right at z = 0 and rises twice as fast: it is the sigmoid of 2z.",
    "Does your z go into tanh, or into a square, as it is?",
    "sigma(z) = (1 + tanh(z / 2)) / 2: the half inside belongs there.",
)
def _(z):
    return nn.sigmoid(2 * np.asarray(z))


@sigmoid.mistake(
    "math-exp",
    "Your function works for one number and stops at an array.",
    "z may hold a whole batch. Which exp takes an array and gives one?",
    "The math module knows single numbers only; NumPy's functions go through an array entry by "
    "entry and keep its shape.",
)
def _(z):
    return 1 / (1 + math.exp(-z))


@sigmoid.mistake(
    "asks-an-array",
    "Your function asks whether z is positive, and an array has no single answer.",
    "Some entries of z are positive and some are not. How can each take its own branch?",
    "Choose entry by entry: compare the whole array at once, and let the result of the comparison "
    "pick from two forms.",
)
def _(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@sigmoid.mistake(
    "softmax-instead",
    "Your activations add up to 1: each of them depends on all the others.",
    "Change one entry of z. Which entries of your result should change?",
    "The sigmoid takes each number by itself: 1 over 1 plus exp(-z). Shares of a sum are the "
    "softmax of chapter 3.",
)
def _(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


@sigmoid.mistake(
    "decided-already",
    "Your activations are only 0 or 1: that is a threshold, not a sigmoid.",
    "How sure is the neuron at z = 0.1, and how sure at z = 10?",
    "sigma(z) rises smoothly from 0 to 1; its slope is what the backward pass will need.",
)
def _(z):
    return (np.asarray(z) >= 0) * 1.0


# --- neuron_forward -----------------------------------------------------------------------------

neuron_forward = Exercise(
    "neuron_forward", CHAPTER, nn.neuron_forward, returns="a", points=1, shapes=SHAPES
)


@neuron_forward.paper
def _(rng):
    for N, D in [(6, 3), (8, 5), (7, 2), (1, 4)]:  # one row is a batch too
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


# --- losses -------------------------------------------------------------------------------------

mse_loss = Exercise("mse_loss", CHAPTER, nn.mse_loss, returns="loss", points=1, shapes=SHAPES)


@mse_loss.paper
def _(rng):
    for N in (6, 9, 13):
        yield {"p": rng.normal(size=N), "y": rng.normal(size=N)}


@mse_loss.mistake(
    "halved",
    "Your loss is exactly half of what it should be.",
    "Some books put 1/2 in front of the square. Does this course's table?",
    "Here MSE = mean((p - y)**2), no half; so its gradient carries a 2.",
)
def _(p, y):
    return 0.5 * np.mean((p - y) ** 2)


@mse_loss.mistake(
    "summed",
    "Your loss is exactly {N} times what it should be, and {N} is the number of examples.",
    "Sum or mean: which one makes the loss of a class comparable with the loss of a school?",
    "The loss is the mean over the N examples: the sum divided by N.",
)
def _(p, y):
    return np.sum((p - y) ** 2)


@mse_loss.mistake(
    "absolute",
    "You measured the mean distance |p - y|, not its square.",
    "What does the S in MSE stand for?",
    "Squaring makes one large error cost more than many small ones: an error of 3 costs 9.",
)
def _(p, y):
    return np.mean(np.abs(p - y))


@mse_loss.mistake(
    "rooted",
    "You returned the square root of the loss.",
    "RMSE is in the units of y; MSE is what is asked.",
    "The root would change every gradient by a factor 1/(2 sqrt(loss)).",
)
def _(p, y):
    return np.sqrt(np.mean((p - y) ** 2))


@mse_loss.mistake(
    "square-of-mean",
    "You averaged first and squared afterwards, so errors of opposite sign cancel.",
    "What is the loss of the errors +1 and -1?",
    "Each example is squared for itself; only then comes the mean over i.",
)
def _(p, y):
    return np.mean(p - y) ** 2


@mse_loss.mistake(
    "per-example",
    "You returned one loss for each example; the loss of a batch is one number.",
    "Which reduction does the definition end with?",
    "L = (1/N) * sum over i of (p_i - y_i)**2: the i disappears.",
)
def _(p, y):
    return (p - y) ** 2


@mse_loss.mistake(
    "not-squared",
    "You averaged the errors without squaring them, so errors of opposite sign cancel.",
    "What is the loss of the errors +1 and -1? Should a neuron that is twice wrong pay nothing?",
    "L = (1/N) * sum over i of (p_i - y_i)**2: the square makes every error cost something.",
)
def _(p, y):
    return np.mean(p - y)


@mse_loss.mistake(
    "negative",
    "Your loss is the right size with the wrong sign.",
    "A loss is something to pay. Can a square be negative?",
    "L = (1/N) * sum over i of (p_i - y_i)**2 has no minus in front.",
)
def _(p, y):
    return -np.mean((p - y) ** 2)


@mse_loss.mistake(
    "difference-of-squares",
    "You squared p and y apart and then took the difference.",
    "Is p**2 - y**2 the same as (p - y)**2? Try p = 1, y = 4.",
    "First the error, p_i - y_i; then its square; then the mean.",
)
def _(p, y):
    return np.mean(p**2 - y**2)


@mse_loss.mistake(
    "table-of-pairs",
    "Your loss used {N} times {N} pairs of a prediction and a target; there are {N} examples.",
    "Print the shape of p - y in your function. Is one of the two a column?",
    "A column (N, 1) minus a row (N,) is a table (N, N) in NumPy. Example i belongs with "
    "example i: one shape for both.",
)
def _(p, y):
    return np.mean((p.reshape(-1, 1) - y) ** 2)


@mse_loss.mistake(
    "gradient-instead",
    "You returned 2 (p - y), averaged: the slope of the loss, not the loss.",
    "Which of the two is asked here: how large the error is, or how it changes?",
    "L = (1/N) * sum over i of (p_i - y_i)**2. Its derivative comes with the backward pass.",
)
def _(p, y):
    return 2 * np.mean(p - y)


@mse_loss.mistake(
    "returned-in-loop",
    "Your loss is that of the first example alone.",
    "At which turn of the loop does your function end?",
    "The sum must be over all N examples before anything is handed back.",
)
def _(p, y):
    return (p[0] - y[0]) ** 2


@mse_loss.mistake(
    "norm",
    "You returned the length of the error, the root of the sum of its squares.",
    "What does the M in MSE stand for, and is there a root in it?",
    "L = (1/N) * sum over i of (p_i - y_i)**2: a mean, and no root.",
)
def _(p, y):
    return np.linalg.norm(p - y)


@mse_loss.mistake(
    "largest",
    "You returned the largest squared error alone.",
    "How do the other examples get a say?",
    "The loss is the mean of all squared errors: add them up and divide by their number.",
)
def _(p, y):
    return np.max((p - y) ** 2)


@mse_loss.mistake(
    "median",
    "You returned the median of the squared errors, not their mean.",
    "If the largest error doubles, what should happen to the loss? And to yours?",
    "The mean adds up all squared errors and divides by their number.",
)
def _(p, y):
    return np.median((p - y) ** 2)


@mse_loss.mistake(
    "variance",
    "You returned the variance of the errors: predictions that are all off by 3 would cost "
    "nothing.",
    "What is your loss if every prediction is exactly 3 too high?",
    "Squares of the errors themselves, p - y, with no mean taken off them first.",
)
def _(p, y):
    return np.var(p - y)


@mse_loss.mistake(
    "only-targets-squared",
    "Only y is squared: your loss is the mean of p - y**2.",
    "Read your line as Python does: to what does the power belong?",
    "A power binds tighter than a minus. It is the whole difference p - y that is squared.",
)
def _(p, y):
    return np.mean(p - y**2)


@mse_loss.mistake(
    "higher-power",
    "You took the fourth power of the errors, or squared them twice.",
    "How much should an error of 2 cost?",
    "The square is taken once: (p - y)**2, then the mean.",
)
def _(p, y):
    return np.mean((p - y) ** 4)


@mse_loss.mistake(
    "third-power",
    "You took the third power of the errors: your loss can fall below 0.",
    "What does an error of -2 cost, and what an error of 2?",
    "A square makes both the same, 4; a third power keeps the sign.",
)
def _(p, y):
    return np.mean((p - y) ** 3)


@mse_loss.mistake(
    "product",
    "You squared the product of p and y, not their difference.",
    "What is your loss for p = y = 3? What should it be?",
    "An error is a difference, p - y; it is 0 where the prediction is right.",
)
def _(p, y):
    return np.mean((p * y) ** 2)


bce_loss = Exercise(
    "bce_loss", CHAPTER, nn.bce_loss, returns="loss", points=2, shapes=SHAPES, rtol=1e-7
)


@bce_loss.paper
def _(rng):
    for N in (6, 9, 13):
        y = (rng.random(N) < 0.4).astype(float)
        y[:2] = 1.0, 0.0
        yield {"a": rng.uniform(0.03, 0.97, N), "y": y}
    yield {"a": rng.uniform(0.1, 0.9, 6), "y": np.array([0, 1, 1, 0, 1, 0])}
    for a, y in (
        ([0.0, 1.0, 0.3, 0.6], [0.0, 1.0, 1.0, 0.0]),
        ([1.0, 0.0, 0.6, 0.2], [0.0, 1.0, 1.0, 0.0]),
    ):
        # 1 - (1 - 1e-12) keeps only four digits, so how one clips shows in the fifth.
        yield Case({"a": np.array(a), "y": np.array(y)}, rtol=1e-4)


@bce_loss.mistake(
    "sign-slip",
    "One of your two terms has the wrong sign: your loss can fall below 0.",
    "Both logarithms are of numbers below 1. Which sign must each term have to cost something?",
    "The minus in front covers both terms: -(y log a + (1 - y) log(1 - a)).",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return np.mean(-y * np.log(a) + (1 - y) * np.log(1 - a))


@bce_loss.mistake(
    "negative",
    "Your loss is the right size with the wrong sign.",
    "A loss is something to pay. What is the sign of log a for a probability a?",
    "log of a number below 1 is negative; the minus in the definition turns it into a cost.",
)
def _(a, y):
    return -nn.bce_loss(a, y)


@bce_loss.mistake(
    "healthy-free",
    "Examples with y = 0 cost nothing in your loss.",
    "What does your loss charge for y = 0 and a = 0.9?",
    "Each label has its own term: y picks log a, and 1 - y picks log(1 - a).",
)
def _(a, y):
    return -np.mean(y * np.log(np.clip(a, 1e-12, 1)))


@bce_loss.mistake(
    "summed",
    "Your loss is exactly {N} times what it should be, and {N} is the number of examples.",
    "Sum or mean over the batch? See the table of conventions.",
    "The loss is the mean over the N examples: the sum divided by N.",
)
def _(a, y):
    return nn.bce_loss(a, y) * len(y)


@bce_loss.mistake(
    "log-base",
    "Your loss is 0.434 times what it should be: that is 1/ln 10.",
    "Which logarithm did you take?",
    "The natural one: only then is the slope of log a exactly 1/a, without a factor.",
)
def _(a, y):
    return nn.bce_loss(a, y) / np.log(10)


@bce_loss.mistake(
    "log-base-2",
    "Your loss is 1.443 times what it should be: that is 1/ln 2.",
    "Which logarithm did you take? Bits are a fine unit, but not the one of this course.",
    "The natural one: only then is the slope of log a exactly 1/a, without a factor.",
)
def _(a, y):
    return nn.bce_loss(a, y) / np.log(2)


@bce_loss.mistake(
    "swapped-arguments",
    "You took the logarithm of the labels.",
    "Which of the two arguments holds probabilities, and which one zeros and ones?",
    "y weighs the terms; the logarithms are of a and 1 - a.",
)
def _(a, y):
    return nn.bce_loss(y, a)


@bce_loss.mistake(
    "log-of-zero",
    "For a of exactly 0 or 1 your loss is not a finite number.",
    "What is log(0), and what is 0 * log(0) for a computer?",
    "Keep a within [1e-12, 1 - 1e-12] before taking logarithms: a sure mistake then costs 27.6, "
    "not infinity.",
    when="not-finite",
)
def _(a, y):
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


@bce_loss.mistake(
    "per-example",
    "You returned one loss for each example; the loss of a batch is one number.",
    "Which reduction does the definition end with?",
    "L = -(1/N) * sum over i of (...): the i disappears.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


@bce_loss.mistake(
    "sick-free",
    "Examples with y = 1 cost nothing in your loss.",
    "What does your loss charge for y = 1 and a = 0.1?",
    "Each label has its own term: y picks log a, and 1 - y picks log(1 - a).",
)
def _(a, y):
    return -np.mean((1 - y) * np.log(np.clip(1 - a, 1e-12, 1)))


@bce_loss.mistake(
    "terms-crossed",
    "Each label picks the other one's logarithm: a sure and right answer costs you most.",
    "For y = 1, which probability should be near 1 to cost nothing: a, or 1 - a?",
    "y goes with log a, and 1 - y goes with log(1 - a).",
)
def _(a, y):
    return nn.bce_loss(1 - a, y)


@bce_loss.mistake(
    "squared-error",
    "You returned the mean squared error.",
    "Which loss does the exercise name? Does it contain a square?",
    "The cross-entropy charges the logarithm of the probability given to what was true.",
)
def _(a, y):
    return nn.mse_loss(a, y)


@bce_loss.mistake(
    "table-of-pairs",
    "Your loss used {N} times {N} pairs of a probability and a label; there are {N} examples.",
    "Print the shapes inside your function. Is one of the two arrays a column?",
    "A column (N, 1) times a row (N,) is a table (N, N) in NumPy. Example i belongs with "
    "example i: one shape for both.",
)
def _(a, y):
    a, y = np.clip(a, 1e-12, 1 - 1e-12), y.reshape(-1, 1)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


@bce_loss.mistake(
    "brackets",
    "Brackets are missing around 1 - y: your second term is 1 minus a product.",
    "Read your second term as Python does. What is multiplied with log(1 - a)?",
    "The weight of log(1 - a) is all of (1 - y): it is 0 for y = 1 and 1 for y = 0.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(a) + 1 - y * np.log(1 - a))


@bce_loss.mistake(
    "each-class-averaged",
    "You averaged the two classes apart and added the two means.",
    "How much does one example count in your loss if its class is rare?",
    "One mean, over all N examples: each counts 1/N, whatever its label.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -(np.mean(np.log(a)[y == 1]) + np.mean(np.log(1 - a)[y == 0]))


@bce_loss.mistake(
    "sigmoid-again",
    "You took the sigmoid of a, which is a probability already.",
    "Where in the forward pass is the sigmoid? What does the loss receive?",
    "The loss is a function of a = sigma(z); a second sigmoid squeezes all of a into (0.5, 0.74).",
)
def _(a, y):
    return nn.bce_loss(nn.sigmoid(a), y)


def _clipped_at(bound):
    def solution(a, y):
        a = np.clip(a, bound, 1 - bound)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

    return solution


for _bound in (1e-15, 1e-10, 1e-9, 1e-8, 1e-7, 1e-5, 1e-3, 1e-2):
    bce_loss.mistake(
        f"clipped-at-{_bound:g}",
        f"You keep a away from 0 and 1 by {_bound:g}; here it is 1e-12.",
        "Where does your smallest probability come from, and which one does the exercise name?",
        f"A sure mistake costs -log of that bound: {-np.log(_bound):.3g} with yours, 27.6 with "
        "1e-12.",
    )(_clipped_at(_bound))


@bce_loss.mistake(
    "accuracy",
    "You returned the share of right decisions, which is not a loss.",
    "Does your number change when a right answer becomes surer?",
    "The cross-entropy reads each probability: -log of what was given to the true label, then "
    "the mean.",
)
def _(a, y):
    return np.mean((a > 0.5) == y)


@bce_loss.mistake(
    "log-of-the-mean",
    "You averaged the probabilities first and took the logarithm afterwards.",
    "What does one sure mistake cost among many right answers: by the definition, and by yours?",
    "Each example has its own logarithm; the mean is taken of those.",
)
def _(a, y):
    return -np.log(np.mean(np.where(np.asarray(y) == 1, a, 1 - a)))


@bce_loss.mistake(
    "no-logarithm",
    "You averaged the probability of a mistake; the logarithm is missing.",
    "What does a sure mistake cost you? The cross-entropy charges 27.6 for it.",
    "Each example costs -log of the probability that was given to its label.",
)
def _(a, y):
    return np.mean(np.where(np.asarray(y) == 1, 1 - a, a))


@bce_loss.mistake(
    "both-terms-always",
    "Both logarithms count for every example: your loss does not look at y.",
    "Change every label. Does your loss change?",
    "y switches log a on, and 1 - y switches log(1 - a) on: for each example only one of them "
    "counts.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(np.log(a) + np.log(1 - a))


@bce_loss.mistake(
    "entropy",
    "You weighted the logarithms with a itself: your loss never looks at the labels.",
    "Change every label. Does your loss change?",
    "The logarithms are of a, the weights before them are the labels: y and 1 - y.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(a * np.log(a) + (1 - a) * np.log(1 - a))


@bce_loss.mistake(
    "infinities-replaced",
    "Where a is exactly 0 or 1 your nan or inf was replaced by some number; the others are right.",
    "What should a sure mistake cost, and what does it cost after the repair?",
    "Clip a to [1e-12, 1 - 1e-12] before the logarithm: then a sure mistake costs 27.6 and "
    "nothing has to be repaired.",
)
def _(a, y):
    with np.errstate(all="ignore"):
        return np.nan_to_num(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))


# --- neuron_backward ----------------------------------------------------------------------------

neuron_backward = Exercise(
    "neuron_backward", CHAPTER, nn.neuron_backward, returns=("dw", "db"), points=3, shapes=SHAPES
)


@neuron_backward.paper
def _(rng):
    for N, D in [(6, 3), (8, 5), (7, 2)]:
        X, y, w, b = _batch(rng, N, D)
        yield {"X": X, "a": nn.neuron_forward(X, w, b), "y": y}


@neuron_backward.mistake(
    "not-averaged",
    "dw and db are exactly {N} times what they should be, and your batch has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter the chain?",
    "L = (1/N) * sum of L_i, so dL/dw = (1/N) * sum of dL_i/dw. One division, for dw and db alike.",
)
def _(X, a, y):
    return X.T @ (a - y), np.sum(a - y)


@neuron_backward.mistake(
    "averaged-twice",
    "dw and db are exactly 1/{N} of what they should be.",
    "Count your divisions by N on the way from the loss to dw. How many are there?",
    "The 1/N of the mean enters once. If dz carries it already, the sums that follow only add.",
)
def _(X, a, y):
    dz = (a - y) / len(y)
    return X.T @ dz / len(y), np.mean(dz)


@neuron_backward.mistake(
    "label-minus-prediction",
    "dw and db have the right size and the opposite sign.",
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
    "dw is right; db is exactly {N} times what it should be.",
    "dw was averaged over the {N} examples. Was db?",
    "db is the mean over i of (a_i - y_i): z_i grows by 1 when b does, in every example alike.",
)
def _(X, a, y):
    return X.T @ (a - y) / len(y), np.sum(a - y)


@neuron_backward.mistake(
    "bias-averaged-twice",
    "dw is right; db is exactly 1/{N} of what it should be.",
    "If dz carries the 1/N already, what is left to do for b over the examples?",
    "b is added to z_i in every row i, so the chain rule adds over i: one sum, no more division.",
)
def _(X, a, y):
    return X.T @ (a - y) / len(y), np.mean(a - y) / len(y)


@neuron_backward.mistake(
    "wrong-axis",
    "dw and db are off by {N}/{D}: you divided by the number of inputs ({D}), not of examples "
    "({N}).",
    "Which axis of X counts the examples?",
    "Rows are examples: X is (N, D), so N is X.shape[0].",
)
def _(X, a, y):
    D = X.shape[1]
    return X.T @ (a - y) / D, np.sum(a - y) / D


@neuron_backward.mistake(
    "factor-2",
    "dw and db are exactly twice what they should be.",
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
    "dw is right; db has one number for each example, where the neuron has a single bias.",
    "How many biases does one neuron have?",
    "The one b is used by all N examples, so its blame is the sum of all their shares.",
)
def _(X, a, y):
    return X.T @ (a - y) / len(y), (a - y) / len(y)


@neuron_backward.mistake(
    "bias-forgotten",
    "dw is right; db is always 0: the bias would never learn.",
    "By how much does z_i change when b grows by 1?",
    "dL/db = sum over i of dL/dz_i * 1: the same dz as for dw, with no input beside it.",
)
def _(X, a, y):
    return nn.neuron_backward(X, a, y)[0], 0.0


@neuron_backward.mistake(
    "bias-from-weights",
    "dw is right; your db was made from dw, so the inputs are in it.",
    "Is b multiplied by any input on its way into z?",
    "z_i = (sum over j of X_ij w_j) + b: the slope of z_i along b is 1, so db needs dz alone.",
)
def _(X, a, y):
    dw, _ = nn.neuron_backward(X, a, y)
    return dw, float(dw.sum())


@neuron_backward.mistake(
    "bias-from-one-example",
    "dw is right; your db holds the share of the first example only.",
    "How many examples share the one b?",
    "b is added to z_i in every row i, so the chain rule adds over i.",
)
def _(X, a, y):
    return nn.neuron_backward(X, a, y)[0], float((a - y)[0] / len(y))


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
    "db is right; dw is the mean input times the mean error.",
    "Is the mean of a product the product of the means?",
    "dw = (1/N) * sum over i of (a_i - y_i) x_i: each example's error meets its own inputs first.",
)
def _(X, a, y):
    return X.mean(axis=0) * np.mean(a - y), float(np.mean(a - y))


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
    "db is right; your dw has an extra factor a(1 - a) for each example.",
    "Both gradients start from the same dz. Which of your two lines uses another?",
    "dz = a - y for the cross-entropy through the sigmoid, where the slope has cancelled; dw and "
    "db share it.",
)
def _(X, a, y):
    return X.T @ ((a - y) * a * (1 - a)) / len(y), np.mean(a - y)


# --- gradient_step ------------------------------------------------------------------------------

gradient_step = Exercise(
    "gradient_step", CHAPTER, nn.gradient_step, returns=("w", "b"), points=1, shapes=SHAPES
)


@gradient_step.paper
def _(rng):
    for D in (3, 5, 2):
        yield {
            "w": rng.normal(size=D),
            "b": float(rng.normal()),
            "dw": rng.normal(size=D),
            "db": float(rng.normal()),
            "learning_rate": float(rng.uniform(0.02, 0.6)),
        }


@gradient_step.mistake(
    "uphill",
    "Your step goes the right distance in the wrong direction: uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts: w - learning_rate * dw, and the same for b.",
)
def _(w, b, dw, db, learning_rate):
    return w + learning_rate * dw, b + learning_rate * db


@gradient_step.mistake(
    "bias-kept",
    "w is right; b is the one you were given: it never learns.",
    "Is b different after the step?",
    "The bias is a parameter like any weight: it takes its own step, along -db.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b


@gradient_step.mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "Where does learning_rate stand in your formula?",
    "The gradient gives a direction and a steepness; learning_rate says which share of it to walk.",
)
def _(w, b, dw, db, learning_rate):
    return w - dw, b - db


@gradient_step.mistake(
    "bias-without-rate",
    "w is right; b moved by all of db, without the learning rate.",
    "w and b take the same kind of step. What is missing in one of them?",
    "b - learning_rate * db: one rate for all parameters.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b - db


@gradient_step.mistake(
    "in-place",
    "Your function changed the w it was given.",
    "What does w -= ... do to the array that the caller still holds?",
    "An augmented assignment writes into the same array. An expression on the right-hand side "
    "makes a new one.",
)
def _(w, b, dw, db, learning_rate):
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


@gradient_step.mistake(
    "rate-divided",
    "You divided by the learning rate where it multiplies.",
    "A smaller rate should give a smaller step. Does yours?",
    "The step is learning_rate times the gradient.",
)
def _(w, b, dw, db, learning_rate):
    return w - dw / learning_rate, b - db / learning_rate


@gradient_step.mistake(
    "step-only",
    "You returned the steps themselves: how far w and b should move, not where they end up.",
    "From where are the steps taken?",
    "New w = old w - learning_rate * dw. The old values are missing.",
)
def _(w, b, dw, db, learning_rate):
    return -learning_rate * dw, -learning_rate * db


@gradient_step.mistake(
    "one-gradient-for-both",
    "b is right; w takes its step along db, the bias's gradient.",
    "Which gradient belongs to which parameter?",
    "Each parameter goes along its own: w along dw, b along db.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * db, b - learning_rate * db


@gradient_step.mistake(
    "bias-along-dw",
    "w is right; b was moved along dw and became an array.",
    "Which gradient belongs to b, and how many numbers is it?",
    "b is one number and takes its step along db.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b - learning_rate * dw


@gradient_step.mistake(
    "brackets",
    "You subtract the rate from w before multiplying by the gradient.",
    "Read your line as Python does: what is multiplied by dw?",
    "Only the product learning_rate * dw is taken off w.",
)
def _(w, b, dw, db, learning_rate):
    return (w - learning_rate) * dw, (b - learning_rate) * db


@gradient_step.mistake(
    "sign-only",
    "Your steps all have the length of the rate: only the sign of each gradient is left.",
    "Should a steep direction and a flat one get the same step?",
    "The step is learning_rate times the gradient itself, with its size.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * np.sign(dw), b - learning_rate * np.sign(db)


@gradient_step.mistake(
    "weights-shrunk",
    "You multiplied w by 1 - learning_rate * dw; a step subtracts and leaves w itself alone.",
    "Does the step depend on how large w is?",
    "New w = w - learning_rate * dw: the old w is taken once, as it is.",
)
def _(w, b, dw, db, learning_rate):
    return w * (1 - learning_rate * dw), b * (1 - learning_rate * db)


# --- train_neuron -------------------------------------------------------------------------------

train_neuron = Exercise(
    "train_neuron",
    CHAPTER,
    nn.train_neuron,
    returns=("w", "b", "losses"),
    points=3,
    shapes=SHAPES,
    order=("losses", "w", "b").index,  # as the epochs make them
)


@train_neuron.paper
def _(rng):
    for N, D, epochs in [(6, 3, 5), (9, 2, 8), (8, 4, 1)]:
        X, y, _, _ = _batch(rng, N, D)
        rate = float(rng.uniform(0.1, 0.9))
        yield {"X": X, "y": y, "learning_rate": rate, "epochs": epochs}


def _train(X, y, learning_rate, epochs, backward=nn.neuron_backward, start=0.0, late=False):
    w, b, losses = np.full(X.shape[1], start), start, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        dw, db = backward(X, a, y)
        if not late:
            losses.append(nn.bce_loss(a, y))
        w, b = w - learning_rate * dw, b - learning_rate * db
        if late:
            losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
    return w, b, losses


@train_neuron.mistake(
    "loss-after-update",
    "w and b are right; each of your losses was measured after its update, one step too late.",
    "losses[0] should be the loss at w = 0, b = 0: log 2 = 0.693. Is yours?",
    "Within one epoch: forward, loss, backward, update. The loss belongs to the forward pass.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, late=True)


@train_neuron.mistake(
    "starts-at-ones",
    "You start at ones; the exercise starts at zeros. Your losses[0] is not log 2 = 0.6931.",
    "What is every activation if w and b are zero?",
    "With z = 0 each a is 1/2, and the first loss is log 2 whatever the labels are.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, start=1.0)


@train_neuron.mistake(
    "uphill",
    "Your loss rises from epoch to epoch: the first step goes uphill.",
    "Is a sign missing in the update, or one too many in the gradient?",
    "Descent subtracts learning_rate times the gradient, and the gradient begins with a - y.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, -learning_rate, epochs)


@train_neuron.mistake(
    "bias-not-trained",
    "b is still 0 at the end: it never learned.",
    "Is b different after one epoch?",
    "Without a bias the decision line passes through the origin. b takes its step with db.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        return nn.neuron_backward(X, a, y)[0], 0.0

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "not-averaged",
    "Your steps are {N} times too long, and your data have {N} rows.",
    "Is the gradient you step along that of the mean loss, or of the sum?",
    "The loss is a mean over N examples, so its gradient carries one 1/N.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate * len(y), epochs)


@train_neuron.mistake(
    "one-epoch-too-many",
    "You made one update more than asked.",
    "How often does your loop run, and how often is the last update applied?",
    "epochs updates, epochs losses: one of each in every turn of the loop.",
)
def _(X, y, learning_rate, epochs):
    w, b, _ = _train(X, y, learning_rate, epochs + 1)
    return w, b, _train(X, y, learning_rate, epochs)[2]


@train_neuron.mistake(
    "last-loss-added",
    "You returned one loss more than there are updates.",
    "losses[i] is the loss before update i. How many updates are there?",
    "The loss after the last update belongs to no update; it is not in the list.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = _train(X, y, learning_rate, epochs)
    return w, b, [*losses, nn.bce_loss(nn.neuron_forward(X, w, b), y)]


@train_neuron.mistake(
    "example-by-example",
    "You update after every single example; here one update uses all examples together.",
    "How many updates does one epoch of yours make?",
    "The gradient of the mean loss is the mean of all examples' gradients at the same w and b; "
    "only then comes the step.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
        for i in range(len(y)):
            dw, db = nn.neuron_backward(X[i : i + 1], nn.neuron_forward(X[i : i + 1], w, b), y[i])
            w, b = w - learning_rate * dw.ravel(), b - learning_rate * float(db)
    return w, b, losses


@train_neuron.mistake(
    "squared-error",
    "w and b are right, but your losses are those of the squared error.",
    "Which loss does the gradient belong to that you step along?",
    "The curve should show what is being minimized: the binary cross-entropy.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.mse_loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


@train_neuron.mistake(
    "never-updated",
    "w and b are zero at the end, and every loss is log 2: nothing was learned.",
    "Is the result of the update kept? What do w and b hold in the next turn?",
    "A step makes new values; they must take the place of the old ones before the next forward "
    "pass.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, 0.0, epochs)


@train_neuron.mistake(
    "forward-once",
    "Your losses all equal the first: the forward pass is taken once, before the loop.",
    "After w has changed, which of your arrays still belong to the old w?",
    "Each epoch is the whole cycle: forward with the present w and b, loss, backward, update.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    a = nn.neuron_forward(X, w, b)
    dw, db = nn.neuron_backward(X, a, y)
    for _ in range(epochs):
        losses.append(nn.bce_loss(a, y))
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


@train_neuron.mistake(
    "starts-over",
    "Every epoch starts again from zeros: all losses are log 2, and w and b have taken one step.",
    "Which lines stand inside the loop that belong before it?",
    "w and b are set to zero once; after that each epoch goes on from where the last one ended.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = _train(X, y, learning_rate, 1)
    return w, b, losses * epochs


@train_neuron.mistake(
    "returned-in-loop",
    "Your function ends after one epoch: losses has a single entry, not one for each epoch.",
    "How far is your last line indented?",
    "epochs updates and epochs losses; only after the loop is the result handed back.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, 1)


@train_neuron.mistake(
    "one-epoch-too-few",
    "You made one update fewer than asked.",
    "How often does your loop run?",
    "epochs updates, epochs losses: one of each in every turn of the loop.",
)
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs - 1)


@train_neuron.mistake(
    "last-update-skipped",
    "losses are right; w and b miss the last update.",
    "Is there a turn of your loop that ends before its update?",
    "losses[i] is taken before update i, and update i still follows: as many updates as losses.",
)
def _(X, y, learning_rate, epochs):
    w, b, _ = _train(X, y, learning_rate, epochs - 1)
    return w, b, _train(X, y, learning_rate, epochs)[2]


@train_neuron.mistake(
    "gradients-added-up",
    "Your first update is right; after it you step along the sum of all gradients so far.",
    "Is dw fresh in every epoch, or added to what the last one left?",
    "Each step uses the gradient at the present w and b, and no older one.",
)
def _(X, y, learning_rate, epochs):
    total_w, total_b = np.zeros(X.shape[1]), 0.0

    def backward(X, a, y):
        nonlocal total_w, total_b
        dw, db = nn.neuron_backward(X, a, y)
        total_w, total_b = total_w + dw, total_b + db
        return total_w, total_b

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "slope-kept",
    "Your steps are shorter than they should be, example by example: an extra factor a(1 - a) is "
    "in the gradient.",
    "Which gradient does the loop use: yours from the exercise before, or another?",
    "For the cross-entropy through the sigmoid dz = a - y; the slope has cancelled.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dz = (a - y) * a * (1 - a) / len(y)
        return X.T @ dz, dz.sum()

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "rate-fades",
    "Your first update is right; after it your learning rate shrinks as 1/t.",
    "Is learning_rate the same in the last epoch as in the first?",
    "Here the rate is fixed: every update is learning_rate times the gradient. (Rates that fade "
    "come in chapter 4.)",
)
def _(X, y, learning_rate, epochs):
    t = 0

    def backward(X, a, y):
        nonlocal t
        t += 1
        dw, db = nn.neuron_backward(X, a, y)
        return dw / t, db / t

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "loss-summed",
    "w and b are right; your losses are {N} times what they should be, and you have {N} rows.",
    "losses[0] should be log 2 = 0.693, whatever the number of rows. Is yours?",
    "The loss is the mean over the examples.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = _train(X, y, learning_rate, epochs)
    return w, b, [loss * len(y) for loss in losses]


@train_neuron.mistake(
    "last-loss-only",
    "w and b are right; you returned the last loss alone, where the whole curve is asked.",
    "What does your loop do with the loss of the epoch before?",
    "Collect one loss an epoch, in order: losses has {epochs} entries here.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = _train(X, y, learning_rate, epochs)
    return w, b, losses[-1]


@train_neuron.mistake(
    "inputs-rescaled",
    "You trained on inputs that you scaled yourself; your w and b belong to other numbers than X.",
    "Which X does whoever calls your function hold, and will use with your w?",
    "Scaling is worth it, but it is the caller's to do, once, so that the same is done to new "
    "patients.",
)
def _(X, y, learning_rate, epochs):
    return _train((X - X.mean(axis=0)) / X.std(axis=0), y, learning_rate, epochs)


@train_neuron.mistake(
    "squared-error-throughout",
    "You trained on the squared error: your losses begin at 0.25, and the steps are its steps.",
    "Which loss does the exercise name? What is it for a = 1/2?",
    "The cross-entropy starts at log 2 = 0.693, and its gradient begins with a - y.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.mse_loss(a, y))
        dz = 2 * (a - y) * a * (1 - a) / len(y)
        w, b = w - learning_rate * (X.T @ dz), b - learning_rate * dz.sum()
    return w, b, losses


@train_neuron.mistake(
    "bias-from-moved-weights",
    "Your bias's gradient is taken after w has moved: the two steps start from different places.",
    "Which w do the activations belong to from which db is made?",
    "Both gradients come from one forward pass; then w and b take their steps together.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        w = w - learning_rate * nn.neuron_backward(X, a, y)[0]
        b = b - learning_rate * nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)[1]
    return w, b, losses


@train_neuron.mistake(
    "bias-uphill",
    "Your bias climbs: w goes downhill and b uphill.",
    "Compare the two lines that update: which sign has each?",
    "Both parameters go against their own gradient: minus learning_rate times db, as with dw.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return dw, -db

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "bias-not-averaged",
    "The step of your bias is {N} times too long, and you have {N} rows; that of w is right.",
    "How is db made from a - y: a sum, or a mean?",
    "The loss is a mean over the examples, and so is each of its gradients.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return dw, len(y) * db

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "weights-not-averaged",
    "The step of your weights is {N} times too long, and you have {N} rows; that of b is right.",
    "How is dw made from a - y: is there a division by N?",
    "The loss is a mean over the examples, and so is each of its gradients.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return len(y) * dw, db

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "uphill-and-summed",
    "Two things at once: you go uphill, and {N} times too far, the number of your rows.",
    "Is the gradient that of the mean loss, and is it subtracted?",
    "Descent subtracts learning_rate times the gradient of the mean, which carries one 1/N.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return -len(y) * dw, -len(y) * db

    return _train(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "one-example-an-epoch",
    "Each of your updates uses a single example, a different one in every epoch.",
    "How many examples have a say in your first update?",
    "One epoch here is one update, along the mean of all examples' gradients.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for epoch in range(epochs):
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
        i = epoch % len(y)
        dz = nn.neuron_forward(X, w, b)[i] - y[i]
        w, b = w - learning_rate * X[i] * dz, b - learning_rate * dz
    return w, b, losses


EXERCISES = (
    linear_neuron_step,
    sigmoid,
    neuron_forward,
    mse_loss,
    bce_loss,
    neuron_backward,
    gradient_step,
    train_neuron,
)
