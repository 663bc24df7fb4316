"""Chapter 8: a recurrent network unrolled, stepped through time, forward and back."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

MOST = 6  # moments that fit beside each other


def through_time(step_forward, step_backward, X, h0, Wx, Wh, b, dH, example=0):
    """The unrolled network with the numbers of your own two step functions.

    Look for: forward, each state is made from the one on its left; back, each state receives
    blame from above, its own moment's, and from the right, and sends the sum on.

    Parameters
    ----------
    step_forward : callable
        `(x, h_prev, Wx, Wh, b) -> h`
    step_backward : callable
        `(dh, x, h_prev, h, Wx, Wh) -> (dx, dh_prev, dWx, dWh, db)`
    X : array (N, T, D)
        At most 6 moments and 3 inputs.
    h0 : array (N, H)
        At most 3 units.
    Wx, Wh, b : arrays (D, H), (H, H), (H,)
    dH : array (N, T, H)
        What each state receives from outside.
    example : int
        Whose numbers are shown.
    """
    X, h0, dH = (np.asarray(a, dtype=float) for a in (X, h0, dH))
    if X.ndim != 3 or X.shape[1] > MOST or X.shape[2] > 3 or h0.shape[-1] > 3:
        raise ValueError(
            f"X must be (N, T, D) with at most {MOST} moments and 3 inputs, and h0 (N, H) with at "
            f"most 3 units, got {X.shape} and {h0.shape}."
        )
    if not 0 <= example < len(X):
        raise ValueError(f"example must be from 0 to {len(X) - 1}, got {example}.")
    state = {
        "title": "Through time, forward and back",
        "own": dH[example],
        "x": X[example],
        "h0": h0[example],
        **_numbers(step_forward, step_backward, X, h0, Wx, Wh, b, dH, example),
    }
    return interactive("unrolled", state, _picture(state))


def _numbers(step_forward, step_backward, X, h0, Wx, Wh, b, dH, example):
    h, states = h0, []
    for t in range(X.shape[1]):
        h = np.asarray(step_forward(X[:, t], h, Wx, Wh, b))
        states.append(h)
    later, total = np.zeros(h0.shape), np.zeros(np.shape(Wh))
    carried, blamed, sums = [], [], []
    for t in reversed(range(X.shape[1])):
        before = states[t - 1] if t > 0 else h0
        dh = dH[:, t] + later
        carried.insert(0, later[example])
        blamed.insert(0, dh[example])
        _, later, _, share, _ = step_backward(dh, X[:, t], before, states[t], Wx, Wh)
        total = total + share
        sums.insert(0, float(np.linalg.norm(total)))
    return {
        "h": np.array([state[example] for state in states]),
        "later": np.array(carried),
        "blame": np.array(blamed),
        "dh0": np.asarray(later)[example],
        "sums": sums,
    }


def _picture(state):
    T = len(state["x"])
    fig, ax = style.figure(height=4.3)
    ax.axis("off")
    ax.set(xlim=(-1.2, T - 0.3), ylim=(-1.95, 2.2))
    for t in range(-1, T):
        values = state["h0"] if t < 0 else state["h"][t]
        blame = state["dh0"] if t < 0 else state["blame"][t]
        name = "$h_0$" if t < 0 else f"$h_{{{t + 1}}}$"
        ax.text(t + 0.22, 0.62, name, ha="center", weight="bold")
        ax.text(
            t + 0.22,
            0.0,
            f"{_column(values)}",
            ha="center",
            va="center",
            bbox={"boxstyle": "round,pad=0.45", "fc": style.PAPER, "ec": style.INK},
        )
        ax.text(t + 0.22, -1.6, _column(blame), ha="center", va="center", color=style.GRADIENT)
        if t < T - 1:
            ax.annotate("", (t + 0.86, 0.12), (t + 0.56, 0.12), arrowprops=_arrow(style.FORWARD))
            ax.annotate("", (t + 0.56, -1.6), (t + 0.86, -1.6), arrowprops=_arrow(style.BACKWARD))
        if t >= 0:
            ax.annotate("", (t + 0.22, -0.42), (t + 0.22, -0.82), arrowprops=_arrow(style.FORWARD))
            ax.text(t + 0.22, 1.95, _column(state["own"][t]), ha="center", va="center",
                    color=style.GRADIENT, fontsize=10)  # fmt: skip
            ax.annotate("", (t + 0.22, 1.0), (t + 0.22, 1.6), arrowprops=_arrow(style.BACKWARD))
            ax.text(t + 0.22, -1.02, f"x: {' '.join(f'{v:g}' for v in state['x'][t])}", ha="center")
    ax.text(-1.15, 1.95, "from\noutside", va="center", color=style.GRADIENT, fontsize=10)
    ax.text(-1.15, -0.98, "inputs", va="center", fontsize=10)
    ax.text(-1.15, -1.32, "blame", va="center", color=style.GRADIENT, fontsize=10)
    blame, H = np.abs(state["blame"]), len(state["h0"])
    return style.show(
        fig,
        alt=f"A recurrent network of {H} units unrolled over {T} moments. Boxes hold the states, "
        f"made from left to right; at the bottom stands the blame, which walks from right to left: "
        f"its largest entry is {blame[-1].max():.3g} at the last moment, {blame[0].max():.3g} at "
        f"the first. The gradient of Wh is the sum of the shares of all {T} steps.",
    )


def _column(values):
    words = (f"{v:.2f}".replace("-0.00", "0.00").replace("-", "−") for v in values)
    return "\n".join(words)


def _arrow(color):
    return {"arrowstyle": "-|>", "color": color, "lw": 1.8}
