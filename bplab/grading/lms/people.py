"""Who is who: the learners of a download beside the course's own list."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Match:
    """The student a `Handed` belongs to, and by what it was found; student None if nobody.

    instead: of the same student, that counts in its place, or None
    renamed: found by a number, of a student whose name here is another
    """

    handed: object
    student: str | None
    by: str = ""
    new: bool = False
    instead: object = None
    renamed: bool = False


_CERTAIN = ("your list", "the system's number")  # by what a student was found, the surest first


def match(handed, roster, given=None):
    """A Match for each of `handed`.

    roster : list of dicts id, first_name, last_name, email, lms_user_id
    given : {key or name: student id}, which decides before anything else

    A name decides only where it is one person's. If the roster is empty, everybody is new, under
    a name made from the download.
    """
    finders = _finders(roster)
    found = [_one(one, finders, given or {}, bool(roster)) for one in handed]
    taken = {}
    for one in found:
        taken.setdefault(one.student, []).append(one)
    return [_once(one, taken[one.student]) for one in found]


def _once(one, same):
    """One, unless the same student was found for others, too: then what is certain counts."""
    if one.student is None or len(same) == 1:
        return one
    for by in _CERTAIN:
        surest = [other for other in same if other.by == by]
        if surest == [one]:
            return one
        if len(surest) == 1:
            return Match(one.handed, None, one.student, instead=surest[0])
        if surest:
            break
    found = " and ".join(f"{other.handed.key!r} (by {other.by})" for other in same)
    return Match(one.handed, None, f"{one.student} was found twice, as {found}")


def _one(one, finders, given, listed):
    for key in (one.key, one.login, one.name):
        if key and key in given:
            return Match(one, given[key], "your list")
    shared = ()
    for by, value in (
        ("the system's number", one.key),
        ("user name", one.login),
        ("user name", one.key if one.system == "blackboard" else ""),
        ("email", one.login),
        ("name", letters(one.name)),
        ("name", "".join(sorted(words(one.name)))),
        ("user name", one.name),
        *(("name", letters(name)) for name in one.shorter),
        *(("name", "".join(sorted(words(name)))) for name in one.shorter),
    ):
        students = finders.get((by, same(value)), ()) if value else ()
        if len(students) == 1:
            (student,) = students
            other = by == "the system's number" and _has_another_name(one, student, finders)
            return Match(one, student, by, renamed=other)
        shared = shared or students
    if shared:
        who = ", ".join(sorted(shared))
        return Match(one, None, f"{len(shared)} in the course have that name: {who}")
    if listed:
        return Match(one, None, "nobody of that name is in the course")
    return Match(one, made_id(one), "new", new=True)


def _has_another_name(one, student, finders):
    """Whether both write a name, and not the same: a group's, say, or a former one."""
    here = {value for (by, value), ids in finders.items() if by == "name" and student in ids}
    there = {same(letters(one.name)), same("".join(sorted(words(one.name))))}
    return bool(here and one.name) and not here & there


def _finders(roster):
    """{(by, value): students}"""
    found = {}
    for person in roster:
        first, last = person.get("first_name") or "", person.get("last_name") or ""
        email = person.get("email") or ""
        keys = {
            ("the system's number", str(person.get("lms_user_id") or "")),
            ("user name", person["id"]),
            ("user name", email.partition("@")[0]),
            ("email", email),
            ("name", letters(last + first)),
            ("name", letters(first + last)),
            ("name", "".join(sorted(words(f"{first} {last}")))),
        }
        for by, value in keys:
            if value:
                found.setdefault((by, same(value)), set()).add(person["id"])
    return found


def same(value):
    """One form for small and capital letters, and for both codes of an accent."""
    return unicodedata.normalize("NFKC", str(value)).strip().casefold()


def letters(name):
    """A name as Canvas writes it in file names: letters and digits only, small, no accents."""
    plain = unicodedata.normalize("NFKD", str(name)).casefold()
    return "".join(c for c in plain if c.isalnum())


def words(name):
    return [letters(word) for word in re.split(r"[\s,]+", str(name)) if letters(word)]


def made_id(one):
    """A folder's name for a learner who is in no list."""
    name = one.login or "-".join(words(one.name)) or f"{one.system}-{one.key}"
    name = re.sub(r"[^A-Za-z0-9._@-]+", "-", unicodedata.normalize("NFKC", name)).strip("-.")
    return name[:60] or f"{one.system}-{one.key}"


def split_name(name):
    """(first names, last name) of 'Jo Smith' or 'Smith, Jo'."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()
