"""The code blocks of a page of documentation, with what their first line says of them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import bplab

PROJECT = Path(bplab.__file__).resolve().parent.parent

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    """words: after the language, such as ["root"]; file: the path it is to be written to."""

    language: str
    text: str
    words: list = field(default_factory=list)

    @property
    def file(self):
        return next((w.partition("=")[2] for w in self.words if w.startswith("file=")), None)


def blocks(page) -> list[Block]:
    """All of a page, such as "docs/hub.md", in their order."""
    text = (Path(PROJECT) / page).read_text(encoding="utf-8")
    found = []
    for info, body in _BLOCK.findall(text):
        language, *words = info.split() or [""]
        found.append(Block(language, body, words))
    return found
