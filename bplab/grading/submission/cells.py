"""What a cell asks and defines, and whether it is still as it was released."""

import functools
import hashlib
import re

from ...study.release import without_hidden_tests


def marks_of(cell):
    """What nbgrader wrote into the cell."""
    return cell["metadata"].get("nbgrader", {})


def grade_id_of(cell):
    """Its name for nbgrader, or None."""
    return marks_of(cell).get("grade_id")


def is_solution(cell):
    """Whether the learner answers in it."""
    return bool(marks_of(cell).get("solution"))


_DEFINED = re.compile(
    r"^(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)"
    r"|^([A-Za-z_]\w*)[ \t]*(?::[^=\n]{0,200})?=(?!=)",
    re.MULTILINE,
)


def defines(source: str) -> set[str]:
    """Names that a cell gives at its left margin, by def, class or assignment."""
    return {found[1] or found[2] for found in _DEFINED.finditer(source)}


def names_of(cell) -> set[str]:
    """Functions and classes that a pristine solution cell asks for."""
    if not is_solution(cell) or cell["cell_type"] != "code":
        return set()
    return {m[1] for m in _DEFINED.finditer(cell["source"]) if m[1]}


def bare(source: str) -> str:
    """The source without blanks at its ends and at the ends of its lines."""
    return _often(source) if len(source) < SHORT else _bare(source)


def _bare(source):
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


# Most cells of a class are those of its release, and each is looked at several times.
SHORT = 20_000  # letters; nothing longer is kept
_often = functools.lru_cache(1024)(_bare)


def starts_indented(source: str) -> bool:
    """Whether its first line of code is indented: the second half of a cell cut in two."""
    for line in source.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return line[0] in " \t"
    return False


def as_released(piece, cell):
    """Whether a piece is what the learner was given: of today's release, or of an earlier one."""
    visible = without_hidden_tests(cell["source"])
    return bare(piece.source) in (bare(cell["source"]), bare(visible)) or is_sealed(piece)


def is_sealed(piece, released=None):
    """Whether a cell is as nbgrader wrote it, points and all, when it was released.

    released : the text it was released with, of a cell that a learner writes in: then its marks
        alone are judged
    """
    marks, seal = piece.marks, piece.marks.get("checksum")
    if not seal or "grade_id" not in marks:
        return False
    grade, solution = bool(marks.get("grade")), bool(marks.get("solution"))
    locked = not solution and (grade or bool(marks.get("locked")))
    source = piece.source if released is None else released
    parts = [source, piece.kind, str(grade), str(solution), str(locked), marks["grade_id"]]
    if grade:
        parts.append(str(float(marks.get("points", 0))))
    whole = hashlib.md5("".join(parts).encode("utf-8", "replace"), usedforsecurity=False)
    return whole.hexdigest() == seal


def flags_differ(theirs, marks):
    """Whether the marks of a piece say something else than the chapter's."""
    if "grade_id" not in theirs:
        return False
    for key in ("grade", "solution", "locked", "task"):
        if key in theirs and bool(theirs[key]) != bool(marks.get(key)):
            return True
    return "points" in theirs and theirs["points"] != marks.get("points")
