"""What became of a model on its way through a file."""

import numpy as np

from bplab.exam import Fault


def tell_round_trip(wrong, rows):
    """What became of the name, the kind, or the two parts of the scaler, on the way."""
    if wrong.name == "files" and wrong.actual == f"{wrong.expected}.npz":
        return Fault(
            "ending-added",
            "The file you wrote does not bear the name you were given: an ending was added.",
            "Look into the folder after saving. What does NumPy do to a name without its ending?",
            "Given a name, savez adds its ending; given an open file, it writes to exactly that.",
        )
    if wrong.name == "kind" and isinstance(wrong.expected, str):
        return Fault(
            "kind-changed",
            f"The model that was saved has the kind {wrong.expected!r}; the one that comes back "
            f"has {str(wrong.actual)!r}.",
            "Where is the kind written to the file, and in which form is it read again?",
            "The kind is one word, different from model to model: it is written as it is, and what "
            "comes back is the same word, not an array that holds it.",
        )
    leaves = next(leaves for _, leaf, leaves in rows if leaf is wrong)
    kept = {leaf.name: leaf.expected for leaf in leaves if leaf.part == "scaler"}
    if wrong.name in kept and len(kept) == 2:
        other = next(name for name in kept if name != wrong.name)
        if np.array_equal(wrong.actual, kept[other]):
            return Fault(
                "mean-and-std-swapped",
                f"The two parts of the scaler come back in another order: {wrong.name} is what "
                f"{other} was.",
                "In which order are mean and std written, and in which are they read?",
                "scaler is (mean, std), on both sides of the file.",
            )
    if wrong.actual is not None and not np.any(wrong.actual):
        return Fault(
            "not-kept",
            f"{wrong.name} comes back as zeros: what it held is not in the file.",
            "Which arrays do you write, and which do you make anew when you read?",
            "Everything that predicting needs goes into the file: every W, every b, mean, std and "
            "kind.",
        )
    return None
