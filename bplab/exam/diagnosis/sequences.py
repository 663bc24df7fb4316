"""What is right up to a moment: losses of one epoch after another, steps of an optimizer."""

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import beside_the_right, plain_formula, ratio_and_cosine
from bplab.exam.diagnosis.words import number, scalar
from bplab.exam.report import Fault


def other_length(wrong, group):
    """A sequence of another length: does it agree as far as it goes?"""
    e, a = wrong.expected, wrong.actual
    n = min(len(e), len(a))
    good = close(a[:n], e[:n], group.exercise.rtol)
    there = f"{wrong.name} has {len(a)} value{'s' * (len(a) != 1)}; {len(e)} belong there."
    recorded = _recorded_every(e, a, group)
    if recorded is not None:
        return recorded
    if not good.all():
        at = int(np.argmin(good))
        return Fault(
            "right-until",
            f"{there} Already number {at + 1} is off: {number(scalar(a[at]))} where "
            f"{number(scalar(e[at]))} belongs.",
            "The values come before their number: which line makes them?",
            "Do the first two rounds by hand, and print what goes into each.",
        )
    elsewhere = _off_elsewhere(wrong, group)
    if elsewhere is not None:
        at, is_, belongs = elsewhere
        return Fault(
            "right-until",
            f"{there} Those that both have agree here; in another case already number {at} is off: "
            f"{is_} where {belongs} belongs.",
            "It is not the end of the loop alone: which line makes the values?",
            "Do the first two rounds by hand, and print what goes into each.",
        )
    word, why = ("goes on too long", "late") if len(a) > len(e) else ("ends too early", "early")
    return Fault(
        f"stops-{why}",
        f"{there} {f'The first {n} agree' if n > 1 else 'The first agrees'}: your loop does the "
        f"right thing and {word}.",
        "Put the numbers of the last round that both have into the rule that ends the loop.",
        "Write each stopping rule with its numbers: which quantity, of which moment, compared with "
        "what, and is it less than, or at most?",
    )


def _off_elsewhere(wrong, group):
    """(number, value, right value) of the first one off in a case whose values part before the
    end of the shorter list; None if there is none."""
    for leaf in (leaf for leaves in group.table for leaf in leaves):
        e, a = leaf.expected, leaf.actual
        if (
            leaf is wrong
            or leaf.slot != wrong.slot
            or not all(type(v) is np.ndarray and v.ndim == 1 for v in (e, a))
        ):
            continue
        n = min(len(e), len(a))
        good = close(a[:n], e[:n], group.exercise.rtol)
        if not good.all():
            at = int(np.argmin(good))
            return at + 1, number(scalar(a[at])), number(scalar(e[at]))
    return None


def _ordinal(n):
    return {2: "second", 3: "third"}.get(n, f"{n}th")


def _recorded_every(e, a, group):
    """Where all else is right, the loop is too: then only the recording differs."""
    right = bool(group.right) and not group.also_wrong
    goes_on = not right and bool(close(a[: len(e)], e[: len(a)], group.exercise.rtol).all())
    if len(a) > len(e) and len(a) % len(e) == 0 and not goes_on:
        every = len(a) // len(e)
        return Fault(
            "recorded-too-often",
            f"{group.name} has {len(a)} values where {len(e)} belong: {every} times as many.",
            f"How often in one round is a value added to {group.name}?",
            f"{group.name} holds one value for each round of the outer loop.",
        )
    for every in range(2, len(e) + 1):
        for first in {0, every - 1}:
            taken = e[first::every]
            if len(taken) == len(a) and right and np.all(close(a, taken, group.exercise.rtol)):
                which = f"every {_ordinal(every)} of them"
                if len(a) == 1:
                    which = "the first of them alone" if first == 0 else "one of them alone"
                return Fault(
                    "recorded-too-seldom",
                    f"Of {len(e)} values, {group.name} has {len(a)}: {which}. What you compute is "
                    "right; it is not all written down.",
                    f"On which rounds is a value added to {group.name}?",
                    f"{group.name} holds one value for each round, from the first to the last.",
                )
    if right and len(a) < len(e):
        return Fault(
            "recorded-too-seldom",
            f"{group.name} has {len(a)} values where {len(e)} belong, and everything else is "
            "right.",
            f"On which rounds is a value added to {group.name}?",
            f"{group.name} holds one value for each round, from the first to the last.",
        )
    return None


def right_until(group):
    """Right until some step of a sequence."""
    starts = []
    if "sequence" not in group.roles:
        return None
    for _, _, leaf, _ in group.rows:
        if leaf.right:
            continue
        if leaf.expected.ndim == 0:
            return None
        good = close(leaf.actual, leaf.expected, 1e-7).reshape(leaf.expected.shape[0], -1)
        good = good.all(axis=1)
        first = int(np.argmin(good)) if not good.all() else len(good)
        if first > 0 and (good[first:].any() or len(good) < 3):
            return None
        starts.append(first)
    if starts and max(starts) == 0 and "loss" in group.roles:
        return _first_a_multiple(group) or _off_from_the_start(group.name)
    if not starts or min(starts) == 0:
        return None
    if "loss" in group.roles and min(starts) == 1:
        name = group.name
        if not group.also_wrong and group.right:
            return Fault(
                "right-at-the-start",
                f"{name}[0] is right and {name}[1] is not, though everything else that you return "
                "is right, and so are the updates.",
                f"What goes into {name} in the second round that was not there in the first?",
                f"Entry i of {name} is the number of round i alone, taken at one and the same "
                "moment of every round.",
            )
        return Fault(
            "right-at-the-start",
            f"{name}[0] is right and {name}[1] is not.",
            f"Between {name}[0] and {name}[1] lie a gradient and an update. Which of them is off?",
            "Take the first update apart: print the gradient and the new weights, and hold them "
            "against the functions that have passed their own checks.",
        )
    return Fault(
        "right-until",
        f"{group.name} is right for the first {min(starts)} and wrong from there on.",
        "The first step works. What is carried to the next one, and with which value?",
        "Do two steps by hand: the second starts from what the first left behind.",
    )


def right_along(group):
    """Right up to some place along an axis and wrong from there on, or the other way round."""
    rows = [leaf for _, _, leaf, _ in group.rows if not leaf.right]
    for axis in range(min(leaf.expected.ndim for leaf in rows)) if rows else ():
        for word, flip in (("first", False), ("last", True)):
            lengths = [_right_for(leaf, axis, flip) for leaf in rows]
            if None in lengths or min(lengths) == 0:
                continue
            n = min(lengths)
            which = f"the {word} {n} places are" if n > 1 else f"the {word} place is"
            return Fault(
                "right-along-an-axis",
                f"Along axis {axis} of {group.name} {which} right in every case, and all "
                f"{'before' if flip else 'after'} {'it' if n == 1 else 'them'} are wrong.",
                "What is the same in every round of your loop, and what is done in one of them "
                "only, or handed on from one to the next?",
                "Do two rounds by hand, each term of the formula in both: the second starts from "
                "what the first left behind.",
            )
    return None


def _right_for(leaf, axis, flip):
    """How many places along the axis are right before all are wrong; None if it is not so."""
    good = np.moveaxis(close(leaf.actual, leaf.expected, 1e-7), axis, 0)
    if len(good) < 3:
        return None
    good = good.reshape(len(good), -1)
    good = good[::-1] if flip else good
    right, wrong = good.all(axis=1), ~good.any(axis=1)
    first = int(np.argmin(right))
    return first if right[:first].all() and wrong[first:].all() and not right.all() else None


def _first_a_multiple(group):
    """The first values alone are a multiple of the right ones that a formula explains."""
    rows = [(size, leaf) for size, _, leaf, _ in group.rows if not leaf.right]
    if len(rows) < 2 or any(leaf.expected.ndim != 1 or not leaf.expected[0] for _, leaf in rows):
        return None
    ratios = [float(leaf.actual[0] / leaf.expected[0]) for _, leaf in rows]
    if np.allclose(ratios, 1, rtol=1e-6):
        return None
    found = plain_formula([size for size, _ in rows], ratios)
    if found is None:
        return None
    name = group.name
    return Fault(
        f"start-{found[2]}",
        f"Already {name}[0] is exactly {found[0]} times what it should be ({found[1]}); from there "
        "on something else is off as well.",
        f"Look at {name}[0] first: a sum or a mean, and over what? Then at the first update.",
        f"{name}[0] comes from the start that the exercise gives, before anything has moved: only "
        "the loss itself can be off there.",
    )


def _off_from_the_start(name):
    return Fault(
        "off-from-the-start",
        f"{name} is off from its first value on.",
        f"What goes into {name}[0]: the starting values, a forward pass, the loss. Which of them "
        "is not the one the exercise names?",
        f"Work {name}[0] out by hand from the start that the exercise gives.",
    )


def first_step(group):
    """What is known of an optimizer whose step bears no signature."""
    if group.step is None:
        return None
    (step, tensor), ratios = group.step, ""
    for _, _, leaf, _ in group.rows:
        r, c = ratio_and_cosine(leaf.expected.ravel(), leaf.actual.ravel())
        if not leaf.right and r is not None:
            ratios = beside_the_right("it", "step", r, c)
            break
    if step == 1:
        return Fault(
            "first-step",
            f"The first step is off already, in tensor {tensor}.{ratios}",
            "The state is empty at the first step, so the formula alone decides: which of its "
            "factors differs?",
            "Take one weight and its gradient and put them into the table's formula by hand, with "
            "a memory that starts at 0.",
        )
    before = "Step 1 is" if step == 2 else f"Steps 1 {'and' if step == 3 else 'to'} {step - 1} are"
    return Fault(
        "right-until",
        f"{before} right in every tensor; step {step} is the first that is off.{ratios}",
        f"What does step {step} read from the state, and is it what step {step - 1} should have "
        "left there?",
        "Do two steps by hand for one weight: the second starts from the memory of the first, each "
        "term with its own weight.",
    )
