"""The graph of an expression, stepped forward (values appear) and backward (gradients appear)."""

from bplab.viz import style
from bplab.viz.graph_places import layout_of
from bplab.viz.graph_steps import steps_of
from bplab.viz.graph_values import completed, fold, give_names, nodes_of
from bplab.viz.graph_words import forward_words, written
from bplab.viz.widget import interactive

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
    nodes = output if isinstance(output, list) else nodes_of(output, names or {})
    if len(nodes) > _MOST:
        raise ValueError(
            f"the expression has {len(nodes)} values; at most {_MOST} can be read in a drawing. "
            "Draw a smaller one."
        )
    nodes = [completed(node, nodes) for node in nodes]
    give_names(nodes)
    fold(nodes)
    at, edges, size = layout_of(nodes)
    state = {
        "title": "Expression graph",
        "nodes": nodes,
        "at": at,
        "edges": edges,
        "size": size,
        "steps": steps_of(nodes),
    }
    return interactive("graph", state, _drawn(state))


def _drawn(state):
    nodes, (columns, rows) = state["nodes"], state["size"]
    tall = columns > 7  # more columns than a page is wide: from top to bottom instead
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
    ax.text(x, y + 0.03, written(node["data"]), ha="center", va="center", fontsize=11, zorder=3)
    if stepped_back:
        ax.text(x, y + 0.27, written(node["grad"]), ha="center", va="center", fontsize=11, zorder=3,
                color=style.GRADIENT, weight="bold")  # fmt: skip


def _alt(nodes, stepped_back):
    told = []
    for i, node in enumerate(nodes):
        text = (
            forward_words(nodes, i)
            if node["parents"]
            else f"{node['name']} = {written(node['data'])}"
        )
        if not node["parents"] and not node["name"]:
            text = f"constant {written(node['data'])}"
        told.append(text + (f", gradient {written(node['grad'])}" if stepped_back else ""))
    return "Graph of an expression. " + "; ".join(told) + "."
