"""docs/mistakes.md is made from the exercises, and current."""

from pathlib import Path

from bplab.authors.catalogue import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"


def test_the_catalogue_is_current():
    written, fresh = PAGE.read_text(encoding="utf-8").splitlines(), catalogue().splitlines()
    differ = [line for line in fresh if line not in set(written)][:3]
    assert written == fresh, f"run: python -m bplab.authors.catalogue > docs/mistakes.md ({differ})"
