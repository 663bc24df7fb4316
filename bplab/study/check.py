"""`check` and `examine`: what a learner calls in a notebook."""

import ast
import linecache
import os
import sys

from bplab.exam.report import CheckFailed


def examine(name, fn, seed=None):
    """Mark `fn` as an answer to the exercise `name` and return the Report; never raises for `fn`.

    name : such as "sigmoid"
    fn : the function or class; None counts as not defined
    seed : of the paper; None is the practice paper
    """
    return _examine(name, fn, seed, None)


def _examine(name, fn, seed, namespace):
    exercises = _exercises()
    later = f"{name} is marked after it has been handed in; there is no check here."
    try:
        exercise = exercises.find(name)
    except exercises.UnknownName:
        from bplab.exercises.own import marked_later

        if name in marked_later():
            raise RuntimeError(later) from None
        raise
    if not exercise.practice and seed is None:
        from bplab.exercises.own import is_at_source

        if not is_at_source():
            raise RuntimeError(later)
    # What is taught later carries no fault of it, and takes its time to load.
    asked = {other.name: other for other in exercises.every(until=exercise.chapter)}
    return exercise.examine(fn, seed, namespace, asked)


def _exercises():
    try:
        from bplab import exercises
    except ImportError:
        raise RuntimeError(
            "the exams are not available here: while a class is graded, only the grader marks."
        ) from None
    return exercises


def check(fn, seed=None):
    """Mark your function or class by its name; show a card, and raise CheckFailed if it fails.

    fn : the function or class, under the name that you gave it; or that name, as a string
    seed : of another paper than the practice paper, as `bplab again` sets it
    """
    frame = sys._getframe(1)
    namespace = _names_in(frame)
    try:
        name, fn = _named(fn, frame, namespace)
        report = _examine(name, fn, seed, namespace)
    except RuntimeError as error:
        if _plain():  # what nobody marked must not earn its points
            raise
        print(error)
        return
    if _plain():
        print(PLAIN)
    _note(report)
    card_shown = _show(report)
    if not report.passed:
        raise CheckFailed(report, under_card=card_shown)


PLAIN = (
    "Marked by nbgrader without bplab's grader: on the practice paper, without a sandbox. "
    "Instructors: bplab doctor --course DIR says why."
)


def _plain():
    """Whether nbgrader's own Execute grades this; bplab's grader never runs a check cell."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _note(report):
    try:
        from bplab.study import journal
    except ImportError:
        return  # while a class is graded
    journal.note(report)


def _named(fn, frame, namespace):
    """(name, thing) of what check was given: the name is the one that the learner bound.

    Decorated functions, aliases and lambdas have another name inside, or none: the call's own
    line says which exercise is meant, or else the learner's names do.
    """
    names = {exercise.name for exercise in _exercises().every()}
    if isinstance(fn, str):
        return fn, namespace.get(fn)
    written = _written(frame)
    if written in names and namespace.get(written, frame.f_locals.get(written)) is fn:
        return written, fn
    own = getattr(fn, "__name__", None)
    bound = [name for name, value in namespace.items() if name in names and value is fn]
    if own in bound or (own in names and not bound):
        return own, fn
    if bound:
        return bound[-1], fn
    inner = getattr(getattr(fn, "__wrapped__", None) or getattr(fn, "func", None), "__name__", None)
    if inner in names:
        return inner, fn
    if isinstance(own, str) and own.isidentifier() and callable(fn):
        return own, fn  # an exercise of the course's own folder, or a slip that `find` tells
    what = (
        "a lambda without a name" if own == "<lambda>" else f"a thing of type {type(fn).__name__}"
    )
    raise TypeError(
        "check takes the function or class that an exercise asks for, such as check(sigmoid); "
        f"this is {what}."
    )


def _written(frame):
    """The name in the brackets of the `check(...)` that is running, or None."""
    source = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    found = [
        call.args[0].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and len(call.args) == 1 and isinstance(call.args[0], ast.Name)
    ]
    return found[0] if len(found) == 1 else None


def _names_in(frame):
    """The learner's names: the notebook's, or those of whoever calls."""
    shell = _shell()
    names = getattr(shell, "user_ns", None)
    return names if names is not None and frame.f_globals is names else frame.f_globals


def _shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _show(report):
    """Show the card where there is a place for it; True if so."""
    shell = _shell()
    if shell is None:
        if report.passed:  # a failure is told by the exception
            print(report)
    elif report.passed or getattr(shell, "kernel", None) is not None:
        from IPython.display import display

        display({"text/html": report.html(), "text/plain": str(report)}, raw=True)
        return getattr(shell, "kernel", None) is not None
    return False
