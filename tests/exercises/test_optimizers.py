"""Chapter 4: wrong solutions nobody has named are told something true and useful."""

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find


def cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def sgd(rule):
    def step(params, grads, state, learning_rate):
        return [rule(w, g, learning_rate) for w, g in zip(params, grads, strict=True)], state

    return step


def momentum(velocity, move=lambda w, v, g, rate: w - rate * v):
    def step(params, grads, state, learning_rate, beta=0.9):
        old = state.get("v") or [np.zeros_like(w) for w in params]
        v = [velocity(u, g, beta) for u, g in zip(old, grads, strict=True)]
        moved = zip(params, v, grads, strict=True)
        return [move(w, u, g, learning_rate) for w, u, g in moved], {"v": v}

    return step


def adam(divide):
    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        _, new = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
        c1, c2 = 1 - beta1 ** new["t"], 1 - beta2 ** new["t"]
        steps = [divide(m, v, c1, c2, eps) for m, v in zip(new["m"], new["v"], strict=True)]
        return [w - learning_rate * s for w, s in zip(params, steps, strict=True)], new

    return step


def rmsprop(mean=lambda s, g, rho: rho * s + (1 - rho) * g**2, divide=lambda s, e: np.sqrt(s) + e):
    def step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        old = state.get("s") or [np.zeros_like(w) for w in params]
        s = [mean(u, g, rho) for u, g in zip(old, grads, strict=True)]
        moved = zip(params, s, grads, strict=True)
        return [w - learning_rate * g / divide(u, eps) for w, u, g in moved], {"s": s}

    return step


def counting(kept):
    """Adam that leaves another t in the state."""

    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        moved, new = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
        return moved, {**new, "t": kept(new["t"])}

    return step


def clip(norm=None, factor=lambda n, limit: limit / n if n > limit else 1.0, told=lambda n, m: n):
    norm = norm or (lambda grads: np.sqrt(sum(np.sum(g**2) for g in grads)))
    return lambda grads, max_norm: (
        [g * factor(norm(grads), max_norm) for g in grads],
        told(norm(grads), max_norm),
    )


def fit(shuffle=nn.minibatches, kind="tanh", own_step=None, scale=1.0, weigh=len):
    def fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for _ in range(epochs):
            total = count = 0.0
            for batch in shuffle(len(y), batch_size, rng):
                P, cache = nn.mlp_forward(X[batch], nn.pair_up(tensors), kind)
                total += nn.cross_entropy(P, y[batch]) * weigh(batch)
                count += weigh(batch)
                grads = nn.mlp_backward(P, y[batch], cache, nn.pair_up(tensors), kind)
                grads = [scale * g for g in nn.flatten(grads)]
                tensors, state = (own_step or step)(tensors, grads, state, learning_rate)
            losses.append(total / count)
        return nn.pair_up(tensors), losses

    return fit_minibatch


def half_shuffled(N, size, rng):
    return cut(np.concatenate([rng.permutation(N // 2), np.arange(N // 2, N)]), size)


UNNAMED = [
    ("minibatches", half_shuffled, ["followed by a neighbor"]),
    ("minibatches", lambda N, size, rng: cut(np.arange(N)[::-1], size), ["backward"]),
    ("minibatches", lambda N, size, rng: np.array_split(rng.permutation(N), size), ["5, 5, 5"]),
    ("minibatches", lambda N, size, rng: cut(rng.permutation(N) + 1, size), ["numbered 0 to"]),
    (
        "minibatches",
        lambda N, size, rng: [np.isin(np.arange(N), b) for b in nn.minibatches(N, size, rng)],
        ["true and false"],
    ),
    (
        "minibatches",
        lambda N, size, rng: cut(np.random.default_rng().permutation(N), size),
        ["Two calls"],
    ),
    ("sgd_step", sgd(lambda w, g, rate: w - rate * g / 2), ["Step 1", "the weight 1/2"]),
    ("sgd_step", sgd(lambda w, g, rate: w - 0.1 * g), ["as if learning_rate were 0.1"]),
    ("sgd_step", sgd(lambda w, g, rate: w), ["step 1", "zero everywhere"]),
    ("sgd_step", sgd(lambda w, g, rate: np.float32(w - rate * g)), ["float32"]),
    ("sgd_step", sgd(lambda w, g, rate: w - rate * g - 0.01 * w), ["holds the parameters"]),
    ("momentum_step", momentum(lambda v, g, b: (1 - b) * v + g), ["Step 2", "(1 - beta)"]),
    ("momentum_step", momentum(lambda v, g, b: v + g), ["the weight 1 in it", "= beta belongs"]),
    (
        "momentum_step",
        momentum(lambda v, g, b: b * v + g, lambda w, v, g, rate: w - v),
        ["1/learning_rate"],
    ),
    (
        "momentum_step",
        lambda params, grads, state, rate, beta=0.99: nn.momentum_step(
            params, grads, state, rate, beta
        ),
        ["2 of 3 cases", "beta = 0.9"],
    ),
    (
        "adam_step",
        adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v) / c2 + eps)),
        ["outside the root"],
    ),
    (
        "adam_step",
        adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v / c2) + 1e-8)),
        ["right where eps is 1e-08"],
    ),
    ("clip_by_global_norm", clip(factor=lambda n, limit: 1.0), ["You multiply by 1;"]),
    (
        "clip_by_global_norm",
        clip(factor=lambda n, limit: min(1.0, limit / (n + 1e-6))),
        ["nearly right", "extra eps"],
    ),
    ("clip_by_global_norm", clip(told=lambda n, limit: limit), ["norm is", "belongs there"]),
    (
        "clip_by_global_norm",
        clip(factor=lambda n, limit: limit / n if n**2 > limit else 1.0),
        ["within the limit", "You multiply by 1.4"],
    ),
    (
        "clip_by_global_norm",
        clip(factor=lambda n, m: (m / n) ** 2 if n > m else 1),
        ["has the norm"],
    ),
    ("minibatches", lambda N, size, rng: [rng.permutation(N)[:0], rng.permutation(N)], ["empty"]),
    ("minibatches", lambda N, size, rng: rng.permutation(N), ["one array of"]),
    ("sgd_step", sgd(lambda w, g, rate: rate * g), ["the step itself"]),
    ("sgd_step", sgd(lambda w, g, rate: w - rate * np.sign(g)), ["only the sign"]),
    ("sgd_step", sgd(lambda w, g, rate: w * (1 - rate * g)), ["multiplied by the parameters"]),
    (
        "momentum_step",
        momentum(lambda v, g, b: b * v + g, lambda w, v, g, rate: w - rate * (v + g)),
        ["the weight 2 in it"],
    ),
    ("rmsprop_step", rmsprop(lambda s, g, r: r * s + (1 - r) * np.abs(g)), ["is not squared"]),
    ("rmsprop_step", rmsprop(lambda s, g, r: s + (1 - r) * g**2), ["Step 2", "0.1 = (1 - rho)"]),
    ("rmsprop_step", rmsprop(lambda s, g, r: r * s + g**2, lambda s, e: s + e), ["square of g"]),
    ("rmsprop_step", rmsprop(divide=lambda s, e: np.sqrt(s) + 1e-6), ["1e-06; eps is 1e-08"]),
    (
        "adam_step",
        adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v) / c1 + eps)),
        ["3.162 times"],
    ),
    ("adam_step", adam(lambda m, v, c1, c2, eps: m / c1 / (v / c2 + eps)), ["half as long"]),
    ("adam_step", counting(lambda t: t - 1), ["with t = 1 in the corrections"]),
    ("adam_step", counting(lambda t: t + 1), ["with t = 3 in the corrections"]),
    ("inverse_time_rate", lambda rate, t: max(rate / t, 1e-3), ["only where t is 20000"]),
    ("inverse_time_rate", lambda rate, t: rate * np.exp(-t), ["belongs there"]),
    ("fit_minibatch", fit(kind="relu"), ["W1", "relu network"]),
    ("fit_minibatch", fit(own_step=nn.sgd_step), ["step was never called"]),
    (
        "fit_minibatch",
        fit(shuffle=lambda N, size, rng: cut(rng.integers(0, N, N), size)),
        ["which rows and which labels"],
    ),
    (
        "fit_minibatch",
        fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, rng)[:1]),
        ["wrong where an epoch has several"],
    ),
    (
        "fit_minibatch",
        fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, np.random.default_rng())),
        ["same rng"],
    ),
    (
        "fit_minibatch",
        fit(shuffle=lambda N, size, rng: cut(np.roll(np.arange(N), rng.integers(N)), size)),
        ["in 1 different orders"],
    ),
    (
        "fit_minibatch",
        fit(shuffle=lambda N, size, rng: [rng.permutation(b) for b in cut(np.arange(N), size)]),
        ["the same order"],
    ),
    ("anneal_accept", lambda change, temperature, u: True, ["accept every change"]),
    (
        "anneal_accept",
        lambda change, temperature, u: u < np.exp(-abs(change) / temperature),
        ["Improvements are refused", "change = -"],
    ),
    (
        "anneal_accept",
        lambda change, temperature, u: change < 0 or u < 0.5 * np.exp(-change / temperature),
        ["the chance is", "All that goes wrong are changes for the worse"],
    ),
    (
        "anneal_accept",
        lambda change, temperature, u: change < 0 or u < np.exp(-change) / temperature,
        ["divide the exponential"],
    ),
]


@pytest.mark.parametrize("name, solution, words", UNNAMED)
def test_an_unnamed_wrong_solution_gets_numbers_and_a_place(name, solution, words):
    report = find(name).examine(solution)
    assert not report.passed and len(report.hints) == 3
    assert all(word in str(report) for word in words), str(report)
    assert not any(word in str(report) for word in ("You stop", "whole data")), str(report)


@pytest.mark.parametrize("name", ["minibatches", "fit_minibatch"])
@pytest.mark.parametrize("seed", (0, 1, 2, 12, 22, 24))
def test_any_fair_shuffle_will_do(name, seed):
    def sorted_batches(N, size, rng):
        return [np.sort(batch) for batch in nn.minibatches(N, size, rng)]

    def by_sorting(N, size, rng):
        return cut(np.argsort(rng.random(N)), size)

    def one_by_one(N, size, rng):
        left = list(range(N))
        return cut(np.array([left.pop(rng.integers(len(left))) for _ in range(N)]), size)

    for shuffle in (sorted_batches, by_sorting, one_by_one):
        solution = shuffle if name == "minibatches" else fit(shuffle)
        report = find(name).examine(solution, seed)
        assert report.passed, str(report)
