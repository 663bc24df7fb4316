"""`bplab collect`: a download of an LMS becomes `submitted/STUDENT/CHAPTER/`, ids kept."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .. import nbgrader_light
from ..book.gradebook import open_gradebook
from ..course import CourseError
from ..submission.plan import is_graded
from . import archive, downloads, people

KEPT = ".lms"  # in the course's folder: ids for the way back, a file per chapter
EARLIER = "earlier"  # what a later hand-in replaced
MAX_FILES = 50


@dataclass
class Collected:
    """What became of a download: students by state, files that fit nobody, who was late."""

    system: str
    new: list = field(default_factory=list)
    replaced: list = field(default_factory=list)
    same: list = field(default_factory=list)
    unmatched: list = field(default_factory=list)  # (name, why)
    strange: list = field(default_factory=list)  # file names
    late: list = field(default_factory=list)
    by_name: list = field(default_factory=list)  # (student, name): worth a look
    empty: list = field(default_factory=list)  # handed in no notebook
    fewer: list = field(default_factory=list)  # fewer notebooks than the chapter has
    notes: list = field(default_factory=list)
    timed: datetime | None = None  # a time of hand-in, if the system writes them


def collect(course, chapter, file, given=None, dry_run=False, on_each=lambda student: None):
    """Read a download into the course; a Collected. Nothing that was handed in is lost.

    given : {name or number of the LMS: student id}, for whom it cannot match by itself
    """
    names = course.notebooks(chapter)
    try:
        opened, entries = archive.entries(file)
    except archive.ArchiveError as error:
        raise CourseError(str(error)) from None
    with opened:
        system, handed, strange = downloads.recognise(entries, names)
        if not handed:
            raise CourseError(
                f"{file} holds no submissions as {', '.join(downloads.SYSTEMS)} name them: "
                f"{_some(entries)}. Put files under submitted/STUDENT/{chapter}/ by hand."
            )
        found = Collected(system, strange=[entry.path for entry in strange])
        with _book(course) as book:
            roster = [_person(student) for student in book.students]
        roster += _folders(course, {person["id"] for person in roster})
        matches = people.match(handed, roster, given)
        known = read_ids(course, chapter)
        for one in matches:
            on_each(one.student)
            _take(course, chapter, one, found, known, dry_run, names)
    if not dry_run:
        _enter(course, [one for one in matches if one.student])
        _write_ids(course, chapter, known)
    return found


def _take(course, chapter, one, found, known, dry_run, names):
    handed = one.handed
    name = handed.name or handed.login or handed.key
    if one.instead is not None:
        counts = f"{one.instead.handed.key!r} counts, found by {one.instead.by}"
        found.notes.append(
            f"{one.by} handed in as {handed.key!r} too; {counts}. To take the other: --who FILE "
            f"with the line {handed.key},{one.by}"
        )
        return
    if one.student is None:
        number = "" if handed.key in (name, handed.login) else f" ({handed.key})"
        found.unmatched.append((f"{name!r}{number}", one.by))
        return
    known[one.student] = {
        "system": handed.system,
        "name": handed.name,
        "late": handed.late,
        "time": handed.time.isoformat(" ") if handed.time else None,
        **handed.ids,
    }
    found.timed = found.timed or handed.time
    if handed.late:
        found.late.append(one.student)
    if one.by == "name":
        found.by_name.append((one.student, name))
    if handed.earlier:
        several = f"{handed.earlier} earlier attempt{'s' * (handed.earlier > 1)}"
        found.notes.append(f"{one.student}: {several} left aside.")
    files = _files(handed, names, found, one.student)
    count = sum(file.lower().endswith(".ipynb") for file in files)
    if not count:
        found.empty.append(one.student)
    elif count < _graded(course, chapter, names):
        found.fewer.append(one.student)
    folder = course.path("submitted", one.student, chapter)
    state = _state(folder, files)
    {"new": found.new, "same": found.same, "replaced": found.replaced}[state].append(one.student)
    if dry_run or state == "same":
        return
    if state == "replaced":
        _set_aside(course, folder, one.student, chapter)
    _put(folder, files, handed)


def _graded(course, chapter, names):
    """How many of the chapter's notebooks have something to grade."""
    return sum(is_graded(course.source(chapter, name)) for name in names)


def _files(handed, names, found, student):
    """{name: bytes}; a ZIP that was handed in is unpacked.

    names : of the chapter's notebooks. If there is one of it and one of the learner's, that gets
    its name; of several, one that the last attempt lacks is taken from an earlier one.
    """
    files = _read(handed.files, found, student)
    if len(handed.files) > MAX_FILES:
        found.notes.append(f"{student}: only the first {MAX_FILES} of {len(handed.files)} files.")
    notebooks = [name for name in files if name.lower().endswith(".ipynb")]
    wanted = [f"{name}.ipynb" for name in names]
    if len(wanted) == len(notebooks) == 1 and notebooks != wanted:
        files[wanted[0]] = files.pop(notebooks[0])
    if len(wanted) > 1 and handed.before:
        before = _read(handed.before, found, student)
        for name in [name for name in wanted if name in before and name not in files]:
            files[name] = before[name]
            found.notes.append(f"{student}: {name} is of an earlier attempt; the last has none.")
    return files


def _read(entries, found, student):
    files = {}
    for name, entry in list(entries.items())[:MAX_FILES]:
        try:
            raw = entry.read()
            if name.lower().endswith(".zip"):
                files |= _unpacked(raw)
            else:
                files[_plain(name)] = raw
        except archive.ArchiveError as error:
            found.notes.append(f"{student}: {error}")
    return files


def _unpacked(raw):
    opened, inner = archive.entries(raw)
    with opened:
        return {_plain(entry.name): entry.read() for entry in inner[:MAX_FILES]}


def _plain(name):
    """A file name that stays in its folder and can be written."""
    name = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").lstrip(".")
    return name[-120:] or "unnamed"


def _state(folder, files):
    if not os.path.lexists(folder):
        return "new"
    for name, raw in files.items():
        path = folder / name
        if path.is_symlink() or not path.is_file() or path.stat().st_size != len(raw):
            return "replaced"
        if _digest(path.read_bytes()) != _digest(raw):
            return "replaced"
    return "same"


def _digest(raw):
    return hashlib.sha256(raw).digest()


def _set_aside(course, folder, student, chapter):
    """Keep what a later hand-in replaces."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    home = course.root / EARLIER / student
    home.mkdir(parents=True, exist_ok=True)
    target, number = home / f"{chapter}-{stamp}", 1
    while os.path.lexists(target):
        number += 1
        target = home / f"{chapter}-{stamp}-{number}"
    shutil.move(folder, target)


def _put(folder, files, handed):
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, raw in files.items():
        (part / name).write_bytes(raw)
    if handed.time is not None:
        # They write the clock on the wall; nbgrader reads UTC.
        stamp = handed.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        (part / "timestamp.txt").write_text(stamp)
    part.rename(folder)


# The course's own list, and ids for the way back


def _book(course):
    api = nbgrader_light.api()
    return open_gradebook(api, course)


def _person(student):
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    return {name: getattr(student, name) or "" for name in names}


def _folders(course, known):
    """Students who are in no list yet but have handed in before."""
    home = course.path("submitted", "x", "y").parent.parent
    names = [folder.name for folder in home.iterdir()] if home.is_dir() else []
    return [{"id": name} for name in sorted(names) if name not in known and name[0] != "."]


def _enter(course, matches):
    """New students into the gradebook; Canvas's number where there was none."""
    with _book(course) as book:
        known = {student.id: student for student in book.students}
        for one in matches:
            details = {}
            old = known.get(one.student)
            number = one.handed.ids.get("canvas_user")
            if number and not (old and old.lms_user_id):
                details["lms_user_id"] = number
            if old is None and one.handed.name and one.handed.system != "canvas":
                first, last = people.split_name(one.handed.name)
                details |= {"first_name": first, "last_name": last}
            if old is None or details:
                book.update_or_create_student(one.student, **details)


def read_ids(course, chapter):
    """{student: what the LMS calls them} of the last downloads of a chapter."""
    try:
        found = json.loads((course.root / KEPT / f"{chapter}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_ids(course, chapter, known):
    folder = course.root / KEPT
    folder.mkdir(mode=0o700, exist_ok=True)
    part = folder / f".{chapter}.part"
    part.write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")
    part.replace(folder / f"{chapter}.json")


def read_given(path):
    """{name or number: student} of a CSV of two columns, without a header."""
    import csv

    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None
    if any(len(row) < 2 for row in rows):
        raise CourseError(f"{path} should have two columns: as the LMS writes it, student id.")
    return {row[0].strip(): row[1].strip() for row in rows}


def _some(entries):
    shown = ", ".join(repr(entry.path[:60]) for entry in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown or "it is empty"
