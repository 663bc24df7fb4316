"""Mean and spread of every column."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault, number
from bplab.exercises.diabetes.patients import patients
from bplab.exercises.other_formulas import other_formulas

fit_scaler = Exercise(
    "fit_scaler",
    "06_diabetes_classifier",
    nn.fit_scaler,
    returns=("mean", "std"),
    points=1,
    driver="fit scaler",
    rtol=1e-7,  # who adds 1e-8 to a std below 1 guards against 0, and is no less right
    shapes={"X": "N D"},
    achieved="Mean and deviation come from the training part alone; all others are scaled with "
    "them.",
)


@fit_scaler.paper
def _(rng):
    yield Case({"X": patients(rng, 9)}, extreme=False)
    X = rng.normal(size=(12, 5)) * rng.uniform(3, 9, 5) + rng.normal(size=5)
    X[:, 3] /= 12  # a std below 1 is a std like any other
    yield {"X": X}
    X = patients(rng, 7)
    X[:, 1] = 30.0
    yield Case({"X": X}, extreme=True)


@fit_scaler.mistake(
    "n-minus-one",
    "The means are right; your std divides by N - 1: it is sqrt(N / (N - 1)) times too large.",
    "Divided by N or by N - 1? See the first lines of the exercise.",
    "Here the variance is the plain mean of squared deviations.",
)
def _(X):
    return X.mean(axis=0), X.std(axis=0, ddof=1)


@fit_scaler.mistake(
    "small-std-raised",
    "The means are right; a std below 1 stands as 1, though its column does vary.",
    "Which std needs protection from a division by zero: every small one, or only 0?",
    "A column in meters varies by less than 1 and one in centimeters by more; each is divided by "
    "its own spread.",
)
def _(X):
    return X.mean(axis=0), np.maximum(X.std(axis=0), 1)


@fit_scaler.mistake(
    "rows-scaled",
    "You have one mean for each person; there should be one for each column.",
    "What is the mean of one woman's age, BMI and glucose good for?",
    "A column holds one quantity in one unit. Statistics run down the columns, over the N rows.",
)
def _(X):
    return X.mean(axis=1), X.std(axis=1)


@fit_scaler.mistake(
    "one-for-all",
    "You have one mean and one std for the whole table.",
    "Can years, kg/m^2 and mg/dl share a mean?",
    "One mean and one std for every column: reduce over the rows only.",
)
def _(X):
    return X.mean(), X.std()


@fit_scaler.mistake(
    "variance-for-std",
    "The means are right; what stands for std is its square, the variance.",
    "In which unit is the variance of ages?",
    "Years squared. To scale years you divide by years: take the root.",
)
def _(X):
    return X.mean(axis=0), X.var(axis=0)


@fit_scaler.mistake(
    "min-and-range",
    "You returned the smallest value and the range of each column.",
    "Which two numbers does the exercise ask for?",
    "One outlier would set a range; mean and std let every person count.",
)
def _(X):
    return X.min(axis=0), X.max(axis=0) - X.min(axis=0)


@fit_scaler.mistake(
    "min-and-max",
    "You returned the smallest and the largest value of each column.",
    "Which two numbers does the exercise ask for?",
    "One outlier would set an end; mean and std let every person count.",
)
def _(X):
    return X.min(axis=0), X.max(axis=0)


@fit_scaler.mistake(
    "median",
    "std is right; what stands for mean is the median.",
    "Which of the two averages does the exercise name?",
    "The mean is the sum over the rows divided by N.",
)
def _(X):
    return np.median(X, axis=0), X.std(axis=0)


DEVIATIONS = (
    "Go through the words of standard deviation from the back: which of deviation, square, mean "
    "and root are in your code, in which order?"
)


def _whole(std):
    return np.where(std == 0, 1.0, std)


other_formulas(
    fit_scaler,
    "std",
    *(
        (
            name,
            lambda X, form=form: np.where(np.abs(form(X)) < 1e-5, 1.0, form(X)),
            observed,
            DEVIATIONS,
            "std is the root of the mean of the squared deviations from the column's mean.",
        )
        for name, form, observed in (
            (
                "absolute-deviations",
                lambda X: np.abs(X - X.mean(axis=0)).mean(axis=0),
                "Your std is the mean absolute deviation: sizes are averaged, not squares.",
            ),
            (
                "summed",
                lambda X: np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=0)),
                "Your std is the root of a sum of squares; a mean belongs under the root.",
            ),
            (
                "not-centered",
                lambda X: np.sqrt((X**2).mean(axis=0)),
                "Your std is the root of the mean square of X itself: the mean was not taken away.",
            ),
            ("largest", lambda X: X.max(axis=0), "Your std is the largest value of each column."),
            ("range", lambda X: np.ptp(X, axis=0), "Your std is the range of each column."),
            (
                "quartiles",
                lambda X: np.percentile(X, 75, axis=0) - np.percentile(X, 25, axis=0),
                "Your std is the distance between the quartiles.",
            ),
            (
                "of-the-mean",
                lambda X: X.std(axis=0) / np.sqrt(len(X)),
                "Your std is divided by the root of N: that is how far the mean is to be trusted "
                "(its standard error), not how far patients lie apart.",
            ),
            (
                "of-the-mean",
                lambda X: X.std(axis=0, ddof=1) / np.sqrt(len(X)),
                "Your std is divided by the root of N: that is how far the mean is to be trusted "
                "(its standard error), not how far patients lie apart.",
            ),
            (
                "median-deviations",
                lambda X: np.median(np.abs(X - np.median(X, axis=0)), axis=0),
                "Your std is the median of the distances from the median.",
            ),
            ("halved", lambda X: X.std(axis=0) / 2, "Your std is half of what it should be."),
        )
    ),
)


@fit_scaler.tells
def _(wrong, rows):
    gaps = [leaf.actual - leaf.expected for _, leaf, _ in rows]
    gaps = [gap[(np.abs(gap) > 0) & (np.abs(gap) < 0.1)] for gap in gaps]
    flat = np.concatenate(gaps) if gaps else np.zeros(0)
    if wrong.name != "std" or len(flat) < 6:
        return None
    if np.percentile(flat, 90) - np.percentile(flat, 10) > 1e-6 * np.abs(flat).max():
        return None
    return Fault(
        "eps-added",
        f"{number(float(np.median(flat)))} is added to every std, also where nothing is in danger.",
        "Which columns need protection from a division by zero, and which do not?",
        "Only a constant column does: give it a std of its own, and leave the others as they are.",
    )


other_formulas(
    fit_scaler,
    "mean",
    (
        "median",
        lambda X: np.median(X, axis=0),
        "What stands for mean is the median.",
        "Which of the two averages does the exercise name?",
        "The mean is the sum over the rows divided by N.",
    ),
    (
        "smallest",
        lambda X: X.min(axis=0),
        "What stands for mean is the smallest value of each column.",
        "Which two numbers does the exercise ask for?",
        "The mean is the sum over the rows divided by N.",
    ),
    (
        "last-row-missing",
        lambda X: X[:-1].mean(axis=0),
        "The last row is not in your mean.",
        "Where does your loop, or your slice, end?",
        "All N rows count, the last one included.",
    ),
)


def _whole(std):
    return np.where(std == 0, 1.0, std)


other_formulas(
    fit_scaler,
    "std",
    (
        "about-the-median",
        lambda X: _whole(np.sqrt(np.mean((X - np.median(X, axis=0)) ** 2, axis=0))),
        "Your std measures the spread about the median.",
        "What is taken away before the deviations are squared?",
        "std is the root of the mean of the squared deviations from the column's mean.",
    ),
)
