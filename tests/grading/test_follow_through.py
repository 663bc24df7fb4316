"""One mistake costs once, in a class: second sittings when all first ones are locked."""

import select
import shutil
import signal

import pytest

from bplab.exam.report import Report
from bplab.grading import batch
from bplab.grading.book import insights
from bplab.grading.course import CourseError
from bplab.grading.marker import follow
from bplab.grading.sandbox import available, through
from tests.attacks.classroom import WRONG, Classroom, shown

SOFTMAX = "def softmax(Z):\n    return np.exp(Z)"
BACKWARD = WRONG["linear_backward"]
# Right but for what it calls, and wrong by itself, in the same submission.
OWN_FAULT = (
    "def train_step(X, y, params, learning_rate, kind='tanh'):\n"
    "    P, cache = mlp_forward(X, params, kind)\n"
    "    return params, cross_entropy(P, y)"
)
ENDS = "def mlp_backward(*args):\n    import os\n    os._exit(3)"


def hand_in_all(room):
    wrong = {"softmax": SOFTMAX, "linear_backward": BACKWARD}
    room.hand_in("two-faults", room.answering(room.solved(), **wrong))
    room.hand_in("ends", room.answering(room.solved(), **wrong, mlp_backward=ENDS))
    room.hand_in("own-fault", room.answering(room.solved(), softmax=SOFTMAX, train_step=OWN_FAULT))


def set_to(room, word):
    path = room.root / "nbgrader_config.py"
    lines = path.read_text().splitlines()
    kept = [line for line in lines if "follow_through" not in line]
    path.write_text("\n".join([*kept, f'c.BplabGrade.follow_through = "{word}"\n']))


class Class:
    """A class graded one by one and side by side. On a cluster: see test_cluster.py."""

    def __init__(self, room):
        self.room, self.results, self.books = room, {}, {}
        hand_in_all(room)
        for name, options in (("serial", {"jobs": 1}), ("parallel", {"jobs": 2})):
            self.grade(name, **options)

    def grade(self, name, **options):
        for path in (self.room.root / "gradebook.db", self.room.root / "autograded"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        found = batch.grade(self.room.chapter, self.room.root, **options)
        self.results[name] = {graded.student: graded for graded in found}
        self.books[name] = self.room.recorded()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    if not available()[0]:
        pytest.skip(available()[1])
    return Class(Classroom(tmp_path_factory.mktemp("class") / "course"))


def rows(graded, student):
    return graded.results["serial"][student].details["exercises"]


def test_what_fails_only_through_others_earns_its_points(graded):
    found = rows(graded, "two-faults")
    carried = {name: row["carried"] for name, row in found.items() if row["carried"]}
    assert carried == {
        "mlp_forward": ["softmax"],
        "mlp_backward": ["linear_backward"],
        "train_step": ["linear_backward", "softmax"],
    }
    assert all(found[name]["score"] == found[name]["points"] for name in carried)
    assert all(found[name]["mistake"] == "carried" for name in carried)
    assert found["softmax"]["score"] == 0 and found["linear_backward"]["score"] == 2


def test_a_fault_of_its_own_is_told_as_such(graded):
    found = rows(graded, "own-fault")
    assert found["mlp_forward"]["carried"] == ["softmax"]
    assert not found["train_step"]["carried"] and found["train_step"]["score"] == 0
    assert why(found) == {"softmax": "as-formula", "train_step": "others-unmoved"}


def why(rows):
    """The mistakes that are told: what was not explained at once is, when nothing carries it."""
    return {n: r["mistake"] for n, r in rows.items() if not (r["passed"] or r["carried"])}


def test_who_ends_the_process_later_has_had_second_sittings_of_what_came_before(graded):
    found = rows(graded, "ends")
    row = found["mlp_forward"]
    assert row["carried"] == ["softmax"] and row["score"] == row["points"]
    assert found["mlp_backward"]["fault"] == "exited" and not found["mlp_backward"]["carried"]
    assert found["train_step"]["fault"] == "not-reached" and found["train_step"]["score"] == 0
    page = shown(graded.room.autograded("ends"))
    assert "One mistake costs once: mlp_forward earns its full points." in page


def test_a_process_that_is_killed_in_its_second_sittings_has_them_all_the_same(graded, monkeypatch):
    """As the kernel does when the machine is out of memory: by whom, nobody inside can tell."""
    room, killed, sit_again = graded.room, [], through.Run._sit_again

    def struck(run, child, *rest):
        # The first process, and the one that takes its place.
        if child not in killed and len(killed) < 2:
            killed.append(child)
            signal.pidfd_send_signal(child._pidfd, signal.SIGKILL)
            select.select([child._pidfd], [], [])  # until it is gone
        return sit_again(run, child, *rest)

    before = {k: v for k, v in room.recorded().items() if k == "two-faults"}
    monkeypatch.setattr(through.Run, "_sit_again", struck)
    options = {"students": ["two-faults"], "jobs": 1, "force": True}
    (found,) = batch.grade(room.chapter, room.root, **options)
    assert len(killed) == 2 and found.status == "graded"
    assert {k: v for k, v in room.recorded().items() if k == "two-faults"} == before
    assert sum(bool(row["carried"]) for row in found.details["exercises"].values()) == 3


def test_it_is_the_same_one_by_one_and_side_by_side(graded):
    assert graded.books["parallel"] == graded.books["serial"]
    for student in graded.results["serial"]:
        one, two = (found[student].details["exercises"] for found in graded.results.values())
        for name, row in one.items():
            assert {**two[name], "seconds": 0} == {**row, "seconds": 0}


def test_the_learner_reads_where_the_fault_lies_and_what_it_earned(graded):
    page = shown(graded.room.autograded("two-faults"))
    assert "The fault lies in linear_backward and softmax, which train_step calls." in page
    assert "One mistake costs once: train_step earns its full points." in page


def test_insights_count_the_mistake_once(graded):
    found = insights.collect(graded.room.course, graded.room.chapter)
    by_name = {exercise.name: exercise for exercise in found.exercises}
    assert by_name["train_step"].carried == ["two-faults"]
    assert by_name["mlp_forward"].carried == ["ends", "own-fault", "two-faults"]
    assert list(by_name["softmax"].mistakes) == ["as-formula"]


def test_another_setting_regrades(graded):
    room, student = graded.room, ["two-faults"]

    def again(word):
        set_to(room, word)
        (found,) = batch.grade(room.chapter, room.root, students=student, jobs=1)
        return found.status, found.details["exercises"]

    assert again("full")[0] == "skipped"
    status, found = again("half")
    assert status == "graded"
    assert found["mlp_backward"]["score"] == max(0.5 * found["mlp_backward"]["points"], 2.5)
    assert found["train_step"]["score"] == 0.5 * found["train_step"]["points"]
    assert "earns 50% of its points" in shown(room.autograded("two-faults"))
    status, found = again("none")
    assert status == "graded" and not any(row["carried"] for row in found.values())
    assert found["train_step"]["score"] == 0
    assert "unexplained" not in why(found).values() and len(why(found)) == 5
    set_to(room, "twice")
    with pytest.raises(CourseError, match="must be one of 'full', 'half', 'none', got 'twice'"):
        batch.grade(room.chapter, room.root)


def test_who_is_right_with_the_right_parts_carries_nothing():
    first = {name: Report(name, False, 0.25) for name in ("b", "c")}
    found = follow.reports(first, {"b": ["a"], "c": ["a", "b"]}, 0.5)
    assert found["c"].carried == ["a"] and found["c"].score == 0.5
    assert found["b"].parts == first["b"].parts and not found["b"].passed
    better = {"b": Report("b", False, 0.75)}
    assert follow.reports(better, {"b": ["a"]}, 0.5)["b"].score == 0.75
