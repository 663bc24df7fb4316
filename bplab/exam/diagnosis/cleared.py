"""What a mistake's words call right: said where it is right in the answer at hand, and only there.

An entry writes `{right: dX, dW} db is exactly 1/{N} of what it should be.` and a learner reads
"dX and dW are right; db is ..."; one whose dW is off, too, for a reason of its own, reads nothing
of dX and dW. `{right: all but db}` stands for all that the exercise returns beside db.
"""

import re

from bplab.exam.diagnosis.strict import strict
from bplab.exam.diagnosis.words import joined

_CLEARED = re.compile(r"\{right: (all but )?([^{}]+)\} ")


def as_seen(template, exercise, table):
    """The words, with what they call right if all of it is, in every case of the table."""
    found = _CLEARED.match(template)
    if found is None:
        return template
    words, named = template[found.end() :], found[2].split(", ")
    _raise_if_unknown(named, exercise, template)
    cleared = set(exercise.returns) - set(named) if found[1] else set(named)
    alike = [leaf.right for leaves in table for leaf in leaves if leaf.part in cleared]
    if alike and all(alike):
        return _clause(found) + words
    begins_with_a_name = re.match(r"\w*", words)[0] in exercise.returns
    return words if begins_with_a_name else words[:1].upper() + words[1:]


def in_general(template):
    """The words of an answer in which nothing else is wrong."""
    return _CLEARED.sub(_clause, template)


def _clause(found):
    names = found[2].split(", ")
    if found[1]:
        return f"Everything but {joined(names)} is right; "
    return f"{joined(names)} {'is' if len(names) == 1 else 'are'} right; "


def _raise_if_unknown(names, exercise, template):
    unknown = [name for name in names if name not in exercise.returns]
    if unknown and strict():
        raise ValueError(
            f"{template!r} calls {joined(unknown)} right, and {exercise.name} returns "
            f"{joined(exercise.returns)}."
        )
