"""What bplab adds to nbgrader's *Generate*: names are checked, own exercises go along.

nbgrader runs this on every notebook that it writes; it acts only where an assignment is generated.
"""

import shutil
from pathlib import Path

from nbconvert.preprocessors import Preprocessor

from ..exercises import own
from ..study.release import text
from . import references
from .submission.plan import exams


class Release(Preprocessor):
    """Refuse a `check(name)` of no exercise; put files of own exercises beside the notebook."""

    enabled = True

    def preprocess(self, notebook, resources):
        converter = getattr(self.parent, "parent", None)
        if type(converter).__name__ != "GenerateAssignment":
            return notebook, resources
        chapter, student = (resources["nbgrader"][key] for key in ("assignment", "student"))
        folder = Path(converter.coursedir.root).resolve() / own.FOLDER
        cells = [
            {"cell_type": c.cell_type, "id": c.get("id", ""), "metadata": c.metadata}
            | {"source": text(c)}
            for c in notebook.cells
        ]
        asked = exams({"cells": cells}, folder)
        target = Path(converter._format_dest(chapter, student)) / own.FOLDER
        for exercise in _carry(asked.values(), folder, target):
            if told := references.why_not(exercise):
                self.log.warning(told)
        return notebook, resources


def _carry(asked, folder, target):
    """Copy what may be practiced of the course's folder, own exercises and mistakes added to
    others; name what may not; yield all own exercises."""
    for exercise in asked:
        path = folder / f"{exercise.name}.py"
        if not path.is_file():
            continue
        target.mkdir(parents=True, exist_ok=True)
        if exercise.practice:
            shutil.copyfile(path, target / path.name)
        else:
            own.mark_later(exercise.name, target)
        yield exercise
