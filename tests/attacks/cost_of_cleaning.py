# ruff: noqa: E501 (what attackers write is as long as it is)
"""What is shown to people and costs the grader long to make harmless.

None may hold up the class or leave in the graded notebook what holds up whoever opens it.
"""

from tests.attacks.classroom import code, markdown
from tests.attacks.corpus import attack

C = "cost of cleaning"


def showing(room, expression, how="HTML"):
    """Each of a list of texts as an output of its own: HTML, SVG, Markdown, Latex, or a print."""
    source = (
        "from IPython.display import HTML, Latex, Markdown, display, publish_display_data\n"
        "print('armed')\n"
        "def SVG(text): publish_display_data({'image/svg+xml': text, 'text/plain': 'x'})\n"
        f"for text in {expression}:\n"
    )
    source += f"    {how}(text)\n" if how in ("print", "SVG") else f"    display({how}(text))\n"
    return room.with_code(source)


def drawing(*parts):
    inside = " + ".join(parts)
    return (
        f"\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\" + {inside} + '</svg>'"
    )


@attack(C)
def styles_inside_styles(room):
    """Depth times letters: each style holds all that are inside it."""
    nests = [
        drawing("'<style>' * 3000", "'a{fill:red}' * 3000", "'</style>' * 3000"),
        drawing("'<style>x{y:z}' * 9000", "'</style>' * 9000"),
        drawing("'<style>' + 'a,' * 60_000 + 'a{fill:red}</style>'"),
        drawing("'<style>' + '@media x{' * 20_000 + '</style>'"),
        drawing("'<style>' + '/*' * 60_000 + '</style>'"),
    ]
    return showing(room, f"[{', '.join(nests)}]", "SVG")


@attack(C)
def clips_masks_and_filters_in_nests(room):
    names = "('clipPath', 'mask', 'pattern', 'marker', 'filter', 'symbol', 'linearGradient', 'g')"
    source = drawing(
        "''.join(f\"<{n} id='a{i}' mask='url(#a{i + 1})' fill='url(#a{i + 1})'>\" "
        "for i in range(900))",
        "'<rect/>' * 900",
        "f'</{n}>' * 900",
    )
    return showing(room, f"[{source} for n in {names}]", "SVG")


@attack(C)
def drawings_that_name_each_other(room):
    """Rings and ladders of references, through every attribute that takes one."""
    ring = drawing(
        "''.join(f\"<{t} id='x{i}'><use href='#x{(i + 1) % 500}'/><rect {a}='url(#x{i + 2})'/></{t}>\""
        " for i in range(500))"
    )
    kinds = (
        "[('pattern', 'fill'), ('mask', 'mask'), ('clipPath', 'clip-path'), ('filter', 'filter'),"
    )
    kinds += " ('marker', 'marker-end'), ('g', 'stroke')]"
    return showing(room, f"[{ring} for t, a in {kinds}]", "SVG")


@attack(C)
def drawings_of_many_words(room):
    """Paths, points and transforms of a quarter of a megabyte; ten thousand letters by themselves."""
    nests = [
        drawing("\"<path d='M0 0\" + 'l1 1 ' * 50_000 + \"'/>\""),
        drawing("\"<g transform='\" + 'scale(9) ' * 25_000 + \"'><rect/></g>\""),
        drawing("'<text>' + '<tspan>x</tspan>' * 9000 + '</text>'"),
        drawing("'<text>' + '<tspan>' * 9000 + 'x'"),
        drawing("'<animate begin=\"0s\"/>' * 9000"),
        drawing("\"<rect style='\" + 'fill:red;' * 25_000 + \"'/>\""),
        drawing("''.join(f'<a{i}:g xmlns:a{i}=\"u{i}\">' for i in range(5000))"),
        drawing("'<g ' + ' '.join(f'xmlns:a{i}=\"u\"' for i in range(9000)) + '/>'"),
        drawing("'<!--' + '-' * 200_000 + '-->'", "'<?x ' * 50_000"),
        drawing("'<![CDATA[' * 20_000"),
    ]
    return showing(room, f"[{', '.join(nests)}]", "SVG")


@attack(C)
def entities_without_end(room):
    """Laughter a billion times, numbers of a hundred thousand digits, names that almost are."""
    source = (
        "['<!DOCTYPE svg [<!ENTITY a0 \"x\">' + ''.join(f'<!ENTITY a{n + 1} \"{f\"&a{n};\" * 10}\">'"
        " for n in range(9)) + ']><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&a9;</text></svg>',\n"
        " '<!DOCTYPE svg [' + '<!ENTITY % p \"x\">%p;' * 9000 + ']><svg/>',\n"
        " '<!DOCTYPE svg SYSTEM \"file:///dev/zero\"><svg/>',\n"
        " '<svg><text>&#' + '9' * 200_000 + ';&#x' + 'f' * 100_000 + ';</text></svg>',\n"
        " '<svg><text>' + '&lt' * 60_000 + '&amp;' * 30_000 + '</text></svg>',\n"
        " '<svg><text>' + '&CounterClockwiseContourIntegra' * 9000 + '</text></svg>']"
    )
    return showing(room, source, "SVG")


@attack(C)
def elements_that_are_put_elsewhere(room):
    """Misnested tags: a parser moves, copies and reopens what stands before."""
    source = (
        "['<table>' + 'x<b>' * 9000, '<table><b>' * 6000, '<b><p>' * 4000 + '</b>' * 4000,\n"
        " '<a><nobr><i><font size=1>' * 2000 + '<p>' * 2000, '<nobr>' * 9000, '<option>' * 9000,\n"
        " '<svg><foreignObject><math><mi><p>' * 900, '<template>' * 9000, '<frameset>' * 9000,\n"
        " '<select><table>' * 5000, '<ruby><rt><rtc>' * 4000, '<li><dd><dt>' * 5000,\n"
        " '<button><form>' * 5000, '</p>' * 40_000, '</br>' * 40_000, '<body><html>' * 9000,\n"
        " '<details>' * 9000 + '<summary>', '<h1><h2><h3>' * 5000, '<textarea><title>' * 5000]"
    )
    return showing(room, source)


@attack(C)
def attributes_without_end(room):
    source = (
        "['<p ' + ' '.join(f'a{n}=1' for n in range(30_000)) + '>',\n"
        " '<p ' + 'title=x ' * 30_000 + '>', '<p title=' + 'x' * 300_000,\n"
        " '<p ' + '\"' * 200_000 + '>', '<p ' + '/' * 200_000 + '>', '<p/' + '=' * 200_000 + '>',\n"
        " '<p style=\"' + '/*' * 90_000 + '\">', '<p style=\"' + '\\\\' * 200_000 + '\">',\n"
        " '<p style=\"color:' + 'calc(' * 40_000 + '\">', '<p style=\"' + 'url(' * 60_000 + '\">',\n"
        " '<p style=\"' + ';:' * 90_000 + '\">', '<p class=\"' + 'a ' * 100_000 + '\">',\n"
        " '<a href=\"' + 'java\\tscript:' * 20_000 + '\">x</a>',\n"
        " '<a href=\"' + '&#1' * 60_000 + '\">x</a>', '<a href=\"' + ':' * 200_000 + '\">x</a>']"
    )
    return showing(room, source)


@attack(C)
def pictures_inside_addresses(room):
    """Data addresses of a third of a megabyte, one in another, of kinds that are none."""
    source = (
        "['<img src=\"data:image/png;base64,' + 'A' * 300_000 + '\">',\n"
        " '<img src=\"data:image/png;' + 'base64;' * 40_000 + ',x\">',\n"
        " '<img src=\"data:' + 'data:' * 60_000 + '\">', '<img src=\"' + ' ' * 300_000 + 'data:,\">',\n"
        " '<img src=\"data:image/svg+xml,' + '%3Csvg%3E' * 30_000 + '\">',\n"
        " '<img src=\"data:image/svg+xml,' + '%25' * 90_000 + '3Csvg\">',\n"
        " '<img src=\"data:image/gif;base64,' + '=' * 300_000 + '\">',\n"
        " '<img src=\"data:image/png;base64,iVBORw0KGgo' + '\\n' * 300_000 + '\">',\n"
        " '<img src=\"data:image/png;base64,iVBORw0KGgo=\">' * 5000]"
    )
    return showing(room, source)


@attack(C)
def pictures_that_unpack(room):
    """PNG, JPEG and GIF of few bytes: text that unpacks, thousands of parts, sides of 2**31."""
    source = (
        "import base64, struct, zlib\n"
        "from IPython.display import publish_display_data\n"
        "print('armed')\n"
        "def part(kind, data=b''):\n"
        "    check = struct.pack('>I', zlib.crc32(kind + data))\n"
        "    return struct.pack('>I', len(data)) + kind + data + check\n"
        "def png(*parts, wide=9, high=9):\n"
        "    head = part(b'IHDR', struct.pack('>IIBBBBB', wide, high, 8, 6, 0, 0, 1))\n"
        "    return b'\\x89PNG\\r\\n\\x1a\\n' + head + b''.join(parts) + part(b'IEND')\n"
        "bomb = zlib.compress(b'x' * 40_000_000, 9)\n"
        "frame = part(b'fcTL', bytes(26)) + part(b'fdAT', bytes(8))\n"
        "pictures = [png(part(b'zTXt', b'x\\0\\0' + bomb)), png(part(b'iCCP', b'x\\0\\0' + bomb)),\n"
        "    png(part(b'iTXt', b'x\\0\\1\\0\\0\\0' + bomb)), png(part(b'IDAT', bomb)),\n"
        "    png(*[part(b'IDAT')] * 20_000), png(*[part(b'tEXt', b'a\\0b')] * 9000),\n"
        "    png(part(b'acTL', struct.pack('>II', 2**31 - 1, 0)), *[frame] * 3000),\n"
        "    png(wide=2**31 - 1, high=2**31 - 1), png(part(b'IDAT', bomb), wide=30_000, high=30_000),\n"
        "    png()[:30], b'\\x89PNG' + b'\\xff' * 90_000]\n"
        "size = struct.pack('>BHHB', 8, 65535, 65535, 3) + bytes([1, 17, 0, 2, 17, 1, 3, 17, 1])\n"
        "jpeg = b'\\xff\\xd8\\xff\\xc2' + struct.pack('>H', 17) + size + b'\\xff' * 90_000\n"
        "gif = b'GIF89a' + struct.pack('<HH', 65535, 65535) + b'\\xf7\\0\\0' + bytes(768)\n"
        "gif += (b'!\\xf9\\4\\0\\0\\0\\0\\0,' + struct.pack('<HHHH', 0, 0, 65535, 65535) + b'\\0\\2\\1D\\0')"
        " * 9000\n"
        "for kind, data in (*(('png', p) for p in pictures), ('jpeg', jpeg), ('gif', gif),\n"
        "                   ('png', jpeg), ('jpeg', gif), ('webp', b'RIFF' + b'\\xff' * 9999)):\n"
        "    publish_display_data({f'image/{kind}': base64.b64encode(data).decode()})\n"
    )
    return room.with_code(source)


BOMBS = """
'*a **b ' * 15_000 | '***' * 30_000 | '_a*b_c' * 15_000 | '> - ' * 900 + 'x' | '~~' * 40_000
'|' * 60_000 + '\\n' + '|-' * 30_000 | '|a|\\n|-|\\n' + '|' * 90_000
'[a]: x\\n' * 9000 + '[a]' * 9000 | ''.join('`' * n + ' ' for n in range(400))
'<a ' * 30_000 | '\\\\' * 90_000 | '$' * 90_000 | '$$a' * 30_000 | '\\\\(' * 30_000 | '&#' * 40_000
''.join('  ' * n + '- x\\n' for n in range(300)) | '<!--' * 20_000 | '<?' * 40_000 | '<![CDATA[' * 9000
'![' * 30_000 + 'x' + '](y)' * 30_000 | '[' * 30_000 + 'x' + '](' * 30_000 | '<http:' * 15_000
'a@' * 40_000 | 'www.' * 20_000 | 'http://' * 12_000 | '- ' * 40_000 | '1. ' * 20_000 | '```\\n' * 20_001
'a\\n' * 40_000 + '=' | '\\t' * 90_000 + 'x' | '[x](<' + '<' * 80_000 | '[x](y "' + '\\\\"' * 40_000
'\\\\begin{x}' * 9000 | '{' * 90_000 | '^' * 90_000 | ':' * 90_000 | '\\u00a0' * 80_000 + 'x'
"""
MARKDOWN_BOMBS = [one for line in BOMBS.strip().split("\n") for one in line.split(" | ")]


@attack(C)
def markdown_bombs_in_outputs(room):
    return showing(room, f"[{', '.join(MARKDOWN_BOMBS)}]", "Markdown")


@attack(C)
def markdown_bombs_in_cells(room):
    notebook = room.released()
    for number, one in enumerate(MARKDOWN_BOMBS):
        notebook["cells"].append(markdown(f"bomb-{number}", eval(one)))  # strings of this file
    return notebook


@attack(C)
def formulas_without_end(room):
    source = (
        "['$' + '{' * 90_000 + '$', '$' + 'x_' * 60_000 + '$', '$' + '\\\\frac' * 20_000 + '$',\n"
        " '$' * 300_000, '\\\\begin{matrix}' * 15_000, '$$' + '&' * 200_000 + '$$',\n"
        " '\\\\newcommand{\\\\a}{\\\\a\\\\a}' * 9000, '$' + '\\\\def\\\\a{\\\\b\\\\b}' * 9000 + '$']"
    )
    return showing(room, source, "Latex")


@attack(C, ends=("output",))
def codes_of_color_without_end(room):
    """A third of a megabyte of escape sequences a cell: colours, links, titles, cursor moves."""
    texts = (
        "'\\x1b[31m' * 60_000 + 'x'",
        "'\\x1b[38;2;1;2;3mx' * 20_000",
        "'\\x1b[' + '1;' * 150_000 + 'm'",
        "'\\x1b]8;;' * 50_000",
        "'\\x1b[A\\x1b[2K' * 40_000",
        "'\\x1b' * 300_000",
        "'\\x1b[31m' * 1_000_000",
    )
    notebook = room.with_code("print('armed')")
    for number, text in enumerate(texts):
        notebook["cells"].insert(8, code(f"color-{number}", f"print({text})"))
    return notebook


@attack(C)
def letters_that_undo_letters(room):
    """Backspaces and returns, as a terminal would take them: quadratic if taken one by one."""
    texts = (
        "['a\\b' * 120_000, 'a' * 150_000 + '\\b' * 150_000, '\\b' * 300_000, 'ab\\r' * 90_000,\n"
    )
    texts += " '\\r' * 300_000, '\\r\\n' * 120_000, 'a\\n\\b' * 90_000, '\\x0b\\x0c\\x85' * 90_000]"
    return room.with_code(
        f"import sys\nprint('armed')\nfor text in {texts}:\n    print(text[:40_000])\n"
        f"    sys.stderr.write(text[:40_000])\n"
    )


@attack(C)
def texts_for_impatient_patterns(room):
    """Where a pattern looks for an end that does not come: in prints, errors and tracebacks."""
    texts = (
        "' ' * 30_000 + 'x'",
        "'(' * 30_000",
        "'<' * 30_000 + ' '",
        "'a-' * 15_000",
        "'\"' * 30_000",
        "'File \"' * 5000",
        "'line 1, in ' * 3000",
        "'\\n ' * 15_000",
        "'/home/' * 6000",
        "'0x' * 15_000",
        "'#' * 30_000",
        "'ﷺ' * 10_000",
        "'e\\u0301' * 10_000 + '\\u0301' * 9000",
    )
    notebook = room.with_code("print('armed')")
    for number, text in enumerate(texts):
        source = f"print({text})\nraise type(({text})[:9000], (Exception,), {{}})({text})"
        notebook["cells"].append(code(f"pattern-{number}", source))
    return notebook


@attack(C)
def outputs_without_end(room):
    """Thousands of small ones, of a thousand kinds, updated and cleared without end."""
    source = (
        "from IPython.display import HTML, clear_output, display, publish_display_data\n"
        "print('armed')\n"
        "publish_display_data({f'text/x{n}': 'x' for n in range(3000)})\n"
        "publish_display_data({'text/plain': 'x'}, {f'm{n}': {'x': n} for n in range(3000)})\n"
        "handle = display(HTML('<p>x'), display_id='same')\n"
        "for n in range(800):\n"
        "    handle.update(HTML(f'<p>{n}')); display(n)\n"
        "    if n % 50 == 0: clear_output(wait=n % 100 == 0)\n"
        "nest = []\n"
        "for _ in range(400): nest = [nest]\n"
        "publish_display_data({'application/json': nest, 'text/plain': 'x'})\n"
        "publish_display_data({'application/json': {str(n): [n] for n in range(9000)}})\n"
    )
    return room.with_code(source)
