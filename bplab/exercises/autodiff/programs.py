"""The programs that papers for Tensor and Dual are made of: drawn, never the same twice."""

import ast
import functools

import numpy as np


def signed(rng, *shape):
    """Numbers on both sides of 0 and away from it."""
    return rng.uniform(0.4, 1.6, shape) * rng.choice([-1.0, 1.0], shape)


def positive(rng, *shape):
    return rng.uniform(0.4, 1.8, shape)


class Drawing:
    """Collects programs; their titles say what a learner has to type to see the same.

    weighed : the words that make one number of a result `t`, with numbers `w` that the drawing
        adds; such a sum gives every entry of `t` another gradient to begin with
    """

    def __init__(self, rng):
        self.rng = rng
        self.programs = []

    def add(self, part, text, given, plain=None, watch=None, **more):
        shapes = [
            f"{name} {data.shape}" for name, data in given.items() if type(data) is np.ndarray
        ]
        title = f"{text} with {', '.join(shapes)}" if shapes else text
        if any(program["title"] == title for program in self.programs):
            return
        self.programs.append(
            {
                "part": part,
                "title": title,
                "text": text,
                "given": given,
                "plain": plain or {},
                "watch": list(given) if watch is None else watch,
            }
            | more
        )

    def weighed(self, part, expression, given, shape, plain=None):
        """t = expression, of this shape, and a sum of its entries with weights."""
        plain = {**(plain or {}), "w": signed(self.rng, *shape)}
        text = f"t = {expression}; (t * w).sum()"
        self.add(part, text, given, plain, [*given, "t"], expression=expression)


def named(path):
    """What a number is called that was found by a program, or at a new tensor."""
    if path[0] == "new tensors" and len(path) == 3:
        return f"Tensor({path[1]}).{path[2]}"
    if len(path) < 3:
        return None
    title, what, *name = path[1:]
    return f"{title}: {''.join(name)}.{what}"


MOST = 6  # programs that are asked first whether a named mistake is this one


def narrowed(inputs, wrong):
    """A case of a few programs, those that the paths of wrong numbers lead through."""
    titles = {path[1] for path in wrong}
    chosen = [program for program in inputs["programs"] if program["title"] in titles]
    chosen = chosen or inputs["programs"][:1]  # what is wrong is asked beside the programs
    if len(chosen) == len(inputs["programs"]):
        return None
    step = max(len(chosen) // MOST, 1)
    return {**inputs, "programs": chosen[::step][:MOST]}


OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}


def is_expression(text):
    """Whether a program is one expression, and not several lines."""
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def sides_of(expression):
    """The left side, the operator and the right side of an operation on names and numbers."""
    node = ast.parse(expression, mode="eval").body
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node,)
    if len(sides) < 2 or not all(isinstance(side, ast.Name | ast.Constant) for side in sides):
        return None
    return ast.unparse(node.left), OPERATORS.get(type(node.op), "**"), ast.unparse(node.right)


@functools.lru_cache(maxsize=512)
def operations(expression):
    """The operations in an expression, or in several lines, each as often as it stands there."""
    found = []
    for node in ast.walk(ast.parse(expression.replace("; ", "\n"))):
        if isinstance(node, ast.BinOp):
            found.append(OPERATORS.get(type(node.op), "**"))
        elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
            found.append("neg")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.append(node.func.attr)
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            found.append("T")
        elif isinstance(node, ast.Subscript):
            found.append("[ ]")
    return tuple(found)


def plain_on_the_left(program):
    """Whether a number or an array stands on the left of an operation, and a tensor on its right.

    Who turns such an operation round has other sides.
    """
    sides = (
        (node.left, node.right)
        for node in ast.walk(ast.parse(program["text"]))
        if isinstance(node, ast.BinOp)
    )
    return any(_is_plain(left, program) and not _is_plain(right, program) for left, right in sides)


def _is_plain(node, program):
    return isinstance(node, ast.Constant) or getattr(node, "id", None) in program["plain"]


def power_in(expression):
    """The number in `a ** number`, where that is all of the expression; else None."""
    node = ast.parse(expression, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return ast.literal_eval(node.right)
    return None


def keeps_axis(expression):
    """Whether a sum or a mean in an expression is asked to keep its axis."""
    words = [node.arg for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.keyword)]
    return "keepdims" in words
