"""A third round, chapter 11: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _returns(rewards, gamma, keep=None):
    out, total = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        total = rewards[t] + gamma * total
        out[t] = total
    return out


right("discounted_returns", "one number carried back")(_returns)
wrong("discounted_returns", "runs forward: what came before is discounted")(
    lambda rewards, gamma: _returns(list(rewards)[::-1], gamma)[::-1]
)
wrong("discounted_returns", "each reward discounted by its place, no sums")(
    lambda rewards, gamma: np.asarray(rewards, dtype=float) * gamma ** np.arange(len(rewards))
)
wrong("discounted_returns", "the total for every step")(
    lambda rewards, gamma: np.full(len(rewards), _returns(rewards, gamma)[0])
)
wrong("discounted_returns", "without the reward of the step itself")(
    lambda rewards, gamma: _returns(rewards, gamma) - np.asarray(rewards)
)
wrong("discounted_returns", "discount counted from the start of the episode")(
    lambda rewards, gamma: np.cumsum(
        (np.asarray(rewards, dtype=float) * float(gamma) ** np.arange(len(rewards)))[::-1]
    )[::-1]
)
wrong("discounted_returns", "the own reward is discounted as well: gamma (r + ...)")(
    lambda rewards, gamma: gamma * _returns(rewards, gamma)
)


@wrong("discounted_returns", "a buffer like the rewards: whole numbers swallow fractions")
def _(rewards, gamma):
    out = np.zeros_like(np.asarray(rewards))
    total = 0
    for t in reversed(range(len(out))):
        total = rewards[t] + gamma * total
        out[t] = total
    return out


def _soft(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


right("policy", "softmax by hand over the last axis")(lambda theta, S: _soft(np.matmul(S, theta)))
wrong("policy", "softmax over the states")(lambda theta, S: _soft(S @ theta, axis=0))
wrong("policy", "sigmoid for each action")(lambda theta, S: 0.5 * (1 + np.tanh(0.5 * (S @ theta))))
wrong("policy", "minus theta: the least liked first")(lambda theta, S: _soft(-(S @ theta)))
wrong("policy", "one-hot of the best: no chance left")(
    lambda theta, S: np.eye(theta.shape[1])[(S @ theta).argmax(axis=1)]
)
wrong("policy", "log-probabilities")(lambda theta, S: np.log(_soft(S @ theta) + 1e-300))


def _sampled(P, u, beyond=lambda c, u: c > u):
    return np.minimum(beyond(np.cumsum(P, axis=1), u[:, None]).argmax(axis=1), P.shape[1] - 1)


@right("sample_actions", "searchsorted row by row")
def _(P, rng):
    u = rng.random(len(P))
    out = [
        min(int(np.searchsorted(np.cumsum(p), r, side="right")), len(p) - 1)
        for p, r in zip(P, u, strict=True)
    ]
    return np.array(out)


wrong("sample_actions", "the likeliest, no draw")(lambda P, rng: P.argmax(axis=1))
wrong("sample_actions", "one draw serves all rows")(
    lambda P, rng: _sampled(P, np.full(len(P), rng.random()))
)
wrong("sample_actions", "compares with P, not with its running sum")(
    lambda P, rng: (P > rng.random(len(P))[:, None]).argmax(axis=1)
)
wrong("sample_actions", "cumulates over the rows")(
    lambda P, rng: (np.cumsum(P, axis=0) > rng.random(len(P))[:, None]).argmax(axis=1)
)
wrong("sample_actions", "counts from the far end: 1 - u")(
    lambda P, rng: _sampled(P, 1 - rng.random(len(P)))
)
wrong("sample_actions", "one too far: the count of sums below, plus 1")(
    lambda P, rng: np.minimum(
        (np.cumsum(P, axis=1) <= rng.random(len(P))[:, None]).sum(axis=1) + 1, P.shape[1] - 1
    )
)


def _log_grad(theta, s, a, mark=None, pi=None):
    p = _soft(s @ theta)
    e = np.eye(theta.shape[1])[a]
    return np.outer(s, e - p if mark is None else mark(e, p))


right("log_policy_gradient", "outer product of state and surprise")(_log_grad)
wrong("log_policy_gradient", "points downhill: p minus the mark")(
    lambda theta, s, a: _log_grad(theta, s, a, mark=lambda e, p: p - e)
)
wrong("log_policy_gradient", "the chosen action's column alone")(
    lambda theta, s, a: _log_grad(theta, s, a, mark=lambda e, p: e * (1 - p))
)
wrong("log_policy_gradient", "gradient of pi, not of its log")(
    lambda theta, s, a: _log_grad(theta, s, a) * _soft(s @ theta)[a]
)
wrong("log_policy_gradient", "divided by the probability once too often")(
    lambda theta, s, a: _log_grad(theta, s, a) / _soft(s @ theta)[a]
)
wrong("log_policy_gradient", "the mark alone, the softmax's own part forgotten")(
    lambda theta, s, a: _log_grad(theta, s, a, mark=lambda e, p: e)
)
wrong("log_policy_gradient", "theta times the surprise, the state left out")(
    lambda theta, s, a: theta * (np.eye(theta.shape[1])[a] - _soft(s @ theta))
)


def _standard(r, center=np.mean, spread=np.std):
    r = np.asarray(r, dtype=float)
    if np.ptp(r) == 0:
        return np.zeros_like(r)
    return (r - center(r)) / spread(r)


right("standardize", "ptp first, zeros if all are equal")(_standard)
wrong("standardize", "to the range 0 to 1")(
    lambda returns: (np.asarray(returns) - np.min(returns)) / max(np.ptp(returns), 1e-12)
)
wrong("standardize", "divided by N - 1")(
    lambda returns: _standard(returns, spread=lambda r: r.std(ddof=1))
)
wrong("standardize", "variance for the spread")(lambda returns: _standard(returns, spread=np.var))
wrong("standardize", "not centred")(lambda returns: _standard(returns, center=lambda r: 0.0))
wrong("standardize", "median in place of the mean")(
    lambda returns: _standard(returns, center=np.median)
)
wrong("standardize", "divided, then the mean taken away")(
    lambda returns: (lambda r: r / r.std() - r.mean() if np.ptp(r) else 0 * r)(
        np.asarray(returns, dtype=float)
    )
)
wrong("standardize", "spread plus 1, against the division by zero")(
    lambda returns: _standard(returns, spread=lambda r: r.std() + 1)
)


def _pg(theta, S, actions, advantages, weight=None, start=None):
    P = _soft(S @ theta)
    E = np.eye(theta.shape[1])[actions]
    d = (
        (P - E) * np.asarray(advantages)[:, None] / len(S)
        if weight is None
        else weight(P, E, np.asarray(advantages), len(S))
    )
    return S.T @ d


right("policy_gradient", "as softmax cross-entropy, rows weighted")(_pg)
wrong("policy_gradient", "advantages squared")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - E) * A[:, None] ** 2 / N)
)
wrong("policy_gradient", "advantages' sizes: bad actions are pushed up as well")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - E) * np.abs(A)[:, None] / N)
)
wrong("policy_gradient", "advantage on the mark only: P - A E")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - A[:, None] * E) / N)
)
wrong("policy_gradient", "divided by the sum of advantages")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - E) * A[:, None] / A.sum())
)
wrong("policy_gradient", "standardises the advantages on its own")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - E) * ((A - A.mean()) / A.std())[:, None] / N)
)
wrong("policy_gradient", "mean advantage for all")(
    lambda *a: _pg(*a, weight=lambda P, E, A, N: (P - E) * A.mean() / N)
)
wrong("policy_gradient", "probability of the chosen multiplied in (off the log)")(
    lambda *a: _pg(
        *a, weight=lambda P, E, A, N: (P - E) * A[:, None] * (P * E).sum(axis=1, keepdims=True) / N
    )
)


def _episode(env, theta, rng, choose=None, keep="before", last=True):
    s, done = env.reset(rng), False
    S, actions, rewards = [], [], []
    while not done:
        a = int(
            (choose or (lambda P, rng: nn.sample_actions(P, rng)[0]))(
                nn.policy(theta, s[None]), rng
            )
        )
        new, r, done = env.step(a)
        S.append(np.array(s if keep == "before" else new))
        actions.append(a)
        rewards.append(r)
        s = new
    return np.array(S), np.array(actions), np.array(rewards)


right("run_episode", "while not done, lists")(_episode)
wrong("run_episode", "states after the step are stored")(lambda *a: _episode(*a, keep="after"))
wrong("run_episode", "greedy: argmax, nothing drawn")(
    lambda *a: _episode(*a, choose=lambda P, rng: P[0].argmax())
)
right("run_episode", "rng.choice draws the action, from the same number")(
    lambda *a: _episode(*a, choose=lambda P, rng: rng.choice(P.shape[1], p=P[0]))
)


@wrong("run_episode", "the last step's reward is thrown away")
def _(env, theta, rng):
    S, actions, rewards = _episode(env, theta, rng)
    return S[:-1], actions[:-1], rewards[:-1]


@wrong("run_episode", "the state is never renewed: always the first")
def _(env, theta, rng):
    s, done = env.reset(rng), False
    S, actions, rewards = [], [], []
    while not done:
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        _, r, done = env.step(a)
        S.append(s)
        actions.append(a)
        rewards.append(r)
    return np.array(S), np.array(actions), np.array(rewards)


@wrong("run_episode", "rewards summed on the way: running totals")
def _(env, theta, rng):
    S, actions, rewards = _episode(env, theta, rng)
    return S, actions, np.cumsum(rewards)


@wrong("run_episode", "returns actions before states")
def _(env, theta, rng):
    S, actions, rewards = _episode(env, theta, rng)
    return actions, S, rewards


@wrong("train_policy", "uphill turned round: learns to fall quickly")
def _(env, rng):
    theta = np.zeros((4, 2))
    for _ in range(60):
        S, actions, rewards = nn.run_episode(env, theta, rng)
        adv = nn.standardize(nn.discounted_returns(rewards, 0.99))
        theta = theta + 0.1 * nn.policy_gradient(theta, S, actions, adv)
    return theta
