"""Wrong ways to normalize a column, told of one part alone: std, X_hat or out.

A row: (name, function of the arguments, what was observed, where to look, the derivation).
"""

import numpy as np

DIVIDED = "X_hat is divided by std, and out is made from X_hat: one wrong std shows in all three."

STD = (
    (
        "std-inverted",
        lambda X, gamma, beta, eps: 1 / np.sqrt(X.var(axis=0) + eps),
        "The cache's std holds 1 over the std.",
        "Which of the two does the exercise name, and what will the backward pass divide by?",
        "Keep std = sqrt(var + eps) itself.",
    ),
    (
        "variance-without-eps-kept",
        lambda X, gamma, beta, eps: X.var(axis=0),
        "The std in the cache is the plain variance: no root, and no eps.",
        "Is the number in the cache the one you divided by?",
        "Both passes must use one and the same std = sqrt(var + eps).",
    ),
    (
        "n-minus-one",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0, ddof=1) + eps),
        "Your std divides by N - 1.",
        "Biased or unbiased variance? See the table of conventions.",
        "Here the variance is a plain mean of squares, divided by N, in both passes.",
    ),
    (
        "n-minus-one-and-eps-outside",
        lambda X, gamma, beta, eps: X.std(axis=0, ddof=1) + eps,
        "Two things at once: your std divides by N - 1, and eps stands outside its root.",
        "Biased or unbiased variance? And where does eps stand in the table?",
        "std = sqrt(var + eps), with a variance that is a plain mean of squares.",
    ),
    (
        "n-minus-one-and-no-root",
        lambda X, gamma, beta, eps: X.var(axis=0, ddof=1) + eps,
        "Two things at once: your std has no root, and its variance divides by N - 1.",
        "In which unit is a variance? And is it a mean over N, or over N - 1?",
        "std = sqrt(var + eps), with a variance that is a plain mean of squares.",
    ),
    (
        "eps-outside",
        lambda X, gamma, beta, eps: X.std(axis=0) + eps,
        "eps stands outside the root of your std.",
        "What is the std of a constant column in your version, and in the table's?",
        "std = sqrt(var + eps): eps inside the root. " + DIVIDED,
    ),
    (
        "squared",
        lambda X, gamma, beta, eps: (X.var(axis=0) + eps) ** 2,
        "Your std is the square of var + eps; a root belongs there.",
        "In which unit is the variance of ages in years, and in which should std be?",
        "std = sqrt(var + eps). " + DIVIDED,
    ),
    (
        "eps-twice",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + eps) + eps,
        "eps comes into your std twice: inside the root and beside it.",
        "Count the places where eps stands.",
        "std = sqrt(var + eps): once, inside the root. " + DIVIDED,
    ),
    (
        "eps-squared",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + eps**2),
        "Under your root stands the square of eps.",
        "Which power of eps does the table name?",
        "std = sqrt(var + eps): eps has the unit of a variance already. " + DIVIDED,
    ),
    (
        "eps-fixed",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + 1e-5),
        "Your std uses 1e-5, whatever eps says.",
        "Is 1e-5 written into your formula?",
        "1e-5 is only the default: what is added to the variance is the eps that is given.",
    ),
    (
        "eps-fixed",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + 1e-8),
        "Your std uses 1e-8, whatever eps says.",
        "Is a number of your own written into your formula?",
        "What is added to the variance is the eps that is given.",
    ),
    (
        "whole-table",
        lambda X, gamma, beta, eps: np.full(X.shape[1], np.sqrt(X.var() + eps)),
        "One std serves all columns: that of the whole table.",
        "Over which axis does the spread run? How many numbers should come out?",
        "Batch norm compares one feature across the batch: means and spreads run over axis 0.",
    ),
    (
        "not-centered",
        lambda X, gamma, beta, eps: np.sqrt((X**2).mean(axis=0) + eps),
        "Your variance is a mean of squares of X itself; the mean was not taken away first.",
        "What is the variance of a column that is 100 in every row?",
        "var = mean((X - mean)**2): the spread around the mean.",
    ),
    (
        "summed",
        lambda X, gamma, beta, eps: np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=0) + eps),
        "Under your root stands a sum of squares; a mean belongs there.",
        "Would the spread of a batch grow if every row came twice?",
        "The variance is the sum of squared deviations divided by N.",
    ),
    (
        "absolute-deviations",
        lambda X, gamma, beta, eps: np.abs(X - X.mean(axis=0)).mean(axis=0) + eps,
        "Your std is the mean absolute deviation.",
        "Which mean does std take: of sizes, or of squares?",
        "std is the root of the mean of squared deviations, eps added under it.",
    ),
    (
        "range",
        lambda X, gamma, beta, eps: np.ptp(X, axis=0) + eps,
        "What you divide by is the range, largest minus smallest.",
        "Which spread does the table name?",
        "std = sqrt(var + eps), in which every row counts.",
    ),
)


X_HAT = (
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(X, np.sqrt(X.var(axis=0) + eps)),
            observed,
            look,
            derive,
        )
        for name, form, observed, look, derive in (
            (
                "only-centered",
                lambda X, std: X - X.mean(axis=0),
                "Your X_hat is X minus its mean, not yet divided by std.",
                "Which of the values on the way do you keep, and which do you return?",
                "X_hat = (X - mean) / std; the backward pass asks for just that.",
            ),
            (
                "added",
                lambda X, std: (X + X.mean(axis=0)) / std,
                "You added the mean where it is taken away.",
                "What should the mean of a column of X_hat be?",
                "First subtract the column's mean, then divide by its std.",
            ),
            (
                "sum-for-mean",
                lambda X, std: (X - X.sum(axis=0)) / std,
                "What you take away is the sum of the column, not its mean.",
                "What should the mean of a column of X_hat be?",
                "The mean is the sum over the rows divided by N.",
            ),
            (
                "whole-table",
                lambda X, std: (X - X.mean()) / std,
                "The mean you take away is that of the whole table.",
                "Over which axis does the mean run? How many numbers should come out?",
                "Each column has its own mean, over axis 0.",
            ),
            (
                "median",
                lambda X, std: (X - np.median(X, axis=0)) / std,
                "What you take away is the median.",
                "Which of the two averages does the formula name?",
                "The mean is the sum over the rows divided by N.",
            ),
            (
                "multiplied",
                lambda X, std: (X - X.mean(axis=0)) * std,
                "You multiplied by std where it divides.",
                "Should a column with a wide spread become wider or narrower?",
                "X_hat = (X - mean) / std has a spread of 1 in every column.",
            ),
            (
                "brackets",
                lambda X, std: X - X.mean(axis=0) / std,
                "Only the mean was divided by std; X itself was not.",
                "Which comes first in Python, the division or the subtraction?",
                "The difference from the mean is what is divided: it needs its own brackets.",
            ),
            (
                "not-centered",
                lambda X, std: X / std,
                "Nothing was taken away from X before the division.",
                "What should the mean of a column of X_hat be?",
                "First subtract the column's mean, then divide by its std.",
            ),
        )
    ),
)


def _standard(X, eps):
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)


OUT = (
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(_standard(X, eps), gamma, beta, X),
            observed,
            look,
            "out = gamma * X_hat + beta: first gamma stretches, then beta shifts.",
        )
        for name, form, observed, look in (
            (
                "x-for-x-hat",
                lambda h, gamma, beta, X: gamma * X + beta,
                "Your out is made from X as it came, not from X_hat.",
                "Which of the two is normalized, and which do you stretch and shift?",
            ),
            (
                "one-for-both",
                lambda h, gamma, beta, X: gamma * h + gamma,
                "In your out gamma is added as well; beta is not in it.",
                "What shifts the columns of out away from 0?",
            ),
            (
                "one-for-both",
                lambda h, gamma, beta, X: beta * h + beta,
                "In your out beta multiplies as well; gamma is not in it.",
                "What gives the columns of out another spread than 1?",
            ),
            (
                "shifted-first",
                lambda h, gamma, beta, X: gamma * (h + beta),
                "In your out beta is stretched by gamma as well: it was added too early.",
                "Which comes first, the stretching or the shifting?",
            ),
            (
                "divided-by-gamma",
                lambda h, gamma, beta, X: h / gamma + beta,
                "In your out X_hat is divided by gamma.",
                "Should a larger gamma make out wider or narrower?",
            ),
            (
                "beta-subtracted",
                lambda h, gamma, beta, X: gamma * h - beta,
                "In your out beta is taken away; it is added.",
                "Look at the sign before beta.",
            ),
            (
                "no-beta",
                lambda h, gamma, beta, X: gamma * h,
                "There is no beta in your out.",
                "What shifts the columns of out away from 0?",
            ),
            (
                "no-gamma",
                lambda h, gamma, beta, X: h + beta,
                "There is no gamma in your out.",
                "What gives the columns of out another spread than 1?",
            ),
        )
    ),
)
