"""The benchmark's two sides agree, and ours takes at most three times as long, in one run."""

import runpy
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

BENCH = runpy.run_path(str(Path(__file__).with_name("bench_convolution.py")))


def test_convolution_takes_at_most_three_times_as_long_as_pytorch():
    pytest.importorskip("torch", reason="PyTorch is optional; it is not installed here")
    with threadpool_limits(1):
        for sizes in BENCH["SIZES"]:
            for ratio, _, _ in BENCH["compare"](sizes, pairs=9):
                assert ratio < 3, sizes


def test_what_is_timed_are_both_passes_of_the_course():
    X, filters, b, dout = BENCH["problem"](*BENCH["SIZES"][0])
    forward, both = BENCH["ours"](X, filters, b, dout)
    Z, dX, dW, db = both()
    assert Z.shape == forward().shape == dout.shape
    assert (dX.shape, dW.shape, db.shape) == (X.shape, filters.shape, b.shape)


def test_without_pytorch_the_benchmark_says_so(capsys, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    BENCH["main"]([])
    assert "not installed" in capsys.readouterr().out
