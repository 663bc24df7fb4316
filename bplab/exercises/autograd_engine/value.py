"""The engine: a value that remembers what it was made from."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.autograd_engine.graphs import draw_graph


def _named(path):
    """A grad is called by its value and its program; a number by its program alone."""
    return f"{path[2]}.grad of {path[1]}" if len(path) == 3 else None


Value = Exercise(
    "Value",
    "02b_autograd_engine",
    nn.Value,
    returns="value",
    points=4,
    driver="value",
    signatures=False,
    named=_named,
    repeat=False,  # parents kept in a set come in any order; only the grads count,
    achieved="You have built an engine that differentiates any expression made of its operations.",
)


@Value.paper
def _(rng):
    for thorough in (False, True):  # most wrong engines show on the first, which is quick
        low, high = [0.5] * 3, [1.5] * 3
        a, b, c = (float(v) for v in rng.uniform(low, high) * rng.choice([-1, 1], 3))
        if thorough:
            c = -abs(c)  # what arrives under c is negative: a relu that asks its sign shows
        # without graphs, p lies near 0, where relu opens: one that opens too late shows
        lowest, highest = (0.5, 1.5) if thorough else (0.02, 0.1)
        p, m, r, k = (
            float(v) for v in rng.uniform([lowest, -0.1, 0.9, 1.2], [highest, -0.02, 1.0, 2.8])
        )
        given = {"a": a, "b": b, "c": c, "p": p}
        graphs = [draw_graph(rng, given) for _ in range(3)] if thorough else []
        yield {**given, "m": m, "r": r, "k": k, "graphs": graphs}
