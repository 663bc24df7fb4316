"""A pole on a cart, to be kept upright by pushing the cart: the classic problem.

Barto, Sutton and Anderson 1983, "Neuronlike adaptive elements that can solve difficult learning
control problems"; equations without friction, as in Florian 2007, "Correct equations for the
dynamics of the cart-pole system".
"""

import math

import numpy as np

GRAVITY = 9.8  # m/s^2
CART_MASS = 1.0  # kg
POLE_MASS = 0.1  # kg
TIME_STEP = 0.02  # s
FARTHEST = 2.4  # m from the middle
STEEPEST = 12 * math.pi / 180  # rad from upright


class CartPole:
    """A cart with a pole on it. Two actions: 0 pushes to the left, 1 to the right.

    A state is (4,): place of the cart [m], its speed [m/s], angle of the pole [rad, positive to
    the right], its angular speed [rad/s].

    Parameters
    ----------
    length : float
        Half of the pole's length, in m.
    force : float
        Of a push, in N. A negative force makes action 1 push to the left.
    limit : int
        Steps after which an episode is over.
    """

    def __init__(self, length=0.5, force=10.0, limit=500):
        self.length, self.force, self.limit = length, force, limit
        self.state, self.steps = None, 0

    def reset(self, rng):
        """Begin anew, all four numbers uniform in (-0.05, 0.05); returns the state, (4,)."""
        self.state, self.steps = rng.uniform(-0.05, 0.05, 4), 0
        return self.state.copy()

    def step(self, action):
        """Push for 0.02 s.

        Returns
        -------
        state : ndarray, (4,)
        reward : float
            1 for every step.
        done : bool
            The cart beyond 2.4 m, the pole beyond 12 degrees, or the limit reached.
        """
        if self.state is None:
            raise RuntimeError("the episode has not begun or is over: reset(rng) comes first.")
        if isinstance(action, float) or action not in (0, 1):
            raise ValueError(f"action must be 0 or 1, got {action!r}.")
        self.state = moved(self.state, self.force if action else -self.force, self.length)
        self.steps += 1
        fallen = abs(self.state[0]) > FARTHEST or abs(self.state[2]) > STEEPEST
        state, done = self.state.copy(), bool(fallen or self.steps >= self.limit)
        if done:
            self.state = None
        return state, 1.0, done


def moved(state, push, length):
    """The state 0.02 s later, by one step of Euler's rule: (4,)."""
    x, speed, angle, turning = state
    cos, sin = math.cos(angle), math.sin(angle)
    mass = CART_MASS + POLE_MASS
    pull = (push + POLE_MASS * length * turning**2 * sin) / mass
    swing = (GRAVITY * sin - cos * pull) / (length * (4 / 3 - POLE_MASS * cos**2 / mass))
    drive = pull - POLE_MASS * length * swing * cos / mass
    return np.array(
        [
            x + TIME_STEP * speed,
            speed + TIME_STEP * drive,
            angle + TIME_STEP * turning,
            turning + TIME_STEP * swing,
        ]
    )
