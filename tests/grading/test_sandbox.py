"""The sandbox against code that means harm, and code that is merely broken."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bplab
from bplab.exam.wire import unpack
from bplab.grading.sandbox import Cell, Limits, Sandbox, available
from bplab.grading.sandbox import runs as sandboxes
from bplab.grading.sandbox.inside import seccomp
from bplab.grading.sandbox.inside.frames import FrameError, Frames, frame

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = pytest.mark.skipif(not WORKS, reason=WHY)

LIMITS = Limits(
    cell_seconds=2,
    total_seconds=20,
    memory_mb=400,
    processes=24,
    file_mb=16,
    tmp_mb=32,
    open_files=128,
    cell_output_bytes=200_000,
    output_bytes=500_000,
    answer_bytes=2**20,
)
CHAPTER = "03_two_pass_mlp"
AFTER = "print('still here')"


@pytest.fixture(scope="module", autouse=True)
def _impatient():
    before, sandboxes.GRACE_SECONDS = sandboxes.GRACE_SECONDS, 1.0
    yield
    sandboxes.GRACE_SECONDS = before


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox):
    """Run sources as cells; the results of the cells."""

    def run(*sources):
        return sandbox.run([Cell(textwrap.dedent(text)) for text in sources], draw=None)

    return run


@pytest.fixture
def says(run):
    """What a cell printed, or the error it ended in."""

    def says(source):
        return text(run(source).cells[0])

    return says


def text(cell):
    parts = []
    for output in cell.outputs:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        else:
            parts.append(output["data"].get("text/plain", ""))
    return "".join(parts)


def slugs(result):
    return [cell.fault and cell.fault.slug for cell in result.cells]


# What learner's code can see


def test_no_network(says):
    assert "not permitted" in says("import socket; socket.create_connection(('127.0.0.1', 80), 1)")
    assert "not permitted" in says("import socket; socket.socket(socket.AF_NETLINK)")
    assert "not permitted" in says("import socket; socket.socket(40)  # AF_VSOCK")


def test_local_sockets_still_work(says):
    assert says("import socket; a, b = socket.socketpair(); a.send(b'x'); b.recv(1)").endswith(
        "b'x'"
    )


def test_nothing_but_python_is_visible_besides(says):
    source = """
    import os
    found = []
    for top in ("/home", "/root", "/work", "/srv", "/opt", "/mnt", "/media", "/var", "/run"):
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(("python3", "site-"))]
            found += [os.path.join(folder, file) for file in files]
    print("\\n".join(found))
    """
    seen = says(source).splitlines()
    shown = {sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix)}
    shown.add(str(Path(bplab.__file__).resolve().parent))
    assert not [path for path in seen if not path.startswith(tuple(f"{p}/" for p in shown))]


FIND_OURS = """
import os, re
for folder, folders, files in os.walk('/'):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ('/proc', '/dev')]
    for name in files:
        if re.search('/bplab[-/]', path := os.path.join(folder, name)):
            print(path)
"""
MAY_BE_SEEN = re.compile(
    r"__init__\.py|_editable_impl_bplab\.pth|exam/(__init__|wire|sitting|limits|raised|report)\.py|exam/probes/.*|"
    r"study/(__init__|check)\.py|(data|viz)/.*|grading/(sandbox/)?__init__\.py|grading/sandbox/inside/\w+\.py|"
    r""
    r"nn/(__init__|linear_neuron|neuron|slopes|two_neurons|checking|value)\.py"
)


def ours(found):
    """What of bplab was found, relative to the package."""
    return [re.sub(r".*/(bplab/|(?=_editable))", "", path, count=1) for path in found.splitlines()]


def test_only_the_learners_part_of_bplab_is_visible():
    with Sandbox(CHAPTER) as roomy:
        seen = ours(text(roomy.run([Cell(FIND_OURS)], draw=None).cells[0]))
    assert "exam/sitting.py" in seen and "nn/value.py" in seen
    assert not [path for path in seen if not MAY_BE_SEEN.fullmatch(path)]


def test_an_installed_copy_shows_no_more(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (packages / "more.pth").write_text("\n".join(p for p in sys.path if p.endswith("-packages")))
    course = packages / "bplab" / "_course" / "source" / "01_single_neuron.ipynb"
    shutil.copytree(Path(bplab.__file__).parent, packages / "bplab")
    course.parent.mkdir(parents=True, exist_ok=True)
    course.write_text("### BEGIN SOLUTION")
    script = f"""
    from bplab.grading.sandbox import Cell, Sandbox
    with Sandbox({CHAPTER!r}) as sandbox:
        result = sandbox.run([Cell({FIND_OURS!r})], draw=None)
        print(result.fault or result.cells[0].outputs[0]["text"])
    """
    program = tmp_path / "venv" / "bin" / "python"
    done = subprocess.run(
        [program, "-c", textwrap.dedent(script)], capture_output=True, text=True, cwd="/"
    )
    seen = ours(done.stdout.strip())
    assert "exam/sitting.py" in seen, done.stderr
    assert not [path for path in seen if not MAY_BE_SEEN.fullmatch(path)]


@pytest.mark.parametrize(
    "name", ["bplab.exercises", "bplab.exam.marking", "bplab.exam.diagnosis", "bplab.grading.batch"]
)
def test_what_holds_answers_is_absent(says, name):
    assert "ModuleNotFoundError" in says(f"import {name}")


def test_references_end_before_the_chapter_being_graded(says):
    assert says("from bplab import nn; float(nn.sigmoid(0.0))") == "0.5"
    assert "being graded or comes later" in says("from bplab.nn import linear_backward")
    assert "being graded or comes later" in says("from bplab.nn import adam_step")


def test_secrets_of_the_grader_cannot_be_read(says, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("planted secret")
    os.chmod(secret, 0o666)
    os.chmod(tmp_path, 0o777)
    for path in (secret, Path.home() / ".bashrc", "/etc/shadow", "/proc/1/environ", "/proc/1/mem"):
        assert "planted" not in (answer := says(f"open({str(path)!r}).read(100)"))
        assert "FileNotFoundError" in answer or "PermissionError" in answer


def test_the_environment_is_clean(says, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "planted")
    source = "import os, glob; print(dict(os.environ), open('/proc/self/environ').read())"
    with Sandbox(CHAPTER, limits=LIMITS) as fresh:
        seen = text(fresh.run([Cell(source)], draw=None).cells[0])
    assert "planted" not in seen
    for name in ("SECRET", "SSH", "LOGNAME=root", "VIRTUAL_ENV", "PYTEST"):
        assert name not in seen


def test_no_other_process_is_visible(says):
    source = "import os; print([name for name in os.listdir('/proc') if name.isdigit()])"
    assert says(source) == "['1', '2']\n"
    assert says("import os; os.getpid(), os.getppid()") == "(2, 1)"


def test_an_ordinary_user_without_rights(says):
    source = """
    lines = open('/proc/self/status').read().splitlines()
    fields = dict(line.split(':\\t') for line in lines if ':\\t' in line)
    import os
    print(os.getuid(), os.geteuid(), int(fields['CapEff'], 16), int(fields['CapPrm'], 16),
          int(fields['CapBnd'], 16), fields['NoNewPrivs'], fields['Seccomp'])
    """
    filtered = "2" if seccomp.supported() else "0"
    assert says(source).split() == ["1000", "1000", "0", "0", "0", "1", filtered]


@pytest.mark.skipif(not seccomp.supported(), reason="no filter for this machine")
@pytest.mark.parametrize(
    "call",
    ["ptrace", "mount", "unshare", "setns", "bpf", "keyctl", "io_uring_setup", "memfd_create"],
)
def test_forbidden_system_calls_are_refused(says, call):
    number = seccomp.DENIED[call][os.uname().machine == "aarch64"]
    source = f"""
    import ctypes, errno
    libc = ctypes.CDLL(None, use_errno=True)
    print(libc.syscall({number}, 0, 0, 0, 0, 0), errno.errorcode[ctypes.get_errno()])
    """
    assert says(source) == "-1 EPERM\n"


# What is in /tmp, but for a Python or a checkout that happens to be installed there.
_PLACED = {
    Path(path).parts[2]
    for path in (sys.prefix, sys.base_prefix, bplab.__file__)
    if path.startswith("/tmp/")
}
TMP = f"[name for name in os.listdir('/tmp') if name not in {sorted(_PLACED)}]"


def test_the_view_is_read_only_but_for_a_private_folder(says):
    package = str(Path(bplab.__file__).parent)
    for folder in ("/", "/usr/bin", sys.prefix + "/lib", package, "/dev", "/etc"):
        assert "OSError" in (answer := says(f"open({folder!r} + '/x', 'w')")) or "Perm" in answer
    source = """
    import os, tempfile
    open('mine.txt', 'w').write('x')
    print(os.getcwd(), os.listdir('.'), os.path.expanduser('~'), TMP)
    with tempfile.TemporaryFile() as file: file.write(b'x')
    """.replace("TMP", TMP)
    for _ in range(2):  # nothing is left of the first run
        assert says(source) == "/learner/work ['mine.txt'] /learner []\n"


# Limits, each with its reason


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


# Ends of processes


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
    subprocess.Popen(['sleep', '1000'], start_new_session=True)
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
    assert mark not in running and "sleep 1000" not in running


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


# The line to the grader

FIND_LINE = """
import os, socket, struct, json
line = next(int(fd) for fd in os.listdir('/proc/self/fd') if int(fd) >= 64)
def send(kind, body):
    os.write(line, struct.pack('>cI', kind, len(body)) + body)
"""


@pytest.mark.parametrize(
    "attack",
    [
        "os.close(line)",
        "socket.socket(fileno=line).shutdown(2)",
        "os.write(line, b'\\xff' * 1000)",
        "os.write(line, b'\\0' * 1000)",
        "send(b'D', b'[1, 2]')",
        "send(b'D', b'{')",
        "send(b'D', b'[' * 60000)",
        "send(b'H', b'')",
        "os.write(line, struct.pack('>cI', b'A', 2**32 - 1))",
        "[send(b'A', b'x') for _ in range(3)]",
    ],
)
def test_breaking_the_line_hurts_only_oneself(run, attack):
    result = run("print('before')", FIND_LINE + attack + "\nprint('x' * 70_000)", AFTER)
    assert slugs(result)[1:] in (["protocol", "not-reached"], ["answers", "not-reached"])
    assert text(result.cells[0]) == "before\n"


def test_forged_messages_are_only_outputs(run):
    messages = [
        {"type": "stream", "content": {"name": "evil", "text": "a"}},
        {"type": "stream", "content": {"name": "stdout", "text": "\ud800"}},
        {"type": "display_data", "content": {"data": {"text/html": {"not": "text"}}}},
        {"type": "display_data", "content": {"data": {"x+json": [[1e999]]}, "metadata": 3}},
        {"type": "execute_result", "content": {"data": {}, "metadata": {}, "execution_count": "x"}},
        {"type": "error", "content": {"ename": 1, "evalue": "", "traceback": []}},
        {"type": "shutdown", "content": {}},
        [],
        {"type": "stream"},
    ]
    attack = f"for one in {messages!r}:\n    send(b'M', json.dumps(one).encode())\n"
    attack += "send(b'M', b'not json'); send(b'M', b'[' * 20000); send(b'M', b'{\"type\": NaN}')"
    result = run(FIND_LINE.replace("1e999", "1e999") + "inf = 1e999\n" + attack, AFTER)
    assert slugs(result) == [None, None]
    json.dumps([cell.outputs for cell in result.cells], allow_nan=False).encode()
    kinds = [output["output_type"] for output in result.cells[0].outputs]
    assert kinds == ["stream", "display_data", "execute_result"]


def test_forged_ends_of_cells_gain_nothing(run):
    forged = "send(b'D', json.dumps({'count': 7, 'fault': None}).encode())"
    result = run(FIND_LINE + forged, "print(1)", "print(2)", AFTER)
    assert result.fault is None or result.fault.slug == "protocol"
    assert all(cell.answers is None for cell in result.cells)


# Exams


def paper_of(values):
    """A sheet asking f(x) for every value."""
    from bplab import exercises

    return exercises.find("sigmoid").draw(values).sheet()


def exam(*sources, draw=None, sandbox=None):
    cells = [Cell(textwrap.dedent(source)) for source in sources]
    cells.append(Cell("check(sigmoid)", kind="exam", id="check_sigmoid", exercise="sigmoid"))
    cells.append(Cell(AFTER))
    return sandbox.run(cells, draw=draw or (lambda cell: paper_of(1)))


def test_answers_come_out(sandbox):
    source = (
        "import numpy as np\ndef sigmoid(z):\n    print('sat')\n    return 1 / (1 + np.exp(-z))"
    )
    result = exam(source, sandbox=sandbox)
    answers = unpack(result.cells[1].answers)["answers"]
    assert "value" in answers[0]
    assert result.cells[1].outputs[0]["text"].startswith("sat\n")
    assert [cell.execution_count for cell in result.cells] == [1, 2, 3]
    assert slugs(result) == [None] * 3


def test_the_paper_is_drawn_after_the_code_before_it_has_run(sandbox):
    drawn = []

    def draw(cell):
        drawn.append((cell.id, time.time()))
        return paper_of(2)

    result = exam("import time; time.sleep(0.3); print(time.time())", draw=draw, sandbox=sandbox)
    assert [name for name, _ in drawn] == ["check_sigmoid"]
    assert drawn[0][1] > float(text(result.cells[0]))


def test_no_paper_is_drawn_for_a_submission_that_ended_before(sandbox):
    drawn = []
    result = exam("import os; os._exit(1)", draw=drawn.append, sandbox=sandbox)
    assert drawn == [] and slugs(result) == ["exited", "not-reached", "not-reached"]


def test_a_missing_function_is_an_answer_too(sandbox):
    result = exam("x = 1", sandbox=sandbox)
    assert unpack(result.cells[1].answers) == {"undefined": True}


def test_a_function_that_ends_the_process_has_no_answers(sandbox):
    result = exam("def sigmoid(z):\n    import os; os._exit(0)", sandbox=sandbox)
    assert slugs(result) == [None, "exited", "not-reached"]
    assert result.cells[1].answers is None


def test_an_exam_that_takes_too_long_has_no_answers(sandbox):
    source = """
    def sigmoid(z):
        try:
            while True: pass
        except BaseException:
            raise
    """
    result = exam(source, sandbox=sandbox)
    assert slugs(result)[1] in ("timeout", None) and slugs(result)[2] is None


def test_errors_of_draw_are_the_callers(sandbox):
    def draw(cell):
        raise LookupError("no such exercise")

    with pytest.raises(LookupError, match="no such exercise"):
        exam("x = 1", draw=draw, sandbox=sandbox)
    assert text(sandbox.run([Cell(AFTER)], draw=None).cells[0]) == "still here\n"


def test_a_very_large_paper_is_no_trouble(sandbox):
    result = exam("x = 1", draw=lambda cell: b"no paper" * 10**6, sandbox=sandbox)
    assert slugs(result)[0] is None and slugs(result)[2] is None


# Housekeeping


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
    threading.Timer(1.5, lambda: os.kill(os.getpid(), 9)).start()
    sandbox.run([Cell("import subprocess; subprocess.run(['sleep', '4242'])")], draw=None)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)])
    for _ in range(30):
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


def test_frames_refuse_what_they_do_not_know():
    frames = Frames({b"M": 10})
    frames.feed(frame(b"M", b"12345")[:7])
    assert frames.next() is None
    frames.feed(frame(b"M", b"12345")[7:] + frame(b"M", b"12345678901"))
    assert frames.next() == (b"M", b"12345")
    with pytest.raises(FrameError):
        frames.next()
