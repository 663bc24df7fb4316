"""A JupyterHub on a `Machine`, set up by the words of docs/hub.md, and a browser's visits to it."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests import patience, ports
from tests.browser.conftest import accept_dialogs
from tests.hub.machine import PROJECT, NoMachine
from tests.hub.pages import blocks

POST = """async ([path, body]) => {
  const token = document.cookie.match(/_xsrf=([^;]+)/);
  const headers = {"Content-Type": "application/json", "X-XSRFToken": token ? token[1] : ""};
  const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""


def proxy():
    """configurable-http-proxy: the machine's, or installed by npm into a folder of ours."""
    found = shutil.which("configurable-http-proxy")
    place = Path(os.environ.get("BPLAB_TEST_CACHE", PROJECT / ".venv" / "npm"))
    inner = place / "node_modules" / ".bin" / "configurable-http-proxy"
    if found or inner.exists():
        return found or str(inner)
    if shutil.which("npm") is None:
        raise NoMachine("there is neither configurable-http-proxy nor npm")
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "configurable-http-proxy@5"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
    )
    if done.returncode or not inner.exists():
        raise NoMachine(f"npm cannot install configurable-http-proxy: {done.stderr[-200:]}")
    return str(inner)


class Hub:
    """The hub of docs/hub.md. `story` holds what the page tells the instructor to type."""

    def __init__(self, machine):
        self.machine, self.page = machine, blocks("docs/hub.md")
        self.ports = ports.free(3)
        self.address = f"http://127.0.0.1:{self.ports[0]}"

    def write_files(self, owner):
        for block in self.page:
            if block.file and owner == ("teacher" if "/home/" in block.file else "root"):
                self.machine.write(block.file, block.text, owner)

    def commands(self, who):
        return [block.text for block in self.page if block.words[:1] == [who]]

    def type(self, start):
        """Run, as the instructor, the block of the page that holds a line starting so."""
        found = [
            block
            for block in self.page
            if block.words == ["teacher"]
            and any(line.startswith(start) for line in block.text.splitlines())
        ]
        assert len(found) == 1, (start, len(found))
        return self.machine.run(found[0].text, "teacher")

    def start(self):
        public, inner, api = self.ports
        self.machine.run("mkdir -p /srv/jupyterhub")
        options = {
            "JupyterHub.bind_url": self.address,
            "JupyterHub.hub_port": inner,
            "JupyterHub.authenticator_class": "dummy",  # there is no PAM to ask
            "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{api}",
            "ConfigurableHTTPProxy.command": self.proxy,
            "Spawner.start_timeout": patience.SECONDS,
            "Spawner.http_timeout": patience.SECONDS,
        }
        if place := _elsewhere():
            options["Spawner.environment"] = f"JUPYTER_CONFIG_PATH={place}"
        extra = " ".join(f"--{key}={value}" for key, value in options.items())
        told = next(b.text for b in self.page if b.text.startswith("jupyterhub -f")).strip()
        self.log = self.machine.place / "hub.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                self.machine.arguments(f"cd /srv/jupyterhub; exec {told} {extra}"),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(2 * patience.SECONDS):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.address}/hub/health", timeout=30).close()
                return
            except OSError:
                time.sleep(0.5)
        pytest.fail(f"the hub did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self):
        if getattr(self, "process", None) is None:
            return
        self.process.terminate()  # it ends the servers and the proxy
        try:
            self.process.wait(patience.SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait(20)

    def visit(self, chromium, user):
        """Log in and start the server; a page at its lab."""
        context = chromium.new_context(viewport={"width": 1300, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(patience.MILLISECONDS)
        accept_dialogs(page)
        page.goto(f"{self.address}/hub/login?next=/hub/spawn")
        page.fill("#username_input", user)
        page.fill("#password_input", "a long enough password")
        page.click("#login_submit")
        page.wait_for_url(f"{self.address}/user/{user}/lab**")
        page.wait_for_selector("#jp-MainMenu")
        page.post = lambda path, body: page.evaluate(POST, [f"/user/{user}/{path}", body])
        page.user = f"{self.address}/user/{user}"
        return page


def _elsewhere():
    """Where JupyterLab's own settings are, if this environment takes its packages from another."""
    import jupyterlab

    name = Path("etc", "jupyter", "jupyter_server_config.d", "jupyterlab.json")
    if (Path(sys.prefix) / name).is_file():
        return None
    for folder in Path(jupyterlab.__file__).parents:
        if (folder / name).is_file():
            return folder / "etc" / "jupyter"
    return None
