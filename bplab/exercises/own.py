"""Exercises from elsewhere: a course's own folder `exercises/`, and installed packages.

A file `exercises/NAME.py` holds an Exercise called NAME, written as the ones here are. If NAME is
an exercise of the course, the file adds mistakes to that one. A package names its module under the
entry point `bplab.exercises`; all exercises in that module are found.
"""

import importlib.util
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

from bplab.exam import Exercise

FOLDER = "exercises"
LATER = "marked_later.txt"  # in a released folder
GROUP = "bplab.exercises"
_loaded = {}  # resolved path: (time of change, exercises)
_added = {}  # name of an exercise of the course: (resolved path, time of change, mistakes added)
_running = set()  # paths of files that are being run


class OwnExerciseError(ValueError):
    """A file of exercises that cannot be used; the message says why and what to do."""


def load(path):
    """The exercises that the file defines, in its order. It is run, once for each change of it.

    Raises OwnExerciseError where the file does not run or holds no exercise of its name.
    """
    path = Path(path).resolve()
    changed = _changed(path)
    if path in _loaded and _loaded[path][0] == changed:
        return _loaded[path][1]
    module = _run(path)
    found = list(dict.fromkeys(_defined(module)))
    _loaded[path] = (changed, found)
    return found


def _changed(path):
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise OwnExerciseError(f"cannot read {path} ({error.strerror}).") from None


def _run(path):
    name = f"bplab_own_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that errors and sources are found
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        words = error.msg if isinstance(error, SyntaxError) else str(error).rstrip(".")
        raise OwnExerciseError(
            f"{path.name} does not run: {type(error).__name__}: {words}{_line(error, path)}."
        ) from error
    finally:
        sys.dont_write_bytecode = writes
    return module


def _line(error, path):
    trace, line = error.__traceback__, getattr(error, "lineno", None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (line {line})" if line else ""


def _defined(module):
    return [
        value
        for value in vars(module).values()
        if isinstance(value, Exercise) and not _is_ours(value)
    ]


def _is_ours(exercise):
    """Whether a chapter of the course has it: what a file imports from one is not its own."""
    chapters = [
        module for name, module in list(sys.modules.items()) if name.startswith(__package__)
    ]
    return any(exercise in getattr(module, "EXERCISES", ()) for module in chapters)


def in_folder(name, folder):
    """The exercise `name` of the file of that name in `folder`, or None if there is no such file.

    Raises OwnExerciseError if the file holds something else.
    """
    path = Path(folder) / f"{name}.py"
    if not str(name).isidentifier() or not path.is_file():
        return None
    found = {exercise.name: exercise for exercise in load(path)}
    if name not in found:
        holds = ", ".join(found) or (
            "no exercise. One that adds mistakes to an exercise of the course has its name, such "
            "as sigmoid.py"
        )
        raise OwnExerciseError(
            f"{path.name} should define an Exercise called {name!r}; it holds {holds}."
        )
    return found[name]


def add_mistakes(exercise, folder):
    """Give an exercise of the course, and those it is built on, the mistakes that files of their
    names in `folder` add; and take from them what another folder's, or an older file, added.

    Raises OwnExerciseError where a file does not run or adds nothing.
    """
    for part in exercise.built_on:
        add_mistakes(part, folder)
    path = Path(folder) / f"{exercise.name}.py"
    there = os.path.isfile(path)
    if not there and exercise.name not in _added:  # of most exercises
        return
    path = path.resolve()
    if path in _running:
        return
    before, when, names = _added.get(exercise.name, (None, None, ()))
    changed = _changed(path) if there else None
    if (before, when) == (path, changed):
        return
    for name in names:
        exercise.mistakes.pop(name, None)
    _added.pop(exercise.name, None)
    if there:
        _added[exercise.name] = (path, changed, _run_for(exercise, path))


def is_running():
    """Whether a file that adds mistakes is being run: what it finds comes as it stands."""
    return bool(_running)


def added_to(exercise):
    """Names of the mistakes that a file has added to an exercise of the course."""
    return list(_added.get(exercise.name, (None, None, ()))[2])


def _run_for(exercise, path):
    """Run a file that adds mistakes; their names."""
    known = dict(exercise.mistakes)
    _running.add(path)
    try:
        theirs = [found.name for found in _defined(_run(path))]
        added = [name for name in exercise.mistakes if name not in known]
        if exercise.name in theirs:
            raise OwnExerciseError(
                f"{path.name} defines an exercise {exercise.name!r}, and the course has one of "
                "that name: give yours, and its file, another."
            )
        if not added:
            raise OwnExerciseError(
                f"{path.name} adds no mistake to {exercise.name}: take it by "
                f"find({exercise.name!r}) from bplab.exercises, and add with its `mistake`."
            )
    except OwnExerciseError:
        exercise.mistakes.clear()
        exercise.mistakes.update(known)
        raise
    finally:
        _running.discard(path)
    return added


def folder():
    """Where own exercises are for a notebook in the current folder: beside it, as in a release; or
    in the course's own folder, for a notebook of its source (COURSE/source/CHAPTER)."""
    return Path(FOLDER) if (course := _course_of_source()) is None else course / FOLDER


def is_at_source():
    """Whether the current folder is of a course's source: what is marked later is marked there."""
    return _course_of_source() is not None


def _course_of_source():
    try:
        course = Path.cwd().parent.parent
        beside = Path(FOLDER).is_dir()
        there = (course / "nbgrader_config.py").is_file() and (course / FOLDER).is_dir()
    except OSError:  # the current folder is gone, or may not be read
        return None
    return course if there and not beside else None


def names_in(folder):
    """The names that files in `folder` stand for, sorted."""
    folder = Path(folder)
    return sorted(p.stem for p in folder.glob("*.py") if p.stem.isidentifier() and p.stem[0] != "_")


def of_packages():
    """{name: exercise} of installed packages. One that does not load is left out."""
    found = {}
    for point in entry_points(group=GROUP):
        try:
            module = point.load()
        except Exception as error:
            print(f"bplab: exercises of {point.value} do not load: {error}", file=sys.stderr)
            continue
        for exercise in _defined(module):
            found.setdefault(exercise.name, exercise)
    return found


def mark_later(name, folder):
    """Note in a released folder that an exercise is marked only after hand-in."""
    names = sorted({*marked_later(folder), name})
    (Path(folder) / LATER).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def marked_later(folder=FOLDER):
    """Names of own exercises that are marked after hand-in, as a release says."""
    try:
        return set((Path(folder) / LATER).read_text(encoding="utf-8").split())
    except OSError:
        return set()
