"""The fuzzer of cost finds what was hidden for it, and nothing in a fixed handful of cases."""

import re

import pytest

from bplab.grading.marker.limits import Budget
from tests.attacks import fuzz_cost


def steps_back(text):
    """To search for what is not there goes back to each letter: a square."""
    return re.search("x*y", text[::2])


def test_a_square_is_found():
    finding, _ = fuzz_cost.measured("planted", lambda n: "x" * n, steps_back, 2**16)
    assert "costs" in finding.told


def test_what_never_ends_is_found_by_the_limits_of_a_worker(monkeypatch):
    def work(data):
        while True:
            pass

    monkeypatch.setattr(fuzz_cost, "BUDGET", Budget(cell_seconds=0.1))
    finding, cost = fuzz_cost.measured("planted", str, work, 2**16)
    assert "more than a worker may" in finding.told and cost is None


def test_what_is_in_proportion_is_no_finding():
    finding, _ = fuzz_cost.measured("planted", lambda n: "x" * n, lambda s: s.count("y"), 2**16)
    assert finding is None


@pytest.mark.parametrize("target", fuzz_cost.TARGETS)
def test_a_fixed_handful_of_hostile_inputs_costs_in_proportion(target):
    cases = list(fuzz_cost.search([target], range(4), 2**15))
    assert [str(finding) for _, finding, _ in cases if finding] == [] and len(cases) == 4
