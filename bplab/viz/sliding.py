"""Chapter 9: a filter that slides over a digit, with its numbers."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

FILTERS = {
    "edge: ink on the right": (
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        "It answers where ink begins, going right.",
    ),
    "edge: ink below": (
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        "It answers where ink begins, going down.",
    ),
    "stroke: upright": (
        [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
        "It answers on a thin upright stroke.",
    ),
    "mean": (
        [[1 / 9] * 3] * 3,
        "It blurs: the mean of nine pixels.",
    ),
    "identity": (
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "It copies the pixel in its middle.",
    ),
}


def filter_over_digit(image, filters=None, bias=0.0, place=(2, 3)):
    """A filter sliding over an image: pixels, weights, products, and the map they make.

    Look for: one set of weights makes the whole map. Where the pixels under the filter look like
    its weights the answer is large, wherever in the image that is.

    Parameters
    ----------
    image : array (H, W)
        Ink from 0 to 1.
    filters : dict of str to array (K, K), optional
        K odd. Without it, five filters made by hand, 3 x 3.
    bias : float
    place : (row, column)
        Where the filter stands first.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim != 2:
        raise ValueError(f"image must be (H, W), got shape {image.shape}: give one channel.")
    named = (
        FILTERS
        if filters is None
        else {name: (np.asarray(w, dtype=float), "") for name, w in filters.items()}
    )
    K = len(next(iter(named.values()))[0])
    row, column = place
    state = {
        "title": "A filter slides over an image",
        "image": image.round(4),
        "pad": (K - 1) // 2,
        "place": row * image.shape[1] + column,
        "filters": [
            {"name": name, "weights": np.round(w, 4), "bias": bias, "says": says}
            for name, (w, says) in named.items()
        ],
    }
    return interactive("sliding", state, _picture(image, named, bias, place))


def map_of(image, weights, bias=0.0):
    """What a filter answers at every place, (H, W); the margin is of zeros."""
    K = len(weights)
    padded = np.pad(image, (K - 1) // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (K, K))
    return np.einsum("ijuv,uv->ij", windows, np.asarray(weights, dtype=float)) + bias


def _picture(image, named, bias, place):
    fig, axes = style.figure(1, 4, height=2.7, width_ratios=(1.25, 0.7, 0.7, 1))
    name, (weights, says) = next(iter(named.items()))
    weights = np.asarray(weights, dtype=float)
    K, (row, column) = len(weights), place
    pad = (K - 1) // 2
    padded = np.pad(image, pad)
    window, answer = padded[row : row + K, column : column + K], map_of(image, weights, bias)
    axes[0].imshow(padded, cmap="Greys", vmin=0, vmax=1)
    _frame(axes[0], row, column, K)
    axes[0].set_title("Image, margin 0", fontsize=11)
    _numbers(axes[1], window, "Greys", 1.0, "Pixels")
    _numbers(axes[2], weights, style.diverging(), np.abs(weights).max(), "Weights")
    reach = np.abs(answer).max()
    axes[3].imshow(answer, cmap=style.diverging(), vmin=-reach, vmax=reach)
    _frame(axes[3], row, column, 1)
    z = answer[row, column]
    axes[3].set_title(f"Map: here Z = {z:.2f}".replace("-", "−"), fontsize=11)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return style.show(
        fig,
        alt=f"The filter '{name}' on a digit. Under it lie {K} x {K} pixels; each is multiplied by "
        f"the weight on it, and the products are added: {z:.2f} at row {row}, column {column}. "
        f"The same weights at every place make the map. {says}",
    )


def _frame(ax, row, column, K):
    from matplotlib.patches import Rectangle

    corner = (column - 0.5, row - 0.5)
    ax.add_patch(Rectangle(corner, K, K, fill=False, edgecolor=style.VERMILION, linewidth=2.5))


def _numbers(ax, array, cmap, reach, title):
    low = 0 if cmap == "Greys" else -reach
    ax.imshow(array, cmap=cmap, vmin=low, vmax=reach)
    for (i, j), value in np.ndenumerate(array):
        heavy = abs(value) > 0.6 * reach and cmap == "Greys"
        text = f"{value:.2f}" if value % 1 else f"{value:.0f}"
        color = style.PAPER if heavy else style.INK
        ax.text(j, i, text.replace("-", "−"), ha="center", va="center", color=color, fontsize=10)
    ax.set_title(title, fontsize=11)
