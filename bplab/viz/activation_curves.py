"""Activations with their slopes, and the error of a numerical gradient."""

import numpy as np

from bplab.viz import style

_FORMULAS = {
    "sigmoid": (r"$\sigma(z) = 1/(1+e^{-z})$", r"$\sigma'(z) = a\,(1-a)$"),
    "tanh": (r"$\tanh z$", r"$1 - \tanh^2 z$"),
    "relu": (r"$\max(0, z)$", r"$1$ if $z>0$, else $0$"),
}


def activations(*kinds, at=None):
    """Activation functions and their slopes, one panel a kind, over z from -6 to 6.

    Parameters
    ----------
    *kinds : "sigmoid", "tanh" or "relu"
        All three when none is named.
    at : float, optional
        A pre-activation at which point and tangent are drawn, with its numbers.
    """
    kinds = kinds or ("sigmoid", "tanh", "relu")
    for kind in kinds:
        if kind not in _FORMULAS:
            raise ValueError(f"kind must be one of {', '.join(_FORMULAS)}, got {kind!r}.")
    width = style.WIDTH if len(kinds) > 1 else 5.6
    fig, axes = style.figure(1, len(kinds), width=width, height=3.7, squeeze=False)
    for ax, kind in zip(axes[0], kinds, strict=True):
        _activation(ax, kind, at, wide=len(kinds) == 1)
    return style.show(fig, _activations_alt(kinds, at))


def _activation(ax, kind, at, wide):
    z = np.linspace(-6, 6, 481)
    a, slope = _value_and_slope(kind, z)
    if kind == "relu":
        slope = np.where(np.abs(z) < 1e-9, np.nan, slope)
    value_label, slope_label = _FORMULAS[kind]
    ax.plot(z, a, color=style.FORWARD, label=value_label)
    ax.plot(z, slope, color=style.BACKWARD, linestyle="--", label="slope: " + slope_label)
    low, high = {"sigmoid": (-0.08, 1.42), "tanh": (-1.15, 2.1), "relu": (-0.3, 7.4)}[kind]
    ax.set(title=kind, xlabel="pre-activation z", ylim=(low, high), xlim=(-6, 6))
    if at is not None:
        a_at, slope_at = _value_and_slope(kind, np.array(float(at)))
        run = np.array([-1.5, 1.5])
        ax.plot(at + run, a_at + slope_at * run, color=style.INK, linewidth=1.4)
        ax.plot(at, a_at, "o", color=style.FORWARD, markeredgecolor="white", markersize=9)
        ax.plot(at, slope_at, "o", color=style.BACKWARD, markeredgecolor="white", markersize=9)
        text = f"z = {at:.4g}\na = {a_at:.4g}\nslope = {slope_at:.4g}"
        ax.text(
            5.8, low + 0.06 * (high - low) + (0.1 if wide else 0), text, ha="right", fontsize=11
        )
    ax.legend(loc="upper left", borderaxespad=0.1, handlelength=1.6)


def _value_and_slope(kind, z):
    if kind == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    if kind == "relu":
        return np.maximum(z, 0), (z > 0) * 1.0
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def _activations_alt(kinds, at):
    says = {
        "sigmoid": "sigmoid rises from 0 to 1; its slope is a bell, 0.25 at most, at z = 0",
        "tanh": "tanh rises from -1 to 1; its slope is a bell, 1 at z = 0",
        "relu": "relu is 0 left of zero with slope 0, and z right of it with slope 1",
    }
    text = "Activation and slope against z: " + "; ".join(says[kind] for kind in kinds) + "."
    if at is not None:
        numbers = [(kind, *_value_and_slope(kind, np.array(float(at)))) for kind in kinds]
        text += "".join(
            f" At z = {at:.4g}, {k} is {a:.4g} with slope {g:.4g}." for k, a, g in numbers
        )
    return text


def gradient_error(f, df, x, *, steps=None):
    """The V: relative error of numerical gradients against the step h, on logarithmic axes.

    Right of the bottom the formula is too coarse; left of it rounding takes over. Centered
    differences (error falls with h squared) reach deeper than one-sided ones (with h).

    Parameters
    ----------
    f, df : callables
        A function of one number and its derivative.
    x : float
    steps : array, optional
        Values of h; from 1e-14 to 1 by default.
    """
    h = np.geomspace(1e-14, 1, 57) if steps is None else np.asarray(steps, dtype=float)
    true = float(df(x))
    centered = np.array([(f(x + k) - f(x - k)) / (2 * k) for k in h], dtype=float)
    one_sided = np.array([(f(x + k) - f(x)) / k for k in h], dtype=float)
    errors = {
        "centered: (f(x+h) − f(x−h)) / 2h": _relative(centered, true),
        "one-sided: (f(x+h) − f(x)) / h": _relative(one_sided, true),
    }
    fig, ax = style.figure(height=4.2)
    best = {}
    for (name, error), color, shape in zip(
        errors.items(), (style.BLUE, style.VERMILION), ("o", "^"), strict=True
    ):
        seen = np.maximum(error, 1e-17)
        ax.loglog(h, seen, color=color, marker=shape, markersize=5, linewidth=1.4, label=name)
        best[name.split(":")[0]] = h[np.argmin(_smooth(seen))]
    ax.axvline(1e-5, color=style.MUTED, linestyle=":", linewidth=1.4)
    ax.text(
        1.3e-5, 0.97, "h = 1e-5", transform=ax.get_xaxis_transform(), color=style.MUTED, va="top"
    )
    for x_at, text in ((0.17, "rounding error"), (0.83, "formula too coarse")):
        ax.text(x_at, 0.03, text, transform=ax.transAxes, ha="center", color=style.MUTED)
    ax.set(xlabel="step h", ylabel="relative error of the slope", ylim=(1e-13, 30))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.15), ncols=2)
    lows = " and ".join(f"{name} differences near h = {at:.0e}" for name, at in best.items())
    return style.show(
        fig,
        f"Relative error of a numerical slope against h, both axes logarithmic: a V. The error is "
        f"smallest for {lows}; left of that rounding makes it grow, right of it the formula.",
    )


def _relative(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)


def _smooth(error):
    # The bottom of the V is ragged: take its middle, not its luckiest point.
    return np.convolve(np.log(error), np.ones(5) / 5, mode="same")
