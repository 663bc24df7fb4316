"""Decision regions of a network while it trains."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive, packed

_GRID = 64  # squares of the map a side, in the widget
_FINE = 220  # and in the static picture
_MOST = 60  # recorded networks that the slider passes through


def decision_regions(
    X, y, history, kind="tanh", *, epochs=None, unit="epoch", names=None, features=None
):
    """Which class a network answers where, while it trains.

    With a slider through the recorded networks; static: four of them side by side. The tint
    fades to white where two classes are about equally likely.

    Parameters
    ----------
    X : (N, 2) array
    y : (N,) ints, at most 4 classes
    history : list of params
        A network as list of (W, b), recorded now and then during training, in order.
    kind : "tanh", "relu" or "sigmoid"
        Or, for a network of another build, a function `(X, params) -> P`.
    epochs : sequence of int, optional
        When each network of `history` was recorded; 0, 1, 2, ... by default.
    unit : "epoch" or "step"
        What `epochs` counts.
    names, features : sequences of str, optional
        What the classes and the axes are.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X must be (N, 2) to be drawn, got {X.shape}.")
    epochs = np.arange(len(history)) if epochs is None else np.asarray(epochs)
    if len(history) == 0 or len(epochs) != len(history):
        raise ValueError(
            f"history and epochs must have one length, at least 1; got {len(history)} networks "
            f"and {len(epochs)} epochs."
        )
    frames = np.unique(
        np.linspace(0, len(history) - 1, min(len(history), _MOST)).round().astype(int)
    )
    networks = [history[i] for i in frames]
    classes = np.asarray(networks[0][-1][1]).size
    if classes > 4:
        raise ValueError(f"at most 4 classes can be told apart by color, got {classes}.")
    view = _view(X)
    grid = _squares(view, _GRID)
    answers = [_forward(X, params, kind) for params in networks]
    state = {
        "title": "Decision regions while training",
        "X": X.round(4),
        "y": y,
        "view": view,
        "side": _GRID,
        "epochs": epochs[frames],
        "unit": unit,
        "maps": [_code(_forward(grid, params, kind)) for params in networks],
        "losses": [-np.mean(np.log(np.clip(P[np.arange(len(y)), y], 1e-12, 1))) for P in answers],
        "wrong": [int(np.sum(P.argmax(axis=1) != y)) for P in answers],
        "names": list(names) if names is not None else [f"class {k}" for k in range(classes)],
        "features": list(features) if features is not None else ["x₀", "x₁"],
    }
    return interactive("regions", state, _panels(state, networks, kind))


def _forward(X, params, kind):
    rules = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": _sigmoid}
    if callable(kind):
        return kind(X, params)
    if kind not in rules:
        raise ValueError(f"kind must be one of {', '.join(rules)}, got {kind!r}.")
    A = X
    for W, b in params[:-1]:
        A = rules[kind](A @ W + b)
    W, b = params[-1]
    Z = A @ W + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def _view(X):
    low, high = X.min(axis=0), X.max(axis=0)
    pad = 0.12 * np.maximum(high - low, 1e-9)
    return np.stack([low - pad, high + pad], axis=1)


def _squares(view, side):
    """Midpoints of the map's squares, row by row from the top."""
    centers = (np.arange(side) + 0.5) / side
    u = view[0][0] + centers * (view[0][1] - view[0][0])
    v = view[1][1] - centers * (view[1][1] - view[1][0])
    return np.stack([a.ravel() for a in np.meshgrid(u, v)], axis=1)


def _certainty(P):
    """0 where the two likeliest classes are equally likely, 1 where one is certain."""
    best = np.sort(P, axis=1)
    return best[:, -1] - best[:, -2]


def _code(P):
    """One byte a square: the class in the top two bits, how certain in the other six."""
    return packed(P.argmax(axis=1) * 64 + np.round(_certainty(P) * 63), 0, 255)


def _panels(state, networks, kind):
    picks = _telling(state["losses"])
    fig, axes = style.figure(1, len(picks), height=2.95, sharex=True, sharey=True, squeeze=False)
    grid = _squares(state["view"], _FINE)
    for ax, i in zip(axes[0], picks, strict=True):
        P = _forward(grid, networks[i], kind)
        ax.imshow(
            _tinted(P).reshape(_FINE, _FINE, 3),
            extent=np.ravel(state["view"]),
            aspect="auto",
            interpolation="bilinear",
        )
        style.points(ax, state["X"], state["y"], size=45 if len(state["y"]) < 30 else 13)
        ax.grid(False)
        told = f"loss {state['losses'][i]:.3f}, {state['wrong'][i]} wrong"
        ax.set_title(
            f"{state['unit']} {state['epochs'][i]}\n{told}", fontsize=10.5, weight="normal"
        )
        ax.set(
            xlabel=style.lowered(state["features"][0]), xlim=state["view"][0], ylim=state["view"][1]
        )
    axes[0][0].set_ylabel(style.lowered(state["features"][1]))
    for k, name in enumerate(state["names"]):
        look = {"color": style.CLASS_COLORS[k], "marker": style.CLASS_MARKERS[k]}
        axes[0][0].scatter([], [], label=name, **look)
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    losses, wrong, count = state["losses"], state["wrong"], len(state["y"])
    when = ", ".join(map(str, state["epochs"][picks]))
    alt = (
        f"Decision regions of a network at {state['unit']}s {when}: "
        f"the loss goes from {losses[0]:.3f} to {losses[-1]:.3f}; wrong are {wrong[0]} of {count} "
        f"points at first, {wrong[-1]} at last."
    )
    return style.show(fig, alt)


def _telling(losses):
    """Four frames that tell the story: first, two on the way down, last."""
    left = (np.array(losses) - losses[-1]) / max(losses[0] - losses[-1], 1e-12)
    on_the_way = [int(np.argmax(left < share)) for share in (0.6, 0.2)]
    return np.unique([0, *on_the_way, len(losses) - 1])


def _tinted(P):
    strong = np.array([_rgb(color) for color in style.CLASS_COLORS])
    depth = 0.12 + 0.33 * _certainty(P)
    depth[_certainty(P) < 0.03] = 0
    return 1 - depth[:, None] * (1 - strong[P.argmax(axis=1)])


def _rgb(color):
    """A color written #rrggbb, as three numbers from 0 to 1."""
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
