"""From each step to the end."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number

CHAPTER = "11_policy_gradient"

discounted_returns = Exercise(
    "discounted_returns",
    CHAPTER,
    nn.discounted_returns,
    returns="returns",
    points=2,
    achieved="Each action is paid with what came after it, and with nothing from before.",
)


@discounted_returns.paper
def _(rng):
    for T, gamma in ((7, float(rng.uniform(0.5, 0.9))), (9, 1.0), (6, 0.0)):
        yield {"rewards": rng.normal(size=T) + 0.5, "gamma": gamma}
    yield {"rewards": rng.integers(1, 6, 8), "gamma": float(rng.uniform(0.6, 0.95))}
    yield {"rewards": rng.integers(1, 6, 6).tolist(), "gamma": 0.9}
    end = np.zeros(10)
    end[-1] = 1.0
    yield {"rewards": end, "gamma": 0.8}


def _wrong(name, observed, look, derive):
    return discounted_returns.mistake(name, observed, look, derive)


RULE = (
    "G of step t is its own reward plus gamma times G of step t + 1; G of the last step is its "
    "reward. So the walk goes from the end to the beginning."
)
POWERS = "The reward k steps later counts gamma**k: gamma**0 = 1 for the step's own."


def _table(power, rewards):
    """Sum over k of power(t, k) * r_k."""
    T = len(rewards)
    return np.array([sum(power(t, k) * rewards[k] for k in range(T)) for t in range(T)], float)


_wrong(
    "not-discounted",
    "Your returns do not depend on gamma: they are plain sums of the rewards to come.",
    "What is a reward worth that comes a step later?",
    POWERS,
)(lambda rewards, gamma: _table(lambda t, k: k >= t, rewards))
_wrong(
    "from-the-beginning",
    "Yours adds up what has been, up to each step; what is still to come is asked.",
    "Can the push of step 5 be thanked for the reward of step 2?",
    RULE,
)(lambda rewards, gamma: _table(lambda t, k: gamma ** (t - k) if k <= t else 0, rewards))
_wrong(
    "reversed",
    "The right numbers in reverse order: the last step's return stands first.",
    "In which order does your walk from the end collect them?",
    "Walk from the end, and put the return of step t at place t.",
)(lambda rewards, gamma: nn.discounted_returns(rewards, gamma)[::-1])
_wrong(
    "own-reward-missing",
    "Each of your returns begins one step too late: the step's own reward is not in it.",
    "Which reward follows the action of step t?",
    RULE,
)(lambda rewards, gamma: _table(lambda t, k: gamma ** (k - t - 1) if k > t else 0, rewards))
_wrong(
    "own-reward-left-out",
    "What comes later counts as it should, but the step's own reward is not in its return.",
    "Which reward follows the action of step t?",
    RULE,
)(lambda rewards, gamma: _table(lambda t, k: gamma ** (k - t) if k > t else 0, rewards))
_wrong(
    "own-reward-discounted",
    "Every return is gamma times what it should be: the step's own reward is discounted already.",
    "Which power of gamma stands before a step's own reward?",
    POWERS,
)(lambda rewards, gamma: gamma * nn.discounted_returns(rewards, gamma))
_wrong(
    "discounted-from-the-beginning",
    "You count gamma's powers from the beginning of the episode, not from each step.",
    "Seen from step 5, how far away is the reward of step 6?",
    POWERS,
)(lambda rewards, gamma: _table(lambda t, k: gamma**k if k >= t else 0, rewards))
_wrong(
    "one-for-all",
    "Every step gets the return of the first one.",
    "What of the first rewards does the last step have to do with?",
    RULE,
)(lambda rewards, gamma: np.full(len(rewards), nn.discounted_returns(rewards, gamma)[0]))
_wrong(
    "nothing-added-up",
    "Each of your returns is one reward alone, discounted by its place: nothing is added up.",
    "How many rewards does the return of the first step hold?",
    RULE,
)(lambda rewards, gamma: np.asarray(rewards, float) * float(gamma) ** np.arange(len(rewards)))
_wrong(
    "rewards-as-they-are",
    "You return the rewards themselves.",
    "Does your walk hand anything on from step t + 1 to step t?",
    RULE,
)(lambda rewards, gamma: np.array(rewards, dtype=float))
_wrong(
    "begun-with-1",
    "The last step's return is gamma too large: your walk begins with 1 behind the end.",
    "What comes after the last step?",
    RULE,
)(lambda rewards, gamma: nn.discounted_returns([*rewards, 1.0], gamma)[:-1])
_wrong(
    "next-reward-only",
    "Your returns stop after the next reward: the step's own is in, and the one after it; all that "
    "are to come belong there.",
    "What is added to the step's own reward: the next reward, or the next return?",
    RULE,
)(lambda rewards, gamma: _table(lambda t, k: gamma ** (k - t) if t <= k <= t + 1 else 0, rewards))
_wrong(
    "last-reward-left-out",
    "The reward of the last step is in none of your returns.",
    "Where does your loop, or your slice, over the rewards end?",
    RULE,
)(
    lambda rewards, gamma: _table(
        lambda t, k: gamma ** (k - t) if t <= k < len(rewards) - 1 else 0, rewards
    )
)
_wrong(
    "averaged",
    "Each return is divided by the number of steps to come.",
    "Is a sum or a mean asked?",
    RULE,
)(lambda rewards, gamma: nn.discounted_returns(rewards, gamma) / np.arange(len(rewards), 0, -1))
_wrong(
    "cut-to-whole-numbers",
    "Where the rewards are whole numbers, your returns are cut to whole numbers.",
    "With which dtype is your array of returns made?",
    "An array made like the rewards keeps their kind of numbers. Returns have fractions.",
)(lambda rewards, gamma: _cut(rewards, gamma))


def _cut(rewards, gamma):
    returns, later = np.zeros_like(rewards), 0.0
    for t in reversed(range(len(rewards))):
        later = rewards[t] + gamma * later
        returns[t] = later
    return returns


@discounted_returns.tells
def _(wrong, rows):
    """What each return is made of in the learner's own numbers: the reward, and its neighbour."""
    given, leaf, _ = next(row for row in rows if row[1] is wrong)
    for step, where in ((1, "after"), (-1, "before")):
        found = [_made_of(given, leaf.actual, step) for given, leaf, _ in rows if not leaf.right]
        own = _made_of(given, leaf.actual, step)
        if not own or None in found:
            continue
        own_share, next_share = own
        due = (1.0, float(given["gamma"]))
        if step == 1 and np.allclose(own, due, rtol=1e-6):
            return None
        return Fault(
            "other-shares",
            f"In yours each return is {number(own_share)} times the step's own reward plus "
            f"{number(next_share)} times the return {where} it, with gamma = {number(due[1])}.",
            "Which of the two is multiplied by gamma, and which is taken as it is? And which "
            "return is it that comes in?",
            RULE,
        )
    return None


def _made_of(given, G, step):
    """(share of the own reward, share of the return `step` further); None if it is not so.

    () where this case cannot tell the two apart.
    """
    r = np.asarray(given["rewards"], dtype=float)
    if np.shape(G) != r.shape or len(r) < 5:
        return None
    inner = slice(0, -1) if step == 1 else slice(1, None)
    other = slice(1, None) if step == 1 else slice(0, -1)
    columns = np.stack([r[inner], G[other]], axis=1)
    shares, _, rank, _ = np.linalg.lstsq(columns, G[inner], rcond=None)
    if rank < 2:
        return ()
    if np.abs(columns @ shares - G[inner]).max() > 1e-9 * max(np.abs(G).max(), 1e-9):
        return None
    return float(shares[0]), float(shares[1])


@discounted_returns.tells
def _(wrong, rows):
    """Returns that are handed on as cut numbers, or a gamma that is applied another way."""
    for given, leaf, _ in rows:
        rewards = np.asarray(given["rewards"], dtype=float)
        if leaf.actual.shape != rewards.shape or not np.isclose(leaf.actual[-1], rewards[-1]):
            return None
    return Fault(
        "last-step-right",
        "The last step's return is right in every case; the way back from it is not.",
        "Do the last two steps by hand: which number is handed on, and what is it multiplied by?",
        RULE,
    )
