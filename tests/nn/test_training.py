"""The loops: what they record, when they stop, that they learn."""

import numpy as np
import pytest

from bplab import nn

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


@pytest.fixture
def data():
    rng = np.random.default_rng(8)
    X = rng.normal(size=(23, 3))
    return X, (X[:, 0] > X[:, 1] ** 2 - 0.5).astype(int), nn.init_params((3, 5, 2), rng)


def test_neuron_loss_starts_at_log_2_and_falls():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(40, 3))
    y = (X[:, 0] - X[:, 2] > 0).astype(float)
    w, b, losses = nn.train_neuron(X, y, 0.5, 200)
    assert len(losses) == 200 and losses[0] == pytest.approx(np.log(2))
    assert (np.diff(losses) < 0).all()
    assert nn.bce_loss(nn.neuron_forward(X, w, b), y) < losses[-1]


def test_training_no_epochs_leaves_the_neuron_at_zero():
    w, b, losses = nn.train_neuron(np.ones((2, 3)), np.array([0, 1]), 0.5, 0)
    assert w.tolist() == [0, 0, 0] and b == 0 and losses == []


@pytest.mark.parametrize("kind", ["tanh", "relu", "sigmoid"])
def test_train_step_reports_the_loss_before_and_lowers_it(data, kind):
    X, y, params = data
    before = nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y)
    params, loss = nn.train_step(X, y, params, 0.1, kind)
    assert loss == before
    assert nn.cross_entropy(nn.mlp_forward(X, params, kind)[0], y) < before


def test_cache_holds_what_went_in_and_what_came_out(data):
    X, _, params = data
    P, cache = nn.mlp_forward(X, params)
    assert [A.shape for A in cache["A"]] == [(23, 3), (23, 5)]
    assert [Z.shape for Z in cache["Z"]] == [(23, 5), (23, 2)]
    np.testing.assert_array_equal(cache["A"][1], np.tanh(cache["Z"][0]))
    np.testing.assert_array_equal(P, nn.softmax(cache["Z"][1]))


def test_a_hidden_layer_solves_xor():
    X, y = XOR
    params = nn.init_params((2, 4, 2), np.random.default_rng(1))
    params, losses, reason = nn.train_until(X, y, params, 0.5, 2000, 0, 0.01)
    assert reason == "error" and len(losses) < 2000
    assert nn.misclassified_share(X, y, params) == 0


def test_training_stops_for_each_of_the_three_reasons_weights_first(data):
    X, y, params = data

    def stop(**limits):
        _, losses, reason = nn.train_until(X, y, params, 0.1, **limits)
        return len(losses), reason

    assert stop(max_epochs=5, min_change=0, max_error=0) == (5, "epochs")
    assert stop(max_epochs=5, min_change=0, max_error=1.1) == (1, "error")
    assert stop(max_epochs=5, min_change=10, max_error=1.1) == (1, "weights")
    assert stop(max_epochs=1, min_change=10, max_error=0) == (1, "weights")
    assert stop(max_epochs=0, min_change=10, max_error=1.1) == (0, "epochs")


def test_training_until_is_train_step_repeated(data):
    X, y, params = data
    trained, losses, _ = nn.train_until(X, y, params, 0.2, 3, 0, 0)
    for loss in losses:
        params, expected = nn.train_step(X, y, params, 0.2)
        assert loss == expected
    assert nn.largest_change(trained, params) == 0


def test_weights_settle_only_when_the_biases_have_too(data):
    _, _, params = data
    moved = [(W, b + 0.5) for W, b in params]
    assert nn.largest_change(params, moved) == 0.5


def test_one_full_batch_of_plain_descent_is_a_train_step(data):
    X, y, params = data
    rng = np.random.default_rng(0)
    fitted, losses = nn.fit_minibatch(X, y, params, nn.sgd_step, 0.3, 23, 1, rng)
    stepped, loss = nn.train_step(X, y, params, 0.3)
    assert losses == pytest.approx([loss])
    assert nn.largest_change(fitted, stepped) < 1e-15


def test_epoch_loss_weighs_the_small_last_batch_by_its_size(data):
    X, y, params = data
    loss = nn.cross_entropy(nn.mlp_forward(X, params)[0], y)
    rng = np.random.default_rng(0)
    _, losses = nn.fit_minibatch(X, y, params, nn.sgd_step, 0.0, 5, 3, rng)
    assert losses == pytest.approx([loss] * 3)


@pytest.mark.parametrize("step", ["sgd_step", "momentum_step", "rmsprop_step", "adam_step"])
def test_every_optimizer_fits_and_keeps_its_state_from_batch_to_batch(data, step):
    X, y, params = data
    counts = []

    def counting(params, grads, state, learning_rate):
        counts.append(len(params))
        state = {**state, "calls": state.get("calls", 0) + 1}
        assert state["calls"] == len(counts)
        return getattr(nn, step)(params, grads, state, learning_rate)

    rng = np.random.default_rng(0)
    _, losses = nn.fit_minibatch(X, y, params, counting, 0.02, 8, 40, rng)
    assert counts == [4] * 120
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("name", ["sgd_step", "momentum_step", "rmsprop_step", "adam_step"])
def test_a_step_on_one_vector_is_the_step_tensor_by_tensor(data, name):
    X, y, params = data
    step, fits = getattr(nn, name), []
    for each in (step, nn.as_one_vector(step)):
        fits.append(nn.fit_minibatch(X, y, params, each, 0.02, 8, 5, np.random.default_rng(0)))
    (apart, losses), (at_once, same_losses) = fits
    assert same_losses == losses
    for old, new in zip(nn.flatten(apart), nn.flatten(at_once), strict=True):
        np.testing.assert_array_equal(old, new, strict=True)


def test_early_stopping_waits_out_its_patience_and_keeps_a_copy_of_the_best():
    stopping, W = nn.EarlyStopping(2), np.zeros(2)
    answers = []
    for loss in (1.0, 0.5, 0.6, 0.4, 0.4, 0.7):
        W += 1
        answers.append(stopping.update(loss, [(W, W)]))
    assert answers == [False, False, False, False, False, True]
    assert (stopping.best_loss, stopping.best_epoch) == (0.4, 3)
    assert stopping.best_params[0][0].tolist() == [4, 4]


def test_early_stopping_counts_nan_as_no_improvement():
    stopping = nn.EarlyStopping(1)
    assert stopping.update(0.3, []) is False
    assert stopping.update(float("nan"), []) is True


def test_init_params_scale_with_the_fans():
    (W1, b1), (W2, _) = nn.init_params((300, 100, 50), np.random.default_rng(0))
    assert W1.std() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert W2.std() == pytest.approx((2 / 150) ** 0.5, rel=0.05)
    assert b1.shape == (100,) and not b1.any()
