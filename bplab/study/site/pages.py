"""The page that greets: the list of chapters, or the frame of one exercise."""

import html
import json
import re
from pathlib import Path

from bplab.study.workspace import course_source, read_notebook

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 17px/1.55 system-ui, sans-serif; color: #1f2328; max-width: 46rem;
  margin: 2.5rem auto; padding: 0 1rem; }}
li {{ margin: .35rem 0; }}
a {{ color: #0060a0; }}
.note {{ background: #f1f6fa; border-left: 4px solid #0072b2; padding: .6rem 1rem; }}
</style>
{settings}
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
_NOTE = """<div class="note">
<p>Everything runs in this browser; nothing is installed, and nothing that you write is sent
anywhere. The first cell of a chapter takes up to a minute, since Python itself is loaded.</p>
<p>Your notebooks, with the cards of what you passed, are kept in this browser, on this
machine, and are lost
when its data for this page are cleared: <em>File, Download</em> makes a copy.{solved}</p>
<p><strong>An endless loop cannot be stopped here.</strong> If a cell runs for ever, reload the
page: the notebook is as it was last saved, and you run its cells again. A check cannot break off a
function that takes too long, either.</p>
{more}
</div>"""
_SOLVED = """ The chapters with their answers in lie in the folder <em>solved</em>, beside yours:
for when your checks have passed."""
_NO_PICTURES = """<p>Python here comes without matplotlib. Pictures that can be touched are drawn
all the same; the others say in words what they would show.</p>"""


def write_pages(folder, names, exercise, offline):
    """Write `index.html`: the way in."""
    answers = _SOLVED if exercise is None else ""
    note = _NOTE.format(more=_NO_PICTURES if offline else "", solved=answers)
    folder = Path(folder)
    settings = _settings((folder / "index.html").read_text(encoding="utf-8"))
    if exercise is not None:
        (folder / "index.html").write_text(_redirect(exercise, settings), encoding="utf-8")
        body = f'<p><a href="{_address(exercise.name)}">Open the exercise</a></p>\n{note}'
        page = _PAGE.format(title=html.escape(exercise.name), body=body, settings="")
        (folder / "about.html").write_text(page, encoding="utf-8")
        return
    items = "\n".join(
        f'<li><a href="lab/index.html?path={name}.ipynb">{html.escape(_title(name))}</a></li>'
        for name in names
    )
    body = (
        f"<p>Write the two passes yourself, from an empty cell.</p>\n<ul>\n{items}\n</ul>\n{note}"
    )
    page = _PAGE.format(title="Backpropagation, written by you", body=body, settings=settings)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _settings(page):
    """The element of JupyterLite's own first page in which its other pages look for settings."""
    found = re.search(r'<script\s+id="jupyter-config-data".*?</script>', page, re.S)
    return found[0] if found else ""


def _title(name):
    first = "".join(read_notebook(course_source() / name / f"{name}.ipynb")["cells"][0]["source"])
    return first.splitlines()[0].lstrip("# ")


def _address(name):
    return f"notebooks/index.html?path={name}.ipynb"


def _redirect(exercise, settings):
    """A page that becomes the exercise: what an <iframe> elsewhere points at."""
    address = _address(exercise.name)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(exercise.name)}</title>"
        f'<meta http-equiv="refresh" content="0; url={address}">'
        f"<script>location.replace({json.dumps(address)})</script>"
        f"{settings}</head>"
        f'<body><p><a href="{address}">{html.escape(exercise.name)}</a></p></body></html>\n'
    )
