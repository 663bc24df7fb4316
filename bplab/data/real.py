"""The 532 women of the Pima study; see README.md in this folder for where they come from."""

from functools import cache
from pathlib import Path

import numpy as np

CSV = Path(__file__).with_name("pima.csv")
COLUMNS = ("age", "bmi", "glucose", "diabetic")


def pima():
    """The real patients: 532 women, 177 of them diabetic.

    Returns
    -------
    X : (532, 3) float array
        age [years], bmi [kg/m^2], glucose [mg/dl, two hours into a glucose tolerance test]
    y : (532,) int array
        1 for a woman found diabetic by the WHO criteria, 0 for one who was not
    """
    age, bmi, glucose, diabetic = _columns()
    return np.column_stack([age, bmi, glucose]), diabetic.astype(int)


@cache
def _columns():
    names = CSV.read_text(encoding="utf-8").splitlines()[0].split(",")
    wanted = [names.index(column) for column in COLUMNS]
    return np.loadtxt(CSV, delimiter=",", skiprows=1, usecols=wanted, unpack=True)
