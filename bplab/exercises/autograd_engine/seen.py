"""What the readings of an engine's wrong numbers read: leaves by name, operations of a text."""

import re

from bplab import nn

SPOKEN = {
    "+": "a sum",
    "*": "a product",
    "-": "a difference",
    "unary -": "a minus sign",
    "**": "a power",
    "/": "a quotient",
    "tanh": "tanh",
    "exp": "exp",
    "relu": "relu",
    "k +": "a plain number plus a value",
    "k *": "a plain number times a value",
    "k -": "a plain number minus a value",
    "k /": "a plain number over a value",
}


def word(operation):
    """An operation as a part of a mistake's name."""
    return SPOKEN[operation].split()[-2 if operation == "unary -" else -1]


class Seen:
    """The leaves of the case that shows most, by name."""

    def __init__(self, wrong, rows):
        self.wrong = wrong
        self.inputs, _, leaves = max(rows, key=lambda row: len(row[2]))
        self.leaves = {leaf.name: leaf for leaf in leaves}

    def grad(self, name, program):
        """The leaf of a value's grad in a program; None where the engine raised before it."""
        return self.leaves.get(f"{name}.grad of {program.text}")

    def values(self, names):
        """The given numbers, as values of our own."""
        return [nn.Value(self.inputs[name]) for name in names]


def operations(text):
    """The operations in the text of a program, those with a plain number on the left apart."""
    text = text.partition(" with ")[2] + " " + text.partition(" with ")[0]
    found = set(re.findall(r"\.(tanh|exp|relu)\(", text))
    if "put through" in text:
        return found | {"*", "+"}
    if "doubled" in text:
        return found | {"*", "+"}
    if text.strip().startswith("sum("):
        return {"+", "k +"}
    if re.search(r"(^|[( =])-[a-z(]", text):
        found.add("unary -")
    for left, operation in re.findall(r"(\w+|\)) (\*\*|[-+*/]) ", text):
        plain = left == "k" or left.isdigit()
        found.add(f"k {operation}" if plain and operation != "**" else operation)
    return found


def alike(a, b):
    return abs(float(a) - float(b)) <= 1e-7 * (1 + abs(float(b)))


def joined(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
