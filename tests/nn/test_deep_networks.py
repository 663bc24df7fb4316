"""Chapter 7's references: against HIPS autograd, centred differences and, where it is, PyTorch."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from bplab import data, nn
from tests.nn.test_gradients import FUNCTIONS, agree, away_from_zero

KINDS = tuple(FUNCTIONS)


def rng():
    return np.random.default_rng(70)


def test_layernorm_backward():
    r = rng()
    X, gamma, beta = r.normal(1, 3, (7, 4)), r.normal(size=4), r.normal(size=4)
    upstream = r.normal(size=(7, 4))

    def loss(X, gamma, beta):
        centered = X - anp.mean(X, axis=1, keepdims=True)
        std = anp.sqrt(anp.mean(centered**2, axis=1, keepdims=True) + 1e-5)
        return anp.sum(upstream * (gamma * centered / std + beta))

    out, cache = nn.layernorm_forward(X, gamma, beta)
    assert np.sum(upstream * out) == pytest.approx(loss(X, gamma, beta))
    assert cache["X_hat"].shape == (7, 4) and cache["std"].shape == (7,)
    for argnum, ours in enumerate(nn.layernorm_backward(upstream, cache, gamma)):
        agree(ours, loss, X, gamma, beta, argnum=argnum)


def test_rows_of_the_layernorm_gradient_sum_to_zero():
    X, gamma = rng().normal(size=(6, 5)), np.array([1.0, -2.0, 0.5, 3.0, 1.5])
    _, cache = nn.layernorm_forward(X, gamma, gamma)
    dX, _, _ = nn.layernorm_backward(rng().normal(size=(6, 5)), cache, gamma)
    np.testing.assert_allclose(dX.sum(axis=1), 0, atol=1e-12)


def test_layernorm_of_a_row_does_not_depend_on_the_others_and_a_constant_row_is_zero():
    X, one = rng().normal(size=(6, 5)), np.ones(5)
    out, _ = nn.layernorm_forward(X, one, 0 * one)
    alone, _ = nn.layernorm_forward(X[2:3], one, 0 * one)
    np.testing.assert_allclose(alone[0], out[2], rtol=1e-14)
    assert not nn.layernorm_forward(np.full((2, 5), 3.0), one, 0 * one)[0].any()


@pytest.mark.parametrize("kind", KINDS)
def test_residual_backward(kind):
    r = rng()
    X, W, b = r.normal(size=(6, 4)), r.normal(size=(4, 4)), r.uniform(0.5, 1, 4)
    upstream = r.normal(size=(6, 4))

    def loss(X, W, b):
        return anp.sum(upstream * (X + FUNCTIONS[kind](anp.dot(X, W) + b)))

    out, Z = nn.residual_forward(X, W, b, kind)
    assert np.sum(upstream * out) == pytest.approx(loss(X, W, b))
    for argnum, ours in enumerate(nn.residual_backward(upstream, X, Z, W, kind)):
        agree(ours, loss, X, W, b, argnum=argnum)


@pytest.mark.parametrize("slope", [0.01, 0.3])
def test_leaky_relu_backward(slope):
    Z, upstream = away_from_zero((6, 4)), rng().normal(size=(6, 4))
    agree(
        nn.leaky_relu_backward(upstream, Z, slope),
        lambda Z: anp.sum(upstream * anp.where(Z > 0, Z, slope * Z)),
        Z,
    )
    np.testing.assert_array_equal(
        nn.leaky_relu_forward(Z, slope), np.where(Z > 0, Z, slope * Z), strict=True
    )


@pytest.mark.parametrize("kind", KINDS)
def test_signal_and_blame_are_those_of_the_network(kind):
    r = rng()
    X, y = r.normal(size=(7, 3)), r.integers(0, 3, 7)
    params = [(r.normal(size=(i, o)), r.normal(size=o)) for i, o in ((3, 5), (5, 6), (6, 3))]
    P, cache = nn.mlp_forward(X, params, kind)
    np.testing.assert_allclose(
        nn.signal_by_layer(X, params, kind), [np.std(A) for A in cache["A"][1:]]
    )
    blame = nn.blame_by_layer(P, y, cache, params, kind)
    for layer in range(3):

        def loss(Z, layer=layer):
            """The loss as a function of what comes out of one layer's linear part."""
            for W, b in params[layer + 1 :]:
                Z = anp.dot(FUNCTIONS[kind](Z), W) + b
            log_p = Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True))
            return -anp.mean(log_p[np.arange(7), y])

        dZ = grad(loss)(cache["Z"][layer])
        assert blame[layer] == pytest.approx(np.sqrt(np.mean(dZ**2)), rel=1e-10)


def test_initial_weights_have_the_variance_they_are_named_for():
    for draw, variance in ((nn.xavier_init, 2 / 500), (nn.he_init, 2 / 300)):
        W = draw(300, 200, rng())
        assert W.shape == (300, 200) and abs(W.mean()) < 1e-3
        assert W.var() == pytest.approx(variance, rel=0.02)
        np.testing.assert_allclose(W, rng().normal(size=(300, 200)) * np.sqrt(variance))


def test_running_statistics_come_to_those_of_the_stream_and_prediction_needs_no_crowd():
    r, running = rng(), (np.zeros(2), np.ones(2))
    for _ in range(400):
        running = nn.running_update(running, r.normal([2, -1], [3, 0.5], (200, 2)))
    np.testing.assert_allclose(running[0], [2, -1], atol=0.15)
    np.testing.assert_allclose(running[1], [9, 0.25], rtol=0.1)
    X = r.normal(size=(5, 2))
    out = nn.batchnorm_predict(X, np.ones(2), np.zeros(2), running)
    for row, expected in zip(X, out, strict=True):
        alone = nn.batchnorm_predict(row[None], np.ones(2), np.zeros(2), running)
        np.testing.assert_array_equal(alone[0], expected)


def test_prediction_with_a_batch_s_own_statistics_is_the_forward_pass():
    X, gamma, beta = rng().normal(size=(8, 3)), np.array([1.0, -2, 3]), np.array([0.5, 0, 1])
    out = nn.batchnorm_predict(X, gamma, beta, (X.mean(axis=0), X.var(axis=0)))
    np.testing.assert_allclose(out, nn.batchnorm_forward(X, gamma, beta)[0], rtol=1e-12)


@pytest.mark.parametrize("slope", [0, 1, -0.1])
def test_a_slope_that_is_none_is_refused(slope):
    with pytest.raises(ValueError, match="slope must be above 0 and below 1"):
        nn.leaky_relu_forward(np.ones(2), slope)
    with pytest.raises(ValueError, match=f"got {slope}"):
        nn.leaky_relu_backward(np.ones(2), np.ones(2), slope)


def thirty(draw, seed=0):
    r = np.random.default_rng(seed)
    return [
        (draw(a, b, r), np.zeros(b)) for a, b in zip([2] + [32] * 29, [32] * 29 + [3], strict=True)
    ]


def test_thirty_layers_fade_explode_and_are_cured_as_the_chapter_tells():
    X, y = data.spiral(n_per_class=40, rng=0)

    def sizes(draw):
        params = thirty(draw)
        P, cache = nn.mlp_forward(X, params, "relu")
        blame = nn.blame_by_layer(P, y, cache, params, "relu")
        return nn.signal_by_layer(X, params, "relu")[-1], blame[0] / blame[-1]

    def spread(s):
        return lambda a, b, r: r.normal(size=(a, b)) * s

    assert max(sizes(spread(0.1))) < 1e-11
    assert sizes(spread(1.0))[0] > 1e15
    assert 1e-2 < min(sizes(nn.he_init)) < max(sizes(nn.he_init)) < 10
    params = thirty(spread(0.1))
    for _ in range(20):
        params, loss = nn.train_step(X, y, params, 0.02, "relu")
    assert loss == pytest.approx(np.log(3), abs=1e-8)


def test_against_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    r = rng()
    X, gamma, beta, dout = (
        r.normal(size=(7, 4)),
        r.normal(size=4),
        r.normal(size=4),
        r.normal(size=(7, 4)),
    )
    x, g, b = (torch.tensor(a, requires_grad=True) for a in (X, gamma, beta))
    out = torch.nn.functional.layer_norm(x, (4,), g, b, eps=1e-5)
    out.backward(torch.tensor(dout))
    ours, cache = nn.layernorm_forward(X, gamma, beta)
    np.testing.assert_allclose(ours, out.detach().numpy(), rtol=1e-10, atol=1e-10)
    for mine, theirs in zip(nn.layernorm_backward(dout, cache, gamma), (x, g, b), strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-10)
