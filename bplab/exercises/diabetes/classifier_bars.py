"""How a diabetes classifier is judged: whom it meets, what it must reach, what failing means.

The model is trained once on simulated patients, whose law is drawn for this paper and known to
nobody (`bplab.exercises.diabetes.drawn_patients`), and five times on the real women, each time
judged by the area under the ROC curve on people it has not seen. Every woman is unseen in
exactly one of the five trainings, so that the mean of their areas depends little on luck.

The bars were chosen from measurement (tests/exercises/test_classifier_bars.py): above what the
wrong pipelines of `bplab.exercises.diabetes.wrong_pipelines` reach, below the reference and honest
alternatives on every seed. Some wrong pipelines rank as well as the right one; those are told by
other rules: probabilities, more than two values, one patient alone gets what the batch gets, no
better ranking with the columns in another order.

A woman's label can be found in the published data by anyone who means to; an area that no honest
model reaches is refused, a cleverer fraud is not.
"""

import numpy as np

from bplab import data, nn
from bplab.exam.paper import Case
from bplab.exam.report import Fault
from bplab.exam.wire import Rng
from bplab.exercises.diabetes.drawn_patients import Law

BARS = {"simulated": 0.835, "real": 0.81}
TOO_GOOD = 0.92  # on the real women; honest models stay below 0.86
FOLDS = 5
VALIDATION_SHARE = 0.25
UNSEEN = 4000
PROBED = 1500
RANKS = 0.76  # what one has learned ranks even by a short training
SLACK = 0.015  # for answers that rest on fewer patients

# --- the paper ----------------------------------------------------------------------------------


def cases(rng):
    """The one case of a paper: whom to train on and whom to predict; the key holds the truth."""
    law = Law.drawn(rng)
    X, y = law.patients(1000, rng)
    unseen, truth = law.patients(UNSEEN, rng)
    simulated = _training(X, y, np.arange(len(y)), rng) | {"X_new": unseen}
    folds = list(_folds(*data.pima(), rng))
    trainings = [simulated, *(training for training, _ in folds)]
    inputs = {
        "trainings": trainings,
        "batches": [_batches(training) for training in trainings],
        "altered": _altered(simulated, law, rng),
        "variants": _variants(simulated, folds[0][0]),
    }
    yield Case(inputs, key=[truth, *(truth for _, truth in folds)])


def _training(X, y, members, rng):
    members = rng.permutation(members)
    held = round(VALIDATION_SHARE * len(members))
    val, train = members[:held], members[held:]
    return {
        "X_train": X[train],
        "y_train": y[train],
        "X_val": X[val],
        "y_val": y[val],
        "rng": Rng(int(rng.integers(2**31))),
    }


def _folds(X, y, rng):
    fold = np.empty(len(y), dtype=int)
    for label in (0, 1):
        members = rng.permutation(np.flatnonzero(y == label))
        fold[members] = np.arange(len(members)) % FOLDS
    for number in range(FOLDS):
        training = _training(X, y, np.flatnonzero(fold != number), rng)
        yield training | {"X_new": X[fold == number]}, y[fold == number]


def _batches(training):
    """The unseen in disguise; what the model makes of them tells mistakes apart."""
    X = training["X_new"][:PROBED]
    middle = np.median(training["X_train"], axis=0)
    return {
        "scaled": nn.apply_scaler(X, nn.fit_scaler(training["X_train"])),
        "doubled": 2 * X,
        **{f"middle {name}": _replaced(X, i, middle) for i, name in enumerate(data.FEATURES)},
        **_orders(X),
    }


def _orders(X):
    return {f"order {o}": X[:, o] for o in ([1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1])}


def _replaced(X, column, middle):
    X = X.copy()
    X[:, column] = middle[column]
    return X


def _altered(training, law, rng):
    """A training in which the columns cannot stand in for one another.

    All have the same mean and spread, in a range that is possible for each. Age and glucose are
    turned so that age speaks against diabetes and glucose for it, whatever they say in this law;
    BMI is handed round among the patients, and says nothing.
    """
    turn = np.sign(law.gap)
    altered = _on_one_scale(dict(training, X_new=training["X_new"][:PROBED]))
    for name in ("X_train", "X_val", "X_new"):
        age, bmi, glucose = altered[name].T
        columns = [-turn[0] * age, rng.permutation(bmi), turn[2] * glucose]
        altered[name] = 60 + 8 * np.column_stack(columns)
    return altered | {"batches": _orders(altered["X_new"])}


def _variants(simulated, real):
    """A training with its labels turned around, and two with patients already scaled."""
    turned = {name: 1 - simulated[name] for name in ("y_train", "y_val")}
    return {
        "turned": simulated | turned | {"X_new": simulated["X_new"][:PROBED]},
        "scaled": _on_one_scale(simulated),
        "scaled real": _on_one_scale(real),
    }


def _on_one_scale(training):
    scaler = nn.fit_scaler(training["X_train"])
    parts = ("X_train", "X_val", "X_new")
    return training | {name: nn.apply_scaler(training[name], scaler) for name in parts}


# --- the judgement ------------------------------------------------------------------------------


def judge(case, value):
    """A Fault, named by a slug of `wrong_pipelines.WRONG` or a general name, or None."""
    answers = value["trainings"]
    for training, answer in zip(case.inputs["trainings"], answers, strict=True):
        fault = _no_probabilities(training, answer)
        if fault is not None:
            return fault
    if not _same(value["again"]["new"], answers[0]["new"]):
        return Fault("not-repeatable", "")
    areas = measured(case, value)
    slug = _broken_rule(case, value, areas)
    if slug is None:
        if _clears(areas):
            return None
        slug = _explanation(case, value, areas)
    if slug is None:
        return Fault("below-the-bar", _sentence(areas), *BELOW_THE_BAR)
    return Fault(slug, _sentence(areas))


def measured(case, value, batch=None):
    """Areas under the ROC curve on the unseen: of the simulated, and the mean over the real.

    With `batch`, on the unseen in that disguise; 0 where there is no answer.
    """
    simulated, *real = (
        _area(truth, answer["new"] if batch is None else answer["batches"].get(batch))
        for truth, answer in zip(case.key, value["trainings"], strict=True)
    )
    return {"simulated": simulated, "real": float(np.mean(real))}


BELOW_THE_BAR = (
    "Compare with the baseline: logistic regression on scaled patients clears both bars. What "
    "does your model do that it does not, or the other way around?",
    "Three things decide here: all columns on the training set's scale, enough steps for the "
    "training loss to settle, and a stop before the validation loss climbs. Plot both losses "
    "and see which of them is missing.",
)


def _no_probabilities(training, answer):
    if "kind" in answer:
        return Fault("wrong-type", f"What came back is a {answer['kind']}, not a function.")
    rows, trained = len(training["X_new"]), len(training["X_train"])
    p, alone = _column(answer["new"]), [_column(one) for one in answer["alone"]]
    if len(p) == trained != rows and p.ndim == 1:
        return Fault("training-patients-scored", f"{rows} patients in, {trained} numbers out.")
    if p.shape == (rows, 2):
        return Fault(
            "wrong-shape",
            f"You return two numbers for each patient, shape ({rows}, 2); one is asked, the "
            f"probability of diabetes: ({rows},).",
            "Which of the two columns of the softmax stands for y = 1?",
            "The two columns of a row add up to 1, so that one of them says all. Column k belongs "
            "to class k, counted from 0.",
        )
    if p.shape != (rows,):
        return Fault("wrong-shape", f"For {rows} patients the shape is {p.shape}, not ({rows},).")
    if not np.isfinite(p).all():
        bad = np.sum(~np.isfinite(p))
        return Fault("not-finite", f"{bad} of {rows} probabilities are nan or infinite.")
    if p.min() < -1e-9 or p.max() > 1 + 1e-9:
        return Fault("not-probabilities", f"They run from {p.min():.3g} to {p.max():.3g}.")
    for i, one in enumerate(alone):
        if one.shape != (1,):
            return Fault("wrong-shape", f"For one patient the shape is {one.shape}, not (1,).")
        if not _same(one, p[i : i + 1]):
            batch = f"{p[i]:.4f} among {rows}, {one[0]:.4f} alone"
            return Fault("own-statistics", f"The same patient gets {batch}.")
    return None


def _broken_rule(case, value, areas):
    """The slug of a rule that no ranking makes good for, or None."""
    if areas["real"] > TOO_GOOD:
        return "too-good"
    if not _clears(areas) and _memorized(case, value, areas):
        return "memorized"
    if _wants_another_order(case, value):
        return "columns-swapped"
    degrees = [_degrees(answer["new"]) for answer in value["trainings"]]
    if degrees[0] > 2 and _unmoved(value, value["variants"].get("turned", {}).get("new")):
        return "labels-ignored"
    if min(degrees) == 2:
        decided = any(_decided(answer["new"]) for answer in value["trainings"])
        return _of_scale(case, value, areas) or ("hard-labels" if decided else "two-values")
    return None


def _explanation(case, value, areas):
    """The slug of what keeps the model below the bars, or None."""
    known = list(map(_known_area, case.inputs["trainings"], value["trainings"]))
    if all(1 - areas[name] >= BARS[name] for name in BARS) or max(known) < 1 - RANKS:
        return "upside-down"
    simulated = value["trainings"][0]
    if _degrees(simulated["new"]) > 1 and _unmoved(value, simulated["batches"].get("doubled")):
        return "rows-scaled"
    slug = _of_scale(case, value, areas)
    if slug is not None:
        return slug
    if _degrees(simulated["new"]) == 1:
        return "same-for-everyone"
    if any(_unmoved(value, simulated["batches"].get(f"middle {f}")) for f in data.FEATURES):
        return "feature-ignored"
    if min(known) < RANKS:
        return "labels-shuffled"
    return None


def _of_scale(case, value, areas):
    in_units = measured(case, value, "scaled")
    if _clears(in_units, SLACK) and _better(in_units, areas):
        return "test-unscaled"
    before, after = _by_scale(case, value)
    good = after["simulated"] >= BARS["simulated"] - SLACK
    # Both at once rank well hardly ever by chance, as a model of shuffled labels may.
    learns = all(after[name] >= max(RANKS, before[name] + 0.03) for name in BARS)
    return "unscaled" if learns or good and _better(after, before) else None


def _by_scale(case, value):
    # The same two trainings, as they are and on one scale: an honest model sees no difference.
    as_they_are = [answer["new"] for answer in value["trainings"][:2]]
    on_one_scale = [value["variants"].get(n, {}).get("new") for n in ("scaled", "scaled real")]
    return tuple(
        dict(zip(BARS, map(_area, case.key, answers), strict=False))
        for answers in (as_they_are, on_one_scale)
    )


def _better(areas, than):
    return any(areas[name] >= than[name] + 0.03 for name in BARS)


def _wants_another_order(case, value):
    """Whether patients are ranked well, and the altered only then, in another column order."""
    truth, altered = case.key[0], value["altered"]
    if altered is None:
        return False
    needed = max(_area(truth, altered["new"]) + 0.03, 0.7)  # two of three columns reach 0.75
    return any(
        _area(truth, answer) >= needed and _clears(measured(case, value, order), SLACK)
        for order, answer in altered["batches"].items()
    )


def _clears(areas, slack=0.0):
    return all(areas[name] >= bar - slack for name, bar in BARS.items())


def _unmoved(value, answer):
    """Whether an answer differs from the one to the unseen by next to nothing of its spread."""
    if answer is None:
        return False
    p = _column(value["trainings"][0]["new"])[:PROBED]
    return bool(np.max(np.abs(_column(answer) - p)) <= 1e-6 * np.std(p))


def _memorized(case, value, areas):
    simulated, *real = (
        _known_area(training, answer)
        for training, answer in zip(case.inputs["trainings"], value["trainings"], strict=True)
    )
    known = {"simulated": simulated, "real": np.mean(real)}
    return any(known[name] > 0.93 and known[name] - areas[name] > 0.1 for name in BARS)


def _known_area(training, answer):
    return _area(training["y_train"], answer["train"])


def _area(truth, answer):
    """Area under the ROC curve of an answer to the first of these people, or 0 for none."""
    if answer is None:
        return 0.0
    p = _column(answer)
    return nn.roc_auc(truth[: len(p)], p)


def _column(answer):
    answer = np.asarray(answer)
    if answer.dtype.kind == "c":
        raise TypeError("complex numbers are no probabilities")
    return np.asarray(answer, dtype=float)


def _degrees(answer):
    return len(np.unique(np.round(_column(answer), 9)))  # rounding makes no new verdicts


def _decided(answer):
    """Whether the values are two whole numbers: saturated units give two of any size."""
    found = np.unique(np.round(_column(answer), 9))
    return len(found) == 2 and bool(np.all(found == np.rint(found)))


def _same(a, b):
    a, b = _column(a), _column(b)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=0, atol=1e-6))


def _sentence(areas):
    return (
        "Area under the ROC curve on patients it has not seen: "
        f"{areas['simulated']:.3f} for the simulated (the bar is {BARS['simulated']:g}), "
        f"{areas['real']:.3f} for the real women (the bar is {BARS['real']:g})."
    )
