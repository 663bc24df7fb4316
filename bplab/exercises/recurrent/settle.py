"""settle."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, made, number
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.sequences import CHAPTER

settle = Exercise(
    "settle",
    CHAPTER,
    nn.settle,
    returns="a",
    points=2,
    shapes={"x": "N D", "W": "H H", "U": "D H", "b": "H"},
    achieved="The network finds its own state of rest, which answers the input.",
)


def feedback(rng, N, D, H):
    """x, W, U, b of a network whose largest singular value is at most 0.8."""
    W = rng.normal(size=(H, H))
    W *= rng.uniform(0.7, 0.8) / np.linalg.norm(W, 2)
    b = rng.uniform(0.2, 0.5, H) * rng.choice([-1, 1], H)
    return {"x": rng.normal(size=(N, D)), "W": W, "U": rng.normal(size=(D, H)) * 0.5, "b": b}


def coarse(rng, N, D, H):
    """A case with a large tol, in which stopping by any other movement gives another a.

    Neither the right one nor the one before it.
    """
    while True:
        given = {**feedback(rng, N, D, H), "tol": float(10 ** rng.uniform(-2.6, -1.8))}
        those = nn.settle(**given), loop(newest=False)(**given)
        others = [loop(still=still)(**given) for still in OTHER_MOVEMENTS.values()]
        if min(np.max(np.abs(a - other)) for a in those for other in others) > 1e-6:
            return given


@settle.paper
def _(rng):
    # The first is asked of every wrong solution: it has few steps.
    yield {**feedback(rng, 7, 2, 4), "tol": 1e-12, "max_steps": int(rng.integers(3, 6))}
    yield feedback(rng, 6, 3, 5)
    yield coarse(rng, 8, 4, 3)
    yield {**feedback(rng, 6, 5, 4), "tol": float(10 ** rng.uniform(-4, -3)), "max_steps": 500}


def loop(
    move=lambda a, x, W, U, b: np.tanh(a @ W + x @ U + b),
    first=lambda x, W, U, b: np.zeros((len(x), len(W))),
    still=lambda new, old, tol: np.max(np.abs(new - old)) < tol,
    newest=True,
    counted=lambda max_steps: max_steps,
):
    def settled(x, W, U, b, tol=1e-12, max_steps=1000):
        a = first(x, W, U, b)
        for _ in range(counted(max_steps)):
            before, a = a, move(a, x, W, U, b)
            if still(a, before, tol):
                return a if newest else before
        return a

    return settled


OTHER_MOVEMENTS = {
    "mean": lambda new, old, tol: np.mean(np.abs(new - old)) < tol,
    "any": lambda new, old, tol: np.any(np.abs(new - old) < tol),
    "signed": lambda new, old, tol: np.max(new - old) < tol,
    "length": lambda new, old, tol: np.linalg.norm(new - old) < tol,
}
STARTS = (
    ("the-input", "x @ U", lambda x, W, U, b: x @ U),
    ("the-drive", "x @ U + b", lambda x, W, U, b: x @ U + b),
    ("the-bent-input", "tanh(x @ U)", lambda x, W, U, b: np.tanh(x @ U)),
    ("the-bias", "b", lambda x, W, U, b: 0 * (x @ U) + b),
    ("halves", "0.5 in every entry", lambda x, W, U, b: np.full((len(x), len(W)), 0.5)),
)
RULE = "Repeat a = tanh(a @ W + x @ U + b), all of a at once, until no entry moves by tol."
for _name, _changes, _observed, _look, _derive in (
    (
        "one-step-only",
        {"counted": lambda max_steps: 1},
        "You take one single step from zeros: that is tanh(x @ U + b), the network without its "
        "feedback.",
        "What is put in for a the second time?",
        RULE,
    ),
    (
        "one-before-the-newest",
        {"newest": False},
        "You stop at the right moment, and return the a of the step before.",
        "When you find that nothing moves any more, which of the two do you give back?",
        "The newest a comes back, the one that hardly differs from the one before.",
    ),
    (
        "steps-ignored",
        {"counted": lambda max_steps: 10_000},
        "Where max_steps ends it, you go on until everything has settled.",
        "Where does max_steps come into your loop?",
        "After max_steps steps the newest a comes back as it is.",
    ),
    (
        "one-step-too-many",
        {"counted": lambda max_steps: max_steps + 1},
        "Where max_steps ends it, you take one step more.",
        "How often does your loop run for max_steps = 3?",
        "One step replaces all of a once. Zeros, before the first step, are step number 0.",
    ),
    (
        "one-step-too-few",
        {"counted": lambda max_steps: max_steps - 1},
        "Where max_steps ends it, you take one step too few.",
        "How often does your loop run for max_steps = 3?",
        "One step replaces all of a once. Zeros, before the first step, are step number 0.",
    ),
    (
        "tolerance-ignored",
        {"still": lambda new, old, tol: np.max(np.abs(new - old)) < 1e-12},
        "With a large tol you go on much longer than asked: you always wait for 1e-12.",
        "Is 1e-12 written into your loop?",
        "1e-12 is only the default: the tol that is given says when to stop.",
    ),
    (
        "mean-movement",
        {"still": OTHER_MOVEMENTS["mean"]},
        "You stop when the mean movement is below tol: some entries still move by more.",
        "How far may a single entry still move when you stop?",
        "Until *no* entry moves by tol: the largest movement decides.",
    ),
    (
        "any-entry-still",
        {"still": OTHER_MOVEMENTS["any"]},
        "You stop as soon as one entry moves by less than tol, while others still move.",
        "Is it asked that any entry stands still, or that all do?",
        "Until *no* entry moves by tol: the largest movement decides.",
    ),
    (
        "signed-movement",
        {"still": OTHER_MOVEMENTS["signed"]},
        "You look at the largest rise; entries that fall are not seen, however far.",
        "What is new minus old for an entry that falls?",
        "The size of the movement counts, up or down.",
    ),
    (
        "length-of-movement",
        {"still": OTHER_MOVEMENTS["length"]},
        "You stop when the length of the whole movement is below tol: a little later than asked.",
        "Which movement is compared with tol: that of each entry, or of all of them together?",
        "Until *no* entry moves by tol: the largest movement decides.",
    ),
    (
        "starts-from-ones",
        {"first": lambda x, W, U, b: np.ones((len(x), len(W)))},
        "Where it does not settle completely you are off: your a starts from ones, not from zeros.",
        "Which a do you begin with?",
        "a starts at zero in every entry.",
    ),
    *(
        (
            f"starts-from-{name}",
            {"first": first},
            f"Where it does not settle completely you are off: your a starts from {said}, not from "
            "zeros.",
            "Which a do you begin with, before the first step?",
            "a starts at zero in every entry. The first step makes tanh(x @ U + b) of it.",
        )
        for name, said, first in STARTS
    ),
    (
        "bias-outside",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + x @ U) + b},
        "In your steps b is added after the tanh.",
        "Which brackets belong around the sum?",
        RULE,
    ),
    (
        "input-outside",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + b) + x @ U},
        "In your steps x @ U is added after the tanh.",
        "Which brackets belong around the sum?",
        RULE,
    ),
    (
        "old-state-inside",
        {"move": lambda a, x, W, U, b: np.tanh(a + a @ W + x @ U + b)},
        "In your steps a itself stands inside the tanh, beside a @ W.",
        "Through what does a unit hear of its own last answer?",
        RULE + " What a unit tells itself stands on the diagonal of W.",
    ),
    (
        "weights-turned",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W.T + x @ U + b)},
        "W is turned: it is square, so nothing complains.",
        "Which index of W is the sender? a is a row that meets its rows.",
        RULE,
    ),
    (
        "no-input",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + b)},
        "The input is not in your steps: all examples settle at the same a.",
        "Where does x come in?",
        RULE,
    ),
    (
        "no-bias",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + x @ U)},
        "There is no b in your steps.",
        "How many terms stand inside the tanh?",
        RULE,
    ),
    (
        "bias-twice",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + x @ U + 2 * b)},
        "b stands twice in your steps.",
        "How many terms stand inside the tanh, and is one of them made of another already?",
        RULE,
    ),
    (
        "input-twice",
        {"move": lambda a, x, W, U, b: np.tanh(a @ W + 2 * (x @ U) + b)},
        "x @ U stands twice in your steps.",
        "How many terms stand inside the tanh, and is one of them made of another already?",
        RULE,
    ),
    (
        "linear",
        {"move": lambda a, x, W, U, b: a @ W + x @ U + b},
        "There is no tanh around your steps.",
        "Can an entry of a leave the range from -1 to 1?",
        RULE,
    ),
    (
        "relu",
        {"move": lambda a, x, W, U, b: np.maximum(a @ W + x @ U + b, 0)},
        "There is a ReLU around your steps where a tanh belongs.",
        "Can an entry of a be negative?",
        RULE,
    ),
    (
        "sigmoid",
        {"move": lambda a, x, W, U, b: nn.sigmoid(a @ W + x @ U + b)},
        "There is a sigmoid around your steps where a tanh belongs.",
        "Can an entry of a be negative?",
        RULE,
    ),
    (
        "cut-for-bent",
        {"move": lambda a, x, W, U, b: np.clip(a @ W + x @ U + b, -1, 1)},
        "Your steps are cut off at -1 and 1 where a tanh bends them.",
        "What does tanh make of 0.5, and of 2?",
        RULE,
    ),
    (
        "cut-to-0-and-1",
        {"move": lambda a, x, W, U, b: np.clip(a @ W + x @ U + b, 0, 1)},
        "Your steps are cut off at 0 and 1 where a tanh bends them.",
        "Can an entry of a be negative?",
        RULE,
    ),
    (
        "added-to-the-old",
        {"move": lambda a, x, W, U, b: (a + np.tanh(a @ W + x @ U + b)) / 2},
        "Each of your steps goes only half of the way: old and new are averaged.",
        "What takes the place of a in one step?",
        RULE,
    ),
):
    settle.mistake(_name, _observed, _look, _derive)(made(loop, **_changes))


@settle.mistake(
    "one-unit-after-another",
    "Your units are replaced one after the other, each seeing those that have moved already.",
    "Which a does the second unit see in your step: the old one, or a half new one?",
    "One step replaces all of a at once, from the a that was there before it.",
)
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        before = a.copy()
        for j in range(len(W)):
            a[:, j] = np.tanh(a @ W[:, j] + x @ U[:, j] + b[j])
        if np.max(np.abs(a - before)) < tol:
            break
    return a


@settle.mistake(
    "example-by-example",
    "Each of your examples stops on its own: those that settle early have had fewer steps.",
    "Whose movement is looked at before all of a stops?",
    "All of a is replaced at once until no entry moves by tol, in any example.",
)
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    return np.concatenate([nn.settle(row[None], W, U, b, tol, max_steps) for row in x])


other_formulas(
    settle,
    "a",
    (
        "feedback-before-the-input",
        lambda x, W, U, b, tol, max_steps: loop(
            move=lambda a, x, W, U, b: np.tanh(np.tanh(a @ W) + x @ U + b)
        )(x, W, U, b, tol, max_steps),
        "In your steps the feedback goes through a tanh of its own first.",
        "How many curves stand in one step?",
        RULE,
    ),
)


@settle.mistake(
    "input-only-at-the-start",
    "Your first step sees the input; in the later ones x @ U is missing, so the input is forgotten "
    "on the way.",
    "Which terms stand in your first step, and which in the loop?",
    RULE + " x stays on all the while.",
)
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.tanh(x @ U + b)
    for _ in range(max_steps):
        before, a = a, np.tanh(a @ W + b)
        if np.max(np.abs(a - before)) < tol:
            break
    return a


@settle.tells
def _(wrong, rows):
    """After how many steps of the formula the learner's a stands."""
    found = [_steps_to(leaf.actual, given) for given, leaf, _ in rows]
    if None in found:
        return None
    if len(set(found)) == 1 and found[0] > 1:
        return Fault(
            "fixed-number-of-steps",
            f"Your a is that after {found[0]} steps in every case, whether it has settled or not.",
            "What ends your loop? Where do tol and max_steps come in?",
            RULE,
        )
    given, leaf, steps = next(
        (given, leaf, steps)
        for (given, leaf, _), steps in zip(rows, found, strict=True)
        if leaf is wrong
    )
    due = _steps_to(leaf.expected, given)
    if due is None or due == steps:
        return None
    ends = f"tol = {number(given.get('tol', 1e-12))} and max_steps = {given.get('max_steps', 1000)}"
    return Fault(
        "other-number-of-steps",
        f"Each of your steps is right; the number of steps is not. With {ends} your a is that "
        f"after {steps} step{'s' * (steps != 1)}; after {due} it should come back.",
        "Which a do you hold when the loop ends, and after which step does it end: by tol, and by "
        "max_steps?",
        RULE + " The newest a comes back, after max_steps steps at the latest.",
    )


def _steps_to(target, given, most=300):
    """After how many steps a is the target; None if it is after none of them."""
    a = np.zeros(target.shape)
    drive = given["x"] @ given["U"] + given["b"]
    for step in range(most):
        if np.allclose(a, target, rtol=1e-12, atol=1e-14):
            return step
        a = np.tanh(a @ given["W"] + drive)
    return None


@settle.mistake(
    "input-at-the-start-only",
    "x comes in at the first step alone; later steps do not see it.",
    "Which terms stand inside the tanh of your second step?",
    RULE,
)
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    first = loop()(x, W, U, b, tol, 1)
    return loop(
        move=lambda a, x, W, U, b: np.tanh(a @ W + b),
        first=lambda x, W, U, b: first,
        counted=lambda steps: steps - 1,
    )(x, W, U, b, tol, max_steps)
