"""The digits: what they are, and that they are those that scikit-learn ships."""

import numpy as np
import pytest

from bplab import data
from bplab.data import handwritten


def test_digits_are_images_of_ink_from_0_to_1_with_all_ten_classes():
    X, y = data.digits()
    assert X.shape == (1797, 1, 8, 8) and X.dtype == np.float64
    assert (X.min(), X.max()) == (0, 1)
    assert np.array_equal(np.unique(X * 16), np.arange(17))
    assert y.dtype.kind == "i"
    assert np.bincount(y).min() > 170 and len(np.bincount(y)) == 10


def test_they_are_the_ones_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = data.digits()
    theirs = datasets.load_digits()
    assert np.array_equal(X[:, 0] * 16, theirs.images)
    assert np.array_equal(y, theirs.target)


def test_what_a_caller_does_to_them_stays_with_the_caller():
    X, y = data.digits()
    X[:], y[:] = 5, 5
    again, labels = data.digits()
    assert again.max() == 1 and labels.max() == 9


def test_source_and_licence_are_noted_beside_the_file_and_it_is_small():
    note = handwritten.FILE.with_name("README.md").read_text(encoding="utf-8")
    assert handwritten.FILE.name in note and "CC BY 4.0" in note and "10.24432/C50P49" in note
    assert handwritten.FILE.stat().st_size < 60_000
