"""Insights in a terminal: a table of exercises, then what the page says of people, in lines."""

import statistics

from . import class_list
from .insights import Insights, by_section, compared, number, points, ranked


def table(insights: Insights):
    """A rich renderable: one row an exercise, with its three most frequent mistakes."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = f"{insights.chapter}: {number(insights)}"
    grid = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    grid.title_justify = "left"
    grid.add_column("exercise", no_wrap=True)
    grid.add_column("passed", justify="right", no_wrap=True)
    grid.add_column("sec", justify="right", no_wrap=True)
    grid.add_column("most frequent mistakes", min_width=24)
    for e in insights.exercises:
        top = [f"{name} ({_few(ids)})" for name, ids in ranked(e.mistakes)[:3]]
        if e.carried:
            top.append(f"carried over ({_few(e.carried)})")
        if e.unwritten:
            top.append(f"not written ({len(e.unwritten)})")
        seconds = f"{e.median_seconds:.2g}"
        grid.add_row(Text(e.name), f"{e.pass_rate:.0%}", seconds, Text("\n".join(top)))
    return Group(grid, *(Text(line) for line in lines(insights)))


def _counted(title, names):
    return f"{title} ({len(names)}): {class_list.some(list(names))}."


def _few(ids, most=3):
    shown = ", ".join(ids[:most])
    return f"{len(ids)}: {shown}{', ...' if len(ids) > most else ''}"


def _in_waiting(insights):
    """', of which up to 2 wait for a person's grade', or nothing."""
    most = max(insights.waiting.values(), default=0)
    return f", of which up to {most:g} wait for a person's grade" if most else ""


def lines(insights):
    """What is said below the table."""
    scores = sorted(insights.scores.values())
    if scores:
        yield (
            f"Scores: median {statistics.median(scores):g}, from {scores[0]:g} to {scores[-1]:g}, "
            f"of {insights.max_score:g}{_in_waiting(insights)}."
        )
        if told := compared(insights):
            yield told
    for section, shares in by_section(insights).items():
        middle, count = statistics.median(shares), len(shares)
        things = f"submission{'s' * (count != 1)}"
        yield f"Section {section}: median {middle:.0%} of {points(insights)}, {count} {things}."
    for cell, row in insights.written.items():
        yield (
            f"Written, {cell}: {len(row['waiting'])} wait for a grade, {len(row['answered'])} have "
            f"one, {len(row['empty'])} are empty."
        )
    yield from class_list.closing(insights.register)
    if insights.at_risk:
        risky = [f"{student} ({why})" for student, why in insights.at_risk.items()]
        yield f"At risk: {class_list.some(risky, 12)}."
    for group in insights.groups[:8]:
        yield f"No name explains {group.key} ({_few(group.students)}): {group.told}"
    if insights.repaired:
        yield _counted("Repaired", insights.repaired)
    for slug, ids in ranked(insights.faults):
        yield _counted(f"Ended early, {slug}", ids)
    if insights.unreadable:
        yield _counted("Missing or unreadable, graded 0", insights.unreadable)
    if insights.elsewhere:
        found = [f"{who} ({'; '.join(said)})" for who, said in insights.elsewhere.items()]
        yield f"Answers in another file, without points: {class_list.some(found)}."
    if insights.strangers:
        found = [f"{who} ({'; '.join(names)})" for who, names in insights.strangers.items()]
        yield f"Looks like another assignment's notebook: {class_list.some(found)}."
    if insights.failed:
        yield _counted("Not graded, a person has to look", insights.failed)
