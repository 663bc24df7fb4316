"""Tell pictures that are drawn at once from those that keep a browser busy for hours.

A few kilobytes can stand for gigabytes of pixels, or for a drawing that repeats its own parts a
thousand million times. What is not plainly drawn at once is left out.
"""

import base64
import binascii
import re
import struct
from collections import Counter
from xml.etree import ElementTree

MAX_PIXELS = 40_000_000  # of one picture
MAX_ELEMENTS = 30_000  # of one drawing
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset("path rect circle ellipse line polyline polygon".split())
# No filters, patterns, masks or markers, nothing that moves, no document in the document.
_PARTS = _SHAPES | frozenset(
    "svg g a defs title desc metadata style text tspan use image clipPath linearGradient "
    "radialGradient stop".split()
)
_IN_CLIPS = _SHAPES | {"title", "desc", "text", "use"}
_STYLES = re.compile(r"filter|mask|animation|transition|@|\\", re.IGNORECASE)
_INNER = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=\s]*)")
_NEVER = 2**62


def cost(kind: str, code: str) -> int:
    """How many pixels a picture asks for, or more than anybody has if it cannot be told.

    kind: png, jpeg, gif or svg+xml. code: the picture in base 64.
    """
    try:
        data = base64.b64decode(re.sub(r"\s", "", code), validate=True)
        pixels = _of_drawing(data) if kind == "svg+xml" else _of_head(data)
    except (binascii.Error, ValueError, struct.error, IndexError, ElementTree.ParseError):
        return _NEVER
    return pixels if pixels <= MAX_PIXELS else _NEVER


def _of_head(data):
    """Width times height, as the first bytes name them."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        wide, high = struct.unpack(">II", data[16:24])
    elif data.startswith((b"GIF87a", b"GIF89a")):
        wide, high = struct.unpack("<HH", data[6:10])
    else:
        high, wide = _of_jpeg(data)
    return wide * high


def _of_jpeg(data):
    at = 2
    while data.startswith(b"\xff\xd8") and data[at] == 0xFF:
        mark = data[at + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return struct.unpack(">HH", data[at + 5 : at + 9])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ValueError("no size")


def _of_drawing(data):
    """Pixels of the pictures in an SVG drawing that otherwise takes no time to speak of."""
    text = data.decode()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # entities would multiply what stands here
        raise ValueError("not plain")
    found = list(ElementTree.fromstring(text).iter())
    if len(found) > MAX_ELEMENTS:
        raise ValueError("too long")
    _refuse_nests(found)
    ids = Counter(element.get("id") for element in found)
    simple = [e.get("id") for e in found if _name(e) in _SHAPES and not _clipped(e)]
    shapes = {name for name in simple if ids[name] == 1}
    return 1_000_000 + sum(_of_element(element, shapes) for element in found)


def _refuse_nests(found):
    """Style in style and clip path in clip path: to look at each with all in it takes for ever."""
    for element in found:
        name = _name(element)
        if name == "style" and len(element):
            raise ValueError("a style that holds elements")
        if name == "clipPath" and any(_name(inner) not in _IN_CLIPS for inner in element):
            raise ValueError("a clip path that holds more than shapes")


def _name(element):
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(_SVG) if tag.startswith(_SVG) else tag


def _of_element(element, shapes):
    name = _name(element)
    known = name in _PARTS or (name.startswith("{") and "xhtml" not in name) or not name
    words = element.text or "" if name == "style" else ""
    styles = words + element.get("style", "")
    if not known or element.get("filter") or "clip" in words or _STYLES.search(styles):
        raise ValueError("not plain")
    if name == "clipPath" and any(_clipped(inner) for inner in [element, *element]):
        raise ValueError("clipped again and again")
    link = element.get("href") or element.get(_LINK) or ""
    if name == "use" and link.removeprefix("#") not in shapes:
        raise ValueError("used again and again")
    if name == "image":
        inner = _INNER.fullmatch(link)
        return _of_head(base64.b64decode(inner[1])) if inner else _NEVER
    return 0


def _clipped(element):
    return "clip-path" in element.get("style", "") or element.get("clip-path")
