"""Mark answers: compare with the reference's, say what went wrong. Runs no learner's code."""

from bplab.exam import compare
from bplab.exam.answers import outsized, read
from bplab.exam.diagnosis.errors import HIDDEN
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.general import explained
from bplab.exam.diagnosis.named import instead, is_float32, same_answers, tell
from bplab.exam.diagnosis.pipeline import diagnose
from bplab.exam.report import Fault, Report

SLACK_BYTES = 2**16  # of a message around the answers
HALF_RIGHT = ("changed-arguments", "float32", "warned")


def mark(paper, answers):
    """The Report on `answers` (bytes) to `paper`. Never raises for what the bytes hold."""
    exercise = paper.exercise
    try:
        said = read(answers, exercise.max_bytes + SLACK_BYTES)
    except Exception as error:  # whatever it is, it comes of the bytes
        fault = Fault("unreadable", f"The answers could not be read: {error}."[:300])
        return _failed(exercise, fault, 0.0, {})
    if isinstance(said, Fault):
        return _failed(exercise, explained(exercise, said), 0.0, {})
    fault = outsized(said, paper.expected)
    if fault is not None:
        return _failed(exercise, fault, 0.0, {})
    try:
        return _mark_answers(exercise, paper, said)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        fault = Fault(
            "wrong-type",
            f"What came back could not be compared with what belongs there ({error})."[:300],
            "Look at the type of what you return.",
            "Compare it with the first lines of the exercise.",
        )
        return _failed(exercise, fault, 0.0, {})


def _mark_answers(exercise, paper, said):
    general = before_values(exercise, paper, said)
    if exercise._judge:
        return _mark_judged(exercise, paper, said, general)
    expected = paper.expected()
    table = []  # one list of leaves a case
    for case, right, answer in zip(paper.cases, expected, said, strict=False):
        if "value" in answer:
            rtol = case.rtol or exercise.rtol
            table.append(compare.leaves(exercise, right["value"], answer["value"], rtol))
    parts = _parts(table, len(paper.cases))
    if general is None and all(parts.values()) and parts:
        return Report(exercise.name, True, 1.0, observed=_passed(paper, parts), parts=parts)
    values_right = bool(parts) and all(parts.values())
    fault = diagnose(exercise, paper, said, table, general)
    if values_right:
        score = 0.5 if general and general.name in HALF_RIGHT else 0.0
    elif general is not None and general.name not in HALF_RIGHT:
        score = 0.0
    else:
        score = _credit(exercise, parts)
    return _failed(exercise, fault, score, parts)


def _mark_judged(exercise, paper, said, general):
    fault = general
    if fault is None:
        for case, answer in zip(paper.cases, said, strict=False):
            fault = exercise._judge(case, answer["value"])
            if fault is not None:
                break
    if fault is None:
        return Report(exercise.name, True, 1.0, observed=_passed(paper, {}))
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
        hints = HIDDEN if raised["hidden"] else ()
        return Fault("raised", compare.told("It", raised), *hints)
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


def _parts(table, cases):
    parts = {}
    for leaves in table:
        for leaf in leaves:
            parts[leaf.part] = parts.get(leaf.part, True) and leaf.right
    if len(table) < cases:
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


def _passed(paper, parts):
    names = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    cases = len(paper.cases)
    return f"Right on all {cases} cases{names}." if cases > 1 else f"All right{names}."


def _failed(exercise, fault, score, parts):
    fault = explained(exercise, fault)
    hints = [hint for hint in (fault.observed, fault.look, fault.derive) if hint]
    return Report(
        exercise.name,
        False,
        float(score),
        fault.name,
        fault.observed,
        hints,
        {str(name): bool(good) for name, good in parts.items()},
    )
