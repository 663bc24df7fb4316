"""Chapter 8: how far blame reaches, and who learns to remember."""

import numpy as np

from bplab.viz import style

FLOOR = 1e-18  # smaller is drawn as this


def blame_by_age(sizes):
    """Size of the blame against its age, on a logarithmic scale.

    Look for: a straight line means that every step multiplies by the same factor; where the line
    is flat, blame arrives whatever its age.

    Parameters
    ----------
    sizes : dict of str to array (seeds, ages) or (ages,)
        Youngest first; drawn is the median over seeds and the whole spread.

    Returns
    -------
    Picture
    """
    tables = _tables(sizes, "sizes")
    fig, ax = style.figure(height=4.0)
    told = []
    for i, (name, table) in enumerate(tables.items()):
        shown = np.maximum(table / table[:, :1], FLOOR)
        middle, age = np.median(shown, axis=0), np.arange(shown.shape[1])
        look = {"color": style.CYCLE[i % 6], "linestyle": style.DASHES[i % 6]}
        ax.fill_between(age, shown.min(axis=0), shown.max(axis=0), color=look["color"], alpha=0.15)
        ax.plot(age, middle, label=name, **look)
        told.append(f"{name}: {middle[-1]:.1e}")
    ax.set(yscale="log", xlabel="age of the blame (steps)", ylabel="size, at age 0 = 1")
    ax.legend()
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
        ax.set_title(name, fontsize=11)
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
