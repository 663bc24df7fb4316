"""What a chapter's verdicts depend on, as a digest: its exercises, the machine, and no wording.

A comma in a hint, a comment or another chapter must not have a class graded again.
"""

import hashlib
import re
import sys
from functools import cache
from pathlib import Path

from bplab import exercises, nn

_PACKAGE = Path(exercises.__file__).parent.parent
_PIECES = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<string>'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\""
    r"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")",
    re.DOTALL,
)
_IMPORTS = re.compile(r"^\s*(?:from|import)\s+(bplab\.exercises[\w.]*)", re.MULTILINE)
_WORDING = ("report.py",)  # of the machine: how a report looks


def digest_of(asked) -> bytes:
    """Digest of all code that can change a verdict on these exercises (Exercise objects)."""
    whole = hashlib.sha256()
    for path in sorted(_machine()) + sorted(_around(asked)) + sorted(_taught(asked)):
        whole.update(without_words(path).encode() + b"\0")
    return whole.digest()


@cache
def without_words(path: Path) -> str:
    """A file's code without comments and without strings that are prose (they have spaces)."""
    return _PIECES.sub(_bare, path.read_text(encoding="utf-8"))


def _bare(found):
    if found["comment"] is not None:
        return ""
    return '""' if " " in found["string"].strip("'\" ") else found["string"]


def _machine():
    return [p for p in (_PACKAGE / "exam").rglob("*.py") if p.name not in _WORDING]


def _around(asked):
    """Files of the exercises, and all files of the package that these import."""
    waiting = [exercise._paper.__module__ for exercise in asked if exercise._paper]
    found, seen = set(), set()
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if name in seen or not file or name == "bplab.exercises":
            continue
        seen.add(name)
        path = Path(file)
        found.add(path)
        waiting += _IMPORTS.findall(path.read_text(encoding="utf-8"))
    return found


def _taught(asked):
    """Files of `nn` up to the latest chapter asked; all of them for an instructor's own."""
    homes = {home for home, _ in nn.MODULES.values()}
    last = max((e.chapter if e.chapter in homes else "~" for e in asked), default="~")
    return [
        _PACKAGE / "nn" / f"{module}.py" for module, (home, _) in nn.MODULES.items() if home <= last
    ]
