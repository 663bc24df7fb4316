"""A wrong number, or a wrong array entry by entry, written as a product of what was at hand.

"dw1 is exactly db2 * x" tells a learner which two names met on the line that made dw1.
"""

from itertools import combinations_with_replacement

import numpy as np

from bplab.exam.diagnosis.evidence import Group
from bplab.exam.diagnosis.givens import value_before

CONSTANTS = {1.0: "", 2.0: "2 * ", 0.5: "1/2 * ", 4.0: "4 * ", 0.25: "1/4 * ", 3.0: "3 * "}
ROWS = 5  # fewer numbers agree with too many formulas
PRODUCTS = 120_000
SOME = 8  # numbers that are tried first: nearly every product parts from them there
FAR = 40.0


def formula_of(evidence):
    """What the wrong numbers are, such as "dw1 is exactly db2 * x", or None."""
    exercise, wrong = evidence.exercise, evidence.wrong
    if exercise.driver != "call" or wrong.fault is not None or wrong.actual is None:
        return None
    if isinstance(wrong.expected, str) or wrong.actual.dtype.kind not in "biuf":
        return None
    group = Group(exercise, evidence.paper, evidence.table, wrong)
    words = _of_rows(group, wrong)
    if words is not None:
        return words
    first = next((row for row in group.rows if not row[2].right), None)
    for name, value in first[1].inputs.items() if first else ():
        if type(value) is str:  # each kind may have a formula of its own
            group.rows = [row for row in group.rows if row[1].inputs.get(name) == value]
            words = _of_rows(group, wrong)
            return words and f"Where {name} is {value!r}, {words}"
    return None


def _of_rows(group, wrong):
    found, role = _at_hand(group), group.exercise.role
    if found is None:
        return None
    target, before, names, wanted = found
    near = np.all([np.abs(v) <= FAR for v in names.values()], axis=0)  # no overflow, no rounding
    target, names = target[near], {name: v[near] for name, v in names.items()}
    if _equal(target, wanted[near]).all():
        return None  # what is wrong lies beyond them: a formula would be that of the right answer
    before = None if before is None else before[near]
    if target.size < ROWS or not np.isfinite(target).all() or np.ptp(target) == 0:
        return None
    atoms, sums = _atoms(names, role), _sums(names) if 3 < len(names) < 9 else {}
    words = _product(target, atoms, sums)
    if words:
        return f"{wrong.name} is exactly {words}."
    if before is not None and (target != before).any():
        words = _product(target - before, atoms, {})
        if words:
            return f"The step in {wrong.name} is exactly {words}."
    return None


def _at_hand(group):
    """(the wrong numbers, what they were before the step or None, {name: numbers}, the right
    numbers), or None."""
    targets, befores, columns, right = [], [], [], []
    for _, case, leaf, leaves in group.rows:
        shape = leaf.expected.shape
        numbers = {}
        for name, value in case.inputs.items():
            if type(value) is dict:
                numbers |= {key: item for key, item in value.items() if type(item) is float}
            elif type(value) in (float, np.ndarray):
                numbers[name] = value
            elif type(value) is not str:
                return None
        for other in leaves[: next(n for n, other in enumerate(leaves) if other is leaf)]:
            if other.right and not isinstance(other.expected, str):
                numbers.setdefault(other.name, other.expected)
        numbers = {k: v for k, v in numbers.items() if np.shape(v) in (shape, ())}
        if any(np.shape(v) != shape for v in numbers.values()) and not shape:
            return None
        before = value_before(leaf, case.inputs)
        targets.append(np.ravel(leaf.actual).astype(float))
        right.append(np.ravel(leaf.expected).astype(float))
        befores.append(None if before is None else np.broadcast_to(before, shape).ravel())
        columns.append(
            {k: np.broadcast_to(np.asarray(v, float), shape).ravel() for k, v in numbers.items()}
        )
    shared = [name for name in columns[0] if all(name in c for c in columns)] if columns else []
    if not shared:
        return None
    before = None if any(b is None for b in befores) else np.concatenate(befores)
    names = {name: np.concatenate([c[name] for c in columns]) for name in shared}
    return np.concatenate(targets), before, names, np.concatenate(right)


def _atoms(names, role):
    """{words: numbers} that products are made of, the plain ones first."""
    atoms = dict(names)
    with np.errstate(all="ignore"):
        for name, v in names.items():
            atoms[f"(1 - {name})"] = 1 - v
            atoms[f"(1 - {name}**2)"] = 1 - v**2
        pairs = [(a, b) for a in names for b in names if a < b]
        if len(names) > 6:
            pairs = [pair for pair in pairs if any("labels" in role(name) for name in pair)]
        for a, b in pairs:
            a, b = (b, a) if "labels" in role(a) else (a, b)
            atoms[f"({a} - {b})"] = names[a] - names[b]
        if len(names) <= 3:
            for name, v in names.items():
                if len(names) == 1 or "upstream" not in role(name):
                    atoms |= _functions(name, v)
        elif len(names) > 6:
            for name in [n for n in names if role(n) & {"score", "activation"}]:
                v, a = names[name], 1 / (1 + np.exp(-names[name]))
                atoms[f"sigma'({name})"] = a * (1 - a)
                atoms[f"tanh'({name})"] = 1 - np.tanh(v) ** 2
                atoms[f"sigma({name})"] = a
                atoms[f"tanh({name})"] = np.tanh(v)
                atoms[f"sigma(-{name})"] = 1 - a
                atoms[f"ReLU({name})"] = np.maximum(v, 0)
                atoms[f"1 where {name} > 0, else 0"] = 1.0 * (v > 0)
        if 3 < len(names) <= 6:
            for a in names:
                for b in names:
                    for c in names:
                        if b < c and a not in (b, c):
                            atoms[f"({a} - {b} * {c})"] = names[a] - names[b] * names[c]
    return {words: v for words, v in atoms.items() if np.isfinite(v).all()}


def _functions(name, v):
    a, t = 1 / (1 + np.exp(-v)), np.tanh(v)
    return {
        f"sigma({name})": a,
        f"(1 - sigma({name}))": 1 - a,
        f"(1 + sigma({name}))": 1 + a,
        f"(1 - 2 sigma({name}))": 1 - 2 * a,
        f"(1 - sigma({name})**2)": 1 - a**2,
        f"tanh({name})": t,
        f"(1 - tanh({name}))": 1 - t,
        f"(1 + tanh({name}))": 1 + t,
        f"(1 - 2 tanh({name}))": 1 - 2 * t,
        f"(1 + tanh({name})**2)": 1 + t**2,
        f"(1 - tanh({name})**3)": 1 - t**3,
        f"(1 - tanh({name}**2))": 1 - np.tanh(v**2),
        f"(1 - {name} tanh({name}))": 1 - v * t,
        f"ReLU({name})": np.maximum(v, 0),
        f"ReLU({name})**2": np.maximum(v, 0) ** 2,
        f"(1 - ReLU({name}))": 1 - np.maximum(v, 0),
        f"the absolute value of {name}": np.abs(v),
        f"the sign of {name}": np.sign(v),
        f"exp({name})": np.exp(v),
        f"exp(-{name})": np.exp(-v),
        f"(1 + exp({name}))": 1 + np.exp(v),
        f"1/(1 - exp(-{name}))": 1 / (1 - np.exp(-v)),
        f"log(1 + exp({name}))": np.logaddexp(0, v),
        f"log(sigma({name}))": -np.logaddexp(0, -v),
        f"1/{name}": 1 / v,
        f"1/(1 + {name}**2)": 1 / (1 + v**2),
        f"sin({name})": np.sin(v),
        f"sinh({name})": np.sinh(v),
        f"cosh({name})": np.cosh(v),
        f"1/cosh({name})": 1 / np.cosh(v),
        f"tan({name})": np.tan(v),
        f"arctan({name})": np.arctan(v),
        f"tanh(2 {name})": np.tanh(2 * v),
        f"tanh({name}/2)": np.tanh(v / 2),
        f"(1 - tanh({name})**2)": 1 - t**2,
        f"(1 - tanh(tanh({name}))**2)": 1 - np.tanh(t) ** 2,
        f"sigma(sigma({name}))": 1 / (1 + np.exp(-a)),
        f"sigma(tanh({name}))": 1 / (1 + np.exp(-t)),
        f"1 where {name} > 1, else 0": 1.0 * (v > 1),
        f"sigma'(sigma({name}))": _slope(a),
        f"the smaller of {name} and 0": np.minimum(v, 0),
        f"1/sinh({name})": 1 / np.sinh(v),
        f"1/cos({name})": 1 / np.cos(v),
        f"(1 - tan({name})**2)": 1 - np.tan(v) ** 2,
        f"sigma(2 {name})": 1 / (1 + np.exp(-2 * v)),
        f"1 where {name} > 0, else 0": 1.0 * (v > 0),
        f"1 where {name} >= 0, else 0": 1.0 * (v >= 0),
        f"sigma(-|{name}|)": 1 / (1 + np.exp(np.abs(v))),
        f"1/(1 + 10**-{name})": 1 / (1 + 10.0**-v),
        f"1/(1 + 2**-{name})": 1 / (1 + 2.0**-v),
        f"1/2 + arctan({name})/pi": 0.5 + np.arctan(v) / np.pi,
        f"{name} clipped to [0, 1]": np.clip(v, 0, 1),
    }


def _slope(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


def _sums(names):
    """u * v + w and the like: the pre-activation of a neuron, with any names in it."""
    found = {}
    for a in names:
        for b in names:
            for c in names:
                if a < b and c not in (a, b):
                    found[f"{a} * {b} + {c}"] = names[a] * names[b] + names[c]
                    found[f"{a} * {b} - {c}"] = names[a] * names[b] - names[c]
                    found[f"{c} * ({a} + {b})"] = names[c] * (names[a] + names[b])
                    if b < c:
                        found[f"{a} + {b} + {c}"] = names[a] + names[b] + names[c]
    return found


def _product(target, atoms, sums):
    """The words of the shortest product of atoms, times a plain constant, that is the target."""
    words, values = [*atoms, *sums], np.array([*atoms.values(), *sums.values()])
    for sign in (1, -1):
        for c, constant in CONSTANTS.items():
            hit = np.flatnonzero(_equal(values * (sign * c), target).all(axis=1))
            if len(hit):
                return _written(sign, constant, [words[hit[0]]])
    words, values = words[: len(atoms)], values[: len(atoms)]
    keep = (values != 0).all(axis=1)
    if not target.all() or not keep.any():
        return None
    plain = np.flatnonzero(keep)
    with np.errstate(all="ignore"):
        logs, signs = np.log(np.abs(values)), np.sign(values)
    wanted, sign = np.log(np.abs(target)), np.sign(target)
    some = np.unique(np.linspace(0, len(wanted) - 1, SOME).astype(int))
    few = logs[:, some]
    for count in (2, 3, 4):
        combos = _combinations(len(plain), count)
        if combos is None:
            break
        chosen = plain[combos]
        fit = np.ptp(wanted[some] - few[chosen].sum(axis=1), axis=1) < 1e-8
        for n in np.flatnonzero(fit):
            gap = wanted - logs[chosen[n]].sum(axis=0)
            if np.ptp(gap) >= 1e-8:
                continue
            factor = float(np.exp(gap.mean()))
            constant = next((w for c, w in CONSTANTS.items() if abs(factor - c) < 1e-7), None)
            both = sign * signs[chosen[n]].prod(axis=0)
            if constant is None or np.ptp(both) != 0:
                continue
            return _written(both[0], constant, [words[i] for i in chosen[n]])
    return None


def _equal(values, target):
    return np.abs(values - target) <= 1e-8 * np.abs(target) + 1e-12


def _combinations(n, count):
    if count == 4 and n > 16:
        return None  # four factors of so many say nothing any more
    total = np.prod([n + i for i in range(count)]) / (1, 1, 2, 6, 24)[count]
    if total > PRODUCTS:
        return None
    return np.array(list(combinations_with_replacement(range(n), count)))


def _written(sign, constant, factors):
    text = " * ".join(factors)
    if (sign < 0 or constant) and ("+" in text or " - " in text) and text[0] != "(":
        text = f"({text})"
    if len(factors) == 1 and sign > 0 and not constant and text[0] == "(" and text[-1] == ")":
        text = text[1:-1] if text.count("(") == 1 else text
    return f"{'-' if sign < 0 else ''}{constant}{text}"
