"""Chapter 11 as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _soft(Z):
    E = np.exp(Z - Z.max(-1, keepdims=True))
    return E / E.sum(-1, keepdims=True)


@wrong("discounted_returns", "from the start forward")
def _(rewards, gamma):
    G, out = 0.0, []
    for r in rewards:
        G = r + gamma * G
        out.append(G)
    return np.array(out)


@wrong("discounted_returns", "the total at every step")
def _(rewards, gamma):
    total = sum(gamma**k * r for k, r in enumerate(rewards))
    return np.full(len(rewards), total)


@wrong("discounted_returns", "discounted from the beginning of the episode (gamma**t kept)")
def _(rewards, gamma):
    g = gamma ** np.arange(len(rewards)) * rewards
    return np.cumsum(g[::-1])[::-1]


@wrong("discounted_returns", "the step's own reward discounted too")
def _(rewards, gamma):
    G, out = 0.0, []
    for r in rewards[::-1]:
        G = gamma * (r + G)
        out.insert(0, G)
    return np.array(out)


@wrong("discounted_returns", "whole numbers: zeros_like of an int array")
def _(rewards, gamma):
    out, G = np.zeros_like(rewards), 0
    for t in range(len(rewards) - 1, -1, -1):
        G = rewards[t] + gamma * G
        out[t] = G
    return out


@wrong("discounted_returns", "gamma left out")
def _(rewards, gamma):
    return np.cumsum(np.asarray(rewards, float)[::-1])[::-1]


@wrong("discounted_returns", "not turned round again")
def _(rewards, gamma):
    G, out = 0.0, []
    for r in rewards[::-1]:
        G = r + gamma * G
        out.append(G)
    return np.array(out)


@wrong("discounted_returns", "own reward not counted: starts at the next")
def _(rewards, gamma):
    G, out = 0.0, []
    for r in rewards[::-1]:
        out.insert(0, gamma * G)
        G = r + gamma * G
    return np.array(out)


@right("discounted_returns", "triangle of powers")
def _(rewards, gamma):
    T = len(rewards)
    lag = np.arange(T)[None] - np.arange(T)[:, None]
    weights = np.where(lag >= 0, float(gamma) ** np.maximum(lag, 0), 0)
    return weights @ np.asarray(rewards, float)


@right("discounted_returns", "lfilter of scipy")
def _(rewards, gamma):
    from scipy.signal import lfilter

    return lfilter([1.0], [1.0, -gamma], np.asarray(rewards, float)[::-1])[::-1]


@wrong("policy", "no shift")
def _(theta, S):
    E = np.exp(S @ theta)
    return E / E.sum(1, keepdims=True)


@wrong("policy", "softmax over states")
def _(theta, S):
    return _soft((S @ theta).T).T


@wrong("policy", "sigmoid per action")
def _(theta, S):
    return 0.5 * (1 + np.tanh(S @ theta / 2))


@wrong("policy", "one sum over the whole table")
def _(theta, S):
    Z = S @ theta
    E = np.exp(Z - Z.max())
    return E / E.sum()


@wrong("policy", "best action with certainty")
def _(theta, S):
    Z = S @ theta
    return (Z == Z.max(1, keepdims=True)).astype(float)


@right("policy", "logsumexp of scipy")
def _(theta, S):
    from scipy.special import logsumexp

    Z = np.dot(S, theta)
    return np.exp(Z - logsumexp(Z, axis=1, keepdims=True))


@wrong("sample_actions", "the likeliest action")
def _(P, rng):
    rng.random(len(P))
    return P.argmax(1)


@wrong("sample_actions", "one u for all rows")
def _(P, rng):
    u = rng.random()
    return (P.cumsum(1) <= u).sum(1)


@wrong("sample_actions", "u against P, not against its cumulative sum")
def _(P, rng):
    u = rng.random(len(P))
    return np.argmax(P > u[:, None], axis=1)


@right("sample_actions", "rng.choice row by row: it draws one number and searches it the same way")
def _(P, rng):
    return np.array([rng.choice(len(p), p=p / p.sum()) for p in P])


@wrong("sample_actions", "from the last action down")
def _(P, rng):
    u = rng.random(len(P))
    return P.shape[1] - 1 - (P[:, ::-1].cumsum(1) <= u[:, None]).sum(1)


@wrong("sample_actions", "one too far: counts from 1")
def _(P, rng):
    u = rng.random(len(P))
    return np.minimum((P.cumsum(1) <= u[:, None]).sum(1) + 1, P.shape[1])


@wrong("sample_actions", "rounding leaves A: no guard for the last one")
def _(P, rng):
    u = rng.random(len(P))
    return (P.cumsum(1) <= u[:, None]).sum(1)


@wrong("sample_actions", "uniform over the actions")
def _(P, rng):
    return (rng.random(len(P)) * P.shape[1]).astype(int)


@right("sample_actions", "searchsorted, list of ints")
def _(P, rng):
    last = P.shape[1] - 1
    return [
        min(int(np.searchsorted(np.cumsum(p), u, side="right")), last)
        for p, u in zip(P, rng.random(len(P)))
    ]


@wrong("log_policy_gradient", "sign turned")
def _(theta, s, a):
    p = _soft(s @ theta)
    return np.outer(s, p - np.eye(len(p))[a])


@wrong("log_policy_gradient", "gradient of pi, not of log pi")
def _(theta, s, a):
    p = _soft(s @ theta)
    return p[a] * np.outer(s, np.eye(len(p))[a] - p)


@wrong("log_policy_gradient", "only the chosen action's column")
def _(theta, s, a):
    p = _soft(s @ theta)
    g = np.zeros_like(theta)
    g[:, a] = s * (1 - p[a])
    return g


@wrong("log_policy_gradient", "transposed")
def _(theta, s, a):
    p = _soft(s @ theta)
    return np.outer(np.eye(len(p))[a] - p, s)


@wrong("log_policy_gradient", "the probabilities forgotten: s in the chosen column")
def _(theta, s, a):
    g = np.zeros_like(theta)
    g[:, a] = s
    return g


@right("log_policy_gradient", "loop over the actions")
def _(theta, s, a):
    p = _soft(theta.T @ s)
    return np.stack([s * ((k == a) - p[k]) for k in range(theta.shape[1])], axis=1)


@wrong("standardize", "not divided by the spread")
def _(returns):
    return returns - np.mean(returns)


@wrong("standardize", "ddof 1")
def _(returns):
    r = np.asarray(returns, float)
    if np.ptp(r) < 1e-9:
        return np.zeros_like(r)
    return (r - r.mean()) / r.std(ddof=1)


@wrong("standardize", "no guard for equal returns")
def _(returns):
    r = np.asarray(returns, float)
    return (r - r.mean()) / r.std()


@wrong("standardize", "exact zero is the guard: [0.1] * 6 slips through")
def _(returns):
    r = np.asarray(returns, float)
    s = r.std()
    return (r - r.mean()) / s if s != 0 else np.zeros_like(r)


@wrong("standardize", "mean not taken off")
def _(returns):
    r = np.asarray(returns, float)
    return r / (r.std() + 1e-8)


@wrong("standardize", "variance for the spread")
def _(returns):
    r = np.asarray(returns, float)
    return (r - r.mean()) / (r.var() + 1e-8)


@wrong("standardize", "to the range 0 to 1")
def _(returns):
    r = np.asarray(returns, float)
    return (r - r.min()) / (np.ptp(r) + 1e-8)


@right("standardize", "eps beside the spread")
def _(returns):
    r = np.array(returns, dtype=float)
    r -= r.mean()
    return r / (np.sqrt((r**2).mean()) + 1e-8)


def _pg(theta, S, actions, advantages):
    P = _soft(S @ theta)
    d = (P - np.eye(theta.shape[1])[actions]) * np.asarray(advantages, float)[:, None]
    return S.T @ d / len(S)


@wrong("policy_gradient", "uphill")
def _(theta, S, actions, advantages):
    return -_pg(theta, S, actions, advantages)


@wrong("policy_gradient", "sum over the steps")
def _(theta, S, actions, advantages):
    return _pg(theta, S, actions, advantages) * len(S)


@wrong("policy_gradient", "advantages forgotten")
def _(theta, S, actions, advantages):
    return _pg(theta, S, actions, np.ones(len(S)))


@wrong("policy_gradient", "mean advantage for all")
def _(theta, S, actions, advantages):
    return _pg(theta, S, actions, np.full(len(S), np.mean(advantages)))


@wrong("policy_gradient", "advantages standardised inside")
def _(theta, S, actions, advantages):
    return _pg(theta, S, actions, (advantages - np.mean(advantages)) / np.std(advantages))


@wrong("policy_gradient", "the taken action's probability multiplied in")
def _(theta, S, actions, advantages):
    P = _soft(S @ theta)
    return _pg(theta, S, actions, advantages * P[np.arange(len(S)), actions])


@wrong("policy_gradient", "sum, and uphill", kind="two")
def _(theta, S, actions, advantages):
    return -len(S) * _pg(theta, S, actions, advantages)


@right("policy_gradient", "sum of outer products")
def _(theta, S, actions, advantages):
    total = np.zeros_like(theta)
    for s, a, A in zip(S, actions, advantages):
        p = _soft(s @ theta)
        p[a] -= 1
        total += A * np.outer(s, p)
    return total / len(S)


def _episode(env, theta, rng, **k):
    s, S, acts, rewards, done = env.reset(rng), [], [], [], False
    while not done:
        p = _soft(np.asarray(s) @ theta)
        u = rng.random()
        a = min(int(np.sum(np.cumsum(p) <= u)), len(p) - 1)
        if k.get("greedy"):
            a = int(np.argmax(p))
        new, r, done = env.step(a)
        S.append(new if k.get("next") else s)
        acts.append(a)
        if not (k.get("drop") and done):
            rewards.append(r)
        s = s if k.get("stuck") else new
    if k.get("final"):
        S.append(s)
    return np.array(S), np.array(acts), np.array(rewards)


for _key, _note in {
    "greedy": "takes the best action, samples nothing",
    "next": "stores the state after the action",
    "drop": "the last step's reward is lost",
    "stuck": "the state is never replaced by the new one",
    "final": "the state after the end is stored too",
}.items():

    def _make(key):
        def run_episode(env, theta, rng):
            return _episode(env, theta, rng, **{key: True})

        return run_episode

    wrong("run_episode", _note)(_make(_key))


@wrong("run_episode", "reset without rng")
def _(env, theta, rng):
    class Env:
        reset = staticmethod(lambda r: env.reset(np.random.default_rng()))
        step = staticmethod(env.step)

    return _episode(Env, theta, rng)


@right("run_episode", "a generator of steps, zipped")
def _(env, theta, rng):
    def steps():
        s, done = env.reset(rng), False
        while not done:
            c = np.cumsum(_soft(s @ theta))
            hits = np.flatnonzero(c > rng.random(1)[0])
            a = int(hits[0]) if hits.size else len(c) - 1
            before = np.array(s)
            s, r, done = env.step(a)
            yield before, a, r

    S, A, R = zip(*steps())
    return np.array(S), np.array(A), list(R)
