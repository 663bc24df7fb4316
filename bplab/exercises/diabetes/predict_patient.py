"""The probability of one patient, or a refusal."""

import builtins
import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault
from bplab.exercises.diabetes.apply_scaler import apply_scaler
from bplab.exercises.diabetes.patients import model, patients
from bplab.exercises.two_pass_mlp.mlp_forward import mlp_forward

predict_patient = Exercise(
    "predict_patient",
    "06_diabetes_classifier",
    nn.predict_patient,
    returns=("ordinary", "unusual", "impossible"),
    points=2,
    driver="patients",
    credit=("ordinary", "unusual"),  # who refuses everybody is right about the impossible,
    built_on=(
        apply_scaler,
        mlp_forward,
    ),
    achieved="One patient's values in, one probability out, and what is impossible is refused.",
)


IMPOSSIBLE = [
    (math.nan, 30.0, 120.0),
    (50.0, math.nan, 120.0),
    (50.0, 30.0, math.nan),
    (50.0, math.inf, 120.0),
    (50.0, 30.0, -math.inf),
    (-1.0, 30.0, 120.0),
    (50.0, -30.0, 120.0),
    (50.0, 30.0, -120.0),
    (0.0, 30.0, 120.0),
    (50.0, 0.0, 120.0),
    (50.0, 30.0, 0.0),
    (2000.0, 30.0, 120.0),
    (50.0, 3000.0, 120.0),
    (50.0, 30.0, 12000.0),
]


@predict_patient.paper
def _(rng):
    unusual = [(100.0, 30.0, 120.0), (45.0, 60.0, 110.0), (50.0, 31.0, 500.0)]
    # What is rebuilt to find a mistake of a part sits the first wrong case: a short one first.
    for kind, odd, impossible in (("tanh", unusual[:1], []), ("relu", unusual, IMPOSSIBLE)):
        yield {
            "model": model(rng, kind),
            "ordinary": [tuple(map(float, row)) for row in np.round(patients(rng, 4), 2)],
            "unusual": odd,
            "impossible": impossible,
        }


def _predict(model, age, bmi, glucose, check=lambda value: 0 < value < 1000, column=1, scale=True):
    if not all(check(value) for value in (age, bmi, glucose)):
        raise ValueError("not a living person's values")
    X = np.array([[age, bmi, glucose]])
    X = nn.apply_scaler(X, model["scaler"]) if scale else X
    return float(nn.mlp_forward(X, model["params"], model["kind"])[0][0, column])


@predict_patient.mistake(
    "not-checked",
    "Ordinary patients get the right probability; so do people who cannot exist.",
    "Can a living person have a BMI of 0, or an age of nan?",
    "A zero often stands for a missing measurement. Refuse what cannot be, with a ValueError.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=lambda value: True)


@predict_patient.mistake(
    "only-nan-refused",
    "nan and infinity are refused; negative numbers, zeros or thousands are not.",
    "Which values has no living person?",
    "A value must be finite, above zero, and not absurdly large.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=math.isfinite)


@predict_patient.mistake(
    "upper-end-open",
    "Negative numbers, zeros and nan are refused; an age of 2000 years or a glucose of 12000 is "
    "not.",
    "A slipped digit makes 12000 of 120. Who would notice?",
    "Every value needs an upper limit too, wide enough for the unusual.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=lambda v: math.isfinite(v) and v > 0)


@predict_patient.mistake(
    "let-through",
    "A value that no living person has did not give a ValueError.",
    "Which of the three values do you check, and for what: nan, infinity, zero, below zero, "
    "thousands? What does your function do with one that fails?",
    "Each value must be finite, above zero and below a generous limit. One that is not raises a "
    "ValueError; a probability, nan or None would be taken for an answer.",
    when="impossible",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose) if 0 < age < 1000 else math.nan


@predict_patient.mistake(
    "too-strict",
    "You refuse people who are unusual but real: age 100, BMI 60, or glucose 500 mg/dl.",
    "Rare, or impossible?",
    "The sickest patients have the strangest values. Refuse only what no living person has.",
)
def _(model, age, bmi, glucose):
    if not (0 < age < 90 and 10 < bmi < 50 and 40 < glucose < 300):
        raise ValueError("unusual values")
    return _predict(model, age, bmi, glucose)


@predict_patient.mistake(
    "not-scaled",
    "You fed raw years, kg/m^2 and mg/dl to a network that was trained on scaled ones.",
    "What is in the model besides params?",
    "The scaler belongs to the model: apply it to the patient first.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, scale=False)


@predict_patient.mistake(
    "wrong-column",
    "You returned the probability of being healthy: 1 minus the right one.",
    "Which of the two output columns is diabetic?",
    "The columns are class 0 and class 1; diabetic is 1, the second.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, column=0)


@predict_patient.mistake(
    "decision-returned",
    "You returned the decision, 0 or 1; the exercise asks for the probability.",
    "How would a doctor tell 0.51 from 0.99 in your answer?",
    "The threshold is the clinic's business. Give back the probability as it is.",
)
def _(model, age, bmi, glucose):
    return float(_predict(model, age, bmi, glucose) >= 0.5)


@predict_patient.mistake(
    "columns-swapped",
    "You handed the three values over in another order than the network was trained with.",
    "In which order do the columns of X come?",
    "age, bmi, glucose: a weight belongs to a column, not to a name.",
)
def _(model, age, bmi, glucose):
    _predict(model, age, bmi, glucose)
    return _predict(model, glucose, bmi, age)


@predict_patient.mistake(
    "kind-ignored",
    "For a tanh network you are right; for another kind you are not.",
    "What does the model say about its activation?",
    "model['kind'] names the activation it was trained with.",
)
def _(model, age, bmi, glucose):
    return _predict({**model, "kind": "tanh"}, age, bmi, glucose)


PATIENT = (
    "Scale (age, bmi, glucose) with the model's mean and std, send it through the network of the "
    "model's kind, and give back the second probability as it is."
)


def _as_probability(model, X):
    return nn.mlp_forward(X, model["params"], model["kind"])[0][:, 1]


def _in_another_order(*order):
    def answer(model, raw, z):
        return _as_probability(model, nn.apply_scaler(raw[:, list(order)], model["scaler"]))

    return answer


OTHER_ANSWERS = (
    *(
        (
            "columns-swapped",
            _in_another_order(*order),
            "The three values reach the network in another order than age, bmi, glucose.",
            "In which order do the columns of X come?",
        )
        for order in ((1, 0, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0), (2, 0, 1))
    ),
    (
        "not-scaled",
        lambda model, raw, z: _as_probability(model, raw),
        "The network is fed raw years, kg/m^2 and mg/dl.",
        "What is in the model besides params?",
    ),
    (
        "not-divided",
        lambda model, raw, z: _as_probability(model, raw - model["scaler"][0]),
        "The mean is taken away, but nothing is divided by the std.",
        "Which of the scaler's two parts is used?",
    ),
    (
        "not-centered",
        lambda model, raw, z: _as_probability(model, raw / model["scaler"][1]),
        "The values are divided by the std, but the mean is not taken away.",
        "Which of the scaler's two parts is used?",
    ),
    (
        "scaled-twice",
        lambda model, raw, z: _as_probability(model, nn.apply_scaler(z, model["scaler"])),
        "The patient is scaled twice.",
        "How often is the scaler applied on the way?",
    ),
    (
        "patient-ignored",
        lambda model, raw, z: _as_probability(model, 0 * raw),
        "Every patient gets what the average patient gets: zeros reach the network.",
        "What is the patient scaled by: the model's scaler, or a mean of one patient?",
    ),
    (
        "the-surer-one",
        lambda model, raw, z: np.maximum(_as_probability(model, z), 1 - _as_probability(model, z)),
        "That is the larger of the two probabilities, whichever class it speaks of.",
        "Which of the two output columns is diabetic?",
    ),
    (
        "wrong-column",
        lambda model, raw, z: 1 - _as_probability(model, z),
        "That is the probability of being healthy: 1 minus the right one.",
        "Which of the two output columns is diabetic?",
    ),
    (
        "wrong-column-and-not-scaled",
        lambda model, raw, z: 1 - _as_probability(model, raw),
        "Two things at once: raw values are fed to the network, and the first column is taken.",
        "What is in the model besides params? And which of the two columns is diabetic?",
    ),
    (
        "percent",
        lambda model, raw, z: 100 * _as_probability(model, z),
        "That is a number of percent; a probability lies between 0 and 1.",
        "Which unit has a probability?",
    ),
    (
        "log-odds",
        lambda model, raw, z: np.log(_as_probability(model, z) / (1 - _as_probability(model, z))),
        "That is the logarithm of the odds, not the probability.",
        "Which values can a probability have?",
    ),
    (
        "squashed-twice",
        lambda model, raw, z: 1 / (1 + np.exp(-_as_probability(model, z))),
        "A sigmoid is applied to what is a probability already.",
        "What does the forward pass return: scores, or probabilities?",
    ),
)


@predict_patient.tells
def _(wrong, rows):
    given, _, leaves = next(row for row in rows if row[1] is wrong)
    if wrong.fault is not None and wrong.part == "unusual":
        return Fault(
            "too-strict",
            "You refuse a patient who is unusual but real.",
            "Rare, or impossible? Which of your limits stops this one?",
            "The sickest patients have the strangest values. Refuse only what no living person "
            "has.",
        )
    if wrong.part == "impossible":
        return _let_through(given, leaves)
    if wrong.fault is not None or wrong.part != "ordinary":
        return None
    asked = [leaf for leaf in leaves if leaf.part == "ordinary"]
    mine = np.array([float(leaf.actual) for leaf in asked])
    model, raw = given["model"], np.array(given["ordinary"])
    z = nn.apply_scaler(raw, model["scaler"])
    for name, answer, observed, look in OTHER_ANSWERS:
        if np.allclose(mine, answer(model, raw, z), rtol=1e-6, atol=1e-9):
            return Fault(name, observed, look, PATIENT)
    right = np.array([float(leaf.expected) for leaf in asked])
    if any(np.array_equal(np.round(right, digits), mine) for digits in range(1, 9)):
        return None  # a signature says so
    return Fault(
        "another-answer",
        "What comes back for an ordinary patient is not the network's second probability.",
        "Print what reaches the network: three numbers, and of which size? Then what leaves it: "
        "two, that add up to 1.",
        PATIENT,
    )


def _let_through(given, leaves):
    """Which values no living person has are not refused, or refused with another error."""
    wrong = [
        (patient, leaf)
        for patient, leaf in zip(
            given["impossible"], (leaf for leaf in leaves if leaf.part == "impossible"), strict=True
        )
        if not leaf.right
    ]
    derive = (
        "Each value must be finite, above zero and below a generous limit. One that is not raises "
        "a ValueError; a probability, nan or None would be taken for an answer."
    )
    errors = {str(leaf.actual) for _, leaf in wrong}
    if all(hasattr(builtins, error) for error in errors):
        return Fault(
            "other-error",
            f"Who cannot exist is refused with {' and '.join(sorted(errors))}; a ValueError is "
            "asked.",
            "Which line refuses, and what does it raise?",
            "raise ValueError(...) with a sentence that names the value: whoever calls can tell it "
            "from a mistake in the program.",
        )
    values = []
    for patient, _ in wrong:
        odd = zip(("age", "BMI", "glucose"), patient, (50.0, 30.0, 120.0), strict=True)
        values += [f"{name} {value:g}" for name, value, usual in odd if value != usual]
    more = f" and {len(values) - 4} more" if len(values) > 4 else ""
    return Fault(
        "let-through",
        f"Not refused: {', '.join(values[:4])}{more}.",
        "Which of the three values do you check, and for what: nan, infinity, zero, below zero, "
        "thousands? What does your function do with one that fails?",
        derive,
    )
