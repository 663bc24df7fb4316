"""Chapter 3: every row of the diagnosis table is told, and so is what nobody has named."""

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find


def one_hot(P, y):
    return np.eye(P.shape[1])[y]


def backward(P, y, cache, params, kind="tanh", dZ=None, linear=None, activation=None):
    linear, activation = linear or nn.linear_backward, activation or nn.activation_backward
    dZ = nn.softmax_cross_entropy_backward(P, y) if dZ is None else dZ
    grads = []
    for layer in reversed(range(len(params))):
        dA, dW, db = linear(dZ, cache["A"][layer], params[layer][0])
        grads.insert(0, (dW, db))
        if layer:
            dZ = activation(dA, cache["Z"][layer - 1], kind)
    return grads


def stepping(gradients):
    def train_step(X, y, params, learning_rate, kind="tanh"):
        P, cache = nn.mlp_forward(X, params, kind)
        grads = gradients(P, y, cache, params, kind)
        new = [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), (dW, db) in zip(params, grads, strict=True)
        ]
        return new, nn.cross_entropy(P, y)

    return train_step


# --- the diagnosis table, row by row, written otherwise than in the package ----------------------


def loop_backward(
    scale_first=lambda P: 1 / len(P),
    sign=1,
    per_layer=lambda P, l, L: 1.0,
    down=lambda delta, W: delta @ W.T,
    slope=None,
    bias=lambda delta: delta.sum(axis=0),
    inputs=lambda cache, l: cache["A"][l],
    first=lambda P, T: P - T,
):
    def mlp_backward(P, y, cache, params, kind="tanh"):
        L, grads = len(params), [None] * len(params)
        delta = sign * first(P, one_hot(P, y)) * scale_first(P)
        for l in range(L - 1, -1, -1):
            share = per_layer(P, l, L)
            grads[l] = (inputs(cache, l).T @ delta * share, bias(delta) * share)
            if l > 0:
                through = slope or (lambda Z, k: nn.activation_backward(np.ones_like(Z), Z, k))
                delta = down(delta, params[l][0]) * through(cache["Z"][l - 1], kind)
        return grads

    return mlp_backward


TABLE = [
    ("not-averaged", loop_backward(scale_first=lambda P: 1.0)),
    ("averaged-twice", loop_backward(per_layer=lambda P, l, L: 1 / len(P))),
    (
        "hidden-averaged-again",
        loop_backward(per_layer=lambda P, l, L: 1 / len(P) if l < L - 1 else 1),
    ),
    ("raw-error-sent-back", loop_backward(per_layer=lambda P, l, L: len(P) if l < L - 1 else 1)),
    ("mean-over-all-entries", loop_backward(scale_first=lambda P: 1 / P.size)),
    ("divided-by-classes", loop_backward(scale_first=lambda P: 1 / P.shape[1])),
    ("sign", loop_backward(sign=-1)),
    ("bias-averaged", loop_backward(bias=lambda d: d.mean(axis=0))),
    ("bias-never-assigned", loop_backward(bias=lambda d: np.zeros(d.shape[1]))),
    ("bias-one-row", loop_backward(bias=lambda d: d[0])),
    ("bias-all-equal", loop_backward(bias=lambda d: np.ones(d.shape[1]) * np.sum(d))),
    (
        "pre-activation-in-dW",
        loop_backward(inputs=lambda c, l: c["Z"][l - 1] if l else c["A"][0]),
    ),
    ("slope-missing", loop_backward(slope=lambda Z, k: 1.0)),
    (
        "slope-at-the-activation",
        loop_backward(
            slope=lambda Z, k: nn.activation_backward(
                np.ones_like(Z), nn.activation_forward(Z, k), k
            )
        ),
    ),
    (
        "output-form-fed-with-z",
        loop_backward(
            slope=lambda Z, k: {"tanh": 1 - Z**2, "sigmoid": Z * (1 - Z), "relu": Z > 0}[k]
        ),
    ),
    ("slope-kept-at-the-output", loop_backward(first=lambda P, T: (P - T) * P * (1 - P))),
]


@pytest.mark.parametrize("name, solution", TABLE, ids=[name for name, _ in TABLE])
def test_a_row_of_the_diagnosis_table_is_told_by_name(name, solution):
    for seed in (None, 3):
        report = find("mlp_backward").examine(solution, seed)
        inside = "/" in report.mistake  # told as the mistake of the part it is
        assert not report.passed and (inside or report.mistake == name), str(report)
        report = find("train_step").examine(stepping(solution), seed)
        renamed = {"sign": "uphill", "bias-never-assigned": "biases-stay"}
        inside = "/" in report.mistake  # the mistake of a part, or of the whole backward pass
        own = ("divided-by-N-again", renamed.get(name))
        assert not report.passed and (inside or report.mistake in own), str(report)
        assert report.score < 1


def test_weights_updated_before_the_delta_is_sent_back():
    def train_step(X, y, params, learning_rate, kind="tanh"):
        P, cache = nn.mlp_forward(X, params, kind)
        loss, params = nn.cross_entropy(P, y), list(params)
        delta = (P - one_hot(P, y)) / len(y)
        for l in range(len(params) - 1, -1, -1):
            dW, db = cache["A"][l].T @ delta, delta.sum(axis=0)
            params[l] = (params[l][0] - learning_rate * dW, params[l][1] - learning_rate * db)
            if l > 0:
                dA = delta @ params[l][0].T
                delta = nn.activation_backward(dA, cache["Z"][l - 1], kind)
        return params, loss

    report = find("train_step").examine(train_step)
    assert report.mistake == "weights-updated-too-early"
    assert "learning rate" in report.observed and report.score == 0


def test_the_wrong_axis_of_the_weights_is_told_apart_from_the_wrong_layer():
    def mlp_backward(P, y, cache, params, kind="tanh"):
        return backward(
            P, y, cache, params, kind, linear=lambda dZ, X, W: (dZ @ W, X.T @ dZ, dZ.sum(axis=0))
        )

    assert find("mlp_backward").examine(mlp_backward).mistake == "weights-not-turned"


# --- wrong solutions without a name --------------------------------------------------------------


def twice_the_slope(P, y, cache, params, kind="tanh"):
    return backward(P, y, cache, params, kind, activation=lambda *a: 2 * nn.activation_backward(*a))


def absolute_weights(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ np.abs(W).T, X.T @ dZ, dZ.sum(axis=0)

    return backward(P, y, cache, params, kind, linear=linear)


def weight_decay_added(P, y, cache, params, kind="tanh"):
    grads = backward(P, y, cache, params, kind)
    return [(dW + 0.01 * W, db) for (dW, db), (W, _) in zip(grads, params, strict=True)]


def clipped(P, y, cache, params, kind="tanh"):
    return [
        tuple(np.clip(g, -0.05, 0.05) for g in pair)
        for pair in nn.mlp_backward(P, y, cache, params, kind)
    ]


def slope_missing_for_tanh_only(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return dA if kind == "tanh" else nn.activation_backward(dA, Z, kind)

    return backward(P, y, cache, params, kind, activation=activation)


def two_mistakes(P, y, cache, params, kind="tanh"):
    return backward(
        P, y, cache, params, kind, dZ=P - one_hot(P, y), activation=lambda dA, Z, kind: dA
    )


def first_pair_forgotten(P, y, cache, params, kind="tanh"):
    return nn.mlp_backward(P, y, cache, params, kind)[1:]


def weights_only(P, y, cache, params, kind="tanh"):
    return [dW for dW, _ in nn.mlp_backward(P, y, cache, params, kind)]


def as_a_dict(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return {f"W{i}": dW for i, (dW, _) in enumerate(grads)}


def halved_below(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [*((dW / 2, db / 2) for dW, db in grads[:-1]), grads[-1]]


def wrong_inputs(P, y, cache, params, kind="tanh"):
    shifted = {"A": [A + 0.1 for A in cache["A"]], "Z": cache["Z"]}
    return nn.mlp_backward(P, y, shifted, params, kind)


UNNAMED_GRADIENTS = [
    (twice_the_slope, ["dW2", "2 times"]),
    (absolute_weights, ["layers above are right", "dZ2", "layer 3 to layer 2"]),
    (weight_decay_added, ["0.01 times W3", "db3, db2, db1"]),
    (clipped, ["dW3", "just that bound"]),
    (slope_missing_for_tanh_only, ["For tanh you passed dA on", "dW2"]),
    (two_mistakes, ["dW3 is exactly N times", "(7, 8 and 9)"]),
    (first_pair_forgotten, ["should hold 3 things", "list of 2"]),
    (weights_only, ["dW", "db"]),
    (as_a_dict, ["should hold 3 things", "dict"]),
    (halved_below, ["dW2", "1/2"]),
    (wrong_inputs, ["dW3 is off by one and the same amount for each place along axis 1"]),
]


@pytest.mark.parametrize(
    "solution, words", UNNAMED_GRADIENTS, ids=lambda p: getattr(p, "__name__", "")
)
def test_an_unnamed_wrong_gradient_is_placed(solution, words):
    report = find("mlp_backward").examine(solution)
    assert not report.passed and report.score < 1
    assert all(word in str(report) for word in words), str(report)


def rate_squared(X, y, params, learning_rate, kind="tanh"):
    return nn.train_step(X, y, params, learning_rate**2, kind)


def hidden_biases_stay(X, y, params, learning_rate, kind="tanh"):
    new, loss = nn.train_step(X, y, params, learning_rate, kind)
    return [(W, b) for (W, _), (_, b) in zip(new[:-1], params[:-1], strict=True)] + new[-1:], loss


def accuracy_as_loss(X, y, params, learning_rate, kind="tanh"):
    new, _ = nn.train_step(X, y, params, learning_rate, kind)
    return new, 1 - nn.misclassified_share(X, y, params, kind)


def params_alone(X, y, params, learning_rate, kind="tanh"):
    return nn.train_step(X, y, params, learning_rate, kind)[0]


UNNAMED_STEPS = [
    (rate_squared, ["learning_rate times as long"]),
    (hidden_biases_stay, ["b2 has not moved"]),
    (accuracy_as_loss, ["share of right answers", "Right on every case: params"]),
    (params_alone, ["2 things (params, loss)"]),
    (stepping(weight_decay_added), ["learning_rate/100 times W3, as it came", "loss."]),
]


@pytest.mark.parametrize("solution, words", UNNAMED_STEPS, ids=lambda p: getattr(p, "__name__", ""))
def test_an_unnamed_wrong_step_is_judged_by_the_step(solution, words):
    report = find("train_step").examine(solution)
    assert not report.passed
    assert all(word in str(report) for word in words), str(report)


UNNAMED = [
    ("linear_forward", lambda X, W, b: np.maximum(X @ W + b, 0), ["positive part"]),
    ("linear_backward", lambda dZ, X, W: (-dZ @ W.T, -X.T @ dZ, -dZ.sum(axis=0)), ["opposite"]),
    ("linear_backward", lambda dZ, X, W: (dZ @ W.T / len(X), X.T @ dZ, dZ.sum(axis=0)), ["1/N"]),
    (
        "activation_forward",
        lambda Z, kind: np.clip(Z, -1, 1) if kind == "tanh" else nn.activation_forward(Z, kind),
        ["kind is 'tanh'"],
    ),
    (
        "activation_backward",
        lambda dA, Z, kind: nn.activation_backward(dA, Z, kind) * (2 if kind == "sigmoid" else 1),
        ["exactly 2 times", "kind is 'sigmoid'"],
    ),
    ("softmax", lambda Z: nn.softmax(Z / 2), ["P[", "belongs there"]),
    ("cross_entropy", lambda P, y: 2 * nn.cross_entropy(P, y), ["2 times"]),
    (
        "softmax_cross_entropy_backward",
        lambda P, y: 2 * nn.softmax_cross_entropy_backward(P, y),
        ["exactly 2 times"],
    ),
    (
        "mlp_forward",
        lambda X, params, kind="tanh": nn.mlp_forward(X, params, kind)[0],
        ["2 things"],
    ),
]


@pytest.mark.parametrize("name, solution, words", UNNAMED)
def test_an_unnamed_wrong_solution_gets_numbers_and_a_place(name, solution, words):
    report = find(name).examine(solution)
    assert not report.passed and len(report.hints) == 3
    assert all(word in str(report) for word in words), str(report)


# --- the papers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_papers_keep_away_from_what_hides_mistakes(seed):
    cases = find("mlp_backward").draw(seed).cases
    assert {case.inputs.get("kind", "tanh") for case in cases} == {"relu", "tanh", "sigmoid"}
    assert max(len(case.inputs["params"]) for case in cases) >= 3
    for case in cases:
        X, params = case.inputs["cache"]["A"][0], case.inputs["params"]
        widths = [len(X), *(W.shape[0] for W, _ in params), params[-1][0].shape[1]]
        # The last one is for what is wrong where widths are equal.
        assert len(set(widths)) == (2 if case is cases[-1] else len(widths)) and len(X) >= 6
        assert all(np.abs(b).min() > 0.1 for _, b in params)
        assert min(np.abs(Z).min() for Z in case.inputs["cache"]["Z"][:-1]) > 0.01
        P, cache = nn.mlp_forward(X, params, case.inputs.get("kind", "tanh"))
        assert np.array_equal(P, case.inputs["P"])
        assert all(map(np.array_equal, cache["Z"], case.inputs["cache"]["Z"]))


def test_softmax_is_asked_for_scores_of_ten_thousand():
    scores = find("softmax").draw(0).cases[-1].inputs["Z"]
    assert scores.max() >= 1e4 and scores.min() <= -1e4
