"""What learner's code can see and do in the sandbox."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import bplab
from bplab.grading.sandbox import Cell, Sandbox, available
from bplab.grading.sandbox.inside import seccomp
from tests.grading.sandbox.cells import CHAPTER, LIMITS, TMP, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = [
    pytest.mark.skipif(not WORKS, reason=WHY),
    pytest.mark.usefixtures("_impatient"),
]


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
    r"__init__\.py|_editable_impl_bplab\.pth|exam/probes/.*|"
    r"exam/(__init__|wire|sitting|second|compose|limits|raised|report)\.py|"
    r"study/(__init__|check)\.py|(data|viz)/.*|grading/(sandbox/)?__init__\.py|grading/sandbox/inside/\w+\.py|"
    r"nn/(__init__|linear_neuron|neuron|slopes|two_neurons|checking|value)\.py"
)


def ours(found):
    """What of bplab was found, relative to the package; a compiled file by its source's name."""
    paths = [re.sub(r".*/(bplab/|(?=_editable))", "", path, count=1) for path in found.splitlines()]
    return [re.sub(r"__pycache__/(\w+)\.cpython-\d+\.pyc", r"\1.py", path) for path in paths]


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


@pytest.mark.skipif(not seccomp.supported(), reason="no filter for this machine")
def test_nobody_makes_himself_the_last_in_the_queue(says):
    """Who waits for all others keeps a job busy with waiting; who asks for it is not refused."""
    source = """
    import os
    cores, before = os.sched_getaffinity(0), os.getpriority(os.PRIO_PROCESS, 0)
    os.nice(19)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    os.sched_setaffinity(0, {min(cores)})
    rank = os.getpriority(os.PRIO_PROCESS, 0) - before, os.sched_getscheduler(0) == os.SCHED_IDLE
    print(*rank, os.sched_getaffinity(0) == cores)
    """
    assert says(source) == "0 False True\n"


def test_no_setting_of_a_process_or_of_the_machine_can_be_written(says):
    """`autogroup` is one of them: with it a process would be the last in the queue once more."""
    source = """
    import os
    folders, taken = ('/proc/self', '/proc/self/task/2', '/proc/sys/vm'), []
    for path in [f'{folder}/{name}' for folder in folders for name in os.listdir(folder)]:
        try:
            os.close(os.open(path, os.O_WRONLY))
            taken.append(path)
        except OSError:
            pass
    print(len(os.listdir('/proc/self')) > 30, taken)
    """
    assert says(source) == "True []\n"


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
