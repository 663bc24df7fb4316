"""All named mistakes with their hints, as Markdown: `python -m bplab.authors.catalogue`."""

from bplab import exercises
from bplab.exam.diagnosis.cleared import in_general


def catalogue():
    """All named mistakes with their hints, as Markdown."""
    count = sum(len(exercise.mistakes) for exercise in exercises.every())
    lines = [
        "# Named mistakes",
        "",
        f"The {count} wrong solutions that an exam calls by name, with what a learner reads. Made",
        "by `python -m bplab.authors.catalogue > docs/mistakes.md`; a test compares. Words in",
        "braces are filled with the numbers of the answer at hand.",
    ]
    for name in exercises.CHAPTERS:
        lines += ["", f"## {name}"]
        for exercise in exercises.chapter(name):
            lines += [
                "",
                f"### {exercise.name}",
                "",
                "| mistake | observed | where to look | step |",
            ]
            lines += ["|---|---|---|---|"]
            lines += [_row(mistake) for mistake in exercise.mistakes.values()]
    return "\n".join(lines) + "\n"


def _row(mistake):
    cells = (f"`{mistake.name}`", in_general(mistake.observed), mistake.look, mistake.derive)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(catalogue(), end="")
