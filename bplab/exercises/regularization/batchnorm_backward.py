"""Three roads back through a normalization."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Length, number, plain_formula
from bplab.exercises.other_formulas import other_formulas

batchnorm_backward = Exercise(
    "batchnorm_backward",
    "05_regularization",
    nn.batchnorm_backward,
    returns=("dX", "dgamma", "dbeta"),
    points=4,
    shapes={"dout": "N D", "gamma": "D"},
    achieved="You have derived one of the longest gradients in use, through mean and deviation.",
)


@batchnorm_backward.paper
def _(rng):
    for N, D in [(8, 3), (7, 5), (9, 4), (6, 6)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D)
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        _, cache = nn.batchnorm_forward(X, gamma, rng.normal(size=D))
        yield {"dout": rng.normal(size=(N, D)), "cache": cache, "gamma": gamma}


def _bn_backward(through, own=None):
    """A backward pass with another dX, or another (dgamma, dbeta)."""

    def backward(dout, cache, gamma):
        X_hat, std = cache["X_hat"], cache["std"]
        dX = through(dout * gamma, X_hat, std, dout, gamma)
        if own is None:
            return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)
        return dX, *own(dout, X_hat, dout * gamma, std)

    return backward


def _true_dX(d, h, std, dout, gamma):
    return (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / std


batchnorm_backward.mistake(
    "direct-path-only",
    "{right: dgamma, dbeta} the columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat? And to the loss?",
    "x reaches the output on three roads: itself, the mean, and the std. You took the first only.",
)(_bn_backward(lambda d, h, std, dout, gamma: d / std))


batchnorm_backward.mistake(
    "variance-forgotten",
    "{right: dgamma, dbeta} your dX sums to 0 in each column, but not when weighted by X_hat.",
    "Double every entry of a centered column: what happens to X_hat?",
    "The road through the std is missing: it takes away X_hat times the mean of dX_hat * X_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.mean(axis=0)) / std))


batchnorm_backward.mistake(
    "mean-forgotten",
    "{right: dgamma, dbeta} the columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat?",
    "The road through the mean is missing: it takes away the mean of dX_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - h * (d * h).mean(axis=0)) / std))


batchnorm_backward.mistake(
    "gamma-forgotten",
    "{right: dgamma, dbeta} dX lacks the factor gamma.",
    "What stands between X_hat and out?",
    "out = gamma * X_hat + beta, so dX_hat = dout * gamma; everything below starts from it.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(dout, h, std, dout, gamma)))


batchnorm_backward.mistake(
    "std-forgotten",
    "{right: dgamma, dbeta} dX was never divided by std.",
    "X_hat was divided by something on the way up. What comes down?",
    "Every road from x to X_hat passes the division by std.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, 1.0, dout, gamma)))


batchnorm_backward.mistake(
    "sums-for-means",
    "{right: dgamma, dbeta} in dX the two terms taken away are {N} times too large.",
    "The mean's derivative with respect to one x is 1/N. Is that 1/N there?",
    "mean = sum / N: each of the N entries moves the mean by a share of 1/N.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / std))


batchnorm_backward.mistake(
    "dgamma-without-x-hat",
    "{right: dX, dbeta} dgamma does not know what gamma multiplied.",
    "gamma stretches X_hat. What is the derivative of gamma * X_hat with respect to gamma?",
    "dgamma sums dout * X_hat over the examples.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), dout.sum(axis=0))))


batchnorm_backward.mistake(
    "averaged",
    "{right: dX} dgamma and dbeta are exactly 1/{N} of what they should be.",
    "dout carries the loss's 1/N already. What is left to do over the rows?",
    "gamma and beta serve all rows, so their gradients add over the rows: sums, not means.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((dout * h).mean(axis=0), dout.mean(axis=0))))


batchnorm_backward.mistake(
    "dgamma-scaled-by-gamma",
    "{right: dX, dbeta} dgamma carries an extra factor gamma.",
    "Which gradient arrives at gamma: that of out, or that of X_hat?",
    "gamma meets dout directly; dX_hat = dout * gamma lies one step further down.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((d * h).sum(axis=0), dout.sum(axis=0))))


batchnorm_backward.mistake(
    "dgamma-dbeta-swapped",
    "{right: dX} dgamma and dbeta have changed places.",
    "In which order does the exercise ask for them?",
    "First dX, then dgamma, then dbeta.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), (dout * h).sum(axis=0))))


batchnorm_backward.mistake(
    "std-squared",
    "{right: dgamma, dbeta} dX was divided by std twice.",
    "Count the divisions by std on the way from x to X_hat.",
    "One division on the way up gives one on the way down.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, std**2, dout, gamma)))


ROADS = ("the direct road", "the road through the mean", "the road through the std")


@batchnorm_backward.tells
def _(wrong, rows):
    """Each column of dX is a sum of three: dout itself, a constant, and X_hat. What stands before
    each of them is held against what belongs there."""
    if wrong.name != "dX" or not wrong.actual.any():
        return None
    ratios, sizes = [[], [], []], []
    for given, leaf, _ in rows:
        dout, gamma = given["dout"], given["gamma"]
        X_hat, std = given["cache"]["X_hat"], given["cache"]["std"]
        for j, g in enumerate(gamma):
            columns = np.stack([dout[:, j], np.ones(len(dout)), X_hat[:, j]], axis=1)
            have, *_ = np.linalg.lstsq(columns, leaf.actual[:, j], rcond=None)
            if not np.allclose(columns @ have, leaf.actual[:, j], rtol=1e-6, atol=1e-9):
                return None
            share = g / std[j]
            want = share, -share * dout[:, j].mean(), -share * (dout[:, j] * X_hat[:, j]).mean()
            for road in range(3):
                ratios[road].append(float(have[road] / want[road]))
            sizes.append({"N": Length(len(dout)), "gamma": float(g), "std": float(std[j])})
    said = [_of_road(values, sizes) for values in ratios]
    if len(set(said)) == 1 and said[0]:
        observed = f"All of dX is {said[0]}."
    else:
        observed = " ".join(
            f"{road[0].upper()}{road[1:]} is {words or 'right'}."
            for road, words in zip(ROADS, said, strict=True)
        )
    known = [words for words in said if words]
    if not known or NO_MULTIPLE in said and len(known) == 3:
        return None
    name, look = "a-road", "Follow one x along the road that is off, factor by factor."
    if said[0] == said[1] == said[2]:
        name, look = "all-roads", "The three roads share their first and their last steps."
    return Fault(
        name,
        "x reaches the output on three roads: itself, the mean, and the std. " + observed,
        look,
        "With d = dout * gamma: d itself, minus the mean of d, minus X_hat times the mean of "
        "d * X_hat, and all three divided by std.",
    )


NO_MULTIPLE = "not what it should be"


def _of_road(values, sizes):
    """What is wrong with a road, in words; nothing if it is right."""
    if np.allclose(values, 1, rtol=1e-5):
        return ""
    if np.allclose(values, 0, atol=1e-7):
        return "missing"
    found = plain_formula(sizes, values) or plain_formula(sizes, [-v for v in values])
    sign = "" if np.all(np.array(values) > 0) else " with the other sign"
    if np.allclose(values, -1, rtol=1e-5):
        return "there with the other sign"
    if plain_formula(sizes, values):
        return f"{found[0]} times what it should be"
    if found:
        return f"{found[0]} times what it should be{sign}"
    if np.allclose(values, values[0], rtol=1e-5):
        return f"{number(values[0])} times what it should be"
    return NO_MULTIPLE


other_formulas(
    batchnorm_backward,
    "dgamma",
    *(
        (
            name,
            lambda dout, cache, gamma, form=form: form(
                dout, cache["X_hat"], cache["std"], gamma
            ).sum(axis=0),
            observed,
            "gamma multiplies one array on its way to out. Which one?",
            "out = gamma * X_hat + beta, so dgamma sums dout * X_hat over the examples.",
        )
        for name, form, observed in (
            (
                "x-for-x-hat",
                lambda d, h, s, g: d * h * s,
                "In your dgamma X_hat is multiplied by std.",
            ),
            (
                "divided-by-std",
                lambda d, h, s, g: d * h / s,
                "In your dgamma X_hat is divided by std.",
            ),
            (
                "gamma-twice",
                lambda d, h, s, g: d * h * g * g,
                "Your dgamma carries gamma twice as a factor; it does not belong there at all.",
            ),
            ("divided", lambda d, h, s, g: d / h, "In your dgamma dout is divided by X_hat."),
            ("std-for-x-hat", lambda d, h, s, g: d * s, "Your dgamma holds std, and no X_hat."),
            ("x-hat-squared", lambda d, h, s, g: d * h * h, "In your dgamma X_hat is squared."),
            ("upstream-ignored", lambda d, h, s, g: h, "Your dgamma does not hold dout."),
        )
    ),
)


other_formulas(
    batchnorm_backward,
    "dbeta",
    *(
        (
            name,
            lambda dout, cache, gamma, form=form: form(dout, cache["X_hat"], gamma).sum(axis=0),
            observed,
            "beta is added at the very end. Which gradient arrives there?",
            "out = gamma * X_hat + beta: beta meets dout directly, so dbeta sums dout over the "
            "examples.",
        )
        for name, form, observed in (
            ("scaled-by-gamma", lambda d, h, g: d * g, "Your dbeta carries an extra factor gamma."),
            ("times-x-hat", lambda d, h, g: d * h, "Your dbeta carries an extra factor X_hat."),
        )
    ),
)


batchnorm_backward.mistake(
    "means-by-row",
    "{right: dgamma, dbeta} in dX the means run along the rows, as in layer norm.",
    "Which numbers shared a mean in the forward pass?",
    "Each column had a mean and a std of its own: both sums of dX run over the examples.",
)(
    _bn_backward(
        lambda d, h, std, dout, gamma: (
            (d - d.mean(axis=1, keepdims=True) - h * (d * h).mean(axis=1, keepdims=True)) / std
        )
    )
)
