"""Tensors and duals against HIPS autograd, centred differences, and PyTorch where it is there."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd import jacobian as autograd_jacobian

from bplab import nn
from bplab.nn import Dual, Tensor


def rng(seed=0):
    return np.random.default_rng(seed)


def relu(x):
    return x.relu() if isinstance(x, Tensor) else anp.where(x > 0, x, 0.0)


def f(name, x, **settings):
    """A method of a tensor, or autograd's function of the same name."""
    if isinstance(x, Tensor):
        return getattr(x, name)(**settings)
    return getattr(anp, name)(x, **settings)


A, B = rng(1).normal(size=(4, 3)), rng(2).normal(size=(3, 5))
ROW, COLUMN, POSITIVE = rng(3).normal(size=3), rng(4).normal(size=(4, 1)), rng(5).uniform(1, 2, 3)

EXPRESSIONS = {
    "arithmetic": (lambda a, b: ((a * b - a / (b * b + 1)) ** 2 + 3 - (2 - a)).sum(), A, ROW),
    "numbers on the left": (lambda a, b: (2 / (a * a + 1) - (1.5 - b) * a).sum(), A, COLUMN),
    "both broadcast": (lambda a, b: (a * b / (a - b * b - 9)).sum(), COLUMN, ROW),
    "matrices": (lambda a, b: (f("tanh", a @ b) ** 3).sum(), A, B),
    "one matrix twice": (lambda a, b: ((a.T @ a) * b).sum(), A, ROW),
    "functions": (lambda a, b: (f("exp", f("tanh", a)) * f("log", b) + relu(a)).sum(), A, POSITIVE),
    "sums": (
        lambda a, b: (f("sum", a, axis=0) * b + f("mean", a, axis=1, keepdims=True)).sum(), A, ROW,
    ),
    "mean": (lambda a, b: (f("mean", a * b, axis=-1) ** 2).mean(), A, ROW),
    "shapes": (lambda a, b: (a.reshape(2, 6).T[1:, :] ** 2).sum() * b[0], A, ROW),
    "indexing": (lambda a, b: (a[np.array([0, 2, 0])] * b[np.array([1, 1, 2])]).sum(), A, ROW),
    "normalised": (
        lambda a, b: (((a - f("mean", a, axis=1, keepdims=True)) ** 2) * b).sum(), A, ROW,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_gradients_agree_with_autograd(name):
    expression, a, b = EXPRESSIONS[name]
    tensors = Tensor(a), Tensor(b)
    out = expression(*tensors)
    out.backward()
    assert out.data == pytest.approx(expression(a, b), rel=1e-12)
    for place, tensor in enumerate(tensors):
        theirs = grad(expression, place)(a, b)
        assert tensor.grad.shape == theirs.shape
        np.testing.assert_allclose(tensor.grad, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", ["tanh", "relu"])
def test_the_loss_of_a_network_has_chapter_threes_gradients(kind):
    X, y = rng(1).normal(size=(20, 3)), rng(2).integers(0, 4, 20)
    params = nn.init_params((3, 8, 6, 4), rng(3))
    tensors = [Tensor(array) for array in nn.flatten(params)]
    loss = nn.mlp_loss(X, y, tensors, kind)
    loss.backward()
    P, cache = nn.mlp_forward(X, params, kind)
    assert loss.data == pytest.approx(nn.cross_entropy(P, y), rel=1e-12)
    for tensor, array in zip(
        tensors, nn.flatten(nn.mlp_backward(P, y, cache, params, kind)), strict=True
    ):
        np.testing.assert_allclose(tensor.grad, array, rtol=1e-10, atol=1e-14)


def test_the_loss_is_exact_for_scores_of_a_thousand():
    tensors = [Tensor(np.zeros((2, 3))), Tensor([1000.0, 0.0, -400.0])]
    loss = nn.mlp_loss(np.ones((2, 2)), np.array([2, 0]), tensors)
    loss.backward()
    assert loss.data == pytest.approx(700.0, rel=1e-14)
    np.testing.assert_allclose(tensors[1].grad, [0.5, 0.0, -0.5], atol=1e-14)


def test_gradients_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    X, y = rng(1).normal(size=(20, 3)), rng(2).integers(0, 4, 20)
    arrays = nn.flatten(nn.init_params((3, 8, 4), rng(3)))
    mine = [Tensor(array) for array in arrays]
    nn.mlp_loss(X, y, mine).backward()
    W = [torch.tensor(array, requires_grad=True) for array in arrays]
    scores = torch.tanh(torch.tensor(X) @ W[0] + W[1]) @ W[2] + W[3]
    torch.nn.functional.cross_entropy(scores, torch.tensor(y)).backward()
    for ours, theirs in zip(mine, W, strict=True):
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_unbroadcast_is_the_transpose_of_broadcasting():
    """sum(g * broadcast(x)) = sum(unbroadcast(g) * x), for every pair of shapes."""
    for small, big in [((3,), (4, 3)), ((4, 1), (4, 3)), ((), (2, 3)), ((1, 3), (5, 4, 3)),
                       ((2, 1, 1), (2, 4, 3)), ((1,), (4, 3)), ((4, 3), (4, 3))]:  # fmt: skip
        g, x = rng(1).normal(size=big), rng(2).normal(size=small)
        back = nn.unbroadcast(g, small)
        assert back.shape == small
        assert np.sum(back * x) == pytest.approx(np.sum(g * np.broadcast_to(x, big)))


def mixed(x):
    tanh = x.tanh() if isinstance(x, Tensor | Dual) else anp.tanh(x)
    i, j = np.array([0, 2, 1, 0, 2]), np.array([1, 1, 0, 2, 2])
    return tanh[i] * x[j] - 2 / (x[i] ** 2 + 1) + x[j]


def test_jacobian_and_directional_derivative_agree_with_autograd():
    x, v = rng(1).normal(size=3), rng(2).normal(size=3)
    J = autograd_jacobian(mixed)(x)
    np.testing.assert_allclose(nn.jacobian(mixed, x), J, rtol=1e-10)
    np.testing.assert_allclose(nn.directional_derivative(mixed, x, v), J @ v, rtol=1e-10)


def test_duals_agree_with_centred_differences():
    def g(a):
        return (a.exp() if isinstance(a, Dual) else np.exp(a)) / (3 + a**2) - (1 - a) * a**-1

    a, h = np.array([0.7, -1.2, 2.0]), 1e-6
    slope = g(Dual(a, 0.5)).slope
    np.testing.assert_allclose(slope, 0.5 * (g(a + h) - g(a - h)) / (2 * h), rtol=1e-8)


def test_a_new_backward_pass_begins_from_scratch_and_deep_graphs_do_no_harm():
    a = Tensor(rng(1).normal(size=3))
    s = a
    for _ in range(3000):  # more than Python's recursion would take
        s = s * 0.999
    (s.sum()).backward()
    first = a.grad.copy()
    a.grad, s.grad = a.grad + 5, s.grad - 2
    s.sum().backward()
    np.testing.assert_array_equal(a.grad, first)


def test_more_than_one_entry_has_no_backward_pass_and_says_so():
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        Tensor(ROW).backward()
    with pytest.raises(TypeError, match="exponent"):
        Tensor(ROW) ** Tensor(2.0)
