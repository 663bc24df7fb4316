"""Time limits on a call: computing time, with a generous wall; none where there is no clock.

What counts is the thread's own CPU time, so that a busy machine makes nobody slow, and importing
does not count: a first call may bring in a large library. Under a debugger, a profiler or a
measurement of coverage the same code takes many times as long, and may. A browser's Python has
neither timers nor threads: there nothing is limited.
"""

import contextlib
import signal
import sys
import time

TICK = 0.05
WATCHED = 5  # times as long may take what a debugger or the like watches
_IMPORTS = "<frozen importlib._bootstrap>"
cpu_time = getattr(time, "thread_time", time.process_time)


class TimeUp(BaseException):
    """The call took too long. Not an Exception, so that `except Exception` lets it through."""


def wall_of(seconds):
    """How long a call of so many CPU seconds may take by the clock on the wall."""
    return 10 * seconds + 20


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp in the block after `seconds` of computing, or of waiting ten times as long."""
    allowed = seconds * WATCHED if _is_watched() else seconds
    for limit in (_by_timer, _by_thread):
        stop = limit(allowed)
        if stop is not None:
            break
    try:
        yield
    finally:
        if stop is not None:
            stop()


def _is_watched():
    """Whether something is told of every line or call that this thread runs."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return True
    tools = getattr(sys, "monitoring", None)  # from Python 3.12 on
    return tools is not None and any(tools.get_tool(number) for number in range(6))


class _Meter:
    """What has been computed so far, without what imports took."""

    def __init__(self, seconds, now=cpu_time):
        self.seconds, self.now = seconds, now
        self.last = None  # reading the clock takes its time: the first look starts it
        self.spent = 0.0
        self.wall_ends = time.monotonic() + wall_of(seconds)

    def over(self, frame):
        """Look once; `frame` is what the thread is at."""
        now = self.now()
        if self.last is not None and not _importing(frame):
            self.spent += now - self.last
        self.last = now
        return self.spent >= self.seconds or time.monotonic() >= self.wall_ends


def _importing(frame):
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTS:
            return True
        frame = frame.f_back
    return False


def _by_timer(seconds):
    """Start a timer that looks now and then; its end, or None where there are no timers."""
    try:
        meter = _Meter(seconds)

        def look(signum, frame):
            if meter.over(frame):
                raise TimeUp  # again and again, for code that swallows the first

        old_handler = signal.signal(signal.SIGALRM, look)
        started = time.monotonic()
        tick = min(TICK, seconds / 2)
        old_left, _ = signal.setitimer(signal.ITIMER_REAL, tick, tick)
    except (AttributeError, ValueError, OSError, RuntimeError):
        return None  # no such thing here, or not the main thread

    def stop():
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old_handler)
        if old_left:
            left = max(old_left - (time.monotonic() - started), 0.01)
            signal.setitimer(signal.ITIMER_REAL, left)

    return stop


def _by_thread(seconds):
    """The same from another thread, which throws TimeUp into this one; None without threads."""
    try:
        import ctypes
        import threading

        me = threading.get_ident()
        raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
        meter = _Meter(seconds, _clock_of(me))
        done = threading.Event()

        def watch():
            while not done.wait(min(TICK, seconds / 2)):
                if meter.over(sys._current_frames().get(me)):
                    raise_in(ctypes.c_ulong(me), ctypes.py_object(TimeUp))
                    return

        threading.Thread(target=watch, daemon=True).start()
    except (ImportError, AttributeError, ValueError, OSError, RuntimeError):
        return None
    return done.set


def _clock_of(thread):
    """A function that reads another thread's CPU time; the wall's where there is no such clock."""
    try:
        clock = time.pthread_getcpuclockid(thread)
        time.clock_gettime(clock)
    except (AttributeError, OSError):
        return time.monotonic
    return lambda: time.clock_gettime(clock)
