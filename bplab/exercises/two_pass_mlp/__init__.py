"""Chapter 3: a network, a layer at a time, a batch at a time."""

from bplab.exercises.two_pass_mlp import (
    shared_out,  # noqa: F401
    smoothed_labels,  # noqa: F401
    wrong_deltas,  # noqa: F401
    wrong_forms,  # noqa: F401
    wrong_walks,  # noqa: F401
)
from bplab.exercises.two_pass_mlp.activation_backward import activation_backward
from bplab.exercises.two_pass_mlp.activation_forward import activation_forward
from bplab.exercises.two_pass_mlp.cross_entropy import cross_entropy
from bplab.exercises.two_pass_mlp.linear_backward import linear_backward
from bplab.exercises.two_pass_mlp.linear_forward import linear_forward
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.mlp_forward import mlp_forward
from bplab.exercises.two_pass_mlp.softmax import softmax
from bplab.exercises.two_pass_mlp.softmax_cross_entropy_backward import (
    softmax_cross_entropy_backward,
)
from bplab.exercises.two_pass_mlp.train_step import train_step

EXERCISES = (
    linear_forward,
    linear_backward,
    activation_forward,
    activation_backward,
    softmax,
    cross_entropy,
    softmax_cross_entropy_backward,
    mlp_forward,
    mlp_backward,
    train_step,
)
