"""Read what a learner handed in, expecting the worst: bytes into cells.

Nothing here trusts a size, a name or an encoding, or
runs code. Whatever cannot be read raises `Unreadable`, whose text is the reason the learner reads.
"""

import codecs
import contextlib
import json
import re
from dataclasses import dataclass, field

from .attached import given

MAX_BYTES = 50 * 2**20
MAX_ENTRIES = 2_000_000  # lists, objects and what is in them
MAX_CELLS = 3_000
MAX_SOURCE = 1_000_000
MAX_TEXT = 5_000_000
NO_NOTEBOOK = "The file is not a notebook: a notebook is a JSON file."

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Possessive, and content with an open end: read once, whatever it holds.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_CUT_SHORT = re.compile(r'"[^"]*+|[-+.\w]{0,9}')  # all that is left where JSON breaks off
_NOT_TEXT = re.compile("[\ud800-\udfff\x00]")


class Unreadable(Exception):
    """A submission that cannot be read; the message says why and what to do."""


@dataclass
class Piece:
    """One cell of a submitted notebook: all of it that anybody looks at."""

    kind: str
    source: str
    id: str | None = None
    marks: dict = field(default_factory=dict)
    pictures: dict = field(default_factory=dict)

    @property
    def grade_id(self):
        return self.marks.get("grade_id")


@dataclass
class Submitted:
    """The cells of a submitted notebook, the language it names, and what was odd about the file."""

    pieces: list[Piece]
    language: str | None
    notes: list[str]


def clean_text(value, limit: int = MAX_SOURCE) -> str:
    """A notebook's text field as a string that every file and database can hold."""
    if isinstance(value, list):
        parts = [part for part in value if isinstance(part, str)]
        # Old formats, and some programs, keep the lines without their ends.
        ended = not parts or parts[0].endswith(("\n", "\r"))
        value = ("" if ended else "\n").join(parts)
    if not isinstance(value, str):
        return ""
    return _NOT_TEXT.sub("\ufffd", value[:limit]).replace("\r\n", "\n").replace("\r", "\n")


# Bytes


def decode(raw: bytes) -> tuple[str, list[str]]:
    """Text of a file in whatever encoding an editor left it in."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            named = "" if encoding == "utf-8-sig" else f" (saved as {encoding.upper()})"
            note = [f"The file had an unusual encoding{named}; it was read all the same."]
            try:
                return raw.decode(encoding), note if named else []
            except UnicodeDecodeError:
                break
    for encoding, start in (("utf-16-le", b"{\0"), ("utf-16-be", b"\0{")):
        with contextlib.suppress(UnicodeDecodeError):
            if raw.startswith(start):
                told = "The file was saved as UTF-16; it was read all the same."
                return raw.decode(encoding), [told]
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8"), []
    return raw.decode("latin-1"), ["The file was not saved as UTF-8; some letters may look wrong."]


def parse(raw: bytes) -> tuple[dict, list[str]]:
    """JSON object of a file's bytes, or `Unreadable`."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            f"The notebook is larger than the {MAX_BYTES // 2**20} MB that are read. "
            "Clear its outputs, save it and hand it in again."
        )
    if not raw.strip(b" \t\r\n\0"):
        raise Unreadable("The notebook file is empty.")
    _refuse_other_formats(raw)
    text, notes = decode(raw)
    if _entries(text) > MAX_ENTRIES and _entries(_STRING.sub('""', text)) > MAX_ENTRIES:
        raise Unreadable(
            f"The notebook file has more than {MAX_ENTRIES // 1_000_000} million entries or lines. "
            "Clear its outputs, save it and hand it in again."
        )
    text = text.lstrip("\ufeff \t\r\n")
    odd: set[str] = set()
    decoder = json.JSONDecoder(
        parse_constant=lambda name: None,
        parse_int=lambda digits: int(digits[:30]),
        object_pairs_hook=lambda pairs: _object(pairs, odd),
    )
    try:
        value, end = decoder.raw_decode(text)
    except RecursionError:
        raise Unreadable("The notebook file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        raise Unreadable(_why_not_json(text, error)) from None
    more = text[end:].strip("\0 \t\r\n")
    if more and not isinstance(value, dict):  # such as anything that begins with a digit
        raise Unreadable(NO_NOTEBOOK)
    if more:
        raise Unreadable(
            f"The notebook file goes on after its end (at character {end}): "
            "two files seem to be pasted together."
        )
    if not isinstance(value, dict):
        raise Unreadable("The file is JSON, but not a notebook: a notebook is an object.")
    if "duplicate" in odd:
        notes.append("The file named some entries twice; the last of each was used.")
    return value, notes


def _entries(text):
    return text.count("[") + text.count("{") + text.count(",")


def _object(pairs, odd):
    found = dict(pairs)
    if len(found) != len(pairs):
        odd.add("duplicate")
    return found


def _refuse_other_formats(raw):
    start = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in (
        (b"pk\x03\x04", "a ZIP archive"),
        (b"%pdf", "a PDF file"),
        (b"<!doctype html", "a web page"),
        (b"<html", "a web page"),
        (b"\x1f\x8b", "a compressed file"),
        (b"\x89png", "a picture"),
    ):
        if start.startswith(mark):
            raise Unreadable(f"The file is {what}, not a notebook. Hand in the .ipynb file itself.")


def _why_not_json(text, error):
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return "The notebook file holds an unresolved git merge conflict (lines of <<<<<<<)."
    place = getattr(error, "pos", None)
    rest = "" if place is None else text[place:].strip("\0 \t\r\n")
    if place is not None and _CUT_SHORT.fullmatch(rest):
        letters = f"{len(text)} character{'' if len(text) == 1 else 's'}"
        return f"The notebook file breaks off after {letters}: it was cut short."
    if place is not None and re.match(r"\s*[{\[]", text):
        return f"The notebook file is damaged: it stops being JSON in line {error.lineno}."
    if place is None:
        return f"The notebook file is damaged: {error}."
    return NO_NOTEBOOK


# Notebooks, of any format that was ever in use


def read(raw: bytes) -> Submitted:
    """Cells of a submitted notebook of format 2 to 5."""
    book, notes = parse(raw)
    cells = book.get("cells")
    if not isinstance(cells, list):
        sheets = book.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        lists = [s.get("cells") for s in sheets if isinstance(s, dict)]
        lists = [cells for cells in lists if isinstance(cells, list)]
        if not lists:
            raise Unreadable("The file is JSON, but not a notebook: it has no list of cells.")
        cells = [cell for part in lists for cell in part or []]
        notes.append("The notebook was in an old format; it was converted.")
    version = book.get("nbformat")
    if isinstance(version, int) and not isinstance(version, bool) and version > 4:
        notes.append(f"The notebook says it is of format {version}; it was read as format 4.")
    if len(cells) > MAX_CELLS:
        notes.append(f"The notebook has {len(cells)} cells; only the first {MAX_CELLS} were read.")
    pieces, text = [], 0
    for cell in cells[:MAX_CELLS]:
        if isinstance(cell, dict):
            pieces.append(_piece(cell))
            text += len(pieces[-1].source)
        if text > MAX_TEXT:
            notes.append(f"Cells after the first {MAX_TEXT // 1_000_000} million letters were cut.")
            break
    return Submitted(pieces, _language(book), notes)


def _piece(cell):
    kind = cell.get("cell_type")
    source = clean_text(cell.get("source", cell.get("input")))
    if kind in ("heading", "html", "rst"):
        kind = "markdown"
    if kind not in ("code", "markdown"):
        kind = "raw"
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    marks = marks if isinstance(marks, dict) else {}
    kept = {
        key: marks[key]
        for key in ("grade", "solution", "locked", "task", "points")
        if isinstance(marks.get(key), (bool, int, float))
    }
    if isinstance(marks.get("checksum"), str):
        kept["checksum"] = marks["checksum"][:64]
    if isinstance(marks.get("grade_id"), str):
        kept["grade_id"] = marks["grade_id"][:200]
    name = cell.get("id")
    pictures = given(cell) if kind == "markdown" and cell.get("attachments") else {}
    return Piece(kind, source, name[:200] if isinstance(name, str) else None, kept, pictures)


def _language(book):
    metadata = book.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, entry in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key)
        if isinstance(part, dict) and isinstance(part.get(entry), str):
            return part[entry][:40]
    return None
