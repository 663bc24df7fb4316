"""Read the gradebook: who stands where in which chapter, with what was said of it."""

import re
from dataclasses import dataclass, field

from .. import nbgrader_light
from ..course import Course, CourseError
from ..graded import apart
from .class_list import less, sections
from .gradebook import open_gradebook, read_results

PREFIX = re.compile(r"^(?:check|test|grade)[-_]")  # of graded cells, before the exercise


@dataclass
class Standing:
    """One student in one chapter; score is None if nothing was handed in."""

    score: float | None = None
    raw: float = 0.0
    penalty: float = 0.0
    timestamp: object = None
    unsettled: bool = False
    feedback: str = ""
    exercises: dict = field(default_factory=dict)  # {exercise: (score, points)}


@dataclass
class Grades:
    """What is exported: chapters with their points and due dates, students, standings."""

    points: dict[str, float]
    due: dict[str, object]
    students: list
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)

    def of(self, chapter, student) -> Standing:
        return self.standings.get((chapter, student), Standing())

    def exercises(self, chapter) -> dict:
        """{graded cell: points} of a chapter, in the order they were met."""
        found: dict = {}
        for (name, _), standing in self.standings.items():
            if name == chapter:
                found |= {cell: points for cell, (_, points) in standing.exercises.items()}
        return found

    @property
    def unsettled(self) -> int:
        """Number of submissions that still wait for a person."""
        return sum(standing.unsettled for standing in self.standings.values())


def collect(course: Course, chapters: list[str] | None = None) -> Grades:
    """Read the gradebook. chapters: only these, not all that somebody has handed in."""
    api = nbgrader_light.api()
    book = open_gradebook(api, course, create=False)
    with book:
        known = {a.name: a for a in book.assignments}
        for name in chapters or []:
            if name not in known:
                raise CourseError(f"the gradebook has no chapter {name!r}: grade it first.")
        # A column that nobody has a grade in would become a new assignment in Canvas.
        given = [name for name, a in known.items() if a.max_score and a.submissions]
        names = chapters or sorted(given)
        of, _ = sections(course, [student.id for student in book.students])
        grades = Grades(
            {name: known[name].max_score for name in names},
            {name: known[name].duedate for name in names},
            sorted((_person(student, of) for student in book.students), key=lambda p: p["id"]),
        )
        for name in names:
            results, shown = read_results(book, name), _names(known[name])
            for submission in known[name].submissions:
                penalty = submission.late_submission_penalty or 0.0
                student = submission.student.id
                grades.standings[name, student] = Standing(
                    score=round(max(0.0, submission.score - penalty), 2),
                    raw=submission.score,
                    penalty=penalty,
                    timestamp=submission.timestamp,
                    unsettled=bool(submission.needs_manual_grade),
                    feedback=_told(submission, results.get(student, {}), penalty),
                    exercises=_scores(submission, shown),
                )
        return grades


def _names(assignment):
    """{(notebook, graded cell): shown}; an exercise goes by its own name."""
    cells = {
        notebook.name: {
            PREFIX.sub("", cell.name): cell.name
            for cell in (*notebook.grade_cells, *notebook.task_cells)
        }
        for notebook in assignment.notebooks
    }
    return {
        (notebook, cells[notebook][name]): shown for (notebook, name), shown in apart(cells).items()
    }


def _scores(submission, shown):
    """{graded cell: (score, points)}"""
    return {
        shown.get((notebook.name, grade.name), grade.name): (grade.score or 0.0, grade.max_score)
        for notebook in submission.notebooks
        for grade in notebook.grades
    }


def _told(submission, results, penalty):
    """The machine's summary, then what a person gave and wrote, then what lateness cost."""
    several = len(results) > 1
    parts = [
        (f"{notebook}: " if several else "") + summary(details)
        for notebook, details in results.items()
    ]
    for notebook in submission.notebooks:
        by_hand = [
            f"{grade.name} {grade.manual_score:g}/{grade.max_score:g}"
            for grade in notebook.grades
            if grade.manual_score is not None
        ]
        if by_hand:
            parts.append(f"By hand: {', '.join(by_hand)}.")
        more = [
            f"{grade.name} {grade.extra_credit:g}"
            for grade in notebook.grades
            if grade.extra_credit
        ]
        if more:
            parts.append(f"Extra credit: {', '.join(more)}.")
        parts += [
            f"{comment.name}: {_sentence(comment.manual_comment)}"
            for comment in notebook.comments
            if comment.manual_comment
        ]
    if penalty:
        parts.append(f"Late: {less(penalty)}.")
    return " ".join(part for part in parts if part)


def _sentence(words):
    text = " ".join(words.split())
    return text if text.endswith((".", "!", "?", ":", ";")) else f"{text}."


def _person(student, of):
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    about = {name: getattr(student, name) or "" for name in names}
    return {**about, "section": of.get(student.id, "")}


def summary(details: dict) -> str:
    """What a learner reads beside the grade: points of each exercise, and the grader's notes."""
    parts = []
    for name, row in details.get("exercises", {}).items():
        told = f" ({row['mistake']})" if row.get("mistake") else ""
        parts.append(f"{name} {row['score']:g}/{row['points']:g}{told}")
    return " ".join([*([", ".join(parts) + "."] if parts else []), *details.get("notes", [])])
