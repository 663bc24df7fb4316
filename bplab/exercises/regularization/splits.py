"""What can be wrong with a split, whoever is in which part."""

import numpy as np

from bplab.exam import Fault


def split_fault(parts, N, fractions, slack=1):
    """What is wrong with a split of N indices into three shares, whoever is in which."""
    if parts is None:
        return Fault("returned-nothing", "")
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:
        many = f"{len(parts)} things" if isinstance(parts, (tuple, list)) else "something else"
        return Fault("wrong-type", f"Three index arrays belong here, and it is {many}.")
    if any(np.ndim(item) for part in parts if isinstance(part, (list, tuple)) for item in part[:1]):
        return Fault(
            "wrong-type",
            "Your parts are lists of pieces; each part should be one row of indices.",
            "How do you put the pieces of one part together?",
            "The pieces of a part are joined end to end, into one array.",
        )
    if not all(isinstance(part, (list, tuple, np.ndarray)) for part in parts):
        return Fault("wrong-type", "Three index arrays belong here, one for each part.")
    if any(np.asarray(part).dtype.kind in "fbc" for part in parts if len(part)):
        return Fault("wrong-type", "Your parts hold no whole numbers, and only those can index.")
    parts = as_rows(parts)
    indices = np.concatenate(parts)
    sizes = [len(part) for part in parts]
    wanted = [f * N for f in fractions]
    told = f"Your parts hold {sizes[0]}, {sizes[1]} and {sizes[2]} of the {N} indices."
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your parts hold the index {int(indices.max() if indices.max() >= N else -1)}; "
            f"the {N} examples are numbered 0 to {N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    twice = len(indices) - len(np.unique(indices))
    if twice and any(len(np.unique(part)) < len(part) for part in parts):
        return Fault("with-replacement", f"{twice} indices occur more than once.")
    if twice:
        return Fault("overlap", f"{twice} indices occur more than once.")
    if len(indices) < N:
        return Fault("rest-lost", f"{told} {N - len(indices)} are in none.")
    if any(abs(size - share) > slack + 1e-9 for size, share in zip(sizes, wanted, strict=True)):
        if all(abs(size - share) <= 1 for size, share in zip(sizes[::-1], wanted, strict=True)):
            return Fault("order-swapped", told)
        return Fault(
            "shares",
            f"{told} The shares ask for {wanted[0]:g}, {wanted[1]:g} and {wanted[2]:g}.",
            "At which two places is the shuffled row cut?",
            "The second cut stands at the sum of the first two shares, times N.",
        )
    order = [int(i) for i in indices]
    if order == sorted(order):
        return Fault("not-shuffled", "")
    return None


def as_rows(parts):
    return [np.asarray(part, dtype=float).ravel() for part in parts]
