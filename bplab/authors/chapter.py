"""A chapter's notebook: begun from its exercises, kept tidy, solved and run.

    python -m bplab.authors.chapter NN_name

Without a notebook in `course/source/NN_name` it begins one. What is there is tidied: outputs go,
cells that JupyterLab named by chance get ids that speak. Then it is solved, run and written to
`solutions`.
"""

import ast
import inspect
import re
import sys
import textwrap

import nbformat
from nbformat import v4

from bplab import exercises
from bplab.study import solutions
from bplab.study.release import text
from bplab.study.workspace import course_source

BY_CHANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
OPENING = """# {title}

At the end of this chapter you can

- ...

**Time:** ... minutes. **You need** from the chapters before: ..."""
EXERCISE = """### Exercise: {name} ●○○ 5 minutes, {points} point{s}

..."""
ENDING = """## To remember

- ...

## To ponder

1. ...
2. ...

**Next:** ..."""
ANSWERS = """## Answers

<details><summary>1. ...</summary>

...

</details>

<details><summary>2. ...</summary>

...

</details>

**The solved chapter:** once your checks pass, `bplab solved {number}` writes `{chapter}.ipynb` \
into the folder `solved`."""


def begun(chapter):
    """A notebook with what every chapter has, and a stub and a check for each of its exercises."""
    number, _, words = chapter.partition("_")
    title = f"{number.lstrip('0')}. {words.replace('_', ' ').capitalize()}"
    imports = "import numpy as np\n\nfrom bplab import check"
    cells = [_markdown("opening", OPENING.format(title=title)), _code("imports", imports)]
    for exercise in exercises.chapter(chapter):
        name, points = exercise.name, exercise.points
        heading = EXERCISE.format(name=name, points=points, s="" if points == 1 else "s")
        cells += [
            _markdown(f"about-{name}".replace("_", "-"), heading),
            _code(name, _with_markers(exercise.reference), solution=True),
            _code(f"check_{name}", f"check({name})", grade=True, locked=True, points=points),
        ]
    cells.append(_markdown("ending", ENDING))
    cells.append(_markdown("answers", ANSWERS.format(number=number, chapter=chapter)))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )


def _markdown(name, source):
    return v4.new_markdown_cell(source, id=name)


def _code(name, source, **marks):
    cell = v4.new_code_cell(source, id=name)
    if marks:
        marks = {"grade": False, "solution": False, "locked": False, "task": False} | marks
        cell.metadata["nbgrader"] = marks | {
            "cell_type": "code",
            "grade_id": name,
            "schema_version": 3,
        }
    return cell


def _with_markers(reference):
    """The reference's source, what follows its docstring between the markers of a solution."""
    lines = textwrap.dedent(inspect.getsource(reference)).splitlines()
    definition = ast.parse("\n".join(lines)).body[0]
    first = definition.body[0]
    cut = first.end_lineno if ast.get_docstring(definition) else first.lineno - 1
    begin, end = (f"{' ' * first.col_offset}### {word} SOLUTION" for word in ("BEGIN", "END"))
    return "\n".join([*lines[:cut], begin, *lines[cut:], end])


def tidied(notebook):
    """Outputs out, ids that speak; {what an id was: what it is} of those that were changed."""
    taken = {cell["id"] for cell in notebook.cells}
    changed = {}
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        wanted = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if wanted is None and BY_CHANCE.fullmatch(cell["id"]):
            wanted = _free(_speaking(text(cell)), taken)
        if wanted not in (None, cell["id"]):
            changed[cell["id"]] = cell["id"] = wanted
            taken.add(wanted)
    return changed


def _speaking(source):
    """Its first words: of a heading, a sentence, or code."""
    words = re.findall(r"[a-z]\w*", source.lower().replace("_", " "))
    return "-".join(words[:4])[:40] or "cell"


def _free(name, taken):
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def main(chapter):
    """Begin or tidy the notebook, then solve and run it into `solutions`."""
    path = course_source() / chapter / f"{chapter}.ipynb"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(begun(chapter), path)
        print(f"{path} is begun: the dots in it are yours to fill.")
    notebook = nbformat.read(path, 4)
    changed = tidied(notebook)
    nbformat.write(notebook, path)
    for was, name in changed.items():
        print(f"cell {was} is now called {name}")
    target = course_source().parents[1] / "solutions"
    print(f"run in {solutions.write(path, target):.1f} s, and written to {target / path.name}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except exercises.UnknownName as error:
        sys.exit(f"{error} Its exercises come first, see CONTRIBUTING.md.")
