"""AutoTest cells: nbgrader writes their tests when it generates a chapter, not before.

The source holds a comment such as `### AUTOTEST f(3)`. Run as it stands it tests nothing, and
whatever was handed in would pass. What nbgrader made of it, hidden tests included, is in the
gradebook; that is what is graded.
"""

from shlex import quote

from .errors import CourseError


def write_out(course, chapter: str, name: str, release: dict) -> None:
    """Put the tests that nbgrader wrote into the AutoTest cells of a chapter, or `CourseError`."""
    cells = [cell for cell in release["cells"] if _templates(course, cell)]
    if not cells:
        return
    found = _generated(course, chapter, name)
    for cell in cells:
        templates, text = _templates(course, cell), found.get(_marks(cell).get("grade_id"))
        rest = set(cell["source"].split("\n")) - set(templates)
        if (
            text is None
            or not rest <= set(text.split("\n"))
            or set(templates) & set(text.split("\n"))
        ):
            raise CourseError(
                f"cell {cell.get('id') or _marks(cell)['grade_id']} of {chapter} is an AutoTest "
                "whose tests are not written yet, or from an older source. Write them with: "
                f"nbgrader generate_assignment {quote(chapter)} --force"
            )
        cell["source"] = text


def _marks(cell):
    return cell["metadata"].get("nbgrader", {})


def _templates(course, cell):
    """The lines of a test cell that nbgrader replaces by tests."""
    if cell["cell_type"] != "code" or not _marks(cell).get("grade"):
        return []
    word = course.config.InstantiateTests.get("autotest_delimiter", None) or "AUTOTEST"
    lines = cell["source"].split("\n")
    return [line for line in lines if word in line and line.lstrip().startswith("#")]


def _generated(course, chapter, name):
    """Source of every cell that nbgrader entered into the gradebook, by grade_id."""
    from . import nbgrader_light
    from .book.gradebook import open_gradebook

    api = nbgrader_light.api()
    file = course.db_url.removeprefix("sqlite:///")
    try:
        book = open_gradebook(api, course, create=False)
    except CourseError:
        if file == course.db_url:
            raise
        return {}
    with book:
        try:
            return {c.name: c.source for c in book.find_notebook(name, chapter).source_cells}
        except api.MissingEntry:
            return {}
