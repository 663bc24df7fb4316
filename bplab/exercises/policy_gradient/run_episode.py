"""One episode, and what is written down of it."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Rng
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER
from bplab.exercises.policy_gradient.policy import policy
from bplab.exercises.policy_gradient.sample_actions import sample_actions

run_episode = Exercise(
    "run_episode",
    CHAPTER,
    nn.run_episode,
    returns=("S", "actions", "rewards"),
    points=3,
    driver="episode",
    credit=("S", "actions", "rewards"),
    built_on=(policy, sample_actions),
    achieved="The agent acts; what it saw, did and earned is kept for learning.",
)


@run_episode.paper
def _(rng):
    # The last one goes on for longer than a limit that nobody asked for.
    for D, A, steps in ((4, 3, 12), (3, 5, 9), (5, 2, 14), (4, 3, 1), (3, 2, 210)):
        world = {
            "turn": rng.normal(size=(D, D)) / np.sqrt(D),
            "push": rng.normal(size=(D, A)),
            "worth": rng.normal(size=D),
            "steps": steps,
        }
        theta = rng.normal(size=(D, A))
        yield {"world": world, "theta": theta, "rng": Rng(int(rng.integers(2**31)))}


def _wrong(name, observed, look, derive):
    return run_episode.mistake(name, observed, look, derive)


ROUND = (
    "Each round: choose an action in the state you are in, write down state and action, step, "
    "write down the reward; the state that came back is where the next round begins."
)


def _episode(env, theta, rng, choose=None, keep=lambda before, after: before, last=True):
    """An episode with one step done otherwise."""
    choose = choose or (lambda p, rng: int(nn.sample_actions(p, rng)[0]))
    S, actions, rewards = [], [], []
    s, done = env.reset(rng), False
    while not done:
        a = choose(nn.policy(theta, s[None]), rng)
        after, reward, done = env.step(a)
        if not done or last:
            S.append(keep(s, after))
            actions.append(a)
            rewards.append(reward)
        s = after
    return np.array(S), np.array(actions), np.array(rewards)


_wrong(
    "next-states",
    "S holds the states that the actions led to; those in which they were chosen are asked.",
    "Do you write the state down before or after the step?",
    ROUND,
)(lambda env, theta, rng: _episode(env, theta, rng, keep=lambda before, after: after))
_wrong(
    "most-probable",
    "You always take the most probable action; nothing is drawn.",
    "How does a policy find out that another action would have been better?",
    "Draw each action with its probability, as sample_actions does. Without chance nothing new is "
    "ever tried.",
)(lambda env, theta, rng: _episode(env, theta, rng, choose=lambda p, rng: int(p.argmax())))
_wrong(
    "without-the-policy",
    "Your actions do not depend on theta: all are equally probable.",
    "Where do the probabilities of the policy come in?",
    ROUND,
)(
    lambda env, theta, rng: _episode(
        env, theta, rng, choose=lambda p, rng: int(rng.integers(p.shape[1]))
    )
)
_wrong(
    "last-step-missing",
    "The last step is missing: its state, its action and its reward.",
    "What do you do first when the world says done: write down, or stop?",
    "The last step's reward counts: often it is the only one. Write down, then stop.",
)(lambda env, theta, rng: _episode(env, theta, rng, last=False))


@_wrong(
    "last-reward-missing",
    "S and actions are right; the last step's reward is missing.",
    "What do you do first when the world says done: write down, or stop?",
    "The last step's reward counts: often it is the only one. Write down, then stop.",
)
def _(env, theta, rng):
    S, actions, rewards = nn.run_episode(env, theta, rng)
    return S, actions, rewards[:-1]


@_wrong(
    "last-state-too",
    "S has a row too many: the state in which the episode ended, where nothing was chosen.",
    "How many actions were taken? Each of them has one state.",
    ROUND,
)
def _(env, theta, rng):
    kept = []
    S, actions, rewards = _episode(
        env, theta, rng, keep=lambda before, after: kept.append(after) or before
    )
    return np.concatenate([S, kept[-1:]]), actions, rewards


@_wrong(
    "first-state-for-all",
    "All actions were chosen in the first state: the state that a step brings is never looked at.",
    "Which state goes into the policy in the second round?",
    ROUND,
)
def _(env, theta, rng):
    S, actions, rewards = [], [], []
    s, done = env.reset(rng), False
    while not done:
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        _, reward, done = env.step(a)
        S.append(s)
        actions.append(a)
        rewards.append(reward)
    return np.array(S), np.array(actions), np.array(rewards)


@_wrong(
    "policy-asked-once",
    "All actions are drawn with the probabilities of the first state; the states that you write "
    "down do move on.",
    "How often is the policy asked: once, or in every round?",
    ROUND,
)
def _(env, theta, rng):
    S, actions, rewards = [], [], []
    s, done = env.reset(rng), False
    P = nn.policy(theta, s[None])
    while not done:
        a = int(nn.sample_actions(P, rng)[0])
        S.append(s)
        s, reward, done = env.step(a)
        actions.append(a)
        rewards.append(reward)
    return np.array(S), np.array(actions), np.array(rewards)


@_wrong(
    "drawn-before-the-reset",
    "A random number is taken before the world is reset: the episode is another one.",
    "What is the first thing that the rng is used for?",
    "First env.reset(rng), then one number a step: so that the same rng gives the same episode.",
)
def _(env, theta, rng):
    rng.random()
    return nn.run_episode(env, theta, rng)


@_wrong(
    "own-generator",
    "You reset the world with a generator of your own, not with rng.",
    "Which generator does env.reset get?",
    "First env.reset(rng), then one number a step: so that the same rng gives the same episode.",
)
def _(env, theta, rng):
    own = np.random.default_rng(0)

    class Reset:
        def reset(self, _):
            return env.reset(own)

        step = staticmethod(env.step)

    return nn.run_episode(Reset(), theta, rng)


@_wrong(
    "reset-twice",
    "The world is reset twice before the first step.",
    "Is there a reset before your loop, and another one in it?",
    "One episode, one reset: each one draws a new beginning.",
)
def _(env, theta, rng):
    env.reset(rng)
    return nn.run_episode(env, theta, rng)


@_wrong(
    "last-reward-zero",
    "S and actions are right; the last step's reward is 0 in yours, whatever the world gave.",
    "Which reward does the world give together with done?",
    "The last step's reward counts: often it is the only one. Write it down as it comes.",
)
def _(env, theta, rng):
    S, actions, rewards = nn.run_episode(env, theta, rng)
    rewards = np.array(rewards, dtype=float)
    rewards[-1] = 0.0
    return S, actions, rewards


@_wrong(
    "decided-one-step-early",
    "Each action was drawn before the state in which it is written down was there: the first state "
    "decides twice, and then each state decides for the next one.",
    "At which line of your loop is the action drawn, and which state does the policy see there?",
    ROUND,
)
def _(env, theta, rng):
    S, actions, rewards = [], [], []

    def decide():
        return int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])

    s, done = env.reset(rng), False
    chosen = decide()
    while not done:
        after, reward, done = env.step(chosen)
        S.append(s)
        actions.append(chosen)
        rewards.append(reward)
        chosen, s = decide(), after
    return np.array(S), np.array(actions), np.array(rewards)
