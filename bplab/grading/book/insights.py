"""What a class understood: who passed what, which mistakes were made and by whom, who is missing,
late or at risk. Read from what was recorded when the class was graded; `insights_page` draws it.
"""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from shlex import quote

from ...exercises import find, own
from .. import nbgrader_light
from ..course import Course, CourseError
from ..graded import apart
from . import class_list, examples, groups, risks
from .gradebook import open_gradebook, read_results
from .grades import PREFIX

UNWRITTEN = ("not-written",)


@dataclass
class ExerciseInsight:
    """One exercise: student ids by outcome. mistakes: ids by the name of the mistake.

    name : as it is shown; known_as, notebook : its own name, and the notebook that asks it
    """

    name: str
    points: float
    known_as: str = ""
    notebook: str = ""
    passed: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)  # wrong only through another of their own
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)  # one's code, by mistake, no name on it
    seconds: list[float] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.passed) + len(self.partly) + len(self.wrong) + len(self.carried)

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
    groups: list = field(default_factory=list)  # answers that no name explains
    register: class_list.Register = field(default_factory=class_list.Register)
    at_risk: dict[str, str] = field(default_factory=dict)
    written: dict[str, dict] = field(default_factory=dict)  # cell: answered, empty, waiting
    before: dict = field(default_factory=dict)  # the chapter before: name, median, scores
    waiting: dict[str, float] = field(default_factory=dict)  # student: points a person has to give
    elsewhere: dict[str, list[str]] = field(default_factory=dict)  # answers in another file
    strangers: dict[str, list[str]] = field(default_factory=dict)  # another assignment's notebook
    own: object = None  # where the course's own exercises are

    @property
    def shares(self) -> dict[str, float]:
        """{student: share of the points that are graded}; not of whom all points wait."""
        graded = {s: self.max_score - self.waiting.get(s, 0.0) for s in self.scores}
        return {s: score / graded[s] for s, score in self.scores.items() if graded[s] > 0}

    @property
    def so_far(self) -> str:
        """To be said behind a share, where points wait for a person's grade."""
        return " graded so far" if self.waiting else ""

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
                "carried": e.carried,
                "mistakes": e.mistakes,
                "examples": e.examples,
                "median_seconds": round(e.median_seconds, 4),
            }
            for e in self.exercises
        ]
        names = ("chapter", "max_score", "scores", "repaired", "unreadable", "failed", "faults")
        more = {
            "groups": [vars(group) for group in self.groups],
            "missing": self.register.missing,
            "late": self.register.late,
            "sections": self.register.sections,
            "at_risk": self.at_risk,
            "written": self.written,
            "waiting": self.waiting,
            "elsewhere": self.elsewhere,
            "strangers": self.strangers,
            "before": self.before,
        }
        return {name: getattr(self, name) for name in names} | {"exercises": rows} | more


def collect(course: Course, chapter: str) -> Insights:
    """Insights into a chapter that has been graded, or `CourseError`."""
    api = nbgrader_light.api()
    names = course.notebooks(chapter)
    book = open_gradebook(api, course, create=False)
    with book:
        results = read_results(book, chapter)
        if not results:
            raise CourseError(
                f"nothing of {chapter} has been graded yet. Run: bplab grade {quote(chapter)}"
            )
        notebooks = [n for n in book.find_assignment(chapter).notebooks if n.name in names]
        scores: dict = defaultdict(float)
        for notebook in notebooks:
            for sub in notebook.submissions:
                scores[sub.student.id] += _after_penalty(sub)
        most = sum(n.max_score for n in notebooks)
        found = summarize(chapter, most, results, scores, course.root / own.FOLDER)
        found.register = class_list.register(book, course, chapter)
        found.written, found.waiting = _written(notebooks), risks.waiting(notebooks)
        found.before = _before(book, course, chapter)
        found.at_risk = risks.at_risk(found)
    comments = groups.read_comments(course)
    for group in found.groups:
        group.comment = comments.get(group.key, "")
    _add_examples(found, course)
    return found


def _after_penalty(submission):
    return max(0.0, submission.score - (submission.late_submission_penalty or 0.0))


def _written(notebooks):
    """{cell: {"answered": ids, "empty": ids, "waiting": ids}} of what a person grades."""
    found = {}
    cells = {n.name: [c.name for c in (*n.grade_cells, *n.task_cells)] for n in notebooks}
    shown = apart(cells)
    for submission in (one for notebook in notebooks for one in notebook.submissions):
        for grade in submission.grades:
            by_hand = grade.cell_type == "markdown" or type(grade.cell).__name__ == "TaskCell"
            if not by_hand:
                continue
            name = shown[submission.name, grade.name]
            row = found.setdefault(name, {"answered": [], "empty": [], "waiting": []})
            state = "waiting" if grade.needs_manual_grade else "answered"
            if grade.auto_score is not None and grade.manual_score is None:
                state = "empty"
            row[state].append(submission.student.id)
    return found


def _before(book, course, chapter):
    """The chapter before this one that has been graded: its name, share of points by student."""
    names = [name for name in course.chapters if name < chapter]
    for name in reversed(names):
        try:
            assignment = book.find_assignment(name)
        except Exception:
            continue
        if assignment.submissions and assignment.max_score:
            waits = risks.waiting(assignment.notebooks)
            graded = {
                sub.student.id: (
                    _after_penalty(sub),
                    assignment.max_score - waits.get(sub.student.id, 0.0),
                )
                for sub in assignment.submissions
            }
            shares = {s: round(score / most, 4) for s, (score, most) in graded.items() if most > 0}
            if not shares:
                continue
            return {
                "chapter": name,
                "median": statistics.median(shares.values()),
                "shares": shares,
            }
    return {}


def _add_examples(found, course):
    """One learner's code for each mistake, comments and strings of words taken out."""
    for exercise in found.exercises:
        for mistake, students in exercise.mistakes.items():
            for student in students[:3]:
                folder = course.path("autograded", student, found.chapter)
                # A test of the instructor's own is named after what it tests.
                names = (exercise.known_as, PREFIX.sub("", exercise.known_as))
                path = folder / f"{exercise.notebook}.ipynb"
                if code := examples.of(path, names[0]) or examples.of(path, names[1]):
                    exercise.examples[mistake] = code
                    break


def summarize(chapter: str, max_score: float, results: dict, scores: dict, folder=None) -> Insights:
    """Insights from what was recorded and the scores as they stand.

    results : {student: {notebook: details}};  folder : where the course's own exercises are
    """
    rows = [
        (student, notebook, details)
        for student, notebooks in sorted(results.items())
        for notebook, details in sorted(notebooks.items())
    ]
    several = len({notebook for _, notebook, _ in rows}) > 1
    shown = apart(_exercises(rows))
    exercises: dict[tuple[str, str], ExerciseInsight] = {}
    faults, unexplained = defaultdict(list), dict[str, groups.Group]()
    elsewhere = defaultdict(list)
    strangers: dict[str, list[str]] = {}
    told: dict[str, dict] = {"repaired": {}, "unreadable": {}, "failed": {}}
    for student, notebook, details in rows:
        who = f"{student} ({notebook})" if several else student
        for file, names in details.get("elsewhere", {}).items():
            elsewhere[who].append(f"{', '.join(names)}: in {ascii(file)}")
        if details.get("whose"):
            strangers[who] = [details["whose"]]
        if details["unreadable"]:
            told["unreadable"][who] = details["unreadable"]
            continue
        if details["failed"]:
            told["failed"][who] = details["failed"]
            continue
        if details["repaired"]:
            told["repaired"][who] = details["notes"]
        if details["fault"]:
            faults[details["fault"]].append(who)
        for name, row in details["exercises"].items():
            key = (notebook, name)
            if key not in exercises:
                exercises[key] = ExerciseInsight(shown[key], row["points"], name, notebook)
            _count(exercises[key], student, row)
            said = row.get("carried") or row.get("fault")  # what it is, is known
            if row.get("group") and not said and not _is_named(name, row["mistake"], folder):
                group = groups.Group(row["group"], name, row["mistake"], row.get("told", ""))
                students = unexplained.setdefault(row["group"], group).students
                students += [student] * (student not in students)
    known = {student: round(scores.get(student, 0.0), 2) for student in sorted(results)}
    return Insights(
        chapter,
        max_score,
        [exercises[key] for key in sorted(exercises, key=lambda key: key[0])],
        known,
        faults=dict(faults),
        cpu_seconds=sum(details["cpu_seconds"] for _, _, details in rows),
        groups=sorted(unexplained.values(), key=lambda group: (-len(group.students), group.key)),
        repaired=told["repaired"],
        unreadable=told["unreadable"],
        failed=told["failed"],
        elsewhere=dict(elsewhere),
        strangers=strangers,
        own=folder,
    )


def _exercises(rows):
    """{notebook: names of its exercises}"""
    found = defaultdict(set)
    for _, notebook, details in rows:
        found[notebook] |= set(details["exercises"])
    return found


# Said of an exercise as a whole, where there is nothing to explain.
_PLAIN = (*UNWRITTEN, "not-defined", "no-answers", "not-callable", "marker-failed")


def _is_named(exercise, mistake, folder=None):
    """Whether a name says what was done: of the exercise's own, or of a part inside it."""
    if mistake in _PLAIN or "/" in (mistake or ""):
        return True
    try:
        return mistake in find(exercise, folder).mistakes
    except (LookupError, ValueError):
        return False


def _count(exercise, student, row):
    mistake = row["mistake"]
    if row["passed"]:
        exercise.passed.append(student)
    elif mistake in UNWRITTEN:
        exercise.unwritten.append(student)
    elif row.get("carried"):  # the mistake is another exercise's, and is counted there
        exercise.carried.append(student)
    else:
        (exercise.partly if row["score"] > 0 else exercise.wrong).append(student)
        if row.get("fault") != "not-reached":  # what ended the run is counted where it did
            exercise.mistakes.setdefault(mistake or "test-failed", []).append(student)
    if row["seconds"] is not None and mistake not in UNWRITTEN:
        exercise.seconds.append(row["seconds"])


def ranked(mistakes: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Mistakes, the most frequent first."""
    return sorted(mistakes.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def number(insights: Insights) -> str:
    there, listed = len(insights.scores), len(insights.register.students)
    of = f" of {listed} in the list" if listed > there else ""
    return f"{there} submission{'' if there == 1 else 's'}{of}"


def by_section(insights: Insights) -> dict[str, list[float]]:
    """{section: shares of the points that are graded}, where the course has sections."""
    found = defaultdict(list)
    for student, share in insights.shares.items():
        if insights.register.sections:
            found[insights.register.sections.get(student, "(none)")].append(share)
    return dict(sorted(found.items()))


def points(insights):
    return f"the points{insights.so_far}"


def compared(insights):
    """The middle of the class beside that of the chapter before; "" if there is nothing to say."""
    if not (insights.before and insights.shares):
        return ""
    now = statistics.median(insights.shares.values())
    return (
        f"In the middle {now:.0%} of {points(insights)}; {insights.before['chapter']} had "
        f"{insights.before['median']:.0%}."
    )
