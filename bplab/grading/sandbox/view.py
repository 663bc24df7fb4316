"""What learner's code may see: the Python installation, and the part of bplab a learner needs.

`stage` copies that part into a folder; `bubblewrap` says how to show it, and nothing else, to the
warm process. Binds are of exact folders, read-only; a home folder is never among them.
"""

import contextlib
import glob
import os
import site
import stat
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from bplab.grading.sandbox.inside.jail import HOME, WORK
from bplab.grading.sandbox.stage import package

_SYSTEM = (
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share/matplotlib",
    "/usr/share/terminfo",
    "/usr/share/zoneinfo",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
)
# Of a warm process that runs as root: to make namespaces and users, to watch and end processes.
_CAPABILITIES = (
    *("SYS_ADMIN", "SETUID", "SETGID", "CHOWN"),
    *("KILL", "SYS_PTRACE", "DAC_READ_SEARCH"),
)
_OLD_SYSTEM = ("bin", "lib", "lib32", "lib64", "sbin")  # links into /usr on most systems
_INSTALLATION = ("bin", "lib", "lib64", "pyvenv.cfg")
_FOR_THE_RUNNER = ("numpy", "matplotlib", "IPython", "ipykernel", "traitlets", "zmq")
FONTS = HOME + "/.config/matplotlib"
_ENVIRONMENT = {
    "HOME": HOME,
    "USER": "learner",
    "LOGNAME": "learner",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "IPYTHONDIR": HOME + "/.ipython",
    "MPLCONFIGDIR": FONTS,
}
_CALM = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def python(target):
    """The command that starts the warm process with the staged package in `target`."""
    start = f"import sys; sys.path.insert(0, {str(target)!r})"
    return [
        sys.executable,
        "-s",
        "-P",
        "-c",
        start + "\nfrom bplab.grading.sandbox.inside.main import main; main()",
    ]


def module_folders():
    """The folders modules are imported from, without any that holds only somebody's own work."""
    known = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    known.update(site.getsitepackages())
    known.add(site.getusersitepackages())
    for name in _FOR_THE_RUNNER:
        with contextlib.suppress(ImportError, ValueError, AttributeError):
            known.add(str(Path(find_spec(name).origin).parents[1]))
    names = ("site-packages", "dist-packages", "lib-dynload")
    return [
        path
        for path in sys.path
        if os.path.isdir(path) and (path in known or os.path.basename(path) in names)
    ]


def bubblewrap(program, staged, root):
    """The bubblewrap command that shows `staged` and the Python installation.

    root : True where the warm process stays root to hand out user ids; else in a user namespace
    """
    target = package().parent
    command = [program, "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", "sandbox", "--new-session"]
    if root:
        command += ["--cap-drop", "ALL"]
        for name in _CAPABILITIES:
            command += ["--cap-add", f"CAP_{name}"]
    else:
        command += ["--unshare-user", "--cap-add", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    command += ["--tmpfs", HOME, "--dir", WORK, "--chdir", WORK]
    shown, links = _view()
    for path in _parents([*shown, *(link for link, _ in links), f"{target}/bplab"]):
        command += ["--dir", path]  # or they would be for root alone
    for path in shown:
        command += ["--ro-bind", path, path]
    for link, path in links:
        command += ["--symlink", path, link]
    for path in _own_traces(shown):
        command += ["--ro-bind", f"{staged}/nothing" if os.path.isdir(path) else os.devnull, path]
    command += ["--ro-bind", f"{staged}/bplab", f"{target}/bplab"]
    for name in os.listdir(f"{staged}/fonts"):
        command += ["--ro-bind", f"{staged}/fonts/{name}", f"{FONTS}/{name}"]
    for name in ("passwd", "group"):
        command += ["--ro-bind", f"{staged}/{name}", f"/etc/{name}"]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in environment().items():
        command += ["--setenv", name, value]
    return [*command, "--", *python(target)]


def shown_in(folder):
    """The outermost shown paths inside `folder`."""
    paths, links = _view()
    everything = [*paths, *(link for link, _ in links), str(package())]
    return [path for path in _outermost(everything) if _within(path, [folder])]


def environment(home=None):
    """All that learner's code finds in its environment."""
    if home is None:
        path = f"{os.path.dirname(sys.executable)}:{_ENVIRONMENT['PATH']}"
        return {**_ENVIRONMENT, **_CALM, "PATH": path}
    # Outside a sandbox the machine's own folders stay in use.
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return {**own, "HOME": home, "TMPDIR": home, "IPYTHONDIR": f"{home}/.ipython", **_CALM}


def readable_by_others():
    """None if another user could use this Python, else the path that keeps them out."""
    for path in [sys.executable, *module_folders()]:
        real = os.path.realpath(path)
        mode = os.stat(real).st_mode
        wanted = stat.S_IROTH | stat.S_IXOTH
        if mode & wanted != wanted:
            return real
    return None


def _view():
    """The real paths to show, and the links to them: ([path], [(link, path)])."""
    wanted = {*_SYSTEM, *(f"/{name}" for name in _OLD_SYSTEM), *module_folders()}
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    for step in _links(sys.executable):
        prefixes.add(os.path.dirname(os.path.dirname(step)))
    for prefix in prefixes | {os.path.realpath(prefix) for prefix in prefixes}:
        if prefix not in ("/", "/usr"):
            wanted.update(os.path.join(prefix, name) for name in _INSTALLATION)
    for store in ("/nix/store", "/gnu/store"):
        if any(path.startswith(store) for path in wanted):
            wanted.add(store)
    wanted = {path for path in wanted if os.path.exists(path) and not _is_home(path)}
    # One mount for each, never a second by another name: what is masked must stay masked.
    paths = _outermost({os.path.realpath(path) for path in wanted})
    names = _outermost({path for path in wanted if path != os.path.realpath(path)})
    links = [(name, os.path.realpath(name)) for name in names if not _within(name, paths)]
    return paths, links


def _outermost(paths):
    return sorted(path for path in paths if not _within(path, paths))


def _within(path, others):
    return any(path != other and path.startswith(other + "/") for other in others)


def _parents(paths):
    """All folders on the way to `paths`, outer before inner."""
    return sorted({str(parent) for path in paths for parent in Path(path).parents} - {"/"})


def _links(path):
    """`path` and every further path its symbolic links lead through."""
    steps = [path]
    while os.path.islink(path) and len(steps) < 40:
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
        steps.append(path)
    return steps


def _is_home(path):
    home = os.path.realpath(os.path.expanduser("~"))
    return home == os.path.realpath(path) or _within(home, [os.path.realpath(path)])


def _own_traces(shown):
    """Every place in what is shown where an installed bplab, its course or its source shows."""
    for path in shown:
        for folder in ("", "python*/", "python*/site-packages/", "python*/dist-packages/"):
            for name in ("bplab", "bplab-*", "_editable_impl_bplab*", "__editable__*bplab*"):
                yield from sorted(glob.glob(f"{glob.escape(path)}/{folder}{name}"))
