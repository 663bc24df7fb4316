"""How a trained policy is judged: on which cart-poles, by how long the pole stays up.

Two cart-poles are drawn; in one of them action 1 pushes to the left. The policy is trained where
the learner's code runs, and played here, by the reference's `run_episode` and with sampled
actions. Measured (tests/exercises/test_pole_bars.py): right ones stay up for 390 to 500 steps of
500, undertrained ones for up to 350 on one of the two, untrained ones for about 23.
"""

import numpy as np

from bplab import data, nn
from bplab.exam import Case, Fault, Rng

BAR = 250
EPISODES = 50
UNTRAINED = 40  # steps; a policy that chooses at random stays up for about 23
RANDOM = 16  # steps; below what one that chooses at random reaches in the mean of 50 episodes
LIMIT = 500
ARRIVED = 400  # a training that reaches so many steps has little left to learn


def cases(rng):
    """The one case of a paper."""
    forces = rng.uniform(8, 12, 2) * rng.permutation([1, -1])
    poles = [
        {"length": float(length), "force": float(force), "limit": LIMIT}
        for length, force in zip(rng.uniform(0.4, 0.8, 2), forces, strict=True)
    ]
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=2)]
    yield Case({"poles": poles, "rngs": rngs}, key=int(rng.integers(2**31)))


def judge(case, value):
    """A Fault, named by a slug of `wrong_trainers.WRONG` or a general name, or None."""
    if type(value) not in (list, tuple) or len(value) != len(case.inputs["poles"]):
        return Fault("wrong-type", "An array of shape (4, 2) belongs there for each cart-pole.")
    thetas = []
    for theta in value:
        fault = _no_theta(theta)
        if fault is not None:
            return fault
        thetas.append(np.asarray(theta, dtype=float))
    means = measured(case, thetas)
    if min(means) >= BAR:
        return None
    return Fault(_slug(case, thetas, means), sentence(case, means))


def measured(case, thetas):
    """Mean number of steps that the pole stays up, for each cart-pole."""
    return [
        float(np.mean([_steps(pole, theta, case.key + i) for i in range(EPISODES)]))
        for pole, theta in zip(case.inputs["poles"], thetas, strict=True)
    ]


def sentence(case, means):
    """What was measured, beside the bar."""
    each = " and ".join(
        f"{mean:.0f} (half length {pole['length']:.2f} m, action 1 pushes "
        f"{'right' if pole['force'] > 0 else 'left'})"
        for mean, pole in zip(means, case.inputs["poles"], strict=True)
    )
    return f"Steps that the pole stays up, mean of {EPISODES} episodes: {each}; the bar is {BAR}."


def _steps(pole, theta, seed):
    _, _, rewards = nn.run_episode(data.CartPole(**pole), theta, np.random.default_rng(seed))
    return len(rewards)


def _no_theta(theta):
    if theta is None:
        return Fault("returned-nothing", "")
    theta = np.asarray(theta)
    if theta.dtype.kind not in "biuf":
        return Fault("wrong-type", "An array of numbers of shape (4, 2) belongs there.")
    if theta.shape == (2, 4):
        return Fault("transposed", "The shape of theta is (2, 4).")
    if theta.shape != (4, 2):
        told = f"The shape of theta is {theta.shape}; (4, 2) belongs there."
        return Fault("wrong-shape", told)
    if not np.isfinite(theta).all():
        return Fault("not-finite", "theta holds nan or infinite numbers.")
    return None


def _slug(case, thetas, means):
    """What keeps the policy below the bar."""
    low = [i for i, mean in enumerate(means) if mean < BAR]
    turned = measured(case, [-theta for theta in thetas])
    if all(means[i] < UNTRAINED and turned[i] >= BAR for i in low):
        return "wrong-way" if len(low) == len(means) else "one-direction"
    if len(low) < len(means) and max(means) >= ARRIVED:
        return "one-pole-only"
    if max(means) < RANDOM and all(t > 2 * mean for t, mean in zip(turned, means, strict=True)):
        return "worse-than-chance"
    if not any(np.ptp(theta, axis=1).any() for theta in thetas):
        return "no-preference"
    return "nothing-learned" if max(means) < UNTRAINED else "undertrained"
