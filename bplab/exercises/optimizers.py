"""Chapter 4: optimizers."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known, Rng

CHAPTER = "04_optimizers"


# --- minibatches --------------------------------------------------------------------------------

minibatches = Exercise(
    "minibatches", CHAPTER, nn.minibatches, returns="batches", points=2, driver="two seeds"
)


@minibatches.paper
def _(rng):
    for full, batch_size, left in [(4, 5, 3), (4, 6, 0), (0, 30, 11), (17, 1, 0)]:
        N = (full + int(rng.integers(0, 6))) * batch_size + left if full else left
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"N": N, "batch_size": batch_size, "rng": first, "other": second}


@minibatches.judge
def _(case, value):
    N, size = case.inputs["N"], case.inputs["batch_size"]
    for batches in (value["first"], value["second"]):
        fault = _batches_fault(batches, N, size)
        if fault is not None:
            return fault
    one, two = (np.concatenate(_rows(value[name])) for name in ("first", "second"))
    if size < N and np.array_equal(one, two):
        return Fault("rng-unused", "Two different generators gave the same batches.")
    return None


def _rows(batches):
    return [np.asarray(batch, dtype=float).ravel() for batch in batches]


def _batches_fault(batches, N, size):
    if batches is None:
        return Fault("returned-nothing", "")
    if isinstance(batches, np.ndarray) and batches.ndim == 2:
        batches = list(batches)
    if not isinstance(batches, (list, tuple)) or not all(
        isinstance(batch, (list, tuple, np.ndarray)) for batch in batches
    ):
        return Fault("wrong-type", "A list of index arrays belongs here.")
    rows = _rows(batches)
    indices = np.concatenate(rows) if rows else np.zeros(0)
    sizes = [len(row) for row in rows]
    kinds = {np.asarray(batch).dtype.kind for batch in batches if len(batch)}
    if kinds & {"f", "c"}:
        return Fault("wrong-type", "Your batches hold floats, and only whole numbers can index.")
    if "b" in kinds:
        return Fault(
            "wrong-type",
            "Your batches hold true and false; the exercise asks for the numbers of the examples.",
        )
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your batches hold the index {int(indices.max() if indices.max() >= N else -1)}; the "
            f"{N} examples are numbered 0 to {N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    missing = N - len(np.unique(indices))
    if missing and len(indices) < N and all(s == size for s in sizes):
        return Fault("last-batch-dropped", f"{missing} of the {N} examples are in no batch.")
    if missing and len(indices) >= N:
        return Fault("with-replacement", f"{missing} of the {N} examples are in no batch.")
    if missing or len(indices) != N:
        return Fault(
            "not-once",
            f"Your batches hold {len(indices)} indices; {N - missing} of the {N} examples occur.",
            "Does every example land in exactly one batch?",
            "Cutting one shuffled row of all indices into pieces uses each once by itself.",
        )
    wanted = [size] * (N // size) + ([N % size] if N % size else [])
    if sizes != wanted:
        return Fault(
            "batch-sizes",
            f"Your batches have {_listed(sizes)} examples; {_listed(wanted)} belong there.",
            "Which argument is the size of a batch, and which follows from it: how many there are?",
            "All batches are full except perhaps the last, which takes what is left.",
        )
    order = [int(i) for i in indices]
    if size >= N:
        return None  # one batch of all: its order is nobody's business
    if order == sorted(order):
        return Fault("not-shuffled", "")
    if order == sorted(order, reverse=True):
        return Fault(
            "reversed",
            "Your batches run backward through the file; nothing is shuffled.",
            "What is rng for?",
            "A reversed file is as sorted as before. Every order should be equally likely.",
        )
    if size > 1 and len(rows) > 2 and all(np.ptp(row) == len(row) - 1 for row in rows):
        inside = all(list(row) == sorted(row) for row in rows)
        return Fault("only-batches-shuffled" if inside else "shuffled-inside", "")
    follows = int(np.sum(np.abs(np.diff(order)) == 1))
    if N >= 20 and all(list(row) == sorted(row) for row in rows):
        return None  # sorting inside a batch makes neighbors; it does no harm
    if N >= 20 and 2 * follows > N:
        return Fault(
            "hardly-shuffled",
            f"{follows} of your {N} examples are still followed by a neighbor from the file.",
            "Which indices does your shuffle move, and which stay beside each other?",
            "After a fair shuffle every order is equally likely; neighbors stay together by chance "
            "only, about two in a whole epoch.",
        )
    return None


def _listed(sizes):
    return ", ".join(map(str, sizes[:8])) + (", ..." if len(sizes) > 8 else "")


@minibatches.mistake(
    "not-shuffled",
    "Your batches run through the examples in their order in the file.",
    "What if the file is sorted, all healthy people first? What is rng for?",
    "Shuffle all N indices first; then each batch is a fair sample, and its gradient is right on "
    "average.",
)
def _(N, batch_size, rng):
    return [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]


@minibatches.mistake(
    "last-batch-dropped",
    "The examples that do not fill a whole batch are left out.",
    "How many batches are needed for N = {N} and a batch size of {batch_size}? What is left over?",
    "Each example counts once an epoch; the last batch may be smaller.",
)
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N - batch_size + 1, batch_size)]


@minibatches.mistake(
    "with-replacement",
    "Some examples occur twice and others not at all.",
    "Are your indices drawn one by one, or is one full set shuffled?",
    "An epoch visits every example exactly once: that is a permutation, not N independent draws.",
)
def _(N, batch_size, rng):
    order = rng.integers(0, N, N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@minibatches.mistake(
    "only-batches-shuffled",
    "The batches come in random order, but each holds neighbors from the file.",
    "Who is in a batch with example 0, in your version, epoch after epoch?",
    "Shuffle the examples before you cut the batches, not the batches after.",
)
def _(N, batch_size, rng):
    batches = [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]
    full = batches[:-1] if len(batches[-1]) < batch_size else batches
    tail = batches[len(full) :]
    return [full[i] for i in rng.permutation(len(full))] + tail


@minibatches.mistake(
    "shuffled-inside",
    "Each batch is shuffled inside, but it always holds the same neighbors from the file.",
    "Who is in a batch with example 0, in your version, epoch after epoch?",
    "Order inside a batch does not matter to a mean. Shuffle the examples before you cut.",
)
def _(N, batch_size, rng):
    return [rng.permutation(np.arange(i, min(i + batch_size, N))) for i in range(0, N, batch_size)]


@minibatches.mistake(
    "rng-unused",
    "Two different generators give the same batches: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(N, batch_size, rng):
    order = np.random.default_rng(0).permutation(N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


# --- step rules ---------------------------------------------------------------------------------


def _tensors(rng, scale=1.0):
    return [scale * rng.normal(size=shape) for shape in ((3, 4), (4,), (4, 2))]


def _walk(rng, rate, steps=6, sizes=(1.0, 1.0, 1.0), state=None, **rest):
    """A case: changing gradients, some of extreme size, and one tensor that starts at rest."""
    gradients = []
    for step in range(steps):
        grads = [size * g for size, g in zip(sizes, _tensors(rng), strict=True)]
        if step == 0:
            grads[1] = np.zeros(4)
        gradients.append(grads)
    return {
        "params": _tensors(rng),
        "gradients": gradients,
        "state": state or {},
        "learning_rate": rate,
        **rest,
    }


def _uniform(rng, low, high):
    return float(rng.uniform(low, high))


def _rule(name, points):
    return Exercise(
        name,
        CHAPTER,
        getattr(nn, name),
        returns=("params", "state"),
        points=points,
        driver="optimizer",
        may_change=("state",),
        credit=("params",),
    )


def _zeros(params):
    return [np.zeros(np.shape(w)) for w in params]


def _each(function, *lists):
    return [function(*items) for items in zip(*lists, strict=True)]


def _uphill(rule):
    def step(params, grads, state, learning_rate, *rest):
        return rule(params, grads, state, -learning_rate, *rest)

    return step


def _forgetful(rule):
    def step(params, grads, state, learning_rate, *rest):
        return rule(params, grads, {}, learning_rate, *rest)

    return step


UPHILL = (
    "Every step has the right length and goes uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts the step. Count your minus signs: two of them make a plus.",
)
FORGETFUL = (
    "The first step is right; from the second on you step as if it were the first.",
    "Where does the memory live between two calls? What do you read it from?",
    "Read what the last call left in state, update it, and hand it back in the state you return.",
)
CHANGES_GRADS = (
    "Your step changed the gradients it was given.",
    "Which line writes into an array that belongs to the caller?",
    "Gradients are input: the caller may still log or clip them. Make new arrays.",
)

sgd_step = _rule("sgd_step", 1)


@sgd_step.paper
def _(rng):
    yield _walk(rng, _uniform(rng, 0.05, 0.3))
    yield _walk(rng, _uniform(rng, 0.001, 0.01), sizes=(1e-6, 1.0, 1e3), state={"note": 3.0})


@sgd_step.mistake("uphill", *UPHILL)
def _(params, grads, state, learning_rate):
    return _each(lambda w, g: w + learning_rate * g, params, grads), state


@sgd_step.mistake(
    "rate-ignored",
    "Your step is the whole gradient, whatever learning_rate says.",
    "Where does learning_rate stand in your formula?",
    "w - learning_rate * g: the rate says which share of the gradient to walk.",
)
def _(params, grads, state, learning_rate):
    return _each(lambda w, g: w - g, params, grads), state


@sgd_step.mistake(
    "state-replaced",
    "The parameters are right; the state came back changed.",
    "What does plain descent remember between two steps?",
    "It has no memory: the state goes back as it came.",
)
def _(params, grads, state, learning_rate):
    return nn.sgd_step(params, grads, state, learning_rate)[0], {}


@sgd_step.mistake("gradients-changed", *CHANGES_GRADS)
def _(params, grads, state, learning_rate):
    for g in grads:
        g *= learning_rate
    return _each(lambda w, g: w - g, params, grads), state


@sgd_step.mistake(
    "in-place",
    "Your step changed the parameters it was given.",
    "What does w -= ... do to the array that the caller still holds?",
    "An augmented assignment writes into the same array; an expression makes a new one.",
)
def _(params, grads, state, learning_rate):
    for w, g in zip(params, grads, strict=True):
        w -= learning_rate * g
    return params, state


@sgd_step.mistake(
    "first-tensor-only",
    "Only the first tensor moves; the others stay where they were.",
    "How many arrays are in params?",
    "Every tensor takes its own step with its own gradient, so the rule runs over both lists.",
)
def _(params, grads, state, learning_rate):
    return [params[0] - learning_rate * grads[0], *params[1:]], state


momentum_step = _rule("momentum_step", 2)


@momentum_step.paper
def _(rng):
    yield _walk(rng, _uniform(rng, 0.03, 0.1))
    yield _walk(rng, _uniform(rng, 0.2, 0.6), beta=_uniform(rng, 0.4, 0.8))
    yield _walk(rng, 0.01, sizes=(1e-6, 1.0, 1e3), beta=0.95)


def _momentum(velocity, move=lambda w, v, rate: w - rate * v):
    def step(params, grads, state, learning_rate, beta=0.9):
        old = state.get("v") or _zeros(params)
        v = _each(lambda v, g: velocity(v, g, learning_rate, beta), old, grads)
        return _each(lambda w, v: move(w, v, learning_rate), params, v), {"v": v}

    return step


momentum_step.mistake(
    "averaged-gradient",
    "Your first step is (1 - beta) times what it should be: you average gradients.",
    "Which factor stands before g in this course's table?",
    "Here v = beta * v + g: a heavy ball that adds pushes up. With (1 - beta) before g it is a "
    "running mean, ten times shorter at beta = 0.9.",
)(_momentum(lambda v, g, rate, beta: beta * v + (1 - beta) * g))
momentum_step.mistake(
    "rate-twice",
    "Your steps are learning_rate times what they should be: the rate comes in twice.",
    "Halve the rate: does your step halve, or shrink to a quarter?",
    "v = beta * v + g holds no rate; it enters once, when w moves.",
)(_momentum(lambda v, g, rate, beta: beta * v + rate * g))
momentum_step.mistake(
    "new-gradient-damped",
    "Your steps are beta times what they should be: the new gradient is damped as well.",
    "Which of the two terms has been rolling for a while, and which is new?",
    "Only the old velocity loses speed: beta multiplies v, not g.",
)(_momentum(lambda v, g, rate, beta: beta * (v + g)))
momentum_step.mistake("uphill", *UPHILL)(
    _momentum(lambda v, g, rate, beta: beta * v + g, lambda w, v, rate: w + rate * v)
)
momentum_step.mistake("no-memory", *FORGETFUL)(_forgetful(nn.momentum_step))
momentum_step.mistake(
    "old-velocity",
    "Your first step does not move at all: you step with the velocity from before.",
    "Update v, then w: which value of v does w see?",
    "w = w - learning_rate * v uses the v of this very step.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: (
        _each(lambda w, v: w - learning_rate * v, params, state.get("v") or _zeros(params)),
        nn.momentum_step(params, grads, state, learning_rate, beta)[1],
    )
)
momentum_step.mistake(
    "beta-fixed",
    "You are right at beta = 0.9 and wrong at any other beta.",
    "Is 0.9 written into your formula?",
    "0.9 is only the default: the velocity fades by the beta that is given.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: nn.momentum_step(
        params, grads, state, learning_rate
    )
)
momentum_step.mistake(
    "nesterov",
    "You look ahead as Nesterov does: each step holds the gradient once more.",
    "Which variant does the table of conventions name?",
    "Here w moves by learning_rate * v alone. Nesterov's variant moves by g + beta * v.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: (
        _each(
            lambda w, v, g: w - learning_rate * (g + beta * v),
            params,
            _each(lambda v, g: beta * v + g, state.get("v") or _zeros(params), grads),
            grads,
        ),
        nn.momentum_step(params, grads, state, learning_rate, beta)[1],
    )
)


rmsprop_step = _rule("rmsprop_step", 2)


@rmsprop_step.paper
def _(rng):
    yield _walk(rng, _uniform(rng, 0.01, 0.1))
    yield _walk(rng, _uniform(rng, 0.01, 0.1), rho=_uniform(rng, 0.5, 0.8))
    yield _walk(rng, 0.02, sizes=(1e-6, 1.0, 1e3), rho=0.95, eps=1e-7)


def _rmsprop(mean, move=lambda w, g, s, rate, eps: w - rate * g / (np.sqrt(s) + eps), start=0.0):
    def step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        old = state.get("s") or [z + start for z in _zeros(params)]
        s = _each(lambda s, g: mean(s, g, rho), old, grads)
        with np.errstate(all="ignore"):
            return _each(lambda w, g, s: move(w, g, s, learning_rate, eps), params, grads, s), {
                "s": s
            }

    return step


def _mean_square(s, g, rho):
    return rho * s + (1 - rho) * g**2


rmsprop_step.mistake(
    "decay-swapped",
    "Your steps have almost no memory: rho and 1 - rho have changed places.",
    "rho near 1 means a long memory. Which term should it multiply?",
    "s = rho * s + (1 - rho) * g**2: the old mean keeps the large share.",
)(_rmsprop(lambda s, g, rho: (1 - rho) * s + rho * g**2))
rmsprop_step.mistake(
    "sum-of-squares",
    "Your steps shrink and shrink: s only ever grows.",
    "Can your s ever become smaller? Should it be able to forget?",
    "A running mean forgets: the old s is multiplied by rho before the new square comes in. A sum "
    "without forgetting is AdaGrad.",
)(_rmsprop(lambda s, g, rho: s + g**2))
rmsprop_step.mistake(
    "share-missing",
    "Your s is 1/(1 - rho) times too large, so the steps are too short.",
    "The two weights of a mean add up to 1. Do yours?",
    "The new square comes in with weight 1 - rho.",
)(_rmsprop(lambda s, g, rho: rho * s + g**2))
rmsprop_step.mistake(
    "no-root",
    "You divide by s itself: a gradient twice as large makes your step half as long.",
    "In which unit is g, and in which is s?",
    "s averages squares. Its root has the unit of g, so that the step has none.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / (s + eps)))
rmsprop_step.mistake(
    "eps-inside",
    "You are right for ordinary gradients and far off for tiny ones: eps stands inside the root.",
    "What is the root of 1e-8? Which gradients are smaller than that?",
    "The table says sqrt(s) + eps. Inside the root, 1e-8 acts like 1e-4.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / np.sqrt(s + eps)))
rmsprop_step.mistake(
    "not-squared",
    "You average gradients, not their squares: negative ones leave nothing to take a root of.",
    "What does the s of RMSProp stand for? Which letter of RMS is missing?",
    "Root mean square: square each entry, average, take the root.",
)(_rmsprop(lambda s, g, rho: rho * s + (1 - rho) * g))
rmsprop_step.mistake(
    "no-eps",
    "Where the gradient is 0 from the start, your step is 0/0.",
    "What is eps for?",
    "With s = 0 the root is 0: eps, added to it, keeps the division defined.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / np.sqrt(s)))
rmsprop_step.mistake("no-memory", *FORGETFUL)(_forgetful(nn.rmsprop_step))
rmsprop_step.mistake("uphill", *UPHILL)(_uphill(nn.rmsprop_step))
rmsprop_step.mistake(
    "one-scale-for-all",
    "All entries of a tensor share one scale: you averaged over the tensor.",
    "How many numbers does s hold for a tensor of 12 weights?",
    "Each weight has its own mean of squares, and so its own rate: nothing is summed over weights.",
)(_rmsprop(lambda s, g, rho: rho * s + (1 - rho) * np.mean(g**2)))


adam_step = _rule("adam_step", 3)


@adam_step.paper
def _(rng):
    yield _walk(rng, _uniform(rng, 0.01, 0.1), steps=7)
    yield _walk(rng, _uniform(rng, 0.01, 0.1), beta1=0.8, beta2=_uniform(rng, 0.9, 0.97))
    yield _walk(rng, 0.02, sizes=(1e-6, 1.0, 1e3), beta1=0.9, beta2=0.99, eps=1e-7)


def _adam(
    first=lambda m, g, b: b * m + (1 - b) * g,
    second=lambda v, g, b: b * v + (1 - b) * g**2,
    correct1=lambda b, t: 1 - b**t,
    correct2=lambda b, t: 1 - b**t,
    divide=lambda v, eps: np.sqrt(v) + eps,
    count=lambda t, number: t,
    start=1,
    sign=1.0,
    kept=lambda t: t,
):
    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        t = state.get("t", 0) + start
        m = _each(lambda m, g: first(m, g, beta1), state.get("m") or _zeros(params), grads)
        v = _each(lambda v, g: second(v, g, beta2), state.get("v") or _zeros(params), grads)
        moved = []
        with np.errstate(all="ignore"):
            for number, (w, m_i, v_i) in enumerate(zip(params, m, v, strict=True)):
                at = count(t, number)
                c1, c2 = np.float64(correct1(beta1, at)), np.float64(correct2(beta2, at))
                moved.append(w - sign * learning_rate * (m_i / c1) / divide(v_i / c2, eps))
        return moved, {"m": m, "v": v, "t": kept(t)}

    return step


adam_step.mistake(
    "no-correction",
    "Your first steps are {ratio} times too long and settle later: nothing corrects for starting "
    "at zero.",
    "After one step m holds 0.1 g, and the root of v about 0.03 g. What is their ratio?",
    "Divide m by 1 - beta1**t and v by 1 - beta2**t: at t = 1 that gives g and g**2 back.",
)(_adam(correct1=lambda b, t: 1.0, correct2=lambda b, t: 1.0))
adam_step.mistake(
    "power-missing",
    "Your first step is right; later ones are not: the correction does not change with t.",
    "What should the correction be after a thousand steps, when the averages are warm?",
    "The exponent is t: 1 - beta1**t grows towards 1, and the correction fades away.",
)(_adam(correct1=lambda b, t: 1 - b, correct2=lambda b, t: 1 - b))
adam_step.mistake(
    "product-for-power",
    "From the second step on your correction is negative or infinite.",
    "Is it beta to the power of t, or beta times t?",
    "After t steps the start still weighs beta * beta * ... * beta: a power.",
)(_adam(correct1=lambda b, t: 1 - b * t, correct2=lambda b, t: 1 - b * t))
adam_step.mistake(
    "t-from-zero",
    "At your first step t is 0, so the corrections are 1 - 1 = 0 and you divide by zero.",
    "Is t raised before it is used, or after?",
    "t counts the steps taken, this one included: the first step has t = 1.",
)(_adam(start=0, kept=lambda t: t + 1))
adam_step.mistake(
    "t-per-tensor",
    "The first tensor is right at the first step; for the others t has already moved on.",
    "Which value has t after one step with three tensors?",
    "All tensors of one step share one t: raise it once, before the loop.",
)(_adam(count=lambda t, number: (t - 1) * 3 + 1 + number))
adam_step.mistake(
    "only-m-corrected",
    "Your first steps are far too long: m is corrected and v is not.",
    "v starts at zero as well. How large is it after one step?",
    "Both averages start at zero, so both are divided by their 1 - beta**t.",
)(_adam(correct2=lambda b, t: 1.0))
adam_step.mistake(
    "only-v-corrected",
    "Your first step is only (1 - beta1) of what it should be: v is corrected and m is not.",
    "m starts at zero as well. How large is it after one step?",
    "Both averages start at zero, so both are divided by their 1 - beta**t.",
)(_adam(correct1=lambda b, t: 1.0))
adam_step.mistake(
    "not-squared",
    "Your v averages gradients, not their squares, and a root of something negative is nan.",
    "v is a second moment. Which power is that?",
    "v = beta2 * v + (1 - beta2) * g**2, entry by entry.",
)(_adam(second=lambda v, g, b: b * v + (1 - b) * g))
adam_step.mistake(
    "no-root",
    "You divide by v itself: a gradient twice as large makes your step half as long.",
    "In which unit is m, and in which is v?",
    "v averages squares. Its root has the unit of m, so that the step has none.",
)(_adam(divide=lambda v, eps: v + eps))
adam_step.mistake(
    "eps-inside",
    "You are right for ordinary gradients and far off for tiny ones: eps stands inside the root.",
    "What is the root of 1e-8? Which gradients are smaller than that?",
    "The table says sqrt(v_hat) + eps. Inside the root, 1e-8 acts like 1e-4.",
)(_adam(divide=lambda v, eps: np.sqrt(v + eps)))
adam_step.mistake(
    "betas-swapped",
    "beta1 and beta2 have changed places.",
    "Which of the two averages has the longer memory?",
    "beta1 (0.9) belongs to m, the mean; beta2 (0.999) to v, the mean of squares.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: nn.adam_step(
        params, grads, state, learning_rate, beta2, beta1, eps
    )
)
adam_step.mistake(
    "heavy-ball",
    "Your m adds gradients up where it should average them: steps up to 1/(1 - beta1) too long.",
    "The two weights of a mean add up to 1. Do yours?",
    "m = beta1 * m + (1 - beta1) * g: here, unlike in momentum, the new gradient is weighted.",
)(_adam(first=lambda m, g, b: b * m + g))
adam_step.mistake(
    "eps-not-corrected",
    "You are right for ordinary gradients and off for tiny ones: your eps meets the uncorrected "
    "root of v.",
    "Both corrections can be folded into the rate. What becomes of eps then?",
    "eps is added to the root of the corrected v. Folding the corrections into the rate multiplies "
    "eps as well, unless it is scaled to match.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _folded(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _folded(params, grads, state, learning_rate, beta1, beta2, eps):
    _, state = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
    rate = learning_rate * math.sqrt(1 - beta2 ** state["t"]) / (1 - beta1 ** state["t"])
    return _each(
        lambda w, m, v: w - rate * m / (np.sqrt(v) + eps), params, state["m"], state["v"]
    ), state


adam_step.mistake("no-memory", *FORGETFUL)(_forgetful(nn.adam_step))
adam_step.mistake("uphill", *UPHILL)(_adam(sign=-1.0))
adam_step.mistake(
    "corrected-state-kept",
    "The first step is right; then the corrected averages go into the state, and are corrected "
    "again.",
    "Which m does the next step start from: the raw one or the corrected one?",
    "m_hat and v_hat serve this step only. The state keeps the raw m and v.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _keeps_corrected(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _keeps_corrected(params, grads, state, learning_rate, beta1, beta2, eps):
    moved, state = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
    t = state["t"]
    return moved, {
        "m": [m / (1 - beta1**t) for m in state["m"]],
        "v": [v / (1 - beta2**t) for v in state["v"]],
        "t": t,
    }


# --- clip_by_global_norm --------------------------------------------------------------------------

clip_by_global_norm = Exercise(
    "clip_by_global_norm", CHAPTER, nn.clip_by_global_norm, returns=("grads", "norm"), points=2
)


@clip_by_global_norm.paper
def _(rng):
    for scale, max_norm in [(3.0, 1.0), (0.5, 2.0), (0.1, 50.0), (100.0, 5.0)]:
        max_norm *= _uniform(rng, 0.8, 1.2)
        yield {"grads": _tensors(rng, scale), "max_norm": max_norm}
    yield {"grads": [np.zeros((2, 3)), np.zeros(3)], "max_norm": 1.0}


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
    "The gradients are right; the norm you return is the one after clipping.",
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


@clip_by_global_norm.mistake("gradients-changed", *CHANGES_GRADS)
def _(grads, max_norm):
    norm = _norm(grads)
    for g in grads:
        g *= max_norm / norm if norm > max_norm else 1.0
    return grads, norm


# --- inverse_time_rate --------------------------------------------------------------------------

inverse_time_rate = Exercise(
    "inverse_time_rate", CHAPTER, nn.inverse_time_rate, returns="rate", points=1
)


@inverse_time_rate.paper
def _(rng):
    for t in (1, 2, 3, 10, 1000, 20_000, int(rng.integers(20, 90))):
        yield {"learning_rate": _uniform(rng, 0.1, 2.0), "t": t}


@inverse_time_rate.mistake(
    "counted-from-zero",
    "Your rate at t is the one that belongs to t + 1.",
    "From which number does t count here? What is the rate at t = 1?",
    "t counts from 1, so the first rate is learning_rate itself.",
)
def _(learning_rate, t):
    return learning_rate / (1 + t)


@inverse_time_rate.mistake(
    "root",
    "Your rate falls with the root of t, too slowly.",
    "How large should the rate be at t = 4, compared with t = 1?",
    "1/t: at t = 4 a quarter is left, not a half.",
)
def _(learning_rate, t):
    return learning_rate / math.sqrt(t)


@inverse_time_rate.mistake(
    "exponential",
    "Your rate falls exponentially: after a thousand steps nothing is left of it.",
    "Which curve goes through 1, 1/2, 1/3, 1/4?",
    "1/t falls ever more slowly, so that its sum still reaches any distance.",
)
def _(learning_rate, t):
    return learning_rate * 0.5 ** (t - 1)


@inverse_time_rate.mistake(
    "grows",
    "Your rate grows with t.",
    "Should late steps be larger or smaller than early ones?",
    "Divide by t: large steps first, small ones later.",
)
def _(learning_rate, t):
    return learning_rate * t


@inverse_time_rate.mistake(
    "whole-numbers",
    "Your rate is cut to a whole number.",
    "Which division did you use?",
    "Floor division drops the fraction; a rate is nothing but fraction.",
)
def _(learning_rate, t):
    return learning_rate // t


# --- fit_minibatch ------------------------------------------------------------------------------

fit_minibatch = Exercise(
    "fit_minibatch",
    CHAPTER,
    nn.fit_minibatch,
    returns=("params", "losses"),
    points=3,
    driver="fit",
    credit=("params", "losses"),
)


def _network(rng, widths):
    return [
        (rng.normal(size=(n, m)) / math.sqrt(n), 0.3 * rng.normal(size=m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]


def _fit_case(rng, N, batch_size, epochs, step, same_rows=False, **more):
    X = rng.normal(size=(N, 3))
    y = rng.integers(0, 2, N)
    y[:2] = 0, 1
    if same_rows:
        X[:], y[:] = X[0], 1
    return {
        "X": X,
        "y": y,
        "params": _network(rng, (3, 5, 2)),
        "step": Known(step),
        "learning_rate": _uniform(rng, 0.1, 0.4),
        "batch_size": batch_size,
        "epochs": epochs,
        "rng": Rng(int(rng.integers(1, 2**31))),
        **more,
    }


@fit_minibatch.paper
def _(rng):
    # Answers must not depend on how one shuffles: one batch of all rows, rows that are all the
    # same, and a step rule that leaves the weights alone.
    yield _fit_case(rng, 9, 20, 4, "fading sign step")
    yield _fit_case(rng, 7, 3, 4, "fading sign step", same_rows=True)
    yield _fit_case(rng, 11, 11, 3, "bounded step")
    yield _fit_case(rng, 14, 4, 3, "bounded step", watch=True)
    yield _fit_case(rng, 10, 1, 3, "bounded step", watch=True)


def _fit(
    weigh=len,
    shuffle=nn.minibatches,
    late=False,
    keep=True,
    total=lambda total, n, batches: total / n,
    labels=lambda y, batch: y[batch],
    rate=lambda rate, epoch: rate,
):
    def fit(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for epoch in range(epochs):
            cost, number = 0.0, 0
            for batch in shuffle(len(y), batch_size, rng):
                layers = nn.pair_up(tensors)
                P, cache = nn.mlp_forward(X[batch], layers)
                target = labels(y, batch)
                grads = nn.mlp_backward(P, target, cache, layers)
                before = nn.cross_entropy(P, target)
                tensors, new = step(
                    tensors, nn.flatten(grads), state, rate(learning_rate, epoch + 1)
                )
                state = new if keep else {}
                after = nn.cross_entropy(nn.mlp_forward(X[batch], nn.pair_up(tensors))[0], target)
                cost += (after if late else before) * weigh(batch)
                number += 1
            losses.append(total(cost, len(y), number))
        return nn.pair_up(tensors), losses

    return fit


fit_minibatch.mistake(
    "unweighted-mean",
    "Your epoch loss counts a small last batch as much as a full one.",
    "How many examples does the last batch hold, and how much should its mean weigh?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(_fit(weigh=lambda batch: 1, total=lambda cost, n, number: cost / number))
fit_minibatch.mistake(
    "loss-after-step",
    "Your losses are taken after each batch's step; they belong before it.",
    "Which weights produced the prediction whose loss you note?",
    "Forward, loss, backward, step: the loss is that of the forward pass.",
)(_fit(late=True))
fit_minibatch.mistake(
    "state-lost",
    "The first step is right; after it the optimizer has forgotten everything.",
    "What becomes of the state that step returns?",
    "Hand the state of one step to the next, across batches and epochs: the memory must live on.",
)(_fit(keep=False))
fit_minibatch.mistake(
    "last-batch-dropped",
    "The examples that do not fill a whole batch are never visited.",
    "How many batches make an epoch when batch_size does not divide N?",
    "Every example counts once an epoch; the last batch may be smaller.",
)(
    _fit(
        shuffle=lambda N, size, rng: (
            [b for b in nn.minibatches(N, size, rng) if len(b) == size]
            or nn.minibatches(N, size, rng)
        )
    )
)
fit_minibatch.mistake(
    "never-shuffled",
    "Every epoch visits the examples in the same order, that of the data.",
    "What is rng for, and how often is it asked?",
    "Deal new batches at the start of each epoch.",
)(_fit(shuffle=lambda N, size, rng: [np.arange(i, min(i + size, N)) for i in range(0, N, size)]))


def _shuffled_once(X, y, params, step, learning_rate, batch_size, epochs, rng):
    batches = nn.minibatches(len(y), batch_size, rng)
    fit = _fit(shuffle=lambda N, size, rng: batches)
    return fit(X, y, params, step, learning_rate, batch_size, epochs, rng)


fit_minibatch.mistake(
    "shuffled-once",
    "The batches are shuffled, but every epoch uses the same ones.",
    "Is the call that deals the batches inside the loop over epochs, or before it?",
    "Deal new batches at the start of each epoch: fresh samples, fresh noise.",
)(_shuffled_once)
fit_minibatch.mistake(
    "labels-left-behind",
    "Rows and labels come apart: the batch's rows meet the first labels of the data.",
    "You pick X with the batch's indices. And y?",
    "One index array picks both: row i keeps its label i, in whichever batch it lands.",
)(_fit(labels=lambda y, batch: y[: len(batch)]))
fit_minibatch.mistake(
    "one-step-per-epoch",
    "You take one step an epoch with the whole data; each batch should take its own.",
    "How many steps should an epoch have?",
    "A step follows every batch: that is what makes mini-batches fast.",
)(_fit(shuffle=lambda N, size, rng: [rng.permutation(N)]))
fit_minibatch.mistake(
    "summed-loss",
    "Your losses are N times what they should be: sums, not means.",
    "An epoch's loss should not depend on how many examples there are.",
    "Divide the weighted sum by N.",
)(_fit(total=lambda cost, n, number: cost))
fit_minibatch.mistake(
    "rate-decayed",
    "The first epoch is right; then your rate shrinks, which nobody asked for.",
    "Which rate does step receive in the second epoch?",
    "learning_rate goes to step as it is; a schedule would be the caller's business.",
)(_fit(rate=lambda rate, epoch: rate / epoch))


# --- anneal_accept ------------------------------------------------------------------------------

anneal_accept = Exercise("anneal_accept", CHAPTER, nn.anneal_accept, returns="accepted", points=1)


@anneal_accept.paper
def _(rng):
    cases = []
    for temperature in (0.5, 1.0, 3.0):
        change = _uniform(rng, 0.3, 1.2)
        chance = math.exp(-change / temperature)
        spread = [*rng.uniform(0.1, 0.4, 2) * chance, *(chance + (1 - chance) * rng.random(2))]
        near = [0.5 * chance, 0.9 * chance, min(1.1 * chance, 0.99), 0.5 + 0.5 * chance]
        for u in near + list(map(float, spread)):
            cases.append((change, temperature, u))
        cases.append((-change, temperature, _uniform(rng, 0.05, 0.4)))
        cases.append((-change, temperature, _uniform(rng, 0.9, 0.999)))
    for number in rng.permutation(len(cases)):
        yield dict(zip(("change", "temperature", "u"), cases[number], strict=True))


@anneal_accept.mistake(
    "greedy",
    "You never go uphill, however high the temperature.",
    "What would ever bring the search out of a local minimum?",
    "A worse place is accepted with probability exp(-change / temperature): sometimes.",
)
def _(change, temperature, u):
    return change < 0


@anneal_accept.mistake(
    "sign-of-exponent",
    "You accept what makes things worse always, and improvements only sometimes.",
    "For change > 0, is exp(change / temperature) above or below 1?",
    "A probability is at most 1: for a loss that grows the exponent must be negative.",
)
def _(change, temperature, u):
    return u < math.exp(change / temperature)


@anneal_accept.mistake(
    "temperature-ignored",
    "Your decision is the same at every temperature but 1.",
    "What should a high temperature do to the chance of going uphill?",
    "The change is measured in units of temperature: change / temperature.",
)
def _(change, temperature, u):
    return change < 0 or u < math.exp(-change)


@anneal_accept.mistake(
    "temperature-multiplied",
    "At a high temperature you are more careful, at a low one bolder: it should be the reverse.",
    "Does a hot system jump more or less?",
    "Divide by the temperature: the hotter, the closer exp(-change / temperature) is to 1.",
)
def _(change, temperature, u):
    return change < 0 or u < math.exp(-change * temperature)


@anneal_accept.mistake(
    "comparison-turned",
    "You accept exactly when you should refuse, for changes that make things worse.",
    "u is uniform in [0, 1). How often is it below 0.1?",
    "To say yes with probability p, ask whether u < p.",
)
def _(change, temperature, u):
    return change < 0 or u > math.exp(-change / temperature)


@anneal_accept.mistake(
    "improvements-refused",
    "You refuse what makes things better.",
    "Is change the new loss minus the old, or the reverse?",
    "change < 0 means a lower loss: always accepted.",
)
def _(change, temperature, u):
    return change > 0 and u < math.exp(-change / temperature)


@anneal_accept.mistake(
    "probability-returned",
    "You returned the probability itself; the exercise asks for the decision.",
    "What is u for?",
    "Compare u with the probability: yes or no.",
)
def _(change, temperature, u):
    return min(1.0, math.exp(-change / temperature))


EXERCISES = (
    sgd_step,
    minibatches,
    fit_minibatch,
    inverse_time_rate,
    momentum_step,
    rmsprop_step,
    adam_step,
    clip_by_global_norm,
    anneal_accept,
)
