"""Find the notebook in a folder that a learner handed in, following no link and opening no pipe."""

import contextlib
import difflib
import errno
import itertools
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from . import elsewhere
from .reading import MAX_BYTES, Unreadable, decode, read

MAX_FILES = 200
MAX_LOOKED_AT = 10


@dataclass
class Found:
    """The bytes handed in, or why there are none; `notes` say which file was taken and why.

    elsewhere : {another file: answers in it that the notebook asks for and these bytes lack}
    """

    raw: bytes | None
    notes: list[str]
    reason: str | None = None
    timestamp: str | None = None
    secret: str | None = None  # nbgrader's, that a submission's feedback is named after
    elsewhere: dict[str, list[str]] = field(default_factory=dict)


_NBGRADERS = ("timestamp.txt", "submission_secret.txt")
_RENAMED = (".ipynb.txt", ".ipynb.json", ".json")  # as browsers do
_FUNCTION = re.compile(r"^(?:def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass
class _Wanted:
    """The notebook that is looked for. asked: of each of the chapter's, its solution cells.

    checked: of each, the exercises that its test cells examine, whatever its stubs say
    """

    name: str
    asked: dict[str, dict[str, str]]
    checked: dict[str, set[str]]

    def names(self, notebook):
        """What a notebook leaves to be written."""
        return elsewhere.asked_by(self.asked[notebook]) | self.checked.get(notebook, set())

    @property
    def is_one_of_several(self):
        return len(self.asked) > 1


def find(
    folder: Path,
    name: str,
    stubs: dict[str, str],
    siblings: dict | None = None,
    checked: dict[str, set[str]] | None = None,
) -> Found:
    """The notebook in a submitted folder: `name`, or whichever has most answers in it.

    stubs: released source of every solution cell, by grade_id. siblings: the same of the chapter's
    other notebooks, by name; a file that answers one of these is not taken. checked: of each
    notebook, the exercises that it examines. The folder and the one above it (the learner's) may
    not be links, nor may anything in it.
    """
    asked = {f"{other}.ipynb": theirs for other, theirs in (siblings or {}).items()}
    names = {f"{other}.ipynb": theirs for other, theirs in (checked or {}).items()}
    wanted = _Wanted(f"{name}.ipynb", {f"{name}.ipynb": stubs, **asked}, names)
    try:
        home = _open_folder(folder)
    except Unreadable as error:
        return Found(None, [], str(error))
    try:
        return _find_in(home, wanted)
    finally:
        os.close(home)


def _open_folder(folder):
    folder = Path(folder)
    if not hasattr(os, "O_NOFOLLOW") or os.open not in os.supports_dir_fd:
        raise Unreadable("This system cannot open folders safely; grade on Linux or macOS.")
    parts = folder.parts[-2:]
    at = os.open(folder.parent.parent, os.O_RDONLY)
    for part in parts:
        try:
            inner = os.open(part, _DIRECTORY, dir_fd=at)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
                raise Unreadable(
                    "The submitted folder is a link or a file; links are not followed."
                ) from None
            raise Unreadable(f"The submitted folder cannot be opened: {error.strerror}.") from None
        finally:
            os.close(at)
        at = inner
    return at


def _find_in(home, wanted):
    names, others, folders, notes = _listed(home, wanted.name)
    if not names or wanted.is_one_of_several:
        names = names + [other for other in others if other.lower().endswith(_RENAMED)]
    found = _best(home, names, wanted) if names else None
    found = found or _in_a_folder(home, folders, wanted)
    found = found or Found(None, [], _nothing(names, [*others, *folders], wanted))
    found.notes[:0] = notes
    found.elsewhere = _elsewhere(home, names, folders, found.raw, wanted)
    name, taken = wanted.name.removesuffix(".ipynb"), found.raw is not None
    found.notes += elsewhere.said(found.elsewhere, name, taken)
    found.timestamp = _read_small(home, "timestamp.txt")
    secret = _read_small(home, "submission_secret.txt") or ""
    found.secret = secret if re.fullmatch(r"[0-9a-fA-F]{16,256}", secret) else None
    return found


def _listed(home, wanted):
    """Names of notebooks, of other files and of folders in an open folder; notes."""
    names, others, folders, notes = [], [], [], []
    with os.scandir(home) as entries:
        for count, entry in enumerate(entries):
            if count >= MAX_FILES:
                notes.append(f"The folder holds more than {MAX_FILES} files; the rest was ignored.")
                break
            if entry.name.startswith(".") or entry.name in _NBGRADERS:
                continue
            if entry.name.lower().endswith(".ipynb"):
                names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                others.append(entry.name)
    if wanted not in names and _is_there(home, wanted):
        names.append(wanted)
    return names, sorted(others), sorted(folders), notes


def _best(home, names, wanted):
    """The named notebook; one with more answers if that has none or cannot be read.

    None if all that is there belongs to the chapter's other notebooks.
    """
    best, reason, name = None, None, wanted.name
    for other in sorted(names, key=lambda one: _turn(one, wanted))[:MAX_LOOKED_AT]:
        try:
            raw = _read_file(home, other)
            worth, owner = (0, 0), name
            if len(names) > 1 or wanted.is_one_of_several:
                worth, owner = _worth_and_owner(raw, other, wanted)
        except Unreadable as error:
            if other == name or other not in wanted.asked:
                reason = reason or str(error)
            continue
        if owner != name and other != name:
            continue
        if owner != name:  # a sibling's answers under this name: if there is nothing better
            worth = (-1, 0)
        if best is None or worth > best[1]:
            best = (raw, worth, other)
        if other == name and worth[0] > 0:
            break
    if best is None:
        return Found(None, [], reason) if reason else None
    notes, shown = [], ascii(best[2][:80])
    if best[2] != name and name in names and not reason:
        notes.append(f"{name!r} has no answers in it; {shown} has, and was graded.")
    elif best[2] != name:
        notes.append(f"The notebook is called {shown} instead of {name!r}; it was graded anyway.")
        if reason:
            notes.append(f"Another file could not be read. {reason}")
    return Found(best[0], notes)


def _turn(other, wanted):
    """The named one first, then one of another spelling; those named after siblings last."""
    name = wanted.name
    return (other != name, other.lower() != name.lower(), other in wanted.asked, other)


def _worth_and_owner(raw, file, wanted):
    """What a file is worth as the wanted notebook, and which of the chapter's notebooks it is.

    That goes by its answers, then its cells, then its name.
    """
    pieces = read(raw).pieces
    worth = {name: _worth(pieces, stubs) for name, stubs in wanted.asked.items()}

    def claim(name):
        alike = difflib.SequenceMatcher(None, name.lower(), file.lower()).ratio()
        return (name == file and worth[name][0] > 0, worth[name], name == file, alike)

    return worth[wanted.name], max(sorted(worth), key=claim)


def _worth(pieces, stubs):
    """How many answers a notebook has, and how many of the cells for them."""
    asked = {stub.strip() for stub in stubs.values()}
    names = {name for stub in asked for name in _FUNCTION.findall(stub)}
    sources = [piece.source for piece in pieces if piece.source.strip() not in asked]
    written = {name for source in sources for name in _FUNCTION.findall(source)}
    return len(names & written), len({piece.grade_id for piece in pieces} & set(stubs))


def _in_a_folder(home, folders, wanted):
    """A notebook that was handed in with the folder it lies in."""
    for folder in folders[:10]:
        try:
            inner = os.open(folder, _DIRECTORY, dir_fd=home)
        except OSError:
            continue
        try:
            names = _listed(inner, wanted.name)[0]
            found = _best(inner, names, wanted) if names else None
        finally:
            os.close(inner)
        if found:
            shown = ascii(folder[:80])
            found.notes.insert(0, f"The notebook was in a folder, {shown}; it was graded anyway.")
            return found
    return None


def _elsewhere(home, names, folders, taken, wanted):
    """Answers that the notebook asks for and what was taken for it lacks, by the file they are in.

    What the notebook that this other file is asks for itself is an answer there.
    """
    if taken is not None and len(names) == 1 and not folders:  # there is no other file
        return {}
    stubs, found = wanted.asked[wanted.name], {}
    missing = wanted.names(wanted.name) - _written(taken, stubs)
    files = _read_all(home, names, folders) if missing else ()
    for file, raw in itertools.islice(files, MAX_LOOKED_AT):
        if raw == taken:
            continue
        try:
            owner = _worth_and_owner(raw, os.path.basename(file), wanted)[1]
        except Unreadable:
            continue
        there = missing & _written(raw, stubs | wanted.asked[owner])
        there -= set() if owner == wanted.name else wanted.names(owner)
        if there:
            found[file] = sorted(there)
            missing -= there
    return found


def _written(raw, stubs):
    try:
        return elsewhere.written(read(raw).pieces, stubs) if raw else set()
    except Unreadable:
        return set()


def _read_all(home, names, folders):
    """Name and bytes of each notebook in a submission, those in its folders too."""
    for name in names:
        with contextlib.suppress(Unreadable):
            yield name, _read_file(home, name)
    for folder in folders:
        try:
            inner = os.open(folder, _DIRECTORY, dir_fd=home)
        except OSError:
            continue
        try:
            for name in _listed(inner, "")[0]:
                with contextlib.suppress(Unreadable):
                    yield f"{folder}/{name}", _read_file(inner, name)
        finally:
            os.close(inner)


def _nothing(names, others, wanted):
    told, others = "No notebook (.ipynb file) was handed in", list(dict.fromkeys(names + others))
    if wanted.is_one_of_several:
        told = f"{wanted.name!r} was not handed in"
    if not others:
        return f"{told}."
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return f"{told}, only {', '.join(ascii(other[:80]) for other in others[:3])}{more}."


def _is_there(home, name):
    try:
        os.lstat(name, dir_fd=home)
    except OSError:
        return False
    return True


def _read_file(home, name, limit=MAX_BYTES):
    try:
        handle = os.open(name, _FILE, dir_fd=home)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Unreadable("The notebook is a link; links are not followed.") from None
        raise Unreadable(f"The notebook cannot be opened: {error.strerror}.") from None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise Unreadable("The notebook is not an ordinary file (a pipe, device or folder).")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit + 1)
    finally:
        os.close(handle)


def _read_small(home, name):
    try:
        return decode(_read_file(home, name, 1000)[:1000])[0].strip() or None
    except Unreadable:
        return None
