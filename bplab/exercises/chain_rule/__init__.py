"""Chapter 2: the chain rule."""

from bplab.exercises.chain_rule.gradient_check import gradient_check
from bplab.exercises.chain_rule.numerical_gradient import numerical_gradient
from bplab.exercises.chain_rule.relative_error import relative_error
from bplab.exercises.chain_rule.relu_grad import relu_grad
from bplab.exercises.chain_rule.sigmoid_grad import sigmoid_grad
from bplab.exercises.chain_rule.tanh_grad import tanh_grad
from bplab.exercises.chain_rule.two_neuron_backward import two_neuron_backward
from bplab.exercises.chain_rule.two_neuron_forward import two_neuron_forward

EXERCISES = (
    sigmoid_grad,
    tanh_grad,
    relu_grad,
    two_neuron_forward,
    two_neuron_backward,
    numerical_gradient,
    relative_error,
    gradient_check,
)
