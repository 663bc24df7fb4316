"""What the results of a run are worth, and how the graded notebook looks.

Nothing in this file runs a learner's code or touches the gradebook.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ...exam.report import Report
from ..book.groups import key_of
from ..sandbox import RunResult
from . import attached, clean
from .cells import defines
from .plan import exam_name, plan
from .repair import Repaired

FAILED = "The grader itself failed here ({}). Nobody has lost a point yet: a person has to look."

LEFT_OUT = "[What stood here took too long to be made safe to look at, and is left out.]\n"


# Marking


def unanswered(name: str, fault) -> Report:
    """The report on an exam cell that brought no answers. fault: why."""
    told = str(fault) if fault is not None else "No answers came back."
    return Report(name, False, 0.0, getattr(fault, "slug", None) or "no-answers", told)


def mark(paper, answers: bytes, explain: bool = True) -> tuple[Report, bool]:
    """The report on the answers to a paper, and whether the marker itself failed.

    explain : whether to say why they are wrong
    """
    exercise = paper.exercise
    try:
        report = exercise.mark(paper, answers, explain)
        if not 0 <= report.score <= 1:
            raise ValueError(f"score {report.score}")
    except MemoryError:
        raise
    except Exception as error:  # a marker that fails must not decide a grade
        told = FAILED.format(f"{type(error).__name__}: {error}"[:200])
        return Report(exercise.name, False, 0.0, "marker-failed", told), True
    return report, False


def points_for(report: Report, points: float) -> float:
    """Points of a report, in hundredths, so that every page shows the same number."""
    if report.passed and report.score == 1:
        return float(points)
    return min(float(points), math.floor(report.score * points * 100 + 0.5) / 100)


# The graded notebook


@dataclass
class Graded:
    """A submission with its marks: the notebook as text, and what goes into the gradebook."""

    notebook: str
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    details: dict


def write_up(repaired: Repaired, stubs: dict[str, str], **results) -> Graded:
    """The graded notebook of a repaired one.

    stubs: released source of every solution cell. results: `run`, a RunResult; `reports`, by id of
    the exam cell; `broken`, ids of cells at which the marker failed; `reason`, why nothing was run;
    `bounded(cell, work)`, which does work that can be expensive, or gives None.
    """
    return _WriteUp(repaired, stubs, **results).graded()


@dataclass
class _WriteUp:
    repaired: Repaired
    stubs: dict[str, str]
    run: RunResult | None = None
    reports: dict[str, Report] = field(default_factory=dict)
    broken: set = field(default_factory=set)
    reason: str | None = None
    bounded: Callable = lambda cell, work: work()
    remarks: dict = field(default_factory=dict)  # an instructor's, by group of answers

    def graded(self) -> Graded:
        self.notes = list(self.repaired.notes)
        self.about = {key: list(value) for key, value in self.repaired.about.items()}
        self.scores: dict[str, float | None] = {}
        self.rows: dict[str, dict] = {}
        self.last_solution, self.untouched = None, False
        self.room = clean.Room()
        self.written: dict = {}
        self.errors: dict = {}
        self.results = self._results()
        if self.repaired.unreadable:
            self.notes.insert(0, f"Nothing could be graded. {self.repaired.unreadable}")
        if self.reason:
            self.notes.insert(0, self.reason)
        elif self.run is not None and self.run.fault is not None:
            self.notes.insert(0, str(self.run.fault))
        for place, cell in enumerate(self.repaired.notebook["cells"]):
            self._cell(cell, self.results.get(place))
        return Graded(self._text(), self.scores, self._comments(), self._details())

    def _results(self):
        if self.run is None:
            return {}
        return dict(zip(plan(self.repaired.notebook).places, self.run.cells, strict=True))

    def _cell(self, cell, result):
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and result is not None:
            cell["outputs"] = self._shown(cell, result.outputs)
            count = result.execution_count
            cell["execution_count"] = count if type(count) is int else None
            self._note_error(cell)
            if result.fault is not None and not marks.get("grade"):
                cell["outputs"].append(clean.stream(f"{result.fault}\n", "stderr"))
        source = cell["source"]
        if marks.get("solution"):
            self.last_solution = marks["grade_id"]
            self.untouched = source == self.stubs.get(marks["grade_id"])
        if cell["cell_type"] == "markdown" and _is_learners(cell):
            written = self.bounded(cell["id"], lambda: _written(cell))
            cell["source"] = LEFT_OUT if written is None else written
        if marks.get("task") or (marks.get("grade") and marks.get("solution")):
            untouched = source == self.stubs.get(marks["grade_id"])
            answered = not untouched and not self.repaired.unreadable
            self.scores[marks["grade_id"]] = None if answered else 0.0
            digest = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
            self.written[marks["grade_id"]] = digest[:16]
        elif marks.get("grade"):
            self._test_cell(cell, marks, result)

    def _shown(self, cell, found):
        shown = self.bounded(cell["id"], lambda: clean.outputs(found, self.room))
        return [clean.stream(LEFT_OUT, "stderr")] if shown is None else shown

    def _note_error(self, cell):
        """An error in a cell is the reason why what it would define is not there.

        What it would define is in its release, too: a slip in the line of the `def` hides the name.
        """
        found = [o for o in cell["outputs"] if o["output_type"] == "error"]
        stub = self.stubs.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), "")
        for name in defines(cell["source"]) | (defines(stub) if found else set()):
            self.errors.pop(name, None)
            if found:
                self.errors[name] = _told_error(found[-1])

    def _with_cause(self, report):
        if report.mistake != "not-defined" or report.exercise not in self.errors:
            return report
        told = f"{report.exercise} was not defined: its cell {self.errors[report.exercise]}"
        return replace(report, observed=told, hints=[told, *report.hints[1:]])

    def _test_cell(self, cell, marks, result):
        name, points = exam_name(cell), float(marks["points"])
        report = self.reports.get(cell["id"])
        if report is None and name is None and result is not None:
            score = _classic(result, points)
            passed, mistake = score == points, None
            told = str(result.fault) if result.fault else ""
        else:
            if report is None:
                why = self.repaired.unreadable or self.reason or "It was not run."
                report = Report(name or marks["grade_id"], False, 0.0, None, why)
            report = self._with_cause(report)
            score = points_for(report, points)
            passed, mistake, told = report.passed, report.mistake, report.observed
            cell["outputs"] = card(report, points, score)
            cell["execution_count"] = cell["execution_count"] or 1
            cell["outputs"][1]["execution_count"] = cell["execution_count"]
        broken = cell["id"] in self.broken or bool(self.reason)
        self.scores[marks["grade_id"]] = None if broken else score
        fault = result.fault if result is not None else None
        was_run = result is not None and fault is None
        if was_run and self.untouched and not passed and mistake in (None, "not-defined"):
            mistake = "not-written"  # a stub that does not even name what is asked
        if fault is not None or cell["id"] in self.broken:
            self.about.setdefault(self.last_solution, []).append(told)
        known = name if name and name not in self.rows else marks["grade_id"]
        group = key_of(known, mistake, told) if mistake and not passed else None
        if group in self.remarks:
            self.about.setdefault(self.last_solution, []).append(self.remarks[group])
        self.rows[known] = {
            "cell": marks["grade_id"],
            "points": points,
            "score": score,
            "passed": passed,
            "mistake": mistake,
            "told": told[:400],
            "carried": report.carried if report is not None else None,
            "group": group,
            "fault": fault.slug if fault is not None else None,
            "seconds": round(result.seconds, 4) if result is not None else None,
        }

    def _text(self):
        notebook = self.repaired.notebook
        if self.notes:
            told = "\n".join(f"- {note}" for note in self.notes)
            notebook["cells"].insert(
                0,
                {
                    "cell_type": "markdown",
                    "id": "bplab-notes",
                    "metadata": {"bplab": {"notes": True}},
                    "source": clean.markdown(f"**About this submission**\n\n{told}"),
                },
            )
        return as_text(notebook)

    def _comments(self):
        """Per solution cell: repairs, faults, no response. What concerns all is at the first."""
        comments = {}
        told = {note for notes in self.about.values() for note in notes} | self.repaired.at_cells
        general = [note for note in self.notes if note not in told]
        for cell in self.repaired.notebook["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if not (marks.get("solution") or marks.get("task")):
                continue
            name = marks["grade_id"]
            lines = general + self.about.get(name, [])
            if marks.get("solution") and cell["source"] == self.stubs.get(name):
                lines = [*lines, "No response."]
            comments[name] = clean.markdown("\n\n".join(lines)) or None
            general = []
        return comments

    def _details(self):
        run = self.run
        ended = run and (run.fault or run.left_out)
        return {
            "score": sum(score or 0.0 for score in self.scores.values()),
            "max_score": sum(row["points"] for row in self.rows.values()),
            "exercises": self.rows,
            "notes": self.notes,
            "repaired": bool(self.repaired.notes),
            "unreadable": self.repaired.unreadable,
            "failed": self.reason,
            "broken": sorted(self.broken),
            "written": self.written,
            "fault": ended.slug if ended is not None else None,
            "cpu_seconds": round(run.cpu_seconds, 4) if run is not None else 0.0,
            "peak_mb": run.peak_bytes // 2**20 if run is not None else 0,
            "wall_seconds": round(run.wall, 4) if run is not None else 0.0,
        }


def as_text(notebook: dict) -> str:
    """A graded notebook as it is written to a file, in the manner of Jupyter."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def card(report: Report, points: float, score: float) -> list[dict]:
    """Outputs of a graded cell: the report to read, and the number that nbgrader reads."""
    shown = {"text/html": report.html(points, unfolded=True), "text/plain": str(report)}
    number = {"text/plain": f"{score:g}" if f"{score:g}" == str(score) else str(score)}
    return [
        {"output_type": "display_data", "data": shown, "metadata": {}},
        {"output_type": "execute_result", "data": number, "metadata": {}, "execution_count": 1},
    ]


_COLORS = re.compile(r"\x1b\[[0-9;]*m")
_ARROW = re.compile(r"^-+> ?\d+ (.*)$", re.MULTILINE)
_SYNTAX = re.compile(r"^  Cell In\[[^\n]*\n(.*)$", re.MULTILINE)


def _told_error(output):
    """An error as a sentence's end, with the line of the cell where it came up."""
    trace = _COLORS.sub("", "\n".join(output["traceback"]))
    line = _ARROW.search(trace) or _SYNTAX.search(trace)
    where = f", in the line: {line[1].strip()[:120]}" if line else ""
    message = _COLORS.sub("", output["evalue"]).split("\n")[0][:200]
    return f"stopped with {output['ename']}: {message}{where}"


def _written(cell):
    return attached.markdown(cell["source"], cell.get("attachments"))


def _is_learners(cell):
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("solution")) or bool(cell["metadata"].get("bplab", {}).get("own"))


def _classic(result, points):
    """Points of an instructor's own test cell, by nbgrader's rule, but never for a nan."""
    if result.fault is not None:
        return 0.0
    for output in result.outputs:
        if output.get("output_type") == "error":
            return 0.0
        if output.get("output_type") == "execute_result":
            try:
                value = float(output["data"]["text/plain"])
            except (KeyError, TypeError, ValueError):
                return points
            return value if 0 <= value <= points else 0.0
    return points
