"""Second sittings, on the marker's side: who sits again, with which parts, and what it earns.

An exercise that failed is sat again with the right ones in place of those earlier ones that failed
too. "Earlier" is by the release, whatever order a submission has, and so is the order of the
sittings: what is put in for one is of no use to those that come after it in the list, because
they would be given it as well, and comes too late for those before.
"""

from bplab.exam import marking
from bplab.grading.references import NotCut, cut_out, own_of
from bplab.grading.sandbox import stage

WORTH = {"full": 1.0, "half": 0.5, "none": None}  # of an exercise that passes in its second sitting


def sittings(asked, failed) -> list[dict]:
    """What is sat again, in order: [{"exercise", "parts", "source"}].

    asked : Exercise objects, in the order of the release;  failed : names of those that failed
    """
    found = []
    for at, exercise in enumerate(asked):
        earlier = [other for other in asked[:at] if other.name in failed]
        if exercise.name not in failed or not earlier:
            continue
        parts, source = {}, ""
        for other in earlier:
            more = {**parts, other.name: other.reference}
            try:
                text, holds = cut_out(more)
            except NotCut:
                continue
            if not _tells(holds, asked, at, failed):
                parts, source = more, text
        if parts:
            found.append({"exercise": exercise.name, "parts": list(parts), "source": source})
    return found


def _tells(holds, asked, at, failed):
    """Whether source that holds these definitions could answer an exercise not yet sat again."""
    rest = asked[at:]
    if any((e.reference.__module__, e.reference.__name__) in holds for e in rest):
        return True
    # A helper that a later reference is made of is half its answer. What is in view is no secret.
    seen = set(stage.of_asked(asked))
    secret = {(home, name) for home, name in holds if _file(home) not in seen}
    references = [exercise.reference for exercise in asked]
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
