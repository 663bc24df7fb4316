"""Curves: loss over time."""

import numpy as np

from bplab.viz import style


def loss_curves(
    losses, *, xlabel="epoch", ylabel="loss", title=None, log=False, zoom=False, marks=None
):
    """Loss against time, one line a run, each labeled at its end.

    Parameters
    ----------
    losses : (T,) array, or dict of them by name
        Lengths may differ.
    log : bool
        Logarithmic loss axis.
    zoom : bool
        A loss axis that begins at the smallest loss, not at 0: for curves that hardly move.
    marks : dict of int to str, optional
        Epochs to mark with a vertical line and a word.
    """
    runs = losses if isinstance(losses, dict) else {"": losses}
    runs = {name: np.asarray(run, dtype=float) for name, run in runs.items()}
    if not runs or any(run.ndim != 1 or run.size == 0 for run in runs.values()):
        raise ValueError("losses must be a list of numbers, or a dict of such lists by name.")
    fig, ax = style.figure(height=3.6)
    for i, (name, run) in enumerate(runs.items()):
        color = style.CYCLE[i % len(style.CYCLE)]
        ax.plot(run, color=color, linestyle=style.DASHES[i % len(style.DASHES)], label=name)
    if log:
        ax.set_yscale("log")
    elif not zoom:
        ax.set_ylim(bottom=min(0.0, min(np.nanmin(run) for run in runs.values())))
    for epoch, word in (marks or {}).items():
        ax.axvline(epoch, color=style.MUTED, linewidth=1.2, linestyle=":")
        ax.annotate(word, (epoch, 0.94), xycoords=("data", "axes fraction"), xytext=(5, 0),
                    textcoords="offset points", color=style.MUTED)  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title or "")
    if len(runs) > 1:  # above the axes: curves may go anywhere below
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(runs), borderaxespad=0.1)
    ends = "; ".join(
        f"{name or 'the run'} goes from {run[0]:.3g} to {run[-1]:.3g} in {run.size} values"
        for name, run in runs.items()
    )
    return style.show(fig, f"{ylabel.capitalize()} against {xlabel}: {ends}.")
