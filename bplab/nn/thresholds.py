"""Where to draw the line: chosen on validation patients, for what the clinic needs."""

import numpy as np


def choose_threshold(y_val, p_val, min_recall):
    """The highest of the values in `p_val` at which recall is still at least `min_recall`.

    Recall is the share of the sick with p >= threshold; the highest such threshold raises the
    fewest false alarms.

    Parameters
    ----------
    y_val : ndarray, (N,)
        Labels, 0 or 1.
    p_val : ndarray, (N,)
        Probabilities.
    min_recall : float
        In [0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When nobody in `y_val` is sick, or `min_recall` is not in [0, 1].
    """
    if not 0 <= min_recall <= 1:
        raise ValueError(f"min_recall must be in [0, 1], got {min_recall}.")
    p_val = np.asarray(p_val)
    sick = p_val[np.asarray(y_val) == 1]
    if not len(sick):
        raise ValueError("choose_threshold needs at least one patient with y = 1, got none.")
    meets_it = [t for t in np.unique(p_val) if np.mean(sick >= t) >= min_recall]
    return float(meets_it[-1])
