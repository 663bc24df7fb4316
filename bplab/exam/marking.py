"""Mark answers: compare with the reference's, say what went wrong. Runs no learner's code."""

from dataclasses import replace

from bplab.exam.answers import outsized, read
from bplab.exam.diagnosis.errors import HIDDEN
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.general import explained
from bplab.exam.diagnosis.named import instead, is_float32, same_answers, tell
from bplab.exam.diagnosis.pipeline import diagnose
from bplab.exam.diagnosis.strict import strict
from bplab.exam.diagnosis.words import joined
from bplab.exam.examiner import not_working
from bplab.exam.leaves import judged, told
from bplab.exam.report import Fault, Report

SLACK_BYTES = 2**16  # of a message around the answers
HALF_RIGHT = ("changed-arguments", "float32", "warned")
UNEXPLAINED = Fault("unexplained", "")


def mark(paper, answers, explain=True):
    """The Report on `answers` (bytes) to `paper`. Never raises for what the bytes hold.

    explain : whether to say why they are wrong; without it a failed report is but its score
    """
    exercise = paper.exercise
    try:
        said = _said(paper, answers, exercise.max_bytes + SLACK_BYTES)
    except Exception as error:  # whatever it is, it comes of the bytes
        fault = Fault("unreadable", f"The answers could not be read: {error}."[:300])
        return _failed(exercise, fault, 0.0, {})
    if isinstance(said, Fault):
        return _failed(exercise, explained(exercise, said), 0.0, {})
    fault = outsized(said, paper.expected)
    if fault is not None:
        return _failed(exercise, fault, 0.0, {})
    try:
        return _mark_answers(exercise, paper, said, explain)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        if strict():
            raise
        fault = Fault(
            "wrong-type",
            f"What came back could not be compared with what belongs there ({error})."[:300],
            "Look at the type of what you return.",
            "Compare it with the first lines of the exercise.",
        )
        return _failed(exercise, fault, 0.0, {})


def passed(paper, answers):
    """The Report on `answers` (bytes) to `paper` if all are right, else None; diagnoses nothing."""
    exercise = paper.exercise
    try:
        said = _said(paper, answers)
        if isinstance(said, Fault) or before_values(exercise, paper, said) is not None:
            return None
        if exercise.judged:
            pairs = zip(paper.cases, said, strict=False)
            right = all(exercise.judged(case, answer["value"]) is None for case, answer in pairs)
            return _pass(paper, {}) if right else None
        parts = _parts(answers_table(exercise, paper, said), paper)
        return _pass(paper, parts) if parts and all(parts.values()) else None
    except Exception:  # whatever it is, it comes of the answers
        return None


def carried(paper, answers, names):
    """The Report on a function that is right itself: `names` are of those that make it fail."""
    exercise, said = paper.exercise, _said(paper, answers)
    parts = {} if exercise.judged else _parts(answers_table(exercise, paper, said), paper)
    score = _credit(exercise, parts) if before_values(exercise, paper, said) is None else 0.0
    return as_carried(_failed(exercise, Fault("carried", ""), score, parts), names)


def as_carried(report, names, score=None):
    """A failed report as that of a function that is right but for those it calls.

    score : what it earns all the same, if it is to be said
    """
    who, name = joined(names), report.exercise
    observed = (
        f"{name} itself is right: with the right {who} it passes. The fault lies "
        f"in {who}, which {name} calls."
    )
    if score is not None:
        earned = "its full points" if score == 1 else f"{score:.0%} of its points"
        observed += f" One mistake costs once: {name} earns {earned}."
        score = max(score, report.score)
    hints = [
        observed,
        f"Run {' and '.join(f'check({n})' for n in names)}, and mend it there. Then run this check "
        "again.",
        f"{name} can be no better than what it calls, so nothing in it needs to change.",
    ]
    return replace(
        report,
        score=report.score if score is None else score,
        mistake="carried",
        observed=observed,
        hints=hints,
        carried=list(names),
    )


def _said(paper, answers, *limit):
    """The answers in these bytes; a failed paper is read twice, and the second time costs none."""
    if paper.read is None or paper.read[0] is not answers:
        paper.read = answers, read(answers, *limit)
    return paper.read[1]


def _mark_answers(exercise, paper, said, explain):
    general = before_values(exercise, paper, said)
    if general is not None and general.name == "not-written":  # there is nothing to look at
        return _failed(exercise, general, 0.0, {})
    if exercise.judged:
        return _mark_judged(exercise, paper, said, general, explain)
    table = answers_table(exercise, paper, said)
    parts = _parts(table, paper)
    values_right = bool(parts) and all(parts.values())
    if general is None and values_right:
        return _pass(paper, parts)
    broken = not_working(paper)
    if broken is not None:
        return _failed(exercise, broken, 0.0, {})
    fault = diagnose(exercise, paper, said, table, general) if explain else UNEXPLAINED
    if values_right:
        score = 0.5 if general and general.name in HALF_RIGHT else 0.0
    elif general is not None and general.name not in HALF_RIGHT:
        score = 0.0
    else:
        score = _credit(exercise, parts)
    return _failed(exercise, fault, score, parts)


def _mark_judged(exercise, paper, said, general, explain):
    fault = general
    if fault is None:
        for case, answer in zip(paper.cases, said, strict=False):
            fault = exercise.judged(case, answer["value"])
            if fault is not None:
                break
    if fault is None:
        return _pass(paper, {})
    broken = not_working(paper)
    if broken is not None:
        return _failed(exercise, broken, 0.0, {})
    if not explain:
        return _failed(exercise, UNEXPLAINED, 0.0, {})
    named, evidence = None, Evidence(exercise, paper, said, [])
    if fault.name in exercise.mistakes and not fault.look:
        named = tell(evidence, exercise.mistakes[fault.name], also=fault.observed)
    elif not exercise.costly:
        named = same_answers(evidence)
    fault = named or instead(evidence, fault) or fault
    return _failed(exercise, explained(exercise, fault), 0.0, {})


def before_values(exercise, paper, said):
    """The first fault that can be seen without the right values, or None."""
    for number, answer in enumerate(said):
        case = paper.cases[number] if number < len(paper.cases) else None
        fault = _before_values(exercise, answer, case)
        if fault is not None:
            return fault
    if len(said) < len(paper.cases):
        return Fault("too-slow", "Not every case was answered in time.")
    return None


def _before_values(exercise, answer, case):
    if "arguments" in answer:
        return Fault("wrong-arguments", answer["arguments"])
    if "slow" in answer:
        return Fault("too-slow", f"One call took more than {exercise.seconds:g} s.")
    if "raised" in answer:
        raised = answer["raised"]
        if raised["type"] == "NotImplementedError":
            return Fault("not-written", raised["function"])
        if raised["type"] == "Misfit":
            return Fault("wrong-type", raised["message"])
        if raised["type"] == "Partnerless":
            return Fault("partnerless", raised["message"])
        look, derive = HIDDEN if raised["hidden"] else ("", "")
        said = raised["type"], raised["message"]
        return Fault("raised", told("It", raised), look, derive, *said)
    if answer["value"] is None:
        return Fault("returned-nothing", "")
    if answer["changed"]:
        return Fault("changed-arguments", ", ".join(answer["changed"]))
    if answer["differs"]:
        return Fault("not-repeatable", "")
    if case is not None and case.quiet and answer["warned"]:
        return Fault("warned", answer["warned"][0])
    if is_float32(answer["value"]):
        return Fault("float32", "")
    return None


def answers_table(exercise, paper, said):
    """For each case its leaves, right and wrong; none for a case without a value."""
    if paper.table is None or paper.table[0] is not said:
        paper.table = said, _table(exercise, paper, said)
    return paper.table[1]


def _table(exercise, paper, said):
    table = []
    for case, right, answer in zip(paper.cases, paper.rights(), said, strict=False):
        if "value" in answer and "value" in right:
            rtol = case.rtol or exercise.rtol
            table.append(judged(exercise, right["value"], answer["value"], rtol))
        else:
            table.append([])
    return table


def _parts(table, paper):
    parts = {}
    for leaves in table:
        for leaf in leaves:
            parts[leaf.part] = parts.get(leaf.part, True) and leaf.right
    if len([leaves for leaves in table if leaves]) < len(paper.cases):
        parts = dict.fromkeys(parts, False)
    return parts


def _credit(exercise, parts):
    earning = {name: good for name, good in parts.items() if _earns(exercise, name)}
    if not earning:
        return 0.0
    if all(earning.values()):  # what is wrong earns nothing by itself
        return 0.5
    return sum(earning.values()) / len(earning)


def _earns(exercise, name):
    return exercise.credit is None or name in exercise.credit


def _named(exercise, parts):
    """The parts that a card names: what is returned, and of what else is watched what is wrong."""
    returned = [name for name in parts if name in exercise.returns]
    if isinstance(exercise.returns, str) or not returned:
        return parts
    return {name: good for name, good in parts.items() if name in returned or not good}


def _pass(paper, parts):
    exercise, cases = paper.exercise, len(paper.cases)
    parts = _named(exercise, parts)
    names = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    seen = f"Right on all {cases} cases{names}." if cases > 1 else f"All right{names}."
    observed = f"{seen} {exercise.achieved}".strip()
    return Report(exercise.name, True, 1.0, observed=observed, parts=parts)


def _failed(exercise, fault, score, parts):
    fault = explained(exercise, fault)
    hints = [hint for hint in (fault.observed, fault.look, fault.derive) if hint]
    shown = _named(exercise, parts).items()
    return Report(
        exercise.name,
        False,
        float(score),
        fault.name,
        fault.observed,
        hints,
        {str(n): bool(good) for n, good in shown if not (good and n in exercise.form_only)},
    )
