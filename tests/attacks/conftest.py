"""The class of hostile and honest learners, graded once for all tests."""

import resource
import secrets
import time

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import Limits, available
from tests.attacks import (  # noqa: F401 (they fill the table)
    clocks,
    cost_of_cleaning,
    cost_of_marking,
    cost_of_reading,
    exfiltration,
    files_beside,
    follow_through,
    forged_answers,
    forged_files,
    hidden_memory,
    hooks_and_processes,
    kernel_memory,
    living_answers,
    living_views,
    memory_taken,
    metadata,
    names,
    notebooks,
    pages_opened,
    resources,
    second_sittings,
    stored,
    tampering,
    thefts,
    verdicts,
    views,
)
from tests.attacks.classroom import MIDTERM, POINTS, Classroom, processes
from tests.attacks.corpus import ATTACKS, hand_in, key_of

LIMITS = Limits(
    cell_seconds=3,
    total_seconds=12,
    memory_mb=500,
    processes=24,
    file_mb=16,
    tmp_mb=32,
    open_files=128,
    cell_output_bytes=400_000,
    output_bytes=1_000_000,
)
HONEST = {"honest-solved": POINTS, "honest-untouched": 0.0, "honest-wrong": 19.0}
SECRETS = ("home", "environment", "memory", "gradebook", "neighbor")


class Graded:
    """The class after it was graded."""

    def __init__(self, root, patch):
        self.planted = {place: secrets.token_hex(12) for place in SECRETS}
        self.room = Classroom(root)
        self.left = {}
        self._plant(patch)
        self.room.hand_in("honest-untouched", self.room.released())
        self.room.hand_in("honest-wrong", self.room.wrong())
        solved = self.room.with_code(f"# {self.planted['neighbor']}", self.room.solved())
        self.room.hand_in("honest-solved", solved)
        self.before = self._grade(self.room)
        self.recorded_before = self.room.recorded()
        self.exam = Classroom(self.room.root.parent / "exam", MIDTERM)
        solved = self.exam.solved("softmax", "roc_auc", "save_model", "load_model")
        self.exam.hand_in("honest-examinee", solved)
        for attack in ATTACKS:
            hand_in(attack, self.room_of(attack))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        self.after = self._grade(self.room)
        self.after_exam = self._grade(self.exam)
        self.seconds = time.monotonic() - started
        self.megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        self.recorded = self.room.recorded()
        self.recorded_exam = self.exam.recorded()

    def room_of(self, attack):
        return self.exam if attack.exam else self.room

    def result(self, attack):
        """What the grader says of an attack's submission."""
        return (self.after_exam if attack.exam else self.after)[key_of(attack)]

    def record(self, attack):
        return (self.recorded_exam if attack.exam else self.recorded)[attack.name]

    def _plant(self, patch):
        self.room.home.mkdir()
        for name in (".netrc", ".bash_history", "grades.txt"):
            (self.room.home / name).write_text(self.planted["home"])
        patch.setenv("HOME", str(self.room.home))
        patch.setenv("GRADER_TOKEN", self.planted["environment"])
        self.in_memory = [self.planted["memory"], self.planted["memory"].encode()]
        self.planted["course"] = self.room.course.secret().decode()

    def _grade(self, room):
        found = {}
        for graded in batch.grade_each(room.chapter, room.root, jobs=3, limits=LIMITS, force=True):
            found[graded.student] = graded
            self._look_for_leftovers(graded.student)
        return found

    def _look_for_leftovers(self, student):
        for attack in ATTACKS:
            if attack.name == student and processes(attack.mark):
                until = time.monotonic() + 60  # on a busy machine what was killed is seen for long
                while processes(attack.mark) and time.monotonic() < until:
                    time.sleep(0.3)
                if found := processes(attack.mark):
                    self.left[student] = found


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    if not available()[0]:
        pytest.skip(available()[1])
    with pytest.MonkeyPatch.context() as patch:
        return Graded(tmp_path_factory.mktemp("class") / "course", patch)
