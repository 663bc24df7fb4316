"""Chapter 9's references: against loops, autograd, centred differences and PyTorch."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from bplab import nn

# N, C, H, W, F, K, stride, pad
SIZES = [(2, 3, 5, 7, 4, 3, 1, 0), (3, 2, 7, 5, 1, 3, 2, 1), (1, 1, 4, 6, 2, 2, 2, 0),
         (2, 2, 3, 4, 3, 1, 1, 2), (2, 1, 6, 9, 2, 3, 3, 0), (2, 2, 3, 3, 2, 3, 1, 0)]  # fmt: skip


def rng():
    return np.random.default_rng(9)


def problem(N, C, H, W, F, K, stride, pad):
    draw = rng()
    X, filters, b = (draw.normal(size=s) for s in ((N, C, H, W), (F, C, K, K), (F,)))
    Z = nn.conv_forward(X, filters, b, stride, pad)
    return X, filters, b, Z, draw.normal(size=Z.shape)


def slowly(X, filters, b, stride, pad):
    """The definition, place by place, in autograd's NumPy."""
    K = filters.shape[-1]
    padded = anp.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    rows, columns = ((side + 2 * pad - K) // stride + 1 for side in X.shape[2:])
    maps = [
        [
            anp.tensordot(
                padded[:, :, i * stride : i * stride + K, j * stride : j * stride + K],
                filters,
                axes=([1, 2, 3], [1, 2, 3]),
            )
            + b
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    return anp.transpose(anp.array(maps), (2, 3, 0, 1))


@pytest.mark.parametrize("sizes", SIZES)
def test_conv_forward_is_its_definition(sizes):
    X, filters, b, Z, _ = problem(*sizes)
    np.testing.assert_allclose(Z, slowly(X, filters, b, *sizes[-2:]), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
def test_conv_backward(sizes):
    X, filters, b, _, dout = problem(*sizes)
    ours = nn.conv_backward(dout, X, filters, *sizes[-2:])
    for argnum, gradient in enumerate(ours):
        theirs = grad(lambda *a: anp.sum(slowly(*a, *sizes[-2:]) * dout), argnum)(X, filters, b)
        np.testing.assert_allclose(gradient, theirs, rtol=1e-10, atol=1e-12)

        def of_one(x, at=argnum):
            given = [x if i == at else a for i, a in enumerate((X, filters, b))]
            return np.sum(nn.conv_forward(*given, *sizes[-2:]) * dout)

        differences = nn.numerical_gradient(of_one, (X, filters, b)[argnum])
        np.testing.assert_allclose(gradient, differences, atol=1e-8)


@pytest.mark.parametrize("sizes", SIZES)
def test_the_table_of_windows_times_filters_is_the_convolution(sizes):
    X, filters, b, Z, _ = problem(*sizes)
    cols = nn.im2col(X, filters.shape[-1], *sizes[-2:])
    assert cols.shape == (Z[:, 0].size, filters[0].size)
    product = cols @ filters.reshape(len(filters), -1).T + b
    laid = Z.transpose(0, 2, 3, 1).reshape(-1, len(filters))
    np.testing.assert_allclose(product, laid, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3),
    st.integers(1, 3), st.integers(0, 2),
)  # fmt: skip
def test_col2im_is_the_transpose_of_im2col(N, C, rows, columns, K, stride, pad):
    """<im2col(X), G> = <X, col2im(G)> for all X and G: that is what a backward pass is."""
    shape = (N, C, *((n - 1) * stride + K - 2 * pad for n in (rows, columns)))
    if min(shape) < 1:
        return
    X, draw = rng().normal(size=shape), rng()
    cols = nn.im2col(X, K, stride, pad)
    G = draw.normal(size=cols.shape)
    np.testing.assert_allclose(
        np.sum(cols * G), np.sum(X * nn.col2im(G, shape, K, stride, pad)), rtol=1e-10, atol=1e-10
    )


@pytest.mark.parametrize("call", [(5, 2, 2), (3, 4), (2, 4), (1, 9, 4), (4, 3, 3, 0)])
def test_sides_that_do_not_come_out_are_refused(call):
    with pytest.raises(ValueError):
        nn.conv_output_side(*call)


def test_a_shifted_image_has_a_shifted_map():
    X, filters = np.zeros((1, 1, 9, 9)), rng().normal(size=(3, 1, 3, 3))
    X[:, :, 3:6, 3:6] = rng().normal(size=(3, 3))
    moved = nn.shift_images(X, 1, -1)
    maps = [nn.conv_forward(A, filters, np.zeros(3), 1, 1) for A in (X, moved)]
    np.testing.assert_allclose(nn.shift_images(maps[0], 1, -1), maps[1])


@pytest.mark.parametrize("size", [2, 3])
def test_max_pool_backward(size):
    X = rng().normal(size=(2, 3, 6, 12))
    out = nn.max_pool_forward(X, size)
    dout = rng().normal(size=out.shape)
    ours = nn.max_pool_backward(dout, X, size)

    def loss(X):
        N, C, H, W = X.shape
        tiles = anp.reshape(X, (N, C, H // size, size, W // size, size))
        return anp.sum(anp.max(anp.max(tiles, axis=5), axis=3) * dout)

    np.testing.assert_allclose(ours, grad(loss)(X), rtol=1e-10)
    differences = nn.numerical_gradient(
        lambda X: np.sum(nn.max_pool_forward(X, size) * dout), X, h=1e-6
    )
    np.testing.assert_allclose(ours, differences, atol=1e-7)


def test_equals_share_the_blame_of_a_window():
    dX = nn.max_pool_backward(np.array([[[[6.0]]]]), np.array([[[[2.0, 1.0], [2.0, 2.0]]]]), 2)
    np.testing.assert_allclose(dX, [[[[2.0, 0.0], [2.0, 2.0]]]])


def test_conv_net_backward():
    draw = rng()
    X, y = draw.normal(size=(5, 2, 6, 8)), draw.integers(0, 4, 5)
    params = nn.init_conv_net((2, 6, 8), 3, 3, 4, draw)
    params = [(W, b + draw.normal(size=b.shape)) for W, b in params]
    P, cache = nn.conv_net_forward(X, params)
    grads = nn.conv_net_backward(P, y, cache, params)

    def loss(Wc, bc, W, b):
        A = anp.maximum(slowly(X, Wc, bc, 1, 1), 0)
        tiles = anp.reshape(A, (5, 3, 3, 2, 4, 2))
        pooled = anp.max(anp.max(tiles, axis=5), axis=3)
        Z = anp.dot(anp.reshape(pooled, (5, -1)), W) + b
        log_p = Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True))
        return -anp.mean(log_p[np.arange(5), y])

    flat = nn.flatten(params)
    for argnum, ours in enumerate(nn.flatten(grads)):
        np.testing.assert_allclose(ours, grad(loss, argnum)(*flat), rtol=1e-9, atol=1e-12)


def test_convolution_and_pooling_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is optional; it is not installed here")
    for sizes in SIZES:
        X, filters, b, Z, dout = problem(*sizes)
        stride, pad = sizes[-2:]
        tensors = [torch.tensor(a, requires_grad=True) for a in (X, filters, b)]
        theirs = torch.nn.functional.conv2d(*tensors, stride=stride, padding=pad)
        np.testing.assert_allclose(Z, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)
        gradients = torch.autograd.grad(theirs, tensors, torch.tensor(dout))
        for ours, g in zip(nn.conv_backward(dout, X, filters, stride, pad), gradients, strict=True):
            np.testing.assert_allclose(ours, g.numpy(), rtol=1e-10, atol=1e-10)
    X = rng().normal(size=(2, 3, 6, 8))
    x = torch.tensor(X, requires_grad=True)
    pooled = torch.nn.functional.max_pool2d(x, 2)
    np.testing.assert_array_equal(nn.max_pool_forward(X, 2), pooled.detach().numpy())
    dout = rng().normal(size=(2, 3, 3, 4))
    (g,) = torch.autograd.grad(pooled, x, torch.tensor(dout))
    np.testing.assert_allclose(nn.max_pool_backward(dout, X, 2), g.numpy(), rtol=1e-10)
