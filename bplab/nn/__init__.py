"""What is taught: every function of the course, one file per idea, in teaching order.

>>> from bplab import nn
>>> dX, dW, db = nn.linear_backward(dZ, X, W)

Files load when a name is first used. While a notebook is graded, the files of its chapter and of
later ones are absent, and asking for their names says so.
"""

import os
from importlib import import_module

# module: (chapter, names), in teaching order; no module bears the name of something in it.
MODULES = {
    "linear_neuron": ("01_single_neuron", ("linear_neuron_step",)),
    "neuron": (
        "01_single_neuron",
        (
            "sigmoid",
            "neuron_forward",
            "mse_loss",
            "bce_loss",
            "neuron_backward",
            "gradient_step",
            "train_neuron",
        ),
    ),
    "slopes": ("02_chain_rule", ("sigmoid_grad", "tanh_grad", "relu_grad")),
    "two_neurons": ("02_chain_rule", ("two_neuron_forward", "two_neuron_backward")),
    "checking": ("02_chain_rule", ("numerical_gradient", "relative_error", "gradient_check")),
    "value": ("02b_autograd_engine", ("Value",)),
    "layers": (
        "03_two_pass_mlp",
        (
            "linear_forward",
            "linear_backward",
            "relu",
            "ACTIVATIONS",
            "activation_forward",
            "activation_backward",
        ),
    ),
    "class_scores": (
        "03_two_pass_mlp",
        ("softmax", "cross_entropy", "softmax_cross_entropy_backward"),
    ),
    "mlp": ("03_two_pass_mlp", ("init_params", "mlp_forward", "mlp_backward", "train_step")),
    "per_unit": ("03b_textbook_units", ("per_unit_update", "epoch_update")),
    "stopping": ("03b_textbook_units", ("train_until", "largest_change", "misclassified_share")),
    "batches": ("04_optimizers", ("minibatches",)),
    "optimizers": ("04_optimizers", ("sgd_step", "momentum_step", "rmsprop_step", "adam_step")),
    "one_vector": ("04_optimizers", ("as_one_vector",)),
    "clipping": ("04_optimizers", ("clip_by_global_norm",)),
    "fit": ("04_optimizers", ("inverse_time_rate", "fit_minibatch", "flatten", "pair_up")),
    "annealing": ("04_optimizers", ("anneal_accept",)),
    "weight_decay": ("05_regularization", ("l2_penalty", "l2_gradients")),
    "dropout": ("05_regularization", ("dropout_forward", "dropout_backward")),
    "batchnorm": ("05_regularization", ("batchnorm_forward", "batchnorm_backward")),
    "splitting": ("05_regularization", ("split_indices", "check_fractions")),
    "early_stopping": ("05_regularization", ("EarlyStopping",)),
    "regularized": ("05_regularization", ("regularized_gradients",)),
    "stratify": ("06_diabetes_classifier", ("stratified_split",)),
    "scaling": ("06_diabetes_classifier", ("fit_scaler", "apply_scaler")),
    "metrics": ("06_diabetes_classifier", ("confusion_counts", "roc_auc")),
    "diabetes_classifier": ("06_diabetes_classifier", ("train_classifier", "train_network")),
    "thresholds": ("06_diabetes_classifier", ("choose_threshold",)),
    "saving": ("06_diabetes_classifier", ("save_model", "load_model", "check_model")),
    "predict": ("06_diabetes_classifier", ("predict_patient",)),
    "by_layer": ("07_deep_networks", ("signal_by_layer", "blame_by_layer")),
    "initialization": ("07_deep_networks", ("xavier_init", "he_init")),
    "leaky": ("07_deep_networks", ("leaky_relu_forward", "leaky_relu_backward")),
    "running_statistics": ("07_deep_networks", ("running_update", "batchnorm_predict")),
    "layernorm": ("07_deep_networks", ("layernorm_forward", "layernorm_backward")),
    "residual": ("07_deep_networks", ("residual_forward", "residual_backward")),
    "recurrent_step": ("08_recurrent", ("rnn_step_forward", "rnn_step_backward")),
    "unrolled": ("08_recurrent", ("rnn_forward", "rnn_backward", "truncated_rnn_backward")),
    "masked_loss": ("08_recurrent", ("masked_cross_entropy",)),
    "lstm_step": ("08_recurrent", ("lstm_step_forward", "lstm_step_backward")),
    "lstm": ("08_recurrent", ("lstm_forward", "lstm_backward")),
    "settling": ("08_recurrent", ("settle", "settle_backward")),
    "image_columns": (
        "09_convolution",
        ("conv_output_side", "im2col", "col2im", "unfolded", "folded"),
    ),
    "convolution": ("09_convolution", ("conv_forward", "conv_backward")),
    "pooling": ("09_convolution", ("max_pool_forward", "max_pool_backward")),
    "conv_net": ("09_convolution", ("init_conv_net", "conv_net_forward", "conv_net_backward")),
    "digit_reader": ("09_convolution", ("shift_images", "train_digits")),
    "broadcasting": ("10_autodiff", ("unbroadcast",)),
    "tensors": ("10_autodiff", ("Tensor",)),
    "dual_numbers": ("10_autodiff", ("Dual",)),
    "jacobians": ("10_autodiff", ("jacobian", "directional_derivative")),
    "tensor_loss": ("10_autodiff", ("mlp_loss",)),
    "rewards": ("11_policy_gradient", ("discounted_returns", "standardize")),
    "policies": (
        "11_policy_gradient",
        ("policy", "sample_actions", "log_policy_gradient", "policy_gradient"),
    ),
    "episodes": ("11_policy_gradient", ("run_episode", "train_policy")),
}

_HOME = {name: module for module, (_, names) in MODULES.items() for name in names}
_PRESENT = {file.removesuffix(".py") for file in os.listdir(os.path.dirname(__file__))}

__all__ = [name for name, module in _HOME.items() if module in _PRESENT]


def __getattr__(name):
    module = _HOME.get(name) or (name if name in MODULES else None)
    if module is None:
        raise AttributeError(f"module 'bplab.nn' has no attribute {name!r}")
    if module not in _PRESENT:
        # ImportError, not AttributeError: `from bplab.nn import ...` would drop this text.
        raise ImportError(
            f"bplab.nn.{name} is part of {MODULES[module][0]}, which is being graded or comes "
            "later: use your own.",
            name=f"bplab.nn.{name}",
        )
    loaded = import_module(f"bplab.nn.{module}")
    found = loaded if name == module else getattr(loaded, name)
    globals()[name] = found  # the next time it is found at once
    return found


def __dir__():
    return sorted([*globals(), *__all__])
