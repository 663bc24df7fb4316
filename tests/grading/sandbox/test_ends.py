"""Ends of processes: the learner's, the warm one's, the grader's."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bplab.grading.sandbox import Cell, Sandbox, available
from tests import patience
from tests.grading.sandbox.cells import AFTER, CHAPTER, LIMITS, TMP, paper_of, slugs, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = [
    pytest.mark.skipif(not WORKS, reason=WHY),
    pytest.mark.usefixtures("_impatient"),
]


@pytest.mark.parametrize(
    ("source", "slug", "words"),
    [
        ("import os; os._exit(3)", "exited", "exit code 3"),
        ("import os; os._exit(0)", "exited", "exit code 0"),
        ("import ctypes; ctypes.string_at(1)", "crashed", "segmentation fault"),
        ("import os; os.abort()", "crashed", "abort"),
        ("import os; os.kill(os.getpid(), 9)", "killed", "killed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "killed", "killed"),
        ("import sys; sys.setrecursionlimit(10**9)\ndef f(n): return f(n)\nf(1)", "", ""),
    ],
)
def test_a_process_that_ends_says_why(run, source, slug, words):
    result = run("print('before')", source, AFTER)
    if slug:
        assert slugs(result) == [None, slug, "not-reached"]
        assert words in str(result.cells[1].fault)
    else:
        assert slugs(result)[1] in ("crashed", "memory", "timeout", None)
    assert text(result.cells[0]) == "before\n"


def test_leaving_python_politely_is_only_an_error(run):
    result = run("import sys; sys.exit(1)", "exit()", "quit()", "raise SystemExit", AFTER)
    assert slugs(result) == [None] * 5
    assert text(result.cells[4]) == "still here\n"


def test_a_copy_that_a_cell_made_and_let_run_on_answers_nothing(sandbox):
    cells = [
        Cell("import os\nme = os.getpid()\nos.fork(); os.fork()"),
        Cell("def sigmoid(z):\n    os.getpid() == me and os.fork()\n    return z"),
        Cell("check(sigmoid)", kind="exam", id="check_sigmoid", exercise="sigmoid"),
        Cell("print(os.getpid() == me)"),
    ]
    result = sandbox.run(cells, draw=lambda cell: paper_of(1))
    assert slugs(result) == [None] * 4 and result.fault is None
    assert text(result.cells[3]) == "True\n" and result.cells[2].answers


def test_pid_1_cannot_be_killed_stopped_or_looked_into(run):
    source = """
    import os, signal
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        try: os.kill(1, number)
        except PermissionError: pass
    for name in ('mem', 'environ', 'fd', 'maps', 'cwd', 'root'):
        try: print(os.listdir(f'/proc/1/{name}') if name != 'mem' else open('/proc/1/mem', 'rb+'))
        except (PermissionError, NotADirectoryError): pass
    """
    result = run(source, AFTER)
    assert slugs(result) == [None, None]
    assert "PermissionError" not in text(result.cells[0]) and "[" not in text(result.cells[0])


def test_nothing_outlives_a_submission(run, tmp_path):
    mark = f"bplab-daemon-{os.getpid()}"
    source = f"""
    import os, subprocess, time
    subprocess.Popen(['sleep', '1000.{os.getpid()}'], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv({sys.executable!r}, [{mark!r}, '-c', 'import time; time.sleep(1000)'])
        os._exit(0)
    time.sleep(0.2)
    """
    assert slugs(run(source)) == [None]
    time.sleep(0.1)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert mark not in running and f"sleep 1000.{os.getpid()}" not in running


def test_submissions_side_by_side_do_not_meet(sandbox):
    listen = """
    import socket, time, os, glob
    one = socket.socket(socket.AF_UNIX); one.bind('\\0meeting'); one.listen()
    open('/dev/shm/note', 'w').write('x'); open('/tmp/note', 'w').write('x')
    time.sleep(0.8)
    print(len(os.listdir('/dev/shm')), len(TMP))
    """.replace("TMP", TMP)
    reach = """
    import socket, os, time
    time.sleep(0.4)
    print(os.listdir('/dev/shm'), TMP, [p for p in os.listdir('/proc') if p > '2'
          and p.isdigit()], os.listdir('/dev/pts'))
    try: socket.socket(socket.AF_UNIX).connect('\\0meeting')
    except ConnectionRefusedError: print('nobody')
    """.replace("TMP", TMP)
    with ThreadPoolExecutor(2) as pool:
        cells = [[Cell(textwrap.dedent(source))] for source in (listen, reach)]
        first, second = pool.map(lambda one: sandbox.run(one, draw=None), cells)
    assert text(first.cells[0]) == "1 1\n"
    assert text(second.cells[0]) == "[] [] [] ['ptmx']\nnobody\n"


def test_the_sandbox_comes_back_when_its_warm_process_is_killed(sandbox):
    with Sandbox(CHAPTER, limits=LIMITS) as own:
        os.killpg(own._warm.process.pid, signal.SIGKILL)
        own._warm.process.wait()
        time.sleep(0.2)
        assert text(own.run([Cell(AFTER)], draw=None).cells[0]) == "still here\n"
        killer = threading.Timer(0.3, lambda: os.killpg(own._warm.process.pid, signal.SIGKILL))
        killer.start()
        result = own.run([Cell("import time; time.sleep(1)"), Cell(AFTER)], draw=None)
        assert result.fault is None and text(result.cells[1]) == "still here\n"


def test_everything_ends_with_the_grader(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    script = """
    import os, sys, threading
    from bplab.grading.sandbox import Cell, Sandbox
    sandbox = Sandbox("01_single_neuron").__enter__()
    sandbox.ready()
    threading.Timer(1.5, lambda: os.kill(os.getpid(), 9)).start()
    sandbox.run([Cell("import subprocess; subprocess.run(['sleep', '4242'])")], draw=None)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)])
    for _ in range(10 * patience.SECONDS):
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        if "sleep 4242" not in running:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a learner's process outlived the grader")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (left,) = tmp_path.iterdir()
    os.utime(left, (0, 0))
    with Sandbox(CHAPTER):  # the next one clears up
        assert not left.exists()
    assert not list(tmp_path.iterdir())
