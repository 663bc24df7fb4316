"""When each learner handed in, from a table beside the download: Canvas and Moodle write no time
into theirs.

Either two columns without a heading, a learner and a time, or a table with headings: Moodle's
grading worksheet has the times in it.
"""

import re

from ..course import CourseError
from . import dates, people, sheets, worksheet

_WHO = (
    *("Identifier", "ID", "student_id", "SIS Login ID", "SIS User ID", "Username", "Email address"),
    *("Email", "Full name", "Student", "Name"),
)
_WHEN = (
    *("Last modified (submission)", "submitted_at", "Submitted at", "Submission date"),
    *("Submission time", "Submitted", "timestamp", "time"),
)


def read(path) -> dict:
    """{learner, as the table writes it: time}; a learner is a name, a number, an id or an address.

    Rows whose time is empty, or a dash, are of somebody who has handed in nothing.
    """
    sheet = sheets.read(path)
    sheet.places = worksheet.places(sheet)
    when = sheet.column(*_WHEN)
    keys = [at for at in (sheet.column(name) for name in _WHO) if at is not None]
    participant = sheet.column("Identifier")  # Moodle's: a word and a number
    rows = sheet.rows[1:]
    if when is None or not keys:
        if len(sheet.rows[0]) != 2 or dates.read(sheet.rows[0][1]) is None:
            raise CourseError(
                f"{path}: no column of times is seen. Two columns without a heading will do: a "
                "learner as the LMS or the course writes them, and a time such as 2026-10-12 23:59."
            )
        when, keys, rows = 1, [0], sheet.rows
    found: dict = {}
    for row in rows:
        text = row[when].strip() if when < len(row) else ""
        if text in ("", "-"):
            continue
        time = dates.read(text)
        if time is None:
            raise CourseError(f"{path}: {text!r} is no time that is understood: 2026-10-12 23:59.")
        for at in (at for at in keys if at < len(row) and row[at].strip()):
            number = re.search(r"\d+$", row[at].strip()) if at == participant else None
            found.setdefault(number[0] if number else _known_by(row[at]), set()).add(time)
    # A name that two learners share says nothing.
    return {key: next(iter(several)) for key, several in found.items() if len(several) == 1}


def of(handed, student, times):
    """The time of one learner; None if the table has none."""
    identifier = handed.ids.get("identifier", "")
    for key in (student, handed.key, handed.login, identifier, handed.name, *handed.shorter):
        known = _known_by(key or "")
        if known and known in times:
            return times[known]
    return None


def _known_by(text):
    """One learner's name, number or id, however it is written; of 'Participant 12' the number."""
    text = text.strip()
    participant = re.fullmatch(r"[^\d@]*[^\d\s@]\s(\d+)", text)
    if participant:
        return participant[1]
    return "".join(sorted(people.words(text)))
