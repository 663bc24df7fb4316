"""Chapter 4: simulated annealing, the other way out of a local minimum."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

LOW, HIGH = -7.0, 7.0
START, STEPS, JUMP, COOLING, DESCENT_RATE = -5.5, 400, 0.5, 0.99, 0.05
WALKS = 12


def bumpy(x):
    """A loss with seven valleys; the deepest is at 2, with loss 0."""
    return 0.05 * (x - 2) ** 2 + 0.45 - 0.45 * np.cos(3 * (x - 2))


def bumpy_grad(x):
    return 0.1 * (x - 2) + 1.35 * np.sin(3 * (x - 2))


def descend(start=START, steps=STEPS, learning_rate=DESCENT_RATE):
    """Plain descent on the bumpy line: (steps + 1,)."""
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * bumpy_grad(path[-1]))
    return np.array(path)


def anneal(temperature, jumps, u, start=START, cooling=COOLING):
    """A walk on the bumpy line by `nn.anneal_accept`: (steps + 1,).

    A jump beyond the ends is not taken. The temperature is multiplied by `cooling` after
    every step.
    """
    from bplab import nn

    path = [start]
    for jump, luck in zip(jumps, u, strict=True):
        new = path[-1] + jump
        change = bumpy(new) - bumpy(path[-1])
        taken = LOW <= new <= HIGH and nn.anneal_accept(change, temperature, luck)
        path.append(new if taken else path[-1])
        temperature *= cooling
    return np.array(path)


def luck(runs, seed=4):
    """Jumps and uniform numbers of `runs` walks: two arrays (runs, STEPS)."""
    rng = np.random.default_rng(seed)
    # Few digits, so that the page gets the same numbers in few characters.
    return rng.normal(0, JUMP, (runs, STEPS)).round(3), rng.random((runs, STEPS)).round(4)


def annealing(temperature=1.0, seed=4):
    """Descent and simulated annealing on a bumpy line, and the rule that accepts a worse step.

    Look for: descent stops in the valley it starts in. Hot, the walk climbs out; as it cools
    it settles, often in the deepest valley, never surely.

    Parameters
    ----------
    temperature : float
        At the start, in units of the loss; multiplied by 0.99 after each of 400 steps.
    seed : int
        Of the jumps.
    """
    jumps, u = luck(WALKS, seed)
    walks = np.array([anneal(temperature, j, v) for j, v in zip(jumps, u, strict=True)])
    best = int(np.argmin(bumpy(walks[:, -1])))
    state = {
        "title": "Simulated annealing",
        "temperature": temperature,
        "cooling": COOLING,
        "start": START,
        "range": (LOW, HIGH),
        "jumps": jumps,
        "luck": u,
        "walk": best,
        "descent": descend().round(4),
    }
    return interactive("walks", state, _annealing_picture(temperature, walks, best))


def _annealing_picture(temperature, walks, best):
    walk, descent = walks[best], descend()
    fig, axes = style.figure(2, 2, height=6.0)
    _draw_line(axes[0, 0], (descent, walk))
    _draw_times(axes[1, 0], (descent, walk))
    _draw_acceptance(axes[0, 1], temperature)
    _draw_losses(axes[1, 1], descent, walks)
    axes[0, 0].sharex(axes[1, 0])
    found = int(np.sum(bumpy(walks[:, -1]) < 0.1))
    return style.show(
        fig,
        alt=f"A bumpy loss of one weight. From -5.5, descent stops in the local minimum at -4.1, "
        f"loss 1.93. Of {WALKS} annealing walks from temperature {temperature:g}, {found} end in "
        f"the deepest valley, at 2. A worse step is accepted with probability "
        f"exp(-change / T): often when hot, hardly when cold.",
    )


_TWO = (("descent", style.INK, "o"), ("annealing", style.VERMILION, "^"))


def _draw_line(ax, paths):
    x = np.linspace(LOW, HIGH, 500)
    ax.plot(x, bumpy(x), color=style.MUTED, linewidth=1.6)
    ax.annotate("start", (START, bumpy(START) + 0.35), ha="center", weight="bold")
    ax.plot(START, bumpy(START), "o", color=style.INK)
    for path, (name, color, marker) in zip(paths, _TWO, strict=True):
        end = bumpy(path[-1])
        ax.plot(path[-1], end, marker, color=color, markersize=10, markeredgecolor=style.PAPER)
        beside = -4.8 if path[-1] < -3 else path[-1]  # left of the slope, not on it
        at, words = (beside, end - 0.18), f"{name}\nends at {end:.2f}"
        ax.annotate(words, at, ha="center", va="top", size=10)
    ax.set(title="Loss of one weight", ylabel="loss", ylim=(-1.2, 4.6))


def _draw_times(ax, paths):
    for path, (name, color, _) in zip(paths, _TWO, strict=True):
        ax.plot(path, np.arange(len(path)), color=color, linewidth=1.4, label=name)
    ax.set(title="Where each is, step by step", xlabel="weight $w$", ylabel="step (downwards)")
    ax.set(xlim=(LOW, HIGH), ylim=(STEPS, 0))
    ax.legend(loc="lower center", bbox_to_anchor=(0.42, 0))


def _draw_acceptance(ax, temperature):
    change = np.linspace(0, 3, 200)
    for i, t in enumerate((temperature, temperature / 4, temperature / 20)):
        look = dict(color=style.CYCLE[1 + i], linestyle=style.DASHES[i])
        ax.plot(change, np.exp(-change / t), label=f"T = {t:.2g}", **look)
    ax.set(xlabel="how much worse the loss gets", ylabel="probability", ylim=(0, 1.03))
    ax.set_title("Chance to accept a worse step")
    ax.legend()


def _draw_losses(ax, descent, walks):
    shown = bumpy(walks).T
    ax.plot(shown, color=style.VERMILION, alpha=0.18, linewidth=1)
    ax.plot(np.median(shown, axis=1), color=style.VERMILION, label="median of the walks")
    ax.plot(bumpy(descent), "--", color=style.INK, label="descent")
    ax.set(xlabel="step", ylabel="loss", ylim=(-0.15, 4.6), title=f"{WALKS} walks, cooling down")
    ax.legend(loc="upper right")
