"""Sending to Canvas, against a server that speaks the documented part of its interface."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest

pytest.importorskip("canvasapi", reason="needs the extra 'canvas'")

from bplab.grading.book.grades import Grades, Standing
from bplab.grading.course import CourseError
from bplab.grading.lms import canvas


class StandIn(BaseHTTPRequestHandler):
    """Courses, assignments, update_grades (a job), a submission's comment files."""

    def log_message(self, *args):
        pass

    def _json(self, value, code=200):
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _form(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return body, {k: v[0] for k, v in parse_qs(body.decode("latin-1")).items()}

    def _known(self):
        if self.headers.get("Authorization") != "Bearer secret-token":
            self._json({"errors": [{"message": "Invalid access token."}]}, 401)
            return False
        return True

    def do_GET(self):
        if not self._known():
            return
        path = self.path.partition("?")[0]
        if path == "/api/v1/courses/7":
            self._json({"id": 7})
        elif path == "/api/v1/courses/7/assignments/9":
            self._json({"id": 9, "course_id": 7})
        elif path == "/api/v1/progress/5":
            self.server.asked += 1
            state = "completed" if self.server.asked > 1 else "running"
            self._json({"id": 5, "workflow_state": state})
        elif found := re.fullmatch(r"/api/v1/courses/7/assignments/9/submissions/(\d+)", path):
            self._json({"id": 1, "user_id": int(found[1]), "assignment_id": 9, "course_id": 7})
        else:
            self._json({"errors": [{"message": "The specified resource does not exist."}]}, 404)

    def do_POST(self):
        body, form = self._form()
        if self.path == "/upload":
            self.server.files.append(re.search(rb"<html>.*</html>", body, re.DOTALL)[0])
            self._json({"id": 33, "url": "http://files/33"})
        elif not self._known():
            return
        elif self.path.endswith("/update_grades"):
            self.server.grades.update(form)
            self._json({"id": 5, "workflow_state": "queued", "url": "x"})
        elif self.path.endswith("/comments/files"):
            host = f"http://127.0.0.1:{self.server.server_address[1]}"
            self._json({"upload_url": f"{host}/upload", "upload_params": {"key": "k"}})

    def do_PUT(self):
        _, form = self._form()
        self.server.attached.append((self.path.rsplit("/", 1)[1], form))
        self._json({"id": 1, "user_id": 1, "assignment_id": 9, "course_id": 7})


@pytest.fixture
def server(monkeypatch):
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    httpd.grades, httpd.files, httpd.attached, httpd.asked = {}, [], [], 0
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setenv("CANVAS_TOKEN", "secret-token")
    httpd.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    yield httpd
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def course(tmp_path):
    page = tmp_path / "feedback" / "ada" / "ch1" / "ch1.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html>ada</html>")
    path = lambda step, student, chapter: tmp_path / step / student / chapter  # noqa: E731
    return SimpleNamespace(root=tmp_path, path=path)


@pytest.fixture
def grades():
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    rows = [("ada", "", "", "", "41"), ("bob", "", "", "", "42"), ("cy", "", "", "", "")]
    students = [dict(zip(names, row, strict=True)) for row in rows]
    standings = {
        ("ch1", "ada"): Standing(7.5, feedback="sigmoid 1/1."),
        ("ch1", "bob"): Standing(2.0, unsettled=True),
        ("ch1", "cy"): Standing(3.0),
    }
    return Grades({"ch1": 8.0}, {"ch1": None}, students, standings)


def test_scores_words_and_pages_arrive(server, course, grades):
    sent = canvas.send(course, grades, server.url, "7/9")
    assert server.grades == {
        "grade_data[41][posted_grade]": "7.5",
        "grade_data[41][text_comment]": "sigmoid 1/1.",
    }
    assert server.files == [b"<html>ada</html>"]
    assert server.attached == [("41", {"comment[file_ids][]": "33"})]
    assert (sent.scores, sent.files) == (1, 1)
    assert (sent.waiting, sent.unknown) == (["bob"], ["cy"])


def test_a_number_kept_from_a_download_serves(server, course, grades):
    (course.root / ".lms").mkdir()
    (course.root / ".lms" / "ch1.json").write_text('{"cy": {"canvas_user": "43"}}')
    sent = canvas.send(course, grades, server.url, "7/9")
    assert server.grades["grade_data[43][posted_grade]"] == "3" and sent.unknown == []


def test_a_wrong_token_or_assignment_is_one_line_without_the_token(server, course, grades):
    with pytest.raises(CourseError, match="7/10: Not Found"):
        canvas.send(course, grades, server.url, "7/10")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANVAS_TOKEN", "other-token")
        with pytest.raises(CourseError) as told:
            canvas.send(course, grades, server.url, "7/9")
        assert "access token" in str(told.value).lower() and "other-token" not in str(told.value)


@pytest.mark.parametrize(
    "url, item, words",
    [
        ("http://canvas.example.edu", "7/9", "https only"),
        ("https://canvas.example.edu", "7", "two numbers"),
        ("https://canvas.example.edu", "a/b", "two numbers"),
    ],
)
def test_wrong_use_is_told_before_anything_is_sent(course, grades, monkeypatch, url, item, words):
    monkeypatch.setenv("CANVAS_TOKEN", "x")
    with pytest.raises(CourseError, match=words):
        canvas.send(course, grades, url, item)
    monkeypatch.delenv("CANVAS_TOKEN")
    with pytest.raises(CourseError, match="CANVAS_TOKEN"):
        canvas.send(course, grades, url, item)
