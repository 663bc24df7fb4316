"""Chapter 5: regularization."""

from bplab.exercises.regularization.batchnorm_backward import batchnorm_backward
from bplab.exercises.regularization.batchnorm_forward import batchnorm_forward
from bplab.exercises.regularization.dropout_backward import dropout_backward
from bplab.exercises.regularization.dropout_forward import dropout_forward
from bplab.exercises.regularization.early_stopping import early_stopping
from bplab.exercises.regularization.l2_gradients import l2_gradients
from bplab.exercises.regularization.l2_penalty import l2_penalty
from bplab.exercises.regularization.regularized_gradients import regularized_gradients
from bplab.exercises.regularization.split_indices import split_indices

EXERCISES = (
    split_indices,
    early_stopping,
    l2_penalty,
    l2_gradients,
    regularized_gradients,
    dropout_forward,
    dropout_backward,
    batchnorm_forward,
    batchnorm_backward,
)
