"""Convolution by one matrix product: the course's reference code and PyTorch.

    python tests/benchmarks/bench_convolution.py [--pairs 15]

Both passes, in float64, on one thread, for the sizes that chapter 9 uses. The two are timed in
turns, ours, theirs, ours, theirs, and the ratio is the median over these pairs. Time is the
process's CPU time, so that other programs count little. Results must agree to 1e-10.
"""

import argparse
import time
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from bplab import nn

# N, C, H, W, F, K: a batch in training, a second layer, and all digits that are read at once
SIZES = ((64, 1, 8, 8, 16, 3), (64, 16, 4, 4, 16, 3), (64, 8, 8, 8, 16, 3), (597, 1, 8, 8, 16, 3))
REPEATS = 20


def problem(N, C, H, W, F, K, seed=0):
    """(X, filters, b, dout): padded so that H and W are kept."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(N, C, H, W)),
        rng.normal(size=(F, C, K, K)),
        rng.normal(size=F),
        rng.normal(size=(N, F, H, W)),
    )


def ours(X, filters, b, dout):
    """(forward, both passes): functions without arguments."""
    pad = filters.shape[-1] // 2

    def forward():
        return nn.conv_forward(X, filters, b, 1, pad)

    def both():
        return forward(), *nn.conv_backward(dout, X, filters, 1, pad)

    return forward, both


def pytorch(X, filters, b, dout):
    """The same by PyTorch."""
    import torch

    torch.set_num_threads(1)
    pad = filters.shape[-1] // 2
    X, filters, b = (torch.tensor(a, requires_grad=True) for a in (X, filters, b))
    dout = torch.tensor(dout)

    def forward():
        with torch.no_grad():
            return torch.nn.functional.conv2d(X, filters, b, padding=pad)

    def both():
        Z = torch.nn.functional.conv2d(X, filters, b, padding=pad)
        return Z.detach(), *torch.autograd.grad(Z, (X, filters, b), dout)

    return forward, both


def milliseconds(f):
    """CPU time of one call, the mean of some."""
    started = time.process_time()
    for _ in range(REPEATS):
        f()
    return (time.process_time() - started) / REPEATS * 1000


def compare(sizes, pairs):
    """(forward, both) ratios, ours by theirs: medians over the pairs; raises if they disagree."""
    mine, theirs = ours(*problem(*sizes)), pytorch(*problem(*sizes))
    for a, b in zip(mine[1](), theirs[1](), strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-10, atol=1e-10)
    found = []
    for f, g in zip(mine, theirs, strict=True):
        rows = [(milliseconds(f), milliseconds(g)) for _ in range(pairs)]
        found.append((median(a / b for a, b in rows), *np.median(rows, axis=0)))
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15, help="runs of each, in turns")
    options = parser.parse_args(arguments)
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: nothing to compare with.")
        return
    print(f"PyTorch {torch.__version__}; float64, one thread, CPU ms; ratio = ours / theirs")
    print(f"{'N, C, H, W, F, K':24}{'forward':>24}{'both passes':>30}")
    with threadpool_limits(1):
        for sizes in SIZES:
            cells = [
                f"{a:8.3f} {b:8.3f}   ratio {ratio:5.2f}"
                for ratio, a, b in compare(sizes, options.pairs)
            ]
            print(f"{str(sizes):24}{'':4}" + "    ".join(cells))


if __name__ == "__main__":
    main()
