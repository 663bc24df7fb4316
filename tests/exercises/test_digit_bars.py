"""The bars of train_digits: right readers clear them, wrong ones are told.

    python tests/exercises/test_digit_bars.py 5

prints, over 5 papers, what every reader reaches.
"""

import sys

import numpy as np
import pytest

from bplab import exercises, nn
from bplab.exercises.convolution import digit_bars
from bplab.exercises.convolution.wrong_readers import WRONG
from tests.exercises.convolution.train_digits import ACCEPTED

EXERCISE = exercises.find("train_digits")
READERS = [(slug, f) for slug, wrong in WRONG.items() for f in wrong.ways]


def shares(train_digits, seed):
    paper = EXERCISE.draw(seed)
    return digit_bars.measured(paper.cases[0], paper.sat_by(train_digits)[0]["value"])


@pytest.mark.parametrize("slug, reader", READERS, ids=lambda f: getattr(f, "__name__", f))
def test_wrong_readers_are_told_by_their_own_name(slug, reader):
    report = EXERCISE.examine(reader, 3)
    assert report.mistake == slug, str(report)


def test_the_bars_stand_between_readers_that_saw_shifted_digits_and_those_that_did_not():
    without = shares(WRONG["shifts-unseen"].ways[0], 4)
    with_copies = shares(nn.train_digits, 4)
    for name in digit_bars.SHIFTS:
        assert without[name] < digit_bars.BARS["shifted"] - 0.1
        assert with_copies[name] > digit_bars.BARS["shifted"] + 0.04
    assert with_copies["as they are"] > max(0.97, digit_bars.BARS["as they are"] + 0.03)
    assert np.mean([with_copies[name] for name in with_copies if name != "as they are"]) > 0.92


if __name__ == "__main__":
    for reader in (nn.train_digits, *ACCEPTED, *(f for _, f in READERS)):
        for seed in range(int(sys.argv[1])):
            try:
                found = shares(reader, seed)
            except (ValueError, TypeError):
                continue  # it reads nothing that could be counted
            shifted = np.mean([found[name] for name in digit_bars.SHIFTS])
            print(f"{reader.__name__:32}{found['as they are']:8.3f}{shifted:8.3f}", flush=True)
