"""A term too many or too few, or a function over the whole."""

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import TOL, formula, ratio_and_cosine
from bplab.exam.diagnosis.givens import own_array, value_before
from bplab.exam.diagnosis.words import joined, number
from bplab.exam.report import Fault


def offset(group):
    """Every entry off by the same amount."""
    gaps = []
    for _, _, leaf, _ in group.rows:
        if leaf.right:
            continue
        gap = (leaf.actual - leaf.expected).ravel()
        if gap.size < 2 or np.ptp(gap) > TOL * max(np.abs(gap).max(), 1e-300):
            return None
        gaps.append(float(gap.mean()))
    if not gaps:
        return None
    return Fault(
        "offset",
        f"Every entry of {group.name} is off by the same amount ({joined(map(number, gaps[:3]))}).",
        "Something is added to all entries at once: a sum over everything, or a constant.",
        "The derivative with respect to one entry holds only what touches that entry.",
    )


def plus_input(group):
    """The difference is a multiple of one of the inputs."""
    for name in group.array_inputs():
        found = []
        for size, case, leaf, _ in group.rows:
            gap, x = leaf.actual - leaf.expected, case.inputs[name]
            if np.shape(x) != gap.shape or gap.size < 2:
                break
            if not gap.any():
                continue
            r, _ = ratio_and_cosine(x.ravel(), gap.ravel())
            if r is None or np.max(np.abs(gap - r * x)) > TOL * np.max(np.abs(gap)):
                break
            found.append((size, r))
        else:
            if found:
                return _plus_fault(group, name, found)
    return None


def plus_own(group):
    """The difference is a multiple of the array that it is the gradient or the next value of, in
    a list of them."""
    makes = group.wrong.makes
    if group.wrong.layer is None or makes not in ("gradient", "update"):
        return None
    updates, found = makes == "update", []
    for size, case, leaf, _ in group.rows:
        own = value_before(leaf, case.inputs) if updates else own_array(leaf, case.inputs)
        gap = leaf.actual - leaf.expected
        if own is None or own.shape != gap.shape or gap.size < 2:
            return None
        if not gap.any():
            continue
        r, _ = ratio_and_cosine(own.ravel(), gap.ravel())
        if r is None or np.max(np.abs(gap - r * own)) > TOL * np.max(np.abs(gap)):
            return None
        found.append((size, r))
    kind, number = group.wrong.layer
    came = ", as it came" if updates else ""
    return _plus_fault(group, f"{kind}{number}", found, came) if found else None


def plus_penalty(group):
    """A loss that is right but for a multiple of the sum of all squared weights, or of sizes."""
    if "loss" not in group.roles or group.ndim:
        return None
    for words, of_a_weight in (("squared weights", np.square), ("sizes of the weights", np.abs)):
        found = []
        for size, case, leaf, _ in group.rows:
            layers = case.inputs.get("params")
            if type(layers) not in (list, tuple) or not layers:
                return None
            total = sum(float(np.sum(of_a_weight(pair[0]))) for pair in layers)
            found.append((size, float(leaf.actual - leaf.expected) / total))
        ratios = [r for _, r in found]
        if len(ratios) < 2 or min(np.abs(ratios)) < 1e-9:
            return None
        text = formula([s for s, _ in found], ratios)
        if text is None and not np.allclose(ratios, ratios[0], rtol=1e-6):
            continue
        return Fault(
            "penalty-added",
            f"{group.name} holds {text[0] if text else number(ratios[0])} times the sum of all "
            f"{words} besides.",
            "Which term of your loss has the weights in it? Is a penalty asked here?",
            "The loss here is that of the data alone; a penalty would come into the gradients too.",
        )
    return None


def _plus_fault(group, name, found, came=""):
    ratios = [r for _, r in found]
    if min(ratios) < 0 < max(ratios):
        return None
    sign = "missing" if all(r < 0 for r in ratios) else "too much"
    text = formula([s for s, _ in found], [abs(r) for r in ratios])
    if text is None and not np.allclose(ratios, ratios[0], rtol=1e-6):
        return None  # another multiple in each case: no term of the formula
    words = text[0] if text else number(abs(ratios[0]))
    return Fault(
        "term-" + ("missing" if sign == "missing" else "extra"),
        f"{group.name} differs by exactly {words} times {name}{came}: that much is {sign}.",
        f"Look for a term with {name} in it that is left out, doubled, or has the other sign.",
        "Differentiate the whole loss term by term; each term leaves one term in the gradient.",
    )


_TRANSFORMS = (
    ("absolute value", np.abs, "Where does the sign get lost?"),
    ("square", np.square, "Is there a square too many, or a missing root?"),
    ("square root", lambda e: np.sqrt(np.abs(e)), "Is there a root too many?"),
    ("logarithm", lambda e: np.log(np.abs(e)), "Is there a log too many, or a missing exp?"),
    ("exponential", np.exp, "Is there an exp too many, or a missing log?"),
    ("reciprocal", lambda e: 1 / e, "Is something upside down?"),
    ("complement (1 minus it)", lambda e: 1 - e, "Which of the two outcomes does it speak of?"),
    ("sigmoid", lambda e: 1 / (1 + np.exp(-e)), "Is a sigmoid applied once too often?"),
    ("tanh", np.tanh, "Is a tanh applied once too often?"),
    ("positive part", lambda e: np.maximum(e, 0), "Is a ReLU applied where none belongs?"),
    ("clipped version", lambda e: np.clip(e, -1, 1), "Is something clipped to [-1, 1]?"),
    ("sign", np.sign, "Where does the size get lost?"),
    ("rounded value", np.round, "Where are the fractions lost: int(), //, or round?"),
    ("whole part", np.trunc, "Where are the fractions lost: int(), //, or an integer array?"),
)


def transformed(group):
    """A function of the right array."""
    with np.errstate(all="ignore"):
        for word, transform, ask in _TRANSFORMS:
            pairs = list(group.pairs())
            if any(a.any() for _, a in pairs) and all(
                np.all(close(np.asarray(a, float), transform(e), 1e-7)) for e, a in pairs
            ):
                return Fault(
                    "transformed",
                    f"{group.name} is the {word} of what it should be.",
                    ask,
                    "Put one number in by hand and compare after each line.",
                )
    return None
