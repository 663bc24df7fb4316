"""Trees of plain data to bytes and back, without pickle.

A tree is made of None, bool, int, float, str, list, tuple, dict, numeric arrays, and four
tokens: `Rng` (a generator to be made from a seed), `Known` (a function both sides know by name),
`Odd` (something a learner returned that is not data) and `Raised` (an error in place of a part).
The bytes are a JSON skeleton followed by the arrays in NumPy's .npy format. `unpack` trusts
nothing: sizes, depth and dtypes are checked before anything is allocated.
"""

import gc
import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 40
MAX_NODES = 200_000
MOST_THINGS = MAX_NODES - 1000  # in the answers to one paper
_AROUND = 5  # levels around a value, in a sheet or in answers
MAX_TEXT = 20_000
MAX_SKELETON = 8 * 2**20  # JSON without the arrays
_HALF = re.compile("[\ud800-\udfff]")
_MAGIC = b"bplab-wire-1\n"
# NumPy's own header parser evaluates text; this one only reads what np.save writes for numbers.
_HEADER = re.compile(
    rb"\{'descr': '([<>|=](?:b1|[iu][1248]|f[248]|c8|c16))', 'fortran_order': (True|False), "
    rb"'shape': \(([\d, ]{0,300})\), \}\s*"
)


class WireError(ValueError):
    """Bytes that are not a tree of plain data within the limits."""


@dataclass(frozen=True)
class Rng:
    """Stands for `numpy.random.default_rng(seed)` on a paper; every call gets a fresh one."""

    seed: int


@dataclass(frozen=True)
class Known:
    """Stands for a function that `bplab.exam.probes` makes by name from plain parameters."""

    name: str
    params: tuple = ()


@dataclass(frozen=True)
class Odd:
    """Stands for a returned object that is not plain data."""

    kind: str


@dataclass(frozen=True)
class Raised:
    """Stands for the part of an answer that could not be had because of an error."""

    type: str
    message: str
    line: str = ""
    function: str = ""


def plain(value):
    """Return `value` as a tree that can travel; what cannot becomes an `Odd`.

    Exact types only: an ndarray subclass or an object with a clever `__array__` is an Odd.
    A tree of more than MAX_NODES things is cut off: a list that holds itself twice has no end.
    """
    return _plain(value, 0, [MOST_THINGS])


def _plain(value, depth, room):
    """`room` is a list of one number: how many things may still be written down."""
    kind = type(value)
    if kind is int and value.bit_length() > 1000:
        return Odd("huge int")
    if value is None or kind in (bool, int, float, str):
        return value[:MAX_TEXT] if kind is str else value
    if kind in (Rng, Known, Odd, Raised):
        return value
    if kind is np.ndarray or isinstance(value, np.generic):
        if value.nbytes > MAX_BYTES:  # perhaps a small one, broadcast: not to be written out
            return Odd(f"array of shape {value.shape}"[:100])
        if value.dtype.kind in "biufc" and value.dtype.char not in "gG":  # long doubles differ
            return np.array(value, order="C")  # as it travels
        return Odd(f"array of dtype {value.dtype}")
    if depth >= MAX_DEPTH - _AROUND:
        return Odd("nested too deep")
    if kind in (list, tuple) or (isinstance(value, tuple) and hasattr(kind, "_fields")):
        items = _plain_items(tuple(value)[:MAX_NODES], depth, room)
        return items if kind is list else tuple(items)
    if isinstance(value, dict):
        keys = [
            key if type(key) in (str, int) else str(key)[:200]
            for key in islice(dict.keys(value), MAX_NODES)
        ]
        items = _plain_items(islice(dict.values(value), MAX_NODES), depth, room)
        return dict(zip(keys, items, strict=False))
    if kind.__name__ in ("generator", "range", "map", "zip", "list_iterator", "dict_values"):
        return _plain_items(islice(value, 10_000), depth, room)
    return Odd(str(kind.__name__)[:100])


def _plain_items(items, depth, room):
    found = []
    for item in items:
        if room[0] <= 0:
            break
        # What nests takes more words, and only what nests can be without an end.
        room[0] -= 12 if isinstance(item, (list, tuple, dict)) else 1
        found.append(_plain(item, depth + 1, room))
    return found


def things_in(tree):
    """How many things a tree made by `plain` holds, itself counted."""
    found, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        found += 1
        if type(node) in (list, tuple):
            waiting += node
        elif type(node) is dict:
            waiting += node.values()
    return found


def pack(tree):
    """Bytes of a tree made by `plain`."""
    blobs = []
    skeleton = json.dumps(_encode(tree, blobs)).encode()
    head = _MAGIC + len(skeleton).to_bytes(8, "big")
    return head + skeleton + b"".join(len(b).to_bytes(8, "big") + b for b in blobs)


def unpack(data, max_bytes=MAX_BYTES):
    """The tree in `data`. Raises WireError on anything else."""
    if not isinstance(data, (bytes, bytearray)) or len(data) > max_bytes:
        raise WireError(f"more than {max_bytes} bytes, or no bytes at all")
    if not data.startswith(_MAGIC):
        raise WireError("not written by bplab")
    collects = gc.isenabled()
    gc.disable()  # nothing here goes in circles, and looking for some doubles the time
    try:
        start = len(_MAGIC) + 8
        end = start + int.from_bytes(data[len(_MAGIC) : start], "big")
        skeleton = _json(bytes(data[start : min(end, start + MAX_SKELETON + 1)]))
        blobs = list(_blobs(memoryview(data)[end:]))
        return _Decoder(blobs).decode(skeleton, 0)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise WireError(f"damaged data: {error}") from None
    finally:
        if collects:
            gc.enable()


def _json(text):
    # Counted first: an empty list of two letters takes fifty bytes once it is read.
    if len(text) > MAX_SKELETON or text.count(b"[") + text.count(b"{") > 3 * MAX_NODES:
        raise WireError("too long")
    return json.loads(text)


def _encode(tree, blobs):
    kind = type(tree)
    if tree is None or kind in (bool, int, str):
        return tree
    if kind is float:
        return tree if math.isfinite(tree) else {"f": repr(tree)}
    if kind is np.ndarray:
        blobs.append(_npy(tree))
        return {"a": len(blobs) - 1}
    if kind is list:
        return {"l": [_encode(item, blobs) for item in tree]}
    if kind is tuple:
        return {"t": [_encode(item, blobs) for item in tree]}
    if kind is dict:
        return {"d": [[key, _encode(item, blobs)] for key, item in tree.items()]}
    if kind is Rng:
        return {"rng": tree.seed}
    if kind is Known:
        return {"known": tree.name, "params": [_encode(item, blobs) for item in tree.params]}
    if kind is Odd:
        return {"odd": tree.kind}
    if kind is Raised:
        return {"raised": [tree.type, tree.message, tree.line, tree.function]}
    raise TypeError(f"cannot pack a {kind.__name__}; pass it through plain() first")


def _npy(array):
    # What np.save writes, in a fifth of its time: a paper has hundreds of small arrays.
    header = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {array.shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    return start + array.tobytes()


def _blobs(rest):
    at = 0
    for _ in range(MAX_NODES):
        if at >= len(rest):
            return
        size = int.from_bytes(rest[at : at + 8], "big")
        blob = rest[at + 8 : at + 8 + size]
        if len(blob) != size:
            raise WireError("an array is cut short")
        yield blob
        at += 8 + size
    raise WireError("too many arrays")


def _array(blob):
    length = int.from_bytes(blob[8:10], "little")
    header = bytes(blob[10 : 10 + length])
    if blob[:8] != b"\x93NUMPY\x01\x00":
        raise WireError("not a plain .npy array")
    read = _often if length <= _USUAL else _header
    dtype, shape, order, size = read(header)
    data = blob[10 + length :]
    if size != len(data):
        raise WireError("an array does not hold what its header says")
    return np.frombuffer(data, dtype).reshape(shape, order=order).copy()


def _header(text):
    """What a header says: the type, the shape, the order, and the bytes that follow."""
    found = _HEADER.fullmatch(text)
    if not found:
        raise WireError("not a plain .npy array")
    dtype = np.dtype(found[1].decode())
    shape = tuple(int(n) for n in found[3].split(b",") if n.strip())
    if len(shape) > 32:
        raise WireError("an array does not hold what its header says")
    if 0 in shape and math.prod(n or 1 for n in shape) > 10**6:  # its sums would not be empty
        raise WireError("an array is too long")
    order = "F" if found[2] == b"True" else "C"
    return dtype, shape, order, math.prod(shape) * dtype.itemsize


# The arrays of a paper and of its answers have few shapes.
_USUAL = 246  # bytes; nothing longer is kept
_often = lru_cache(512)(_header)


def _text(value, most):
    """Text from the other side; half a character, which no file can hold, is replaced."""
    text = str(value)[:most]
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class _Decoder:
    def __init__(self, blobs):
        self.blobs = dict(enumerate(blobs))
        self.nodes = 0

    def decode(self, node, depth):
        self.nodes += 1
        if depth > MAX_DEPTH + 2 or self.nodes > MAX_NODES:
            raise WireError("nested too deep or too long")
        if node is None or type(node) in (bool, int, float):
            return node
        if type(node) is str:
            return _text(node, MAX_TEXT)
        if type(node) is not dict:
            raise WireError("unknown node")
        if "f" in node:
            return float(str(node["f"])[:8])
        if "a" in node:
            # Each array once: named again and again, a small one would fill the memory.
            return _array(self.blobs.pop(int(node["a"])))
        if "l" in node:
            return [self.decode(item, depth + 1) for item in node["l"]]
        if "t" in node:
            return tuple(self.decode(item, depth + 1) for item in node["t"])
        if "d" in node:
            return {
                key if type(key) is int else _text(key, 200): self.decode(item, depth + 1)
                for key, item in node["d"]
            }
        if "rng" in node:
            return Rng(int(node["rng"]))
        if "known" in node:
            params = tuple(self.decode(item, depth + 1) for item in node["params"])
            return Known(_text(node["known"], 100), params)
        if "odd" in node:
            return Odd(_text(node["odd"], 100))
        if "raised" in node:
            return Raised(*(_text(word, 500) for word in node["raised"][:4]))
        raise WireError("unknown node")
