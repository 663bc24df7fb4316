"""Take an optimizer's steps apart: which weight each gradient has in them.

An optimizer that bears no signature is not guessed at. What its steps hold is solved for, and
told beside what the table's formula makes them hold.
"""

import numpy as np

from bplab.exam import Fault, number, plain_formula

EXACT = 1e-6


class Steps:
    """The steps of the first wrong case, up to the first wrong one, all moving tensors end to end.

    k : the number of the first wrong step
    gone : the learner's k-th step; right : the right one
    gradients : those of steps 1 to k
    start : the parameters before step k
    """

    def __init__(self, wrong, rows, case=None):
        part, step, _ = wrong.path
        self.k = step + 1
        self.inputs, leaves = case or next((i, all_) for i, leaf, all_ in rows if leaf is wrong)
        at = {leaf.path: leaf for leaf in leaves}
        gone, right, start, gradients, off, still = [], [], [], [], [], []
        for tensor, before in enumerate(self.inputs["params"], 1):
            new = at[part, step, tensor - 1]
            if step:
                before = at[part, step - 1, tensor - 1].expected
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
        newest = [own[-1] for own in gradients]
        self.unit = np.concatenate([g / (np.linalg.norm(g) or 1.0) for g in newest])
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
    if not np.all(size > 0) or len(target) <= A.shape[1] or not np.isfinite(target).all():
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


def clipped(steps, rows):
    """The Fault of steps that end at a limit of their own, or None.

    Only where other cases, all of whose right steps lie within the limit, are right.
    """
    limit, needed = np.max(np.abs(steps.gone)), np.max(np.abs(steps.right))
    if not 1e-3 * needed < limit < needed * (1 - 1e-6):
        return None
    if np.max(np.abs(np.clip(steps.right, -limit, limit) - steps.gone)) > steps.exact:
        return None
    others = [_longest(inputs, leaves) for inputs, leaf, leaves in rows if leaf.right]
    if not others or max(others) > limit / steps.rate * (1 + 1e-6):
        return None
    return Fault(
        "step-clipped",
        f"In step {steps.k} no weight of yours moves by more than {number(float(limit))}, which is "
        f"{number(float(limit / steps.rate))} times learning_rate; up to "
        f"{number(float(needed))} is right here.",
        "Is anything clipped or bounded on the way to the step?",
        "The rule has no limit: after small gradients a large one makes a long step, by as much as "
        "the root of their mean square is smaller than it.",
    )


def _longest(inputs, leaves):
    """How far a weight moves at most in one right step of a case, in units of learning_rate."""
    at = {leaf.path: leaf.expected for leaf in leaves}
    longest = 0.0
    for tensor, before in enumerate(inputs["params"]):
        for step in range(len(inputs["gradients"])):
            after = at["params", step, tensor]
            longest, before = max(longest, np.max(np.abs(after - before))), after
    return longest / inputs["learning_rate"]


PARAMETERS = (
    "Which term of your step has w in it? Only the place one starts from should.",
    "A pull towards 0 is weight decay. It belongs to the loss, and comes in through the gradient.",
)
