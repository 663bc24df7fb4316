"""settle: what must pass, and what must be told."""

import numpy as np


def input_first(x, W, U, b, tol=1e-12, max_steps=1000):
    drive, a = x @ U + b, np.zeros((x.shape[0], W.shape[0]))
    for _ in range(max_steps):
        new = np.tanh(drive + a @ W)
        moved = np.abs(new - a)
        a = new
        if not np.any(moved >= tol):
            return a
    return a


def while_loop(x, W, U, b, tol=1e-12, max_steps=1000):
    a, moved, step = np.zeros((len(x), len(b))), np.inf, 0
    while step < max_steps and moved >= tol:
        old = a
        a = np.tanh(np.dot(old, W) + np.dot(x, U) + b)
        moved, step = np.abs(a - old).max(), step + 1
    return a.tolist()


ACCEPTED = [input_first, while_loop]


def loop(
    move=lambda a, d, W: np.tanh(a @ W + d),
    still=None,
    steps=lambda m: m,
    late=False,
    start=lambda x, U, b: np.zeros((len(x), len(b))),
):
    def settle(x, W, U, b, tol=1e-12, max_steps=1000):
        a = start(x, U, b)
        for _ in range(steps(max_steps)):
            old, a = a, move(a, x @ U + b, W)
            if (still or (lambda d, tol: np.abs(d).max() < tol))(a - old, tol):
                return old if late else a
        return a

    return settle


def outside(what):
    """A term that is added after the tanh."""

    def settle(x, W, U, b, tol=1e-12, max_steps=1000):
        a, terms = np.zeros((len(x), len(b))), {"x": x @ U, "b": b}
        late = terms.pop(what)
        for _ in range(max_steps):
            old, a = a, np.tanh(a @ W + sum(terms.values())) + late
            if np.abs(a - old).max() < tol:
                break
        return a

    return settle


TOLD = [
    (loop(late=True), "one-before-the-newest"),
    (loop(lambda a, d, W: np.tanh(a @ W.T + d)), "weights-turned"),
    (loop(steps=lambda m: 1), "one-step-only"),
    (loop(steps=lambda m: 1000), "steps-ignored"),
    (loop(steps=lambda m: m - 1), "one-step-too-few"),
    (loop(still=lambda d, tol: np.abs(d).mean() < tol), "mean-movement"),
    (loop(still=lambda d, tol: np.linalg.norm(d) < tol), "length-of-movement"),
    (loop(still=lambda d, tol: d.max() < tol), "signed-movement"),
    (loop(still=lambda d, tol: False), "a"),
    (loop(lambda a, d, W: a @ W + d), "linear"),
    (loop(lambda a, d, W: np.tanh(a + a @ W + d)), "old-state-inside"),
    (loop(start=lambda x, U, b: x @ U), "starts-from-the-input"),
    (loop(start=lambda x, U, b: x @ U + b), "starts-from-the-drive"),
    (loop(start=lambda x, U, b: np.tanh(x @ U)), "starts-from-the-bent-input"),
    (loop(start=lambda x, U, b: np.tile(b, (len(x), 1))), "starts-from-the-bias"),
    (loop(start=lambda x, U, b: np.full((len(x), len(b)), 0.5)), "starts-from-halves"),
    (loop(start=lambda x, U, b: np.ones((len(x), len(b)))), "starts-from-ones"),
    (
        loop(lambda a, d, W: np.tanh(a @ W.T + d), start=lambda x, U, b: x @ U),
        "starts-from-the-input-and-weights-turned",
    ),
    (outside("b"), "bias-outside"),
    (outside("x"), "input-outside"),
    (lambda x, W, U, b: loop()(x, W, U, b), "wrong-arguments"),
]
