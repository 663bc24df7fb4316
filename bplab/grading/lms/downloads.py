"""How Canvas, Moodle, Brightspace and Blackboard name the files of *download all submissions*.

Each system puts who handed in, and its own ids, into the names:

canvas      smithjohn_LATE_1234_567890_notebook-1.ipynb
            name, LATE if it was, the user's number, the file's number; -1 for a second try; of an
            anonymous assignment anon_Ab1Cd in place of name and number; what is no file ends in
            1234_text.html or 1234_link.html. All files are of the last attempt.
moodle      John Smith_1234567_assignsubmission_file_/notebook.ipynb, or in one flat name
            name, the participant's number (of this assignment); where groups hand in, the group's
            name and a dash before it, each member with the same files
brightspace 12345-67890 - John Smith - Oct 12, 2026 1159 PM/notebook.ipynb, or in one flat name
            the user's number and the folder's, name, time in the language of who downloads
blackboard  Chapter 1_jsmith_attempt_2026-10-12-23-59-10_notebook.ipynb
            assignment, user name, time; a .txt of the same beginning holds the full name and the
            user name, which may have a _ in it; "attempt" is in the language of who downloads
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from . import dates

SYSTEMS = ("canvas", "moodle", "brightspace", "blackboard")


@dataclass
class Handed:
    """What one learner handed in, as one system downloads it.

    key : what the system tells learners apart by: its number, or the user name
    name : as the system writes it, "" if it does not
    login : the user name, where the system writes it
    files : {file name: Entry} of the newest attempt
    time : of the newest attempt, where the system writes it
    late : True if the system says so
    ids : what is needed for the way back
    earlier : number of earlier attempts that were left aside
    before : {file name: Entry} of these, the newest of each name
    shorter : what else the name may be: without the group that Moodle writes before it
    """

    system: str
    key: str
    name: str = ""
    login: str = ""
    files: dict = field(default_factory=dict)
    time: datetime | None = None
    late: bool = False
    ids: dict = field(default_factory=dict)
    earlier: int = 0
    before: dict = field(default_factory=dict)
    shorter: list = field(default_factory=list)


_CANVAS = re.compile(
    r"(?:(?:LATE_)?anon_(?P<anon>[A-Za-z0-9]+)|(?P<name>[^/]+?)_(?:LATE_)?(?P<user>\d+))_"
    r"(?:(?P<number>\d+)_(?P<file>[^/]+)|(?P<words>text|link)\.html)"
)
_MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_"
    r"(?P<kind>file|onlinetext)(?:_/|/|_)(?P<file>.+)"
)
_BRIGHTSPACE = re.compile(
    r"(?P<user>\d+)-(?P<folder>\d+) ?- ?(?P<name>.+?) ?- ?"
    rf"(?P<time>{dates.TIME})(?:/| ?- ?)(?P<file>.+)"
)
_BLACKBOARD = re.compile(
    r"(?P<assignment>.+)_(?P<login>[^_/]+)_[^\W\d_]+_"
    r"(?P<time>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>[^/]+)|\.txt)"
)
_AGAIN = re.compile(r"-\d{1,2}(?=\.[^.]+$)")  # Canvas numbers a second try


def recognise(entries, notebooks=()):
    """(system, [Handed, ...], entries that fit nobody) of the files in an archive.

    The system is the one that most names fit; "" if none fits any. notebooks : names of the
    assignment's, which are no second tries though they may end in a number
    """
    inner = _without_common_folder(entries)
    readers = {
        "moodle": _moodle,
        "brightspace": _brightspace,
        "blackboard": _blackboard,
        "canvas": lambda inner: _canvas(inner, notebooks),
    }
    best, left = ("", []), [entry for _, entry in inner]
    for system, reader in readers.items():
        handed, unmatched = reader(inner)
        if handed and len(unmatched) < len(left):
            best, left = (system, handed), unmatched
    return *best, [entry for entry in left if entry.name not in ("index.html", "manifest.json")]


def _without_common_folder(entries):
    """(path, entry) with the one folder that holds all others taken off."""
    firsts = {entry.parts[0] for entry in entries}
    alone = len(firsts) == 1 and all(len(entry.parts) > 1 for entry in entries)
    name = next(iter(firsts), "")
    if alone and not any(p.match(name + "/x") for p in (_MOODLE, _BRIGHTSPACE)):
        return [(_composed("/".join(entry.parts[1:])), entry) for entry in entries]
    return [(_composed(entry.path), entry) for entry in entries]


def _composed(path):
    """The path with each accent in its letter: a ZIP made on a Mac has them apart."""
    return unicodedata.normalize("NFC", path)


def _canvas(entries, notebooks):
    people, newest, unmatched = {}, {}, []
    for path, entry in entries:
        found = _CANVAS.fullmatch(path)
        if not found:
            unmatched.append(entry)
            continue
        key = found["user"] or f"anon_{found['anon']}"
        ids = {"canvas_user": key} if found["user"] else {}
        one = people.setdefault(key, Handed("canvas", key, found["name"] or "", ids=ids))
        one.late = one.late or "_LATE_" in f"_{path[: found.start('number')]}"
        name = found["file"] or f"{found['words']}.html"
        if not any(name == f"{notebook}.ipynb" for notebook in notebooks):
            name = _AGAIN.sub("", name)
        number = int(found["number"] or 0)
        if name in one.files:
            one.earlier += name.endswith(".ipynb")
            older = entry if number < newest[key, name] else one.files[name]
            one.before[name] = older
        if number >= newest.get((key, name), 0):
            one.files[name], newest[key, name] = entry, number
    return list(people.values()), unmatched


def _moodle(entries):
    people, unmatched = {}, []
    for path, entry in entries:
        found = _MOODLE.fullmatch(path)
        if not found:
            unmatched.append(entry)
            continue
        number = found["participant"]
        one = people.setdefault(
            number,
            Handed(
                "moodle", number, found["name"].strip(), ids={"identifier": f"Participant {number}"}
            ),
        )
        if found["kind"] == "file":
            one.files[found["file"].rpartition("/")[2]] = entry
    _without_names(people.values())
    _without_groups(people.values())
    return list(people.values()), unmatched


def _without_names(handed):
    """Who hands in blind is *participant*, in the language of who downloads."""
    names = {one.name.lower() for one in handed}
    if "participant" in names or (len(names) == 1 and len(handed) > 1):
        for one in handed:
            one.name = ""


def _without_groups(handed):
    """What names are without a group before them: one that several have, or everybody has one."""
    cuts = {one.key: [m.start() for m in re.finditer("-", one.name)] for one in handed}
    members = Counter(one.name[:at] for one in handed for at in cuts[one.key])
    everybody = len(cuts) > 1 and all(cuts.values())
    for one in handed:
        one.shorter = [
            one.name[at + 1 :].strip()
            for at in cuts[one.key]
            if everybody or members[one.name[:at]] > 1
        ]


def _brightspace(entries):
    attempts, unmatched = [], []
    for path, entry in entries:
        found = _BRIGHTSPACE.fullmatch(path)
        if not found:
            unmatched.append(entry)
            continue
        attempts.append((found["user"], found["name"], dates.read(found["time"]), found, entry))
    people = {}
    for user, name, time, found, entry in attempts:
        one = people.setdefault(user, Handed("brightspace", user, name.strip()))
        one.ids = {"brightspace_user": user, "folder": found["folder"]}
        _newest(one, time, found["file"].rpartition("/")[2], entry)
    return list(people.values()), unmatched


def _blackboard(entries):
    people, unmatched, attempts = {}, [], []
    for path, entry in entries:
        found = _BLACKBOARD.fullmatch(path.rpartition("/")[2])
        if found:
            attempts.append((found, entry))
        else:
            unmatched.append(entry)
    about = {_beginning(f): _who(entry) for f, entry in attempts if f["file"] is None}
    for found, entry in attempts:
        beginning, login = _beginning(found), found["login"]
        name, written = about.get(beginning, ("", ""))
        if written and beginning.endswith(f"_{written}"):
            login = written  # there may be a _ in it
        one = people.setdefault(login, Handed("blackboard", login, name, login))
        one.ids = {"username": login, "assignment": beginning.removesuffix(f"_{login}")}
        if found["file"] is not None:
            time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S")
            _newest(one, time, found["file"], entry)
    return [one for one in people.values() if one.files or one.name], unmatched


def _beginning(found):
    return f"{found['assignment']}_{found['login']}"


def _newest(one, time, name, entry):
    """Keep the files of the newest attempt."""
    if one.time is not None and time is not None and time < one.time:
        one.earlier += name.endswith(".ipynb")
        one.before.setdefault(name, entry)
        return
    if one.time is not None and time is not None and time > one.time:
        one.before |= one.files
        one.earlier, one.files = one.earlier + bool(one.files), {}
    one.time = time or one.time
    if time is None and name in one.files:  # of two whose times nobody can read
        one.earlier += name.endswith(".ipynb")
        one.before[name] = one.files[name]
    one.files[name] = entry


def _who(entry):
    """(name, user name) in the text beside an attempt, whose first line says 'Name: Jo Smith (jo)',
    in some language."""
    text = entry.read().decode("utf-8-sig", "replace")
    found = re.match(
        r"\s*[^:\n]+:[^\S\n]*(.+?)[^\S\n]*(?:\(([^()\n]*)\))?[^\S\n]*$", text, re.MULTILINE
    )
    return (found[1], found[2] or "") if found else ("", "")
