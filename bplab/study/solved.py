"""`bplab solved`: a chapter with its answers in, to be compared with one's own once checks pass."""

import json
from pathlib import Path

from bplab.study.journal import SOLVED
from bplab.study.progress import PASSED, saved
from bplab.study.solutions import solved
from bplab.study.workspace import StudyError, chapters, course_source, read_notebook


def chapter_named(name):
    """The chapter that "03", "3", "03_two_pass_mlp" or "study/03_two_pass_mlp.ipynb" means."""
    wanted = Path(name).name.removesuffix(".ipynb")
    for chapter in chapters():
        number = chapter.split("_")[0]
        if wanted in (chapter, number, number.removeprefix("0")):
            return chapter
    numbers = ", ".join(chapter.split("_")[0] for chapter in chapters())
    raise StudyError(f"there is no chapter {name!r}; there are {numbers}.")


def still_open(chapter, folder):
    """Names of the chapter's exercises that have not passed in the saved notebook in `folder`."""
    path = Path(folder) / f"{chapter}.ipynb"
    return [one.exercise for one in saved(read_notebook(path)) if one.state != PASSED]


def write_solved(chapter, folder):
    """Write FOLDER/solved/CHAPTER.ipynb; its path, and whether it is new. What is there is kept."""
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError(f"{folder} is no folder. Make a study folder with: bplab study {folder}")
    target = folder / SOLVED / f"{chapter}.ipynb"
    if target.exists():
        return target, False
    notebook = solved(read_notebook(course_source() / chapter / f"{chapter}.ipynb"))
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    partial.replace(target)
    return target, True
