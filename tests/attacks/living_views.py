# ruff: noqa: E501, E731 (attackers write as they like)
"""What may be seen; and objects that answer differently whenever they are asked."""

import numpy as np

from tests.attacks.corpus import attack, body

W = "view"


def all_by(room, trick, expression="trick"):
    names = [c["metadata"]["nbgrader"]["grade_id"] for c in room.answers(room.released())]
    return room.answering(
        room.with_code(body(trick)),
        **{n: f"{n} = {expression}".replace("@NAME@", n) for n in names},
    )


@attack(W)
def frames_above_the_exam(room):
    """Within the exam: every frame above, every local of it, offered as the answer."""

    def trick():
        import sys

        def trick(*args, **keys):
            found, frame = [], sys._getframe(1)
            while frame:
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if any(
                        w in name.lower()
                        for w in ("expect", "reference", "right", "truth", "solution")
                    ):
                        found.append(value)
                frame = frame.f_back
            for value in found:
                if callable(value):
                    try:
                        return value(*args, **keys)
                    except Exception:
                        pass
                if isinstance(value, (list, tuple, np.ndarray, float)):
                    return value
            return None

    return all_by(room, trick)


@attack(W)
def all_processes_and_their_roots():
    """Each process's root, folder, environment, maps and descriptors."""
    import os

    for pid in filter(str.isdigit, os.listdir("/proc")):
        for part in ("root/work", "cwd/../../..", "root/home", "root/root", "root/etc/shadow"):
            try:
                names = os.listdir(f"/proc/{pid}/{part}")
                print(pid, part, names[:20])
                if any(n in names for n in ("gradebook.db", ".secret", "submitted")):
                    print("BREACH: the course")
            except OSError:
                pass
        for part in ("environ", "cmdline", "mountinfo", "maps", "stack", "cgroup", "wchan"):
            try:
                text = open(f"/proc/{pid}/{part}", "rb").read()
                for word in (b"@ROOT@", b"@HOME@", b"GRADER_TOKEN"):
                    if word in text:
                        print("BREACH:", pid, part, word.decode()[-5:])
            except OSError:
                pass


@attack(W)
def descriptors_that_lead_outside():
    """Folders that are open: from each one up, by every call that opens something."""
    import os

    for fd in range(0, 256):
        try:
            where = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue
        for path in ("..", "../..", "../../..", "../../../.."):
            for at in (f"/proc/self/fd/{fd}/{path}", f"/dev/fd/{fd}/{path}"):
                try:
                    names = os.listdir(at)
                    if any(n in names for n in ("gradebook.db", ".secret", "submitted")):
                        print("BREACH: up from", fd, where)
                except OSError:
                    pass
        for path in ("gradebook.db", "../.secret", "source"):
            try:
                os.close(os.open(path, os.O_RDONLY, dir_fd=fd))
                print("BREACH: opened", path, "from", fd)
            except OSError:
                pass
        try:
            os.link(f"/proc/self/fd/{fd}", f"/tmp/linked{fd}", follow_symlinks=True)
        except OSError:
            pass


@attack(W)
def handles_and_inodes():
    """Files by their number, not by their name."""
    import ctypes
    import os
    import struct

    libc = ctypes.CDLL(None, use_errno=True)
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + b"\0" * 128)
    mount = ctypes.c_int()
    got = libc.name_to_handle_at(-100, b"/usr", handle, ctypes.byref(mount), 0)
    fd = os.open("/usr", os.O_RDONLY)
    opened = 0
    for inode in range(2, 3000):
        handle = ctypes.create_string_buffer(struct.pack("IiII", 8, 1, inode, 0))
        if libc.open_by_handle_at(fd, handle, 0) >= 0:
            opened += 1
    print("BREACH: by number" if opened else "none", got)
    how = ctypes.create_string_buffer(struct.pack("QQQ", 0, 0, 0))
    print(libc.syscall(437, -100, b"/proc/1/root/@ROOT@/.secret", how, 24))


@attack(W)
def finders_of_its_own(room):
    """What is imported later is of the learner's making: in every place where Python looks."""

    def trick():
        import importlib.abc
        import importlib.machinery
        import os
        import sys

        class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            def find_spec(self, name, path=None, target=None):
                if name.startswith(("bplab", "numpy", "json", "struct", "hmac")):
                    print("asked for", name)
                    return importlib.machinery.ModuleSpec(name, self)

            def create_module(self, spec):
                return None

            def exec_module(self, module):
                module.__getattr__ = lambda name: lambda *a, **k: 1e9

        sys.meta_path.insert(0, Finder())
        sys.path_hooks.insert(0, lambda path: Finder())
        sys.path_importer_cache.clear()
        for folder in (".", os.path.expanduser("~"), "/tmp", *sys.path):
            for name in (
                "sitecustomize.py",
                "usercustomize.py",
                "numpy.py",
                "bplab.py",
                "json.py",
                "x.pth",
                "IPython.py",
                "ast.py",
                "matplotlibrc",
                "pyvenv.cfg",
                "conftest.py",
                "builtins.py",
            ):
                try:
                    with open(os.path.join(folder, name), "w") as file:
                        file.write(
                            "print('BREACH: loaded by another')\nimport os\nos.environ['X']='1'\n"
                        )
                except OSError:
                    pass
        for name in [n for n in sys.modules if n.startswith(("bplab", "json"))]:
            del sys.modules[name]

    return room.with_code(body(trick))


@attack(W, exam=True)
def modules_where_the_model_is_loaded(room):
    """A fresh process loads the model: from a folder in which all modules are the learner's."""
    setup = (
        "import os\nfor folder in ('.', '/tmp', os.path.expanduser('~')):\n"
        "    for name in ('sitecustomize', 'usercustomize', 'numpy', 'json', 'struct', 'os', 'io', 'zipfile', 'bplab', 'ast'):\n"
        "        try:\n            open(f'{folder}/{name}.py', 'w').write(\"print('BREACH: loaded', __name__)\\nimport time\\n\")\n"
        "        except OSError:\n            pass\n"
        "    os.makedirs('.ipython/profile_default/startup', exist_ok=True)\n"
        "    open('.ipython/profile_default/startup/0.py', 'w').write(\"print('BREACH')\")\n"
        "os.environ.update(PYTHONPATH='.', PYTHONSTARTUP='./numpy.py', PYTHONINSPECT='1', LD_PRELOAD='./x.so', PYTHONHOME='/tmp')\n"
        "print('armed')\n"
    )
    return room.answering(
        room.with_code(setup),
        save_model="def save_model(path, *args, **keys):\n    open(path, 'wb').write(b'x')",
        load_model="def load_model(path):\n    return open(path, 'rb').read()",
    )


@attack(W)
def answers_of_arrays_that_agree(room):
    """Subclasses whose numbers depend on who asks: by __array__, buffer, iteration, or tolist."""

    def trick():
        import itertools

        count = itertools.count()

        class Sly(np.ndarray):
            def __array_finalize__(self, obj):
                pass

            def __array_wrap__(self, *a, **k):
                return np.zeros(1)

            def __array_ufunc__(self, *a, **k):
                return np.bool_(True)

            def __array_function__(self, *a, **k):
                return np.bool_(True)

            def __array__(self, *a, **k):
                return np.full(self.shape, next(count) % 2)

            def __getattribute__(self, name):
                if name in ("shape", "dtype", "tobytes", "tolist") and next(count) % 3 == 0:
                    raise AttributeError(name)
                return super().__getattribute__(name)

            def __eq__(self, other):
                return True

            def __reduce_ex__(self, protocol):
                return print, ("BREACH: unpickled",)

        def trick(*args):
            arrays = [a for a in args if type(a) is np.ndarray]
            base = (arrays[0] if arrays else np.zeros(2)).view(Sly)
            return (
                base,
                [base, base],
                {"A": [base], "Z": [base]},
                np.ma.masked_all(3),
                np.matrix("1 2"),
            )

    return all_by(room, trick)


@attack(W)
def callables_of_every_kind(room):
    """Things that can be called and are no functions: classes, coroutines, generators, descriptors."""
    return room.answering(
        linear_forward="async def linear_forward(X, W, b):\n    return X @ W + b",
        linear_backward="def linear_backward(dZ, X, W):\n    yield dZ @ W.T\n    yield X.T @ dZ",
        activation_forward="class activation_forward:\n    def __new__(cls, *a):\n        return cls\n    __array__ = None",
        activation_backward="class M(type):\n    __instancecheck__ = __subclasscheck__ = lambda *a: True\n"
        "    __call__ = lambda cls, *a, **k: cls\n    __name__ = property(lambda s: 1 / 0)\n"
        "class activation_backward(metaclass=M):\n    pass",
        softmax="import functools\nsoftmax = functools.partial(functools.partial, functools.partial)",
        cross_entropy="class D:\n    def __getattr__(self, name):\n        print('asked', name)\n        return self\n"
        "    def __call__(self, *a, **k):\n        return self\n    __iter__ = __float__ = None\ncross_entropy = D()",
        softmax_cross_entropy_backward="softmax_cross_entropy_backward = print",
        mlp_forward="mlp_forward = type('f', (), {'__call__': staticmethod(lambda *a, **k: iter(int, 1))})()",
        mlp_backward="import threading\nmlp_backward = threading.Event().wait and (lambda *a, **k: (x for x in iter(int, 1)))",
        train_step="train_step = eval",
    )


@attack(W)
def code_that_changes_when_looked_at():
    """Names of the namespace that are computed whenever somebody asks for them."""
    import builtins

    from IPython import get_ipython

    shell = get_ipython()

    class Living(dict):
        asked = 0

        def __getitem__(self, key):
            Living.asked += 1
            return dict.get(self, key, lambda *a, **k: Living.asked)

        def __contains__(self, key):
            return True

        get = lambda self, key, default=None: self[key]

    try:
        shell.user_ns = Living(shell.user_ns)
        shell.user_global_ns = shell.user_ns
    except Exception as error:
        print(error)
    builtins.__build_class__ = lambda *a, **k: 1e9
    builtins.compile = lambda *a, **k: (lambda: 1e9).__code__
    builtins.exec = builtins.eval = lambda *a, **k: 1e9


@attack(W)
def where_it_all_is_installed():
    """Paths of the package's own files, links, and records of its installation."""
    import importlib.metadata
    import os

    for found in importlib.metadata.distributions():
        for name in found.files or ():
            if "bplab" in str(name) and any(
                w in str(name) for w in ("exercises", "marking", "grading", "secret")
            ):
                path = found.locate_file(name)
                if (
                    os.path.exists(path)
                    and "sandbox/inside" not in str(path)
                    and str(path).endswith(".py")
                ):
                    print("BREACH: there is", path)
        if "bplab" in (found.metadata["Name"] or ""):
            for name in ("direct_url.json", "RECORD"):
                text = found.read_text(name) or ""
                if "file:///" in text:
                    where = text.split("file://")[1].split('"')[0]
                    print("it came from", where)
                    for part in ("bplab/exercises", "bplab/exam/marking.py", "solutions", "tests"):
                        if os.path.exists(os.path.join(where, part)):
                            print("BREACH:", part)


@attack(W)
def what_others_left():
    """Shared places: other submissions' files, names of semaphores, keys, counters."""
    import os
    import pathlib
    import sys

    installed = tuple(filter(None, (*sys.path, sys.prefix)))  # it may stand in /tmp
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue", "/learner", "/var/lib"):
        for path in pathlib.Path(folder).rglob("*"):
            try:
                if str(path).replace("/learner/.tmp", "/tmp").startswith(installed):
                    continue
                if path.is_file() and os.access(path, os.R_OK):
                    text = path.read_bytes()[: 10**6]
                    if b"honest" in text or b"nbformat" in text:
                        print("BREACH:", path)
            except OSError:
                pass
    for path in (
        "/proc/sysvipc/msg",
        "/proc/sysvipc/shm",
        "/proc/keys",
        "/proc/net/unix",
        "/proc/locks",
    ):
        try:
            lines = open(path).read().splitlines()
            print(path, len(lines))
        except OSError:
            pass


@attack(W)
def answers_lent_by_the_examiner(room):
    """The arguments themselves, changed in place to what the last answer was."""

    def trick():

        kept = []

        def trick(*args, **keys):
            for a in args:
                if isinstance(a, np.ndarray) and a.flags.writeable:
                    a[...] = 0
                    a.flags.writeable = False
                    kept.append(a)
            try:
                args[0].shape = (-1,)
                args[0].dtype = np.uint8
            except Exception:
                pass
            return kept[-1] if kept else args[0]

    return all_by(room, trick)
