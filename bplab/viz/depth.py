"""Chapter 7: signal and blame by layer, and thirty layers that learn or do not."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

KINDS = ("tanh", "relu", "sigmoid")
DEPTHS = (5, 10, 15, 20, 30, 40, 50)
STEPS = tuple(range(-8, 9))  # of the spread: 2 ** (step / 4)
WIDTH, EXAMPLES, INPUTS, CLASSES = 32, 32, 8, 3
FLOOR = -45.0  # log10 of what is drawn as nothing at all


def signal_and_blame(signal_by_layer, blame_by_layer, depth=30, kind="relu", spread=1.0):
    """Two rows of bars, signal and blame by layer, measured by your own functions.

    Look for: left of the right spread both fade, right of it both explode, each by a constant
    factor a layer; which spread is right depends on the kind.

    Parameters
    ----------
    signal_by_layer : callable
        `(X, params, kind) -> (L - 1,)`
    blame_by_layer : callable
        `(P, y, cache, params, kind) -> (L,)`
    depth : int
        Where its slider starts; one of 5, 10, 15, 20, 30, 40, 50.
    kind : {"tanh", "relu", "sigmoid"}
    spread : float
        Of the weights, times the root of the units below: 1 is Xavier's, 1.41 He's.
    """
    if depth not in DEPTHS:
        raise ValueError(f"depth must be one of {', '.join(map(str, DEPTHS))}, got {depth}.")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}.")
    step = int(np.argmin(np.abs(np.array(STEPS) / 4 - np.log2(spread))))
    signal, blame = measured(signal_by_layer, blame_by_layer)
    state = {
        "title": "Signal and blame by layer",
        "kinds": KINDS,
        "depths": DEPTHS,
        "steps": STEPS,
        "signal": signal,
        "blame": blame,
        "depth": DEPTHS.index(depth),
        "kind": KINDS.index(kind),
        "step": STEPS[step],
        "floor": FLOOR,
    }
    here = KINDS.index(kind), step
    up = np.array(signal[here[0]][here[1]][: depth - 1])
    down = np.array(blame[here[0]][here[1]][DEPTHS.index(depth)])
    picture = _bars_picture(
        up, down, f"{depth} layers, {kind}, spread {2 ** (STEPS[step] / 4):.2g}"
    )
    return interactive("depth", state, picture)


def measured(signal_by_layer, blame_by_layer):
    """log10 of the signal by kind, spread and layer; of the blame by kind, spread, depth, layer.

    The blame is that of each layer over that of the output.
    """
    from bplab import nn

    rng = np.random.default_rng(7)
    X, y = rng.normal(size=(EXAMPLES, INPUTS)), rng.integers(0, CLASSES, EXAMPLES)
    unit = [rng.normal(size=(n, WIDTH)) / np.sqrt(n) for n in (INPUTS,) + (WIDTH,) * 49]
    last = rng.normal(size=(WIDTH, CLASSES)) / np.sqrt(WIDTH)
    signal, blame = [], []
    for kind in KINDS:
        signal.append([])
        blame.append([])
        for step in STEPS:
            spread = 2 ** (step / 4)
            layers = [(spread * W, np.zeros(WIDTH)) for W in unit]
            blame[-1].append([])
            for depth in DEPTHS:
                params = [*layers[: depth - 1], (last, np.zeros(CLASSES))]
                P, cache = nn.mlp_forward(X, params, kind)
                sizes = np.asarray(blame_by_layer(P, y, cache, params, kind), dtype=float)
                blame[-1][-1].append(_logs(sizes / sizes[-1]))
            signal[-1].append(_logs(signal_by_layer(X, params, kind)))
    return signal, blame


def _logs(values):
    with np.errstate(all="ignore"):
        logs = np.log10(np.asarray(values, dtype=float))
    return np.nan_to_num(logs, nan=FLOOR, neginf=FLOOR, posinf=99.0).clip(FLOOR).round(2).tolist()


def layers_measured(signal, blame, title="Thirty layers"):
    """Signal and blame of one network, layer by layer, on a logarithmic scale.

    Look for: a straight slope means that every layer multiplies by the same factor.

    Parameters
    ----------
    signal : array (L - 1,)
    blame : array (L,)
    title : str
    """
    signal, blame = (np.asarray(a, dtype=float) for a in (signal, blame))
    if signal.ndim != 1 or blame.shape != (len(signal) + 1,):
        raise ValueError(
            f"signal must be (L - 1,) and blame (L,), got {signal.shape} and {blame.shape}."
        )
    return _bars_picture(np.array(_logs(signal)), np.array(_logs(blame / blame[-1])), title)


def _bars_picture(up, down, title):
    fig, axes = style.figure(2, 1, height=4.6, sharex=True)
    for ax, logs, color, name in zip(
        axes,
        (up, down),
        (style.FORWARD, style.BACKWARD),
        ("signal", "blame, output = 1"),
        strict=True,
    ):
        low, high = _range(logs)
        ax.bar(np.arange(1, len(logs) + 1), logs - low, bottom=low, color=color, width=0.75)
        ax.axhline(0, color=style.INK, linewidth=1)
        each = -(-int(high - low) // 4)
        ticks = [t for t in range(-99, 100) if t % each == 0 and low <= t <= high]
        ax.set_yticks(ticks, [f"$10^{{{t}}}$" for t in ticks])
        ax.set(ylim=(low, high), ylabel=name)
        ax.grid(axis="x", visible=False)
    axes[1].set_xticks([n for n in range(1, len(down) + 1) if n == 1 or n % 5 == 0])
    axes[0].set_title(title)
    axes[1].set_xlabel("layer (the blame is computed from right to left)")
    return style.show(
        fig,
        alt=f"{title}. The signal goes from 10^{up[0]:.1f} in layer 1 to 10^{up[-1]:.1f} in layer "
        f"{len(up)}; the blame of layer 1 is 10^{down[0]:.1f} times that of the output.",
    )


def _range(logs):
    return min(-2.0, np.floor(logs.min()) - 1), max(1.0, np.ceil(logs.max()))


def thirty_layers(runs, rate=None):
    """Loss while training with each cure, over several seeds, beside the network without one.

    A panel a cure; with a slider through the steps, and one for the loss below which a network
    counts as trained. Look for: what stays at the grey line has learned nothing; the lines of a
    panel, or the band of the static one, are the seeds.

    Parameters
    ----------
    runs : dict of str to array (seeds, steps)
        The first is the one without a cure.
    rate : float, optional
        The learning rate, for the title.

    Returns
    -------
    Interactive
    """
    if len(runs) < 2:
        raise ValueError("runs needs the network without a cure first, and at least one with.")
    tables = {name: np.atleast_2d(np.asarray(table, dtype=float)) for name, table in runs.items()}
    chance = float(np.nanmedian(next(iter(tables.values()))[:, 0]))  # a network's loss untrained
    state = {
        "title": "Thirty layers learning",
        "rate": rate,
        "top": round(1.45 * chance, 2),
        "bar": round(0.5 * chance, 1),
        "runs": [
            {"name": name, "losses": table.round(4), "color": color}
            for (name, table), color in zip(tables.items(), _colors(), strict=False)
        ],
    }
    return interactive("cures", state, _cures_picture(tables, rate))


def _colors():
    return (style.MUTED, *style.CYCLE * 2)


def _cures_picture(tables, rate):
    first, *names = tables
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    fig, axes = style.figure(
        rows, columns, height=0.6 + 2.1 * rows, sharex=True, sharey=True, squeeze=False
    )
    told = []
    for ax, name, color in zip(axes.flat, names, style.CYCLE * 2, strict=False):
        _band(ax, tables[first], style.MUTED, first)
        _band(ax, tables[name], color, name)
        ax.set_title(name)
        ax.set_ylim(0, 1.6)
        ends = tables[name][:, -1]
        told.append(f"{name} {_ends(ends)}")
        ax.text(
            0.97,
            0.9,
            f"ends at {_ends(ends)}",
            ha="right",
            transform=ax.transAxes,
            fontsize=10,
            zorder=5,
            bbox={"fc": style.PAPER, "ec": "none", "pad": 1.5},
        )
    for ax in axes.flat[len(names) :]:
        ax.axis("off")
    for ax in axes.flat[max(0, len(names) - columns) : len(names)]:  # nothing stands below these
        ax.tick_params(labelbottom=True)
    fig.supxlabel("step" + (f", rate {rate:g}" if rate else ""), fontsize=11)
    fig.supylabel("mean loss (nats)", fontsize=11)
    return style.show(
        fig,
        alt=f"Loss of thirty layers over {tables[first].shape[1]} steps, grey: {first}, which ends "
        f"at {_ends(tables[first][:, -1])}. With a cure, lowest to highest end over "
        f"{len(tables[first])} seeds: {'; '.join(told)}.",
    )


def _band(ax, table, color, name):
    shown = np.nan_to_num(table, nan=9.0, posinf=9.0).clip(0, 9)
    if len(table) > 1:
        ax.fill_between(
            np.arange(table.shape[1]), shown.min(0), shown.max(0), color=color, alpha=0.25
        )
    ax.plot(np.median(shown, axis=0), color=color, label=name)


def _ends(ends):
    words = ["nan" if not np.isfinite(e) else f"{e:.2g}" for e in (ends.min(), ends.max())]
    return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"
