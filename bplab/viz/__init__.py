"""Figures and widgets of the course, in one house style.

Every function takes plain arrays and returns an object that shows itself in a notebook with
alt text. `import bplab.viz` is light: matplotlib loads with the first figure.
"""

from importlib import import_module

# module -> the names it gives to viz
MODULES = {
    "style": ("use", "figure", "show", "Picture"),
    "widget": ("interactive", "Interactive"),
    "curves": ("activations", "loss_curves", "gradient_error"),
    "neuron": ("neuron_drawing", "neuron_fit", "neuron_history", "decision_line"),
    "bowl": ("loss_bowl",),
    "graph": ("graph_stepper",),
    "two_pass": ("two_pass_stepper",),
    "regions": ("decision_regions",),
    "race": ("surface", "optimizer_paths", "optimizer_race", "ravine"),
    "descent": ("batch_curves", "clipping"),
    "walks": ("annealing",),
    "overfitting": ("memorization", "stopping_point", "weight_histograms", "batchnorm_histograms"),
    "dropout": ("dropout_network",),
    "clinic": ("roc", "calibration", "feature_histograms", "scaling"),
    "patients": ("probability_surface", "one_patient"),
    "depth": ("signal_and_blame", "layers_measured", "thirty_layers"),
}

_HOME = {name: module for module, names in MODULES.items() for name in names}
__all__ = [*_HOME, *MODULES]


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(f"bplab.viz.{_HOME[name]}"), name)
    if name in MODULES:
        return import_module(f"bplab.viz.{name}")
    raise AttributeError(f"module 'bplab.viz' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
