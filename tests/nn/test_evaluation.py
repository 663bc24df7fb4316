"""Scaling and metrics, with scikit-learn as the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.preprocessing import StandardScaler

from bplab import nn

# One decimal, so that ties are common.
labels_and_scores = st.integers(2, 40).flatmap(
    lambda n: st.tuples(
        arrays(int, n, elements=st.integers(0, 1)).filter(lambda y: 0 < y.sum() < len(y)),
        arrays(int, n, elements=st.integers(0, 10)).map(lambda p: p / 10),
    )
)


@settings(max_examples=60, deadline=None)
@given(labels_and_scores)
def test_auc_and_counts_agree_with_scikit_learn_ties_included(labels_and_scores):
    y, p = labels_and_scores
    assert nn.roc_auc(y, p) == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    for threshold in (0.0, 0.3, 0.5, 1.0):
        counts = nn.confusion_counts(y, p, threshold)
        (tn, fp), (fn, tp) = confusion_matrix(y, p >= threshold, labels=[0, 1])
        assert counts == {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def test_auc_depends_on_order_alone_and_flips_with_it():
    rng = np.random.default_rng(4)
    y, z = rng.integers(0, 2, 50), rng.normal(size=50)
    assert nn.roc_auc(y, z) == nn.roc_auc(y, nn.sigmoid(z)) == pytest.approx(1 - nn.roc_auc(y, -z))
    assert nn.roc_auc(y, np.zeros(50)) == 0.5


@settings(max_examples=60, deadline=None)
@given(labels_and_scores, st.floats(0, 1))
def test_the_threshold_is_the_highest_that_keeps_the_recall(labels_and_scores, min_recall):
    y, p = labels_and_scores

    def recall(t):
        return (p[y == 1] >= t).mean()

    threshold = nn.choose_threshold(y, p, min_recall)
    assert threshold in p and recall(threshold) >= min_recall
    assert all(recall(t) < min_recall for t in p[p > threshold])


def test_seven_of_ten_is_a_recall_of_0_7():
    # ceil(0.7 * 10) is 8 in floating point: the count must not be computed that way.
    p = np.arange(10, 0, -1) / 10
    assert nn.choose_threshold(np.ones(10), p, 0.7) == pytest.approx(0.4)


def test_scaler_agrees_with_scikit_learn_on_patients_it_was_not_fitted_to():
    rng = np.random.default_rng(6)
    X, new = rng.normal(50, 20, (30, 3)), rng.normal(60, 10, (5, 3))
    theirs = StandardScaler().fit(X)
    np.testing.assert_allclose(nn.apply_scaler(new, nn.fit_scaler(X)), theirs.transform(new))


def test_a_constant_column_scales_to_zeros_even_where_its_std_is_not_quite_zero():
    X = np.column_stack([np.full(3, 0.1), np.arange(3.0)])
    assert X[:, 0].std() > 0
    scaled = nn.apply_scaler(X, nn.fit_scaler(X))
    assert (scaled[:, 0] == 0).all() and np.isfinite(scaled).all()
    newcomer = nn.apply_scaler(np.array([[0.2, 1.0]]), nn.fit_scaler(X))
    assert abs(newcomer[0, 0]) < 1


def test_a_scaler_that_stored_zero_serves_too():
    scaled = nn.apply_scaler(np.full((4, 1), 7.0), (np.array([7.0]), np.array([0.0])))
    assert (scaled == 0).all()
