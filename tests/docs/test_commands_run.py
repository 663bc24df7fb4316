"""What the guides tell an instructor to type is typed here, in their order, in one course."""

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bplab.cli import app
from bplab.grading.book.gradebook import open_gradebook
from bplab.grading.course import Course
from bplab.grading.nbgrader_light import api
from bplab.grading.sandbox import available
from tests import patience
from tests.hub.pages import blocks

ROOT = Path(__file__).parents[2]
GUIDES = [
    ROOT / "docs" / "teach.md",
    ROOT / "course" / "README.md",
    ROOT / "docs" / "lms.md",
    ROOT / "docs" / "own-exercises.md",
    ROOT / "docs" / "large-classes.md",
    ROOT / "README.md",
]
LEARNERS = ROOT / "docs" / "learn.md"
HUB = ROOT / "docs" / "hub.md"
CHAPTER = "03_two_pass_mlp"

# Lines of the guides that are not run here, and why; where a test is named, it does the same.
NOT_RUN = {
    "pip install '.[study]'": "installs from the network; tests/test_package.py reads its names",
    "pip install '.[grading]'": "installs from the network, as above",
    "pip install '.[site]'": "installs from the network, as above",
    "jupyter lab study/00_start_here.ipynb": "a server; tests/browser/test_in_jupyterlab.py",
    "make demo": "`bplab demo`, which is run below",
    "make test": "is what runs this test",
    "bplab site web": "Python from its usual place; tests/browser/test_site.py builds offline",
    "python -m http.server --directory web 8000": "a server; tests/browser/test_site.py has one",
    "python -m venv .venv-site": "tests/browser/test_site.py uses what `make site-builder` made",
    ".venv-site/bin/pip install 'jupyterlite-core<0.3' jupyterlite-xeus-python==1.0.0 "
    "jupyter-server": "as above",
    "bplab site web --offline --python .venv-site/bin/python": "tests/browser/test_site.py",
    "bplab site linear --exercise linear_backward": "tests/browser/test_site.py, offline",
    "pip install jupyterhub '.[grading]'": "installs from the network",
    "npm install -g configurable-http-proxy": "tests/hub/hub.py installs it for itself",
    "jupyterhub -f /etc/jupyterhub/jupyterhub_config.py": "tests/hub/hub.py starts it so",
    "bplab grade 01_single_neuron --watch --collect": "stays; tests/grading/test_watch.py",
    "pip install '.[canvas]'": "installs from the network",
    "export CANVAS_TOKEN=...": "a token of a real account",
    f"bplab export {CHAPTER} --to canvas --send https://canvas.example.edu --item 1234/5678": (
        "a remote host; tests/grading/lms/test_canvas.py sends to a server of its own"
    ),
    "dask scheduler --port 8786": "a server; tests/grading/test_cluster.py grades on a cluster",
    "dask worker tcp://127.0.0.1:8786 --nworkers 4 --nthreads 1": "a server, as above",
    f"bplab grade {CHAPTER} --dask tcp://127.0.0.1:8786": "needs the two servers above",
}

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(bplab|nbgrader|cd|pip|export|dask|jupyter|make|python|\.venv-site/bin/pip) ")
IN_A_TABLE = re.compile(r"^\|.*\| `(bplab [^`]+)` \|$", re.MULTILINE)


def lines_of(guide):
    """The commands of a guide in its order: in fenced blocks, and in a table's last column."""
    text = guide.read_text(encoding="utf-8")
    found = [(match.start(), match[1]) for match in IN_A_TABLE.finditer(text)]
    for match in FENCE.finditer(text):
        if match[1] not in ("", "sh", "bash", "console"):
            continue
        for line in match[2].splitlines():
            line = re.split(r"\s+#", line.removeprefix("$ "))[0].strip()
            if match[1] or TYPED.match(line):
                found += [(match.start(), part) for part in line.split(" && ")]
    return [line for _, line in sorted(found, key=lambda pair: pair[0]) if line]


def handed_in(source, **answers):
    """A solved notebook, with the answers given by name in place of the solutions."""
    book = json.loads(json.dumps(source))
    for cell in book["cells"]:
        text = "".join(cell["source"])
        for name, answer in answers.items():
            if cell["metadata"].get("nbgrader", {}).get("solution") and f"def {name}(" in text:
                cell["source"] = answer
    return book


def hand_in(student, chapter, book):
    folder = Path("submitted", student, chapter)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{chapter}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def their_files():
    """What six systems export, for the learner `ada`; Gradescope's is named as Canvas's is."""
    return {
        "canvas": (
            "grades.csv",
            "Student,ID,SIS User ID,SIS Login ID,Section,03_two_pass_mlp (88)\n"
            '    Points Possible,,,,,10\n"Byron, Ada",1234,,ada,A,\n',
        ),
        "moodle": (
            "worksheet.csv",
            "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
            "Last modified (grade),Feedback comments\n"
            "Participant 5550001,Ada Byron,ada@x.org,Submitted,,10.00,Yes,-,\n",
        ),
        "brightspace": (
            "export.csv",
            "OrgDefinedId,Username,03_two_pass_mlp Points Grade <Numeric MaxPoints:10>,"
            "End-of-Line Indicator\n#ada,#ada,,#\n",
        ),
        "blackboard": (
            "gc.xls",
            '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t'
            '"03_two_pass_mlp [Total Pts: 10 Score] |12"\n"Byron"\t"Ada"\t"ada"\t"ada"\t""\n',
        ),
        "gradescope": (
            "grades.csv",
            "First Name,Last Name,SID,Email,03_two_pass_mlp,03_two_pass_mlp - Max Points\n"
            "Ada,Byron,ada,ada@x.org,,10\n",
        ),
        "openedx": (
            "points.csv",
            "user_id,username,student_uid,enrolled,track,block_id,title,date_last_graded,"
            "who_last_graded,csum,last_points,points\n"
            "5,ada,,True,audit,b1,03_two_pass_mlp,,,abc,,\n",
        ),
    }


WEEK3 = (
    "def huber(r):\n    ### BEGIN SOLUTION\n"
    "    return np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5)\n    ### END SOLUTION"
)


def write_week3():
    """The exercise of the guide, to the letter, and the notebook that the guide speaks of."""
    guide = (ROOT / "docs" / "own-exercises.md").read_text(encoding="utf-8")
    Path("exercises").mkdir(exist_ok=True)
    example = re.search(r"```python\n(import numpy.*?)```", guide, re.DOTALL)[1]
    Path("exercises", "huber.py").write_text(example, encoding="utf-8")

    def code(name, text, **marks):
        full = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
        full |= {"task": False, "grade_id": name, "cell_type": "code"} | marks
        return {
            "cell_type": "code",
            "id": name,
            "metadata": {"nbgrader": full} if marks else {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }

    cells = [
        code("setup", "import numpy as np\nfrom bplab import check"),
        code("huber", WEEK3, solution=True),
        code("check_huber", "check(huber)", grade=True, locked=True, points=2),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    Path("source", "week3").mkdir(parents=True)
    Path("source", "week3", "week3.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return book


class Desk:
    """Types lines; keeps what was printed."""

    def __init__(self):
        self.done = {}

    def type(self, line):
        program, *arguments = shlex.split(line)
        if line in self.done and (program == "nbgrader" or arguments[0] == "course"):
            return  # said again in another guide: the course is made, and nbgrader is dear
        if program == "bplab":
            done = CliRunner().invoke(app, arguments)
            status, told = done.exit_code, done.output
            if done.exception and not isinstance(done.exception, SystemExit):
                raise done.exception
        else:
            assert program == "nbgrader", f"{line}: neither run here nor named in NOT_RUN"
            command = [sys.executable, "-m", "nbgrader", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=patience.SECONDS)
            status, told = done.returncode, done.stdout + done.stderr
        assert status == 0, f"{line}\n{told}"
        self.done[line] = told


def prepare(line):
    """Lays out what a line takes for granted."""
    if CHAPTER in line and not Path("submitted", "ada", CHAPTER).exists():
        source = json.loads(Path("source", CHAPTER, f"{CHAPTER}.ipynb").read_text("utf-8"))
        hand_in("ada", CHAPTER, handed_in(source))
        wrong = "def softmax(z):\n    return np.exp(z) / np.exp(z).sum()"
        hand_in("bob", CHAPTER, handed_in(source, softmax=wrong))
        with open_gradebook(api(), Course.at(Path.cwd())) as book:
            book.add_student("ada", first_name="Ada", last_name="Byron", lms_user_id="1234")
    if line.startswith("bplab collect") and not Path("submissions.zip").exists():
        book = Path("submitted", "ada", CHAPTER, f"{CHAPTER}.ipynb").read_bytes()
        with zipfile.ZipFile("submissions.zip", "w") as archive:
            archive.writestr(f"byronada_1234_900_{CHAPTER}.ipynb", book)
        shutil.copy("submissions.zip", "download.zip")  # as the README calls it
        Path("who.csv").write_text("byronada,ada\n", encoding="utf-8")
        Path("times.csv").write_text("1234,2026-10-12 23:59\n", encoding="utf-8")
    if "--like" in line:
        name, text = their_files()[re.search(r"--to (\w+)", line)[1]]
        Path(name).write_text(text, encoding="utf-8")
    if line == "bplab try exercises/huber.py":
        hand_in("ada", "week3", write_week3())
    if line == "bplab try exercises/sigmoid.py":
        guide = (ROOT / "docs" / "own-exercises.md").read_text(encoding="utf-8")
        added = re.search(r"```python\n((?:(?!```).)*degrees.*?)```", guide, re.DOTALL)[1]
        Path("exercises", "sigmoid.py").write_text(added, encoding="utf-8")


@pytest.mark.slow
def test_the_guides_commands_work_in_their_order(tmp_path, monkeypatch):
    if not available()[0]:
        pytest.skip(available()[1])
    monkeypatch.chdir(tmp_path)
    desk = Desk()
    for guide in GUIDES:
        for line in lines_of(guide):
            if line in NOT_RUN or line in lines_of(LEARNERS):
                continue
            if line == "cd my-course":
                monkeypatch.chdir(tmp_path / "my-course")
                continue
            prepare(line)
            desk.type(line)
            if "--like" in line:
                back = Path(re.search(r"-o (\S+)", line)[1]).read_text(encoding="utf-8")
                row = next(row for row in back.splitlines() if re.search("[Aa]da", row))
                assert "24" in re.split(r"[,\t]", row), f"{line}\n{row}"
            if line.endswith("-o points.csv"):  # a later guide has a file of this name
                table = list(csv.reader(Path("points.csv").open(newline="", encoding="utf-8")))
    header, ada, bob = table
    of = header.index(next(title for title in header if title.startswith(f"{CHAPTER} (")))
    assert (ada[0], bob[0]) == ("ada", "bob") and float(bob[of]) < float(ada[of])
    assert "2 submissions" in desk.done[f"bplab grade {CHAPTER}"]
    assert "ada" in Path("back.xls").read_text(encoding="utf-8")
    assert "huber" in desk.done["bplab try exercises/huber.py"]
    assert "degrees" in desk.done["bplab try exercises/sigmoid.py"]


def shorten(study):
    """Leaves the first two chapters, and of the first that asks something no more than two checks:
    what a command does with a chapter, it does with those."""
    _, first, *others = sorted(study.glob("*.ipynb"))
    for path in others:
        path.unlink()
    book = json.loads(first.read_text(encoding="utf-8"))
    checks = [
        place
        for place, cell in enumerate(book["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    book["cells"] = book["cells"][: checks[1] + 1]
    first.write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.slow
def test_a_learners_commands_work_in_their_order(tmp_path, monkeypatch):
    """Those of learn.md and of the README, on two chapters of the study folder."""
    monkeypatch.chdir(tmp_path)
    told = {}
    for line in [*lines_of(LEARNERS), "bplab solved 01 --folder study --anyway"]:
        if line in NOT_RUN:
            continue
        done = CliRunner().invoke(app, shlex.split(line)[1:])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        unsolved = line.startswith("bplab check")  # nothing is written yet, and that is told
        assert done.exit_code == unsolved, f"{line}\n{done.output}"
        told[line] = done.output
        if line == "bplab study study":
            shorten(Path("study"))
    assert "not written yet" in told["bplab check study --hints 1"]
    assert json.loads(told["bplab check study --json"])
    assert list(Path("study", "again").glob("sigmoid-*.ipynb"))
    assert Path("study", "solved", "01_single_neuron.ipynb").exists()


@pytest.mark.slow
def test_the_demonstration_takes_a_class_through_the_cycle(tmp_path, monkeypatch):
    if not available()[0]:
        pytest.skip(available()[1])
    monkeypatch.setattr("bplab.grading.demo.CHAPTERS", ("01_single_neuron",))
    done = CliRunner().invoke(app, ["demo", "--keep", str(tmp_path / "kept")])
    assert done.exit_code == 0, done.output
    pages = list(Path(tmp_path, "kept", "feedback").rglob("*.html"))
    assert pages and "Done in" in done.output and f"{len(pages)} feedback pages" in done.output


def on_the_hub():
    """The lines of that page's shell blocks, whose first line names who types them."""
    shell = [block for block in blocks("docs/hub.md") if block.language == "bash"]
    return [line for block in shell for line in block.text.splitlines()]


def test_every_page_s_commands_are_run_or_named():
    """No guide holds a command that no test types, and that is not said to be left out and why."""
    run = {line for guide in [*GUIDES, LEARNERS] for line in lines_of(guide)}
    on_a_hub = (ROOT / "tests" / "hub" / "test_hub.py").read_text(encoding="utf-8")
    typed = tuple(re.findall(r'hub\.type\("([^"]+)"', on_a_hub))
    for block in blocks("docs/hub.md"):
        lines = block.text.splitlines()
        if block.words == ["root"] or any(line.startswith(typed) for line in lines):
            run |= set(lines)  # tests/hub runs a block whole
    for page in [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]:
        lines = [] if page.name == "mistakes.md" else lines_of(page)
        if page == HUB:
            lines = on_the_hub()
        assert not [line for line in lines if line not in run and line not in NOT_RUN], page.name
    for why in NOT_RUN.values():
        for name in re.findall(r"tests/[\w/]+\.py", why):
            assert (ROOT / name).exists(), name


def test_what_is_not_run_is_still_in_the_guides():
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "course" / "README.md", ROOT / "README.md"]
    typed = {line for page in pages for line in lines_of(page)} | set(on_the_hub())
    assert not NOT_RUN.keys() - typed, "no guide says these any more"
