"""Draw actions with their probabilities."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault, Rng
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER

sample_actions = Exercise(
    "sample_actions",
    CHAPTER,
    nn.sample_actions,
    returns="actions",
    points=2,
    shapes={"P": "N A"},
    achieved="The agent tries things out, the likelier ones more often.",
)


@sample_actions.paper
def _(rng):
    for N, A in ((60, 2), (90, 4), (80, 3)):
        P = rng.dirichlet(np.ones(A), N)
        P[:3] = np.eye(A)[rng.integers(0, A, 3)]  # what is certain is drawn for certain
        yield Case({"P": P, "rng": Rng(int(rng.integers(2**31)))}, extreme=False)
    yield Case(_rounded(rng), extreme=True)


# Of their first 200 numbers each has one above 1 - 1.1e-8: a seed in 450,000 has.
SEEDS = (361270, 361910, 917719, 1044243, 1325713, 1903105, 1927156, 1968334)


def _rounded(rng, N=200, A=3, short=1.2e-8):
    """Rows that sum to a little less than 1, and for one of them a number above its sum.

    The gap is within what `rng.choice` takes for rounding, which draws the same numbers.
    """
    seed = SEEDS[rng.integers(len(SEEDS))]
    P = rng.dirichlet(np.full(A, 5.0), N)
    P[np.random.default_rng(seed).random(N).argmax()] = (0.4, 0.3, 0.3)
    return {"P": P * (1 - short), "rng": Rng(seed)}


RULE = (
    "Lay the probabilities of a row end to end on a line from 0 to 1, and drop u on it: the action "
    "whose stretch u falls into is the first whose cumulative probability exceeds u."
)


def _by(draw, choose=lambda P, u: nn.sample_actions(P, _Given(u))):
    return lambda P, rng: choose(P, draw(P, rng))


class _Given:
    """A generator that gives the numbers it was made with."""

    def __init__(self, u):
        self.u = u

    def random(self, size):
        return self.u


def _own(P, rng):
    return rng.random(len(P))


def _wrong(name, observed, look, derive=RULE):
    return sample_actions.mistake(name, observed, look, derive)


_wrong(
    "most-probable",
    "You always take the most probable action; nothing is drawn.",
    "How often should an action with probability 0.3 be taken?",
)(lambda P, rng: P.argmax(axis=1))
_wrong(
    "one-number-for-all",
    "One random number decides for all rows.",
    "How many random numbers do {N} rows need?",
    "Each state draws for itself: one uniform number a row.",
)(_by(lambda P, rng: np.full(len(P), rng.random())))
_wrong(
    "all-alike",
    "You draw every action with the same probability, whatever P says.",
    "Where do the probabilities come in?",
)(lambda P, rng: (_own(P, rng) * P.shape[1]).astype(int))
_wrong(
    "one-too-far",
    "Your actions are one too high: you take the one after the stretch that u falls into.",
    "If u is below the first probability, which action is it?",
)(lambda P, rng: np.minimum(nn.sample_actions(P, rng) + 1, P.shape[1] - 1))
_wrong(
    "one-too-low",
    "Your actions are one too low: you take the one before the stretch that u falls into.",
    "If u is above the first probability and below the sum of two, which action is it?",
)(lambda P, rng: np.maximum(nn.sample_actions(P, rng) - 1, 0))
_wrong(
    "counted-from-the-right",
    "You count the cumulative sums that exceed u; the action is the number of those that do not.",
    "If u is near 0, how many of the sums exceed it? And which action is it?",
)(_by(_own, lambda P, u: (P.cumsum(axis=1) > u[:, None]).sum(axis=1) - 1))
_wrong(
    "sums-above-counted",
    "Your action is the number of cumulative sums that exceed u: from 1 on, and the wrong way "
    "round.",
    "If u is near 0, how many of the sums exceed it? And which action is it?",
)(_by(_own, lambda P, u: (P.cumsum(axis=1) > u[:, None]).sum(axis=1)))
_wrong(
    "sorted-first",
    "You lay the stretches on the line by size, the most probable first; actions stand there by "
    "their numbers.",
    "Is P sorted anywhere before its sums are taken?",
)(_by(_own, lambda P, u: _of_sorted(P, u)))
_wrong(
    "not-cumulative",
    "You compare u with each probability by itself, not with their sums from the left.",
    "Probabilities 0.3, 0.3, 0.4 and u = 0.5: whose stretch is that?",
)(
    _by(
        _own,
        lambda P, u: np.where((P > u[:, None]).any(1), (P > u[:, None]).argmax(1), P.shape[1] - 1),
    )
)
_wrong(
    "not-cumulative-or-first",
    "You compare u with each probability by itself, not with their sums from the left; where none "
    "is above u you take action 0.",
    "Probabilities 0.3, 0.3, 0.4 and u = 0.5: whose stretch is that?",
)(_by(_own, lambda P, u: (P > u[:, None]).argmax(axis=1)))
_wrong(
    "u-turned-round",
    "Your actions are those of 1 - u: the stretches are laid on the line from the wrong end, or u "
    "is compared the wrong way round.",
    "If u is near 0, which action is it? And near 1?",
)(_by(_own, lambda P, u: nn.sample_actions(P, _Given(1 - u))))
_wrong(
    "summed-down-the-rows",
    "You add the probabilities up down the rows, from state to state; within a state they are to "
    "be added up, from action to action.",
    "What does a row of the cumulative sums end with, in yours?",
)(_by(_own, lambda P, u: (P.cumsum(axis=0) > u[:, None]).argmax(axis=1)))
_wrong(
    "first-if-none",
    "Where rounding leaves the sum of a row below u, you take the first action; the last one is "
    "asked.",
    "What does a search for the first True give if there is none?",
    "The cumulative sum of a row may end a little below 1. If u lies above even that, it belongs "
    "to the last stretch.",
)(_by(_own, lambda P, u: (P.cumsum(axis=1) > u[:, None]).argmax(axis=1)))
_wrong(
    "beyond-the-last",
    "Where rounding leaves the sum of a row below u, your action is {A}: there is none of that "
    "number.",
    "How many cumulative probabilities can lie below u at most?",
    "The cumulative sum of a row may end a little below 1. If u lies above even that, it belongs "
    "to the last stretch.",
)(_by(_own, lambda P, u: (P.cumsum(axis=1) <= u[:, None]).sum(axis=1)))
_wrong(
    "summed-over-states",
    "Your cumulative sums run down the columns, from state to state.",
    "Over what do the probabilities of one state add up to 1?",
)(_by(_own, lambda P, u: _last_if_none(P.cumsum(axis=0) > u[:, None])))
_wrong(
    "summed-over-states-counted",
    "Your cumulative sums run down the columns, from state to state.",
    "Over what do the probabilities of one state add up to 1?",
)(
    _by(
        _own,
        lambda P, u: np.minimum((P.cumsum(axis=0) <= u[:, None]).sum(axis=1), P.shape[1] - 1),
    )
)
_wrong(
    "one-hot",
    "You return a row of 0 and 1 for each state; the number of the action is asked.",
    "Which shape is asked?",
    "Actions are whole numbers from 0, one a row.",
)(lambda P, rng: np.eye(P.shape[1])[nn.sample_actions(P, rng)])
_wrong(
    "a-number-for-each-action",
    "You draw a random number for every entry of P; one for each row is asked.",
    "How many numbers does it take to choose one action of one state?",
)(lambda P, rng: _entries(P, rng))


def _of_sorted(P, u):
    order = np.argsort(-P, axis=1, kind="stable")
    place = nn.sample_actions(np.take_along_axis(P, order, 1), _Given(u))
    return order[np.arange(len(P)), place]


def _last_if_none(reached):
    return np.where(reached.any(axis=1), reached.argmax(axis=1), reached.shape[1] - 1)


def _entries(P, rng):
    reached = P.cumsum(axis=1) > rng.random(P.shape)
    reached[:, -1] = True
    return reached.argmax(axis=1)


@sample_actions.tells
def _(wrong, rows):
    """How probable the actions are that were drawn, and how probable they should be."""
    chosen, due = [], []
    for given, leaf, _ in rows:
        actions = np.asarray(leaf.actual, dtype=float)
        P = given["P"]
        if actions.shape != (len(P),) or not np.isin(actions, np.arange(P.shape[1])).all():
            return None
        chosen += list(P[np.arange(len(P)), actions.astype(int)])
        due += list((P**2).sum(axis=1))
    gap = abs(np.mean(chosen) - np.mean(due))
    near = "near" if gap < 0.04 else "and that is not near"
    return Fault(
        "other-numbers",
        "Your actions are not those that this rng gives with one uniform number a row, laid on the "
        "line of the probabilities. The mean "
        f"probability of what you chose is {np.mean(chosen):.2f}, {near} the {np.mean(due):.2f} "
        "that drawing by P gives on average.",
        "What do you ask the rng for, how often, and what is compared with what?",
        f"u = one uniform number a row, all rows at once. {RULE}",
    )


sample_actions.mistake(
    "all-equally-likely",
    "Every action is equally likely in yours: the probabilities in P are not used.",
    "Where does P come in, beside its shape?",
    "One random number u for each row; the action is the first whose probabilities, added up from "
    "the left, exceed u.",
)(lambda P, rng: rng.integers(0, P.shape[1], len(P)))
