"""The mean squared error."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise

mse_loss = Exercise(
    "mse_loss",
    "01_single_neuron",
    nn.mse_loss,
    returns="loss",
    points=1,
    shapes={"p": "N", "y": "N"},
    achieved="One number says how far off a set of predictions is.",
)


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
    "half-of-the-sum",
    "Your loss is half the sum of the squares: {N}/2 times what it should be, for {N} examples.",
    "Some books write the loss so. What stands before the sum here, and which number is it for "
    "{N} examples?",
    "L = (1/N) * sum over i of (p_i - y_i)**2: divided by the number of examples, no half.",
)
def _(p, y):
    return 0.5 * np.sum((p - y) ** 2)


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


@mse_loss.mistake(
    "table-of-pairs-summed",
    "Your loss adds up all {N} times {N} pairs of a prediction and a target and divides by {N}; "
    "there are {N} examples.",
    "Print the shape of p - y in your function. Is one of the two a column?",
    "A column (N, 1) minus a row (N,) is a table (N, N) in NumPy. Example i belongs with "
    "example i: one shape for both.",
)
def _(p, y):
    return np.sum((p.reshape(-1, 1) - y) ** 2) / len(y)


for _name, _slope, _huber in (
    ("huber", "1", lambda e: np.where(e < 1, e**2 / 2, e - 0.5)),
    ("huber-doubled", "2", lambda e: np.where(e < 1, e**2, 2 * e - 1)),
):
    mse_loss.mistake(
        _name,
        f"Errors beyond 1 count in a straight line of slope {_slope} in your loss, not as a square "
        "(the Huber, or smooth L1, loss).",
        "How much should an error of 2 cost, and how much does it cost in yours?",
        "The square is taken of every error, small or large; then the mean.",
    )(lambda p, y, cost=_huber: np.mean(cost(np.abs(p - y))))


@mse_loss.mistake(
    "r-squared",
    "You returned R squared, 1 minus the errors' share of the spread of y: it is 1 where all is "
    "right.",
    "What should a loss be if every prediction is right, and what is yours then?",
    "L = (1/N) * sum over i of (p_i - y_i)**2, and nothing of the spread of y in it.",
)
def _(p, y):
    return 1 - np.mean((p - y) ** 2) / np.var(y)


@mse_loss.mistake(
    "share-of-the-spread",
    "You divided the loss by the variance of y.",
    "If every y and every p is doubled, what should happen to the loss? And to yours?",
    "L = (1/N) * sum over i of (p_i - y_i)**2, and nothing of the spread of y in it.",
)
def _(p, y):
    return np.mean((p - y) ** 2) / np.var(y)


for _name, _root, _form in (
    ("relative-errors", "size", np.abs),
    ("relative-errors-squared", "square", np.square),
):
    mse_loss.mistake(
        _name,
        f"Each error is divided by its y before its {_root} is taken: you averaged relative "
        "errors.",
        "What does an error of 1 cost you where y is 0.1, and what where y is 10?",
        "L = (1/N) * sum over i of (p_i - y_i)**2: an error counts as it is, whatever y_i is.",
    )(lambda p, y, form=_form: np.mean(form((p - y) / y)))
