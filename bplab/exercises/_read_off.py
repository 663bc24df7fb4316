"""Read an optimizer's formula off its steps: which weight each gradient has in them.

An optimizer that bears no signature is not guessed at. What its steps hold is solved for, and
told beside what the table's formula makes them hold.
"""

import re

import numpy as np

from bplab.exam import Fault
from bplab.exam.signatures import number, plain_formula

EXACT = 1e-6


class Steps:
    """The steps of the first wrong case, up to the first wrong one, all moving tensors end to end.

    k : the number of the first wrong step
    gone : the learner's k-th step; right : the right one
    gradients : those of steps 1 to k
    start : the parameters before step k
    """

    def __init__(self, wrong, rows, case=None):
        found = re.fullmatch(r"tensor (\d+) after step (\d+)", wrong.name)
        self.k = int(found[2])
        self.inputs, leaves = case or next((i, all_) for i, leaf, all_ in rows if leaf is wrong)
        by_name = {leaf.name: leaf for leaf in leaves}
        gone, right, start, gradients, off, still = [], [], [], [], [], []
        for tensor, before in enumerate(self.inputs["params"], 1):
            new = by_name[f"tensor {tensor} after step {self.k}"]
            if self.k > 1:
                before = by_name[f"tensor {tensor} after step {self.k - 1}"].expected
            if new.actual is None or np.shape(new.actual) != np.shape(before):
                continue
            own = [step[tensor - 1] for step in self.inputs["gradients"][: self.k]]
            (still if new.right else off).append(tensor)
            if new.right and any(np.any(g) for g in own):
                continue  # a right one among wrong ones says nothing of them
            gone.append((new.actual - before).ravel())
            right.append((new.expected - before).ravel())
            start.append(before.ravel())
            gradients.append([g.ravel() for g in own])
        self.some = f" in tensor {off[0]}" if len(still) and still[0] != 2 else ""
        self.gone, self.right, self.start = map(np.concatenate, (gone, right, start))
        self.gradients = [np.concatenate(column) for column in zip(*gradients, strict=True)]
        self.first = len(gone[0])
        self.rate = self.inputs["learning_rate"]
        self.sizes = {n: v for n, v in self.inputs.items() if type(v) is float and n != "eps"}
        # Digits of a step are lost where the parameters are large beside it.
        self.exact = EXACT * np.max(np.abs(self.right)) + 1e-13

    def words(self, value):
        """A number, as an expression of the arguments where it is one."""
        found = plain_formula([self.sizes], [value]) if abs(value) > 1e-9 else None
        if found is None or found[2] not in ("argument", "two"):
            return number(0.0 if abs(value) < 1e-9 else float(value))
        return f"{number(float(value))} = {found[0]}" if found[2] == "argument" else found[0]


def solved(columns, target, exact):
    """Weights of the columns in the target, or None if it is no sum of them."""
    A = np.stack(columns, axis=1)
    size = np.linalg.norm(A, axis=0)
    if not np.all(size > 0) or len(target) <= A.shape[1]:
        return None
    weights, _, rank, _ = np.linalg.lstsq(A / size, target, rcond=1e-11)
    if rank < A.shape[1] or np.max(np.abs(A / size @ weights - target)) > exact:
        return None
    weights = weights / size
    return np.where(np.abs(weights) * size < exact, 0.0, weights)


def beside_the_step(steps):
    """The Fault of a step that is right but for a term of its own, or None."""
    found = solved([steps.right, -steps.rate * steps.start], steps.gone, steps.exact)
    if found is not None and abs(found[0] - 1) < 1e-6 and abs(found[1]) > 1e-9:
        return Fault(
            "parameters-in-step",
            f"Step {steps.k} holds the parameters as well: besides the right step, "
            f"{steps.words(found[1])} times learning_rate * w is taken away.",
            *PARAMETERS,
        )
    found = solved([steps.right, np.ones_like(steps.right)], steps.gone, 1e-12)
    if found is not None and abs(found[0] - 1) < 1e-6 and found[1]:
        eps = steps.inputs.get("eps")
        what = "eps" if eps and abs(found[1] / eps - 1) < 1e-2 else number(float(found[1]))
        return Fault(
            "added-to-all",
            f"Step {steps.k} is right but for one thing: {what} is added to every weight.",
            "Which brackets are missing? Division comes before addition.",
            "eps belongs to the root, inside the brackets that g, or m, is divided by.",
        )
    return None


PARAMETERS = (
    "Which term of your step has w in it? Only the place one starts from should.",
    "A pull towards 0 is weight decay. It belongs to the loss, and comes in through the gradient.",
)

RETURNED = (
    (
        "step-returned",
        lambda s: s.rate * s.gradients[-1] - s.start,
        "What you return as params is learning_rate * g: the step itself, not where it leads.",
        "Where do the old parameters stand in your formula?",
        "A step is taken from where one is: the new parameter is the old one minus the step.",
    ),
    (
        "step-returned",
        lambda s: -s.rate * s.gradients[-1] - s.start,
        "What you return as params is -learning_rate * g: the step itself, not where it leads.",
        "Where do the old parameters stand in your formula?",
        "A step is taken from where one is: the new parameter is the old one minus the step.",
    ),
    (
        "parameters-and-gradients-swapped",
        lambda s: s.gradients[-1] - s.rate * s.start - s.start,
        "Parameters and gradients have changed places: you return g - learning_rate * w.",
        "Which of the two is moved, and which says where to?",
        "The parameters move, against their gradients; the gradients stay as they are.",
    ),
    (
        "step-times-parameters",
        lambda s: -s.rate * s.gradients[-1] * s.start,
        "Your step is multiplied by the parameters: large weights move far, small ones hardly.",
        "Does the step depend on where one stands, or only on the slope there?",
        "The slope already knows the place: the step is learning_rate * g, nothing of w in it.",
    ),
    (
        "sign-only",
        lambda s: -s.rate * np.sign(s.gradients[-1]),
        "Every weight moves by learning_rate: only the sign of its gradient counts in your step.",
        "Should a steep slope and a gentle one give the same step?",
        "The gradient's size counts too: the step is learning_rate * g.",
    ),
    (
        "gradient-squared",
        lambda s: -s.rate * s.gradients[-1] ** 2,
        "Your step holds the square of the gradient, which has no sign left.",
        "Where would a weight with a negative slope go in your version?",
        "The step holds g itself, with its sign.",
    ),
    (
        "unit-length",
        lambda s: -s.rate * s.gradients[-1] / np.linalg.norm(s.gradients[-1]),
        "Your step has the length learning_rate whatever the gradient's is: it is over its norm.",
        "Should a steep slope and a gentle one give the same step?",
        "The gradient's size counts too: the step is learning_rate * g.",
    ),
    (
        "sign-lost",
        lambda s: -s.rate * np.abs(s.gradients[-1]),
        "Your step holds the size of the gradient without its sign: all weights go down.",
        "Where should a weight with a negative slope go?",
        "Against its gradient: a negative slope moves the weight up.",
    ),
)


def linear(weight_of, formula):
    """A teller for rules whose step is a sum of gradients; `weight_of(inputs, age)` is right."""

    def tell(wrong, rows):
        steps = Steps(wrong, rows)
        if steps.k == 1:
            for name, step, observed, look, derive in RETURNED:
                if np.all(np.abs(step(steps) - steps.gone) <= steps.exact):
                    return Fault(name, observed, look, derive)
        columns = [-steps.rate * g for g in steps.gradients]
        weights = solved([*columns, -steps.rate * steps.start], steps.gone, steps.exact)
        if weights is None:
            filled = solved([*columns, -steps.rate * np.ones_like(steps.gone)], steps.gone, 1e-9)
            if filled is None or steps.k > 1:
                return None
            return Fault(
                "starts-elsewhere",
                f"At step 1 every weight moves by {steps.words(filled[-1])} times learning_rate "
                "more than its gradient asks for: your memory does not start at 0.",
                "With what is it filled before the first step?",
                "Nothing has been seen yet, so the memory starts at 0 in every entry.",
            )
        *weights, of_w = weights
        if steps.k == 1 and _as_if_one_rate(wrong, rows):
            return None  # a signature says it with the number
        wanted = [weight_of(steps.inputs, steps.k - j) for j in range(1, steps.k + 1)]
        if abs(of_w) > 1e-9:
            return Fault(
                "parameters-in-step",
                f"Step {steps.k} holds the parameters as well: besides the gradients, "
                f"{steps.words(of_w)} times learning_rate * w is taken away.",
                *PARAMETERS,
            )
        return _weights_fault(steps, weights, wanted, formula)

    return tell


def _as_if_one_rate(wrong, rows):
    """True if every case steps with the same rate, whatever learning_rate says."""
    lengths, rates = set(), set()
    for inputs, _, leaves in rows:
        steps = Steps(wrong, rows, (inputs, leaves))
        found = solved([steps.gradients[-1]], steps.gone, steps.exact)
        lengths.add(None if found is None else round(float(found[0]), 9))
        rates.add(steps.rate)
    return len(lengths) == 1 < len(rates) and None not in lengths


def _weights_fault(steps, weights, wanted, formula):
    k = steps.k
    if k == 1 or abs(weights[-1] - wanted[-1]) > 1e-6 * abs(wanted[-1]):
        have, want = weights[-1], wanted[-1]
        which = "the gradient" if k == 1 else "the newest gradient"
        look = "With which factors does the new gradient come in, and with which should it?"
        name = "weight-of-the-new"
    else:
        at = next(
            j for j in range(k - 2, -1, -1) if abs(weights[j] - wanted[j]) > 1e-6 + 1e-6 * wanted[j]
        )
        have, want = weights[at], wanted[at]
        which = f"the gradient of step {at + 1}"
        name = "weight-of-the-old"
        look = (
            "Nothing of it is left. Is it kept, under the name you read, in the state you return?"
            if abs(have) < 1e-9
            else "With which factor does the old memory go into the new one?"
        )
        if abs(want) < 1e-9:
            look = "Plain descent knows the newest gradient only. Where do older ones come in?"
    held = (
        "is not in it at all"
        if abs(have) < 1e-9
        else f"has the weight {steps.words(have)} in it, beside learning_rate"
    )
    right = "nothing of it" if abs(want) < 1e-9 else steps.words(want)
    return Fault(
        name,
        f"Step {k} of yours, taken apart: {which} {held}; {right} belongs there.",
        look,
        formula,
    )


def scaled(wrong, rows):
    """A teller for RMSProp: what stands under the fraction line, read off the step."""
    steps = Steps(wrong, rows)
    rho, eps = steps.inputs["rho"], steps.inputs["eps"]
    g = steps.gradients[-1]
    moving = (np.abs(g) > 1e-4 * np.abs(g).max()) & (steps.gone != 0)
    if moving.sum() < 6:
        return None
    beside = beside_the_step(steps)
    if beside is not None:
        return beside
    root = -steps.rate * g[moving] / steps.gone[moving]
    squares = [old[moving] ** 2 for old in steps.gradients]
    sign = np.sign(root)
    if not np.isfinite(root).all():
        return None
    if np.any(sign != sign[0]):
        if steps.k > 1 or len(set(np.sign(steps.gone[moving]))) > 1:
            return None
        return Fault(
            "sign-lost",
            "At step 1 all weights move the same way, whatever the signs of their gradients.",
            "What stands above the fraction line in your step?",
            "g itself, with its sign, is divided by the root. Nothing else of the step has a sign.",
        )
    uphill = " It goes uphill, too." if sign[0] < 0 else ""
    root = np.abs(root)
    derive = (
        "s = rho * s + (1 - rho) * g**2, from s = 0; then g is divided by the root of s, to which "
        "eps is added."
    )
    if steps.k == 1:
        power, size = np.polyfit(0.5 * np.log(squares[0]), np.log(root), 1)
        fits = np.max(np.abs(np.log(root) - power * 0.5 * np.log(squares[0]) - size)) < 1e-4
        if fits and abs(power - 2) < 1e-3:
            return Fault(
                "no-root",
                f"At step 1 you divide by something that grows with the square of g.{uphill}",
                "What is done to s before g is divided by it?",
                "s averages squares. Its root has the unit of g, so that the step has none.",
            )
        if fits and abs(power - 0.5) < 1e-3:
            return Fault(
                "sizes-for-squares",
                "At step 1 you divide by something that grows with the root of |g|: what you "
                f"average is not squared.{uphill}",
                "What goes into the mean, and what is the root taken of?",
                "Root, mean, square: square each entry first, average, and take the root last.",
            )
        if fits and abs(power + 1) < 1e-3:
            return Fault(
                "multiplied-by-root",
                "You multiply by the root of s: steep directions get the longest steps of all.",
                "What should happen where gradients are large: shorter steps, or longer ones?",
                "Divide g by the root of its mean square: every direction then moves at one pace.",
            )
    under = solved(squares, root**2, 1e-4 * np.max(root**2))
    wanted = [(1 - rho) * rho ** (steps.k - j) for j in range(1, steps.k + 1)]
    if under is not None and steps.k == 1 and abs(under[0] / wanted[0] - 1) > 1e-3:
        found = plain_formula([steps.sizes], [float(np.sqrt(wanted[0] / under[0]))])
        if found is not None and (found[0] in ("2", "1/2") or "learning_rate" in found[0]):
            return Fault(
                "length",
                f"Your first step is {found[0]} times as long as it should be ({found[1]})."
                f"{uphill}",
                "How often does learning_rate come into your step? And no factor beside it?",
                "w - learning_rate * g / (root of s + eps): the rate comes in once.",
            )
        return Fault(
            "weight-of-the-square",
            f"At step 1 the square of g has the weight {steps.words(under[0])} under your root; "
            f"{steps.words(wanted[0])} belongs there.{uphill}",
            "s starts at 0: with which weight does the first square come in? Is anything done to s "
            "before its root is taken?",
            derive,
        )
    if under is not None and steps.k > 1:
        for j in range(steps.k - 1, -1, -1):
            if abs(under[j] - wanted[j]) > 1e-3 * wanted[j]:
                return Fault(
                    "weight-of-the-square",
                    f"Step {steps.k} of yours, taken apart: under the root the squared gradient of "
                    f"step {j + 1} has the weight {steps.words(under[j])}; "
                    f"{steps.words(wanted[j])} belongs there.",
                    "Does the old s reach this step, under the name you read it by, and with which "
                    "factor? And the new square?",
                    derive,
                )
    if steps.k == 1 and np.ptp(root[: steps.first]) < 1e-6 * root[0]:
        return Fault(
            "one-scale",
            "At step 1 all entries of a tensor are divided by one and the same number, "
            f"{number(float(root[0]))} in tensor 1.",
            "How many numbers does s hold for a tensor of 12 weights?",
            "Each weight has its own mean of squares, and so its own rate: nothing is summed.",
        )
    if steps.k == 1:
        found = solved([np.ones_like(root), squares[0]], root**2, 1e-4 * np.max(root**2))
        if found is not None and abs(found[0]) > 1e-3 * np.max(root**2):
            return Fault(
                "starts-elsewhere",
                f"At step 1 there is {number(float(found[0]))} under your root even where g is 0: "
                "your s does not start at 0.",
                "With what is s filled before the first step?",
                "Nothing has been seen yet, so the mean of squares starts at 0 in every entry.",
            )
        exactly = np.sqrt((1 - rho) * squares[0])
        rest = root - exactly
        if np.max(np.abs(rest)) < 1e-3 and np.ptp(rest) < 1e-3 * np.abs(rest).max():
            return Fault(
                "another-eps",
                f"What you add to the root is {number(float(rest.mean()))}; eps is {number(eps)}.",
                "Does the eps that is given come in, and once only?",
                "eps stands beside the root of s, once, as it is given.",
            )
    return None


def adaptive(wrong, rows):
    """A teller for Adam: both averages and their corrections, read off the first two steps."""
    steps = Steps(wrong, rows)
    b1, b2, eps = (steps.inputs[name] for name in ("beta1", "beta2", "eps"))
    if steps.k > 2:
        return None
    beside = beside_the_step(steps)
    if beside is not None:
        return beside
    g = steps.gradients[-1]
    moving = np.abs(g) > 1e-2
    q = -steps.gone[moving] / steps.rate
    new = g[moving]
    if not np.isfinite(q).all() or not np.all(q):
        return None
    if steps.k == 1:
        pace = q * np.sign(new)
        if np.any(np.sign(pace) != np.sign(pace[0])):
            return None
        power, size = np.polyfit(np.log(np.abs(new)), np.log(np.abs(pace)), 1)
        spread = np.log(np.abs(pace)) - power * np.log(np.abs(new)) - size
        if np.max(np.abs(spread)) > 1e-3:
            return None
        uphill = " It goes uphill, too." if pace[0] < 0 else ""
        if abs(power + 1) < 1e-2:
            return Fault(
                "no-root",
                "At step 1 a gradient twice as large makes your step half as long: you divide by "
                f"something that grows with the square of g.{uphill}",
                "What is done to v before m is divided by it?",
                "v averages squares. Its root has the unit of m, so that the step has none.",
            )
        if abs(power) > 1e-2:
            return Fault(
                "units",
                f"At step 1 your step grows with the power {power:.3g} of the gradient; all "
                f"gradients should give the same length.{uphill}",
                "In which unit is what you divide, and in which is what you divide by?",
                "The corrected m is g after one step, and the root of the corrected v is |g|.",
            )
        length = float(np.exp(size))
        if abs(length - 1) < 1e-4 and not uphill:
            first = g[: steps.first]  # of the smallest size, where eps is seen best
            rest = np.abs(first) * (steps.rate / np.abs(steps.gone[: steps.first]) - 1)
            rest = np.where(np.abs(rest) < 1e-4 * eps, 0.0, rest)
            if np.ptp(rest) > 0.1 * max(np.abs(rest).max(), 1e-9):
                return None
            return Fault(
                "another-eps",
                f"What you add to the root of the corrected v is about {number(float(rest.mean()))}"
                f"; eps is {number(eps)}.",
                "Does the eps that is given come in, and once only?",
                "eps stands beside the root of the corrected v, once, as it is given.",
            )
        return Fault(
            "first-length",
            f"Your first step{steps.some} is {number(length)} times learning_rate in every weight; "
            f"exactly learning_rate belongs there.{_from_corrections(length, b1, b2, 1)}{uphill}",
            "At t = 1, what is m divided by, and what v? Work both out with the numbers of this "
            "case.",
            "After one step m is (1 - beta1) * g and v is (1 - beta2) * g**2. Their corrections "
            "divide by just these: 1 - beta1**t and 1 - beta2**t at t = 1. What is left is g over "
            "its own size.",
        )
    old = steps.gradients[0][moving]
    A = np.stack([(q * old) ** 2, (q * new) ** 2, -(old**2), -2 * old * new, -(new**2)], axis=1)
    size = np.linalg.norm(A, axis=0)
    if len(A) < 8 or not np.all(size > 0):
        return None
    if np.ptp(np.abs(q)) < 1e-4 * np.abs(q[0]) and np.any(np.sign(q) != np.sign(new)):
        return Fault(
            "only-signs",
            "Step 1 is right. In step 2 every weight moves equally far: what you divide by is just "
            "the size of what you divide.",
            "What is v averaged from: from squares of gradients, or from m?",
            "v = beta2 * v + (1 - beta2) * g**2 has its own memory; m is not in it.",
        )
    if np.ptp(np.abs(q)) < 1e-4 * np.abs(q[0]):
        return Fault(
            "nothing-remembered",
            f"Step 1 is right. In step 2 every weight moves by {number(float(np.abs(q[0])))} times "
            "learning_rate, against the newest gradient: nothing is left of the first one in m "
            "and in v.",
            "Are m and v in the state that you return, and do you read them from there, under the "
            "same names?",
            "m and v are what the optimizer remembers: the old ones, each with its beta, go into "
            "the new ones.",
        )
    _, found, V = np.linalg.svd(A / size)
    if found[-1] > 1e-5 * found[0] or found[-2] < 1e-4 * found[0]:
        return None
    v_old, v_new, m_oo, m_on, m_nn = V[-1] / size
    if abs(m_nn) < 1e-12 * abs(m_oo) or v_new == 0 or m_nn / v_new <= 0:
        return None
    m_ratio, v_ratio = m_on / m_nn, v_old / v_new
    wanted = (1 - b1) ** 2 / (1 - b1**2) ** 2 / ((1 - b2) / (1 - b2**2))
    length = float(np.sqrt(m_nn / v_new / wanted))
    off_m, off_v = abs(m_ratio / b1 - 1) > 1e-3, abs(v_ratio / b2 - 1) > 1e-3
    said = [
        f"in m the old gradient weighs {steps.words(m_ratio)} times the new one"
        + (f" ({steps.words(b1)} belongs there)" if off_m else ", as it should"),
        f"in v the old square weighs {steps.words(v_ratio)} times the new one"
        + (f" ({steps.words(b2)} belongs there)" if off_v else ", as it should"),
    ]
    if not off_m and not off_v:
        if abs(length - 1) < 1e-5:
            return None
        said.append(f"and the step is {number(length)} times as long as it should be")
        look = (
            "Both averages are right, so it is their corrections. Which t does step 2 use, and "
            "which power of beta1 and of beta2?"
        )
        derive = (
            "t is kept in the state and is 2 in the second step: m is divided by 1 - beta1**2, v "
            "by 1 - beta2**2."
        )
        name = "correction-of-the-second"
    elif off_m:
        look = "What of the first m is left in the state, and with which factor does it come back?"
        derive = "m = beta1 * m + (1 - beta1) * g: the old m once, the new gradient once."
        name = "weights-in-m"
    else:
        look = "What of the first v is left in the state, and with which factor does it come back?"
        derive = "v = beta2 * v + (1 - beta2) * g**2: the old v once, the new square once."
        name = "weights-in-v"
    return Fault(
        name,
        f"Step 1 is right. Step 2 of yours, taken apart: {'; '.join(said)}."
        + ("" if off_m or off_v else _from_corrections(length, b1, b2, 2)),
        look,
        derive,
    )


def _from_corrections(length, b1, b2, t):
    """A sentence on the corrections that give a step of another length, or nothing."""
    c1, c2 = 1 - b1**t, np.sqrt(1 - b2**t)
    known = {
        "without any correction": c1 / c2,
        "with m corrected and v not": 1 / c2,
        "with v corrected and m not": c1,
        "with the correction of v outside the root": c2,
        "with beta1 in both corrections": np.sqrt(c1) / c2,
        "if both averages are multiplied by their corrections": c1**2 / c2**2,
        "without (1 - beta1) before g": 1 / (1 - b1),
        "without (1 - beta2) before g**2": np.sqrt(1 - b2),
        "with beta1 before the new g": b1 / (1 - b1) if t == 1 else np.nan,
    }
    known |= {
        f"with t = {other} in the corrections": c1 / (1 - b1**other) / c2 * np.sqrt(1 - b2**other)
        for other in range(1, 7)
        if other != t
    }
    fitting = [words for words, value in known.items() if abs(length / value - 1) < 1e-4]
    return f" That is its length {', or '.join(fitting[:3])}." if fitting else ""
