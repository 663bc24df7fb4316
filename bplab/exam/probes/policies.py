"""Drivers for policies: returns brought to one scale, an episode in a small world, a cart-pole."""

import numpy as np

from bplab.exam.probes.registry import Misfit, called, driver


class World:
    """A small world for `run_episode`: the next state follows from this one and the action.

    turn : (D, D); push : (D, A); worth : (D,), what a state is worth; steps : until it ends
    """

    def __init__(self, turn, push, worth, steps):
        self.turn, self.push, self.worth, self.length = turn, push, worth, steps
        self.state, self.left = None, 0
        self.resets, self.asked = 0, []

    def reset(self, rng):
        """Begin; the first state (D,)."""
        self.resets += 1
        self.state, self.left = rng.normal(size=len(self.worth)), self.length
        return self.state.copy()

    def step(self, action):
        """(state, reward, done)."""
        if self.left == 0:
            raise RuntimeError("the episode is over: reset(rng) comes before the next step.")
        self.asked.append(int(action))
        self.state = np.tanh(self.turn @ self.state + self.push[:, action])
        self.left -= 1
        reward = float(self.worth @ self.state) + (3.0 if self.left == 0 else 0.0)
        return self.state.copy(), reward, self.left == 0


@driver("episode")
def episode(bench, run_episode, case):
    """One episode in a world; also what the world was asked to do."""
    world = World(**case["world"])
    found = bench.call(run_episode, env=world, theta=case["theta"], rng=case["rng"])
    if not isinstance(found, (tuple, list)) or len(found) != 3:
        raise Misfit(f"Three things belong here, S, actions and rewards; it is {called(found)}.")
    S, actions, rewards = found
    asked = {"resets of env": world.resets, "actions given to env": np.array(world.asked, float)}
    return {"S": S, "actions": actions, "rewards": rewards, **asked}


@driver("standardize")
def standardize(bench, fn, case):
    """Call once. What an eps of 1e-8 leaves of rounding is written down as 0."""
    found = bench.call(fn, **case)
    if isinstance(found, np.ndarray) and found.dtype.kind == "f":
        return np.where(np.abs(found) < 1e-7, 0.0, found)
    return found


@driver("cart-poles")
def cart_poles(bench, train_policy, case):
    """Train once on each cart-pole; what comes back is played where it is marked."""
    from bplab.data import CartPole

    return [
        bench.call(train_policy, env=CartPole(**pole), rng=rng)
        for pole, rng in zip(case["poles"], case["rngs"], strict=True)
    ]
