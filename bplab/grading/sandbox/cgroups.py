"""A control group for each submission, where the machine lets one be made.

The kernel then counts all that a submission's processes hold together: shared pages, what they
keep in temporary files, and what the kernel itself keeps for them. Without it, processes are
watched one by one (`inside/supervisor.py`), which sees less and sees it later.
"""

import contextlib
import os
import secrets
import time
from collections import deque
from pathlib import Path

PREFIX = "bplab-"
SLACK_MB = 64  # of the kernel's own, and of what supervisor and learner's process begin with
LEAF = f"{PREFIX}grader"  # of version 2: where the grader itself steps down to
SPARE_TASKS = 40  # above the limit that the supervisor names as the reason
HOW_TO = (
    "memory is watched, not counted by the kernel: for a control group to each submission grade as "
    "root, or start it with: systemd-run --user --scope -p Delegate=yes bplab grade ..."
)


class Groups:
    """Makes groups for one sandbox. `kind` is "v2", "v1" or None if none can be made."""

    def __init__(self):
        self.kind, self.bases = _find()
        self._over: deque = deque()  # groups whose processes may still be on their way out

    def new(self, limits):
        """A Group, or None. Those that are over are removed, so that nobody waits for that."""
        with contextlib.suppress(IndexError):
            while True:
                self._over.popleft().close()
        if self.kind is None:
            return None
        try:
            return Group(self.kind, self.bases, limits, self._over)
        except OSError:
            return None

    def close(self):
        for base in set(self.bases.values()):
            _remove(base)
        self.kind, self.bases = None, {}


class Group:
    """The group of one submission; in version 1 there is one a controller."""

    def __init__(self, kind, bases, limits, over):
        self._over = over
        name = secrets.token_hex(6)
        self.kind = kind
        self.folders = {what: base / name for what, base in bases.items()}
        most = (limits.memory_mb + limits.tmp_mb + SLACK_MB) * 2**20
        tasks = limits.processes + SPARE_TASKS
        try:
            for folder in set(self.folders.values()):
                folder.mkdir()
            memory, pids = self.folders["memory"], self.folders["pids"]
            _write(memory / ("memory.max" if kind == "v2" else "memory.limit_in_bytes"), most)
            with contextlib.suppress(OSError):  # where swap is counted at all
                if kind == "v2":
                    _write(memory / "memory.swap.max", 0)
                else:
                    _write(memory / "memory.memsw.limit_in_bytes", most)
            with contextlib.suppress(OSError):
                _write(pids / "pids.max", tasks)
        except OSError:
            self.close()
            raise

    def hold(self, pid):
        """Put a process and its children in. They must not have begun with anything yet."""
        for member in [pid, *_children(pid)]:
            for folder in set(self.folders.values()):
                _write(folder / "cgroup.procs", member)

    def used(self):
        """What the kernel counted: {"oom": whether it ended processes, "group_peak": bytes}."""
        memory = self.folders["memory"]
        events = "memory.events" if self.kind == "v2" else "memory.oom_control"
        peak = "memory.peak" if self.kind == "v2" else "memory.max_usage_in_bytes"
        counts = dict(line.split()[:2] for line in _read(memory / events).splitlines())
        found = {"oom": int(counts.get("oom_kill", 0)) > 0}
        if (text := _read(memory / peak).strip()).isdigit():
            found["group_peak"] = int(text)
        return found

    def let_go(self):
        """It is over; it is removed in time."""
        self._over.append(self)

    def close(self):
        for folder in set(self.folders.values()):
            _remove(folder)


def described() -> str:
    """Which way memory is held, in a sentence for `bplab doctor`."""
    groups = Groups()
    kind = groups.kind
    groups.close()
    if kind is None:
        return HOW_TO
    return f"each submission has a control group of its own ({kind}): the kernel counts its memory"


def _find():
    """The kind of groups that can be made, and a folder of ours for each controller."""
    for kind, places in (("v2", _second), ("v1", _first)):
        for folders in places():
            made = []
            with contextlib.suppress(OSError):
                bases = {}
                for what, folder in folders.items():
                    base = folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(3)}"
                    if what == "pids" and kind == "v2":
                        bases[what] = bases["memory"]
                        continue
                    _sweep(folder)
                    base.mkdir()
                    made.append(base)
                    bases[what] = base
                if kind == "v2":
                    _share_out(bases["memory"])
                limit = "memory.max" if kind == "v2" else "memory.limit_in_bytes"
                probe = bases["memory"] / "probe"
                probe.mkdir()
                there = (probe / limit).exists()
                probe.rmdir()
                if there:
                    return kind, bases
            for base in made:
                _remove(base)
    return None, {}


def _second():
    """Folders of the unified hierarchy in which groups might be made."""
    for mount, root in _mounts("cgroup2", None):
        own = _own("", mount, root)
        if own.name == LEAF:  # another sandbox of this grader has stepped down before
            own = own.parent
        if own != mount and (own / "cgroup.controllers").exists():
            yield {"memory": own, "pids": own}  # if somebody has made room there
            # A group with processes cannot have groups with limits: step down, if alone in it.
            if _read(own / "cgroup.procs").split() == [str(os.getpid())]:
                with contextlib.suppress(OSError):
                    leaf = own / LEAF
                    leaf.mkdir(exist_ok=True)
                    _write(leaf / "cgroup.procs", os.getpid())
                    _share_out(own)
                    yield {"memory": own, "pids": own}
        with contextlib.suppress(OSError):  # the top of all may have processes of its own
            _share_out(mount)
        yield {"memory": mount, "pids": mount}


def _share_out(folder):
    """Let groups in a folder have limits of memory and, where that can be, of processes."""
    control = folder / "cgroup.subtree_control"
    have = _read(control).split()
    if "memory" not in have:
        _write(control, "+memory")
    if "pids" not in have:
        with contextlib.suppress(OSError):
            _write(control, "+pids")


def _first():
    """Folders of the old hierarchies, one for memory and one for processes."""
    found = {}
    for what in ("memory", "pids"):
        for mount, root in _mounts("cgroup", what):
            own = _own(what, mount, root)
            found[what] = own if own.is_dir() else mount
    if "memory" in found:
        found.setdefault("pids", found["memory"])
        yield found


def _mounts(kind, controller):
    """(mount point, root of the hierarchy that it shows) of every hierarchy of this kind."""
    for line in _read(Path("/proc/self/mountinfo")).splitlines():
        about, _, rest = line.partition(" - ")
        fields, source = about.split(), rest.split()
        if source and source[0] == kind:
            options = source[2].split(",") if len(source) > 2 else []
            if controller is None or controller in options:
                yield Path(fields[4]), fields[3]


def _own(controller, mount, root):
    """This process's own folder in a hierarchy."""
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            inner = path.removeprefix(root) if root != "/" else path
            return mount / inner.strip("/")
    return mount


def _sweep(folder):
    """Remove what graders left behind that are no more."""
    for stale in folder.glob(f"{PREFIX}*-*"):
        owner = stale.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            _remove(stale)


def _remove(folder):
    for attempt in range(20):
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:  # it holds other groups, or its last process is on its way out
            if attempt == 0:
                for inner in [path for path in folder.glob("*") if path.is_dir()]:
                    _remove(inner)
            else:
                time.sleep(0.005)


def _children(pid):
    return [int(text) for text in _read(Path(f"/proc/{pid}/task/{pid}/children")).split()]


def _write(path, value):
    with open(path, "w") as file:
        file.write(str(value))


def _read(path):
    try:
        return path.read_text()
    except OSError:
        return ""
