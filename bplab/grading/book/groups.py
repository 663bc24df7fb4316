"""Wrong answers that no name explains, in groups; and what an instructor says to a group.

Two answers are of one group if the same exercise said the same of them, numbers apart. A comment
attached to a group stands in the feedback of all its answers from the next grading on.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field

from ..errors import CourseError

FILE = "comments.json"  # in the course's folder: {key: text}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?|\[[\d, ]*\]")


@dataclass
class Group:
    """Answers to one exercise of which the same was said.

    key : by which a comment is attached
    told : what was said of the first of them
    """

    key: str
    exercise: str
    mistake: str
    told: str
    students: list = field(default_factory=list)
    comment: str = ""


def key_of(exercise, mistake, told):
    """The group of an answer, such as 'mse_loss-3f2a': the same whatever its numbers."""
    plain = _NUMBER.sub("#", told or "")
    digest = hashlib.sha256(f"{exercise}\0{mistake}\0{plain}".encode()).hexdigest()
    return f"{exercise}-{digest[:6]}"


def keys_of(course, chapter):
    """Keys of the groups that answers of a chapter are of, as they are recorded, sorted."""
    from .. import nbgrader_light
    from .gradebook import open_gradebook, read_results

    try:
        book = open_gradebook(nbgrader_light.api(), course, create=False)
    except CourseError:  # nothing has been graded yet
        return []
    with book:
        results = read_results(book, chapter)
    details = [one for notebooks in results.values() for one in notebooks.values()]
    rows = [row for one in details for row in one["exercises"].values()]
    return sorted({row["group"] for row in rows if row.get("group")})


def read_comments(course):
    """{key: text} of the course."""
    try:
        found = json.loads((course.root / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CourseError(f"{course.root / FILE} cannot be read: {error}.") from None
    if not isinstance(found, dict):
        raise CourseError(f"{course.root / FILE} should hold groups and their comments.")
    return {str(key): str(text) for key, text in found.items()}


def write_comment(course, key, text):
    """Attach a comment to a group; an empty text takes it away."""
    found = read_comments(course)
    found.pop(key, None)
    if text.strip():
        found[key] = text.strip()
    part = course.root / f".{FILE}.part"
    part.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")
    part.replace(course.root / FILE)
