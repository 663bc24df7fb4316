"""Small networks to train, to keep and to penalize."""

import math


def network(rng, widths):
    """Parameters with biases that are not zero."""
    return [
        (rng.normal(size=(n, m)) / math.sqrt(n), rng.uniform(0.3, 1.0, m) * rng.choice([-1, 1], m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]
