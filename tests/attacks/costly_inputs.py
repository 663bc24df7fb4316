"""Hostile inputs of any size, drawn at random: what the fuzzer of cost feeds to the grader.

A recipe is drawn from a generator once; `recipe(n)` then is an input of about n letters, bytes or
things, the larger one being more of the same. So the cost at n beside that at 2n says how it grows.
"""

import base64
import json
import struct

import numpy as np

from bplab import exercises
from bplab.exam.sitting import sit
from bplab.exam.wire import unpack
from tests.attacks.messages import crafted, npy

TOKENS = {
    "html": "<div> </div> <p </p> <b><i> <a•href=' style='color: style=\" <svg> <svg• </svg> "
    "<style> </style> <clipPath> <!-- --> <![CDATA[ ]]> & &amp; &#x < > /> <table> <tr> <td> </td> "
    "</table> <script> </script </ <ul><li> <dl><dd> <details> <h1> <pre> <img•src=' data: ; = "
    "' \" \0 \n x \u2028 <br/> a=' </a> <col> <caption> -- ! url( \ud800",
    "svg": "<g> </g> <g•id='a'> <style> </style> <clipPath•id='a'> </clipPath> <rect/> "
    "<use•href='#a'/> <image•href=' <path•d='M0 L9,9 '/> <text> </text> <tspan> <defs> "
    "<!-- --> style='clip-path:url(#a)' &lt; x <linearGradient> <filter/> \n transform='",
    "markdown": "* ** _ ` ``` ~~~ # - + 1. > | |- [ ] ( ) ]( ![ <a <!-- $ $$ \\( \\) \\[ \\] "
    "\\begin{x} \\end{x} \\\\ \\ & &amp; \t \n \n\n x == -- http://x [^1] [^1]: : \u2060 <http "
    "\\frac{ } ^{ _{ { \\href",
    "ansi": "\x1b[31m \x1b[ \x1b[0;1;2m \x1b]8;; m x \n \r \x08 ; 1 [ \x1b",
    "code": "def• ( ) [ ] { } ' \" ''' \"\"\" \\ \n # @ . , : = x 1e9 f' f\" r' lambda• \t "
    "async• class• %% ! \u00e9 0x if• -> check(sigmoid)",
    "json": '{ } [ ] , : " \\" \\u \\ud800 1 -1 1e9 1e999 NaN true null 99999999999999999 \n "a": '
    '{"cells":[ "source": "cell_type":"code", \x00 \u2230 <<<<<<< >>>>>>> \ufeff',
}


def _tokens(kind):
    return [word.replace("•", " ") for word in TOKENS[kind].split(" ") if word]


def words(rng, kind=None):
    """A recipe for text."""
    tokens = _tokens(kind or rng.choice(list(TOKENS)))
    some = [rng.choice(tokens) for _ in range(rng.randint(1, 5))]
    seed, manner = rng.random(), rng.choice(["repeat", "repeat", "nest", "random", "head", "line"])
    first, last = rng.choice(tokens), rng.choice(["", *tokens])

    def recipe(n):
        unit = "".join(some)
        if manner == "nest":
            count = n // (len(first) + len(last) + 1)
            return first * count + unit + last * count
        if manner == "random":
            more = type(rng)(seed)
            return "".join(more.choices(tokens, k=max(n // 4, 1)))[:n]
        if manner == "head":  # much of one, then much of another
            return first * (n // 2 // len(first)) + unit * (n // 2 // len(unit))
        if manner == "line":
            return first + unit * (n // len(unit)) + "\n" + last
        return first + unit * (n // len(unit)) + last

    return recipe


def drawing(rng):
    """A recipe for an SVG drawing that is well-formed, so that all of it is looked at."""
    name = rng.choice("g clipPath style defs text use image rect filter a linearGradient".split())
    inner = rng.choice(["", "<rect/>", "<use href='#a'/>", "x", "<style>x</style>", "<clipPath/>"])
    mark = rng.choice(["", " id='a'", " style='clip-path:url(#a)'", " href='#a'", " style='{}'"])
    flat = rng.random() < 0.5

    def recipe(n):
        about = mark.replace("{}", "a:b;" * (n // 50) if not flat else "a:b")
        start, end = f"<{name}{about}>", f"</{name}>"
        count = max(1, n // (len(start) + len(end) + len(inner)))
        inside = (start + inner + end) * count if flat else start * count + inner + end * count
        return f"<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>"

    return recipe


def _coded(recipe):
    return lambda n: base64.b64encode(recipe(n * 3 // 4).encode("utf-8", "replace")).decode()


def html(rng):
    """A recipe for HTML: text, drawings in it, pictures as data."""
    kind = rng.choice(["words", "words", "inline", "data", "many", "entities"])
    text, svg = words(rng, "html"), drawing(rng)
    coded = _coded(svg if rng.random() < 0.5 else words(rng, "svg"))
    small = rng.choice([20, 200, 2000])

    def picture(n):
        return f"<img src='data:image/svg+xml;base64,{coded(n)}'>"

    return {
        "words": text,
        "inline": svg,
        "data": picture,
        "many": lambda n: picture(small) * (n // len(picture(small))),
        "entities": lambda n: "&lt;" * (n // 8) + "&" * (n // 2),
    }[kind]


def one_output(rng):
    """A recipe for one output of a cell."""
    kind = rng.choice("html html svg markdown latex plain stream error png json".split())
    make = {"html": html, "svg": drawing}.get(kind, lambda rng: words(rng, None))(rng)
    if kind == "markdown":
        make = words(rng, rng.choice(["markdown", "html"]))
    mimes = {"html": "text/html", "svg": "image/svg+xml", "markdown": "text/markdown"}
    mimes |= {"latex": "text/latex", "plain": "text/plain", "json": "application/json"}

    def recipe(n):
        if kind == "stream":
            return {"output_type": "stream", "name": "stdout", "text": make(n)}
        if kind == "error":
            lines = make(n).split("\n")
            told = {"ename": make(50), "evalue": make(n // 4), "traceback": lines}
            return {"output_type": "error", **told}
        if kind == "png":
            size = struct.pack(">II", 10, 10)
            head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\0" * n
            return _shown({"image/png": base64.b64encode(head).decode()[:n]})
        return _shown({mimes[kind]: make(n)})

    return recipe


def _shown(data):
    return {"output_type": "display_data", "data": data, "metadata": {}}


def outputs(rng):
    """A recipe for the outputs of a cell: one large one, or many small ones of a kind or two."""
    some = [one_output(rng) for _ in range(rng.randint(1, 2))]
    each = rng.choice([30, 300, 3000, None])

    def recipe(n):
        if each is None:
            return [make(n // len(some)) for make in some]
        return [some[i % len(some)](each) for i in range(max(n // each, 1))]

    return recipe


def messages(rng):
    """A recipe for messages as a sandboxed process sends them: bytes, one for each."""
    make, each = one_output(rng), rng.choice([100, 5000, 200_000])
    kind = rng.choice(["output", "junk", "update", "clear", "lists"])
    junk = words(rng, "json")

    def one(n, number):
        if kind == "junk":
            return junk(n).encode("utf-8", "replace")
        if kind == "lists":
            tree = '{"type": "display_data", "content": {"metadata": {}, "data": {"x+json": ['
            return f"{tree}{'[],' * (n // 3)}[]]}}}}}}".encode()
        output = make(n)
        about = {key: value for key, value in output.items() if key != "output_type"}
        which = output["output_type"]
        if kind == "update" and "data" in about:
            about["transient"] = {"display_id": str(number % 70)}
            which = "update_display_data" if number % 2 else which
        if kind == "clear" and number % 2:
            which, about = "clear_output", {"wait": number % 3 == 0}
        return json.dumps({"type": which, "content": about}).encode()

    def recipe(n):
        return [one(min(each, n), number) for number in range(max(n // each, 1))]

    return recipe


# Trees


DTYPES = "<f8 <f4 <f2 |b1 <i8 >f8 <c16 <u1 <c8 |i1".split()


def tree(rng):
    """A recipe for a tree of plain data of n things, in the nodes of the wire, and its arrays."""
    manner = rng.choice("wide deep pairs comb words ints arrays one odd known raised keys".split())
    kind, dtype = rng.choice("lt"), rng.choice(DTYPES)
    leaf = rng.choice([0.0, 1, True, None, "x", {"f": "nan"}, {"f": "x" * 20}, 10**300, {"l": []}])
    shape = rng.choice([(), (1,), (3, 2), (1,) * 32, (0, 5)])
    head = rng.choice([3, 30])

    def recipe(n):
        blobs = []
        if manner == "wide":
            return {kind: [leaf] * n}, blobs
        if manner == "deep":
            found = leaf
            for _ in range(min(n, head)):
                found = {kind: [found] * max(1, min(n // head, 2))} if _ < 12 else {kind: [found]}
            return found, blobs
        if manner == "pairs":
            return {kind: [{"t": [leaf, leaf]} for _ in range(n // 3)]}, blobs
        if manner == "comb":
            return {kind: [{"l": [{"l": [{"l": [leaf]}]}]} for _ in range(n // 5)]}, blobs
        if manner == "words":
            return {kind: ["x" * (n // head) for _ in range(head)]}, blobs
        if manner == "ints":
            return {kind: [10 ** min(n // head, 4000)] * head}, blobs
        if manner == "arrays":
            blobs = [npy(np.zeros(shape, dtype)) for _ in range(n // 8)]
            return {kind: [{"a": i} for i in range(len(blobs))]}, blobs
        if manner == "one":
            return {"a": 0}, [npy(np.zeros((n, 2) if shape else n, dtype))]
        if manner == "odd":
            return {kind: [{"odd": "x" * 90}] * n}, blobs
        if manner == "known":
            return {"known": "wavy", "params": [leaf] * n}, blobs
        if manner == "raised":
            return {kind: [{"raised": ["E", "m" * 400, "l", "f"]}] * (n // 5)}, blobs
        return {"d": [[f"k{i}" if leaf else i, leaf] for i in range(n)]}, blobs

    return recipe


def wire(rng):
    """A recipe for bytes in place of answers: trees, and skeletons that are no trees."""
    if rng.random() < 0.3:
        text = words(rng, "json")
        blob = npy(np.zeros(5)) if rng.random() < 0.5 else b""
        return lambda n: crafted(text(n).encode("utf-8", "replace"), *[blob] * (n // 200))
    make = tree(rng)

    def recipe(n):
        skeleton, blobs = make(n)
        return crafted(skeleton, *blobs)

    return recipe


def answers(rng):
    """(exercise, recipe): answers to its practice paper, with something large in some place."""
    known = [e for e in exercises.every() if not e.costly]
    exercise, make = rng.choice(known), tree(rng)
    right = unpack(sit(exercise.reference, exercise.draw(5).sheet()))["answers"]
    place = rng.choice(["value", "value", "part", "raised", "changed", "each"])

    def recipe(n):
        node, blobs = make(n)
        count = len(right)
        if place == "each":
            node, blobs = make(max(n // count, 1))
            all_blobs = [blob for _ in range(count) for blob in blobs]
            nodes = [_renumbered(node, i * len(blobs)) for i in range(count)]
            said = [{"d": [["value", one]]} for one in nodes]
            return crafted({"d": [["answers", {"l": said}]]}, *all_blobs)
        if place == "part":
            node = {"t": [node, 0.0, 1.0]}
        if place == "raised":
            node = {"d": [["type", "E"], ["message", node], ["line", "x" * n]]}
        key = place if place in ("raised", "changed") else "value"
        said = [{"d": [[key, node if not i else 0.0]]} for i in range(count)]
        return crafted({"d": [["answers", {"l": said}]]}, *blobs)

    return exercise, recipe


def _renumbered(node, by):
    if type(node) is dict and "a" in node:
        return {"a": node["a"] + by}
    if type(node) is dict:
        return {key: _renumbered(value, by) for key, value in node.items()}
    return [_renumbered(item, by) for item in node] if type(node) is list else node


# Files


def notebook(rng, release):
    """A recipe for a handed-in file: a learner's notebook with too much of something."""
    manner = rng.choice("cells words same ids deep keys numbers stubs halves junk meta".split())
    make, each = words(rng, rng.choice(["code", "markdown", "json"])), rng.choice([10, 200, 5000])
    names = [c["metadata"]["nbgrader"]["grade_id"] for c in release["cells"]
             if "nbgrader" in c["metadata"]]  # fmt: skip
    name, kind = rng.choice(names), rng.choice(["code", "markdown"])
    sources = [c["source"] for c in release["cells"] if c["cell_type"] == "code"]
    indented = rng.random() < 0.5

    def cell(source, **marks):
        metadata = {"nbgrader": marks} if marks else {}
        return {"cell_type": kind, "id": "x", "metadata": metadata, "source": source}

    def recipe(n):
        if manner == "junk":
            return make(n).encode("utf-8", "replace")
        cells = [dict(c) for c in release["cells"]]
        if manner == "deep":
            inner = '{"a":[' * (n // 12) + "]}" * (n // 12)
            return f'{{"cells": [], "metadata": {inner}}}'.encode()
        if manner == "keys":
            return ('{"cells": [], "a": {' + '"k": 1, ' * (n // 8) + '"k": 2}}').encode()
        if manner == "numbers":
            return f'{{"cells": [], "a": {"9" * n}}}'.encode()
        if manner == "cells":
            cells += [cell(make(each)) for _ in range(n // each)]
        elif manner == "words":
            cells.append(cell(make(n)))
        elif manner == "same":
            cells += [cell(make(each), grade_id=name, solution=True) for _ in range(n // each)]
        elif manner == "ids":
            cells += [dict(cells[i % len(release["cells"])]) for i in range(n // 300)]
        elif manner == "stubs":
            cells += [cell(sources[i % len(sources)], grade_id=name) for i in range(n // 300)]
        elif manner == "halves":
            line = "    x = 1\n" if indented else "def sigmoid(z):\n    return z\n"
            cells += [cell(line, grade_id=name, solution=True) for _ in range(n // 40)]
        elif manner == "meta":
            cells[0] = {**cells[0], "metadata": {"a": make(n), "tags": ["x"] * (n // 10)}}
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()

    return recipe
