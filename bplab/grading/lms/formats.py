"""The files that other systems import, made from nothing but the gradebook.

csv : the columns of `nbgrader export`
exercises : a row a learner, a column an exercise
canvas : Student, ID, SIS User ID, SIS Login ID, Section, then one column an assignment, and the
    row *Points Possible*. A column Canvas does not know becomes a new assignment.
moodle : Username, ID number, names, email, per chapter a grade and a feedback column, to be mapped
    in Moodle's import form.
brightspace : OrgDefinedId and Username, "NAME Points Grade", and the End-of-Line Indicator
blackboard : Last Name, First Name, Username, one column an item. A column without Blackboard's
    own number becomes a new one.
gradescope : First Name, Last Name, SID, Email, then score and Max Points of each assignment
openedx : username and points, for the staff-graded block

To fill columns that exist in the other system, give the file it exports: `bplab.grading.lms.fill`.
Who handed in nothing has an empty cell (in csv: 0, as nbgrader has it).
"""

from .sheets import as_page

_CSV = (
    "assignment duedate timestamp student_id last_name first_name email raw_score "
    "late_submission_penalty score max_score needs_manual_grade"
).split()


def rows(grades, to):
    """The rows of one of FORMATS."""
    return list(FORMATS[to](grades))


def full_name(person):
    """Last, First; or the id."""
    parts = (person["last_name"], person["first_name"])
    return ", ".join(part for part in parts if part) or person["id"]


def _csv(grades):
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


def _exercises(grades):
    """Points of each graded cell; two chapters may have cells of one name."""
    columns = [
        (chapter, name, worth)
        for chapter in grades.points
        for name, worth in grades.exercises(chapter).items()
    ]
    yield [
        *("student_id", "last_name", "first_name", "email", "section"),
        *(f"{chapter}/{name} ({worth:g})" for chapter, name, worth in columns),
        *(f"{chapter} ({points:g})" for chapter, points in grades.points.items()),
    ]
    for person in grades.students:
        cells = []
        for chapter, name, _ in columns:
            standing = grades.of(chapter, person["id"])
            cells.append(standing.exercises.get(name, (None,))[0])
        totals = [grades.of(chapter, person["id"]).score for chapter in grades.points]
        about = [person[key] for key in ("id", "last_name", "first_name", "email")]
        yield [*about, person.get("section", ""), *cells, *totals]


def _canvas(grades):
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *grades.points]
    yield ["    Points Possible", "", "", "", "", *grades.points.values()]
    for person in grades.students:
        scores = [grades.of(chapter, person["id"]).score for chapter in grades.points]
        section = person.get("section", "")
        yield [full_name(person), person["lms_user_id"], "", person["id"], section, *scores]


def _moodle(grades):
    columns = [part for name in grades.points for part in (name, f"{name} (feedback)")]
    yield ["Username", "ID number", "First name", "Last name", "Email address", *columns]
    for person in grades.students:
        row = [person["id"], person["lms_user_id"], person["first_name"], person["last_name"]]
        row.append(person["email"])
        for chapter in grades.points:
            standing = grades.of(chapter, person["id"])
            row += [standing.score, as_page(standing.feedback)]
        yield row


def _brightspace(grades):
    columns = [f"{name} Points Grade" for name in grades.points]
    yield ["OrgDefinedId", "Username", *columns, "End-of-Line Indicator"]
    for person in grades.students:
        scores = [grades.of(chapter, person["id"]).score for chapter in grades.points]
        yield ["", person["id"], *scores, "#"]


def _blackboard(grades):
    columns = [f"{name} [Total Pts: {points:g} Score]" for name, points in grades.points.items()]
    yield ["Last Name", "First Name", "Username", *columns]
    for person in grades.students:
        scores = [grades.of(chapter, person["id"]).score for chapter in grades.points]
        yield [person["last_name"], person["first_name"], person["id"], *scores]


def _gradescope(grades):
    columns = [part for name in grades.points for part in (name, f"{name} - Max Points")]
    yield ["First Name", "Last Name", "SID", "Email", "Sections", *columns]
    for person in grades.students:
        row = [person["first_name"], person["last_name"], person["id"], person["email"]]
        row.append(person.get("section", ""))
        for chapter, points in grades.points.items():
            row += [grades.of(chapter, person["id"]).score, points]
        yield row


def _openedx(grades):
    (chapter,) = grades.points
    yield ["username", "points"]
    for person in grades.students:
        score = grades.of(chapter, person["id"]).score
        if score is not None:
            yield [person["id"], score]


FORMATS = {
    "csv": _csv,
    "exercises": _exercises,
    "canvas": _canvas,
    "moodle": _moodle,
    "brightspace": _brightspace,
    "blackboard": _blackboard,
    "gradescope": _gradescope,
    "openedx": _openedx,
}
ONE_CHAPTER = ("openedx",)  # a file of theirs holds one item
