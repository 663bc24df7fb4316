"""Read a step over a root of squares: RMSProp."""

import numpy as np

from bplab.exam import Fault, number, plain_formula
from bplab.exercises.optimizers.step_rules import AFTER_USE
from bplab.exercises.optimizers.steps_taken_apart import Steps, beside_the_step, clipped, solved


def scaled(wrong, rows):
    """A teller for RMSProp: what stands under the fraction line, read off the step."""
    steps = Steps(wrong, rows)
    rho, eps = steps.inputs["rho"], steps.inputs["eps"]
    g = steps.gradients[-1]
    moving = (np.abs(g) > 1e-4 * np.abs(g).max()) & (steps.gone != 0)
    if moving.sum() < 6:
        return None
    beside = beside_the_step(steps) or clipped(steps, rows)
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
                "At step 1 a gradient twice as large makes your step half as long: its length goes "
                f"with 1 / |g|, and should not depend on |g|.{uphill}",
                "In which power does g stand above the fraction line, and in which below it? What "
                "is done to s before anything is divided by it?",
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
    if steps.k == 1 and np.max(root) < 2 * eps:
        return Fault("updated-after-use", *AFTER_USE)
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
                f"At step 1 there is {number(float(found[0]))} under your root even where g is 0.",
                "With what is s filled before the first step, and is anything added to it?",
                "Nothing has been seen yet, so the mean of squares starts at 0 in every entry.",
            )
        exactly = np.sqrt((1 - rho) * squares[0])
        rest = root - exactly
        if np.max(np.abs(rest)) < 0.1 and np.ptp(rest) < 1e-3 * np.abs(rest).max():
            return Fault(
                "another-eps",
                f"What you add to the root is {number(float(rest.mean()))}; eps is {number(eps)}.",
                "Does the eps that is given come in, and once only?",
                "eps stands beside the root of s, once, as it is given.",
            )
    return None
