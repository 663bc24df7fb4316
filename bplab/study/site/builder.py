"""JupyterLite's own builder, run in the environment that has it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bplab.study.workspace import StudyError

# Marks a folder as a site of ours, which may be built again.
MARK = "bplab-site.json"
_ASK = (
    "import json, importlib.metadata as m\n"
    "def v(n):\n"
    "    try: return m.version(n)\n"
    "    except m.PackageNotFoundError: return None\n"
    "print(json.dumps({n: v(n) for n in ('jupyterlite-core', 'jupyterlite-pyodide-kernel',"
    " 'jupyterlite-xeus-python', 'jupyter-server')}))"
)


@dataclass(frozen=True)
class Builder:
    """python : the interpreter that builds; kernel : (name, display name) of the notebooks'."""

    python: str
    kernel: tuple
    arguments: tuple = ()


def ask_builder(python, offline):
    """The Builder at `python`. Raises StudyError with the commands that install what it lacks."""
    # As a path from here: the builder works in another folder. A link is kept, for it is what
    # makes a virtual environment's interpreter that environment's.
    python = os.path.abspath(shutil.which(str(python or sys.executable)) or str(python))
    try:
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=True)
        found = json.loads(asked.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        raise StudyError(f"{python} is no Python interpreter that can be asked.") from None
    core = found["jupyterlite-core"]
    if offline:
        old_enough = core is not None and tuple(map(int, core.split(".")[:2])) < (0, 3)
        if not (old_enough and found["jupyterlite-xeus-python"] and found["jupyter-server"]):
            raise StudyError(
                "--offline needs jupyterlite-xeus-python 1.0.0 and a jupyterlite-core below 0.3, "
                "in an environment of their own (python -m venv .venv-site && "
                ".venv-site/bin/pip install 'jupyterlite-core<0.3' "
                "jupyterlite-xeus-python==1.0.0 jupyter-server), which is named by "
                "--python .venv-site/bin/python"
            )
        # Its own step would make an environment anew, with mamba and from a network.
        return Builder(
            python, ("xeus-python", "Python"), ("--disable-addons", "jupyterlite-xeus-python")
        )
    if not (core and found["jupyterlite-pyodide-kernel"]):
        raise StudyError("bplab site needs JupyterLite: pip install 'bplab[site]'")
    return Builder(python, ("python", "Python (Pyodide)"))


def build_lite(builder, contents, folder, work):
    """Run `jupyter lite build` on `contents` into `folder`."""
    folder = Path(folder).resolve()
    if folder.is_file():
        raise StudyError(f"{folder} is a file; name a folder for the site.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StudyError(f"{folder} holds something else; name a new folder for the site.")
    command = [
        builder.python, "-m", "jupyterlite_core", "build",
        "--contents", str(contents), "--output-dir", str(folder),
        "--apps", "lab", "--apps", "notebooks", "--no-sourcemaps", "--force",
        *builder.arguments,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode or not (folder / "lab" / "index.html").exists():
        said = (done.stderr or done.stdout).strip().splitlines()[-12:]
        raise StudyError("JupyterLite's builder stopped:\n  " + "\n  ".join(said))
    (folder / MARK).write_text(json.dumps({"kernel": builder.kernel[0]}) + "\n")
