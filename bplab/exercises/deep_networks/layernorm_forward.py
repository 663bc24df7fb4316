"""layernorm_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER
from bplab.exercises.other_formulas import other_formulas

layernorm_forward = Exercise(
    "layernorm_forward",
    CHAPTER,
    nn.layernorm_forward,
    returns=("out", "cache"),
    points=2,
    shapes={"X": "N D", "gamma": "D", "beta": "D"},
    order=(("cache", "std"), ("cache", "X_hat")),
    achieved="Each example is normalized by itself: the size of the batch does not matter.",
)


@layernorm_forward.paper
def _(rng):
    for N, D, eps in [(8, 5, None), (6, 9, None), (7, 4, 1e-3)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.1, 3, (N, 1)) + rng.normal(size=(N, 1)) * 2
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        given = {"X": X, "gamma": gamma, "beta": rng.normal(size=D)}
        if eps is not None:
            X[2] = 1.5  # a row that says the same everywhere
            given["eps"] = eps
        yield given


def by_row(
    spread=lambda X, eps: np.sqrt(X.var(axis=1) + eps),
    center=lambda X: X.mean(axis=1, keepdims=True),
    out=lambda h, gamma, beta: gamma * h + beta,
    kept=lambda std: std,
):
    def forward(X, gamma, beta, eps=1e-5):
        with np.errstate(all="ignore"):
            std = spread(X, eps)
            X_hat = (X - center(X)) / np.reshape(std, (-1, 1))
            return out(X_hat, gamma, beta), {"X_hat": X_hat, "std": kept(std)}

    return forward


FORM = "By row: X_hat = (X - mean) / sqrt(var + eps), both over the {D} entries of the row."
layernorm_forward.mistake(
    "columns-normalized",
    "You normalized each column over the examples: that is batch norm. Your std has one number for "
    "each column.",
    "Which numbers share a mean here: those of one unit, or those of one example?",
    "Layer norm looks at one example at a time: mean and variance run along its row, axis 1.",
)(lambda X, gamma, beta, eps=1e-5: nn.batchnorm_forward(X, gamma, beta, eps))
layernorm_forward.mistake(
    "whole-table",
    "One mean and one std serve all rows: those of the whole table.",
    "Over which axis do they run? How many numbers should come out?",
    FORM,
)(
    made(
        by_row,
        spread=lambda X, eps: np.full(len(X), np.sqrt(X.var() + eps)),
        center=lambda X: X.mean(),
    )
)
for _name, _changes, *_hints in (
    (
        "spread-of-the-table",
        {"spread": lambda X, eps: np.full(len(X), np.sqrt(X.var() + eps))},
        "One std serves all rows: that of the whole table. The means are those of the rows.",
        "Over which axis does your variance run? How many numbers should come out?",
        FORM,
    ),
    (
        "mean-of-the-table",
        {"center": lambda X: X.mean()},
        "std is right; the mean you take away is that of the whole table.",
        "What should the mean of a row of X_hat be? What is it in yours?",
        "Both run along the row: each example has one mean and one std.",
    ),
    (
        "count-minus-one",
        {"spread": lambda X, eps: np.sqrt(X.var(axis=1, ddof=1) + eps)},
        "Your variance divides by {D} - 1.",
        "Biased or unbiased variance? See the table of conventions.",
        "Here a variance is a plain mean of squares, divided by the count, in both passes.",
    ),
    (
        "eps-outside",
        {"spread": lambda X, eps: X.std(axis=1) + eps},
        "eps stands outside your root.",
        "What is the std of a constant row in your version, and by the formula?",
        "std = sqrt(var + eps): eps inside the root.",
    ),
    (
        "no-eps",
        {"spread": lambda X, eps: X.std(axis=1)},
        "Without eps, the row that says the same everywhere is divided by zero.",
        "What is the variance of a constant row?",
        "eps is added to the variance so that the root never is 0.",
    ),
    (
        "eps-fixed",
        {"spread": lambda X, eps: np.sqrt(X.var(axis=1) + 1e-5)},
        "You use 1e-5, whatever eps says.",
        "Is a number of your own written into your formula?",
        "1e-5 is only the default: what is added to the variance is the eps that is given.",
    ),
    (
        "divided-by-variance",
        {"spread": lambda X, eps: X.var(axis=1) + eps},
        "You divided by the variance; its root is the spread.",
        "What spread has a row of X_hat in your version?",
        FORM,
    ),
    (
        "not-centered",
        {"center": lambda X: 0.0},
        "Your rows keep their means: nothing was taken away.",
        "What should the mean of a row of X_hat be?",
        "First take the row's mean away, then divide by its std.",
    ),
    (
        "columns-centered",
        {"center": lambda X: X.mean(axis=0)},
        "std is right; the means you take away are those of the columns.",
        "What should the mean of a row of X_hat be? What is it in yours?",
        "Both run along the row: each example has one mean and one std.",
    ),
    (
        "no-beta",
        {"out": lambda h, gamma, beta: gamma * h},
        "There is no beta in your out.",
        "What shifts the columns of out away from 0?",
        "out = gamma * X_hat + beta: first gamma stretches, then beta shifts.",
    ),
    (
        "no-gamma",
        {"out": lambda h, gamma, beta: h + beta},
        "There is no gamma in your out.",
        "What gives the columns of out another spread than 1?",
        "out = gamma * X_hat + beta: first gamma stretches, then beta shifts.",
    ),
    (
        "no-gamma-beta",
        {"out": lambda h, gamma, beta: h},
        "{right: cache} out is X_hat itself, neither stretched nor shifted.",
        "What are gamma and beta for?",
        "out = gamma * X_hat + beta, one gamma and one beta for each unit.",
    ),
    (
        "gamma-beta-swapped",
        {"out": lambda h, gamma, beta: beta * h + gamma},
        "{right: cache} gamma and beta have changed places.",
        "Which of the two stretches, and which shifts?",
        "gamma multiplies, beta is added.",
    ),
    (
        "shifted-first",
        {"out": lambda h, gamma, beta: gamma * (h + beta)},
        "{right: cache} in out beta is stretched by gamma as well.",
        "Which comes first, the stretching or the shifting?",
        "out = gamma * X_hat + beta.",
    ),
    (
        "variance-kept",
        {"kept": lambda std: std**2},
        "{right: out} the cache's std holds the variance.",
        "What will the backward pass divide by?",
        "Keep std = sqrt(var + eps), the number you divided by.",
    ),
    (
        "inverse-kept",
        {"kept": lambda std: 1 / std},
        "{right: out} the cache's std holds 1 over the std.",
        "What will the backward pass divide by?",
        "Keep std = sqrt(var + eps) itself.",
    ),
    (
        "column-kept",
        {"kept": lambda std: std[:, None]},
        "{right: out} the std in the cache has the shape ({N}, 1), where ({N},) is asked.",
        "What does keepdims leave behind, once the division is done?",
        "One number for each row: a row of {N} numbers.",
    ),
):
    layernorm_forward.mistake(_name, *_hints)(made(by_row, **_changes))
layernorm_forward.mistake(
    "std-without-eps-kept",
    "{right: out} the std in the cache lacks the eps you divided with.",
    "Is the number in the cache the one you divided by?",
    "Both passes must use one and the same std = sqrt(var + eps).",
)(
    lambda X, gamma, beta, eps=1e-5: (
        nn.layernorm_forward(X, gamma, beta, eps)[0],
        {"X_hat": nn.layernorm_forward(X, gamma, beta, eps)[1]["X_hat"], "std": X.std(axis=1)},
    )
)

other_formulas(
    layernorm_forward,
    ("cache", "std"),
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(X, eps),
            observed,
            look,
            "std = sqrt(var + eps), the variance being the mean of the squared distances from the "
            "row's mean.",
        )
        for name, form, observed, look in (
            (
                "not-centered",
                lambda X, eps: np.sqrt((X**2).mean(axis=1) + eps),
                "Your variance is a mean of squares of X itself; the mean was not taken away.",
                "What is the variance of a row that is 5 everywhere?",
            ),
            (
                "about-the-columns-means-eps-outside",
                lambda X, eps: np.sqrt(((X - X.mean(axis=0)) ** 2).mean(axis=1)) + eps,
                "Your variance is that of a row, taken about the means of the columns, and eps is "
                "added outside the root.",
                "Along which axis does your mean run, and along which your variance? Where does "
                "eps stand?",
            ),
            (
                "about-the-columns-means",
                lambda X, eps: np.sqrt(((X - X.mean(axis=0)) ** 2).mean(axis=1) + eps),
                "Your variance is that of a row, taken about the means of the columns.",
                "Along which axis does your mean run, and along which your variance?",
            ),
            (
                "about-the-mean-of-all",
                lambda X, eps: np.sqrt(((X - X.mean()) ** 2).mean(axis=1) + eps),
                "Your variance is that of a row, taken about the mean of the whole table.",
                "How many means should there be: one, or one for each row?",
            ),
            (
                "summed",
                lambda X, eps: np.sqrt(X.var(axis=1) * X.shape[1] + eps),
                "Under your root stands a sum of squares; a mean belongs there.",
                "Would the spread of a row grow if every entry came twice?",
            ),
            *(
                (
                    f"count-minus-one-{'eps-' + where if where else 'no-eps'}",
                    form,
                    f"Your variance divides by one less than the count, and {said}.",
                    "What does the table of conventions say of variances and of eps?",
                )
                for where, form, said in (
                    (
                        "outside",
                        lambda X, eps: X.std(axis=1, ddof=1) + eps,
                        "eps is added outside the root",
                    ),
                    ("", lambda X, eps: X.std(axis=1, ddof=1), "there is no eps in the std"),
                )
            ),
            (
                "count-minus-one-inside",
                lambda X, eps: np.sqrt(X.var(axis=1, ddof=1) + eps),
                "Your variance divides by one less than the count.",
                "What does the table of conventions say of variances?",
            ),
            (
                "eps-squared",
                lambda X, eps: np.sqrt(X.var(axis=1) + eps**2),
                "Under your root stands the square of eps.",
                "Which power of eps does the formula name?",
            ),
            (
                "absolute-deviations",
                lambda X, eps: np.abs(X - X.mean(axis=1, keepdims=True)).mean(axis=1) + eps,
                "Your std is the mean absolute distance from the mean.",
                "Which mean does std take: of sizes, or of squares?",
            ),
            (
                "variance-without-eps-kept",
                lambda X, eps: X.var(axis=1),
                "The std in the cache is the plain variance: no root, and no eps.",
                "Is the number in the cache the one you divided by?",
            ),
        )
    ),
)
other_formulas(
    layernorm_forward,
    "out",
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(
                nn.layernorm_forward(X, gamma, beta, eps)[1]["X_hat"], gamma, beta
            ),
            observed,
            look,
            "out = gamma * X_hat + beta: first gamma stretches, then beta shifts.",
        )
        for name, form, observed, look in (
            (
                "divided-by-gamma",
                lambda h, gamma, beta: h / gamma + beta,
                "In your out X_hat is divided by gamma.",
                "Should a larger gamma make out wider or narrower?",
            ),
            (
                "beta-subtracted",
                lambda h, gamma, beta: gamma * h - beta,
                "In your out beta is taken away; it is added.",
                "Look at the sign before beta.",
            ),
        )
    ),
)
