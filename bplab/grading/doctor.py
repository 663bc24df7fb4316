"""What works on this machine: `bplab doctor`."""

import sys
from importlib.metadata import PackageNotFoundError, version

EXTRAS = {
    "study": ("jupyterlab", "matplotlib", "ipywidgets", "anywidget", "ipykernel", "nbformat"),
    "grading": ("nbgrader", "nbclient", "nbconvert", "sqlalchemy"),
    "cluster": ("distributed", "psycopg2-binary"),
}
PURPOSE = {
    "study": "studying in JupyterLab",
    "grading": "making and grading a course",
    "cluster": "grading on many machines (optional)",
}


def findings():
    """(works, sentence) for each thing that bplab may need."""
    yield True, f"bplab {version('bplab')} with Python {sys.version.split()[0]}, NumPy {_numpy()}"
    for extra, packages in EXTRAS.items():
        missing = [name for name in packages if not _installed(name)]
        if missing:
            yield (
                extra == "cluster",
                f"{PURPOSE[extra]}: not installed ({', '.join(missing)}); "
                f"pip install 'bplab[{extra}]'",
            )
        else:
            yield True, f"{PURPOSE[extra]}: installed"
    if all(_installed(name) for name in EXTRAS["study"] + EXTRAS["grading"]):
        yield _sandbox()
    else:
        yield False, "the sandbox: to be seen when the packages for grading are there"


def _sandbox():
    from bplab.grading.sandbox import available

    works, why = available()
    if works:
        from bplab.grading.sandbox.cgroups import described

        return True, f"the sandbox works: learners' code can do no harm; {described()}"
    return False, f"the sandbox does not work here: {why}"


def _installed(name):
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _numpy():
    import numpy

    return numpy.__version__
