"""Cleaning takes a time that grows with its input, and leaves what every parser reads the same."""

import base64
import io
import re
import struct
import time

import bleach
import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from bplab.grading.submission import clean, reading
from bplab.grading.submission.tidy import DEPTH, tidy
from tests.attacks.stored import DRAWINGS

SECONDS = 30.0  # on a busy machine; what these cost before was hours
HTML = {
    "svg opened": "<svg " * 300_000,
    "svg empty": "<svg></svg>" * 100_000,
    "div opened": "<div>" * 300_000,
    "formatting misnested": "<b><i><a><p>" * 100_000,
    "cells": "<table><td>" * 100_000,
    "attributes": "<p " + "a " * 500_000 + ">",
    "attributes with signs": "<p " + "".join(f"a{i}='<>'" for i in range(100_000)),
    "quotes": "<p a=\"<p a='" * 100_000,
    "comments": "<!--" * 300_000,
    "ampersands": "&" * 1_500_000,
    "signs": "<" * 1_500_000,
    "styles": "<p style='" + "color:" * 200_000 + "'>",
    "a table": "<table>" + "<tr><td>1</td></tr>" * 50_000 + "</table>",
}
MARKDOWN = {
    "a line": "a" * 99_000 + "\nb",
    "bangs": "!" * 99_000,
    "links": "](" * 20_000 + " " * 50_000,
    "blanks": "x" + " " * 90_000 + "x\n--x",
    "environments": "\\begin{x}" * 10_000,
    "formulas": "\\\\(" * 30_000,
    "displays": "\\\\[" * 30_000,
    "brackets": "[" * 50_000 + "]" * 49_000,
    "stars": "*a **b " * 14_000,
    "quotes": "> " * 45_000,
}
CODE = {"dots": "." * 500_000, "names": "a." * 250_000, "signs": "@" * 500_000}


def in_time(work):
    started = time.process_time()
    found = work()
    assert time.process_time() - started < SECONDS
    return found


@pytest.mark.parametrize("name", HTML)
def test_html_is_cleaned_in_time(name):
    assert len(in_time(lambda: clean.html(HTML[name]))) < 3_000_000


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_is_cleaned_and_shown_in_time(name):
    in_time(lambda: markdown2html_mistune(clean.markdown(MARKDOWN[name])))


@pytest.mark.parametrize("name", CODE)
def test_code_is_shown_in_time(name):
    in_time(lambda: Highlight2HTML()(clean.source(CODE[name], clean.Room())))


def test_ordinary_code_is_shown_as_it_is():
    source = "def f(x):\n    return x\n\n\n# ...\n"
    room = clean.Room()
    assert clean.source(source, room) == source and room.letters == clean.MAX_CODE - len(source)
    assert "cut here" in clean.source("x = 1\n" * 10**6, room)
    assert clean.source(source, room) == "\n# ... cell cut here ..."


@pytest.mark.parametrize(
    "raw",
    [
        b'{"cells": [' + b"[]," * 2_100_000 + b'"' + b'\\"' * 4_000_000,
        b'{"a": "' + b"x" * 30_000_000 + b'", "b": ' + b"[" * 2_100_000,
        ('{"a": "\u2230", "cells": [' + "[]," * 1_500_000 + '"\u2230"]}').encode("utf-16"),
    ],
    ids=["quotes", "a long string", "lists hidden in UTF-16"],
)
def test_files_are_read_in_time(raw):
    with pytest.raises(reading.Unreadable):
        in_time(lambda: reading.parse(raw))


NAMES = sorted(clean._TAGS) + ["script", "style", "svg", "font", "math", "form"]
CORE = "p div b a li ul dl dd dt table tr td th thead tbody caption col h1 h2 pre details".split()
PIECES = st.one_of(
    st.sampled_from(CORE).map("<{}>".format),
    st.sampled_from(CORE).map("</{}>".format),
    st.sampled_from(NAMES).map("<{} style='color:red' title=\"<x>\">".format),
    st.sampled_from(["x", " ", "&amp;", "<", ">", "'", '"', "<!--", "-->", "<!x>", "\n"]),
)


def elements(text):
    return re.findall(r"</?[a-z0-9]+", text)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_a_parser_finds_nothing_to_put_right(soup):
    tidied, count = tidy(soup, clean._TAGS, 1000, clean.svg_picture)
    parsed = clean._cleaner(bleach).clean(tidied)
    assert elements(tidied) == elements(parsed)
    assert count <= 1000
    once = clean.html(soup)
    again = (re.sub("(<pre[^>]*>)\n+", r"\1", text) for text in (clean.html(once), once))
    assert next(again) == next(again)  # of a <pre>, every parser drops the first line break


def test_nothing_is_nested_deeper_than_any_reader_can_follow():
    for name in ("<div>", "<ul><li>", "<table><tr><td>", "<a>", "<p><i>", "<blockquote>"):
        depth = deepest = 0
        for found in re.findall(r"<(/?)\w+", clean.html(name * 5000)):
            depth += -1 if found else 1
            deepest = max(deepest, depth)
        assert depth == 0 and deepest <= DEPTH


def test_a_report_has_room_below_a_page_of_tables():
    room = clean.Room()
    table = {"output_type": "display_data", "metadata": {}}
    table["data"] = {"text/html": "<table>" + "<tr><td>1</td></tr>" * 9_000 + "</table>"}
    for _ in range(5):
        clean.outputs([table], room)
    assert room.tags <= 0
    assert clean.html("<b>x</b>", room).startswith("... output cut")
    assert clean.html("<b>x</b>") == "<b>x</b>"


# Pictures


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_that_never_end_are_left_out(name):
    assert "src" not in clean.html(DRAWINGS[name])
    output = {"output_type": "display_data", "data": {"image/svg+xml": DRAWINGS[name]}}
    (cleaned,) = clean.outputs([output])
    assert "src" not in cleaned["data"]["text/html"]


@pytest.mark.parametrize("kind", ["svg", "png", "jpeg"])
def test_figures_are_shown_as_they_are(kind):
    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "path"}):
        figure = Figure()
        for number, axes in enumerate(figure.subplots(1, 3)):
            axes.plot([1, 2], "o--", label="$x^2$")
            axes.imshow([[1, 2], [3, 4]]) if number else axes.legend()
        figure.savefig(buffer, format=kind)
    data = buffer.getvalue().decode() if kind == "svg" else base64.b64encode(buffer.getvalue())
    data = data if kind == "svg" else data.decode()
    name = "image/svg+xml" if kind == "svg" else f"image/{kind}"
    (cleaned,) = clean.outputs([{"output_type": "display_data", "data": {name: data}}])
    if kind != "svg":
        assert cleaned["data"] == {name: data}
        page = f'<img src="data:{name};base64,{data}">'
        assert clean.html(page) == page
    else:
        page = cleaned["data"]["text/html"]
        assert ' src="data:image/svg+xml;base64,' in page and clean.html(page) == page


def test_a_notebook_has_room_for_so_many_pixels():
    head = struct.pack(">IIBBBBB", 6000, 6000, 1, 0, 0, 0, 0)
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + head).decode()
    output = {"output_type": "display_data", "data": {"image/png": data}}
    assert 5 < len(clean.outputs([output] * 50)) < 20
