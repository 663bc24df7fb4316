"""Attacks on the processes that run, watch and stop the learner's."""

from tests.attacks.corpus import attack

A = "tampering"
ENDED = ("killed", "exited", "crashed", "protocol", "timeout", "processes")


@attack(A)
def forbidden_calls():
    """Whatever would widen the sandbox must fail."""
    import ctypes
    import os
    import resource

    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    calls = {
        "ptrace": (101, 117, (16, 1)),
        "mount": (165, 40, (b"none", b"/tmp", b"tmpfs", 0, 0)),
        "umount": (166, 39, (b"/proc", 2)),
        "pivot_root": (155, 41, (b"/", b"/tmp")),
        "chroot": (161, 51, (b"/tmp",)),
        "unshare user": (272, 97, (0x10000000,)),
        "unshare pid": (272, 97, (0x20000000,)),
        "clone into a user namespace": (56, 220, (0x10000000 | 17, 0, 0, 0, 0)),
        "setns": (308, 268, (0, 0)),
        "bpf": (321, 280, (0, 0, 0)),
        "keyctl": (250, 219, (0, -3, 1)),
        "add_key": (248, 217, (b"user", b"x", b"y", 1, -3)),
        "io_uring_setup": (425, 425, (8, ctypes.create_string_buffer(200))),
        "userfaultfd": (323, 282, (0,)),
        "perf_event_open": (298, 241, (0, 0, -1, -1, 0)),
        "process_vm_readv": (310, 270, (1, 0, 0, 0, 0, 0)),
        "pidfd_getfd": (438, 438, (0, 0, 0)),
        "open_by_handle_at": (304, 265, (0, 0, 0)),
        "init_module": (175, 105, (0, 0, 0)),
        "sethostname": (170, 161, (b"x", 1)),
        "reboot": (169, 142, (0, 0, 0)),
        "setuid 0": (105, 146, (0,)),
        "memfd_create": (319, 279, (b"x", 0)),
        "personality": (135, 92, (0x0400000 | 0x0040000,)),
    }
    for name, (number, other, arguments) in calls.items():
        if name == "clone into a user namespace" or name == "personality":
            continue
        if libc.syscall(number if x86 else other, *arguments) >= 0:
            print("BREACH:", name)
    pid = libc.syscall(56 if x86 else 220, 0x10000000 | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    if pid > 0:
        print("BREACH: clone into a user namespace")
    if libc.syscall(435, ctypes.create_string_buffer(b"\0\0\0\x10" + b"\0" * 84), 88) >= 0:
        print("BREACH: clone3")
    for which in (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
        try:
            resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print("BREACH: limit", which)
        except (ValueError, OSError):
            pass

    def write(path, text=""):
        with open(path, "w") as file:
            file.write(text)

    for act in (
        lambda: os.setuid(0),
        lambda: os.chown("/learner/work", 0, 0),
        lambda: os.mknod("/learner/disk", 0o60666, os.makedev(8, 0)),
        lambda: write("/proc/self/oom_score_adj", "-1000"),
        lambda: write("/proc/self/uid_map", "0 0 4294967295"),
        lambda: write("/proc/sys/kernel/core_pattern"),  # to open it is enough to be caught
        lambda: write("/proc/sys/kernel/hostname"),
        lambda: write("/proc/sysrq-trigger"),
        lambda: write("/sys/fs/cgroup/cgroup.procs"),
        lambda: os.utime("/usr/bin/env"),
    ):
        try:
            act()
            print("BREACH: allowed", act.__code__.co_names, act.__code__.co_consts)
        except OSError:
            pass


@attack(A)
def everybody_killed():
    """Signals to pid 1, to the parent, to the group, to everybody."""
    import os
    import signal

    assert os.getpid() == 2, "BREACH: others are in reach"  # and are not to be harmed
    for number in set(range(1, 65)) - {32, 33}:
        for target in (1, os.getppid(), 3, 4, 5, 100):
            try:
                os.kill(target, number)
            except OSError:
                pass
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        os.kill(-1, signal.SIGTERM)
        os.killpg(0, signal.SIGTERM)
    except OSError:
        pass


@attack(A, ends=("killed", "timeout"))
def itself_killed():
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


@attack(A, ends="timeout")
def itself_stopped():
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)


@attack(A, ends="exited", told="exit code 0")
def a_clean_exit():
    """As a test harness would leave when all is well."""
    import os
    import sys

    print("33/33 passed")
    sys.stdout.flush()
    os._exit(0)


@attack(A, ends=("crashed", "exited"))
def a_segmentation_fault():
    import ctypes

    ctypes.string_at(0)


@attack(A, ends=ENDED)
def an_exit_inside_the_exam(room):
    answer = "def linear_forward(X, W, b):\n    import os\n    os._exit(0)"
    return room.answering(linear_forward=answer)


@attack(A, ends=ENDED)
def all_files_closed():
    import os

    os.closerange(0, 256)


@attack(A, ends=ENDED)
def its_line_taken_by_another():
    """What the grader reads from is a pipe to somewhere else now."""
    import os

    reading, writing = os.pipe()
    os.dup2(writing, 64)


@attack(A, ran=False)
def two_of_them():
    """A fork that comes back from the cell twice: two processes answer on one line."""
    import os

    os.fork()
    os.fork()


@attack(A)
def daemons():
    """Left behind in every way there is, with a busy loop each."""
    import ctypes
    import os
    import signal
    import subprocess
    import sys

    loop = "import signal, time\nfor n in range(1, 32):\n    try: signal.signal(n, 1)\n"
    loop += "    except (OSError, ValueError): pass\ntime.sleep(600)"
    subprocess.Popen([sys.executable, "-c", loop, "@MARK@"], start_new_session=True)
    subprocess.Popen(f"nohup {sys.executable} -c 'import time; time.sleep(600)' @MARK@ &", shell=1)
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        os.closerange(0, 256)
        import time

        time.sleep(600)
        os._exit(0)


@attack(A, ends=("timeout", "total-timeout"))
def signals_blocked():
    import ctypes
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
    while True:
        pass


@attack(A, ends=("timeout", "total-timeout"))
def interrupts_swallowed():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


@attack(A)
def finalizers():
    """Code that waits for the end: of the cell, of the process, of the interpreter."""
    import atexit
    import os
    import sys
    import threading
    import time

    def forever(*args):
        while True:
            time.sleep(1)

    class Last:
        __del__ = forever

    sys.last = Last()
    atexit.register(forever)
    threading._register_atexit(forever)
    os.register_at_fork(after_in_child=forever)
    sys.excepthook = sys.unraisablehook = forever
    threading.Thread(target=forever).start()


@attack(A)
def the_runner_rewired():
    """What the process uses to speak and listen, replaced by what says nothing true."""
    import builtins
    import gc
    import json
    import os
    import socket
    import struct
    import time

    json.loads = lambda *a, **k: {"kind": "exam", "exercise": "linear_forward", "source": ""}
    json.dumps = lambda *a, **k: '{"score": 33}'
    time.monotonic = lambda: 0.0
    for found in gc.get_objects():
        if type(found).__name__ == "CellRunner":
            found.examine = lambda *a: {"count": 1, "fault": None, "answers": b"passed"}
            found.run = lambda source: {"count": 1, "fault": None, "score": 33}
    os.getpid = lambda: 1
    struct.pack = socket.socket.send = builtins.print


@attack(A, ran=False)
def builtins_deleted():
    import builtins

    for name in list(vars(builtins)):
        if name not in ("vars", "list", "delattr"):
            delattr(builtins, name)


@attack(A)
def the_installation_written_to():
    """Anything that the next submission would import."""
    import os
    import site
    import sys
    import sysconfig

    import bplab

    folders = {*site.getsitepackages(), sysconfig.get_path("stdlib"), *bplab.__path__, *sys.path}
    folders |= {"/", "/etc", "/usr/bin", "/usr/lib", "/dev", os.path.dirname(sys.executable)}
    folders |= {"/proc/1/root/tmp", "/proc/1/cwd", "/run", "/var", "/home", "/root", "@ROOT@"}
    for folder in folders:
        if not folder or folder.startswith(("/learner", "/tmp")):
            continue
        for name in ("usercustomize.py.txt", "bplab-attack.txt"):
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("An attack of bplab's tests was here. Please delete this file.")
                print("BREACH: wrote", file.name)
            except OSError:
                pass
    for name in ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP"):
        os.environ[name] = "/learner/work/evil.so"
    for path in ("/learner/usercustomize.py", "/learner/.config/matplotlib/matplotlibrc"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write("raise SystemExit")


@attack(A)
def its_folder_undone():
    """The working folder made unreadable, filled with links, replaced, removed."""
    import os
    import shutil

    for number in range(50):
        os.symlink("@ROOT@/gradebook.db", f"03_two_pass_mlp{number or ''}.ipynb")
    os.symlink("/", "root")
    os.mkfifo("timestamp.txt")
    os.makedirs("x" * 200 + "/" + "y" * 200)
    os.chmod(".", 0)
    os.chmod("/tmp", 0)
    os.chmod("/learner", 0)
    os.chdir("/")
    os.chmod("/learner", 0o700)
    shutil.rmtree("/learner/work", ignore_errors=True)
    os.symlink("/", "/learner/work2")


@attack(A)
def its_own_memory_rewritten():
    """True becomes False, and other sabotage through /proc/self/mem and ctypes."""
    import ctypes
    import os
    import sys

    try:
        open("/proc/1/mem", "r+b")
        print("BREACH: memory of pid 1")
    except OSError:
        pass
    with open("/proc/self/mem", "r+b", 0) as memory:
        memory.seek(id(1000003))
        memory.read(8)
    size = sys.getsizeof(0.0)
    ctypes.memmove(id(0.0), id(33.0), size)
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # not to die with its parent
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # not to be looked into
    os.umask(0o777)
