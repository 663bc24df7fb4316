"""Read a step over a root of squares: RMSProp."""

import numpy as np

from bplab.exam import Fault, number, plain_formula
from bplab.exercises.optimizers.step_rules import AFTER_USE
from bplab.exercises.optimizers.steps_taken_apart import Steps, beside_the_step, clipped, solved

AVERAGED = (
    "s = rho * s + (1 - rho) * g**2, from s = 0; then g is divided by the root of s, to which "
    "eps is added."
)


def scaled(wrong, rows):
    """A teller for RMSProp: what stands under the fraction line, read off the step."""
    steps = Steps(wrong, rows)
    g = steps.gradients[-1]
    moving = (np.abs(g) > 1e-4 * np.abs(g).max()) & (steps.gone != 0)
    if moving.sum() < 6:
        return None
    beside = beside_the_step(steps) or clipped(steps, rows)
    if beside is not None:
        return beside
    root = -steps.rate * g[moving] / steps.gone[moving]
    if not np.isfinite(root).all():
        return None
    if np.any(np.sign(root) != np.sign(root[0])):
        return _sign_lost(steps, moving)
    seen = Divisor(steps, root, [old[moving] ** 2 for old in steps.gradients])
    readers = (_power, _first_weight, _one_number, _beside_the_square)
    found = (read(seen) for read in (readers if steps.k == 1 else (_later_weight,)))
    return next(filter(None, found), None)


class Divisor:
    """What the newest gradient is divided by in a step, entry for entry.

    root : its size, and `squares` those of the gradients of steps 1 to k
    under : the weight of each of them under the root, or None; wanted : the right ones
    uphill : a sentence if the step goes the wrong way
    """

    def __init__(self, steps, root, squares):
        self.steps, self.root, self.squares = steps, np.abs(root), squares
        self.uphill = " It goes uphill, too." if root[0] < 0 else ""
        self.rho, self.eps = steps.inputs["rho"], steps.inputs["eps"]
        self.under = self.made_of(squares)
        self.wanted = [(1 - self.rho) * self.rho ** (steps.k - j) for j in range(1, steps.k + 1)]

    def made_of(self, columns):
        """The weights of these in what stands under the root, or None."""
        return solved(columns, self.root**2, 1e-4 * np.max(self.root**2))


def _sign_lost(steps, moving):
    """The Fault of a first step that goes one way whatever the signs of the gradients, or None."""
    if steps.k > 1 or len(set(np.sign(steps.gone[moving]))) > 1:
        return None
    return Fault(
        "sign-lost",
        "At step 1 all weights move the same way, whatever the signs of their gradients.",
        "What stands above the fraction line in your step?",
        "g itself, with its sign, is divided by the root. Nothing else of the step has a sign.",
    )


def _power(seen):
    """The Fault of a divisor that goes with another power of g than the first, or None."""
    log_root, log_size = np.log(seen.root), 0.5 * np.log(seen.squares[0])
    power, shift = np.polyfit(log_size, log_root, 1)
    if np.max(np.abs(log_root - power * log_size - shift)) >= 1e-4:
        return None
    if abs(power - 2) < 1e-3:
        return Fault(
            "no-root",
            "At step 1 a gradient twice as large makes your step half as long: its length goes "
            f"with 1 / |g|, and should not depend on |g|.{seen.uphill}",
            "In which power does g stand above the fraction line, and in which below it? What "
            "is done to s before anything is divided by it?",
            "s averages squares. Its root has the unit of g, so that the step has none.",
        )
    if abs(power - 0.5) < 1e-3:
        return Fault(
            "sizes-for-squares",
            "At step 1 you divide by something that grows with the root of |g|: what you "
            f"average is not squared.{seen.uphill}",
            "What goes into the mean, and what is the root taken of?",
            "Root, mean, square: square each entry first, average, and take the root last.",
        )
    if abs(power + 1) < 1e-3:
        return Fault(
            "multiplied-by-root",
            "You multiply by the root of s: steep directions get the longest steps of all.",
            "What should happen where gradients are large: shorter steps, or longer ones?",
            "Divide g by the root of its mean square: every direction then moves at one pace.",
        )
    return None


def _first_weight(seen):
    """The Fault of a first square with another weight under the root, or None."""
    steps, under, wanted = seen.steps, seen.under, seen.wanted
    if under is None or abs(under[0] / wanted[0] - 1) <= 1e-3:
        return None
    of_rate = [{"learning_rate": steps.rate}]
    found = plain_formula(of_rate, [float(np.sqrt(wanted[0] / under[0]))])
    if found is not None and found[2] in ("two", "argument"):
        return Fault(
            "length",
            f"Your first step is {found[0]} times as long as it should be ({found[1]})."
            f"{seen.uphill}",
            "How often does learning_rate come into your step? And no factor beside it?",
            "w - learning_rate * g / (root of s + eps): the rate comes in once.",
        )
    return Fault(
        "weight-of-the-square",
        f"At step 1 the square of g has the weight {steps.words(under[0])} under your root; "
        f"{steps.words(wanted[0])} belongs there.{seen.uphill}",
        "s starts at 0: with which weight does the first square come in? Is anything done to s "
        "before its root is taken?",
        AVERAGED,
    )


def _later_weight(seen):
    """The Fault of a square, the newest first, with another weight in a later step, or None."""
    steps, under, wanted = seen.steps, seen.under, seen.wanted
    if under is None:
        return None
    for j in range(steps.k - 1, -1, -1):
        if abs(under[j] - wanted[j]) > 1e-3 * wanted[j]:
            return Fault(
                "weight-of-the-square",
                f"Step {steps.k} of yours, taken apart: under the root the squared gradient of "
                f"step {j + 1} has the weight {steps.words(under[j])}; "
                f"{steps.words(wanted[j])} belongs there.",
                "Does the old s reach this step, under the name you read it by, and with which "
                "factor? And the new square?",
                AVERAGED,
            )
    return None


def _one_number(seen):
    """The Fault of a first step that divides a whole tensor by one number, or None."""
    root = seen.root
    if np.max(root) < 2 * seen.eps:
        return Fault("updated-after-use", *AFTER_USE)
    if np.ptp(root[: seen.steps.first]) >= 1e-6 * root[0]:
        return None
    return Fault(
        "one-scale",
        "At step 1 all entries of a tensor are divided by one and the same number, "
        f"{number(float(root[0]))} in tensor 1.",
        "How many numbers does s hold for a tensor of 12 weights?",
        "Each weight has its own mean of squares, and so its own rate: nothing is summed.",
    )


def _beside_the_square(seen):
    """The Fault of something added under the root, or to it, in the first step, or None."""
    root, square = seen.root, seen.squares[0]
    found = seen.made_of([np.ones_like(root), square])
    if found is not None and abs(found[0]) > 1e-3 * np.max(root**2):
        return Fault(
            "starts-elsewhere",
            f"At step 1 there is {number(float(found[0]))} under your root even where g is 0.",
            "With what is s filled before the first step, and is anything added to it?",
            "Nothing has been seen yet, so the mean of squares starts at 0 in every entry.",
        )
    rest = root - np.sqrt((1 - seen.rho) * square)
    if np.max(np.abs(rest)) >= 0.1 or np.ptp(rest) >= 1e-3 * np.abs(rest).max():
        return None
    return Fault(
        "another-eps",
        f"What you add to the root is {number(float(rest.mean()))}; eps is {number(seen.eps)}.",
        "Does the eps that is given come in, and once only?",
        "eps stands beside the root of s, once, as it is given.",
    )
