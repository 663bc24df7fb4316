"""What the readings of an engine's wrong numbers read: its leaves and its programs."""

from bplab import nn
from bplab.exam.probes.engine import THOROUGH, graphs
from bplab.exercises.autograd_engine.operations import operations

PROGRAMS = {program.text: program for part in THOROUGH.values() for program in part}

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


# Of an operation that a value's share may be lost in: how the mistake's name ends.
ENDINGS = {
    "+": "sum",
    "*": "product",
    "-": "difference",
    "unary -": "minus",
    "**": "power",
    "/": "quotient",
    "tanh": "tanh",
    "exp": "exp",
    "relu": "relu",
}


class Seen:
    """The case that shows most: its leaves by (text,) of a number, (text, name) of a grad; its
    programs by text, the drawn ones last."""

    def __init__(self, wrong, rows, first=False):
        """first : read the case that `wrong` is of instead"""
        self.wrong = wrong
        asked = [row for row in rows if not first or any(leaf is wrong for leaf in row[2])]
        self.inputs, _, leaves = max(asked or rows, key=lambda row: len(row[2]))
        self.leaves = {leaf.path[1:]: leaf for leaf in leaves}
        drawn = graphs(self.inputs["graphs"])
        self.programs = PROGRAMS | {program.text: program for program in drawn}

    def program(self, leaf):
        """The program that a leaf is of."""
        return self.programs[leaf.path[1]]

    def operations(self, leaf):
        """The operations of the program that a leaf is of; none if it is of none."""
        program = self.programs.get(leaf.path[1]) if len(leaf.path) > 1 else None
        return operations(program) if program else set()

    def grad(self, name, program):
        """The leaf of a value's grad in a program; None where the engine raised before it."""
        return self.leaves.get((program.text, name))

    def values(self, names):
        """The given numbers, as values of our own."""
        return [nn.Value(self.inputs[name]) for name in names]


def alike(a, b):
    return abs(float(a) - float(b)) <= 1e-7 * (1 + abs(float(b)))


def joined(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
