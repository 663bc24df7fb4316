"""The examiner examines itself: where the reference fails its own paper, nobody is blamed."""

import numpy as np

from bplab.exam.diagnosis.named import is_float32
from bplab.exam.leaves import judged
from bplab.exam.report import Fault

# What every exercise stands on: a name of NumPy, a call of it, and what it gives.
NUMPY = (
    ("exp", lambda: np.exp(1.0), 2.718281828459045),
    ("log", lambda: np.log(2.0), 0.6931471805599453),
    ("sqrt", lambda: np.sqrt(2.0), 1.4142135623730951),
    ("tanh", lambda: np.tanh(0.5), 0.46211715726000973),
    ("abs", lambda: np.abs(-3.0), 3.0),
    ("sum", lambda: np.sum(np.array([1.0, 2.0, 4.0])), 7.0),
    ("mean", lambda: np.mean(np.array([1.0, 2.0, 6.0])), 3.0),
    ("max", lambda: np.max(np.array([1.0, 5.0, 3.0])), 5.0),
    ("maximum", lambda: np.maximum(1.0, 2.0), 2.0),
    ("where", lambda: np.where(True, 1.0, 2.0), 1.0),
    ("dot", lambda: np.dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])), 11.0),
    ("matmul", lambda: np.matmul(np.array([1.0, 2.0]), np.array([3.0, 4.0])), 11.0),
    ("outer", lambda: np.outer([2.0], [3.0]).sum(), 6.0),
    ("zeros", lambda: np.zeros(3).sum(), 0.0),
    ("ones", lambda: np.ones(3).sum(), 3.0),
    ("array", lambda: np.array([1, 2]).sum(), 3),
    ("argmax", lambda: np.argmax(np.array([1.0, 5.0, 3.0])), 1),
    ("round", lambda: np.round(2.71828, 2), 2.72),
)


def not_working(paper):
    """The Fault of a check that does not work here, or None. Asked before a mistake is named."""
    why = _numpy()
    if why is None and not paper.sound:
        why = _reference(paper)
        paper.sound = why is None  # the answers stay with the paper, and so does this
    if why is None:
        return None
    return Fault(
        "examiner-not-working",
        f"The check does not work here, so nothing is said about {paper.exercise.name}: {why}",
        "Was a name of NumPy, or of Python, given to something else? Restart the kernel and run "
        "the notebook from the top.",
        "If it happens again, it is no fault of yours: show this card to whoever runs the course.",
    )


def _numpy():
    for name, call, right in NUMPY:
        try:
            good = abs(float(call()) - right) < 1e-12
        except Exception as error:
            return f"np.{name} raises {type(error).__name__}."
        if not good:
            return f"np.{name} does not give what NumPy's own {name} gives."
    return None


def _reference(paper):
    """Why the right solution does not pass this paper here, or None."""
    exercise = paper.exercise
    if exercise.costly:
        return None  # it would take as long as the learner's own
    answers = paper.expected()
    for case, answer in zip(paper.cases, answers, strict=False):
        if "slow" in answer:
            return "the right solution takes too long here as well."
        if "raised" in answer:
            raised = answer["raised"]
            return f"the right solution raises {raised['type']} here ({raised['message'][:120]})."
        if answer.get("value") is None:
            return "the right solution gives no answer here."
        if answer["differs"] or answer["changed"] or is_float32(answer["value"]):
            return "the right solution gives another answer here at every call."
        if exercise.judged:
            fault = exercise.judged(case, answer["value"])
            if fault is not None:
                return "the right solution is refused here."
            continue
        rtol = case.rtol or exercise.rtol
        leaves = judged(exercise, answer["value"], answer["value"], rtol)
        if not all(leaf.right for leaf in leaves):
            return "the right solution does not agree with itself here."
    if len(answers) < len(paper.cases):
        return "the right solution does not come to the end here."
    return None
