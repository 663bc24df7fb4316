"""Make what a learner wrote or printed safe to look at.

An instructor opens an autograded notebook in JupyterLab, in nbgrader's formgrader and as a feedback
page. nbgrader's pages put Markdown and HTML outputs into the page as they are. So before anything
of a learner's is recorded it is rebuilt from what is allowed: text, pictures as data, plain tables
and headings, links to http and https. No script, style sheet, form, frame or handler, no name that
the formgrader's own script could mistake for its boxes, and nothing that is fetched when the page
is opened. Cleaning what is clean changes nothing.
"""

import base64
import binascii
import re
import threading
from dataclasses import dataclass

from . import pictures
from .tidy import tidy

MAX_TEXT = 100_000
MAX_LINES = 1_000
MAX_HTML = 2_000_000
MAX_PICTURE = 3_000_000
MAX_CODE = 500_000  # coloring takes 14 s of processor time for a million
MAX_LINE = 2_000
MAX_OUTPUTS = 200
MAX_TAGS = 10_000  # of one output's HTML; reading more takes seconds
MAX_ALL_TAGS = 30_000
MAX_NOTEBOOK = 6_000_000
MAX_ALL_PIXELS = 400_000_000

_TAGS = frozenset(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub "
    "summary sup table tbody td tfoot th thead tr u ul var".split()
)
_PROPERTIES = re.compile(
    r"color|background-color|font-(weight|style|size|family)|text-(align|decoration)|line-height"
    r"|vertical-align|white-space|padding(-\w+)?|margin(-\w+)?|(max-|min-)?(width|height)|display"
    r"|border(-(top|left|right|bottom|color|style|width|radius|collapse|spacing)){0,2}|gap"
    r"|cursor|flex-wrap|align-items|justify-content|overflow-x|overflow-wrap"
)
_VALUE = re.compile(
    r"(?!.*-\d)[-#\w\s.,%'\"]{0,120}|rgba?\([\d\s.,%]{1,40}\)"
    r"|var\(--jp-(layout|content-font)-color\d,#[\da-f]{6}\)"  # JupyterLab's, or this
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_SHOWN = re.compile(r' src="data:image/([a-z+]+);base64,([^"]*)"')
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,5}%?")
_TEX = re.compile(r"\\(href|url|require|style|class|cssId|unicode|def|gdef|edef|let|newcommand)\b")
# nbconvert searches to the end for what closes these, once for each of them.
_OPENERS = re.compile(r"\\\\(?=[(\[])|\\(?=begin\{)")
_BLANKS = re.compile(r"[ \t]{201,}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff]")
_JOINER = "\u2060"
_CUT = "\n... output cut here ..."


@dataclass
class Room:
    """What a notebook may still hold: HTML in tags, shown code in letters, pictures in pixels."""

    tags: int = MAX_ALL_TAGS
    letters: int = MAX_CODE
    pixels: int = MAX_ALL_PIXELS

    def has_for(self, kind, code):
        """Whether there is room for a picture, which it then takes."""
        pixels = pictures.cost(kind, code)
        if pixels > self.pixels:
            return False
        self.pixels -= pixels
        return True


def text(value, limit: int = MAX_TEXT) -> str:
    """Plain text, of bounded length and without control characters (colors excepted)."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    value = _CONTROL.sub("\ufffd", value)
    if value.endswith(_CUT) and len(value) <= limit + len(_CUT):
        return value
    short = "\n".join(value[:limit].split("\n", MAX_LINES)[:MAX_LINES])
    return value if short == value else short + _CUT


def source(value: str, room: Room) -> str:
    """Code as it is shown on a page: coloring endless lines takes endless time."""
    whole = value
    value = value[: max(room.letters, 0)]
    room.letters -= len(whole)
    lines = (
        line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]} # ... line cut here ..."
        for line in value.split("\n")
    )
    return "\n".join(lines) + ("" if value == whole else "\n# ... cell cut here ...")


# HTML


def html(value: str, room: Room | None = None) -> str:
    """HTML with nothing but harmless elements and attributes; inline SVG becomes a picture.

    Of a picture that would take too long to show, only its place is left.
    """
    import bleach

    room = room or Room()
    value = _CONTROL.sub("\ufffd", value)
    value, used = tidy(value, _TAGS, min(MAX_TAGS, room.tags), svg_picture)
    room.tags -= used
    value = _cleaner(bleach).clean(value)
    return _SHOWN.sub(lambda found: found[0] if room.has_for(found[1], found[2]) else "", value)


def svg_picture(source: str, alt: str = "drawing") -> str:
    """An SVG drawing as an img element, in which browsers neither run scripts nor fetch."""
    if "xmlns=" not in source[:2000]:
        source = re.sub(r"<svg\b", '<svg xmlns="http://www.w3.org/2000/svg"', source, count=1)
    code = base64.b64encode(source.encode("utf-8", "replace")).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{code}">'


_here = threading.local()


def _cleaner(bleach):
    """One for each thread: bleach's own stumble over each other's elements."""
    if not hasattr(_here, "cleaner"):
        _here.cleaner = bleach.Cleaner(
            tags=_TAGS,
            attributes=_attribute,
            protocols={"http", "https", "mailto", "data"},
            strip=True,
            strip_comments=True,
            css_sanitizer=_Styles(),
        )
    return _here.cleaner


def _attribute(tag, name, value):
    if name == "style":
        return True
    if name in ("alt", "title", "role", "aria-label", "scope", "open"):
        return len(value) < 2000 and not set(value) & set('<>&"')
    if name in ("colspan", "rowspan", "width", "height", "border", "start", "span"):
        return bool(_NUMBER.fullmatch(value.strip()))
    if name == "class":
        return tag == "div" and value == "bplab-card"
    if tag == "img" and name == "src":
        return bool(_PICTURE.fullmatch(value))
    return tag == "a" and name == "href" and bool(_LINK.match(value))


class _Styles:
    """What bleach asks about the text of a style attribute."""

    def sanitize_css(self, style):
        kept = []
        for declaration in style.split(";"):
            name, _, value = declaration.partition(":")
            name, value = name.strip().lower(), value.strip()
            if value and _PROPERTIES.fullmatch(name) and _VALUE.fullmatch(value):
                kept.append(f"{name}:{value}")
        return ";".join(kept)


# Markdown


def markdown(value: str) -> str:
    """Markdown that renders to no HTML but its own, to no picture, and to links to http only.

    A tag loses its power with a space behind its first sign, a link or heading with an invisible
    joiner: the text stays readable, formulas and code keep their meaning.
    """
    value = _BLANKS.sub(" " * 200, text(value))
    if len(_OPENERS.findall(value)) > 200:
        value = _OPENERS.sub(lambda found: f"{found[0]} ", value)
    # So it does for each [, to the end of its line: in a line of many they become wider ones.
    lines = value.split("\n")
    value = "\n".join(s.replace("[", "\uff3b") if s.count("[") > 200 else s for s in lines)
    value = re.sub(r"<(?=[A-Za-z/!?])", "< ", value)
    # Nothing here goes back over what it has read: *+ and ++ keep what they took.
    value = re.sub(r"(?<!!)!++(?=\[)", "", value)
    value = re.sub(r"\](?=\((?!\s*+(?:https?://|#)))", f"]{_JOINER}", value)
    value = re.sub(r"\](?=:(?!\s*+https?://))", f"]{_JOINER}", value)
    value = re.sub(rf"^( {{0,3}}#{{1,6}}\s++)(?!{_JOINER})", rf"\1{_JOINER}", value, flags=re.M)
    line = r"[^\S\n]*+\S.*+\n {0,3}(?:=++|-++)[ \t]*+$"
    value = re.sub(rf"^(?!{_JOINER})(?={line})", _JOINER, value, flags=re.M)
    return _TEX.sub(lambda found: found[0].replace("\\", "\\\\ "), value)


# Outputs


def outputs(found, room: Room | None = None) -> list[dict]:
    """A cell's outputs, rebuilt as valid nbformat 4 from what is allowed of them.

    room: what all cells of a notebook have together.
    """
    kept: list[dict] = []
    size, room = 0, room or Room()
    for output in found if isinstance(found, list) else []:
        clean = _output(output, room) if isinstance(output, dict) else None
        if clean is None:
            continue
        size += _size(clean)
        if len(kept) >= MAX_OUTPUTS or size > MAX_NOTEBOOK:
            kept.append(stream("... the rest of the output was cut ...\n"))
            break
        kept.append(clean)
    return kept


def stream(words: str, name: str = "stdout") -> dict:
    """A stream output."""
    return {"output_type": "stream", "name": name, "text": words}


def _size(output):
    parts = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", [])]
    return sum(len(part) for part in parts)


def _output(output, room):
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return stream(text(output.get("text")), name)
    if kind == "error":
        lines = output.get("traceback")
        lines = [text(line, 20_000) for line in lines if isinstance(line, str)] if lines else []
        if len(lines) > 100:
            lines = [*lines[:50], "... traceback cut here ...", *lines[-49:]]
        told = {key: text(output.get(key), 2000) for key in ("ename", "evalue")}
        return {"output_type": "error", **told, "traceback": lines}
    if kind not in ("display_data", "execute_result"):
        return None
    data = output.get("data")
    clean = {"output_type": kind, "data": _bundle(data if isinstance(data, dict) else {}, room)}
    clean["metadata"] = {}
    if kind == "execute_result":
        count = output.get("execution_count")
        clean["execution_count"] = count if type(count) is int else None
    return clean if clean["data"] else None


def _bundle(data, room):
    """The allowed representations of one display."""
    kept = {}
    for kind in ("image/png", "image/jpeg"):
        if kind in data and is_picture(data[kind]):
            picture = joined(data[kind])
            if room.has_for(kind.removeprefix("image/"), picture):
                kept[kind] = picture
    if "text/html" in data:
        words = joined(data["text/html"])
        if len(words) <= MAX_HTML:
            kept["text/html"] = html(words, room)
    elif "image/svg+xml" in data and not kept:
        drawing = joined(data["image/svg+xml"])
        if len(drawing) <= MAX_PICTURE:
            kept["text/html"] = html(svg_picture(_without_head(drawing)), room)
    if "text/markdown" in data:
        kept["text/markdown"] = markdown(joined(data["text/markdown"]))
    if "text/latex" in data:
        formula = text(data["text/latex"])
        if not _TEX.search(formula):
            kept["text/latex"] = formula
    if "text/plain" in data:
        kept["text/plain"] = text(data["text/plain"])
    return kept


def _without_head(drawing):
    start = drawing.find("<svg")
    return drawing[max(start, 0) :]


def joined(value):
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def is_picture(value):
    """Whether a text is, in base 64, a PNG or JPEG picture of no more than MAX_PICTURE."""
    value = joined(value)
    if not value or len(value) > MAX_PICTURE:
        return False
    try:
        start = base64.b64decode(value[:64].replace("\n", "")[:32], validate=True)
    except (binascii.Error, ValueError):
        return False
    if not re.fullmatch(r"[A-Za-z0-9+/=\s]*", value):
        return False
    return start.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
