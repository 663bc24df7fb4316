"""Run a submission's cells where its code can do no harm, and bring back outputs and answers.

One warm process (`runner.py`) stands inside bubblewrap with NumPy, matplotlib and IPython imported.
For every submission it forks a child, shut into namespaces of its own, which runs the cells in
order. At a graded cell the child says it is ready; only then is the paper drawn, here, and sent in;
answers come out as bytes. Nothing a child says is believed: it is data, counted and capped.

>>> with Sandbox("03_two_pass_mlp") as sandbox:
...     result = sandbox.run(cells, draw=lambda cell: papers[cell.id].sheet())
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Cell:
    """A code cell as the sandbox sees it.

    run: the source is run.  skip: it is left out (tagged explore).
    exam: the function named `exercise` is examined; the source is not run.
    """

    source: str
    kind: Literal["run", "skip", "exam"] = "run"
    id: str = ""
    exercise: str | None = None


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Each limit, when hit, has its own readable reason."""

    cell_seconds: float = 30
    total_seconds: float = 300
    memory_mb: int = 2048
    processes: int = 64
    file_mb: int = 64
    tmp_mb: int = 256
    open_files: int = 256
    cell_output_bytes: int = 4 * 2**20
    output_bytes: int = 16 * 2**20
    answer_bytes: int = 64 * 2**20


@dataclass(frozen=True)
class Fault:
    """Why a cell, or the whole run, has less to show than it should.

    slug: timeout, total-timeout, memory, crashed, killed, exited, processes, output,
    answers, protocol, not-reached, sandbox.
    """

    slug: str
    sentence: str

    def __str__(self):
        return self.sentence


@dataclass
class CellResult:
    """What came of one cell; `outputs` are nbformat 4 output dicts."""

    outputs: list[dict] = field(default_factory=list)
    execution_count: int | None = None
    answers: bytes | None = None
    seconds: float = 0.0
    fault: Fault | None = None


@dataclass
class RunResult:
    """What came of one submission; `cells` has one entry per cell given, in order."""

    cells: list[CellResult]
    fault: Fault | None = None
    cpu_seconds: float = 0.0
    wall: float = 0.0


class Sandbox:
    """A warm process that runs submissions of one chapter, each in a child of its own.

    Use as a context manager. `run` may be called from several threads at once.
    """

    def __init__(self, chapter: str, *, limits: Limits = Limits(), isolate: bool = True):  # noqa: B008
        self.chapter = chapter
        self.limits = limits
        self.isolate = isolate

    def __enter__(self):
        raise NotImplementedError

    def __exit__(self, *exc):
        raise NotImplementedError

    def run(self, cells: list[Cell], draw: Callable[[Cell], bytes]) -> RunResult:
        """Run `cells` in order; `draw` is called for an exam cell once the child has reached it.

        Never raises for what a submission does and never hangs. An exception of `draw` itself is
        the caller's own and is raised after the child has been ended.
        """
        raise NotImplementedError


def available() -> tuple[bool, str]:
    """Whether the sandbox works on this machine, by trying, and what to install if not."""
    raise NotImplementedError
