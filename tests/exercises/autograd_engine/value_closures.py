"""Value, written with closures: one line of it wrong, and what is told."""

from tests.exercises.autograd_engine.closures import PASS_BACK, rewritten

EXERCISE = "Value"

IN_A_TUPLE = ("set(_children)", "tuple(_children)")
IN_A_LIST = ("set(_children)", "list(_children)")
SHARES = {  # the line, or lines, in which each operation passes its shares on
    "tanh": ["self.grad += (1 - t**2) * out.grad"],
    "exp": ["self.grad += out.data * out.grad"],
    "relu": ["self.grad += (out.data > 0) * out.grad"],
    "power": ["self.grad += other * (self.data ** (other - 1)) * out.grad"],
    "minus": ["self.grad += -1.0 * out.grad #neg"],
    "difference": ["self.grad += 1.0 * out.grad #sub", "other.grad += -1.0 * out.grad #sub2"],
    "quotient": [
        "self.grad += 1 / other.data * out.grad",
        "other.grad += -self.data / other.data**2 * out.grad",
    ],
    "sum": ["other.grad += 1.0 * out.grad #add"],
    "product": ["self.grad += other.data * out.grad", "other.grad += self.data * out.grad #mul"],
}


def replacing(operation, *also):
    """One of the operation's lines has = for +=."""
    for line in SHARES[operation]:
        change = (line, line.replace("+=", "="))
        yield rewritten(f"replacing_in_{operation}", change, *also), f"overwritten-in-{operation}"


def deaf(operation):
    """None of the operation's lines speaks of what arrives."""
    changes = [(line, line.replace(" * out.grad", "")) for line in SHARES[operation]]
    if operation == "sum":
        line = "self.grad += 1.0 * out.grad\n            "
        changes = [(line + SHARES["sum"][0], "self.grad += 1.0\n            other.grad += 1.0")]
    return rewritten(f"deaf_in_{operation}", *changes), f"upstream-ignored-in-{operation}"


def walking(name, text, *also):
    """backward() walks the graph in its own way."""
    return rewritten(name, (PASS_BACK, text), *also)


EVERY_ROAD = """        self.grad = 1.0
        def go(v):
            v._backward()
            for c in v._prev: go(c)
        go(self)
"""
FIRST_REACHED = """        seen = set()
        self.grad = 1.0
        def go(v):
            if v in seen: return
            seen.add(v)
            v._backward()
            for c in v._prev: go(c)
        go(self)
"""
IN_A_QUEUE = """        self.grad = 1.0
        queue, seen = [self], {self}
        while queue:
            v = queue.pop(0)
            v._backward()
            for c in v._prev:
                if c not in seen:
                    seen.add(c); queue.append(c)
"""
ON_A_PILE = IN_A_QUEUE.replace("pop(0)", "pop()")
PLAIN_ZERO = (
    "out = Value(0 if self.data < 0 else self.data, (self,), 'ReLU')",
    "if self.data < 0: return 0\n        out = Value(self.data, (self,), 'ReLU')",
)
RELU = "self.grad += (out.data > 0) * out.grad"
NO_RESET = ("        for v in topo:\n            v.grad = 0.0\n", "")

ACCEPTED = [
    rewritten("children_in_a_set"),
    rewritten("children_in_a_tuple", IN_A_TUPLE),
    rewritten("children_in_a_list", IN_A_LIST),
]

TOLD = [
    (
        rewritten(
            "numbers_visited_once",
            ("if v not in visited:", "if v.data not in visited:"),
            ("visited.add(v)", "visited.add(v.data)"),
        ),
        "hold equal numbers are taken for one",  # by one name or another: a set has any order
    ),
    *(row for operation in SHARES for row in replacing(operation)),
    *(row for operation in ("exp", "quotient") for row in replacing(operation, IN_A_TUPLE)),
    *(deaf(operation) for operation in SHARES),
    (rewritten("replacing_everywhere", ("+= ", "= ")), "overwritten"),
    (rewritten("plain_zero", PLAIN_ZERO), "plain-number-returned", "m.relu() is a plain int"),
    (rewritten("relu_open", ("out.data > 0", "out.data >= 0")), "relu-always-open"),
    (walking("every_road", EVERY_ROAD), "passed-on-twice"),
    (walking("every_road_in_a_tuple", EVERY_ROAD, IN_A_TUPLE), "passed-on-twice"),
    (walking("first_reached", FIRST_REACHED), "before all of it has arrived"),
    (walking("first_reached_in_a_tuple", FIRST_REACHED, IN_A_TUPLE), "no-order-depth-first"),
    (walking("in_a_queue", IN_A_QUEUE), "before all of it has arrived"),
    (walking("in_a_queue_in_a_list", IN_A_QUEUE, IN_A_LIST), "no-order"),
    (walking("on_a_pile", ON_A_PILE),),
    (
        walking("only_one_step", "        self.grad = 1.0\n        self._backward()\n"),
        "stops-after-one-step",
    ),
    (walking("does_nothing", "        pass\n"), "no-seed"),
    (
        walking("unwritten", "        raise NotImplementedError()\n"),
        "not-written",
        "backward, which is not written yet",
        "Right on every case: numbers",
    ),
    (rewritten("no_reset", NO_RESET), "not-from-scratch"),
    (rewritten("from_the_front", ("reversed(topo)", "topo")), "stops-after-one-step"),
    (
        rewritten(
            "own_factor",
            *(
                (line, line.replace(a, b))
                for line, a, b in (
                    (SHARES["product"][0], "other.data", "self.data"),
                    (SHARES["product"][1], "self.data", "other.data"),
                )
            ),
        ),
        "product-slopes-swapped",
    ),
    (rewritten("square_outside", ("(1 - t**2)", "(1 - t)**2")), "another-slope", "is (1 - t)**2"),
    (
        rewritten("cosh_not_squared", ("(1 - t**2)", "(1 / math.cosh(x))")),
        "another-slope",
        "1 / cosh(a), without its square",
    ),
    (rewritten("exp_squared", ("out.data * out.grad", "out.data**2 * out.grad")), "e**b squared"),
    (
        rewritten("off_resets", (RELU, "self.grad = (out.data > 0) * (self.grad + out.grad)")),
        "relu-off-resets",
    ),
    (
        rewritten(
            "off_resets_in_a_list",
            (RELU, f"if self.data > 0: {RELU}\n            else: self.grad = 0"),
            IN_A_LIST,
        ),
        "relu-off-resets",
    ),
    (
        rewritten("opens_at_one", ("out.data > 0", "out.data > 1.2")),
        "though p lies above 0",
    ),
    (
        rewritten(
            "leaky",
            ("Value(0 if self.data < 0 else self.data", "Value(max(self.data, 0.01 * self.data)"),
        ),
        "another-curve",
        "0.01 times m",
    ),
    (
        rewritten("two_point_seven", ("math.exp(self.data)", "2.718**self.data")),
        "2.718 to the power b",
    ),
    (
        rewritten(
            "whole_exponents", ("self.data**other, (self,)", "self.data**int(other), (self,)")
        ),
        "cut to a whole number",
    ),
    (
        rewritten(
            "difference_adds", ("Value(self.data - other.data", "Value(self.data + other.data")
        ),
        "What you give for a - b is a + b",
    ),
    (
        rewritten(
            "precedence", ("other * (self.data ** (other - 1))", "(other * self.data**other - 1)")
        ),
        "power-slope-minus-one",
    ),
    (
        rewritten(
            "sum_into_its_left",
            (
                "out = Value(self.data + other.data, (self, other), '+')",
                "self.data += other.data\n        out = Value(self.data, (self, other), '+')",
            ),
        ),
        "written-into-its-input",
        "After (a + b) the value a holds the result",
    ),
    (
        rewritten(
            "inputs_keep_theirs",
            ("            v.grad = 0.0\n", "            if v._prev: v.grad = 0.0\n"),
        ),
        "inputs-not-cleared",
    ),
    (
        rewritten(
            "only_parents",
            (
                "        for v in topo:\n            v.grad = 0.0\n",
                "        for v in self._prev:\n            v.grad = 0.0\n",
            ),
        ),
        "only-parents-cleared",
    ),
    (
        rewritten(
            "tanh_replaces_and_rsub_turned",
            (SHARES["tanh"][0], SHARES["tanh"][0].replace("+=", "=")),
            ("return Value(other) - self", "return self - other"),
        ),
        "What you give for k - a is a - k",
    ),
    (
        rewritten("whole_quotient", ("self.data / other", "self.data // other")),
        "another-curve",
        "a // b",
    ),
    (
        rewritten("twice_as_flat", ("math.exp(2*x)", "math.exp(x)")),
        "another-curve",
        "the tanh of a / 2",
    ),
    (
        rewritten("no_wrapping", ("other if isinstance(other, Value) else Value(other)", "other")),
        "raised",
    ),
]

NOT_SAID = [
    (walking("every_road", EVERY_ROAD), "keeps only one share", "rng", "not-repeatable"),
    (walking("first_reached", FIRST_REACHED), "keeps only one share", "rng", "not-repeatable"),
]
