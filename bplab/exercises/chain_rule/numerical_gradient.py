"""The numerical gradient."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known
from bplab.exam.sitting import real
from bplab.exercises.chain_rule.differences import at, nudged
from bplab.exercises.chain_rule.points import apart_from_zero, wavy

numerical_gradient = Exercise(
    "numerical_gradient",
    "02_chain_rule",
    nn.numerical_gradient,
    returns="grad",
    points=2,
    rtol=1e-7,
    achieved="You can now check any gradient without a formula; use it on every one you derive.",
)


@numerical_gradient.paper
def _(rng):
    for size in (7, (3, 4), (), (2, 3, 2)):
        c, d, k, x = wavy(rng, size)
        yield {"f": Known("wavy", (c, d, k)), "x": x}
    X, w = rng.normal(size=(9, 6)), apart_from_zero(rng, 6, 0.3, 1.0)
    y = (rng.random(9) < 0.5).astype(float)
    yield {"f": Known("mean log loss", (X, y)), "x": w}
    c, d, k, x = wavy(rng, 6, k=1000.0)  # waves so short that the default h shows
    yield {"f": Known("wavy", (c, d, k)), "x": x}
    c, d, k, x = wavy(rng, 8)
    yield {"f": Known("wavy", (c, d, k)), "x": x, "h": float(rng.uniform(0.01, 0.03))}


@numerical_gradient.mistake(
    "divided-by-h",
    "Your gradient is exactly twice what it should be.",
    "How far apart are the two points at which you evaluate f?",
    "From x - h to x + h is a distance of 2h: rise over run is (f(x + h) - f(x - h)) / (2h).",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (at(f, x, i, h) - at(f, x, i, -h)) / h)


@numerical_gradient.mistake(
    "precedence",
    "Your gradient is about 1e-10 of what it should be with h = 1e-5: that is h squared.",
    "Read ... / 2 * h as Python does: from left to right.",
    "The whole 2h stands below the fraction bar. Written in a line, it needs brackets.",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (at(f, x, i, h) - at(f, x, i, -h)) / 2 * h)


@numerical_gradient.mistake(
    "forward-difference",
    "Your differences are one-sided: each entry is off by about h/2 times the curvature. "
    "(Centered ones are off by h squared only.)",
    "On which sides of x do you evaluate f? The exercise asks for both.",
    "f(x + h) and f(x - h) bend away from the tangent by the same h**2 f''/2. In their difference "
    "it cancels; in f(x + h) - f(x) it stays.",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (at(f, x, i, h) - f(x)) / h)


@numerical_gradient.mistake(
    "backward-difference",
    "Your differences are one-sided, to the left: each entry is off by about h/2 times the "
    "curvature.",
    "On which sides of x do you evaluate f? The exercise asks for both.",
    "f(x + h) and f(x - h) bend away from the tangent by the same h**2 f''/2. In their difference "
    "it cancels; in f(x) - f(x - h) it stays.",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (f(x) - at(f, x, i, -h)) / h)


@numerical_gradient.mistake(
    "sign",
    "Your gradient has the right size and the opposite sign.",
    "Which of the two evaluations is subtracted from which?",
    "If f grows with x, then f(x + h) - f(x - h) is positive, and so is the slope.",
)
def _(f, x, h=1e-5):
    return -nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "not-restored",
    "An entry keeps its nudge when you go on to the next one, so later entries are measured at a "
    "point that has drifted.",
    "After measuring entry i, what value does x[i] have?",
    "The partial derivative holds all other entries where they were. Put entry i back before you "
    "touch the next.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "same-array",
    "Your gradient is zero: x + h and x - h have become one and the same array.",
    "What does assigning an array to a second name do: copy it, or name it twice?",
    "Two evaluations need two states of x. Either nudge, evaluate, nudge back, evaluate, restore; "
    "or work on true copies.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above = below = x.copy()
        above[i] += h
        below[i] -= h
        grad[i] = (f(above) - f(below)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "all-at-once",
    "You nudged all entries of x at once and got one number: the sum of all partial derivatives.",
    "A gradient has one number for each entry of x. How many does yours have?",
    "df/dx_i asks what happens when x_i alone moves. Nudge one entry, leave the others, and go "
    "through all of them.",
)
def _(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@numerical_gradient.mistake(
    "all-at-once-filled",
    "Every entry of your gradient is the same number: the sum of the slopes along all entries of "
    "x, which is what nudging all of x at once gives.",
    "In your loop over i, which entries of x does the nudge reach, and which entries of the "
    "gradient does the difference go to?",
    "df/dx_i asks what happens when x_i alone moves, with all others held still.",
)
def _(f, x, h=1e-5):
    return np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.mistake(
    "whole-rows",
    "Your vectors are right, and arrays of two axes are not: there whole rows were nudged at once.",
    "What does x[i] mean for an array of shape (3, 4)?",
    "x may have any shape, and every single entry takes its turn: the index needs one number for "
    "each axis.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)) if x.ndim else [()]:
        grad[i] = (at(f, x, i, h) - at(f, x, i, -h)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "h-ignored",
    "Your step is 1e-5 whatever h is given.",
    "Where does the argument h stand in your formula?",
    "h is how far to step to each side, and 2h what to divide by; 1e-5 is only its default.",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x)


@numerical_gradient.mistake(
    "step-halved",
    "You step h/2 to each side. That is a centered difference too, but not with step h.",
    "Where are the two points that the formula names?",
    "(f(x + h) - f(x - h)) / (2h): a whole h to each side.",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h / 2)


@numerical_gradient.mistake(
    "float32",
    "x was turned into float32: its 7 digits can hardly hold a nudge of 1e-5, so your slopes are "
    "off in the second or third digit.",
    "Where does a smaller dtype come in?",
    "Near 1 the float32 numbers are 1.2e-7 apart, so a step of 1e-5 is known to a percent. In "
    "float64 they are 2e-16 apart.",
)
def _(f, x, h=1e-5):
    x = x.astype(np.float32)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + h
        above = f(x)
        x[i] = middle - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = middle
    return grad


@numerical_gradient.mistake(
    "default-step-too-small",
    "With h given you are right; without it your step is much smaller than 1e-5.",
    "Which default does your first line give to h?",
    "Smaller is not better: below 1e-5 the rounding of f, divided by 2h, grows faster than the "
    "error of the formula shrinks. Here h is 1e-5 unless it is given.",
)
def _(f, x, h=1e-7):
    return nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "default-step-too-large",
    "With h given you are right; without it your step is larger than 1e-5.",
    "Which default does your first line give to h?",
    "The error of the formula grows with h squared. Here h is 1e-5 unless it is given.",
)
def _(f, x, h=1e-4):
    return nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "middle-for-right-side",
    "Your entries are about half of what they should be: the nudge to one side is missing, but you "
    "divide by 2h.",
    "Print x at the moment of each of the two evaluations. How far apart are they?",
    "f at x + h and f at x - h are 2h apart; f at x + h and f at x only h.",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (at(f, x, i, h) - f(x)) / (2 * h))


@numerical_gradient.mistake(
    "nudged-by-a-share",
    "Each entry is nudged by h times itself, and the difference is divided by 2h: every slope "
    "comes out times its own x.",
    "By how much does x_i move in your loop, and by how much do you divide?",
    "x_i goes up by h and down by h, whatever its size: the two points lie 2h apart.",
)
def _(f, x, h=1e-5):
    return nudged(f, x, lambda f, x, i: (at(f, x, i, h * x[i]) - at(f, x, i, -h * x[i])) / (2 * h))


@numerical_gradient.mistake(
    "second-difference",
    "Your entries are second derivatives: how the slope changes, not the slope.",
    "What comes out for f = 3 x, whose slope is 3 everywhere?",
    "f(x + h) - f(x - h) over 2h is the slope; f(x + h) - 2 f(x) + f(x - h) over h squared is the "
    "curvature.",
)
def _(f, x, h=1e-5):
    def curvature(f, x, i):
        return (at(f, x, i, h) - 2 * f(x) + at(f, x, i, -h)) / h**2

    return nudged(f, x, curvature)


@numerical_gradient.mistake(
    "entries-off",
    "The shape is right, but the entries are not centered differences with step h.",
    "Take x of two entries and f = x0**2 + 3 x1. What should come out, and what does?",
    "For each entry: raise it by h, evaluate, lower it by 2h, evaluate, put it back, and divide "
    "the difference by 2h.",
    when="grad",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h) * x


@numerical_gradient.tells
def _another_step(wrong, rows):
    """Centered differences, with one step of their own whatever h is."""
    given = next(given for given, leaf, _ in rows if leaf is wrong)
    f, x = real(given["f"]), given["x"]
    at_place = np.unravel_index(np.argmax(np.abs(wrong.actual - wrong.expected)), x.shape)

    def slope(f, x, i, h):
        return (at(f, x, i, h) - at(f, x, i, -h)) / (2 * h)

    fine, coarse = slope(f, x, at_place, 1e-4), slope(f, x, at_place, 1e-3)
    bend = (coarse - fine) / (1e-6 - 1e-8)  # the error is this times the square of the step
    step = np.sqrt((wrong.actual[at_place] - fine) / bend + 1e-8)
    step = float(f"{step:.0e}")
    if not 2e-5 < step < 0.2:
        return None
    for given, leaf, _ in rows:
        f, x = real(given["f"]), given["x"]
        if leaf.actual is None or leaf.actual.shape != x.shape:
            return None
        for i in np.ndindex(x.shape):
            if abs(leaf.actual[i] - slope(f, x, i, step)) > 1e-6 * (1 + abs(leaf.actual[i])):
                return None
    return Fault(
        "another-step",
        f"Your differences are centered, and their step is {step:g} in every case: h, which is "
        f"{given['h']:.3g} in the last one and 1e-5 where it is not given, does not count.",
        "Where does h stand in your function, and is there a number of your own in its place?",
        "The error of centered differences grows with the square of the step. It is the caller's "
        "to choose: x_i goes up by h and down by h.",
    )
