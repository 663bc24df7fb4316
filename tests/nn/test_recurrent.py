"""Chapter 8's references: against HIPS autograd, centred differences and, where it is, PyTorch."""

import autograd.numpy as anp
import numpy as np
import pytest

from bplab import nn
from tests.nn.test_gradients import agree

N, T, D, H = 6, 5, 3, 4


def rng(seed=80):
    return np.random.default_rng(seed)


@pytest.fixture
def rnn():
    r = rng()
    given = {
        "X": r.normal(size=(N, T, D)),
        "h0": r.normal(size=(N, H)),
        "Wx": r.normal(size=(D, H)),
        "Wh": r.normal(size=(H, H)),
        "b": r.normal(size=H),
    }
    return given, r.normal(size=(N, T, H))


@pytest.fixture
def lstm():
    r = rng(81)
    given = {
        "X": r.normal(size=(N, T, D)),
        "h0": r.normal(size=(N, H)),
        "c0": r.normal(size=(N, H)),
        "Wx": r.normal(size=(D, 4 * H)),
        "Wh": r.normal(size=(H, 4 * H)),
        "b": r.normal(size=4 * H),
    }
    return given, r.normal(size=(N, T, H))


def sigmoid(z):
    return 1 / (1 + anp.exp(-z))


def rnn_loss(upstream):
    """The sum of upstream times states, as a function of all that goes in."""

    def loss(X, h, Wx, Wh, b):
        total = 0.0
        for t in range(X.shape[1]):
            h = anp.tanh(anp.dot(X[:, t], Wx) + anp.dot(h, Wh) + b)
            total = total + anp.sum(upstream[:, t] * h)
        return total

    return loss


def lstm_states(X, h, c, Wx, Wh, b):
    for t in range(X.shape[1]):
        a = anp.dot(X[:, t], Wx) + anp.dot(h, Wh) + b
        i, f, o = (sigmoid(a[:, k * H : (k + 1) * H]) for k in range(3))
        c = f * c + i * anp.tanh(a[:, 3 * H :])
        h = o * anp.tanh(c)
        yield h, c


def lstm_loss(upstream):
    def loss(*given):
        return sum(anp.sum(upstream[:, t] * h) for t, (h, _) in enumerate(lstm_states(*given)))

    return loss


def test_rnn_backward(rnn):
    given, upstream = rnn
    args = list(given.values())
    states = nn.rnn_forward(*args)
    assert np.sum(upstream * states) == pytest.approx(rnn_loss(upstream)(*args))
    X, h0, Wx, Wh, _ = args
    for argnum, ours in enumerate(nn.rnn_backward(upstream, X, h0, states, Wx, Wh)):
        agree(ours, rnn_loss(upstream), *args, argnum=argnum)


def test_rnn_step_backward(rnn):
    given, upstream = rnn
    args = [given["X"][:, 0], *list(given.values())[1:]]

    def loss(x, h, Wx, Wh, b):
        return anp.sum(upstream[:, 0] * anp.tanh(anp.dot(x, Wx) + anp.dot(h, Wh) + b))

    h = nn.rnn_step_forward(*args)
    for argnum, ours in enumerate(
        nn.rnn_step_backward(upstream[:, 0], args[0], args[1], h, args[2], args[3])
    ):
        agree(ours, loss, *args, argnum=argnum)


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 9])
def test_truncation_is_the_gradient_with_the_states_at_the_cuts_held_fixed(rnn, steps):
    given, upstream = rnn
    args = list(given.values())
    states = nn.rnn_forward(*args)

    def loss(X, Wx, Wh, b):
        total = 0.0
        for start in range(0, T, steps):
            before = states[:, start - 1] if start else args[1]
            part = slice(start, start + steps)
            total = total + rnn_loss(upstream[:, part])(X[:, part], before, Wx, Wh, b)
        return total

    ours = nn.truncated_rnn_backward(upstream, args[0], args[1], states, args[2], args[3], steps)
    for argnum, one in enumerate(ours):
        agree(one, loss, args[0], *args[2:], argnum=argnum)


def test_truncation_longer_than_the_sequence_cuts_nothing(rnn):
    (X, h0, Wx, Wh, _), upstream = list(rnn[0].values()), rnn[1]
    states = nn.rnn_forward(*rnn[0].values())
    dX, _, *weights = nn.rnn_backward(upstream, X, h0, states, Wx, Wh)
    whole = nn.truncated_rnn_backward(upstream, X, h0, states, Wx, Wh, T + 3)
    for ours, theirs in zip(whole, (dX, *weights), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="steps must be at least 1, got 0"):
        nn.truncated_rnn_backward(upstream, X, h0, states, Wx, Wh, 0)


def test_lstm_backward(lstm):
    given, upstream = lstm
    args = list(given.values())
    states, memories = nn.lstm_forward(*args)
    assert np.sum(upstream * states) == pytest.approx(lstm_loss(upstream)(*args))
    X, h0, c0, *weights = args
    found = nn.lstm_backward(upstream, X, h0, c0, states, memories, *weights)
    for argnum, ours in enumerate(found):
        agree(ours, lstm_loss(upstream), *args, argnum=argnum)


def test_lstm_step_backward_with_blame_from_later(lstm):
    given, upstream = lstm
    args = [given["X"][:, 0], *list(given.values())[1:]]

    def loss(x, *rest):
        ((h, c),) = lstm_states(anp.reshape(x, (N, 1, D)), *rest)
        return anp.sum(upstream[:, 0] * h) + anp.sum(upstream[:, 1] * c)

    found = nn.lstm_step_backward(upstream[:, 0], upstream[:, 1], *args)
    for argnum, ours in enumerate(found):
        agree(ours, loss, *args, argnum=argnum)


@pytest.mark.parametrize("large", [0.0, 1e4])
def test_masked_cross_entropy(large):
    r = rng()
    scores, y = r.normal(size=(N, T, 3)), r.integers(0, 3, (N, T))
    mask = (r.random((N, T)) < 0.6).astype(float)

    def loss(scores):
        log_p = scores - anp.log(anp.sum(anp.exp(scores), axis=2, keepdims=True))
        one_hot = np.eye(3)[y]
        return -anp.sum(log_p * one_hot * mask[..., None]) / mask.sum()

    value, dscores = nn.masked_cross_entropy(scores + large, y, mask)
    assert value == pytest.approx(loss(scores), rel=1e-9)
    assert not dscores[mask == 0].any()
    np.testing.assert_allclose(dscores, nn.masked_cross_entropy(scores, y, mask)[1], rtol=1e-9)
    if not large:
        agree(dscores, loss, scores)


def circle(seed=5):
    r = rng(seed)
    W = r.normal(size=(H, H))
    W *= 0.8 / np.linalg.norm(W, 2)
    return r.normal(size=(N, D)), W, r.normal(size=(D, H)), r.normal(size=H)


def test_settle_finds_a_fixed_point_and_stops_when_told():
    x, W, U, b = circle()
    a = nn.settle(x, W, U, b)
    np.testing.assert_allclose(a, np.tanh(a @ W + x @ U + b), atol=1e-12)
    one = nn.settle(x, W, U, b, max_steps=1)
    np.testing.assert_allclose(one, np.tanh(x @ U + b))
    rough = nn.settle(x, W, U, b, tol=1e-3)
    assert 1e-12 < np.max(np.abs(rough - a)) < 1e-2


def test_settle_backward_is_that_of_many_unrolled_steps():
    x, W, U, b = circle()
    upstream = rng(6).normal(size=(N, H))

    def loss(x, W, U, b):
        a = np.zeros((N, H))
        for _ in range(150):
            a = anp.tanh(anp.dot(a, W) + anp.dot(x, U) + b)
        return anp.sum(upstream * a)

    found = nn.settle_backward(upstream, nn.settle(x, W, U, b), x, W, U)
    for argnum, ours in enumerate(found):
        agree(ours, loss, x, W, U, b, argnum=argnum)


def test_settle_backward_is_the_solution_of_its_linear_system():
    x, W, U, b = circle(9)
    a, da = nn.settle(x, W, U, b), rng(7).normal(size=(N, H))
    dx, *_ = nn.settle_backward(da, a, x, W, U)
    for n in range(N):
        s = 1 - a[n] ** 2
        dz = s * np.linalg.solve(np.eye(H) - W * s, da[n])
        np.testing.assert_allclose(dx[n], U @ dz, rtol=1e-10)


def test_against_pytorch(rnn, lstm):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    given, upstream = rnn
    X, h0, Wx, Wh, b = (torch.tensor(v, requires_grad=True) for v in given.values())
    layer = torch.nn.RNN(D, H, batch_first=True, dtype=torch.float64)
    weights = {"weight_ih_l0": Wx.T, "weight_hh_l0": Wh.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
    out, _ = torch.func.functional_call(layer, weights, (X, h0[None]))
    out.backward(torch.tensor(upstream))
    states = nn.rnn_forward(*given.values())
    np.testing.assert_allclose(states, out.detach().numpy(), rtol=1e-10)
    arrays = list(given.values())
    ours = nn.rnn_backward(upstream, arrays[0], arrays[1], states, arrays[2], arrays[3])
    for mine, theirs in zip(ours, (X, h0, Wx, Wh, b), strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-10)

    given, upstream = lstm
    X, h0, c0, Wx, Wh, b = (torch.tensor(v, requires_grad=True) for v in given.values())
    # PyTorch's blocks: input, forget, candidate, output.
    order = [*range(2 * H), *range(3 * H, 4 * H), *range(2 * H, 3 * H)]
    layer = torch.nn.LSTM(D, H, batch_first=True, dtype=torch.float64)
    weights = {
        "weight_ih_l0": Wx[:, order].T,
        "weight_hh_l0": Wh[:, order].T,
        "bias_ih_l0": b[order],
        "bias_hh_l0": 0 * b,
    }
    out, _ = torch.func.functional_call(layer, weights, (X, (h0[None], c0[None])))
    out.backward(torch.tensor(upstream))
    states, memories = nn.lstm_forward(*given.values())
    np.testing.assert_allclose(states, out.detach().numpy(), rtol=1e-10)
    arrays = list(given.values())
    ours = nn.lstm_backward(upstream, *arrays[:3], states, memories, *arrays[3:])
    for mine, theirs in zip(ours, (X, h0, c0, Wx, Wh, b), strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-10)
