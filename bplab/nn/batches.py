"""Random portions of the data: the stochastic in stochastic gradient descent."""


def minibatches(N, batch_size, rng):
    """Deal the indices 0..N-1 out in shuffled batches, each index once.

    Parameters
    ----------
    N : int
        Number of examples.
    batch_size : int
        The last batch is smaller when N is no multiple of it.
    rng : numpy.random.Generator

    Returns
    -------
    list of ndarray of int

    Raises
    ------
    ValueError
        For a `batch_size` below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
    order = rng.permutation(N)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]
