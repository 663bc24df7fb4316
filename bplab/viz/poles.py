"""Chapter 11: cart-poles that move by a learner's policy, and what a baseline is worth."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

LEAN = 3.5  # a metre along is drawn that much shorter than a metre up: angles look as they are


def play(theta, env, seed=0):
    """An episode by the policy theta, actions sampled: places [m], angles [rad], actions.

    Places and angles are (T + 1,), the state in which the episode ended included; actions (T,).
    """
    theta = np.asarray(theta, dtype=float)
    if theta.shape != (4, 2):
        raise ValueError(f"theta must be (4, 2), got {theta.shape}.")
    rng = np.random.default_rng(seed)
    s, done = env.reset(rng), False
    states, actions = [s], []
    while not done:
        scores = s @ theta
        p = 1 / (1 + np.exp(np.clip(scores[1] - scores[0], -500, 500)))  # of action 0
        actions.append(int(rng.random() >= p))
        s, _, done = env.step(actions[-1])
        states.append(s)
    states = np.array(states)
    return states[:, 0], states[:, 2], np.array(actions)


def cart_poles(thetas, env=None, seed=0, step=0):
    """Cart-poles moved by policies, side by side, with a play button.

    Look for: how the one that has learned lets the pole lean a little and drives under it.

    Parameters
    ----------
    thetas : dict of str to array (4, 2)
        By name: before learning, after it. Two fit well.
    env : CartPole, optional
        `data.CartPole()` if not given.
    seed : int
        Of the start and of the sampled actions, the same for all.
    step : int
        Where the slider starts.
    """
    from bplab import data

    if not thetas:
        raise ValueError("thetas is empty: give at least one, such as {'after': theta}.")
    env = env or data.CartPole()
    runs = {name: play(theta, env, seed) for name, theta in thetas.items()}
    way = 1 if env.force > 0 else -1
    state = {
        "title": "Cart-poles",
        "start": step,
        "runs": [
            {
                "name": name,
                "x": x.round(3),
                "angle": angle.round(4),
                "push": [*((2 * actions - 1) * way), 0],
                "length": env.length,
                "fell": len(actions) < env.limit,
            }
            for name, (x, angle, actions) in runs.items()
        ],
    }
    return interactive("poles", state, _picture(runs, env))


def _picture(runs, env):
    fig, axes = style.figure(len(runs), 1, height=0.6 + 1.5 * len(runs), squeeze=False)
    said = []
    for ax, (name, (x, angle, actions)) in zip(axes[:, 0], runs.items(), strict=True):
        moments = np.unique(np.linspace(0, len(actions), 12).astype(int))
        for k, t in enumerate(moments):
            foot = 5.2 * k
            at = foot + x[t]
            lean = LEAN * np.sin(angle[t])
            top = (at + 2 * env.length * lean, 2 * env.length * np.cos(angle[t]))
            ax.plot([at, top[0]], [0.25, 0.25 + top[1]], color=style.ORANGE, linewidth=4)
            ax.plot([at - 0.35, at + 0.35], [0.12, 0.12], color=style.BLUE, linewidth=7)
            ax.text(foot, -0.75, f"{t}", ha="center", fontsize=10)
        fell = len(actions) < env.limit
        end = f"down after {len(actions)} steps" if fell else f"up for all {len(actions)} steps"
        ax.set_title(f"{name}: {end}", fontsize=11)
        ax.set(xlim=(-2.6, 5.2 * 11 + 2.6), ylim=(-1.0, 2 * env.length + 0.6), yticks=[], xticks=[])
        ax.set_xlabel("step")
        ax.grid(False)
        said.append(f"{name}, {end}")
    return style.show(
        fig,
        alt=f"A cart with a pole at twelve moments of an episode, by {len(runs)} policies: "
        f"{'; '.join(said)}.",
    )


def episode_lengths(lengths, limit=500):
    """How long the pole stayed up, step of learning by step.

    Look for: the curve creeps, then rises within a few steps, and is never quite smooth: each
    point is a sample.

    Parameters
    ----------
    lengths : array (steps,) or dict of str to array
        Mean length of the episodes played at each step.
    limit : int
        The longest possible.
    """
    curves = lengths if isinstance(lengths, dict) else {"mean of the episodes": lengths}
    fig, ax = style.figure(height=3.6)
    said = []
    for i, (name, curve) in enumerate(curves.items()):
        curve = np.asarray(curve, dtype=float)
        if curve.ndim != 1 or not curve.size:
            raise ValueError(f"lengths must be (steps,), got {curve.shape}.")
        ax.plot(curve, color=style.CYCLE[i % 6], linestyle=style.DASHES[i % 6], label=name)
        said.append(f"{name}, from {curve[0]:.0f} to {curve[-1]:.0f}, at most {curve.max():.0f}")
    ax.axhline(limit, color=style.MUTED, linewidth=1.2, linestyle=":")
    ax.set(xlabel="step of learning", ylabel="steps that the pole stays up", ylim=(0, limit * 1.05))
    ax.legend(loc="best")
    return style.show(
        fig, alt=f"Steps that the pole stays up, by step of learning: {'; '.join(said)}."
    )


def gradient_spread(samples, true=None):
    """One entry of the gradient, estimated again and again from few episodes.

    Look for: the estimates scatter around the same middle, and the narrower the cloud, the fewer
    episodes a step needs.

    Parameters
    ----------
    samples : dict of str to array (n,)
        By how the advantages were made.
    true : dict of str to float, optional
        What each is measured against: its mean over many episodes. Default: its own mean.
    """
    if not samples:
        raise ValueError("samples is empty: give at least one array.")
    rows = {name: np.asarray(found, dtype=float) for name, found in samples.items()}
    fig, ax = style.figure(height=0.9 + 0.85 * len(rows))
    luck, said = np.random.default_rng(0), []
    for i, (name, found) in enumerate(rows.items()):
        middle = found.mean() if true is None else true[name]
        relative = found / abs(middle)
        ax.scatter(relative, i + luck.uniform(-0.22, 0.22, len(found)), s=16, alpha=0.55,
                   color=style.CYCLE[i % 6], linewidth=0)  # fmt: skip
        ax.plot([np.sign(middle)] * 2, [i - 0.36, i + 0.36], color=style.INK, linewidth=2.2)
        spread = found.std() / abs(middle)
        wrong = np.mean(np.sign(found) != np.sign(middle))
        ax.text(1.01, i, f"spread {spread:.1f}\nwrong sign {wrong:.0%}", va="center",
                transform=ax.get_yaxis_transform(), fontsize=10.5)  # fmt: skip
        said.append(f"{name}: spread {spread:.1f} times the mean, wrong sign {wrong:.0%}")
    ax.axvline(0, color=style.MUTED, linewidth=1.2)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.invert_yaxis()
    ax.set(xlabel="estimate, by the size of its mean", ylim=(len(rows) - 0.5, -0.5))
    return style.show(fig, alt=f"Estimates of one entry of the gradient. {'; '.join(said)}.")
