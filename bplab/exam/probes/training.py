"""Drivers that call the learner's code step after step."""

import numpy as np

from bplab.exam.probes.registry import Misfit, Plain, called, driver, factory
from bplab.exam.wire import Rng


@driver("optimizer")
def optimizer(bench, fn, case):
    """Step after step on its own outputs: params and state after each go into the next call.

    case : params, gradients (one list of arrays for each step), state, and what follows the state
    in the call, in its order
    """
    params, state = case["params"], case["state"]
    rest = {
        name: value for name, value in case.items() if name not in ("params", "gradients", "state")
    }
    path = []
    for grads in case["gradients"]:
        result = bench.call(fn, params=params, grads=grads, state=state, **rest)
        params, state = _pair(result, ("params", "state"))
        path.append(list(_arrays(params, len(case["params"]), "params")))
    if not isinstance(state, dict):
        raise Misfit(f"state should be a dict, and it is {called(state)}.")
    # How a rule stores its memory is its own affair; that it keeps it for every tensor is not.
    kept = {key: len(v) if isinstance(v, (list, tuple, dict)) else v for key, v in state.items()}
    return {"params": path, "state": kept}


def _pair(result, names):
    if not isinstance(result, (tuple, list)) or len(result) != len(names):
        raise Misfit(f"Two things belong here, {' and '.join(names)}; it is {called(result)}.")
    return result


def _arrays(tensors, number, name):
    if not isinstance(tensors, (tuple, list)) or len(tensors) != number:
        long = f" of {len(tensors)}" if isinstance(tensors, (tuple, list)) else ""
        raise Misfit(f"{name} should be a list of {number} arrays; it is {called(tensors)}{long}.")
    return tensors


@driver("two seeds")
def two_seeds(bench, fn, case):
    """The same call with two generators: what should depend on the rng, and what should not."""
    other = case["other"]
    case = {name: value for name, value in case.items() if name != "other"}
    first = bench.call(fn, **case)
    return {"first": first, "second": bench.call(fn, **{**case, "rng": other})}


def _unwatched(case):
    return "watch" not in case


def _trained(result):
    return dict(zip(("params", "losses"), result, strict=True))


@driver("fit", plain=Plain(serves=_unwatched, given=_trained))
def fit(bench, fn, case):
    """Train once. With a "watch" in the case, also tell what the step rule was handed.

    The watched step rule leaves the parameters as they are, so the gradients of an epoch, each
    weighted by the size of its batch, have the mean that the gradient of all examples is, however
    they were dealt; and of batches of one example each gradient tells its example.
    """
    watch = case.get("watch")
    case = {name: value for name, value in case.items() if name != "watch"}
    if watch is None:
        params, losses = _pair(bench.call(fn, **case), ("params", "losses"))
        return {"params": params, "losses": losses}
    result, seen = _watched(bench, fn, case)
    params, losses = _pair(result, ("params", "losses"))
    if not seen:
        raise Misfit("step was never called; it is what turns gradients into new parameters.")
    told = {
        "params": params,
        "losses": losses,
        CALLS: len(seen),
        HANDED: listed(_names(seen[0], case["params"])),
    }
    epochs = [[seen[i] for i in part] for part in np.array_split(range(len(seen)), case["epochs"])]
    told |= _means(epochs, case)
    if case["batch_size"] > 1:  # who is in which batch is chance; that all are, is not
        told[ORDERS] = len({tuple(np.sort(np.round(_marks(epoch), 9))) for epoch in epochs})
        return told
    told[ORDERS] = len({_from_the_least(_marks(epoch)) for epoch in epochs})
    rows = [[_row(case["X"], np.asarray(grads[0])) for grads in epoch] for epoch in epochs]
    told[IN_FILE_ORDER] = sum(bool(np.all(np.diff(epoch) > 0)) for epoch in rows)
    other = {**case, "rng": Rng(case["rng"].seed ^ 1)}
    again, differently = (_marks(_watched(bench, fn, given)[1]) for given in (case, other))
    first = _marks(seen)
    told[OF_ONE_SEED] = 1 if np.array_equal(first, again) else 2
    told[OF_TWO_SEEDS] = 1 if np.array_equal(first, differently) else 2
    return told


CALLS = "the number of calls of step"
HANDED = "what step is handed"
ORDERS = "the number of different orders of the examples"
IN_FILE_ORDER = "the number of epochs in the order of the file"
OF_ONE_SEED = "the number of orders that one seed gives"
OF_TWO_SEEDS = "the number of orders that two seeds give"
IN_AN_EPOCH = "the mean of {} in each epoch"


def listed(names):
    """Names in one word, as HANDED holds them; `parted` takes them apart again."""
    return ", ".join(names) or "nothing"


def parted(word):
    return word.split(", ")


def _watched(bench, fn, case):
    """Train with a step rule that only looks: what came back, and the gradients of each call."""
    seen = []

    def frozen(params, grads, state, learning_rate):
        seen.append([np.array(g, dtype=float) for g in grads])
        return params, state

    return bench.call(fn, **{**case, "step": frozen}), seen


def _names(grads, params):
    """Which tensor each gradient belongs to, by its shape: no two are alike."""
    own = {
        np.shape(tensor): f"{'Wb'[place]}{number}"
        for number, layer in enumerate(params, 1)
        for place, tensor in enumerate(layer)
    }
    return [own.get(g.shape, "another array") for g in grads]


def _means(epochs, case):
    """The mean gradient of each tensor in each epoch, batches weighted by their size."""
    means = {}
    full, N = case["batch_size"], len(case["y"])
    for epoch in epochs:
        sizes = [full] * (len(epoch) - 1) + [N - full * (len(epoch) - 1)]
        if len(epoch) != -(-N // full):
            sizes = [N / len(epoch)] * len(epoch)
        named = [dict(zip(_names(g, case["params"]), g, strict=True)) for g in epoch]
        for name in named[0]:
            terms = [size * g[name] for size, g in zip(sizes, named, strict=True) if name in g]
            means.setdefault(IN_AN_EPOCH.format(f"d{name}"), []).append(sum(terms) / N)
    return {name: np.array(found) for name, found in sorted(means.items())}


def _marks(calls):
    """A number for each call that tells its gradients from all others."""
    flat = [np.concatenate([g.ravel() for g in grads]) for grads in calls]
    return np.array([g @ np.cos(np.arange(len(g))) for g in flat])


def _row(X, dW):
    """Which row of X a batch of one came from: dW is its column times a row."""
    if dW.ndim != 2 or len(dW) != X.shape[1]:
        return -1
    return int(np.argmax(np.abs(X @ dW[:, 0]) / np.linalg.norm(X, axis=1)))


def _from_the_least(marks):
    """An order with its start rotated away: turning the file is not shuffling it."""
    order = np.argsort(np.argsort(marks))
    return tuple(np.roll(order, -int(np.argmin(order))).tolist()) if len(order) else ()


@factory("fading sign step")
def fading_sign_step():
    """A step rule that keeps a count: learning_rate * sign(g) * (1 - 0.8**count)."""

    def step(params, grads, state, learning_rate):
        count = state.get("count", 0) + 1
        scale = learning_rate * (1 - 0.8**count)
        moved = [w - scale * np.sign(g) * np.sqrt(np.abs(g)) for w, g in zip(params, grads)]  # noqa: B905
        return moved, {"count": count}

    return step


@factory("bounded step")
def bounded_step():
    """A step rule without a memory: learning_rate * arctan(g)."""

    def step(params, grads, state, learning_rate):
        return [w - learning_rate * np.arctan(g) for w, g in zip(params, grads)], state  # noqa: B905

    return step


def stops_at(number):
    """The word for the update at which training is told to stop."""
    return f"at update {number}"


@driver("early stopping")
def early_stopping(bench, fn, case):
    """Feed losses one by one, changing the parameters in place after each, as training does."""
    stopper = bench.call(fn, patience=case["patience"])
    if not callable(getattr(stopper, "update", None)):
        raise Misfit(f"EarlyStopping(...) gave {called(stopper)}, which has no method update.")
    params = [(W.copy(), b.copy()) for W, b in case["params"]]
    said = "never"
    for number, loss in enumerate(case["losses"], 1):
        before = [(W.copy(), b.copy()) for W, b in params]
        # Not passed through the bench, which copies: keeping a reference must have its effect.
        stop = bool(bench.call(lambda loss: stopper.update(loss, params), loss=loss))
        if any(not np.array_equal(new, old) for new, old in _tensors(params, before)):
            bench.changed = ["params"]
        for W, b in params:
            W += 1.0
            b -= 1.0
        if stop:
            said = stops_at(number)
            break  # training ends here; what more it would say is not asked
    kept = ("best_loss", "best_epoch", "best_params")
    missing = [name for name in kept if not hasattr(stopper, name)]
    if missing:
        raise Misfit(
            f"Your object has no {' and no '.join(missing)}; the exercise names best_loss, "
            "best_epoch and best_params."
        )
    return {"stop": said, **{name: getattr(stopper, name) for name in kept}}


def _tensors(params, others):
    for layer, other in zip(params, others, strict=True):
        yield from zip(layer, other, strict=True)
