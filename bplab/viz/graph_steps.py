"""The steps of an expression graph: what each press of Next shows, and says."""

import math

from bplab.viz.graph_words import forward_words, written


def steps_of(nodes):
    """What each press of Next shows, and the sentence that goes with it.

    A step names the node in focus and lists what appears: values (node indices), or for each
    parent what its gradient is so far.
    """
    inner = [i for i, node in enumerate(nodes) if node["parents"]]
    leaves = [i for i, node in enumerate(nodes) if not node["parents"]]
    steps = [_step("forward", None, "The inputs are known. Next: forward, value by value.", leaves)]
    for i in inner:
        steps.append(_step("forward", i, forward_words(nodes, i), [i]))
    if all(node["grad"] == 0 for node in nodes):
        steps[-1]["say"] += ". All gradients are 0: call backward() on the last value to step back."
        return steps
    last = len(nodes) - 1
    seed = f"Backward starts at the end: d {nodes[last]['name']} / d {nodes[last]['name']} = 1."
    if nodes[last]["grad"] != 1:
        seed += f" But .grad here is {written(nodes[last]['grad'])}."
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
        text = f"{nodes[i]['name']} has gradient {written(nodes[i]['grad'])} and passes it on: "
        steps.append(_step("backward", i, text + "; ".join(said) + ".", [], dict(sums)))
    return steps


def _step(way, focus, say, values, sums=None):
    return {"way": way, "focus": focus, "say": say, "values": values, "sums": sums or {}}


def _share(nodes, i, parent, slope, sums, settled):
    """Add node i's share to a parent's sum; the words for it. Its own .grad has the last word."""
    grad, name = nodes[parent]["grad"], nodes[parent]["name"] or written(nodes[parent]["data"])
    if slope is None:
        sums[parent] = grad
        return f"{name} has {written(grad)}"
    share = nodes[i]["grad"] * slope
    before = sums.get(parent)
    sums[parent] = share + (before or 0.0)
    words = f"{name} gets {written(nodes[i]['grad'])} × {written(slope, True)} = {written(share)}"
    if before is not None:
        words += f", with {written(before, True)} from before: {written(sums[parent])}"
    if settled:
        if not math.isclose(sums[parent], grad, rel_tol=1e-6, abs_tol=1e-9):
            words += f" (but its .grad is {written(grad)})"
        sums[parent] = grad
    return words
