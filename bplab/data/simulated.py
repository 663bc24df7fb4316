"""Simulated patients: half of them diabetic, drawn from a model that is written down here.

In each class, (age, log bmi, log glucose) is one multivariate normal distribution; a patient
outside `LIMITS` is drawn again. Glucose is plasma glucose two hours into an oral glucose
tolerance test. The outcome, called diabetic, is a diagnosis within five years of that visit, as
in the real data (`bplab.data.pima`): that is why so many of the diabetic are below 200 mg/dl,
the diagnostic level of the WHO, and why nobody can tell all patients apart.

What the numbers rest on
    * Glucose and spreads: the group means of the Pima study (Smith et al., 1988), 110 and
      143 mg/dl, with spreads of about 22 % and 23 %, rounded.
    * Age and BMI: round figures for adults of both sexes, older and a little lighter than the
      Pima women; the gaps between the groups, about one spread for age and a little less for
      BMI, are near those of the real women.
    * Those diabetic at a young age tend to be the heavier ones, hence the negative
      correlation of age and BMI among the diabetic (Hillier and Pedula, Diabetes Care 24:1522,
      2001: mean BMI 39 when diagnosed before 45, 33 later).
    * WHO levels two hours into the test: normal below 140 mg/dl, diabetes from 200 mg/dl; BMI
      from 25 is overweight, from 30 obese.

What they are not
    Nobody's records, and not fitted to any population. Half are diabetic by construction, so a
    probability learned here is far too high for people who simply walk into a clinic. No
    missing values, no measurement errors, no sex, no treatment, three features only. Use them
    to learn a method, never to judge a person.

How well one can do
    The best possible area under the ROC curve is 0.871 (`best_possible_auc`): no method that
    sees age, BMI and glucose of these patients goes above it, except by luck on a small test
    set.
"""

import numpy as np

DEFAULT_SEED = 2024

# Columns of X in order; a patient outside is drawn again.
LIMITS = np.array([[21.0, 85.0], [16.0, 60.0], [55.0, 300.0]])

# Per class: means and spreads of age, log bmi, log glucose, and their correlations
# (age-bmi, age-glucose, bmi-glucose).
HEALTHY = {
    "mean": (44.0, np.log(27.0), np.log(108.0)),
    "spread": (14.0, 0.17, 0.21),
    "correlation": (0.15, 0.20, 0.15),
}
DIABETIC = {
    "mean": (56.0, np.log(31.0), np.log(141.0)),
    "spread": (12.0, 0.19, 0.24),
    "correlation": (-0.30, 0.10, 0.05),
}


def diabetes(n=1000, rng=None):
    """Draw `n` simulated patients, exactly half of them diabetic (of an odd `n`, one fewer).

    Parameters
    ----------
    n : int
        number of patients, at least 2
    rng : None, int or numpy.random.Generator
        None draws with a fixed seed, `DEFAULT_SEED`: the same patients at every call. An int is
        a seed of your own, a Generator is drawn from and so moves on.

    Returns
    -------
    X : (n, 3) float array
        age [whole years], bmi [kg/m^2, one decimal], glucose [mg/dl, whole numbers]
    y : (n,) int array
        1 for diabetic (diagnosed within five years), 0 for not; in random order
    """
    if not isinstance(n, int | np.integer) or n < 2:
        raise ValueError(f"n must be a whole number of patients, at least 2, got {n!r}.")
    rng = np.random.default_rng(DEFAULT_SEED if rng is None else rng)
    y = rng.permutation(np.arange(n) < n // 2).astype(int)
    X = np.empty((n, 3))
    for label, group in enumerate((HEALTHY, DIABETIC)):
        X[y == label] = _draw(group, int(np.sum(y == label)), rng)
    return X, y


def diabetes_likelihood_ratio(X):
    """log p(x | diabetic) - log p(x | healthy), of the very model that `diabetes` draws from.

    X : (N, 3) patients -> (N,). Up to a constant (the shares of patients drawn again). Ranking
    by it is the best that any classifier can do (Neyman and Pearson), and with half of the
    patients diabetic the best probability is its sigmoid.
    """
    X = np.asarray(X, dtype=float)
    features = np.column_stack([X[:, 0], np.log(X[:, 1]), np.log(X[:, 2])])
    return _log_density(features, DIABETIC) - _log_density(features, HEALTHY)


def best_possible_auc(n=100_000, rng=None):
    """Area under the ROC curve of the likelihood ratio, measured on `n` fresh patients.

    With the default `n` the standard error is about 0.001.
    """
    X, y = diabetes(n, rng)
    score = diabetes_likelihood_ratio(X)
    healthy, diabetic = np.sort(score[y == 0]), score[y == 1]
    # Of all pairs, the share with the diabetic one ranked higher; a tie counts half.
    below = np.searchsorted(healthy, diabetic, "left")
    not_above = np.searchsorted(healthy, diabetic, "right")
    return float(np.mean(below + not_above) / (2 * len(healthy)))


def _covariance(group):
    age_bmi, age_glucose, bmi_glucose = group["correlation"]
    correlation = np.array(
        [[1.0, age_bmi, age_glucose], [age_bmi, 1.0, bmi_glucose], [age_glucose, bmi_glucose, 1.0]]
    )
    return correlation * np.outer(group["spread"], group["spread"])


def _draw(group, n, rng):
    kept = np.empty((0, 3))
    while len(kept) < n:
        drawn = rng.multivariate_normal(group["mean"], _covariance(group), size=n)
        patients = np.column_stack(
            [np.round(drawn[:, 0]), np.round(np.exp(drawn[:, 1]), 1), np.round(np.exp(drawn[:, 2]))]
        )
        inside = np.all((patients >= LIMITS[:, 0]) & (patients <= LIMITS[:, 1]), axis=1)
        kept = np.concatenate([kept, patients[inside]])
    return kept[:n]


def _log_density(features, group):
    covariance = _covariance(group)
    gap = features - np.array(group["mean"])
    distance = np.sum(gap * np.linalg.solve(covariance, gap.T).T, axis=1)
    return -0.5 * (distance + np.linalg.slogdet(covariance)[1])
