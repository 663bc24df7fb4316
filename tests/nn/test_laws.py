"""What must hold for any input, drawn by hypothesis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bplab import nn

law = settings(max_examples=50, deadline=None)

seeds = st.integers(0, 2**32 - 1)
scores = arrays(float, (4, 3), elements=st.floats(-1e4, 1e4))


def tables(rows, columns, limit=10):
    return arrays(float, (rows, columns), elements=st.floats(-limit, limit))


@pytest.mark.filterwarnings("error")
@law
@given(z=arrays(float, 5, elements=st.floats(-1e4, 1e4)))
def test_sigmoid_is_a_probability_mirrored_at_zero(z):
    a = nn.sigmoid(z)
    assert ((a >= 0) & (a <= 1)).all()
    np.testing.assert_allclose(a + nn.sigmoid(-z), 1, rtol=1e-15)


def test_sigmoid_keeps_its_precision_far_below_zero():
    assert nn.sigmoid(-50.0) == pytest.approx(np.exp(-50), rel=1e-14)


@law
@given(Z=scores, shift=st.floats(-100, 100))
def test_softmax_rows_sum_to_one_whatever_is_added(Z, shift):
    P = nn.softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(nn.softmax(Z + shift), P, atol=1e-9)


@law
@given(Z=scores, y=arrays(int, 4, elements=st.integers(0, 2)))
def test_score_gradients_sum_to_zero_in_every_row(Z, y):
    dZ = nn.softmax_cross_entropy_backward(nn.softmax(Z), y)
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=1e-12)


def test_losses_stay_finite_at_certainty():
    sure = np.array([0.0, 1.0])
    assert nn.bce_loss(sure, 1 - sure) == pytest.approx(-np.log(1e-12), rel=1e-4)
    assert nn.bce_loss(sure, sure) == pytest.approx(0, abs=1e-11)
    P = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert nn.cross_entropy(P, np.array([1, 1])) == pytest.approx(-np.log(1e-12))


@law
@given(seed=seeds)
def test_two_softmax_classes_are_a_sigmoid(seed):
    z = np.random.default_rng(seed).normal(size=6)
    P = nn.softmax(np.column_stack([np.zeros(6), z]))
    np.testing.assert_allclose(P[:, 1], nn.sigmoid(z), rtol=1e-12)


@law
@given(seed=seeds)
def test_per_unit_case_is_a_gradient_step_on_half_the_squared_error(seed):
    rng, rate = np.random.default_rng(seed), 0.4
    weights = [rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 5)), rng.uniform(-1, 1, (5, 2))]
    biases = [rng.uniform(-1, 1, n) for n in (4, 5, 2)]
    X, T = rng.normal(size=(6, 3)), rng.uniform(size=(6, 2))

    def vectorised(X, T):
        A = [X]
        for W, b in zip(weights, biases, strict=True):
            A.append(nn.sigmoid(A[-1] @ W + b))
        dA, new = A[-1] - T, []
        for W, b, below, above in reversed(list(zip(weights, biases, A, A[1:], strict=False))):
            dA, dW, db = nn.linear_backward(dA * above * (1 - above), below, W)
            new.append((W - rate * dW, b - rate * db))
        return [list(part) for part in zip(*new[::-1], strict=True)]

    def same(ours, theirs):
        for ours_, theirs_ in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(ours_, theirs_, rtol=1e-10, atol=1e-12)

    for ours, theirs in (
        (nn.per_unit_update(X[0], T[0], weights, biases, rate), vectorised(X[:1], T[:1])),
        (nn.epoch_update(X, T, weights, biases, rate), vectorised(X, T)),
    ):
        same(ours[0], theirs[0])
        same(ours[1], theirs[1])


@law
@given(N=st.integers(1, 60), batch_size=st.integers(1, 70), seed=seeds)
def test_minibatches_deal_every_example_once(N, batch_size, seed):
    batches = nn.minibatches(N, batch_size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(N))
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert 0 < len(batches[-1]) <= batch_size


def test_minibatches_differ_from_epoch_to_epoch():
    rng = np.random.default_rng(1)
    first, second = (np.concatenate(nn.minibatches(50, 8, rng)) for _ in range(2))
    assert first.tolist() != second.tolist()


@law
@given(g=tables(3, 2).filter(lambda g: (np.abs(g) > 1e-3).all()), rate=st.floats(1e-4, 1))
def test_adams_first_step_has_the_size_of_the_rate(g, rate):
    [w], _ = nn.adam_step([np.zeros((3, 2))], [g], {}, rate)
    np.testing.assert_allclose(w, -rate * np.sign(g), rtol=1e-4)


@law
@given(g=tables(3, 2), seed=seeds)
def test_momentum_without_memory_is_plain_descent(g, seed):
    w = [np.random.default_rng(seed).normal(size=(3, 2))]
    [plain], state = nn.sgd_step(w, [g], {}, 0.1)
    [heavy], _ = nn.momentum_step(w, [g], {}, 0.1, beta=0.0)
    assert state == {}
    np.testing.assert_array_equal(plain, heavy)


def test_momentum_reaches_ten_times_the_step_on_a_constant_slope():
    w, state = [np.zeros(1)], {}
    for _ in range(200):
        before, (w, state) = w, nn.momentum_step(w, [np.ones(1)], state, 0.1)
    assert (before[0] - w[0])[0] == pytest.approx(1.0)


def test_rmsprop_by_hand():
    w, state = [np.array([1.0])], {}
    for g in (2.0, -1.0):
        w, state = nn.rmsprop_step(w, [np.array([g])], state, 0.1)
    s1 = 0.1 * 4
    s2 = 0.9 * s1 + 0.1
    assert state["s"][0][0] == pytest.approx(s2)
    assert w[0][0] == pytest.approx(1 - 0.1 * 2 / (s1**0.5 + 1e-8) + 0.1 / (s2**0.5 + 1e-8))


def test_adam_walks_with_autograds_adam():
    from autograd.misc.optimizers import adam

    def slope(x, _=0):
        return np.array([3.0, 40.0]) * x + np.sin(5 * x)

    theirs = adam(slope, np.array([1.0, -2.0]), num_iters=30, step_size=0.05)
    w, state = [np.array([1.0, -2.0])], {}
    for _ in range(30):
        w, state = nn.adam_step(w, [slope(w[0])], state, 0.05)
    assert state["t"] == 30
    np.testing.assert_allclose(w[0], theirs, rtol=1e-12)


@law
@given(a=tables(3, 2), b=tables(4, 1), limit=st.floats(0.1, 20))
def test_clipping_keeps_the_direction_and_the_limit(a, b, limit):
    (a_clipped, b_clipped), norm = nn.clip_by_global_norm([a, b], limit)
    assert norm == pytest.approx(np.linalg.norm(np.concatenate([a.ravel(), b.ravel()])))
    if norm <= limit:
        assert (a_clipped == a).all() and (b_clipped == b).all()
    else:
        _, clipped = nn.clip_by_global_norm([a_clipped, b_clipped], limit)
        assert clipped == pytest.approx(limit)
        np.testing.assert_allclose(a_clipped * norm, a * limit, atol=1e-9)


@law
@given(change=st.floats(-5, 5), temperature=st.floats(0.01, 5), u=st.floats(0, 0.999))
def test_annealing_accepts_by_the_metropolis_rule(change, temperature, u):
    expected = True if change < 0 else u < np.exp(-change / temperature)
    assert nn.anneal_accept(change, temperature, u) is bool(expected)


def test_annealing_survives_a_cold_end():
    assert nn.anneal_accept(-1e300, 1e-300, 0.9) is True
    assert nn.anneal_accept(1e300, 1e-300, 0.0) is False


def test_dropout_keeps_the_expectation():
    A, rng = np.array([[1.0, -2.0, 3.0]]), np.random.default_rng(5)
    mean = np.mean([nn.dropout_forward(A, 0.6, rng)[0] for _ in range(4000)], axis=0)
    np.testing.assert_allclose(mean, A, rtol=0.06)


@law
@given(A=tables(4, 3), seed=seeds, keep_prob=st.floats(0.1, 1))
def test_dropout_drops_by_its_mask_and_does_nothing_at_test_time(A, seed, keep_prob):
    out, mask = nn.dropout_forward(A, keep_prob, np.random.default_rng(seed))
    assert (mask == (np.random.default_rng(seed).random(A.shape) < keep_prob)).all()
    np.testing.assert_allclose(out * keep_prob, np.where(mask, A, 0), atol=1e-12)
    same, ones = nn.dropout_forward(A, keep_prob, np.random.default_rng(seed), train=False)
    assert (same == A).all() and (ones == 1).all()


@law
@given(X=tables(6, 3), dout=tables(6, 3))
def test_batchnorm_centers_and_its_gradient_columns_sum_to_zero(X, dout):
    gamma = np.array([1.5, -0.7, 2.0])
    out, cache = nn.batchnorm_forward(X, gamma, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(out.mean(axis=0), [1, 2, 3], atol=1e-8)
    dX, _, _ = nn.batchnorm_backward(dout, cache, gamma)
    np.testing.assert_allclose(dX.sum(axis=0) * cache["std"], 0, atol=1e-8)


@law
@given(
    N=st.integers(0, 200),
    weights=st.tuples(*[st.integers(0, 10)] * 3).filter(any),
    seed=seeds,
)
def test_a_split_uses_every_index_once_in_the_asked_shares(N, weights, seed):
    fractions = np.array(weights) / sum(weights)
    parts = nn.split_indices(N, tuple(fractions), np.random.default_rng(seed))
    assert sorted(np.concatenate(parts)) == list(range(N))
    for part, share in zip(parts, fractions, strict=True):
        assert abs(len(part) - share * N) <= 1


@law
@given(
    y=arrays(int, st.integers(0, 120), elements=st.integers(0, 2)).filter(len),
    weights=st.tuples(*[st.integers(1, 10)] * 3),
    seed=seeds,
)
def test_a_stratified_split_keeps_each_class_within_one_patient(y, weights, seed):
    fractions = np.array(weights) / sum(weights)
    parts = nn.stratified_split(y, tuple(fractions), np.random.default_rng(seed))
    assert sorted(np.concatenate(parts)) == list(range(len(y)))
    for part, share in zip(parts, fractions, strict=True):
        for label in np.unique(y):
            assert abs((y[part] == label).sum() - share * (y == label).sum()) <= 1


def test_a_stratified_split_does_not_leave_the_classes_in_blocks():
    y = np.repeat([0, 1], 50)
    train, _, _ = nn.stratified_split(y, (0.6, 0.2, 0.2), np.random.default_rng(0))
    assert 10 < np.count_nonzero(np.diff(y[train]))
