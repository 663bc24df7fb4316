"""Patients: a thousand simulated, and 532 real women. Toys: XOR, a spiral, a cart-pole. Digits.

>>> from bplab import data
>>> X, y = data.diabetes()  # simulated; X columns are age, bmi, glucose
>>> X, y = data.pima()  # real
"""

from importlib import import_module

FEATURES = ("age", "bmi", "glucose")
UNITS = ("years", "kg/m^2", "mg/dl")

_HOME = {
    "diabetes": "simulated",
    "diabetes_likelihood_ratio": "simulated",
    "best_possible_auc": "simulated",
    "pima": "real",
    "xor": "toy",
    "spiral": "toy",
    "digits": "handwritten",
    "CartPole": "pole",
}

__all__ = ["FEATURES", "UNITS", *_HOME]


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(f"bplab.data.{_HOME[name]}"), name)
    if name in _HOME.values():  # help(data.simulated), before anything of it was called
        return import_module(f"bplab.data.{name}")
    raise AttributeError(f"module 'bplab.data' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_HOME, *_HOME.values()})
