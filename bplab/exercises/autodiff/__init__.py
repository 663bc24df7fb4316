"""Chapter 10: automatic differentiation, backward and forward."""

from bplab.exercises.autodiff import (  # noqa: F401
    dual_readings,
    tensor_backward,
    tensor_formulas,
    tensor_operations,
    tensor_parts,
    tensor_readings,
    tensor_shares,
)
from bplab.exercises.autodiff.directional_derivative import directional_derivative
from bplab.exercises.autodiff.dual import Dual
from bplab.exercises.autodiff.jacobian import jacobian
from bplab.exercises.autodiff.mlp_loss import mlp_loss
from bplab.exercises.autodiff.tensor import Tensor
from bplab.exercises.autodiff.unbroadcast import unbroadcast

EXERCISES = (unbroadcast, Tensor, mlp_loss, jacobian, Dual, directional_derivative)
