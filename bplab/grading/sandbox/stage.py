"""Which part of bplab learner's code may see, and a copy of it in a folder.

It follows from what is asked, never from a name. Of `bplab.nn`, `viz` and `data` there is what
comes before the earliest exercise asked; a later file would hand out answers, or draw them.
"""

import contextlib
import json
import os
import py_compile
import shutil
import sys
import types
from importlib.util import cache_from_source
from pathlib import Path

from bplab import nn
from bplab.grading.sandbox.inside.jail import HOME

# Relative to the package; a folder stands for everything in it.
_ALWAYS = (
    "__init__.py",
    "exam/__init__.py",
    "exam/wire.py",
    "exam/sitting.py",
    "exam/second.py",
    "exam/compose.py",
    "exam/limits.py",
    "exam/raised.py",
    "exam/probes",
    "exam/report.py",
    "study/__init__.py",
    "study/check.py",
    "data",
    "nn/__init__.py",
    "viz/__init__.py",
    "viz/in_words.py",
    "viz/style.py",
    "viz/widget.py",
    "viz/curves.py",
    "viz/modes.py",
    "viz/memory.py",
    "grading/sandbox/inside",
)
# The chapter whose answers a picture works out for itself. A file that is not named here is seen
# by nobody who is graded; its pictures are then left out, and the code that asks for them goes on.
_PICTURES = {
    "neuron": "01_single_neuron",
    "regions": "01_single_neuron",
    "bowl": "01_single_neuron",
    "activation_curves": "03_two_pass_mlp",
    "graph": "02b_autograd_engine",
    "graph_places": "02b_autograd_engine",
    "graph_steps": "02b_autograd_engine",
    "graph_values": "02b_autograd_engine",
    "graph_words": "02b_autograd_engine",
    "two_pass": "03_two_pass_mlp",
    "two_pass_numbers": "03_two_pass_mlp",
    "two_pass_places": "03_two_pass_mlp",
    "two_pass_still": "03_two_pass_mlp",
    "race": "04_optimizers",
    "descent": "04_optimizers",
    "walks": "04_optimizers",
    "overfitting": "05_regularization",
    "dropout": "05_regularization",
    "clinic": "06_diabetes_classifier",
    "patients": "06_diabetes_classifier",
    "two_in_a_row": "02_chain_rule",
    "depth": "03_two_pass_mlp",
    "tensors": "02b_autograd_engine",
    "unrolled": "08_recurrent",
    "sliding": "09_convolution",
    "readers": "09_convolution",
    "poles": "11_policy_gradient",
}
NOTHING = ""  # before every chapter


def package():
    """The folder of the package bplab that is running."""
    import bplab

    return Path(bplab.__file__).resolve().parent


def of_chapter(chapter: str) -> tuple[str, ...]:
    """What may be seen by learners of a chapter of the course; of any other name, the least."""
    return _before(chapter if chapter in _homes() else NOTHING)


def of_asked(exercises, names=()) -> tuple[str, ...]:
    """What may be seen where these are asked.

    exercises : Exercise objects;  names : of other functions that the release leaves to be written
    """
    homes, asked = _homes(), set(names)
    found = []
    for exercise in exercises:
        asked.add(exercise.name)
        if exercise.chapter in homes:
            found.append(exercise.chapter)
        else:  # an instructor's own, which may wrap something of the course
            asked |= {getattr(other, "name", other) for other in exercise.built_on}
            asked |= _spoken_of(exercise.reference)
    found += [nn.MODULES[module][0] for name in asked if (module := _module_of(name))]
    return _before(min(found, default="~"))


def _homes():
    return {home for home, _ in nn.MODULES.values()}


def _module_of(name):
    return next((module for module, (_, names) in nn.MODULES.items() if name in names), None)


def _spoken_of(reference) -> set[str]:
    """Names in the code of a function or class: one that calls nn.softmax asks for softmax.

    So does one that calls a helper of its own file that does, or that imported it by another name.
    """
    found, seen, waiting = set(), set(), [reference]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, type):
            waiting += vars(thing).values()
        names = _names_in(getattr(thing, "__code__", None))
        found |= names
        around = getattr(thing, "__globals__", {})
        for other in (around[name] for name in names if name in around):
            home, name = getattr(other, "__module__", None), getattr(other, "__name__", "")
            if str(home).startswith("bplab."):
                found.add(name)
            elif home and home == getattr(reference, "__module__", None):
                waiting.append(other)
    return found


def _names_in(code):
    found, codes = set(), [code]
    while codes:
        code = codes.pop()
        if isinstance(code, types.CodeType):
            found |= set(code.co_names)
            codes += code.co_consts
    return found


def _before(chapter):
    """Paths of what comes before a chapter, relative to the package."""
    modules = [f"nn/{name}.py" for name, (home, _) in nn.MODULES.items() if home < chapter]
    pictures = [f"viz/{name}.py" for name, home in _PICTURES.items() if home < chapter]
    return (*_ALWAYS, *modules, *pictures)


def stage(folder):
    """Copy what everybody may see into `folder`/bplab, and what stands around it."""
    target = Path(folder) / "bplab"
    _copy_all(_ALWAYS, folder)
    for inner in ("grading", "grading/sandbox"):  # on the way, and empty
        (target / inner / "__init__.py").touch()
    for name, text in (
        ("passwd", f"learner:x:1000:1000:learner:{HOME}:/bin/sh\n"),
        ("group", "learner:x:1000:\n"),
    ):
        (Path(folder) / name).write_text(text)
    (Path(folder) / "nothing").mkdir()
    _stage_fonts(Path(folder) / "fonts")
    _readable(Path(folder))


def add(shown, folder):
    """Copy what may be seen beside that."""
    _copy_all([path for path in shown if path not in _ALWAYS], folder)
    _readable(Path(folder))


def _copy_all(paths, folder):
    source, target = package(), Path(folder) / "bplab"
    for path in paths:
        _copy(source / path, target / path)


def _copy(source, target):
    if source.is_dir():
        for inner in sorted(source.iterdir()):
            if inner.suffix == ".py" or (inner.is_dir() and inner.name != "__pycache__"):
                _copy(inner, target / inner.name)
            elif inner.is_file():
                _copy(inner, target / inner.name)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        if source.suffix == ".py":
            compiled = _compiled(source)
            if compiled.exists():  # of its source's time and size, or Python passes it by
                _copy(compiled, Path(cache_from_source(target)))


def _compiled(source):
    """Where a module is compiled to. It is, as Python does itself at the first import: what only
    the sandbox imports would be compiled there again in every run."""
    compiled = Path(cache_from_source(source))
    if not sys.dont_write_bytecode and not compiled.exists():
        with contextlib.suppress(OSError, py_compile.PyCompileError):
            py_compile.compile(str(source), doraise=True)
    return compiled


def _stage_fonts(folder):
    """matplotlib's list of its own fonts, if the grader has one: to make it anew takes a while."""
    folder.mkdir()
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    known = os.environ.get("MPLCONFIGDIR") or os.path.join(caches, "matplotlib")
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        for path in Path(known).glob("fontlist-v*.json"):
            fonts = json.loads(path.read_text())
            for kind in ("ttflist", "afmlist"):  # the machine's own are not in view
                fonts[kind] = [font for font in fonts[kind] if not os.path.isabs(font["fname"])]
            (folder / path.name).write_text(json.dumps(fonts))


def _readable(folder):
    os.chmod(folder, 0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
