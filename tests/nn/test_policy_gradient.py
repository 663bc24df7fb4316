"""Chapter 11's references: against autograd, differences, chance, and each other."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from bplab import data, nn


def rng():
    return np.random.default_rng(11)


def log_pi(theta, S, actions):
    scores = anp.dot(S, theta)
    log_p = scores - anp.log(anp.sum(anp.exp(scores), axis=1, keepdims=True))
    return log_p[np.arange(len(actions)), actions]


def test_log_policy_gradient():
    draw = rng()
    theta, s = draw.normal(size=(4, 3)), draw.normal(size=4)
    for a in range(3):
        ours = nn.log_policy_gradient(theta, s, a)
        theirs = grad(lambda t, a=a: log_pi(t, s[None], np.array([a]))[0])(theta)
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)
        differences = nn.numerical_gradient(
            lambda t, a=a: float(np.log(nn.policy(t, s[None])[0, a])), theta
        )
        np.testing.assert_allclose(ours, differences, atol=1e-9)


def test_policy_gradient():
    draw = rng()
    theta, S, w = draw.normal(size=(4, 3)), draw.normal(size=(9, 4)), draw.normal(size=9)
    actions = draw.integers(0, 3, 9)
    ours = nn.policy_gradient(theta, S, actions, w)
    theirs = grad(lambda t: -anp.mean(log_pi(t, S, actions) * w))(theta)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)
    one_by_one = sum(
        -a * nn.log_policy_gradient(theta, s, k) for a, s, k in zip(w, S, actions, strict=True)
    )
    np.testing.assert_allclose(ours, one_by_one / 9, rtol=1e-12, atol=1e-14)


def test_policy_gradient_agrees_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is optional; it is not installed here")
    draw = rng()
    theta, S, w = draw.normal(size=(4, 3)), draw.normal(size=(9, 4)), draw.normal(size=9)
    actions = draw.integers(0, 3, 9)
    t = torch.tensor(theta, requires_grad=True)
    chosen = torch.log_softmax(torch.tensor(S) @ t, dim=1)[torch.arange(9), torch.tensor(actions)]
    (-(chosen * torch.tensor(w)).mean()).backward()
    ours = nn.policy_gradient(theta, S, actions, w)
    np.testing.assert_allclose(ours, t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_a_constant_baseline_does_not_bend_the_gradient_on_average():
    draw = rng()
    theta, s = draw.normal(size=(4, 3)), draw.normal(size=4)
    p = nn.policy(theta, s[None])[0]
    total = sum(p[a] * nn.log_policy_gradient(theta, s, a) for a in range(3))
    np.testing.assert_allclose(total, 0, atol=1e-14)


def test_sampled_actions_come_as_often_as_they_are_probable():
    P = np.tile([0.1, 0.6, 0.3], (40_000, 1))
    shares = np.bincount(nn.sample_actions(P, rng()), minlength=3) / len(P)
    np.testing.assert_allclose(shares, P[0], atol=0.01)


def test_what_rounding_leaves_belongs_to_the_last_action():
    class Always:
        def random(self, n):
            return np.full(n, 0.9999999999)

    P = np.array([[0.5, 0.5 - 1e-9], [1.0, 0.0]])
    assert nn.sample_actions(P, Always()).tolist() == [1, 0]


def test_discounted_returns_by_hand():
    np.testing.assert_allclose(nn.discounted_returns([1, 1, 1], 0.5), [1.75, 1.5, 1.0])
    np.testing.assert_allclose(nn.discounted_returns([1, 2, 3], 0), [1, 2, 3])
    np.testing.assert_allclose(nn.discounted_returns([1, 2, 3], 1), [6, 5, 3])


@pytest.mark.parametrize("value", [0.1, 1e6 / 3, 0.0, -7.3])
def test_equal_returns_are_no_advantage(value):
    assert not nn.standardize(np.full(6, value)).any()


def test_standardized_returns_have_mean_0_and_spread_1():
    advantages = nn.standardize(rng().normal(100, 7, 50))
    assert advantages.mean() == pytest.approx(0, abs=1e-12)
    assert advantages.std() == pytest.approx(1)


def test_the_same_rng_plays_the_same_episode():
    env, theta = data.CartPole(), np.zeros((4, 2))
    first, second = (nn.run_episode(env, theta, np.random.default_rng(3)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    S, actions, rewards = first
    assert S.shape == (len(actions), 4) and len(rewards) == len(actions)
    np.testing.assert_array_equal(S[0], np.random.default_rng(3).uniform(-0.05, 0.05, 4))
