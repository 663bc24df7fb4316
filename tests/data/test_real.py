"""The real patients are the ones in the file, and loading them needs NumPy alone."""

import csv
import subprocess
import sys

import numpy as np

from bplab import data
from bplab.data import real


def test_five_hundred_and_thirty_two_women():
    X, y = data.pima()
    assert X.shape == (532, 3) and X.dtype == float
    assert y.shape == (532,) and y.dtype.kind == "i"
    assert y.sum() == 177 and set(y) == {0, 1}
    assert np.isfinite(X).all() and X[:, 0].min() == 21


def test_columns_are_age_bmi_glucose():
    X, y = data.pima()
    with open(real.CSV, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, name in enumerate(data.FEATURES):
        assert X[:, column].tolist() == [float(row[name]) for row in rows]
    assert y.tolist() == [int(row["diabetic"]) for row in rows]


def test_what_a_caller_does_to_them_stays_with_the_caller():
    X, y = data.pima()
    X[:], y[:] = 0, 0
    again, labels = data.pima()
    assert again.any() and labels.sum() == 177


def test_data_needs_numpy_alone():
    code = (
        "import sys; from bplab import data; data.pima(); data.diabetes(); "
        "assert not {'matplotlib', 'scipy', 'pandas', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_files_are_read_when_first_asked_for():
    code = (
        "import sys; from bplab import data; assert 'numpy' not in sys.modules; "
        "assert 'bplab.data.real' not in sys.modules; data.diabetes; "
        "assert 'bplab.data.real' not in sys.modules and 'pima' in dir(data)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
