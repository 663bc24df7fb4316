"""A small simulated class through the whole cycle: `bplab demo`."""

import json
import shutil
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bplab.study.release import text
from bplab.study.solutions import MARKERS

CHAPTERS = ("01_single_neuron", "02_chain_rule", "03_two_pass_mlp")

# What the class gets wrong, as learners write it; the rest of each notebook is solved.
CHEN = {
    "neuron_backward": """
def neuron_backward(X, a, y):
    dz = a - y
    return X.T @ dz, dz.sum()          # the mean's 1/N never comes in
""",
    "numerical_gradient": """
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = x.copy()
        up[i] += h
        grad[i] = (f(up) - f(x)) / h   # one-sided
    return grad
""",
    "linear_backward": """
def linear_backward(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)
""",
}
DARA = {
    "bce_loss": """
def bce_loss(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return np.mean(-y * np.log(a) + (1 - y) * np.log(1 - a))
""",
    "gradient_step": """
def gradient_step(w, b, dw, db, learning_rate):
    w -= learning_rate * dw
    return w, b - learning_rate * db
""",
    "tanh_grad": """
def tanh_grad(z):
    return 1 - z ** 2
""",
    "softmax": """
def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)
""",
    "softmax_cross_entropy_backward": """
def softmax_cross_entropy_backward(P, y):
    dZ = P.copy()
    dZ[np.arange(len(y)), y] -= 1
    return dZ
""",
}
ELI = {
    "sigmoid": "def sigmoid(z)\n    return 1 / (1 + np.exp(-z))\n",
    "relu_grad": "def relu_grad(z):\nreturn np.where(z > 0, 1.0, 0.0)\n",
    "cross_entropy": "def cross_entropy(P, y):\n    return -np.mean(np.log(P[range(len(y)), y])\n",
}
GUS = {
    "mse_loss": """
def mse_loss(p, y):
    total, i = 0.0, 0
    while i < len(p):
        total += (p[i] - y[i]) ** 2    # i never grows
    return total / len(p)
""",
    "relative_error": "while True:\n    pass\n",
    "cross_entropy": """
def cross_entropy(P, y):
    total, i = 0.0, 0
    while i < len(y):
        total -= np.log(P[i, y[i]])
    return total / len(y)
""",
}
HANA = {
    "sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n",
    "linear_neuron_step": """
def linear_neuron_step(x, w, y, learning_rate):
    return w + learning_rate * (y - w * x) * x
""",
    "two_neuron_backward": """
def two_neuron_backward(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    dz1 = dz2 * w2                     # straight through the tanh
    return {"dw2": dz2 * values["a1"], "db2": dz2,
            "dw1": dz1 * x, "db1": dz1, "dx": dz1 * w1}
""",
    "activation_backward": """
def activation_backward(dA, Z, kind):
    if kind == "relu":
        return dA * (Z > 0)
    if kind == "tanh":
        return dA * (1 - Z ** 2)
    S = 1 / (1 + np.exp(-Z))
    return dA * S * (1 - S)
""",
}
CLASS = {
    "ada": "everything solved",
    "ben": "nothing written",
    "chen": "real mistakes",
    "dara": "real mistakes",
    "eli": "a syntax error",
    "fay": "a damaged file",
    "gus": "endless loops",
    "hana": "real mistakes",
    "ivo": "checks edited to pass",
}
EDITS = {"chen": CHEN, "dara": DARA, "eli": ELI, "gus": GUS, "hana": HANA}


def submission(student, source, released):
    """The bytes that this learner hands in for a chapter."""
    if student == "ben":
        return _dump(released)
    if student == "ivo":
        return _dump(_rigged(released))
    notebook = json.loads(json.dumps(source))
    edits = EDITS.get(student, {})
    for cell in notebook["cells"]:
        cell["source"] = MARKERS.sub("", text(cell))
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in edits:
            cell["source"] = edits[name].lstrip("\n")
    whole = _dump(notebook)
    return whole[: len(whole) // 2] if student == "fay" else whole


def _rigged(released):
    """No work, but every check replaced by one that likes everything."""
    notebook = json.loads(json.dumps(released))
    for cell in notebook["cells"]:
        if text(cell).startswith("check("):
            cell["source"] = "print('passed')"
    return notebook


def _dump(notebook):
    return json.dumps(notebook, indent=1).encode()


def run(keep, jobs, isolate, fail):
    """The demo; `fail(message)` leaves with one line on wrong use."""
    from bplab.grading import course
    from bplab.grading.sandbox import available

    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        fail(f"{keep} is not empty; name a new folder to keep the course in.")
    if isolate:
        works, why = available()
        if not works:
            fail(f"{why} Or see it without isolation: bplab demo --no-sandbox", 1)
    console = Console()
    started = time.perf_counter()
    scratch = None if keep else tempfile.mkdtemp(prefix="bplab-demo-")
    folder = keep or Path(scratch) / "course"
    try:
        _cycle(console, folder, jobs, isolate)
        console.print(f"\nDone in {time.perf_counter() - started:.1f} s.")
        if keep:
            console.print(
                f"The course is in {keep}: open {keep}/feedback in a browser, or look at a class's "
                f"mistakes with: bplab insights 01_single_neuron --course {keep}",
                soft_wrap=True,
            )
        else:
            console.print("To keep the course and look around in it: bplab demo --keep my-course")
    except course.CourseError as error:
        fail(str(error))
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)


def _cycle(console, folder, jobs, isolate):
    from bplab.grading import batch, course
    from bplab.grading.sandbox import Limits

    limits = Limits(cell_seconds=4, total_seconds=60)  # a class with endless loops, seen quickly
    with _bar(console) as progress:
        task = progress.add_task("releasing chapters", total=None)
        course.make(folder, lambda name: progress.update(task, description=f"releasing {name}"))
    here = course.Course.at(folder)
    console.print(f"Made a course of {len(here.chapters)} chapters with nbgrader.")
    hand_in(here)
    console.print(f"{len(CLASS)} learners handed in {len(CHAPTERS)} chapters each.\n")
    for chapter in CHAPTERS:
        begun = time.perf_counter()
        with _bar(console) as progress:
            task = progress.add_task(f"grading {chapter}", total=len(CLASS))
            found = []
            for graded in batch.grade_each(
                chapter, here, jobs=jobs, isolate=isolate, limits=limits
            ):
                found.append(graded)
                progress.advance(task)
        seconds = time.perf_counter() - begun
        console.print(_table(chapter, sorted(found, key=lambda g: g.student), seconds))
    with _bar(console) as progress:
        task = progress.add_task("writing feedback", total=len(CHAPTERS))
        for chapter in CHAPTERS:
            write_feedback(here, chapter)
            progress.advance(task)
    pages = len(list(folder.glob("feedback/*/*/*.html")))
    console.print(f"nbgrader wrote {pages} feedback pages from the gradebook.")


def hand_in(here):
    """Put every learner's work where nbgrader's collect would."""
    for chapter in CHAPTERS:
        for name in here.notebooks(chapter):
            source, released = here.source(chapter, name), here.release(chapter, name)
            for student in CLASS:
                target = here.path("submitted", student, chapter) / f"{name}.ipynb"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(submission(student, source, released))


def write_feedback(here, chapter):
    """nbgrader's *Generate Feedback* for a chapter."""
    from bplab.grading.nbgrader_light import api, nbgrader_log

    api()
    with nbgrader_log():
        from nbgrader.converters import GenerateFeedback
        from nbgrader.coursedir import CourseDirectory

        directory = CourseDirectory(config=here.config, root=str(here.root))
        directory.db_url, directory.assignment_id = here.db_url, chapter
        GenerateFeedback(coursedir=directory, config=here.config).start()


def _bar(console):
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _table(chapter, found, seconds):
    table = Table(title=f"{chapter}  ({seconds:.1f} s)", title_justify="left")
    table.add_column("learner")
    table.add_column("handed in", style="dim")
    table.add_column("score", justify="right")
    table.add_column("what was found", overflow="fold")
    for graded in found:
        table.add_row(
            graded.student,
            CLASS[graded.student],
            f"{graded.score:g} of {graded.max_score:g}",
            Text("\n".join(_findings(graded)) or "all right"),
        )
    return table


def _findings(graded):
    if graded.status != "graded":
        return [str(note) for note in graded.notes][:1] or [graded.status]
    by_mistake = {}
    for exercise, mistake in graded.mistakes.items():
        by_mistake.setdefault(mistake, []).append(exercise)
    lines = []
    for mistake, names in by_mistake.items():
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        lines.append(f"{shown}: {mistake}")
    return lines
