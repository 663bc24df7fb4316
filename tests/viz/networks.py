"""Small networks to draw."""

import numpy as np

from bplab import nn


def network(widths, seed=2):
    rng = np.random.default_rng(seed)
    return [(W, b + rng.normal(0, 0.3, b.shape)) for W, b in nn.init_params(widths, rng)]
