"""Time: clocks that lie, waits, limits turned down."""

from tests.attacks.classroom import FIRST
from tests.attacks.corpus import attack, body

T = "time"


def first(room, trick):
    return room.with_code(body(trick), room.solved(FIRST))


@attack(T, points=1)
def clocks_that_stand_still(room):
    def trick():
        import time

        for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
            setattr(time, name, lambda: 0.0)
            setattr(time, name + "_ns", lambda: 0)
        time.sleep = lambda seconds: None
        time.clock_gettime = lambda clock: 0.0

    return first(room, trick)


@attack(T)
def clocks_that_run_wild(room):
    def trick():
        import itertools
        import time

        wild = itertools.cycle([1e308, -1e308, float("nan"), 0.0])
        for name in ("time", "monotonic", "perf_counter", "process_time"):
            setattr(time, name, lambda: next(wild))

    return room.with_code(body(trick))


@attack(T)
def the_machine_s_clock():
    import ctypes
    import time

    libc = ctypes.CDLL(None, use_errno=True)
    moment = (ctypes.c_long * 2)(0, 0)
    for call in (
        lambda: libc.clock_settime(0, moment),
        lambda: libc.settimeofday(moment, None),
        lambda: libc.syscall(305, 0, (ctypes.c_long * 30)(1, 1)),
        lambda: libc.unshare(0x80),
    ):
        if call() == 0 and time.time() < 10**9:
            print("BREACH: the clock")
    for path in ("/proc/self/timens_offsets", "/dev/rtc0", "/dev/rtc"):
        try:
            open(path, "wb", buffering=0).write(b"monotonic 1000 0\n")
            print("BREACH:", path)
        except OSError:
            pass


@attack(T)
def limits_turned_down(room):
    """Its own limits, lowered until whoever examines in this process has nothing left."""

    def trick():
        import resource

        for kind, value in (
            ("NOFILE", 0),
            ("FSIZE", 0),
            ("NPROC", 0),
            ("STACK", 2**16),
            ("DATA", 0),
            ("MEMLOCK", 0),
        ):
            try:
                hard = resource.getrlimit(getattr(resource, "RLIMIT_" + kind))[1]
                resource.setrlimit(getattr(resource, "RLIMIT_" + kind), (value, value))
                assert hard is not None
            except (OSError, ValueError) as error:
                print(error)

    return room.with_code(body(trick))


@attack(T)
def a_second_left_to_live():
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))


@attack(T)
def no_room_left():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2**20, 2**20))


@attack(T)
def timers_of_its_own():
    """All timers run, and each raises in the middle of whatever is done."""
    import signal

    def raise_it(number, frame):
        raise KeyboardInterrupt("time is not up")

    for number, timer in (
        (signal.SIGALRM, signal.ITIMER_REAL),
        (signal.SIGVTALRM, signal.ITIMER_VIRTUAL),
        (signal.SIGPROF, signal.ITIMER_PROF),
    ):
        signal.signal(number, raise_it)
        signal.setitimer(timer, 0.02, 0.02)


@attack(T)
def a_little_in_every_child():
    """The work is done by children, one after the other: whose seconds are they?"""
    import os
    import time

    while True:
        if (pid := os.fork()) == 0:
            ended = time.monotonic() + 0.5
            while time.monotonic() < ended:
                pass
            os._exit(0)
        os.waitpid(pid, 0)
