"""A policy that keeps a pole up."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.policy_gradient import pole_bars
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER
from bplab.exercises.policy_gradient.wrong_trainers import WRONG

train_policy = Exercise(
    "train_policy",
    CHAPTER,
    nn.train_policy,
    returns="theta",
    points=6,
    driver="cart-poles",
    repeat=False,
    seconds=60.0,
    costly=True,
    achieved="An agent has learned from rewards alone; nobody told it a right action.",
)


train_policy.paper(pole_bars.cases)


train_policy.judge(pole_bars.judge)


for slug, (wrong, *rungs) in WRONG.items():
    train_policy.mistake(slug, *rungs)(wrong)
