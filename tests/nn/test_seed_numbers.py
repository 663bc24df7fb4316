"""The worked examples that the chapters do by hand, to the digits they print."""

import numpy as np
import pytest

from bplab import nn


def test_linear_neuron_moves_from_half_to_1_7():
    assert nn.mse_loss(np.array([0.5 * 2.0]), np.array([4.0])) == 9
    assert nn.linear_neuron_step(2.0, 0.5, 4.0, 0.1) == pytest.approx(1.7, abs=1e-15)


def test_linear_neuron_gradient_is_minus_12():
    step = 0.5 - nn.linear_neuron_step(2.0, 0.5, 4.0, 1.0)
    assert step == -12


def test_sigmoid_neuron_takes_the_printed_step():
    X, y = np.array([[0.5, 0.3, 0.2]]), np.array([1.0])
    w, b = np.array([0.4, 0.7, 0.2]), 0.1
    assert (X @ w + b)[0] == pytest.approx(0.55, abs=1e-15)
    a = nn.neuron_forward(X, w, b)
    w, b = nn.gradient_step(w, b, *nn.neuron_backward(X, a, y), learning_rate=0.1)
    assert np.round(w, 7).tolist() == [0.4182932, 0.7109759, 0.2073173]
    assert round(b, 7) == 0.1365864


def test_per_unit_algorithm_reproduces_the_textbook_case():
    """Han, Kamber and Pei: three inputs, two hidden units, one output, rate 0.9."""
    weights, biases = nn.per_unit_update(
        np.array([1.0, 0.0, 1.0]),
        np.array([1.0]),
        [np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]]), np.array([[-0.3], [-0.2]])],
        [np.array([-0.4, 0.2]), np.array([0.1])],
        0.9,
    )
    np.testing.assert_allclose(
        weights[0], [[0.192, -0.306], [0.4, 0.1], [-0.508, 0.194]], atol=6e-4
    )
    np.testing.assert_allclose(weights[1], [[-0.261], [-0.138]], atol=6e-4)
    np.testing.assert_allclose(biases[0], [-0.408, 0.194], atol=6e-4)
    np.testing.assert_allclose(biases[1], [0.218], atol=6e-4)


def test_rate_shrinks_as_one_over_t():
    assert [nn.inverse_time_rate(0.6, t) for t in (1, 2, 3)] == pytest.approx([0.6, 0.3, 0.2])


def test_too_large_a_rate_diverges_and_a_small_one_crawls():
    def distance_after(rate):
        w = 0.0
        for _ in range(20):
            w = nn.linear_neuron_step(2.0, w, 4.0, rate)
        return abs(w - 2)

    assert distance_after(0.26) > 2 > distance_after(0.001) > 1.5 > 1e-6 > distance_after(0.1)
