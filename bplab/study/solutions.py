"""The solved chapters, run, figures and all: `python -m bplab.study.solutions SOURCE TARGET`."""

import copy
import re
import sys
from pathlib import Path

from bplab.study.workspace import read_notebook, text

MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.M)


def solved(source):
    """The source notebook as one reads it: solutions in, markers and grading metadata out."""
    notebook = copy.deepcopy(source)
    for cell in notebook["cells"]:
        cell["source"] = MARKERS.sub("", text(cell)).rstrip("\n")
        cell["metadata"].pop("nbgrader", None)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def run(notebook, folder):
    """Run a notebook (dict) in a fresh kernel; any error stops it."""
    import nbformat
    from nbclient import NotebookClient

    from bplab.study.kernel import Manager

    node = nbformat.from_dict(notebook)
    NotebookClient(
        node,
        kernel_manager_class=Manager,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    node.metadata.pop("widgets", None)
    return node


def write(path, target):
    """Solve and run the chapter at `path` into the folder `target`; seconds that it took."""
    import tempfile
    import time

    import nbformat

    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        node = run(solved(read_notebook(path)), folder)
    nbformat.write(node, Path(target) / path.name)
    return time.perf_counter() - started


def main(source, target):
    """Solve and run every chapter of `source` into `target`."""
    Path(target).mkdir(exist_ok=True)
    for path in sorted(Path(source).glob("*/*.ipynb")):
        print(f"{path.stem}: {write(path, target):.1f} s")
    picture(Path(target) / "two_passes.png")


def picture(path):
    """The README's picture: the two passes of a small network, with its numbers."""
    import numpy as np

    from bplab import data, nn, viz

    X, y = data.xor()
    params = nn.init_params((2, 3, 2), np.random.default_rng(3))
    for _ in range(20):
        params, _ = nn.train_step(X, y, params, 0.5)
    viz.two_pass_stepper(X, y, params, example=1).save(path)


if __name__ == "__main__":
    main(*sys.argv[1:3])
