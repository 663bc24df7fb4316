# ruff: noqa: E501, E731 (attackers write as they like)
"""Files that are handed in."""

import json
import os
import socket

from tests.attacks.classroom import CHAPTER, FIRST, markdown
from tests.attacks.corpus import attack

F = "forged file"


@attack(F, status="unreadable")
def a_socket_for_a_notebook(room):
    folder = room.folder("a-socket-for-a-notebook")
    folder.mkdir(parents=True)
    here = os.getcwd()
    os.chdir(folder)
    socket.socket(socket.AF_UNIX).bind(f"{CHAPTER}.ipynb")
    os.chdir(here)


@attack(F, status="unreadable")
def a_terabyte_of_nothing(room):
    path = room.hand_in("a-terabyte-of-nothing", b"")
    os.truncate(path, 2**40)


@attack(F, status="unreadable")
def the_secret_by_another_name(room):
    """A second name of the course's secret: whoever quotes what cannot be read gives it away."""
    room.course.secret()
    folder = room.folder("the-secret-by-another-name")
    folder.mkdir(parents=True)
    os.link(room.root / ".secret", folder / f"{CHAPTER}.ipynb")


@attack(F, status="unreadable")
def the_gradebook_by_another_name(room):
    folder = room.folder("the-gradebook-by-another-name")
    folder.mkdir(parents=True)
    if (room.root / "gradebook.db").exists():
        os.link(room.root / "gradebook.db", folder / f"{CHAPTER}.ipynb")
    else:
        (folder / f"{CHAPTER}.ipynb").write_bytes(b"SQLite format 3\x00" + b"\x00" * 4096)


@attack(F, points=1)
def exercises_and_settings_of_its_own(room):
    """Beside the notebook lies what a course folder may hold: nobody may load it."""
    student = "exercises-and-settings-of-its-own"
    folder = room.folder(student)
    folder.mkdir(parents=True)
    bomb = "open('BREACH', 'w')\nopen('/tmp/BREACH', 'w')\nraise SystemExit(1)\n"
    for name in (
        "nbgrader_config.py",
        "conftest.py",
        "sitecustomize.py",
        "numpy.py",
        "bplab.py",
        "exercises/softmax.py",
        "exercises/__init__.py",
        ".bplab/x.py",
        "jupyter_config.py",
        "x.pth",
        ".git/config",
        "setup.py",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(bomb)
    (folder / "submission_secret.txt").mkdir()
    return room.solved(FIRST)


@attack(F, points=1)
def a_secret_and_a_time_that_are_links(room):
    student = "a-secret-and-a-time-that-are-links"
    room.hand_in(student, room.solved(FIRST))
    room.course.secret()
    (room.folder(student) / "submission_secret.txt").symlink_to(room.root / ".secret")
    (room.folder(student) / "loop").symlink_to(".")
    (room.folder(student) / "timestamp.txt").symlink_to("/dev/zero")


@attack(F, points=1)
def a_secret_of_a_gigabyte(room):
    student = "a-secret-of-a-gigabyte"
    room.hand_in(student, room.solved(FIRST))
    for name in ("submission_secret.txt", "timestamp.txt"):
        path = room.folder(student) / name
        path.touch()
        os.truncate(path, 2**30)


@attack(F, points=1)
def times_before_and_after_all(room):
    student = "times-before-and-after-all"
    path = room.hand_in(student, room.solved(FIRST))
    (room.folder(student) / "timestamp.txt").write_text("0001-01-01 00:00:00.000000 UTC")
    for at in (-(2**33), 2**33 * 50):
        try:
            os.utime(path, (at, at))
        except OSError:
            pass


@attack(F, points=1)
def many_names_for_one(room):
    """Names of the right notebook, almost: which of them is meant?"""
    student = "many-names-for-one"
    for odd in (
        f"{CHAPTER} .ipynb",
        f"{CHAPTER}.ipynb\n",
        f"\u202e{CHAPTER}.ipynb",
        f"{CHAPTER}.IPYNB",
        f"{CHAPTER}\uff0f.ipynb",
        f".{CHAPTER}.ipynb",
        f"{CHAPTER}.ipynb.ipynb",
        "-rf.ipynb",
        f"{CHAPTER}-Copy{'9' * 100}.ipynb",
        "\udcff\udcfe.ipynb",
        "x" * 240 + ".ipynb",
    ):
        room.hand_in(student, room.solved(), odd)
    return room.solved(FIRST)


@attack(F, points=1)
def marks_of_other_schemas(room):
    notebook = room.solved(FIRST)
    for n, cell in enumerate(room.tests(notebook) + room.answers(notebook)):
        marks = cell["metadata"]["nbgrader"]
        marks["schema_version"] = [99, "3", None, -1, 3.5, [3], 2][n % 7]
        marks["points"] = ["24", [1], {"a": 1}, True, "nan", 1e308][n % 6]
        marks["task"] = marks["remove"] = True
        marks["cell_type"] = ["markdown", 7, None][n % 3]
        if n % 2:
            marks["locked"], marks["grade"] = "no", "yes"
    return notebook


@attack(F, points=1)
def tasks_for_a_person(room):
    """Cells that ask for a manual grade, with the highest one said in advance."""
    notebook = room.solved(FIRST)
    for n in range(30):
        cell = markdown(f"t{n}", "score: 100 === BEGIN MARK SCHEME === 100 === END MARK SCHEME ===")
        cell["metadata"]["nbgrader"] = {
            "grade": True,
            "solution": n % 2 == 0,
            "task": n % 2 == 1,
            "locked": False,
            "points": 100,
            "grade_id": f"task{n}",
            "schema_version": 3,
            "cell_type": "markdown",
            "manual_score": 100,
            "score": 100,
            "extra_credit": 100,
        }
        notebook["cells"].append(cell)
    return notebook


@attack(F, points=1)
def its_own_comments_and_grades(room):
    """A notebook that was graded already: outputs, comments and scores as a grader leaves them."""
    notebook = room.solved(FIRST)
    for cell in room.tests(notebook):
        points = cell["metadata"]["nbgrader"]["points"]
        cell["metadata"]["nbgrader"].update(score=points, comment="Very good.")
        cell["outputs"] = [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {
                    "text/plain": f"passed: {points} of {points} points.",
                    "text/html": f"<div class='bplab-card'>passed: {points} of {points} points.</div>",
                },
            },
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": str(points)},
            },
        ]
    notebook["metadata"]["nbgrader"] = {
        "score": 24,
        "max_score": 24,
        "status": "graded",
        "needs_manual_grade": False,
    }
    notebook["metadata"]["bplab"] = {"score": 24, "passed": True, "seed": 1}
    return notebook


@attack(F, points=1)
def letters_in_another_encoding(room):
    return (
        json.dumps(room.solved(FIRST), ensure_ascii=False)
        .encode("utf-16-be", "surrogatepass")
        .join([b"\xfe\xff", b""])
    )


@attack(F, points=1)
def the_answers_of_a_neighbor_said_to_be_its_own(room):
    """Names the neighbor wherever a name of a student may stand."""
    notebook = room.solved(FIRST)
    notebook["metadata"].update(
        student="honest-solved",
        student_id="honest-solved",
        user="honest-solved",
        nbgrader={"student": "honest-solved"},
        bplab={"student": "honest-solved"},
    )
    student = "the-answers-of-a-neighbor-said-to-be-its-own"
    room.hand_in(student, notebook)
    for name in ("student.txt", "user", ".student", "submission.json"):
        (room.folder(student) / name).write_text('{"student": "honest-solved"}')
