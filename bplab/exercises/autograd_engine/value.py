"""The engine: a value that remembers what it was made from."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import apart_from_zero

Value = Exercise(
    "Value",
    "02b_autograd_engine",
    nn.Value,
    returns="value",
    points=4,
    driver="value",
    signatures=False,
)


@Value.paper
def _(rng):
    for _ in range(2):
        a, b, c = (float(v) for v in apart_from_zero(rng, 3, 0.5, 1.5))
        p, m, r, k = (float(v) for v in rng.uniform([0.5, -1.5, 0.9, 1.2], [1.5, -0.5, 1.0, 2.8]))
        yield {"a": a, "b": b, "c": c, "p": p, "m": m, "r": r, "k": k}
