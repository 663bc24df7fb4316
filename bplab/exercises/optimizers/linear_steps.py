"""Read a step that is a sum of gradients: plain descent and momentum."""

import numpy as np

from bplab.exam import Fault
from bplab.exercises.optimizers.steps_taken_apart import PARAMETERS, Steps, solved

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
        "unit-length",
        lambda s: -s.rate * s.unit,
        "The step of each tensor has the length learning_rate whatever its gradient's is: each "
        "gradient is over its own norm.",
        "Should a steep slope and a gentle one give the same step?",
        "The gradient's size counts too: the step is learning_rate * g.",
    ),
    (
        "rate-added",
        lambda s: -(s.rate + s.gradients[-1]),
        "You take off the rate and the gradient, one beside the other: their sum, not their "
        "product.",
        "What should your step do where the gradient is 0?",
        "The step is learning_rate * g: the two are multiplied, so no slope means no step.",
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
                numbers = np.isfinite(steps.gone)  # a tensor without a slope may give 0/0
                gap = np.abs(step(steps) - steps.gone)[numbers]
                if len(gap) and np.all(gap <= steps.exact):
                    return Fault(name, observed, look, derive)
        columns = [-steps.rate * g for g in steps.gradients]
        weights = solved([*columns, -steps.rate * steps.start], steps.gone, steps.exact)
        if weights is None:
            filled = solved([*columns, -steps.rate * np.ones_like(steps.gone)], steps.gone, 1e-9)
            if filled is None or steps.k > 1:
                return None
            if abs(filled[0]) < 1e-9:
                return Fault(
                    "same-for-all",
                    "At step 1 all weights of the tensor move by one and the same number, "
                    f"{steps.words(-filled[-1])} times learning_rate: a weight's own gradient does "
                    "not count.",
                    "Where does your step hold the gradient of the one weight that it moves?",
                    "Each weight has its own slope and takes its own step: nothing is averaged "
                    "over a tensor, and nothing is shared between two.",
                )
            if abs(filled[0] - weight_of(steps.inputs, 0)) > 1e-6:
                return None
            return Fault(
                "starts-elsewhere",
                f"At step 1 every weight moves by {steps.words(filled[-1])} times learning_rate "
                "more than its gradient asks for.",
                "With what is the memory filled before the first step, and does anything come in "
                "beside it and the gradient?",
                "Nothing has been seen yet, so the memory starts at 0 in every entry; beta "
                "multiplies it, and only the gradient is added.",
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
