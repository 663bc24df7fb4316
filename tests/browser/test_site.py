"""The course as a web page, opened in Chromium: no request leaves the machine."""

import ast
import contextlib
import functools
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bplab import exercises
from bplab.study.release import text
from bplab.study.site import build_site, contents
from bplab.study.solutions import solved
from bplab.study.workspace import StudyError, chapters, course_source, read_notebook
from tests import patience

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ROOT = Path(__file__).parents[2]
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
HARNESS = (Path(__file__).parent / "site_harness.py").read_text(encoding="utf-8")


def builder():
    """An interpreter whose environment can build the offline site, or None."""
    for python in (os.environ.get("BPLAB_SITE_PYTHON"), ROOT / ".venv-site" / "bin" / "python"):
        if python and Path(python).exists():
            return str(python)
    return None


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """(address, folder) of the offline site with two notebooks of the tests' own in it."""
    python = builder()
    if python is None:
        pytest.skip(
            "no environment with jupyterlite-xeus-python: `make site-builder` makes .venv-site"
        )
    folder = tmp_path_factory.mktemp("web") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bplab.study.site.write_contents", _with_tests)
        build_site(folder, offline=True, python=python)
    near = os.path.relpath(python)  # as one types it
    build_site(folder.parent / "alone", "linear_backward", offline=True, python=near)
    handler = functools.partial(_Quiet, directory=str(folder.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


def _with_tests(folder, exercise, kernel):
    names = contents.write_contents(folder, exercise, kernel)
    if exercise is None:
        cells = [contents._setup(), contents._code("harness", HARNESS, {})]
        for name in exercises.CHAPTERS:
            call = f"print('RESULT', json.dumps([{name!r}, *right_and_wrong({name!r})]))"
            cells.append(contents._code(f"run-{name}", call, {}))
        language = {"language_info": {"name": "python"}}
        page = {"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5}
        contents._write(folder, "all-checks", page, kernel)
        sources = {name: _code_of(name) for name in exercises.CHAPTERS}
        (folder / "solved.json").write_text(json.dumps(sources))
    return names


def _code_of(name):
    """What a learner writes in a chapter, solved, and the imports and functions around it."""
    source = read_notebook(course_source() / name / f"{name}.ipynb")["cells"]
    cells = solved({"cells": source})["cells"]
    return [
        text(after)
        if before["metadata"].get("nbgrader", {}).get("solution")
        else _definitions(text(after))
        for before, after in zip(source, cells, strict=True)
        if before["cell_type"] == "code"
    ]


def _definitions(code):
    """A cell's imports, functions and classes: what solutions may call, without what it runs."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    lines = (ast.unparse(node) for node in ast.parse(code).body if isinstance(node, kept))
    return "\n".join(lines)


@pytest.fixture
def page(chromium, served):
    """A page that notes every address outside this machine that is asked for."""
    address, _ = served
    page = chromium.new_page(viewport={"width": 1100, "height": 1000})
    page.set_default_timeout(patience.MILLISECONDS)
    page.outside = []
    own = (address, "blob:", "data:")
    page.on("request", lambda r: None if r.url.startswith(own) else page.outside.append(r.url))
    yield page
    page.close()


RAN = '.jp-InputPrompt:text-matches("\\\\[\\\\d+\\\\]")'


# Whether a store of the browser holds a notebook with these words.
KEPT = """async (words) => {
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done, no) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = no;
    });
    for (const store of base.objectStoreNames) {
      const all = await new Promise((done, no) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = no;
      });
      if (JSON.stringify(all).includes(words)) { base.close(); return true; }
    }
    base.close();
  }
  return false;
}"""


def shown(page):
    """The text of all outputs."""
    return "\n".join(page.locator(".jp-OutputArea-output").all_inner_texts())


@contextlib.contextmanager
def _in_vain():
    """Let a wait of Playwright's end without what it waited for."""
    try:
        yield
    except Exception as error:
        if "Timeout" not in str(error):
            raise


def ask_for_all(page, tries=6):
    """Run all cells, and see that the first one ran."""
    # What is asked before the kernel listens may be lost for good; a reload begins anew. A kernel
    # that is only slow has twice the time at each try.
    for attempt in range(tries):
        milliseconds = 30_000 * 2**attempt
        if attempt:
            page.reload()
        page.wait_for_selector(".jp-Notebook")
        with _in_vain():  # told below, by what ran
            page.wait_for_selector(IDLE, timeout=milliseconds)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
        with _in_vain():
            page.locator(RAN).first.wait_for(timeout=milliseconds)
            return
    pytest.fail(f"the kernel ran no cell, asked {tries} times")


def run_all(page, wanted):
    """Run all cells; wait until `wanted(text of all outputs)` is true, and return that text."""
    ask_for_all(page)
    until = time.monotonic() + patience.SECONDS
    while time.monotonic() < until:
        said = shown(page)
        if wanted(said):
            return said
        time.sleep(1)
    pytest.fail(f"not done after {patience.SECONDS} s; so far:\n{said[-3000:]}")


def test_every_chapters_checks_right_and_wrong(page, served):
    address, _ = served
    page.goto(f"{address}/site/notebooks/index.html?path=all-checks.ipynb")
    count = len(exercises.CHAPTERS)
    said = run_all(page, lambda text: text.count("RESULT") == count or "Traceback" in text)
    found = [json.loads(line[7:]) for line in said.splitlines() if line.startswith("RESULT ")]
    print([(name, round(seconds, 1)) for name, _, seconds in found])
    assert {name for name, _, _ in found} == set(exercises.CHAPTERS), said[-2000:]
    assert not {name: told for name, told, _ in found if told}
    assert page.outside == []


def test_one_exercise_alone_shows_its_card_and_keeps_it_over_a_reload(page, served):
    address, _ = served
    page.goto(f"{address}/alone/index.html")
    said = run_all(page, lambda text: "linear_backward" in text)
    assert "not written yet" in said
    answer = page.locator(".jp-CodeCell .cm-content").filter(has_text="def linear_backward")
    answer.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("# my own answer")
    page.keyboard.press("Control+s")
    page.wait_for_function(KEPT, arg="# my own answer")
    page.reload()
    page.wait_for_selector(".jp-Notebook")
    page.locator(".cm-content").filter(has_text="# my own answer").wait_for()
    page.locator(".jp-OutputArea-output").filter(has_text="not written yet").first.wait_for()
    assert page.outside == []


def test_the_first_page_lists_every_chapter_and_says_what_cannot_be_done(page, served):
    address, folder = served
    page.goto(f"{address}/site/index.html")
    words = page.locator("main").inner_text()
    assert "An endless loop cannot be stopped here" in words
    assert page.locator("main li").count() == len(chapters())
    for link in page.locator("main li a").all():
        name = link.get_attribute("href").partition("path=")[2]
        assert (folder / "files" / name).exists()
    assert page.outside == []


def test_a_builder_that_is_not_there_is_told_with_the_commands(tmp_path):
    with pytest.raises(StudyError, match="pip install"):
        build_site(tmp_path / "site", offline=True, python=sys.executable)


def test_another_folder_is_not_written_over(tmp_path, served):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StudyError, match="holds something else"):
        build_site(tmp_path, offline=True, python=builder())
    done = subprocess.run(["ls", tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["thesis.txt"]
