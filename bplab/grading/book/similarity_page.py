"""The page that shows alike submissions side by side, worded as a question."""

from html import escape

from .scheme import SCHEME
from .similarity import shared_lines

_STYLE = (
    SCHEME
    + """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 12px }
.two > div { min-width: 0 }
pre { margin: 0; padding: 8px 0; background: var(--soft); border-radius: 4px; overflow-x: auto;
  font: 13px/1.45 ui-monospace, monospace }
pre span { display: block; padding: 0 10px; min-height: 1.45em }
pre .both { background: var(--both) }
summary { cursor: pointer } .dim { color: var(--dim) }
@media (max-width: 720px) { .two { grid-template-columns: 1fr } }
"""
)


def page(similar, most=40):
    """One self-contained page: no script, nothing from elsewhere."""
    body = [
        f"<h1>{escape(similar.chapter)}: are these answers independent?</h1>",
        f"<p>{similar.learners} submissions were compared. What the exercise's text or its "
        "reference holds, and what a third of the class writes, was taken away. A pair is shown "
        "where at least half of what is left of the one is in the other. There are honest ways to "
        "such likeness: working side by side where that is allowed, the same book, the same "
        "helper. The numbers do not tell them apart; a talk does.</p>",
    ]
    if not similar.pairs:
        body.append("<p>No pair is more alike than the exercise explains.</p>")
    for number, pair in enumerate(similar.pairs[:most]):
        body.append(_pair(similar, pair, open_it=number == 0))
    if len(similar.pairs) > most:
        body.append(f"<p>And {len(similar.pairs) - most} pairs that have less in common.</p>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(similar.chapter)}: similarity</title><style>{_STYLE}</style></head><body>"
        + "\n".join(body)
        + "</body></html>"
    )


def _pair(similar, pair, open_it):
    cells = sorted(pair.cells, key=lambda cell: -pair.cells[cell])
    shown = "".join(_cell(similar, pair, cell) for cell in cells)
    return (
        f"<details{' open' if open_it else ''}><summary><strong>{escape(pair.first)}</strong> and "
        f"<strong>{escape(pair.second)}</strong>: {pair.alike:.0%} of what is their own, in "
        f"{len(cells)} answer{'s' * (len(cells) != 1)}</summary>{shown}</details>"
    )


def _cell(similar, pair, cell):
    lines = shared_lines(similar, pair, cell)
    columns = []
    for student, marked in zip((pair.first, pair.second), lines, strict=True):
        answer = similar.answers.get((student, cell))
        text = answer.source.splitlines() if answer else []
        rows = "".join(
            f'<span class="{"both" if number in marked else ""}">{escape(line) or " "}</span>'
            for number, line in enumerate(text[:400], 1)
        )
        columns.append(f'<div><p class="dim">{escape(student)}</p><pre>{rows}</pre></div>')
    share = pair.cells[cell]
    return f"<h3>{escape(cell)} ({share:.0%})</h3><div class='two'>{''.join(columns)}</div>"
