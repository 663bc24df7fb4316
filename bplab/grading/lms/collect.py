"""`bplab collect`: a download of an LMS becomes `submitted/STUDENT/CHAPTER/`, ids kept."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .. import nbgrader_light
from ..book.gradebook import open_gradebook
from ..course import CourseError
from ..submission.plan import is_graded
from . import archive, downloads, people, sheets, times

KEPT = ".lms"  # in the course's folder: ids for the way back, a file per chapter
EARLIER = "earlier"  # what a later hand-in replaced
MAX_FILES = 50
MAX_BYTES = 256 * 2**20  # of one learner's files, unpacked
MAX_DEPTH = 3  # ZIPs within ZIPs


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
    renamed: list = field(default_factory=list)  # the same, by a number under another name
    empty: list = field(default_factory=list)  # handed in no notebook
    fewer: list = field(default_factory=list)  # fewer notebooks than the chapter has
    notes: list = field(default_factory=list)
    timed: datetime | None = None  # a time of hand-in on a wall's clock, if there are any
    from_table: int = 0  # learners whose time is of the table
    untimed: list = field(default_factory=list)  # learners of whom the table has none


def collect(
    course, chapter, file, given=None, dry_run=False, on_each=lambda student: None, when=None
):
    """Read a download into the course; a Collected. Nothing that was handed in is lost.

    given : {name or number of the LMS: student id}, for whom it cannot match by itself
    when : {name, number or id: time of hand-in}, see `times.read`; goes before the system's own
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
            if when and one.student:
                _set_time(one, when, found)
            _take(course, chapter, one, found, known, dry_run, names)
    if not dry_run:
        _enter(course, [one for one in matches if one.student])
        _write_ids(course, chapter, known)
    return found


def _set_time(one, when, found):
    time = times.of(one.handed, one.student, when)
    if time is None:
        found.untimed.append(one.student)
    else:
        one.handed.time, found.from_table = time, found.from_table + 1


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
    if handed.time is not None and handed.time.tzinfo is None:
        found.timed = found.timed or handed.time
    if handed.late:
        found.late.append(one.student)
    if one.by == "name":
        found.by_name.append((one.student, name))
    if one.renamed:
        found.renamed.append((one.student, name))
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
    if dry_run:
        return
    if state == "same":
        _write_time(folder, handed)
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
    files, left = {}, [MAX_BYTES]
    for name, entry in list(entries.items())[:MAX_FILES]:
        try:
            raw = _bytes(entry, left)
            if name.lower().endswith(".zip"):
                for inside, content in _unpacked(raw, left, found, student).items():
                    _add(files, inside, content)
            else:
                _add(files, name, raw)
        except archive.ArchiveError as error:
            found.notes.append(f"{student}: {error}")
    return files


def _bytes(entry, left):
    """The bytes of an entry, as long as the learner's share lasts. left : [bytes of it]"""
    if not left[0]:
        raise archive.ArchiveError(
            f"{entry.path!r} was left out: the files unpack to more than {MAX_BYTES // 2**20} MB."
        )
    try:
        raw = entry.read(left[0]) if left[0] < archive.MAX_FILE else entry.read()
    except archive.ArchiveError:
        left[0] = max(0, left[0] - entry.size)
        raise
    left[0] -= len(raw)
    return raw


def _unpacked(raw, left, found, student, depth=1):
    """{name: bytes} of a ZIP and of the ZIPs in it."""
    opened, inner = archive.entries(raw)
    files: dict = {}
    with opened:
        if len(inner) > MAX_FILES:
            found.notes.append(f"{student}: only the first {MAX_FILES} of {len(inner)} files.")
        for entry in inner[:MAX_FILES]:
            is_zip = entry.name.lower().endswith(".zip")
            try:
                raw = _bytes(entry, left)
                if is_zip and depth < MAX_DEPTH:
                    within = _unpacked(raw, left, found, student, depth + 1)
                else:
                    within = {entry.name: raw}
                for name, content in within.items():
                    _add(files, name, content)
            except archive.ArchiveError as error:
                found.notes.append(f"{student}: {error}")
    return files


def _add(files, name, raw):
    """A file among others; if another has its name already, it gets a number."""
    name, number = _plain(name), 2
    stem, dot, ending = name.rpartition(".")
    while name in files and files[name] != raw:
        name = f"{stem}-{number}.{ending}" if dot else f"{ending}-{number}"
        number += 1
    files[name] = raw


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
    _write_time(part, handed)
    part.rename(folder)


def _write_time(folder, handed):
    if handed.time is None:
        return
    # They write the clock on the wall; nbgrader reads UTC.
    stamp = handed.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    path = folder / "timestamp.txt"
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return
    if not path.exists() or path.read_bytes() != stamp.encode():
        path.write_text(stamp)


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
    rows = sheets.read(path).rows
    if any(len(row) < 2 for row in rows):
        raise CourseError(f"{path} should have two columns: as the LMS writes it, student id.")
    return {row[0].strip(): row[1].strip() for row in rows}


def _some(entries):
    shown = ", ".join(repr(entry.path[:60]) for entry in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown or "it is empty"
