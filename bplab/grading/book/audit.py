"""Who graded what, when, with which version and which papers, and what it cost."""

import datetime
import getpass
import hashlib
import platform
from shlex import quote

from ... import __version__
from .. import nbgrader_light
from ..course import Course, CourseError
from .gradebook import open_gradebook, read_results

HEAD = (
    "when                       student               score  cpu s  mark s    MB  version  papers"
)


def entry(seeds: dict[str, int]) -> dict:
    """One line of the record, without what it cost, which stands beside it.

    papers : a digest of the seeds, equal where the same papers were sat
    """
    try:
        by = getpass.getuser()
    except (KeyError, OSError):  # a container without users
        by = "?"
    papers = hashlib.sha256(repr(sorted(seeds.items())).encode()).hexdigest()[:12]
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {
        "when": now,
        "by": f"{by}@{platform.node()}",
        "version": __version__,
        "papers": papers,
        "seeds": {name: f"{seed:016x}" for name, seed in seeds.items()},
    }


def lines(course: Course, chapter: str) -> list[str]:
    """The record of a chapter, one line a submission, the latest last; or `CourseError`.

    Where a chapter has several notebooks, there is a line for each, which ends with its name.
    """
    several = len(course.notebooks(chapter)) > 1
    book = open_gradebook(nbgrader_light.api(), course, create=False)
    with book:
        results = read_results(book, chapter)
    if not results:
        raise CourseError(
            f"nothing of {chapter} has been graded yet. Run: bplab grade {quote(chapter)}"
        )
    rows = [
        (student, details, f"  {notebook}" if several else "")
        for student, notebooks in results.items()
        for notebook, details in notebooks.items()
    ]
    rows.sort(key=lambda row: row[1].get("audit", {}).get("when", ""))
    return [HEAD, *(_line(*row) for row in rows)]


def _line(student, details, notebook):
    about, marking = details.get("audit", {}), details.get("marking", {})
    memory = details.get("peak_mb") or 0
    ended = details.get("failed") or details.get("fault") or ""
    return (
        f"{about.get('when', '?'):26} {student[:20]:20} {details['score']:6g} "
        f"{details['cpu_seconds']:6.2f} {marking.get('cpu_seconds', 0):7.2f} {memory:5.0f}  "
        f"{about.get('version', '?'):7}  {about.get('papers', '?')}  {about.get('by', '?')}"
        f"{notebook}{'  ' + ended[:60] if ended else ''}"
    )
