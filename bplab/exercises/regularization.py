"""Chapter 5: regularization."""

import copy
import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng

CHAPTER = "05_regularization"
BATCH = {"X": "N D", "dout": "N D", "gamma": "D", "beta": "D"}


def _uniform(rng, low, high):
    return float(rng.uniform(low, high))


def _network(rng, widths):
    """Parameters with biases that are not zero."""
    return [
        (rng.normal(size=(n, m)) / math.sqrt(n), rng.uniform(0.3, 1.0, m) * rng.choice([-1, 1], m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]


# --- weight decay -------------------------------------------------------------------------------

l2_penalty = Exercise("l2_penalty", CHAPTER, nn.l2_penalty, returns="penalty", points=1)


@l2_penalty.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2), (2, 7)]:
        yield {"params": _network(rng, widths), "lam": _uniform(rng, 0.05, 0.9)}
    yield {"params": _network(rng, (3, 4, 2)), "lam": 0.0}


@l2_penalty.mistake(
    "no-half",
    "Your penalty is exactly twice what it should be.",
    "Which factor stands before the sum in the table of conventions?",
    "lam / 2 * sum of W**2: the half is there so that the gradient becomes lam * W.",
)
def _(params, lam):
    return 2 * nn.l2_penalty(params, lam)


@l2_penalty.mistake(
    "biases-too",
    "Your penalty counts the biases as well: it is larger than that of the weights alone.",
    "Set every weight to 0 in your mind: what should the penalty be then?",
    "A large bias bends nothing; only weights make a function steep. The sum runs over W only.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(W**2) + np.sum(b**2) for W, b in params)


@l2_penalty.mistake(
    "absolute-values",
    "You summed absolute values: that is the L1 penalty.",
    "What does the 2 in L2 stand for?",
    "Squares: a weight of 3 costs nine times as much as a weight of 1.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(np.abs(W)) for W, _ in params)


@l2_penalty.mistake(
    "rooted",
    "You took the root: that is the norm of the weights, not its square.",
    "Is a norm asked, or a sum of squares?",
    "The penalty is lam / 2 times the squared norm; no root anywhere.",
)
def _(params, lam):
    return lam / 2 * math.sqrt(sum(np.sum(W**2) for W, _ in params))


@l2_penalty.mistake(
    "square-of-sum",
    "You summed first and squared afterwards: weights of opposite sign cancel.",
    "What should the penalty of the weights +1 and -1 be?",
    "Square every single weight, then add.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(W) ** 2 for W, _ in params)


@l2_penalty.mistake(
    "first-layer-only",
    "You counted only the first layer.",
    "How many weight matrices does params hold?",
    "The sum runs over all layers.",
)
def _(params, lam):
    return lam / 2 * float(np.sum(params[0][0] ** 2))


@l2_penalty.mistake(
    "mean-of-squares",
    "You averaged the squares; the penalty adds them up.",
    "Does the definition divide by the number of weights?",
    "lam / 2 * sum(W**2): a sum over all weights, added to the mean loss as it is.",
)
def _(params, lam):
    squares = np.concatenate([W.ravel() ** 2 for W, _ in params])
    return lam / 2 * squares.mean()


@l2_penalty.mistake(
    "last-layer-only",
    "You counted only the last layer: each layer's sum replaced the one before.",
    "What is left of the first layer's squares when your loop has ended?",
    "The sum runs over all layers: each adds to what is there already.",
)
def _(params, lam):
    return lam / 2 * float(np.sum(params[-1][0] ** 2))


@l2_penalty.mistake(
    "lam-ignored",
    "Your penalty is the same whatever lam says.",
    "What should the penalty be at lam = 0?",
    "lam sets the price of a large weight: it multiplies the whole sum.",
)
def _(params, lam):
    return nn.l2_penalty(params, 1.0)


l2_gradients = Exercise(
    "l2_gradients",
    CHAPTER,
    nn.l2_gradients,
    returns="grads",
    points=2,
    credit=("dW1", "dW2", "dW3"),  # zeros are right for every bias
)


@l2_gradients.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2)]:
        yield {"params": _network(rng, widths), "lam": _uniform(rng, 0.05, 0.9)}
    yield {"params": _network(rng, (2, 7)), "lam": 0.0}


def _pull(weight, bias=lambda b, lam: np.zeros_like(b)):
    return lambda params, lam: [(weight(W, lam), bias(b, lam)) for W, b in params]


l2_gradients.mistake(
    "factor-2",
    "dW is exactly twice what it should be.",
    "A 2 comes down from the square. What stands before the sum to meet it?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W = lam * W.",
)(_pull(lambda W, lam: 2 * lam * W))
l2_gradients.mistake(
    "half",
    "dW is exactly half of what it should be.",
    "Did you differentiate the square?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W: the two factors meet.",
)(_pull(lambda W, lam: lam / 2 * W))
l2_gradients.mistake(
    "biases-too",
    "dW is right; db should be zero: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so its derivative with respect to b is 0.",
)(_pull(lambda W, lam: lam * W, lambda b, lam: lam * b))
l2_gradients.mistake(
    "sign",
    "dW has the right size and the opposite sign: your penalty would push weights outward.",
    "Descent subtracts the gradient. Which sign makes w - rate * dW smaller than w?",
    "The penalty grows with |W|, so its gradient points outward: +lam * W.",
)(_pull(lambda W, lam: -lam * W))
l2_gradients.mistake(
    "sum-of-weights",
    "Every entry of dW is the same number, lam times the sum of all weights.",
    "The derivative with respect to one weight: which terms of the sum hold that weight?",
    "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
)(_pull(lambda W, lam: np.full_like(W, lam * np.sum(W))))
l2_gradients.mistake(
    "squared",
    "dW holds the squares of the weights: the penalty, not its derivative.",
    "What does differentiating do to the exponent?",
    "The 2 comes down and the exponent falls to 1: what is left is W itself.",
)(_pull(lambda W, lam: lam * W**2))
l2_gradients.mistake(
    "sign-only",
    "All entries of dW have the same size: that is the gradient of the L1 penalty.",
    "Which penalty pulls large weights more strongly than small ones?",
    "The slope of W**2 / 2 is W itself, not only its sign.",
)(_pull(lambda W, lam: lam * np.sign(W)))
l2_gradients.mistake(
    "lam-ignored",
    "dW is the same whatever lam says: it is W itself.",
    "What should dW be at lam = 0?",
    "A constant factor of the penalty is a constant factor of its gradient: lam * W.",
)(_pull(lambda W, lam: W.copy()))
l2_gradients.mistake(
    "divided-by-size",
    "You divided by the number of weights; nothing in the penalty does.",
    "Is the penalty a sum or a mean?",
    "The sum over weights has no 1/n before it, so neither has its derivative.",
)(_pull(lambda W, lam: lam * W / W.size))


# --- dropout ------------------------------------------------------------------------------------

dropout_forward = Exercise(
    "dropout_forward",
    CHAPTER,
    nn.dropout_forward,
    returns=("out", "mask"),
    points=2,
    shapes={"A": "N D"},
    credit=("out",),
    order=lambda name: name != "mask",  # out is made from it
)


@dropout_forward.paper
def _(rng):
    for shape, keep_prob in [((8, 6), 0.8), ((30, 4), 0.5), ((7, 9), 0.3)]:
        A = rng.normal(size=shape) + 0.5
        seed = Rng(int(rng.integers(1, 2**31)))
        yield {"A": A, "keep_prob": keep_prob + _uniform(rng, -0.05, 0.05), "rng": seed}
    A = np.maximum(rng.normal(size=(9, 5)), 0)
    yield {"A": A, "keep_prob": 0.6, "rng": Rng(5), "train": True}
    yield {"A": rng.normal(size=(6, 4)), "keep_prob": 0.7, "rng": Rng(6), "train": False}


def _drop(mask, scale=lambda keep: 1 / keep, test=lambda A, keep: A):
    def forward(A, keep_prob, rng, train=True):
        if not train:
            return test(A, keep_prob), np.ones(A.shape)
        drawn = mask(A, keep_prob, rng)
        return A * drawn * scale(keep_prob), drawn

    return forward


def _kept(A, keep_prob, rng):
    return (rng.random(A.shape) < keep_prob).astype(float)


dropout_forward.mistake(
    "not-scaled",
    "The right units are dropped; what is left is keep_prob times what it should be.",
    "Compare the mean of A with the mean of your output. Should dropout change it?",
    "With a share keep_prob left, dividing by keep_prob keeps the expected value.",
)(_drop(_kept, scale=lambda keep: 1.0))
dropout_forward.mistake(
    "scaled-by-dropped",
    "The units that stay are scaled by 1 / (1 - keep_prob).",
    "Which share is left: keep_prob, or what it lacks of 1?",
    "keep_prob is the probability to keep. Divide by the share that is left.",
)(_drop(_kept, scale=lambda keep: 1 / (1 - keep)))
dropout_forward.mistake(
    "mask-inverted",
    "You drop what should stay and keep what should go.",
    "Count the zeros in your mask at keep_prob = 0.8. How many should there be?",
    "A uniform number is below keep_prob with probability keep_prob: below means keep.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape) > keep).astype(float)))
dropout_forward.mistake(
    "mask-scaled",
    "The output is right; the mask should hold 0 and 1 only, and yours holds the scaling as well.",
    "What will the backward pass divide by, and how often?",
    "The mask says who stayed. The factor 1 / keep_prob is applied apart from it, in both passes.",
)(
    lambda A, keep_prob, rng, train=True: (
        (A * (mask := _kept(A, keep_prob, rng) / keep_prob), mask)
        if train
        else (A, np.ones(A.shape))
    )
)
dropout_forward.mistake(
    "drops-at-test-time",
    "In training you are right; with train=False you still drop units.",
    "Call it twice with train=False: should a diagnosis depend on the dice?",
    "At test time all units work and nothing is scaled: the training pass has prepared for that.",
)(lambda A, keep_prob, rng, train=True: nn.dropout_forward(A, keep_prob, rng))
dropout_forward.mistake(
    "scaled-at-test-time",
    "In training you are right; with train=False you still scale.",
    "Which of the two passes carries the factor in inverted dropout?",
    "The division by keep_prob in training makes the test pass free: it gives A itself.",
)(_drop(_kept, test=lambda A, keep: A * keep))
dropout_forward.mistake(
    "one-mask-for-all",
    "Your mask drops whole columns: every example loses the same units.",
    "How many random numbers do you draw? How many entries has A?",
    "Each example draws its own mask: one number for every entry of A.",
)(
    _drop(
        lambda A, keep, rng: np.broadcast_to(
            (rng.random(A.shape[1]) < keep).astype(float), A.shape
        ).copy()
    )
)
dropout_forward.mistake(
    "normal-draws",
    "Far too few units are dropped: your random numbers are not uniform in [0, 1).",
    "Which distribution do you draw from, and how often is it below keep_prob?",
    "Only for a uniform number is the chance of falling below keep_prob equal to keep_prob.",
)(_drop(lambda A, keep, rng: (rng.normal(size=A.shape) < keep).astype(float)))
dropout_forward.mistake(
    "drops-and-keeps-swapped",
    "You keep a unit with probability 1 - keep_prob: about as many stay as should go.",
    "Count the ones in your mask at keep_prob = 0.8. How many should there be?",
    "A uniform number is below keep_prob with probability keep_prob: below means keep.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape) < 1 - keep).astype(float)))
dropout_forward.mistake(
    "other-draws",
    "Your mask is not the one that the exercise's rule draws from this rng.",
    "How many numbers does the exercise draw, in which shape, and with what are they compared?",
    "One uniform number for each entry of A, in A's shape: it stays where its number is below "
    "keep_prob. Then a seed repeats an experiment for everyone.",
    when="mask",
)(_drop(lambda A, keep, rng: rng.binomial(1, keep, A.shape).astype(float)))
dropout_forward.mistake(
    "own-dice",
    "Two calls with the same rng gave different masks.",
    "Which generator do you draw from?",
    "Draw from the rng you are given: a seed then repeats an experiment exactly.",
    when="not-repeatable",
)(_drop(lambda A, keep, rng: (np.random.default_rng().random(A.shape) < keep).astype(float)))


dropout_backward = Exercise(
    "dropout_backward",
    CHAPTER,
    nn.dropout_backward,
    returns="dA",
    points=2,
    shapes={"dout": "N D"},
)


@dropout_backward.paper
def _(rng):
    for shape, keep in [((8, 6), 0.8), ((9, 4), 0.55), ((7, 5), 0.3)]:
        keep_prob = keep + _uniform(rng, -0.05, 0.05)
        mask = (rng.random(shape) < keep_prob).astype(float)
        yield {"dout": rng.normal(size=shape), "mask": mask, "keep_prob": keep_prob}


@dropout_backward.mistake(
    "not-scaled",
    "dA is exactly keep_prob times what it should be.",
    "Which factors did the forward pass apply? Does your backward pass repeat them all?",
    "out = A * mask / keep_prob, so dA = dout * mask / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout * mask


@dropout_backward.mistake(
    "mask-forgotten",
    "Units that were dropped get a gradient.",
    "Can a unit that said nothing be blamed?",
    "Where the mask is 0 the output did not depend on A: its derivative there is 0.",
)
def _(dout, mask, keep_prob):
    return dout / keep_prob


@dropout_backward.mistake(
    "passed-through",
    "You passed dout on as it came, as if nothing had been dropped.",
    "What did the forward pass do to each entry?",
    "Every factor of the forward pass comes back as a factor: the mask and 1 / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout.copy()


@dropout_backward.mistake(
    "scaled-the-other-way",
    "dA is exactly keep_prob squared times what it should be: you multiply where one divides.",
    "Which way did the forward pass scale?",
    "The derivative of A / keep_prob is 1 / keep_prob: the same factor again, not its inverse.",
)
def _(dout, mask, keep_prob):
    return dout * mask * keep_prob


@dropout_backward.mistake(
    "mask-inverted",
    "Exactly the dropped units get a gradient, and those that worked get none.",
    "Is the mask 1 where a unit stayed, or where it went?",
    "1 means kept. Multiply by the mask, not by what it lacks of 1.",
)
def _(dout, mask, keep_prob):
    return dout * (1 - mask) / keep_prob


@dropout_backward.mistake(
    "scaled-by-dropped",
    "The right units get a gradient, scaled by 1 / (1 - keep_prob).",
    "Which share is left: keep_prob, or what it lacks of 1?",
    "Repeat the factor of the forward pass, 1 / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout * mask / (1 - keep_prob)


@dropout_backward.mistake(
    "fresh-mask",
    "You drew a new mask: other units are silenced on the way back than on the way forward.",
    "Which units were missing when this output was made?",
    "The same mask, both ways: that is why the forward pass hands it over.",
    when="not-repeatable",
)
def _(dout, mask, keep_prob):
    return dout * (np.random.default_rng().random(dout.shape) < keep_prob) / keep_prob


@dropout_backward.mistake(
    "upstream-ignored",
    "Your answer does not change with dout: it is the local slope alone.",
    "What arrives from above?",
    "Chain rule: the local factor mask / keep_prob times the gradient that arrives.",
)
def _(dout, mask, keep_prob):
    return mask / keep_prob


# --- batch normalization ------------------------------------------------------------------------

batchnorm_forward = Exercise(
    "batchnorm_forward",
    CHAPTER,
    nn.batchnorm_forward,
    returns=("out", "cache"),
    points=3,
    shapes=BATCH,
)


@batchnorm_forward.paper
def _(rng):
    for N, D in [(8, 3), (11, 5)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D) * 3
        yield {"X": X, "gamma": rng.uniform(0.5, 2, D), "beta": rng.normal(size=D)}
    X = rng.normal(size=(7, 4)) * np.array([0.02, 1.0, 3.0, 0.0]) + np.array([1.0, -2.0, 0.5, 2.0])
    gamma, beta = rng.uniform(0.5, 2, 4), rng.normal(size=4)
    yield {"X": X, "gamma": gamma, "beta": beta, "eps": 1e-3}


def _normalize(
    spread=lambda X, eps: np.sqrt(X.var(axis=0) + eps),
    center=lambda X: X.mean(axis=0),
    out=lambda X_hat, gamma, beta: gamma * X_hat + beta,
    kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std},
):
    def forward(X, gamma, beta, eps=1e-5):
        with np.errstate(all="ignore"):
            std = spread(X, eps)
            X_hat = (X - center(X)) / std
            return out(X_hat, gamma, beta), kept(X_hat, std, X)

    return forward


batchnorm_forward.mistake(
    "rows-normalized",
    "You normalized each row; a column over all examples is meant.",
    "One patient's age, BMI and glucose share a row. Do they share a unit?",
    "Batch norm compares one feature across the batch: means and spreads run over axis 0.",
)(
    lambda X, gamma, beta, eps=1e-5: _rows_normalized(X, gamma, beta, eps),
)


def _rows_normalized(X, gamma, beta, eps):
    X_hat = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + eps)
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": np.sqrt(X.var(axis=0) + eps)}


batchnorm_forward.mistake(
    "n-minus-one",
    "Your spread divides by N - 1: X_hat is a little too small, by the same factor everywhere.",
    "Biased or unbiased variance? See the table of conventions.",
    "Here the variance is a plain mean of squares, divided by N, in both passes.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0, ddof=1) + eps)))
batchnorm_forward.mistake(
    "eps-outside",
    "You are off a little where the variance is small: eps stands outside the root.",
    "What is the std of a constant column in your version, and in the table's?",
    "std = sqrt(var + eps): eps inside the root.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0)) + eps))
batchnorm_forward.mistake(
    "no-eps",
    "Without eps, the column that never varies is divided by zero.",
    "What is the variance of a constant column?",
    "eps is added to the variance so that the root never is 0.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0))))
batchnorm_forward.mistake(
    "divided-by-variance",
    "You divided by the variance; its root is the spread.",
    "In which unit is the variance of ages in years?",
    "Years squared. X_hat must have no unit, so years are divided by years: by the std.",
)(_normalize(spread=lambda X, eps: X.var(axis=0) + eps))
batchnorm_forward.mistake(
    "not-centered",
    "Your columns keep their means: nothing was subtracted.",
    "What should the mean of a column of X_hat be?",
    "First subtract the column's mean, then divide by its std.",
)(_normalize(center=lambda X: 0.0))
batchnorm_forward.mistake(
    "no-gamma-beta",
    "The cache is right; out is X_hat itself, neither stretched nor shifted.",
    "What are gamma and beta for?",
    "out = gamma * X_hat + beta lets training undo the normalization where it hurts.",
)(_normalize(out=lambda X_hat, gamma, beta: X_hat))
batchnorm_forward.mistake(
    "gamma-beta-swapped",
    "gamma and beta have changed places.",
    "Which of the two stretches, and which shifts?",
    "gamma multiplies, beta is added.",
)(_normalize(out=lambda X_hat, gamma, beta: beta * X_hat + gamma))
batchnorm_forward.mistake(
    "variance-kept",
    "out is right; the cache's std holds the variance.",
    "What will the backward pass divide by?",
    "Keep std = sqrt(var + eps), the number you divided by.",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std**2}))
batchnorm_forward.mistake(
    "std-without-eps-kept",
    "out is right; the std in the cache lacks the eps you divided with.",
    "Is the number in the cache the one you divided by?",
    "Both passes must use one and the same std = sqrt(var + eps).",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": X.std(axis=0)}))


batchnorm_backward = Exercise(
    "batchnorm_backward",
    CHAPTER,
    nn.batchnorm_backward,
    returns=("dX", "dgamma", "dbeta"),
    points=4,
    shapes=BATCH,
)


@batchnorm_backward.paper
def _(rng):
    for N, D in [(8, 3), (7, 5), (9, 4)]:
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
    "dgamma and dbeta are right. The columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat? And to the loss?",
    "x reaches the output on three roads: itself, the mean, and the std. You took the first only.",
)(_bn_backward(lambda d, h, std, dout, gamma: d / std))
batchnorm_backward.mistake(
    "variance-forgotten",
    "dgamma and dbeta are right. Your dX sums to 0 in each column, but not when weighted by X_hat.",
    "Double every entry of a centered column: what happens to X_hat?",
    "The road through the std is missing: it takes away X_hat times the mean of dX_hat * X_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.mean(axis=0)) / std))
batchnorm_backward.mistake(
    "mean-forgotten",
    "dgamma and dbeta are right. The columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat?",
    "The road through the mean is missing: it takes away the mean of dX_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - h * (d * h).mean(axis=0)) / std))
batchnorm_backward.mistake(
    "gamma-forgotten",
    "dgamma and dbeta are right; dX lacks the factor gamma.",
    "What stands between X_hat and out?",
    "out = gamma * X_hat + beta, so dX_hat = dout * gamma; everything below starts from it.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(dout, h, std, dout, gamma)))
batchnorm_backward.mistake(
    "std-forgotten",
    "dgamma and dbeta are right; dX was never divided by std.",
    "X_hat was divided by something on the way up. What comes down?",
    "Every road from x to X_hat passes the division by std.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, 1.0, dout, gamma)))
batchnorm_backward.mistake(
    "sums-for-means",
    "dgamma and dbeta are right; in dX the two terms taken away are {N} times too large.",
    "The mean's derivative with respect to one x is 1/N. Is that 1/N there?",
    "mean = sum / N: each of the N entries moves the mean by a share of 1/N.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / std))
batchnorm_backward.mistake(
    "dgamma-without-x-hat",
    "dX and dbeta are right; dgamma does not know what gamma multiplied.",
    "gamma stretches X_hat. What is the derivative of gamma * X_hat with respect to gamma?",
    "dgamma sums dout * X_hat over the examples.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), dout.sum(axis=0))))
batchnorm_backward.mistake(
    "averaged",
    "dX is right; dgamma and dbeta are exactly 1/{N} of what they should be.",
    "dout carries the loss's 1/N already. What is left to do over the rows?",
    "gamma and beta serve all rows, so their gradients add over the rows: sums, not means.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((dout * h).mean(axis=0), dout.mean(axis=0))))
batchnorm_backward.mistake(
    "dgamma-scaled-by-gamma",
    "dX and dbeta are right; dgamma carries an extra factor gamma.",
    "Which gradient arrives at gamma: that of out, or that of X_hat?",
    "gamma meets dout directly; dX_hat = dout * gamma lies one step further down.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((d * h).sum(axis=0), dout.sum(axis=0))))
batchnorm_backward.mistake(
    "dgamma-dbeta-swapped",
    "dX is right; dgamma and dbeta have changed places.",
    "In which order does the exercise ask for them?",
    "First dX, then dgamma, then dbeta.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), (dout * h).sum(axis=0))))
batchnorm_backward.mistake(
    "std-squared",
    "dgamma and dbeta are right; dX was divided by std twice.",
    "Count the divisions by std on the way from x to X_hat.",
    "One division on the way up gives one on the way down.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, std**2, dout, gamma)))


# --- split_indices ------------------------------------------------------------------------------

split_indices = Exercise(
    "split_indices",
    CHAPTER,
    nn.split_indices,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
)


@split_indices.paper
def _(rng):
    # Sizes that any way of rounding keeps within one of the shares.
    for base, fractions in [
        (40, (0.6, 0.2, 0.2)),
        (41, (0.6, 0.2, 0.2)),
        (57, (0.5, 0.25, 0.25)),
        (100, (0.7, 0.15, 0.15)),
    ]:
        N = base + 100 * int(rng.integers(0, 4))
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"N": N, "fractions": fractions, "rng": first, "other": second}


@split_indices.judge
def _(case, value):
    N, fractions = case.inputs["N"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = split_fault(parts, N, fractions)
        if fault is not None:
            return fault
    one, two = (np.concatenate(_indices(value[name])) for name in ("first", "second"))
    if np.array_equal(one, two):
        return Fault("rng-unused", "")
    return _fixed_part(value["first"], value["second"])


def _fixed_part(one, two):
    """A part that holds the same people whatever the generator, or hardly shuffled ones."""
    for name, first, second in zip(("train", "validation", "test"), one, two, strict=True):
        first, second = sorted(np.ravel(first).tolist()), sorted(np.ravel(second).tolist())
        if first == second:
            return Fault(
                "same-people",
                f"{name} holds the same indices with two different generators: who is in it is not "
                "left to chance.",
                "Do you shuffle before you cut, or inside the parts after cutting?",
                "Shuffle all N indices first, then cut: everyone may land in any part.",
            )
        follows = int(np.sum(np.diff(first) == 1))
        share = len(first) / (first[-1] - first[0] + 1)
        if len(first) >= 15 and share > 0.98:
            return Fault(
                "in-one-piece",
                f"{name} holds {follows + 1} neighbors from the file, without a gap.",
                "Which indices does your shuffle move away from their neighbors?",
                "After a fair shuffle each part is spread over the whole file.",
            )
    return None


def _indices(parts):
    return [np.asarray(part, dtype=float).ravel() for part in parts]


def split_fault(parts, N, fractions, slack=1):
    """What is wrong with a split of N indices into three shares, whoever is in which."""
    if parts is None:
        return Fault("returned-nothing", "")
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:
        many = f"{len(parts)} things" if isinstance(parts, (tuple, list)) else "something else"
        return Fault("wrong-type", f"Three index arrays belong here, and it is {many}.")
    if not all(isinstance(part, (list, tuple, np.ndarray)) for part in parts):
        return Fault("wrong-type", "Three index arrays belong here, one for each part.")
    if any(np.asarray(part).dtype.kind in "fbc" for part in parts if len(part)):
        return Fault("wrong-type", "Your parts hold no whole numbers, and only those can index.")
    parts = _indices(parts)
    indices = np.concatenate(parts)
    sizes = [len(part) for part in parts]
    wanted = [f * N for f in fractions]
    told = f"Your parts hold {sizes[0]}, {sizes[1]} and {sizes[2]} of the {N} indices."
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your parts hold the index {int(indices.max())}; the {N} examples are numbered 0 to "
            f"{N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    twice = len(indices) - len(np.unique(indices))
    if twice and any(len(np.unique(part)) < len(part) for part in parts):
        return Fault("with-replacement", f"{twice} indices occur more than once.")
    if twice:
        return Fault("overlap", f"{twice} indices occur more than once.")
    if len(indices) < N:
        return Fault("rest-lost", f"{told} {N - len(indices)} are in none.")
    if any(abs(size - share) > slack + 1e-9 for size, share in zip(sizes, wanted, strict=True)):
        if all(abs(size - share) <= 1 for size, share in zip(sizes[::-1], wanted, strict=True)):
            return Fault("order-swapped", told)
        return Fault(
            "shares",
            f"{told} The shares ask for {wanted[0]:g}, {wanted[1]:g} and {wanted[2]:g}.",
            "At which two places is the shuffled row cut?",
            "The second cut stands at the sum of the first two shares, times N.",
        )
    order = [int(i) for i in indices]
    if order == sorted(order):
        return Fault("not-shuffled", "")
    return None


@split_indices.mistake(
    "not-shuffled",
    "Your parts are cut from the file in its order.",
    "What if the file lists all healthy people first? What is rng for?",
    "Shuffle all indices once, then cut: each part is then a fair sample of the whole.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(np.arange(N), cuts))


@split_indices.mistake(
    "overlap",
    "Some people are in more than one part: the test would ask what training has told.",
    "Is each part drawn for itself, or are all three cut from one shuffled row?",
    "Disjoint by construction: one permutation of all N, cut in two places.",
)
def _(N, fractions, rng):
    return tuple(rng.permutation(N)[: round(f * N)] for f in fractions)


@split_indices.mistake(
    "with-replacement",
    "Some people occur twice and others not at all.",
    "Are your indices drawn one by one, or is one full set shuffled?",
    "A split uses everyone exactly once: a permutation, not N independent draws.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(rng.integers(0, N, N), cuts))


@split_indices.mistake(
    "rest-lost",
    "Some people are in no part at all.",
    "You rounded each share down. Who gets what is left over?",
    "Let the last part take everything behind the second cut.",
)
def _(N, fractions, rng):
    order, parts, start = rng.permutation(N), [], 0
    for f in fractions:
        size = int(f * N) - (f == fractions[-1] and int(f * N) == f * N)
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


@split_indices.mistake(
    "order-swapped",
    "Your largest part comes last: the parts are in the wrong order.",
    "Which of the three is the training set?",
    "First train, then validation, then test, as in fractions.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, rng)[::-1]


@split_indices.mistake(
    "rng-unused",
    "Two different generators gave the same split: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, np.random.default_rng(0))


# --- EarlyStopping --------------------------------------------------------------------------------

early_stopping = Exercise(
    "EarlyStopping",
    CHAPTER,
    nn.EarlyStopping,
    returns=("stops_at_update", "best_loss", "best_epoch", "best_params"),
    points=3,
    driver="early stopping",
    credit=("best_loss", "best_params"),  # the epochs are the same on every paper
)


@early_stopping.paper
def _(rng):
    for patience, shape in [
        (2, [5, 4, 4.5, 3, 3.5, 2, 2.5, 2.6, 2.7, 2.8]),
        (3, [5, 4, 4, 3.5, 3.6, 3.5, 3.7, 3.9, 3.6]),
        (1, [2, 1.5, 1.2, 1.2, 1.3, 1.4]),
        (4, [3, 6, 5, 4, 3.2]),
        (3, [4, 3, 2, 1.5, 1.4]),
        (2, [3, 4, 3.5]),
        (3, [5, 4, 4.5, 4.6, 3, 3.5, 3.6]),
        (2, [2, 1.99999, 1.99998, 1.999969]),
        (2, [7e3, 6e3, 6.5e3, 5e3]),
    ]:
        losses = [float(loss) for loss in np.array(shape) * _uniform(rng, 0.4, 1.6)]
        yield {"patience": patience, "losses": losses, "params": _network(rng, (3, 4, 2))}


class _Watch(nn.EarlyStopping):
    """The reference, with hooks for what learners get wrong."""

    first_epoch = 0
    tolerance = 0

    def better(self, loss):
        return loss < self.best_loss

    def keep(self, params):
        return copy.deepcopy(params)

    def update(self, loss, params):
        if self.better(loss):
            self.best_loss, self.best_params = loss, self.keep(params)
            self.best_epoch, self._waited = self._epoch + self.first_epoch, 0
        else:
            self._waited += 1
        self._epoch += 1
        return self._waited >= self.patience + self.tolerance


@early_stopping.mistake(
    "best-by-reference",
    "best_params is not what came with the best loss: it moved on with the training.",
    "Ask whether best_params and params are the same object. What happens to one when training "
    "changes the other?",
    "Keeping a name is not keeping the numbers: copy every array at the moment it is best.",
)
class _(_Watch):
    def keep(self, params):
        return params


@early_stopping.mistake(
    "shallow-copy",
    "best_params is not what came with the best loss: the list was copied, the arrays in it were "
    "not.",
    "How deep does your copy go? A list of pairs of arrays has three levels.",
    "A new list may still hold the old arrays. Copy each W and each b.",
)
class _(_Watch):
    def keep(self, params):
        return [(W, np.array(b)) for W, b in params]


@early_stopping.mistake(
    "counter-not-reset",
    "You stop too early: failures from before the last improvement still count.",
    "What should an improvement do to the counter?",
    "patience counts failures in a row; every new best starts the count again.",
)
class _(_Watch):
    def update(self, loss, params):
        waited = self._waited
        super().update(loss, params)
        self._waited = max(self._waited, waited)
        return self._waited >= self.patience


@early_stopping.mistake(
    "ties-count",
    "A loss that only equals the best counts as an improvement in your version.",
    "Strictly lower, or lower or equal? Look at the sentence in the exercise.",
    "On a plateau nothing improves: only a strictly lower loss resets the count.",
)
class _(_Watch):
    def better(self, loss):
        return loss <= self.best_loss


@early_stopping.mistake(
    "one-too-late",
    "You stop one update too late.",
    "With patience 1, after how many failures should it stop?",
    "It is time once the number of failures in a row reaches patience, not when it exceeds it.",
)
class _(_Watch):
    tolerance = 1


@early_stopping.mistake(
    "never-stops",
    "You never say stop, however long the loss fails to fall.",
    "What does update give back, and in which case should it be True?",
    "It is time once the number of failures in a row reaches patience.",
)
class _(_Watch):
    def update(self, loss, params):
        super().update(loss, params)
        return False


@early_stopping.mistake(
    "one-too-early",
    "You stop one update too early.",
    "With patience 2, how many failures in a row are allowed before the last straw?",
    "It is time once patience updates in a row have failed, and not before.",
)
class _(_Watch):
    tolerance = -1

    def update(self, loss, params):
        return super().update(loss, params) and self._waited > 0


@early_stopping.mistake(
    "least-gain-asked",
    "A loss that is only a little lower than the best does not count in your version.",
    "By how much must a loss fall to be an improvement? Look at the sentence in the exercise.",
    "Strictly lower is enough, however little: slow progress is progress.",
)
class _(_Watch):
    def better(self, loss):
        return loss < self.best_loss - 1e-3


@early_stopping.mistake(
    "starts-too-low",
    "Your record starts at a number that some losses never get below, so they are never kept.",
    "What is best_loss before the first update, and what if the first loss is larger?",
    "Whatever the first loss is, it is the best so far. Only infinity is above every loss.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = 100.0


@early_stopping.mistake(
    "compared-with-last",
    "You compare with the last loss; the best so far is what counts.",
    "A loss climbs to 6 and falls to 5, and the best was 3. Is 5 an improvement?",
    "An improvement is a new record: keep the best loss, and compare with that.",
)
class _(_Watch):
    last = math.inf

    def better(self, loss):
        last, self.last = self.last, loss
        return loss < last


@early_stopping.mistake(
    "keeps-the-last",
    "best_params holds the last parameters, not the best.",
    "When do you store the parameters: at every update, or only at a record?",
    "The parameters belong to the loss that came with them: store them only when it is the best.",
)
class _(_Watch):
    def update(self, loss, params):
        stop = super().update(loss, params)
        self.best_params = copy.deepcopy(params)
        return stop


@early_stopping.mistake(
    "epoch-from-one",
    "best_epoch counts from 1; here it counts from 0.",
    "Which number has the first update?",
    "best_epoch is an index into the list of losses, and lists begin at 0.",
)
class _(_Watch):
    first_epoch = 1


@early_stopping.mistake(
    "highest-is-best",
    "You keep the highest loss as the best.",
    "Is a loss good when it is high?",
    "A loss is a cost: best means lowest, so the record starts at infinity.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = -math.inf

    def better(self, loss):
        return loss > self.best_loss


# --- regularized_gradients ------------------------------------------------------------------------

regularized_gradients = Exercise(
    "regularized_gradients",
    CHAPTER,
    nn.regularized_gradients,
    returns="grads",
    points=3,
    latest_first=True,
)


@regularized_gradients.paper
def _(rng):
    for N, widths, kind, lam in [
        (6, (3, 5, 2), "tanh", 0.3),
        (8, (4, 6, 5, 3), "sigmoid", 0.05),
        (7, (2, 5, 4), "tanh", 0.0),
    ]:
        X, y = rng.normal(size=(N, widths[0])), rng.integers(0, widths[-1], N)
        params = _network(rng, widths)
        P, cache = nn.mlp_forward(X, params, kind)
        strength = lam * _uniform(rng, 0.7, 1.3)
        given = {"P": P, "y": y, "cache": cache, "params": params, "lam": strength}
        yield given if kind == "tanh" else {**given, "kind": kind}


def _regularized(weight, bias=lambda db, b, lam, N: db):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads, N = nn.mlp_backward(P, y, cache, params, kind), len(y)
        return [
            (weight(dW, W, lam, N), bias(db, b, lam, N))
            for (dW, db), (W, b) in zip(grads, params, strict=True)
        ]

    return gradients


regularized_gradients.mistake(
    "penalty-forgotten",
    "The gradients of the data loss are right; the penalty is missing: each dW lacks lam * W.",
    "The loss has two terms. How many does your gradient have?",
    "The gradient of a sum is the sum of the gradients: add lam * W to each dW.",
)(_regularized(lambda dW, W, lam, N: dW))
regularized_gradients.mistake(
    "factor-2",
    "Each dW holds the penalty's pull twice: it is off by lam * W.",
    "The penalty is lam / 2 * sum(W**2). What does its half do to the 2 from the square?",
    "lam / 2 * 2 W = lam * W.",
)(_regularized(lambda dW, W, lam, N: dW + 2 * lam * W))
regularized_gradients.mistake(
    "half",
    "Each dW holds only half of the penalty's pull.",
    "Did the square bring its 2 down?",
    "lam / 2 * 2 W = lam * W.",
)(_regularized(lambda dW, W, lam, N: dW + lam / 2 * W))
regularized_gradients.mistake(
    "divided-by-n",
    "You divided the penalty's pull by the number of examples.",
    "Does the penalty stand inside the mean over examples, or beside it?",
    "Mean loss plus penalty: the 1/N belongs to the data term alone.",
)(_regularized(lambda dW, W, lam, N: dW + lam / N * W))
regularized_gradients.mistake(
    "multiplied-by-n",
    "You added the penalty's pull once for each example.",
    "How often does the penalty occur in the loss?",
    "Once for the network, however many examples there are.",
)(_regularized(lambda dW, W, lam, N: dW + lam * N * W))
regularized_gradients.mistake(
    "sign",
    "You subtracted the penalty's pull: weights would grow.",
    "A penalty should pull weights towards 0. Which sign does that, given that descent subtracts?",
    "Both terms of the loss are added, so both gradients are.",
)(_regularized(lambda dW, W, lam, N: dW - lam * W))
regularized_gradients.mistake(
    "biases-too",
    "Each dW is right; each db is off by lam * b: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so db is that of the data loss alone.",
)(_regularized(lambda dW, W, lam, N: dW + lam * W, lambda db, b, lam, N: db + lam * b))
regularized_gradients.mistake(
    "sum-of-weights",
    "The same number was added to every entry of dW: lam times the sum of all its weights.",
    "The derivative with respect to one weight: which terms of the sum hold that weight?",
    "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
)(_regularized(lambda dW, W, lam, N: dW + lam * np.sum(W)))
regularized_gradients.mistake(
    "scaled-together",
    "You multiplied the data gradient where something was to be added.",
    "Is the penalty a factor of the loss, or a term?",
    "Loss = data + penalty, so dW = data's dW + lam * W.",
)(_regularized(lambda dW, W, lam, N: dW * (1 + lam)))


def _one_layer(which):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads = [list(layer) for layer in nn.mlp_backward(P, y, cache, params, kind)]
        grads[which][0] = grads[which][0] + lam * params[which][0]
        return [tuple(layer) for layer in grads]

    return gradients


regularized_gradients.mistake(
    "last-layer-only",
    "Only the last layer feels the penalty.",
    "Over which layers does the sum in the penalty run?",
    "All of them: every dW receives its own lam * W.",
)(_one_layer(-1))
regularized_gradients.mistake(
    "first-layer-only",
    "Only the first layer feels the penalty.",
    "Over which layers does the sum in the penalty run?",
    "All of them: every dW receives its own lam * W.",
)(_one_layer(0))
regularized_gradients.mistake(
    "kind-ignored",
    "For tanh you are right; for another activation the hidden layers are off.",
    "Where does kind go in your function?",
    "The slope of the activation depends on its kind: hand kind on to the backward pass.",
)(
    lambda P, y, cache, params, lam, kind="tanh": nn.regularized_gradients(
        P, y, cache, params, lam, "tanh"
    )
)


EXERCISES = (
    split_indices,
    early_stopping,
    l2_penalty,
    l2_gradients,
    regularized_gradients,
    dropout_forward,
    dropout_backward,
    batchnorm_forward,
    batchnorm_backward,
)
