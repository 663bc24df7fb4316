"""XOR and the spiral."""

import numpy as np
import pytest

from bplab import data


def test_xor_is_one_where_exactly_one_input_is():
    X, y = data.xor()
    assert X.shape == (4, 2) and X.dtype == float
    np.testing.assert_array_equal(y, X.sum(axis=1) == 1)


def test_the_spiral_has_arms_of_one_size_within_the_unit_disk_and_a_fixed_seed():
    X, y = data.spiral(50, 4)
    assert X.shape == (200, 2)
    np.testing.assert_array_equal(np.bincount(y), [50] * 4)
    assert np.hypot(*X.T).max() <= 1 + 1e-12
    np.testing.assert_array_equal(X, data.spiral(50, 4)[0])
    assert not np.array_equal(X, data.spiral(50, 4, np.random.default_rng(1))[0])


def test_the_spiral_says_what_it_cannot_be():
    with pytest.raises(ValueError, match="got 5 and 1"):
        data.spiral(5, 1)
