"""`make bench-grade`: one class, graded by stock nbgrader and by bplab, in one run.

The class is 40 submissions of a chapter: a third solved, a third with real mistakes, a third
untouched. Stock is `nbgrader autograde` with nbgrader's own Execute, in a course without bplab's
configuration. Ours is `bplab grade` with 1, 2 and 4 jobs. Both are whole commands, from start to
end, in fresh copies of one course. Printed: wall-clock and CPU time, submissions a second, what a
submission costs beyond its own cells, the grader's memory, and a projection for 100 000.

    python tests/benchmarks/bench_grade.py [--chapter 03_two_pass_mlp] [--students 40]
        [--jobs 1 2 4] [--no-stock] [--memory 1000]
"""

import argparse
import contextlib
import ctypes
import inspect
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from bplab import exercises
from bplab.grading import course as courses
from bplab.study.release import release

BIN = Path(sys.executable).parent
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled once


def main():
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--chapter", default="03_two_pass_mlp")
    ask.add_argument("--students", type=int, default=40)
    ask.add_argument("--jobs", type=int, nargs="+", default=[1, 2, 4])
    ask.add_argument("--no-stock", action="store_true")
    ask.add_argument("--memory", type=int, help="also grade a class of this size, for its memory")
    options = ask.parse_args()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="bplab-bench-") as folder:
        bench(Path(folder), options)


def bench(folder, options):
    chapter, students = options.chapter, options.students
    template = folder / "template"
    origin = only(chapter, folder / "origin")
    courses.make(template, origin=origin)
    hand_in(template, chapter, students)
    cores = len(os.sched_getaffinity(0))
    print(f"{students} submissions of {chapter} on {cores} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':24}{'wall s':>9}{'CPU s':>9}{'a second':>10}{'CPU s each':>12}{'grader MB':>11}")
    stock = None
    if not options.no_stock:
        place = shutil.copytree(template, folder / "stock")
        (place / "nbgrader_config.py").unlink()
        command = [str(BIN / "nbgrader"), "autograde", chapter]
        stock = run(command, place)
        row("nbgrader autograde", stock, students)
        stock["scores"] = scores(place, chapter)
    start = startup(template, chapter, folder)  # compiles what an installation would have
    ours = {}
    for jobs in options.jobs:
        place = shutil.copytree(template, folder / f"jobs{jobs}")
        ours[jobs] = grade(place, chapter, jobs)
        row(f"bplab grade --jobs {jobs}", ours[jobs], students, ours[jobs]["peak"])
    print()
    one = ours[min(ours)]
    start = min(start, startup(template, chapter, folder))
    beyond = (one["cpu"] - one["cells"] - start) / students
    print(
        f"start of a run: {start:.2f} s of CPU; a submission's own cells: "
        f"{one['cells'] / students:.3f} s; beyond them: {beyond:.3f} s"
    )
    for jobs, result in ours.items():
        each = (result["wall"] - start / min(jobs, cores)) / students
        faster = f"{stock['wall'] / result['wall']:.1f} times stock's speed; " if stock else ""
        print(f"jobs {jobs}: {faster}100 000 submissions in {each * 1e5 / 3600:.1f} h")
    if stock:
        compare(stock["scores"], one["scores"])
    if options.memory:
        memory(template, chapter, folder, options.memory, one["peak"])


def only(chapter, target):
    """The packaged course with one chapter."""
    packaged = courses.packaged()
    shutil.copytree(packaged / "source" / chapter, target / "source" / chapter)
    shutil.copy(packaged / "nbgrader_config.py", target)
    return target


def hand_in(place, chapter, students):
    path = place / "source" / chapter / f"{chapter}.ipynb"
    source = json.loads(path.read_text(encoding="utf-8"))
    for number in range(students):
        kind = ("solved", "mistaken", "untouched")[number % 3]
        notebook = {
            "solved": lambda: source,
            "mistaken": lambda: mistaken(source, chapter, number),  # noqa: B023 (called at once)
            "untouched": lambda: release(source),
        }[kind]()
        folder = place / "submitted" / f"{kind}{number:04}" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def mistaken(source, chapter, number):
    """The solved notebook with a named mistake in every third exercise."""
    notebook = json.loads(json.dumps(source))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for place, exercise in enumerate(exercises.chapter(chapter)):
        wrong = list(exercise.mistakes.values())
        if place % 3 == number % 3 and wrong and exercise.name in cells:
            code = as_learner(exercise.name, wrong[number % len(wrong)].solution)
            if code:
                cells[exercise.name]["source"] = code
    return notebook


def as_learner(name, solution):
    """Source of a named wrong solution under the exercise's own name, if it stands by itself."""
    try:
        text = textwrap.dedent(inspect.getsource(solution))
    except (OSError, TypeError):
        return None
    start = re.search(r"^def \w+\(", text, re.MULTILINE)
    if not start or solution.__closure__ or re.search(r"\b_\w+\(", text[start.end() :]):
        return None
    return f"def {name}(" + text[start.end() :]


def grade(place, chapter, jobs):
    """As `run`, of `bplab grade`; and the scores, and the CPU time of the cells."""
    command = [str(BIN / "bplab"), "grade", chapter, "--jobs", str(jobs), "--json"]
    result = run(command, place)
    if result["status"]:
        raise SystemExit(result["errors"][-2000:])
    rows = json.loads(result["out"])
    result["scores"] = {row["student"]: row["score"] for row in rows}
    result["cells"] = sum(row["cpu_seconds"] for row in rows)
    return result


def run(command, place):
    """Run a command in a course; wall-clock and CPU time of it and all it started, and the memory
    of the largest of these processes at its peak, in kB."""
    path = str(BIN) + os.pathsep + os.environ.get("PATH", "")
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=place, env=os.environ | {"PATH": path}, stdout=out, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        wait_for_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = [file.seek(0) or file.read() for file in (out, errors)]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = {"wall": wall, "cpu": cpu, "peak": used.ru_maxrss, "status": process.returncode}
    return found | dict(zip(("out", "errors"), said, strict=True))


def adopt_orphans():
    """Have what outlives its parent end as a child of this process: then its time is in RUSAGE."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def wait_for_orphans():
    """Markers end by themselves when their grader has."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def startup(template, chapter, folder):
    """CPU time of a run that finds nothing to grade."""
    place = Path(tempfile.mkdtemp(dir=folder)) / "empty"
    shutil.copytree(template, place)
    shutil.rmtree(place / "submitted")
    (place / "submitted").mkdir()
    return grade(place, chapter, 1)["cpu"]


def row(name, result, students, peak=None):
    shown = f"{peak / 1024:11.0f}" if peak else ""
    print(
        f"{name:24}{result['wall']:9.1f}{result['cpu']:9.1f}{students / result['wall']:10.2f}"
        f"{result['cpu'] / students:12.3f}{shown}",
        flush=True,
    )


def scores(place, chapter):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        submissions = book.find_assignment(chapter).submissions
        return {submission.student.id: submission.score for submission in submissions}


def compare(theirs, ours):
    """Stock knows no partial credit: what is solved or untouched has to agree."""
    honest = [s for s in ours if not s.startswith("mistaken")]
    odd = [s for s in honest if theirs.get(s) != ours[s]]
    print(
        f"scores of {len(honest)} solved and untouched submissions: "
        + ("identical to stock's" if not odd else f"DIFFERENT for {odd}")
    )


def memory(template, chapter, folder, students, before):
    place = shutil.copytree(template, folder / "large")
    shutil.rmtree(place / "submitted")
    hand_in(place, chapter, students)
    cores = len(os.sched_getaffinity(0))
    result = grade(place, chapter, cores)
    row(f"{students} submissions", result, students, result["peak"])
    print(f"memory: {result['peak'] / 1024:.0f} MB against {before / 1024:.0f} MB")


if __name__ == "__main__":
    main()
