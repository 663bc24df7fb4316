"""The simulated patients keep what their file says of them."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bplab import data
from bplab.data import simulated

STATED_BEST_AUC = 0.871


@pytest.fixture(scope="module")
def many():
    return data.diabetes(40_000, rng=1)


def test_half_are_diabetic_and_order_says_nothing():
    X, y = data.diabetes()
    assert X.shape == (1000, 3) and X.dtype == float
    assert y.shape == (1000,) and y.dtype.kind == "i"
    assert y.sum() == 500 and set(y) == {0, 1}
    assert 200 < y[:500].sum() < 300


def test_an_odd_number_has_one_diabetic_fewer():
    assert data.diabetes(7, rng=0)[1].sum() == 3


def test_seeds_and_generators():
    assert np.array_equal(data.diabetes()[0], data.diabetes()[0])
    assert np.array_equal(data.diabetes(rng=5)[0], data.diabetes(rng=np.random.default_rng(5))[0])
    rng = np.random.default_rng(5)
    assert not np.array_equal(data.diabetes(rng=rng)[0], data.diabetes(rng=rng)[0])


@pytest.mark.parametrize("n", [0, 1, -3, 2.5, "many"])
def test_a_number_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="whole number of patients, at least 2, got"):
        data.diabetes(n)


def test_values_stay_within_the_limits_and_are_rounded_as_in_a_clinic(many):
    X, _ = many
    assert np.all(X >= simulated.LIMITS[:, 0]) and np.all(X <= simulated.LIMITS[:, 1])
    assert np.array_equal(X, np.column_stack([X[:, 0].round(), X[:, 1].round(1), X[:, 2].round()]))


def test_groups_differ_as_the_clinic_expects_and_overlap(many):
    X, y = many
    healthy, diabetic = X[y == 0], X[y == 1]
    assert np.all(diabetic.mean(axis=0) > healthy.mean(axis=0))
    assert 40 < healthy[:, 0].mean() < 50 < diabetic[:, 0].mean() < 60
    assert 25 < healthy[:, 1].mean() < 30 < diabetic[:, 1].mean() < 33
    assert 105 < healthy[:, 2].mean() < 115 and 138 < diabetic[:, 2].mean() < 150
    # In every feature a third of the diabetic lie below the top twentieth of the healthy.
    assert np.all(np.mean(diabetic < np.percentile(healthy, 95, axis=0), axis=0) > 1 / 3)
    assert np.corrcoef(diabetic[:, 0], diabetic[:, 1])[0, 1] < -0.2


def test_best_possible_auc_is_what_is_stated():
    assert data.best_possible_auc() == pytest.approx(STATED_BEST_AUC, abs=0.003)
    assert data.best_possible_auc(200_000, rng=7) == pytest.approx(STATED_BEST_AUC, abs=0.003)
    assert f"is {STATED_BEST_AUC}" in simulated.__doc__


def test_best_possible_auc_agrees_with_scikit_learn():
    X, y = data.diabetes(5000, rng=3)
    expected = roc_auc_score(y, data.diabetes_likelihood_ratio(X))
    assert data.best_possible_auc(5000, rng=3) == pytest.approx(expected, abs=1e-12)


def test_likelihood_ratio_agrees_with_scipys_densities(many):
    from scipy.stats import multivariate_normal

    X, _ = many
    features = np.column_stack([X[:50, 0], np.log(X[:50, 1:])])
    log_density = [
        multivariate_normal(group["mean"], simulated._covariance(group)).logpdf(features)
        for group in (simulated.HEALTHY, simulated.DIABETIC)
    ]
    ratio = data.diabetes_likelihood_ratio(X[:50])
    assert np.allclose(ratio, log_density[1] - log_density[0])


def test_no_simple_classifier_beats_the_best_possible(many):
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    X, y = many
    unseen, truth = data.diabetes(40_000, rng=2)
    best = roc_auc_score(truth, data.diabetes_likelihood_ratio(unseen))
    for model in (
        LogisticRegression(max_iter=1000),
        QuadraticDiscriminantAnalysis(),
        HistGradientBoostingClassifier(max_iter=20),
    ):
        found = roc_auc_score(truth, model.fit(X, y).predict_proba(unseen)[:, 1])
        assert 0.85 < found < best + 0.001


def test_sigmoid_of_the_ratio_is_calibrated(many):
    X, y = many
    p = 1 / (1 + np.exp(-data.diabetes_likelihood_ratio(X)))
    for low in np.arange(0, 1, 0.2):
        group = (p >= low) & (p < low + 0.2)
        assert p[group].mean() == pytest.approx(y[group].mean(), abs=0.03)


def test_what_the_patients_are_made_of_can_be_asked_before_any_are_drawn():
    code = "from bplab import data; help(data.simulated)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "within five years" in " ".join(told.stdout.split()), told.stderr
