"""How much processor time and memory a worker may spend, and how it is stopped."""

import contextlib
import signal
import time
from dataclasses import dataclass

try:
    import resource
except ImportError:  # Windows, where nothing is graded
    resource = None  # type: ignore[assignment]

AGAIN_SECONDS = 0.5  # of processor time, for code that swallows the first stop


@dataclass(frozen=True)
class Budget:
    """What marking and writing up one submission may cost.

    cell_seconds : processor time for one cell, stopped from within: the other cells are marked
    seconds : processor time for the whole submission; beyond it the kernel ends the worker
    memory_mb : memory beyond what the worker starts with
    """

    cell_seconds: float = 12
    seconds: float = 60
    memory_mb: int = 1024


class OutOfTime(BaseException):
    """A cell's share of processor time is spent. No Exception: rules that try things let it by."""


def confine(budget):
    """The kernel's limits on this process for the submission that begins now."""
    if resource is None:
        return
    used = time.process_time()
    _set(resource.RLIMIT_CPU, int(used + budget.seconds) + 2)
    size = _address_space()
    if size:
        _set(resource.RLIMIT_AS, size + budget.memory_mb * 2**20)
    _set(resource.RLIMIT_CORE, 0)


def _set(which, soft):
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (soft, hard))


def _address_space():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


@contextlib.contextmanager
def spending(seconds):
    """Raise OutOfTime in the block once it has used this much processor time."""
    if not hasattr(signal, "ITIMER_PROF"):
        yield
        return

    def stop(signum, frame):
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.01), AGAIN_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)
