"""What came of a submission: of one notebook, or of the several of a chapter, added up."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Graded:
    """What came of one submission.

    status: "graded"; "skipped" (recorded before, nothing has changed); "unreadable" (recorded as
    0); "failed" (the grader failed; recorded as needing a person). Of a chapter with several
    notebooks, `details["notebooks"]` has those of each.
    """

    student: str
    status: str
    score: float = 0.0
    max_score: float = 0.0
    details: dict = field(default_factory=dict)

    @property
    def notes(self):
        return self.details.get("notes", [])

    @property
    def mistakes(self) -> dict[str, str]:
        """The named mistake of each exercise that has one."""
        rows = self.details.get("exercises", {})
        return {name: row["mistake"] for name, row in rows.items() if row["mistake"]}

    def to_dict(self) -> dict:
        """As plain data; the score is the gradebook's, with what a person gave."""
        names = ("student", "status", "score", "max_score")
        about = {name: getattr(self, name) for name in names}
        return about | {key: value for key, value in self.details.items() if key not in about}


def together(parts: dict[str, Graded]) -> Graded:
    """One submission, from what came of each of its notebooks, by their names."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    by_name = dict(sorted(parts.items()))
    graded = list(by_name.values())
    return Graded(
        graded[0].student,
        _status(graded),
        sum(one.score for one in graded),
        sum(one.max_score for one in graded),
        _details({name: one.details for name, one in by_name.items()}),
    )


def _status(graded):
    found = {one.status for one in graded}
    if "failed" in found or found == {"skipped"}:
        return "failed" if "failed" in found else "skipped"
    nothing = all(one.details.get("unreadable") for one in graded)
    return "unreadable" if nothing else "graded"


def _details(parts):
    """Of several notebooks as of one; notes say which notebook they are about."""
    rows = {name: details.get("exercises", {}) for name, details in parts.items()}
    shown = apart(rows)
    sums = ("score", "max_score", "cpu_seconds", "wall_seconds")
    unreadable = {name: d["unreadable"] for name, d in parts.items() if d.get("unreadable")}
    failed = [f"{name}: {d['failed']}" for name, d in parts.items() if d.get("failed")]
    return {
        **{key: sum(d.get(key, 0) for d in parts.values()) for key in sums},
        "exercises": {
            shown[name, exercise]: row
            for name, exercises in rows.items()
            for exercise, row in exercises.items()
        },
        "notes": [
            f"{name}: {note}"
            for name, d in sorted(parts.items(), key=lambda pair: pair[0] not in unreadable)
            for note in d.get("notes", [])
        ],
        "unreadable": " ".join(unreadable.values()) if len(unreadable) == len(parts) else None,
        "failed": " ".join(failed) or None,
        "broken": [f"{name}/{cell}" for name, d in parts.items() for cell in d.get("broken", [])],
        "notebooks": parts,
    }


def apart(names: dict) -> dict[tuple[str, str], str]:
    """How names of a chapter's notebooks are shown: with the notebook where two have it.

    names : {notebook: its exercises or cells}  ->  {(notebook, name): shown}
    """
    count = Counter(name for inside in names.values() for name in set(inside))
    return {
        (notebook, name): name if count[name] == 1 else f"{name} ({notebook})"
        for notebook, inside in names.items()
        for name in inside
    }
