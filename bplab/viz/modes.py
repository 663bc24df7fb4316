"""What a table of slopes costs backward and forward, as inputs and outputs grow."""

import numpy as np

from bplab.viz import style


def mode_costs(sizes, by_inputs, by_outputs):
    """Two panels: the cost of all slopes as the inputs grow, and as the outputs grow.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs (left) and of outputs (right); the other number is 1.
    by_inputs, by_outputs : dict of str to sequence of float
        "reverse" and "forward": the cost at each size, in passes of f or in any unit, e.g.
        {"reverse": [3.1, 3.0, 3.2], "forward": [4, 16, 64]}.
    """
    fig, axes = style.figure(1, 2, height=3.3, sharey=True)
    colors = {"reverse": style.BACKWARD, "forward": style.FORWARD}
    for ax, costs, grows in zip(axes, (by_inputs, by_outputs), ("inputs", "outputs"), strict=True):
        for (name, cost), dash in zip(costs.items(), ("-", "--"), strict=False):
            ax.plot(sizes, cost, dash, marker="o", color=colors.get(name, style.INK), label=name)
            ax.annotate(name, (sizes[-1], cost[-1]), xytext=(0, 7), textcoords="offset points",
                        ha="right", va="bottom", color=style.INK, fontsize=10.5)  # fmt: skip
        ax.set(xscale="log", yscale="log", xlabel=f"number of {grows}")
        ax.set_title(f"one {'output' if grows == 'inputs' else 'input'}, more {grows}")
        ax.set_xticks(sizes, [str(n) for n in sizes])
        ax.minorticks_off()
    axes[0].set_ylabel("cost, in calls of f alone")
    top = max(np.max(cost) for costs in (by_inputs, by_outputs) for cost in costs.values())
    axes[0].set_ylim(top=3 * top)
    return style.show(fig, _alt(sizes, by_inputs, by_outputs))


def _alt(sizes, by_inputs, by_outputs):
    told = []
    for costs, grows in ((by_inputs, "inputs"), (by_outputs, "outputs")):
        ends = ", ".join(
            f"{name} mode costs {cost[0]:.3g} to {cost[-1]:.3g}" for name, cost in costs.items()
        )
        told.append(f"From {sizes[0]} to {sizes[-1]} {grows} {ends}")
    return "Two charts, cost in calls of f. " + "; ".join(told) + "."
