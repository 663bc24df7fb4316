"""Pictures that a learner put into a written answer.

Jupyter keeps a pasted picture beside the text of its cell, and the text calls it by a name. What is
plainly a PNG or JPEG picture is kept, once, under a name made of what is in it: no name and no type
of the learner's own reaches a page.
"""

import hashlib
import re
from itertools import islice
from urllib.parse import unquote

from . import clean

MAX_ALL = 4_000_000  # letters of all pictures of a notebook together
MAX_GIVEN = 50  # pictures looked at in one cell
KINDS = {"image/png": "png", "image/jpeg": "jpeg"}
_CALL = re.compile(r"!\[[^\[\]\n]{0,300}\]\(attachment:((?:[^()\s]|\([^()\s]{0,99}\)){1,300})\)")
LEFT_OUT = (
    "A picture in a written answer was left out: PNG and JPEG pictures are kept, "
    f"{MAX_ALL * 3 // 4_000_000} MB in all."
)


def given(cell: dict) -> dict[str, tuple[str, str]]:
    """{name: (kind, picture in base 64)} of a submitted cell; an empty kind where there is none."""
    attachments = cell.get("attachments")
    found: dict[str, tuple[str, str]] = {}
    if not isinstance(attachments, dict):
        return found
    for name, bundle in islice(attachments.items(), MAX_GIVEN):
        found[name] = ("", "")
        for kind in KINDS if isinstance(bundle, dict) else ():
            code = clean.joined(bundle.get(kind))
            if clean.is_picture(code):
                found[name] = (kind, re.sub(r"\s", "", code))
    return found


class Album:
    """The pictures of one submission, on their way from its cells into those that are graded."""

    def __init__(self):
        self.room, self.left, self.pictures = clean.Room(), MAX_ALL, {}
        self.left_out = False

    def take(self, source: str, found: dict) -> str:
        """The source of a cell, calling its pictures by the names that they have here."""

        def call(match):
            kind, code = found.get(match[1]) or found.get(unquote(match[1])) or ("", "")
            name = self._name(kind, code) if kind else None
            self.left_out |= name is None
            return f"![picture](attachment:{name})" if name else match[0]

        return _CALL.sub(call, source)

    def _name(self, kind, code):
        digest = hashlib.sha256(code.encode()).hexdigest()[:16]
        name = f"picture-{digest}.{KINDS[kind]}"
        if name not in self.pictures:
            if len(code) > self.left or not self.room.has_for(KINDS[kind], code):
                return None
            self.left -= len(code)
            self.pictures[name] = {kind: code}
        return name

    def put(self, cell: dict) -> None:
        """Put the pictures that a cell's text calls beside it; each goes into one cell only."""
        cell.pop("attachments", None)
        if cell["cell_type"] == "markdown":
            names = [match[1] for match in _CALL.finditer(cell["source"])]
            held = {n: p for n in names if (p := self.pictures.pop(n, None)) is not None}
            if held:
                cell["attachments"] = held


def markdown(source: str, attachments=None) -> str:
    """`clean.markdown`, but each of the pictures that lie beside the cell is shown once."""
    waiting, held = set(attachments or ()), []

    def hold(match):
        if match[1] not in waiting:
            return match[0]
        waiting.discard(match[1])
        held.append(match[1])
        return f"bplabholds{len(held)}picture"

    done = clean.markdown(_CALL.sub(hold, source))
    for number, name in enumerate(held, 1):
        done = done.replace(f"bplabholds{number}picture", f"![picture](attachment:{name})", 1)
    return done
