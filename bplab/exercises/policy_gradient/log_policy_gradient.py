"""What makes one action a little more probable."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER
from bplab.exercises.policy_gradient.policy import policy

log_policy_gradient = Exercise(
    "log_policy_gradient",
    CHAPTER,
    nn.log_policy_gradient,
    returns="gradient",
    points=3,
    shapes={"theta": "D A", "s": "D"},
    built_on=(policy,),
    achieved="You know the direction that makes an action likelier.",
)


@log_policy_gradient.paper
def _(rng):
    for D, A in ((4, 2), (3, 5), (6, 4)):
        for a in (0, A - 1):
            yield {"theta": rng.normal(size=(D, A)), "s": rng.normal(size=D), "a": a}


def _wrong(name, observed, look, derive, error):
    def solution(theta, s, a):
        p = nn.policy(theta, s[None])[0]
        return np.outer(s, error(p, np.eye(len(p))[a]))

    log_policy_gradient.mistake(name, observed, look, derive)(solution)


LOG = (
    "log pi(a) = score_a - log sum of exp(scores). Its slope with respect to score_j is 1 for the "
    "chosen action and 0 for others, minus p_j for all; score_j = s . theta[:, j] brings the s."
)

_wrong(
    "downhill",
    "Every entry has the opposite sign: that is the gradient of a loss.",
    "If you add a little of it to theta, does the chosen action become more probable?",
    f"Here log pi itself is asked, and its gradient points uphill. {LOG}",
    lambda p, e: p - e,
)
_wrong(
    "of-the-probability",
    "Yours is the gradient of pi(a), not of its logarithm: it is smaller by the factor pi(a).",
    "What is the derivative of log u?",
    "The logarithm brings a factor 1 / pi(a), and takes away the pi(a) of the softmax's slope.",
    lambda p, e: (e - p) * (e @ p),
)
_wrong(
    "one-hot-forgotten",
    "The chosen action has no say in yours.",
    "Which part of log pi(a) holds the score of a by itself?",
    LOG,
    lambda p, e: -p,
)
_wrong(
    "chosen-only",
    "Only the chosen action's column is there; the others have a gradient too.",
    "If another action's score rises, what becomes of the probability of a?",
    LOG,
    lambda p, e: e * (1 - p),
)
_wrong(
    "others-forgotten",
    "Your gradient is s in the chosen column and 0 elsewhere: the sum of the exponentials is "
    "missing.",
    "What stands under the fraction of the softmax?",
    LOG,
    lambda p, e: e,
)
_wrong(
    "softmax-slope-twice",
    "Your gradient carries an extra factor p (1 - p).",
    "What of the softmax's slope is left after the logarithm?",
    LOG,
    lambda p, e: (e - p) * p * (1 - p),
)
_wrong(
    "divided-by-p",
    "You divided by the probabilities once more.",
    "Where did the 1 / pi(a) of the logarithm go?",
    LOG,
    lambda p, e: (e - p) / p,
)
_wrong(
    "averaged-over-actions",
    "Your gradient is divided by the number of actions, {A}.",
    "Is there a mean in log pi(a)?",
    LOG,
    lambda p, e: (e - p) / len(p),
)


_wrong(
    "one-over-p",
    "Your gradient is s / pi(a) in the chosen column and 0 elsewhere: that is the slope by the "
    "probability, and the softmax between it and the scores is missing.",
    "Of what is 1 / p the slope: of log p by p, or of log p by the scores?",
    LOG,
    lambda p, e: e / (e @ p),
)
_wrong(
    "one-over-p-of-each",
    "Your gradient has 1 / p of every action; the softmax between probabilities and scores is "
    "missing.",
    "Of what is 1 / p the slope: of log p by p, or of log p by the scores?",
    LOG,
    lambda p, e: 1 / p,
)
_wrong(
    "of-the-sigmoid",
    "Your gradient belongs to a sigmoid of the chosen score: p (1 - p) in its column.",
    "What does the logarithm make of the slope p (1 - p)? And do the other scores count?",
    LOG,
    lambda p, e: e * (e @ p) * (1 - e @ p),
)
_wrong(
    "even-probabilities",
    "Your gradient is that of equal probabilities, one over the number of actions for each, "
    "whatever the scores are.",
    "Print the probabilities that you use for this one state: do they differ as its scores do?",
    LOG,
    lambda p, e: e - 1 / len(p),
)
_wrong(
    "p-added",
    "In yours the probabilities are added to the one-hot; they are subtracted.",
    "With which sign does the logarithm of the sum of exponentials stand in log pi?",
    LOG,
    lambda p, e: e + p,
)


@log_policy_gradient.mistake(
    "transposed",
    "Rows and columns of your gradient are exchanged.",
    "Which shape has theta?",
    "A gradient has the shape of what it belongs to: a row for each number of the state, a column "
    "for each action.",
)
def _(theta, s, a):
    return nn.log_policy_gradient(theta, s, a).T


@log_policy_gradient.mistake(
    "state-forgotten",
    "Your gradient has the same numbers in every row: s is missing.",
    "By what is theta[i, j] multiplied on its way to a score?",
    LOG,
)
def _(theta, s, a):
    return nn.log_policy_gradient(theta, np.ones_like(s), a) * 0 + (
        np.eye(theta.shape[1])[a] - nn.policy(theta, s[None])[0]
    )


@log_policy_gradient.tells
def _(wrong, rows):
    """The gradient is s times one number for each action: which numbers these are."""
    given, leaf, _ = next(row for row in rows if row[1] is wrong)
    s, g = given["s"], leaf.actual
    if g.shape != given["theta"].shape:
        return None
    mine = s @ g / (s @ s)
    if not np.allclose(np.outer(s, mine), g, rtol=1e-8, atol=1e-10):
        return None
    p = nn.policy(given["theta"], s[None])[0]
    due = np.eye(len(p))[given["a"]] - p
    times = mine @ due / (due @ due)
    if np.allclose(mine, times * due, rtol=1e-8):
        return None  # the general rules know what to say of a factor
    return Fault(
        "other-slopes",
        "Your gradient is s times one number for each action, as it should be. Of the actions 0 to "
        f"{len(p) - 1} these numbers are {_listed(mine)}; {_listed(due)} belong there, with "
        f"a = {given['a']} and p = {_listed(p)}.",
        "Which of these numbers are right: that of the chosen action, or those of the others? What "
        "are they made of?",
        LOG,
    )


def _listed(values):
    return ", ".join(number(float(v)) for v in values)
