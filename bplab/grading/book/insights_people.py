"""The parts of the page of insights that name people and group their answers."""

import statistics
from html import escape

from . import class_list
from .insights import by_section, compared


def people(insights):
    """Who is missing, late, at risk; the chapter before; sections."""
    rows = []
    if told := compared(insights):
        rows.append(f"<p>{escape(told)}</p>")
    sections = by_section(insights)
    if sections:
        cells = "".join(
            f'<tr><td>{escape(name)}</td><td class="n">{len(shares)}</td>'
            f'<td class="n">{statistics.median(shares):.0%}</td></tr>'
            for name, shares in sections.items()
        )
        rows.append(
            '<div class="wide"><table><tr><th>Section</th><th class="n">Submissions</th>'
            f'<th class="n">Median of the points{insights.so_far}</th></tr>{cells}</table></div>'
        )
    register = insights.register
    penalty = {s: f", {class_list.less(points)}" for s, points in register.penalty.items()}
    for student, why in register.spared.items():
        penalty[student] = f": {why}, so nothing was taken off"
    for title, lines in (
        ("At risk", insights.at_risk),
        ("Handed in nothing", dict.fromkeys(register.missing, "")),
        ("With a grade, and no longer in submitted/", dict.fromkeys(register.gone, "")),
        ("Late", {s: how + penalty.get(s, "") for s, how in sorted(register.late.items())}),
    ):
        if lines:
            rows.append(_named(f"{title} ({len(lines)})", lines, register.names))
    return ["<h2>People</h2>", *rows] if rows else []


def groups_and_writing(insights):
    """Answers that no name explains, in groups; written questions."""
    parts = []
    if insights.groups:
        parts.append("<h2>Wrong answers that no name explains</h2>")
        parts.append(
            "<p>What a group has in common is what its cards said. To say something to all of "
            "them: <code>bplab insights CHAPTER --comment KEY TEXT</code>, then grade again.</p>"
        )
        for group in insights.groups:
            comment = f"<p>Your comment: {escape(group.comment)}</p>" if group.comment else ""
            parts.append(
                f"<details><summary><code>{escape(group.key)}</code>, {len(group.students)}: "
                f"{escape(group.told)}</summary>{comment}"
                f'<div class="ids">{escape(", ".join(group.students))}</div></details>'
            )
    if insights.written:
        rows = "".join(
            f"<tr><td>{escape(cell)}</td>"
            + "".join(f'<td class="n">{len(row[k])}</td>' for k in ("waiting", "answered", "empty"))
            + "</tr>"
            for cell, row in insights.written.items()
        )
        parts.append(
            '<h2>Written answers</h2><div class="wide"><table><tr><th>Cell</th>'
            '<th class="n">Wait for a grade</th>'
            f'<th class="n">Graded</th><th class="n">Empty</th></tr>{rows}</table></div>'
        )
    return parts


def _named(title, lines, names):
    items = "".join(
        f"<li><b>{escape(student)}</b>{escape(_about(names.get(student), str(text)))}</li>"
        for student, text in lines.items()
    )
    return f"<details open><summary>{title}</summary><ul>{items}</ul></details>"


def _about(name, text):
    told = ": ".join(part for part in (name, text) if part)
    return f", {told}" if name else f": {told}" if told else ""
