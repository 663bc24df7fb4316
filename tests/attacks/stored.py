"""Attacks on whoever opens a graded notebook or a feedback page."""

from tests.attacks.classroom import code, markdown
from tests.attacks.corpus import attack
from tests.grading.test_pages import HTML, MARKDOWN

S = "stored script"
MORE = [
    "<p onclick\n=\nhacked(70) onmouseover/=hacked(71)>x</p>",
    '<a href="data:text/html,<script>hacked(72)</script>">x</a>',
    "<a href='vbscript:hacked(73)' target=_blank>x</a><a href='//evil.test/'>y</a>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9aGFja2VkKDc0KT4='>",
    "<img alt='\" onerror=\"hacked(75)' src=x><img alt=`onerror=hacked(76)` src=x>",
    "<table background='javascript:hacked(77)'><td background=http://evil.test/>x</table>",
    "<svg><a xlink:href='javascript:hacked(78)'><text>x</text></a><foreignObject><body "
    "onload=hacked(79)></foreignObject><use href='data:image/svg+xml,<svg/>#x'/></svg>",
    "<svg><style><img src=x onerror=hacked(80)></style></svg>",
    "<math href='javascript:hacked(81)'><mi xlink:href='javascript:hacked(82)'>x</mi></math>",
    "<!--><img src=x onerror=hacked(83)>--><![CDATA[<img src=x onerror=hacked(84)>]]>",
    "<p style='width:expression(hacked(85));-moz-binding:url(x)'>x</p>",
    "<p style=\"font-family:'x;background:url(http://evil.test/)'\">x</p>",
    "<scr<script>ipt>hacked(86)</scr</script>ipt><im\0g src=x onerror=hacked(87)>",
    "\u2028<img src=x onerror=hacked(88)>\x0b<img\x0bsrc=x\x0bonerror=hacked(89)>",
    "<plaintext><listing><img src=x onerror=hacked(90)>",
    "<xss id=x tabindex=1 onfocus=hacked(91)></xss><body onload=hacked(92)>",
    "<button popovertarget=x>Click</button><div popover id=x onbeforetoggle=hacked(93)>x</div>",
    "{{constructor.constructor('hacked(94)')()}} ${hacked(95)} <%= hacked(96) %>",
    "<p>&lt;img src=x onerror=hacked(97)&gt;&#60;script&#62;hacked(98)&#60;/script&#62;</p>",
    "<img srcset='http://evil.test/ 2x' src=''><picture><source srcset=http://evil.test/>",
]


def _drawing(inside, around=""):
    start = "<svg xmlns='http://www.w3.org/2000/svg' width='2000' height='2000'>"
    return f"{around}{start}{inside}</svg>"


def _ten_times(element, wrap):
    """Eight things, each of which shows the one before ten times."""
    first = "<rect id='a0' width='1' height='1'/>"
    return first + "".join(wrap(n, element(n - 1) * 10) for n in range(1, 9))


def _clip(inner):
    return f"<rect width='9' height='9' clip-path='url(#a{inner})'/>"


DRAWINGS = {
    "uses of uses": _drawing(
        _ten_times(lambda n: f"<use href='#a{n}'/>", lambda n, inside: f"<g id='a{n}'>{inside}</g>")
        + "<use href='#a8'/>"
    ),
    "uses by another name": _drawing(
        "<x:g xmlns:x='http://www.w3.org/2000/svg' xmlns:y='http://www.w3.org/1999/xlink'>"
        + _ten_times(
            lambda n: f"<x:use y:href='#a{n}'/>", lambda n, inside: f"<x:g id='a{n}'>{inside}</x:g>"
        )
        + "<x:use y:href='#a8'/></x:g>"
    ),
    "clips of clips": _drawing(
        _ten_times(_clip, lambda n, inside: f"<clipPath id='a{n}'>{inside}</clipPath>") + _clip(8)
    ),
    "noise": _drawing(
        "<filter id='f'><feTurbulence baseFrequency='0.9' numOctaves='9999'/></filter>"
        "<rect width='2000' height='2000' filter='url(#f)'/>"
    ),
    "blur": _drawing(
        "<g style='fil\\74 er:blur(999px)'><rect width='2000' height='2000'/></g>" * 99
    ),
    "entities": _drawing(
        "&b;" * 9, "<!DOCTYPE svg [<!ENTITY a '<rect/><rect/>'><!ENTITY b '&a;&a;&a;&a;'>]>"
    ),
    "a page inside": _drawing(
        "<foreignObject width='9' height='9'><p xmlns='http://www.w3.org/1999/xhtml'>x</p>"
        "</foreignObject>"
    ),
}


@attack(S)
def html_outputs(room):
    source = (
        f"attacks = {[*HTML, *MORE]!r}\n"
        "from IPython.display import HTML, SVG, display, publish_display_data\n"
        "print('armed')\n"
        "for attack in attacks:\n"
        "    display(HTML(attack))\n"
        "    print(attack)\n"
        "    publish_display_data({'image/svg+xml': '<svg>' + attack + '</svg>'})\n"
        "    publish_display_data({'text/html': [attack], 'text/plain': attack})\n"
        "display(HTML('x'), display_id='one')\n"
        "display(HTML(''.join(attacks)), display_id='one', update=True)\n"
    )
    return room.with_code(source)


@attack(S)
def markdown_and_formulas(room):
    notebook = room.with_code(
        f"attacks = {[*MARKDOWN, *MORE]!r}\n"
        "from IPython.display import Latex, Markdown, display\n"
        "print('armed')\n"
        "for attack in attacks:\n"
        "    display(Markdown(attack)); display(Latex(attack)); display(Latex(f'${attack}$'))\n"
    )
    for number, source in enumerate([*MARKDOWN, *MORE]):
        cell = markdown(f"markdown-{number}", source)
        cell["attachments"] = {source: {"text/html": source, "image/svg+xml": source}}
        notebook["cells"].append(cell)
    return notebook


@attack(S)
def other_kinds_of_output(room):
    source = (
        f"attack = {''.join(HTML[:6])!r}\n"
        "from IPython.display import publish_display_data\n"
        "print('armed')\n"
        "for kind in ('application/javascript', 'application/vnd.jupyter.widget-view+json',\n"
        "             'application/vnd.jupyter.widget-state+json', 'text/vnd.mermaid',\n"
        "             'application/vnd.vega.v5+json', 'application/pdf', 'application/json',\n"
        "             'application/vnd.bokehjs_exec.v0+json', 'application/vnd.plotly.v1+json',\n"
        "             'text/x-python', 'image/png', 'image/jpeg', 'image/svg+xml', 'video/mp4',\n"
        "             'TEXT/HTML', 'text/html ', attack, ''):\n"
        "    data = {kind: attack if 'json' not in kind else {'model_id': attack, 'x': attack}}\n"
        "    extra = {kind: {'isolated': True, 'width': attack, 'unconfined': attack}}\n"
        "    publish_display_data(data, extra)\n"
        "    publish_display_data({**data, 'text/html': attack}, {attack: attack})\n"
    )
    notebook = room.with_code(source)
    state = {"state": {"x": {"model_module": "x", "state": {"value": "".join(HTML[:6])}}}}
    state |= {"version_major": 2, "version_minor": 0}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    return notebook


@attack(S, points=2)
def errors_and_reports(room):
    """Markup in what is raised, returned and warned: in names, messages, keys and lines."""
    markup = "<img src=x onerror=hacked(100)><script>hacked(101)</script>"
    raising = (
        "def linear_forward(X, W, b):\n"
        f"    kind = type({markup!r}, (Exception,), {{}})\n"
        f"    raise kind({markup!r})  # {markup}"
    )
    keyed = f"def softmax(Z):\n    return {{{markup!r}: {markup!r}}}"
    odd = f"def cross_entropy(P, y):\n    return type({markup!r}, (), {{}})()"
    warned = (
        "def linear_backward(dZ, X, W):\n"
        f"    import warnings; warnings.warn({markup!r}, RuntimeWarning)\n"
        "    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)"
    )
    notebook = room.with_code(
        f"print('armed')\nprint({markup!r})\nimport sys\nprint({markup!r}, file=sys.stderr)\n"
        f"print('\\x1b]8;;javascript:hacked(102)\\x07x\\x1b]8;;\\x07\\x1b[38;2;<b>1m')\n"
        f"raise type({markup!r}, (Exception,), {{}})({markup!r})"
    )
    return room.answering(
        notebook,
        linear_forward=raising,
        softmax=keyed,
        cross_entropy=odd,
        linear_backward=warned,
        mlp_forward=f"def mlp_forward(*x): # {markup}\n    '''{markup}'''\n    1/0 # {markup}",
    )


@attack(S)
def metadata_and_ids(room):
    notebook = room.released()
    markup = "\"'><script>hacked(110)</script><img src=x onerror=hacked(111)>"
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = [markup]
        cell["metadata"][markup] = markup
        if cell["cell_type"] == "markdown":
            cell["id"] = markup
            cell["source"] += markup
    notebook["cells"].append(code(markup, f"# {markup}\nprint('armed')\n'''{markup}'''"))
    raw = {"cell_type": "raw", "id": "raw", "source": markup}
    notebook["cells"].append(raw | {"metadata": {"raw_mimetype": "text/html", "format": markup}})
    spec = {"name": markup, "display_name": markup, "language": markup}
    notebook["metadata"] = {"kernelspec": spec, "title": markup, "authors": [{"name": markup}]}
    info = {"name": markup, "pygments_lexer": markup, "codemirror_mode": markup}
    notebook["metadata"]["language_info"] = info
    return notebook


@attack(S)
def a_file_name_that_is_markup(room):
    name = "<img src=x onerror=hacked(120)><script>hacked(121)<" + "script>.ipynb"
    room.hand_in("a-file-name-that-is-markup", room.released(), name.replace("/", ""))


@attack(S)
def a_forest_of_elements(room):
    """HTML nested so deeply that whoever walks its tree falls off the stack."""
    source = (
        "from IPython.display import HTML, display\n"
        "print('armed')\n"
        "for one in ('<div>', '<b>', '<ul><li>', '<table><tr><td>', '<a>', '<p><i>'):\n"
        "    display(HTML(one * 3000 + 'x'))\n"
        "display(HTML('</div>' * 3000 + '<img src=x onerror=hacked(130)>'))\n"
    )
    return room.with_code(source)


@attack(S)
def pictures_that_take_forever_to_draw(room):
    """Each is a few kilobytes, and a browser that shows it does nothing else for minutes."""
    source = (
        f"drawings = {list(DRAWINGS.values())!r}\n"
        "import base64, struct, zlib\n"
        "from IPython.display import HTML, Markdown, display, publish_display_data\n"
        "print('armed')\n"
        "def part(kind, data):\n"
        "    check = struct.pack('>I', zlib.crc32(kind + data))\n"
        "    return struct.pack('>I', len(data)) + kind + data + check\n"
        "line, squeeze = b'\\0' * 2501, zlib.compressobj(9)\n"
        "lines = b''.join(squeeze.compress(line * 100) for _ in range(200)) + squeeze.flush()\n"
        "head = part(b'IHDR', struct.pack('>IIBBBBB', 20_000, 20_000, 1, 0, 0, 0, 0))\n"
        "giant = b'\\x89PNG\\r\\n\\x1a\\n' + head + part(b'IDAT', lines) + part(b'IEND', b'')\n"
        "pictures = [('png', giant), *(('svg+xml', text.encode()) for text in drawings)]\n"
        "for kind, data in pictures:\n"
        "    code = base64.b64encode(data).decode()\n"
        "    source = f'data:image/{kind};base64,{code}'\n"
        "    display(HTML(f\"<img src='{source}'>\"), Markdown(f'![x]({source})'))\n"
        "    publish_display_data({'image/png': code})\n"
        "    inner = f\"<svg xmlns='http://www.w3.org/2000/svg'><image href='{source}'/></svg>\"\n"
        "    publish_display_data({'image/svg+xml': inner})\n"
        "for drawing in drawings:\n"
        "    display(HTML(drawing))\n"
        "    publish_display_data({'image/svg+xml': drawing})\n"
    )
    return room.with_code(source)
