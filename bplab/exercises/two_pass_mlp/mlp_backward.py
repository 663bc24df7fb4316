"""The backward pass, layer by layer."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.two_pass_mlp.activation_backward import activation_backward
from bplab.exercises.two_pass_mlp.linear_backward import linear_backward
from bplab.exercises.two_pass_mlp.networks import CHAPTER, NETWORKS, network
from bplab.exercises.two_pass_mlp.softmax_cross_entropy_backward import (
    softmax_cross_entropy_backward,
)

mlp_backward = Exercise(
    "mlp_backward",
    CHAPTER,
    nn.mlp_backward,
    returns="grads",
    points=5,
    shapes={"P": "N C", "y": "N"},
    latest_first=True,
    built_on=(
        activation_backward,
        linear_backward,
        softmax_cross_entropy_backward,
    ),
    achieved="You have written backpropagation: the gradient of every weight in one pass back.",
)


@mlp_backward.paper
def _(rng):
    for N, widths, kind in NETWORKS:
        _, y, params, P, cache = network(rng, N, widths, kind or "tanh")
        case = {"P": P, "y": y, "cache": cache, "params": params}
        yield case | ({"kind": kind} if kind else {})
