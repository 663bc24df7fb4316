"""Tables as files: read one whatever its dialect, write one that no spreadsheet evaluates."""

import csv
import io
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from ..course import CourseError

# A cell that begins so is a formula to some reader: in other widths, behind marks that cannot be
# seen, and behind what another reader takes for the end of a cell.
_FORMULA = re.compile(
    r"(^|[;|\t\r\n])([\s\ufeff\u200b-\u200f\u202a-\u202e\u2060\u00ad]*)(?=[=+\-@＝＋－＠﹢﹣﹫])"
)
MAX_BYTES = 64 * 2**20


@dataclass
class Sheet:
    """Rows of text, and how their file was written.

    places : {heading: column} of headings that the file has in another language
    """

    rows: list
    delimiter: str = ","
    encoding: str = "utf-8"
    places: dict = field(default_factory=dict)

    def column(self, *names):
        """Place of the first of these headings, small or capital; None if there is none."""
        headings = [heading.strip().casefold() for heading in self.rows[0]]
        for name in names:
            if name.casefold() in headings:
                return headings.index(name.casefold())
        return next((self.places[name] for name in names if name in self.places), None)


class Mark(str):
    """What a system knows a learner or a row by, from its own file: it goes back as it came."""


_A_MARK = re.compile(r"[@-]?\w[\w.@-]*")  # a spreadsheet finds nothing to call in it


def as_mark(cell):
    """A cell of a system's own that must not change by a letter, if that does no harm."""
    return Mark(cell) if isinstance(cell, str) and _A_MARK.fullmatch(cell) else cell


def as_page(words):
    """Words for a system that reads them as HTML, and would drop what looks like a tag to it."""
    return escape(words, quote=False)


def read(path):
    """The table in a file: comma, semicolon or tab; UTF-8 or UTF-16, with or without a mark."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    if len(raw) > MAX_BYTES:
        raise CourseError(f"{path} has {len(raw) // 2**20} MB: it is no gradebook.")
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "cp1252", raw.decode("cp1252", "replace")
    rows, delimiter = max((_parted(text, mark) for mark in ",;\t"), key=_fit)
    if not rows:
        raise CourseError(f"{path} is empty.")
    return Sheet(rows, delimiter, "utf-16" if encoding == "utf-16" else "utf-8")


def _parted(text, mark):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return [row for row in reader if row], mark
    except csv.Error as error:
        raise CourseError(f"the table cannot be read: {error}.") from None


def _fit(parted):
    """How well a mark parts a table: rows as wide as the headings, and how wide; a title or a name
    may hold any of the marks."""
    rows, _ = parted
    width = len(rows[0]) if rows else 0
    return sum(len(row) == width for row in rows) if width > 1 else 0, width


def written(rows, delimiter=","):
    """The rows as text, each cell made harmless."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n", delimiter=delimiter)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell):
    """A cell that no spreadsheet evaluates. Numbers are ours and stay numbers."""
    if isinstance(cell, (int, float)):
        return f"{cell:g}" if cell == round(cell, 4) else repr(cell)
    if isinstance(cell, Mark):
        return str(cell)
    text = "" if cell is None else str(cell).replace("\r\n", "\n").replace("\0", "")
    text = text.lstrip("\ufeff")
    if text == "-":  # Moodle's word for nothing; evaluated by nobody
        return text
    safe = _FORMULA.sub(r"\1\2'", text)
    return f"'{safe}" if safe[:1] in ("\t", "\r") else safe
