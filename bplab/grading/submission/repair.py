"""Put a learner's answers into a pristine copy of the chapter.

A submission is never graded as it came. The chapter's own notebook is taken fresh, and into it go
the sources of the learner's solution cells and, in place, the cells the learner added. Whatever
happened to test cells, ids, points, flags, kernels or formats on the way then no longer matters.
Sources are compared and searched as text: nothing the learner wrote is compiled here.
"""

import pickle
from dataclasses import dataclass, field

from ...study.release import release as make_release
from . import reading
from .cells import bare, defines, grade_id_of, is_solution
from .matching import Matching
from .plan import asked_in
from .reading import Unreadable, clean_text


@dataclass
class Repaired:
    """A notebook ready to run.

    notes: what was repaired, in sentences. about: those on one solution cell, by grade_id.
    at_cells: notes that only sum up what is in `about`.
    unreadable: the reason why nothing could be used; the notebook is then pristine.
    ids: the grade_ids in what was handed in.
    """

    notebook: dict
    notes: list[str] = field(default_factory=list)
    unreadable: str | None = None
    about: dict[str, list[str]] = field(default_factory=dict)
    at_cells: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def note(self, sentence):
        if sentence not in self.notes:
            self.notes.append(sentence)


def repair(release: dict, submitted: bytes | None) -> Repaired:
    """A pristine `release` with the answers found in `submitted`.

    release: the chapter's notebook, released or with its solutions (they are stripped).
    Never raises for what is in `submitted`.
    """
    pristine = _fresh(release)
    done = Repaired(pristine)
    try:
        if submitted is None:
            raise Unreadable("Nothing was handed in.")
        book = reading.read(submitted)
        if not book.pieces:
            raise Unreadable("The notebook has no cells.")
        ids = {grade_id_of(cell) for cell in pristine["cells"]} - {None}
        done.ids = {piece.grade_id for piece in book.pieces if piece.grade_id}
        defined = [defines(piece.source) for piece in book.pieces]
        if not (done.ids | {p.id for p in book.pieces}) & ids:
            everywhere = set().union(*defined)
            answered = any(names & everywhere for names in asked_in(pristine["cells"]))
            if not (answered or _holds_the_text(book.pieces, pristine)):
                told = "This is not the notebook of this chapter: none of its answers is in it."
                raise Unreadable(" ".join([told, *book.notes]))  # it may have been cut
    except Unreadable as error:
        done.unreadable = str(error)
        return done
    for sentence in book.notes:
        done.note(sentence)
    if book.language and book.language.lower() not in ("python", "python3", "ipython"):
        done.note(f"The notebook was set to {ascii(book.language)}; it was run with Python.")
    Matching(pristine, book.pieces, defined, done).fill()
    return done


def _holds_the_text(pieces, pristine):
    """Whether at least half of what the learner is given to read and run is there word for word."""
    given = [bare(cell["source"]) for cell in pristine["cells"] if not is_solution(cell)]
    there = {bare(piece.source) for piece in pieces}
    return 2 * sum(text in there for text in given) >= len(given) > 0


def _fresh(release):
    cells = release["cells"]
    if any("BEGIN SOLUTION" in clean_text(cell.get("source")) for cell in cells):
        release = make_release(release, hidden_tests=True)
    fresh = pickle.loads(pickle.dumps(release))  # plain data: many times faster than deepcopy
    for number, cell in enumerate(fresh["cells"]):
        cell["source"] = clean_text(cell.get("source"))
        cell.setdefault("metadata", {})
        cell.setdefault("id", f"cell-{number}")
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    fresh["nbformat"], fresh["nbformat_minor"] = 4, 5
    fresh.setdefault("metadata", {})
    return fresh
