"""The loss bowl: the path of gradient descent on it, and what the rate does to the path."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

_COLORS = {
    "crawls": style.BLUE,
    "converges": style.GREEN,
    "bounces": style.PURPLE,
    "diverges": style.VERMILION,
}


def loss_bowl(x, y, start, learning_rate=0.1, *, kind="linear", steps=20, names=None):
    """The path of gradient descent on a neuron's loss, with a slider for the learning rate.

    Static: three rates side by side, one that crawls, `learning_rate`, one that diverges.

    Parameters
    ----------
    x, y : float or (N,) arrays
        One input feature and the targets.
    start : float or (float, float)
        The starting weight of a neuron without bias (the bowl is a curve), or weight and bias
        (the bowl is a map of contours).
    learning_rate : float
        Where the slider starts.
    kind : "linear" or "sigmoid"
        p = w x + b with squared error, or its sigmoid with cross-entropy.
    steps : int
        Steps of each path.
    names : sequence of str, optional
        Names of the parameters on the axes.
    """
    neuron = _Neuron(x, y, start, kind)
    rates = _rates(neuron, learning_rate)
    runs = [_run(neuron, rate, steps) for rate in rates]
    names = names or ("weight w", "bias b")[: neuron.start.size]
    chosen = int(np.argmin(np.abs(np.log(rates / learning_rate))))
    view = _view(neuron, runs[chosen])
    shape = _curve(neuron, view) if neuron.start.size == 1 else _contours(neuron, view)
    state = {
        "title": "Loss bowl",
        "dimensions": neuron.start.size,
        "names": names,
        "view": view,
        "shape": shape,
        "rates": rates,
        "chosen": chosen,
        "runs": runs,
        "best": neuron.best(),
    }
    return interactive("bowl", state, _panels(state))


class _Neuron:
    """Loss and gradient of one neuron on its data, as functions of its parameters."""

    def __init__(self, x, y, start, kind):
        if kind not in ("linear", "sigmoid"):
            raise ValueError(f"kind must be 'linear' or 'sigmoid', got {kind!r}.")
        self.kind = kind
        self.start = np.atleast_1d(np.asarray(start, dtype=float))
        if self.start.size > 2:
            raise ValueError(
                f"start is a weight, or weight and bias; got {self.start.size} numbers."
            )
        x, self.y = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (x, y))
        self.inputs = np.stack([x, np.ones_like(x)][: self.start.size], axis=1)

    def loss(self, theta):
        z = self.inputs @ theta
        if self.kind == "linear":
            return np.mean((z - self.y) ** 2)
        return np.mean(np.logaddexp(0, z) - self.y * z)

    def gradient(self, theta):
        z = self.inputs @ theta
        if self.kind == "linear":
            return self.inputs.T @ (2 * (z - self.y)) / len(z)
        return self.inputs.T @ (1 / (1 + np.exp(-np.clip(z, -500, 500))) - self.y) / len(z)

    def steepest(self):
        """The largest curvature: above a rate of 2 over it, descent cannot settle."""
        scale = 2.0 if self.kind == "linear" else 0.25
        return scale * np.linalg.eigvalsh(self.inputs.T @ self.inputs / len(self.y))[-1]

    def best(self):
        """The bottom of the bowl, or as near as 100 Newton steps come, each only if it helps."""
        theta = self.start.copy()
        for _ in range(100):
            p = 1 / (1 + np.exp(-np.clip(self.inputs @ theta, -500, 500)))
            weight = 2.0 if self.kind == "linear" else (p * (1 - p))[:, None]
            curvature = (self.inputs * weight).T @ self.inputs / len(self.y)
            step = np.linalg.solve(curvature + 1e-9 * np.eye(len(theta)), self.gradient(theta))
            while self.loss(theta - step) > self.loss(theta) and np.abs(step).max() > 1e-12:
                step = step / 2
            theta = theta - step
        return theta


def _rates(neuron, learning_rate):
    critical = 2 / neuron.steepest()
    wide = 4.0 if neuron.kind == "sigmoid" else 1.35
    low, high = min(critical / 60, learning_rate), max(critical * wide, learning_rate)
    grid = np.geomspace(low, high, 48)
    grid = np.array([float(f"{rate:.2g}") for rate in grid])
    special = [learning_rate]
    if neuron.kind == "linear":  # one curvature everywhere: this rate lands in a single step
        special.append(float(f"{critical / 2:.4g}"))
    return np.unique(np.append(grid, special))


def _run(neuron, rate, steps):
    path = [neuron.start]
    for _ in range(steps):
        path.append(path[-1] - rate * neuron.gradient(path[-1]))
        if np.abs(path[-1]).max() > 1e6:
            break
    losses = [neuron.loss(theta) for theta in path]
    return {"path": np.array(path), "losses": losses, "verdict": _verdict(neuron, path, losses)}


def _verdict(neuron, path, losses):
    bottom = neuron.loss(neuron.best())
    left = (losses[-1] - bottom) / max(losses[0] - bottom, 1e-300)
    if not np.isfinite(left) or left >= 1.001:
        return "diverges"
    if left < 0.02:
        return "converges"
    moves = np.diff(path, axis=0)
    turns = np.sum(moves[1:] * moves[:-1], axis=1) < 0
    return "bounces" if turns.mean() > 0.4 else "crawls"


def _view(neuron, run):
    best, reach = neuron.best(), np.abs(neuron.start - neuron.best())
    reach = np.maximum(reach, 0.35 * reach.max())
    if neuron.start.size == 2:
        inside = run["path"][np.abs(run["path"] - best).max(axis=1) < 2.5 * reach.max()]
        reach = np.maximum(reach, np.abs(inside - best).max(axis=0)) if len(inside) else reach
    return np.stack([best - 1.5 * reach, best + 1.5 * reach], axis=1)


def _curve(neuron, view):
    theta = np.linspace(*view[0], 121)
    losses = np.array([neuron.loss(np.array([t])) for t in theta])
    return {"theta": theta, "losses": losses}


def _contours(neuron, view):
    from contourpy import contour_generator

    w, b = (np.linspace(low, high, 81) for low, high in view)
    z = np.array([[neuron.loss(np.array([u, v])) for u in w] for v in b])
    generator = contour_generator(w, b, z)
    bottom = z.min()
    levels = bottom + (z.max() - bottom) * np.linspace(0.07, 1, 13)[:-1] ** 2
    return {"levels": levels, "lines": [[seg for seg in generator.lines(v)] for v in levels]}


def _panels(state):
    picks = _three(state)
    fig, axes = style.figure(1, len(picks), height=3.5, sharex=True, sharey=True, squeeze=False)
    says = []
    for ax, i in zip(axes[0], picks, strict=True):
        rate, run = state["rates"][i], state["runs"][i]
        draw = _draw_curve if state["dimensions"] == 1 else _draw_contours
        draw(ax, state, run)
        ax.set_title(f"rate {rate:.3g}: {run['verdict']}", color=_text(run["verdict"]))
        says.append(
            f"rate {rate:.3g} {run['verdict']}, loss {run['losses'][0]:.3g} to "
            f"{run['losses'][-1]:.3g} in {len(run['losses']) - 1} steps"
        )
    return style.show(fig, "Paths of gradient descent on a loss bowl: " + "; ".join(says) + ".")


def _text(verdict):
    return style.GRADIENT if verdict == "diverges" else _COLORS[verdict]


def _three(state):
    """Indices of a rate that crawls, the chosen one, and one that diverges, if there are such."""
    rates, chosen = state["rates"], state["chosen"]
    verdicts = [run["verdict"] for run in state["runs"]]
    crawling = [i for i in range(chosen) if verdicts[i] == "crawls"]
    diverging = [i for i in range(chosen + 1, len(rates)) if verdicts[i] == "diverges"]
    low = crawling[len(crawling) // 3] if crawling else 0
    high = diverging[0] if diverging else len(rates) - 1
    return sorted({low, chosen, high})


def _draw_curve(ax, state, run):
    shape = state["shape"]
    ax.plot(shape["theta"], shape["losses"], color=style.MUTED, linewidth=1.6)
    color = _COLORS[run["verdict"]]
    path = np.array(run["path"])[:, 0]
    ax.plot(path, run["losses"], "o-", color=color, linewidth=1.2, markersize=5.5,
            markeredgecolor="white", markeredgewidth=0.7)  # fmt: skip
    ax.plot(path[0], run["losses"][0], "s", color=style.INK, markersize=7)
    top = np.max(shape["losses"])
    ax.set(xlabel=state["names"][0], xlim=state["view"][0], ylim=(-0.05 * top, 1.02 * top))
    if ax.get_subplotspec().is_first_col():
        ax.set_ylabel("loss")


def _draw_contours(ax, state, run):
    for level, lines in enumerate(state["shape"]["lines"]):
        for line in lines:
            ax.plot(*np.array(line).T, color=style.MUTED, linewidth=0.9, alpha=0.85 - 0.05 * level)
    color = _COLORS[run["verdict"]]
    ax.plot(*np.array(run["path"]).T, "o-", color=color, linewidth=1.2, markersize=5)
    ax.plot(*run["path"][0], "s", color=style.INK, markersize=7)
    ax.plot(*state["best"], "*", color=style.ORANGE, markersize=13, markeredgecolor=style.INK)
    ax.grid(False)
    ax.set(xlabel=state["names"][0], xlim=state["view"][0], ylim=state["view"][1])
    if ax.get_subplotspec().is_first_col():
        ax.set_ylabel(state["names"][1])
