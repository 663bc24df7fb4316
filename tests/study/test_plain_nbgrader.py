"""A check that nbgrader itself runs says that bplab's grader did not."""

import pytest

from bplab import check
from bplab.exercises import find

sigmoid = find("sigmoid").reference


def test_plain_nbgrader_is_told_and_unmarked_work_earns_nothing(monkeypatch, capsys):
    check(sigmoid)
    assert "without bplab's grader" not in capsys.readouterr().out
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check(sigmoid)
    assert "without bplab's grader" in capsys.readouterr().out
    monkeypatch.setattr(find("sigmoid"), "practice", False)
    with pytest.raises(RuntimeError):
        check(sigmoid)
