"""Attacks by the file that is handed in: what it says of itself, and what kind of file it is."""

import json
import os
import zipfile
from io import BytesIO

from tests.attacks.classroom import CHAPTER, FIRST, POINTS, code, markdown
from tests.attacks.corpus import attack

N = "notebook"
ALL = POINTS


@attack(N, told="was edited")
def tests_edited(room):
    notebook = room.released()
    for cell in room.tests(notebook):
        cell["source"] = f"{cell['metadata']['nbgrader']['points']}.0"
    return notebook


@attack(N, points=ALL, told="was not handed in")
def tests_deleted_from_a_solved_one(room):
    notebook = room.solved()
    tests = room.tests(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in tests]
    return notebook


@attack(N, told="more than once")
def tests_duplicated(room):
    notebook = room.released()
    for cell in room.tests(notebook):
        double = json.loads(json.dumps(cell)) | {"source": "1e9", "id": f"double-{cell['id']}"}
        notebook["cells"] += [double, double]
    return notebook


@attack(N, told="grading marks")
def tests_that_are_answers(room):
    """Flags turned round: every test a solution cell, with a checksum that fits nothing."""
    notebook = room.released()
    for cell in room.tests(notebook):
        marks = cell["metadata"]["nbgrader"]
        marks.update(solution=True, grade=False, locked=False, checksum="0" * 32)
        cell["source"] = "1e9"
    return notebook


@attack(N, told="grading marks")
def points_raised(room):
    notebook = room.released()
    for cell in room.tests(notebook):
        cell["metadata"]["nbgrader"].update(points=1e9, checksum="f" * 32)
    return notebook


@attack(N, points=1)
def points_of_nan(room):
    notebook = room.solved(FIRST)
    for number, cell in enumerate(room.tests(notebook)):
        cell["metadata"]["nbgrader"]["points"] = [float("nan"), float("inf"), 10**400, -5][
            number % 4
        ]
    return json.dumps(notebook).encode()


@attack(N, points=1)
def bonus_tests_added(room):
    """Test cells of the learner's own, worth a hundred points, for exercises that are easy."""
    notebook = room.solved(FIRST)
    for number in range(5):
        cell = code(f"check_bonus{number}", f"check({FIRST})")
        cell["metadata"]["nbgrader"] = {
            **{"grade": True, "solution": False, "locked": True, "task": False, "points": 100},
            **{"grade_id": f"check_bonus{number}", "schema_version": 3, "cell_type": "code"},
        }
        notebook["cells"].insert(8, cell)
    return notebook


@attack(N, points=1)
def ids_rotated(room):
    """Each test cell carries the id and the points of another: all are the easy one."""
    notebook = room.solved(FIRST)
    for cell in room.tests(notebook):
        cell["id"] = f"check_{FIRST}"
        cell["source"] = f"check({FIRST})"
    for cell in room.answers(notebook)[1:]:
        cell["metadata"]["nbgrader"]["grade_id"] = FIRST
    return notebook


@attack(N, points=ALL)
def everything_in_reverse(room):
    """A solved notebook with its cells in the opposite order."""
    notebook = room.solved()
    notebook["cells"].reverse()
    return notebook


@attack(N)
def tags_that_skip(room):
    notebook = room.released()
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["explore", "skip-execution", "raises-exception", "hide-cell"]
    return notebook


@attack(N, points=ALL, told="bash")
def a_foreign_kernel(room):
    notebook = room.solved()
    spec = {"name": "../../bin/sh", "language": "bash", "display_name": "<b>bash</b>"}
    notebook["metadata"] = {"kernelspec": spec, "language_info": {"name": "bash"}}
    return notebook


@attack(N, points=ALL)
def format_3(room):
    notebook = room.solved()
    cells = []
    for cell in notebook["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        old["input" if cell["cell_type"] == "code" else "source"] = cell["source"].splitlines(True)
        if cell["cell_type"] == "code":
            old |= {"language": "python", "outputs": [], "collapsed": False, "prompt_number": 1}
        cells.append(old)
    book = {"metadata": {"name": "../../x"}, "nbformat": 3, "nbformat_minor": 0}
    return book | {"worksheets": [{"cells": cells, "metadata": {}}]}


@attack(N, points=1)
def format_of_the_future(room):
    notebook = room.solved(FIRST)
    return notebook | {"nbformat": 10**9, "nbformat_minor": -1}


@attack(N, points=1)
def outputs_of_twenty_megabytes(room):
    """Graded outputs of its own making, and many of them."""
    notebook = room.solved(FIRST)
    for cell in room.tests(notebook):
        result = {"output_type": "execute_result", "data": {"text/plain": "1e9"}, "metadata": {}}
        stream = {"output_type": "stream", "name": "stdout", "text": "passed " * 200_000}
        cell["outputs"] = [result | {"execution_count": 1}, stream]
    return notebook


@attack(N, status="unreadable", told="the 50 MB that are read")
def sixty_megabytes(room):
    return b'{"cells": [], "metadata": {"x": "' + b"x" * (60 * 2**20) + b'"}}'


@attack(N, status="unreadable", told="nested too deeply")
def deep_json(room):
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@attack(N, status="unreadable", told="more lists and objects|million entries")
def wide_json(room):
    return b'{"cells": [' + b"[]," * 3_000_000 + b"[]]}"


@attack(N, status="unreadable")
def quotes_without_end(room):
    """A file that a simple search for its strings would read millions of times."""
    return b'{"cells": [' + b"[]," * 2_100_000 + b'"' + b'\\"' * 4_000_000


@attack(N, status="unreadable", told="more lists and objects|million entries")
def lists_hidden_in_utf_16(room):
    """Its bytes look as if all lists stood inside a string."""
    return ('{"a": "\u2230", "cells": [' + "[]," * 1_500_000 + '"\u2230"]}').encode("utf-16")


@attack(N, status="unreadable")
def digits_without_end(room):
    return b'{"cells": [], "nbformat": ' + b"9" * 5_000_000 + b"}"


@attack(N, points=1)
def odd_letters(room):
    """NUL, half characters, direction marks and line ends, in sources, names and ids."""
    notebook = room.solved(FIRST)
    odd = "\x00\ud800\udfff\u202e\u2028\ufeff\x1b[2J\r\x0c"
    for cell in notebook["cells"]:
        cell["metadata"][odd] = odd
        if cell["cell_type"] == "markdown":
            cell["source"] += odd
            cell["id"] = odd
    for number in range(3):
        notebook["cells"].append(code(odd, f"print('{odd}')"))
        notebook["cells"].append(markdown(odd * (number + 1), odd))
    room.cell(notebook, "softmax")["source"] = f"def softmax(Z):\n    return '{odd}'"
    room.cell(notebook, "linear_backward")["metadata"]["nbgrader"]["grade_id"] += odd
    notebook["metadata"]["title"] = odd
    return json.dumps(notebook).encode()


@attack(N, points=1)
def names_that_climb(room):
    """Paths where names belong."""
    notebook = room.solved(FIRST)
    for cell in notebook["cells"]:
        cell["metadata"]["name"] = "../../../gradebook"
        cell["metadata"]["filename"] = cell["metadata"]["path"] = "/etc/passwd"
        if cell["cell_type"] == "markdown":
            cell["id"] = "../../../../autograded/honest-solved/x"
            cell["attachments"] = {"../../../gradebook.db": {"image/png": "x"}}
    for cell in room.answers(notebook)[1:]:
        cell["metadata"]["nbgrader"]["grade_id"] = f"../../{cell['id']}"
    notebook["metadata"].update(name="../../x", path="../", nbgrader={"db_url": "sqlite:///x"})
    notebook["metadata"]["authors"] = [{"name": "../honest-solved"}]
    return notebook


@attack(N, points=1)
def thousands_of_cells(room):
    notebook = room.solved(FIRST)
    notebook["cells"] += [code(f"more-{n}", f"x{n} = {n}") for n in range(4000)]
    return notebook


@attack(N, points=1)
def a_source_of_megabytes(room):
    notebook = room.solved(FIRST)
    room.cell(notebook, "softmax")["source"] = "def softmax(Z): return Z\n" * 30_000
    notebook["cells"].append(code("long", "x = '" + "y" * 900_000 + "'"))
    notebook["cells"].append(code("wide", "x = [" + "[" * 90 + "]" * 90 + "]\n" + "(" * 3_000))
    return notebook


@attack(N, points=1)
def code_that_takes_forever_to_color(room):
    """What colors code on a page reads these again and again."""
    notebook = room.solved(FIRST)
    for number, line in enumerate(("." * 300_000, "a." * 150_000, "@" * 100_000)):
        notebook["cells"].append(code(f"bare-{number}", f"if 0: x = {line}"))
        notebook["cells"].append(code(f"colors-{number}", f"# {line}\nf'{line}'"))
    return notebook


@attack(N)
def fields_of_other_types(room):
    """Numbers, lists and nothing where texts and objects are expected."""
    notebook = room.released()
    junk = [None, 7, True, [], {}, [[["x"]]], {"source": "x"}, "x", 1e308]
    for number, cell in enumerate(notebook["cells"]):
        for key in ("metadata", "id", "outputs", "execution_count", "attachments"):
            cell[key] = junk[(number + len(key)) % len(junk)]
        if number % 3 == 0:
            cell["source"] = ["x = 1\n", None, 5, ["y"]]
    notebook["cells"] += junk
    notebook["metadata"] = junk
    return json.dumps(notebook).encode()


@attack(N, status="unreadable", told="ZIP")
def an_archive(room):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../../gradebook.db", b"0" * 10**7)
    return buffer.getvalue()


# Files that are none


@attack(N, status="unreadable", told="links are not followed")
def a_link_to_another_notebook(room):
    folder = room.folder("a-link-to-another-notebook")
    folder.mkdir(parents=True)
    other = room.folder("honest-solved") / f"{CHAPTER}.ipynb"
    (folder / f"{CHAPTER}.ipynb").symlink_to(other)
    (folder / "again.ipynb").symlink_to(room.root / "source" / CHAPTER / f"{CHAPTER}.ipynb")


@attack(N, status="unreadable", told="links are not followed")
def a_folder_that_is_a_link(room):
    folder = room.folder("a-folder-that-is-a-link")
    folder.parent.mkdir()
    folder.symlink_to(room.folder("honest-solved"))


@attack(N, status="unreadable", told="links are not followed")
def a_learner_who_is_a_link(room):
    room.folder("a-learner-who-is-a-link").parent.symlink_to(room.folder("honest-solved").parent)


@attack(N, status="unreadable", told="links are not followed")
def a_link_to_nowhere(room):
    folder = room.folder("a-link-to-nowhere")
    folder.parent.mkdir()
    folder.symlink_to("/nowhere/at/all")


@attack(N, status="unreadable", told="pipe")
def a_pipe(room):
    """Whoever opens it waits for ever."""
    folder = room.folder("a-pipe")
    folder.mkdir(parents=True)
    os.mkfifo(folder / f"{CHAPTER}.ipynb")
    os.mkfifo(folder / "timestamp.txt")


@attack(N, status="unreadable", told="folder")
def a_folder_for_a_notebook(room):
    folder = room.folder("a-folder-for-a-notebook")
    (folder / f"{CHAPTER}.ipynb").mkdir(parents=True)


@attack(N, status="unreadable", told="cannot be opened|is a link or a file")
def a_file_for_a_folder(room):
    folder = room.folder("a-file-for-a-folder")
    folder.parent.mkdir()
    folder.write_text("x")


@attack(N, points=1, told="instead of")
def a_name_of_many_meanings(room):
    """The only notebook is called like a command, a path, a markup and an escape sequence."""
    name = "$(touch BREACH);..\\..\\[bold red]<script>\x1b[2J\n%s{0}.ipynb"
    room.hand_in("a-name-of-many-meanings", room.solved(FIRST), name)


@attack(N, points=1)
def a_crowd_of_files(room):
    for number in range(300):
        room.hand_in("a-crowd-of-files", b"{}", f"{number}.ipynb")
    return room.solved(FIRST)


ODD = "a folder (with) 'signs' & [b]rackets[-b] %s {x} $HOME; \u00e9\u4f60"


@attack(N, points=1, student=ODD)
def a_learner_with_an_odd_name(room):
    return room.solved(FIRST)


@attack(N, status="failed", told="no student id", student="<img src=x onerror=hacked(1)>")
def a_learner_whose_name_is_markup(room):
    return room.solved(FIRST)


@attack(N, status="failed", told="no student id", student="two\nlines\x1b[2J")
def a_learner_whose_name_is_two_lines(room):
    return room.solved(FIRST)


@attack(N, points=1)
def a_time_of_submission_without_sense(room):
    student = "a-time-of-submission-without-sense"
    room.hand_in(student, room.solved(FIRST))
    (room.folder(student) / "timestamp.txt").write_text("9" * 900 + "-99-99 \x00 +99:99")


MAGICS = """
%pdb on
%debug
breakpoint()
input('points? ')
%%script sh --bg --out found\\nsleep 600 @MARK@
%%writefile ../03_two_pass_mlp.py\\n1e9
%run ../03_two_pass_mlp.py
%load_ext autoreload\\n%autoreload 2
%matplotlib notebook
%logstart -o ../log
%%prun\\n1 / 0
%%javascript\\nhacked(140)
%%html\\n<script>hacked(141)</script>
%%latex\\n\\href{javascript:hacked(142)}{x}
%alias check echo passed 33 of 33
%macro -q check 1
!sleep 600 @MARK@ &
%cd /\\n%rm -rf learner/work
%colors NoColor
%xmode Minimal
%autocall 2
%reset -f
exit()
"""


@attack(N, points=1)
def magics_of_every_kind(room):
    """IPython's own commands, one a cell: debuggers that ask, shells that stay, names undone."""
    notebook = room.solved(FIRST)
    at = [cell["id"] for cell in notebook["cells"]].index(f"check_{FIRST}") + 1
    for number, line in enumerate(MAGICS.strip().split("\n")):
        notebook["cells"].insert(at + number, code(f"magic-{number}", line.replace("\\n", "\n")))
    return notebook
