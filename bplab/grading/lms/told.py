"""What `bplab collect` says, line by line."""

from shlex import quote

NAMES = {
    "canvas": "Canvas",
    "moodle": "Moodle",
    "brightspace": "Brightspace",
    "blackboard": "Blackboard",
}


def told(found, chapter, dry_run=False):
    """The lines about a Collected."""
    total = len(found.new) + len(found.same) + len(found.replaced)
    verb = "would be taken in" if dry_run else "taken in"
    things = "submission" if total == 1 else "submissions"
    yield f"{chapter}: {total} {things} of {NAMES[found.system]} {verb}."
    for words, names in (
        ("new", found.new),
        ("handed in again; the earlier files are under earlier/", found.replaced),
        ("there already, unchanged", found.same),
        ("late, by the system's own mark", found.late),
        ("without a notebook", found.empty),
        ("with fewer notebooks than the chapter has", found.fewer),
    ):
        if names:
            yield f"  {len(names)} {words}: {_some(sorted(names))}"
    if found.from_table:
        yield f"  {found.from_table} with the time of hand-in of your table"
    if found.untimed:
        yield (
            f"  {len(found.untimed)} without a time in your table: {_some(sorted(found.untimed))}"
        )
    if found.timed:
        zone = found.timed.astimezone()
        yield (
            f"  times of hand-in are read in this machine's zone, {zone.tzname()} "
            f"({zone.strftime('%z')}); in another: TZ=Europe/Berlin bplab collect ..."
        )
    elif found.late and not found.from_table:
        yield (
            f"  {NAMES[found.system]} says who was late, and not by how much. For a penalty by the "
            "hour: --times FILE, two columns, a learner and a time"
        )
    if found.by_name:
        yield "  matched by name alone, worth a look:"
        yield from (f"    {name!r} is {student}" for student, name in sorted(found.by_name))
    if found.renamed:
        yield "  matched by number, under another name; if it is a group's, its grade is for all:"
        yield from (f"    {name!r} is {student}" for student, name in sorted(found.renamed))
    yield from (f"  {note}" for note in found.notes)
    if found.unmatched:
        yield f"  {len(found.unmatched)} not matched, and left out:"
        yield from (f"    {name}: {why}" for name, why in sorted(found.unmatched))
        yield (
            "  Say who they are in a file, a line NAME OR NUMBER AS ABOVE,STUDENT ID for each: "
            "--who FILE"
        )
    if found.strange:
        things = "file" if len(found.strange) == 1 else "files"
        yield f"  {len(found.strange)} {things} of no submission: {_some(found.strange)}"
    if total and dry_run:
        yield "nothing was changed; to take them in, the same without --dry-run"
    elif total:
        yield f"next: bplab grade {quote(chapter)}"


def _some(names, most=8):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
