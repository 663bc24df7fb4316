"""Run submissions on a Dask cluster.

What travels to a worker is the cells of one submission and the sheets of its papers, drawn
beforehand; what comes back is outputs and answers. The course's secret, the gradebook and the
marking stay here. A worker opens a sheet only when the submission has run up to its cell. A worker
that dies takes nothing with it: Dask gives its submissions to another.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from .. import __version__
from .course import CourseError
from .sandbox import Limits, Sandbox, available

RETRIES = 3


class ClusterRuns:
    """Runs submissions on the workers of a scheduler, as many at a time as they have threads."""

    def __init__(self, chapter, address: str, limits: Limits, isolate: bool):
        self.chapter, self.address, self.limits, self.isolate = chapter, address, limits, isolate

    def __enter__(self):
        try:
            import distributed
        except ModuleNotFoundError:
            raise CourseError("--dask needs: pip install 'bplab[cluster]'") from None
        self._distributed = distributed
        try:
            self._client = distributed.Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"no Dask scheduler at {self.address!r}: {error}") from None
        try:
            self._examine_workers()
        except BaseException:
            self._client.close()
            raise
        self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="bplab-dask")
        return self

    def _examine_workers(self):
        threads = self._client.nthreads()
        if not threads:
            raise CourseError(f"the Dask scheduler at {self.address} has no workers.")
        self.jobs = sum(threads.values())
        try:
            answers = self._client.run(_introduce, self.isolate)
        except ModuleNotFoundError as error:
            raise CourseError(f"the Dask workers lack {error.name}: install bplab there.") from None
        for worker, (version, problem) in answers.items():
            if version != __version__:
                raise CourseError(
                    f"worker {worker} has bplab {version}, this is {__version__}: install the same."
                )
            if problem:
                raise CourseError(f"worker {worker}: {problem}")

    def __exit__(self, *exc):
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()
        self._pool.shutdown(wait=True)

    def submit(self, whole, *arguments):
        return self._pool.submit(whole, self, *arguments)

    def run(self, work):
        """Run one submission on a worker and wait for what comes back."""
        cells = work.plan.cells
        sheets = {cell.id: work.papers.draw(cell) for cell in cells if cell.kind == "exam"}
        settings = (self.chapter.name, self.limits, self.isolate)
        future = self._client.submit(
            run_cells, settings, cells, sheets, pure=False, retries=RETRIES
        )
        try:
            return future.result()
        except (OSError, self._distributed.client.FutureCancelledError) as error:
            raise CourseError(
                f"the Dask cluster was lost ({error}). What was graded is recorded; "
                "run it again to go on."
            ) from None


# On a worker


def _introduce(isolate):
    """A worker's version of bplab, and what keeps it from grading."""
    works, told = available() if isolate else (True, "")
    return __version__, None if works else told


_lock = threading.Lock()
_sandboxes: dict = {}


def run_cells(settings, cells, sheets):
    """Run cells in this worker's sandbox; a sheet goes in when its cell is reached."""
    with _lock:
        if settings not in _sandboxes:
            for old in list(_sandboxes):
                _sandboxes.pop(old).__exit__(None, None, None)
            chapter, limits, isolate = settings
            sandbox = Sandbox(chapter, limits=limits, isolate=isolate)
            _sandboxes[settings] = sandbox.__enter__()
    return _sandboxes[settings].run(cells, lambda cell: sheets[cell.id])
