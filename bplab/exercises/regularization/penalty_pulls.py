"""What a learner added to the gradients for the penalty, told in words."""

import numpy as np

from bplab.exam import Fault, number, plain_formula
from bplab.exam.called import array_of


def multiple_of(a, b):
    """The factor k with a = k * b, or 0 if there is none."""
    k = float(np.sum(a * b) / max(np.sum(b * b), 1e-300))
    return k if np.allclose(a, k * b, rtol=1e-7, atol=1e-9 * max(np.abs(a).max(), 1e-300)) else 0.0


PULLS = (
    (
        "squared",
        lambda W: W**2,
        "W**2, the penalty's own term and not its derivative",
        "What does differentiating do to the exponent?",
        "The 2 comes down and the exponent falls to 1: what is left is W itself.",
    ),
    (
        "sign-only",
        np.sign,
        "the sign of W: that is the pull of the L1 penalty",
        "Which penalty pulls large weights more strongly than small ones?",
        "The slope of W**2 / 2 is W itself, not only its sign.",
    ),
    (
        "sign-lost",
        np.abs,
        "the size of W without its sign: negative weights are pushed away from 0",
        "Which way should a negative weight be pulled?",
        "Towards 0, as a positive one is: the gradient is lam * W, with the sign of W.",
    ),
    (
        "constant",
        np.ones_like,
        "one constant for all weights: W is not in it",
        "Should a large weight be pulled as hard as a small one?",
        "The derivative of lam / 2 * W**2 is lam * W: as strong as the weight is large.",
    ),
    (
        "unit-length",
        lambda W: W / np.linalg.norm(W),
        "W over its norm: that is the pull of the norm itself, not of its square",
        "Does the penalty hold a root?",
        "Without the root the derivative is lam * W, with nothing to divide by.",
    ),
    (
        "sum-of-columns",
        lambda W: np.broadcast_to(W.sum(axis=0), W.shape),
        "the sums of the columns of W",
        "The derivative with respect to one weight: which terms of the sum hold that weight?",
        "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
    ),
    (
        "whole-penalty",
        lambda W: np.full(W.shape, np.sum(W**2)),
        "the penalty itself, the same number for every weight",
        "Is it the penalty that belongs there, or how it changes with one weight?",
        "Its derivative with respect to W_ij is lam * W_ij.",
    ),
)


def pull_fault(wrong, rows):
    """What stands in the place of lam * W, told; rows hold what the learner added as such."""
    rows = [(given, leaf, pull) for given, leaf, pull in rows if not leaf.right]
    for name, form, words, look, derive in PULLS:
        factors = []
        for given, _, pull in rows:
            k = multiple_of(pull, form(array_of(given["params"], wrong)))
            factors.append((k, given["lam"]))
        if not all(k for k, _ in factors):
            continue
        said, of_lam = factor_in_words(factors)
        if name == "unit-length" and not of_lam:
            continue  # any multiple of W is one of W over its norm
        return Fault(
            name,
            f"What stands in {wrong.name} for the penalty is {said} times {words}.",
            look,
            derive,
        )
    return None


def factor_in_words(factors):
    """(the factor of each (k, lam) in words, whether these are a formula of lam)."""
    found = plain_formula([{"lam": lam} for _, lam in factors], [k for k, _ in factors])
    if found is None and all(abs(k - lam) < 1e-9 for k, lam in factors):
        return "lam", True
    return (found[0], found[2] == "argument") if found else (number(factors[0][0]), False)


def pull_fault_of_each(taken):
    """The pull, where one slot holds dW of other layers in other cases."""
    for name, form, words, look, derive in PULLS:
        factors = [
            (multiple_of(pull, form(array_of(given["params"], leaf))), given["lam"])
            for given, leaf, pull in taken
            if not leaf.right
        ]
        if factors and all(k for k, _ in factors):
            said, of_lam = factor_in_words(factors)
            if name == "unit-length" and not of_lam:
                continue  # any multiple of W is one of W over its norm
            return Fault(
                name,
                f"What you add for the penalty is {said} times {words}.",
                look,
                derive,
            )
    return None
