"""The static picture of both passes: the finished numbers of one example, drawn and in words."""

import numpy as np

from bplab.viz import style
from bplab.viz.two_pass_numbers import in_brackets, short


def drawn(state):
    """The Picture of a stepper's state, with the formulas of the first hidden unit below."""
    layout, L = state["layout"], len(state["W"])
    focus = (1, 0)  # layer and unit whose formulas are written out
    lines = _formulas(state, *focus)
    scale = 100 / style.PAGE_DPI
    fig, ax = style.figure(
        width=layout["width"] / 100, height=(layout["height"] + 24 * len(lines) + 14) / 100 * scale
    )
    fig.set_layout_engine("none")
    ax.set_position([0, 0, 1, 1])
    ax.set(xlim=(0, layout["width"]), ylim=(layout["height"] + 24 * len(lines) + 14, 0))
    ax.axis("off")
    _lanes(ax, layout, L)
    for i in range(L):
        _edges(ax, state, i, focus)
    for i in range(L + 1):
        _column(ax, state, i, focus)
    _loss_box(ax, state)
    for k, (text, color) in enumerate(lines):
        ax.text(12, layout["height"] + 14 + 24 * k, text, va="center", color=color,
                family="DejaVu Sans Mono", fontsize=10.5)  # fmt: skip
    return style.show(fig, _alt(state))


def _half_centers(column):
    return column["x"] + column["w"] * 0.25, column["x"] + column["w"] * 0.75


def _lanes(ax, layout, L):
    columns, (up, down) = layout["columns"], layout["lanes"]
    left, right = columns[0]["x"], layout["loss"]["x"] + layout["loss"]["w"]
    for y, ends, color in (
        (up, (left, right), style.FORWARD),
        (down, (right, left), style.BACKWARD),
    ):
        ax.annotate("", (ends[1], y), (ends[0], y),
                    arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2.4,
                                "mutation_scale": 18, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    chips = [("X", left + columns[0]["w"] / 2, up), ("dX", left + columns[0]["w"] / 2, down)]
    for i, column in enumerate(columns[1:], start=1):
        z, a = _half_centers(column)
        chips += [(f"Z{i}", z, up), (f"A{i}" if i < L else "P", a, up), (f"dZ{i}", z, down)]
        chips += [(f"dA{i}", a, down)] if i < L else []
        middle = (columns[i - 1]["x"] + columns[i - 1]["w"] + column["x"]) / 2
        chips.append((f"dW{i} db{i}", middle, down))
    chips.append(("loss", layout["loss"]["x"] + layout["loss"]["w"] / 2, up))
    for text, x, y in chips:
        color = style.FORWARD if y == up else style.GRADIENT
        frame = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": color}
        _say(ax, x, y, text, color=color, weight="bold", fontsize=11, bbox=frame)
    _say(ax, left, up - 28, "forward: values", color=style.FORWARD, weight="bold", ha="left")
    _say(
        ax, right, down - 24, "backward: gradients", color=style.GRADIENT, weight="bold", ha="right"
    )
    for i, column in enumerate(columns[1:], start=1):
        name = f"hidden {i}" if i < L else "output"
        _say(ax, column["x"] + column["w"] / 2, up - 28, name, color=style.MUTED)


def _say(ax, x, y, text, **how):
    ax.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 11} | how)


def _edges(ax, state, i, focus):
    from matplotlib.patheffects import withStroke

    left, right = state["layout"]["columns"][i : i + 2]
    places, W, dW = state["layout"]["labels"][i], state["W"][i], state["dW"][i]
    biggest = max(np.abs(W).max(), 1e-12)
    halo = [withStroke(linewidth=3.5, foreground="white")]
    x0, x1 = left["x"] + left["w"], right["x"]
    for j, u in enumerate(left["y"]):
        for k, v in enumerate(right["y"]):
            chosen = (i + 1, k) == focus
            ax.plot((x0, x1), (u, v), color=style.INK if chosen else "#9AA4AE",
                    linewidth=0.7 + 2.3 * abs(W[j, k]) / biggest, zorder=1,
                    linestyle="-" if W[j, k] >= 0 else (0, (4, 2)))  # fmt: skip
            t = places[j][k] if places else 0.36
            if places or chosen:
                x, y = x0 + t * (x1 - x0), u + t * (v - u)
                _say(ax, x, y - 8, short(W[j, k]), fontsize=10, path_effects=halo, zorder=2)
                _say(ax, x, y + 9, short(dW[j, k]), fontsize=10, path_effects=halo, zorder=2,
                     color=style.GRADIENT)  # fmt: skip


def _column(ax, state, i, focus):
    from matplotlib.patches import FancyBboxPatch

    column, half = state["layout"]["columns"][i], state["layout"]["cell"]["h"] / 2
    for k, y in enumerate(column["y"]):
        chosen = (i, k) == focus
        ax.add_patch(
            FancyBboxPatch(
                (column["x"], y - half), column["w"], 2 * half, zorder=3, mutation_aspect=1,
                boxstyle="round,pad=0,rounding_size=14", edgecolor=style.INK,
                facecolor="#FFF9D6" if chosen else style.PAPER, linewidth=2.2 if chosen else 1.3,
            )
        )  # fmt: skip
        _numbers(ax, state, i, k, y)


def _numbers(ax, state, i, k, y):
    """The numbers of unit k of layer i: in its cell both passes, under it the bias."""
    column, e, L = state["layout"]["columns"][i], state["example"], len(state["W"])
    half, center = state["layout"]["cell"]["h"] / 2, column["x"] + column["w"] / 2
    under = {"y": y + half + 12, "fontsize": 10}
    if i == 0:
        cells = [(center, state["A"][0][e][k], state["dA"][0][e][k])]
        _say(ax, center, text=state["features"][k], color=style.MUTED, **under)
    else:
        z, a = _half_centers(column)
        ax.plot((center, center), (y - half, y + half), color=style.GRID, linewidth=1, zorder=4)
        out = state["P"][e][k] if i == L else state["A"][i][e][k]
        back = None if i == L else state["dA"][i][e][k]
        cells = [(z, state["Z"][i - 1][e][k], state["dZ"][i - 1][e][k]), (a, out, back)]
        bias, slope = state["b"][i - 1][k], state["db"][i - 1][k]
        _say(ax, center - 5, text=f"b {short(bias)}", ha="right", **under)
        _say(ax, center + 5, text=f"db {short(slope)}", ha="left", color=style.GRADIENT, **under)
    for x, value, gradient in cells:
        _say(ax, x, y - 13, short(value), zorder=5)
        if gradient is not None:
            look = {"color": style.GRADIENT, "weight": "bold", "fontsize": 10.2}
            _say(ax, x, y + 13, short(gradient), zorder=5, **look)


def _loss_box(ax, state):
    from matplotlib.patches import FancyBboxPatch

    box, e, last = state["layout"]["loss"], state["example"], state["layout"]["columns"][-1]
    target = int(state["y"][e])
    for k, y in enumerate(last["y"]):
        ax.plot((last["x"] + last["w"], box["x"]), (y, box["y"]), zorder=1, linewidth=1.6,
                color=style.INK if k == target else style.GRID)  # fmt: skip
    corner, shape = (box["x"], box["y"] - 44), "round,pad=0,rounding_size=6"
    look = {"facecolor": "#F6F8FA", "edgecolor": style.INK, "zorder": 3}
    ax.add_patch(FancyBboxPatch(corner, box["w"], 88, boxstyle=shape, **look))
    texts = (
        f"target y = {target}",
        f"−ln {short(state['P'][e][target])}",
        f"= {short(state['losses'][e])}",
        f"mean {short(state['loss'])}",
    )
    for k, text in enumerate(texts):
        at = (box["x"] + box["w"] / 2, box["y"] - 31 + 21 * k)
        _say(ax, *at, text, fontsize=10.5, zorder=4, weight="bold" if k == 3 else "normal")


def _formulas(state, layer, unit):
    """Both passes through one unit, with the numbers put in: [(text, color)]."""
    e, i, k = state["example"], layer - 1, unit
    A, W, b = state["A"][i][e], state["W"][i], state["b"][i]
    into = "X" if i == 0 else f"A{i}"
    names = [f"{into}[{e},{j}]·W{layer}[{j},{k}]" for j in range(len(A))] + [f"b{layer}[{k}]"]
    numbers = _products(A, W[:, k]) + [in_brackets(b[k])]
    lines = _equation(f"Z{layer}[{e},{k}]", names, numbers, state["Z"][i][e][k], style.FORWARD)
    if layer < len(state["W"]):
        dZ, V, n = state["dZ"][layer][e], state["W"][layer], layer + 1
        names = [f"dZ{n}[{e},{m}]·W{n}[{k},{m}]" for m in range(len(dZ))]
        result = state["dA"][layer][e][k]
        lines += _equation(
            f"dA{layer}[{e},{k}]", names, _products(dZ, V[k]), result, style.GRADIENT
        )
    return lines + [(text, style.GRADIENT) for text in state["doubts"].values()][:3]


def _products(left, right):
    return [f"{in_brackets(u)}·{in_brackets(v)}" for u, v in zip(left, right, strict=True)]


def _equation(name, names, numbers, result, color):
    indent = " " * len(name)
    return [
        (f"{name} = {' + '.join(names)}", color),
        (f"{indent} = {' + '.join(numbers)} = {short(result)}", style.VALUE),
    ]


def _alt(state):
    e, L = state["example"], len(state["W"])
    row = lambda values: "(" + ", ".join(short(v) for v in values) + ")"  # noqa: E731
    told = [f"X = {row(state['A'][0][e])}"]
    for i in range(1, L + 1):
        told.append(f"Z{i} = {row(state['Z'][i - 1][e])}")
        told.append(f"P = {row(state['P'][e])}" if i == L else f"A{i} = {row(state['A'][i][e])}")
    back = []
    for i in range(L, 0, -1):
        back += [f"dZ{i} = {row(state['dZ'][i - 1][e])}"]
        back += [f"{'dX' if i == 1 else f'dA{i - 1}'} = {row(state['dA'][i - 1][e])}"]
    widths = "-".join(map(str, state["widths"]))
    return (
        f"A {widths} network with the numbers of both passes for example {e}. Forward: "
        f"{', '.join(told)}; target {int(state['y'][e])}, mean loss {short(state['loss'])}. "
        f"Backward: {', '.join(back)}. {' '.join(state['doubts'].values())}"
    )
