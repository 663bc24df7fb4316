# ruff: noqa: E501, E731 (attackers write as they like)
"""Processes, signals, and what Python lets one hang into its own machinery."""

from tests.attacks.classroom import FIRST
from tests.attacks.corpus import attack, body

P = "processes"


def first(room, trick):
    """One honest point, and the trick in a cell of its own before it."""
    return room.with_code(body(trick), room.solved(FIRST))


@attack(P)
def forks_that_never_come_back():
    """Whoever copies this process runs these first."""
    import os

    os.register_at_fork(
        before=lambda: print("fork", flush=True), after_in_child=lambda: os._exit(0)
    )


@attack(P)
def forks_that_wait_for_ever():
    import os
    import time

    os.register_at_fork(after_in_child=lambda: time.sleep(10**6))


@attack(P)
def forks_whose_parent_leaves():
    """The copy stays and speaks; the one that was known goes."""
    import os
    import signal

    os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGKILL))
    os.fork()


@attack(P)
def hooks_that_refuse_everything():
    """An audit hook cannot be taken away again."""
    import sys

    state = {"on": False}

    def hook(event, args):
        if state["on"]:
            raise RuntimeError(f"score: 24 of 24; {event}")

    sys.addaudithook(hook)
    state["on"] = True


@attack(P)
def tracers_of_every_line():
    import sys
    import threading

    def trace(frame, event, arg):
        for name in list(frame.f_locals):
            if "expected" in name or "reference" in name:
                print("BREACH:", name)
        frame.f_trace_lines = True
        return trace

    sys.settrace(trace)
    threading.settrace(trace)
    sys.setprofile(trace)


@attack(P, points=1)
def another_program_within_the_exam(room):
    source = (
        "def linear_backward(*a):\n    import os, sys\n"
        "    os.execv('/bin/sh', ['sh', '-c', 'for f in 1 2 3 4 5 6 7 8 9; do echo 1e9 >&$f; done; sleep 1'])\n"
    )
    return room.answering(room.solved(FIRST), linear_backward=source)


@attack(P)
def orphans_that_hold_the_line():
    """Grandchildren that keep every descriptor open after all else has ended."""
    import ctypes
    import os
    import signal
    import time

    for _ in range(6):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
                for number in range(1, 32):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                time.sleep(3600)
            os._exit(0)
    os._exit(0)


@attack(P)
def the_first_process_stopped():
    """Not ended: stopped, and everybody with it, and from other threads too."""
    import ctypes
    import os
    import signal

    libc = ctypes.CDLL(None)
    for pid in [1, os.getppid(), *map(int, filter(str.isdigit, os.listdir("/proc")))]:
        if pid != os.getpid():
            for number in (
                signal.SIGSTOP,
                signal.SIGTSTP,
                signal.SIGUSR1,
                signal.SIGHUP,
                signal.SIGCHLD,
            ):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
    info = ctypes.create_string_buffer(128)
    libc.syscall(129, os.getppid(), 9, info)  # rt_sigqueueinfo
    libc.syscall(424, libc.syscall(434, 1, 0), 9, None, 0)  # pidfd_send_signal
    libc.kill(-1, 19)


@attack(P, points=1)
def settings_of_the_process(room):
    """Everything prctl knows that sounds useful."""

    def trick():
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
        libc.prctl(1, 0, 0, 0, 0)  # no signal when the parent dies
        libc.prctl(36, 1, 0, 0, 0)  # adopts orphans
        libc.prctl(4, 0, 0, 0, 0)  # not dumpable
        libc.prctl(29, 10**11, 0, 0, 0)  # timers late by 100 s
        libc.prctl(41, 1, 0, 0, 0)
        libc.prctl(57, 1, 0, 0, 0)
        libc.prctl(8, 1, 0, 0, 0)
        libc.prctl(47, 2, 1, 0, 0)
        libc.prctl(28, 0, 0, 0, 0)
        libc.prctl(15, ctypes.cast(b"bwrap", ctypes.c_void_p).value, 0, 0, 0)

    return first(room, trick)


@attack(P)
def strict_mode():
    """The kernel ends this process at its next call of any kind but read and write."""
    import ctypes

    ctypes.CDLL(None).prctl(22, 1, 0, 0, 0)


@attack(P)
def calls_sent_back_to_itself():
    """Syscall user dispatch: each call of the process is a signal to itself."""
    import ctypes
    import signal

    signal.signal(signal.SIGSYS, signal.SIG_IGN)
    selector = ctypes.c_char(b"\x01")
    ctypes.CDLL(None).prctl(59, 1, 0, 0, ctypes.byref(selector))


@attack(P, points=1)
def the_last_in_every_queue(room):
    """Runs only when nobody else wants to: its seconds of CPU pass slowly."""

    def trick():
        import ctypes
        import os

        try:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        except OSError as error:
            print(error)
        os.nice(19)
        ctypes.CDLL(None).syscall(251, 1, 0, 3 << 13)
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    return first(room, trick)


@attack(P)
def the_first_in_every_queue():
    """What it got is asked of the kernel: the calls themselves may say that they worked."""
    import ctypes
    import os

    before = os.getpriority(os.PRIO_PROCESS, 0)
    for policy in (os.SCHED_FIFO, os.SCHED_RR):
        try:
            os.sched_setscheduler(0, policy, os.sched_param(50))
        except OSError as error:
            print(error)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    except OSError as error:
        print(error)
    ctypes.CDLL(None).syscall(251, 1, 0, 1 << 13)
    rank = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
    print("BREACH" if rank[0] or rank[1] < before else "no", rank)


@attack(P)
def threads_of_c_that_outlive():
    """Threads that Python does not know, each busy."""
    import ctypes

    libc = ctypes.CDLL(None)
    identity = ctypes.c_ulong()
    address = ctypes.cast(libc.pause, ctypes.c_void_p)
    for _ in range(500):
        if libc.pthread_create(ctypes.byref(identity), None, address, None):
            break


@attack(P, points=1)
def the_dead_that_are_not_buried(room):
    """Children that ended and that nobody asks about."""

    def trick():
        import os

        made = 0
        try:
            for _ in range(5000):
                if os.fork() == 0:
                    os._exit(0)
                made += 1
        except OSError as error:
            print(made, error)

    return first(room, trick)


@attack(P)
def a_dump_of_its_memory():
    import ctypes
    import os
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError) as error:
        print(error)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    os.abort()


@attack(P, points=1)
def a_dump_of_the_stack_and_an_end(room):
    """faulthandler ends the process from outside of Python, later, while the exam goes on."""

    def trick():
        import faulthandler
        import sys

        faulthandler.dump_traceback_later(2.5, repeat=True, exit=False, file=sys.__stderr__)
        faulthandler.register(10, all_threads=True, chain=True, file=sys.__stderr__)

    return first(room, trick)


@attack(P)
def numpy_that_raises_and_prints_for_long():
    """Settings, not code: what formats a number raises or never ends."""
    import warnings

    import numpy as np

    np.seterr(all="raise")
    warnings.simplefilter("error")

    def never(x):
        while True:
            pass

    np.set_printoptions(threshold=10**9, formatter={"all": never})


@attack(P)
def the_stack_made_endless():
    """Deep recursion in C with the limit taken away, inside and outside of the exam."""
    import sys
    import threading

    sys.setrecursionlimit(10**9)
    threading.stack_size(2**29)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    threading.Thread(target=lambda: Deep().a).start()
