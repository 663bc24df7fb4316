"""An exercise's settings that nothing answers to: a name misspelled there is passed over else."""

import inspect

import numpy as np

from bplab.exam.leaves import judged
from bplab.exam.probes.registry import PLAIN


def slips(exercise):
    """What to mend in the settings and the paper of an exercise, a sentence each."""
    paper = exercise.draw(1)
    if exercise.draw(1).sheet() != paper.sheet():
        yield (
            f"{exercise.name} draws another paper from the same seed: draw from the rng that the "
            "paper is given, and from nothing else. A regrade would give another result."
        )
    arguments = list(inspect.signature(exercise.reference).parameters)
    yield from _unknown(exercise, "may_change", exercise.may_change, arguments, "arguments")
    if exercise.driver in PLAIN:
        yield from _of_inputs(exercise, paper.cases[0].inputs, arguments)
    if not exercise.costly:
        yield from _of_answer(exercise, paper)


def _of_inputs(exercise, inputs, arguments):
    if exercise.driver == "call":
        yield from _unknown(exercise, "the paper", inputs, arguments, "arguments")
    for name, value in inputs.items():
        letters = exercise.shapes.get(name, "").split()
        if letters and type(value) is np.ndarray and value.ndim != len(letters):
            yield (
                f"{exercise.name}: shapes gives {name} the dimensions {' '.join(letters)!r}, and "
                f"the paper draws it with shape {value.shape}: one letter for each axis."
            )


def _of_answer(exercise, paper):
    """What the reference's own answer says of `returns`, `credit`, `order` and `form_only`."""
    found = paper.sat_on(paper.sat_cases(), exercise.reference)
    values, returns = [answer["value"] for answer in found if "value" in answer], exercise.returns
    names = {returns} if isinstance(returns, str) else set(returns)
    for value in values:
        many = len(value) if type(value) in (tuple, list, dict) else 1
        if exercise.driver == "call" and not isinstance(returns, str) and many != len(returns):
            yield (
                f"{exercise.name}: returns names {', '.join(returns)}, and the reference gives "
                f"{'one thing' if many == 1 else f'{many} things'}: a name for each."
            )
            return
        for leaf in judged(exercise, value, value, exercise.rtol):
            names |= {leaf.part, leaf.name}
    order = () if callable(exercise.order) else exercise.order or ()
    first = [step[0] if isinstance(step, tuple) else step for step in order]
    for setting, given in (
        ("credit", exercise.credit or ()),
        ("form_only", exercise.form_only),
        ("order", first),
    ):
        yield from _unknown(exercise, setting, given, sorted(names), "parts of the answer")


def _unknown(exercise, setting, given, known, kind):
    odd = [name for name in given if name not in known]
    if odd:
        yield (
            f"{exercise.name}: {setting} names {', '.join(map(repr, odd))}, and the {kind} are "
            f"{', '.join(map(str, known))}."
        )
