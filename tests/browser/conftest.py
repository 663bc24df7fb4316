"""Chromium for the browser tests: `stage` shows one widget on an empty page, `lab` a notebook.

Both fail a test in which the page reported an error.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from bplab.viz import style
from tests import patience, ports


@contextmanager
def _watched(chromium):
    """A page; errors on its console, in its scripts and in its requests fail the test."""
    page = chromium.new_page(viewport={"width": 1100, "height": 1000})
    page.set_default_timeout(patience.MILLISECONDS)
    accept_dialogs(page)
    page.errors = []
    page.on(
        "console",
        lambda m: page.errors.append(f"{m.text} {m.location}") if m.type == "error" else None,
    )
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    try:
        yield page
        assert not page.errors, page.errors
    finally:
        page.close()


def accept_dialogs(page):
    """Press the marked button of whatever dialog of JupyterLab's stands in the way of a test.

    Which kernel, say, or that a busy server did not answer; one may open at any moment.
    """
    button = page.locator(".jp-Dialog .jp-mod-accept").first
    page.add_locator_handler(button, _accept)


def _accept(button):
    told = button.locator("xpath=ancestor::dialog[1]").inner_text()
    print(f"JupyterLab asks, and the test agrees: {told!r}")  # shown if the test fails
    from playwright.sync_api import TimeoutError

    try:
        button.click(timeout=20_000)
    except TimeoutError:
        pass  # it went by itself, or is met again at the next step


class Stage:
    """An empty page on which a widget is shown as a notebook shows it: by its HTML."""

    def __init__(self, page):
        self.page = page
        self.asked = []  # addresses the page asked for
        self._session = None  # with Chromium's own tools
        page.on("request", lambda request: self.asked.append(request.url))

    def show(self, widget):
        """Show an `Interactive`, alone on the page; a locator of its drawing."""
        self.page.set_content(f"<!doctype html><html lang=en><main>{widget.html}</main></html>")
        shown = self.page.locator(".bplab")
        shown.wait_for()
        return shown

    def sees_sliders_with_a_chart(self):
        """At 620 x 800 pixels: all sliders and the first chart within one view, nothing cut, and
        every letter of the drawings large enough and within its drawing."""
        self.page.set_viewport_size({"width": 620, "height": 800})
        low, high, wide, (letter, text), out = self.page.evaluate(_SEEN)
        assert high - low <= 800, f"sliders and the first chart reach over {high - low:.0f} pixels"
        assert wide <= 620, f"{wide - 620} pixels too wide"
        assert letter >= style.SMALLEST, f"{text!r} is written {letter:.1f} pixels high"
        assert not out, f"sticks out of its drawing: {out}"

    def stop_the_clock(self):
        """From now on the page's timers wait for `after`: what plays cannot run away meanwhile."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1000)

    def after(self, milliseconds):
        """Let the page's clock go on for so long."""
        self.page.clock.run_for(milliseconds)

    def slider(self, label):
        return self.page.locator(f'.bplab input[type=range][aria-label="{label}"]')

    def redraw_time(self, label, values):
        """Milliseconds that the page computes from moving the slider with this label until it is
        painted, at worst."""
        bar = self.slider(label)
        return max(self.computing(lambda v=value: bar.evaluate(_MOVED, v)) for value in values)

    def computing(self, work):
        """Milliseconds of the processor that the page's own thread takes for `work()`: what else
        runs on the machine does not count."""
        before = self._computed()
        work()
        return self._computed() - before

    def _computed(self):
        if self._session is None:
            self._session = self.page.context.new_cdp_session(self.page)
            self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        found = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in found if m["name"] == "TaskDuration")

    def call(self, module, expression, *arguments):
        """The value of a JavaScript expression in a widget's module; arguments are `a[0]`, ..."""
        from bplab.viz import widget as base

        source = base.module_source(module).replace("export default { render };", "")
        return self.page.evaluate(
            "([source, expression, a]) => new Function('a', `${source}; return ${expression};`)(a)",
            [source, expression, base.plain(list(arguments))],
        )


_SEEN = """async () => {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const root = document.querySelector("main > div").shadowRoot;
  const chart = root.querySelector("svg[viewBox][aria-label]");
  const boxes = [...root.querySelectorAll("input[type=range]"), chart]
    .map((node) => node.getBoundingClientRect());
  const written = [...root.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  const letters = written.map((text) => {
    const { a, b } = text.getScreenCTM();
    return [Math.hypot(a, b) * parseFloat(getComputedStyle(text).fontSize), text.textContent];
  });
  const out = written.filter((text) => {
    const [own, drawing] = [text, text.ownerSVGElement].map((node) => node.getBoundingClientRect());
    return own.left < drawing.left - 3 || own.right > drawing.right + 3;
  }).map((text) => text.textContent);
  return [Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom)),
    document.documentElement.scrollWidth,
    letters.reduce((least, one) => (one[0] < least[0] ? one : least), [99, ""]), out];
}"""


_MOVED = """async (bar, value) => {
  bar.value = value;
  bar.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
}"""


@pytest.fixture
def stage(chromium):
    """See `Stage`."""
    with _watched(chromium) as page:
        page.goto("about:blank")
        yield Stage(page)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """A JupyterLab server on an empty folder: (address, folder)."""
    pytest.importorskip("jupyterlab")
    home, work = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("work")
    settings = home / "lab" / "settings"
    settings.mkdir(parents=True)
    news = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    (settings / "overrides.json").write_text(json.dumps(news))
    [port] = ports.free()
    env = dict(os.environ, PYTHONWARNINGS="ignore", JUPYTER_CONFIG_DIR=str(home / "config"),
               JUPYTER_RUNTIME_DIR=str(home / "run"), IPYTHONDIR=str(home / "ipython"),
               JUPYTERLAB_SETTINGS_DIR=str(home / "user"),
               JUPYTERLAB_WORKSPACES_DIR=str(home / "spaces"))  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               "--ServerApp.port_retries=0", f"--ServerApp.root_dir={work}",
               "--IdentityProvider.token=", "--ServerApp.password=",
               f"--LabServerApp.app_settings_dir={settings}"]  # fmt: skip
    with open(home / "log", "w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, home / "log")
        yield address, work
    finally:
        server.terminate()
        server.wait(patience.SECONDS)


def _wait_for(address, server, log):
    for _ in range(4 * patience.SECONDS):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/api", timeout=30).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def lab(chromium, jupyter):
    """Function from a notebook's path, or sources of cells, to a page with it open and idle.

    `page.run_all()` runs all its cells, `page.run_above()` those above the selected one.
    """
    address, work = jupyter
    with _watched(chromium) as page:
        yield lambda notebook: _open(page, address, work, notebook)


def _open(page, address, work, notebook):
    import nbformat

    if isinstance(notebook, list):
        cells = [nbformat.v4.new_code_cell(source) for source in notebook]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    else:
        content = nbformat.read(notebook, 4)
    name = f"notebook-{time.monotonic_ns()}"
    nbformat.write(content, work / f"{name}.ipynb")
    page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb")
    wait_until_ready(page)
    page.run_all = lambda: _run(page, "Run All Cells")
    page.run_above = lambda: _run(page, "Run All Above Selected Cell")
    return page


IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
READY = '.jp-StatusBar-TextItem:text-matches("[|] Idle$")'
STARTED = '.jp-InputPrompt:text-matches("\\\\[(\\\\*|\\\\d+)\\\\]")'


def wait_until_ready(page):
    """Until the kernel is idle and connected: JupyterLab gives a notebook another kernel, and asks
    which, when cells are to run before. The notebook's own sign says idle from the beginning."""
    page.wait_for_selector(READY, state="attached")


def _run(page, what, tries=20):
    from playwright.sync_api import TimeoutError

    # A kernel may call itself idle before it listens; JupyterLab then forgets what was asked.
    for _ in range(tries):
        wait_until_ready(page)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text(what, exact=True).click()
        try:
            page.locator(STARTED).first.wait_for(timeout=20_000)
            break
        except TimeoutError:
            pass
    else:
        pytest.fail(f"JupyterLab runs no cell, asked {tries} times.")
    page.wait_for_selector(IDLE)
