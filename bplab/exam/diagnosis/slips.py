"""One slip of the hand in a function: its source with a single step changed, and words for it.

A sign, a factor or a term left out, another axis, a sum for a mean, the end of a range, one name
for another. `one_step` asks which of them gives the learner's answers.
"""

import ast
import inspect
import textwrap
from dataclasses import dataclass
from functools import cache
from types import FunctionType

import numpy as np

from bplab.exam.compose import called_names
from bplab.exam.diagnosis.kept import Kept
from bplab.exam.diagnosis.slip_words import Words
from bplab.exam.diagnosis.syntax import (
    binary,
    grown,
    in_an_index,
    integer,
    minus,
    of_a_keyword,
    paths,
    put,
    transposed,
)

TWINS = {
    "sum": ("mean", "max"),
    "mean": ("sum", "max"),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "exp": ("tanh",),
    "zeros_like": ("ones_like",),
    "zeros": ("ones",),
    "sqrt": ("square",),
    "std": ("var",),
    "var": ("std",),
    "argmax": ("argmin",),
    "cumsum": ("cumprod",),
}
WRAPPERS = (
    "exp", "log", "log1p", "sqrt", "abs", "tanh", "maximum", "minimum", "clip", "square", "sum",
    "mean", "sign", "where", "max", "norm", "sort", "cumsum", "prod",
)  # fmt: skip
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


# What a slip may bring in that the function itself has no name for.
OTHERS = {
    "_abs": np.abs,
    "_sum": np.sum,
    "_mean": np.mean,
    "_relu": lambda z: np.maximum(z, 0),
    "_sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
CURVES = {"_relu": "ReLU", "_sigmoid": "sigmoid"}


@dataclass(frozen=True)
class Slip:
    """A changed function, what is said of the change, and which kind of step it is."""

    changed: object
    words: str
    kind: str


class Dear(Exception):
    """A changed function goes round its loops too often to be tried to the end."""


class Meter:
    """Counts the rounds of all loops in changed functions: a clock would decide otherwise."""

    left = 0

    def tick(self):
        """One round more."""
        self.left -= 1
        if self.left < 0:
            raise Dear


METER = Meter()


def functions_in(reference):
    """The reference, and what it calls of its own package, down to the last helper."""
    found, todo = [], [reference]
    package = str(getattr(reference, "__module__", "")).partition(".")[0]
    while todo:
        function = todo.pop(0)
        if function in found or type(function) is not FunctionType:
            continue
        found.append(function)
        for name in sorted(called_names(function.__code__)):
            helper = function.__globals__.get(name)
            if str(getattr(helper, "__module__", "")).partition(".")[0] == package:
                todo.append(helper)
    return found


@cache
def slips_of(function, returns):
    """All slips in one function, in the order of its source; none where it cannot be read.

    Each is made when it is first asked for: most searches end long before the last.

    returns : the names of what it returns, a tuple
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ()
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list:
        return ()
    if any(isinstance(node, ast.While) for node in ast.walk(tree)):
        return ()  # a slip in it may never end
    return Kept(_Slips(function, tree, returns).all())


class _Slips:
    def __init__(self, function, tree, returns):
        self.function, self.tree = function, tree
        definition = tree.body[0]
        arguments = [a.arg for a in definition.args.args + definition.args.kwonlyargs]
        self.words = Words(arguments, returns)
        stored = [
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        self.names = list(dict.fromkeys(arguments + stored))
        for node in ast.walk(tree):
            if isinstance(node, ast.For):
                node.body.insert(0, ast.parse("_tick()").body[0])
        ast.fix_missing_locations(tree)

    def all(self):
        for path in list(paths(self.tree.body[0])):
            parent, field, index, node = path[-1]
            for kind, words, new in self._changes(node, path):
                changed = self._compiled(parent, field, index, node, new)
                if changed is not None:
                    yield Slip(changed, self.words.placed(words, path), kind)

    def _compiled(self, parent, field, index, node, new):
        put(parent, field, index, new)
        try:
            ast.fix_missing_locations(ast.copy_location(new, node))
            home = {**self.function.__globals__, "_tick": METER.tick} | OTHERS
            exec(compile(self.tree, "<slip>", "exec"), home)
        except (SyntaxError, ValueError, TypeError):
            return None
        finally:
            put(parent, field, index, node)
        return home[self.function.__name__]

    def _changes(self, node, path):
        make = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        return make(node, path) if make else ()

    def _of_binop(self, node, path):
        say = self.words
        left, op, right = node.left, node.op, node.right
        if isinstance(op, (ast.Add, ast.Sub)):
            yield "term", say.left_out("term", right), left
            if isinstance(op, ast.Add):
                half = binary(node, ast.Div(), ast.Constant(2))
                yield "factor", f"half of a sum{say.of(node)} in place of the sum", half
                yield "term", say.left_out("term", left), right
                yield "sign", say.other_sign(right), binary(left, ast.Sub(), right)
            else:
                yield "term", say.left_out("term", left), minus(right)
                yield "sign", say.other_sign(right), binary(left, ast.Add(), right)
                yield "sign", "a difference taken the other way round", binary(right, op, left)
                size = ast.Call(ast.Name("_abs", ast.Load()), [node], [])
                yield (
                    "sign",
                    f"the size of a difference{say.of(node)} in place of the difference",
                    size,
                )
        elif isinstance(op, ast.Mult):
            yield "factor", say.left_out("factor", right), left
            yield "factor", say.left_out("factor", left), right
            yield "factor", say.divided(right), binary(left, ast.Div(), right)
            for one, other in ((left, right), (right, left)):
                twice = binary(one, ast.Mult(), binary(other, ast.Mult(), other))
                yield "factor", say.twice(other), twice
        elif isinstance(op, (ast.Div, ast.FloorDiv)):
            yield "factor", say.left_out("division", right), left
            yield "factor", say.multiplied(right), binary(left, ast.Mult(), right)
            yield "factor", "a quotient upside down", binary(right, op, left)
            twice = binary(left, op, binary(right, ast.Mult(), right))
            yield "factor", say.divided_twice(right), twice
            if isinstance(op, ast.FloorDiv):
                yield "number", "a division not rounded down", binary(left, ast.Div(), right)
        elif isinstance(op, ast.Pow):
            yield "factor", say.left_out("power", left), left
            yield "factor", "a factor in place of a power", binary(left, ast.Mult(), right)
        elif isinstance(op, ast.MatMult):
            exchanged = binary(right, op, left)
            yield "product", "the two sides of a matrix product exchanged", exchanged
            yield "product", say.by_entry(left, right), binary(left, ast.Mult(), right)
            for one, new in (
                (left, binary(transposed(left), op, right)),
                (right, binary(left, op, transposed(right))),
            ):
                yield "product", say.transposed(one), new

    def _of_unaryop(self, node, path):
        if isinstance(node.op, ast.USub) and not (of_a_keyword(path) or in_an_index(path)):
            yield "sign", "a minus left out", node.operand
        elif isinstance(node.op, (ast.Not, ast.Invert)):
            yield "choice", "a condition turned into its opposite", node.operand

    def _of_attribute(self, node, path):
        if node.attr == "T":
            yield "product", self.words.not_transposed(node.value), node.value
        for other in TWINS.get(node.attr, ()):
            new = ast.Attribute(node.value, other, node.ctx)
            yield "function", self.words.twin(node.attr, other), new

    def _of_call(self, node, path):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        inner = node.args[0] if node.args else None
        method = isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name)
        if inner is None and isinstance(node.func, ast.Attribute):
            inner = node.func.value
        elif method and name in WRAPPERS:
            inner = node.func.value
        if name in WRAPPERS and inner is not None:
            yield "function", self.words.without(name, inner), inner
            if name == "where" and len(node.args) == 3:
                for branch in node.args[1:]:
                    yield "choice", "one of two branches everywhere", branch
                turned = [node.args[0], node.args[2], node.args[1]]
                yield "choice", "two branches exchanged", ast.Call(node.func, turned, [])
            if name in ("maximum", "minimum") and len(node.args) == 2:
                yield "function", self.words.without(name, node.args[1]), node.args[1]
        if name == "tanh":
            for other, word in CURVES.items():
                new = ast.Call(ast.Name(other, ast.Load()), node.args, [])
                yield "function", f"a {word} where a tanh belongs", new
        if name in ("var", "std"):
            extra = ast.keyword("ddof", ast.Constant(1))
            new = ast.Call(node.func, node.args, [*node.keywords, extra])
            yield "axis", self.words.unbiased(name), new
        if name in ("sum", "mean", "max", "var", "std") and node.keywords:
            bare = [k for k in node.keywords if k.arg not in ("axis", "keepdims")]
            if len(bare) < len(node.keywords):
                yield "axis", self.words.whole(name), ast.Call(node.func, node.args, bare)
        if name == "reversed" and node.args:
            yield "loop", "a loop that runs the other way round", node.args[0]
        if name == "range":
            yield from self._of_range(node, path)

    def _of_range(self, node, path):
        parent = path[-2][3] if len(path) > 1 else None
        backwards = ast.Call(ast.Name("reversed", ast.Load()), [node], [])
        if isinstance(parent, (ast.For, ast.comprehension)):
            yield "loop", "a loop that runs the other way round", backwards
        starts = node.args[0] if len(node.args) > 1 else ast.Constant(0)
        ends = node.args[1] if len(node.args) > 1 else node.args[0]
        rest, one = node.args[2:], ast.Constant(1)
        for words, start, end in (
            ("a loop without its first round", binary(starts, ast.Add(), one), ends),
            ("a loop without its last round", starts, binary(ends, ast.Sub(), one)),
            ("a loop with a round too many at its start", binary(starts, ast.Sub(), one), ends),
            ("a loop with a round too many at its end", starts, binary(ends, ast.Add(), one)),
        ):
            yield "loop", words, ast.Call(node.func, [start, end, *rest], [])
        if rest:
            yield "loop", "a loop that steps by 1", ast.Call(node.func, [starts, ends], [])

    def _of_compare(self, node, path):
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            new = ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)
            yield "choice", self.words.compared(node.ops[0], other()), new

    def _of_keyword(self, node, path):
        old = integer(node.value)
        if node.arg == "axis" and old is not None:
            of = self.words.reduced(getattr(path[-1][0], "func", None))
            for other in (1,) if old == 0 else (0,) if old == 1 else (0, 1):
                yield "axis", f"another axis{of}", ast.keyword("axis", ast.Constant(other))
        elif node.arg == "ddof":
            yield "axis", "another number under the variance", ast.keyword("ddof", ast.Constant(0))

    def _of_constant(self, node, path):
        if type(node.value) not in (int, float) or of_a_keyword(path):
            return
        at = any(isinstance(step[3], ast.Subscript) for step in path)
        for value in dict.fromkeys(
            (node.value + 1, node.value - 1, node.value * 2, node.value / 2, 0, -node.value)
        ):
            if value != node.value and (not at or type(value) is int):
                yield "number", self.words.number(node.value, value, at), ast.Constant(value)

    def _of_name(self, node, path):
        if not isinstance(node.ctx, ast.Load) or node.id not in self.names:
            return
        if isinstance(path[-1][0], ast.Call) and path[-1][1] == "func":
            return
        lists = {grown(step[3]) for step in path}
        for other in self.names:
            if other == node.id or other in lists:  # a list put into itself has no end
                continue
            if node.id in self.words.known or other in self.words.known:
                yield "name", self.words.instead(other, node.id), ast.Name(other, ast.Load())
        if node.id in self.words.known:
            for other in ("_sum", "_mean"):
                new = ast.Call(ast.Name(other, ast.Load()), [node], [])
                yield "axis", f"the {other[1:]} of all of {node.id} in the place of {node.id}", new

    def _of_augassign(self, node, path):
        say = self.words
        yield "term", say.not_added(node.target), ast.Pass()
        yield "term", say.overwritten(node.target), ast.Assign([node.target], node.value)

    def _of_assign(self, node, path):
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in self.words.arguments:
            yield "step", self.words.step_left_out(target), ast.Pass()
        elif isinstance(target, ast.Subscript):
            yield "step", self.words.step_left_out(target), ast.Pass()

    def _of_if(self, node, path):
        if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            yield "choice", "a distinction of cases left out", ast.Pass()
            always = ast.If(ast.Constant(True), node.body, [])
            yield "choice", "one of two cases taken always", always

    def _of_ifexp(self, node, path):
        yield "choice", "one of two cases taken always", node.body
        yield "choice", "one of two cases taken always", node.orelse

    def _of_break(self, node, path):
        yield "loop", "a loop that never ends early", ast.Pass()
