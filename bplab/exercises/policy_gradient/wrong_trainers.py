"""Wrong ways to train a policy, and what to say of each: slug -> (function, three rungs)."""

import numpy as np

from bplab import nn

# Of a policy that keeps poles up where action 1 pushes right.
BALANCING = np.array([[-0.1, 0.1], [-0.5, 0.5], [-4.0, 4.0], [-2.4, 2.4]])


def _reinforce(env, rng, steps=16):
    """A short training: reward to go, a baseline, Adam."""
    theta, state = np.zeros((4, 2)), {}
    for _ in range(steps):
        episodes = [nn.run_episode(env, theta, rng) for _ in range(8)]
        S, actions = (np.concatenate(parts) for parts in list(zip(*episodes, strict=True))[:2])
        returns = np.concatenate([nn.discounted_returns(r, 0.99) for _, _, r in episodes])
        gradient = nn.policy_gradient(theta, S, actions, nn.standardize(returns))
        [theta], state = nn.adam_step([theta], [gradient], state, 0.08)
    return theta


def _never_updated(env, rng):
    return np.zeros((4, 2))


def _uphill_in_loss(env, rng):
    return -np.sign(env.force) * BALANCING if hasattr(env, "force") else -BALANCING


def _leaning_with_the_fall(env, rng):
    return -np.sign(getattr(env, "force", 1.0)) * np.array([[0, 0], [3, -3], [2, -2], [0, 0.0]])


def _made_by_hand(env, rng):
    return BALANCING


def _a_few_steps(env, rng):
    return _reinforce(env, rng)


def _random_weights(env, rng):
    return np.array([[0.3, -0.3], [0.0, 0.0], [0.02, -0.02], [0.01, -0.01]]) * np.sign(rng.normal())


def _stiff_or_loose(env, rng):
    """A training that arrives with one of two carts only, as a search does that was out of luck."""
    found = BALANCING if getattr(env, "force", 1) > 0 else -0.03 * BALANCING
    return found + 1e-3 * rng.normal(size=(4, 2))


def _transposed(env, rng):
    return BALANCING.T


WRONG = {
    "no-preference": (
        _never_updated,
        "Both columns of your theta are the same: in every state the two actions are equally "
        "probable.",
        "Is the new theta the one that you go on with, and the one that you give back? And is the "
        "gradient of a step anything but 0: do its advantages differ from each other?",
        "theta minus rate times gradient is a new array: it has to take the old one's place in "
        "every round.",
    ),
    "wrong-way": (
        _uphill_in_loss,
        "Turned around, with minus theta, your policy keeps both poles up: it has learned what "
        "makes them fall.",
        "Which way is downhill? policy_gradient gives the gradient of a loss.",
        "The loss is minus the mean of log-probability times advantage: subtract its gradient.",
    ),
    "worse-than-chance": (
        _leaning_with_the_fall,
        "On both carts your policy drops the pole sooner than one that chooses at random, which "
        "takes about 23 steps, and minus theta keeps it up longer.",
        "Which way is downhill? policy_gradient gives the gradient of a loss.",
        "The loss is minus the mean of log-probability times advantage: subtract its gradient.",
    ),
    "one-direction": (
        _made_by_hand,
        "Your policy keeps one pole up and pushes the other over: there the same action pushes the "
        "other way, and minus theta keeps it up.",
        "Does your theta come from what happened in env, or from what you know of another env?",
        "Nobody tells the policy which way an action pushes. It has to find out from the rewards.",
    ),
    "one-pole-only": (
        _stiff_or_loose,
        "One of the two trainings has arrived, and the other has not.",
        "Train twice on one env, with two generators: how far apart do the two policies end?",
        "Every training meets other episodes, and luck decides a part of it. Play some episodes "
        "before you stop, and go on, or start again, until nearly all of them reach the limit.",
    ),
    "nothing-learned": (
        _random_weights,
        "On neither cart does your policy keep the pole up for 40 steps; one that chooses at "
        "random takes about 23.",
        "Print the mean length of the episodes every ten steps: does it rise at all?",
        "Returns must belong to the same step as state and action, and be better or worse than "
        "usual: with every reward 1 all returns are positive, and each action taken is praised.",
    ),
    "undertrained": (
        _a_few_steps,
        "Your policy has learned something, and not yet enough.",
        "Does the mean length of the episodes still rise when you stop? And how large is the rate?",
        "More steps, more episodes for each, or Adam with a rate near 0.1: play some episodes "
        "after every step and go on until nearly all reach the limit.",
    ),
    "transposed": (
        _transposed,
        "Your theta has a row for each action.",
        "In policy, what multiplies what?",
        "Scores are S @ theta with S (N, 4), so theta has 4 rows and 2 columns.",
    ),
}
