"""Fill the file that another system exported: its own columns, its own rows, its own ids.

The surest way back: what a system wrote itself it reads again, and no new column appears. Rows of
learners without a grade keep what stands there.
"""

import re
from dataclasses import dataclass, field

from ...exercises import nearest
from ..course import CourseError
from . import people, worksheet
from .sheets import Sheet, as_mark, as_page


@dataclass(frozen=True)
class Way:
    """How one system's file is filled.

    keys : (heading, what a learner has there), tried in this order
    about : headings that are never a grade
    title : pattern of a grade column's heading; groups `title` and, where there is one, `number`
    feedback : heading of the column for words, where the file has one
    kept : headings of what goes back beside the grades; None keeps every column
    marks : headings of what the system checks when it reads the file again, beside `keys`
    """

    keys: tuple
    about: tuple
    title: str = r"(?P<title>.+)"
    feedback: str | None = None
    kept: tuple | None = None
    marks: tuple = ()


WAYS = {
    "canvas": Way(
        keys=(("ID", "number"), ("SIS Login ID", "id"), ("SIS User ID", "id"), ("Student", "name")),
        about=("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account"),
        title=r"(?P<title>.+?)\s*\((?P<number>\d+)\)",
        # Where names are shown in two parts its file begins with two columns for them.
        kept=("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section"),
    ),
    "moodle": Way(
        keys=(
            *(("Identifier", "identifier"), ("Username", "id"), ("ID number", "number")),
            *(("Email address", "email"), ("Full name", "name")),
        ),
        about=(
            *("Identifier", "Full name", "Email address", "Status", "Maximum Grade"),
            *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
            *("Feedback comments", "Username", "ID number", "First name", "Last name"),
        ),
        feedback="Feedback comments",
    ),
    "brightspace": Way(
        keys=(("Username", "id"), ("OrgDefinedId", "number"), ("Email", "email")),
        about=("OrgDefinedId", "Username", "Last Name", "First Name", "Email", "Section"),
        title=r"(?P<title>.+?) Points Grade(?: <.*>)?",
        kept=("OrgDefinedId", "Username", "End-of-Line Indicator"),
    ),
    "blackboard": Way(
        keys=(("Username", "id"), ("User Name", "id"), ("Student ID", "number")),
        about=("Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"),
        title=r"(?P<title>.+?) \[Total Pts: .*?\](?: \|(?P<number>\d+))?",
        kept=("Last Name", "First Name", "Username", "Student ID"),
    ),
    "gradescope": Way(
        keys=(("SID", "id"), ("Email", "email"), ("Name", "name")),
        about=("First Name", "Last Name", "SID", "Email", "Sections", "Name"),
    ),
    "openedx": Way(
        keys=(("username", "id"), ("student_uid", "number"), ("email", "email")),
        about=("user_id", "username", "student_uid", "full_name", "email", "enrolled", "track"),
        title=r"(?P<title>points|new_override-(?P<number>.+))",
        marks=("user_id", "block_id", "course_id", "csum"),  # csum, such as @4f2a, is of these
    ),
}


@dataclass
class Filled:
    """The rows to write, and what could not be placed."""

    sheet: Sheet
    columns: dict  # chapter: heading
    filled: int = 0
    missing: list = field(default_factory=list)  # students with a grade and no row
    unknown: int = 0  # rows of nobody in the gradebook
    worth: dict = field(default_factory=dict)  # chapter: points there, where they are not ours
    above: list = field(default_factory=list)  # students with more than the column is worth there


def fill(grades, to, sheet, columns=None, ids=None):
    """A Filled: `sheet` with the grades in it.

    columns : {chapter: heading, title or number in the file}; default: the title is the chapter's
    ids : {chapter: {student: {"identifier": ...}}} kept by `bplab collect`
    """
    if to not in WAYS:
        raise CourseError(f"a file of {to} cannot be filled.{nearest(to, WAYS)}")
    way, columns = WAYS[to], columns or {}
    if to == "moodle":
        sheet.places = worksheet.places(sheet)
    places = {
        chapter: _place(sheet, way, chapter, columns.get(chapter)) for chapter in grades.points
    }
    _each_its_own(places, sheet)
    rows = _rows_of(sheet, way, grades, ids or {})
    out = Filled(sheet, {chapter: sheet.rows[0][at] for chapter, at in places.items()})
    for chapter, at in places.items():
        there = _worth(sheet, at)
        if there is None:
            continue
        if abs(there - grades.points[chapter]) > 1e-6:
            out.worth[chapter] = there
        scores = ((student, grades.of(chapter, student).score) for student in sorted(rows))
        out.above += [student for student, score in scores if (score or 0.0) > there + 1e-6]
    words = sheet.column(way.feedback) if way.feedback else None
    known = set()
    for student, row in rows.items():
        known.add(id(row))
        row += [""] * (len(sheet.rows[0]) - len(row))
        for chapter, at in places.items():
            standing = grades.of(chapter, student)
            if standing.score is None:
                continue
            row[at], out.filled = standing.score, out.filled + 1
            if words is not None:
                row[words] = as_page(standing.feedback)
    graded = {
        person["id"]
        for person in grades.students
        if any(grades.of(chapter, person["id"]).score is not None for chapter in places)
    }
    out.missing = sorted(graded - set(rows))
    out.unknown = sum(
        id(row) not in known and _is_a_learner(sheet, way, row) for row in sheet.rows[1:]
    )
    for heading in (*(key for key, what in way.keys if what != "name"), *way.marks):
        if (at := sheet.column(heading)) is not None:
            for row in (row for row in sheet.rows[1:] if at < len(row)):
                row[at] = as_mark(row[at])
    if way.kept is not None:
        out.sheet = _only(sheet, way, places)
    return out


def _each_its_own(places, sheet):
    """Two chapters in one column would be the later one's grades under the earlier one's name."""
    for chapter, at in places.items():
        others = [name for name, other in places.items() if other == at and name != chapter]
        if others:
            raise CourseError(
                f"{chapter} and {others[0]} would both go into the column {sheet.rows[0][at]!r}. "
                f"Name the chapter that it is, or say --column {chapter}=TITLE for each."
            )


def _place(sheet, way, chapter, wanted):
    """The column of a chapter in the file."""
    found = _grade_columns(sheet, way)
    wanted_text = _plain(wanted if wanted is not None else chapter)
    for test in (
        lambda heading, title, number: wanted is not None and number == str(wanted),
        lambda heading, title, number: heading == wanted,
        lambda heading, title, number: _plain(title) == wanted_text,
        lambda heading, title, number: wanted is None and wanted_text in _plain(title),
    ):
        hits = [at for at, heading, title, number in found if test(heading, title, number)]
        if len(hits) == 1:
            return hits[0]
    if wanted is None and len(found) == 1:
        return found[0][0]
    if not found:
        raise CourseError(
            f"the file has no column that takes a grade of {chapter}: is it the one that the "
            "system exported, and is the assignment in it?"
        )
    there = ", ".join(repr(heading) for _, heading, _, _ in found)
    raise CourseError(
        f"which column is {chapter}? Say --column {chapter}=TITLE or its number. The file has: "
        f"{there}"
    )


def _worth(sheet, at):
    """What a column is worth in the other system, as far as its file says so."""
    heading = sheet.rows[0][at]
    found = re.search(r"(?:MaxPoints:|Total Pts: )\s*([\d.,]+)", heading)
    column = sheet.column("Maximum Grade", f"{heading} - Max Points")
    if found:
        cells = [found[1]]
    elif column is not None:
        cells = [row[column] for row in sheet.rows[1:] if column < len(row)]
    else:
        possible = [row for row in sheet.rows[1:] if "Points Possible" in map(str.strip, row)]
        cells = [row[at] for row in possible if at < len(row)]
    for cell in cells:
        try:
            return float(cell.replace(",", "."))
        except ValueError:
            continue
    return None


def _grade_columns(sheet, way):
    about = {name.casefold() for name in (*way.about, "section", "sections")}
    found, known = [], sheet.places.get("Grade")
    for at, heading in enumerate(sheet.rows[0]):
        if known is not None and at != known:
            continue
        match = re.fullmatch(way.title, heading.strip())
        if match and heading.strip().casefold() not in about:
            groups = match.groupdict()
            found.append((at, heading, groups["title"], groups.get("number")))
    return found


def _plain(text):
    return "".join(c for c in str(text).casefold() if c.isalnum())


def _rows_of(sheet, way, grades, ids):
    """{student: row}, by the first key that names exactly one."""
    found = {}
    for heading, what in way.keys:
        at = sheet.column(heading)
        if at is None:
            continue
        by_value = {}
        for row in sheet.rows[1:]:
            value = row[at].strip().lstrip("#") if at < len(row) else ""
            if value:
                by_value.setdefault(_value(what, value), []).append(row)
        taken = {id(row) for row in found.values()}
        for person in grades.students:
            if person["id"] in found:
                continue
            for value in _values(what, person, ids):
                rows = by_value.get(value, [])
                if len(rows) == 1 and id(rows[0]) not in taken:
                    found[person["id"]] = rows[0]
                    taken.add(id(rows[0]))
                    break
    return found


def _value(what, text):
    if what == "identifier":  # "Participant 5001", in whatever language
        return re.search(r"\d*$", text)[0] or text.casefold()
    return "".join(sorted(people.words(text))) if what == "name" else people.same(text)


def _values(what, person, ids):
    if what == "identifier":
        kept = [of.get(person["id"], {}).get("identifier", "") for of in ids.values()]
        return [_value(what, value) for value in kept if value]
    if what == "name":
        return [_value("name", f"{person['first_name']} {person['last_name']}")]
    text = {"number": person["lms_user_id"], "id": person["id"], "email": person["email"]}[what]
    return [people.same(text)] if text else []


def _is_a_learner(sheet, way, row):
    at = sheet.column(*(heading for heading, _ in way.keys[:2]))
    return at is not None and at < len(row) and bool(row[at].strip())


def _only(sheet, way, places):
    """The file with its ids and the filled columns alone, so that nothing else is written over."""
    kept = [sheet.column(name) for name in way.kept if name != "End-of-Line Indicator"]
    order = [at for at in kept if at is not None] + sorted(places.values())
    end = sheet.column("End-of-Line Indicator")
    order += [end] if end is not None else []
    rows = [[row[at] if at < len(row) else "" for at in order] for row in sheet.rows]
    return Sheet(rows, sheet.delimiter, sheet.encoding)
