"""Papers that several tests sit: drawn once, and what was found out of them stays with them.

What takes long of a wrong answer is what every named mistake gives to its paper.
"""

import os
from functools import lru_cache
from zlib import crc32

from bplab.exam import sit
from bplab.exam.answers import read
from bplab.exam.wire import WireError

# One paper of theirs holds as many programs, or steps of a training, as ten of others.
MANY_IN_ONE = {"Tensor", "Value", "Dual", "fit_minibatch", "train_until"}


def dear(exercise):
    """Whether one paper of it is enough for a test of many answers."""
    return exercise.costly or exercise.name in MANY_IN_ONE


def seeds(exercise, name):
    """Of the papers that one answer sits: the practice paper; every third answer another one too.

    All of them by command: BPLAB_THOROUGH=1 pytest tests/exercises
    """
    if not dear(exercise) and (os.environ.get("BPLAB_THOROUGH") or crc32(name.encode()) % 3 == 0):
        return None, 1
    return (None,)


@lru_cache(maxsize=64)
def paper_of(exercise, seed=None):
    """The paper of a seed, or the practice paper."""
    return exercise.practice_paper() if seed is None else exercise.draw(seed)


def examined(exercise, fn, seed=None):
    """The report, as by `exercise.examine(fn, seed)`."""
    paper = paper_of(exercise, seed)
    return exercise.mark(paper, sit(fn, paper.sheet()))


def said_and_report(exercise, fn):
    """(answers, report) on the practice paper; None for answers that cannot be read."""
    paper = paper_of(exercise)
    answers = sit(fn, paper.sheet())
    report = exercise.mark(paper, answers)
    try:
        return read(answers), report
    except WireError:  # a list that holds itself, say
        return None, report
