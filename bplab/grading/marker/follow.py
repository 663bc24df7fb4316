"""Second sittings, on the marker's side: who sits again, with which parts, and what it earns.

An exercise that failed is sat again with the right ones in place of those earlier ones that failed
too. "Earlier" is by the release, whatever order a submission has, and so is the order of the
sittings: what is put in for one is of no use to those that come after it in the list, because
they would be given it as well, and comes too late for those before.
"""

import contextlib

from bplab.exam import marking
from bplab.grading.references import NotCut, closure, cut_out, own_of, written
from bplab.grading.sandbox import stage


def sittings(asked, failed) -> list[dict]:
    """What is sat again, in order: [{"exercise", "parts", "source"}].

    asked : Exercise objects, in the order of the release;  failed : names of those that failed
    """
    asked, found = tuple(asked), []
    seen = set(stage.of_asked(asked))  # what is in view is no secret
    for at, exercise in enumerate(asked):
        if exercise.name not in failed:
            continue
        parts = {
            other.name: other.reference
            for other in asked[:at]
            if other.name in failed and not _tells(other, asked, at, failed, seen)
        }
        if parts:
            with contextlib.suppress(NotCut):
                source, _ = cut_out(parts)
                one = {"exercise": exercise.name, "parts": list(parts), "source": source}
                found.append(one)
    return found


def _tells(other, asked, at, failed, seen):
    """Whether the source of a reference could answer an exercise that is not yet sat again."""
    try:
        holds = written(closure(other.name, other.reference))
    except NotCut:
        return True
    rest = asked[at:]
    if any((e.reference.__module__, e.reference.__name__) in holds for e in rest):
        return True
    # A helper that a later reference is made of is half its answer.
    secret = {(home, name) for home, name in holds if _file(home) not in seen}
    references = tuple(exercise.reference for exercise in asked)
    return any(
        own_of(later.reference, references) & secret for later in rest[1:] if later.name in failed
    )


def _file(module):
    return module.removeprefix("bplab.").replace(".", "/") + ".py"


def reports(first, called, worth):
    """The reports on those that passed in their second sitting: {name: Report}.

    first : {name: Report} of first sittings;  called : {name: the parts it calls} of those that
        passed in their second;  worth : what such a pass is worth
    """
    found = {}
    for name, parts in called.items():
        # A part that passed itself when it had the right parts is not where the fault lies.
        carriers = [part for part in parts if part not in called] or parts
        found[name] = marking.as_carried(first[name], carriers, worth)
    return found
