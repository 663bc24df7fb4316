"""Chapter 1: one neuron."""

from bplab.exercises.single_neuron import (
    other_errors,  # noqa: F401
    starts,  # noqa: F401
    train_neuron_gradients,  # noqa: F401
    weighed_classes,  # noqa: F401
)
from bplab.exercises.single_neuron.bce_loss import bce_loss
from bplab.exercises.single_neuron.gradient_step import gradient_step
from bplab.exercises.single_neuron.linear_neuron_step import linear_neuron_step
from bplab.exercises.single_neuron.mse_loss import mse_loss
from bplab.exercises.single_neuron.neuron_backward import neuron_backward
from bplab.exercises.single_neuron.neuron_forward import neuron_forward
from bplab.exercises.single_neuron.sigmoid import sigmoid
from bplab.exercises.single_neuron.train_neuron import train_neuron

EXERCISES = (
    linear_neuron_step,
    sigmoid,
    neuron_forward,
    mse_loss,
    bce_loss,
    neuron_backward,
    gradient_step,
    train_neuron,
)
