"""Who is in the class: the list, sections, who handed in, when, and what lateness cost."""

import datetime
import unicodedata
from dataclasses import dataclass, field

from ..course import CourseError
from ..lms import sheets
from ..lms.collect import read_ids

SECTIONS = "sections.csv"  # in the course's folder: student id, section
_HEADING = ("student_id", "student", "id")  # a first line may say what the columns are


@dataclass
class Register:
    """One chapter's register.

    students : everybody in the gradebook's list
    handed_in : who handed in
    due : the due date, or None
    late : {student: how late, in words}
    penalty : {student: points taken off}
    spared : {student: why nothing was taken off, though the system marks it late}
    sections : {student: section}
    names : {student: first and last name}, as far as the list has them
    unplaced : names in the course's sections.csv that are nobody's here
    gone : who has a grade, and nothing in submitted/ any more
    """

    students: list = field(default_factory=list)
    handed_in: list = field(default_factory=list)
    due: object = None
    late: dict = field(default_factory=dict)
    penalty: dict = field(default_factory=dict)
    spared: dict = field(default_factory=dict)
    sections: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    unplaced: list = field(default_factory=list)
    gone: list = field(default_factory=list)

    @property
    def missing(self):
        """Of the class's list, who has handed in nothing."""
        there = {_at_a_glance(student) for student in (*self.handed_in, *self.gone)}
        return [student for student in self.students if _at_a_glance(student) not in there]

    @property
    def lookalikes(self):
        """Pairs of ids that look alike: one person, two folders."""
        seen, found = {}, []
        for student in [*self.students, *self.handed_in]:
            other = seen.setdefault(_at_a_glance(student), student)
            if other != student and (other, student) not in found:
                found.append((other, student))
        return found


def _at_a_glance(student):
    """An id without what is not seen: capitals, ends of blanks, how an accent is encoded."""
    return unicodedata.normalize("NFKC", student).strip().casefold()


def register(book, course, chapter):
    """The Register of a chapter, from the open gradebook and the course's folder."""
    listed = sorted(student.id for student in book.students)
    found = Register(listed, course.students(chapter))
    found.sections, found.unplaced = sections(course, [*listed, *found.handed_in])
    for student in book.students:
        name = f"{student.first_name or ''} {student.last_name or ''}".strip()
        if name:
            found.names[student.id] = name
    marked = {s for s, ids in read_ids(course, chapter).items() if ids.get("late")}
    try:
        assignment = book.find_assignment(chapter)
    except Exception:  # it was never released
        return found
    found.due = assignment.duedate
    graded = {submission.student.id for submission in assignment.submissions}
    found.gone = sorted(graded - set(found.handed_in))
    timed = set()
    for submission in assignment.submissions:
        if submission.timestamp is not None:
            timed.add(submission.student.id)
        student, seconds = submission.student.id, submission.total_seconds_late
        if submission.late_submission_penalty:
            found.penalty[student] = submission.late_submission_penalty
        if seconds:
            found.late[student] = how_long(seconds)
    for student in sorted(marked - found.late.keys()):
        found.late[student] = "by the system's mark"
        if lateness_costs(course.config):
            if student not in timed:
                found.spared[student] = "no time of hand-in is known"
            elif found.due is None:
                found.spared[student] = "the chapter has no due date"
            else:
                found.spared[student] = "by its time it came before the due date"
    return found


def lateness_costs(config):
    """Whether the course's configuration takes points off what is late, as far as it can be read:
    a plugin of the course's own may do anything."""
    if "AssignLatePenalties" in config:
        return True
    return config.get("LateSubmissionPlugin", {}).get("penalty_method", "none") != "none"


def sections(course, students):
    """({student: section}, names of nobody) by the course's sections.csv, if there is such a file.

    Of a name that no student has to the letter, who has one that looks the same is meant.
    """
    path = course.root / SECTIONS
    if not path.is_file():
        return {}, []
    read = sheets.read(path).rows if path.stat().st_size else []
    rows = [[cell.strip() for cell in row] for row in read if any(map(str.strip, row))]
    wrong = [row for row in rows if len(row) != 2]
    if wrong:
        raise CourseError(f"{path}: two columns, student id and section; not {wrong[0]}.")
    if rows and rows[0][0] in _HEADING and rows[0][0] not in students:
        rows = rows[1:]
    written = dict(rows)
    known, alike = set(students), {_at_a_glance(student): student for student in students}
    found, unplaced = {}, []
    for student, section in written.items():
        meant = student if student in known else alike.get(_at_a_glance(student))
        if meant is None:
            unplaced.append(student)
        elif meant == student or meant not in written:
            found[meant] = section
    return found, sorted(unplaced)


def how_long(seconds):
    """'3 days', '2 hours', '5 minutes'."""
    length = datetime.timedelta(seconds=float(seconds))
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(length.total_seconds() // size)
        if count:
            return f"{count} {word}{'s' * (count > 1)}"
    return "less than a minute"


def closing(register, unsettled=0, max_named=8):
    """What the end of a run says: what is left for a person, who is missing, who was late."""
    if unsettled:
        one = unsettled == 1
        yield (
            f"{unsettled} submission{'' if one else 's'} wait{'s' if one else ''} for a person: "
            "written answers, tasks, or cells to review, in the formgrader."
        )
    if register.missing:
        yield f"{len(register.missing)} of the list handed in nothing: {some(register.missing)}."
    if register.gone:
        yield (
            f"{len(register.gone)} with a grade, and nothing in submitted/ any more: "
            f"{some(register.gone)}. The grades stay as they are."
        )
    if register.late:
        parts = []
        for student, how in sorted(register.late.items()):
            cost = register.penalty.get(student)
            parts.append(f"{student} ({how}{f', {less(cost)}' if cost else ''})")
        yield f"{len(parts)} late: {some(parts, max_named)}."
    if register.spared:
        parts = [f"{student} ({why})" for student, why in register.spared.items()]
        yield (
            f"late by the system's mark, and nothing was taken off: {', '.join(parts)}. Give the "
            "times with bplab collect CHAPTER FILE.zip --times FILE, or one by hand in "
            "submitted/STUDENT/CHAPTER/timestamp.txt (2026-10-12 23:59:00), or set the due date in "
            "the formgrader, and grade again."
        )
    for one, other in register.lookalikes:
        yield (
            f"{one!r} and {other!r} may be one person: the ids differ in capital letters, blanks "
            "or the code of an accent alone."
        )
    if register.unplaced:
        yield f"{SECTIONS} names who is not in the class: {some(register.unplaced, max_named)}."


def less(points):
    """What lateness cost, in words: '2 points less'."""
    return f"{points:g} point{'' if points == 1 else 's'} less"


def lacking(results, max_named=8):
    """What the end of a run says of chapters with several notebooks: who handed in only some.

    results : {student: {notebook: details}}
    """
    found = []
    for student, notebooks in results.items():
        without = [name for name, details in notebooks.items() if details["unreadable"]]
        if 0 < len(without) < len(notebooks):
            found.append(f"{student} ({', '.join(without)})")
    if found:
        yield (
            f"{len(found)} without a notebook of the several, or with one that cannot be read, "
            f"which counts 0: {some(found, max_named)}."
        )


def elsewhere(results, chapter, max_named=8):
    """What the end of a run says of answers that stand in another file than the one marked.

    results : as in `lacking`
    """
    found = [
        f"{student} ({', '.join(names)} of {notebook}: in {ascii(file)})"
        for student, notebooks in results.items()
        for notebook, details in notebooks.items()
        for file, names in details.get("elsewhere", {}).items()
    ]
    if found:
        yield (
            f"answers in another file than the one marked, so without points: "
            f"{some(found, max_named)}. Nothing was moved: give points in the formgrader, or, "
            "where the notebook itself is missing or empty, put a copy of that file in "
            f"submitted/STUDENT/{chapter}/ under the notebook's name and grade again."
        )


def strangers(results, max_named=8):
    """What the end of a run says of notebooks that are another assignment's.

    results : as in `lacking`
    """
    found = [
        f"{student} ({details['whose']})"
        for student, notebooks in results.items()
        for details in notebooks.values()
        if details.get("whose")
    ]
    if found:
        yield (
            f"{len(found)} handed in what looks like another assignment's notebook: "
            f"{some(found, max_named)}. They were graded as they came."
        )


def some(names, most=8):
    """The first few of them, and how many more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
