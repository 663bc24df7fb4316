"""Downloads and worksheets of people whose LMS does not speak English."""

import unicodedata
import zipfile
from datetime import datetime

import pytest

from bplab.grading.lms import archive, dates, downloads, times

SAID = {
    "Oct 2, 2026 959 AM": datetime(2026, 10, 2, 9, 59),
    "12 October, 2026 11:59 PM": datetime(2026, 10, 12, 23, 59),
    "Thursday, 12 November 2026, 12:05 AM": datetime(2026, 11, 12, 0, 5),
    "Donnerstag, 12. November 2026, 23:59": datetime(2026, 11, 12, 23, 59),
    "Dienstag, 3. März 2026, 08:05 Uhr": datetime(2026, 3, 3, 8, 5),
    "mardi 3 mars 2026, 08:05": datetime(2026, 3, 3, 8, 5),
    "12 août 2026 à 23 h 59": datetime(2026, 8, 12, 23, 59),
    unicodedata.normalize("NFD", "12 août 2026 23 h 59"): datetime(2026, 8, 12, 23, 59),
    "jueves, 12 de noviembre de 2026, 23:59": datetime(2026, 11, 12, 23, 59),
    "5 juin 2026, 00:10": datetime(2026, 6, 5, 0, 10),
    "14 juil. 2026 8 h 05": datetime(2026, 7, 14, 8, 5),
    "12 października 2026, 23:59": datetime(2026, 10, 12, 23, 59),
    "12.10.2026, 23:59:10": datetime(2026, 10, 12, 23, 59, 10),
    "2026年11月12日(木曜日) 23:59": datetime(2026, 11, 12, 23, 59),
    "2026-10-12 23:59": datetime(2026, 10, 12, 23, 59),
    "10/12/2026 11:59 PM": datetime(2026, 10, 12, 23, 59),
    "10/12/2026 23:59": None,  # the tenth of December, or the twelfth of October
    "12 lokakuu 2026 10:00": None,
    "32 May 2026 10:00": None,
    "12 May 2026 25:00": None,
    "12 Oct 2026": None,
    "soon": None,
}


@pytest.mark.parametrize("text", SAID)
def test_a_time_is_read_or_it_is_not(text):
    assert dates.read(text) == SAID[text]


def handed(tmp_path, files):
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    opened, entries = archive.entries(tmp_path / "d.zip")
    with opened:
        system, people, strange = downloads.recognise(entries)
        assert not strange
        texts = {one.key: {n: e.read().decode() for n, e in one.files.items()} for one in people}
    return system, {one.key: one for one in people}, texts


def test_brightspace_in_french(tmp_path):
    files = {
        "index.html": "x",
        "12-77 - Zoé Dupont - 12 oct. 2026 23 h 59/a.ipynb": "last",
        "12-77 - Zoé Dupont - 11 oct. 2026 23 h 59/a.ipynb": "first",
        "13-77 - Max-Paul Roy - 3 nov. 2026 8 h 05 - part-1 - b.ipynb": "flat",
    }
    for form in ("NFC", "NFD"):
        as_written = {unicodedata.normalize(form, name): text for name, text in files.items()}
        system, people, texts = handed(tmp_path, as_written)
        assert system == "brightspace" and people["12"].name == "Zoé Dupont"
        assert people["12"].time == datetime(2026, 10, 12, 23, 59) and people["12"].earlier == 1
        assert texts["12"] == {"a.ipynb": "last"}
        assert people["13"].name == "Max-Paul Roy" and texts["13"] == {"part-1 - b.ipynb": "flat"}


def test_of_two_whose_times_nobody_can_read_both_are_known(tmp_path):
    files = {
        "12-77 - Aino Virta - 11 lokakuu 2026 10:00/a.ipynb": "one",
        "12-77 - Aino Virta - 12 lokakuu 2026 10:00/a.ipynb": "two",
    }
    _, people, texts = handed(tmp_path, files)
    assert people["12"].time is None and people["12"].earlier == 1
    assert texts["12"] == {"a.ipynb": "two"} and list(people["12"].before) == ["a.ipynb"]


def test_blackboard_in_spanish_and_a_user_name_with_a_line_in_it(tmp_path):
    start = "Cap 1_jo_smith_intento_2026-10-12-23-59-10"
    files = {
        f"{start}_nb.ipynb": "last",
        f"{start}.txt": "Nombre: Jo Smith (jo_smith)\nTarea: Cap 1 (x)\n",
        "Cap 1_jo_smith_intento_2026-10-11-23-59-10_nb.ipynb": "first",
        "Cap 1_ana_intento_2026-10-11-23-59-10_nb.ipynb": "ana",
    }
    system, people, texts = handed(tmp_path, files)
    assert system == "blackboard" and sorted(people) == ["ana", "jo_smith"]
    assert people["jo_smith"].name == "Jo Smith" and people["jo_smith"].earlier == 1
    assert people["jo_smith"].ids == {"username": "jo_smith", "assignment": "Cap 1"}
    assert texts == {"jo_smith": {"nb.ipynb": "last"}, "ana": {"nb.ipynb": "ana"}}


def test_who_hands_in_blind_has_no_name_in_any_language(tmp_path):
    files = {f"Teilnehmerin_{n}_assignsubmission_file_/a.ipynb": "x" for n in (501, 502)}
    _, people, _ = handed(tmp_path, files)
    assert [one.name for one in people.values()] == ["", ""]
    _, people, _ = handed(tmp_path, {"Jo Smith_501_assignsubmission_file_/a.ipynb": "x"})
    assert people["501"].name == "Jo Smith"


def test_a_german_worksheet_has_the_times(tmp_path):
    head = (
        "ID-Nummer,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
        "Bewertung kann geändert werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),"
        "Feedback als Kommentar\n"
    )
    row = 'Teilnehmer/in{0},{1},{0}@x.de,Abgegeben,,"13,00",Ja,"{2}","{3}",\n'
    table = tmp_path / "w.csv"
    table.write_text(
        head
        + row.format(501, "Jo Smith", "Donnerstag, 12. November 2026, 23:59", "-")
        + row.format(502, "Zoë Öz", "-", "Freitag, 13. November 2026, 08:00")
    )
    when = times.read(table)
    assert when["501"] == datetime(2026, 11, 12, 23, 59) and "502" not in when
