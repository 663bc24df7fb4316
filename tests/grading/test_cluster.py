"""Beyond one machine: a Dask cluster whose worker is killed, and a gradebook in PostgreSQL."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bplab.grading import batch
from bplab.grading.course import CourseError
from bplab.grading.sandbox import available
from tests import patience, ports

pytestmark = [pytest.mark.slow]


@pytest.fixture
def classroom(room):
    if not available()[0]:
        pytest.skip(available()[1])
    wrong = room.solved(mse_loss="def mse_loss(p, y):\n    return np.sum((p - y) ** 2)")
    slow = room.solved(sigmoid="import time; time.sleep(0.3)\n\ndef sigmoid(z):\n    return z")
    for number in range(16):
        kind = (room.solved(), room.untouched(), wrong, slow)[number % 4]
        room.hand_in(f"s{number:02}", kind)
    room.hand_in("broken", b"{")
    return room


# Dask


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


def test_a_cluster_gives_the_same_grades_though_a_worker_is_killed(classroom, cluster):
    room = classroom
    batch.grade(room.chapter, room.root)
    expected = room.scores()
    pages = {student: room.autograded(student) for student in expected}
    (room.root / "gradebook.db").unlink()
    shutil.rmtree(room.root / "autograded")
    results = []
    for graded in batch.grade_each(room.chapter, room.root, dask=cluster.scheduler_address):
        results.append(graded)
        if len(results) == 3:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert {r.status for r in results} == {"graded", "unreadable"}
    assert room.scores() == expected
    assert {student: room.autograded(student) for student in expected} == pages
    rows = next(r for r in results if r.student == "s03").details["exercises"]
    assert rows["neuron_forward"]["carried"] == ["sigmoid"]  # in a second sitting, there too
    assert rows["neuron_forward"]["score"] == 1


def test_no_cluster_there_is_told(room):
    pytest.importorskip("distributed")
    room.hand_in("ada", room.solved())
    [port] = ports.free()
    with pytest.raises(CourseError, match="no Dask scheduler"):
        batch.grade(room.chapter, room.root, dask=f"tcp://127.0.0.1:{port}")


def test_the_secret_does_not_travel(room):
    """What a worker is sent holds neither the secret nor the reference's answers."""
    from bplab.grading.chapter import Chapter, take_up
    from bplab.grading.course import Course
    from bplab.grading.examine import task_of

    room.hand_in("ada", room.solved())
    chapter = Chapter(Course.at(room.root), room.chapter)
    sent = json.dumps(task_of(take_up(chapter, "ada", {}, {}), chapter)).encode()
    assert chapter.course.secret() not in sent and b"expected" not in sent
    assert len(sent) < 100_000


class Hostile:
    """What a worker in wrong hands would send: a pickle that runs code when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


HOSTILE = """
import sys
from pathlib import Path
from bplab.grading import gateway
gateway.refuse_pickles()
from distributed.protocol import pickle, serialize, deserialize
from distributed.protocol.serialize import to_serialize
from distributed.protocol.core import loads
sent = bytes.fromhex(sys.argv[1])
assert pickle.loads(pickle.dumps(b"plain")) == b"plain"
for read in (
    lambda: pickle.loads(sent),
    lambda: deserialize({"serializer": "pickle", "writeable": ()}, [sent]),
    lambda: deserialize({"serializer": "dask", "type-serialized": sent, "sub-header": {}}, []),
):
    found = read()
    print("refused" if type(found) is gateway.Refused else "read", found)
"""


def test_no_pickle_of_a_worker_is_loaded(tmp_path):
    pytest.importorskip("distributed")
    import pickle

    made = tmp_path / "breach"
    code = pickle.dumps(Hostile(str(made))).hex()
    done = subprocess.run([sys.executable, "-c", HOSTILE, code], capture_output=True, text=True)
    assert done.stdout.count("refused") == 3, done.stderr[-2000:]
    assert not made.exists()
    pickle.loads(bytes.fromhex(code))
    assert made.exists()  # it would have


def poison():
    """Put into a worker's process: it answers all, at once, with more than there is."""
    from bplab.grading import cluster

    def examine_there(asked):
        if "NotImplementedError()" in asked:  # handed in untouched
            raise ValueError("no")
        sent = json.loads(asked)["task"]["repaired"]["notebook"]
        names = [cell["id"] for cell in sent["cells"] if "check_" in cell["id"]]
        shown = {"text/html": "<script>alert(1)</script>"}
        sent["cells"][-1]["outputs"] = [{"output_type": "display_data", "data": shown}]
        scores = {name: 1000.0 for name in names}
        details = {"score": 4000.0, "unreadable": None, "failed": None, "broken": []}
        found = {"notebook": json.dumps(sent), "scores": scores, "comments": {}}
        return json.dumps({**found, "details": details})

    cluster.examine_there = examine_there


def test_a_hostile_worker_gives_no_points_and_loses_nobody_any(room, cluster):
    import distributed

    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.run(poison)
    ada, bob = batch.grade(room.chapter, room.root, dask=cluster.scheduler_address)
    assert ada.status == "failed" and "a worker sent" in " ".join(ada.notes)
    assert bob.status == "failed" and "a worker sent an error" in " ".join(bob.notes)
    grades = room.scores()["ada"][0]
    assert all(auto is None and review for _, auto, _, _, review, _ in grades)
    assert "alert(1)" not in json.dumps(room.autograded("ada"))


def test_another_machine_is_spoken_to_over_tls_only(room):
    pytest.importorskip("distributed")
    room.hand_in("ada", room.solved())
    with pytest.raises(CourseError, match="--insecure"):
        batch.grade(room.chapter, room.root, dask="tcp://192.0.2.1:8786")


# PostgreSQL


def programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture
def postgres(tmp_path):
    """A server of our own, on a socket of its own; started as the user postgres if we are root."""
    pytest.importorskip("psycopg2")
    if programs() is None:
        pytest.skip("needs PostgreSQL's server programs (Debian: apt install postgresql)")
    become = []
    home = Path("/tmp") / f"bplab-pg-{os.getpid()}"
    home.mkdir()
    if os.getuid() == 0:
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        become = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]

    def call(program, *arguments):
        subprocess.run(
            [*become, str(programs() / program), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            timeout=patience.SECONDS,
        )

    data = str(home / "data")
    call("initdb", "-D", data, "-U", "grader", "--auth=trust", "--no-sync")
    options = f"-k {home} -c listen_addresses='' -c fsync=off"
    call("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg2://grader@/postgres?host={home}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            call("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def test_a_postgresql_gradebook_ends_the_same(classroom, postgres):
    room = classroom
    batch.grade(room.chapter, room.root)
    expected = room.scores()
    (room.root / "gradebook.db").unlink()
    results = batch.grade(room.chapter, room.root, db_url=postgres)
    assert {r.status for r in results} == {"graded", "unreadable"}
    assert room.scores(postgres) == expected
    assert not (room.root / "gradebook.db").exists()
    again = batch.grade(room.chapter, room.root, db_url=postgres)
    assert {r.status for r in again} == {"skipped"}
    from bplab.grading.book import grades as export
    from bplab.grading.book import insights
    from bplab.grading.course import Course

    course = Course.at(room.root, postgres)
    assert insights.collect(course, room.chapter).scores["s00"] == 6
    assert export.collect(course).of(room.chapter, "s00").score == 6


def test_a_kill_leaves_postgresql_whole(classroom, postgres):
    room = classroom
    run = (
        "import sys; from bplab.grading import batch\n"
        "for graded in batch.grade_each(sys.argv[1], sys.argv[2], db_url=sys.argv[3]):\n"
        "    print(1, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", run, room.chapter, str(room.root), postgres], stdout=subprocess.PIPE
    )
    for _ in range(5):
        process.stdout.readline()
    process.kill()
    process.communicate()
    time.sleep(0.2)
    results = batch.grade(room.chapter, room.root, db_url=postgres)
    assert sum(r.status == "skipped" for r in results) >= 4
    batch.grade(room.chapter, room.root)
    assert room.scores(postgres) == room.scores()


def test_a_server_that_is_not_there_is_told(room):
    room.hand_in("ada", room.solved())
    with pytest.raises(CourseError, match="the gradebook postgresql"):
        batch.grade(room.chapter, room.root, db_url="postgresql://x:secret@127.0.0.1:1/none")
    with pytest.raises(CourseError) as told:
        batch.grade(room.chapter, room.root, db_url="postgresql://x:secret@127.0.0.1:1/none")
    assert "secret" not in str(told.value)
