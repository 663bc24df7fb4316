"""Chapter 4: optimizers."""

from bplab.exercises.optimizers.adam_step import adam_step
from bplab.exercises.optimizers.anneal_accept import anneal_accept
from bplab.exercises.optimizers.clip_by_global_norm import clip_by_global_norm
from bplab.exercises.optimizers.fit_minibatch import fit_minibatch
from bplab.exercises.optimizers.inverse_time_rate import inverse_time_rate
from bplab.exercises.optimizers.minibatches import minibatches
from bplab.exercises.optimizers.momentum_step import momentum_step
from bplab.exercises.optimizers.rmsprop_step import rmsprop_step
from bplab.exercises.optimizers.sgd_step import sgd_step

EXERCISES = (
    sgd_step,
    minibatches,
    fit_minibatch,
    inverse_time_rate,
    momentum_step,
    rmsprop_step,
    adam_step,
    clip_by_global_norm,
    anneal_accept,
)
