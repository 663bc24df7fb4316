"""Whether a notebook that was handed in is another assignment's, by the marks of its cells.

Two assignments may ask one exercise, and so share a cell or two: then a notebook of the one is
graded as the other, and nearly all of its cells are missing.
"""


def ids_of(notebook: dict) -> set[str]:
    """The grade_ids of an instructor's notebook."""
    found = (cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"])
    return {name for name in found if name}


def owner(there: set[str], own: set[str], others):
    """(another assignment's notebook, a sentence), or None if it is this one's.

    there : grade_ids in the file;  own : of the notebook that was asked for
    others : pairs (name, grade_ids), looked at only where less than half of `own` is there
    """
    mine = there & own
    if not there or 2 * len(mine) >= len(own):
        return None
    best = max(((len(there & ids), name, ids) for name, ids in others), default=None)
    if best is None or best[0] <= len(mine) or 2 * best[0] < len(best[2]):
        return None
    shared, name, ids = best
    has = "none" if not mine else str(len(mine))
    return name, (
        f"This looks like the notebook of {name}: {shared} of the {len(ids)} marked cells of "
        f"{name} are in it, and {has} of the {len(own)} of the one that was asked for."
    )
