"""run_episode: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def with_lists(env, theta, rng):
    S, actions, rewards = [], [], []
    s = env.reset(rng)
    while True:
        u, total, a = rng.random(), 0.0, None
        p = nn.softmax((s @ theta)[None])[0]
        for k in range(len(p)):
            total += p[k]
            if total > u and a is None:
                a = k
        a = len(p) - 1 if a is None else a
        S.append(s.tolist())
        actions.append(a)
        s, reward, done = env.step(a)
        rewards.append(reward)
        if done:
            return S, actions, rewards


def with_stacked_rows(env, theta, rng):
    S, actions, rewards, done = [env.reset(rng)], [], [], False
    while not done:
        actions.append(int(nn.sample_actions(nn.policy(theta, S[-1].reshape(1, -1)), rng)[0]))
        after, reward, done = env.step(actions[-1])
        S.append(after)
        rewards.append(reward)
    return np.vstack(S[:-1]), np.array(actions), np.array(rewards)


def by_recursion(env, theta, rng):
    def go(s):
        a = int(nn.sample_actions(nn.policy(theta, s[None]), rng)[0])
        after, reward, done = env.step(a)
        return [(s, a, reward), *([] if done else go(after))]

    return tuple(map(np.array, zip(*go(env.reset(rng)), strict=True)))


def one_step_only(env, theta, rng):
    S, actions, rewards = nn.run_episode(env, theta, rng)
    return S[:1], actions[:1], rewards[:1]


def rewards_added_up(env, theta, rng):
    S, actions, rewards = nn.run_episode(env, theta, rng)
    return S, actions, rewards.sum()


def another_order(env, theta, rng):
    S, actions, rewards = nn.run_episode(env, theta, rng)
    return S, rewards, actions


def as_triples(env, theta, rng):
    return list(zip(*nn.run_episode(env, theta, rng), strict=True))


def steps_on_after_the_end(env, theta, rng):
    found = nn.run_episode(env, theta, rng)
    env.step(0)
    return found


def two_numbers_a_step(env, theta, rng):
    class Twice:
        def random(self, n):
            rng.random(n)
            return rng.random(n)

        def normal(self, **size):
            return rng.normal(**size)

    return nn.run_episode(env, theta, Twice())


def least_probable(env, theta, rng):
    return nn.run_episode(env, -theta, rng)


def asked_before_the_loop(env, theta, rng):
    rows, s, done = [], env.reset(rng), False
    p = nn.policy(theta, s[None])
    while not done:
        a = int(nn.sample_actions(p, rng)[0])
        after, r, done = env.step(a)
        rows.append((s, a, r))
        s = after
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def arrays_for_actions(env, theta, rng):
    s, done, rows = env.reset(rng), False, []
    while not done:
        a = nn.sample_actions(nn.policy(theta, s[None]), rng)
        after, r, done = env.step(a)
        rows.append((s, a, r))
        s = after
    return tuple(np.array(column) for column in zip(*rows, strict=True))


ACCEPTED = [with_lists, with_stacked_rows, by_recursion]

TOLD = [
    (one_step_only, "S"),
    (rewards_added_up, "rewards"),
    (another_order, "actions"),
    (as_triples, "wrong-type", "S, actions and rewards"),
    (steps_on_after_the_end, "the episode is over"),
    (two_numbers_a_step, "S"),
    (least_probable, "S"),
    (asked_before_the_loop, "policy-asked-once"),
    (arrays_for_actions, "raised", "take the entry out"),
]
