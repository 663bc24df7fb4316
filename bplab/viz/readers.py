"""Chapter 9: digits, what filters answer to, and who reads shifted ones."""

import numpy as np

from bplab.viz import style
from bplab.viz.sliding import map_of


def digit_gallery(X, y, read=None, columns=8):
    """Digits in rows, each with what it is and, if given, what it was read as.

    Look for: what is read wrong is often hard to read.

    Parameters
    ----------
    X : array (N, 1, H, W)
    y : array of int (N,)
    read : array of int (N,), optional
        Where it differs from `y` the title says so.
    columns : int
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.ndim != 4 or len(X) != len(y) or not len(X):
        raise ValueError(f"X must be (N, 1, H, W) and y (N,), got {X.shape} and {y.shape}.")
    rows = -(-len(X) // columns)
    height = 0.35 + (1.15 if read is None else 1.3) * rows
    fig, axes = style.figure(rows, columns, height=height, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for k, (ax, image) in enumerate(zip(axes.flat, X[:, 0], strict=False)):
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1)
        right = read is None or read[k] == y[k]
        ax.set_title(
            f"{y[k]}" if read is None else f"{y[k]} as {read[k]}",
            fontsize=10.5,
            loc="center",
            color=style.INK if right else style.GRADIENT,
        )
    said = ", ".join(f"{a}" if read is None else f"{a} read as {b}" for a, b in
                     zip(y, y if read is None else read, strict=True))  # fmt: skip
    return style.show(
        fig, alt=f"{len(X)} handwritten digits of {X.shape[2]} x {X.shape[3]}: {said}."
    )


def learned_filters(Wc, bc, image, count=8):
    """The filters of a network's first layer, and what each answers to one digit.

    Look for: most have become detectors of edges and strokes of one direction.

    Parameters
    ----------
    Wc : array (F, 1, K, K)
    bc : array (F,)
    image : array (H, W)
    count : int
        How many, those with the largest answers first.
    """
    Wc, image = np.asarray(Wc, dtype=float), np.asarray(image, dtype=float)
    if Wc.ndim != 4 or Wc.shape[1] != 1 or image.ndim != 2:
        raise ValueError(
            f"Wc must be (F, 1, K, K) and image (H, W), got {Wc.shape} and {image.shape}."
        )
    answers = np.array([np.maximum(map_of(image, W[0], b), 0) for W, b in zip(Wc, bc, strict=True)])
    order = np.argsort(-answers.max(axis=(1, 2)))[:count]
    fig, axes = style.figure(2, len(order) + 1, height=2.5)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    axes[0, 0].axis("off")
    axes[1, 0].imshow(image, cmap="Greys", vmin=0, vmax=1)
    axes[1, 0].set_xlabel("digit", fontsize=10)
    reach, top = np.abs(Wc[order]).max(), answers[order].max()
    for (above, below), f in zip(axes.T[1:], order, strict=True):
        above.imshow(Wc[f, 0], cmap=style.diverging(), vmin=-reach, vmax=reach)
        above.set_title(f"{f}", fontsize=10.5, loc="center")
        below.imshow(answers[f], cmap="cividis", vmin=0, vmax=top)
    axes[0, 1].set_ylabel("filter", fontsize=10)
    axes[1, 1].set_ylabel("answer", fontsize=10)
    strongest = ", ".join(f"{f} up to {answers[f].max():.1f}" for f in order[:3])
    return style.show(
        fig,
        alt=f"The {len(order)} filters of {len(Wc)} that answer most to one digit, weights above "
        "(blue negative, orange positive), their maps after the ReLU below. "
        f"Strongest: {strongest}.",
    )


def shift_scores(scores, bar=None):
    """Share of digits read right, as they are and shifted by a pixel, reader by reader.

    Look for: without shifted copies in training every reader falls, the convolutional one too;
    it falls less far.

    Parameters
    ----------
    scores : dict of str to (float, float)
        By reader: as they are, mean of the four shifts.
    bar : float, optional
        A line to reach.
    """
    if not scores:
        raise ValueError("scores is empty: give at least one, such as {'network': (0.97, 0.5)}.")
    names, pairs = list(scores), np.array(list(scores.values()), dtype=float)
    fig, ax = style.figure(height=0.9 + 0.75 * len(names))
    place = np.arange(len(names))
    for k, (label, color) in enumerate((("as they are", style.BLUE), ("shifted", style.ORANGE))):
        at = place + (k - 0.5) * 0.36
        ax.barh(at, pairs[:, k], 0.34, color=color, label=label)
        for y, share in zip(at, pairs[:, k], strict=True):
            ax.text(share - 0.01, y, f"{share:.1%}", ha="right", va="center",
                    color=style.PAPER if k == 0 else style.INK, fontsize=10.5)  # fmt: skip
    if bar is not None:
        ax.axvline(bar, color=style.INK, linewidth=1.4, linestyle="--", label=f"{bar:.0%}")
    ax.set_yticks(place, names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="share of unseen digits read right")
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:.0%}")
    fig.legend(loc="outside lower center", ncols=3, frameon=False)
    said = "; ".join(f"{n} {a:.1%} as they are, {b:.1%} shifted" for n, (a, b) in scores.items())
    return style.show(fig, alt=f"Share of unseen digits read right: {said}.")
