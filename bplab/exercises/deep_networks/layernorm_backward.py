"""layernorm_backward."""

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.taken_apart import taken_apart

layernorm_backward = Exercise(
    "layernorm_backward",
    CHAPTER,
    nn.layernorm_backward,
    returns=("dX", "dgamma", "dbeta"),
    points=4,
    shapes={"dout": "N D", "gamma": "D"},
    achieved="Blame goes back through mean and variance of each row as well.",
)


@layernorm_backward.paper
def _(rng):
    for N, D in [(8, 5), (6, 9), (9, 4)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.3, 3, (N, 1)) + rng.normal(size=(N, 1))
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        _, cache = nn.layernorm_forward(X, gamma, rng.normal(size=D))
        yield {"dout": rng.normal(size=(N, D)), "cache": cache, "gamma": gamma}


def mean(array):
    return array.mean(axis=1, keepdims=True)


def through(d, h, std):
    """The three roads together."""
    return (d - mean(d) - h * mean(d * h)) / std


def back(
    d=lambda dout, gamma: dout * gamma,
    mean_road=lambda d, h, dout: mean(d),
    std_road=lambda d, h, dout: h * mean(d * h),
    over=lambda std: std,
    after=lambda gamma: 1.0,
    dgamma=lambda dout, h, d, std: (dout * h).sum(axis=0),
    dbeta=lambda dout, h, d: dout.sum(axis=0),
):
    """A backward pass with one of its steps done otherwise."""

    def backward(dout, cache, gamma):
        h, std = cache["X_hat"], cache["std"][:, None]
        blame = d(dout, gamma)
        through = blame - mean_road(blame, h, dout) - std_road(blame, h, dout)
        own = dout * gamma
        return (
            after(gamma) * through / over(std),
            dgamma(dout, h, own, std),
            dbeta(dout, h, own),
        )

    return backward


RIGHT = "{right: dgamma, dbeta}"
ROADS = (
    "With d = dout * gamma, row by row: d, minus the mean of d, minus X_hat times the mean of "
    "d * X_hat, and all three divided by the row's std."
)
for _name, _changes, *_hints in (
    (
        "direct-road-only",
        {"mean_road": lambda d, h, dout: 0.0, "std_road": lambda d, h, dout: 0.0},
        f"{RIGHT} the rows of your dX do not sum to 0, but they must.",
        "Add 1 to every entry of a row: what happens to X_hat? And to the loss?",
        "x reaches the output on three roads: itself, the mean, and the std. You took the first "
        "only.",
    ),
    (
        "std-road-missing",
        {"std_road": lambda d, h, dout: 0.0},
        f"{RIGHT} your dX sums to 0 in each row, but not when weighted by X_hat.",
        "Double every entry of a centered row: what happens to X_hat?",
        "The road through the std is missing: it takes away X_hat times the mean of d * X_hat.",
    ),
    (
        "mean-road-missing",
        {"mean_road": lambda d, h, dout: 0.0},
        f"{RIGHT} the rows of your dX do not sum to 0, but they must.",
        "Add 1 to every entry of a row: what happens to X_hat?",
        "The road through the mean is missing: it takes away the mean of d.",
    ),
    (
        "gamma-outside",
        {"d": lambda dout, gamma: dout, "after": lambda gamma: gamma},
        f"{RIGHT} in dX gamma is multiplied in at the end, after the means were taken: the rows of "
        "dX do not sum to 0.",
        "In batch norm one gamma serves all that shares a mean. Which gammas share a mean here?",
        "Along a row every entry has a gamma of its own: it must be inside, d = dout * gamma, "
        "before any mean is taken.",
    ),
    (
        "gamma-forgotten",
        {"d": lambda dout, gamma: dout},
        f"{RIGHT} dX lacks the factor gamma.",
        "What stands between X_hat and out?",
        "out = gamma * X_hat + beta, so what arrives at X_hat is dout * gamma; everything below "
        "starts from it.",
    ),
    (
        "std-forgotten",
        {"over": lambda std: 1.0},
        f"{RIGHT} dX was never divided by std.",
        "X_hat was divided by something on the way up. What comes down?",
        "Every road from x to X_hat passes the division by the row's std.",
    ),
    (
        "std-squared",
        {"over": lambda std: std**2},
        f"{RIGHT} dX was divided by std twice.",
        "Count the divisions by std on the way from x to X_hat.",
        "One division on the way up gives one on the way down.",
    ),
    (
        "sums-for-means",
        {
            "mean_road": lambda d, h, dout: d.sum(axis=1, keepdims=True),
            "std_road": lambda d, h, dout: h * (d * h).sum(axis=1, keepdims=True),
        },
        f"{RIGHT} in dX the two terms taken away are {{D}} times too large.",
        "The derivative of a row's mean with respect to one entry is 1/{D}. Is that 1/{D} there?",
        "mean = sum / {D}: each of the {D} entries moves the mean by a share of 1/{D}.",
    ),
    (
        "means-by-column",
        {
            "mean_road": lambda d, h, dout: d.mean(axis=0),
            "std_road": lambda d, h, dout: h * (d * h).mean(axis=0),
        },
        f"{RIGHT} in dX the means run down the columns, as in batch norm.",
        "Which numbers shared a mean in the forward pass?",
        "What was averaged along a row on the way up comes back as averages along the row.",
    ),
    (
        "roads-added",
        {
            "mean_road": lambda d, h, dout: -mean(d),
            "std_road": lambda d, h, dout: -h * mean(d * h),
        },
        f"{RIGHT} in dX the two roads through mean and std are added; they are taken away.",
        "Raise one entry: does the mean that is taken away rise or fall? And its neighbours?",
        ROADS,
    ),
    (
        "multiplied-by-std",
        {"over": lambda std: 1 / std},
        f"{RIGHT} dX is multiplied by std; it is divided by it.",
        "X_hat was divided by something on the way up. What comes down?",
        "Every road from x to X_hat passes the division by the row's std.",
    ),
    (
        "mean-road-added",
        {"mean_road": lambda d, h, dout: -mean(d)},
        f"{RIGHT} in dX the mean of d is added; it is taken away.",
        "Raise one entry: does the mean that is taken away rise or fall? And its neighbours?",
        ROADS,
    ),
    (
        "std-road-added",
        {"std_road": lambda d, h, dout: -h * mean(d * h)},
        f"{RIGHT} in dX the road through the std is added; it is taken away.",
        "Raise one entry of a centered row: does its std rise or fall? And what divides by it?",
        ROADS,
    ),
    (
        "means-of-all",
        {
            "mean_road": lambda d, h, dout: d.mean(),
            "std_road": lambda d, h, dout: h * (d * h).mean(),
        },
        f"{RIGHT} in dX the means are taken over the whole table.",
        "Which numbers shared a mean in the forward pass?",
        "What was averaged along a row on the way up comes back as averages along the row.",
    ),
    (
        "blame-on-the-std-road",
        {"std_road": lambda d, h, dout: d * mean(d * h)},
        f"{RIGHT} on the road through the std the mean is multiplied by d, where X_hat belongs.",
        "How does one entry of X_hat change with the std: in the measure of its blame, or in its "
        "own?",
        ROADS,
    ),
    (
        "dgamma-without-x-hat",
        {"dgamma": lambda dout, h, d, std: dout.sum(axis=0)},
        "{right: dX, dbeta} dgamma does not know what gamma multiplied.",
        "gamma stretches X_hat. What is the derivative of gamma * X_hat with respect to gamma?",
        "dgamma sums dout * X_hat over the examples.",
    ),
    (
        "averaged",
        {
            "dgamma": lambda dout, h, d, std: (dout * h).mean(axis=0),
            "dbeta": lambda dout, h, d: dout.mean(axis=0),
        },
        "{right: dX} dgamma and dbeta are exactly 1/{N} of what they should be.",
        "dout carries the loss's 1/N already. What is left to do over the rows?",
        "gamma and beta serve all rows, so their gradients add over the rows: sums, not means.",
    ),
    (
        "dgamma-scaled-by-gamma",
        {"dgamma": lambda dout, h, d, std: (d * h).sum(axis=0)},
        "{right: dX, dbeta} dgamma carries an extra factor gamma.",
        "Which gradient arrives at gamma: that of out, or that of X_hat?",
        "gamma meets dout directly; dout * gamma lies one step further down.",
    ),
    (
        "dbeta-scaled-by-gamma",
        {"dbeta": lambda dout, h, d: d.sum(axis=0)},
        "{right: dX, dgamma} dbeta carries an extra factor gamma.",
        "Which gradient arrives at beta: that of out, or that of X_hat?",
        "beta is added at the very end: it meets dout directly.",
    ),
    (
        "dgamma-dbeta-swapped",
        {
            "dgamma": lambda dout, h, d, std: dout.sum(axis=0),
            "dbeta": lambda dout, h, d: (dout * h).sum(axis=0),
        },
        "{right: dX} dgamma and dbeta have changed places.",
        "In which order does the exercise ask for them?",
        "First dX, then dgamma, then dbeta.",
    ),
    (
        "summed-by-row",
        {
            "dgamma": lambda dout, h, d, std: (dout * h).sum(axis=1),
            "dbeta": lambda dout, h, d: dout.sum(axis=1),
        },
        "{right: dX} dgamma and dbeta have one number for each example: they were summed along "
        "the rows.",
        "How many gammas are there: one for each unit, or one for each example?",
        "The means run along rows, but gamma and beta belong to columns: their gradients add over "
        "the {N} examples.",
    ),
    (
        "dgamma-from-x",
        {"dgamma": lambda dout, h, d, std: (dout * h * std).sum(axis=0)},
        "{right: dX, dbeta} in dgamma X_hat is multiplied by std again.",
        "Which array does gamma multiply: the centered one, or the normalized one?",
        "out = gamma * X_hat + beta, so dgamma sums dout * X_hat over the examples.",
    ),
):
    layernorm_backward.mistake(_name, *_hints)(made(back, **_changes))

taken_apart(
    layernorm_backward,
    "dX",
    lambda dout, cache, gamma: dict(
        zip(
            ("the direct road", "the road through the mean", "the road through the std"),
            _roads(dout * gamma, cache["X_hat"], cache["std"][:, None]),
            strict=True,
        )
    ),
    "x reaches the output on three roads. Follow the one that is off, factor by factor.",
    ROADS,
    name="roads",
    beside=lambda dout, cache, gamma: dict(
        zip(
            (
                "the road through the mean, with the mean of a column,",
                "the road through the std, with the mean of a column,",
            ),
            _by_columns(dout * gamma, cache["X_hat"], cache["std"][:, None]),
            strict=True,
        )
    ),
)


def _by_columns(d, h, std):
    return -d.mean(axis=0) / std, -h * (d * h).mean(axis=0) / std


def _roads(d, h, std):
    return d / std, -mean(d) / std + 0 * d, -h * mean(d * h) / std


other_formulas(
    layernorm_backward,
    "dX",
    (
        "std-road-without-gamma",
        lambda dout, cache, gamma: (
            (dout * gamma - mean(dout * gamma) - cache["X_hat"] * mean(dout * cache["X_hat"]))
            / cache["std"][:, None]
        ),
        "On the road through the std gamma is missing; the other two roads are right.",
        "Which gradient meets X_hat on that road: dout, or dout * gamma?",
        ROADS,
    ),
    (
        "mean-road-without-gamma",
        lambda dout, cache, gamma: (
            (dout * gamma - mean(dout) - cache["X_hat"] * mean(dout * gamma * cache["X_hat"]))
            / cache["std"][:, None]
        ),
        "On the road through the mean gamma is missing; the other two roads are right.",
        "Which gradient is averaged on that road: dout, or dout * gamma?",
        ROADS,
    ),
    (
        "x-hat-outside-missing",
        lambda dout, cache, gamma: (
            (dout * gamma - mean(dout * gamma) - mean(dout * gamma * cache["X_hat"]))
            / cache["std"][:, None]
        ),
        "On the road through the std the factor X_hat before the mean is missing.",
        "How does one entry of X_hat change with the std: all alike, or each in its measure?",
        ROADS,
    ),
    (
        "divided-by-gamma",
        lambda dout, cache, gamma: through(dout / gamma, cache["X_hat"], cache["std"][:, None]),
        "dout is divided by gamma on its way to X_hat.",
        "out = gamma * X_hat + beta: what is its slope with respect to X_hat?",
        ROADS,
    ),
)
other_formulas(
    layernorm_backward,
    "dgamma",
    *(
        (
            name,
            lambda dout, cache, gamma, form=form: form(dout, cache["X_hat"]).sum(axis=0),
            observed,
            "gamma multiplies one array on its way to out. Which one?",
            "out = gamma * X_hat + beta, so dgamma sums dout * X_hat over the examples.",
        )
        for name, form, observed in (
            ("x-hat-squared", lambda d, h: d * h * h, "In your dgamma X_hat is squared."),
            ("upstream-ignored", lambda d, h: h, "Your dgamma does not hold dout."),
        )
    ),
)
