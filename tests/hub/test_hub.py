"""A week on a real JupyterHub, by the commands and files of docs/hub.md, in a browser."""

import json
import re

import pytest

from tests.hub.hub import Hub, proxy
from tests.hub.machine import Machine, NoMachine
from tests.hub.pages import blocks

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(1200)]

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
    machine.run(f"python - <<'END'\n{ADD_QUESTION}\nEND", "teacher")
    told = hub.type("nbgrader generate_assignment")
    assert "Successfully released" in told or "released" in told.lower(), told

    ada = hub.visit(chromium, "ada")
    assert menus(ada) == ["Assignment List"]
    ada.goto(f"{ada.user}/formgrader")
    assert ada.locator("text=404").count()
    fetch(ada, hub)

    solved = machine.run(f"cat my-course/source/{CHAPTER}/{CHAPTER}.ipynb", "teacher")
    machine.write("/home/ada/solved.ipynb", solved, "ada")
    machine.run(f"python - <<'END'\n{WORK}\nEND", "ada")


def menus(page):
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.wait_for_selector(".lm-Menu .lm-Menu-itemLabel")
    shown = page.locator(".lm-Menu .lm-Menu-itemLabel").all_inner_texts()
    page.keyboard.press("Escape")
    return [name for name in MENUS if name in shown]


def fetch(page, hub):
    page.goto(f"{page.user}/lab")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_text("Assignment List", exact=True).click()
    page.get_by_role("button", name="Fetch", exact=True).click(timeout=60_000)
    page.wait_for_timeout(5000)
    page.screenshot(path="/tmp/t4-fetch.png")
