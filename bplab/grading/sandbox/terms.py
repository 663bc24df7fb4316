"""What the grader and its sandbox say to each other: cells, limits, faults, results."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Cell:
    """A code cell as the sandbox sees it.

    run: the source is run.  skip: it is left out (tagged explore).
    exam: the function named `exercise` is examined; the source is not run.
    keep: that function is kept for a second sitting, as if it were examined.
    again: it is examined once more, with those of `parts` that it calls bound to the right ones,
    which the source defines.
    """

    source: str
    kind: Literal["run", "skip", "exam", "keep", "again"] = "run"
    id: str = ""
    exercise: str | None = None
    own: bool = False  # the learner's own, which nothing depends on but their other cells
    answer_bytes: int | None = None  # the most its answers may have; None: what limits say
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Each limit, when hit, has its own readable reason.

    Seconds are of processor time; waiting counts half, and waiting for a processor not at all.
    """

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
    all_answer_bytes: int = 96 * 2**20


@dataclass(frozen=True)
class Fault:
    """Why a cell, or the whole run, has less to show than it should.

    slug : a key of `SENTENCES`
    """

    slug: str
    sentence: str

    def __str__(self):
        return self.sentence


SENTENCES = {
    "timeout": "The cell ran for more than {seconds:g} seconds and was stopped.",
    "total-timeout": "The notebook ran for more than {total_seconds:g} seconds and was stopped.",
    "memory": "The code needed more than the {memory_mb} MB of memory it may use.",
    "processes": "The code started more than the {processes} processes and threads it may use.",
    "busy": "The code kept too many processes or threads computing at the same time.",
    "files": "The code wrote more than it may: {file_mb} MB in a file, {tmp_mb} MB in all.",
    "open-files": "The code opened more than the {open_files} files it may have open.",
    "output": "The cell showed more than {cell_output_mb:g} MB, or the notebook more than "
    "{output_mb:g} MB; the rest is left out.",
    "answers": "The answers were larger than {answer_mb:g} MB, or {all_answer_mb:g} MB in all.",
    "crashed": "The code crashed Python ({detail}).",
    "exited": "The code ended the Python process (exit code {detail}).",
    "killed": "The Python process was killed from within, or the machine ran out of memory.",
    "protocol": "The code broke the line between its process and the grader.",
    "not-reached": "Not run: the notebook had ended before this cell.",
    "sandbox": "The sandbox failed, not the submission ({detail}).",
}
FROM_WITHIN = ("timeout", "memory", "processes", "files", "open-files", "output")


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
    """What came of one submission; `cells` has one entry per cell given, in order.

    fault : why the run ended early, if it did
    cpu_seconds : CPU time of the submission's processes, 0 if unknown
    peak_bytes : the most memory they were seen to use
    left_out : what ended an earlier try, at a cell of the learner's own, which was then left out
    again_killed : whether its process was killed, by nobody's order, in its second sittings
    short_of_memory : whether the kernel ended processes meanwhile, of whomever, for want of memory
    """

    cells: list[CellResult]
    fault: Fault | None = None
    cpu_seconds: float = 0.0
    wall: float = 0.0
    peak_bytes: int = 0
    again_killed: bool = False
    short_of_memory: bool = False
    left_out: Fault | None = None
