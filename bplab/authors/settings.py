"""An exercise's settings that nothing answers to: a name misspelled there is passed over else."""

import difflib
import inspect
from pathlib import Path

import numpy as np

from bplab.exam.leaves import judged
from bplab.exam.probes.registry import PLAIN
from bplab.exercises import CHAPTERS, own


def slips(exercise, folder=None):
    """What to mend in the settings and the paper of an exercise, a sentence each.

    folder : where its file is, if it is one of an instructor's own; default `own.folder()`
    """
    yield from _of_chapter(exercise, own.folder() if folder is None else Path(folder))
    paper = exercise.draw(1)
    if exercise.draw(1).sheet() != paper.sheet():
        yield (
            f"{exercise.name} draws another paper from the same seed: draw from the rng that the "
            "paper is given, and from nothing else. A regrade would give another result."
        )
    arguments = list(inspect.signature(exercise.reference).parameters)
    parts = [exercise.returns] if isinstance(exercise.returns, str) else list(exercise.returns)
    yield from _unknown(exercise, "may_change", exercise.may_change, arguments, "arguments")
    yield from _unknown(exercise, "shapes", exercise.shapes, arguments, "arguments")
    spoken = list(dict.fromkeys([*arguments, *parts]))
    yield from _unknown(exercise, "roles", exercise.roles, spoken, "arguments and parts")
    if exercise.driver in PLAIN:
        yield from _of_inputs(exercise, paper.cases[0].inputs, arguments)
    if not exercise.costly:
        yield from _of_answer(exercise, paper)


def _of_chapter(exercise, folder):
    """A chapter that is nearly one of the course's, or nearly an assignment of the instructor's."""
    named = exercise.chapter
    theirs = [path.name for path in folder.resolve().parent.glob("source/*") if path.is_dir()]
    if named in (*CHAPTERS, *theirs):
        return
    theirs = [name for name in theirs if _letters(name) != _letters(named)]  # week2 for week3
    near = difflib.get_close_matches(named, [*CHAPTERS, *theirs], n=1, cutoff=0.8)
    if near:
        yield (
            f"{exercise.name}: there is no chapter {named!r}; is it {near[0]!r}? An exercise of "
            "your own has the name of the assignment that asks for it, that of its folder in "
            "source/."
        )


def _letters(name):
    return "".join(filter(str.isalpha, name))


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
            f"{', '.join(map(str, known))}. Name one of these, or take it away."
        )
