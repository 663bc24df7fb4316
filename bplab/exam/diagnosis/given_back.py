"""What came back is right, but not in its place; or in some cases nothing came back."""

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis.named import outcomes, same_outcome, tell
from bplab.exam.diagnosis.words import joined
from bplab.exam.report import Fault


def one_level_deeper(evidence):
    """All that is asked, as one of the things that were returned: (other, (mean, std))."""
    exercise, paper, said = evidence.exercise, evidence.paper, evidence.said
    if type(exercise.returns) is not tuple or exercise.driver not in ("call", "fit scaler"):
        return None
    answer = said[0].get("value")
    if type(answer) not in (tuple, list) or type(paper.expected()[0].get("value")) is not tuple:
        return None

    def stands_at(place):
        return len(said) == len(paper.cases) and all(
            type(mine.get("value")) is type(answer)
            and place < len(mine["value"])
            and compare.same_tree(mine["value"][place], right["value"], exercise.rtol)
            for mine, right in zip(said, paper.expected(), strict=True)
        )

    for place, item in enumerate(answer):
        row = type(item) in (tuple, list) or (type(item) is np.ndarray and item.ndim)
        if row and len(item) == len(exercise.returns) and stands_at(place):
            asked = joined(list(exercise.returns))
            return Fault(
                "one-level-deeper",
                f"{asked} are right, but they stand together as number {place + 1} of the "
                f"{len(answer)} things that you return.",
                "Compare the line that returns with the first lines of the exercise.",
                f"Whoever calls it takes {asked} from your answer, and nothing else.",
            )
    return None


def nothing_in_some_cases(evidence):
    """None in some cases, numbers in others: what these show, and when nothing comes."""
    exercise, paper, said = evidence.exercise, evidence.paper, evidence.said
    if evidence.general is None or evidence.general.name != "returned-nothing":
        return None
    if len(said) != len(paper.cases) or not all("value" in answer for answer in said):
        return None
    there = [n for n, answer in enumerate(said) if answer["value"] is not None]
    if not there:
        return None

    def same(these):
        return len(these) == len(said) and all(
            same_outcome(said[n], these[n], paper.cases[n].rtol or exercise.rtol) for n in there
        )

    gone = f"In {len(said) - len(there)} of {len(said)} cases you return nothing (None)."
    if not same(paper.expected()):
        for mistake in exercise.mistakes.values():
            if mistake.solution is not None and mistake.when is None:
                if same(outcomes(paper, mistake)):
                    return tell(evidence, mistake, also=gone)
    return Fault(
        "nothing-in-some-cases",
        f"{gone} {_which(paper, there)}",
        "Which way through your function ends without a value: a condition that never holds, a "
        "loop that finds nothing, a branch without a return?",
        "Follow one of these cases through the conditions: what is returned if none of them "
        "holds, and what did the name hold before the loop?",
    )


def _which(paper, there):
    """What the cases with None share, in a word that is given; else what the first is given."""
    cases = [case.inputs for case in paper.cases]
    gone = [given for n, given in enumerate(cases) if n not in there]
    for name, value in gone[0].items():
        if type(value) in (str, bool) and all(given.get(name) == value for given in gone):
            if all(cases[n].get(name) != value for n in there):
                return f"They are those in which {name} is {value!r}."
    plain = [f"{name} = {v:.4g}" for name, v in gone[0].items() if type(v) in (int, float)]
    return f"The first of them has {joined(plain)}." if plain else "In the others something comes."
