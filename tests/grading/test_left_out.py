"""One submission that cannot be served stops nobody else, and is named."""

import pytest

from bplab.grading.book import leftover
from bplab.grading.course import Course


def test_a_folder_that_begins_with_a_dot_is_named(room):
    room.hand_in("ada", room.solved())
    room.hand_in(".bob", room.solved())
    course = Course.at(room.root)
    assert course.students(room.chapter) == ["ada"]
    assert any("'.bob'" in line for line in leftover.closing(course, room.chapter))


def test_whose_feedback_is_not_made_yet_is_counted(room):
    course, pages = Course.at(room.root), room.root / "feedback"
    for student in ("ada", "bob"):
        room.hand_in(student, room.solved())
        folder = room.root / "autograded" / student / room.chapter
        folder.mkdir(parents=True)
        (folder / f"{room.chapter}.ipynb").write_text("{}")
    (line,) = leftover.closing(course, room.chapter)
    assert line.startswith("2 have no feedback page yet.")
    assert line.endswith(f": nbgrader generate_feedback {room.chapter}")
    (pages / "ada" / room.chapter).mkdir(parents=True)
    (pages / "ada" / room.chapter / f"{room.chapter}.html").write_text("")
    (line,) = leftover.closing(course, room.chapter)
    assert line.startswith("1 has no feedback page yet.")


@pytest.mark.parametrize("lacks", ["timestamp.txt", "submission_secret.txt"])
def test_feedback_of_the_others_is_released(room, tmp_path, caplog, lacks):
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory

    for student in ("ada", "bob", "eve"):
        folder = room.root / "feedback" / student / room.chapter
        folder.mkdir(parents=True)
        (folder / f"{room.chapter}.html").write_text(student)
        (folder / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
        (folder / "submission_secret.txt").write_text(student * 8)
        if student == "bob":
            (folder / lacks).unlink()
    config = Course.at(room.root).config
    config.Exchange.root = str(tmp_path / "exchange")
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    directory = CourseDirectory(config=config, root=str(room.root), assignment_id=room.chapter)
    release = ExchangeFactory(config=config).ReleaseFeedback(
        coursedir=directory, authenticator=Authenticator(config=config), config=config
    )
    release.start()
    released = (tmp_path / "exchange" / "backpropagation" / "feedback").glob("*.html")
    assert sorted(page.read_text() for page in released) == ["ada", "eve"]
    assert "'bob'" in caplog.text
