"""Every rule of the pipeline is needed: for each an answer that is told otherwise without it."""

from dataclasses import replace

import numpy as np
import pytest

from bplab import exercises, nn
from bplab.exam import Exercise
from bplab.exam.answers import cleaned
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.pipeline import EXACT, PIPELINE, first_match
from bplab.exam.marking import answers_table, before_values
from bplab.exam.sitting import answers_to
from bplab.exam.wire import unpack
from bplab.exercises.autograd_engine.value_backward import accumulating
from tests.exercises.autograd_engine.value import half_grown
from tests.exercises.convolution.max_pool_forward import smallest_without_the_last_row
from tests.exercises.recurrent.rnn_backward import unsquared_and_cut_off


def toy(reference, returns, draw, shapes=None, **more):
    """An exercise without named mistakes, of three cases."""
    exercise = Exercise(reference.__name__, "toys", reference, returns, shapes=shapes, **more)

    @exercise.paper
    def _(rng):
        for n in (6, 7, 9):
            yield draw(rng, n)

    return exercise


def descend(w, g, learning_rate):
    return w - learning_rate * g


def _descent(rng, n):
    return {
        "w": rng.normal(size=n),
        "g": rng.normal(size=n),
        "learning_rate": float(rng.uniform(0.1, 0.4)),
    }


def combine(X, Y):
    return X + 2 * Y, X * Y


def plus(X, Y):
    return X + 2 * Y


def times(x, y, w):
    return x * y + w


def affine(X, W, b):
    return X @ W + b


def both(X, W, b):
    return X @ W + b, np.cos(X @ W) + b


def _tables(rng, n):
    return {"X": rng.normal(size=(n, n)), "Y": rng.normal(size=(n, n))}


def _rows(rng, n):
    return {"x": rng.normal(size=n), "y": rng.normal(size=n), "w": rng.normal(size=n)}


def _layer(rng, n):
    return {"X": rng.normal(size=(n, 4)), "W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}


LAYER = {"X": "N D", "W": "D H", "b": "H"}
DESCEND = toy(descend, "w", _descent)
COMBINE = toy(combine, ("S", "P"), _tables)
PLUS = toy(plus, "S", _tables)
TIMES = toy(times, "s", _rows)
AFFINE = toy(affine, "Z", _layer, LAYER)
BOTH = toy(both, ("Z", "C"), _layer, LAYER)
NAMED = toy(affine, "Z", _layer, LAYER)
WORDS = toy(lambda X, Y: "flat" if X.sum() < 0 else "steep", "reason", _tables, repeat=False)
PART = toy(lambda X, W, b: (affine(X, W, b),), ("Z",), _layer, LAYER)
RECTIFY = toy(lambda x, y, w: np.maximum(x, 0) * y, "r", _rows)
SUMS = toy(lambda X, Y: X.sum(axis=0) + Y[0] ** 2, "s", _tables)


def over_time(X, Y):
    return np.cos(X) * Y[:, None]


def _moments(rng, n):
    return {"X": rng.normal(size=(n, 5, 3)), "Y": rng.normal(size=(n, 3))}


OVER_TIME = toy(over_time, "H", _moments)
CURVE = toy(lambda x: np.tanh(x), "t", lambda rng, n: {"x": rng.normal(size=n)})
SEQUENCE = toy(
    lambda w, g, learning_rate: np.cumsum(np.exp(-w * g) + learning_rate),
    "losses",
    _descent,
)


@NAMED.mistake("cubed", "Your Z is a cube.", "Look.", "Think.")
def _(X, W, b):
    return (X @ W + b) ** 3


@NAMED.mistake("subtracted", "Your b is subtracted.", "Look.", "Think.")
def _(X, W, b):
    return X @ W - b


@PART.mistake("Z-off", "Z is off.", "Look.", "Think.", when="Z")
def _(X, W, b):
    return (X @ W + 1.5 * b,)


def of(name, change):
    """What the reference gives, changed."""
    exercise = exercises.find(name)
    return exercise, lambda *given: change(exercise.reference(*given))


def _unshifted(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z)
        return E / E.sum(axis=0)


def _late(values):
    values = np.array(values)
    values[3:] += np.sin(np.arange(len(values) - 3) + 1.0)
    return values


def _from(moment, X, Y):
    H = over_time(X, Y)
    H[:, moment:] = _wavy(X[:, moment:] + Y[:, None])
    return H


def _wavy(a):
    return a + 0.1 * np.sin(3 * a)


def _gamma_late_and_largest(dout, cache, gamma):
    dX = nn.layernorm_backward(dout, cache, np.ones(len(gamma)))[0]
    return gamma * dX, (dout * cache["X_hat"]).max(axis=0), dout.max(axis=0)


def _slope_of_the_old_state(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h_prev**2)
    others = (da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0))
    return da @ Wx.T, *map(_wavy, others)


def _of_two_layers(X, params, kind="tanh"):
    (W1, b1), (W2, b2) = params[0], params[-1]
    A = nn.activation_forward(X @ W1 + b1, kind)
    return nn.softmax(A @ W2 + b2), {"A": [X, A], "Z": [X @ W1 + b1, A @ W2 + b2]}


def _decayed(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + 0.03 * W, db) for (dW, db), (W, _) in zip(grads, params, strict=True)]


def _penalized(X, y, params, learning_rate, kind="tanh"):
    new, loss = nn.train_step(X, y, params, learning_rate, kind)
    return new, loss + 0.03 * sum(np.sum(W**2) for W, _ in params)


def _without_biases(X, y, params, step, learning_rate, batch_size, epochs, rng):
    def weights_only(tensors, grads, state, rate):
        return step(tensors, [g if g.ndim == 2 else 0 * g for g in grads], state, rate)

    new, losses = nn.fit_minibatch(
        X, y, params, weights_only, learning_rate, batch_size, epochs, rng
    )
    return new, [2 * loss**2 for loss in losses]


def _leaking_and_mirrored(Z, kind):
    if kind == "relu":
        return np.where(Z > 0, Z, 0.01 * Z)
    return nn.sigmoid(-Z) if kind == "sigmoid" else np.tanh(Z)


def _variance_before_the_activation(X, params, kind):
    return np.array([Z.var() for Z in nn.mlp_forward(X, params, kind)[1]["Z"][:-1]])


def _reshaped_and_averaged(dZ, X, W):
    return dZ @ W.reshape(W.T.shape), X.T @ dZ, dZ.mean(axis=0)


ANSWERS = {
    "picked.others_multiplied": (
        AFFINE,
        lambda X, W, b: (
            affine(X, W, b) * np.where(np.arange(3) == np.arange(len(X))[:, None] % 3, 1, len(X))
        ),
    ),
    "picked.let_through": (
        exercises.find("dropout_backward"),
        lambda dout, mask, keep_prob: np.where(mask > 0, dout / keep_prob, dout),
    ),
    "pipeline.as_far_as_written": (exercises.find("Value"), half_grown(accumulating)),
    "named.same_answers": (exercises.find("linear_forward"), lambda X, W, b: X @ W.T + b),
    "but_for.extremes": (exercises.find("softmax"), _unshifted),
    "but_for.raised": (
        exercises.find("choose_threshold"),
        lambda y, p, recall: max(t for t in p if np.mean(p[y == 0] < t) >= recall),
    ),
    "named.in_place_of_fault": (
        exercises.find("sigmoid"),
        lambda z: np.where(z < -700, 1e-5, np.exp(z) / (1 + np.exp(z))),
    ),
    "depths.only_one_depth": (exercises.find("mlp_forward"), _of_two_layers),
    "general.before_values": (exercises.find("softmax"), lambda Z: Z[99]),
    "rounding.only_float32": of("sgd_step", lambda a: ([w.astype(np.float32) for w in a[0]], a[1])),
    "named.same_array": (exercises.find("rnn_step_backward"), _slope_of_the_old_state),
    "named.same_array_alone": (exercises.find("layernorm_backward"), _gamma_late_and_largest),
    "parts.inside": of("mlp_backward", lambda grads: [(W.T, b) for W, b in grads]),
    "readings.of_the_exercise": of("sgd_step", lambda a: ([3.7 * w for w in a[0]], a[1])),
    "named.of_part": (PART, lambda X, W, b: (_wavy(X @ W + b),)),
    "shapes.wrong_word": (WORDS, lambda X, Y: "steep" if X.sum() < 0 else "flat"),
    "general.first_fault": (AFFINE, lambda X, W, b: (X @ W + b) * np.nan),
    "shapes.wrong_shape": (AFFINE, lambda X, W, b: (X @ W + b)[None]),
    "scales.zeros": (AFFINE, lambda X, W, b: 0 * (X @ W)),
    "places.constant": (AFFINE, lambda X, W, b: 0 * (X @ W) + 0.37),
    "places.one_for_all": (AFFINE, lambda X, W, b: 0 * (X @ W) + (X @ W + b)[:1]),
    "scales.step_factor": (DESCEND, lambda w, g, rate: w - 3 * rate * g / 6 * 4),
    "rounding.nearly": (AFFINE, lambda X, W, b: (X @ W + b) * (1 + 1e-5 * np.sin(X[:, :3]))),
    "scales.factor": (AFFINE, lambda X, W, b: 3.7 * (X @ W + b)),
    "places.swapped": (COMBINE, lambda X, Y: (X * Y, X + 2 * Y)),
    "places.unchanged": (PLUS, lambda X, Y: X),
    "places.transposed": (PLUS, lambda X, Y: (X + 2 * Y).T),
    "places.permuted": (AFFINE, lambda X, W, b: np.roll(X @ W + b, 2, axis=0)),
    "terms.offset": (AFFINE, lambda X, W, b: X @ W + b + 0.5),
    "terms.plus_input": (PLUS, lambda X, Y: X + 3.3 * Y),
    "terms.plus_own": (exercises.find("mlp_backward"), _decayed),
    "terms.plus_penalty": (exercises.find("train_step"), _penalized),
    "terms.transformed": (AFFINE, lambda X, W, b: (X @ W + b) ** 2),
    "rounding.rounded": (AFFINE, lambda X, W, b: np.round(X @ W + b, 1)),
    "relations.running_total": (AFFINE, lambda X, W, b: np.cumsum(X @ W + b, axis=0)),
    "relations.counted_in": of(
        "confusion_counts", lambda n: {**n, "tn": sum(n.values()) - n["fn"]}
    ),
    "relations.in_the_others_places": (RECTIFY, lambda x, y, w: np.where(x > 0, 0.0, w)),
    "relations.bounded": (AFFINE, lambda X, W, b: np.clip(X @ W + b, -0.5, 0.7)),
    "relations.mixed": (PLUS, lambda X, Y: 1.3 * X + 3.3 * Y),
    "relations.reduced_otherwise": (SUMS, lambda X, Y: X.std(axis=0)),
    "relations.taken_as_it_is": (SUMS, lambda X, Y: X[1]),
    "relations.another_curve": (CURVE, lambda x: x / np.sqrt(2.3 + x**2)),
    "rounding.roughly": (AFFINE, lambda X, W, b: (X @ W + b) * (1 + 2e-3 * np.sin(X[:, :3]))),
    "places.one_side": (
        exercises.find("sigmoid"),
        lambda z: np.where(np.asarray(z) < 0, 1.0, exercises.find("sigmoid").reference(z)),
    ),
    "places.column": (
        AFFINE,
        lambda X, W, b: np.hstack([_wavy(X[:, :1]), (X @ W + b)[:, 1:]]),
    ),
    "places.region": (AFFINE, lambda X, W, b: np.vstack([(X @ W + b)[:-1], _wavy(X[-1:] @ W)])),
    "wholes.turned": (OVER_TIME, lambda X, Y: over_time(X, Y)[:, ::-1]),
    "wholes.done_besides": (AFFINE, lambda X, W, b: (X @ W + b) - (X @ W + b).mean(axis=0)),
    "wholes.mixed_with_a_constant": (AFFINE, lambda X, W, b: 0.9 * (X @ W + b) + 0.1),
    "wholes.one_for_each": (
        AFFINE,
        lambda X, W, b: (X @ W + b) * (2 + np.sin(W.sum(axis=0) + np.exp(b))),
    ),
    "wholes.partly_empty": (AFFINE, lambda X, W, b: (X @ W + b) * (np.eye(len(X), 3) > 0)),
    "places.along_a_middle_axis": (OVER_TIME, lambda X, Y: _from(4, X, Y)),
    "sequences.right_along": (OVER_TIME, lambda X, Y: _from(2, X, Y)),
    "relations.kept_within": (
        OVER_TIME,
        lambda X, Y: np.clip(_wavy(X + Y[:, None]), -0.3, 0.3),
    ),
    "as_if.all_to_other_inputs": (NAMED, lambda X, W, b: b - X @ W),
    "two_slips.unmoved_beside": (exercises.find("fit_minibatch"), _without_biases),
    "two_slips.named_on_other_inputs": (NAMED, lambda X, W, b: (X @ W) ** 3),
    "two_named.case_by_case": (exercises.find("activation_forward"), _leaking_and_mirrored),
    "two_named.part_by_part": (exercises.find("linear_backward"), _reshaped_and_averaged),
    "given_back.one_level_deeper": (BOTH, lambda X, W, b: (X, both(X, W, b))),
    "given_back.nothing_in_some_cases": (
        exercises.find("anneal_accept"),
        lambda change, temperature, u: True if change < 0 else None,
    ),
    "two_made.together": (exercises.find("signal_by_layer"), _variance_before_the_activation),
    "two_made.handed_to_one_helper": (
        exercises.find("relative_error"),
        lambda a, b: np.mean((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)),
    ),
    "as_if.named_times_factor": (NAMED, lambda X, W, b: -2 * (X @ W + b) ** 3),
    "products.as_formula": (TIMES, lambda x, y, w: 2 * x * y),
    "as_if.some_to_other_inputs": (BOTH, lambda X, W, b: (X @ W, np.sin(X @ W))),
    "one_step.one_step_apart": (
        exercises.find("relative_error"),
        lambda a, b: np.max(np.abs(a - b) * np.maximum(np.abs(a) + np.abs(b), 1e-8)),
    ),
    "scales.step_length": (DESCEND, lambda w, g, rate: w - rate * g * np.abs(w).sum()),
    "scales.out_of_scale": (AFFINE, lambda X, W, b: 1e9 * _wavy(X @ W + b)),
    "part_in_named.both": (exercises.find("rnn_backward"), unsquared_and_cut_off),
    "two_slips.named_beside_an_empty_end": (
        exercises.find("max_pool_forward"),
        smallest_without_the_last_row,
    ),
    "scales.length": (AFFINE, lambda X, W, b: (X @ W + b) * np.abs(X).sum()),
    "sequences.right_until": (
        SEQUENCE,
        lambda w, g, rate: _late(np.cumsum(np.exp(-w * g) + rate)),
    ),
    "last.first_array": (AFFINE, lambda X, W, b: _wavy(X @ W + b)),
}


def evidence(exercise, answer):
    paper = exercise.draw(exercise.practice_seed)
    said = cleaned(answers_to(unpack(paper.sheet()), answer))
    table = answers_table(exercise, paper, said)
    return Evidence(exercise, paper, said, table, before_values(exercise, paper, said))


def test_the_table_has_every_rule():
    rules = {rule.name for rule in PIPELINE}
    assert not rules - set(ANSWERS), "add a row to ANSWERS: an answer that only this rule tells"
    assert not set(ANSWERS) - rules, "these rows are of no rule of the pipeline: take them out"


@pytest.mark.parametrize("name", ANSWERS)
def test_a_rule_tells_what_no_other_rule_would(name):
    found, fault = first_match(evidence(*ANSWERS[name]), PIPELINE)
    assert found is not None and found.name == name, (
        f"{found.name if found else 'no rule'} comes before {name} and says: {fault.observed}"
    )
    others = [rule for rule in PIPELINE if rule.name != name]
    _, without = first_match(evidence(*ANSWERS[name]), others)
    said = [(one.name, one.observed, one.look) for one in (fault, without)]
    assert said[0] != said[1], (
        f"without {name} the same is said of this answer: find one that only {name} tells, or let "
        "the rule go"
    )


def test_a_rule_that_tells_no_cause_and_is_not_last_raises_with_what_to_do():
    early = [replace(rule, strength=EXACT) for rule in PIPELINE if rule.name == "last.first_array"]
    with pytest.raises(ValueError, match="last.first_array is exact .* Make it LAST"):
        first_match(evidence(*ANSWERS["last.first_array"]), early)
