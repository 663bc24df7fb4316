"""The course's signature picture: both passes through a drawn network, on the learner's numbers."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

_MOST_UNITS, _MOST_LAYERS, _MOST_EXAMPLES = 6, 4, 24


def two_pass_stepper(
    X,
    y,
    params,
    forward=None,
    backward=None,
    kind="tanh",
    *,
    example=0,
    features=None,
    classes=None,
):
    """Step forward through every layer of a network and back again, on your own arrays.

    Next and Back (or the arrow keys) step; a click on a unit shows its formula with the numbers
    put in; any row of X can be chosen. Forward numbers are black, backward numbers colored.
    Static: the finished passes for one example.

    Parameters
    ----------
    X : (N, D) array
    y : (N,) ints
    params : list of (W, b)
        At most 4 layers and 6 units a layer, to be legible.
    forward, backward : callables, optional
        `forward(X, params, kind) -> (P, cache)` and `backward(P, y, cache, params, kind) -> grads`:
        your `mlp_forward` and `mlp_backward`. The reference ones of `bplab.nn` by default.
    kind : "tanh", "relu" or "sigmoid"
    example : int
        The row of X shown first.
    features, classes : sequences of str, optional
        Names of the inputs and of the outputs.

    Notes
    -----
    Z, A, P, dW and db are what `forward` and `backward` return. The steps between, dZ and dA, are
    worked out from them by the chain rule; where your gradients disagree, the picture says so.
    """
    if forward is None or backward is None:
        from bplab import nn

        forward, backward = forward or nn.mlp_forward, backward or nn.mlp_backward
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    params = [(np.asarray(W, dtype=float), np.asarray(b, dtype=float)) for W, b in params]
    widths = _widths(X, params)
    rows = min(len(X), _MOST_EXAMPLES)
    if not 0 <= example < rows:
        raise ValueError(f"example must be one of the first {rows} rows of X, got {example}.")
    passes = _passes(X, y, params, forward, backward, kind, widths)
    shown = {
        key: [array[:rows] for array in passes[key]]
        if isinstance(passes[key], list)
        else passes[key][:rows]
        for key in ("Z", "A", "P", "dZ", "dA", "losses")
    }
    state = shown | {
        "title": "Forward and backward through a network",
        "widths": widths,
        "kind": kind,
        "N": len(X),
        "y": y[:rows],
        "example": example,
        "W": [W for W, _ in params],
        "b": [b for _, b in params],
        "dW": passes["dW"],
        "db": passes["db"],
        "loss": passes["loss"],
        "doubts": passes["doubts"],
        "features": list(features) if features is not None else [f"x{j}" for j in range(widths[0])],
        "outputs": list(classes)
        if classes is not None
        else [f"class {k}" for k in range(widths[-1])],
        "steps": _steps(len(params)),
        "layout": _layout(widths),
    }
    return interactive("two_pass", state, _drawn(state))


def _widths(X, params):
    if X.ndim != 2:
        raise ValueError(f"X must be (N, D), got shape {X.shape}.")
    widths = [X.shape[1]]
    for i, (W, b) in enumerate(params, start=1):
        if W.shape != (widths[-1], b.size):
            raise ValueError(f"W{i} must be ({widths[-1]}, {b.size}), got {W.shape}.")
        widths.append(b.size)
    if len(params) > _MOST_LAYERS or max(widths) > _MOST_UNITS:
        drawn = "-".join(map(str, widths))
        raise ValueError(
            f"widths {drawn} cannot be read in a drawing: at most {_MOST_LAYERS} layers of "
            f"{_MOST_UNITS} units. Draw a smaller network; the passes are the same."
        )
    return widths


# -- the numbers -----------------------------------------------------------------------------


def _passes(X, y, params, forward, backward, kind, widths):
    P, cache = forward(X, params, kind)
    L, N = len(params), len(X)
    Z, A = _layers(cache, "Z", L), _layers(cache, "A", L)
    for name, arrays, of in (("Z", Z, widths[1:]), ("A", A, widths[:-1])):
        for i, (array, width) in enumerate(zip(arrays, of, strict=True)):
            if array.shape != (N, width):
                raise ValueError(
                    f"cache[{name!r}][{i}] must be ({N}, {width}), got {array.shape}; "
                    "A is [X, A1, ...], what goes into each layer, and Z is [Z1, ..., ZL]."
                )
    P = np.asarray(P, dtype=float)
    if P.shape != (N, widths[-1]):
        raise ValueError(f"forward must return P of shape ({N}, {widths[-1]}), got {P.shape}.")
    dW, db = _grads(backward(P, y, cache, params, kind), L)
    dZ, dA = _chain(P, y, Z, A, params, kind)
    losses = -np.log(np.clip(P[np.arange(N), y], 1e-12, None))
    doubts = _doubts(Z, A, P, dZ, dW, db, params, kind)
    dW = [_fit(g, W.shape) for g, (W, _) in zip(dW, params, strict=True)]
    db = [_fit(g, b.shape) for g, (_, b) in zip(db, params, strict=True)]
    return {
        "Z": Z, "A": A, "P": P, "dZ": dZ, "dA": dA, "dW": dW, "db": db,
        "losses": losses, "loss": losses.mean(), "doubts": doubts,
    }  # fmt: skip


def _grads(grads, L):
    try:
        pairs = [(np.asarray(dW, dtype=float), np.asarray(db, dtype=float)) for dW, db in grads]
    except (TypeError, ValueError):
        raise ValueError("backward must return a list of (dW, db), first layer first.") from None
    if len(pairs) != L:
        raise ValueError(f"backward must return {L} pairs (dW, db), one a layer, got {len(pairs)}.")
    return [dW for dW, _ in pairs], [db for _, db in pairs]


def _fit(array, shape):
    """An array of another shape cannot be drawn: nan in its place, and the doubt says why."""
    return array if array.shape == shape else np.full(shape, np.nan)


def _layers(cache, name, L):
    if not isinstance(cache, dict) or name not in cache:
        raise ValueError(f"the cache must be a dict with the list {name!r}.")
    if len(cache[name]) != L:
        raise ValueError(
            f"cache[{name!r}] must hold {L} arrays, one a layer, got {len(cache[name])}."
        )
    return [np.asarray(array, dtype=float) for array in cache[name]]


def _slope(kind, Z):
    if kind == "relu":
        return (Z > 0) * 1.0
    a = _activate(kind, Z)
    return 1 - a**2 if kind == "tanh" else a * (1 - a)


def _activate(kind, Z):
    if kind not in ("tanh", "relu", "sigmoid"):
        raise ValueError(f"kind must be tanh, relu or sigmoid, got {kind!r}.")
    if kind == "tanh":
        return np.tanh(Z)
    return np.maximum(Z, 0) if kind == "relu" else 1 / (1 + np.exp(-Z))


def _chain(P, y, Z, A, params, kind):
    """dZ of every layer and dA of what goes into it, last layer first computed."""
    N, L = len(P), len(params)
    dZ, dA = [None] * L, [None] * L
    dZ[-1] = (P - np.eye(P.shape[1])[y]) / N
    for layer in reversed(range(L)):
        dA[layer] = dZ[layer] @ params[layer][0].T
        if layer:
            dZ[layer - 1] = dA[layer] * _slope(kind, Z[layer - 1])
    return dZ, dA


def _doubts(Z, A, P, dZ, dW, db, params, kind):
    """Where the learner's arrays are not what the ones before them give: {array: sentence}."""
    doubts = {}
    softmax = np.exp(Z[-1] - Z[-1].max(axis=1, keepdims=True))
    expected = {"P": (P, softmax / softmax.sum(axis=1, keepdims=True))}
    for i, (W, b) in enumerate(params):
        expected[f"Z{i + 1}"] = (Z[i], A[i] @ W + b)
        if i:
            expected[f"A{i}"] = (A[i], _activate(kind, Z[i - 1]))
        expected[f"dW{i + 1}"] = (dW[i], A[i].T @ dZ[i])
        expected[f"db{i + 1}"] = (db[i], dZ[i].sum(axis=0))
    for name, (yours, ours) in expected.items():
        if yours.shape != ours.shape:
            doubts[name] = f"Your {name} has shape {yours.shape}; expected {ours.shape}."
        elif not np.allclose(yours, ours, rtol=1e-6, atol=1e-10):
            at = np.unravel_index(np.argmax(np.abs(yours - ours)), ours.shape)
            place = f"{name}[{','.join(map(str, at))}]"
            doubts[name] = f"Your {place} is {_f(yours[at])}; the formula gives {_f(ours[at])}."
    return doubts


def _steps(L):
    steps = [{"what": "X", "layer": 0, "way": "forward"}]
    for i in range(1, L + 1):
        steps.append({"what": "Z", "layer": i, "way": "forward"})
        steps.append({"what": "A" if i < L else "P", "layer": i, "way": "forward"})
    steps.append({"what": "loss", "layer": L, "way": "forward"})
    for i in range(L, 0, -1):
        steps.append({"what": "dZ", "layer": i, "way": "backward"})
        steps.append({"what": "dW", "layer": i, "way": "backward"})
        steps.append({"what": "dA" if i > 1 else "dX", "layer": i - 1, "way": "backward"})
    return steps


# -- where things go, in pixels of the page --------------------------------------------------


def _layout(widths):
    L, tallest = len(widths) - 1, max(max(widths), 2)
    gap = {1: 230, 2: 190, 3: 104, 4: 88}[L]
    cell, first, last, top = 158, 86, 124, 88
    pitch = 106 if tallest <= 3 else 86
    x, columns = 10, []
    for i, units in enumerate(widths):
        width = first if i == 0 else cell
        high = top + (tallest - units) * pitch / 2
        columns.append({"x": x, "w": width, "y": [high + k * pitch + 29 for k in range(units)]})
        x += width + gap
    loss = {"x": x - gap + 40, "w": last, "y": top + (tallest - 1) * pitch / 2 + 29}
    height = top + tallest * pitch + 40
    layout = {
        "width": loss["x"] + last + 10,
        "height": height,
        "cell": {"h": 58},
        "columns": columns,
        "loss": loss,
        "lanes": [48, height - 26],
    }
    return layout | {"labels": [_labels(columns[i], columns[i + 1]) for i in range(L)]}


def _labels(left, right):
    """For each weight of a layer, how far along its edge its number stands; None if crowded.

    Tries places for one number after the other and goes back where one finds none free; when
    they do not all fit, only the selected unit's weights will bear numbers.
    """
    ends = [(u, v) for u in left["y"] for v in right["y"]]
    gap = right["x"] - left["x"] - left["w"]
    tries = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
    chosen, budget = [], 20000

    def place(n):
        nonlocal budget
        if n == len(ends):
            return True
        for t in tries:
            budget -= 1
            u, v = ends[n]
            at = (t * gap, u + t * (v - u))
            if budget > 0 and all(abs(at[0] - a) > 74 or abs(at[1] - b) > 42 for _, a, b in chosen):
                chosen.append((t, *at))
                if place(n + 1):
                    return True
                chosen.pop()
        return False

    if len(ends) > 12 or not place(0):
        return None
    k = len(right["y"])
    return [[t for t, _, _ in chosen[j * k : (j + 1) * k]] for j in range(len(left["y"]))]


# -- the static picture ----------------------------------------------------------------------


def _drawn(state):
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
                _say(ax, x, y - 8, _f(W[j, k]), fontsize=10, path_effects=halo, zorder=2)
                _say(ax, x, y + 9, _f(dW[j, k]), fontsize=10, path_effects=halo, zorder=2,
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
        _say(ax, center - 5, text=f"b {_f(bias)}", ha="right", **under)
        _say(ax, center + 5, text=f"db {_f(slope)}", ha="left", color=style.GRADIENT, **under)
    for x, value, gradient in cells:
        _say(ax, x, y - 13, _f(value), zorder=5)
        if gradient is not None:
            _say(ax, x, y + 13, _f(gradient), color=style.GRADIENT, weight="bold", zorder=5)


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
        f"−ln {_f(state['P'][e][target])}",
        f"= {_f(state['losses'][e])}",
        f"mean {_f(state['loss'])}",
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
    numbers = _products(A, W[:, k]) + [_b(b[k])]
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
    return [f"{_b(u)}·{_b(v)}" for u, v in zip(left, right, strict=True)]


def _equation(name, names, numbers, result, color):
    indent = " " * len(name)
    return [
        (f"{name} = {' + '.join(names)}", color),
        (f"{indent} = {' + '.join(numbers)} = {_f(result)}", style.VALUE),
    ]


def _f(x):
    """A number in at most seven characters (also in two_pass.js)."""
    x = float(x)
    size = abs(x)
    if not np.isfinite(x):
        return str(x)
    if x == int(x) and size < 1e5:
        return str(int(x)).replace("-", "−")
    if size < 1e-3 or size >= 1e4:
        mantissa, power = f"{x:.1e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    digits = 2 - int(np.floor(np.log10(size))) if size < 0.1 else 3 if size < 10 else 1
    return f"{x:.{min(digits, 4)}f}".replace("-", "−")


def _b(x):
    return f"({_f(x)})" if x < 0 else _f(x)


def _alt(state):
    e, L = state["example"], len(state["W"])
    row = lambda values: "(" + ", ".join(_f(v) for v in values) + ")"  # noqa: E731
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
        f"{', '.join(told)}; target {int(state['y'][e])}, mean loss {_f(state['loss'])}. "
        f"Backward: {', '.join(back)}. {' '.join(state['doubts'].values())}"
    )
