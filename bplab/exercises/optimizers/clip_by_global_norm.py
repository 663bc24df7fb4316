"""A ceiling for the length of all gradients together."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault
from bplab.exercises.optimizers.step_rules import CHANGES_GRADS, tensors

clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    "04_optimizers",
    nn.clip_by_global_norm,
    returns=("grads", "norm"),
    points=2,
    achieved="No single batch can throw the weights far away any more.",
)


@clip_by_global_norm.paper
def _(rng):
    for scale, max_norm in [(3.0, 1.0), (0.5, 2.0), (0.1, 50.0), (100.0, 5.0)]:
        max_norm *= float(rng.uniform(0.8, 1.2))
        yield {"grads": tensors(rng, scale), "max_norm": max_norm}
    # Just within the limit, and just beyond it: squares would say the reverse.
    for norm, share in ((5.0, 1.4), (0.3, 0.7)):
        grads = tensors(rng)
        size = norm * float(rng.uniform(0.9, 1.1))
        grads = [g * size / _norm(grads) for g in grads]
        yield {"grads": grads, "max_norm": size * share}
    still = {"grads": [np.zeros((2, 3)), np.zeros(3)], "max_norm": float(rng.uniform(0.8, 1.2))}
    yield Case(still, extreme=True)  # who divides by the norm is told apart by the others


def _norm(grads):
    return math.sqrt(sum(float((g**2).sum()) for g in grads))


@clip_by_global_norm.mistake(
    "by-value",
    "You cut each entry at max_norm: the gradient turns to another direction.",
    "Take (3, 4) and a limit of 1. Which arrow has length 1 and points the same way?",
    "Clipping by norm multiplies everything by one factor, max_norm / norm, so no angle changes.",
)
def _(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads], _norm(grads)


@clip_by_global_norm.mistake(
    "per-tensor",
    "Each tensor is clipped by its own norm, so their proportions change.",
    "How long is the whole gradient, all tensors laid end to end?",
    "One norm over all tensors together: the root of the sum of all squares. One factor for all.",
)
def _(grads, max_norm):
    return [g * min(1.0, max_norm / max(_norm([g]), 1e-300)) for g in grads], _norm(grads)


@clip_by_global_norm.mistake(
    "always-scaled",
    "Gradients within the limit come back stretched to it.",
    "What should happen to a gradient shorter than max_norm?",
    "The limit is a ceiling: the factor max_norm / norm applies only when it is below 1.",
)
def _(grads, max_norm):
    norm = _norm(grads)
    return [g * (max_norm / norm if norm else 1.0) for g in grads], norm


@clip_by_global_norm.mistake(
    "norm-after",
    "{right: grads} the norm you return is the one after clipping.",
    "Why would one want to see the norm in a log?",
    "The norm before clipping tells how wild the step would have been; after it, it is the limit.",
)
def _(grads, max_norm):
    norm = _norm(grads)
    return nn.clip_by_global_norm(grads, max_norm)[0], min(norm, max_norm)


@clip_by_global_norm.mistake(
    "root-missing",
    "The norm you return is the square of the right one.",
    "Which length has the arrow (3, 4)?",
    "Pythagoras: the norm is the root of the sum of squares.",
)
def _(grads, max_norm):
    norm = _norm(grads) ** 2
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads], norm


@clip_by_global_norm.mistake(
    "sum-of-norms",
    "Your norm adds up the norms of the tensors.",
    "Two arrows at right angles, 3 and 4 long: how far apart are their ends?",
    "Squares add up, lengths do not: sum all squares over all tensors, then take one root.",
)
def _(grads, max_norm):
    norm = sum(_norm([g]) for g in grads)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads], norm


@clip_by_global_norm.mistake(
    "largest-entry",
    "Your norm is the size of the largest entry.",
    "Which length has the arrow (3, 4)?",
    "Every entry adds to the length: the norm is the root of the sum of all squares.",
)
def _(grads, max_norm):
    norm = max(float(np.abs(g).max()) for g in grads)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads], norm


@clip_by_global_norm.mistake("gradients-changed", *CHANGES_GRADS)
def _(grads, max_norm):
    norm = _norm(grads)
    for g in grads:
        g *= max_norm / norm if norm > max_norm else 1.0
    return grads, norm


@clip_by_global_norm.tells
def _(wrong, rows):
    """The factor on the gradients, and the length they come out with, beside what is asked."""
    given, leaf, leaves = next(row for row in rows if row[1] is wrong)
    limit, norm = given["max_norm"], _norm(given["grads"])
    if wrong.name == "norm":
        return _of_the_norm(float(leaf.actual), given["grads"], norm, limit)
    mine = [other.actual for other in leaves if other.part == "grads"]
    if any(a is None or a.shape != g.shape for a, g in zip(mine, given["grads"], strict=True)):
        return None
    factors = _factors(mine, given["grads"])
    right = limit / norm if norm > limit else 1.0
    if factors and not _differ(factors) and abs(factors[0] / right - 1) < 1e-3:
        return _added_to_the_norm(rows)
    return _of_the_factors(factors, norm, limit, _norm(mine))


def _of_the_norm(value, grads, norm, limit):
    """The Fault of a norm that is another number of these gradients, or None."""
    flat = np.concatenate([g.ravel() for g in grads])
    for name, words, other in (
        ("limit-returned", "the limit, max_norm", limit),
        ("factor-returned", "the factor on the gradients", min(1, limit / norm) if norm else 1),
        ("norm-of-one", "the norm of the first tensor alone", _norm(grads[:1])),
        ("norm-of-one", "the norm of the last tensor alone", _norm(grads[-1:])),
        ("largest-norm", "the largest norm of one tensor", max(map(_one, grads))),
        ("sizes-added", "the sum of the sizes of all entries", np.abs(flat).sum()),
        ("mean-in-it", "the root of the mean square, not of the sum", norm / len(flat) ** 0.5),
        ("whole-number", "the norm cut to a whole number", int(norm)),
    ):
        if abs(value - other) < 1e-9 * max(abs(other), 1e-9):
            return Fault(
                name,
                f"The norm you return is {words}, {value:.4g}; the norm of all gradients "
                f"together is {norm:.4g}.",
                "Which number would tell the reader of a log how wild this step was?",
                "One norm over all tensors, before clipping: the root of the sum of all squares.",
            )
    if norm == 0 and value:
        return Fault(
            "not-zero",
            f"These gradients are all 0, and the norm you return is {value:.4g}: something is "
            "added to it, or under its root.",
            "What do you protect from being 0? Is anything divided by the norm here?",
            "Where the norm is divided by, it is above max_norm, and so above 0: nothing needs "
            "to be added.",
        )
    return None


def _factors(mine, grads):
    """What each tensor that is not 0 is multiplied by; [] if one of them is turned."""
    factors = [
        float((a * g).sum() / (g * g).sum()) for a, g in zip(mine, grads, strict=True) if g.any()
    ]
    along = all(
        np.allclose(a, f * g, rtol=1e-6, atol=1e-12)
        for a, f, g in zip(mine, factors, grads, strict=False)
    )
    return factors if along else []


def _differ(factors):
    return np.ptp(factors) > 1e-6 * np.max(np.abs(factors))


def _of_the_factors(factors, norm, limit, length):
    """The Fault of other factors than the right one."""
    right = limit / norm if norm > limit else 1.0
    case = f"These gradients have the norm {norm:.4g} and the limit is {limit:.4g}"
    if not factors:
        return Fault(
            "turned",
            f"{case}. What you return has the norm {length:.4g} and points elsewhere: not every "
            "entry is multiplied by the same factor.",
            "Which operation stands between a gradient and its clipped version?",
            "Clipping by norm multiplies every entry of every tensor by one number, "
            "max_norm / norm, so that no angle changes.",
        )
    if _differ(factors):
        told = ", ".join(f"{factor:.4g}" for factor in factors)
        return Fault(
            "several-factors",
            f"{case}. Your tensors are multiplied by {told}; all of them by {right:.4g} is right.",
            "Is there one factor for all tensors, and does your loop reach all of them?",
            "One norm over all tensors together gives one factor for all.",
        )
    if norm <= limit:
        look = "What should happen to gradients that are within the limit?"
    elif abs(factors[0] - 1) < 1e-9:
        look = "Which of the two is larger here, and which way does your comparison ask?"
    else:
        look = "After clipping the norm should be exactly the limit. By what do you divide?"
    return Fault(
        "other-factor",
        f"{case}. You multiply by {factors[0]:.4g}; {right:.4g} belongs there. What you return "
        f"has the norm {length:.4g}.",
        look,
        "The factor is max_norm / norm where the norm is above max_norm, and 1 otherwise.",
    )


def _one(g):
    return _norm([g])


def _added_to_the_norm(rows):
    """The Fault of a factor max_norm / (norm + eps), with its eps, or None."""
    added = []
    for given, leaf, _ in rows:
        norm, limit = _norm(given["grads"]), given["max_norm"]
        if norm > limit:
            # In the place of the largest entry, where fewest digits are lost.
            at = np.argmax(np.abs(leaf.expected))
            added.append(float(norm * leaf.expected.flat[at] / leaf.actual.flat[at] - norm))
    if not added or added[0] <= 0 or np.ptp(added) > 1e-3 * added[0]:
        return None
    return Fault(
        "eps-in-the-factor",
        f"You multiply by max_norm / (norm + {added[0]:.3g}): what you return is a little shorter "
        "than the limit. PyTorch clips like this; here the factor is max_norm / norm.",
        "When is the norm divided by, and can it be 0 then?",
        "One divides only where the norm is above max_norm, and so above 0: nothing needs to be "
        "added, and the clipped norm is the limit exactly.",
    )
