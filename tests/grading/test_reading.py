"""Files and folders as bad as they come: read, or refused with a reason."""

import codecs
import json
import os
import random

import pytest

from bplab.grading.submission.folders import find
from bplab.grading.submission.reading import Unreadable, read


def test_encodings(room):
    notebook = room.solved()
    notebook["cells"][0]["source"] = "# Straße, naïve, 日本"
    text = json.dumps(notebook, ensure_ascii=False)
    whole = [c["source"] for c in notebook["cells"]]
    for raw in (
        text.encode(),
        codecs.BOM_UTF8 + text.encode(),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-32"),
    ):
        assert [piece.source for piece in read(raw).pieces] == whole
    latin = text.replace("日本", "").encode("latin-1")
    got = read(latin)
    assert "Straße" in got.pieces[0].source and "UTF-8" in got.notes[0]


@pytest.mark.parametrize(
    "raw, told",
    [
        (b"", "empty"),
        (b" \n\0\0\0", "empty"),
        (b"\0" * 5000, "empty"),
        (b'{"cells": [{"cell_type": "co', "cut short"),
        (b'{"cells": [1,,2], "x": [] }     ', "damaged"),
        (b"print('hello')", "not a notebook"),
        (b"[1, 2]", "not a notebook"),
        (b'"text"', "not a notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": {"a": 1}}', "no list of cells"),
        (b'{"worksheets": [3, {"cells": 4}]}', "no list of cells"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b'{"cells": []} {"cells": []}', "pasted together"),
        (b'{"a": 1,\n<<<<<<< HEAD\n"cells": []\n=======\n>>>>>>> main\n}', "merge conflict"),
        (b"[" * 100_000, "too deeply"),
        (b'{"a":' * 100_000, "too deeply"),
        (b'{"cells": [' + b"[]," * 1_100_000 + b"1]}", "more than 2 million entries"),
        (b'{"cells": [],}', "damaged"),
        (b'{"cells": [], "n": tr', "cut short"),
        (b'{"cells": [{"source": "def f', "cut short"),
        (random.Random(0).randbytes(5000), "not a notebook"),
        (b"3\xe1Z\xa0+\xf5{", "not a notebook"),
        (b"12:30 [note] to myself", "not a notebook"),
    ],
)
def test_what_is_no_notebook_has_a_reason(raw, told):
    with pytest.raises(Unreadable, match=told):
        read(raw)


def test_too_large_a_file(monkeypatch):
    with pytest.raises(Unreadable, match="larger than the 50 MB"):
        read(b" " * (50 * 2**20 + 1))


def test_brackets_in_printed_output_are_no_containers(room):
    notebook = room.solved()
    room.find(notebook, "demo")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "[[0.1 0.2]]" * 600_000}
    ]
    assert len(read(json.dumps(notebook).encode()).pieces) == len(notebook["cells"])


def test_lines_without_ends_are_lines():
    cell = {"cell_type": "code", "source": ["def f():", "    return 1"]}
    assert read(json.dumps({"cells": [cell]}).encode()).pieces[0].source == "def f():\n    return 1"


def test_a_number_of_thousands_of_digits_is_a_number():
    assert read(b'{"cells": [], "n": ' + b"9" * 10_000 + b"}").pieces == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_ascii_in_utf_16_without_a_mark(encoding):
    book = read('{"cells": [{"source": "x = 1"}]}'.encode(encoding))
    assert book.pieces[0].source == "x = 1" and "UTF-16" in book.notes[0]


def test_duplicate_keys_nan_and_padding_are_survived():
    book = read(b'{"cells": [1], "cells": [], "x": NaN, "y": -Infinity}\0\0\0\n')
    assert book.pieces == [] and "twice" in book.notes[0]


# Folders


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submitted" / "ada" / "ch"
    folder.mkdir(parents=True)
    return folder


def look(folder, stubs=("def sigmoid(z): ...", "def mse_loss(p, y): ...")):
    return find(folder, "ch", dict(enumerate(stubs)))


def test_the_named_notebook_is_taken_and_other_files_ignored(folder, room):
    one = {"cells": [{"cell_type": "code", "source": "def sigmoid(x):\n    return 1"}]}
    (folder / "ch.ipynb").write_text(json.dumps(one))
    (folder / "other.ipynb").write_text(json.dumps(room.solved()))
    (folder / "notes.txt").write_text("x")
    found = look(folder)
    assert json.loads(found.raw) == one
    (told,) = found.notes  # what the other has more stays there, and is said
    assert told.startswith("'other.ipynb' defines mse_loss,") and "a person decides" in told


def test_a_lone_notebook_of_another_name_is_taken(folder, room):
    (folder / "ch (1).ipynb").write_text(json.dumps(room.solved()))
    found = look(folder)
    assert found.raw and "'ch (1).ipynb'" in found.notes[0]


def test_of_several_the_one_with_most_answers_is_taken(folder, room):
    (folder / "a.ipynb").write_text('{"cells": []}')
    (folder / "b.ipynb").write_text(json.dumps(room.solved()))
    (folder / "c.ipynb").write_text("broken")
    found = look(folder)
    assert found.raw.startswith(b'{"cells": [{') and "'b.ipynb'" in found.notes[0]


def test_a_notebook_without_answers_gives_way_to_one_with_answers(folder, room):
    (folder / "ch.ipynb").write_text(json.dumps(room.untouched()))
    (folder / "ch-Copy1.ipynb").write_text(json.dumps(room.solved()))
    (folder / "a.ipynb").write_text(json.dumps(room.untouched()))
    found = look(folder, [cell["source"] for cell in room.untouched()["cells"]])
    assert json.loads(found.raw) == room.solved()
    assert found.notes == ["'ch.ipynb' has no answers in it; 'ch-Copy1.ipynb' has, and was graded."]


@pytest.mark.parametrize("name", ["ch.ipynb.txt", "ch.ipynb.json", "ch.json", "work/ch.ipynb"])
def test_a_notebook_that_a_browser_renamed_or_that_lies_in_a_folder_is_found(folder, room, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(room.solved()))
    found = look(folder)
    assert json.loads(found.raw) == room.solved() and "graded anyway" in found.notes[0]


def test_a_folder_that_is_a_link_is_not_looked_into(folder, room, tmp_path):
    (tmp_path / "ch.ipynb").write_text(json.dumps(room.solved()))
    (folder / "work").symlink_to(tmp_path)
    found = look(folder)
    assert found.raw is None and found.reason.endswith("handed in, only 'work'.")


def test_what_was_handed_in_instead_is_named(folder):
    for name in ("b.py", "a.zip", "c.txt", "d.txt", "timestamp.txt", ".hidden"):
        (folder / name).write_text("x")
    assert look(folder).reason.endswith("handed in, only 'a.zip', 'b.py', 'c.txt' and 1 more.")


def test_a_broken_notebook_gives_way_to_a_readable_one(folder, room):
    (folder / "ch.ipynb").write_text("broken")
    (folder / "copy.ipynb").write_text(json.dumps(room.solved()))
    found = look(folder)
    assert found.raw and len(found.notes) == 2


def test_links_pipes_and_folders_are_never_opened(folder, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text('{"cells": []}')
    (folder / "ch.ipynb").symlink_to(secret)
    found = look(folder)
    assert found.raw is None and "link" in found.reason
    (folder / "ch.ipynb").unlink()
    os.mkfifo(folder / "ch.ipynb")
    found = look(folder)
    assert found.raw is None and "ordinary file" in found.reason
    (folder / "ch.ipynb").unlink()
    (folder / "ch.ipynb").mkdir()
    found = look(folder)
    assert found.raw is None and "ordinary file" in found.reason


@pytest.mark.parametrize("part", ["student", "chapter"])
def test_linked_folders_are_not_followed(tmp_path, part):
    real = tmp_path / "real" / "ch"
    real.mkdir(parents=True)
    (real / "ch.ipynb").write_text("{}")
    home = tmp_path / "submitted"
    home.mkdir()
    if part == "student":
        (home / "ada").symlink_to(tmp_path / "real")
    else:
        (home / "ada").mkdir()
        (home / "ada" / "ch").symlink_to(real)
    found = look(home / "ada" / "ch")
    assert found.raw is None and "link" in found.reason


def test_nothing_handed_in(folder):
    assert "No notebook" in look(folder).reason


def test_a_device_in_place_of_the_folder(folder):
    folder.rmdir()
    os.mkfifo(folder)
    assert "link or a file" in look(folder).reason


def test_the_timestamp_is_read_like_everything_else(folder, tmp_path):
    (folder / "ch.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC\n")
    assert look(folder).timestamp == "2030-01-01 00:00:00 UTC"
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").symlink_to("/etc/hostname")
    assert look(folder).timestamp is None
