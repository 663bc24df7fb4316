"""Every backward pass against HIPS autograd and against centred differences."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad

from bplab import nn

rng = np.random.default_rng(20)

FUNCTIONS = {
    "relu": lambda z: anp.maximum(z, 0),
    "tanh": anp.tanh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
}


def agree(ours, f, *args, argnum=0):
    """`ours` is the gradient of `f` in one argument, says autograd, and say differences."""
    np.testing.assert_allclose(ours, grad(f, argnum)(*args), rtol=1e-10, atol=1e-12)

    def of_one(x):
        return f(*args[:argnum], x, *args[argnum + 1 :])

    np.testing.assert_allclose(ours, nn.numerical_gradient(of_one, args[argnum]), atol=1e-8)


def away_from_zero(shape):
    """No pre-activation near the kink of ReLU."""
    return rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape)


def mlp_loss(X, y, params, kind, lam=0.0):
    """Mean cross-entropy plus L2, written for autograd and not with bplab."""
    A = X
    for W, b in params[:-1]:
        A = FUNCTIONS[kind](anp.dot(A, W) + b)
    Z = anp.dot(A, params[-1][0]) + params[-1][1]
    log_p = Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True))
    penalty = lam / 2 * sum(anp.sum(W**2) for W, _ in params)
    return -anp.mean(log_p[np.arange(len(y)), y]) + penalty


@pytest.fixture
def network():
    params = [(rng.normal(size=(i, o)), rng.normal(size=o)) for i, o in ((4, 5), (5, 6), (6, 3))]
    return rng.normal(size=(7, 4)), rng.integers(0, 3, 7), params


def test_linear_neuron_step_follows_its_gradient():
    dw = grad(lambda w: (4.1 - w * 1.7) ** 2)(0.3)
    assert nn.linear_neuron_step(1.7, 0.3, 4.1, 0.05) == pytest.approx(0.3 - 0.05 * dw)


def test_neuron_backward():
    X, w, b = rng.normal(size=(7, 3)), rng.normal(size=3), 0.4
    y = rng.integers(0, 2, 7).astype(float)

    def loss(w, b):
        a = FUNCTIONS["sigmoid"](anp.dot(X, w) + b)
        return -anp.mean(y * anp.log(a) + (1 - y) * anp.log(1 - a))

    dw, db = nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)
    agree(dw, loss, w, b)
    agree(db, loss, w, b, argnum=1)
    assert nn.bce_loss(nn.neuron_forward(X, w, b), y) == pytest.approx(loss(w, b))


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_slopes(kind):
    z, f = away_from_zero((5, 4)), FUNCTIONS[kind]
    slope = getattr(nn, f"{kind}_grad")(z)
    np.testing.assert_allclose(slope, elementwise_grad(f)(z), rtol=1e-12)
    agree(slope, lambda z: anp.sum(f(z)), z)


@pytest.mark.parametrize(
    ("slope", "at_zero"), [("relu_grad", 0), ("tanh_grad", 1), ("sigmoid_grad", 0.25)]
)
def test_slope_at_zero(slope, at_zero):
    assert getattr(nn, slope)(np.array([0.0])).tolist() == [at_zero]
    assert np.shape(getattr(nn, slope)(0.0)) == ()


def test_two_neurons():
    names = {"x": 0.7, "y": 0.9, "w1": -1.3, "b1": 0.4, "w2": 1.6, "b2": -0.2}

    def loss(x, y, w1, b1, w2, b2):
        return (FUNCTIONS["sigmoid"](w2 * anp.tanh(w1 * x + b1) + b2) - y) ** 2

    values = nn.two_neuron_forward(**names)
    grads = nn.two_neuron_backward(names["x"], names["y"], names["w1"], names["w2"], values)
    assert values["loss"] == pytest.approx(loss(**names))
    for argnum, name in enumerate(names):
        if name != "y":
            agree(grads["d" + name], loss, *names.values(), argnum=argnum)


def test_linear_backward():
    X, W, b = rng.normal(size=(7, 4)), rng.normal(size=(4, 5)), rng.normal(size=5)
    upstream = rng.normal(size=(7, 5))

    def loss(X, W, b):
        return anp.sum(upstream * (anp.dot(X, W) + b))

    for argnum, ours in enumerate(nn.linear_backward(upstream, X, W)):
        agree(ours, loss, X, W, b, argnum=argnum)


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_activations(kind):
    Z, upstream = away_from_zero((6, 4)), rng.normal(size=(6, 4))
    np.testing.assert_allclose(nn.activation_forward(Z, kind), FUNCTIONS[kind](Z), rtol=1e-12)
    agree(
        nn.activation_backward(upstream, Z, kind),
        lambda Z: anp.sum(upstream * FUNCTIONS[kind](Z)),
        Z,
    )


def test_softmax_cross_entropy_backward():
    Z, y = rng.normal(size=(7, 4)), rng.integers(0, 4, 7)

    def loss(Z):
        log_p = Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True))
        return -anp.mean(log_p[np.arange(7), y])

    P = nn.softmax(Z)
    assert nn.cross_entropy(P, y) == pytest.approx(loss(Z))
    agree(nn.softmax_cross_entropy_backward(P, y), loss, Z)


@pytest.mark.parametrize("kind", FUNCTIONS)
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_network_gradients_with_and_without_penalty(network, kind, lam):
    X, y, params = network
    P, cache = nn.mlp_forward(X, params, kind)
    ours = nn.regularized_gradients(P, y, cache, params, lam, kind)
    theirs = grad(lambda params: mlp_loss(X, y, params, kind, lam))(params)
    for layer in range(3):
        for ours_, theirs_ in zip(ours[layer], theirs[layer], strict=True):
            np.testing.assert_allclose(ours_, theirs_, rtol=1e-9, atol=1e-12)
    assert nn.cross_entropy(P, y) + nn.l2_penalty(params, lam) == pytest.approx(
        mlp_loss(X, y, params, kind, lam)
    )


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_network_gradients_by_differences(network, kind):
    X, y, params = network
    P, cache = nn.mlp_forward(X, params, kind)
    for layer, grads in enumerate(nn.mlp_backward(P, y, cache, params, kind)):
        for which in (0, 1):

            def loss(tensor, layer=layer, which=which):
                nudged = [list(pair) for pair in params]
                nudged[layer][which] = tensor
                return nn.cross_entropy(nn.mlp_forward(X, nudged, kind)[0], y)

            numeric = nn.numerical_gradient(loss, params[layer][which])
            np.testing.assert_allclose(grads[which], numeric, atol=1e-8)


def test_l2_gradients(network):
    _, _, params = network
    for (dW, db), (W, _) in zip(nn.l2_gradients(params, 0.7), params, strict=True):
        agree(dW, lambda W: 0.7 / 2 * anp.sum(W**2), W)
        assert not db.any()


def test_dropout_backward():
    A, upstream = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    _, mask = nn.dropout_forward(A, 0.7, np.random.default_rng(3))
    assert 0 < mask.mean() < 1
    agree(
        nn.dropout_backward(upstream, mask, 0.7),
        lambda A: anp.sum(upstream * A * mask / 0.7),
        A,
    )


def test_batchnorm_backward():
    X, gamma, beta = rng.normal(2, 3, (7, 4)), rng.normal(size=4), rng.normal(size=4)
    upstream = rng.normal(size=(7, 4))

    def loss(X, gamma, beta):
        mean = anp.mean(X, axis=0)
        std = anp.sqrt(anp.mean((X - mean) ** 2, axis=0) + 1e-5)
        return anp.sum(upstream * (gamma * (X - mean) / std + beta))

    out, cache = nn.batchnorm_forward(X, gamma, beta)
    assert anp.sum(upstream * out) == pytest.approx(loss(X, gamma, beta))
    for argnum, ours in enumerate(nn.batchnorm_backward(upstream, cache, gamma)):
        agree(ours, loss, X, gamma, beta, argnum=argnum)


def test_numerical_gradient_of_scalars_and_tables():
    assert nn.numerical_gradient(lambda x: x**3, 2.0) == pytest.approx(12)
    # This one hands its argument straight back: a buffer reused would show twice the same number.
    assert nn.numerical_gradient(lambda x: x, np.array(2.0)) == pytest.approx(1)
    x = rng.normal(size=(2, 3, 2))
    numeric = nn.numerical_gradient(lambda x: np.sum(np.sin(x)), x)
    np.testing.assert_allclose(numeric, np.cos(x), atol=1e-9)


def test_smaller_h_is_better_until_rounding_takes_over():
    def error(h):
        return abs(nn.numerical_gradient(np.exp, 1.0, h) - np.e)

    assert error(1e-2) > error(1e-3) > error(1e-5) < error(1e-9) < error(1e-13)


def test_relative_error_reads_0_for_equal_1_for_opposite_and_survives_two_zeros():
    assert nn.relative_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert nn.relative_error(2.0, -2.0) == 1
    assert nn.relative_error(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 0.5


def test_gradient_check_clears_the_right_gradient_and_catches_wrong_ones():
    x = away_from_zero(5)

    def f(x):
        return np.sum(x**3)

    assert nn.gradient_check(f, lambda x: 3 * x**2, x) < 1e-7
    for wrong in (lambda x: -3 * x**2, lambda x: 2 * x**2, lambda x: 3 * x, np.zeros_like):
        assert nn.gradient_check(f, wrong, x) > 0.1
