"""An author's slip inside a named wrong solution: a typo there would pass for the mistake itself.

A wrong solution may raise, and some are named for it. But none is named for a name that does not
exist, or for arguments that the exercise does not have.
"""

import inspect
import os
import traceback

import numpy as np

from bplab import nn

_TYPES = ("NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError")


class Slip(Exception):
    """What an author has to mend; the message names the file and the line."""


def raise_if_slip(paper, mistake, answers):
    """Raise Slip where a named wrong solution fails for a reason that is no learner's mistake."""
    for case, answer in zip(paper.sat_cases(), answers, strict=False):
        raised = answer.get("raised", {})
        if raised.get("type") in _TYPES:
            what = f"raises {raised['type']}: {raised['message']}"
        elif "arguments" in answer:
            asked = paper.exercise.signature
            what = f"cannot be called as {asked}, it takes {answer['arguments'].rstrip('.')}"
        elif raised.get("type") == "TypeError" and _inside_the_course(
            mistake.solution, paper, case
        ):
            what = f"hands a function of bplab.nn what it does not take: {raised['message']}"
        elif "slow" in answer:
            what = f"takes longer than the {paper.exercise.seconds:g} s that a call may take"
        elif not mistake.when and "value" in answer:
            what = _of_another_form(paper.exercise, mistake.part, answer["value"])
        else:
            what = ""
        if not what:
            continue
        again = raised and paper.exercise.driver == "call"
        where = place(mistake.solution, case.values() if again else None)
        raise Slip(
            f"the wrong solution {paper.exercise.name}/{mistake.name} {what} ({where}). That is a "
            "slip in the entry, not the mistake it is named for: mend the function below it."
        )


def _of_another_form(exercise, part, value):
    """What an entry gives that mistook `part=`, in words, or ""."""
    if isinstance(exercise.returns, str) or exercise.driver != "call":
        return ""
    names = ", ".join(exercise.returns)
    if part is None:
        one = type(value) is np.ndarray and len(exercise.returns) > 1
        return f"gives one array where {names} are returned; is it part=...?" if one else ""
    if type(value) not in (tuple, list):
        return ""
    alone = value[exercise.returns.index(part)]
    if alone is None:
        return f"gives nothing for {part}; has it a return?"
    if type(alone) in (tuple, list) and len(alone) == len(exercise.returns):
        return f"gives all of {names} where part={part!r} asks for {part} alone"
    return ""


def _inside_the_course(solution, paper, case):
    """Whether a call stops with a TypeError in a line of bplab.nn: learners' code does not."""
    if paper.exercise.driver != "call":
        return False
    try:
        with np.errstate(all="ignore"):
            solution(*case.values())
    except TypeError as error:
        frames = traceback.extract_tb(error.__traceback__)
        return os.path.dirname(nn.__file__) == os.path.dirname(frames[-1].filename)
    except Exception:
        return False
    return False


def place(solution, arguments=None):
    """'file, line n': of the error, where a call shows it, else of the definition."""
    home = inspect.unwrap(solution)
    try:
        file, line = inspect.getsourcefile(home), inspect.getsourcelines(home)[1]
    except (TypeError, OSError):
        return "its source is not at hand"
    if arguments is not None:
        try:
            with np.errstate(all="ignore"):
                solution(*arguments)
        except Exception as error:
            inside = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == file]
            line = inside[-1].lineno if inside else line
    return f"{file}, line {line}"
