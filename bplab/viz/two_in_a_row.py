"""Two neurons in a row: what feeds what, and, once they are known, the numbers of both passes."""

from bplab.viz import style

# name -> (what is written in the box, where its middle stands, half its width)
_BOXES = {
    "x": ("$x$", 0.38, 0.4),
    "z1": ("$z_1 = w_1 x + b_1$", 1.8, 0.78),
    "a1": (r"$a_1 = \tanh z_1$", 3.46, 0.66),
    "z2": ("$z_2 = w_2 a_1 + b_2$", 5.22, 0.82),
    "a2": (r"$a_2 = \sigma(z_2)$", 6.86, 0.6),
    "loss": ("$L = (a_2 - y)^2$", 8.37, 0.67),
}
_ROW = 1.45  # the height of the row
_FEEDS = {"w1": ("z1", -0.43), "b1": ("z1", 0.43), "w2": ("z2", -0.43), "b2": ("z2", 0.43)}


def neuron_chain(values=None, grads=None, **given):
    """Two neurons in a row, tanh and then sigmoid, from the input to the squared error.

    Without numbers it says what feeds what. With them: values in black, gradients in color.

    Parameters
    ----------
    values : dict, optional
        z1, a1, z2, a2, loss: what your `two_neuron_forward` returned.
    grads : dict, optional
        dw1, db1, dw2, db2, dx: what your `two_neuron_backward` returned.
    **given : numbers
        x, y, w1, b1, w2, b2, as far as they are to be written in.
    """
    values, grads = dict(values or {}) | given, dict(grads or {})
    fig, ax = style.figure(width=8.0, height=2.9 if grads else 2.1)
    low, high = (0.0 if grads else 0.6), (3.1 if values else 2.75)
    ax.set(xlim=(-0.05, 9.1), ylim=(low, high))
    ax.axis("off")
    _neurons(ax)
    for name, (text, at, half) in _BOXES.items():
        _box(
            ax,
            at,
            _ROW,
            text,
            values.get(name),
            grads.get(f"d{name}"),
            half,
        )
    names = list(_BOXES)
    for left, right in zip(names, names[1:], strict=False):
        tail, head = _BOXES[left][1] + _BOXES[left][2], _BOXES[right][1] - _BOXES[right][2]
        _arrow(ax, (tail, _ROW), (head, _ROW))
    for name, (target, aside) in _FEEDS.items():
        at = _BOXES[target][1] + aside
        _label(ax, at, 2.42, f"${name[0]}_{name[1]}$", values.get(name), grads.get(f"d{name}"))
        _arrow(ax, (at, 2.3), (at, _ROW + 0.42))
    at = _BOXES["loss"][1]
    _label(ax, at, 2.42, "$y$", values.get("y"), None)
    _arrow(ax, (at, 2.3), (at, _ROW + 0.42))
    _way_back(ax, grads)
    return style.show(fig, _alt(values, grads))


def _neurons(ax):
    from matplotlib.patches import FancyBboxPatch

    for k, (first, last) in enumerate((("z1", "a1"), ("z2", "a2")), start=1):
        left, right = _BOXES[first][1] - 0.86, _BOXES[last][1] + 0.72
        ax.add_patch(
            FancyBboxPatch((left, 0.72), right - left, 1.28, facecolor="#EEF3F7", edgecolor="none",
                           boxstyle="round,pad=0,rounding_size=.1", zorder=0)
        )  # fmt: skip
        ax.text(left + 0.08, 0.8, f"neuron {k}", color=style.MUTED, fontsize=11)


def _box(ax, x, y, text, value, gradient, half):
    from matplotlib.patches import FancyBboxPatch

    ax.add_patch(
        FancyBboxPatch((x - half, y - 0.4), 2 * half, 0.8, boxstyle="round,pad=0,rounding_size=.08",
                       facecolor=style.PAPER, edgecolor=style.INK, linewidth=1.2, zorder=2)
    )  # fmt: skip
    lines = [(text, style.INK, "normal")]
    lines += [(_n(value), style.VALUE, "normal")] if value is not None else []
    lines += [(_n(gradient), style.GRADIENT, "bold")] if gradient is not None else []
    for k, (line, color, weight) in enumerate(lines):
        at = y + 0.23 * ((len(lines) - 1) / 2 - k)
        ax.text(x, at, line, ha="center", va="center", color=color, weight=weight, fontsize=11,
                zorder=3)  # fmt: skip


def _label(ax, x, y, text, value, gradient):
    lines = [(text, style.INK, "normal")]
    lines += [(_n(value), style.VALUE, "normal")] if value is not None else []
    lines += [(_n(gradient), style.GRADIENT, "bold")] if gradient is not None else []
    for k, (line, color, weight) in enumerate(reversed(lines)):
        ax.text(x, y + 0.24 * k, line, ha="center", color=color, weight=weight, fontsize=11)


def _arrow(ax, tail, head):
    look = {"arrowstyle": "-|>", "color": style.FORWARD, "linewidth": 1.7, "mutation_scale": 12,
            "shrinkA": 0, "shrinkB": 0}  # fmt: skip
    ax.annotate("", head, tail, arrowprops=look)


def _way_back(ax, grads):
    if not grads:
        return
    look = {"arrowstyle": "-|>", "color": style.BACKWARD, "linewidth": 2, "mutation_scale": 14,
            "shrinkA": 0, "shrinkB": 0}  # fmt: skip
    ax.annotate("", (_BOXES["x"][1], 0.42), (_BOXES["loss"][1], 0.42), arrowprops=look)
    ax.text(4.3, 0.05, "backward: the derivative of the loss, in color", ha="center",
            color=style.GRADIENT, fontsize=11)  # fmt: skip


def _n(x):
    return f"{float(x):.4g}".replace("-", "\u2212")


def _alt(values, grads):
    text = (
        "Two neurons in a row. x goes into z1 = w1 x + b1, z1 through tanh becomes a1, a1 goes "
        "into z2 = w2 a1 + b2, z2 through the sigmoid becomes a2, and a2 is compared with y in the "
        "loss."
    )
    if values:
        text += " Values: " + ", ".join(f"{k} = {_n(v)}" for k, v in values.items()) + "."
    if grads:
        text += " Gradients: " + ", ".join(f"{k} = {_n(v)}" for k, v in grads.items()) + "."
    return text
