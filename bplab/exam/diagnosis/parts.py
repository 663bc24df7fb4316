"""A named mistake of a part, inside the whole.

`train_step` with a mistaken `linear_backward` in it is a wrong `train_step` that nobody has to
write down: the reference is rebuilt with the mistaken part, sits the same paper, and if its
answers are the learner's, the part's own hints are told.

A derived mistake is called PART/MISTAKE, such as "linear_backward/bias-averaged".
"""

from dataclasses import dataclass
from inspect import signature

import numpy as np

from bplab.exam import compare
from bplab.exam.compose import with_parts
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.named import same_outcome, tell
from bplab.exam.leaves import judged, lined_up
from bplab.exam.report import Fault

# A missing guard, or another one, hides no mistake; but then not all numbers are the mistake's.
BUT_FOR_EXTREMES = ", but for extreme inputs,"
CALLS = 4000  # of a part, in all that is tried: some tenths of a second at the very most
OFTEN = 4  # from so many calls in a case, a first epoch alone is tried before all of them
NUDGE = 1.0009765625


@dataclass(frozen=True)
class Suspect:
    """A part that everything wrong depends on.

    touches : how many arrays of the first wrong case depend on it
    calls : how often one case calls it
    """

    part: object
    touches: int
    calls: int


def inside(evidence):
    """The mistake of a part that, inside the right whole, gives the learner's answers."""
    exercise = evidence.exercise
    if exercise.costly or evidence.general is not None or not exercise.built_on:
        return None
    if evidence.wrong.fault is not None and evidence.wrong.fault.name == "raised":
        return None  # one call of several stopped, in a line that is told; parts give numbers
    at = _first_wrong_case(evidence)
    left, near = CALLS, None
    for suspect in _suspects(evidence, at):
        stand_in = StandIn()
        whole = with_parts(exercise.reference, {suspect.part.reference: stand_in})
        for mistake in suspect.part.mistakes.values():
            if mistake.solution is None:
                continue
            left -= suspect.calls
            if left < 0:
                return near and _told(evidence, *near, at, but=BUT_FOR_EXTREMES)
            stand_in.now = mistake.solution
            if suspect.calls >= OFTEN and not _begins_alike(evidence, whole, at):
                continue
            if not _may_be(evidence, whole, at):
                continue
            unlike = cases_unlike(evidence, whole)
            if not unlike:
                return _told(evidence, suspect.part, mistake, at)
            if near is None and _all_extreme(evidence.paper, unlike):
                near = suspect.part, mistake  # and a guard is missing, which hides no mistake
    return near and _told(evidence, *near, at, but=BUT_FOR_EXTREMES)


class StandIn:
    """One rebuilt whole for all mistakes of a part: what stands in the part's place changes.

    now : the mistaken part; calls : how often it was called
    """

    now, calls = None, 0

    def __call__(self, *arguments, **named):
        self.calls += 1
        return self.now(*arguments, **named)


def parts_of(exercise):
    """The exercises that one is built on, those first that it calls itself."""
    found = dict.fromkeys(exercise.built_on)
    for part in exercise.built_on:
        found |= dict.fromkeys(parts_of(part))
    return list(found)


def _first_wrong_case(evidence):
    for number, leaves in enumerate(evidence.table):
        if not all(leaf.right for leaf in leaves):
            return number
    return 0


def _suspects(evidence, at):
    """The parts without which nothing would be wrong that is, the narrowest first."""
    exercise, paper = evidence.exercise, evidence.paper
    case, right = paper.sat_cases()[at], paper.expected()[at]
    wrong = {
        leaf.name
        for leaf in evidence.table[at]
        if not leaf.right and not isinstance(leaf.expected, str)  # a nudge changes no word
    }
    found = []
    for part in parts_of(exercise):
        calls = []
        nudged = _nudged(part.reference, calls)
        answer = paper.sat_on([case], with_parts(exercise.reference, {part.reference: nudged}))[0]
        if not calls or "value" not in answer:
            continue
        leaves = judged(exercise, right["value"], answer["value"], exercise.rtol)
        touched = {leaf.name for leaf in leaves if not leaf.right}
        if wrong and wrong <= touched:
            found.append(Suspect(part, len(touched), len(calls)))
    return sorted(found, key=lambda suspect: suspect.touches)


def _nudged(reference, calls):
    """The reference with all its numbers a thousandth too large: what depends on it shows."""

    def nudged(*arguments, **named):
        calls.append(1)
        return _larger(reference(*arguments, **named))

    return nudged


def _larger(value):
    if type(value) is np.ndarray and value.dtype.kind == "f":
        return value * NUDGE + (NUDGE - 1)
    if isinstance(value, (float, np.floating)):
        return value * NUDGE + (NUDGE - 1)
    if type(value) in (list, tuple):
        return type(value)(_larger(item) for item in value)
    if type(value) is dict:
        return {key: _larger(item) for key, item in value.items()}
    return value


def _begins_alike(evidence, whole, at):
    """Whether the first of a training's losses is the learner's: an epoch takes a share of all."""
    exercise, paper = evidence.exercise, evidence.paper
    case = paper.sat_cases()[at]
    mine = next((leaf for leaf in evidence.table[at] if leaf.sequence and leaf.expected.ndim), None)
    if case.get("epochs", 1) < 2 or mine is None or mine.actual is None or not mine.actual.size:
        return True
    theirs = paper.values_on([{**case, "epochs": 1}], whole)[0]
    if "value" not in theirs:
        return False
    found = lined_up(exercise, paper.expected()[at]["value"], theirs["value"])
    first = next((leaf.actual for leaf in found if leaf.slot == mine.slot), None)
    if first is None or not first.size:
        return False
    rtol = paper.cases[at].rtol or exercise.rtol
    return bool(compare.close(mine.actual.flat[0], first.flat[0], rtol))


def _may_be(evidence, whole, at):
    """Whether the first wrong case does not rule it out: most are, and this takes little."""
    paper, said = evidence.paper, evidence.said[at]
    theirs = paper.values_on([paper.sat_cases()[at]], whole)[0]
    rtol = paper.cases[at].rtol or evidence.exercise.rtol
    return "value" in theirs and compare.same_tree(said["value"], theirs["value"], rtol)


def cases_unlike(evidence, whole):
    """The numbers of the cases in which the learner's answer is not that of `whole`.

    No more is known after the first case that is no extreme: then the list ends.
    """
    exercise, paper, unlike = evidence.exercise, evidence.paper, []
    cases = paper.sat_cases()
    if len(evidence.said) != len(cases):
        return [0]
    for number, case in enumerate(cases):
        theirs = paper.sat_on([case], whole)
        rtol = paper.cases[number].rtol or exercise.rtol
        if not theirs or not same_outcome(evidence.said[number], theirs[0], rtol):
            unlike.append(number)
            if not _all_extreme(paper, [number]):
                break
    return unlike


def _all_extreme(paper, numbers):
    return all(number < len(paper.cases) and paper.cases[number].extreme for number in numbers)


def _told(evidence, part, mistake, at, but=""):
    """The part's own words, with the numbers of a call that the whole makes of it."""
    seen = seen_in_the_part(evidence, part, mistake, at)
    fault = tell(seen, mistake, place=False)
    observed = (
        f"Your numbers are{but} what comes out when one step is wrong, the one that {part.name} "
        f"does. That step alone: {fault.observed} In the whole: {evidence.place}"
    )
    return Fault(f"{part.name}/{mistake.name}", observed.strip(), fault.look, fault.derive)


def seen_in_the_part(evidence, part, mistake, at):
    """The evidence of the first call of the part in which the mistake shows."""
    whole = evidence.exercise.reference
    names = list(signature(part.reference).parameters)
    calls = []

    def watched(*arguments, **named):
        given = dict(zip(names, arguments, strict=False)) | named
        calls.append(given)
        return part.reference(*arguments, **named)

    evidence.paper.sat_on(
        [evidence.paper.sat_cases()[at]], with_parts(whole, {part.reference: watched})
    )
    for given in calls:
        paper = part.paper_of(given)
        said = paper.sat_by(mistake.solution)
        right = paper.expected()
        if "value" not in said[0] or "value" not in right[0]:
            continue
        leaves = judged(part, right[0]["value"], said[0]["value"], part.rtol)
        if not all(leaf.right for leaf in leaves):
            return Evidence(part, paper, said, [leaves])
    return Evidence(part, part.paper_of(calls[0]), [], [])
