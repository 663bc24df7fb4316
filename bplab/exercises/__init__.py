"""What is asked: a folder per chapter, a file per exercise (reference, paper, named mistakes)."""

import contextlib
import difflib
import functools
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# chapter: the folder (or file) here that holds its exercises, with EXERCISES in teaching order
_MODULES = {
    "01_single_neuron": "single_neuron",
    "02_chain_rule": "chain_rule",
    "02b_autograd_engine": "autograd_engine",
    "03_two_pass_mlp": "two_pass_mlp",
    "03b_textbook_units": "textbook_units",
    "04_optimizers": "optimizers",
    "05_regularization": "regularization",
    "06_diabetes_classifier": "diabetes",
    "07_deep_networks": "deep_networks",
    "08_recurrent": "recurrent",
    "09_convolution": "convolution",
    "10_autodiff": "autodiff",
    "11_policy_gradient": "policy_gradient",
}
MANY = 80  # names; a list of more helps nobody
CHAPTERS = tuple(
    name for name, module in _MODULES.items() if find_spec(f"bplab.exercises.{module}")
)


class UnknownName(LookupError):
    """A name that is no exercise, or no chapter; the message offers the nearest one."""

    def _render_traceback_(self):
        told = str(self)
        return [
            told[:1].upper() + told[1:]
        ]  # a notebook shows this line: none of the course's own code is at fault


def chapter(name):
    """The exercises of a chapter, in teaching order."""
    if name not in CHAPTERS:
        raise UnknownName(f"there is no chapter {name!r}.{nearest(name, CHAPTERS)}")
    module = import_module(f"bplab.exercises.{_MODULES[name]}")
    return list(module.EXERCISES)


def every(until=None):
    """All exercises, in teaching order.

    until : a chapter after which no other is loaded; what is none of the course's has no end
    """
    end = CHAPTERS.index(until) + 1 if until in CHAPTERS else None
    return [exercise for name in CHAPTERS[:end] for exercise in chapter(name)]


def find(name, folder=None):
    """The exercise called `name`: of the course, of a folder of own ones, or of a package.

    folder : where own exercises are, NAME.py each, and mistakes added to the course's; default
        `exercises` in the current folder, or in the course's, if that is the current folder's
        course; there a file of additions that cannot be used is passed over
    """
    from bplab.exercises import own

    ours = _of_the_course(name)
    if ours is not None and folder is not None:
        own.add_mistakes(ours, folder)
    elif ours is not None and not own.is_running() and (own.folder() / f"{name}.py").is_file():
        with contextlib.suppress(own.OwnExerciseError):  # a learner can do nothing about it
            own.add_mistakes(ours, own.folder())
    if ours is not None:
        return ours
    names = {exercise.name: exercise for exercise in every()}
    folder = own.folder() if folder is None else folder
    found = own.in_folder(name, folder) or own.of_packages().get(name)
    if found is None:
        names |= dict.fromkeys(own.names_in(folder))
        raise UnknownName(f"there is no exercise called {name!r}.{_alike(name, names)}")
    return found


def _of_the_course(name):
    for home in _homes(name):  # no other chapter need be loaded
        for exercise in chapter(home):
            if exercise.name == name:
                return exercise
    return next((exercise for exercise in every() if exercise.name == name), None)


@functools.cache
def _homes(name):
    """Chapters that have a file of this name."""
    file = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name)).lower() + ".py"
    if file.removesuffix(".py").isidentifier():
        here = Path(__file__).parent
        return [home for home in CHAPTERS if (here / _MODULES[home] / file).is_file()]
    return []


def _alike(name, names):
    """' Did you mean ...?' with the names that are close, or where the names stand."""
    close = difflib.get_close_matches(str(name), list(names), n=2, cutoff=0.65)
    if close:
        return f" Did you mean {' or '.join(map(repr, close))}?"
    return " The name is that of the function or class in the exercise's own cell."


def nearest(name, names):
    """' Did you mean ...?' or what there is."""
    close = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.4)
    if close:
        return f" Did you mean {close[0]!r}?"
    if len(names) > MANY:
        return f" None of the {len(names)} there are is near it."
    return f" There are: {', '.join(names)}." if names else ""
