"""Run and mark submissions on a Dask cluster.

What travels to a worker is one submission: its cells, and seeds of its papers, but not the
course's secret. A worker runs it in its own sandbox and marks it at its own marker; what comes
back is text, which `returned.py` checks. `gateway.py` is the process that speaks to the cluster.
A worker that dies takes nothing with it: Dask gives its submissions to another.
"""

import ipaddress
import json
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.util import find_spec
from urllib.parse import urlsplit

from .. import __version__
from . import returned
from .course import CourseError
from .sandbox import Gate, Limits, Sandbox, available
from .submission import clean

START_SECONDS = 300  # only a worker that does not answer at all takes so long to begin
MOST_WAITED = 10  # times a submission's seconds; then a worker is not waited for any longer


class ClusterRuns:
    """Examines submissions on a scheduler's workers, as many at a time as they have threads.

    security : files for TLS, as `distributed.Security` names them: tls_ca_file, tls_client_cert,
        tls_client_key;  insecure : speak to another host without TLS all the same
    """

    def __init__(self, address, limits, isolate, security=None, insecure=False):
        self.address, self.limits, self.isolate = address, limits, isolate
        self.security, self.insecure = security or {}, insecure

    def __enter__(self):
        if find_spec("distributed") is None:
            raise CourseError("--dask needs: pip install 'bplab[cluster]'")
        self._demand_tls()
        command = [sys.executable, "-c", _START, self.address, json.dumps(self.security)]
        self._gateway = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._waiting, self._lock, self._number = {}, threading.Lock(), 0
        try:
            first = json.loads(self._gateway.stdout.readline() or '{"failed": "it did not start"}')
            if "failed" in first:
                raise CourseError(f"{first['failed']}")
            self.jobs = first["jobs"]
            if not self.jobs:
                raise CourseError(f"the Dask scheduler at {self.address} has no workers.")
            threading.Thread(target=self._listen, daemon=True).start()
            self._examine_workers()
        except BaseException:
            self._gateway.kill()
            self._gateway.wait()
            raise
        self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="bplab-dask")
        return self

    def ready(self):
        """Its workers are: they have been asked."""

    def _demand_tls(self):
        host = urlsplit(self.address).hostname or ""
        try:
            near = ipaddress.ip_address(host).is_loopback
        except ValueError:
            near = host in ("localhost", "")
        if not (near or self.insecure or self.address.startswith("tls://")):
            raise CourseError(
                f"{self.address} is another machine and not spoken to over TLS: anybody between "
                "could read submissions and change grades. Give a tls:// address, or --insecure."
            )

    def _examine_workers(self):
        answers = self._ask("introduce", START_SECONDS, isolate=self.isolate)
        for worker, answer in answers.items():
            version, problem = answer if type(answer) is list and len(answer) == 2 else ("?", None)
            worker, version = ascii(worker)[1:-1][:100], ascii(version)[1:-1][:40]
            if version != __version__:
                raise CourseError(
                    f"worker {worker} has bplab {version}, this is {__version__}: install the same."
                )
            if problem:
                raise CourseError(f"worker {worker}: {clean.text(problem, 1000) or 'no sandbox'}")

    def __exit__(self, *exc):
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._gateway.kill()
        self._gateway.wait()
        self._pool.shutdown(wait=True)

    def submit(self, whole, *arguments):
        return self._pool.submit(whole, self, *arguments)

    def examine(self, task, chapter):
        """Have one submission run and marked by a worker, and wait for what comes back."""
        settings = {
            "chapter": chapter.name,
            "shown": chapter.shown,
            "limits": asdict(self.limits),
            "isolate": self.isolate,
        }
        seconds = START_SECONDS + MOST_WAITED * self.limits.total_seconds
        asked = json.dumps({"settings": settings, "task": task})
        return returned.read(self._ask("examine", seconds, task=asked), task)

    def _ask(self, do, seconds, **about):
        """What the cluster answers within `seconds`.

        Raises CourseError where the cluster is lost, ValueError where a worker spoiled it.
        """
        answer = queue.SimpleQueue()
        with self._lock:
            self._number += 1
            self._waiting[self._number] = answer
            number = self._number
            line = json.dumps({"number": number, "do": do, "seconds": seconds, **about})
            try:
                self._gateway.stdin.write(line + "\n")
                self._gateway.stdin.flush()
            except OSError:
                answer.put(None)
        try:
            found = answer.get(timeout=seconds + START_SECONDS)
        except queue.Empty:
            found = {"spoiled" if do == "examine" else "error": f"nothing for {seconds:g} seconds"}
        if found is None:
            raise CourseError(
                "the Dask cluster was lost. What was graded is recorded; run it again to go on."
            )
        if "error" in found:
            raise CourseError(
                f"the Dask cluster did not answer as it should ({found['error']}). "
                "What was graded is recorded; run it again to go on."
            )
        if "spoiled" in found:
            raise returned.Returned(clean.text(found["spoiled"], 500))
        return found["found"]

    def _listen(self):
        for line in self._gateway.stdout:
            found = json.loads(line)
            with self._lock:
                answer = self._waiting.pop(found.get("number"), None)
            if answer is not None:
                answer.put(found)
        with self._lock:
            for answer in self._waiting.values():
                answer.put(None)


_START = "from bplab.grading.gateway import main\nmain()"


# On a worker


def introduce(isolate):
    """A worker's version of bplab, and what keeps it from grading."""
    works, told = available() if isolate else (True, "")
    return __version__, None if works else told


MOST_OPEN = 8  # a sandbox for each notebook of a chapter, where they may see different things

_lock = threading.Lock()
_gate = Gate()
_open: dict = {}


def examine_there(asked: str) -> str:
    """Run and mark one submission with this worker's own sandbox and markers; all as JSON."""
    from .examine import examine
    from .marker import Markers

    about = json.loads(asked)
    key = json.dumps(about["settings"], sort_keys=True)
    with _lock:
        if key not in _open:
            for old in list(_open)[: 1 - MOST_OPEN]:
                for part in _open.pop(old):
                    part.__exit__(None, None, None)
            settings = about["settings"]
            limits = Limits(**settings["limits"])
            sandbox = Sandbox(settings["chapter"], limits=limits, isolate=settings["isolate"])
            sandbox.shown, sandbox.gate = tuple(settings["shown"]), _gate
            _open[key] = (sandbox.__enter__(), Markers().__enter__())
    here, markers = _open[key]
    return json.dumps(examine(here, markers, about["task"]))
