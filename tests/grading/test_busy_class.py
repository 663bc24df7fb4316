"""A class, graded alone and three times beside four processes per core: same points and reasons."""

import contextlib
import os
import subprocess
import sys

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import Limits, Sandbox
from bplab.grading.sandbox.warm import SandboxError
from tests.grading.conftest import SOLUTIONS

pytestmark = pytest.mark.slow
LIMITS = Limits(cell_seconds=1, total_seconds=20, memory_mb=400, cell_output_bytes=200_000)
BUSY = "import os\nos.nice(19)\nwhile os.getppid() != 1: sum(range(10**5))"
BURN = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\n"


@contextlib.contextmanager
def loaded():
    """Four endless loops for every core, more patient than the grader."""
    count = 4 * (os.cpu_count() or 1)
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
        assert [loop.poll() for loop in loops] == [None] * count
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def odd_class(room):
    """Learners by name, each with the points that are due."""
    sigmoid = SOLUTIONS["sigmoid"]

    twice = room.solved(sigmoid="def sigmoid(z):\n    return z")
    at = [cell["id"] for cell in twice["cells"]].index("sigmoid")
    twice["cells"].insert(at + 1, {**twice["cells"][at], "id": "again", "source": sigmoid})
    torch = "import no_such_module\n" + sigmoid
    slow = sigmoid.replace("    return", "    import time; time.sleep(0.01)\n    return")
    return {
        "honest": (room.solved(), 6),
        "near": (room.solved(sigmoid=BURN + sigmoid), 6),
        "waits": (room.solved(sigmoid=slow), 6),
        "twice": (twice, 6),
        "error": (room.solved(sigmoid=torch), 5),  # what only follows costs nothing
        "endless": (room.solved(mse_loss="while True: pass"), 5),
    }


class Kept:
    """A warm sandbox that stays for the next grading."""

    def __init__(self, sandbox):
        self.sandbox, self.hands_over, self.run = sandbox, sandbox.hands_over, sandbox.run
        self.ready = sandbox.ready

    def __call__(self, chapter, *, limits, isolate):
        return self

    def __enter__(self):
        assert self.shown == self.sandbox.shown
        return self

    def __exit__(self, *exc):
        pass


@pytest.fixture
def warm(room):
    try:
        with Sandbox(room.chapter, limits=LIMITS) as sandbox:
            yield Kept(sandbox)
    except SandboxError as error:
        pytest.skip(str(error))


def test_a_busy_machine_changes_neither_points_nor_reasons(room, warm):
    due = odd_class(room)
    for student, (notebook, _) in due.items():
        room.hand_in(student, notebook)
    told = []
    for around in (contextlib.nullcontext(), loaded(), loaded(), loaded()):
        with around:
            graded = batch.grade(
                room.chapter, room.root, limits=LIMITS, jobs=2, force=True, sandbox=warm
            )
            assert {g.student: g.score for g in graded} == {s: due[s][1] for s in due}
            rows = {g.student: g.details["exercises"] for g in graded}
            for row in [row for each in rows.values() for row in each.values()]:
                row.pop("seconds")
            told.append((rows, room.scores(), {g.student: g.details["fault"] for g in graded}))
    assert told[0] == told[1] == told[2] == told[3]
    rows = told[0][0]
    assert rows["endless"]["mse_loss"]["score"] == 0
    assert rows["error"]["neuron_forward"]["carried"] == ["sigmoid"]
