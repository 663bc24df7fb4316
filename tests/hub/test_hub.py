"""A week on a real JupyterHub, by the commands and files of docs/hub.md, in a browser."""

import json
import re

import pytest

from tests.browser.conftest import _run
from tests.hub.hub import Hub, proxy
from tests.hub.machine import Machine, NoMachine

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHAPTER = "01_single_neuron"
MENUS = ["Assignment List", "Course List", "Formgrader"]
WRITTEN = "The loss falls fastest against the gradient: \u2207 points uphill."

# The instructor adds a written question at the end of the chapter.
ADD_QUESTION = f"""
import json
path = "my-course/source/{CHAPTER}/{CHAPTER}.ipynb"
book = json.load(open(path))
marks = dict(schema_version=3, grade=True, solution=True, locked=False, task=False, points=2,
             grade_id="in_words", cell_type="markdown")
book["cells"].append(dict(cell_type="markdown", id="in-words", source="", metadata=dict(
    nbgrader=marks)))
json.dump(book, open(path, "w"))
"""

# The learner's work: solutions, but for a loss without its mean; and words.
WORK = f"""
import json
path = "{CHAPTER}/{CHAPTER}.ipynb"
book, solved = json.load(open(path)), json.load(open("solved.ipynb"))
answers = {{cell["id"]: cell["source"] for cell in solved["cells"]}}
for cell in book["cells"]:
    marks = cell["metadata"].get("nbgrader", {{}})
    if marks.get("solution") and cell["cell_type"] == "code":
        cell["source"] = answers[cell["id"]]
    if marks.get("grade_id") == "mse_loss":
        cell["source"] = "def mse_loss(p, y):\\n    return float(np.sum((p - y) ** 2))"
    if marks.get("grade_id") == "in_words":
        cell["source"] = {WRITTEN!r}
json.dump(book, open(path, "w"))
"""


@pytest.fixture(scope="module")
def hub():
    pytest.importorskip("jupyterhub", reason="jupyterhub is not installed")
    try:
        program = proxy()
        machine = Machine().__enter__()
    except NoMachine as error:
        pytest.skip(str(error))
    try:
        for user in ("teacher", "ada"):
            machine.add_user(user)
        hub = Hub(machine)
        hub.proxy = program
        for text in hub.commands("root"):
            machine.run(text)
        hub.write_files("root")
        try:
            hub.start()
            yield hub
        finally:
            hub.stop()
    finally:
        machine.__exit__()


def test_a_week_on_a_hub(hub, chromium):
    machine = hub.machine
    hub.type("bplab course")
    hub.type("mkdir -p ~/.jupyter")
    hub.write_files("teacher")
    told = hub.type("bplab doctor")
    assert "formgrader's Autograde button: bplab" in told
    machine.run(f"python - <<'END'\n{ADD_QUESTION}\nEND", "teacher")
    hub.type("nbgrader generate_assignment")  # and release_assignment

    ada = hub.visit(chromium, "ada")
    assert menus(ada) == ["Assignment List"]
    assert ada.request.get(f"{ada.user}/formgrader").status == 404
    press(ada, "Fetch")
    ada.wait_for_selector("#fetched_assignments_list >> text=Validate", state="attached")

    solved = machine.run(f"cat my-course/source/{CHAPTER}/{CHAPTER}.ipynb", "teacher")
    machine.write("/home/ada/solved.ipynb", solved, "ada")
    machine.run(f"python - <<'END'\n{WORK}\nEND", "ada")
    path = f"{CHAPTER}/{CHAPTER}.ipynb"
    ada.goto(f"{ada.user}/lab/tree/{path}")
    _run(ada, "Run All Cells")
    cards = ada.locator(".bplab-card")
    cards.nth(3).wait_for(state="attached")  # the fourth check is the wrong one
    status, told = ada.post("assignments/validate", {"path": path})
    told = json.loads(told)
    assert status == 200 and told["success"] and "mse_loss" in str(told["value"]), told

    press(ada, "Submit")
    ada.wait_for_selector("#submitted_assignments_list >> text=Fetch Feedback")
    told = hub.type("nbgrader collect")
    assert f"{CHAPTER}: 1 submission: 1 graded" in told, told
    assert "wait" in told  # for a person: the written answer

    grade_by_hand(hub.visit(chromium, "teacher"))
    hub.type("nbgrader generate_feedback")
    press(ada, "Fetch Feedback")
    ada.wait_for_selector("text=View Feedback")
    pages = machine.run(f"cat {CHAPTER}/feedback/*/{CHAPTER}.html", "ada")
    assert "Well said." in pages and WRITTEN in pages
    scores = re.findall(r"Score: ([\d.]+) / ([\d.]+)", pages)
    assert scores[0] == ("14.0", "15.0"), scores[:3]  # 12 of 13, and both points by hand
    assert "mean" in pages and "bplab-card" in pages


def menus(page):
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Assignment List").wait_for()
    shown = page.locator(".lm-Menu-itemLabel").all_inner_texts()
    page.keyboard.press("Escape")
    return [name for name in MENUS if name in shown]


def press(page, button):
    """Open the Assignment List, and press a button in it."""
    page.goto(f"{page.user}/lab?reset")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()
    page.get_by_text(button, exact=True).first.click()


def grade_by_hand(page):
    """In the formgrader, in a tab of its own: 2 points for the written answer, and a comment."""
    assert menus(page) == MENUS
    inside = page.request.get(f"{page.user}/formgrader")
    assert "frame-ancestors 'none'" in inside.headers["content-security-policy"]
    page.goto(f"{page.user}/formgrader/gradebook/{CHAPTER}/{CHAPTER}")
    page.locator("table a", has_text="Submission #1").click()
    # a field has a placeholder once the page has heard of its grade; what is typed before is lost
    page.locator("textarea.comment[placeholder]").last.wait_for()
    points = page.locator("input.score.needs_manual_grade")  # of the one cell that waits
    points.wait_for()
    points.fill("2")
    with _saved(page, "grade") as saved:  # when the field is left, without a sign
        page.keyboard.press("Tab")
    answer = saved.value.json()
    assert (answer["manual_score"], answer["max_score"], answer["auto_score"]) == (2, 2, None)
    page.locator("textarea.comment").last.fill("Well said.")
    with _saved(page, "comment"):
        page.keyboard.press("Tab")


def _saved(page, what):
    return page.expect_response(
        lambda answer: f"/api/{what}" in answer.url and answer.request.method == "PUT"
    )
