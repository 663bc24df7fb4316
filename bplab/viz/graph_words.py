"""How an expression graph writes: signs, numbers, and the sentence of a computed value."""

import math

_SIGNS = {"*": "×", "-": "−", "/": "÷"}


def sign_of(op):
    """An operation as it is drawn: "*" is ×, "**2" is ^2."""
    return "^" + op[2:].replace("-", "−") if op.startswith("**") else _SIGNS.get(op, op)


def written(x, in_brackets=False):
    """A number in four digits, a negative one in brackets if asked for."""
    if not math.isfinite(x):
        return str(x)
    text = f"{x:.4g}".replace("-", "−")
    return f"({text})" if in_brackets and x < 0 else text


def forward_words(nodes, i):
    """Node i by name and by number: "v1 = a × b = 2 × (−3) = −6"."""
    node = nodes[i]
    numbers = [written(nodes[p]["data"], k > 0) for k, p in enumerate(node["parents"])]
    names = [nodes[p]["name"] or written(nodes[p]["data"]) for p in node["parents"]]
    sign = sign_of(node["op"])
    if len(numbers) == 2:
        left, right = f" {sign} ".join(names), f" {sign} ".join(numbers)
    elif sign.startswith("^"):
        left, right = f"{names[0]}{sign}", f"({numbers[0]}){sign}"
    else:
        left, right = (f"{sign}({', '.join(part)})" for part in (names, numbers))
    return f"{node['name']} = {left} = {right} = {written(node['data'])}"
