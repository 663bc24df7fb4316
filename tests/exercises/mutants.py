"""One-step mutants of the references: the ruler that exams and diagnosis are measured with.

A mutant is the source of a reference with one thing changed, as a slip of the hand would change
it: a sign, an axis, a transpose, a factor, an end of a range, a term left out, two names
exchanged, two returned things exchanged. `python -m tests.exercises.mutants [NAME ...]` lists
what becomes of them all.
"""

import ast
import functools
import inspect
import itertools
import pickle
import sys
import textwrap
from dataclasses import dataclass
from types import FunctionType

from bplab import exercises
from bplab.exam.compose import called_names
from bplab.exam.diagnosis.last import UNTOLD

_OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Pow: (ast.Mult,),
}
_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_TWINS = {
    "sum": "mean",
    "mean": "sum",
    "maximum": "minimum",
    "max": "min",
    "min": "max",
    "exp": "tanh",
    "tanh": "sin",
    "argmax": "argmin",
    "zeros_like": "ones_like",
    "sqrt": "square",
    "cumsum": "cumprod",
    "std": "var",
}


@dataclass(frozen=True)
class Mutant:
    exercise: object
    words: str  # what was changed, and where
    solution: object


def of(exercise):
    """All one-step mutants of the exercise's reference, in the order of its source."""
    found = []
    for function in _own_functions(exercise):
        tree, start = _tree(function)
        for words, changed in _changes(tree, start):
            solution = _compiled(exercise, function, changed)
            if solution is not None:
                found.append(Mutant(exercise, words, solution))
    return found


def _own_functions(exercise):
    """The reference and the helpers of its module that are no exercise of their own."""
    reference = exercise.reference
    if isinstance(reference, type):
        return [reference]
    others = {id(other.reference) for other in exercises.every() if other is not exercise}
    found, todo = [], [reference]
    while todo:
        function = todo.pop(0)
        if function in found or type(function) is not FunctionType:
            continue
        found.append(function)
        for name in sorted(called_names(function.__code__)):
            helper = function.__globals__.get(name)
            same_file = getattr(helper, "__module__", None) == reference.__module__
            if same_file and id(helper) not in others:
                todo.append(helper)
    return found


def _tree(thing):
    lines, start = inspect.getsourcelines(thing)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    body = tree.body[0].body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        del body[0]  # the docstring
    return tree, start


def _compiled(exercise, function, tree):
    """The reference with the changed function in place of the old one."""
    reference = exercise.reference
    home = dict(sys.modules[function.__module__].__dict__)
    try:
        exec(compile(ast.fix_missing_locations(tree), "<mutant>", "exec"), home)
    except SyntaxError:
        return None
    changed = home[function.__name__]
    if isinstance(reference, type):
        changed.__module__ = reference.__module__
        return changed
    for name, value in list(home.items()):  # helpers see the changed one too
        if type(value) is FunctionType and value.__globals__ is not home:
            if value.__module__ == reference.__module__ and name != function.__name__:
                home[name] = FunctionType(
                    value.__code__, home, name, value.__defaults__, value.__closure__
                )
                home[name].__kwdefaults__ = value.__kwdefaults__
    return home[reference.__name__]


def _changes(tree, start):
    """(words, changed tree) for each single change."""
    nodes = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    names = _local_names(tree)
    kept = pickle.dumps(tree)  # read back in a fifth of the time that deepcopy takes
    for number, node in enumerate(nodes):
        for kind, edit in _edits(node, names):
            changed = pickle.loads(kept)
            target = [n for n in ast.walk(changed) if hasattr(n, "lineno")][number]
            if edit(target, changed) is False:
                continue
            before, after = ast.unparse(node), _shown(changed, target)
            if before != after or kind == "dropped":
                line = start + node.lineno - 1
                yield f"line {line}, {kind}: {before[:60]} -> {after[:60]}", changed


def _shown(tree, target):
    try:
        return ast.unparse(target)
    except Exception:
        return "?"


def _local_names(tree):
    arguments = [a.arg for a in tree.body[0].args.args] if hasattr(tree.body[0], "args") else []
    stored = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store]
    return list(dict.fromkeys(arguments + stored))


def _become(target, new):
    target.__class__ = new.__class__
    target.__dict__.clear()
    target.__dict__.update(new.__dict__)


def _edits(node, names):
    """(kind, function of the copied node and tree) for each change this node invites."""
    if isinstance(node, ast.BinOp):
        for other in _OPERATORS.get(type(node.op), ()):
            yield "operator", lambda n, t, o=other: setattr(n, "op", o())
        if isinstance(node.op, ast.MatMult):
            yield "factors", lambda n, t: _exchange(n)
        if isinstance(node.op, (ast.Sub, ast.Div)):
            yield "exchanged", lambda n, t: _exchange(n)
        if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
            yield "left alone", lambda n, t: _become(n, n.left)
            yield "right alone", lambda n, t: _become(n, n.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield "sign", lambda n, t: _become(n, n.operand)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", lambda n, t: _become(n, n.value)
    elif isinstance(node, ast.Attribute) and node.attr in _TWINS:
        yield "twin", lambda n, t: setattr(n, "attr", _TWINS[n.attr])
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        for other in _COMPARISONS[type(node.ops[0])]:
            yield "comparison", lambda n, t, o=other: n.ops.__setitem__(0, o())
    elif isinstance(node, ast.keyword) and node.arg in ("axis", "keepdims"):
        yield "keyword", lambda n, t: setattr(n, "value", _other_axis(n))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {node.value + 1, node.value * 2, node.value - 1, 0} - {node.value}:
            yield "number", lambda n, t, v=value: setattr(n, "value", v)
    elif isinstance(node, ast.Name) and type(node.ctx) is ast.Load and node.id in names:
        at = names.index(node.id)
        for other in {names[at - 1], names[(at + 1) % len(names)]} - {node.id}:
            yield "name", lambda n, t, o=other: setattr(n, "id", o)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield "returned", lambda n, t: n.value.elts.reverse()
    elif isinstance(node, (ast.AugAssign, ast.If, ast.Expr)):
        yield "dropped", lambda n, t: _become(n, ast.Pass())
        if isinstance(node, ast.AugAssign):
            plain = ast.Store()
            yield (
                "overwritten",
                lambda n, t, p=plain: _become(n, ast.Assign([n.target], n.value, lineno=n.lineno)),
            )


def _exchange(node):
    node.left, node.right = node.right, node.left


def _other_axis(node):
    old = node.value
    if node.arg == "keepdims":
        return ast.Constant(not getattr(old, "value", False))
    return ast.Constant(1 if getattr(old, "value", None) == 0 else 0)


@functools.cache
def chosen(each=4):
    """The same few mutants of each exercise in every run: spread over its source."""
    picked = []
    for exercise in exercises.every():
        if exercise.name.startswith("train_"):
            continue
        mutants = of(exercise)
        step = max(len(mutants) / each, 1)
        picked += [mutants[int(i * step)] for i in range(min(each, len(mutants)))]
    return picked


def verdict(mutant, seeds=(None,), more=8):
    """'refused: SLUG', or, if the papers of `seeds` accept it, 'equal' or 'accepted'.

    A mutant is equal if its answers to `more` other papers agree with the reference's, too.
    """
    for seed in seeds:
        report = mutant.exercise.examine(mutant.solution, seed)
        if not report.passed:
            return f"refused: {report.mistake}"
    for seed in range(100, 100 + more):
        if not mutant.exercise.examine(mutant.solution, seed).passed:
            return "accepted"
    return "equal"


def verdicts(mutants):
    """(mutant, its verdict) of each: those of one exercise sit one paper, with little time."""
    for exercise, its in itertools.groupby(mutants, lambda mutant: mutant.exercise):
        seconds, exercise.seconds = exercise.seconds, min(exercise.seconds, 1.0)
        exercise._practice = None  # a sheet holds the limit that was when it was drawn
        try:
            for mutant in its:
                yield mutant, verdict(mutant)
        finally:
            exercise.seconds, exercise._practice = seconds, None


if __name__ == "__main__":
    tally = {}
    for exercise in exercises.every():
        asked = sys.argv[1:]
        if exercise.name.startswith("train_") or (asked and exercise.name not in asked):
            continue
        for mutant, found in verdicts(of(exercise)):
            kind = "untold" if found.removeprefix("refused: ") in UNTOLD else found.split(":")[0]
            tally[kind] = tally.get(kind, 0) + 1
            if kind != "refused":
                print(f"{exercise.name}: {found}: {mutant.words}", flush=True)
    print(tally)
