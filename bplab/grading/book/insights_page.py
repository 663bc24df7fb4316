"""Insights as one HTML page: charts and names, no script, nothing fetched, everything escaped."""

import math
from html import escape

from ... import exercises
from . import insights_people as monday
from .insights import Insights, number, ranked
from .scheme import SCHEME

_PARTS = (
    ("passed", "#009E73"),
    ("partly", "#56B4E9"),
    ("carried", "#E69F00"),
    ("wrong", "#D55E00"),
    ("unwritten", "#DDE1E6"),
)
_STYLE = (
    SCHEME
    + """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.2rem }
.wide { overflow-x: auto; margin-bottom: 1rem }
.wide svg { min-width: 34rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
         vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: flex; height: 1.1rem; min-width: 14rem; background: var(--soft) }
.bar span { display: block; height: 100% }
.key { line-height: 1.8 } .key b { font-weight: normal; white-space: nowrap; margin-right: 1rem }
.key span { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem }
.ids { color: var(--dim); font-size: .9rem; word-break: break-word }
.mistakes td:first-child { width: 100%; min-width: 10rem; max-width: 0 }
pre { background: var(--soft); padding: .5rem .8rem; overflow-x: auto; font-size: .85rem }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink) }
details summary { cursor: pointer }
@media (max-width: 700px) {
  .bar { min-width: 5rem } th, td { padding: .35rem .3rem } td code { font-size: .75rem }
}
"""
)


def page(insights: Insights) -> str:
    """One self-contained HTML page; every name in it is escaped, and it needs no script."""
    title = escape(insights.chapter)
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}: what the class understood</h1>",
        f"<p>{number(insights)}.</p>",
        "<h2>Scores</h2>",
        _histogram(insights),
        *monday.people(insights),
        "<h2>Exercises</h2>",
        _exercise_table(insights),
        "<h2>Mistakes by name</h2>",
        _mistake_table(insights),
        *monday.groups_and_writing(insights),
        "<h2>From the grader</h2>",
        _grader_notes(insights),
        "</body></html>",
    ]
    return "\n".join(parts)


def _histogram(insights, width=640, height=170):
    scores = list(insights.scores.values())
    top = max(insights.max_score, max(scores, default=0.0)) or 1.0
    wide = next(w for w in _bin_widths() if top / w <= 16)
    bins = math.ceil(top / wide)
    counts = [0] * bins
    for score in scores:
        counts[min(int(score / wide), bins - 1)] += 1
    tall, step = max(counts) or 1, width / bins
    words = ", ".join(f"{i * wide:g} and more: {count}" for i, count in enumerate(counts))
    bars = [
        f'<div class="wide"><svg viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="Number of submissions by score. {escape(words)}.">'
    ]
    for i, count in enumerate(counts):
        high, left = (height - 50) * count / tall, i * step
        bars.append(
            f'<rect x="{left + 2:.1f}" y="{height - 25 - high:.1f}" width="{step - 4:.1f}" '
            f'height="{high:.1f}" fill="#0072B2"/>'
        )
        if count:
            bars.append(
                f'<text x="{left + step / 2:.1f}" y="{height - 30 - high:.1f}" '
                f'text-anchor="middle">{count}</text>'
            )
        bars.append(f'<text x="{left + 2:.1f}" y="{height - 8}">{i * wide:g}</text>')
    end = f'<text x="{width - 2}" y="{height - 8}" text-anchor="end">{bins * wide:g}</text>'
    waits = max(insights.waiting.values(), default=0)
    more = f" Up to {waits:g} of them wait for a person's grade, and count 0 here." if waits else ""
    scale = f"<p>Submissions by score, of {insights.max_score:g} points.{more}</p>"
    return scale + "".join([*bars, end, "</svg></div>"])


def _bin_widths():
    """1, 2, 5, 10, 20, ...: whole points, however many there are."""
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _exercise_table(insights):
    key = " ".join(
        f'<b><span style="background:{color}"></span>{name}</b>' for name, color in _PARTS
    )
    rows = [f'<p class="key">{key}</p><div class="wide"><table><tr><th>Exercise</th>']
    rows.append('<th class="n">Points</th><th class="n">Passed</th><th>Outcomes</th>')
    rows.append('<th class="n" title="of the learners\' answers, median">Seconds</th></tr>')
    for e in insights.exercises:
        counts = [(name, len(getattr(e, name)), color) for name, color in _PARTS]
        words = ", ".join(f"{count} {name}" for name, count, _ in counts)
        bar = "".join(
            f'<span style="width:{100 * count / (e.total or 1):.2f}%;background:{color}"></span>'
            for _, count, color in counts
            if count
        )
        rows.append(
            f'<tr><td><code>{escape(e.name)}</code></td><td class="n">{e.points:g}</td>'
            f'<td class="n">{e.pass_rate:.0%}</td><td><div class="bar" role="img" '
            f'aria-label="{words}" title="{words}">{bar}</div></td>'
            f'<td class="n">{e.median_seconds:.2g}</td></tr>'
        )
    return "".join([*rows, "</table></div>"])


def _mistake_table(insights):
    rows = []
    for e in insights.exercises:
        for name, ids in ranked(e.mistakes):
            rows.append((len(ids), e.name, name, ids, e))
    if not rows:
        return "<p>None.</p>"
    rows.sort(key=lambda row: (-row[0], row[1:3]))
    head = (
        '<div class="wide"><table class="mistakes"><tr><th>Mistake</th><th>Exercise</th>'
        '<th class="n">Students</th></tr>'
    )
    body = [
        f"<tr><td><details><summary>{escape(name)}</summary>{_explained(insights, e, name)}"
        f"{_example(e, name)}"
        f'<div class="ids">{escape(", ".join(ids))}</div></details></td>'
        f'<td><code>{escape(exercise)}</code></td><td class="n">{count}</td></tr>'
        for count, exercise, name, ids, e in rows
    ]
    return head + "".join(body) + "</table></div>"


def _example(exercise, name):
    """One learner's code, without a name."""
    found = exercise.examples.get(name)
    return f"<pre>{escape(found)}</pre>" if found else ""


def _explained(insights, exercise, name):
    """Where the report told these learners to look, as far as the mistake is a named one."""
    try:
        mistake = exercises.find(exercise.known_as, insights.own).mistakes[name]
    except (LookupError, ImportError, ValueError):
        return ""
    return f"<p>{escape(mistake.look)}</p>"


def _grader_notes(insights):
    groups = [
        ("Missing or unreadable, graded 0", {s: [why] for s, why in insights.unreadable.items()}),
        ("Answers in another file, without points", insights.elsewhere),
        ("Looks like another assignment's notebook", insights.strangers),
        ("Not graded: a person has to look", {s: [why] for s, why in insights.failed.items()}),
        ("Ended early", {slug: [", ".join(ids)] for slug, ids in ranked(insights.faults)}),
        ("Repaired", insights.repaired),
    ]
    parts = []
    for title, entries in groups:
        if entries:
            lines = "".join(
                f"<li><b>{escape(name)}</b> {escape(' '.join(notes))}</li>"
                for name, notes in entries.items()
            )
            opened = "" if title == "Repaired" else " open"
            parts.append(
                f"<details{opened}><summary>{title} ({len(entries)})</summary>"
                f"<ul>{lines}</ul></details>"
            )
    return "".join(parts) or "<p>Every submission was read and run as it was.</p>"
