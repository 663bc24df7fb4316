"""What runs in the browser's own Python: every chapter's checks, right and wrong.

The text of this file is a cell of a notebook in the site that is tested. It runs each chapter's
solved cells (pictures and demonstrations apart) in names of their own, then checks each exercise
twice: with what the notebook defined, and with a named mistake.
"""

import contextlib
import io
import json
import time

from bplab import examine, exercises


def solved(name):
    """A chapter's cells of code, solutions in: a dict of {grade_id or id: source}."""
    with open("solved.json") as file:
        return json.load(file)[name]


def right_and_wrong(chapter):
    """{exercise: what was wrong}, and how many seconds it took."""
    names, told, started = {"__name__": "__main__"}, {}, time.time()
    for cell in solved(chapter):
        # A demonstration may need a cell that is left out; what an exercise needs shows below.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            exec(compile(cell, f"<{chapter}>", "exec"), names)
    for exercise in exercises.chapter(chapter):
        if exercise.name.startswith("train_") or exercise.costly:
            continue
        report = exercise.examine(names.get(exercise.name), None, names)
        if not report.passed:
            told[exercise.name] = f"right, and refused: {report}"
        mistake = next((m for m in exercise.mistakes.values() if m.solution is not None), None)
        if mistake is not None:
            report = examine(exercise.name, mistake.solution)
            if report.passed or report.mistake != mistake.name:
                told[exercise.name] = f"{mistake.name} is told as {report.mistake}"
    return told, time.time() - started
