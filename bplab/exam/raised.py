"""What a learner's error says: its words, the lines that led to it, and names that were lost.

Runs where the learner's code lives.
"""

import builtins
import linecache
import sysconfig
import traceback
from pathlib import Path
from types import CodeType, ModuleType

_HERE = str(Path(__file__).resolve().parents[1])
_LIBRARY = sysconfig.get_paths().get("stdlib") or "<no library>"
MODULES = ("nn", "data", "viz", "np", "plt", "math")


def describe(error, fn=None):
    """An error as plain data.

    type, message : the error's own
    line, lineno : the deepest line of the learner's code
    function : the function that line stands in, where it is not the one asked for
    caller : the deepest line of the exercise itself, where the error is in a helper
    hidden : sentences on names that no longer stand for a module or a function of Python
    """
    try:
        message = str(error)[:500]
    except BaseException:
        message = ""
    found = {"type": type(error).__name__[:80], "message": message, "line": "", "lineno": 0}
    frames = [
        (frame, lineno or 0)
        for frame, lineno in traceback.walk_tb(error.__traceback__)
        if _learners(frame.f_code.co_filename)
    ]
    found |= {"function": "", "caller": "", "hidden": ""}
    if not frames:
        return found
    own = _codes_of(fn)
    deepest, lineno = frames[-1]
    found.update(line=_line(deepest, lineno), lineno=lineno)
    names = [_name(frame) for frame, _ in frames]
    # Named only where it is not plain that it is the function asked for.
    found["function"] = names[-1] if len(names) > 1 or "." in names[-1] else ""
    mine = [(frame, line) for frame, line in frames if frame.f_code in own]
    if mine and mine[-1][0] is not deepest:
        found["caller"] = _line(*mine[-1])
    found["hidden"] = _hidden(deepest)
    return found


def _learners(filename):
    library = filename.startswith(_LIBRARY)
    ours = filename.startswith(_HERE)
    return not (ours or library or "site-packages" in filename or filename.startswith("<frozen"))


def _line(frame, lineno):
    return linecache.getline(frame.f_code.co_filename, lineno).strip()[:200]


def _name(frame):
    return frame.f_code.co_qualname.rpartition("<locals>.")[2][:80]


def _codes_of(fn):
    """The code of a function, or of a class's methods, with what is defined inside them."""
    found, seen = set(), set()
    waiting = [fn]
    while waiting and len(seen) < 200:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, type):
            waiting += list(vars(thing).values())
        elif isinstance(thing, CodeType):
            found.add(thing)
            waiting += [item for item in thing.co_consts if isinstance(item, CodeType)]
        else:
            waiting += [
                inner
                for name in ("__wrapped__", "__func__", "fget", "func", "__code__")
                if (inner := _attribute(thing, name)) is not None
            ]
    return found


def _attribute(thing, name):
    try:
        return getattr(thing, name, None)
    except Exception:  # a learner's own __getattr__ may do anything
        return None


def _hidden(frame):
    """What to say of names the line's function uses that have been given to something else."""
    said = []
    for name in frame.f_code.co_names + frame.f_code.co_varnames:
        local = name in frame.f_locals
        if not local and name not in frame.f_globals:
            continue
        value = frame.f_locals[name] if local else frame.f_globals[name]
        kind = type(value).__name__
        article = "an" if kind[:1] in "aeiouAEIOU" else "a"
        if name in MODULES and not local and not isinstance(value, ModuleType):
            said.append(f"{name} is no module any more: it is {article} {kind}.")
        elif callable(getattr(builtins, name, None)) and not callable(value):
            said.append(f"{name} is no function of Python any more: it is {article} {kind}.")
    return " ".join(said[:2])[:200]
