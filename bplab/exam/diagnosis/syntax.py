"""Pieces of a parsed function: where they stand, and new ones put together."""

import ast


def paths(root):
    """For each node the steps that lead to it: (parent, field, index or None, node) each."""

    def below(node, path):
        for field, value in ast.iter_fields(node):
            if isinstance(node, ast.FunctionDef) and field != "body":
                continue
            items = enumerate(value) if isinstance(value, list) else ((None, value),)
            for index, item in items:
                if isinstance(item, ast.AST):
                    step = (*path, (node, field, index, item))
                    yield step
                    yield from below(item, step)

    yield from below(root, ())


def of_a_keyword(path):
    """Whether a number, or its minus, is what a keyword such as axis is given."""
    parents = [step[0] for step in path[-2:]]
    return isinstance(parents[-1], ast.keyword) or (
        isinstance(parents[-1], ast.UnaryOp) and isinstance(parents[0], ast.keyword)
    )


def in_an_index(path):
    return any(isinstance(step[0], ast.Subscript) and step[1] == "slice" for step in path)


def integer(node):
    """The int that a piece of the source says, such as -1; or None."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    value = getattr(node, "value", None)
    return sign * value if type(value) is int else None


def grown(node):
    """The name of the list that a call appends or inserts to, or None."""
    found = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return getattr(node.func.value, "id", None) if found else None


def put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def binary(left, op, right):
    return ast.BinOp(left, op, right)


def minus(node):
    return ast.UnaryOp(ast.USub(), node)


def transposed(node):
    return node.value if getattr(node, "attr", "") == "T" else ast.Attribute(node, "T", ast.Load())
