"""What a learner's values hold: the nodes of their graph, with operations and slopes."""

import math

import numpy as np

from bplab.viz.graph_words import sign_of, written


def in_order(output):
    """All that is below `output`, each after what it was computed from."""
    order, seen = [], set()
    stack = [(output, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent in reversed(parents_of(value)[0]))
    return order


def nodes_of(output, names):
    """The values below `output`, each after all that it was computed from."""
    order = in_order(output)
    index = {id(value): i for i, value in enumerate(order)}
    called = {id(value): name for name, value in names.items()}
    nodes = []
    for value in order:
        parents, slopes = parents_of(value)
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


def parents_of(value):
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


def completed(node, nodes):
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


def give_names(nodes):
    """Names for the nameless: a number for a constant, v1, v2, ... for what is computed."""
    count = 0
    for node in nodes:
        if node["parents"]:
            count += 1
            node["name"] = node["name"] or f"v{count}"
        node["sign"] = sign_of(node["op"])


def fold(nodes):
    """Hide nameless constants: they go into the head of the node that uses them, as in "× 2"."""
    leaves = [i for i, node in enumerate(nodes) if not node["parents"]]
    if not any(nodes[i]["name"] for i in leaves):
        return
    for i in leaves:
        users = [node for node in nodes if i in node["parents"]]
        if not nodes[i]["name"] and len(users) == 1 and users[0]["parents"].count(i) == 1:
            user, number = users[0], written(nodes[i]["data"])
            nodes[i]["hidden"] = True
            left = user["parents"][0] == i and len(user["parents"]) == 2
            user["sign"] = f"{number} {user['sign']}" if left else f"{user['sign']} {number}"
