"""From messages to notebook outputs, by nbclient's rules, from a sender nobody trusts.

Everything is rebuilt from checked parts: known keys, strings that can be written as UTF-8, trees
of limited depth. What a cell shows beyond its share is left out, and a line says so.
"""

import json
import math
import re

DEPTH = 48
READ = 6  # times what a notebook may show: more is not read, however much of it was redrawn
EACH, NODE = 100, 20  # bytes for which a message, and a list or object in it, counts besides
CONTAINERS = 100_000  # lists and objects in a message: two letters each, fifty bytes once read
_STREAMS = ("stdout", "stderr")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


class Transcript:
    """The outputs of a notebook's cells.

    count : number of cells
    cell_bytes, notebook_bytes : how much of one cell's and of all outputs is kept
    """

    def __init__(self, count, cell_bytes, notebook_bytes):
        self.outputs = [[] for _ in range(count)]
        self.cut = [False] * count
        self._cell_bytes = cell_bytes
        self._notebook_bytes = notebook_bytes
        self._sizes = [[] for _ in range(count)]  # of every output
        self._kept = [0] * count
        self._shown = {}  # display id: the places (cell, index) that show it
        self._ids = [set() for _ in range(count)]
        self._clear_next = False
        self._cell = 0
        self._read = 0

    def start(self, cell):
        self._cell = cell
        self._clear_next = False

    def end(self):
        """The cell is over: say it if something of it was left out."""
        if self.cut[self._cell]:
            note = f"\n[The rest is left out: a cell may show {_size(self._cell_bytes)}.]\n"
            self._append({"output_type": "stream", "name": "stdout", "text": note}, 0)

    def add(self, body):
        """Take in a message (bytes of JSON); True if it was one.

        To read one costs the grader more than it costs the learner to send it, so there is an end.
        """
        containers = body.count(b"[") + body.count(b"{")
        self._read += len(body) + EACH + NODE * containers
        if self._read > READ * self._notebook_bytes:
            self.cut[self._cell] = True
            return False
        try:
            if containers > CONTAINERS and _nested(body) > CONTAINERS:
                raise ValueError("too many lists")
            message = json.loads(body, parse_constant=str)
            kind, content = message["type"], message["content"]
            if kind == "clear_output":
                self._clear(bool(content.get("wait")))
            elif kind == "too-large":
                self.cut[self._cell] = True
            elif kind in _MAKE:
                self._show(kind, content, len(body) + 64)
            return True
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return False

    def finish(self):
        """All outputs, streams joined."""
        for outputs in self.outputs:
            for output in outputs:
                if output["output_type"] == "stream":
                    output["text"] = "".join(output["text"])
        return self.outputs

    def _show(self, kind, content, size):
        output = _MAKE[kind](content)
        name = _display_id(content)
        if name:
            self._update(name, output, size)
        if kind == "update_display_data":
            return
        if self._clear_next:
            self._clear(wait=False)
        if not self._room(self._cell, size):
            self.cut[self._cell] = True
            return
        if name:
            self._ids[self._cell].add(name)
            places = self._shown.setdefault(name, [])
            if len(places) < 64:
                places.append((self._cell, len(self.outputs[self._cell])))
        self._append(output, size)

    def _append(self, output, size):
        outputs, sizes = self.outputs[self._cell], self._sizes[self._cell]
        self._kept[self._cell] += size
        if output["output_type"] != "stream":
            outputs.append(output)
            sizes.append(size)
            return
        if outputs and outputs[-1].get("name") == output["name"]:
            outputs[-1]["text"].append(output["text"])
            sizes[-1] += size
        else:
            outputs.append({**output, "text": [output["text"]]})
            sizes.append(size)

    def _update(self, name, output, size):
        for cell, index in self._shown.get(name, ()):
            more = size - self._sizes[cell][index]
            if self._room(cell, more):
                self.outputs[cell][index].update(data=output["data"], metadata=output["metadata"])
                self._sizes[cell][index] = size
                self._kept[cell] += more
            else:
                self.cut[cell] = True

    def _room(self, cell, more):
        return (
            self._kept[cell] + more <= self._cell_bytes
            and sum(self._kept) + more <= self._notebook_bytes
        )

    def _clear(self, wait):
        self._clear_next = wait
        if wait:
            return
        self.outputs[self._cell].clear()
        self._sizes[self._cell].clear()
        self._kept[self._cell] = 0
        for name in self._ids[self._cell]:
            places = [place for place in self._shown.pop(name, ()) if place[0] != self._cell]
            if places:
                self._shown[name] = places
        self._ids[self._cell].clear()


def _nested(body):
    bare = _STRING.sub(b"", body)
    return bare.count(b"[") + bare.count(b"{")


def _display_id(content):
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name if isinstance(name, str) and len(name) < 1000 else None


def _stream(content):
    name = content["name"] if content["name"] in _STREAMS else "stdout"
    return {"output_type": "stream", "name": name, "text": _text(content["text"])}


def _display(content):
    return {
        "output_type": "display_data",
        "data": _bundle(content["data"]),
        "metadata": _tree(content["metadata"]) if isinstance(content["metadata"], dict) else {},
    }


def _result(content):
    count = content.get("execution_count")
    return {
        **_display(content),
        "output_type": "execute_result",
        "execution_count": count if type(count) is int and 0 <= count < 10**9 else None,
    }


def _error(content):
    if not isinstance(content["traceback"], list):
        raise TypeError("lines expected")
    return {
        "output_type": "error",
        "ename": _text(content["ename"]),
        "evalue": _text(content["evalue"]),
        "traceback": [_text(line) for line in content["traceback"]],
    }


_MAKE = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "error": _error,
}


def _bundle(data):
    found = {}
    for kind, value in data.items():
        kind = _text(kind)
        if kind == "application/json" or kind.endswith("+json"):
            found[kind] = _tree(value)
        elif isinstance(value, list) and all(isinstance(line, str) for line in value):
            found[kind] = _text("".join(value))
        else:
            found[kind] = _text(value if isinstance(value, str) else json.dumps(value))
    return found


def _tree(value, depth=0):
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if depth == DEPTH:
        return None
    if isinstance(value, list):
        return [_tree(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_text(key): _tree(item, depth + 1) for key, item in value.items()}
    return value


def _text(value):
    if not isinstance(value, str):
        raise TypeError("text expected")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _size(count):
    return f"{count / 2**20:g} MB" if count >= 2**20 else f"{count / 2**10:g} kB"
