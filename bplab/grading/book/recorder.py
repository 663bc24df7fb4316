"""Record what was graded: one writer, one connection, one transaction per submission.

Scores and comments go into nbgrader's own tables. Beside them stands one table of ours, written in
the same transaction: what was graded (a digest), so that a run that was cut off knows what it has
done; and what came of it in detail, for `bplab insights`. The autograded notebook is put in its
place, whole, before the transaction is committed: a run that dies in between has not recorded the
digest, and does that submission again.
"""

import contextlib
import datetime
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from .. import nbgrader_light
from ..course import Course, CourseError
from . import changes
from .gradebook import TABLE, enter, hide_password, open_gradebook, why, without_password

NO_FILE = -1  # in place of a graded notebook's size


@dataclass
class Outcome:
    """What is recorded of one submission.

    scores: per graded cell, the points, or None where a human has to grade.
    comments: per solution cell, what the grader says there, or None.
    """

    student: str
    notebook: str
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    digest: str
    details: dict
    timestamp: datetime.datetime | None = None
    timestamp_text: str | None = None
    secret: str | None = None


class Recorder:
    """The writer for one chapter. A context manager; to be used from one thread."""

    def __init__(self, course: Course, chapter, accept_changes: bool = False):
        self.accept_changes = accept_changes
        self.course, self.chapter = course, chapter.name
        self.name, self.release = chapter.notebook_name, chapter.release

    def __enter__(self):
        self.api = nbgrader_light.api()
        self.book = open_gradebook(self.api, self.course)
        try:
            self.session = self.book.db
            TABLE.create(self.book.engine, checkfirst=True)
            self.cells = self._cells()
            self.notebooks, self.duedate = self._of_assignment()
            # What nobody has chosen is loaded when somebody is late.
            chosen = "AssignLatePenalties" in self.course.config
            self.plugin = self._late_plugin() if chosen else None
            self._sweep()
        except BaseException as error:
            self.book.close()
            if isinstance(error, (OSError, sa.exc.SQLAlchemyError)):
                told = without_password(why(error), self.course.db_url)
                told = f"the gradebook {hide_password(self.course.db_url)}: {told}"
                raise CourseError(told) from error
            raise
        return self

    def __exit__(self, *exc):
        self.book.close()

    # What the gradebook knows of the chapter

    def _cells(self):
        changes.enter_notebooks(self)
        known = self._known()
        wanted = changes.shapes(self.release)
        if known.shapes == wanted:
            return known
        if not self.accept_changes and changes.has_submissions(self):
            changes.refuse(self, known.shapes, wanted)
        changes.make_way(self, known, wanted)
        enter(self.book, self.api, self.chapter, self.name, self.release)
        return self._known()

    def _known(self):
        cells = changes.cells_of(self.book, self.chapter, self.name)
        self.session.rollback()
        return cells

    def _of_assignment(self):
        """The ids of its notebooks, and when it is due."""
        table = self.api.Notebook.__table__
        wanted = sa.select(table.c.id).where(table.c.assignment_id == self.cells.assignment)
        notebooks = list(self.session.execute(wanted).scalars())
        duedate = self.session.get(self.api.Assignment, self.cells.assignment).duedate
        self.session.rollback()
        return notebooks, duedate

    def _late_plugin(self):
        from nbgrader.preprocessors import AssignLatePenalties

        try:
            with self.course.importable():
                preprocessor = AssignLatePenalties(config=self.course.config)
                preprocessor.init_plugin()
        except Exception as error:
            raise CourseError(
                f"the late penalty's plugin does not load: {type(error).__name__}: {error}"
            ) from error
        return preprocessor.plugin_inst

    # What has been done already

    def done(self) -> dict[str, str]:
        """Digest of each student's last recorded submission, if all of it is still as recorded."""
        api, table = self.api, TABLE
        sub, book, grade = (
            m.__table__ for m in (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade)
        )
        totals = (
            sa.select(sub.c.student_id, sa.func.coalesce(sa.func.sum(grade.c.auto_score), 0.0))
            .select_from(sub.join(book, book.c.assignment_id == sub.c.id))
            .outerjoin(grade, grade.c.notebook_id == book.c.id)
            .where(book.c.notebook_id == self.cells.notebook)
            .group_by(sub.c.student_id)
        )
        total = {student: value for student, value in self.session.execute(totals)}
        rows = sa.select(table.c.student, table.c.digest, table.c.total, table.c.size).where(
            table.c.assignment == self.chapter, table.c.notebook == self.name
        )
        done = {}
        for student, digest, points, size in self.session.execute(rows):
            if student in total and abs(total[student] - points) < 1e-6:
                if size >= 0 and self._size(student) == size:
                    done[student] = digest
        self.session.rollback()
        return done

    def standing(self, student: str) -> tuple[float, dict]:
        """A student's score as the gradebook has it now, and the recorded details."""
        row = sa.select(TABLE.c.details).where(*self._key(student))
        details = json.loads(self.session.execute(row).scalar_one_or_none() or "{}")
        try:
            notebook = self.book.find_submission_notebook(self.name, self.chapter, student)
            score = notebook.score - self._renewed(student, notebook)
        except self.api.MissingEntry:
            score = 0.0
        self.session.rollback()
        self.session.expunge_all()
        return score, details

    def _renewed(self, student, notebook):
        """The late penalty, reckoned anew: a person may have given points since it was."""
        table, score = self.api.SubmittedAssignment.__table__, notebook.score
        before, key = notebook.late_submission_penalty, notebook.id
        if self.duedate is None:
            return before or 0
        submission = self._one(sa.select(table).where(table.c.id == notebook.assignment_id))
        penalty = self._penalty(student, submission, score)
        if (penalty or 0) != (before or 0):
            notebooks = self.api.SubmittedNotebook.__table__
            self._set(notebooks, key, late_submission_penalty=penalty)
            self.session.commit()
        return penalty or 0

    def _key(self, student):
        key = {"assignment": self.chapter, "notebook": self.name, "student": student}
        return [TABLE.c[name] == value for name, value in key.items()]

    def due(self) -> dict[str | None, str]:
        """When the chapter is due: for everybody under None, and for students with an extension."""
        api = self.api
        sub = api.SubmittedAssignment.__table__
        query = sa.select(sub.c.student_id, sub.c.extension).where(
            sub.c.assignment_id == self.cells.assignment, sub.c.extension.is_not(None)
        )
        due = {student: f"{self.duedate}+{extra}" for student, extra in self.session.execute(query)}
        self.session.rollback()
        return {None: str(self.duedate), **due}

    # Recording

    def record(self, outcome: Outcome, size: int | None = None) -> float:
        """Write one submission: its notebook, then everything else in one transaction.

        size: in bytes, of the notebook that nbgrader is going to write in our place, or NO_FILE.
        Returns the score as the gradebook now has it, manual grades and penalty included.
        """
        if size is None:
            self._write(outcome)
            size = self._size(outcome.student)
        try:
            score = self._transaction(outcome, size)
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise
        return score

    def _transaction(self, outcome, size):
        submission, new = self._submission(outcome)
        notebook = self._submitted_notebook(submission["id"], new)
        changed = set() if new else self._rewritten(outcome)
        score = self._grades(notebook, outcome.scores, new, changed)
        self._comments(notebook, outcome.comments, new)
        penalty = self._penalty(outcome.student, submission, score)
        if penalty is not None or not new:
            table = self.api.SubmittedNotebook.__table__
            self._set(table, notebook, late_submission_penalty=penalty)
        self.session.execute(TABLE.delete().where(*self._key(outcome.student)))
        row = {
            "assignment": self.chapter,
            "notebook": self.name,
            "student": outcome.student,
            "digest": outcome.digest,
            "total": sum(s for s in outcome.scores.values() if s is not None),
            "size": size,
            "details": json.dumps(outcome.details),
        }
        self.session.execute(TABLE.insert().values(row))
        return score - (penalty or 0)

    def _submission(self, outcome):
        """The submission's row, and whether it is new: then nothing else of it is there yet."""
        api, student = self.api, outcome.student
        people, table = api.Student.__table__, api.SubmittedAssignment.__table__
        where = [table.c.assignment_id == self.cells.assignment, table.c.student_id == student]
        found = self._one(sa.select(table).where(*where))
        if found is not None:
            if outcome.timestamp is not None:
                self._set(table, found["id"], timestamp=outcome.timestamp)
                found["timestamp"] = outcome.timestamp
            return found, False
        if self._one(sa.select(people.c.id).where(people.c.id == student)) is None:
            self.session.execute(people.insert().values(id=student))
        row = {
            "id": api.new_uuid(),
            "assignment_id": self.cells.assignment,
            "student_id": student,
            "timestamp": outcome.timestamp,
        }
        self.session.execute(table.insert().values(row))
        return {**row, "extension": None}, True

    def _submitted_notebook(self, submission, new):
        """Its id; the chapter's other notebooks get their rows, too."""
        table, have = self.api.SubmittedNotebook.__table__, {}
        if not new:
            rows = sa.select(table.c.notebook_id, table.c.id)
            rows = self.session.execute(rows.where(table.c.assignment_id == submission))
            have = dict(tuple(row) for row in rows)
        missing = [
            {
                "id": self.api.new_uuid(),
                "notebook_id": notebook,
                "assignment_id": submission,
                "flagged": False,
            }
            for notebook in self.notebooks
            if notebook not in have
        ]
        if missing:
            self.session.execute(table.insert(), missing)
        return (have | {row["notebook_id"]: row["id"] for row in missing})[self.cells.notebook]

    def _rewritten(self, outcome) -> set:
        """Written answers that are not those of the last time: whoever graded one looks again."""
        row = sa.select(TABLE.c.details).where(*self._key(outcome.student))
        before = json.loads(self.session.execute(row).scalar_one_or_none() or "{}")
        before, now = before.get("written", {}), outcome.details.get("written", {})
        return {name for name in before if name in now and before[name] != now[name]}

    def _rows(self, table, notebook, new):
        """What a table has of a notebook, by cell."""
        if new:
            return {}
        rows = self.session.execute(sa.select(table).where(table.c.notebook_id == notebook))
        return {row.cell_id: row for row in rows}

    def _grades(self, notebook, scores, new, changed):
        """Set the automatic scores; what humans gave stays. Returns the resulting score."""
        table = self.api.Grade.__table__
        have = self._rows(table, notebook, new)
        added, total = [], 0.0
        for name, cell in self.cells.graded.items():
            old, auto = have.get(cell), scores.get(name)
            if old is None:
                added.append(
                    {
                        "id": self.api.new_uuid(),
                        "cell_id": cell,
                        "notebook_id": notebook,
                        "auto_score": auto,
                        "needs_manual_grade": auto is None,
                    }
                )
                total += auto or 0.0
                continue
            if old.manual_score is None:
                review = auto is None
            else:
                review = old.needs_manual_grade or old.auto_score != auto or name in changed
            if (old.auto_score, old.needs_manual_grade) != (auto, review):
                self._set(table, old.id, auto_score=auto, needs_manual_grade=review)
            given = auto if old.manual_score is None else old.manual_score
            total += (given or 0.0) + ((old.extra_credit or 0.0) if given is not None else 0.0)
        if added:
            self.session.execute(table.insert(), added)
        return total

    def _comments(self, notebook, comments, new):
        table = self.api.Comment.__table__
        have = self._rows(table, notebook, new)
        added = []
        for name, cell in self.cells.commented.items():
            text = comments.get(name)
            if cell not in have:
                added.append(
                    {
                        "id": self.api.new_uuid(),
                        "cell_id": cell,
                        "notebook_id": notebook,
                        "auto_comment": text,
                    }
                )
            elif have[cell].auto_comment != text:
                self._set(table, have[cell].id, auto_comment=text)
        if added:
            self.session.execute(table.insert(), added)

    def _penalty(self, student, submission, score):
        """The late penalty that the configured plugin gives, held between nothing and the score."""
        if self.duedate is None or submission["timestamp"] is None:
            return None
        late = (submission["timestamp"] - self.duedate).total_seconds()
        if submission["extension"] is not None:
            late -= submission["extension"].total_seconds()
        if late <= 0:
            return None
        self.plugin = self.plugin or self._late_plugin()
        penalty = self.plugin.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(penalty, 0), score)

    def _one(self, query):
        row = self.session.execute(query).mappings().one_or_none()
        return None if row is None else dict(row)

    def _set(self, table, key, **values):
        self.session.execute(table.update().where(table.c.id == key).values(**values))

    # Files

    def _folder(self, student) -> Path:
        return self.course.path("autograded", student, self.chapter)

    def _size(self, student):
        try:
            return (self._folder(student) / f"{self.name}.ipynb").stat().st_size
        except OSError:
            return NO_FILE

    @property
    def _parts(self):
        return self.course.root / ".bplab"

    def _sweep(self):
        """Remove what a run that was killed left half-written."""
        self._parts.mkdir(exist_ok=True)
        for part in self._parts.glob("*.part"):
            with contextlib.suppress(OSError):
                part.unlink()

    def _write(self, outcome):
        folder = self._folder(outcome.student)
        folder.mkdir(parents=True, exist_ok=True)
        if self.course.groupshared:
            for place in (folder, folder.parent):
                with contextlib.suppress(OSError):
                    place.chmod(0o2775)
        self._put(folder / f"{self.name}.ipynb", outcome.notebook)
        if outcome.timestamp is not None:
            self._put(folder / "timestamp.txt", outcome.timestamp_text + "\n")
        if outcome.secret is not None:  # nbgrader names the feedback of a submission after it
            self._put(folder / "submission_secret.txt", outcome.secret)

    def _put(self, path, text):
        part = self._parts / f"{secrets.token_hex(8)}.part"
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        part.chmod(0o664 if self.course.groupshared else 0o444)
        os.replace(part, path)  # a power cut may still lose it; then its size is not as recorded
