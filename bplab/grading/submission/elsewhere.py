"""Which answers a learner has written into another file than that of the notebook that asks them.

By text alone, as everywhere before the sandbox: nothing of a learner's is compiled here.
"""

import re

from .cells import bare

_BEGINS = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)")
_BOUND = re.compile(r"([A-Za-z_]\w*)[ \t]*(?::[^=\n]{0,200})?=(?!=)")
_NOT_THERE = re.compile(r"%%(?!(?:time|timeit|capture|prun)\b)")  # its lines run in no notebook
_UNWRITTEN = re.compile(
    r"(?:pass|\.\.\.|raise NotImplementedError\b.*|return(?: None)?)(?:\s*#.*)?"
)
_QUOTES = '"""', "'''"


def asked_by(stubs: dict[str, str]) -> set[str]:
    """Functions and classes that a notebook's solution cells leave to be written.

    stubs : released source of every solution cell, by grade_id
    """
    return {name for stub in stubs.values() for name, text in _bound(stub) if text is not None}


def written(pieces, stubs: dict[str, str]) -> set[str]:
    """Names that the code cells of a submitted notebook define when all have run.

    A function that is as it was released, or has no body yet, is not written.
    """
    released = {bare(text) for stub in stubs.values() for _, text in _bound(stub) if text}
    found: set[str] = set()
    for piece in pieces:
        if piece.kind != "code" or _NOT_THERE.match(piece.source.lstrip()):
            continue
        for name, text in _bound(piece.source):
            if text is not None and (bare(text) in released or _is_empty(text)):
                found.discard(name)
            else:
                found.add(name)
    return found


def _bound(source):
    """What a cell binds at its left margin: (name, text), the text of a def or class, else None."""
    name, block, quoted = None, [], None
    for line in source.split("\n"):
        if quoted is None and line[:1] not in ("", " ", "\t", "#", ")", "]", "}"):
            if name:
                yield name, "\n".join(block)
            begins, bound = _BEGINS.match(line), _BOUND.match(line)
            name, block = (begins[1], []) if begins else (None, [])
            if bound and not begins:
                yield bound[1], None
        if name:
            block.append(line)
        quoted = _quoted_after(line, quoted)
    if name:
        yield name, "\n".join(block)


def _quoted_after(line, quoted):
    """Which triple quotes are open when a line ends."""
    for part in re.findall(r"\"\"\"|'''|#", line):
        if quoted is None and part == "#":
            break
        if part in _QUOTES and quoted in (None, part):
            quoted = part if quoted is None else None
    return quoted


def _is_empty(text):
    """Whether a function does nothing yet but say what it is for."""
    head, _, body = text.partition("\n")
    if not head.rstrip().endswith(":"):
        return False
    left, quoted = [], None
    for line in body.split("\n"):
        before, quoted = quoted, _quoted_after(line, quoted)
        line = line.strip()
        if before is None and line and not line.startswith(("#", *_QUOTES, '"', "'")):
            left.append(line)
    return all(_UNWRITTEN.fullmatch(line) for line in left)


def said(elsewhere: dict[str, list[str]], name: str, taken: bool) -> list[str]:
    """The sentences for a person and the learner.

    elsewhere : {file: names that it defines and the notebook asks};  name : the notebook's
    taken : whether a file was taken for that
    """
    lacks = " and the file taken for it does not define" if taken else ""
    return [
        f"{ascii(file[:80])} defines {_and(names)}, which {name!r} asks for{lacks}. "
        "Points are not moved from one file to another: a person decides."
        for file, names in elsewhere.items()
    ]


def _and(names, most=6):
    names = [*names[:most], f"{len(names) - most} more"] if len(names) > most else names
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
