"""Chapter 7: deep networks."""

from bplab.exercises.deep_networks.batchnorm_predict import batchnorm_predict
from bplab.exercises.deep_networks.blame_by_layer import blame_by_layer
from bplab.exercises.deep_networks.he_init import he_init
from bplab.exercises.deep_networks.layernorm_backward import layernorm_backward
from bplab.exercises.deep_networks.layernorm_forward import layernorm_forward
from bplab.exercises.deep_networks.leaky_relu_backward import leaky_relu_backward
from bplab.exercises.deep_networks.leaky_relu_forward import leaky_relu_forward
from bplab.exercises.deep_networks.residual_backward import residual_backward
from bplab.exercises.deep_networks.residual_forward import residual_forward
from bplab.exercises.deep_networks.running_update import running_update
from bplab.exercises.deep_networks.signal_by_layer import signal_by_layer
from bplab.exercises.deep_networks.xavier_init import xavier_init

EXERCISES = (
    signal_by_layer,
    blame_by_layer,
    xavier_init,
    he_init,
    leaky_relu_forward,
    leaky_relu_backward,
    running_update,
    batchnorm_predict,
    layernorm_forward,
    layernorm_backward,
    residual_forward,
    residual_backward,
)
