"""Attacks that look for answers where answers might be."""

from bplab import exercises, nn
from tests.attacks.classroom import CHAPTER
from tests.attacks.corpus import attack

T = "answer theft"
NAMES = [exercise.name for exercise in exercises.chapter(CHAPTER)]


@attack(T)
def the_reference_imported(room):
    """The course's own answers, by every name they go by."""
    places = [
        "from bplab.nn import {0} as found",
        "import bplab.nn as nn; found = nn.{0}",
        "from bplab import exercises; found = exercises.find('{0}').reference",
        "from bplab.exercises.two_pass_mlp import {0} as e; found = e.reference",
        *(f"from bplab.nn.{module} import {{0}} as found" for module in nn.MODULES),
        "from bplab._course import {0} as found",
        "from solutions import {0} as found",
    ]
    sources = {}
    for name in NAMES:
        lines = [f"def {name}(*args):", "    raise NotImplementedError()"]
        for place in places:
            lines += ["try:", f"    {place.format(name)}", f"    {name} = found"]
            lines += [f"    print('BREACH: {name}')", "except Exception:", "    pass"]
        sources[name] = "\n".join(lines)
    return room.answering(room.with_code("print('armed')"), **sources)


@attack(T)
def the_disk_searched():
    """Every file that can be read, for what only the answers and the marking hold."""
    import os
    import re

    words = re.compile(
        r"BEGIN SOLUTION|bias-averaged|class Mistake|practice_seed|def softmax_cross"
    )
    skipped = ("/proc", "/sys", "/dev", "/usr/lib", "/usr/share", "/usr/bin", "/learner")
    for folder, folders, files in os.walk("/"):
        kept = [n for n in folders if not os.path.join(folder, n).startswith(skipped)]
        libraries = "site-packages" in folder or "/lib/python" in folder
        folders[:] = [n for n in kept if not libraries or "bplab" in folder + n]
        for name in files:
            path = os.path.join(folder, name)
            if libraries and "bplab" not in path:
                continue
            try:
                with open(path, errors="replace") as file:
                    if words.search(file.read(400_000)):
                        print("BREACH:", path)
            except OSError:
                pass


@attack(T)
def compiled_copies():
    """What is absent as source may be there compiled, zipped, or under another root."""
    import contextlib
    import glob
    import importlib.util
    import os
    import sys

    here = os.path.dirname(importlib.util.find_spec("bplab").origin)
    roots = ["", "/proc/self/root", "/proc/1/root", "/oldroot", "/newroot"]
    for root in roots:
        for pattern in ("nn/layers*", "nn/__pycache__/*", "exercises/*", "_course/*"):
            for path in glob.glob(f"{root}{here}/{pattern}"):
                with contextlib.suppress(ValueError):  # compiled from what is in view
                    if os.path.exists(importlib.util.source_from_cache(path)):
                        continue
                print("BREACH:", path)
    for finder in sys.path_importer_cache.values():
        for name in ("bplab.exercises", "bplab.exam.marking", "bplab.nn.layers"):
            try:
                spec = finder.find_spec(name)
            except Exception:
                continue
            if spec:
                print("BREACH:", spec)
    for line in open("/proc/self/maps"):
        if "bplab" in line and ("exercises" in line or "marking" in line):
            print("BREACH:", line)


@attack(T)
def memory_searched():
    """Objects, frames, closures and raw memory, for a seed, a secret or a right answer."""
    import gc
    import inspect
    import re
    import sys

    for found in gc.get_objects():
        kind = type(found)
        if kind.__name__ in ("Exercise", "Paper", "Mistake", "Course", "Chapter", "Recorder"):
            print("BREACH: object", kind)
        if kind is dict:
            for key in ("secret", "expected", "practice_seed", "reference"):
                if key in found and "bplab" in str(found.get("__name__", "")):
                    print("BREACH: in", found["__name__"], key)
    for info in inspect.stack():
        for name in list(info.frame.f_locals):
            if name in ("expected", "reference", "seed", "secret", "answers"):
                print("BREACH: frame", info.function, name)
    for name in list(sys.modules):
        if re.match(r"bplab\.(exercises|exam\.(marking|diagnosis|paper)|grading\.batch)", name):
            print("BREACH: module", name)
    # As it stands in the course, which this line is not.
    source = re.compile(rb"def linear_backward\(dZ, X, W\):\n    retur[n] dZ")
    for line in open("/proc/self/maps"):
        span, rights, *_ = line.split()
        if "rw" in rights and "[stack" not in line:
            start, end = (int(part, 16) for part in span.split("-"))
            with open("/proc/self/mem", "rb", 0) as memory:
                memory.seek(start)
                try:
                    if source.search(memory.read(min(end - start, 1 << 24))):
                        print("BREACH: memory")
                except OSError:
                    pass


@attack(T)
def tests_printed():
    """Hooks that show what the graded cells hold, which is one line that everybody knows."""
    from IPython import get_ipython

    shell = get_ipython()
    shell.events.register("pre_run_cell", lambda info: print("SEEN", info.raw_cell))
    shell.input_transformers_cleanup.append(lambda lines: print("SEEN", lines) or lines)


@attack(T)
def seeds_recorded():
    """Which generators are made while the exam sits, and from what?"""
    import random

    import numpy as np

    real = np.random.default_rng

    def spy(seed=None):
        print("SEED", seed)
        return real(0)

    np.random.default_rng = spy
    np.random.seed = random.seed = spy


@attack(T)
def the_paper_looked_at(room):
    """From inside the exam, look in the frames of the examiner for more than the inputs."""
    answer = (
        "def linear_forward(X, W, b):\n"
        "    import inspect\n"
        "    for info in inspect.stack():\n"
        "        for name, value in info.frame.f_locals.items():\n"
        "            for word in ('expected', 'reference', 'seed', 'secret', 'key', 'tolerance'):\n"
        "                if name == word or (type(value) is dict and word in value):\n"
        "                    raise ValueError('BREACH: ' + name)\n"
        "            if name == 'paper' and type(value) is dict and 'cases' in value:\n"
        "                known = {'exercise', 'driver', 'seconds', 'repeat', 'may_change',\n"
        "                         'max_bytes', 'cases'}\n"
        "                if set(value) - known or set(value['cases'][0]) - {'X', 'W', 'b'}:\n"
        "                    raise ValueError('BREACH: ' + str(list(value)))\n"
        "    return None"
    )
    return room.answering(linear_forward=answer)


@attack(T)
def the_course_downloaded():
    """pip, git, urllib, raw sockets, name servers."""
    import ctypes
    import socket
    import subprocess
    import sys
    import urllib.request

    for command in (
        [sys.executable, "-m", "pip", "download", "bplab", "--timeout", "1", "--retries", "0"],
        ["git", "clone", "https://example.org/bplab.git"],
        ["curl", "-m", "1", "http://192.0.2.1/"],
    ):
        try:
            done = subprocess.run(command, capture_output=True, timeout=2)
            if done.returncode == 0:
                print("BREACH:", command)
        except (OSError, subprocess.TimeoutExpired):
            pass
    for url in ("http://127.0.0.1:8888/", "https://example.org/", "ftp://192.0.2.1/"):
        try:
            urllib.request.urlopen(url, timeout=1)
            print("BREACH:", url)
        except OSError:
            pass
    for family in range(1, 45):
        for kind in (1, 2, 3, 5):
            try:
                socket.socket(family, kind)
                if family != socket.AF_UNIX:
                    print("BREACH: a socket of family", family)
            except OSError:
                pass
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(425, 8, ctypes.create_string_buffer(200)) >= 0:
        print("BREACH: io_uring, which makes sockets past a filter")
