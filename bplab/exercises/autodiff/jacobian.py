"""jacobian: a table of slopes, one backward pass a row."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known
from bplab.nn import Tensor

jacobian = Exercise(
    "jacobian",
    "10_autodiff",
    nn.jacobian,
    returns="table",
    points=2,
    driver="jacobian",
    credit=("the table",),
    achieved="You have all slopes of a function with many outputs, a row for each backward pass.",
)


def mixed_outputs(rng, M, D):
    """A function of D inputs with M outputs, and no two of its slopes alike."""
    c, d = rng.uniform(0.4, 0.9, 2)
    return Known("mixed outputs", (*(rng.integers(0, D, M) for _ in range(4)), float(c), float(d)))


def sizes(rng):
    """(M, D) of the cases: more outputs, more inputs, one of each."""
    small, large = (int(n) for n in sorted(rng.permutation([3, 4, 5, 6])[:2]))
    return (large, small), (small, large), (1, large), (large, 1)


@jacobian.paper
def _(rng):
    for M, D in sizes(rng):
        x = rng.uniform(0.4, 1.3, D) * rng.choice([-1, 1], D)
        yield {"f": mixed_outputs(rng, M, D), "x": x}


@jacobian.mistake(
    "transposed",
    "Rows and columns are swapped: entry [m, d] of the table is the slope of output d by input m.",
    "How many entries does one backward pass give: one for each input, or one for each output?",
    "The pass from output m gives its slopes by all D inputs: that is row m, and the table is "
    "(M, D).",
)
def _(f, x):
    return nn.jacobian(f, x).T


@jacobian.mistake(
    "outputs-summed",
    "All outputs were summed before the backward pass: its one row of slopes stands for all.",
    "Which output did backward() start from?",
    "The slope of a sum is the sum of the rows. To tell the outputs apart, each has a pass of its "
    "own.",
)
def _(f, x):
    inputs = Tensor(x)
    outputs = f(inputs)
    outputs.sum().backward()
    return np.tile(inputs.grad, (len(outputs.data), 1))


@jacobian.mistake(
    "outputs-averaged",
    "The mean of all outputs was taken before the backward pass: its one row of slopes stands for "
    "all.",
    "Which output did backward() start from?",
    "The slope of a mean is the mean of the rows. To tell the outputs apart, each has a pass of "
    "its own.",
)
def _(f, x):
    inputs = Tensor(x)
    outputs = f(inputs)
    outputs.mean().backward()
    return np.tile(inputs.grad, (len(outputs.data), 1))


@jacobian.mistake(
    "outputs-summed-one-row",
    "One row came back, that of the sum of all outputs.",
    "Which output did backward() start from, and how many times was it called?",
    "backward() starts at one number. M outputs need M passes, one a row.",
)
def _(f, x):
    inputs = Tensor(x)
    f(inputs).sum().backward()
    return inputs.grad.copy()


@jacobian.mistake(
    "finite-differences",
    "f was asked at other points than x: these are differences, not a backward pass.",
    "Which slopes does f's own graph know already, at x?",
    "f(Tensor(x)) is a recorded expression. One backward pass from output m gives row m exactly, "
    "without an h.",
    when="where f was asked",
)
def _(f, x):
    h = 1e-5
    columns = [
        (f(Tensor(x + h * e)).data - f(Tensor(x - h * e)).data) / (2 * h) for e in np.eye(len(x))
    ]
    return np.array(columns).T


@jacobian.mistake(
    "added-up",
    "The first row is right, and every later row holds the rows before it as well.",
    "What is in the gradient of x when the second pass begins, and when is it copied?",
    "Each row is the gradient of one output alone. Differences of your rows would give them back.",
)
def _(f, x):
    return np.cumsum(nn.jacobian(f, x), axis=0)


@jacobian.mistake(
    "same-row-everywhere",
    "Every row holds the slopes of the last output.",
    "A list of rows that are all one and the same array shows what was written there last. Or did "
    "every pass start from the same output?",
    "Row m is the gradient of x right after the pass from output m, as a copy of its own.",
)
def _(f, x):
    table = nn.jacobian(f, x)
    return np.tile(table[-1], (len(table), 1))


jacobian.mistake(
    "another-shape",
    "The table has not one row for each output and one column for each input.",
    "How many outputs does f give, and how many rows do you collect?",
    "The pass from output m gives its slopes by all D inputs, a row; M outputs give M rows.",
    when="wrong-shape",
)(None)


@jacobian.tells
def _(wrong, rows):
    """Differences with another h than the named one's: nearly right, and f was asked elsewhere."""
    elsewhere = all(
        any(leaf.name == "where f was asked" and not leaf.right for leaf in leaves)
        for _, _, leaves in rows
    )
    if wrong.name != "the table" or not elsewhere:
        return None
    tables = [(leaf.actual, leaf.expected) for _, leaf, _ in rows]
    off = max(np.max(np.abs(a - e)) / np.max(np.abs(e)) for a, e in tables)
    if off > 0.3:
        return None
    return Fault(
        "finite-differences",
        f"Your table is nearly right, off by at most {off:.0e} of its largest entry, and f was "
        "asked at other points than x: these are differences, not a backward pass.",
        "Which slopes does f's own graph know already, at x?",
        "f(Tensor(x)) is a recorded expression. One backward pass from output m gives row m "
        "exactly, without an h.",
    )
