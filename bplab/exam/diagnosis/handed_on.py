"""What a named mistake hands on to a helper that makes the answer: its settings.

Many mistakes are one helper with another setting each: `trained(X, y, learning_rate, epochs,
late=True)`, `compared(a, b, reduce=np.mean)`. Two of them that set different things are put
together here; nobody has to write the pair down.
"""

import inspect
from functools import cache
from itertools import product
from types import FunctionType

from bplab.exam.compose import called_names, with_parts

ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY)


def pairs(exercise, paper):
    """(one mistake, another, the solution that makes both) of all whose settings do not meet."""
    calling, handing = _of_first_case(exercise, paper)
    told = set()
    for helper, others in handing.items():
        for one, (other, theirs) in product(calling[helper], others.items()):
            mine = others.get(one, set())
            if one == other or mine & theirs or (other, one) in told:
                continue
            told.add((one, other))
            first, second = exercise.mistakes[one], exercise.mistakes[other]
            solution = _both(exercise, helper, first.solution, second.solution)
            yield first, second, solution


def _of_first_case(exercise, paper):
    """({helper: names of the mistakes that call it}, {helper: {name: what it sets}} of those that
    do nothing else)."""
    calling, handing = {}, {}
    for mistake in exercise.mistakes.values():
        if mistake.when is None and type(mistake.solution) is FunctionType:
            for helper in _helpers(mistake.solution):
                calling.setdefault(helper, []).append(mistake.name)
    asked = []

    def probe(*arguments):
        if asked:
            return
        asked.append(True)
        for helper, names in calling.items():
            for name in names:
                found = _handed(exercise, helper, exercise.mistakes[name].solution, arguments)
                if found:
                    handing.setdefault(helper, {})[name] = set(found)

    paper.values_on(paper.sat_cases()[:1], probe)
    return calling, handing


@cache
def _helpers(solution):
    """The functions beside an exercise that a solution calls itself and that have settings."""
    home, found = solution.__globals__, []
    package = home.get("__package__")
    for name in sorted(called_names(solution.__code__)):
        helper = home.get(name)
        if type(helper) is not FunctionType or not package:
            continue
        parameters = inspect.signature(helper).parameters.values()
        beside = helper.__globals__.get("__package__") == package
        if beside and all(p.kind not in ANY for p in parameters):
            found.append(helper)
    return found


def _handed(exercise, helper, solution, arguments):
    """{name: value} of what a solution hands on otherwise than it was given; None if it does more
    than that."""
    given, seen, back = _given(exercise, arguments), [], object()

    def asked(*places, **names):
        seen.append(_bound(helper, places, names))
        return back

    try:
        answer = with_parts(solution, {helper: asked})(*arguments)
    except Exception:  # what comes back is no answer, and it was worked on
        return None
    return _unlike(seen[0], given) if answer is back and len(seen) == 1 else None


def _both(exercise, helper, one, other):
    def both(*arguments):
        given = _given(exercise, arguments)
        theirs = _handed(exercise, helper, other, arguments)
        if theirs is None:
            raise ValueError("in this case it does more than handing on")

        def helped(*places, **names):
            mine = _bound(helper, places, names)
            if theirs.keys() & _unlike(mine, given).keys():
                raise ValueError("both set the same thing")
            return helper(**{**mine, **theirs})

        return with_parts(one, {helper: helped})(*arguments)

    return both


def _given(exercise, arguments):
    parameters = inspect.signature(exercise.reference).parameters
    given = {n: p.default for n, p in parameters.items() if p.default is not p.empty}
    return given | dict(zip(parameters, arguments, strict=False))


def _bound(helper, places, names):
    signature = inspect.signature(helper)
    bound = dict(signature.bind(*places, **names).arguments)
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            bound |= bound.pop(name, {})
    return bound


def _unlike(bound, given):
    return {n: v for n, v in bound.items() if n not in given or not _as_given(v, given[n])}


def _as_given(value, given):
    return value is given or (type(value) in (str, int, float) and value == given)
