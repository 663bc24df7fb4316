"""Killed at any moment and started again, grading ends with the same gradebook."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import available
from bplab.grading.sandbox.cgroups import Groups
from tests import patience

KILLS = int(os.environ.get("BPLAB_KILLS", 8))  # more of them by command: BPLAB_KILLS=50 pytest ...
RUN = """
import sys
from bplab.grading import batch
for graded in batch.grade_each(sys.argv[1], sys.argv[2], jobs=2):
    print(graded.student, graded.status, flush=True)
    sys.stdin.readline()  # go on when told: a quick machine does not end before it is killed
"""


def start(room):
    return subprocess.Popen(
        [sys.executable, "-c", RUN, room.chapter, str(room.root)],
        env={**os.environ, "TMPDIR": tempfile.gettempdir()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_kills_at_any_moment_change_nothing(room, builders, tmp_path, monkeypatch):
    if not available()[0]:
        pytest.skip(available()[1])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    wrong = room.solved(mse_loss="def mse_loss(p, y):\n    return np.sum((p - y) ** 2)")
    # Through the first alone the second fails: it is sat again. So it is where the run then ends.
    halved = "def sigmoid(z):\n    return 0.5 / (1 + np.exp(-z))"
    ends = "def neuron_backward(X, a, y):\n    import os\n    os._exit(3)"
    carried = room.solved(sigmoid=halved), room.solved(sigmoid=halved, neuron_backward=ends)
    for number in range(16):
        kind = (room.solved(), room.untouched(), wrong, *carried)[number % 5]
        room.hand_in(f"s{number:02}", kind, timestamp="2030-01-01 10:00:00 UTC")
    room.hand_in("broken", b"{")
    batch.grade(room.chapter, room.root)
    expected = room.scores()
    assert room.totals()["s03"] == 5 and room.totals()["s04"] == 2, "second sittings were held"
    notebooks = {s: room.autograded(s) for s in expected}
    (room.root / "gradebook.db").unlink()
    batch.grade(room.chapter, room.root, students=["s00"])
    seed = random.Random(7)
    killed, started_over, pids = 0, 0, []
    for _ in range(KILLS):
        process = start(room)
        pids.append(process.pid)
        kill_on_its_way(process, seed.randrange(3), seed.uniform(0, 1))
        killed += process.returncode == -signal.SIGKILL
        with room.gradebook() as book:
            done = len(book.find_assignment(room.chapter).submissions)
        if done == len(expected):  # all done: lose the gradebook and begin again
            started_over += 1
            (room.root / "gradebook.db").unlink()
            batch.grade(room.chapter, room.root, students=["s00"])
    print(f"{killed} kills, {started_over} times all done before")
    assert killed >= KILLS // 2  # the others had less to do than was waited for
    results = batch.grade(room.chapter, room.root)
    assert {r.status for r in results} <= {"graded", "unreadable", "skipped"}
    assert room.scores() == expected
    assert {s: strip(room.autograded(s)) for s in expected} == {
        s: strip(n) for s, n in notebooks.items()
    }
    assert list((room.root / ".bplab").glob("*.part")) == []
    assert all(r.status == "skipped" for r in batch.grade(room.chapter, room.root))
    assert list(temporary.iterdir()) == []
    groups = Groups()
    left = [
        p for base in groups.bases.values() for n in pids for p in base.parent.glob(f"bplab-{n}-*")
    ]
    groups.close()
    assert left == []
    end = time.monotonic() + patience.SECONDS
    while (left := processes_with(str(temporary))) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


def processes_with(word):
    """The command lines of all processes that name it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word.encode() in (line := path.read_bytes()):
                found.append(line)
    return found


def kill_on_its_way(process, count, share):
    """Let a run record `count` new results and begin another, and kill it in the midst of that:
    after `share` of the time that the last one took."""
    new, before = 0, time.monotonic()
    while line := process.stdout.readline():
        before, took = time.monotonic(), time.monotonic() - before
        new += "skipped" not in line
        process.stdin.write("go on\n")
        process.stdin.flush()
        if new >= count:
            time.sleep(share * took)
            break
    process.kill()
    _, told = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), told


def strip(notebook):
    text = json.dumps(notebook)
    return text.replace(os.sep, "/")
