"""The graph of an expression of arrays: shapes, values and gradients, stepped both ways."""

import numpy as np

from bplab.viz import style
from bplab.viz.graph_places import folded, layout_of
from bplab.viz.graph_values import in_order, parents_of
from bplab.viz.widget import interactive

_MOST, _CELLS = 24, 8  # boxes in a drawing; cells a side of one
_SIGNS = {"*": "×", "-": "−", "/": "÷", "T": "transpose"}


def tensor_graph(output, names=None):
    """The graph of an expression of tensors, stepped forward and backward.

    Every box shows a tensor's shape and its entries as tiles: blue below zero, vermilion above;
    on the left the values, on the right, once the backward pass has come by, the gradients.
    Static: the finished graph.

    Parameters
    ----------
    output : Tensor
        The last one, of one entry, on which `backward()` was called. Your own class will do, as
        long as a tensor keeps what it was computed from in an attribute.
    names : dict of str to Tensor, optional
        Names for some of them, e.g. {"X": X, "W1": W1}.
    """
    nodes = _nodes(output, names or {})
    if len(nodes) > _MOST:
        raise ValueError(
            f"the expression has {len(nodes)} tensors; at most {_MOST} can be read in a drawing. "
            "Draw a smaller one."
        )
    at, edges, size = folded(*layout_of(nodes))
    state = {
        "title": "Graph of a tensor expression",
        "nodes": [_shown(node) for node in nodes],
        "at": at,
        "edges": edges,
        "size": size,
        "steps": _steps(nodes),
    }
    return interactive("tensor_graph", state, _drawn(nodes, state))


def _nodes(output, names):
    """The tensors below `output`, each after all that it was computed from."""
    order = in_order(output)
    index = {id(tensor): i for i, tensor in enumerate(order)}
    called = {id(tensor): name for name, tensor in names.items()}
    nodes, unnamed = [], 0
    for tensor in order:
        parents = [index[id(parent)] for parent in parents_of(tensor)[0]]
        name = called.get(id(tensor), "")
        if parents and not name:
            unnamed += 1
            name = f"t{unnamed}"
        data = np.asarray(tensor.data, dtype=float)
        if not name and data.size > 1:
            name = "array"
        hidden = not parents and not name and data.size == 1
        nodes.append(
            {
                "name": name,
                "op": str(getattr(tensor, "op", getattr(tensor, "_op", "")) or ""),
                "parents": parents,
                "data": data,
                "grad": np.broadcast_to(np.asarray(tensor.grad, dtype=float), data.shape),
                "hidden": hidden,
            }
        )
    return nodes


def _shape(array):
    return "one number" if array.ndim == 0 else str(tuple(array.shape))


def _of_shape(array):
    return ", one number," if array.ndim == 0 else f" of shape {_shape(array)}"


def _label(nodes, i):
    node = nodes[i]
    return node["name"] or (f"{node['data'].item():.3g}" if node["data"].size == 1 else "array")


def _shown(node):
    return {
        "name": node["name"],
        "sign": _sign(node),
        "shape": _shape(node["data"]),
        "parents": node["parents"],
        "value": _tiles(node["data"]),
        "gradient": _tiles(node["grad"]),
        "numbers": [_number(node["data"]), _number(node["grad"])],
    }


def _sign(node):
    op = node["op"]
    return "^" + op[2:] if op.startswith("**") else _SIGNS.get(op, op)


def _number(array):
    return f"{array.item():.3g}".replace("-", "−") if array.size == 1 else ""


def _tiles(array):
    """Entries as numbers from -1 to 1, rows of at most 8; the largest in size is 1."""
    rows = array.reshape(-1, array.shape[-1] if array.ndim else 1)[:_CELLS, :_CELLS]
    largest = np.abs(rows).max() if rows.size else 0.0
    return np.round(rows / largest if largest else rows, 3)


def _steps(nodes):
    inner = [i for i, node in enumerate(nodes) if node["parents"]]
    leaves = [i for i, node in enumerate(nodes) if not node["parents"]]
    steps = [_step("forward", None, "The inputs are known. Next: forward, array by array.", leaves)]
    steps += [_step("forward", i, _forward_words(nodes, i), [i]) for i in inner]
    if not any(node["grad"].any() for node in nodes):
        steps[-1]["say"] += " All gradients are 0: call backward() on the last tensor to step back."
        return steps
    last = len(nodes) - 1
    say = f"Backward starts at the end: the gradient of {_label(nodes, last)} by itself is 1."
    steps.append(_step("backward", last, say, [], [last]))
    waiting = [sum(node["parents"].count(i) for node in nodes) for i in range(len(nodes))]
    known = [last]
    for i in reversed(inner):
        for parent in nodes[i]["parents"]:
            waiting[parent] -= 1
        known = known + [p for p in dict.fromkeys(nodes[i]["parents"]) if waiting[p] == 0]
        steps.append(_step("backward", i, _backward_words(nodes, i, waiting), [], known))
    return steps


def _step(way, focus, say, values, gradients=()):
    return {"way": way, "focus": focus, "say": say, "values": values, "gradients": list(gradients)}


def _forward_words(nodes, i):
    node = nodes[i]
    names = [_label(nodes, p) for p in node["parents"]]
    shapes = [_shape(nodes[p]["data"]) for p in node["parents"]]
    sign = _sign(node)
    if len(names) == 2:
        made, sizes = f" {sign} ".join(names), f" {sign} ".join(shapes)
    elif sign.startswith("^"):
        made, sizes = f"{names[0]}{sign}", shapes[0]
    else:
        made, sizes = f"{sign} of {names[0]}", shapes[0]
    return f"{_label(nodes, i)} = {made}: {sizes} gives {_shape(node['data'])}."


def _backward_words(nodes, i, waiting):
    node, said = nodes[i], []
    shape = node["data"].shape
    for parent in dict.fromkeys(node["parents"]):
        if nodes[parent]["hidden"]:
            continue
        own, name = nodes[parent]["data"].shape, _label(nodes, parent)
        words = f"{name} gets a share{_of_shape(nodes[parent]['data']).rstrip(',')}"
        if node["op"] in "+-*/" and len(node["parents"]) == 2 and own != shape:
            words += f" (it was copied to {_shape(node['data'])}, so the copies' shares are summed)"
        if node["parents"].count(parent) > 1:
            words += ", twice"
        if waiting[parent]:
            words += ", and waits for more"
        said.append(words)
    head = f"{_label(nodes, i)} passes its gradient{_of_shape(node['data'])} on: "
    return head + ("; ".join(said) or "to a constant, which needs none") + "."


# -- the static picture ----------------------------------------------------------------------


def _drawn(nodes, state):
    columns, rows = state["size"]
    fig, ax = style.figure(width=max(1.3 * columns, 6.0), height=1.1 * rows + 0.7)
    ax.set(xlim=(-0.7, columns - 0.3), ylim=(rows - 0.4, -1.0))
    ax.axis("off")
    for edge in state["edges"]:
        for path in edge["runs"] + edge["turns"]:
            _edge(ax, path)
    stepped_back = state["steps"][-1]["way"] == "backward"
    for node, shown, at in zip(nodes, state["nodes"], state["at"], strict=True):
        if at is not None and not node["hidden"]:
            _box(ax, *at, shown, stepped_back, 10.5)
    ax.text(0.01, 1.0, "left: values, forward", color=style.VALUE, fontsize=10.5,
            transform=ax.transAxes, va="top")  # fmt: skip
    ax.text(0.35, 1.0, "right: gradients, backward", color=style.GRADIENT, weight="bold",
            fontsize=10.5, transform=ax.transAxes, va="top")  # fmt: skip
    return style.show(fig, _alt(nodes, stepped_back))


def _edge(ax, path):
    xs = [x for x, _ in path]
    ys = [y for _, y in path]
    ax.plot(xs, ys, color=style.MUTED, linewidth=1.3, zorder=1)


def _box(ax, x, y, shown, stepped_back, size):
    from matplotlib.patches import FancyBboxPatch

    fill = "#F1F6FA" if shown["parents"] else style.PAPER
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.45, y - 0.43), 0.9, 0.86, boxstyle="round,pad=0,rounding_size=0.07",
            facecolor=fill, edgecolor=style.INK, linewidth=1.1, zorder=2,
        )
    )  # fmt: skip
    head = f"{shown['name']} {shown['sign']}".strip()
    ax.text(x, y - 0.28, head, ha="center", va="center", fontsize=size, zorder=4)
    shape = shown["shape"].replace("one ", "")  # "number": a box is no wider
    ax.text(x, y + 0.31, shape, ha="center", va="center", fontsize=size,
            color=style.MUTED, zorder=4)  # fmt: skip
    pairs = [(x - 0.2 if stepped_back else x, "value", 0, style.VALUE)]
    if stepped_back:
        pairs.append((x + 0.2, "gradient", 1, style.GRADIENT))
    for middle, what, which, color in pairs:
        if shown["numbers"][which]:
            below = y + 0.02 + (0.1 * (2 * which - 1) if stepped_back else 0)
            ax.text(x, below, shown["numbers"][which], ha="center", va="center", fontsize=size,
                    color=color, zorder=4)  # fmt: skip
            continue
        tiles = np.asarray(shown[what])
        rows, columns = tiles.shape
        cell = min(0.34 / columns, 0.36 / rows)
        half = cell * columns / 2, cell * rows / 2
        ax.imshow(
            tiles, cmap=style.diverging(), vmin=-1, vmax=1, aspect="auto", zorder=3,
            extent=(middle - half[0], middle + half[0], y + 0.02 + half[1], y + 0.02 - half[1]),
        )  # fmt: skip


def _alt(nodes, stepped_back):
    told = []
    for i, node in enumerate(nodes):
        if node["hidden"]:
            continue
        if node["parents"]:
            told.append(_forward_words(nodes, i).rstrip("."))
        else:
            told.append(f"{_label(nodes, i)} of shape {_shape(node['data'])}")
    end = " Every tensor has a gradient of its own shape." if stepped_back else ""
    return "Graph of a tensor expression. " + "; ".join(told) + "." + end
