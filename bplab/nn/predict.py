"""One patient at the desk."""

import math

import numpy as np

from bplab.nn.mlp import mlp_forward
from bplab.nn.scaling import apply_scaler

# Outside these, someone mistyped: wider than any clinic sees, narrower than a slipped digit.
POSSIBLE = {"age": (0, 130, "years"), "bmi": (5, 300, "kg/m^2"), "glucose": (10, 1000, "mg/dl")}


def predict_patient(model, age, bmi, glucose):
    """Probability that this patient is diabetic.

    Parameters
    ----------
    model : dict
        `params`, `scaler`, `kind`, trained on columns age, bmi, glucose.
    age : float
        Years.
    bmi : float
        Body mass index, kg/m^2.
    glucose : float
        Plasma glucose, mg/dl.

    Returns
    -------
    float
        0 to 1, the network's second output column.

    Raises
    ------
    ValueError
        For nan, infinity, and values no living person has.
    """
    patient = {"age": age, "bmi": bmi, "glucose": glucose}
    X = np.array([[_possible(name, value) for name, value in patient.items()]])
    P, _ = mlp_forward(apply_scaler(X, model["scaler"]), model["params"], model["kind"])
    return float(P[0, 1])


def _possible(name, value):
    low, high, unit = POSSIBLE[name]
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number in {unit}, got {value!r}.") from None
    if not (math.isfinite(number) and low < number < high):
        raise ValueError(f"{name} must be between {low} and {high} {unit}, got {number:g}.")
    return number
