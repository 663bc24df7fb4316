"""Chapter 11: only a reward."""

from bplab.exercises.policy_gradient.discounted_returns import discounted_returns
from bplab.exercises.policy_gradient.log_policy_gradient import log_policy_gradient
from bplab.exercises.policy_gradient.policy import policy
from bplab.exercises.policy_gradient.policy_gradient import policy_gradient
from bplab.exercises.policy_gradient.run_episode import run_episode
from bplab.exercises.policy_gradient.sample_actions import sample_actions
from bplab.exercises.policy_gradient.standardize import standardize
from bplab.exercises.policy_gradient.train_policy import train_policy

EXERCISES = (
    policy,
    sample_actions,
    run_episode,
    discounted_returns,
    log_policy_gradient,
    policy_gradient,
    standardize,
    train_policy,
)
