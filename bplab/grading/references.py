"""References for a second sitting: their source, cut out of the files they stand in.

Inside the sandbox there is no `bplab.nn` to import them from, and there must not be. What goes in
is the text of the functions wanted and of what they use, and nothing that leads elsewhere.
"""

import ast
import os
import sys
import types
from functools import lru_cache
from pathlib import Path


class NotCut(Exception):
    """A reference that cannot be cut out of its file."""


def cut_out(references) -> tuple[str, set]:
    """The source that defines these, to be run in an empty module, and what it defines.

    references : dict of name to function or class

    The second is a set of (module, name). Raises NotCut where a reference uses what is neither in
    a file nor a library's.
    """
    whole: dict = {}
    for name, reference in references.items():
        whole |= closure(name, reference)
    names = [name for _, name in whole]
    if len(set(names)) < len(names):
        raise NotCut("two things of one name")
    lines = list(whole.values())
    lines += [f"{n} = {r.__name__}" for n, r in references.items() if n != r.__name__]
    return "\n".join(lines) + "\n", written(whole)


@lru_cache(maxsize=512)
def closure(name, reference) -> dict:
    """What a reference is made of, what is used first: (module, name) to the text that defines it.

    name : that it is known by, for the message. Raises NotCut.
    """
    home, own = getattr(reference, "__module__", None), getattr(reference, "__name__", None)
    if not home or not own or getattr(sys.modules.get(home), own, None) is not reference:
        raise NotCut(f"{name} is not what its module has under this name")
    found: dict = {}
    _follow(home, own, found)
    return found


def why_not(exercise) -> str | None:
    """Why an exercise's reference cannot be put in for a broken one, as a sentence; None if it can.

    exercise : an Exercise
    """
    try:
        cut_out({exercise.name: exercise.reference})
    except NotCut as error:
        return (
            f"{exercise.name}: in a second sitting the right one cannot be put in for a learner's "
            f"broken one ({error}), so what fails only through it earns nothing there. Write the "
            "reference as a function with imports at the top of its file, of NumPy and such, "
            "bplab.nn, and what stands in the file itself."
        )
    return None


@lru_cache(maxsize=512)
def own_of(reference, others) -> set:
    """What a reference is made of, as (module, name), but for the other references it calls.

    others : a tuple of these
    """
    found: dict = {}
    stops = {(other.__module__, other.__name__) for other in others if other is not reference}
    try:
        _follow(reference.__module__, reference.__name__, found, stops)
    except (NotCut, AttributeError):
        return set()
    return written(found) - stops


def written(found) -> set:
    """Of (module, name), those that are code which could answer something: no numbers, no imports.

    found : of these, any collection
    """
    code = (ast.FunctionDef, ast.ClassDef)
    return {(home, n) for home, n in found if home and isinstance(_tops(home).get(n), code)}


def _follow(home, name, found, stops=()):
    """Put (home, name) and all it uses into `found`, what is used first, with its text."""
    if (home, name) in found or (home, name) in stops:
        return
    node = _tops(home).get(name)
    if node is None:
        raise NotCut(f"{name} is not written there")
    if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "bplab":
        alias = next(a for a in node.names if (a.asname or a.name) == name)
        if alias.asname not in (None, alias.name) or node.level:
            raise NotCut(f"{name} goes by another name")
        _follow(_home_of(node.module, alias.name), alias.name, found, stops)
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        found[None, name] = _import(node, name, home)
        return
    found[home, name] = ""  # one that calls itself is not followed again
    node, elsewhere = _without_modules(home, node)
    for module, used in sorted(elsewhere):
        _follow(_home_of(module, used), used, found, stops)
    known = {used for _, used in elsewhere} | {name}
    for used in _names_in(node):
        if used in _tops(home) and used not in known:
            _follow(home, used, found, stops)
    del found[home, name]
    found[home, name] = _bare(node)


@lru_cache(maxsize=2048)
def _without_modules(home, node):
    """A definition that says `sigmoid` for `nn.sigmoid`, and what it takes so: {(module, name)}.

    So it does for what was imported under another name.
    """
    inside = _Inside(home)
    flat = inside.visit(ast.parse(ast.unparse(node))).body[0]
    bound = {inner.id for inner in ast.walk(flat) if _is_target(inner)}
    bound |= {inner.arg for inner in ast.walk(flat) if isinstance(inner, ast.arg)}
    for module, name in inside.found:
        own = name in _tops(home) and _imported(home, name) != f"{module}.{name}"
        if own or name in bound:
            raise NotCut(f"{name} is the name of another thing there, too")
    return flat, frozenset(inside.found)


class _Inside(ast.NodeTransformer):
    """Puts names in place of attributes of bplab's modules. found : {(module, name)} of these."""

    def __init__(self, home):
        self.home, self.found = home, set()

    def visit_Attribute(self, node):
        whole = self._dotted(node)
        if whole is None:
            return self.generic_visit(node)
        if _is_module(whole):
            raise NotCut(f"it hands on the module {whole}")
        return self._named(whole, node)

    def visit_Name(self, node):
        whole = _imported(self.home, node.id)
        if whole is None or not isinstance(node.ctx, ast.Load):
            return node
        if _is_module(whole):
            raise NotCut(f"it hands on the module {whole}")
        return node if whole.endswith(f".{node.id}") else self._named(whole, node)

    def _named(self, whole, node):
        module, _, name = whole.rpartition(".")
        if not f"{module}.".startswith("bplab.nn."):
            raise NotCut(f"it uses {whole}")
        self.found.add((module, name))
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def _dotted(self, node):
        """What an attribute of a module of bplab is, by its whole name; else None."""
        if isinstance(node, ast.Name):
            return _imported(self.home, node.id)
        outer = self._dotted(node.value) if isinstance(node, ast.Attribute) else None
        return f"{outer}.{node.attr}" if outer and _is_module(outer) else None


def _imported(home, name):
    """The whole name of what an import from bplab has bound to a name of a file; else None."""
    node = _tops(home).get(name)
    if isinstance(node, ast.Import):
        alias = next(a for a in node.names if (a.asname or a.name.partition(".")[0]) == name)
        whole = alias.name if alias.asname else name
    elif isinstance(node, ast.ImportFrom) and not node.level:
        alias = next(a for a in node.names if (a.asname or a.name) == name)
        whole = f"{node.module}.{alias.name}"
    else:
        return None
    return whole if whole.partition(".")[0] == "bplab" else None


def _is_module(name):
    return isinstance(sys.modules.get(name), types.ModuleType)


def _home_of(module, name):
    """Where a name of a package's front really stands."""
    if name in _tops(module):
        return module
    front = sys.modules.get(module)
    home = getattr(getattr(front, name, None), "__module__", None)
    if not home and name in getattr(front, "_HOME", {}):  # a table, which does not know its file
        home = f"{module}.{front._HOME[name]}"
    if not home:
        raise NotCut(f"it uses {module}.{name}")
    return home


def _import(node, name, home):
    if isinstance(node, ast.Import):
        alias = next(a for a in node.names if (a.asname or a.name.partition(".")[0]) == name)
        library = alias.name
        line = f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
    else:
        alias = next(a for a in node.names if (a.asname or a.name) == name)
        library = node.module or ""
        line = f"from {node.module} import {alias.name}"
        line += f" as {alias.asname}" if alias.asname else ""
    if node.__dict__.get("level") or library.partition(".")[0] in ("bplab", ""):
        raise NotCut(f"it imports {library or name}")
    return line


@lru_cache(maxsize=2048)
def _names_in(node):
    """Names that a definition reads, in the order in which they stand."""
    found = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.ImportFrom) and str(inner.module).startswith("bplab"):
            raise NotCut("it imports while it runs")
        if isinstance(inner, ast.Import) and any(a.name.startswith("bplab") for a in inner.names):
            raise NotCut("it imports while it runs")
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            found.append(inner.id)
    return dict.fromkeys(found)


@lru_cache(maxsize=2048)
def _bare(node):
    """A definition as text, without what is only said about it."""
    copy = ast.parse(ast.unparse(node))
    for inner in ast.walk(copy):
        body = getattr(inner, "body", None)
        if isinstance(inner, (ast.FunctionDef, ast.ClassDef)) and _is_docstring(body[0]):
            inner.body = body[1:] or [ast.Pass()]
    return ast.unparse(copy)


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _tops(module):
    """The statements that bind a module's names: dict of name to node."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file or not file.endswith(".py"):
        raise NotCut(f"{module} has no source")
    return _parsed(file, os.stat(file).st_mtime_ns)  # of the course's own, another may come


@lru_cache(maxsize=512)
def _parsed(file, changed):
    found = {}
    for node in ast.parse(Path(file).read_text(encoding="utf-8")).body:
        for name in _bound_by(node):
            found[name] = node
    return found


def _bound_by(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [t.id for target in targets for t in ast.walk(target or node) if _is_target(t)]


def _is_target(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
