"""The benchmark runs, and what it times is the same training."""

import runpy
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_training.py")


def test_everyone_ends_at_the_same_loss(capsys):
    pytest.importorskip("sklearn")
    runpy.run_path(str(BENCH))["main"](["--pairs", "1", "--epochs", "20"])  # exits if not
    assert "scikit-learn MLPClassifier" in capsys.readouterr().out
