"""Other formulas for one step of the textbook's algorithm, read off the increments they lead to.

Each is tried whole: a card says what the learner's formula is only where all increments are those
it gives, in every case.
"""

import numpy as np

from bplab.exam import Fault, close
from bplab.exercises.textbook_units.cases import all_cases, one_case

SLOPES = {
    "O_j (1 - O_j)": lambda O: O * (1 - O),
    "O_j": lambda O: O,
    "(1 - O_j)": lambda O: 1 - O,
    "O_j (1 + O_j)": lambda O: O * (1 + O),
    "O_j (O_j - 1)": lambda O: O * (O - 1),
    "O_j (2 - O_j)": lambda O: O * (2 - O),
    "O_j / (1 - O_j)": lambda O: O / (1 - O),
    "(1 - O_j^2)": lambda O: 1 - O**2,
    "O_j^2": lambda O: O**2,
    "O_j^2 (1 - O_j)^2": lambda O: (O * (1 - O)) ** 2,
    "1": lambda O: np.ones_like(O),
    "s(O_j) (1 - s(O_j))": lambda O: _sigmoid_slope(O),
}
ERRORS = {
    "(T_j - O_j)": lambda O, t: t - O,
    "(O_j - T_j)": lambda O, t: O - t,
    "(T_j + O_j)": lambda O, t: t + O,
    "T_j": lambda O, t: t,
    "O_j": lambda O, t: O,
    "|T_j - O_j|": lambda O, t: np.abs(t - O),
    "(T_j - O_j)^2": lambda O, t: (t - O) ** 2,
    "1/2 (T_j - O_j)^2": lambda O, t: (t - O) ** 2 / 2,
    "1": lambda O, t: np.ones_like(O),
    "1 / (T_j - O_j)": lambda O, t: 1 / (t - O),
}
SUMS = {
    "sum_k Err_k w_jk": lambda err, w: w @ err,
    "sum_k Err_k": lambda err, w: np.full(w.shape[0], err.sum()),
    "sum_k w_jk": lambda err, w: w.sum(axis=1),
    "sum_k Err_k |w_jk|": lambda err, w: np.abs(w) @ err,
    "sum_k Err_k / w_jk": lambda err, w: (1 / w) @ err,
    "sum_k Err_k w_jk^2": lambda err, w: w**2 @ err,
    "times the largest Err_k w_jk": lambda err, w: (w * err).max(axis=1),
    "times the mean of Err_k w_jk": lambda err, w: (w * err).mean(axis=1),
    "1": lambda err, w: np.ones(w.shape[0]),
}
STEPS = {
    "Err_j O_i": lambda O, err, rate: np.outer(O, err),
    "l O_i": lambda O, err, rate: rate * np.outer(O, np.ones_like(err)),
    "O_i": lambda O, err, rate: np.outer(O, np.ones_like(err)),
    "l Err_j": lambda O, err, rate: rate * np.outer(np.ones_like(O), err),
    "Err_j": lambda O, err, rate: np.outer(np.ones_like(O), err),
    "l Err_j / O_i": lambda O, err, rate: rate * np.outer(1 / O, err),
    "l O_i / Err_j": lambda O, err, rate: rate * np.outer(O, 1 / err),
    "l Err_j O_i^2": lambda O, err, rate: rate * np.outer(O**2, err),
    "-l Err_j O_i": lambda O, err, rate: -rate * np.outer(O, err),
    "l Err_j O_i (1 - O_i)": lambda O, err, rate: rate * np.outer(O * (1 - O), err),
    "l^2 Err_j O_i": lambda O, err, rate: rate**2 * np.outer(O, err),
}
THETA_STEPS = {
    "Err_j": lambda O, err, rate: err,
    "l": lambda O, err, rate: np.full_like(err, rate),
    "l / Err_j": lambda O, err, rate: rate / err,
    "l Err_j O_j": lambda O, err, rate: rate * err * O,
    "l Err_j O_j (1 - O_j)": lambda O, err, rate: rate * err * O * (1 - O),
    "l times the mean of all Err": lambda O, err, rate: np.full_like(err, rate * err.mean()),
    "l^2 Err_j": lambda O, err, rate: rate**2 * err,
}
NETS = {
    "theta_j": lambda O, w, theta: theta,
    "sum_i w_ij O_i + theta_j for each i": lambda O, w, theta: O @ w + len(O) * theta,
    "sum_i w_ij + theta_j": lambda O, w, theta: w.sum(axis=0) + theta,
    "sum_i O_i + theta_j": lambda O, w, theta: O.sum() + theta,
    "sum_i w_ij / O_i + theta_j": lambda O, w, theta: (1 / O) @ w + theta,
    "theta_j sum_i w_ij O_i": lambda O, w, theta: (O @ w) * theta,
    "sum_i w_ij O_i + sum_k theta_k": lambda O, w, theta: O @ w + theta.sum(),
    "the mean of w_ij O_i, plus theta_j": lambda O, w, theta: O @ w / len(O) + theta,
}


def _sigmoid_slope(O):
    a = 1 / (1 + np.exp(-O))
    return a * (1 - a)


def _product(*factors):
    words = [word for word in factors if word != "1"] or ["1"]
    return " ".join(words) + (", with s the sigmoid" if "s(O_j)" in "".join(words) else "")


def _output(s, e):
    return lambda O, t: SLOPES[s](O) * ERRORS[e](O, t)


def _candidates():
    """(name, words, look, derive, pieces) of every formula that is tried."""
    for s in SLOPES:
        for e in ERRORS:
            yield (
                "other-output-error",
                f"Already the output layer is off: your steps are those of Err_j = "
                f"{_product(s, e)}.",
                "Hold that beside the textbook's Err of an output unit, factor by factor.",
                "Err_j = O_j (1 - O_j) (T_j - O_j): the slope of the sigmoid in terms of its "
                "output, times target minus output.",
                {"error": _output(s, e)},
            )
        yield (
            "other-slope",
            f"Your slope, at the output and below, is not the sigmoid's: it is {_product(s)}.",
            "Which number goes into your slope, and into which of its forms?",
            "O_j is the sigmoid's output already, and in terms of it the slope is O_j (1 - O_j): "
            "no second sigmoid.",
            {"error": _output(s, "(T_j - O_j)"), "slope": SLOPES[s]},
        )
        for b in SUMS:
            yield (
                "other-hidden-error",
                f"The output layer is right; below it your steps are those of Err_j = "
                f"{_product(s, b)}.",
                "Hold that beside the textbook's Err of a hidden unit, factor by factor.",
                "Err_j = O_j (1 - O_j) times the sum over k of Err_k w_jk: what unit j sends to "
                "unit k, times the blame of k, for every k above.",
                {"slope": SLOPES[s], "back": SUMS[b]},
            )
    for words, step in STEPS.items():
        yield (
            "other-weight-step",
            f"The thresholds are right; your weights move by {words}.",
            "Hold that beside the textbook's increment of a weight, factor by factor.",
            "w_ij += l Err_j O_i: the rate, the blame of the receiver, what the sender put out.",
            {"step": step},
        )
    for words, step in THETA_STEPS.items():
        yield (
            "other-threshold-step",
            f"The weights are right; your thresholds move by {words}.",
            "Hold that beside the textbook's increment of a threshold.",
            "theta_j += l Err_j: a weight whose sender always puts out 1.",
            {"theta_step": step},
        )
    for words, net in NETS.items():
        yield (
            "other-net-input",
            f"Already the forward pass is off: your steps are those of the net input I_j = "
            f"{words}.",
            "Hold that beside the textbook's I_j. What is added up over i, and what is not?",
            "I_j = sum_i w_ij O_i + theta_j: each output below times its own weight, added up; "
            "the threshold once.",
            {"net": net},
        )


CANDIDATES = tuple(_candidates())


def tell_other_steps(exercise):
    """Let an exercise tell these formulas by the weights and thresholds they lead to."""

    @exercise.tells
    def _(wrong, rows):
        if wrong.actual is None:
            return None
        for name, observed, look, derive, pieces in CANDIDATES:
            if all(_gives(pieces, inputs, leaves) for inputs, _, leaves in rows):
                return Fault(name, observed, look, derive)
        return None


def _gives(pieces, inputs, leaves):
    data, targets, weights, biases, rate = inputs.values()

    def case(*arguments):
        return one_case(*arguments, **pieces)

    if np.ndim(data) == 1:
        data, targets = data[None], targets[None]
    increments = all_cases(data, targets, weights, biases, rate, case)
    wanted = {
        f"{part}[{at}]": array + step
        for part, arrays, steps in zip(
            ("weights", "biases"), (weights, biases), increments, strict=True
        )
        for at, (array, step) in enumerate(zip(arrays, steps, strict=True))
    }
    return all(
        leaf.actual is not None
        and leaf.actual.shape == wanted[leaf.name].shape
        and np.all(close(leaf.actual, wanted[leaf.name], 1e-7))
        for leaf in leaves
    )
