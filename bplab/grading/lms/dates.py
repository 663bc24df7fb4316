"""A day and an hour, as people's systems write them: in numbers, or with the month in words."""

import re
import unicodedata
from datetime import datetime

from . import people

# How the months begin, without accents, in the languages of Europe's larger schools.
_MONTHS = [
    beginnings.split()
    for beginnings in (
        "jan ene gen sty oca",
        "feb fev lut sub",
        "mar mrt maa",
        "apr avr abr kwi nis",
        "may mai maj mei mag",
        "jun juin giu cze haz",
        "jul juil lug lip tem",
        "aug aou ago sie agu",
        "sep set wrz eyl",
        "oct okt out ott paz eki",
        "nov lis kas",
        "dec dez dic des gru ara",
    )
]
_WORD = r"[^\W\d_]+\.?"
_DAY = rf"(?:\d{{1,2}}\.?\s+(?:de\s+)?{_WORD},?\s+(?:de\s+)?|{_WORD}\s+\d{{1,2}},?\s+)\d{{4}}"
_CLOCK = r"\d{1,2}\s?[:.h]?\s?\d{2}(?::\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
TIME = rf"{_DAY},?\s+(?:[^\W\d_]{{1,3}}\s+)?{_CLOCK}"  # such as "12. Oktober 2026, 23:59"

_IN_WORDS = re.compile(rf"(?:.*[\s,])?({_DAY}),?\s+(?:[^\W\d_]{{1,3}}\s+)?({_CLOCK})(?:\s+Uhr)?")
_IN_NUMBERS = (
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\D{1,3}(?P<clock>\d.*)"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}),? (?P<clock>\d.*[AaPp]\.?M)"),
    re.compile(
        r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日\D*(?P<clock>\d.*)"
    ),
)
_PARTS = re.compile(r"(\d{1,2}?)\s?[:.h]?\s?(\d{2})(?::(\d{2}))?\s?([AaPp]?)[\s.Mm]*")


def read(text):
    """The datetime that a text says, or None. Of 3/4/2026 without AM or PM nobody knows the day."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        if found := _IN_WORDS.fullmatch(text):
            return datetime(*_day(found[1]), *_clock(found[2]))
        for pattern in _IN_NUMBERS:
            if found := pattern.fullmatch(text):
                day = (int(found[part]) for part in ("year", "month", "day"))
                return datetime(*day, *_clock(found["clock"]))
    except (ValueError, LookupError):
        pass
    return None


def _day(text):
    """(year, month, day) of a day whose month is a word."""
    day, year = (int(number) for number in re.findall(r"\d+", text))
    word = next(word for word in people.words(re.sub(r"[\d.]", " ", text)) if word != "de")
    starts = [month for month, known in enumerate(_MONTHS, 1) if word.startswith(tuple(known))]
    return year, starts[0], day


def _clock(text):
    """(hour, minute, second)"""
    found = _PARTS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), found[4].lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return hour, minute, second
