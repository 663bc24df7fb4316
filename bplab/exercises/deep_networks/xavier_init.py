"""xavier_init."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.deep_networks import initial_weights
from bplab.exercises.deep_networks.initial_weights import scaled_by
from bplab.exercises.deep_networks.networks import CHAPTER

xavier_init = Exercise(
    "xavier_init",
    CHAPTER,
    nn.xavier_init,
    returns="W",
    points=1,
    driver="initial weights",
    credit=("W",),  # the generator left as it was earns nothing by itself
    achieved="Weights start so that tanh layers keep the size of signal and blame.",
)
xavier_init.paper(initial_weights.fans)
initial_weights.name_what_is_drawn(xavier_init, lambda a, b: np.sqrt(2 / (a + b)))

SUM = "The variance is 2 over the sum of both fans: a mean of 1 / fan_in and 1 / fan_out, nearly."
xavier_init.mistake(
    "below-only",
    "Your spread knows only the {fan_in} units below: the variance is 1 / fan_in.",
    "Which fans stand in the formula? What does the blame on its way down see of W?",
    "1 / fan_in keeps the signal's size on the way up, 1 / fan_out the blame's on the way down. "
    + SUM,
)(scaled_by(lambda a, b: np.sqrt(1 / a)))
xavier_init.mistake(
    "above-only",
    "Your spread knows only the {fan_out} units above: the variance is 1 / fan_out.",
    "Which fans stand in the formula? What does the signal on its way up see of W?",
    "1 / fan_out keeps the blame's size on the way down, 1 / fan_in the signal's on the way up. "
    + SUM,
)(scaled_by(lambda a, b: np.sqrt(1 / b)))
xavier_init.mistake(
    "for-relu",
    "Your variance is 2 / fan_in: that is the one for ReLU, He's.",
    "Both fans belong in this one. Which of them is missing?",
    "The 2 stands over the sum of two fans: together they are a mean. " + SUM,
)(scaled_by(lambda a, b: np.sqrt(2 / a)))
xavier_init.mistake(
    "no-two",
    "The 2 is missing: your variance is 1 over the sum of the fans, half of what it should be.",
    "With fan_in and fan_out both 10, what should the variance be: 1/10, or 1/20?",
    "If both fans are n, the variance that keeps the size is 1/n: 2 over n + n.",
)(scaled_by(lambda a, b: np.sqrt(1 / (a + b))))
xavier_init.mistake(
    "brackets",
    "Your variance is 2 / fan_in + fan_out: the division comes before the sum.",
    "Which of the two does Python do first, the division or the addition?",
    "The sum of the fans stands under the line as a whole: it needs brackets.",
)(scaled_by(lambda a, b: np.sqrt(2 / a + b)))
xavier_init.mistake(
    "product-of-fans",
    "Your variance is 2 over the product of the fans.",
    "With fan_in and fan_out both 10, what should the variance be: 1/10, or 1/50?",
    "The fans are added. " + SUM,
)(scaled_by(lambda a, b: np.sqrt(2 / (a * b))))
xavier_init.mistake(
    "limit-for-deviation",
    "Your spread is the root of 6 over the sum of the fans: that is the limit of the evenly drawn "
    "form, not the deviation of the normal one.",
    "What stands under the root for the normal distribution, a 6 or a 2?",
    "Numbers drawn evenly up to a limit have a third of its square as their variance: 6 / 3 = 2.",
)(scaled_by(lambda a, b: np.sqrt(6 / (a + b))))
xavier_init.mistake(
    "root-of-the-two-alone",
    "Your root stands over the 2 alone: you divide by the sum of the fans, not by its root.",
    "With fan_in and fan_out both 8, what should the spread be: 0.35, or 0.09?",
    "The spread is the root of the whole variance: of 2 over the sum.",
)(scaled_by(lambda a, b: np.sqrt(2) / (a + b)))
