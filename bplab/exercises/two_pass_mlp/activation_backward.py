"""The activation, backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, maker
from bplab.exercises.two_pass_mlp.networks import CHAPTER, scores

activation_backward = Exercise(
    "activation_backward",
    CHAPTER,
    nn.activation_backward,
    returns="dZ",
    points=2,
    shapes={"dA": "N H", "Z": "N H"},
    achieved="The way back passes through any of the activations.",
)


@activation_backward.paper
def _(rng):
    for N, H, kind in [(6, 4, "tanh"), (8, 3, "relu"), (7, 5, "sigmoid")]:
        yield {"dA": rng.normal(size=(N, H)), "Z": scores(rng, N, H), "kind": kind}


@maker
def slopes(relu=nn.relu_grad, tanh=nn.tanh_grad, sigmoid=nn.sigmoid_grad):
    """activation_backward with some of its slopes replaced."""
    table = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
    return lambda dA, Z, kind="tanh": dA * table[kind](Z)


@activation_backward.mistake(
    "upstream-ignored",
    "You gave back the slope alone: your dZ does not depend on dA.",
    "Who tells this step how much the loss minds a change of A?",
    "Chain rule: dL/dZ_ij = dL/dA_ij times dA_ij/dZ_ij. The first factor arrives as dA.",
)
def _(dA, Z, kind):
    return nn.activation_backward(np.ones_like(dA), Z, kind)


@activation_backward.mistake(
    "slope-ignored",
    "You passed dA on as it came: the activation is skipped.",
    "How much does A change when Z changes a little?",
    "Chain rule: dZ_ij = dA_ij f'(Z_ij). What is missing is the second factor.",
)
def _(dA, Z, kind):
    return dA.copy()


@activation_backward.mistake(
    "slope-at-the-activation",
    "Your slopes are those at A = f(Z): you went through the activation twice.",
    "Slope where? Along the axis of the curve lies Z, not A.",
    "f'(Z_ij) is the slope where the curve was entered. If a formula is written with a = f(z), "
    "such as a(1 - a), feed it a; if it is written with z, feed it z.",
)
def _(dA, Z, kind):
    return nn.activation_backward(dA, nn.activation_forward(Z, kind), kind)


activation_backward.mistake(
    "output-form-fed-with-z",
    "You used the slope's short form, which is written with a, on Z itself: it can even get "
    "negative.",
    "1 - a^2 and a(1 - a): what does a stand for in them?",
    "a = f(z). So tanh'(z) = 1 - tanh(z)^2, and sigma'(z) = sigma(z)(1 - sigma(z)).",
)(slopes(tanh=lambda Z: 1 - Z**2, sigmoid=lambda Z: Z * (1 - Z)))

activation_backward.mistake(
    "tanh-fed-with-z",
    "For tanh you used 1 - z^2 where 1 - tanh(z)^2 belongs.",
    "Can the slope of a curve that always rises be negative? Try z = 2.",
    "The short form is 1 - a^2 with a = tanh(z).",
)(slopes(tanh=lambda Z: 1 - Z**2))

activation_backward.mistake(
    "sigmoid-fed-with-z",
    "For sigmoid you used z(1 - z) where a(1 - a) belongs.",
    "Can the slope of a curve that always rises be negative? Try z = 2.",
    "The short form is a(1 - a) with a = sigma(z).",
)(slopes(sigmoid=lambda Z: Z * (1 - Z)))

activation_backward.mistake(
    "sigmoid-slope-for-tanh",
    "For tanh you used a(1 - a), which is the slope of the sigmoid.",
    "Differentiate tanh afresh: what is its slope at 0, and what is yours?",
    "tanh' = 1 - tanh^2: at z = 0 the slope is 1. a(1 - a) would be 0 there.",
)(slopes(tanh=lambda Z: np.tanh(Z) * (1 - np.tanh(Z))))

activation_backward.mistake(
    "tanh-not-squared",
    "Your slope of tanh lacks the square: you are right at z = 0 and too small elsewhere.",
    "At z = 1 the slope of tanh is 0.42. What do you get?",
    "tanh'(z) = 1 - tanh(z)^2. The square also keeps it the same for z and -z.",
)(slopes(tanh=lambda Z: 1 - np.abs(np.tanh(Z))))

activation_backward.mistake(
    "tanh-slope-unsquared",
    "Your slope of tanh is 1 - tanh(z): above 1 for negative z, though tanh is never that steep.",
    "What is the slope at z = -1, and at z = 1? Should they differ?",
    "tanh'(z) = 1 - tanh(z)^2. The square makes it the same for z and -z.",
)(slopes(tanh=lambda Z: 1 - np.tanh(Z)))

activation_backward.mistake(
    "slope-upside-down",
    "Your slope of tanh is upside down: it grows where the curve gets flat.",
    "Far from 0 tanh is nearly flat. What should its slope be there?",
    "tanh'(z) = 1 - tanh(z)^2, not 1 over it.",
)(slopes(tanh=lambda Z: 1 / (1 - np.tanh(Z) ** 2)))

activation_backward.mistake(
    "sigmoid-factor-missing",
    "Your slope of the sigmoid lacks the factor 1 - a.",
    "What should the slope be where the sigmoid is nearly 1, and hence flat?",
    "sigma' = a (1 - a): small at both ends, 1/4 in the middle.",
)(slopes(sigmoid=nn.sigmoid))


@activation_backward.mistake(
    "value-for-slope",
    "You multiplied dA by the activation itself instead of by its slope.",
    "tanh can be negative. Can the slope of a curve that always rises be negative?",
    "dZ = dA times f'(Z): the slope of the activation, not its value.",
)
def _(dA, Z, kind):
    return dA * nn.activation_forward(Z, kind)


@activation_backward.mistake(
    "relu-gates-the-gradient",
    "Your relu blocks where dA is negative; it must block where Z was.",
    "Which sign decided on the way forward whether the unit was on?",
    "The slope of relu is 1 where Z_ij > 0 and 0 elsewhere. dA may have any sign.",
)
def _(dA, Z, kind):
    return dA * (dA > 0) if kind == "relu" else nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "relu-and-sigmoid",
    "Your relu gets the slope of the sigmoid as well: two of your branches run for it.",
    "Take kind = 'relu' through your function line by line: to which if does the else belong?",
    "One kind, one slope: return in each branch, or elif between them.",
)
def _(dA, Z, kind):
    dZ = nn.activation_backward(dA, Z, kind)
    return dZ * nn.sigmoid_grad(Z) if kind == "relu" else dZ


@activation_backward.mistake(
    "relu-always-on",
    "Your relu lets everything through, also where the unit was off.",
    "Which entries of Z did relu turn into 0? What does a small change of them do?",
    "The slope of relu is 0 where Z_ij < 0: a unit that was off takes no blame.",
)
def _(dA, Z, kind):
    return dA.copy() if kind == "relu" else nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "in-place",
    "Your function wrote into the dA it was given.",
    "Call it twice with the same dA: what happens the second time?",
    "The caller may need dA once more. Build the product as a new array.",
)
def _(dA, Z, kind):
    if kind == "relu":
        dA[Z <= 0] = 0
        return dA
    return nn.activation_backward(dA, Z, kind)


@activation_backward.mistake(
    "matrix-product",
    "The product failed: dA and the slopes were multiplied as matrices.",
    "Does unit 1's activation have any say in unit 2's slope?",
    "Each entry goes through the activation alone: dZ_ij = dA_ij f'(Z_ij), entry by entry.",
)
def _(dA, Z, kind):
    return dA @ nn.activation_backward(np.ones_like(Z), Z, kind)


@activation_backward.mistake(
    "kind-ignored",
    "You always use the slope of tanh, whatever kind says.",
    "Where does your function look at kind?",
    "Three kinds, three slopes: relu, tanh, sigmoid.",
)
def _(dA, Z, kind):
    return nn.activation_backward(dA, Z, "tanh")


def _value(Z, kind):
    return nn.activation_forward(Z, kind)


def _own_form(a):
    return a * (1 - a)


GIVES = {"relu": "1 where Z > 0, else 0", "tanh": "1 - tanh(Z)^2", "sigmoid": "a (1 - a)"}
RIGHT = {"relu": nn.relu_grad, "tanh": nn.tanh_grad, "sigmoid": nn.sigmoid_grad}


def _only_for(kind, wrong):
    """activation_backward that is `wrong(dA, Z)` for one kind and right for the others."""

    def solution(dA, Z, named="tanh"):
        return wrong(dA, Z) if named == kind else nn.activation_backward(dA, Z, named)

    return solution


for _kind in GIVES:
    activation_backward.mistake(
        f"upstream-ignored-for-{_kind}",
        f"For {_kind} you give back the slope alone: there your dZ does not depend on dA.",
        f"Which of your branches leaves dA out? Compare the one for {_kind} with its neighbours.",
        "Chain rule: dL/dZ_ij = dL/dA_ij times dA_ij/dZ_ij. The first factor arrives as dA, "
        "whatever the kind.",
    )(_only_for(_kind, lambda dA, Z, slope=RIGHT[_kind]: slope(Z) * 1.0))
    for _other in GIVES:
        if _other != _kind:
            activation_backward.mistake(
                f"{_kind}-takes-the-slope-of-{_other}",
                f"For {_kind} your slope is that of {_other}.",
                f"Which of your branches does kind = {_kind!r} take? Compare the words letter by "
                "letter.",
                f"The slope of {_kind} is {GIVES[_kind]}.",
            )(_only_for(_kind, lambda dA, Z, slope=RIGHT[_other]: dA * slope(Z)))

for _kind in ("tanh", "sigmoid"):
    activation_backward.mistake(
        f"slope-missing-for-{_kind}",
        f"For {_kind} you passed dA on as it came.",
        f"How much does {_kind}(z) change when z changes a little?",
        f"dZ_ij = dA_ij f'(Z_ij), and the slope of {_kind} is {GIVES[_kind]}.",
    )(_only_for(_kind, lambda dA, Z: dA.copy()))

for _name, _form, _fits, _slope in (
    ("tanh-form-for-all", "1 - a^2", "tanh", lambda Z, kind: 1 - _value(Z, kind) ** 2),
    ("sigmoid-form-for-all", "a (1 - a)", "sigmoid", lambda Z, kind: _own_form(_value(Z, kind))),
    ("z-in-the-tanh-form", "1 - z^2", "tanh with a for z", lambda Z, kind: 1 - Z**2),
    ("z-in-the-sigmoid-form", "z (1 - z)", "sigmoid with a for z", lambda Z, kind: _own_form(Z)),
    ("positive-for-all", "1 where a > 0", "relu", lambda Z, kind: _value(Z, kind) > 0),
    ("always-the-sigmoid-slope", "that of sigmoid", "sigmoid", lambda Z, kind: nn.sigmoid_grad(Z)),
    ("always-the-relu-slope", "that of relu", "relu", lambda Z, kind: Z > 0),
):
    activation_backward.mistake(
        _name,
        f"Whatever kind says, your slope is {_form}.",
        f"For which kind is that the slope? It fits {_fits}.",
        "Three kinds, three slopes: 1 or 0 for relu, 1 - a^2 for tanh and a (1 - a) for sigmoid, "
        "with a = f(z).",
    )(lambda dA, Z, kind="tanh", slope=_slope: dA * slope(Z, kind))


@activation_backward.mistake(
    "slope-added",
    "You added the slope to dA; the two are to be multiplied.",
    "If the loss does not mind a change of A at all, dA is 0. What should dZ be then?",
    "Chain rule: dL/dZ_ij = dL/dA_ij times dA_ij/dZ_ij, a product.",
)
def _(dA, Z, kind):
    return dA + nn.activation_backward(np.ones_like(dA), Z, kind)


@activation_backward.mistake(
    "slope-at-dA",
    "Your slope is taken at dA, and Z has no say in your dZ.",
    "At which place was the curve entered on the way forward?",
    "dZ_ij = dA_ij f'(Z_ij): the slope is that at Z, and dA is the factor in front.",
)
def _(dA, Z, kind):
    return nn.activation_backward(np.ones_like(dA), dA, kind)


@activation_backward.mistake(
    "slope-at-dA-times-dA",
    "Your slope is taken at dA, and Z has no say in your dZ.",
    "At which place was the curve entered on the way forward?",
    "dZ_ij = dA_ij f'(Z_ij): the slope is that at Z, and dA is the factor in front.",
)
def _(dA, Z, kind):
    return nn.activation_backward(dA, dA, kind)


activation_backward.mistake(
    "relu-gate-reversed",
    "For relu you let through what was off and block what was on.",
    "Which units passed their Z on, those with positive or those with negative Z?",
    "The slope of relu is 1 where Z_ij > 0 and 0 elsewhere.",
)(slopes(relu=lambda Z: Z < 0))

activation_backward.mistake(
    "relu-value-for-slope",
    "For relu you multiplied dA by relu(Z) itself, not by its slope.",
    "How much does relu(3) grow when 3 grows by 0.1, and relu(7)?",
    "The slope of relu is 1 where Z_ij > 0 and 0 elsewhere, however large Z is.",
)(slopes(relu=nn.relu))

activation_backward.mistake(
    "tanh-square-added",
    "For tanh your slope is 1 + tanh(z)^2: it grows where the curve gets flat.",
    "Far from 0 tanh is nearly flat. What should its slope be there?",
    "tanh'(z) = 1 - tanh(z)^2.",
)(slopes(tanh=lambda Z: 1 + np.tanh(Z) ** 2))

activation_backward.mistake(
    "tanh-squared-alone",
    "For tanh your slope is tanh(z)^2: 0 at z = 0, where the curve is steepest.",
    "At which z is tanh steepest, and how steep is it there?",
    "tanh'(z) = 1 - tanh(z)^2.",
)(slopes(tanh=lambda Z: np.tanh(Z) ** 2))

activation_backward.mistake(
    "sigmoid-other-half",
    "Your slope of the sigmoid is 1 - a: it lacks the factor a.",
    "What should the slope be where the sigmoid is nearly 0, and hence flat?",
    "sigma' = a (1 - a): small at both ends, 1/4 in the middle.",
)(slopes(sigmoid=lambda Z: 1 - nn.sigmoid(Z)))

activation_backward.mistake(
    "sigmoid-plus",
    "Your slope of the sigmoid is a (1 + a): it grows where the curve gets flat.",
    "What should the slope be where the sigmoid is nearly 1, and hence flat?",
    "sigma' = a (1 - a): small at both ends, 1/4 in the middle.",
)(slopes(sigmoid=lambda Z: nn.sigmoid(Z) * (1 + nn.sigmoid(Z))))


for _kind in ("tanh", "sigmoid"):
    activation_backward.mistake(
        f"{_kind}-twice",
        f"For {_kind} your slope is the one at a = {_kind}(z): you went through {_kind} twice.",
        "Slope where? Along the axis of the curve lies Z, not A.",
        f"A formula with a in it is fed with a, one with z in it with z: the slope of {_kind} is "
        f"{GIVES[_kind]}.",
    )(_only_for(_kind, lambda dA, Z, kind=_kind: dA * RIGHT[kind](nn.activation_forward(Z, kind))))
