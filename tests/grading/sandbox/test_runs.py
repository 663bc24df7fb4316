"""What one run leaves to the next; an ordinary user; no isolation."""

import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bplab
from bplab.exam.wire import unpack
from bplab.grading.sandbox import Cell, Sandbox, available
from tests.grading.sandbox.cells import AFTER, CHAPTER, LIMITS, exam, slugs, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = [
    pytest.mark.skipif(not WORKS, reason=WHY),
    pytest.mark.usefixtures("_impatient"),
]


def test_skipped_and_empty_cells_are_left_out(sandbox):
    cells = [Cell("1/0", kind="skip"), Cell("  \n"), Cell(AFTER)]
    result = sandbox.run(cells, draw=None)
    assert [len(cell.outputs) for cell in result.cells] == [0, 0, 1]
    assert [cell.execution_count for cell in result.cells] == [None, None, 1]


def test_every_run_starts_from_the_same_state(run):
    source = "import random, numpy as np; print(random.random(), np.random.rand(), hash('x'))"
    assert text(run(source).cells[0]) == text(run(source).cells[0])
    run("import numpy as np; np.add = None; x = 1")
    assert text(run("import numpy as np; print(np.add(1, 1), 'x' in globals(), Out)").cells[0]) == (
        "2 False {}\n"
    )


def test_nothing_accumulates_over_many_runs(sandbox):
    def size():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def once(_):
        return sandbox.run([Cell("print('x' * 10_000)"), Cell("1/0")], draw=None).fault

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(once, range(20)))
        before = len(os.listdir("/proc/self/fd")), size(), threading.active_count()
        assert set(pool.map(once, range(100))) == {None}
        after = len(os.listdir("/proc/self/fd")), size(), threading.active_count()
    assert after[0] == before[0] and after[2] == before[2]
    assert after[1] - before[1] < 4 * 2**20


def test_cpu_time_is_counted_with_that_of_children(run):
    busy = "import os, time\nif os.fork() == 0:\n    t = time.process_time()\n"
    busy += "    while time.process_time() - t < 0.4: pass\n    os._exit(0)\nos.wait();"
    assert 0.4 < run(busy).cpu_seconds < 1.5


AS_ORDINARY_USER = """
set -e
home=$1 python=$2 there=$3; shift 3
mount --bind "$home$python" "$there"
mount -t tmpfs -o mode=755 tmpfs "$home"
mkdir -p "$home$python"
mount --bind "$there" "$home$python"
exec setpriv --reuid 1234 --regid 1234 --clear-groups "$@"
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to begin")
def test_an_ordinary_user_is_held_as_well(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user")
    folder.chmod(0o777)
    folder.parent.chmod(0o755)
    folder.parent.parent.chmod(0o755)
    (folder / "there").mkdir()
    source = """
    import os
    def count(path):
        try: return sum(name.isdigit() for name in os.listdir(path))
        except OSError: return -1
    print(os.getuid(), os.getpid(), count('/proc'), os.path.exists('/etc/hostname'))
    """
    script = f"""
    import os
    from bplab.grading.sandbox import Cell, Limits, Sandbox
    print(os.getuid(), flush=True)
    with Sandbox({CHAPTER!r}, limits=Limits(processes=24, memory_mb=400)) as sandbox:
        sandbox.more_to_come = lambda: True
        for source in ({source!r}, "import os\\nwhile True: os.fork()"):
            import textwrap
            result = sandbox.run([Cell(textwrap.dedent(source))], draw=None)
            fault = result.fault or result.cells[0].fault  # whoever is first: kernel or supervisor
            print(fault and fault.slug, result.cells[0].outputs)
    """
    # Root's Python may lie in root's home: show it, and an empty home around it.
    base = os.path.realpath(sys.base_prefix)
    home = str(Path.home()) if base.startswith(str(Path.home())) else str(folder / "there")
    python = base.removeprefix(home) if base.startswith(home) else ""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", AS_ORDINARY_USER, "sh", home, python]
        + [str(folder / "there"), sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=Path(bplab.__file__).parents[1],
    )
    denied = "Permission denied" in done.stderr or "Operation not permitted" in done.stderr
    if denied and not done.stdout:  # before the first line of the script
        pytest.skip(f"this Python is out of another user's reach: {done.stderr[-200:]}")
    lines = done.stdout.splitlines()
    assert lines[0] == "1234", done.stderr
    assert "1000 2 2 False" in lines[1] and lines[1].startswith("None")
    assert lines[2].split()[0] in ("processes", "killed")


def test_without_isolation_cells_run_and_limits_hold():
    with Sandbox(CHAPTER, limits=LIMITS, isolate=False) as sandbox:
        result = exam("def sigmoid(z): return z\nprint('x')", sandbox=sandbox)
        assert unpack(result.cells[1].answers)["answers"]
        cells = [Cell("while True: pass"), Cell("import os; os._exit(2)"), Cell(AFTER)]
        assert slugs(sandbox.run(cells, draw=None)) == ["timeout", "exited", "not-reached"]
        source = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"
        assert slugs(sandbox.run([Cell(source)], draw=None)) == ["timeout"]
