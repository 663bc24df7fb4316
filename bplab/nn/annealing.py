"""The other way out of a local minimum: go uphill now and then."""

import math


def anneal_accept(change, temperature, u):
    """Metropolis rule: improvements always, else with probability exp(-change / temperature).

    Parameters
    ----------
    change : float
        New loss minus old loss.
    temperature : float
        Above 0; high is adventurous.
    u : float
        A random number, uniform in [0, 1).

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        When `temperature` is not above 0.

    References
    ----------
    Metropolis et al. 1953; Kirkpatrick, Gelatt and Vecchi 1983, "Optimization by simulated
    annealing".
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}.")
    return bool(change < 0 or u < math.exp(-change / temperature))
