"""Chapter 4: optimizers."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Known, Rng
from bplab.exercises import _read_off
from bplab.exercises._other_formulas import other_formulas

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
        what = ""
        if isinstance(batches, np.ndarray):
            what = f"; yours is one array of {batches.size} numbers"
        return Fault(
            "wrong-type",
            f"A list of index arrays belongs here, one array for each batch{what}.",
            "What is one batch in what you return, and what is the whole?",
            "One shuffled row of all indices is cut into pieces: the list of the pieces is asked.",
        )
    if any(np.ndim(item) for batch in batches for item in list(batch)[:1]):
        return Fault(
            "wrong-type",
            "Your list holds lists of batches; it should hold the batches themselves.",
            "How many brackets are there around one batch?",
            "Three levels would be a list of epochs. One epoch is a list of index arrays.",
        )
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
    if not all(sizes):
        return Fault(
            "empty-batch",
            f"{sizes.count(0)} of your {len(sizes)} batches is empty.",
            "How many batches are needed when batch_size divides N exactly?",
            "Begin a batch only where an index is left: at 0, batch_size, 2 * batch_size and so "
            "on, below N. An empty batch has no mean, and no gradient.",
        )
    missing = N - len(np.unique(indices))
    if missing and len(indices) < N and all(s == size for s in sizes):
        return Fault("last-batch-dropped", f"{missing} of the {N} examples are in no batch.")
    if missing and len(indices) >= N:
        return Fault("with-replacement", f"{missing} of the {N} examples are in no batch.")
    if missing or len(indices) != N:
        absent = sorted(set(range(N)) - {int(i) for i in indices})[:5]
        twice = len(indices) - (N - missing)
        told = f"Your batches hold {len(indices)} indices for {N} examples."
        if absent:
            named = ", ".join(map(str, absent)) + (", ..." if missing > len(absent) else "")
            told += f" {missing} of them are in no batch: {named}."
        if twice:
            told += f" {twice} of the indices are there for another time."
        return Fault(
            "not-once",
            told,
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


sgd_step.tells(
    _read_off.linear(
        lambda given, age: float(age == 0),
        "w - learning_rate * g: the newest gradient once, no older one, and nothing else.",
    )
)

momentum_step = _rule("momentum_step", 2)
momentum_step.tells(
    _read_off.linear(
        lambda given, age: given["beta"] ** age,
        "v = beta * v + g, then w - learning_rate * v: a gradient comes in with weight 1, and each "
        "later step multiplies what is left of it by beta.",
    )
)


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
rmsprop_step.tells(_read_off.scaled)


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
adam_step.tells(_read_off.adaptive)


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
    yield {"grads": [np.zeros((2, 3)), np.zeros(3)], "max_norm": _uniform(rng, 0.8, 1.2)}
    # Just within the limit, and just beyond it: squares would say the reverse.
    for norm, share in ((5.0, 1.4), (0.3, 0.7)):
        grads = _tensors(rng)
        size = norm * _uniform(rng, 0.9, 1.1)
        grads = [g * size / _norm(grads) for g in grads]
        yield {"grads": grads, "max_norm": size * share}


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


@clip_by_global_norm.tells
def _(wrong, rows):
    """The factor on the gradients, and the length they come out with, beside what is asked."""
    given, leaf, leaves = next(row for row in rows if row[1] is wrong)
    limit, norm = given["max_norm"], _norm(given["grads"])
    if wrong.name == "norm":
        value = float(leaf.actual)
        flat = np.concatenate([g.ravel() for g in given["grads"]])
        for name, words, other in (
            ("limit-returned", "the limit, max_norm", limit),
            ("factor-returned", "the factor on the gradients", min(1, limit / norm) if norm else 1),
            ("norm-of-one", "the norm of the first tensor alone", _norm(given["grads"][:1])),
            ("norm-of-one", "the norm of the last tensor alone", _norm(given["grads"][-1:])),
            ("largest-norm", "the largest norm of one tensor", max(map(_one, given["grads"]))),
            ("sizes-added", "the sum of the sizes of all entries", np.abs(flat).sum()),
            ("mean-in-it", "the root of the mean square, not of the sum", norm / len(flat) ** 0.5),
            ("whole-number", "the norm cut to a whole number", int(norm)),
        ):
            if abs(value - other) < 1e-9 * max(abs(other), 1e-9):
                return Fault(
                    name,
                    f"The norm you return is {words}, {value:.4g}; the norm of all gradients "
                    f"together is {norm:.4g}.",
                    "Which number would tell the reader of a log how wild this step was?",
                    "One norm over all tensors, before clipping: the root of the sum of all "
                    "squares.",
                )
        return None
    mine = [other.actual for other in leaves if other.name.startswith("grads")]
    if any(a is None or a.shape != g.shape for a, g in zip(mine, given["grads"], strict=True)):
        return None
    factors = [
        float((a * g).sum() / (g * g).sum())
        for a, g in zip(mine, given["grads"], strict=True)
        if g.any()
    ]
    along = all(
        np.allclose(a, f * g, rtol=1e-6, atol=1e-12)
        for a, f, g in zip(mine, factors, given["grads"], strict=False)
    )
    length = math.sqrt(sum(float(np.sum(a**2)) for a in mine))
    right = limit / norm if norm > limit else 1.0
    case = f"These gradients have the norm {norm:.4g} and the limit is {limit:.4g}"
    if not factors or not along:
        return Fault(
            "turned",
            f"{case}. What you return has the norm {length:.4g} and points elsewhere: not every "
            "entry is multiplied by the same factor.",
            "Which operation stands between a gradient and its clipped version?",
            "Clipping by norm multiplies every entry of every tensor by one number, "
            "max_norm / norm, so that no angle changes.",
        )
    if max(factors) - min(factors) > 1e-6 * max(factors):
        told = ", ".join(f"{factor:.4g}" for factor in factors)
        return Fault(
            "several-factors",
            f"{case}. Your tensors are multiplied by {told}; all of them by {right:.4g} is right.",
            "Is there one factor for all tensors, and does your loop reach all of them?",
            "One norm over all tensors together gives one factor for all.",
        )
    if abs(factors[0] / right - 1) < 1e-4:
        return None  # nearly right: signatures tell
    verb = "belongs there"
    if norm <= limit:
        look = "What should happen to gradients that are within the limit?"
    elif abs(factors[0] - 1) < 1e-9:
        look = "Which of the two is larger here, and which way does your comparison ask?"
    else:
        look = "After clipping the norm should be exactly the limit. By what do you divide?"
    return Fault(
        "other-factor",
        f"{case}. You multiply by {factors[0]:.4g}; {right:.4g} {verb}. What you return has the "
        f"norm {length:.4g}.",
        look,
        "The factor is max_norm / norm where the norm is above max_norm, and 1 otherwise.",
    )


def _one(g):
    return _norm([g])


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


ONE_OVER_T = "learning_rate / t, nothing else: all of it at t = 1, a half at 2, a third at 3."
other_formulas(
    inverse_time_rate,
    "rate",
    *(
        (name, formula, observed, "Put t = 1, 2 and 3 into your formula.", ONE_OVER_T)
        for name, formula, observed in (
            (
                "one-behind",
                lambda learning_rate, t: learning_rate / max(t - 1, 1),
                "Your rate at t is the one that belongs to t - 1.",
            ),
            (
                "logarithm",
                lambda learning_rate, t: learning_rate / math.log(t + 1),
                "Your rate is divided by a logarithm of t: it falls far too slowly.",
            ),
            (
                "exponential",
                lambda learning_rate, t: learning_rate * math.exp(-t),
                "Your rate falls exponentially: after a thousand steps nothing is left of it.",
            ),
            (
                "subtracted",
                lambda learning_rate, t: learning_rate - t,
                "You subtract t where it divides.",
            ),
            (
                "rate-in-the-decay",
                lambda learning_rate, t: learning_rate / (1 + learning_rate * t),
                "You divide by 1 + learning_rate * t.",
            ),
            *(
                (
                    "slower-decay",
                    lambda learning_rate, t, k=k: learning_rate / (1 + k * t),
                    f"You divide by 1 + {k:g} * t; t itself is what divides.",
                )
                for k in (0.5, 0.1, 0.01, 0.001)
            ),
            *(
                (
                    "exponential",
                    lambda learning_rate, t, k=k, shift=shift: learning_rate * k ** (t - shift),
                    f"Your rate is multiplied by {k:g} at every step: it falls exponentially, and "
                    "after some thousand steps nothing is left of it.",
                )
                for k in (0.5, 0.9, 0.95, 0.99)
                for shift in (0, 1)
            ),
        )
    ),
)


@inverse_time_rate.tells
def _(wrong, rows):
    off = [(g["t"], g["learning_rate"], leaf) for g, leaf, _ in rows if not leaf.right]
    lengths = {round(float(leaf.actual) * t / rate, 6) for t, rate, leaf in off}
    mine, right = (
        np.array([float(value) for value in values])
        for values in zip(*((leaf.actual, leaf.expected) for _, _, leaf in off), strict=True)
    )
    known = np.allclose(mine * right, 1) or np.ptp(mine * [t for t, _, _ in off]) < 1e-9
    known |= any(np.array_equal(np.round(right, digits), mine) for digits in range(1, 9))
    if known or len(lengths) < 2 or len(off) < len(rows):
        return None  # a factor, say, or some cases only: signatures tell
    t, rate, leaf = min(off, key=lambda case: case[0])
    return Fault(
        "other-curve",
        f"At t = {t} with learning_rate = {rate:.4g} your rate is {float(leaf.actual):.4g}; "
        f"{rate / t:.4g} belongs there.",
        "Put t = 1, 2 and 3 into your formula: which shares of learning_rate come out?",
        ONE_OVER_T,
    )


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


def _back(P, y, cache, layers, kind):
    return nn.flatten(nn.mlp_backward(P, y, cache, layers, kind))


def _fit(
    weigh=len,
    shuffle=nn.minibatches,
    late=False,
    keep=True,
    total=lambda total, n, batches: total / n,
    labels=lambda y, batch: y[batch],
    rate=lambda rate, epoch: rate,
    scale=lambda n, of: 1.0,
    each_epoch=lambda tensors, start, state: (tensors, state),
    more_epochs=0,
    noted=None,
    kinds=("tanh", "tanh"),
):
    def fit(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for epoch in range(epochs + more_epochs):
            cost, number = 0.0, 0
            tensors, state = each_epoch(tensors, nn.flatten(params), state)
            whole = [nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y)]
            for batch in shuffle(len(y), batch_size, rng):
                layers = nn.pair_up(tensors)
                P, cache = nn.mlp_forward(X[batch], layers, kinds[0])
                target = labels(y, batch)
                factor = scale(len(batch), len(y))
                grads = [factor * g for g in _back(P, target, cache, layers, kinds[1])]
                before = nn.cross_entropy(P, target)
                tensors, new = step(tensors, grads, state, rate(learning_rate, epoch + 1))
                state = new if keep else {}
                after = nn.cross_entropy(nn.mlp_forward(X[batch], nn.pair_up(tensors))[0], target)
                cost += (after if late else before) * weigh(batch)
                number += 1
            whole.append(nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y))
            losses.append(noted(whole, before) if noted else total(cost, len(y), number))
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

for _kind in ("relu", "sigmoid"):
    fit_minibatch.mistake(
        f"{_kind}-network",
        f"You trained a {_kind} network; chapter 3's tanh network is asked for.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(_fit(kinds=(_kind, _kind)))
    fit_minibatch.mistake(
        f"{_kind}-backward",
        f"Your forward pass is that of a tanh network, your backward pass that of a {_kind} one.",
        "Which kind do you hand to the forward and to the backward pass?",
        "tanh is what both passes take by default: it needs no mention, or the same one in both.",
    )(_fit(kinds=("tanh", _kind)))
fit_minibatch.mistake(
    "forgets-each-epoch",
    "The first epoch is right; at the start of the second the optimizer has forgotten everything.",
    "Where is state emptied: before the loop over epochs, or inside it?",
    "The memory lives through the whole training: it starts empty once, before the first epoch.",
)(_fit(each_epoch=lambda tensors, start, state: (tensors, {})))
fit_minibatch.mistake(
    "starts-over",
    "Every epoch begins again from the parameters you were given: the last one alone counts.",
    "Where are the parameters taken from: before the loop over epochs, or inside it?",
    "Each epoch goes on from where the one before has stopped.",
)(_fit(each_epoch=lambda tensors, start, state: (start, state)))
fit_minibatch.mistake(
    "gradients-summed",
    "Your gradients are as many times too large as the batch has examples: sums, not means.",
    "Does the backward pass divide by the size of the batch already? Is that undone?",
    "The loss of a batch is a mean over the batch, and so is its gradient.",
)(_fit(scale=lambda n, of: n))
fit_minibatch.mistake(
    "gradients-over-all",
    "Your gradients are divided by the number of all examples; the batch's own number belongs "
    "there.",
    "Over how many examples is the loss of one batch a mean?",
    "Each batch stands for the whole: its loss and its gradient are means over the batch.",
)(_fit(scale=lambda n, of: n / of))
fit_minibatch.mistake(
    "divided-twice",
    "Your gradients are divided by the size of the batch twice.",
    "Does the backward pass divide by it already?",
    "The mean's 1/n comes in once, at the loss; the backward pass brings it along.",
)(_fit(scale=lambda n, of: 1 / n))
fit_minibatch.mistake(
    "gradient-sign",
    "What step receives is minus the gradient, or minus the rate: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(_fit(scale=lambda n, of: -1.0))
fit_minibatch.mistake(
    "gradient-sign-in-rate",
    "The rate that step receives is negative: training goes uphill.",
    "Who subtracts: you, or the step rule?",
    "The step rule walks downhill by itself. It is given the gradient as it is, and the rate.",
)(_fit(rate=lambda rate, epoch: -rate))
fit_minibatch.mistake(
    "one-epoch-less",
    "You train one epoch less than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(_fit(more_epochs=-1))
fit_minibatch.mistake(
    "one-epoch-more",
    "You train one epoch more than asked.",
    "From where to where does your loop over epochs run?",
    "range(epochs) has exactly epochs rounds.",
)(_fit(more_epochs=1))
fit_minibatch.mistake(
    "loss-after-epoch",
    "Your losses are those of the whole data after each epoch's last step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(_fit(noted=lambda whole, before: whole[-1]))
fit_minibatch.mistake(
    "loss-before-epoch",
    "Your losses are those of the whole data before each epoch's first step.",
    "At which moment is the loss of a batch taken, and with which weights?",
    "Each batch's loss comes from its own forward pass, before its step; their weighted mean is "
    "the epoch's.",
)(_fit(noted=lambda whole, before: whole[0]))
fit_minibatch.mistake(
    "last-batch-only",
    "Each of your losses is that of the epoch's last batch alone.",
    "What becomes of the losses of the other batches?",
    "Every batch adds its mean times its size to a sum; after the epoch the sum is divided by N.",
)(_fit(noted=lambda whole, before: before))
fit_minibatch.mistake(
    "batches-added",
    "Your epoch loss is the sum of the batches' mean losses: it grows with the number of batches.",
    "Should an epoch's loss depend on how the data was cut?",
    "The epoch's loss is a mean over examples: each batch's mean times its size, summed, over N.",
)(_fit(weigh=lambda batch: 1, total=lambda cost, n, number: cost))
fit_minibatch.mistake(
    "divided-by-batches",
    "You weighted each batch's loss by its size, and then divided by the number of batches.",
    "By what is a sum over all examples to be divided?",
    "The weights are sizes, and all sizes together are N.",
)(_fit(total=lambda cost, n, number: cost / number))
fit_minibatch.mistake(
    "other-dice",
    "Two calls with the same rng visited the examples in different orders.",
    "Which generator deals your batches: the one you are given, or another?",
    "rng goes to minibatches as it is: then a seed repeats an experiment exactly.",
    when="order_follows_rng",
)(_fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, np.random.default_rng())))


@fit_minibatch.tells
def _(wrong, rows):
    if wrong.name[0] in "Wb" and wrong.name[1:].isdigit():
        return _where_it_trains_right(rows)
    if wrong.name == "orders":
        return Fault(
            "orders-repeated",
            f"In {int(wrong.expected)} epochs your examples came in {int(wrong.actual)} different "
            "orders (turning the same order around its start does not count); every epoch should "
            "have one of its own.",
            "What is rng for, and how often is it asked? Are all the indices shuffled, or only "
            "some?",
            "Deal new batches at the start of each epoch: all indices shuffled, then cut.",
        )
    if wrong.name == "epochs_in_file_order":
        return Fault(
            "in-file-order",
            f"{int(wrong.actual)} of your epochs visited the examples in their order in the data.",
            "Where do the indices of a batch come from, and does shuffling happen before it?",
            "Deal new batches at the start of each epoch: all indices shuffled, then cut.",
        )
    if wrong.name == "steps":
        given = next(given for given, leaf, _ in rows if leaf is wrong)
        return Fault(
            "number-of-steps",
            f"In {given['epochs']} epochs over {len(given['y'])} examples in batches of "
            f"{given['batch_size']} you called step {int(wrong.actual)} times; "
            f"{int(wrong.expected)} times belong there.",
            "How many batches has an epoch, and how often is step called for one batch?",
            "One call for each batch, with all tensors in one flat list: weights and biases of all "
            "layers together.",
        )
    if wrong.name.startswith("visits"):
        return Fault(
            "gradients-of-an-epoch",
            "The gradients of one epoch, under a step rule that leaves the weights alone, are not "
            "those of all the examples, each once, in the order W1, b1, W2, b2.",
            "What does step receive: which rows, with which labels, in which order of the tensors?",
            "In each epoch every example is in exactly one batch, with its own label; step gets "
            "the flat list [W1, b1, W2, b2, ...] and the gradients in the same order.",
        )
    return None


def _where_it_trains_right(rows):
    """What follows from the cases in which the trained parameters are right, or None."""
    alike, whole, several = [], [], []
    for given, leaf, _ in rows:
        X, y = given["X"], given["y"]
        if np.all(X == X[0]) and np.all(y == y[0]):
            alike.append(leaf.right)
        elif given["batch_size"] >= len(y):
            whole.append(leaf.right)
        else:
            several.append(leaf.right)
    if alike and whole and all(alike) and not any(whole):
        return Fault(
            "rows-of-a-batch",
            "You are right where all rows of the data are the same, and wrong even where one batch "
            "holds all of them: what is off is which rows and which labels go into a batch.",
            "Print the indices of one batch, and the rows and labels that you pick with them. Is "
            "each example there once, beside its own label?",
            "One index array picks both X and y. All batches of an epoch together are every index "
            "once.",
        )
    if alike and whole and not any(alike) and all(whole):
        return Fault(
            "several-batches",
            "You are right where one batch holds all rows, and wrong where an epoch has several "
            "batches.",
            "How many batches are visited in an epoch, and what does each of them start from: the "
            "parameters and the state that the one before has left?",
            "Every batch takes its own step, from where the step before has led, with the gradient "
            "of a mean over this batch alone.",
        )
    return None


# --- anneal_accept ------------------------------------------------------------------------------

anneal_accept = Exercise("anneal_accept", CHAPTER, nn.anneal_accept, returns="accepted", points=1)


@anneal_accept.paper
def _(rng):
    cases = []
    for temperature in (0.4, 0.7, 1.0, 1.6, 3.0, 5.0):
        for change in (_uniform(rng, 0.2, 0.6), _uniform(rng, 0.7, 1.3)):
            chance = math.exp(-change / temperature)
            near = [0.5 * chance, 0.9 * chance, 0.98 * chance]
            above = [chance + share * (1 - chance) for share in (0.02, 0.1, 0.5)]
            for u in near + above + list(map(float, rng.uniform(0.1, 0.4, 1) * chance)):
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


RULE = (
    "change < 0 is an improvement: always accepted. Otherwise u is compared with "
    "exp(-change / temperature): below it means yes."
)
other_formulas(
    anneal_accept,
    "accepted",
    *(
        (name, lambda change, temperature, u, p=p: p(change, temperature, u), observed, look, RULE)
        for name, p, observed, look in (
            (
                "always",
                lambda c, t, u: True,
                "You accept every change, however bad, at every temperature.",
                "For which side of 0 is the exponential above 1, and who is asked about it?",
            ),
            (
                "never",
                lambda c, t, u: False,
                "You accept nothing, not even what makes things better.",
                "Is change the new loss minus the old, or the reverse?",
            ),
            (
                "worse-preferred",
                lambda c, t, u: c > 0,
                "You accept what makes things worse and refuse what makes them better.",
                "Is change the new loss minus the old, or the reverse?",
            ),
            (
                "size-only",
                lambda c, t, u: u < math.exp(-abs(c) / t),
                "Improvements are refused as often as equally large losses: the sign of change is "
                "gone.",
                "What is the chance to accept a change of -1, in your version?",
            ),
            (
                "turned-for-all",
                lambda c, t, u: u > math.exp(-c / t),
                "You refuse whatever should be accepted, and accept what should be refused: the "
                "comparison is turned around.",
                "u is uniform in [0, 1). How often is it below 0.1?",
            ),
            (
                "improvements-and-u",
                lambda c, t, u: c >= 0 and u > math.exp(-c / t),
                "You refuse improvements, and turn the comparison around for the rest.",
                "What should become of an improvement, whatever u is?",
            ),
            (
                "logistic",
                lambda c, t, u: u < 1 / (1 + math.exp(c / t)),
                "Your chance is 1 / (1 + exp(change / temperature)): improvements are refused at "
                "times, and even a change of 0 is a coin flip (Barker's rule, not Metropolis's).",
                "What is the chance of a small improvement, in your version?",
            ),
            (
                "complement",
                lambda c, t, u: c < 0 or u < 1 - math.exp(-c / t),
                "Your chance is 1 minus the right one: the worse a change, the likelier you take "
                "it.",
                "What is the chance of a very large loss, in your version?",
            ),
            (
                "linear",
                lambda c, t, u: c < 0 or u < 1 - c / t,
                "Your chance falls along a straight line, 1 - change / temperature.",
                "What becomes of a change larger than the temperature?",
            ),
            (
                "no-randomness-in-it",
                lambda c, t, u: c < 0 or u < 0.5,
                "You accept half of what makes things worse, whatever the change and the "
                "temperature.",
                "What should a high temperature do to the chance, and what a large change?",
            ),
            (
                "temperature-as-chance",
                lambda c, t, u: c < 0 or u < t,
                "You compare u with the temperature itself.",
                "Which of the two is a probability?",
            ),
            (
                "change-missing",
                lambda c, t, u: c < 0 or u < math.exp(-1 / t),
                "The size of change is not in your exponential.",
                "Should a large loss be accepted as often as a small one?",
            ),
            (
                "change-missing",
                lambda c, t, u: c < 0 or u < math.exp(-t),
                "Your chance is exp(-temperature): change is not in it, and heat lowers it.",
                "Should a large loss be accepted as often as a small one?",
            ),
            (
                "upside-down",
                lambda c, t, u: c < 0 or u < math.exp(-t / c),
                "Your exponent is upside down: temperature / change.",
                "Does a hot system jump more or less?",
            ),
            (
                "squared",
                lambda c, t, u: c < 0 or u < math.exp(-(c**2) / t),
                "Your exponent holds the square of change.",
                "Write the exponent with its unit: change and temperature share one.",
            ),
            (
                "temperature-squared",
                lambda c, t, u: c < 0 or u < math.exp(-c / t**2),
                "Your exponent holds the square of the temperature.",
                "Write the exponent with its unit: change and temperature share one.",
            ),
            (
                "divided-outside",
                lambda c, t, u: c < 0 or u < math.exp(-c) / t,
                "You divide the exponential by the temperature; the temperature belongs inside.",
                "Where does the bracket of exp close?",
            ),
            (
                "other-base",
                lambda c, t, u: c < 0 or u < 2 ** (-c / t),
                "Your chance is a power of 2; the base is e.",
                "Which base does exp have?",
            ),
            (
                "other-base",
                lambda c, t, u: c < 0 or u < 10 ** (-c / t),
                "Your chance is a power of 10; the base is e.",
                "Which base does exp have?",
            ),
            (
                "rounded",
                lambda c, t, u: c < 0 or u < round(math.exp(-c / t)),
                "Your chance is rounded to 0 or 1 before u is asked.",
                "Which values can your chance have?",
            ),
        )
    ),
)


@anneal_accept.tells
def _(wrong, rows):
    """The chance in this case, and which of the two kinds of change goes wrong."""
    given = next(given for given, leaf, _ in rows if leaf is wrong)
    change, temperature, u = given["change"], given["temperature"], given["u"]
    off = [given["change"] < 0 for given, leaf, _ in rows if not leaf.right]
    which = (
        "All that goes wrong are improvements. "
        if all(off)
        else "All that goes wrong are changes for the worse. "
        if not any(off)
        else ""
    )
    answers = {np.asarray(leaf.actual).item() for _, leaf, _ in rows}
    if not answers <= {0, 1}:
        value = np.asarray(wrong.actual).item()
        return Fault(
            "no-decision",
            f"You return {value:.4g} for change = {change:.4g}, temperature = {temperature:.4g}, "
            f"u = {u:.4g}; a decision is asked, yes or no.",
            "What is u for?",
            RULE,
        )
    if change < 0:
        told = f"A change of {change:.4g} makes things better, and it is refused."
    else:
        chance = math.exp(-change / temperature)
        side = "below" if u < chance else "above"
        told = (
            f"For change = {change:.4g} at temperature {temperature:.4g} the chance is "
            f"{chance:.4g}, and u = {u:.4g} is {side} it: the answer is "
            f"{'yes' if u < chance else 'no'}, and yours is not."
        )
    return Fault(
        "other-chance",
        f"{which}{told}",
        "Print the probability that you compare u with, in this case. Is it the same?",
        RULE,
    )


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
