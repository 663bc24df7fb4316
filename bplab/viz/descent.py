"""Chapter 4: curves of a descent, the clipped arrow, and annealing on a bumpy line."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive


def batch_curves(curves, xlabel="epoch", ylabel="training loss", smooth=1, log=False):
    """Loss curves of batch, stochastic and mini-batch descent on the same axes.

    Parameters
    ----------
    curves : dict of str to losses, or to (x, losses)
        A curve for each name. Give x where the curves have different spacing, for example
        updates done or examples seen; else x counts from 0.
    xlabel, ylabel : str
    smooth : int
        Draw a running mean over this many values, the raw values thin behind it.
    log : bool
        Logarithmic loss axis.

    Returns
    -------
    Picture
    """
    if not curves:
        raise ValueError('curves is empty: give at least one, such as {"batch": losses}.')
    fig, ax = style.figure(height=3.8)
    ends = []
    for i, (name, curve) in enumerate(curves.items()):
        x, losses = _xy(name, curve)
        color = style.CYCLE[i % 6]
        if smooth > 1 and len(losses) > smooth:
            ax.plot(x, losses, color=color, linewidth=0.7, alpha=0.35)
            losses = np.convolve(losses, np.ones(smooth) / smooth, mode="valid")
            x = x[smooth - 1 :]
        ax.plot(x, losses, color=color, linestyle=style.DASHES[i % 6], label=name)
        ends.append(f"{name} from {losses[0]:.3g} to {losses[-1]:.3g}")
    ax.set(xlabel=xlabel, ylabel=ylabel + " (log scale)" * log, yscale="log" if log else "linear")
    ax.legend()
    return style.show(fig, alt=f"{ylabel.capitalize()} against {xlabel}: {'; '.join(ends)}.")


def _xy(name, curve):
    pair = isinstance(curve, tuple) and len(curve) == 2
    losses = np.asarray(curve[1] if pair else curve, dtype=float)
    x = np.asarray(curve[0]) if pair else np.arange(len(losses))
    if losses.ndim != 1 or x.shape != losses.shape:
        raise ValueError(
            f"curve {name!r}: x is {x.shape}, losses {losses.shape}; both must be (n,)."
        )
    return x, losses


def clipping(gradient=(3.0, 0.8), max_norm=1.0):
    """A gradient of two entries, clipped by value and by norm.

    Look for: clipping by value turns the arrow, clipping by norm only shortens it.

    Parameters
    ----------
    gradient : pair of float
    max_norm : float
    """
    gradient = np.asarray(gradient, dtype=float)
    if gradient.shape != (2,):
        raise ValueError(f"gradient must be two numbers, got shape {gradient.shape}.")
    state = {"title": "Gradient clipping", "gradient": gradient, "limit": float(max_norm)}
    return interactive("clipping", state, _clipping_picture(gradient, float(max_norm)))


def _clipping_picture(g, limit):
    from bplab import nn

    value, norm = np.clip(g, -limit, limit), nn.clip_by_global_norm([g], limit)[0][0]
    turned = abs(_degrees(value) - _degrees(g))
    fig, (left, right) = style.figure(1, 2, height=3.2, sharey=True)
    side, turn = np.array([-1, 1, 1, -1, -1]), np.linspace(0, 2 * np.pi, 100)
    for ax, clipped, color, title, edge in (
        (
            left,
            value,
            style.VERMILION,
            f"By value: turned {turned:.0f}°",
            (side, np.array([-1, -1, 1, 1, -1])),
        ),
        (right, norm, style.BLUE, "By norm: same direction", (np.cos(turn), np.sin(turn))),
    ):
        ax.plot(*(limit * np.array(edge)), "--", color=color, linewidth=1.3)
        _arrow(ax, g, style.MUTED)
        _arrow(ax, clipped, color)
        words = f"gradient ({g[0]:.2f}, {g[1]:.2f})\nclipped ({clipped[0]:.2f}, {clipped[1]:.2f})"
        ax.text(0.98, 0.06, words.replace("-", "−"), ha="right", transform=ax.transAxes)
        ax.set(title=title, xlabel="first entry of the gradient", aspect="equal")
    reach = max(np.abs(g).max(), limit)
    left.set(xlim=np.array([-0.45, 1.1]) * reach, ylim=np.array([-0.45, 0.6]) * reach)
    right.set_xlim(left.get_xlim())
    left.set_ylabel("second entry")
    return style.show(
        fig,
        alt=f"A gradient ({g[0]:g}, {g[1]:g}) and the limit {limit:g}. Clipped by value it is "
        f"({value[0]:.2f}, {value[1]:.2f}) and points {turned:.0f} degrees away; clipped by "
        f"norm it is ({norm[0]:.2f}, {norm[1]:.2f}) and points the same way.",
    )


def _degrees(v):
    return np.degrees(np.arctan2(v[1], v[0]))


def _arrow(ax, v, color):
    look = dict(arrowstyle="-|>", color=color, lw=2.6, shrinkA=0, shrinkB=0, mutation_scale=18)
    ax.annotate("", xy=v, xytext=(0, 0), arrowprops=look, zorder=4)
