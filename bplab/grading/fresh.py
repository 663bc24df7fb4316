"""What was written to a file is loaded by a fresh process, which has nothing else to load it from.

It is another child of the same sandbox: it runs the submission's cells up to the exam, sits no
exam, and is then given the bytes of the file. It never sees the paper.
"""

from dataclasses import replace

from .sandbox import Cell


def cells_of(cells, due) -> list[Cell]:
    """The cells of a fresh process.

    due : {id of an exam cell: name of the learner's function that loads}
    """
    found, last = [], 0
    for cell in cells:
        if cell.kind == "run":
            found.append(replace(cell))
        elif cell.kind == "exam" and cell.id in due:
            found.append(replace(cell, source="", exercise=due[cell.id]))
            last = len(found)
    return found[:last]


def load(held, session, cells, first):
    """Have every file loaded; the fault if the sandbox or the machine is to blame, or None.

    held : `held(cells, draw, take, alone)` runs cells and hands answers over
    first : the run that wrote the files; what this one uses is added to its account
    """
    due = session.files_left()
    if not due:
        return None
    failed = alone = False
    while True:
        run = held(cells_of(cells, due), session.file_sheet, session.loaded, alone)
        first.cpu_seconds += run.cpu_seconds
        first.wall += run.wall
        first.peak_bytes = max(first.peak_bytes, run.peak_bytes)
        slug = run.fault.slug if run.fault else None
        if slug == "sandbox" and not failed:
            failed = True
        elif slug == "killed" and not alone:
            alone = True
        else:
            ours = slug == "sandbox" or (slug == "killed" and run.short_of_memory)
            return run.fault if ours else None
