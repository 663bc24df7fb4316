"""What a class understood: per exercise who passed, which mistakes were made, by whom, and how long
it took. Read from what was recorded when the class was graded; `insights_page` draws the same.
"""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from .. import nbgrader_light
from ..course import Course, CourseError
from .gradebook import open_gradebook, read_results

UNWRITTEN = ("not-written",)


@dataclass
class ExerciseInsight:
    """One exercise: student ids by outcome. mistakes: ids by the name of the mistake."""

    name: str
    points: float
    passed: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.passed) + len(self.partly) + len(self.wrong)

    @property
    def total(self) -> int:
        return self.tried + len(self.unwritten)

    @property
    def pass_rate(self) -> float:
        """Share that passed, of all that handed in something readable."""
        return len(self.passed) / self.total if self.total else 0.0

    @property
    def median_seconds(self) -> float:
        return statistics.median(self.seconds) if self.seconds else 0.0


@dataclass
class Insights:
    """One chapter: its exercises in order, scores by student, and what the grader had to say."""

    chapter: str
    max_score: float
    exercises: list[ExerciseInsight]
    scores: dict[str, float]
    repaired: dict[str, list[str]]
    unreadable: dict[str, str]
    failed: dict[str, str]
    faults: dict[str, list[str]]
    cpu_seconds: float

    def to_dict(self) -> dict:
        rows = [
            {
                "name": e.name,
                "points": e.points,
                "pass_rate": round(e.pass_rate, 4),
                "passed": e.passed,
                "partly": e.partly,
                "wrong": e.wrong,
                "unwritten": e.unwritten,
                "mistakes": e.mistakes,
                "median_seconds": round(e.median_seconds, 4),
            }
            for e in self.exercises
        ]
        names = ("chapter", "max_score", "scores", "repaired", "unreadable", "failed", "faults")
        return {name: getattr(self, name) for name in names} | {"exercises": rows}


def collect(course: Course, chapter: str) -> Insights:
    """Insights into a chapter that has been graded, or `CourseError`."""
    api = nbgrader_light.api()
    name = course.notebook_name(chapter)
    with nbgrader_light.with_alembic():
        book = open_gradebook(api, course, create=False)
    with book:
        results = read_results(book, chapter)
        if not results:
            raise CourseError(
                f"nothing of {chapter} has been graded yet. Run: bplab grade {chapter}"
            )
        notebook = book.find_notebook(name, chapter)
        scores = {}
        for sub in notebook.submissions:
            scores[sub.student.id] = max(0.0, sub.score - (sub.late_submission_penalty or 0.0))
        return summarize(chapter, notebook.max_score, results, scores)


def summarize(chapter: str, max_score: float, results: dict, scores: dict) -> Insights:
    """Insights from what was recorded of each student (`results`) and the scores as they stand."""
    exercises, faults = {}, defaultdict(list)
    told = {"repaired": {}, "unreadable": {}, "failed": {}}
    for student, details in sorted(results.items()):
        if details["unreadable"]:
            told["unreadable"][student] = details["unreadable"]
            continue
        if details["failed"]:
            told["failed"][student] = details["failed"]
            continue
        if details["repaired"]:
            told["repaired"][student] = details["notes"]
        if details["fault"]:
            faults[details["fault"]].append(student)
        for name, row in details["exercises"].items():
            if name not in exercises:
                exercises[name] = ExerciseInsight(name, row["points"])
            _count(exercises[name], student, row)
    known = {student: round(scores.get(student, 0.0), 2) for student in sorted(results)}
    cpu = sum(details["cpu_seconds"] for details in results.values())
    return Insights(
        chapter,
        max_score,
        list(exercises.values()),
        known,
        faults=dict(faults),
        cpu_seconds=cpu,
        **told,
    )


def _count(exercise, student, row):
    mistake = row["mistake"]
    if row["passed"]:
        exercise.passed.append(student)
    elif mistake in UNWRITTEN:
        exercise.unwritten.append(student)
    else:
        (exercise.partly if row["score"] > 0 else exercise.wrong).append(student)
        exercise.mistakes.setdefault(mistake or "unnamed", []).append(student)
    if row["seconds"] is not None and mistake not in UNWRITTEN:
        exercise.seconds.append(row["seconds"])


def ranked(mistakes: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Mistakes, the most frequent first."""
    return sorted(mistakes.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def number(insights: Insights) -> str:
    there = len(insights.scores)
    return f"{there} submission{'' if there == 1 else 's'}"


# Terminal


def table(insights: Insights):
    """A rich renderable: one row an exercise, with its three most frequent mistakes."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = f"{insights.chapter}: {number(insights)}"
    grid = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    grid.title_justify = "left"
    grid.add_column("exercise", no_wrap=True)
    grid.add_column("passed", justify="right", no_wrap=True)
    grid.add_column("sec", justify="right", no_wrap=True)
    grid.add_column("most frequent mistakes", min_width=24)
    for e in insights.exercises:
        top = [f"{name} ({_few(ids)})" for name, ids in ranked(e.mistakes)[:3]]
        if e.unwritten:
            top.append(f"not written ({len(e.unwritten)})")
        seconds = f"{e.median_seconds:.2g}"
        grid.add_row(Text(e.name), f"{e.pass_rate:.0%}", seconds, Text("\n".join(top)))
    lines = [Text(line) for line in _told(insights)]
    return Group(grid, *lines)


def _few(ids, most=3):
    shown = ", ".join(ids[:most])
    return f"{len(ids)}: {shown}{', ...' if len(ids) > most else ''}"


def _told(insights):
    scores = sorted(insights.scores.values())
    if scores:
        yield (
            f"Scores: median {statistics.median(scores):g}, from {scores[0]:g} to {scores[-1]:g}, "
            f"of {insights.max_score:g}."
        )
    if insights.repaired:
        yield f"Repaired: {_few(list(insights.repaired), 8)}."
    for slug, ids in ranked(insights.faults):
        yield f"Ended early ({slug}): {_few(ids, 8)}."
    if insights.unreadable:
        yield f"Unreadable, graded 0: {_few(list(insights.unreadable), 8)}."
    if insights.failed:
        yield f"Not graded, a person has to look: {_few(list(insights.failed), 8)}."
