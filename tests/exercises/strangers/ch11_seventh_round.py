"""A seventh round, chapter 11, policies: kept of what was told too little of at its first run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import wrong


@wrong("policy", "sigmoid of every score, then divided by their sum")
def _(theta, S):
    s = 1 / (1 + np.exp(-np.clip(S @ theta, -500, 500)))
    return s / s.sum(1, keepdims=True)


@wrong("run_episode", "one action too late: the action decided in the step before is stepped")
def _(env, theta, rng):
    S, A, R = [], [], []
    s = env.reset(rng)
    done = False
    nxt = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
    while not done:
        a = nxt
        s2, r, done = env.step(a)
        S.append(s)
        A.append(a)
        R.append(r)
        nxt = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        s = s2
    return np.array(S), np.array(A), np.array(R)


@wrong("run_episode", "done reward counted as zero")
def _(env, theta, rng):
    S, A, R = [], [], []
    s = env.reset(rng)
    done = False
    while not done:
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        s2, r, done = env.step(a)
        S.append(s)
        A.append(a)
        R.append(0.0 if done else r)
        s = s2
    return np.array(S), np.array(A), np.array(R)
