"""Bring patients to the scale of the training set."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.diabetes.patients import patients
from bplab.exercises.other_formulas import other_formulas

# Named wrong solutions are examined with the right partner, which must bear its name here.
from bplab.nn import fit_scaler  # noqa: F401

apply_scaler = Exercise(
    "apply_scaler",
    "06_diabetes_classifier",
    nn.apply_scaler,
    returns="X_scaled",
    points=1,
    driver="apply scaler",
    rtol=1e-7,  # who adds 1e-8 to a std below 1 guards against 0, and is no less right
    shapes={"X": "N D"},
    achieved="New patients are scaled as the training patients were.",
)


@apply_scaler.paper
def _(rng):
    for N in (8, 6, 1):
        units = [1.0, 0.08, 1.0] if N == 6 else 1.0  # a std below 1 is a std like any other
        scaler = nn.fit_scaler(patients(rng, 20) * units)
        X = patients(rng, N) * units
        if N == 8:  # one far from everybody: a scaler does not hold anyone back
            X[5] = scaler[0] + np.array([4.5, 5.0, -3.5]) * scaler[1]
        inputs = {"X": X, "scaler": scaler, "own": False}
        yield Case(inputs, extreme=False)
    X = patients(rng, 7)
    X[:, 2] = 120.0
    yield Case({"X": X, "scaler": nn.fit_scaler(X), "own": True}, extreme=True)


@apply_scaler.mistake(
    "own-statistics",
    "You scaled with the mean and std of what you were given, not with those of the scaler.",
    "What would your function do to a single patient?",
    "The scaler was fitted on the training set; everyone later is measured with that same ruler.",
)
def _(X, scaler):
    return (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) == 0, 1, X.std(axis=0))


@apply_scaler.mistake(
    "own-statistics-of-one",
    "You scaled with the mean and std of what you were given: a single patient has a spread of 0, "
    "and gets nan.",
    "What is the std of one number? Which arguments does your function not use?",
    "The scaler was fitted on the training set; everyone later is measured with that same ruler.",
)
def _(X, scaler):
    with np.errstate(all="ignore"):
        return (X - X.mean(axis=0)) / X.std(axis=0)


@apply_scaler.mistake(
    "divided-by-variance",
    "You divided by the square of std.",
    "Is the second array of the scaler a variance, or its root already?",
    "(x - mean) / std: the result counts standard deviations, so it has no unit.",
)
def _(X, scaler):
    return (X - scaler[0]) / np.asarray(scaler[1]) ** 2


@apply_scaler.mistake(
    "brackets",
    "Only the mean was divided by std; the patients themselves were not.",
    "Which comes first in Python, the division or the subtraction?",
    "The difference from the mean is what is divided: it needs its own brackets.",
)
def _(X, scaler):
    return X - scaler[0] / np.asarray(scaler[1])


@apply_scaler.mistake(
    "not-centered",
    "You divided by the std, but nothing was subtracted.",
    "What should the training set's mean become?",
    "First subtract the mean, then divide: the average patient lands on 0.",
)
def _(X, scaler):
    return X / np.where(scaler[1] == 0, 1, scaler[1])


@apply_scaler.mistake(
    "not-divided",
    "You subtracted the mean, but the columns keep their spread.",
    "By how much does glucose vary, and by how much BMI?",
    "Dividing by the std brings every column to the same spread.",
)
def _(X, scaler):
    return X - scaler[0]


@apply_scaler.mistake(
    "multiplied",
    "You multiplied by the std where it divides.",
    "Should a column with a wide spread become wider or narrower?",
    "(x - mean) / std: the result counts standard deviations.",
)
def _(X, scaler):
    return (X - scaler[0]) * scaler[1]


@apply_scaler.mistake(
    "mean-and-std-swapped",
    "You subtracted the std and divided by the mean.",
    "In which order does a scaler hold its two arrays?",
    "scaler is (mean, std): subtract the first, divide by the second.",
)
def _(X, scaler):
    return (X - scaler[1]) / scaler[0]


@apply_scaler.mistake(
    "in-place",
    "Your function changed the patients it was given.",
    "Which line writes into X?",
    "The caller still needs the raw values. An expression makes a new array.",
)
def _(X, scaler):
    X -= scaler[0]
    X /= np.where(scaler[1] == 0, 1, scaler[1])
    return X


@apply_scaler.mistake(
    "no-guard",
    "Something is divided by a std of 0.",
    "Which column never varies in the patients the scaler was fitted to, and what does your "
    "fit_scaler keep for it?",
    "A constant column has a spread of 0. Either fit_scaler keeps a 1 for it, or apply_scaler "
    "takes a 0 for a 1: then its values, minus their mean, stay zeros.",
    when="not-finite",
)
def _(X, scaler):
    with np.errstate(all="ignore"):
        never_varies = (len(X) > 1) & (np.ptp(X, axis=0) == 0)
        return (X - scaler[0]) / np.where(never_varies, 0, scaler[1])


def _whole(std):
    return np.where(np.asarray(std) == 0, 1.0, std)


other_formulas(
    apply_scaler,
    "X_scaled",
    *(
        (
            name,
            lambda X, scaler, own, form=form: form(X, np.asarray(scaler[0]), _whole(scaler[1])),
            observed,
            look,
            "(x - mean) / std, column by column, with the mean and the std of the scaler.",
        )
        for name, form, observed, look in (
            (
                "added",
                lambda X, mean, std: (X + mean) / std,
                "You added the mean where it is taken away.",
                "Where should the average patient land?",
            ),
            (
                "std-for-mean",
                lambda X, mean, std: (X - std) / std,
                "You subtracted the std, and divided by it.",
                "Which of the scaler's two parts is used twice, and which not at all?",
            ),
            (
                "mean-for-std",
                lambda X, mean, std: (X - mean) / mean,
                "You divided by the mean.",
                "Which of the scaler's two parts is used twice, and which not at all?",
            ),
            (
                "own-mean",
                lambda X, mean, std: (X - X.mean(axis=0)) / std,
                "The mean you take away is that of the patients given, not the scaler's.",
                "What would become of a single patient? Is one part of the scaler unused?",
            ),
            (
                "own-std",
                lambda X, mean, std: (X - mean) / _whole(X.std(axis=0)),
                "The std you divide by is that of the patients given, not the scaler's.",
                "What would become of a single patient? Is one part of the scaler unused?",
            ),
            (
                "root-of-std",
                lambda X, mean, std: (X - mean) / np.sqrt(std),
                "You divided by the root of std.",
                "Is the second array of the scaler a variance, or its root already?",
            ),
            (
                "first-column-for-all",
                lambda X, mean, std: (X - mean[0]) / std[0],
                "You scaled every column with the mean and std of the first.",
                "How many numbers does each part of the scaler hold?",
            ),
            (
                "backward",
                lambda X, mean, std: X * std + mean,
                "You went the other way: from scaled values back to raw ones.",
                "Which of the two are you given, years or standard deviations?",
            ),
            (
                "rows-scaled",
                lambda X, mean, std: (
                    (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
                ),
                "You scaled each person by the mean and std of that person's own three values.",
                "What is the mean of one woman's age, BMI and glucose good for?",
            ),
            (
                "range-scaled",
                lambda X, mean, std: (X - X.min(axis=0)) / _whole(np.ptp(X, axis=0)),
                "You scaled to the range from 0 to 1 of the patients given.",
                "Which arguments does your function not use?",
            ),
            *(
                (
                    "eps-added",
                    lambda X, mean, std, eps=eps: (X - mean) / (std + eps),
                    f"{eps:g} is added to every std, also where nothing is in danger.",
                    "Which columns need protection from a division by zero, and which do not?",
                )
                for eps in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
            ),
        )
    ),
)


@apply_scaler.mistake(
    "mean-off-after-dividing",
    "The patients were divided by std first, and the mean was subtracted afterwards, undivided.",
    "In which units is the mean, and in which are your numbers when it is subtracted?",
    "(x - mean) / std: years minus years, and then the division.",
)
def _(X, scaler):
    return X / np.where(scaler[1] == 0, 1, scaler[1]) - scaler[0]


@apply_scaler.mistake(
    "small-std-raised",
    "A std below 1 is taken for 1: a column that varies by less is not brought to the scale of the "
    "others.",
    "Which std needs protection from a division by zero: every small one, or only 0?",
    "A column in meters varies by less than 1 and one in centimeters by more; (x - mean) / std is "
    "the same for both.",
)
def _(X, scaler):
    return (X - scaler[0]) / np.maximum(scaler[1], 1)


for _bound in (2, 3):
    apply_scaler.mistake(
        f"clipped-at-{_bound}",
        f"Nothing of yours is beyond {_bound} or -{_bound}: patients far from the mean were moved.",
        "What would the network hear of a patient who is 5 standard deviations away?",
        "(x - mean) / std and nothing more: what is rare is to stay visible.",
    )(
        lambda X, scaler, bound=_bound: np.clip(
            (X - scaler[0]) / np.where(scaler[1] == 0, 1, scaler[1]), -bound, bound
        )
    )
