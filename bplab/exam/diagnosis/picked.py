"""Right at some entries, and at all others wrong in one and the same way."""

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import plain_formula
from bplab.exam.report import Fault

FEWEST = 3  # entries of either kind: fewer may have any factor in common


def others_multiplied(group):
    """Right at some entries, and one known multiple of the right number at each of the others."""
    sizes_of, ratios, counted = [], [], None
    for size, _, leaf, _ in group.rows:
        if leaf.right:
            continue
        off = _wrong_entries(leaf)
        if off is None or not leaf.expected[off].all():
            return None
        each = leaf.actual[off] / leaf.expected[off]
        if not np.allclose(each, each[0], rtol=1e-6):
            return None
        counted = counted or (int((~off).sum()), off.size)
        sizes_of.append(size)
        ratios.append(float(each[0]))
    text = plain_formula(sizes_of, ratios) if len(ratios) > 1 else None
    if text is None:
        return None
    words, value, _ = text
    return Fault(
        "others-multiplied",
        f"{group.name} is right at {counted[0]} of its {counted[1]} entries; at each of the others "
        f"it is exactly {words} times what it should be ({value}).",
        "Which entries does that factor reach, and which should it: those that an index picks, or "
        "all of them?",
        "A factor of the whole array is multiplied in once, when every entry has its value.",
    )


def let_through(group):
    """Right wherever the right number is not 0, and an argument's own number where it is."""
    wrong = [(case, leaf) for _, case, leaf, _ in group.rows if not leaf.right]
    for name in group.array_inputs():
        if all(_lets(leaf, case.inputs.get(name)) for case, leaf in wrong):
            return Fault(
                "let-through",
                f"{group.name} is right wherever it should not be 0. Where 0 belongs, it holds "
                f"what stands in {name} at the same place.",
                f"What becomes of an entry of {name} that is switched off?",
                "Switched off is times 0: nothing of what came in is left.",
            )
    return None


def _lets(leaf, given):
    off, zero = _wrong_entries(leaf), leaf.expected == 0
    return (
        off is not None
        and np.shape(given) == leaf.expected.shape
        and not (off & ~zero).any()
        and bool(np.all(close(leaf.actual[zero], np.asarray(given)[zero], 1e-9)))
    )


def _wrong_entries(leaf):
    """Where an array is off; None if nearly everywhere or nearly nowhere."""
    off = ~close(leaf.actual, leaf.expected, 1e-7)
    counts = int(off.sum()), int((~off).sum())
    return off if off.ndim and min(counts) >= FEWEST else None
