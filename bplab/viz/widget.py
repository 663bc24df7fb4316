"""The one base of everything interactive: a drawing in JavaScript over a picture in Python.

An `Interactive` is one display output, readable wherever a notebook is read. Its HTML is the
picture, with alt text, and a script that puts the drawing in the picture's place: JupyterLab,
Notebook, VS Code, Colab and exported HTML run it; GitHub and untrusted notebooks show the picture,
which carries the same lesson, and so does paper, from the PNG beside the HTML.

The drawings are front-end modules of anywidget, and `Interactive.widget()` is the anywidget. It is
not what a cell shows, because a Jupyter widget lives only as long as its kernel: in a notebook
opened the next day JupyterLab says "Error displaying widget: model not found" in its place, picture
or no picture. A script needs no kernel.

A module in `static/NAME.js` defines `function draw(root, data)`: it fills the element `root`
from `data`, with the helpers of `static/base.js` in scope. Nothing is loaded from a network.
"""

import base64
import json
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from bplab.viz import style
from bplab.viz.style import Picture

_STATIC = Path(__file__).parent / "static"

_PALETTE = {
    name.lower(): getattr(style, name)
    for name in (
        "BLUE ORANGE GREEN VERMILION PURPLE SKY YELLOW INK MUTED GRID PAPER "
        "VALUE GRADIENT FORWARD BACKWARD HIGHLIGHT TRAIN VALIDATION TEST GOOD BAD"
    ).split()
}


_WAKE = {
    "graph": "step through it",
    "two_pass": "step through it",
    "tensor_graph": "step through it",
    "line": "move its slider, or play it",
    "regions": "move its slider, or play it",
    "race": "play it and move its sliders",
    "bowl": "move its slider",
    "stopping": "move its slider",
    "roc": "move its slider",
    "surface": "move its slider",
    "weights": "move its slider",
    "dropout": "draw again",
    "unrolled": "step through it",
    "sliding": "move its filter over the digit",
    "poles": "play it",
    "ages": "move its sliders, or play it",
    "cures": "move its sliders, or play it",
}


@dataclass
class Interactive:
    """A drawing to play with where scripts run, its static picture everywhere else.

    Attributes
    ----------
    module : str
        Name of the file in `static/` that draws it.
    state : dict
        What the drawing is given: JSON's types only. Also the place to look up, in a test,
        which numbers a widget shows.
    picture : Picture
        The static fallback, with its alt text.
    wake : str
        What one can do once it is drawn; said under the picture where no script has run.
    """

    module: str
    state: dict = field(repr=False)
    picture: Picture
    wake: str = "move its sliders"

    @property
    def alt(self):
        return self.picture.alt

    @property
    def png(self):
        return self.picture.png

    def save(self, path):
        """Write the static picture to `path` as PNG."""
        self.picture.save(path)

    def display(self):
        """Show it now: for a cell in which it is not the last line."""
        from IPython.display import display

        display(self)

    @property
    def html(self):
        """The picture, and the script that draws in its place."""
        if not _STATIC.exists():  # while a class is graded: its pages run no scripts
            return self.picture.html
        name = f"bplab-{uuid.uuid4().hex}"
        call = f"mount({json.dumps(name)}, {_json(_css())}, {_json(self.state)});"
        still = f"<p><em>A still picture. Run this cell to {self.wake}.</em></p>"
        return (
            f'<div class="{name}">{self.picture.html}{still}</div>\n'
            f'<script type="module">\n{_script(self.module)}{call}\n</script>'
        )

    def widget(self):
        """The drawing as an anywidget: for layouts of ipywidgets, and for marimo."""
        return _widget_class()(_esm=module_source(self.module), data=self.state)

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = self.picture._repr_mimebundle_()
        return data | {"text/html": self.html}, metadata


def interactive(module, state, picture, wake=None):
    """An `Interactive` of `static/{module}.js`, given `state` (arrays welcome) and `picture`.

    `wake` ends the sentence "Run this cell to ..." under the still picture.
    """
    common = {"alt": picture.alt, "palette": _PALETTE, "classes": _classes()}
    state = plain(common | state)
    return Interactive(module, state, picture, wake or _WAKE.get(module, "move its sliders"))


def plain(tree):
    """A tree of arrays and numbers as lists and numbers that JSON knows; nan and inf as None."""
    if isinstance(tree, dict):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, np.ndarray | np.generic):
        return plain(tree.tolist())
    if isinstance(tree, list | tuple):
        return [plain(value) for value in tree]
    if isinstance(tree, float) and not np.isfinite(tree):
        return None
    return tree


def packed(array, low=0.0, high=1.0):
    """An array as base64 text of one byte an entry, `low` to `high` spread over 0 to 255.

    For grids of which a slider needs many: a quarter of the size of numbers in JSON.
    """
    scaled = (np.asarray(array, dtype=float) - low) / (high - low)
    return base64.b64encode((scaled.clip(0, 1) * 255).round().astype(np.uint8)).decode("ascii")


@cache
def module_source(module):
    """The JavaScript module of a widget: the shared helpers and its own drawing, one text."""
    parts = [_STATIC / "base.js", _STATIC / f"{module}.js"]
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return text + "\nexport default { render };\n"


@cache
def _script(module):
    """The module for use in a page: no exports, and neither comments nor indentation."""
    lines = module_source(module).replace("export default { render };", "").splitlines()
    lines = (line.strip() for line in lines)
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def _json(value):
    # "<" could end the script that the text stands in, or begin a comment.
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _css():
    return (_STATIC / "base.css").read_text(encoding="utf-8")


def _classes():
    return {
        "colors": style.CLASS_COLORS,
        "tints": style.CLASS_TINTS,
        "markers": style.CLASS_MARKERS,
    }


@cache
def _widget_class():
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise ImportError("widget() needs anywidget: pip install 'bplab[study]'.") from None

    class Stage(anywidget.AnyWidget):
        _esm = traitlets.Unicode().tag(sync=True)
        _css = _css()
        data = traitlets.Dict().tag(sync=True)

    return Stage
