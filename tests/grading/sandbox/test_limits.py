"""Limits of time, memory, processes, files and output, each with its reason."""

import json
import sys

import pytest

from bplab.grading.sandbox import Cell, Limits, Sandbox, available
from tests.grading.sandbox.cells import AFTER, CHAPTER, LIMITS, slugs, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = [
    pytest.mark.skipif(not WORKS, reason=WHY),
    pytest.mark.usefixtures("_impatient"),
]


def test_an_endless_loop_is_interrupted_and_the_rest_runs(run):
    result = run("while True: pass", AFTER)
    assert slugs(result) == ["timeout", None] and result.fault is None
    assert "2 seconds" in str(result.cells[0].fault)
    assert "CellTimeout" in text(result.cells[0])
    assert text(result.cells[1]) == "still here\n"


@pytest.mark.parametrize(
    "source",
    [
        "import time; time.sleep(60)",
        "import asyncio; await asyncio.sleep(60)",
        "import subprocess; subprocess.run(['sleep', '60'])",
        "!sleep 60",
        "while True:\n    try: 1/0\n    except Exception: pass",
        "import threading; threading.Event().wait()",
        "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    ],
)
def test_waiting_is_interrupted(run, source):
    result = run(source, AFTER)
    assert slugs(result) == ["timeout", None]
    assert text(result.cells[1]) == "still here\n"


def test_endless_loops_after_the_first_have_less_time(run):
    result = run("while True: pass", "while True: pass", "while True: pass", AFTER)
    assert slugs(result) == ["timeout", "timeout", "timeout", None]
    for cell, seconds in zip(result.cells, (2, 1, 0.5), strict=False):
        assert f"more than {seconds:g} seconds" in str(cell.fault)
        assert f"more than {seconds:g} s" in cell.outputs[-1]["evalue"]


@pytest.mark.parametrize(
    "source",
    [
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "sum(range(10**13))",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_what_cannot_be_interrupted_is_ended(run, source):
    result = run("print('before')", source, AFTER)
    assert slugs(result) == [None, "timeout", "not-reached"]
    assert result.fault.slug == "timeout"
    assert text(result.cells[0]) == "before\n"


def test_the_whole_notebook_has_a_limit():
    limits = Limits(cell_seconds=2, total_seconds=1)
    with Sandbox(CHAPTER, limits=limits) as sandbox:
        busy = "import time; end = time.process_time() + 0.7\nwhile time.process_time() < end: pass"
        cells = [Cell(busy)] * 3
        result = sandbox.run(cells, draw=None)
    assert slugs(result) == [None, "total-timeout", "not-reached"]
    assert "1 seconds" in str(result.fault)


def test_too_much_memory_is_an_error_with_its_reason(run):
    result = run(
        "import numpy as np; x = np.ones(10**9)", "x = []\nwhile True: x += x + [1]", AFTER
    )
    assert slugs(result) == ["memory", "memory", None]
    assert "400 MB" in str(result.cells[0].fault)
    assert text(result.cells[2]) == "still here\n"


def test_memory_shared_among_processes_counts_too(run):
    source = """
    import os, time
    for _ in range(6):
        if os.fork() == 0:
            x = bytearray(150 * 2**20)
            time.sleep(60)
    time.sleep(60)
    """
    result = run(source, AFTER)
    assert slugs(result) == ["memory", "not-reached"]


def test_a_fork_bomb_is_ended(run):
    result = run("import os\nwhile True:\n    os.fork()", AFTER)
    assert slugs(result)[0] in ("processes", "killed")
    assert "24 processes" in str(result.cells[0].fault)


def test_a_bomb_of_threads_is_ended(run):
    source = """
    import threading, time
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(60,)).start()
    """
    assert slugs(run(source))[0] == "processes"


def test_threads_that_a_cell_leaves_end_that_cell_and_not_the_next(sandbox):
    left = "import threading\nfor _ in range(40):\n    threading.Timer(60, print).start()"
    result = sandbox.run([Cell(left, own=True), Cell("x = 1")], draw=None)
    assert slugs(result) == ["processes", "not-reached"]


def test_a_full_disk_is_an_error_with_its_reason(run):
    result = run("open('big', 'wb').write(bytes(20 * 2**20))", AFTER)
    assert slugs(result) == ["files", None]
    fill = "for i in range(100): open(f'/tmp/{i}', 'wb').write(bytes(2**20))"
    result = run(fill, "import shutil; shutil.disk_usage('.').total // 2**20", AFTER)
    assert slugs(result) == ["files", None, None]
    assert "32 MB in all" in str(result.cells[0].fault)
    assert text(result.cells[1]) == "32"


def test_shared_memory_counts_as_disk(run):
    fill = "for i in range(100): open(f'/dev/shm/{i}', 'wb').write(bytes(2**20))"
    assert slugs(run(fill)) == ["files"]


def test_many_tiny_files_are_too_many(run):
    result = run("for i in range(10**6): open(f'{i}', 'w').close()")
    assert slugs(result) in (["files"], ["timeout"])


def test_open_files_are_limited(run):
    result = run("import os\nx = [os.open('/dev/null', 0) for _ in range(1000)]", AFTER)
    assert slugs(result) == ["open-files", None]


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(30_000): print('x' * 10)",
        "print('x' * 10**7)",
        "import sys\nfor i in range(30_000): print('x' * 10, file=sys.stderr)",
        "'x' * 10**7",
        "from IPython.display import display, HTML; display(HTML('x' * 10**7))",
        "from IPython.display import display\nfor i in range(3000): display('x' * 100)",
        "!yes | head -c 3000000",
        "import os\nfor _ in range(100): os.write(1, b'y' * 10**4)",
    ],
)
def test_a_flood_of_output_is_cut_and_said(run, source):
    result = run(source, AFTER)
    assert slugs(result) == ["output", None] and result.fault is None
    assert len(json.dumps(result.cells[0].outputs)) < 2 * LIMITS.cell_output_bytes
    assert "left out" in text(result.cells[0])
    assert text(result.cells[1]) == "still here\n"


def test_an_endless_flood_is_stopped(run):
    result = run("while True: print('x' * 1000)", AFTER)
    assert slugs(result)[0] in ("output", "timeout") and slugs(result)[1] is None


def test_threads_may_print_side_by_side(run):
    source = """
    import threading, sys
    def talk(name):
        for i in range(300): print(name * 50, flush=True)
    threads = [threading.Thread(target=talk, args=(name,)) for name in 'abcd']
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    """
    result = run(source, AFTER)
    assert slugs(result) == [None, None]
    assert len(text(result.cells[0])) == 4 * 300 * 51


def test_any_number_of_flushes_is_fine(run):
    source = "for i in range(12_000): print('x', flush=True)"
    result = run(source, AFTER)
    assert slugs(result) == [None, None]
    assert text(result.cells[0]) == "x\n" * 12_000


def test_output_of_all_cells_together_is_limited(run):
    result = run(*["print('x' * 150_000)"] * 6)
    assert slugs(result) == [None, None, None, "output", "output", "output"]
    total = len(json.dumps([cell.outputs for cell in result.cells]))
    assert total < 1.2 * LIMITS.output_bytes


def test_an_animation_may_redraw_as_often_as_it_likes(run):
    source = """
    from IPython.display import clear_output, display
    for i in range(50):
        clear_output(wait=True)
        display('x' * 20_000 + str(i))
    """
    result = run(source)
    assert slugs(result) == [None] and len(result.cells[0].outputs) == 1
