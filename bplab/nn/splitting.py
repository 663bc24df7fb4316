"""Three piles of data: to learn from, to choose by, and to be judged on once."""

import numpy as np


def split_indices(N, fractions, rng):
    """Shuffle 0..N-1 and cut it into training, validation and test.

    Parameters
    ----------
    N : int
    fractions : three floats
        Shares of the parts; they sum to 1.
    rng : numpy.random.Generator

    Returns
    -------
    (train, validation, test) : ndarrays of int
        Disjoint, together every index, each within one of its share.

    Raises
    ------
    ValueError
        When `fractions` are not three shares that sum to 1.
    """
    check_fractions(fractions)
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(rng.permutation(N), cuts))


def check_fractions(fractions):
    """Raise ValueError unless `fractions` are three shares, none negative, that sum to 1."""
    if len(fractions) != 3 or not all(f >= 0 for f in fractions):
        raise ValueError(f"fractions must be three shares, none negative, got {fractions}.")
    if abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(f"fractions must sum to 1, got {fractions}, sum {sum(fractions):g}.")
