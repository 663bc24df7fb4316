"""Settings and the browser, for all tests."""

import os
import shutil

import pytest
from hypothesis import settings

# Several tests run at once: NumPy's threads would only wait for each other. Before NumPy is there.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from bplab.exam import limits  # noqa: E402
from bplab.exam.diagnosis.strict import be_strict  # noqa: E402
from tests import patience  # noqa: E402

# A busy machine is no failure, and what one run finds every run finds.
settings.register_profile("bplab", deadline=None, derandomize=True)
settings.load_profile("bplab")

limits.wall_of = lambda seconds: patience.SECONDS  # a call that gets no processor is not waiting
be_strict()  # an error inside a rule, or a word in a hint that nothing fills, fails the tests


LONGEST = (
    *("hub/", "browser/test_site", "course/test_chapters", "attacks/test_corpus"),
    *("grading/test_chapters", "exercises/test_mistakes", "grading/test_nbgrader"),
    *("exercises/test_exams", "grading/test_cluster", "exercises/test_tables", "docs/"),
    *("exercises/test_strangers", "exam/test_claims", "exercises/test_classifier_bars"),
    *("sandbox/test_stage", "browser/", "exercises/test_ruler", "grading/test_killed"),
)


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that workers end together."""

    def place(item):
        return next((n for n, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST))

    items.sort(key=place)


@pytest.fixture
def as_in_class():
    """What no learner's function can return may stop a rule: the next one is asked, as in class."""
    be_strict(False)
    yield
    be_strict()


FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, the system's or Playwright's own."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    api.expect.set_options(timeout=patience.MILLISECONDS)
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=found, args=FLAGS, timeout=patience.MILLISECONDS
            )
        except api.Error as error:
            pytest.skip(f"Chromium does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()
