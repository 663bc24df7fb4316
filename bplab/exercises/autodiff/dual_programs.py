"""What a paper for Dual asks: every operation, with numbers and arrays, slopes that are not 1."""

import numpy as np

from bplab.exercises.autodiff.programs import Drawing, positive, signed

ARITHMETIC, NUMBERS, POWERS = "arithmetic", "numbers", "powers and quotients"
FUNCTIONS, ARRAYS, INDEXING, TOGETHER = "functions", "arrays", "indexing", "together"


def programs(rng):
    drawing = Drawing(rng)
    for draw in (arithmetic, powers, numbers, functions, arrays, indexing, together):
        draw(drawing, rng)
    return drawing.programs


def number(rng, draw=signed):
    """(value, slope) of one number."""
    return float(draw(rng)), float(signed(rng))


def row(rng, draw=signed, n=5):
    return draw(rng, n), signed(rng, n)


def arithmetic(drawing, rng):
    for text in ("a + b", "-a", "a - b", "a * b", "a * a", "a * b + a", "(a - b) * (a + b) - a",
                 "a - b * b", "-(a * b)"):  # fmt: skip
        drawing.add(ARITHMETIC, text, {"a": number(rng), "b": number(rng)})


def numbers(drawing, rng):
    k = round(float(rng.uniform(1.2, 2.8)), 2)
    for op in "+-*/":
        drawing.add(NUMBERS, f"a {op} {k}", {"a": number(rng)})
        drawing.add(NUMBERS, f"{k} {op} a", {"a": number(rng)})
    drawing.add(NUMBERS, "2 * a - 1", {"a": number(rng)})
    drawing.add(NUMBERS, "sum([a, b, c])", {name: number(rng) for name in "abc"})


def powers(drawing, rng):
    for text in ("a ** 2", "a ** 3", "a ** -1", "a / b", "b / a", "(a * b) / (a + a)",
                 "1.5 / (a * b)", "(a * b) ** 2"):  # fmt: skip
        drawing.add(POWERS, text, {"a": number(rng), "b": number(rng)})
    drawing.add(POWERS, "a ** 0.5", {"a": number(rng, positive)})


def functions(drawing, rng):
    for text in (
        "a.tanh()",
        "a.exp()",
        "(a * b).tanh()",
        "(a + b).exp() * a",
        "a.tanh() * a.exp()",
    ):
        drawing.add(FUNCTIONS, text, {"a": number(rng), "b": number(rng)})
    ends = {"a": number(rng, positive), "b": (-float(positive(rng)), float(signed(rng)))}
    for text in ("a.relu()", "b.relu()", "a.relu() * b + b.relu()", "(-a).relu() + a"):
        drawing.add(FUNCTIONS, text, ends)


def arrays(drawing, rng):
    given = {"u": row(rng), "v": row(rng), "p": row(rng, positive)}
    for text in ("u + v", "u * v - u", "u / v", "p ** 1.5", "u.tanh() * v", "u.relu()",
                 "v.exp() - u", "2.5 - u", "2.5 / u", "-u"):  # fmt: skip
        drawing.add(ARRAYS, text, given)
    one = {"y": (signed(rng, 5), float(signed(rng))), "x": number(rng)}
    for text in ("y * x", "y - x", "x / y", "(y * y).tanh()", "y.relu() + y"):
        drawing.add(ARRAYS, text, one)


def indexing(drawing, rng):
    line = {"u": row(rng)}
    for index in ("1", "-1", "1:4", "::2"):
        drawing.add(INDEXING, f"u[{index}]", line)
    plain = {"I": np.array([3, 0, 3, -1])}
    drawing.add(INDEXING, "u[I]", line, plain)
    drawing.add(INDEXING, "u[I] * u[I - 1] - u[2]", line, plain)
    table = {"v": (signed(rng, 3, 4), signed(rng, 3, 4))}
    for index in ("1", "1, 2", ":, 1", "1:, :2"):
        drawing.add(INDEXING, f"v[{index}]", table)
    alike = {"z": (signed(rng, 5), float(signed(rng)))}  # one slope for every entry
    drawing.add(INDEXING, "z[2]", alike)
    drawing.add(INDEXING, "z[1:3] * z[2]", alike)


def together(drawing, rng):
    """Expressions nobody chose, each step of two earlier values."""
    for _ in range(4):
        names, lines = ["a", "b"], []
        for name in "cdef":
            left, right = rng.choice(names, 2)
            op, curve = rng.choice(["+", "-", "*"]), rng.choice([".tanh()", ""])
            lines.append(f"{name} = ({left} {op} {right}){curve}")
            names.append(name)
        text = "; ".join([*lines, " + ".join(rng.permutation(names))])
        drawing.add(TOGETHER, text, {"a": row(rng, n=4), "b": row(rng, n=4)})
    text = "s = a; for _ in range(60): s = (s * b + a).tanh(); s"
    drawing.add(TOGETHER, text, {"a": number(rng), "b": number(rng)})
