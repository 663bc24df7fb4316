"""Cells for a sandbox with small limits, and what is read off their results."""

import sys
import textwrap
from pathlib import Path

import bplab
from bplab.grading.sandbox import Cell, Limits

LIMITS = Limits(
    cell_seconds=2,
    total_seconds=20,
    memory_mb=400,
    processes=24,
    file_mb=16,
    tmp_mb=32,
    open_files=128,
    cell_output_bytes=200_000,
    output_bytes=500_000,
    answer_bytes=2**20,
)
CHAPTER = "03_two_pass_mlp"
AFTER = "print('still here')"
# What is in /tmp, but for a Python or a checkout that happens to be installed there.
_PLACED = {
    Path(path).parts[2]
    for path in (sys.prefix, sys.base_prefix, bplab.__file__)
    if path.startswith("/tmp/")
}
TMP = f"[name for name in os.listdir('/tmp') if name not in {sorted(_PLACED)}]"


def text(cell):
    parts = []
    for output in cell.outputs:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        else:
            parts.append(output["data"].get("text/plain", ""))
    return "".join(parts)


def slugs(result):
    return [cell.fault and cell.fault.slug for cell in result.cells]


def paper_of(values):
    """A sheet asking f(x) for every value."""
    from bplab import exercises

    return exercises.find("sigmoid").draw(values).sheet()


def exam(*sources, draw=None, sandbox=None):
    cells = [Cell(textwrap.dedent(source)) for source in sources]
    cells.append(Cell("check(sigmoid)", kind="exam", id="check_sigmoid", exercise="sigmoid"))
    cells.append(Cell(AFTER))
    return sandbox.run(cells, draw=draw or (lambda cell: paper_of(1)))
