"""Grades and feedback files straight into Canvas, through its documented interface.

Uses `canvasapi` (the extra `canvas`). The token comes from the environment, CANVAS_TOKEN, never
from the command line, where others on the machine could read it.
"""

import os
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..course import CourseError
from .collect import read_ids

TOKEN = "CANVAS_TOKEN"
WAIT_SECONDS = 120


@dataclass
class Sent:
    """What went to Canvas, and what did not: students without a number there, or not settled."""

    scores: int = 0
    files: int = 0
    unknown: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (student, why)


def send(course, grades, url, item, on_each=lambda student: None):
    """Send one chapter's scores, words and feedback pages; a Sent.

    url : such as https://canvas.example.edu
    item : 'COURSE/ASSIGNMENT', the two numbers in the assignment's address
    """
    (chapter,) = grades.points
    assignment = _assignment(url, item)
    ids, sent, data, people = read_ids(course, chapter), Sent(), {}, {}
    for person in grades.students:
        student = person["id"]
        standing = grades.of(chapter, student)
        if standing.score is None:
            continue
        number = person["lms_user_id"] or ids.get(student, {}).get("canvas_user")
        if not number:
            sent.unknown.append(student)
        elif standing.unsettled:
            sent.waiting.append(student)
        else:
            data[str(number)] = {"posted_grade": f"{standing.score:g}"}
            if standing.feedback:
                data[str(number)]["text_comment"] = standing.feedback
            people[student] = number
    if data:
        _finish(assignment.submissions_bulk_update(grade_data=data))
        sent.scores = len(data)
    for student, number in people.items():
        on_each(student)
        for page in sorted(course.path("feedback", student, chapter).glob("*.html")):
            if _send_file(assignment, number, page, student, sent):
                sent.files += 1
    return sent


def _assignment(url, item):
    token = os.environ.get(TOKEN)
    if not token:
        raise CourseError(
            f"set {TOKEN} to an access token of yours (Canvas: Account > Settings > New Access "
            "Token). It is read from the environment only."
        )
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise CourseError(f"{url!r}: a token goes over https only.")
    course_id, slash, assignment_id = item.partition("/")
    if not (slash and course_id.isdigit() and assignment_id.isdigit()):
        raise CourseError(f"{item!r}: name the assignment as COURSE/ASSIGNMENT, two numbers.")
    import requests
    from canvasapi import Canvas
    from canvasapi.exceptions import CanvasException

    try:
        return Canvas(url, token).get_course(int(course_id)).get_assignment(int(assignment_id))
    except (CanvasException, requests.RequestException) as error:
        raise CourseError(f"Canvas, {item}: {_told(error, token)}") from None


def _finish(progress):
    """Wait until Canvas has entered the scores."""
    from canvasapi.exceptions import CanvasException

    until = time.monotonic() + WAIT_SECONDS
    while progress.workflow_state in ("queued", "running"):
        if time.monotonic() > until:
            raise CourseError("Canvas is still entering the scores; look there in a while.")
        time.sleep(0.5)
        try:
            progress = progress.query()
        except CanvasException as error:
            raise CourseError(f"Canvas: {error}") from None
    if progress.workflow_state != "completed":
        raise CourseError(f"Canvas did not enter the scores: {progress.workflow_state}.")


def _send_file(assignment, number, page, student, sent):
    import requests
    from canvasapi.exceptions import CanvasException

    try:
        good, answer = assignment.get_submission(int(number)).upload_comment(page)
    except (CanvasException, requests.RequestException, ValueError) as error:
        sent.refused.append((student, _told(error, os.environ.get(TOKEN, ""))))
        return False
    if not good:
        sent.refused.append((student, str(answer)[:200]))
    return good


def _told(error, token):
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return text.replace(token, "...") if token else text
