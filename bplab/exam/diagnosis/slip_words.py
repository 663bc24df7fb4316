"""Words for one changed step, of names that a learner knows: arguments and what is returned."""

import ast

from bplab.exam.diagnosis.words import joined, number

FUNCTIONS = {
    "sum": "sum",
    "mean": "mean",
    "maximum": "larger of two",
    "minimum": "smaller of two",
    "max": "maximum",
    "min": "minimum",
    "exp": "exponential",
    "tanh": "tanh",
    "log": "logarithm",
    "log1p": "logarithm",
    "sqrt": "square root",
    "square": "square",
    "abs": "absolute value",
    "clip": "clip",
    "sign": "sign",
    "where": "choice between two",
    "norm": "length",
    "std": "standard deviation",
    "var": "variance",
    "argmax": "place of the largest",
    "argmin": "place of the smallest",
    "cumsum": "running sum",
    "cumprod": "running product",
    "prod": "product",
    "sort": "sorting",
    "zeros": "zeros",
    "ones": "ones",
    "zeros_like": "zeros",
    "ones_like": "ones",
}
SIGNS = {
    ast.Lt: "less than",
    ast.LtE: "at most",
    ast.Gt: "more than",
    ast.GtE: "at least",
    ast.Eq: "equal",
    ast.NotEq: "unequal",
}


class Words:
    """What is said of a change in one function."""

    def __init__(self, arguments, returns):
        self.arguments = arguments
        self.returns = returns
        self.known = {*arguments, *returns} - {"self", "cls"}

    def placed(self, words, path):
        """The words, and where it is, if that place has a name."""
        name = self._place(path)
        return f"{words}, on the way to {name}" if name else words

    def _place(self, path):
        for at, (_, _, _, node) in enumerate(path):
            if isinstance(node, (ast.Assign, ast.AugAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                return self._target(target, path[at + 1 :])
            if isinstance(node, ast.Return) and len(self.returns) > 1:
                inner = path[at + 1 :]
                if len(inner) > 1 and isinstance(inner[0][3], ast.Tuple):
                    place = inner[1][2]
                    if place is not None and place < len(self.returns):
                        return self.returns[place]
        return ""

    def _target(self, target, inner):
        if isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Tuple) and len(inner) > 1 and isinstance(inner[0][3], ast.Tuple):
            place = inner[1][2]
            target = target.elts[place] if place is not None else target
        name = getattr(target, "id", "")
        return name if name in self.known else ""

    def of(self, node, word="with"):
        """ " with X and W", the names in a piece of the formula that a learner knows."""
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.known]
        names = list(dict.fromkeys(names))
        if not names and isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return f" {number(node.value)}"
        return f" {word} {joined(names)}" if 0 < len(names) < 4 else ""

    def left_out(self, what, node):
        """A term, factor, division or power that is missing."""
        word = "by" if what == "division" else "of" if what == "power" else "with"
        told = self.of(node, word)
        if what == "division" and told and "by" not in told:
            told = f" by{told}"
        return f"a {what}{told} left out"

    def other_sign(self, node):
        return f"the other sign before a term{self.of(node)}"

    def divided(self, node):
        return f"a division{_by(self.of(node, 'by'))} where a factor belongs"

    def multiplied(self, node):
        return f"a product{self.of(node)} where a division{_by(self.of(node, 'by'))} belongs"

    def twice(self, node):
        return f"a factor{self.of(node)} twice"

    def divided_twice(self, node):
        return f"a division{_by(self.of(node, 'by'))} made twice"

    def by_entry(self, left, right):
        return "a product entry by entry where a matrix product belongs"

    def transposed(self, node):
        if getattr(node, "attr", "") == "T":
            return f"an array{self.of(node)} not transposed"
        return f"a transpose too many, of an array{self.of(node)}"

    def not_transposed(self, node):
        return f"an array{self.of(node)} not transposed"

    def twin(self, one, other):
        one, other = FUNCTIONS[one], FUNCTIONS[other]
        return f"{_a(other)} where {_a(one)} belongs"

    def without(self, name, node):
        of = self.of(node, "that of a term with")
        return f"{_a(FUNCTIONS[name])} left out{f',{of}' if of else ''}"

    def unbiased(self, name):
        return f"a {FUNCTIONS[name]} divided by one less than the number of values"

    def whole(self, name):
        return f"a {FUNCTIONS[name]} of all numbers at once, not along one axis"

    def reduced(self, function):
        """ " in a sum", if the function that takes an axis has a word."""
        word = FUNCTIONS.get(getattr(function, "attr", getattr(function, "id", "")))
        return f" in {_a(word)}" if word else ""

    def compared(self, one, other):
        return f'"{SIGNS[type(other)]}" where "{SIGNS[type(one)]}" belongs'

    def number(self, old, new, at):
        if at:
            return "an index that is off"
        return f"{number(new)} where the formula has {number(old)}"

    def instead(self, other, name):
        if other in self.known and name in self.known:
            return f"{other} in the place of {name}"
        if name in self.known:
            return f"another array in the place of {name}"
        return f"{other} in the place of what is made from it or from others"

    def not_added(self, target):
        return f"what is to be added{self._to(target)} left out"

    def overwritten(self, target):
        return f"each turn replacing the sum{self._in(target)} and not adding to it"

    def step_left_out(self, target):
        return f"a step that changes {getattr(target, 'id', '') or 'an array'} left out"

    def _to(self, target):
        name = getattr(target, "id", "")
        return f" to {name}" if name in self.known else ""

    def _in(self, target):
        name = getattr(target, "id", "")
        return f" in {name}" if name in self.known else ""


def _by(told):
    return told if not told or told.startswith(" by") else f" by{told}"


def _a(word):
    if word in ("zeros", "ones", "tanh", "sorting"):
        return word
    article = "an" if word[0] in "aeiou" else "the" if word.split()[0] in _THE else "a"
    return f"{article} {word}"


_THE = {"larger", "smaller", "place"}
