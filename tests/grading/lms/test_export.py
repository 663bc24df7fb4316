"""Grades on their way out: each file is read back as that system's documented import reads it."""

import csv
import html
import io

import pytest

from bplab.grading.book.grades import Grades, Standing
from bplab.grading.course import CourseError
from bplab.grading.lms import fill, formats, sheets
from bplab.grading.lms.commands import _how_many

PEOPLE = [
    ("jsmith", "John", "Smith", "john@x.org", "1234"),
    ("agarcia", "Ana María", "García López", "ana@x.org", "77"),
    ("zoe", "Zoë", "No Work", "zoe@x.org", "80"),
]


@pytest.fixture
def grades():
    students = [
        dict(zip(("id", "first_name", "last_name", "email", "lms_user_id"), p, strict=True))
        for p in PEOPLE
    ]
    standings = {
        ("ch1", "jsmith"): Standing(7.5, 7.5, feedback="sigmoid 1/1.", exercises={"a": (1, 1)}),
        ("ch1", "agarcia"): Standing(
            4.0, 5.0, 1.0, feedback="By hand: essay 2/4.", exercises={"a": (0, 1), "b": (4, 7)}
        ),
        ("ch2", "jsmith"): Standing(3.0, 3.0, exercises={"a": (3, 3)}),
    }
    return Grades({"ch1": 8.0, "ch2": 3.0}, {"ch1": None, "ch2": None}, students, standings)


def one(grades, chapter):
    return Grades({chapter: grades.points[chapter]}, grades.due, grades.students, grades.standings)


def rows(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def sheet(text, tmp_path, encoding="utf-8"):
    path = tmp_path / "theirs.csv"
    path.write_bytes(text.encode(encoding))
    return sheets.read(path)


# Importers as documented. Each gives {learner: {item: score}} of what would be entered.


def canvas_import(text):
    """By ID, else SIS Login ID; a heading *Title (number)* is an assignment that exists; an empty
    cell changes nothing; rows of *Points Possible* and of posting are no learners."""
    header, *body = rows(text)
    assert header[0] == "Student" and "SIS Login ID" in header and "Section" in header
    at, start = header.index("SIS Login ID"), header.index("Section") + 1
    entered = {}
    for row in body:
        if row[0].strip() == "Points Possible" or "Manual Posting" in row:
            continue
        key = row[header.index("ID")] or row[at]
        assert key, row
        found = {header[i]: float(row[i]) for i in range(start, len(row)) if row[i] != ""}
        entered[key] = found
    return entered


def moodle_worksheet_import(text):
    """By Identifier; Grade and Feedback comments are read; *Grade can be changed* must be Yes."""
    entered = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row["Grade"]:
            assert row["Grade can be changed"] == "Yes"
            entered[row["Identifier"]] = (float(row["Grade"]), row["Feedback comments"])
    return entered


def brightspace_import(text):
    """Username or OrgDefinedId first; headings end in *Points Grade*; every row ends in #."""
    header, *body = rows(text)
    assert header[-1] == "End-of-Line Indicator"
    entered = {}
    for row in body:
        assert row[-1] == "#" and len(row) == len(header)
        record = dict(zip(header, row, strict=True))
        key = (record.get("OrgDefinedId") or record.get("Username")).lstrip("#")
        assert key
        entered[key] = {
            name: float(value)
            for name, value in record.items()
            if "Points Grade" in name and value != ""
        }
    return entered


def blackboard_import(text, delimiter):
    """By Username; *|number* at the end of a heading is a column that exists."""
    header, *body = rows(text, delimiter)
    at = header.index("Username")
    columns = [i for i, name in enumerate(header) if "[Total Pts:" in name]
    return {row[at]: {header[i]: float(row[i]) for i in columns if row[i] != ""} for row in body}


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,One neuron (555),Essay (556),Final Score\r\n"
    ",,,,,Manual Posting,,(read only)\r\n"
    "    Points Possible,,,,,8,20,(read only)\r\n"
    '"Smith, John",1234,,js,Monday,,11,50\r\n'
    '"García López, Ana María",77,,ag,Monday,2,12,50\r\n'
    '"Else, Somebody",99,,se,Monday,1,13,50\r\n'
)


def test_canvas_columns_that_exist_are_filled_and_no_other_is_touched(grades, tmp_path):
    done = fill.fill(one(grades, "ch1"), "canvas", sheet(CANVAS, tmp_path), {"ch1": "One neuron"})
    entered = canvas_import(sheets.written(done.sheet.rows))
    assert entered == {
        "1234": {"One neuron (555)": 7.5},
        "77": {"One neuron (555)": 4.0},
        "99": {"One neuron (555)": 1.0},
    }
    assert done.unknown == 1 and done.missing == []


@pytest.mark.parametrize("named", ["555", "One neuron (555)", "one NEURON"])
def test_a_column_is_named_by_number_or_title(grades, tmp_path, named):
    done = fill.fill(one(grades, "ch1"), "canvas", sheet(CANVAS, tmp_path), {"ch1": named})
    assert done.columns == {"ch1": "One neuron (555)"}


def test_a_column_that_is_not_there_is_told_with_those_that_are(grades, tmp_path):
    with pytest.raises(CourseError, match=r"which column is ch1.*'One neuron \(555\)'"):
        fill.fill(one(grades, "ch1"), "canvas", sheet(CANVAS, tmp_path))


def test_two_chapters_never_share_a_column(grades, tmp_path):
    only = "Student,ID,Section,Something (5)\nJ,1234,,\n"  # one column: whose is it?
    with pytest.raises(CourseError, match="ch1 and ch2 would both go into .*Something"):
        fill.fill(grades, "canvas", sheet(only, tmp_path))
    done = fill.fill(one(grades, "ch1"), "canvas", sheet(only, tmp_path))
    assert done.filled == 1


def test_new_columns_for_canvas(grades):
    entered = canvas_import(sheets.written(formats.rows(grades, "canvas")))
    assert entered == {"1234": {"ch1": 7.5, "ch2": 3.0}, "77": {"ch1": 4.0}, "80": {}}


MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (grade),Feedback comments\r\n"
    "Participant 5001,John Smith,,Submitted,,8.00,Yes,-,\r\n"
    "Participant 5002,Ana María García López,ana@x.org,Submitted,,8.00,Yes,-,\r\n"
    "Participant 5003,Zoë No Work,zoe@x.org,No submission,,8.00,Yes,-,\r\n"
)


def test_moodles_worksheet_is_filled_with_words(grades, tmp_path):
    ids = {"ch1": {"jsmith": {"identifier": "Participant 5001"}}}
    done = fill.fill(one(grades, "ch1"), "moodle", sheet(MOODLE, tmp_path), ids=ids)
    entered = moodle_worksheet_import(sheets.written(done.sheet.rows))
    assert entered == {
        "Participant 5001": (7.5, "sigmoid 1/1."),
        "Participant 5002": (4.0, "By hand: essay 2/4."),
    }
    # A dash alone, its word for "never", stays one; and what was filled in is counted.
    assert [row[-2] for row in csv.reader(io.StringIO(sheets.written(done.sheet.rows)))][1:] == [
        "-"
    ] * 3
    assert _how_many(None, done) == "2 scores filled in"


GERMAN = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
    "Bewertung kann geändert werden,Zuletzt geändert (Bewertung),Feedback als Kommentar\r\n"
    'Teilnehmer/in5001,John Smith,a@b.c,Abgegeben,{0},"8,00",Ja,-,\r\n'
    'Teilnehmer/in5002,Ana,ana@x.org,Abgegeben,{0},"8,00",Ja,-,\r\n'
    'Teilnehmer/in5003,Zoë No Work,z@z.z,Keine Abgabe,{0},"8,00",Ja,-,\r\n'
)


@pytest.mark.parametrize("before", ["", '"1,00"'], ids=["ungraded", "all graded alike"])
def test_a_worksheet_in_another_language_is_filled(grades, tmp_path, before):
    ids = {"ch1": {"jsmith": {"identifier": "Participant 5001"}}}
    theirs = sheet(GERMAN.format(before), tmp_path)
    done = fill.fill(one(grades, "ch1"), "moodle", theirs, ids=ids)
    header, *body = rows(sheets.written(done.sheet.rows))
    back = {row[0]: dict(zip(header, row, strict=True)) for row in body}
    assert back["Teilnehmer/in5001"]["Bewertung"] == "7.5"
    assert back["Teilnehmer/in5002"]["Feedback als Kommentar"] == "By hand: essay 2/4."
    assert back["Teilnehmer/in5003"]["Bewertung"] == before.strip('"')
    assert {row["Bestwertung"] for row in back.values()} == {"8,00"} and done.worth == {}


def test_words_for_moodle_are_html_and_lose_nothing(grades, tmp_path):
    grades.standings["ch1", "jsmith"].feedback = "Compare p<y & <b>look</b>."
    ids = {"ch1": {"jsmith": {"identifier": "Participant 5001"}}}
    done = fill.fill(one(grades, "ch1"), "moodle", sheet(MOODLE, tmp_path), ids=ids)
    (_, words) = moodle_worksheet_import(sheets.written(done.sheet.rows))["Participant 5001"]
    assert html.unescape(words) == "Compare p<y & <b>look</b>." and "<" not in words


def test_more_points_than_there_are_to_have_are_told(grades, tmp_path):
    grades.standings["ch1", "jsmith"].score = 9.5  # extra credit
    done = fill.fill(one(grades, "ch1"), "brightspace", sheet(BRIGHTSPACE, tmp_path))
    assert done.above == ["jsmith"]


BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,ch1 Points Grade <Numeric MaxPoints:8>,"
    "Quiz Points Grade <Numeric MaxPoints:3>,End-of-Line Indicator\r\n"
    "#100,#jsmith,Smith,John,,2,#\r\n"
    "#101,#agarcia,García,Ana,,1,#\r\n"
)


def test_brightspace_columns_are_filled(grades, tmp_path):
    done = fill.fill(one(grades, "ch1"), "brightspace", sheet(BRIGHTSPACE, tmp_path))
    entered = brightspace_import(sheets.written(done.sheet.rows))
    name = "ch1 Points Grade <Numeric MaxPoints:8>"
    assert entered == {"100": {name: 7.5}, "101": {name: 4.0}}


def test_new_columns_for_brightspace(grades):
    entered = brightspace_import(sheets.written(formats.rows(grades, "brightspace")))
    assert entered["jsmith"] == {"ch1 Points Grade": 7.5, "ch2 Points Grade": 3.0}
    assert entered["zoe"] == {}


BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"Chapter 1 [Total Pts: 8 Score] |90210"\r\n'
    '"Smith"\t"John"\t"jsmith"\t"1"\t""\t"Yes"\t""\r\n'
    '"García"\t"Ana"\t"agarcia"\t"2"\t""\t"Yes"\t""\r\n'
)


def test_blackboards_tabs_and_utf_16_are_kept(grades, tmp_path):
    theirs = sheet(BLACKBOARD, tmp_path, "utf-16")
    done = fill.fill(one(grades, "ch1"), "blackboard", theirs, {"ch1": "90210"})
    assert (done.sheet.delimiter, done.sheet.encoding) == ("\t", "utf-16")
    text = sheets.written(done.sheet.rows, done.sheet.delimiter)
    name = "Chapter 1 [Total Pts: 8 Score] |90210"
    assert blackboard_import(text, "\t") == {"jsmith": {name: 7.5}, "agarcia": {name: 4.0}}


def test_the_staff_graded_block_of_open_edx_is_filled(grades, tmp_path):
    text = (
        "user_id,username,student_uid,enrolled,track,block_id,title,csum,last_points,points\r\n"
        "7,jsmith,,True,audit,b1,Ch 1,@1a11,,\r\n8,agarcia,,True,audit,b1,Ch 1,@22f2,3,\r\n"
    )
    done = fill.fill(one(grades, "ch1"), "openedx", sheet(text, tmp_path), {"ch1": "points"})
    back = list(csv.DictReader(io.StringIO(sheets.written(done.sheet.rows), newline="")))
    assert [(r["user_id"], r["csum"], r["points"]) for r in back] == [
        ("7", "@1a11", "7.5"),  # it refuses a row whose sum it does not find to the letter
        ("8", "@22f2", "4"),
    ]


@pytest.mark.parametrize("text", ["@SUM(A1)", "=a", "+a", "-a|b", "@a!b", "@a b"])
def test_a_mark_that_a_spreadsheet_could_run_is_no_mark(text):
    assert sheets.written([[sheets.as_mark(text)]]).startswith("'")


def test_canvas_with_names_in_two_columns_keeps_the_block_it_looks_for(grades, tmp_path):
    """Its importer wants LastName, FirstName, ID first, and Section last of the block."""
    text = (
        "LastName,FirstName,ID,SIS User ID,SIS Login ID,Integration ID,Section,ch1 (9)\r\n"
        " Points Possible,,,,,,,8\r\nSmith,John,1234,,js,,Monday,\r\n"
    )
    done = fill.fill(one(grades, "ch1"), "canvas", sheet(text, tmp_path))
    header, _, john = rows(sheets.written(done.sheet.rows))
    assert header[:3] == ["LastName", "FirstName", "ID"] and header[-2] == "Section"
    assert john[-1] == "7.5"


@pytest.mark.parametrize(
    "to, theirs",
    [
        ("canvas", "Student,ID,Section,ch1 (5)\n    Points Possible,,,10\nJ,1234,,\n"),
        ("moodle", 'Identifier,Email address,Grade,Maximum Grade\nP 1,john@x.org,,"10,00"\n'),
        ("brightspace", "Username,ch1 Points Grade <Numeric MaxPoints:10>,End\njsmith,,#\n"),
        ("blackboard", "Username,ch1 [Total Pts: 10 Score] |12\njsmith,\n"),
        ("gradescope", "SID,ch1,ch1 - Max Points\njsmith,,10\n"),
        ("openedx", "username,title,points\njsmith,ch1,\n"),  # does not say
    ],
)
def test_a_column_worth_other_points_is_told(grades, tmp_path, to, theirs):
    def filled(text):
        return fill.fill(one(grades, "ch1"), to, sheet(text, tmp_path))

    assert filled(theirs).worth == ({} if to == "openedx" else {"ch1": 10.0})
    assert filled(theirs.replace("10", "8")).worth == {}


def test_a_column_for_each_exercise(grades):
    header, *body = rows(sheets.written(formats.rows(grades, "exercises")))
    assert header[5:] == ["ch1/a (1)", "ch1/b (7)", "ch2/a (3)", "ch1 (8)", "ch2 (3)"]
    by_id = {row[0]: row[5:] for row in body}
    assert by_id["agarcia"] == ["0", "4", "", "4", ""]
    assert by_id["zoe"] == [""] * 5


def test_gradescope_has_a_maximum_beside_each_score(grades):
    header, *body = rows(sheets.written(formats.rows(grades, "gradescope")))
    assert header[:5] == ["First Name", "Last Name", "SID", "Email", "Sections"]
    assert dict(zip(header, body[0], strict=True))["ch1 - Max Points"] == "8"


DANGEROUS = [
    *("=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "x;=1+1", "x\t=1+1", "x\n=1", "a|=b"),
    *("＝1+1", "＋1", "－1", "＠x", "\ufeff=1", "\u200b=1", "\u2060=1", "x; \u200b＝1", "\xa0=1"),
]


@pytest.mark.parametrize("text", DANGEROUS, ids=ascii)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_reader_finds_a_formula(text, delimiter):
    """Whatever a reader splits at, and whatever it does with quotes."""
    line = sheets.written([["a", text, "b"]])
    pieces = line.splitlines()
    cells = [c for piece in pieces for c in piece.split(delimiter)]
    cells += [
        c for row in csv.reader(io.StringIO(line, newline=""), delimiter=delimiter) for c in row
    ]
    hidden = '\ufeff\u200b\u2060\xa0 \t\r\n"'
    for cell in cells:
        assert cell.strip(hidden)[:1] not in tuple("=+-@＝＋－＠") or not cell.strip(hidden), line


PARTED = {
    "semicolons in a title": "Student,ID,SIS Login ID,Section,Hw; a; b; c; d; e (9)\n"
    '"Byron, Ada",1,ada,A,\n"Li, Bo",2,bo,A,\n',
    "commas in a title and in names": "Student;ID;SIS Login ID;Section;Hw, a, b, c, d, e (9)\n"
    "Byron, Ada;1;ada;A;\nLi, Bo;2;bo;A;\n",
    "headings alone": "Student\tID\tSIS Login ID\tSection\tHw, a; b (9)\n",
}


@pytest.mark.parametrize("text", PARTED.values(), ids=PARTED)
def test_a_title_may_hold_what_parts_other_tables(text, tmp_path):
    (tmp_path / "grades.csv").write_text(text)
    theirs = sheets.read(tmp_path / "grades.csv")
    assert len(theirs.rows[0]) == 5 and theirs.rows[0][2] == "SIS Login ID"
    assert {len(row) for row in theirs.rows} == {5}


def test_the_points_there_are_seen_in_whatever_order_the_columns_stand(grades, tmp_path):
    text = "ID;ch1 (55);Student\n;10,5;    Points Possible\n7;;Smith, John\n"
    done = fill.fill(one(grades, "ch1"), "canvas", sheet(text, tmp_path))
    assert done.worth == {"ch1": 10.5} and done.filled == 1
