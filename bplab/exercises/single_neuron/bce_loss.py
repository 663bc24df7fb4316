"""The binary cross-entropy."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault

bce_loss = Exercise(
    "bce_loss",
    "01_single_neuron",
    nn.bce_loss,
    returns="loss",
    points=2,
    shapes={"a": "N", "y": "N"},
    rtol=1e-7,
    achieved="One number says how much a set of probabilities is worth; it is what the neuron "
    "will make small.",
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
    "not infinity. (What limits an array gives a new one back; a itself stays as it was.)",
    when="not-finite",
    only=lambda inputs: bool(np.any((inputs["a"] == 0) | (inputs["a"] == 1))),
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
        f"Your a is held {_bound:g} away from 0 and 1; here it is 1e-12.",
        "Which number do you clip with, or add under the logarithm, and which one does the "
        "exercise name?",
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
    "likelihood-without-logarithm",
    "You averaged the probabilities that were given to the labels; the logarithm is missing.",
    "What does a sure and right answer cost you? It should cost nothing.",
    "Each example costs -log of the probability that was given to its label: -log 1 is 0.",
)
def _(a, y):
    return -np.mean(np.where(np.asarray(y) == 1, a, 1 - a))


@bce_loss.mistake(
    "one-minus-the-logarithm",
    "In your second term 1 stands outside the logarithm: 1 - log a, where log(1 - a) belongs.",
    "Put a = 0 and y = 0 into your second term. What should a sure and right answer cost?",
    "The probability of the label 0 is 1 - a, and its logarithm is taken as a whole.",
)
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(a) + (1 - y) * (1 - np.log(a)))


@bce_loss.mistake(
    "same-logarithm-twice",
    "Both of your terms hold log a: the second one should hold log(1 - a).",
    "Which probability does the neuron give to the label 0?",
    "y switches log a on, and 1 - y switches log(1 - a) on.",
)
def _(a, y):
    return -np.mean(np.log(np.clip(a, 1e-12, 1 - 1e-12)))


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


def _added(eps):
    def solution(a, y):
        return -np.mean(y * np.log(a + eps) + (1 - y) * np.log(1 - a + eps))

    return solution


for _eps in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
    bce_loss.mistake(
        f"added-{_eps:g}",
        f"You add {_eps:g} under both logarithms: every example is charged a little wrongly, not "
        "only those with a at 0 or 1.",
        "What does the small number change for a = 0.5? And what would a clip change there?",
        "Clip a to [1e-12, 1 - 1e-12]: where a lies between, it stays exactly what it is.",
    )(_added(_eps))


@bce_loss.mistake(
    "table-of-pairs-summed",
    "Your loss adds up all {N} times {N} pairs of a probability and a label and divides by {N}; "
    "there are {N} examples.",
    "Print the shapes inside your function. Is one of the two arrays a column?",
    "A column (N, 1) times a row (N,) is a table (N, N) in NumPy. Example i belongs with "
    "example i: one shape for both.",
)
def _(a, y):
    a, rows = np.clip(a, 1e-12, 1 - 1e-12), y.reshape(-1, 1)
    return -np.sum(rows * np.log(a) + (1 - rows) * np.log(1 - a)) / len(y)


@bce_loss.mistake(
    "logarithm-of-a-label",
    "Your loss is not a finite number, though every a of this case lies between 0 and 1.",
    "What on that line is exactly 0 or 1, and is a logarithm taken of it?",
    "The logarithms are of a and of 1 - a; the labels y and 1 - y weigh them.",
    when="not-finite",
    only=lambda inputs: bool(np.all((inputs["a"] > 0) & (inputs["a"] < 1))),
)
def _(a, y):
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - y))


@bce_loss.tells
def _arguments_swapped(wrong, rows):
    """Logarithms of labels, with some number in place of log 0: the same one in every case."""
    found = []
    for inputs, leaf, _ in rows:
        a, y = np.asarray(inputs["a"], dtype=float), np.asarray(inputs["y"], dtype=float)
        if np.all((a > 0) & (a < 1)):
            found.append(float(leaf.actual) / np.mean(np.where(y == 1, 1 - a, a)))
    if len(found) < 2 or np.ptp(found) > 1e-5 * found[0] or not 4 < found[0] < 800:
        return None
    mistake = bce_loss.mistakes["swapped-arguments"]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)


@bce_loss.mistake(
    "nan-replaced",
    "For a of exactly 0 or 1 something else stands in place of nan and of infinity; a clip is "
    "asked.",
    "What is log 0 replaced by, and what should a sure mistake cost?",
    "Keep a within [1e-12, 1 - 1e-12] before taking logarithms: a sure mistake then costs 27.6.",
)
def _(a, y):
    with np.errstate(all="ignore"):
        return -np.mean(np.nan_to_num(y * np.log(a) + (1 - y) * np.log(1 - a)))


@bce_loss.mistake(
    "nan-left-out",
    "Examples whose a is exactly 0 or 1, and right, are left out of your mean: it divides by too "
    "few.",
    "By how many examples does your mean divide in a case that holds such an a?",
    "0 * log 0 is nan for a computer, and should be 0. Keep a within [1e-12, 1 - 1e-12] before "
    "taking logarithms: then there is nothing to leave out.",
)
def _(a, y):
    with np.errstate(all="ignore"):
        return -np.nanmean(y * np.log(a) + (1 - y) * np.log(1 - a))
