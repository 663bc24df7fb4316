"""When a cell's time is up, and what the end of its process is called: no process is started."""

import pytest

from bplab.grading.sandbox import clock
from bplab.grading.sandbox.inside.frames import LINE_BROKEN
from bplab.grading.sandbox.through import _how_it_ended


@pytest.fixture
def at(monkeypatch):
    """Look at the time: `at(seconds since the start, of them computing, of them waiting to)`."""
    now = [1000.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: now[0])
    watch = clock.Clock((5.0, 1.0), allowed=2.0, grace=1.0)

    def at(passed, cpu=0.0, delay=0.0):
        now[0] = 1000.0 + passed
        return watch.is_up((5.0 + cpu, 1.0 + delay))

    at.watch = watch
    return at


def test_computing_counts_in_full(at):
    assert not at(1.9, cpu=1.9)
    assert at(2.0, cpu=2.0)


def test_waiting_counts_half(at):
    assert not at(3.9)
    assert at(4.0)


def test_waiting_for_a_processor_does_not_count(at):
    assert not at(30, cpu=1.5, delay=28.5)
    assert at.watch.seconds == pytest.approx(1.5)


def test_the_wall_ends_what_never_gets_a_processor(at):
    assert not at(39, delay=39)
    assert at(41, delay=41)


def test_who_was_interrupted_is_so_again_after_a_while_and_then_has_had_its_grace(at):
    assert at(2.0, cpu=2.0)
    assert not at(2.2, cpu=2.2)
    assert at(2.6, cpu=2.6)
    assert not at(2.9, cpu=2.9)
    with pytest.raises(TimeoutError):
        at(3.1, cpu=3.1)


def test_who_was_interrupted_and_gets_no_processor_keeps_its_grace_until_the_wall_is_far_behind(at):
    assert at(2.0, cpu=2.0)
    assert not at(30, cpu=2.0, delay=28)
    with pytest.raises(TimeoutError):
        at(61, cpu=2.0, delay=59)


@pytest.mark.parametrize(
    "report, slug, detail",
    [
        ({"oom": True}, "memory", ""),
        ({"oom": True, "reason": "busy"}, "busy", ""),
        ({"reason": "processes", "code": -9}, "processes", ""),
        ({"reason": "open-files", "code": 1}, "open-files", ""),
        ({"reason": "memory", "code": 0}, "memory", ""),
        ({"reason": "whatever it says"}, "killed", ""),
        ({}, "killed", ""),
        ({"code": "0"}, "killed", ""),
        ({"code": True}, "killed", ""),
        ({"code": LINE_BROKEN}, "protocol", ""),
        ({"code": 3}, "exited", 3),
        ({"code": -24}, "timeout", ""),
        ({"code": -14}, "timeout", ""),
        ({"code": -11}, "crashed", "segmentation fault"),
        ({"code": -31}, "crashed", "forbidden system call"),
        ({"code": -9}, "killed", ""),
    ],
)
def test_how_a_process_ended_has_a_name(report, slug, detail):
    assert _how_it_ended(report) == (slug, detail)
