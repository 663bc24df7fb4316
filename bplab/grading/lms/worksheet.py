"""Moodle's grading worksheet, whose headings are in the language of whoever downloaded it.

The order of its columns is the same in every language: the participant first, the grade before the
highest grade there is, what is said to the learner last. So they are found by what is in them.
"""

import re

from . import dates

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PARTICIPANT = re.compile(r"\D*\d+")


def places(sheet):
    """{Moodle's English heading: column} of a worksheet; none if it says so itself, or is none."""
    if sheet.column("Identifier") is not None or len(sheet.rows) < 2:
        return {}
    width = len(sheet.rows[0])
    columns = [
        [row[at].strip() if at < len(row) else "" for row in sheet.rows[1:]] for at in range(width)
    ]
    highest = _highest(columns)
    if highest is None or not all(_PARTICIPANT.fullmatch(cell) for cell in columns[0]):
        return {}
    found = {"Identifier": 0, "Grade": highest - 1, "Maximum Grade": highest}
    for at in range(1, highest - 1):
        if all("@" in cell for cell in columns[at]):
            found["Email address"] = at
        elif at == 1:
            found["Full name"] = at
    timed = [at for at in range(highest + 1, width) if all(map(_is_time, columns[at]))]
    if len(timed) > 1:  # of the hand-in; the last is that of the grade
        found["Last modified (submission)"] = timed[0]
    # The time of the last grade is always there, if only as a dash; words may not be.
    if width - 1 > highest and not all(columns[-1]):
        found["Feedback comments"] = width - 1
    return found


def _is_time(cell):
    return cell in ("", "-") or dates.read(cell) is not None


def _highest(columns):
    """Which column says in every row the one number that is the most one can get."""
    alike = [
        at > 1 and len(set(cells)) == 1 and bool(_NUMBER.fullmatch(cells[0]))
        for at, cells in enumerate(columns)
    ]
    if True not in alike:
        return None
    at = alike.index(True)
    # A class that has one grade already has two such columns side by side.
    return at + 1 if at + 1 < len(alike) and alike[at + 1] else at
