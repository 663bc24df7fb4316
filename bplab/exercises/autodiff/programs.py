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

    def add(self, part, text, given, plain=None, watch=None, deep=False):
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
            | ({"deep": True} if deep else {})
        )

    def weighed(self, part, expression, given, shape, plain=None):
        """t = expression, of this shape, and a sum of its entries with weights."""
        plain = {**(plain or {}), "w": signed(self.rng, *shape)}
        self.add(part, f"t = {expression}; (t * w).sum()", given, plain, [*given, "t"])


MOST = 6  # programs that are asked first whether a named mistake is this one


def narrowed(inputs, wrong):
    """A case of a few programs, those that the names of wrong numbers begin with."""
    titles = {name.rpartition(": ")[0] for name in wrong}
    chosen = [program for program in inputs["programs"] if program["title"] in titles]
    chosen = chosen or inputs["programs"][:1]  # what is wrong is asked beside the programs
    if len(chosen) == len(inputs["programs"]):
        return None
    step = max(len(chosen) // MOST, 1)
    return {**inputs, "programs": chosen[::step][:MOST]}


OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}


@functools.lru_cache(maxsize=512)
def operations(expression):
    """The operations in an expression, each as often as it stands there."""
    found = []
    for node in ast.walk(ast.parse(expression, mode="eval")):
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
