"""The commands that read the gradebook: insights, similar."""

import json
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from ..options import CourseOption, DbOption, course_at, guarded, write


def insights(
    chapter: Annotated[str, typer.Argument(help="A chapter that has been graded.")],
    course: CourseOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with charts to this file.")
    ] = None,
    comment: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="KEY TEXT",
            help="Say TEXT to all whose answers are of group KEY, from the next grading on; an "
            "empty text takes it back.",
        ),
    ] = ("", ""),
    audit: Annotated[
        bool,
        typer.Option(
            "--audit", help="Who graded what, when, with which version and papers, at what cost."
        ),
    ] = False,
    db: DbOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the insights as JSON.")] = False,
):
    """What the class understood: who passed what, which mistakes were made and by whom.

    The names of mistakes are those of the reports that learners see. Use it to choose what to
    explain again: a mistake that a third of the class makes is a sentence missing in a lecture.
    A mistake counts once: where it only carries over into another exercise, that is said. Who is
    missing, late or at risk is named; with a file sections.csv (student id, section) in the course,
    sections are told apart.
    """

    if comment[0]:
        _comment(course, chapter, *comment)
        return
    if audit:
        from .audit import lines

        typer.echo("\n".join(guarded(lambda: lines(course_at(course, db), chapter))))
        return

    def work():
        from . import insights as module

        return module.collect(course_at(course, db), chapter)

    found = guarded(work)
    if html is not None:
        from .insights_page import page

        write(html, page(found))
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1))
        return
    _print(found)
    if html is not None:
        typer.echo(f"wrote {html}")


def _print(found):
    """The insights as a table."""
    from rich.console import Console

    from .insights_table import table

    Console().print(table(found), highlight=False)


def _comment(folder, chapter, key, text):
    from . import groups

    place = guarded(lambda: course_at(folder))
    guarded(lambda: place.notebooks(chapter))
    guarded(lambda: groups.write_comment(place, key, text))
    typer.echo(f"{key}: {'your comment is kept' if text.strip() else 'no comment any more'}.")
    known = guarded(lambda: groups.keys_of(place, chapter))
    if text.strip() and key not in known:
        from .insights import collect

        named = [group.key for group in collect(place, chapter).groups[:8]] if known else []
        there = f" There are: {', '.join(named)}." if named else ""
        typer.echo(f"beware: no wrong answer of {chapter} is of the group {key} now.{there}")
    feedback = f"nbgrader generate_feedback {quote(chapter)} --force"
    typer.echo(f"next: bplab grade {quote(chapter)}, then feedback: {feedback}")


def similar(
    chapter: Annotated[str, typer.Argument(help="A chapter that has been graded.")],
    course: CourseOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page, side by side, to this file.")
    ] = None,
):
    """Pairs of submissions that are more alike than the exercise explains.

    The released text, the reference, and what a third of the class writes are taken away first;
    renamed variables and other comments do not hide a copy. A pair is a question to two people,
    not a finding: read the page before you ask.
    """

    def work():
        from . import similarity

        return similarity.collect(course_at(course), chapter)

    found = guarded(work)
    if html is not None:
        from .similarity_page import page

        write(html, page(found))
        typer.echo(f"wrote {html}")
    for pair in found.pairs[:20]:
        cells = ", ".join(sorted(pair.cells, key=lambda cell: -pair.cells[cell])[:4])
        typer.echo(f"{pair.first} and {pair.second}: {pair.alike:.0%} of their own, in {cells}")
    if not found.pairs:
        many = "1 submission" if found.learners == 1 else f"{found.learners} submissions"
        typer.echo(f"{many}, and no pair is more alike than it explains.")
