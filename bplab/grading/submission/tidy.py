"""Write HTML anew, so that every parser that reads it afterwards reads the same tree.

What comes in is read once, from left to right, in a time that grows with its length. What goes out
names known elements only, with quoted attributes, each closed in the place where a browser would
close it, none nested deeper than `DEPTH`. Whether an attribute's value is harmless is for
`clean.py` to say.
"""

import re

DEPTH = 64
VOID = frozenset("br col hr img".split())
NAMES = frozenset(
    "alt aria-label border class colspan height href open role rowspan scope span src start style "
    "title width".split()
)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|<(/?)([A-Za-z][^\s/>]*+)((?:[^>\"']++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s\"'<>=`]++)))?"
)
# What stands in these is not HTML.
_RAW = {name: re.compile(f"</{name}", re.I | re.A) for name in ("script", "style", "svg")}
_CUT = "... output cut here ..."

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "blockquote dd details div dl dt figcaption figure hr li ol p pre summary table ul".split()
)
_WALLS = frozenset("table td th caption".split())
_SECTIONS = frozenset("thead tbody tfoot".split())
_IN_TABLES = _SECTIONS | frozenset("caption col colgroup td th tr".split())
_AROUND = {  # what holds them, and what a browser puts around them if it is not there
    "td": ({"tr"}, "tr"),
    "th": ({"tr"}, "tr"),
    "tr": (_SECTIONS, "tbody"),
    "col": ({"colgroup"}, "colgroup"),
}
_BARE = _SECTIONS | {"table", "tr", "colgroup"}
_ITEMS = {"li": {"ul", "ol"}, "dd": {"dl"}, "dt": {"dl"}}


def tidy(value: str, tags, most: int, picture) -> tuple[str, int]:
    """The HTML written anew, and the number of its tags.

    tags: elements that are kept; of others, what stands in them. most: tags that are kept; what
    comes after is cut. picture: called with the source of an inline SVG, gives HTML for it.
    """
    writer = _Writer(tags, most, picture)
    writer.read(value)
    return "".join(writer.parts), writer.count


class _Writer:
    def __init__(self, tags, most, picture):
        self.tags, self.most, self.picture = tags, most, picture
        self.parts, self.open, self.count = [], [], 0

    def read(self, value):
        at = 0
        while found := _TOKEN.search(value, at):
            self._text(value[at : found.start()])
            at, name = found.end(), (found[2] or "").lower()
            if self.count >= self.most:
                self.parts.append(_CUT)
                at = len(value)
                break
            if found[1]:
                self._end(name)
            elif name in _RAW:
                at = self._raw(name, value, found)
            elif name in self.tags:
                self._start(name, found[3])
        self._text(value[at:])
        self._close(0)

    def _text(self, text):
        if text.strip():
            self._need_a_cell()
        entities = text.count("&") + text.count("<")
        self.count += entities // 8  # they take a parser some time, too
        self.parts.append(text.replace("<", "&lt;") if self.count <= self.most else _CUT)

    def _raw(self, name, value, found):
        end = _RAW[name].search(value, found.end())
        stop = value.find(">", end.end()) + 1 if end else 0
        if not stop:
            return len(value)
        if name == "svg":
            self._need_a_cell()
            self.parts.append(self.picture(value[found.start() : stop]))
            self.count += 1
        return stop

    def _start(self, name, rest):
        if not self._make_room(name) or (len(self.open) >= DEPTH and name not in VOID):
            return
        attributes = {}
        for key, *values in _ATTRIBUTE.findall(rest):
            if (key := key.lower()) in NAMES:
                attributes.setdefault(key, "".join(values))
        written = "".join(f' {key}="{_quoted(text)}"' for key, text in attributes.items())
        self.parts.append(f"<{name}{written}>")
        self.count += 1
        if name not in VOID:
            self.open.append(name)

    def _end(self, name):
        walls = {"table"} if name in _IN_TABLES or name == "table" else _WALLS
        if (place := self._last({name}, walls)) is not None:
            self._close(place)

    # Where a browser closes what was left open

    def _make_room(self, name):
        """Close what cannot hold an element of this name; False if it has no place at all."""
        if name in _IN_TABLES:
            return self._in_table(name)
        self._need_a_cell()
        if name in _BLOCKS:
            self._close_last({"p"}, _WALLS)
        if name in _ITEMS:
            items = {"li"} if name == "li" else {"dd", "dt"}
            self._close_last(items, _WALLS | _ITEMS[name])
        if name == "a":
            self._close_last({"a"}, _WALLS)
        if name in _HEADINGS and self.open and self.open[-1] in _HEADINGS:
            self._close(len(self.open) - 1)
        return True

    def _need_a_cell(self):
        """What stands in a table but in no cell gets one, or a browser would move it away."""
        if self.open and self.open[-1] in _BARE:
            self._start("td", "")

    def _in_table(self, name):
        table = self._last({"table"})
        if table is None or len(self.open) >= DEPTH - 3:
            return False
        around, usual = _AROUND.get(name, ((), None))
        place = self._last(around, {"table"})
        if usual and place is None:
            self._start(usual, "")
            place = len(self.open) - 1
        self._close((table if place is None else place) + 1)
        return True

    def _last(self, names, walls=frozenset()):
        """Place of the innermost open element of these names, none of `walls` being inside it."""
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] in names:
                return place
            if self.open[place] in walls:
                return None
        return None

    def _close_last(self, names, walls):
        if (place := self._last(names, walls)) is not None:
            self._close(place)

    def _close(self, place):
        while len(self.open) > place:
            self.parts.append(f"</{self.open.pop()}>")


def _quoted(text):
    return text.replace('"', "&quot;").replace("<", "&lt;")
