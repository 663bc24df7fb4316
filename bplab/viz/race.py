"""Chapter 4: what each optimizer does on a surface you can see.

A surface is a loss of two weights. `surface("ravine")` gives its loss, its gradient and a
start, for your own optimizers; `optimizer_paths` draws what they did; `optimizer_race` runs
the course's four with sliders.
"""

from dataclasses import dataclass

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

# Label, color and marker of each optimizer, the same in every picture of the chapter.
RACERS = {
    "plain": ("plain descent", style.INK, "o"),
    "momentum": ("momentum", style.BLUE, "s"),
    "rmsprop": ("RMSProp", style.VERMILION, "^"),
    "adam": ("Adam", style.GREEN, "D"),
}


@dataclass(frozen=True)
class Surface:
    """A loss of two weights, with its gradient; the least loss is 0."""

    name: str
    about: str  # a title
    loss: callable
    grad: callable
    start: tuple
    minima: tuple  # the deepest points
    view: tuple  # w1 from, w1 to, w2 from, w2 to
    levels: tuple  # contour lines


def _ravine(w):
    return 0.1 * w[0] ** 2 + 5 * w[1] ** 2


def _ravine_grad(w):
    return np.array([0.2 * w[0], 10 * w[1]])


def _bowl(w):
    return 0.5 * w[0] ** 2 + 0.5 * w[1] ** 2


def _bowl_grad(w):
    return np.array([w[0], w[1]], dtype=float)


def _saddle(w):
    return 0.5 * w[0] ** 2 + 0.25 * (w[1] ** 2 - 1) ** 2


def _saddle_grad(w):
    return np.array([w[0], w[1] ** 3 - w[1]])


# The deeper valley: the largest root of w**3 - w - 0.12, and what lifts its floor to 0.
_DEEP = float(np.roots([1, 0, -1, -0.12]).real.max())
_DEPTH = 0.12 * _DEEP - 0.25 * (_DEEP**2 - 1) ** 2


def _valleys(w):
    return 0.25 * (w[0] ** 2 - 1) ** 2 - 0.12 * w[0] + 0.5 * w[1] ** 2 + _DEPTH


def _valleys_grad(w):
    return np.array([w[0] ** 3 - w[0] - 0.12, w[1]])


_SURFACES = {
    "ravine": Surface(
        "ravine",
        "A ravine, 50 times steeper across",
        _ravine,
        _ravine_grad,
        (-5.0, 1.2),
        ((0.0, 0.0),),
        (-6.0, 2.0, -2.0, 2.0),
        (0.05, 0.2, 0.5, 1, 2, 4, 7, 11, 16),
    ),
    "bowl": Surface(
        "bowl",
        "A round bowl, equally steep everywhere",
        _bowl,
        _bowl_grad,
        (-3.0, 1.5),
        ((0.0, 0.0),),
        (-4.0, 2.0, -2.0, 2.0),
        (0.05, 0.2, 0.5, 1, 2, 3.5, 5.5, 8),
    ),
    "saddle": Surface(
        "saddle",
        "A saddle between two valleys",
        _saddle,
        _saddle_grad,
        (-1.6, 0.01),
        ((0.0, 1.0), (0.0, -1.0)),
        (-2.0, 1.2, -1.6, 1.6),
        (0.02, 0.08, 0.16, 0.25, 0.4, 0.7, 1.1, 1.7),
    ),
    "valleys": Surface(
        "valleys",
        "A shallow valley before a deep one",
        _valleys,
        _valleys_grad,
        (-1.7, 0.9),
        ((_DEEP, 0.0),),
        (-2.1, 2.1, -1.4, 1.4),
        (0.01, 0.05, 0.12, 0.22, 0.3, 0.38, 0.6, 1.0, 1.6),
    ),
}


def surface(name):
    """One of the chapter's losses of two weights, to run an optimizer on.

    Parameters
    ----------
    name : {"ravine", "bowl", "saddle", "valleys"}

    Returns
    -------
    Surface
        With `.loss(w)` (float), `.grad(w)` (array of 2) and `.start` (w1, w2).

    Examples
    --------
    >>> ravine = surface("ravine")
    >>> ravine.loss(ravine.start)
    9.7
    """
    if name not in _SURFACES:
        raise ValueError(f"surface must be one of {', '.join(_SURFACES)}, got {name!r}.")
    return _SURFACES[name]


def race_paths(
    name="ravine",
    learning_rate=0.05,
    steps=100,
    beta=0.9,
    rho=0.9,
    beta2=0.999,
):
    """Where the course's four optimizers go on a surface: a dict of (steps + 1, 2) arrays."""
    from bplab import nn

    field = surface(name)
    rules = {
        "plain": lambda p, g, s: nn.sgd_step(p, g, s, learning_rate),
        "momentum": lambda p, g, s: nn.momentum_step(p, g, s, learning_rate, beta=beta),
        "rmsprop": lambda p, g, s: nn.rmsprop_step(p, g, s, learning_rate, rho=rho),
        "adam": lambda p, g, s: nn.adam_step(p, g, s, learning_rate, beta1=beta, beta2=beta2),
    }
    with np.errstate(over="ignore", invalid="ignore"):
        return {racer: _run(rule, field, steps) for racer, rule in rules.items()}


def _run(rule, field, steps):
    params, state = [np.array(field.start, dtype=float)], {}
    path = [params[0]]
    for _ in range(steps):
        params, state = rule(params, [field.grad(params[0])], state)
        path.append(params[0])
    return np.array(path)


def optimizer_paths(paths, name="ravine"):
    """Draw the paths your optimizers took on a surface, and their loss step by step.

    Parameters
    ----------
    paths : dict of str to array (steps + 1, 2)
        The weights before the first step and after every step, by the optimizer's name.
    name : {"ravine", "bowl", "saddle", "valleys"}
        The surface they ran on.

    Returns
    -------
    Picture
    """
    field = surface(name)
    fig, (left, right) = style.figure(1, 2, height=4.1, width_ratios=(1.25, 1))
    draw_surface(left, field)
    ends, start = [], field.loss(field.start)
    for i, (label, path) in enumerate(paths.items()):
        path, flew = _shown(_checked(path, label), field)
        label, color, marker = RACERS.get(label, (label, style.CYCLE[i % 6], "osD^vP"[i % 6]))
        losses = field.loss(path.T)
        every = max(1, len(path) // 12)
        look = dict(color=color, marker=marker, markersize=4.5, linewidth=1.6, label=label)
        left.plot(*path.T, markevery=every, **look)
        left.plot(*path[-1], marker, color=color, markersize=9, markeredgecolor=style.PAPER)
        right.plot(np.maximum(losses, 1e-12), markevery=(i * every // 4, every), **look)
        ends.append(f"{label} {'flew out' if flew else _few(losses[-1])}")
    right.set_yscale("log")
    right.set_ylim(max(1e-6, right.get_ylim()[0]), 10 * start)
    right.set(xlabel="step", ylabel="loss (log scale)", title="Loss")
    fig.legend(
        *right.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=min(4, len(paths)),
        frameon=False,
    )
    return style.show(
        fig,
        alt=f"Paths of {len(paths)} optimizers over contour lines ({field.about.lower()}), "
        f"and their loss by step. Loss at the end: {', '.join(ends)}.",
    )


def _checked(path, label):
    path = np.asarray(path, dtype=float)
    if path.ndim != 2 or path.shape[1] != 2:
        raise ValueError(f"the path of {label!r} must be (steps + 1, 2), got {path.shape}.")
    return path


def _few(loss):
    return f"{loss:.2g}" if loss >= 1e-6 else "below 1e-6"


def _shown(path, field):
    """The path, or as much as there is to see of one that leaves for good; whether it does."""
    gone = ~(np.abs(path).max(axis=1) < 1e6)
    return (_inside(path, field), True) if gone.any() else (path, False)


def draw_surface(ax, field, labels=True):
    """Contour lines and deepest points of a surface; if there is room, labels and the start."""
    from matplotlib.patheffects import withStroke

    x0, x1, y0, y1 = field.view
    grid = np.meshgrid(np.linspace(x0, x1, 201), np.linspace(y0, y1, 201))
    levels = (0, *field.levels)
    shades = [f"{1 - 0.24 * i / len(levels):.3f}" for i in range(len(levels))]
    height = field.loss(np.array(grid))
    ax.contourf(*grid, height, levels=levels, colors=shades[::-1], extend="max")
    ax.contour(*grid, height, levels=levels[1:], colors="#9AA4AF", linewidths=0.7)
    ax.plot(*zip(*field.minima, strict=True), "*", color=style.YELLOW, markersize=15,
            markeredgecolor=style.INK, zorder=4)  # fmt: skip
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    ax.grid(False)
    if labels:
        ax.set(xlabel="weight $w_1$", ylabel="weight $w_2$")
        halo = [withStroke(linewidth=3, foreground=style.PAPER)]
        ax.annotate("start", field.start, xytext=(6, 7), textcoords="offset points", ha="left",
                    weight="bold", zorder=6, path_effects=halo)  # fmt: skip
        ax.set_title(field.about, fontsize=11)


def optimizer_race(name="ravine", learning_rate=0.05, steps=100, beta=0.9, rho=0.9):
    """Four optimizers from one start on one surface, with sliders and a play button.

    Look for: on the ravine plain descent must choose between bouncing and crawling, momentum
    averages the bounces away, RMSProp and Adam give each weight a rate of its own; near the
    saddle the adaptive two leave the ridge first; momentum alone may roll out of a shallow
    valley.

    Parameters
    ----------
    name : {"ravine", "bowl", "saddle", "valleys"}
    learning_rate : float
        The same for all four, until you move one.
    steps : int
    beta : float
        Of momentum, and Adam's beta1 (beta2 stays 0.999).
    rho : float
        Of RMSProp.
    """
    surface(name)
    for word, value in (("beta", beta), ("rho", rho)):
        if not 0 <= value < 1:
            raise ValueError(f"{word} must be in [0, 1), got {value}.")
    if not 0.001 <= learning_rate <= 1:
        raise ValueError(f"learning_rate must be in [0.001, 1], got {learning_rate}.")
    state = {
        "title": "Optimizer race",
        "surface": name,
        "fields": {each: _field(_SURFACES[each]) for each in _SURFACES},
        "racers": [
            {"key": key, "label": label, "color": color, "shape": style.CLASS_MARKERS.index(shape)}
            for key, (label, color, shape) in RACERS.items()
        ],
        "rate": learning_rate,
        "steps": steps,
        "beta": beta,
        "rho": rho,
        "beta2": 0.999,
        "eps": 1e-8,
    }
    paths = race_paths(name, learning_rate, steps, beta, rho)
    return interactive("race", state, optimizer_paths(paths, name))


def _field(field):
    """What the page needs to draw a surface; its loss and gradient are in race.js."""
    return {
        "about": field.about,
        "start": field.start,
        "minima": field.minima,
        "view": field.view,
        "lines": _contours(field),
        "depth": _DEPTH,
    }


def _contours(field):
    from contourpy import contour_generator

    x0, x1, y0, y1 = field.view
    grid = np.meshgrid(np.linspace(x0, x1, 61), np.linspace(y0, y1, 61))
    lines = contour_generator(*grid, field.loss(np.array(grid))).lines
    return [[line.round(3) for line in lines(level)] for level in field.levels]


def ravine(learning_rate=0.19, steps=40):
    """Plain descent in a ravine, where no rate is right: a slider and what it does.

    Across the ravine the curvature is 10, so a step multiplies w2 by 1 - 10 * rate: above a
    rate of 0.2 that grows. Along it the curvature is 0.2, so w1 shrinks by only 1 - 0.2 * rate.

    Parameters
    ----------
    learning_rate : float
        Where the slider starts.
    steps : int
    """
    if not 0 < learning_rate <= 0.22:
        raise ValueError(f"learning_rate must be in (0, 0.22], got {learning_rate}.")
    state = {
        "title": "Plain descent in a ravine",
        "alone": True,
        "fields": {"ravine": _field(_SURFACES["ravine"])},
        "rate": learning_rate,
        "steps": steps,
    }
    return interactive("race", state, _ravine_picture((0.01, 0.19, 0.21), steps))


_VERDICTS = {0.01: "crawls", 0.19: "bounces", 0.21: "flies out"}


def _ravine_picture(rates, steps):
    field = surface("ravine")
    fig, axes = style.figure(2, len(rates), height=4.9, sharex="row", sharey="row")
    ends = []
    for column, rate in zip(axes.T, rates, strict=True):
        path = _run(lambda p, g, s, r=rate: ([p[0] - r * g[0]], s), field, steps)
        draw_surface(column[0], field, labels=False)
        column[0].plot(
            *_inside(path, field).T, "o-", color=style.INK, markersize=3.5, linewidth=1.3
        )
        column[0].set(title=f"rate {rate:g}: {_VERDICTS.get(rate, '')}", xlabel="$w_1$ (along)")
        across, along = np.abs(path[:, 1]), np.abs(path[:, 0])
        column[1].semilogy(along, color=style.BLUE, label="$|w_1|$ along")
        column[1].semilogy(across, "--", color=style.VERMILION, label="$|w_2|$ across")
        column[1].set(xlabel="step", ylim=(5e-3, 20))
        note = f"each step\n$w_1$ × {1 - 0.2 * rate:.3f}\n$w_2$ × {1 - 10 * rate:.1f}"
        note = note.replace("-", "−")
        column[1].text(0.05, 0.05, note, transform=column[1].transAxes, fontsize=11)
        ends.append(f"at rate {rate:g} w1 is still {along[-1]:.2g} and w2 {across[-1]:.2g}")
    axes[0, 0].set_ylabel("$w_2$ (across)")
    axes[1, 0].set_ylabel("distance to the minimum")
    fig.legend(
        *axes[1, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        frameon=False,
    )
    return style.show(
        fig,
        alt=f"Plain descent in a ravine for {steps} steps, from w1 = -5 and w2 = 1.2: "
        + "; ".join(ends)
        + ". No one rate suits both weights.",
    )


def _inside(path, field):
    """The path up to the first point that leaves the view."""
    x0, x1, y0, y1 = field.view
    out = (path[:, 0] < x0) | (path[:, 0] > x1) | (path[:, 1] < y0) | (path[:, 1] > y1)
    return path[: np.argmax(out) + 1] if out.any() else path
