"""What an honest learner does by accident costs no more than it must."""

import sys

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import Limits, available

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
LIMITS = Limits(cell_seconds=2, total_seconds=30, memory_mb=500, cell_output_bytes=400_000)
SCRATCH = {
    "a crash": "import ctypes; ctypes.string_at(0)",
    "an exit": "import os; os._exit(3)",
    "recursion": "import sys; sys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
    "a flood": "print('x' * 10**7)",
    "a hang": "while True:\n    try: import time; time.sleep(60)\n    except BaseException: pass",
    "heavy work": "x = 0\nwhile True: x += 1",
    "memory": "x = bytearray(10**9)",
}


@pytest.mark.skipif(not WORKS, reason=WHY)
def test_scratch_cells_cost_nothing(room, builders):
    for number, source in enumerate(SCRATCH.values()):
        notebook = room.solved()
        notebook["cells"].insert(4, builders[1]("mine", source))
        room.hand_in(f"s{number}", notebook)
    notebook = room.solved()
    for number in range(8):
        notebook["cells"].insert(4, builders[1](f"mine{number}", SCRATCH["an exit"]))
    room.hand_in("many", notebook)
    for graded in batch.grade_each(room.chapter, room.root, limits=LIMITS, jobs=2):
        assert (graded.status, graded.score) == ("graded", room.max_score), graded
    cells = room.autograded("s1")["cells"]
    mine = next(c for c in cells if c["source"].startswith("import os; os._exit"))
    assert "ended the Python process" in str(mine["outputs"])


GOOD = (
    "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n"
    "    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))"
)
POOR = "def sigmoid(z):\n    return z"


@pytest.mark.parametrize("first, last, points", [(POOR, GOOD, 1), (GOOD, POOR, 0)])
@pytest.mark.parametrize("between", [None, "x = sigmoid(0.0)", "def sigmoid(z):\n    return 7"])
def test_of_two_cells_with_one_id_the_lower_counts(
    room, nearby, builders, first, last, points, between
):
    """As in the learner's own kernel, whatever stands between them."""
    notebook = room.solved(sigmoid=first)
    at = [cell["id"] for cell in notebook["cells"]].index("sigmoid")
    copy = {**notebook["cells"][at], "id": "copy", "source": last}
    more = [builders[1]("between", between)] if between else []
    notebook["cells"][at + 1 : at + 1] = [*more, copy]
    room.hand_in("ada", notebook)
    batch.grade(room.chapter, room.root, sandbox=nearby)
    grades = {grade[0]: grade[1] for grade in room.scores()["ada"][0]}
    assert grades["check_sigmoid"] == points
