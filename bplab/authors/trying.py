"""Try an exercise and its named mistakes, and find the entries of a name."""

import inspect
import runpy
import sysconfig
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bplab import exercises, nn
from bplab.exam import Exercise
from bplab.exam.diagnosis.author_slips import Slip, place
from bplab.exam.diagnosis.general import GENERAL
from bplab.exam.diagnosis.named import outcomes
from bplab.exam.diagnosis.strict import be_strict, strict
from bplab.exam.leaves import judged
from bplab.exercises import own

PAPERS = 20
_HOME = Path(exercises.__file__).parents[1]
# Where an author's slip shows, but does not stand.
_NOT_THEIRS = (
    *(str(_HOME / part) for part in ("exam", "authors", "cli.py")),
    str(Path(exercises.__file__)),
    sysconfig.get_paths()["stdlib"],
    "<frozen",
)


class AuthoringError(ValueError):
    """What is asked cannot be tried; the message says why and what to do."""


@contextmanager
def loud():
    """An author's slip (in a paper, a judge, a reading, an entry) ends it, with its file and line.

    Raises AuthoringError. Before learners such a slip is passed over, as in the tests it is not.
    """
    before = strict()
    be_strict()
    try:
        yield
    except (AuthoringError, exercises.UnknownName, own.OwnExerciseError):
        raise
    except Slip as slip:
        raise AuthoringError(str(slip)) from slip
    except Exception as error:
        raise AuthoringError(f"{type(error).__name__}: {error}{place_of(error)}") from error
    finally:
        be_strict(before)


def place_of(error):
    """' (file, line n)': the deepest line of an error that stands in an author's file, or ''."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}, line {error.lineno})"
    places = [
        f" ({at.filename}, line {at.lineno})"
        for at in traceback.extract_tb(error.__traceback__)
        if not at.filename.startswith(_NOT_THEIRS) and "site-packages" not in at.filename
    ]
    return places[-1] if places else ""


def _other_error(mistake, answers):
    raised = [answer["raised"] for answer in answers if "raised" in answer]
    if not raised or any(
        mistake.kind in ("", error["type"]) and mistake.says in error["message"] for error in raised
    ):
        return ""
    found = f"{raised[0]['type']}: {raised[0]['message']}"
    return (
        f"{mistake.name}: its own function raises {found}; kind={mistake.kind!r} and "
        f"says={mistake.says!r} ask for another error. Mend these, or the function."
    )


@dataclass
class Trial:
    """What became of one named mistake.

    name, exercise : whose
    refused : the number of papers, of `papers`, that refuse it
    told : {slug: number of papers that call it so}
    shadows : names of mistakes that are no longer called by their own name since it is there
    unheard : what to do about a `when` that nothing is called, or ""
    without : what the engine says of it when it has no name: (slug, observed)
    card : the report on the practice paper
    """

    exercise: str
    name: str
    papers: int
    refused: int = 0
    told: dict = field(default_factory=dict)
    shadows: list = field(default_factory=list)
    unheard: str = ""
    without: tuple = ("", "")
    card: object = None

    @property
    def good(self):
        return self.refused == self.papers and self.by_name and not (self.shadows or self.unheard)

    @property
    def by_name(self):
        return list(self.told) == [self.name]


def exercise_of(name, folder=None):
    """The exercise called `name`, or the one in a file NAME.py."""
    if str(name).endswith(".py"):
        path = Path(name)
        if not path.is_file():
            raise AuthoringError(
                f"there is no file {name} here. Name an exercise, or the path of a file that "
                "holds one."
            )
        return exercises.find(path.stem, path.parent)
    return exercises.find(name, folder)


def add_mistakes(exercise, path):
    """Run a file with entries `@NAME.mistake(...)` for the exercise; the new names, in order.

    The file sees the exercise by its name, `np`, `nn` and `Exercise`.
    """
    if not Path(path).is_file():
        raise AuthoringError(f"{str(path)!r} is no file: name one that holds new entries.")
    before = set(exercise.mistakes)
    known = {exercise.name: exercise, "np": np, "nn": nn, "Exercise": Exercise}
    try:
        runpy.run_path(str(path), known)
    except Exception as error:
        what = error.msg if isinstance(error, SyntaxError) else error
        how = f" {_form(exercise)}" if isinstance(error, (NameError, TypeError)) else ""
        raise AuthoringError(
            f"{path} does not run: {type(error).__name__}: {what}{place_of(error)}.{how}"
        ) from error
    added = [name for name in exercise.mistakes if name not in before]
    if not added:
        raise AuthoringError(f"{path} adds no mistake to {exercise.name}. {_form(exercise)}")
    return added


def _form(exercise):
    """How an entry is written, in a sentence."""
    arguments = ", ".join(inspect.signature(exercise.reference).parameters)
    return (
        f"An entry is @{exercise.name}.mistake(name, observed, look, derive), three sentences "
        f"after the name, over a function of ({arguments}); part=, when=, only=, kind= and says= "
        f"may follow. The file knows {exercise.name}, np, nn and Exercise."
    )


def unheard(exercise, mistake):
    """What to do about a `when` that nothing is called, in a sentence, or ""."""
    if mistake.when is None:
        return ""
    paper = exercise.practice_paper()
    if mistake.when == "raised" and mistake.solution is not None:
        return _other_error(mistake, outcomes(paper, mistake))
    if mistake.when in GENERAL:
        return ""
    rights = [answer["value"] for answer in paper.expected() if "value" in answer]
    parts = {leaf.part: 0 for right in rights for leaf in judged(exercise, right, right, 1.0)}
    if mistake.when in parts:
        return ""
    return (
        f"{mistake.name}: no answer is ever called {mistake.when!r}. `when` names a part of the "
        f"answer ({', '.join(map(str, parts))}) or what is seen before values are compared "
        f"({', '.join(GENERAL)})."
    )


def accepted(exercise, mistake, papers=PAPERS):
    """What to do about an entry that some of the papers take for right, in a sentence, or ""."""
    refused = sum(not exercise.examine(mistake.solution, seed).passed for seed in _seeds(papers))
    where = f"{exercise.name}/{mistake.name} ({place(mistake.solution)})"
    return not_refused(where, refused, papers)


def not_refused(name, refused, papers):
    """The sentence for a mistake that `refused` of `papers` papers tell from what is right."""
    if refused == 0:
        return (
            f"{name} passes: no paper of {papers} tells it from the right answer. Draw inputs on "
            "which they differ, or, if it is right, let the entry go."
        )
    if refused < papers:
        return (
            f"{name} passes on {papers - refused} of {papers} papers: every paper should hold a "
            "case on which it differs from the right answer. Draw one."
        )
    return ""


def _seeds(papers):
    return [None, *range(1, papers)]


def tried(exercise, names=None, papers=PAPERS):
    """A Trial of each named mistake (of all, or of `names`)."""
    return [
        _trial(exercise, exercise.mistakes[name], papers)
        for name in (names or exercise.mistakes)
        if exercise.mistakes[name].solution is not None
    ]


def _trial(exercise, mistake, papers):
    trial = Trial(exercise.name, mistake.name, papers, unheard=unheard(exercise, mistake))
    for seed in _seeds(papers):
        report = exercise.examine(mistake.solution, seed)
        if seed is None:
            trial.card = report
        trial.refused += not report.passed
        slug = "passed" if report.passed else report.mistake
        trial.told[slug] = trial.told.get(slug, 0) + 1
    everything = dict(exercise.mistakes)
    del exercise.mistakes[mistake.name]
    try:
        report = _without(exercise, mistake.solution, mistake.name)
        trial.without = (report.mistake or "passed", report.observed)
        own_names = {
            name: other.solution and _without(exercise, other.solution, mistake.name).mistake
            for name, other in exercise.mistakes.items()
        }
    finally:
        exercise.mistakes.clear()
        exercise.mistakes.update(everything)  # in their old order
    for name, slug in own_names.items():
        if slug == name and _called(exercise, everything[name]) == mistake.name:
            trial.shadows.append(name)
    return trial


def _without(exercise, solution, gone):
    """The report on a solution while the mistake `gone` is out: a reading may still ask for it."""
    try:
        return exercise.examine(solution)
    except KeyError as error:
        if error.args != (gone,):
            raise
    loudly = strict()
    be_strict(False)
    try:
        return exercise.examine(solution)
    finally:
        be_strict(loudly)


def _called(exercise, mistake):
    if mistake.solution is None:
        return None
    return exercise.examine(mistake.solution).mistake


def reference_passes(exercise, papers=PAPERS):
    """The first report on which the reference itself fails, or None."""
    for seed in _seeds(papers):
        report = exercise.examine(exercise.reference, seed)
        if not report.passed:
            return report
    return None


def entries(slug):
    """(exercise, mistake) of every mistake of that name; `exercise/mistake` names one."""
    where, _, name = slug.rpartition("/")
    found = [
        (exercise, mistake)
        for exercise in exercises.every()
        for mistake in exercise.mistakes.values()
        if slug in (mistake.name, f"{exercise.name}/{mistake.name}")
    ]
    if not found:
        asked = [exercises.find(where)] if where else exercises.every()
        known = sorted({each for exercise in asked for each in exercise.mistakes})
        raise AuthoringError(f"no mistake is called {slug!r}.{exercises.nearest(name, known)}")
    return found


def report_on(exercise, mistake):
    """What a learner reads who makes this mistake."""
    if mistake.solution is None:
        return None
    return exercise.examine(mistake.solution)
