"""A split in which every part has its share of the sick and of the healthy."""

import numpy as np

from bplab.nn.splitting import check_fractions, split_indices


def stratified_split(y, fractions, rng):
    """Split each class by itself, then put the parts together and shuffle them.

    Parameters
    ----------
    y : ndarray, (N,)
        Labels.
    fractions : three floats
        Shares of the parts; they sum to 1.
    rng : numpy.random.Generator

    Returns
    -------
    (train, validation, test) : ndarrays of int
        Disjoint, together every index; each class in each part within one patient of its share.

    Raises
    ------
    ValueError
        When `fractions` are not three shares that sum to 1.
    """
    check_fractions(fractions)
    classes = [np.flatnonzero(y == label) for label in np.unique(y)]
    splits = [
        [members[part] for part in split_indices(len(members), fractions, rng)]
        for members in classes
    ]
    return tuple(rng.permutation(np.concatenate(parts)) for parts in zip(*splits, strict=True))
