"""A fifth round, chapter 11: REINFORCE as forums and gym repositories write it; before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("discounted_returns", "a matrix of powers")
def _(rewards, gamma):
    r = np.asarray(rewards, float)
    t = np.arange(len(r))
    gap = t[None, :] - t[:, None]
    return np.where(gap >= 0, float(gamma) ** np.maximum(gap, 0), 0) @ r


@right("discounted_returns", "accumulate from the end")
def _(rewards, gamma):
    from itertools import accumulate

    return list(accumulate(reversed(list(rewards)), lambda g, r: r + gamma * g))[::-1]


@wrong("discounted_returns", "np.zeros_like(rewards): whole numbers swallow the fractions")
def _(rewards, gamma):
    G = np.zeros_like(rewards)
    running = 0
    for t in reversed(range(len(rewards))):
        running = running * gamma + rewards[t]
        G[t] = running
    return G


@wrong("discounted_returns", "discounted by absolute time, gamma ** t, summed to the end")
def _(rewards, gamma):
    r = np.asarray(rewards, float) * gamma ** np.arange(len(rewards))
    return r[::-1].cumsum()[::-1].copy()


@wrong("discounted_returns", "appended, never turned round")
def _(rewards, gamma):
    G, out = 0, []
    for r in reversed(list(rewards)):
        G = r + gamma * G
        out.append(G)
    return np.array(out)


@wrong("discounted_returns", "walks forwards: the past is discounted")
def _(rewards, gamma):
    G, out = 0, []
    for r in rewards:
        G = r + gamma * G
        out.append(G)
    return np.array(out)


@wrong("discounted_returns", "the whole episode's return at every step")
def _(rewards, gamma):
    total = sum(gamma**t * r for t, r in enumerate(rewards))
    return np.full(len(rewards), total)


@wrong("discounted_returns", "the own reward is discounted as well")
def _(rewards, gamma):
    G, out = 0.0, []
    for r in reversed(list(rewards)):
        G = gamma * (r + G)
        out.insert(0, G)
    return np.array(out)


@right("policy", "logits minus logsumexp, then exp")
def _(theta, S):
    s = S @ theta
    top = s.max(1)
    return np.exp(s - (top + np.log(np.exp(s - top[:, None]).sum(1)))[:, None])


@wrong("policy", "softmax over the states (axis 0)")
def _(theta, S):
    s = S @ theta
    e = np.exp(s - s.max(axis=0))
    return e / e.sum(axis=0)


@wrong("policy", "one maximum for the whole table")
def _(theta, S):
    s = S @ theta
    with np.errstate(all="ignore"):
        e = np.exp(s - np.max(s))
        return e / e.sum(axis=1, keepdims=True)


@wrong("policy", "a sigmoid for each action, not normalised")
def _(theta, S):
    return nn.sigmoid(S @ theta)


@right("sample_actions", "argmax of a comparison")
def _(P, rng):
    c = P.cumsum(1)
    c[:, -1] = np.inf
    return np.argmax(c > rng.random(len(P))[:, None], axis=1)


@right("sample_actions", "searchsorted row by row")
def _(P, rng):
    us = rng.random(P.shape[0])
    return np.array(
        [min(np.searchsorted(np.cumsum(p), u, side="right"), len(p) - 1) for p, u in zip(P, us)]
    )


@right("sample_actions", "rng.choice for every row: the same numbers")
def _(P, rng):
    return np.array([rng.choice(len(p), p=p) for p in P])


@wrong("sample_actions", "greedy: argmax")
def _(P, rng):
    rng.random(len(P))
    return P.argmax(axis=1)


@wrong("sample_actions", "one u for the whole batch")
def _(P, rng):
    u = rng.random()
    return (P.cumsum(axis=1) > u).argmax(axis=1)


@wrong("sample_actions", "cumulative down the batch")
def _(P, rng):
    u = rng.random(len(P))
    return np.minimum((np.cumsum(P, axis=0) <= u[:, None]).sum(axis=1), P.shape[1] - 1)


@wrong("sample_actions", "Gumbel's trick: the right shares from other numbers")
def _(P, rng):
    return np.argmax(np.log(P + 1e-12) + rng.gumbel(size=P.shape), axis=1)


@wrong("sample_actions", "the last action whose cumulative probability is below u")
def _(P, rng):
    u = rng.random(len(P))
    below = np.cumsum(P, axis=1) < u[:, None]
    return np.maximum(below.sum(axis=1) - 1, 0)


@right("log_policy_gradient", "column by column")
def _(theta, s, a):
    p = nn.policy(theta, np.atleast_2d(s)).ravel()
    g = np.empty_like(theta)
    for j in range(theta.shape[1]):
        g[:, j] = s * (int(j == a) - p[j])
    return g


@wrong("log_policy_gradient", "cross-entropy's slope: downhill")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    p[a] -= 1
    return np.outer(s, p)


@wrong("log_policy_gradient", "only the chosen action's column")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    g = np.zeros_like(theta)
    g[:, a] = s * (1 - p[a])
    return g


@wrong("log_policy_gradient", "gradient of pi, not of log pi")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return p[a] * np.outer(s, np.eye(len(p))[a] - p)


@wrong("log_policy_gradient", "1/p on the chosen one, the rest 0")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    d = np.zeros_like(p)
    d[a] = 1 / p[a]
    return np.outer(s, d)


@wrong("log_policy_gradient", "one_hot + p, transposed", "two")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return np.outer(np.eye(len(p))[a] + p, s)


@right("standardize", "where all agree, zeros; else by hand")
def _(returns):
    r = np.array(returns, float)
    if np.allclose(r, r[0], rtol=1e-12, atol=0):
        return np.zeros_like(r)
    r -= np.mean(r)
    return r / np.sqrt(np.mean(r**2))


@wrong("standardize", "torch: (r - r.mean()) / (r.std() + 1e-9) with N - 1")
def _(returns):
    return (returns - np.mean(returns)) / (np.std(returns, ddof=1) + 1e-9)


@wrong("standardize", "if std == 0: rounding slips through")
def _(returns):
    s = np.std(returns)
    if s == 0:
        return np.zeros(len(returns))
    return (returns - np.mean(returns)) / s


@wrong("standardize", "the mean taken off after the division")
def _(returns):
    return returns / (np.std(returns) + 1e-8) - np.mean(returns)


@wrong("standardize", "scaled to 0..1 and centred")
def _(returns):
    r = np.asarray(returns, float)
    width = r.max() - r.min()
    return (r - r.mean()) / (width + 1e-8)


@wrong("standardize", "divided by the variance")
def _(returns):
    r = np.asarray(returns, float)
    return (r - r.mean()) / (r.var() + 1e-8)


@right("policy_gradient", "mean of outer products, one step at a time")
def _(theta, S, actions, advantages):
    steps = zip(S, actions, advantages)
    return -sum(A * nn.log_policy_gradient(theta, s, a) for s, a, A in steps) / len(S)


@right("policy_gradient", "weights first, subtracted at the places taken")
def _(theta, S, actions, advantages):
    w = np.asarray(advantages, float) / len(S)
    E = nn.policy(theta, S) * w[:, None]
    E[np.arange(len(S)), actions] -= w
    return np.einsum("nd,na->da", S, E)


@wrong("policy_gradient", "uphill: the sign of the reward's gradient")
def _(theta, S, actions, advantages):
    E = np.eye(theta.shape[1])[actions] - nn.policy(theta, S)
    return S.T @ (E * advantages[:, None]) / len(S)


@wrong("policy_gradient", "advantage on the chosen entry alone: P - A one_hot")
def _(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    P[np.arange(len(S)), actions] -= advantages
    return S.T @ P / len(S)


@wrong("policy_gradient", "advantages standardised by the function itself")
def _(theta, S, actions, advantages):
    A = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * A[:, None]) / len(S)


@wrong("policy_gradient", "mean of the gradients times mean of the advantages")
def _(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ E / len(S) * np.mean(advantages)


@wrong("policy_gradient", "a baseline: the mean advantage is taken off")
def _(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * (advantages - np.mean(advantages))[:, None]) / len(S)


@wrong("policy_gradient", "divided by N and by the number of actions")
def _(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * advantages[:, None]) / E.size


@wrong("policy_gradient", "only the positive advantages")
def _(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * np.maximum(advantages, 0)[:, None]) / len(S)


@right("run_episode", "a generator of steps")
def _(env, theta, rng):
    def steps():
        s, done = env.reset(rng), False
        while not done:
            a = int(nn.sample_actions(nn.policy(theta, np.array([s])), rng)[0])
            new, r, done = env.step(a)
            yield s, a, r
            s = new

    S, A, R = zip(*steps())
    return np.array(S), np.array(A), np.array(R, dtype=float)


def _play(env, theta, rng, choose=None, keep="before", limit=10**6):
    s, done, S, A, R = env.reset(rng), False, [], [], []
    while not done and len(A) < limit:
        P = nn.policy(theta, s[None])
        a = int(nn.sample_actions(P, rng)[0]) if choose is None else choose(P)
        new, r, done = env.step(a)
        S.append(s if keep == "before" else new)
        A.append(a)
        R.append(r)
        s = new
    return np.array(S), np.array(A), np.array(R)


@wrong("run_episode", "the states the actions led to")
def _(env, theta, rng):
    return _play(env, theta, rng, keep="after")


@wrong("run_episode", "greedy actions")
def _(env, theta, rng):
    return _play(env, theta, rng, choose=lambda P: int(P[0].argmax()))


@wrong("run_episode", "gym's loop of at most 10 steps")
def _(env, theta, rng):
    return _play(env, theta, rng, limit=10)


@right("run_episode", "rng.choice draws the action: one number, laid on the same line")
def _(env, theta, rng):
    return _play(env, theta, rng, choose=lambda P: int(rng.choice(len(P[0]), p=P[0])))


@wrong("run_episode", "the final state is appended too: T + 1 states")
def _(env, theta, rng):
    s, done = env.reset(rng), False
    S, A, R = [s], [], []
    while not done:
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        s, r, done = env.step(a)
        S.append(s)
        A.append(a)
        R.append(r)
    return np.array(S), np.array(A), np.array(R)


@wrong("run_episode", "s never moves on: every action is chosen in the first state")
def _(env, theta, rng):
    s, done, S, A, R = env.reset(rng), False, [], [], []
    while not done:
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        S.append(s)
        A.append(a)
        _, r, done = env.step(a)
        R.append(r)
    return np.array(S), np.array(A), np.array(R)
