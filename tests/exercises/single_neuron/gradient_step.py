"""gradient_step: what must pass, and what must be told."""

import numpy as np


def step_as_list(w, b, dw, db, learning_rate):
    return [list(w - learning_rate * dw), np.float64(b - learning_rate * db)]


def step_on_a_copy(w, b, dw, db, learning_rate):
    w = w.copy()
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


def step_by_entries(w, b, dw, db, learning_rate):
    return tuple(v - learning_rate * g for v, g in zip(w, dw, strict=True)), np.array(
        b - learning_rate * db
    )


def step_mapped(w, b, dw, db, learning_rate):
    return [p - learning_rate * g for p, g in ((w, dw), (b, db))]


def bias_climbs(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b + learning_rate * db


def rate_of_a_tenth(w, b, dw, db, learning_rate):
    return w - 0.1 * dw, b - 0.1 * db


def weights_kept(w, b, dw, db, learning_rate):
    return w, b - learning_rate * db


def half_steps(w, b, dw, db, learning_rate):
    return w - learning_rate * dw / 2, b - learning_rate * db / 2


def gradient_scaled_in_place(w, b, dw, db, learning_rate):
    dw *= learning_rate
    return w - dw, b - learning_rate * db


def by_pairs(w, b, dw, db, learning_rate):
    return ([wi - learning_rate * g for wi, g in zip(w, dw, strict=False)], b - learning_rate * db)


ACCEPTED = [
    by_pairs,
    step_as_list,
    step_on_a_copy,
    step_by_entries,
    step_mapped,
]


def along_the_unit_gradient(w, b, dw, db, learning_rate):
    n = np.sqrt(np.sum(dw**2) + db**2)
    return w - learning_rate * dw / n, b - learning_rate * db / n


def each_along_its_unit(w, b, dw, db, learning_rate):
    return w - learning_rate * dw / np.linalg.norm(dw), b - learning_rate * db / abs(db)


def whole_weights(w, b, dw, db, learning_rate):
    return np.array([int(v) for v in w - learning_rate * dw]), b - learning_rate * db


TOLD = [
    (bias_climbs, "step in b has the right length", "w is right", "downhill"),
    (rate_of_a_tenth, "as if learning_rate were 0.1 throughout"),
    (weights_kept, "w has not moved at all", "b is right"),
    (half_steps, "step in w points the right way", "1/2"),
    (gradient_scaled_in_place, "changed what it was given: dw"),
    (along_the_unit_gradient, "unit-length", "together"),
    (each_along_its_unit, "unit-length-each"),
    (whole_weights, "w is the whole part of what it should be"),
]
