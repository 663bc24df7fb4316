"""The graph of an expression, stepped forward (values appear) and backward (gradients appear)."""

import math

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

_SIGNS = {"*": "×", "-": "−", "/": "÷"}
_MOST = 40


def graph_stepper(output, names=None):
    """The graph of an expression, stepped forward and backward with buttons or arrow keys.

    Static: the finished graph, values in black, gradients in color.

    Parameters
    ----------
    output : Value, or list of dict
        The last value of an expression, on which `backward()` was called; your own class will do,
        as long as a value keeps what it was computed from in an attribute. Or the nodes
        themselves, inputs before what uses them: dicts with `data`, `grad`, `op`, `parents`
        (indices) and, if you like, `name` and `slopes`.
    names : dict of str to Value, optional
        Names for some of the values, e.g. {"x": x, "w": w}.
    """
    nodes = output if isinstance(output, list) else _nodes(output, names or {})
    if len(nodes) > _MOST:
        raise ValueError(
            f"the expression has {len(nodes)} values; at most {_MOST} can be read in a drawing. "
            "Draw a smaller one."
        )
    nodes = [_complete(node, nodes) for node in nodes]
    _name(nodes)
    _fold(nodes)
    at, edges, size = _layout(nodes)
    state = {
        "title": "Expression graph",
        "nodes": nodes,
        "at": at,
        "edges": edges,
        "size": size,
        "steps": _steps(nodes),
    }
    return interactive("graph", state, _drawn(state))


# -- reading the learner's values ------------------------------------------------------------


def _nodes(output, names):
    """The values below `output`, each after all that it was computed from."""
    order, seen = [], set()
    stack = [(output, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent in reversed(_parents(value)[0]))
    index = {id(value): i for i, value in enumerate(order)}
    called = {id(value): name for name, value in names.items()}
    nodes = []
    for value in order:
        parents, slopes = _parents(value)
        nodes.append(
            {
                "data": _number(value, "data"),
                "grad": _number(value, "grad"),
                "op": str(getattr(value, "op", getattr(value, "_op", "")) or ""),
                "parents": [index[id(parent)] for parent in parents],
                "slopes": slopes,
                "name": called.get(id(value)) or _label(value),
            }
        )
    return nodes


def _number(value, name):
    if not hasattr(value, name):
        raise TypeError(
            f"{type(value).__name__} has no .{name}: graph_stepper draws Value objects."
        )
    return float(getattr(value, name))


def _label(value):
    label = getattr(value, "label", getattr(value, "name", ""))
    return label if isinstance(label, str) else ""


def _parents(value):
    """What a value was computed from, and the slopes to it where it keeps them.

    Looks through the attributes for a collection of values, so that a class may call it
    `parents`, `children`, `_prev` or anything else, and may keep (value, slope) pairs.
    """
    kind, slopes = type(value), None
    for held in vars(value).values() if hasattr(value, "__dict__") else ():
        if not isinstance(held, tuple | list | set | frozenset) or not held:
            continue
        held = list(held)
        if all(isinstance(item, kind) for item in held):
            known = getattr(value, "slopes", None)
            if isinstance(known, tuple | list) and len(known) == len(held):
                slopes = [float(slope) for slope in known]
            return held, slopes
        pairs = [item for item in held if isinstance(item, tuple | list) and len(item) == 2]
        if len(pairs) == len(held) and all(isinstance(item[0], kind) for item in pairs):
            numbers = all(isinstance(item[1], int | float | np.number) for item in pairs)
            return [p for p, _ in pairs], [float(g) for _, g in pairs] if numbers else None
    return [], None


def _complete(node, nodes):
    """A node with its operation and slopes worked out where its class does not say."""
    node = {"name": "", "op": "", "slopes": None, **node}
    parents = list(node["parents"])
    inputs = [float(nodes[i]["data"]) for i in parents]
    if len(parents) == 1 and node["op"] in {"+", "*", "-", "/"}:  # a set forgets that a * a has two
        parents, inputs = parents * 2, inputs * 2
    op = node["op"] or _guess(node["data"], inputs)
    if len(parents) == 1 and op in ("**", "^", "pow"):
        op = _power(inputs[0], node["data"])
    slopes = node["slopes"] or _slopes(op, inputs, node["data"])
    if slopes is not None and len(slopes) != len(parents):
        slopes = _slopes(op, inputs, node["data"])
    return node | {"parents": parents, "op": op, "slopes": slopes}


def _guess(data, inputs):
    if not inputs:
        return ""
    a, b = inputs[0], inputs[-1]
    if len(inputs) == 2:
        options = {"+": a + b, "*": a * b, "-": a - b, "/": a / b if b else math.nan}
    else:
        options = {
            "tanh": math.tanh(a),
            "relu": max(a, 0.0),
            "exp": math.exp(min(a, 700)),
            "neg": -a,
        }
    return next((op for op, x in options.items() if math.isclose(x, data, rel_tol=1e-9)), "f")


def _power(a, data):
    """The operation of a power whose class keeps no exponent: "**2", or its name alone."""
    for k in (2, 3, -1, 0.5, -2, 4, -0.5, 1, 0):
        with np.errstate(all="ignore"):
            if np.isclose(np.float64(a) ** k, data, rtol=1e-9, atol=0):
                return f"**{k}"
    return "power"


def _slopes(op, inputs, data):
    a, b = (inputs[0], inputs[-1]) if inputs else (0.0, 0.0)
    if op.startswith(("**", "^")):
        try:
            k = float(op.lstrip("*^"))
        except ValueError:
            return None
        return [k * a ** (k - 1)] if a or k >= 1 else None
    if op == "/" and b == 0:
        return None
    return {
        "": [],
        "+": [1.0, 1.0],
        "-": [1.0, -1.0],
        "*": [b, a],
        "/": [1 / b, -a / b**2] if b else None,
        "tanh": [1 - data**2],
        "exp": [data],
        "relu": [float(a > 0)],
        "sigmoid": [data * (1 - data)],
        "neg": [-1.0],
    }.get(op.lower())


def _name(nodes):
    """Names for the nameless: a number for a constant, v1, v2, ... for what is computed."""
    count = 0
    for node in nodes:
        if node["parents"]:
            count += 1
            node["name"] = node["name"] or f"v{count}"
        node["sign"] = _sign(node["op"])


def _fold(nodes):
    """Hide nameless constants: they go into the head of the node that uses them, as in "× 2"."""
    leaves = [i for i, node in enumerate(nodes) if not node["parents"]]
    if not any(nodes[i]["name"] for i in leaves):
        return
    for i in leaves:
        users = [node for node in nodes if i in node["parents"]]
        if not nodes[i]["name"] and len(users) == 1 and users[0]["parents"].count(i) == 1:
            user, number = users[0], _n(nodes[i]["data"])
            nodes[i]["hidden"] = True
            left = user["parents"][0] == i and len(user["parents"]) == 2
            user["sign"] = f"{number} {user['sign']}" if left else f"{user['sign']} {number}"


def _shown(nodes, i):
    """The parents of node i that are drawn."""
    return [parent for parent in nodes[i]["parents"] if not nodes[parent].get("hidden")]


def _sign(op):
    return "^" + op[2:].replace("-", "−") if op.startswith("**") else _SIGNS.get(op, op)


# -- the steps -------------------------------------------------------------------------------


def _steps(nodes):
    """What each press of Next shows, and the sentence that goes with it.

    A step names the node in focus and lists what appears: values (node indices), or for each
    parent what its gradient is so far.
    """
    inner = [i for i, node in enumerate(nodes) if node["parents"]]
    leaves = [i for i, node in enumerate(nodes) if not node["parents"]]
    steps = [_step("forward", None, "The inputs are known. Next: forward, value by value.", leaves)]
    for i in inner:
        steps.append(_step("forward", i, _forward_words(nodes, i), [i]))
    if all(node["grad"] == 0 for node in nodes):
        steps[-1]["say"] += " All gradients are 0: call backward() on the last value to step back."
        return steps
    last = len(nodes) - 1
    seed = f"Backward starts at the end: d {nodes[last]['name']} / d {nodes[last]['name']} = 1."
    if nodes[last]["grad"] != 1:
        seed += f" But .grad here is {_n(nodes[last]['grad'])}."
    sums = {last: nodes[last]["grad"]}
    steps.append(_step("backward", last, seed, [], dict(sums)))
    waiting = {i: sum(node["parents"].count(i) for node in nodes) for i in range(len(nodes))}
    for i in reversed(inner):
        said = []
        slopes = nodes[i]["slopes"] or [None] * len(nodes[i]["parents"])
        for parent, slope in zip(nodes[i]["parents"], slopes, strict=True):
            waiting[parent] -= 1
            words = _share(nodes, i, parent, slope, sums, waiting[parent] == 0)
            if not nodes[parent].get("hidden"):
                said.append(words)
        text = f"{nodes[i]['name']} has gradient {_n(nodes[i]['grad'])} and passes it on: "
        steps.append(_step("backward", i, text + "; ".join(said) + ".", [], dict(sums)))
    return steps


def _step(way, focus, say, values, sums=None):
    return {"way": way, "focus": focus, "say": say, "values": values, "sums": sums or {}}


def _share(nodes, i, parent, slope, sums, settled):
    """Add node i's share to a parent's sum; the words for it. Its own .grad has the last word."""
    grad, name = nodes[parent]["grad"], nodes[parent]["name"] or _n(nodes[parent]["data"])
    if slope is None:
        sums[parent] = grad
        return f"{name} has {_n(grad)}"
    share = nodes[i]["grad"] * slope
    before = sums.get(parent)
    sums[parent] = share + (before or 0.0)
    words = f"{name} gets {_n(nodes[i]['grad'])} × {_n(slope, True)} = {_n(share)}"
    if before is not None:
        words += f", with {_n(before, True)} from before {_n(sums[parent])}"
    if settled:
        if not math.isclose(sums[parent], grad, rel_tol=1e-6, abs_tol=1e-9):
            words += f" (but its .grad is {_n(grad)})"
        sums[parent] = grad
    return words


def _forward_words(nodes, i):
    node = nodes[i]
    numbers = [_n(nodes[p]["data"], k > 0) for k, p in enumerate(node["parents"])]
    names = [nodes[p]["name"] or _n(nodes[p]["data"]) for p in node["parents"]]
    sign = _sign(node["op"])
    if len(numbers) == 2:
        left, right = f" {sign} ".join(names), f" {sign} ".join(numbers)
    elif sign.startswith("^"):
        left, right = f"{names[0]}{sign}", f"({numbers[0]}){sign}"
    else:
        left, right = (f"{sign}({', '.join(part)})" for part in (names, numbers))
    return f"{node['name']} = {left} = {right} = {_n(node['data'])}"


def _n(x, in_brackets=False):
    if not math.isfinite(x):
        return str(x)
    text = f"{x:.4g}".replace("-", "−")
    return f"({text})" if in_brackets and x < 0 else text


# -- where things go -------------------------------------------------------------------------


def _layout(nodes):
    """Positions (column, height) of the nodes, the bends of long edges, and the size of it all.

    Columns count back from the output. A long edge passes through invisible stations in the
    columns between, so that it goes around what stands there (after Sugiyama et al. 1981).
    """
    drawn = [i for i, node in enumerate(nodes) if not node.get("hidden")]
    level = [0] * len(nodes)
    for i in reversed(drawn):
        for parent in _shown(nodes, i):
            level[parent] = max(level[parent], level[i] + 1)
    columns = [[] for _ in range(max(level) + 1)]
    links, paths = [], []
    for i in drawn:
        columns[level[i]].append(i)
    extra = len(nodes)
    for i in drawn:
        for parent in dict.fromkeys(_shown(nodes, i)):
            path = [i]
            for column in range(level[i] + 1, level[parent]):
                columns[column].append(extra)
                path.append(extra)
                extra += 1
            path.append(parent)
            links += zip(path, path[1:], strict=False)
            paths.append({"from": parent, "to": i, "path": path[::-1]})
    heights = _heights(columns, links, len(nodes))
    deepest = len(columns) - 1
    column_of = {v: c for c, column in enumerate(columns) for v in column}
    place = {v: (deepest - column_of[v], heights[v]) for v in heights}
    edges = [
        {"from": e["from"], "to": e["to"], "path": [place[v] for v in e["path"]]} for e in paths
    ]
    return (
        [place.get(i) for i in range(len(nodes))],
        edges,
        (deepest + 1, max(heights.values()) + 1),
    )


def _heights(columns, links, real):
    """A height for every node and station: near its neighbors, no two on one another."""
    above = {}
    for to, source in links:
        above.setdefault(source, []).append(to)
        above.setdefault(to, []).append(source)
    height = {v: float(k) for column in columns for k, v in enumerate(column)}
    for sweep in range(24):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            pull = {v: np.mean([height[u] for u in above.get(v, [v])]) for v in column}
            column.sort(key=pull.get)
            _spread(column, pull, height, real)
    lowest = min(height.values())
    return {v: h - lowest for v, h in height.items()}


def _spread(column, wish, height, real):
    """The heights nearest to the wishes with a gap of one between nodes, less at stations."""
    gap = [
        0.5 + 0.5 * ((u < real) + (v < real)) / 2 for u, v in zip(column, column[1:], strict=False)
    ]
    offset = np.concatenate([[0.0], np.cumsum(gap)])
    free = np.array([wish[v] for v in column]) - offset
    blocks = []  # pool adjacent violators: isotonic regression of the shifted wishes
    for value in free:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, count = blocks.pop()
            mean, size = blocks[-1]
            blocks[-1] = [(mean * size + last * count) / (size + count), size + count]
    settled = np.concatenate([[mean] * size for mean, size in blocks]) + offset
    height.update(zip(column, settled, strict=True))


# -- the static picture ----------------------------------------------------------------------


def _drawn(state):
    nodes, (columns, rows) = state["nodes"], state["size"]
    tall = columns > 9  # more columns than a page is wide: from top to bottom instead
    width, height = (1.25 * rows + 0.3, 0.95 * columns) if tall else (1.17 * columns, 0.95 * rows)
    fig, ax = style.figure(width=max(width, 4.2), height=height + 0.65)
    span = max(width, 4.2) / (1.25 if tall else 1.17)
    along = (-0.5, -0.5 + span)
    ax.set(xlim=along, ylim=((columns if tall else rows) - 0.5, -0.95))
    ax.axis("off")
    for edge in state["edges"]:
        _edge(ax, edge["path"], tall)
    stepped_back = state["steps"][-1]["way"] == "backward"
    for node, at in zip(nodes, state["at"], strict=True):
        if at is not None:
            _box(ax, *(at[::-1] if tall else at), node, stepped_back)
    ax.text(along[0] + 0.1, -0.7, "value, forward", color=style.VALUE)
    ax.text(along[0] + 1.55, -0.7, "gradient, backward", color=style.GRADIENT, weight="bold")
    return style.show(fig, _alt(nodes, stepped_back))


def _edge(ax, path, tall):
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    reach = 0.4  # from the middle of a box to its side
    stops = [(path[0][0] + reach, path[0][1])]
    for x, y in path[1:-1]:
        stops += [(x - reach, y), (x + reach, y)]
    stops.append((path[-1][0] - reach, path[-1][1]))
    points, codes = [stops[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in zip(stops, stops[1:], strict=False):
        middle = (x0 + x1) / 2
        points += [(middle, y0), (middle, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    points = [(y, x) for x, y in points] if tall else points
    ax.add_patch(
        FancyArrowPatch(path=Path(points, codes), arrowstyle="-|>", mutation_scale=12,
                        color=style.MUTED, linewidth=1.4, zorder=1)
    )  # fmt: skip


def _box(ax, x, y, node, stepped_back):
    from matplotlib.patches import FancyBboxPatch

    fill = "#E4F0F8" if node["parents"] else style.PAPER
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.4, y - 0.4), 0.8, 0.8, boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=fill, edgecolor=style.INK, linewidth=1.2, zorder=2,
        )
    )  # fmt: skip
    head = f"{node['name']}  {node['sign']}".strip()
    ax.text(x, y - 0.23, head, ha="center", va="center", fontsize=10.5, color=style.MUTED, zorder=3)
    ax.text(x, y + 0.03, _n(node["data"]), ha="center", va="center", fontsize=11, zorder=3)
    if stepped_back:
        ax.text(x, y + 0.27, _n(node["grad"]), ha="center", va="center", fontsize=11, zorder=3,
                color=style.GRADIENT, weight="bold")  # fmt: skip


def _alt(nodes, stepped_back):
    told = []
    for i, node in enumerate(nodes):
        text = (
            _forward_words(nodes, i) if node["parents"] else f"{node['name']} = {_n(node['data'])}"
        )
        if not node["parents"] and not node["name"]:
            text = f"constant {_n(node['data'])}"
        told.append(text + (f", gradient {_n(node['grad'])}" if stepped_back else ""))
    return "Graph of an expression. " + "; ".join(told) + "."
