"""Which folder is meant, and which grader each way of grading uses.

One rule for `bplab` and `nbgrader` alike: the folder that is named on the command line; else
`CourseDirectory.root` of nbgrader's configuration (Jupyter's folders, then this one); else this
folder.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ..exercises import UnknownName, find, own
from .course import Course, CourseError, load_config

OURS = "bplab.grading.preprocessor.Grade"
BY_NBGRADER = "nbgrader autograde and the formgrader's Autograde button"


def folder_meant(here: Path | None = None) -> tuple[Path, str | None]:
    """The course's folder where none was named, and a sentence if another could be expected."""
    here = Path(here or os.getcwd()).resolve()
    config, files = load_config([*_jupyter(), str(here)])
    named = config.CourseDirectory.get("root", "")
    if not isinstance(named, str) or not named:
        return here, None
    root = (here / Path(named).expanduser()).resolve()
    told = None
    if root != here and (here / "source").is_dir():
        told = (
            f"the course meant is {root} (CourseDirectory.root in {_last(files, 'root')}), not "
            "this folder; --course . means this one."
        )
    return root, told


def graders(course: Course) -> Iterator[tuple[bool, str]]:
    """(good, sentence) for each way of grading: which folder, which grader."""
    yield True, f"the course: {course.root}"
    yield from ((False, told) for told in unusable(course.root / own.FOLDER))
    isolate = course.config.get("BplabGrade", {}).get("isolate", True)
    yield True, "bplab grade: bplab, in its sandbox"
    if not by_bplab(course.config):
        yield False, f"{BY_NBGRADER}: {plain(course)}"
    elif isolate:
        yield True, f"{BY_NBGRADER}: bplab, in its sandbox"
    else:
        yield False, f"{BY_NBGRADER}: bplab WITHOUT a sandbox (c.BplabGrade.isolate = False)"
    everywhere, _ = load_config(_jupyter())
    named = everywhere.CourseDirectory.get("root", "")
    root = Path(named).expanduser().resolve() if isinstance(named, str) and named else None
    for url, folder, started in servers():
        yield _server(course, url, root or folder, started, by_bplab(everywhere))


def _server(course, url, root, started, everywhere):
    if root != course.root:
        return False, (
            f"the formgrader of the server {url} looks at {root}, not at this course: put "
            f"c.CourseDirectory.root = {str(course.root)!r} into ~/.jupyter/nbgrader_config.py "
            "and start the server again"
        )
    written = _written(course)
    if not everywhere and written and written > started:
        return False, (
            f"the server {url} was started before this course's configuration was written: its "
            "Autograde button may use plain nbgrader. Start the server again"
        )
    return True, f"the formgrader of the server {url} looks at this course, and grades with bplab"


def unusable(folder) -> Iterator[str]:
    """A sentence for each of the course's own files of exercises that cannot be used."""
    for name in own.names_in(folder):
        try:
            find(name, folder)
        except (own.OwnExerciseError, UnknownName) as error:
            yield f"{own.FOLDER}/{name}.py cannot be used: {error.args[0]}"


def plain(course: Course) -> str:
    """What it means that nbgrader does not call bplab here, and the way out."""
    return (
        "plain nbgrader: learners' code runs with your rights, on the practice papers. Put the "
        f"lines on Autograde of {_packaged()} into {course.root / 'nbgrader_config.py'}"
    )


def by_bplab(config) -> bool:
    """Whether a configuration lets nbgrader's autograde use bplab."""
    named = config.Autograde.get("autograde_preprocessors", [])
    try:
        return OURS in list(named)
    except TypeError:  # set by something that is applied later
        return False


def servers() -> list[tuple[str, Path, float]]:
    """This user's running Jupyter servers: address, folder, when started (seconds since 1970)."""
    from jupyter_core.paths import jupyter_runtime_dir

    found = []
    for path in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            os.kill(int(about["pid"]), 0)
            place = Path(about["root_dir"]).resolve()
            found.append((str(about["url"]), place, path.stat().st_mtime))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a server that is gone
    return found


def _written(course):
    try:
        return (course.root / "nbgrader_config.py").stat().st_mtime
    except OSError:
        return None


def _jupyter():
    from jupyter_core.paths import jupyter_config_path

    return [*reversed(jupyter_config_path())]


def _last(files, name):
    """The file that spoke last of a trait."""
    speaking = [path for path, config in files if config.CourseDirectory.get(name)]
    return speaking[-1] if speaking else "nbgrader's configuration"


def _packaged():
    from .course import packaged

    try:
        return packaged() / "nbgrader_config.py"
    except CourseError:
        return "bplab's nbgrader_config.py"
