"""Who may need help: little of the points that can be had, or a fall since the chapter before."""

LITTLE, FALL = 0.5, 0.3  # of the points; of the points from one chapter to the next


def at_risk(found) -> dict[str, str]:
    """{student: why}: little of the points, a fall since the chapter before, nothing twice.

    found : the chapter's Insights
    Points that a person has yet to give are nobody's fault: it goes by the others.
    """
    told, before = {}, found.before.get("shares", {})
    for student, score in found.scores.items():
        waits = found.waiting.get(student, 0.0)
        most = found.max_score - waits
        share = score / most if most > 0 else 1.0
        old = before.get(student)
        if share < LITTLE:
            more = f"; {waits:g} more wait for a grade" if waits else ""
            told[student] = f"{score:g} of {most:g} points{more}"
        if old is not None and old - share >= FALL:
            drop = f"{old:.0%} of {found.before['chapter']}, now {share:.0%}"
            told[student] = f"{told[student]}; {drop}" if student in told else drop
    for student in found.register.missing:
        told[student] = "handed in nothing"
        if before and student not in before:
            told[student] = f"handed in nothing, nor for {found.before['chapter']}"
    return dict(sorted(told.items()))


def waiting(notebooks):
    """{student: points of cells that a person has not graded yet}"""
    found: dict = {}
    for submission in (one for notebook in notebooks for one in notebook.submissions):
        for grade in submission.grades:
            if grade.needs_manual_grade and grade.auto_score is None and grade.manual_score is None:
                student = submission.student.id
                found[student] = found.get(student, 0.0) + grade.cell.max_score
    return found
