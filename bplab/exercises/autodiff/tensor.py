"""Tensor: chapter 2's engine, grown to arrays."""

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.autodiff import programs, tensor_programs

Tensor = Exercise(
    "Tensor",
    "10_autodiff",
    nn.Tensor,
    returns="tensor",
    points=6,
    driver="tensor",
    signatures=False,
    named=programs.named,
    narrowed=programs.narrowed,
    seconds=10.0,  # an engine whose tape is never cleared is slow, and right
    repeat=False,  # each program runs once; a second run of all of them would find no more
    achieved="You have an engine that differentiates what is written with it: a whole network.",
)


@Tensor.paper
def _(rng):
    drawn = tensor_programs.programs(rng)
    fresh = {
        "number": float(rng.uniform(1, 2)),
        "whole numbers": rng.integers(1, 9, (2, 3)),
        "array": rng.normal(size=(3, 2)),
        "list": [[1, 2, 3], [4, 5, 6]],
    }
    # A few of every kind first: nearly every mistake parts from an answer there.
    yield Case({"fresh": fresh, "programs": drawn[::8]})
    yield Case({"fresh": fresh, "programs": [p for i, p in enumerate(drawn) if i % 8]})
