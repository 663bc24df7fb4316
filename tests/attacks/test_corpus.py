"""A class of hostile submissions, and a few honest ones, graded together in the real sandbox.

Secrets are planted wherever a grader has them. No attack may gain a point, harm an honest learner's
grade, read a secret, leave a process behind or stop the class; each ends with a score and a reason
that can be read. Feedback pages are made of them in a reasonable time, and hold no script.
"""

import base64
import binascii
import json
import os
import re
import time

import bs4
import pytest

from bplab.grading.nbgrader_light import api, nbgrader_log
from tests.attacks.classroom import CHAPTER, processes, shown
from tests.attacks.conftest import HONEST
from tests.attacks.corpus import ATTACKS, FAMILIES, key_of
from tests.grading.test_pages import STOCK, page, visit  # noqa: F401 (a fixture among them)

pytestmark = [pytest.mark.slow]

# A limit that one cell hits is told at that cell; the next ones are run.
WORDS = {
    "timeout": "ran for more than",
    "memory": "needed more than",
    "processes": "started more than",
    "files": "wrote more than",
    "open-files": "opened more than",
    "output": "left out",
}


@pytest.fixture(params=ATTACKS, ids=lambda attack: f"{attack.family}: {attack.name}")
def attack(request):
    return request.param


# The whole class


def test_the_corpus_is_as_large_as_promised():
    counts = {family: sum(a.family == family for a in ATTACKS) for family in FAMILIES}
    assert len(ATTACKS) >= 310 and min(counts.values()) >= 6, counts


def test_every_submission_comes_to_an_end(graded):
    sent = {exam: {key_of(a) for a in ATTACKS if a.exam == exam} for exam in (False, True)}
    assert set(graded.after) == sent[False] | set(HONEST)
    assert set(graded.after_exam) == sent[True] | {"honest-examinee"}
    assert graded.after_exam["honest-examinee"].score == 7


@pytest.mark.parametrize("student", HONEST)
def test_honest_learners_are_not_harmed(graded, student):
    assert graded.before[student].score == graded.after[student].score == HONEST[student]
    assert graded.recorded[student] == graded.recorded_before[student]
    same = ("exercises", "notes", "repaired", "unreadable", "failed", "fault")
    for name in same:
        one, other = (r[student].details[name] for r in (graded.before, graded.after))
        if name == "exercises":
            one, other = ({k: v["score"] for k, v in rows.items()} for rows in (one, other))
        assert one == other


def test_nothing_that_was_planted_is_found(graded):
    """Neither as it is nor reversed, in hexadecimal or in base 64."""
    outside = {".secret"}
    for folder, _, files in os.walk(graded.room.root / "autograded"):
        student = os.path.relpath(folder, graded.room.root / "autograded").split(os.sep)[0]
        for name in files:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            for place, secret in graded.planted.items():
                if not (place == "neighbor" and student == "honest-solved"):
                    assert not leaked(secret, text), (place, student)
    for student, found in graded.recorded.items():
        for place, secret in graded.planted.items():
            assert not leaked(secret, json.dumps(found)), (place, student)
    assert outside and graded.in_memory


def leaked(secret, text):
    forms = [secret, secret[::-1], binascii.hexlify(secret.encode()).decode()]
    forms += [base64.b64encode(b"x" * n + secret.encode())[4:-4].decode() for n in range(3)]
    return any(form in text for form in forms)


def test_no_process_is_left(graded):
    assert graded.left == {}
    assert [pid for attack in ATTACKS for pid in processes(attack.mark)] == []


def test_the_course_is_as_it_was(graded):
    root = graded.room.root
    assert (root / ".secret").read_text().strip() == graded.planted["course"]
    assert {path.name for path in root.iterdir()} == {
        *(".bplab", ".secret", "autograded", "gradebook.db", "nbgrader_config.py"),
        *("source", "submitted"),
    }
    for student in (root / "autograded").iterdir():
        files = [path.name for path in (student / CHAPTER).iterdir()]
        assert set(files) <= {f"{CHAPTER}.ipynb", "timestamp.txt"}
    assert not list(root.rglob("BREACH*")) and not os.path.exists("/tmp/BREACH")


def test_the_grader_stays_small_and_quick(graded):
    assert graded.megabytes < 700
    print(f"\n{len(ATTACKS)} attacks in {graded.seconds:.0f} s, {graded.megabytes:.0f} MB more")


# Each attack


def test_no_point_is_gained(graded, attack):
    result = graded.result(attack)
    assert result.status == attack.status, result.notes
    if attack.status == "failed":
        assert attack.name not in graded.recorded | graded.recorded_exam
        return
    assert result.score == attack.points, result.details["exercises"]
    scores, needs_a_person, _ = graded.record(attack)
    assert sum(scores.values()) == attack.points and not needs_a_person
    room = graded.room_of(attack)
    assert len(scores) == len(room.tests(room.released()))
    assert all(score >= 0 for score in scores.values())


def test_the_reason_can_be_read(graded, attack):
    result = graded.result(attack)
    if attack.status == "failed":
        assert re.search(attack.told, " ".join(result.notes))
        return
    comments = " ".join(graded.record(attack)[2])
    faults = {result.details["fault"], *(r["fault"] for r in result.details["exercises"].values())}
    notebook = graded.room_of(attack).autograded(attack.name)
    # What a cell of the learner's own ended in is told at that cell.
    assert re.search(attack.told, comments + shown(notebook)), comments[:2000]
    if attack.ends:
        said = shown(notebook) + comments
        told = any(WORDS[end] in said for end in attack.ends if end in WORDS)
        assert told or faults & set(attack.ends), (faults, shown(notebook)[:2000])
    for cell in graded.room_of(attack).tests(notebook):
        card, number = cell["outputs"]
        assert len(card["data"]["text/plain"].split()) > 3
        assert float(number["data"]["text/plain"]) <= cell["metadata"]["nbgrader"]["points"]


def test_nothing_was_allowed_that_must_not_be(graded, attack):
    if attack.status == "failed":
        return
    notebook = graded.room_of(attack).autograded(attack.name)
    text = shown(notebook, tracebacks=False)
    assert "BREACH" not in text, re.findall(".*BREACH.*", text)
    if attack.ran:
        assert "armed" in text  # or it was no attack
        assert "SyntaxError" not in text


def test_the_graded_notebook_is_one(graded, attack):
    import nbformat

    if attack.status != "failed":
        nbformat.validate(nbformat.from_dict(graded.room_of(attack).autograded(attack.name)))


# Feedback pages

ALSO = (
    *("odd-letters", "names-that-climb", "links-to-be-collected"),
    *("html-that-takes-forever-to-clean", "markdown-that-takes-forever-to-clean"),
    "code-that-takes-forever-to-color",
    *("errors-of-every-kind", "check-redefined", "a-name-of-many-meanings"),
)
PAGES = ("stored script", "cost of cleaning")
SHOWN = [a.name for a in ATTACKS if a.family in PAGES or a.name in ALSO]
SECONDS = 30  # of processor time, for one page
BANNED = "script iframe object embed form style link meta base video audio svg math template"


def write_page(room, student):
    """nbgrader's feedback page of one learner."""
    api()
    with nbgrader_log() as log:
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
    """Path of a learner's page, and the processor seconds it took."""
    started = time.process_time()
    path = write_page(graded.room, request.param)
    return path, time.process_time() - started


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
    assert len([card for card in cards if " points." in card.get_text()]) >= 10
    assert seconds < SECONDS


@pytest.mark.browser
def test_nothing_happens_when_a_page_is_opened(written, page):  # noqa: F811
    asked, ran, forbidden = visit(page, written[0].as_uri())
    assert (ran, forbidden) == ([], [])
    assert all(STOCK.match(url) for url in asked), asked
    assert os.path.exists(written[0])
