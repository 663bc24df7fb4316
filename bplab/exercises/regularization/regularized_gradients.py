"""The gradients of the whole loss: the data's and the penalty's."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Length, number, plain_formula
from bplab.exam.called import array_of
from bplab.exercises.regularization.l2_gradients import l2_gradients
from bplab.exercises.regularization.networks import network
from bplab.exercises.regularization.penalty_pulls import pull_fault, pull_fault_of_each
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward

regularized_gradients = Exercise(
    "regularized_gradients",
    "05_regularization",
    nn.regularized_gradients,
    returns="grads",
    points=3,
    latest_first=True,
    built_on=(
        l2_gradients,
        mlp_backward,
    ),
    achieved="Data and penalty push together, in one gradient.",
)


@regularized_gradients.paper
def _(rng):
    for N, widths, kind, lam in [
        (6, (3, 5, 2), "tanh", 0.3),
        (8, (4, 6, 5, 3), "sigmoid", 0.05),
        (7, (2, 5, 4), "tanh", 0.0),
        (6, (4, 4, 4), "tanh", 0.3),
    ]:
        X, y = rng.normal(size=(N, widths[0])), rng.integers(0, widths[-1], N)
        params = network(rng, widths)
        P, cache = nn.mlp_forward(X, params, kind)
        strength = lam * float(rng.uniform(0.7, 1.3))
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
    "biases-too",
    "Each dW is right; each db is off by lam * b: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so db is that of the data loss alone.",
)(_regularized(lambda dW, W, lam, N: dW + lam * W, lambda db, b, lam, N: db + lam * b))


regularized_gradients.mistake(
    "scaled-together",
    "You multiplied the data gradient where something was to be added.",
    "Is the penalty a factor of the loss, or a term?",
    "Loss = data + penalty, so dW = data's dW + lam * W.",
)(_regularized(lambda dW, W, lam, N: dW * (1 + lam)))


@regularized_gradients.mistake(
    "lists-joined",
    "Your list is twice as long as the network: the penalty's gradients stand behind the data's, "
    "and nothing was added.",
    "What does + do to two lists?",
    "Layer by layer, array by array: each dW of the data meets the dW of the penalty of its layer.",
)
def _(P, y, cache, params, lam, kind="tanh"):
    return nn.mlp_backward(P, y, cache, params, kind) + nn.l2_gradients(params, lam)


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


@regularized_gradients.tells
def _(wrong, rows):
    """Take the data's own gradient away: what is left should be the penalty's."""
    if wrong.layer is None or wrong.layer[0] != "W":
        return None
    taken, weights = [], []
    for given, leaf, _ in rows:
        W, lam = array_of(given["params"], leaf), given["lam"]
        data = leaf.expected - lam * W
        taken.append((given, leaf, leaf.actual - data))
        if leaf.right:
            continue
        columns = np.stack([data.ravel(), W.ravel()], axis=1)
        found, *_ = np.linalg.lstsq(columns, leaf.actual.ravel(), rcond=None)
        if not np.allclose(columns @ found, leaf.actual.ravel(), rtol=1e-7, atol=1e-10):
            found = None
        weights.append((found, {"lam": lam, "N": Length(len(given["P"]))}))
    if not all(found is not None for found, _ in weights):
        own = [(given, leaf, pull) for given, leaf, pull in taken if leaf.name == wrong.name]
        return pull_fault(wrong, own) if len(own) == len(taken) else pull_fault_of_each(taken)
    sizes = [size for _, size in weights]
    of_data, of_W = ([float(found[i]) for found, _ in weights] for i in (0, 1))
    if np.allclose(of_data, 1) and plain_formula(sizes, of_W) is None:
        fault = pull_fault_of_each(taken)
        if fault is not None:
            return fault
    off_data, off_W = not np.allclose(of_data, 1), not np.allclose(of_W, [s["lam"] for s in sizes])
    said = []
    for values, off, words, right in (
        (of_data, off_data, "the gradient of the data loss", "1"),
        (of_W, off_W, "W", "lam"),
    ):
        if not off:
            once = "once" if right == "1" else f"{right} times"
            said.append(f"{words} {once}, as it should{'' if said else ','}")
        elif np.allclose(values, 0, atol=1e-9):
            said.append(
                f"nothing of {words} ({'one' if right == '1' else 'lam'} times it belongs there)"
            )
        else:
            formula, told = plain_formula(sizes, values), number(values[0])
            shares = [v / (size["lam"] or np.nan) for v, size in zip(values, sizes, strict=True)]
            if formula is None and plain_formula(sizes, shares) is not None:
                told = f"lam * {plain_formula(sizes, shares)[0]}"
            elif formula is not None:
                told = formula[0]
            said.append(f"{words} {told} times ({right} belongs there)")
    if off_data and off_W:
        look = "Which factor stands before both terms, or before the wrong one of the two?"
    elif off_data:
        look = "What happens to the data's gradient on its way into the sum?"
    else:
        look = "The data's part is right. Which factors stand before W where the penalty comes in?"
    return Fault(
        "two-terms",
        f"{wrong.name} of yours, taken apart, holds {' and '.join(said)}.",
        look,
        "Loss = mean loss of the data + lam / 2 * sum(W**2). Each term leaves its own derivative, "
        "once: the data's dW, and lam * W.",
    )
