"""The first gradient of the way back: that of the scores."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.two_pass_mlp.networks import CHAPTER, labels, one_hot

softmax_cross_entropy_backward = Exercise(
    "softmax_cross_entropy_backward",
    CHAPTER,
    nn.softmax_cross_entropy_backward,
    returns="dZ",
    points=3,
    shapes={"P": "N C", "y": "N"},
    achieved="The two last steps of the way back are one short formula: the first delta.",
)


@softmax_cross_entropy_backward.paper
def _(rng):
    for N, C in [(6, 3), (9, 5), (7, 4), (6, 6)]:
        yield {"P": nn.softmax(rng.normal(scale=1.5, size=(N, C))), "y": labels(rng, N, C)}


@softmax_cross_entropy_backward.mistake(
    "not-averaged",
    "dZ is exactly {N} times what it should be, and your batch has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter?",
    "L = (1/N) * sum of L_i, so every row of dZ carries 1/N. The layers below will count on it.",
)
def _(P, y):
    return P - one_hot(P, y)


@softmax_cross_entropy_backward.mistake(
    "sign",
    "dZ has the right size and the opposite sign.",
    "Probability minus target, or target minus probability? Take one example by hand.",
    "The loss falls as the true class's score grows, so dZ is negative there: P_iy - 1 < 0.",
)
def _(P, y):
    return (one_hot(P, y) - P) / len(y)


@softmax_cross_entropy_backward.mistake(
    "target-added",
    "You added the target to P, where it is taken away: at the true class dZ is above P / {N}.",
    "Which sign stands before the 1 of the true class?",
    "The loss falls as the true class's score grows, so dZ is negative there: P_iy - 1 < 0.",
)
def _(P, y):
    return (P + one_hot(P, y)) / len(y)


@softmax_cross_entropy_backward.mistake(
    "class-before",
    "The 1 is taken away one class too early: at class y_i - 1 instead of y_i.",
    "From which number do the classes count here, and which column belongs to class 0?",
    "Classes count from 0, as columns do: y_i is the number of its column as it is.",
)
def _(P, y):
    return (P - one_hot(P, y - 1)) / len(y)


@softmax_cross_entropy_backward.mistake(
    "slope-kept",
    "dZ is smaller than it should be by a factor P(1 - P) in every entry.",
    "Derive dL/dZ through the softmax by hand. What cancels?",
    "dL/dP has 1/P in it and the softmax a P: their product leaves P - one-hot, nothing more.",
)
def _(P, y):
    return (P - one_hot(P, y)) * P * (1 - P) / len(y)


@softmax_cross_entropy_backward.mistake(
    "averaged-over-entries",
    "dZ is exactly 1/{C} of what it should be, and there are {C} classes.",
    "By how many numbers did you divide? How many examples does the mean run over?",
    "One term for each example: the mean divides by N, not by N C.",
)
def _(P, y):
    return (P - one_hot(P, y)) / P.size


@softmax_cross_entropy_backward.mistake(
    "divided-by-classes",
    "dZ is off by {N}/{C}: you divided by the number of classes ({C}), not of examples ({N}).",
    "Which axis of P counts the examples?",
    "Rows are examples: P is (N, C).",
)
def _(P, y):
    return (P - one_hot(P, y)) / P.shape[1]


@softmax_cross_entropy_backward.mistake(
    "averaged-twice",
    "dZ is exactly 1/{N} of what it should be.",
    "Count your divisions by N. How many are there?",
    "The mean over N examples divides once.",
)
def _(P, y):
    return (P - one_hot(P, y)) / len(y) ** 2


@softmax_cross_entropy_backward.mistake(
    "only-the-true-class",
    "Only the entry of the true class is right; the other classes get no gradient.",
    "Raising the score of a wrong class lowers the true class's probability. Where is that in "
    "your formula?",
    "Every score stands in the denominator of every probability: for c other than y_i the "
    "gradient is P_ic / N.",
)
def _(P, y):
    T = one_hot(P, y)
    return T * (P - T) / len(y)


@softmax_cross_entropy_backward.mistake(
    "stops-at-the-probabilities",
    "You returned dL/dP: the way back through the softmax is missing.",
    "The exercise asks for the gradient of the scores. What lies between Z and P?",
    "dL/dZ_ic = sum over k of dL/dP_ik dP_ik/dZ_ic, and dP_ik/dZ_ic = P_ik (1[k = c] - P_ic).",
)
def _(P, y):
    return -one_hot(P, y) / P / len(y)


@softmax_cross_entropy_backward.mistake(
    "no-one-hot",
    "You subtracted the class number itself from every entry of its row.",
    "y_i is the name of a class, not a probability. Which entry of row i should lose 1?",
    "The target of row i is 1 at class y_i and 0 elsewhere. Subtract 1 there, 0 elsewhere.",
)
def _(P, y):
    return (P - y[:, None]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "labels-subtracted",
    "P and an array of {N} numbers, one for each row, meet entry by entry, and NumPy holds those "
    "{N} against the {C} columns.",
    "If that array is y: y_i is the name of a class, not a probability. Which entry of row i "
    "should lose 1?",
    "The target of row i is 1 at class y_i and 0 elsewhere. Subtract 1 there, 0 elsewhere.",
)
def _(P, y):
    return (P - y) / len(y)


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
    return (P - one_hot(P, y)) ** 2 / len(y)


@softmax_cross_entropy_backward.mistake(
    "only-the-labels-averaged",
    "You divided P by N, but not the 1 of the true class, or the other way round.",
    "To how much of your line does the division by N belong?",
    "dZ = (P - T) / N: the whole difference is divided. Brackets come first.",
)
def _(P, y):
    return P / len(y) - one_hot(P, y)


@softmax_cross_entropy_backward.mistake(
    "probability-kept",
    "Every entry of your dZ has an extra factor P.",
    "Which factor from the softmax's slope is still there? Derive dL/dZ for one class and see "
    "what cancels.",
    "From -log p_y comes -1/p_y, and the softmax's slope has a p_y in it: the two cancel, and P "
    "- T is left.",
)
def _(P, y):
    return (P - one_hot(P, y)) * P / len(y)


@softmax_cross_entropy_backward.mistake(
    "most-probable-class",
    "You subtract the 1 at the class the network finds most probable, not at the true one.",
    "Which of your lines looks at y?",
    "T_ic is 1 where c = y_i. A network that only hears its own opinion learns nothing.",
)
def _(P, y):
    return (P - np.eye(P.shape[1])[P.argmax(axis=1)]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "one-taken-off-everywhere",
    "You subtracted 1 from every probability; only the one of the true class loses it.",
    "Sum a row of your dZ. What should the sum be, if what one class gains the others lose?",
    "The target of row i is 1 at class y_i and 0 elsewhere. Subtract 1 there, 0 elsewhere.",
)
def _(P, y):
    return (P - 1) / len(y)


@softmax_cross_entropy_backward.mistake(
    "rows-for-entries",
    "1 is taken away from whole rows, those whose numbers stand in y, not from one entry of each "
    "row.",
    "What does P[y] pick for y = [2, 0, 2]: entries, or rows?",
    "Row i loses 1 at column y_i: two indices, the row's own number and its label.",
)
def _(P, y):
    dZ = P.copy()
    dZ[y] -= 1
    return dZ / len(y)


@softmax_cross_entropy_backward.mistake(
    "only-the-one-averaged",
    "The 1 of the true class was divided by N, and P was not.",
    "To how much of your line does the division by N belong?",
    "dZ = (P - T) / N: the whole difference is divided. Brackets come first.",
)
def _(P, y):
    return P - one_hot(P, y) / len(y)


@softmax_cross_entropy_backward.mistake(
    "label-emptied",
    "Your dZ holds 0 at the true class of every row; at the others it is right.",
    "Is the entry of the true class to be replaced, or to lose 1?",
    "dZ = (P - T) / N, and T is 1 at the true class: P - 1 stands there, a pull upwards.",
)
def _(P, y):
    return P * (1 - one_hot(P, y)) / len(y)
