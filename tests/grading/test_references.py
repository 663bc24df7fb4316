"""What goes into the sandbox for a second sitting: whole references, and nothing still asked."""

import pytest

from bplab import exercises
from bplab.exam.sitting import sit
from bplab.grading.marker import follow
from bplab.grading.references import NotCut, cut_out

COSTLY = ("train_classifier", "train_digits", "train_policy")


def everything(chapter):
    return exercises.chapter(chapter)


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_references_are_cut_out_whole(chapter):
    """In an empty module each of them is there, and reaches nothing but libraries."""
    for exercise in everything(chapter):
        source, _ = cut_out({exercise.name: exercise.reference})
        assert "bplab" not in source and '"""' not in source
        names = {"__name__": "parts"}
        exec(compile(source, "<parts>", "exec"), names)
        found = names[exercise.name]
        homes = {getattr(thing, "__module__", "parts") for thing in names.values()}
        assert not any(str(home).startswith("bplab") for home in homes)
        if exercise.name not in ("mlp_loss", *COSTLY):
            paper = exercise.practice_paper()
            assert exercise.passes(paper, sat(found, paper, names)), exercise.name


def sat(fn, paper, names):
    others = {e.name: e.reference for e in exercises.chapter(paper.exercise.chapter)}
    return sit(fn, paper.sheet(), {**others, **names})


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_nothing_goes_in_that_is_still_to_be_answered(chapter):
    asked = everything(chapter)
    names = {exercise.name for exercise in asked}
    held = set()
    for one in follow.sittings(asked, names):
        at = [exercise.name for exercise in asked].index(one["exercise"])
        module = {}
        exec(compile(one["source"], "<parts>", "exec"), module)
        held |= set(module)
        rest = {exercise.name for exercise in asked[at:]}
        assert not rest & held, one["exercise"]
        assert set(one["parts"]) <= {exercise.name for exercise in asked[:at]}


def test_a_helper_that_is_half_a_later_answer_stays_out():
    asked = everything("09_convolution")
    every = {exercise.name for exercise in asked}
    found = {one["exercise"]: one for one in follow.sittings(asked, every)}
    assert "def unfolded" not in found["conv_backward"]["source"]
    only = follow.sittings(asked, {"conv_forward", "conv_backward"})
    assert "def unfolded" in only[0]["source"]  # im2col and col2im are answered already


def test_what_leads_elsewhere_is_not_cut_out():
    with pytest.raises(NotCut):
        cut_out({"mark": exercises.find("sigmoid").mark})
    with pytest.raises(NotCut):
        cut_out({"examine": follow.reports})  # it imports bplab
