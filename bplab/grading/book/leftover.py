"""What the end of a run says of files: feedback older than its grade, notebooks that lie loose."""

import os
from shlex import quote

LOOK = 2000  # entries of submitted/ that are looked at


def stale_feedback(course, chapter) -> list[str]:
    """Students whose feedback page is older than their graded notebook."""
    found = []
    for student in course.students(chapter):
        graded, pages = (course.path(step, student, chapter) for step in ("autograded", "feedback"))
        for path in graded.glob("*.ipynb"):
            page = pages / f"{path.stem}.html"
            if page.is_file() and page.stat().st_mtime < path.stat().st_mtime:
                found.append(student)
                break
    return found


def without_feedback(course, chapter) -> int:
    """Number of students who have a graded notebook and no page of feedback."""
    graded = (s for s in course.students(chapter) if _has(course, "autograded", s, chapter))
    return sum(not _has(course, "feedback", student, chapter) for student in graded)


def _has(course, step, student, chapter):
    ending = "html" if step == "feedback" else "ipynb"
    return any(course.path(step, student, chapter).glob(f"*.{ending}"))


def loose(course, chapter) -> list[str]:
    """Notebooks in submitted/ that are in no submission's place: submitted/STUDENT/CHAPTER/."""
    top = course.path("submitted", "*", chapter)
    while "*" in str(top):
        top = top.parent
    found: list[str] = []
    looked = 0
    if not top.is_dir():
        return found
    for entry in sorted(os.scandir(top), key=lambda one: one.name):
        looked += 1
        if looked > LOOK or entry.name.startswith("."):
            continue
        if entry.name.endswith(".ipynb"):
            found.append(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            inner = os.scandir(entry.path)
            found += [f"{entry.name}/{i.name}" for i in inner if i.name.endswith(".ipynb")]
    return sorted(found)


def closing(course, chapter):
    """The sentences, with the command or the place to use."""
    if hidden := course.hidden_students(chapter):
        yield (
            f"not graded, since the name begins with a dot: {', '.join(map(ascii, hidden[:8]))}. "
            "If this is a student, rename the folder."
        )
    if old := stale_feedback(course, chapter):
        one = len(old) == 1
        yield (
            f"{len(old)} feedback page{'' if one else 's'} {'is' if one else 'are'} older than the "
            f"grade. Make {'it' if one else 'them'} again: "
            f"nbgrader generate_feedback {quote(chapter)} --force"
        )
    if new := without_feedback(course, chapter):
        one = new == 1
        yield (
            f"{new} {'has' if one else 'have'} no feedback page yet. When nothing waits for you "
            f"any more: nbgrader generate_feedback {quote(chapter)}"
        )
    if lies := loose(course, chapter):
        shown = ", ".join(lies[:3]) + (f" and {len(lies) - 3} more" if len(lies) > 3 else "")
        yield (
            f"not graded, since {'it lies' if len(lies) == 1 else 'they lie'} loose in submitted/: "
            f"{shown}. A submission's place is submitted/STUDENT/{chapter}/; from an LMS: "
            f"bplab collect {quote(chapter)} FILE.zip"
        )
