"""Patients, what a model said of them, and models to keep."""

import math

import numpy as np

from bplab import nn


def patients(rng, N):
    return np.column_stack(
        [rng.uniform(20, 80, N), rng.uniform(18, 45, N), rng.uniform(70, 200, N)]
    )


def scored(rng, N, ties=False):
    y = (rng.random(N) < 0.4).astype(int)
    y[:4] = 0, 1, 1, 0
    p = np.clip(0.3 * y + rng.uniform(0, 0.7, N), 0.01, 0.99)
    return y, np.round(p, 1) if ties else p


def model(rng, kind="tanh"):
    widths = (3, 5, 4, 2)
    params = [
        (rng.normal(size=(n, m)) / math.sqrt(n), rng.normal(size=m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]
    return {"params": params, "scaler": nn.fit_scaler(patients(rng, 12)), "kind": kind}
