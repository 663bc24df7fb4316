"""Who has passed is told what was achieved, in one sentence of plain text."""

import pytest

from bplab import exercises


@pytest.mark.parametrize("exercise", exercises.every(), ids=lambda e: e.name)
def test_a_pass_says_what_was_achieved(exercise):
    said = exercise.achieved
    assert said[:1].isupper() and said.endswith("."), f"{exercise.name} needs achieved=: a sentence"
    assert said.count(". ") == 0 and 20 <= len(said) <= 130
