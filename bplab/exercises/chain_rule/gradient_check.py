"""The check of a gradient by nudging."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known
from bplab.exam.sitting import real
from bplab.exercises.chain_rule.differences import at, nudged
from bplab.exercises.chain_rule.numerical_gradient import numerical_gradient
from bplab.exercises.chain_rule.points import wavy
from bplab.exercises.chain_rule.relative_error import relative_error

gradient_check = Exercise(
    "gradient_check",
    "02_chain_rule",
    nn.gradient_check,
    returns="error",
    points=1,
    driver="relative error",
    rtol=1e-4,
    built_on=(
        numerical_gradient,
        relative_error,
    ),
    achieved="You have a judge for every gradient to come.",
)


@gradient_check.paper
def _(rng):
    def case(size, scale=1.0, wave=1.0, pull=1.0, dead=0, above=0.0):
        c, d, k, x = wavy(rng, size, dead=dead)
        slope = Known("wavy slope", (c, d, k, np.array(scale * np.ones(size)), wave, pull))
        return {"f": Known("wavy", (c, d, k, above)), "grad_f": slope, "x": x}

    last_off, first_off = np.ones(8), np.ones((2, 3))
    last_off[-1] = first_off[0, 0] = 1.01
    yield case(7)
    yield case((3, 4))
    yield case(())
    yield case(6, dead=2)
    yield case(8, scale=last_off)
    yield case((2, 3), scale=first_off)
    yield case((2, 4), scale=-1.0)
    yield case(6, scale=2.0)
    yield case(9, pull=0.0)
    yield case(6, wave=0.0)
    yield case(7, scale=0.0)
    yield case(7, above=1000.0)  # a large f: with h of 1e-7 and less its last digits show


def _checked(f, grad_f, x, error=nn.relative_error, h=1e-5):
    return error(grad_f(x), nn.numerical_gradient(f, x, h))


@gradient_check.mistake(
    "against-itself",
    "You find no error anywhere, not even where grad_f returns zeros: something is compared with "
    "itself.",
    "Which of the two gradients that you compare comes from f, and not from grad_f?",
    "A check needs two independent witnesses: the formula grad_f(x), and the nudges of f at x.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x), grad_f(x))


@gradient_check.mistake(
    "one-sided",
    "Right gradients do not come out clean: your error for one is {actual}, which is the error of "
    "one-sided differences.",
    "Which of the two is inexact here, grad_f or the numerical gradient?",
    "Centered differences with h = 1e-5 agree with a right gradient to better than 1e-7.",
)
def _(f, grad_f, x):
    h = 1e-5
    one_sided = nudged(f, x, lambda f, x, i: (at(f, x, i, h) - f(x)) / h)
    return nn.relative_error(grad_f(x), one_sided)


@gradient_check.mistake(
    "divided-by-h",
    "Right gradients come out with an error of 1/3, and doubled ones clean: your numerical "
    "gradient is twice too large.",
    "Check your numerical gradient on a function whose slope you know.",
    "1/3 is |1 - 2| / (1 + 2). The two points are 2h apart, so divide by 2h.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x), 2 * nn.numerical_gradient(f, x))


@gradient_check.mistake(
    "step-too-large",
    "Right gradients do not come out clean: your error for one is {actual}. The step is too large.",
    "Which h do you use? Where on the V does it lie?",
    "The error of centered differences grows with h squared. With h = 1e-5 it is near 1e-10.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, h=1e-2)


for _h in (0.1, 1e-3):
    gradient_check.mistake(
        f"step-of-{_h:g}",
        f"Your errors are those of a numerical gradient with h = {_h:g}: right gradients do not "
        "come out clean.",
        "Which h do you use? Where on the V does it lie?",
        "The error of centered differences grows with h squared. With h = 1e-5 it is near 1e-10.",
    )(lambda f, grad_f, x, h=_h: _checked(f, grad_f, x, h=h))


@gradient_check.mistake(
    "gradient-of-the-gradient",
    "The numerical gradient you compare with is one of grad_f, not of f.",
    "Which function does the numerical gradient nudge?",
    "f is nudged, and gives the slope; grad_f claims it. These two are compared.",
)
def _(f, grad_f, x):
    return nn.relative_error(
        grad_f(x), nn.numerical_gradient(lambda v: float(np.sum(grad_f(v))), x)
    )


@gradient_check.mistake(
    "opposite-verdict",
    "You returned a verdict, true for wrong gradients; the exercise asks for the error itself.",
    "What would you rather know of a failed check: that it failed, or by how much?",
    "Return the number. 1e-10 is rounding, 1/3 is a factor 2, 1 is a sign: sizes tell stories.",
)
def _(f, grad_f, x):
    return bool(_checked(f, grad_f, x) > 1e-7)


@gradient_check.mistake(
    "compared-with-the-value",
    "One of the two things that you compare is f(x): a height, beside a slope.",
    "Which two things should agree if grad_f is right? Is f(x) one of them?",
    "f is nudged, entry by entry, and what comes out is a slope: that is compared with grad_f(x).",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x), np.full(np.shape(x), f(x)))


@gradient_check.mistake(
    "numerical-returned",
    "You returned the numerical gradient; the exercise asks how far it is from grad_f(x).",
    "What is left to do once you have both gradients?",
    "Give the two to relative_error: one number comes out.",
)
def _(f, grad_f, x):
    return nn.numerical_gradient(f, x)


@gradient_check.mistake(
    "no-floor",
    "Where both gradients are exactly 0 you divide 0 by 0.",
    "Two of the entries have no influence on f. What are both gradients there?",
    "relative_error never divides by less than 1e-8, so that 0 against 0 is an error of 0.",
    when="not-finite",
    only=lambda inputs: bool(np.any(inputs["f"].params[0] == 0)),
)
def _(f, grad_f, x):
    def no_floor(a, b):
        with np.errstate(all="ignore"):
            return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))

    return _checked(f, grad_f, x, no_floor)


@gradient_check.mistake(
    "step-too-small",
    "Right gradients do not come out clean: your error for one is {actual}. The step is too small.",
    "Which h do you use? Where on the V does it lie?",
    "f is known to about 16 digits; divided by a tiny 2h, its last digits become the answer. With "
    "h = 1e-5 the error is near 1e-10.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, h=1e-11)


@gradient_check.tells
def _step_too_small(wrong, rows):
    """Clean but for one case, where f is so large that a small step drowns in its digits."""
    off = [(given["f"].params, leaf) for given, leaf, _ in rows if not leaf.right]
    if not off or not all(len(params) > 3 and params[3] > 100 for params, _ in off):
        return None
    if not all(1e-7 < float(leaf.actual) < 1e-2 and leaf.expected == 0 for _, leaf in off):
        return None
    mistake = gradient_check.mistakes["step-too-small"]
    told = (
        f"Where f is near {off[0][0][3]:g}, a right gradient does not come out clean: its error is "
        f"{float(off[0][1].actual):.2g}. The step is too small."
    )
    return Fault(mistake.name, told, mistake.look, mistake.derive)


@gradient_check.mistake(
    "another-point",
    "Your error is not 0 where grad_f is right: the two gradients were not taken at the same x.",
    "Is x the same when grad_f is called and when f is nudged?",
    "Compare grad_f(x) with the numerical gradient at this very x, put back after every nudge.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x + 1e-3), nn.numerical_gradient(f, x))


@gradient_check.mistake(
    "another-number",
    "Your number is not the relative error of grad_f(x). (Anything below 1e-7 counts as 0: a right "
    "gradient.)",
    "Which two arrays do you compare? Print both: one from grad_f, one from nudging f.",
    "relative_error of grad_f(x) and the numerical gradient of f at x, over all entries.",
    when="error",
)
def _(f, grad_f, x):
    return 1.0 - _checked(f, grad_f, x)


@gradient_check.mistake(
    "one-number-each",
    "You compare one number for each gradient, the sum of its entries or their mean: errors of "
    "several entries can cancel, and that of one is lost among all.",
    "How many numbers does each of the two things hold that you compare?",
    "Give relative_error both gradients whole: it measures every entry against its own size and "
    "reports the worst.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, lambda a, b: nn.relative_error(np.sum(a), np.sum(b)))


@gradient_check.tells
def _value_beside_the_slope(wrong, rows):
    """The same with the measured slope in the place of the claimed one."""
    for given, leaf, _ in rows:
        f, x = real(given["f"]), given["x"]
        mine = nn.relative_error(f(x), nn.numerical_gradient(f, x))
        if abs(float(leaf.actual) - mine) > 1e-4 * mine:
            return None
    mistake = gradient_check.mistakes["compared-with-the-value"]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
