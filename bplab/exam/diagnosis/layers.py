"""Where in a network to look: what a layer's two arrays, W's and b's, say about their source.

Both come from the layer's delta: dW = A^T dZ and db = the sum of dZ over the rows. So both wrong
means a wrong delta, and one wrong means that the delta is right.
"""

import numpy as np

from bplab.exam.diagnosis.factors import exact_ratios
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.words import number


def place(wrong, leaves, inputs):
    """(observed, look, derive) for a wrong array of a network, or None.

    leaves : all arrays of the case, right and wrong
    inputs : the case's arguments, of which some may be what an update started from
    """
    if wrong.layer is None:
        return None
    name, (kind, layer) = wrong.name, wrong.layer
    others = {leaf.layer: leaf for leaf in leaves if leaf.layer and leaf is not wrong}
    mate = others.get(("b" if kind == "W" else "W", layer))
    if mate is None:
        return None
    above = [number for _, number in others if number > layer]
    delta = f"the Err of layer {layer}" if wrong.makes == "textbook" else f"dZ{layer}"
    if mate.right:
        return _one_wrong(kind, name, mate.name, layer, delta)
    apart = _apart(wrong, mate, inputs)
    if apart is not None:
        return apart
    both = " and ".join(leaf.name for leaf in sorted((wrong, mate), key=lambda leaf: leaf.layer))
    if not above and wrong.makes == "update":
        return (
            f"{both} are both off, so what they share is: {delta}, the first delta, or the line "
            "that updates.",
            "Take the step, new minus old, and hold it against your gradient: is it minus "
            "learning_rate times that? If not, look at the update; if so, at the first delta.",
            "A step is old minus learning_rate times gradient, for each array alone; the gradients "
            "all inherit from the first delta.",
        )
    if not above and wrong.makes == "textbook":
        return (
            f"{both} are both off, so what they share is: {delta}, the first of them, or the way "
            "the increments are added up and applied.",
            "Take the first tuple alone: are its outputs and its increments those of the textbook? "
            "If so, look at what becomes of them: summed over which tuples, applied when?",
            "Each tuple makes its increments with the weights that it is given; what is added when "
            "is what tells case updating from epoch updating.",
        )
    if not above:
        return (
            f"{both} are both off, so what they share is: {delta}, the first delta.",
            "Look at the very start of the way back: the gradient of the loss at the last layer.",
            "Check the first delta alone, against the exercise or the formula that made it. "
            "All other gradients inherit from it.",
        )
    if not all(leaf.right for (_, number), leaf in others.items() if number > layer):
        return None
    return (
        f"The layers above are right. {both} are both off, so what they share is: {delta}.",
        f"Look at the way down from layer {layer + 1} to layer {layer}: through its weights, then "
        "through the slope.",
        f"Layer {layer}'s delta is the delta above times the weights between them, times the slope "
        "of the activation where this layer entered it.",
    )


def _one_wrong(kind, name, mate, layer, delta):
    if kind == "W":
        return (
            f"{mate} is right, so {delta} is right too.",
            f"Look at the other factor: what went into layer {layer} on the way forward? And does "
            f"anything else come into {name}?",
            f"{name} pairs each input of the layer with each entry of its delta, and sums over the "
            "examples.",
        )
    return (
        f"{mate} is right, so {delta} is right too.",
        f"Look at how {name} is made from the delta: which axis goes, and how?",
        "A bias is added once for every example: its gradient is the sum of the delta over the "
        "rows, with nothing multiplied or divided.",
    )


def _apart(wrong, mate, inputs):
    """Two faults: one of the two arrays is a multiple of the right one, the other is not."""
    ratios = {}
    for leaf in (wrong, mate):
        if leaf.actual is None or leaf.actual.shape != leaf.expected.shape:
            return None
        before = value_before(leaf, inputs)
        before = 0.0 if before is None else before
        if leaf.expected.size < 3 or np.shape(before) not in ((), leaf.expected.shape):
            return None
        pair = (leaf.expected - before).ravel(), (leaf.actual - before).ravel()
        found = exact_ratios([pair])
        what = "the step in " if np.ndim(before) else ""
        ratios[leaf.name] = found[0] if found else None
    times = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if len(times) != 1:
        return None
    ((name, ratio),) = times.items()
    other = next(n for n in ratios if n not in times)
    if np.isclose(ratio, 0):
        return None
    return (
        f"In this case {what}{name} is {number(ratio)} times what it should be, and {what}{other} "
        "is no multiple of the right one: they are off for different reasons.",
        f"Take {name} first: which factor is too much? Then the line that makes {other}.",
        "Both are made from the same delta, the one by a product with what went into the layer, "
        "the other by a sum over the rows.",
    )
