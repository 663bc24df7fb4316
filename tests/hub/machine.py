"""A machine of its own for a hub: users, /etc, /home and /srv that only a namespace sees.

Needs root and the right to mount. Nothing of it is left when the process that holds it ends.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bplab
from tests import patience

PROJECT = Path(bplab.__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

SET_UP = """
set -eu
mount --make-rprivate /
for place in etc home srv; do mount --bind "{place}/$place" "/$place"; done
{doors}
echo ready
exec sleep infinity
"""


class NoMachine(Exception):
    """Why there can be none here."""


class Machine:
    """See the module. A context manager."""

    def __enter__(self):
        if os.geteuid() != 0:
            raise NoMachine("a hub with users of its own needs root")
        for program in ("unshare", "nsenter", "runuser", "useradd"):
            if shutil.which(program) is None:
                raise NoMachine(f"there is no {program}")
        self.place = Path(tempfile.mkdtemp(prefix="bplab-hub-"))
        self.place.chmod(0o755)
        for name in ("home", "srv", "kept"):
            (self.place / name).mkdir()
        shutil.copytree("/etc", self.place / "etc", symlinks=True)
        script = SET_UP.format(place=self.place, doors=_doors(self.place / "kept"))
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "bash", "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self.holder.stdout.readline().strip() != "ready":
            told = self.holder.stderr.read().strip()
            self.__exit__()
            raise NoMachine(f"a namespace cannot be set up: {told[-200:]}")
        return self

    def __exit__(self, *exc):
        self.holder.kill()
        self.holder.wait(20)
        shutil.rmtree(self.place, ignore_errors=True)

    def arguments(self, text, user="root"):
        """The command that runs a shell's text as a user, in the user's home."""
        env = {
            "PATH": f"{BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root" if user == "root" else f"/home/{user}",
            "USER": user,
            "LANG": "C.UTF-8",
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        home = "/" if user == "root" else env["HOME"]
        inner = ["env", "-i", *(f"{key}={value}" for key, value in env.items())]
        inner += ["bash", "-euc", f"cd {shlex.quote(home)}\n{text}"]
        if user != "root":
            inner = ["runuser", "-u", user, "--", *inner]
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", "--", *inner]

    def run(self, text, user="root", good=(0,)):
        """Run a shell's text; what it printed. Fails the test if its exit code is not `good`."""
        done = subprocess.run(
            self.arguments(text, user), capture_output=True, text=True, timeout=patience.SECONDS
        )
        told = done.stdout + done.stderr
        assert done.returncode in good, f"{user}$ {text}\n{told[-3000:]}"
        return told

    def add_user(self, name):
        self.run(f"useradd --create-home --shell /bin/bash {name} && chmod 700 /home/{name}")

    def write(self, path, text, user="root"):
        quoted = shlex.quote(str(path))
        command = f"mkdir -p $(dirname {quoted}) && cat > {quoted}"
        done = subprocess.run(
            self.arguments(command, user), input=text, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def _doors(kept):
    """Shell lines that let others through folders that they may not enter, such as /root.

    Such a folder is covered by an empty one, and what the hub must read is put into that.
    """
    wanted = [Path(sys.base_prefix), Path(sys.prefix), PROJECT]
    wanted += [Path(entry) for entry in sys.path if entry and os.path.isdir(entry)]
    closed = {}
    for place in dict.fromkeys(path.resolve() for path in wanted):
        for folder in reversed(place.parents):
            if not folder.stat().st_mode & 0o001:
                inner = closed.setdefault(str(folder), [])
                if not any(place.is_relative_to(other) for other in inner):
                    inner.append(str(place))
                break
    lines, number = [], 0
    for folder, inner in closed.items():
        back = []
        for place in inner:
            number += 1
            keep = f"{kept}/{number}"
            lines += [f"mkdir {keep}", f"mount --bind {place} {keep}"]
            back += [f"mkdir -p {place}", f"mount --bind {keep} {place}"]
        lines += [f"mount -t tmpfs -o mode=755 tmpfs {folder}", *back]
    return "\n".join(lines)
