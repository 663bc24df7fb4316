"""The course as a static web page: JupyterLite, with the package and every check, in a browser."""

from bplab.study.site.builder import ask_builder, build_lite
from bplab.study.site.contents import write_contents
from bplab.study.site.pages import write_pages

__all__ = ["build_site"]


def build_site(folder, exercise=None, offline=False, python=None):
    """Build the site into `folder`; returns the number of bytes in it.

    folder : where it goes; must be new, empty, or an earlier site
    exercise : name of one exercise, for a site of its page alone
    offline : with the kernel inside the folder (Python 3.11, NumPy 1.25, no matplotlib), so that
        no request leaves the server it lies on; else Pyodide comes from its usual place
    python : interpreter of an environment that has the builder's packages; None is this one

    Raises StudyError with what to do if the builder is missing or fails.
    """
    import tempfile
    from pathlib import Path

    from bplab import exercises

    folder = Path(folder)
    chosen = None if exercise is None else exercises.find(exercise)
    builder = ask_builder(python, offline)
    with tempfile.TemporaryDirectory() as work:
        contents = Path(work) / "contents"
        names = write_contents(contents, chosen, builder.kernel)
        build_lite(builder, contents, folder, Path(work))
    write_pages(folder, names, chosen, offline)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
