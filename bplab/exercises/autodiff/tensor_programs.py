"""What a paper for Tensor asks: every operation, on both sides, under an upstream that is not 1."""

import numpy as np

from bplab.exercises.autodiff.programs import Drawing, positive, signed

ARITHMETIC, NUMBERS = "arithmetic", "numbers and arrays"
BROADCASTING, MATRICES, SUMS = "broadcasting", "matrix products", "sums and means"
FUNCTIONS, SHAPES, INDEXING = "functions", "reshape and T", "indexing"
TWICE, ORDER, AGAIN = "used twice", "order", "backward() again"

OPERATORS = ("+", "-", "*", "/")
CURVES = {"exp": signed, "log": positive, "tanh": signed, "relu": signed}


def programs(rng):
    """The programs of one case."""
    drawing = Drawing(rng)
    sizes = [int(n) for n in rng.permutation([2, 3, 4, 5])[:3]]
    for draw in (
        arithmetic, numbers, broadcasting, matrices, sums, functions, shapes, indexing,
        used_twice, used_twice_in_other_shapes, later_shares, deep_and_shared, drawn_graphs, again,
    ):  # fmt: skip
        draw(drawing, rng, *sizes)
    return drawing.programs


def arithmetic(drawing, rng, r, c, k):
    scalars = {name: float(signed(rng)) for name in "abc"}
    drawing.add(ARITHMETIC, "a * b + c", scalars)
    drawing.add(ARITHMETIC, "c * (a - b)", scalars)
    for op in OPERATORS:
        given = {"a": signed(rng, r, c), "b": signed(rng, r, c)}
        drawing.weighed(ARITHMETIC, f"a {op} b", given, (r, c))
    drawing.weighed(ARITHMETIC, "-a", {"a": signed(rng, r, c)}, (r, c))
    for exponent in (2, 3, -1):
        drawing.weighed(ARITHMETIC, f"a ** {exponent}", {"a": signed(rng, r, c)}, (r, c))
    half = float(rng.choice([0.5, 1.5, -0.5]))
    drawing.weighed(ARITHMETIC, f"a ** {half}", {"a": positive(rng, r, c)}, (r, c))


def numbers(drawing, rng, r, c, k):
    number = round(float(rng.uniform(1.2, 2.8)), 2)
    for op in OPERATORS:
        for expression in (f"a {op} {number}", f"{number} {op} a"):
            drawing.weighed(NUMBERS, expression, {"a": signed(rng, r, c)}, (r, c))
        for expression in (f"a {op} K", f"K {op} a"):
            plain = {"K": signed(rng, r, c)}
            drawing.weighed(NUMBERS, expression, {"a": signed(rng, r, c)}, (r, c), plain)
    given = {name: signed(rng, r) for name in "abc"}
    drawing.weighed(NUMBERS, "sum([a, b, c])", given, (r,))


def broadcasting(drawing, rng, r, c, k):
    pairs = [((r, c), (c,)), ((r, 1), (1, c)), ((), (r, c)), ((k, r, c), (r, 1)), ((1,), (r, c)),
             ((r, 1), (c,)), ((1, 1, c), (r, 1)), ((1, c), (k, r, c)), ((1, 1), (c,))]  # fmt: skip
    turn = rng.permutation(len(pairs))
    for number, at in enumerate([*turn, *turn]):
        op = OPERATORS[number % 4]
        left, right = pairs[at] if rng.random() < 0.5 else pairs[at][::-1]
        given = {"a": signed(rng, *left), "b": signed(rng, *right)}
        drawing.weighed(BROADCASTING, f"a {op} b", given, np.broadcast_shapes(left, right))
    for op in OPERATORS:  # small on the right, small on the left
        for left, right in (((r, c), (c,)), ((r, 1), (r, c))):
            given = {"a": signed(rng, *left), "b": signed(rng, *right)}
            drawing.weighed(BROADCASTING, f"a {op} b", given, (r, c))
        for expression in (f"a {op} K", f"K {op} a"):
            given, plain = {"a": signed(rng, c)}, {"K": signed(rng, r, c)}
            drawing.weighed(BROADCASTING, expression, given, (r, c), plain)


def matrices(drawing, rng, r, c, k):
    pair = {"a": signed(rng, r, k), "b": signed(rng, k, c)}
    drawing.weighed(MATRICES, "a @ b", pair, (r, c))
    square = {"a": signed(rng, k, k), "b": signed(rng, k, k)}
    drawing.weighed(MATRICES, "a @ b", square, (k, k))
    three = {"a": signed(rng, c, r), "b": signed(rng, r, k), "d": signed(rng, k, 2)}
    drawing.weighed(MATRICES, "a @ b @ d", three, (c, 2))
    layer = {"a": signed(rng, r, k), "b": signed(rng, k, c), "d": signed(rng, c)}
    drawing.weighed(MATRICES, "a @ b + d", layer, (r, c))
    drawing.add(MATRICES, "a @ b", {"a": signed(rng, 1, k), "b": signed(rng, k, 1)})


def sums(drawing, rng, r, c, k):
    for name in ("sum", "mean"):
        matrix = {"a": signed(rng, r, c)}
        drawing.add(SUMS, f"t = a.{name}(); t * 1.7", matrix, watch=["a", "t"])
        drawing.add(SUMS, f"t = a.{name}(keepdims=True); t * -1.3", matrix, watch=["a", "t"])
        for axis, shape in ((0, (c,)), (1, (r,)), (-1, (r,)), (-2, (c,))):
            drawing.weighed(SUMS, f"a.{name}(axis={axis})", matrix, shape)
        for axis, shape in ((0, (1, c)), (1, (r, 1))):
            drawing.weighed(SUMS, f"a.{name}(axis={axis}, keepdims=True)", matrix, shape)
        drawing.weighed(SUMS, f"a.{name}(0)", {"a": signed(rng, k)}, ())
        block = {"a": signed(rng, r, k, c)}
        drawing.weighed(SUMS, f"a.{name}(axis=1)", block, (r, c))
        square = {"a": signed(rng, c, c)}
        drawing.weighed(SUMS, f"a.{name}(axis=1)", square, (c,))
    table = {"a": signed(rng, r, c), "b": signed(rng, r, c)}
    drawing.weighed(SUMS, "a - b.mean(axis=1, keepdims=True)", table, (r, c))


def functions(drawing, rng, r, c, k):
    for name, draw in CURVES.items():
        drawing.weighed(FUNCTIONS, f"a.{name}()", {"a": draw(rng, r, c)}, (r, c))
    drawing.weighed(FUNCTIONS, "(a * b).exp().log()", {n: positive(rng, r) for n in "ab"}, (r,))
    ends = {"a": float(positive(rng)), "b": -float(positive(rng))}
    drawing.add(FUNCTIONS, "2.5 * a.relu() + 3.5 * b.relu()", ends)


def shapes(drawing, rng, r, c, k):
    given = {"a": signed(rng, r, c)}
    drawing.weighed(SHAPES, f"a.reshape({c}, {r})", given, (c, r))
    drawing.weighed(SHAPES, "a.reshape(-1)", given, (r * c,))
    drawing.weighed(SHAPES, f"a.reshape({r}, 1, {c})", given, (r, 1, c))
    drawing.weighed(SHAPES, f"a.reshape({k}, {r})", {"a": signed(rng, k * r)}, (k, r))
    drawing.add(SHAPES, "3.0 * a.reshape(1, 1)", {"a": signed(rng, 1)})
    drawing.weighed(SHAPES, "a.T", given, (c, r))
    drawing.weighed(SHAPES, "a.T", {"a": signed(rng, k, k)}, (k, k))
    drawing.weighed(SHAPES, f"a.T.reshape({r}, {c})", given, (r, c))


def indexing(drawing, rng, r, c, k):
    line, table = {"a": signed(rng, 6)}, {"a": signed(rng, 4, 5)}
    for index, shape in (("1", ()), ("-1", ()), ("1:4", (3,)), ("::2", (3,)), ("-2:", (2,))):
        drawing.weighed(INDEXING, f"a[{index}]", line, shape)
    for index, shape in (("2", (5,)), ("1, 3", ()), (":, 1", (4,)), ("1:, :2", (3, 2))):
        drawing.weighed(INDEXING, f"a[{index}]", table, shape)
    again = rng.integers(0, 6, 7)
    again[:3] = again[0], again[0] - 6, again[0]  # one entry by both of its numbers
    drawing.weighed(INDEXING, "a[I]", line, (7,), {"I": again})
    rows, columns = rng.integers(0, 4, 6), rng.integers(0, 5, 6)
    rows[3:5], columns[3:5] = rows[0], columns[0]
    drawing.weighed(INDEXING, "a[I, J]", table, (6,), {"I": rows, "J": columns})
    drawing.weighed(INDEXING, "a[:, I]", table, (4, 3), {"I": np.array([2, 0, 2])})
    drawing.weighed(INDEXING, "a[I]", table, (3, 5), {"I": np.array([1, 3, 1])})
    drawing.weighed(INDEXING, "a[I, 2]", table, (3,), {"I": np.array([1, 3, 1])})


def used_twice(drawing, rng, r, c, k):
    """s meets its own result: the product has given s its share before the operation does."""

    def both_orders(expression, extra=None, draw=signed):
        given = {"a": draw(rng, r, c), "b": draw(rng, r, c), **(extra or {})}
        plain = {"w": signed(rng, r, c), "K": signed(rng, r, c)}
        for product in (f"s * {expression}", f"{expression} * s"):
            text = f"s = a * b; ({product} * w).sum()"
            drawing.add(TWICE, text, given, plain, [*given, "s"])

    for expression in ("(-s)", "s ** 2", "s ** -1", "s.exp()", "s.tanh()", "s.relu()"):
        both_orders(expression)
    both_orders("s.log()", draw=positive)
    for op in OPERATORS:
        for pair in (f"(s {op} c)", f"(c {op} s)"):
            both_orders(pair, {"c": signed(rng, r, c)})
        for pair in (f"(s {op} 1.5)", f"(1.5 {op} s)", f"(s {op} K)", f"(K {op} s)"):
            both_orders(pair)
        both_orders(f"(s {op} s)")
        both_orders(f"(s {op} c)", {"c": signed(rng, c)})
    drawing.add(TWICE, "a + a", {"a": float(signed(rng))})
    drawing.add(TWICE, "a * a", {"a": float(signed(rng))})
    drawing.add(TWICE, "a * b + a", {name: float(signed(rng)) for name in "ab"})


def used_twice_in_other_shapes(drawing, rng, r, c, k):
    """The same for what changes the shape: one number of its result meets all of s."""

    def meets(expression, shape, extra=None, size=(r, c)):
        given = {"a": signed(rng, *size), "b": signed(rng, *size), **(extra or {})}
        plain = {"w": signed(rng, *size), "V": signed(rng, *shape), "I": np.array([1, 0, 1])}
        for product in (f"s * ({expression} * V).sum()", f"({expression} * V).sum() * s"):
            text = f"s = a * b; ({product} * w).sum()"
            drawing.add(TWICE, text, given, plain, [*given, "s"])

    for expression, shape in (
        ("s.sum()", ()), ("s.sum(axis=0)", (c,)), ("s.sum(axis=1, keepdims=True)", (r, 1)),
        ("s.mean()", ()), ("s.mean(axis=1)", (r,)), (f"s.reshape({c}, {r})", (c, r)),
        ("s.T", (c, r)), ("s[1]", (c,)), ("s[:, 1]", (r,)), ("s[I]", (3, c)),
    ):  # fmt: skip
        meets(expression, shape)
    meets("(s @ c)", (r, k), {"c": signed(rng, c, k)})
    meets("(c @ s)", (k, c), {"c": signed(rng, k, r)})
    meets("(s @ s)", (k, k), size=(k, k))
    meets("(s @ s.T)", (r, r))
    table = {"a": signed(rng, r, c), "b": signed(rng, r, c)}
    text = "s = a * b; ((s - s.mean(axis=1, keepdims=True)) ** 2 * w).sum()"
    drawing.add(TWICE, text, table, {"w": signed(rng, r, c)}, ["a", "b", "s"])


def later_shares(drawing, rng, r, c, k):
    """s gets its first share from t, and others later: t keeps the gradient it had."""
    for expression, shape, beside in (
        ("s + c", (r, c), ["c"]), ("c + s", (r, c), ["c"]), ("s - c", (r, c), ["c"]),
        ("s + 1.5", (r, c), []), ("-s", (r, c), []), ("s.T", (c, r), []),
        (f"s.reshape({c}, {r})", (c, r), []), ("s[1:]", (r - 1, c), []),
    ):  # fmt: skip
        given = {"a": signed(rng, r, c), "c": signed(rng, r, c)}
        plain = {"w": signed(rng, *shape), "V": signed(rng, r, c)}
        watch = ["a", *beside, "s", "t"]
        for total in ("(t * w).sum() + (s * V).sum()", "(s * V).sum() + (t * w).sum()"):
            text = f"s = a * 0.5; t = {expression}; {total}"
            drawing.add(TWICE, text, {n: given[n] for n in watch if n in given}, plain, watch)


def deep_and_shared(drawing, rng, r, c, k):
    given = {name: signed(rng, c) for name in "abc"}
    plain = {"w": signed(rng, c)}
    for last in ("t + s", "s + t", "t * s", "s * t"):
        text = f"s = a * b; t = s * c * c; (({last}) * w).sum()"
        drawing.add(ORDER, text, given, plain, ["a", "b", "c", "s", "t"])
    text = "s = a + b; t = s * c; u = t * s; ((t * u + s) * w).sum()"
    drawing.add(ORDER, text, given, plain, ["a", "b", "c", "s", "t", "u"])
    drawing.add(
        ORDER, "s = a * b; for _ in range(8): s = s + s; s", {n: float(signed(rng)) for n in "ab"}
    )
    close = {"a": signed(rng, c), "r": rng.uniform(0.9, 1.0, c), "c": signed(rng, c)}
    drawing.add(ORDER, "s = a; for _ in range(140): s = s * r + c; (s * w).sum()", close, plain)
    shared = {"a": signed(rng, c), "r": rng.uniform(0.4, 0.5, c), "q": rng.uniform(0.4, 0.5, c)}
    text = "s = a; for _ in range(100): s = s * r + s * q; (s * w).sum()"
    drawing.add(ORDER, text, shared, plain, deep=True)
    equal = signed(rng, c)
    twins = {"a": equal, "e": equal.copy()}
    drawing.add(ORDER, "((a * e + e) * w).sum()", twins, plain)


def drawn_graphs(drawing, rng, r, c, k):
    """Graphs nobody chose: each new value is made of two earlier ones, any of them again."""
    for _ in range(4):
        names, lines = ["a", "b"], []
        for name in "cdefgh":
            left, right = rng.choice(names, 2)
            op = rng.choice(["+", "-", "*"])
            lines.append(f"{name} = ({left} {op} {right}).tanh()")
            names.append(name)
        total = " + ".join(rng.permutation(names))
        text = "; ".join([*lines, f"(({total}) * w).sum()"])
        given = {"a": signed(rng, r, c), "b": signed(rng, c)}
        drawing.add(ORDER, text, given, {"w": signed(rng, r, c)}, names)


def again(drawing, rng, r, c, k):
    given = {"a": signed(rng, r, c), "b": signed(rng, c), "c": signed(rng, r, c)}
    for text, inner in (
        ("s = a * b; t = (s * c + s).sum(); t.backward(); t", ["s"]),
        ("s = a * b; s.sum().backward(); (s * c).sum()", ["s"]),
        ("s = a * b; (s * c).sum().backward(); (s * s).sum()", ["s"]),
        ("(a + c).sum().backward(); (a * b * c).sum()", []),
    ):
        drawing.add(AGAIN, text, given, watch=["a", "b", *inner], early=True)
    stale = "a.grad = a.data + 5.0; s = a * b; s.grad = s.data + 7.0; (s * c).sum()"
    drawing.add(AGAIN, stale, given, watch=["a", "b", "c", "s"])
