"""Normalize each column over the batch."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, maker
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.regularization import wrong_normalizing

batchnorm_forward = Exercise(
    "batchnorm_forward",
    "05_regularization",
    nn.batchnorm_forward,
    returns=("out", "cache"),
    points=3,
    shapes={"X": "N D", "gamma": "D", "beta": "D"},
    order=(("cache", "std"), ("cache", "X_hat")),
    achieved="Each column of a batch has mean 0 and deviation 1, before gamma and beta set "
    "their own.",
)


@batchnorm_forward.paper
def _(rng):
    for N, D in [(8, 3), (11, 5)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D) * 3
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        yield {"X": X, "gamma": gamma, "beta": rng.normal(size=D)}
    X = rng.normal(size=(7, 4)) * np.array([0.02, 1.0, 3.0, 0.0]) + np.array([1.0, -2.0, 0.5, 2.0])
    gamma, beta = rng.uniform(0.5, 2, 4), rng.normal(size=4)
    yield {"X": X, "gamma": gamma, "beta": beta, "eps": 1e-3}


@maker
def _normalize(
    spread=lambda X, eps: np.sqrt(X.var(axis=0) + eps),
    center=lambda X: X.mean(axis=0),
    out=lambda X_hat, gamma, beta: gamma * X_hat + beta,
    kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std},
):
    def forward(X, gamma, beta, eps=1e-5):
        with np.errstate(all="ignore"):
            std = spread(X, eps)
            X_hat = (X - center(X)) / std
            return out(X_hat, gamma, beta), kept(X_hat, std, X)

    return forward


batchnorm_forward.mistake(
    "rows-normalized",
    "You normalized each row; a column over all examples is meant.",
    "One patient's age, BMI and glucose share a row. Do they share a unit?",
    "Batch norm compares one feature across the batch: means and spreads run over axis 0.",
)(
    lambda X, gamma, beta, eps=1e-5: _rows_normalized(X, gamma, beta, eps),
)


def _rows_normalized(X, gamma, beta, eps):
    X_hat = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + eps)
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": np.sqrt(X.var(axis=0) + eps)}


batchnorm_forward.mistake(
    "rows-normalized-throughout",
    "You normalized each row, and keep one std for each row; a column over all examples is meant.",
    "One patient's age, BMI and glucose share a row. Do they share a unit?",
    "Batch norm compares one feature across the batch: means and spreads run over axis 0, and "
    "there are as many of them as columns.",
)(
    _normalize(
        spread=lambda X, eps: np.sqrt(X.var(axis=1, keepdims=True) + eps),
        center=lambda X: X.mean(axis=1, keepdims=True),
    )
)
batchnorm_forward.mistake(
    "n-minus-one",
    "Your spread divides by N - 1: X_hat is a little too small, by the same factor everywhere.",
    "Biased or unbiased variance? See the table of conventions.",
    "Here the variance is a plain mean of squares, divided by N, in both passes.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0, ddof=1) + eps)))


batchnorm_forward.mistake(
    "eps-outside",
    "You are off a little where the variance is small: eps stands outside the root.",
    "What is the std of a constant column in your version, and in the table's?",
    "std = sqrt(var + eps): eps inside the root.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0)) + eps))


batchnorm_forward.mistake(
    "no-eps",
    "There is no eps in your std: that of a column that never varies is 0.",
    "What is the variance of a constant column, and which number do you keep as its std?",
    "eps is added to the variance so that the root never is 0.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0))))


batchnorm_forward.mistake(
    "divided-by-variance",
    "You divided by the variance; its root is the spread.",
    "In which unit is the variance of ages in years?",
    "Years squared. X_hat must have no unit, so years are divided by years: by the std.",
)(_normalize(spread=lambda X, eps: X.var(axis=0) + eps))


batchnorm_forward.mistake(
    "not-centered",
    "Your columns keep their means: nothing was subtracted.",
    "What should the mean of a column of X_hat be?",
    "First subtract the column's mean, then divide by its std.",
)(_normalize(center=lambda X: 0.0))


batchnorm_forward.mistake(
    "no-gamma-beta",
    "{right: cache} out is X_hat itself, neither stretched nor shifted.",
    "What are gamma and beta for?",
    "out = gamma * X_hat + beta lets training undo the normalization where it hurts.",
)(_normalize(out=lambda X_hat, gamma, beta: X_hat))


batchnorm_forward.mistake(
    "gamma-beta-swapped",
    "gamma and beta have changed places.",
    "Which of the two stretches, and which shifts?",
    "gamma multiplies, beta is added.",
)(_normalize(out=lambda X_hat, gamma, beta: beta * X_hat + gamma))


batchnorm_forward.mistake(
    "variance-kept",
    "{right: out} the cache's std holds the variance.",
    "What will the backward pass divide by?",
    "Keep std = sqrt(var + eps), the number you divided by.",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std**2}))


batchnorm_forward.mistake(
    "std-without-eps-kept",
    "{right: out} the std in the cache lacks the eps you divided with.",
    "Is the number in the cache the one you divided by?",
    "Both passes must use one and the same std = sqrt(var + eps).",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": X.std(axis=0)}))


other_formulas(batchnorm_forward, ("cache", "std"), *wrong_normalizing.STD)
other_formulas(batchnorm_forward, ("cache", "X_hat"), *wrong_normalizing.X_HAT)
other_formulas(batchnorm_forward, "out", *wrong_normalizing.OUT)
