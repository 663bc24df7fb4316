"""Hand the gradebook on: files that Canvas, Moodle or a spreadsheet reads.

canvas : the header that Canvas's gradebook import asks for (Student, ID, SIS User ID, SIS Login ID,
    Section, then one column an assignment) and its row *Points Possible*. Canvas finds a student by
    its own number (nbgrader's `lms_user_id`), else by SIS Login ID, which is nbgrader's student id.
moodle : one column each for username, ID number, names and email, to be mapped in Moodle's import
    form to the user, and per chapter a grade and a feedback column.
csv : the columns of `nbgrader export`, but quoted, so that names with commas survive.

A cell that a spreadsheet would take for a formula gets an apostrophe in front. Who handed in
nothing has an empty cell (in csv: 0, as nbgrader has it).
"""

import csv
import io
from dataclasses import dataclass, field

from .. import nbgrader_light
from ..course import Course, CourseError
from .gradebook import open_gradebook, read_results

FORMATS = ("csv", "canvas", "moodle")
_CSV = (
    "assignment duedate timestamp student_id last_name first_name email raw_score "
    "late_submission_penalty score max_score needs_manual_grade"
).split()


@dataclass
class Standing:
    """One student in one chapter; score is None if nothing was handed in."""

    score: float | None = None
    raw: float = 0.0
    penalty: float = 0.0
    timestamp: object = None
    unsettled: bool = False
    feedback: str = ""


@dataclass
class Grades:
    """What is exported: chapters with their points and due dates, students, standings."""

    points: dict[str, float]
    due: dict[str, object]
    students: list
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)

    def of(self, chapter, student) -> Standing:
        return self.standings.get((chapter, student), Standing())

    @property
    def unsettled(self) -> int:
        """Number of submissions that still wait for a person."""
        return sum(standing.unsettled for standing in self.standings.values())


def collect(course: Course, chapters: list[str] | None = None) -> Grades:
    """Read the gradebook. chapters: only these, not all that somebody has handed in."""
    api = nbgrader_light.api()
    with nbgrader_light.with_alembic():
        book = open_gradebook(api, course, create=False)
    with book:
        known = {a.name: a for a in book.assignments}
        for name in chapters or []:
            if name not in known:
                raise CourseError(f"the gradebook has no chapter {name!r}: grade it first.")
        # A column that nobody has a grade in would become a new assignment in Canvas.
        given = [name for name, a in known.items() if a.max_score and a.submissions]
        names = chapters or sorted(given)
        grades = Grades(
            {name: known[name].max_score for name in names},
            {name: known[name].duedate for name in names},
            sorted((_person(student) for student in book.students), key=lambda p: p["id"]),
        )
        for name in names:
            details = read_results(book, name)
            for submission in known[name].submissions:
                penalty = submission.late_submission_penalty or 0.0
                student = submission.student.id
                grades.standings[name, student] = Standing(
                    score=round(max(0.0, submission.score - penalty), 2),
                    raw=submission.score,
                    penalty=penalty,
                    timestamp=submission.timestamp,
                    unsettled=bool(submission.needs_manual_grade),
                    feedback=summary(details.get(student, {})),
                )
        return grades


def _person(student):
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    return {name: getattr(student, name) or "" for name in names}


def summary(details: dict) -> str:
    """What a learner reads beside the grade: points of each exercise, and the grader's notes."""
    parts = []
    for name, row in details.get("exercises", {}).items():
        told = f" ({row['mistake']})" if row.get("mistake") else ""
        parts.append(f"{name} {row['score']:g}/{row['points']:g}{told}")
    return " ".join([*([", ".join(parts) + "."] if parts else []), *details.get("notes", [])])


# Formats


def export(grades: Grades, to: str) -> str:
    """The file's text, in UTF-8 without a byte-order mark."""
    rows = {"csv": _csv_rows, "canvas": _canvas_rows, "moodle": _moodle_rows}[to](grades)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell):
    """A cell that no spreadsheet evaluates. Numbers are ours and stay numbers."""
    if isinstance(cell, (int, float)):
        return f"{cell:g}" if cell == round(cell, 4) else repr(cell)
    text = "" if cell is None else str(cell).replace("\r\n", "\n").replace("\0", "")
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") or text[:1] in ("\t", "\r") else text


def _csv_rows(grades):
    yield _CSV
    for chapter, points in grades.points.items():
        for person in grades.students:
            standing = grades.of(chapter, person["id"])
            yield [
                *(chapter, grades.due[chapter], standing.timestamp, person["id"]),
                *(person["last_name"], person["first_name"], person["email"]),
                *(standing.raw, standing.penalty, standing.score or 0.0, points),
                standing.unsettled and "yes" or "no",
            ]


def _canvas_rows(grades):
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *grades.points]
    yield ["    Points Possible", "", "", "", "", *grades.points.values()]
    for person in grades.students:
        name = ", ".join(part for part in (person["last_name"], person["first_name"]) if part)
        scores = [grades.of(chapter, person["id"]).score for chapter in grades.points]
        yield [name or person["id"], person["lms_user_id"], "", person["id"], "", *scores]


def _moodle_rows(grades):
    columns = [part for name in grades.points for part in (name, f"{name} (feedback)")]
    yield ["Username", "ID number", "First name", "Last name", "Email address", *columns]
    for person in grades.students:
        row = [person["id"], person["lms_user_id"], person["first_name"], person["last_name"]]
        row.append(person["email"])
        for chapter in grades.points:
            standing = grades.of(chapter, person["id"])
            row += [standing.score, standing.feedback]
        yield row
