"""Compare what the sandbox captured with what nbclient gets from a real kernel.

>>> expected = kernel_run(sources, folder)
>>> differences(expected, sandbox_run(sources))
[]
"""

import os
import re
from itertools import groupby

import nbformat
from nbclient import NotebookClient

from bplab.grading.sandbox import Cell, Sandbox
from bplab.study.kernel import Manager
from tests import patience

_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_CELL_FILE = re.compile(r"/[\w/.-]*ipykernel_\d+/\d+\.py")
_WIDGET = re.compile(r"\b[0-9a-f]{32}\b")


def kernel_run(sources, folder, timeout=patience.SECONDS):
    """[(execution count, outputs)] of every source, run by nbclient."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources])
    client = NotebookClient(
        notebook,
        kernel_manager_class=Manager,
        timeout=timeout,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    # Under pytest, ipykernel would not capture file descriptors.
    client.execute(env={key: text for key, text in os.environ.items() if "PYTEST" not in key})
    return [(cell.execution_count, cell.outputs) for cell in notebook.cells]


def sandbox_run(sources, chapter="07_beyond", **settings):
    """The same from the sandbox."""
    with Sandbox(chapter, **settings) as sandbox:
        result = sandbox.run([Cell(text) for text in sources], draw=None)
    assert result.fault is None, result.fault
    return [(cell.execution_count, cell.outputs) for cell in result.cells]


def plain(outputs):
    """Outputs without what differs between any two runs: addresses, process ids, chunks."""
    found = []
    for output in outputs:
        output = _scrub(dict(output))
        last = found[-1] if found else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            found.append(output)
    return found


def differences(expected, got):
    """What differs, as readable lines; empty if nothing does."""
    lines = []
    for number, (one, other) in enumerate(zip(expected, got, strict=True)):
        if one[0] != other[0]:
            lines.append(f"cell {number}: execution count {one[0]}, sandbox {other[0]}")
        here, there = plain(one[1]), plain(other[1])
        if here != there and _by_stream(here) != _by_stream(there):
            lines.append(f"cell {number}:\n  kernel  {here}\n  sandbox {there}")
    return lines


def _by_stream(outputs):
    """Neighbouring streams in one order: which is sent first is up to a real kernel's clock."""
    found = []
    for is_stream, some in groupby(outputs, lambda one: one["output_type"] == "stream"):
        some = list(some)
        found += sorted(some, key=lambda one: one["name"]) if is_stream else some
    return plain(found)


def _scrub(value):
    if isinstance(value, str):
        value = value.replace("~/", os.path.expanduser("~/"))  # the sandbox has another home
        value = _CELL_FILE.sub("CELL.py", value)
        return _WIDGET.sub("ID", _ADDRESS.sub("ADDRESS", value))
    if isinstance(value, dict):
        return {key: _scrub(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return value
