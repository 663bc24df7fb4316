"""The cart-pole: the classic equations, and an episode's end."""

import math

import numpy as np
import pytest

from bplab import data
from bplab.data import pole


def by_two_equations(state, push, length):
    """Newton for cart and pole, solved as a linear system for both accelerations."""
    x, speed, angle, turning = state
    m, M = pole.POLE_MASS, pole.CART_MASS
    sin, cos = math.sin(angle), math.cos(angle)
    # (M + m) x'' + m l cos a a'' = F + m l sin a a'^2 ;  cos a x'' + 4/3 l a'' = g sin a
    left = [[M + m, m * length * cos], [cos, 4 / 3 * length]]
    right = [push + m * length * sin * turning**2, pole.GRAVITY * sin]
    drive, swing = np.linalg.solve(left, right)
    change = np.array([speed, drive, turning, swing])
    return np.asarray(state) + pole.TIME_STEP * change


@pytest.mark.parametrize("push, length", [(10.0, 0.5), (-8.0, 0.8), (12.0, 0.4)])
def test_a_step_is_newtons_by_eulers_rule(push, length):
    for state in np.random.default_rng(0).normal(0, 0.3, (20, 4)):
        ours = pole.moved(state, push, length)
        np.testing.assert_allclose(ours, by_two_equations(state, push, length), rtol=1e-10)


def test_an_episode_starts_near_upright_and_pays_1_a_step():
    env = data.CartPole()
    starts = np.array([env.reset(np.random.default_rng(i)) for i in range(200)])
    assert np.abs(starts).max() <= 0.05 and np.abs(starts).max() > 0.045
    state, reward, done = env.step(1)
    assert state.shape == (4,) and reward == 1.0 and done is False


def test_it_is_over_beyond_12_degrees_or_2_4_m_or_at_the_limit():
    env = data.CartPole()
    env.reset(np.random.default_rng(0))
    for _ in range(500):
        state, _, done = env.step(0)
        if done:
            break
    assert abs(state[2]) > math.radians(12) and abs(state[2]) < math.radians(20)
    env.reset(np.random.default_rng(0))
    env.state = np.array([2.39, 3.0, 0.0, 0.0])
    assert env.step(1)[2]
    env = data.CartPole(limit=3)
    env.reset(np.random.default_rng(0))
    assert [env.step(k % 2)[2] for k in range(3)] == [False, False, True]


def test_a_negative_force_exchanges_the_actions():
    one, other = data.CartPole(force=9.0), data.CartPole(force=-9.0)
    one.reset(np.random.default_rng(1))
    other.reset(np.random.default_rng(1))
    np.testing.assert_array_equal(one.step(1)[0], other.step(0)[0])


def test_what_a_caller_does_to_a_state_stays_with_the_caller():
    env = data.CartPole()
    state = env.reset(np.random.default_rng(1))
    state[:] = 9
    assert np.abs(env.step(0)[0]).max() < 2


def test_errors_speak():
    env = data.CartPole()
    with pytest.raises(RuntimeError, match="reset"):
        env.step(0)
    env.reset(np.random.default_rng(0))
    for wrong in (2, -1, 0.5, 1.0):
        with pytest.raises(ValueError, match="0 or 1"):
            env.step(wrong)
