"""Figures and widgets of the course, in one house style.

Every function takes plain arrays and returns an object that shows itself in a notebook with
alt text. `import bplab.viz` is light: matplotlib loads with the first figure.
"""

import os
from importlib import import_module

from bplab.viz import in_words

# module -> the names it gives to viz
MODULES = {
    "style": ("use", "figure", "show", "Picture"),
    "widget": ("interactive", "Interactive"),
    "curves": ("loss_curves",),
    "activation_curves": ("activations", "gradient_error"),
    "neuron": ("neuron_drawing", "neuron_fit", "neuron_history", "decision_line"),
    "two_in_a_row": ("neuron_chain",),
    "bowl": ("loss_bowl",),
    "graph": ("graph_stepper",),
    "tensors": ("tensor_graph",),
    "modes": ("mode_costs",),
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
    "unrolled": ("through_time",),
    "memory": ("blame_by_age", "recall_curves"),
    "sliding": ("filter_over_digit",),
    "readers": ("digit_gallery", "learned_filters", "shift_scores"),
    "poles": ("cart_poles", "episode_lengths", "gradient_spread"),
}

_HOME = {name: module for module, names in MODULES.items() for name in names}
_PRESENT = {file.removesuffix(".py") for file in os.listdir(os.path.dirname(__file__))}
__all__ = [*_HOME, *MODULES]


class _Absent:
    """Stands for pictures that work out what a chapter asks, while that chapter is graded."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *arguments, **settings):
        return self

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _Absent(f"{self._name}.{name}")

    def __repr__(self):
        return f"[{self._name}: a picture that is not drawn while this chapter is graded]"


def __getattr__(name):
    module = _HOME.get(name, name)
    if module in MODULES and module not in _PRESENT:
        return _Absent(f"viz.{name}")
    if name in _HOME:
        found = getattr(import_module(f"bplab.viz.{_HOME[name]}"), name)
        return in_words.told(found) if in_words.needed() else found
    if name in MODULES:
        return import_module(f"bplab.viz.{name}")
    raise AttributeError(f"module 'bplab.viz' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
