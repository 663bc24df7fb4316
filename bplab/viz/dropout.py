"""Chapter 5: the units that dropout switches off, drawn on a network."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

DRAWS = 24  # how often "draw again" gives something new


def dropout_network(widths=(3, 8, 8, 1), keep_prob=0.6, seed=0):
    """A network whose hidden units are switched off at random, as dropout does in training.

    Look for: every draw is another, thinner network; what is kept is scaled by 1 / keep_prob,
    so the sum a unit receives stays the same on average; at test time nothing is switched off.

    Parameters
    ----------
    widths : tuple of int
        Units a layer, inputs first. Only hidden layers drop.
    keep_prob : float
        In (0, 1].
    seed : int
    """
    if len(widths) < 3:
        raise ValueError(f"widths needs an input, a hidden and an output layer, got {widths}.")
    if not 0 < keep_prob <= 1:
        raise ValueError(f"keep_prob must be in (0, 1], got {keep_prob}.")
    u = np.random.default_rng(seed).random((DRAWS, sum(widths[1:-1]))).round(4)
    state = {"title": "Dropout", "widths": widths, "keep": keep_prob, "u": u}
    return interactive("dropout", state, _dropout_picture(tuple(widths), keep_prob, u))


def _dropout_picture(widths, keep_prob, u):
    fig, axes = style.figure(1, 3, height=3.6)
    counts = []
    for i, (ax, draw) in enumerate(zip(axes, u, strict=False)):
        kept = draw < keep_prob
        _draw_network(ax, widths, kept)
        title = f"Example {i + 1}: {kept.sum()} of {kept.size} kept"
        ax.set_title(title, fontsize=11, loc="center")
        counts.append(str(kept.sum()))
    says = f"keep_prob = {keep_prob:g}: what is kept is multiplied by {1 / keep_prob:.2f}"
    fig.supxlabel(says, fontsize=11)
    return style.show(
        fig,
        alt=f"The same network three times, each with other hidden units crossed out: "
        f"{', '.join(counts)} of {u.shape[1]} kept at keep_prob {keep_prob:g}. Kept units are "
        f"multiplied by {1 / keep_prob:.2f}.",
    )


def _draw_network(ax, widths, kept):
    on = [np.ones(widths[0], bool), *np.split(kept, np.cumsum(widths[1:-1])[:-1]),
          np.ones(widths[-1], bool)]  # fmt: skip
    at = [[(i, (n - 1) / 2 - j) for j in range(n)] for i, n in enumerate(widths)]
    for left, right, a, b in zip(at, at[1:], on, on[1:], strict=False):
        for p, alive in zip(left, a, strict=True):
            for q, too in zip(right, b, strict=True):
                if alive and too:
                    ax.plot(*zip(p, q, strict=True), color=style.SKY, linewidth=0.9, zorder=1)
    for points, alive in zip(at, on, strict=True):
        for (x, y), lives in zip(points, alive, strict=True):
            fill, edge = (style.BLUE, style.BLUE) if lives else (style.PAPER, style.MUTED)
            ax.plot(x, y, "o", markersize=13, color=fill, markeredgecolor=edge, zorder=2)
            if not lives:
                ax.plot(x, y, "x", markersize=8, color=style.VERMILION, markeredgewidth=2, zorder=3)
    tall = max(widths) / 2
    ax.set(xlim=(-0.4, len(widths) - 0.6), ylim=(-tall - 0.2, tall + 0.2))
    ax.axis("off")
