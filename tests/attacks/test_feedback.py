"""Feedback pages of hostile learners: they are made, in a reasonable time, and hold no script."""

import os
import re
import time

import bs4
import pytest

from bplab.grading.nbgrader_light import nbgrader_log, with_alembic
from tests.attacks.classroom import CHAPTER
from tests.attacks.corpus import ATTACKS
from tests.grading.test_pages import STOCK, page, visit  # noqa: F401 (a fixture among them)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ALSO = (
    *("odd-letters", "names-that-climb", "links-to-be-collected"),
    *("html-that-takes-forever-to-clean", "markdown-that-takes-forever-to-clean"),
    "code-that-takes-forever-to-color",
    *("errors-of-every-kind", "check-redefined", "a-name-of-many-meanings"),
)
SHOWN = [a.name for a in ATTACKS if a.family == "stored script" or a.name in ALSO]
SECONDS = 20  # for one page, on a busy machine
BANNED = "script iframe object embed form style link meta base video audio svg math template"


def write_page(room, student):
    """nbgrader's feedback page of one learner."""
    with with_alembic(), nbgrader_log() as log:
        from nbgrader.converters import GenerateFeedback
        from nbgrader.coursedir import CourseDirectory

        course = room.course
        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, CHAPTER
        directory.student_id = student
        GenerateFeedback(coursedir=directory, config=course.config).start()
        assert "error" not in log.getvalue().lower(), log.getvalue()[-2000:]
    return room.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"


@pytest.fixture(scope="module", params=SHOWN)
def written(graded, request):
    """Path of a learner's page, and the seconds it took."""
    started = time.monotonic()
    path = write_page(graded.room, request.param)
    return path, time.monotonic() - started


def test_a_page_holds_nothing_that_acts(written):
    path, seconds = written
    soup = bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    notebook = soup.select_one("#notebook")
    for element in notebook.find_all(True):
        assert element.name not in BANNED.split(), str(element)[:300]
        for name, value in element.attrs.items():
            value = re.sub(r"[\x00-\x20]", "", "".join(value)).lower()
            assert not name.startswith("on") and "script:" not in value, str(element)[:300]
            assert "url(" not in value and not value.startswith("//"), str(element)[:300]
            if name == "src":
                assert value.startswith("data:image/"), value[:100]
    cards = notebook.select("div.bplab-card")
    assert len([card for card in cards if " points." in card.get_text()]) >= 13
    assert seconds < SECONDS


@pytest.mark.browser
def test_nothing_happens_when_a_page_is_opened(written, page):  # noqa: F811
    asked, ran, forbidden = visit(page, written[0].as_uri())
    assert (ran, forbidden) == ([], [])
    assert all(STOCK.match(url) for url in asked), asked
    assert os.path.exists(written[0])
