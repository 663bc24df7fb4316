"""Commands in the guides are commands that exist, with options that exist."""

import re
import shlex

import pytest
import typer.main

from bplab.cli import app
from tests.hub.pages import PROJECT, blocks

PAGES = sorted(str(p.relative_to(PROJECT)) for p in (PROJECT / "docs").glob("*.md"))
COMMANDS = typer.main.get_command(app).commands


def commands(page):
    """Words of each line that calls bplab, in blocks and in code between words."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    lines = [line for block in blocks(page) for line in block.text.splitlines()]
    lines += [inner for inner in re.findall(r"`(bplab [^`]*)`", text)]
    for line in lines:
        line = line.split("  #")[0].strip()
        if line.startswith("bplab ") and "&&" not in line:
            yield shlex.split(line)[1:]


@pytest.mark.parametrize("page", [*PAGES, "course/README.md", "README.md"])
def test_every_bplab_command_of_a_page_exists_with_its_options(page):
    for words in commands(page):
        if words[0].startswith("-"):
            continue
        assert words[0] in COMMANDS, words
        known = {name for param in COMMANDS[words[0]].params for name in param.opts}
        unknown = [w for w in words[1:] if w.startswith("-") and w.split("=")[0] not in known]
        assert not [w for w in unknown if w != "--help"], words
