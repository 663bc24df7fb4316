"""Chapter 8: how far blame reaches, and who learns to remember."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

FLOOR = 1e-18  # smaller is drawn as this


def blame_by_age(sizes, start=None):
    """Size of the blame against its age, on a logarithmic scale.

    With a slider for the age, and one for each network that was measured at several settings;
    static: all lines, of a network with settings the two ends and the one it starts at. Look for:
    a straight line means that every step multiplies by the same factor; where the line is flat,
    blame arrives whatever its age.

    Parameters
    ----------
    sizes : dict of str to array (seeds, ages) or (ages,), or to dict of number to such an array
        Youngest first; drawn is the median over seeds and the whole spread. A network measured at
        several settings is a dict of them, as in `{"RNN, Wh x": {0.5: a, 1: b, 2: c}}`.
    start : dict of str to number, optional
        The setting at which a network's slider starts; the middle one by default.

    Returns
    -------
    Interactive
    """
    if not sizes:
        raise ValueError('sizes is empty: give at least one, such as {"RNN": array}.')
    networks = [_network(name, given, (start or {}).get(name)) for name, given in sizes.items()]
    ages = {table.shape[1] for network in networks for table in network["tables"]}
    if len(ages) > 1:
        raise ValueError(f"sizes must have one number of ages, got {sorted(ages)}.")
    state = {
        "title": "Blame against its age",
        "colors": style.CYCLE,
        "floor": np.log10(FLOOR),
        "networks": [
            network | {"tables": [np.log10(table).round(3) for table in network["tables"]]}
            for network in networks
        ],
    }
    return interactive("ages", state, _ages_picture(networks))


def _network(name, given, start):
    """Name, settings (None if there is one table), tables relative to age 0, where to start."""
    settings = sorted(given) if isinstance(given, dict) else None
    tables = _tables({name: given} if settings is None else {k: given[k] for k in settings}, name)
    if start is not None and start not in (settings or ()):
        raise ValueError(f"start must be one of the settings of {name}: {settings}, got {start}.")
    return {
        "name": name,
        "settings": settings,
        "tables": [np.maximum(table / table[:, :1], FLOOR) for table in tables.values()],
        "start": (settings or [None]).index(start) if start is not None else len(tables) // 2,
    }


def _lines(networks):
    """(name, table, look) of the lines of the static picture: a color and a marker a network."""
    for i, network in enumerate(networks):
        tables, settings = network["tables"], network["settings"]
        look = {"color": style.CYCLE[i % 6], "marker": style.CLASS_MARKERS[i % 4]}
        if settings is None:
            yield network["name"], tables[0], look | {"linestyle": style.DASHES[i % 6]}
            continue
        shown = sorted({0, network["start"], len(tables) - 1})
        for k, dash in zip(shown, ("-", "--", ":"), strict=False):
            yield f"{network['name']} {settings[k]:g}", tables[k], look | {"linestyle": dash}


def _ages_picture(networks):
    fig, ax = style.figure(height=4.0)
    told = []
    for name, table, look in _lines(networks):
        middle, age = np.median(table, axis=0), np.arange(table.shape[1])
        ax.fill_between(age, table.min(axis=0), table.max(axis=0), color=look["color"], alpha=0.15)
        ax.plot(age, middle, label=name, markevery=(len(age) - 1) // 5 or 1, **look)
        told.append(f"{name}: {middle[-1]:.1e}")
    ax.set(yscale="log", xlabel="age of the blame (steps)", ylabel="size, at age 0 = 1")
    ax.legend(handlelength=3.6)  # long enough to tell dashes apart
    return style.show(
        fig,
        alt=f"Size of the blame against its age, from 0 to {table.shape[1] - 1} steps, size 1 at "
        f"age 0. At the greatest age, medians over {len(table)} seeds: {'; '.join(told)}.",
    )


def recall_curves(runs, chance, smooth=20):
    """Share of right answers while learning, a line for each seed.

    Look for: which lines leave chance, and whether all seeds of a kind do.

    Parameters
    ----------
    runs : dict of str to array (seeds, steps)
    chance : float
        What guessing gives.
    smooth : int
        Each point is the mean of the last so many steps.

    Returns
    -------
    Picture
    """
    tables = _tables(runs, "runs")
    fig, axes = style.figure(1, len(tables), height=3.1, sharex=True, sharey=True, squeeze=False)
    told = []
    for ax, (name, table), color in zip(axes[0], tables.items(), style.CYCLE * 2, strict=False):
        for run in table:
            window = min(smooth, len(run))
            mean = np.convolve(run, np.ones(window) / window, mode="valid")
            ax.plot(np.arange(window, len(run) + 1), mean, color=color, linewidth=1.8, alpha=0.8)
        ax.axhline(chance, color=style.INK, linewidth=1.2, linestyle="--")
        ax.set_title(name.replace(", ", "\n"), fontsize=11)  # too long for one line
        ax.set(xlabel="step", ylim=(0, 1.05))
        ends = table[:, -smooth:].mean(axis=1)
        told.append(f"{name}: {', '.join(f'{end:.0%}' for end in ends)}")
    axes[0][0].set_ylabel("share right")
    below = axes[0][0].transAxes  # the curves have left the bottom of the panel free
    axes[0][0].text(0.04, 0.04, "dashed: a guess", fontsize=10, transform=below)
    return style.show(
        fig,
        alt=f"Share of right answers over {table.shape[1]} steps, a line a seed, guessing gives "
        f"{chance:.0%}. At the end {'; '.join(told)}.",
    )


def _tables(given, name):
    if not given:
        raise ValueError(f'{name} is empty: give at least one, such as {{"RNN": array}}.')
    tables = {key: np.atleast_2d(np.asarray(table, dtype=float)) for key, table in given.items()}
    if any(table.ndim != 2 or not table.size for table in tables.values()):
        shapes = {key: np.shape(table) for key, table in given.items()}
        raise ValueError(f"{name} must hold arrays (seeds, steps), got {shapes}.")
    return tables
