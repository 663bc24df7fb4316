"""A chapter as a learner meets it: opened in JupyterLab, got wrong, helped, put right, stepped."""

import ast
import json
import re

import pytest

from bplab import data, exercises
from bplab.study.workspace import course_source, make_workspace, read_notebook
from bplab.viz import two_pass_numbers

pytestmark = pytest.mark.browser

CHAPTER, EXERCISE, MISTAKE = "03_two_pass_mlp", "linear_backward", "bias-averaged"
WRONG = ["dX = dZ @ W.T", "dW = X.T @ dZ", "db = dZ.mean(axis=0)", "return dX, dW, db"]
RIGHT = [line.replace("mean", "sum") for line in WRONG]
GREEN, ORANGE = "rgb(15, 123, 95)", "rgb(179, 84, 30)"


def released_but_for(unsolved, folder):
    """Path of the learner's copy of the chapter, in which all is solved but one exercise."""
    make_workspace(folder)
    path = folder / f"{CHAPTER}.ipynb"
    notebook = read_notebook(path)
    source = read_notebook(course_source() / CHAPTER / path.name)
    for cell, solved in zip(notebook["cells"], source["cells"], strict=True):
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["id"] != unsolved:
            cell["source"] = solved["source"]
    path.write_text(json.dumps(notebook))
    return path


def stepper():
    """The chapter's stepper, made here by its cell and the chapter's own functions."""
    cells = read_notebook(course_source() / CHAPTER / f"{CHAPTER}.ipynb")["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = dict(zip(("X_xor", "y_xor"), data.xor(), strict=True))
    for source in sources:
        if source.startswith(("def ", "from functools")):
            exec(source, names)
    [source] = [source for source in sources if "viz.two_pass_stepper(" in source]
    *before, shown = ast.parse(source).body
    exec(compile(ast.Module(before, []), "stepper", "exec"), names)
    return eval(compile(ast.Expression(shown.value), "stepper", "eval"), names)


class Book:
    """The open notebook, and what a learner does to it."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder

    def cell(self, beginning):
        """The code cell that begins with this text."""
        begins = re.compile(rf"^\s*{re.escape(beginning)}")
        editor = self.page.locator(".cm-content").filter(has_text=begins)
        return self.page.locator(".jp-CodeCell").filter(has=editor)

    def answer(self, name, lines):
        """Type `lines` as the body of the function, then run it and its check; the card."""
        written = self.cell(f"def {name}(").locator(".cm-line")
        quotes = [i for i, line in enumerate(written.all_inner_texts()) if '"""' in line]
        written.nth(quotes[1] + 1).click()
        keyboard = self.page.keyboard
        keyboard.press("Home")
        keyboard.press("Control+Shift+End")
        for i, line in enumerate(lines):
            if i:
                keyboard.press("Enter")  # the editor indents
            keyboard.type(line)
        keyboard.press("Shift+Enter")
        keyboard.press("Shift+Enter")
        return self.cell(f"check({name})").locator(".bplab-card")

    def run_above(self, beginning):
        self.cell(beginning).locator(".cm-line").first.click()
        self.page.run_above()

    def picture(self, name):
        self.page.screenshot(path=self.folder / f"{name}.png")


def numbers(state, what, layer):
    """What a step of the stepper shows of the chosen example, as it writes numbers."""
    i, example, f = layer - 1, state["example"], two_pass_numbers.short
    if what == "dW":
        biases = zip(state["b"][i], state["db"][i], strict=True)
        written = [f"b {f(b)}db {f(db)}" for b, db in biases]
        return written + [f(weight) for row in state["dW"][i] for weight in row]
    if what == "loss":
        return [f"= {f(state['losses'][example])}"]
    if what in ("X", "dX"):
        array = state["A" if what == "X" else "dA"][0]
    elif what == "P":
        array = state["P"]
    else:  # A and dA begin with the inputs, Z and dZ with the first hidden layer
        array = state[what][layer if "A" in what else i]
    return [f(value) for value in array[example]]


def test_a_wrong_answer_is_helped_a_right_one_is_green_and_both_passes_are_stepped(lab, tmp_path):
    expect = pytest.importorskip("playwright.sync_api").expect
    book = Book(lab(released_but_for(EXERCISE, tmp_path / "study")), tmp_path)
    book.run_above(f"def {EXERCISE}(")

    card = book.answer(EXERCISE, WRONG)
    expect(card).to_contain_text("db is exactly 1/6 of what it")
    expect(card).to_have_css("border-left-color", ORANGE)
    hints = card.locator("details")
    assert hints.count() == 2 and hints.locator("p:visible").count() == 0
    hints.nth(0).locator("summary").click()
    look = exercises.find(EXERCISE).mistakes[MISTAKE].look
    assert hints.locator("p:visible").all_inner_texts() == [look]
    book.picture("1-hint")

    card = book.answer(EXERCISE, RIGHT)
    expect(card).to_contain_text(f"{EXERCISE}: passed")
    expect(card).to_have_css("border-left-color", GREEN)
    assert hints.count() == 0
    book.picture("2-green")

    book.run_above("def train_step(")
    shown = book.page.locator(".jp-OutputArea-output .bplab")
    shown.wait_for()
    press = lambda name: shown.get_by_role("button", name=name).click()  # noqa: E731
    state, said, heard = stepper().state, shown.locator("[aria-live=polite]"), []
    for step in state["steps"]:
        if heard:
            press("Next")
        heard.append(said.inner_text())
        drawn = shown.locator("svg text").all_text_contents()
        assert set(numbers(state, step["what"], step["layer"])) <= set(drawn), step
    blame = shown.locator("svg").get_by_text(re.compile(r"^\s*db "))
    assert blame.count() == sum(map(len, state["db"]))
    book.picture("3-stepped")
    assert len(set(heard)) == len(heard)
    for before in heard[-2::-1]:
        press("Back")
        assert said.inner_text() == before
    assert blame.count() == 0
    book.picture("4-back")


def test_the_stepper_is_stepped_in_jupyterlab_and_lives_on_in_the_saved_notebook(lab):
    page = lab(
        [
            "import numpy as np\nfrom bplab import data, nn, viz\n"
            "viz.neuron_drawing([.5, .3, .2], [.4, .7, .2], .1, y=1)",
            "X, y = data.xor()\nparams = nn.init_params((2, 3, 2), np.random.default_rng(0))\n"
            "viz.two_pass_stepper(X, y, params, nn.mlp_forward, nn.mlp_backward)",
        ]
    )
    page.run_all()
    shown = page.locator(".jp-OutputArea-output .bplab")
    shown.wait_for()
    picture = page.locator(".jp-OutputArea-output img").first
    assert "A neuron, 3 inputs" in picture.get_attribute("alt")
    shown.get_by_role("button", name="Next").click()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert shown.get_by_text("step 8 of 11").count() == 1
    assert "dA1 = dZ2 @ W2.T" in shown.locator("[aria-live=polite]").inner_text()
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-current:not(.jp-mod-dirty)")
    page.reload()
    shown.wait_for()
    shown.get_by_role("button", name="End").click()
    assert shown.get_by_text("step 11 of 11").count() == 1


def test_widgets_show_and_move_in_jupyterlab(lab):
    page = lab(
        [
            "import numpy as np\nfrom bplab import viz",
            "viz.optimizer_race()",
            "rng = np.random.default_rng(0)\ny = rng.integers(0, 2, 300)\n"
            "viz.roc(y, (0.3 * y + 0.7 * rng.random(300)))",
        ]
    )
    page.run_all()
    shown = page.locator(".jp-OutputArea-output .bplab")
    shown.nth(1).wait_for()
    assert shown.count() == 2
    threshold, found = page.get_by_role("slider", name="threshold"), page.locator("td").first
    threshold.click(position={"x": 10, "y": 8})  # far left: everybody is positive
    assert found.inner_text() == "163 found"
    for _ in range(60):
        page.keyboard.press("ArrowRight")
    assert float(threshold.input_value()) > 0.3
    assert int(found.inner_text().split()[0]) < 163
    assert threshold.evaluate("node => node === node.getRootNode().activeElement")
