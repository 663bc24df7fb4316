"""A child that is got ready while others are at work."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bplab.grading.sandbox.child import Gone, Unspoken
from bplab.grading.sandbox.warm import START_SECONDS, SandboxError


class Ahead:
    """The child of the run to come: it greets while others are at work, for that takes a while.

    It has seen nothing and been told nothing; nothing of a run is in it.
    """

    def __init__(self):
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bplab-ahead")
        self._lock = threading.Lock()
        self._coming = None

    def get_ready(self, start):
        """Have one started, unless one is. start : returns (child, warm)"""
        with self._lock:
            if self._coming is None:
                self._coming = self._pool.submit(self._greeted, start)

    def take(self):
        """(child, warm), or None if there is none that lives."""
        with self._lock:
            coming, self._coming = self._coming, None
        found = coming and coming.result()
        if found and found[0].has_ended():
            found[0].end()
            return None
        return found

    def close(self):
        if found := self.take():
            found[0].end()
        self._pool.shutdown()

    def _greeted(self, start):
        try:
            child, warm = start()
        except (OSError, SandboxError, RuntimeError):
            return None  # the run that wants it will be told
        try:
            child.greeted(time.monotonic() + START_SECONDS)
            return child, warm
        except (Gone, Unspoken):
            child.end()
            return None
