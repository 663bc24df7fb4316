"""Chapter 3's gradient, every row weighted by how well it went."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER
from bplab.exercises.policy_gradient.policy import policy

policy_gradient = Exercise(
    "policy_gradient",
    CHAPTER,
    nn.policy_gradient,
    returns="dtheta",
    points=4,
    shapes={"theta": "D A", "S": "N D", "actions": "N", "advantages": "N"},
    built_on=(policy,),
    achieved="Actions that turned out better than usual become likelier.",
)


@policy_gradient.paper
def _(rng):
    for N, D, A in ((9, 4, 2), (8, 3, 5), (7, 5, 3)):
        yield {
            "theta": rng.normal(size=(D, A)),
            "S": rng.normal(size=(N, D)),
            "actions": rng.integers(0, A, N),
            "advantages": rng.normal(0.4, 1.5, N),
        }


def _wrong(name, observed, look, derive, weigh=lambda E, w: E * w[:, None], scale=len):
    def solution(theta, S, actions, advantages):
        P = nn.policy(theta, S)
        E = P - np.eye(P.shape[1])[actions]
        return S.T @ weigh(E, advantages) / scale(advantages)

    policy_gradient.mistake(name, observed, look, derive)(solution)


LOSS = (
    "The loss is minus the mean of log pi(a_i given s_i) times advantage_i. For each row that is "
    "the cross-entropy of the action taken, whose slope by the scores is P - one-hot; the "
    "advantage is a constant factor before it, and the mean brings 1/N."
)

_wrong(
    "uphill",
    "Every entry has the opposite sign: descent along it would make what went well less likely.",
    "A loss is minimised. Does the step minus gradient make good actions more probable?",
    LOSS,
    weigh=lambda E, w: -E * w[:, None],
)
_wrong(
    "summed",
    "Yours is exactly {N} times what it should be: a sum over the steps.",
    "Is the loss a sum or a mean?",
    LOSS,
    scale=lambda w: 1,
)
_wrong(
    "advantages-ignored",
    "Your gradient makes every action that was taken more probable, however it went.",
    "Where do the advantages come in?",
    LOSS,
    weigh=lambda E, w: E,
)
_wrong(
    "advantages-without-sign",
    "Your gradient treats what went badly like what went well.",
    "What should happen to an action with a negative advantage?",
    LOSS,
    weigh=lambda E, w: E * abs(w)[:, None],
)
_wrong(
    "only-good-ones",
    "Steps with a negative advantage are missing in your gradient.",
    "Is there nothing to learn from what went badly?",
    LOSS,
    weigh=lambda E, w: E * w.clip(0)[:, None],
)
_wrong(
    "advantages-averaged",
    "Every row has the same weight in yours, the mean of the advantages.",
    "Which advantage belongs to row i?",
    LOSS,
    weigh=lambda E, w: E * w.mean(),
)
_wrong(
    "advantages-squared",
    "Each row carries its advantage twice.",
    "Count where the advantage comes in, on the way from the loss to the scores.",
    LOSS,
    weigh=lambda E, w: E * (w**2)[:, None],
)
_wrong(
    "standardized-again",
    "You brought the advantages to mean 0 and spread 1 before you used them.",
    "Does the formula change the advantages that it is given?",
    f"They are constants, taken as they come. {LOSS}",
    weigh=lambda E, w: E * nn.standardize(w)[:, None],
)
_wrong(
    "centred",
    "You subtracted the mean of the advantages before you used them.",
    "Does the formula change the advantages that it is given?",
    f"They are constants, taken as they come: a baseline is subtracted before. {LOSS}",
    weigh=lambda E, w: E * (w - w.mean())[:, None],
)
_wrong(
    "divided-by-advantages",
    "You divided by the sum of the advantages; the number of steps belongs there.",
    "Over what is the mean of the loss?",
    LOSS,
    scale=lambda w: w.sum(),
)


@policy_gradient.mistake(
    "one-hot-added",
    "In yours the one-hot rows are added to P; they are subtracted.",
    "If the action taken has probability 1 already, what should its gradient be?",
    f"P - one-hot: at probability 1 nothing is left to change. {LOSS}",
)
def _(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    return S.T @ ((P + np.eye(P.shape[1])[actions]) * advantages[:, None]) / len(S)


@policy_gradient.mistake(
    "divided-by-each-advantage",
    "Each row is divided by its advantage, where it should be multiplied by it.",
    "Should a step that went very well count more, or less?",
    LOSS,
)
def _(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, 1 / advantages)


@policy_gradient.mistake(
    "advantage-before-the-softmax",
    "Your one-hot rows hold advantages in place of 1, and P is not weighted at all.",
    "Which of the two, P and one-hot, does the advantage multiply?",
    f"Both: it stands before the bracket. {LOSS}",
)
def _(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    return S.T @ (P - np.eye(P.shape[1])[actions] * advantages[:, None]) / len(S)


@policy_gradient.mistake(
    "rows-for-pairs",
    "The 1 is taken off whole rows of P, those with the numbers of the actions, in place of one "
    "entry in each row.",
    "Which entries does P[actions] name, for actions 0, 1, 0? And which belong to row i?",
    f"Rows and columns are picked in pairs: row i, column actions[i]. {LOSS}",
)
def _(theta, S, actions, advantages):
    E = nn.policy(theta, S)
    E[actions] -= 1
    return S.T @ (E * advantages[:, None]) / len(S)


@policy_gradient.mistake(
    "chosen-only",
    "Each row has an error for the action taken alone; the other actions have one too.",
    "If the score of another action rises, what becomes of the probability of the one taken?",
    f"P - one-hot has an entry in every column: P itself where nothing was taken. {LOSS}",
)
def _(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    one_hot = np.eye(P.shape[1])[actions]
    return S.T @ ((P - 1) * one_hot * advantages[:, None]) / len(S)


for _name, _slope, _observed in (
    ("times-probabilities", lambda P: P, "Each entry of P - one-hot is multiplied by P besides."),
    (
        "softmax-slope-twice",
        lambda P: P * (1 - P),
        "Each entry of P - one-hot is multiplied by P (1 - P) besides.",
    ),
):

    def _sloped(theta, S, actions, advantages, slope=_slope):
        P = nn.policy(theta, S)
        E = (P - np.eye(P.shape[1])[actions]) * slope(P)
        return S.T @ (E * advantages[:, None]) / len(S)

    policy_gradient.mistake(
        _name,
        _observed,
        "What of the softmax's slope is left after the logarithm?",
        f"P - one-hot is the slope of softmax and logarithm together. {LOSS}",
    )(_sloped)


@policy_gradient.mistake(
    "advantages-added-up",
    "You add the advantages up from the end before you use them, as rewards are made returns.",
    "What are you given: rewards, or what became of them?",
    f"Advantages are taken as they come, each for its own row. {LOSS}",
)
def _(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, np.cumsum(advantages[::-1])[::-1])


@policy_gradient.mistake(
    "one-hot-forgotten",
    "The actions that were taken have no say in your gradient.",
    "What is subtracted from P, and in which column?",
    LOSS,
)
def _(theta, S, actions, advantages):
    return S.T @ (nn.policy(theta, S) * advantages[:, None]) / len(S)


@policy_gradient.mistake(
    "probability-in-place-of-its-logarithm",
    "Your gradient is that of the probabilities themselves: each row is smaller by the factor "
    "pi(a_i).",
    "What does the logarithm do to the slope of the softmax?",
    LOSS,
)
def _(theta, S, actions, advantages):
    p = nn.policy(theta, S)[np.arange(len(S)), actions]
    return nn.policy_gradient(theta, S, actions, advantages * p)


for _name, _weight, _observed in (
    (
        "divided-by-the-probability",
        lambda p, A: A / p,
        "Each row is divided by the probability of its action besides.",
    ),
    (
        "times-the-logarithm",
        lambda p, A: A * np.log(p),
        "Each row is multiplied by the log of its action's probability besides: that belongs to "
        "the loss, and not to its slope.",
    ),
):

    def _weighed(theta, S, actions, advantages, weight=_weight):
        p = nn.policy(theta, S)[np.arange(len(S)), actions]
        return nn.policy_gradient(theta, S, actions, weight(p, np.asarray(advantages, float)))

    policy_gradient.mistake(
        _name,
        _observed,
        "By what is P - one-hot multiplied in a row, beside S?",
        LOSS,
    )(_weighed)
