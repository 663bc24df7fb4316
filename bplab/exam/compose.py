"""Other parts in a whole: a function as it would be if something it calls were written otherwise.

`train_step` with a mistaken `linear_backward` inside is a wrong solution of `train_step` that
nobody has to write down.
"""

from types import CodeType, FunctionType


def with_parts(function, parts):
    """`function` with other functions in place of those it calls, all the way down.

    function : a plain function, or anything else, which is returned as it is
    parts : dict of function to the one that takes its place

    The function itself if it calls none of them. Only names in the globals of its own package
    are followed, so that NumPy is left alone.
    """
    return _Rebuilt(parts).of(function)


class _Rebuilt:
    def __init__(self, parts):
        self.parts = {id(old): new for old, new in parts.items()}
        self.known = {}

    def of(self, function):
        if id(function) in self.parts:
            return self.parts[id(function)]
        if type(function) is not FunctionType:
            return function
        if id(function) not in self.known:
            self.known[id(function)] = function  # one that calls itself is not followed again
            self.known[id(function)] = self._again(function)
        return self.known[id(function)]

    def _again(self, function):
        home, names = function.__globals__, called_names(function.__code__)
        package = str(home.get("__name__")).partition(".")[0]
        changed = {}
        for name in names:
            old = home.get(name)
            if callable(old) and str(getattr(old, "__module__", "")).split(".")[0] == package:
                new = self.of(old)
                if new is not old:
                    changed[name] = new
        if not changed:
            return function
        rebuilt = FunctionType(
            function.__code__,
            {**home, **changed},
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        rebuilt.__kwdefaults__ = function.__kwdefaults__
        return rebuilt


def called_names(code):
    """The global names a piece of code uses, in functions inside it too."""
    names = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            names |= called_names(inner)
    return names
