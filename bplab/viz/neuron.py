"""One neuron: drawn with its numbers, and its decision line moving as it trains."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive


def neuron_drawing(x, w, b=0.0, y=None, *, kind="sigmoid", names=None):
    """A neuron drawn with the numbers put in: inputs, weights, sum, output and loss.

    Parameters
    ----------
    x, w : (D,) arrays, D at most 6
    b : float
    y : float, optional
        The target; with it the loss is drawn too (cross-entropy or squared error).
    kind : "sigmoid" or "linear"
    names : sequence of str, optional
        What the inputs are, e.g. ("age", "BMI", "glucose").
    """
    x, w = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (x, w))
    if x.shape != w.shape or x.ndim != 1:
        raise ValueError(f"x and w must be lists of one length, got {x.shape} and {w.shape}.")
    if x.size > 6:
        raise ValueError(f"a drawn neuron has at most 6 inputs, got {x.size}.")
    z = float(x @ w + b)
    a = z if kind == "linear" else 1 / (1 + np.exp(-z))
    middle = (x.size - 1) / 2 + 0.25
    low = min(-0.11, middle - 0.72) - 0.65
    high = max(x.size - 0.25, middle + (1.55 if b else 0.85))
    fig, ax = style.figure(height=high - low)
    ax.set(xlim=(0, 7.8), ylim=(low, high), aspect="equal")
    ax.axis("off")
    _draw_neuron(ax, x, w, b, z, a, y, kind, names)
    ax.text(3.9, low + 0.25, _in_numbers(x, w, b, z, a, kind), ha="center", fontsize=11.5)
    products = " + ".join(f"{_n(v)} times {_n(u)}" for u, v in zip(x, w, strict=True))
    bias = f" plus bias {_n(b)}" if b else ""
    alt = f"A neuron, {x.size} input{'s' * (x.size > 1)}: z = {products}{bias} = {_n(z)}"
    alt += "." if kind == "linear" else f"; sigmoid of that is a = {_n(a)}."
    if y is not None:
        alt += f" Target {_n(y)}, loss {_n(_one_loss(a, y, kind))}."
    return style.show(fig, alt)


def _draw_neuron(ax, x, w, b, z, a, y, kind, names):
    middle = (x.size - 1) / 2 + 0.25
    center, out = (3.95, middle), (5.75, middle)
    for i, (value, weight) in enumerate(zip(x, w, strict=True)):
        at = (1.15, x.size - 0.75 - i)
        thick = 1.2 + 2.2 * min(abs(weight), 1.5)
        dashes = "-" if weight >= 0 else (0, (4, 2))
        _arrow(ax, at, center, style.FORWARD, thick, 0.36, 0.72, dashes)
        _disk(ax, at, 0.36, _n(value))
        name = names[i] if names is not None else f"$x_{i + 1}$"
        ax.text(at[0] - 0.48, at[1], name, ha="right", va="center", fontsize=12)
        _along(ax, at, center, f"$w_{i + 1}$ = {_n(weight)}")
    if b:
        _arrow(ax, (center[0], middle + 1.28), center, style.MUTED, 2, 0.12, 0.72)
        ax.text(center[0], middle + 1.32, f"b = {_n(b)}", ha="center", va="center", fontsize=11)
    _disk(ax, center, 0.72, f"sum\nz = {_n(z)}", fill="#E4F0F8")
    _arrow(ax, center, out, style.INK, 2, 0.72, 0.55)
    if kind == "sigmoid":
        ax.text(4.93, middle + 0.14, "σ", ha="center", fontsize=14)
    _disk(ax, out, 0.55, f"{'p' if kind == 'linear' else 'a'} =\n{_n(a)}", fill="#E4F0F8")
    if y is not None:
        loss = f"loss = {_n(_one_loss(a, y, kind))}"
        ax.text(6.45, middle + 0.2, f"target y = {_n(y)}", fontsize=11, va="center")
        ax.text(6.45, middle - 0.2, loss, fontsize=11, va="center", weight="bold")


def _along(ax, tail, head, text):
    # Just above its arrow, at the arrow's slope.
    tail, head = np.array(tail), np.array(head)
    run = head - tail
    across = np.array([-run[1], run[0]]) / np.linalg.norm(run)
    at = tail + 0.44 * run + 0.17 * across
    turn = np.degrees(np.arctan2(run[1], run[0]))
    ax.text(*at, text, ha="center", va="center", fontsize=11, color=style.FORWARD, rotation=turn)


def _in_numbers(x, w, b, z, a, kind):
    terms = [f"{_n(u)}·{_bracketed(v)}" for u, v in zip(w, x, strict=True)]
    terms += [_n(b)] if b else []
    terms = terms[:1] + [f"({term})" if term.startswith("−") else term for term in terms[1:]]
    text = f"z = {' + '.join(terms)} = {_n(z)}"
    return text if kind == "linear" else f"{text},   a = σ({_n(z)}) = {_n(a)}"


def _bracketed(v):
    return f"({_n(v)})" if v < 0 else _n(v)


def _disk(ax, at, radius, text, fill="white"):
    from matplotlib.patches import Circle

    ax.add_patch(Circle(at, radius, facecolor=fill, edgecolor=style.INK, linewidth=1.6, zorder=3))
    ax.text(*at, text, ha="center", va="center", fontsize=11.5, zorder=4)


def _arrow(ax, tail, head, color, width, leave, arrive, dashes="-"):
    tail, head = np.array(tail), np.array(head)
    along = (head - tail) / np.linalg.norm(head - tail)
    ax.annotate(
        "",
        head - (arrive + 0.02) * along,
        tail + leave * along,
        arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": width, "mutation_scale": 14,
                    "linestyle": dashes, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _n(v):
    return f"{float(v):.4g}".replace("-", "−")


def _one_loss(a, y, kind):
    if kind == "linear":
        return (a - y) ** 2
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


def neuron_fit(x, y, w, b, *, name="x", names=("class 0", "class 1")):
    """One feature, one neuron: the examples at 0 and 1, the sigmoid through them, its threshold.

    Parameters
    ----------
    x : (N,) array
        The feature as the neuron sees it.
    y : (N,) array of 0 and 1
    w, b : float
    name : str
        The feature, with its unit.
    names : two str
        The classes.
    """
    x, y = np.asarray(x, dtype=float).ravel(), np.asarray(y).ravel().astype(int)
    w, b = float(np.ravel(w)[0]), float(np.ravel(b)[0])
    fig, ax = style.figure(height=3.7)
    jitter = np.random.default_rng(0).uniform(-0.035, 0.035, x.size)
    style.points(ax, np.stack([x, y + jitter], axis=1), y, size=22, names=names)
    grid = np.linspace(x.min(), x.max(), 300)
    ax.plot(grid, 1 / (1 + np.exp(-(w * grid + b))), color=style.INK, label="the neuron")
    right = np.mean((w * x + b >= 0) == (y == 1))
    alt = f"{names[1]} (1) and {names[0]} (0) against {name}, and the neuron's sigmoid"
    if w != 0 and x.min() < -b / w < x.max():
        ax.axvline(-b / w, color=style.MUTED, linestyle="--", linewidth=1.4)
        ax.annotate(f"0.5 at {-b / w:.3g}", (-b / w, 0.5), (8, -14), textcoords="offset points")
        alt += f", which crosses one half at {-b / w:.3g}"
    ax.set(xlabel=name, ylabel=f"probability of {names[1]}", ylim=(-0.09, 1.09))
    ax.legend(loc="center right" if w > 0 else "center left")
    return style.show(fig, f"{alt}. It is right for {right:.0%} of {x.size}.")


def neuron_history(X, y, learning_rate, epochs):
    """Weights of a sigmoid neuron before every epoch of training from zeros, and after the last.

    For `decision_line`; keep your own list of `(w, b)` to draw your own neuron's training.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    w, b = np.zeros(X.shape[1]), 0.0
    history = [(w, b)]
    for _ in range(epochs):
        dz = (1 / (1 + np.exp(-(X @ w + b))) - y) / len(y)
        w, b = w - learning_rate * (X.T @ dz), b - learning_rate * dz.sum()
        history.append((w, b))
    return history


def decision_line(X, y, history, *, features=("$x_1$", "$x_2$"), names=("class 0", "class 1")):
    """The line at which a neuron changes its mind, moving as it trains.

    With a slider for the epoch; static: four epochs side by side.

    Parameters
    ----------
    X : (N, 2) array
        Two features, as the neuron sees them.
    y : (N,) array of 0 and 1
    history : list of (w, b)
        Weights (2,) and bias, one pair an epoch, in order.
    features, names : two str each
        What the axes and the classes are.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X must be (N, 2) to be drawn, got {X.shape}.")
    frames = _thin(len(history), 200)
    W = np.array([np.ravel(history[k][0]) for k in frames], dtype=float)
    b = np.array([float(np.ravel(history[k][1])[0]) for k in frames])
    Z = W @ X.T + b[:, None]
    losses = np.mean(np.logaddexp(0, Z) - y * Z, axis=1)
    wrong = np.sum((Z >= 0) != (y == 1), axis=1)
    pad = 0.06 * np.ptp(X, axis=0)
    view = np.stack([X.min(axis=0) - pad, X.max(axis=0) + pad], axis=1)
    state = {
        "title": "Decision line while training",
        "X": X.round(4),
        "y": y,
        "w": W,
        "b": b,
        "epochs": frames,
        "losses": losses,
        "wrong": wrong,
        "view": view,
        "features": [_untex(f) for f in features],
        "names": names,
    }
    return interactive("line", state, _line_panels(state, X, features))


def _untex(text):
    return text.replace("$", "").replace("_1", "₁").replace("_2", "₂")


def _thin(count, most):
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _line_panels(state, X, features):
    frames, y = state["epochs"], state["y"]
    last = len(frames) - 1
    picks = np.unique([0, max(1, round(last * 0.04)), max(2, round(last * 0.25)), last])
    picks = picks[picks <= last]
    fig, axes = style.figure(1, len(picks), height=2.9, sharex=True, sharey=True, squeeze=False)
    for ax, i in zip(axes[0], picks, strict=True):
        _half_planes(ax, state["w"][i], state["b"][i], state["view"])
        style.points(ax, X, y, size=15)
        ax.grid(False)
        ax.set(xlabel=features[0], xlim=state["view"][0], ylim=state["view"][1])
        told = f"epoch {frames[i]}\nloss {state['losses'][i]:.3f}, {state['wrong'][i]} wrong"
        ax.set_title(told, fontsize=10.5, weight="normal")
    axes[0][0].set_ylabel(features[1])
    for k, name in enumerate(state["names"]):
        axes[0][0].scatter(
            [], [], color=style.CLASS_COLORS[k], marker=style.CLASS_MARKERS[k], label=name
        )
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    alt = (
        f"A neuron's decision line at epochs {', '.join(str(frames[i]) for i in picks)}: "
        f"the loss falls from {state['losses'][0]:.3f} to {state['losses'][-1]:.3f}, "
        f"wrong of {len(y)}: {state['wrong'][0]} at first, {state['wrong'][-1]} at last."
    )
    return style.show(fig, alt)


def _half_planes(ax, w, b, view):
    u, v = (np.linspace(low, high, 200) for low, high in view)
    Z = w[0] * u[None, :] + w[1] * v[:, None] + b
    if np.ptp(Z) == 0:
        ax.text(
            0.5,
            0.04,
            "no line yet",
            transform=ax.transAxes,
            ha="center",
            color=style.MUTED,
            zorder=5,
        )
        return
    ax.contourf(u, v, Z, levels=[-np.inf, 0, np.inf], colors=style.CLASS_TINTS[:2])
    ax.contour(u, v, Z, levels=[0], colors=style.INK, linewidths=2)
    far = np.log(9)  # where the neuron is 90 % sure
    ax.contour(u, v, Z, levels=[-far, far], colors=style.MUTED, linewidths=1.1, linestyles="--")
