"""Episodes, and a policy that learns from them."""

import numpy as np

from bplab.nn.optimizers import adam_step
from bplab.nn.policies import policy, policy_gradient, sample_actions
from bplab.nn.rewards import discounted_returns, standardize

GAMMA = 0.99
LEARNING_RATE = 0.08
EPISODES_A_STEP = 10
STEPS = 90


def run_episode(env, theta, rng):
    """One episode by the policy theta.

    Parameters
    ----------
    env
        `env.reset(rng)` gives the first state (D,), `env.step(a)` gives (state, reward, done).
    theta : ndarray, (D, A)
    rng : numpy.random.Generator
        First for the reset, then one number a step.

    Returns
    -------
    S : ndarray, (T, D)
        The states in which the actions were chosen.
    actions : ndarray of int, (T,)
    rewards : ndarray, (T,)
    """
    states, actions, rewards = [], [], []
    s, done = env.reset(rng), False
    while not done:
        a = int(sample_actions(policy(theta, s[None]), rng)[0])
        states.append(s)
        actions.append(a)
        s, reward, done = env.step(a)
        rewards.append(reward)
    return np.array(states), np.array(actions), np.array(rewards, dtype=float)


def train_policy(env, rng):
    """REINFORCE with reward to go, a standardized baseline and Adam.

    Parameters
    ----------
    env
        As in `run_episode`, with states (4,) and two actions.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, (4, 2)
    """
    theta, state = np.zeros((4, 2)), {}
    for _ in range(STEPS):
        episodes = [run_episode(env, theta, rng) for _ in range(EPISODES_A_STEP)]
        S, actions = (np.concatenate(parts) for parts in list(zip(*episodes, strict=True))[:2])
        returns = [discounted_returns(rewards, GAMMA) for _, _, rewards in episodes]
        grad = policy_gradient(theta, S, actions, standardize(np.concatenate(returns)))
        [theta], state = adam_step([theta], [grad], state, LEARNING_RATE)
    return theta
