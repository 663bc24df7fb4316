"""The house style: palette, type sizes, and pictures that carry their own alt text.

>>> fig, ax = figure(height=3)
>>> ax.plot(losses)
>>> show(fig, alt="Loss falls from 0.69 to 0.31 in 50 epochs.")

Colors are Okabe and Ito's, which readers with any common color blindness can tell apart
(Okabe and Ito 2008, Color Universal Design); classes differ in marker shape as well.
"""

import base64
import html
import io
import re
from dataclasses import dataclass, field
from functools import cache

from bplab.viz import in_words

# The palette, by hue ...
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
VERMILION, PURPLE, SKY, YELLOW = "#D55E00", "#CC79A7", "#56B4E9", "#F0E442"
INK, MUTED, GRID, PAPER = "#1F2328", "#59636E", "#DDE1E6", "#FFFFFF"

# ... and by meaning. Text in color is darker than fills, for contrast on white.
VALUE = INK  # numbers of the forward pass
GRADIENT = "#B34700"  # numbers of the backward pass
FORWARD, BACKWARD = BLUE, VERMILION  # arrows, bands and buttons of the two passes
HIGHLIGHT = YELLOW  # what the eye should find first
TRAIN, VALIDATION, TEST = BLUE, VERMILION, GREEN
GOOD, BAD = GREEN, VERMILION
CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)  # lines of one chart, in order
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))  # for lines that touch
CLASS_COLORS = (BLUE, ORANGE, GREEN, PURPLE)  # fills; class 0, class 1, ...
CLASS_TINTS = ("#CFE5F2", "#FBE7BF", "#C6EADF", "#F3DCE8")  # the regions behind them
CLASS_MARKERS = ("o", "^", "s", "D")

WIDTH = 7.8  # inches: 780 pixels on the page
PAGE_DPI = 100  # pixels of the page an inch
NARROWEST = 620  # pixels of a page on which every letter is still to be read
SMALLEST = 10.5  # pixels of a letter there, also of an exponent
SHARPNESS = 1.6  # pixels of the file for each of the page, so that high-density screens are crisp

_RC = {
    "figure.facecolor": PAPER,
    "figure.dpi": PAGE_DPI,
    "savefig.facecolor": PAPER,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 11,
    "xtick.labelsize": 10.7,
    "ytick.labelsize": 10.7,
    "legend.fontsize": 10.7,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": PAPER,
    "legend.handletextpad": 0.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.2,
    "lines.markersize": 6.5,
    "image.cmap": "cividis",
}


def use():
    """Make the house style matplotlib's default, for your own plots too."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(_RC)
    mpl.rcParams["axes.prop_cycle"] = cycler(color=CYCLE)
    _legible_exponents()


def _legible_exponents():
    # Matplotlib sets indices and exponents at 0.7 of their letter and has no public setting for it:
    # the 6 of an axis at 10^-6 would be 8 pixels high on a page of 620.
    from matplotlib import _mathtext

    if hasattr(_mathtext, "SHRINK_FACTOR"):
        _mathtext.SHRINK_FACTOR = 0.9


def figure(nrows=1, ncols=1, *, width=WIDTH, height=None, **subplots):
    """A figure in house style and its axes; hand the figure to `show` when it is drawn.

    The figure is not known to pyplot, so it is never shown twice and needs no closing.

    Parameters
    ----------
    nrows, ncols : int
        Grid of axes.
    width, height : float
        Inches; 100 pixels of the page each. The height defaults to 3.6 a row.
    **subplots
        Passed to `Figure.subplots`: sharex, sharey, squeeze, width_ratios, gridspec_kw, ...

    Returns
    -------
    fig : matplotlib.figure.Figure
    axes : Axes or array of Axes
    """
    from matplotlib.figure import Figure

    use()
    fig = Figure(figsize=(width, height or 3.6 * nrows), layout="constrained")
    return fig, fig.subplots(nrows, ncols, **subplots)


@dataclass
class Picture:
    """A picture that shows itself in a notebook and says in words what it shows.

    JupyterLab and GitHub read the alt text from the HTML, nbconvert from there or from the
    metadata of the PNG; a terminal prints it.
    """

    png: bytes = field(repr=False)
    alt: str
    width: int  # pixels of the page
    figure: object = field(default=None, repr=False)

    @property
    def html(self):
        if not self.png:
            words = html.escape(self.alt)
            return (
                '<p style="border-left:4px solid #59636E;padding:4px 12px;max-width:760px">'
                f"(No matplotlib here, so in words:) {words}</p>"
            )
        return (
            f'<img alt="{html.escape(self.alt)}" width="{self.width}" '
            f'style="max-width:100%;height:auto" src="data:image/png;base64,{self._base64}"/>'
        )

    @property
    def _base64(self):
        return base64.b64encode(self.png).decode("ascii")

    def save(self, path):
        """Write the PNG to `path`."""
        with open(path, "wb") as file:
            file.write(self.png)

    def display(self):
        """Show the picture now: for a cell in which it is not the last line."""
        from IPython.display import display

        display(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": self.alt, "text/html": self.html}
        if not self.png:
            return data, {}
        data["image/png"] = self._base64
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


def show(fig, alt):
    """The figure as a `Picture`: what a figure function returns and a cell ends with.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : str
        What a reader who cannot see the picture needs from it: the lesson, with its numbers.
    """
    if not alt or not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the picture shows.")
    width = round(fig.get_figwidth() * PAGE_DPI)
    return Picture(_small_png(fig), " ".join(alt.split()), width, fig)


def _small_png(fig):
    if in_words.needed():
        return b""
    # 256 colors are plenty for charts and make notebooks a third of the size.
    from PIL import Image

    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=PAGE_DPI * SHARPNESS)
    few = Image.open(buffer).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, format="png", optimize=True)
    return small.getvalue()


def lowered(name):
    """A name with the indices of its variables as letters to be read: x₁ as $x_1$."""
    digits = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    return re.sub("([A-Za-z])([₀-₉]+)", lambda m: f"${m[1]}_{{{m[2].translate(digits)}}}$", name)


@cache
def diverging():
    """Colormap for signed values: blue below zero, white at zero, vermilion above."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("bplab_diverging", [BLUE, PAPER, VERMILION])


@cache
def probability():
    """Colormap for the probability of class 1: class 0's tint, white at one half, class 1's."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("bplab_probability", ["#7DB8DA", PAPER, "#F2C464"])


def points(ax, X, y, *, size=42, names=None):
    """Scatter the rows of X (N, 2), each class with a color and a marker of its own.

    `names` (one a class) puts the classes in the legend.
    """
    import numpy as np

    X, y = np.asarray(X), np.asarray(y).astype(int)
    for k in np.unique(y):
        ax.scatter(
            *X[y == k, :2].T,
            s=size,
            color=CLASS_COLORS[k % 4],
            marker=CLASS_MARKERS[k % 4],
            edgecolor=PAPER,
            linewidth=0.8 if size > 30 else 0.35,
            label=names[k] if names is not None else None,
            zorder=3,
        )
