"""The reference classifier as a function.

How well it ranks is held by tests/exercises/test_classifier_bars.py.
"""

import numpy as np
import pytest

from bplab import data, nn


@pytest.fixture(scope="module")
def parts():
    X, y = data.diabetes(400, rng=1)
    return X[:300], y[:300], X[300:], y[300:]


@pytest.fixture(scope="module")
def predict(parts):
    return nn.train_classifier(*parts, np.random.default_rng(0))


def test_one_probability_for_each_patient(predict):
    p = predict(data.diabetes(50, rng=2)[0])
    assert p.shape == (50,) and p.dtype == float
    assert np.all((p > 0) & (p < 1)) and len(np.unique(p)) > 40


def test_one_patient_at_a_time_gets_what_the_batch_gets(predict):
    X, _ = data.diabetes(20, rng=2)
    alone = np.concatenate([predict(X[i : i + 1]) for i in range(20)])
    assert np.allclose(alone, predict(X), rtol=0, atol=1e-12)


def test_same_rng_same_model_another_rng_another(parts, predict):
    X, _ = data.diabetes(20, rng=2)
    again, other = (nn.train_classifier(*parts, np.random.default_rng(seed)) for seed in (0, 1))
    assert np.array_equal(again(X), predict(X))
    assert not np.array_equal(other(X), predict(X))


def test_labels_may_be_floats_and_arguments_stay_as_they_are(parts, predict):
    X_train, y_train, X_val, y_val = (part.copy() for part in parts)
    floats = X_train, y_train.astype(float), X_val, y_val.astype(float)
    X, _ = data.diabetes(20, rng=2)
    assert np.array_equal(nn.train_classifier(*floats, np.random.default_rng(0))(X), predict(X))
    assert all(map(np.array_equal, parts, (X_train, y_train, X_val, y_val)))


def test_units_do_not_matter_because_the_scaler_goes_along(parts, predict):
    # Glucose in mmol/l and age in months, when training and at the desk.
    units = np.array([12, 1, 1 / 18])
    X_train, y_train, X_val, y_val = parts
    other = nn.train_classifier(
        X_train * units, y_train, X_val * units, y_val, np.random.default_rng(0)
    )
    X, _ = data.diabetes(20, rng=2)
    assert np.allclose(other(X * units), predict(X), atol=1e-8)


def test_more_of_any_feature_means_more_risk_for_a_typical_patient(predict):
    typical = np.array([[50.0, 29.0, 125.0]])
    for column, step in enumerate((15, 6, 40)):
        risk = [predict(typical + step * k * np.eye(3)[[column]])[0] for k in (-1, 0, 1)]
        assert risk == sorted(risk)
