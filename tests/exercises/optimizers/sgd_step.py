"""sgd_step: what must pass, and what must be told."""

import numpy as np


def sgd_by_loop(params, grads, state, learning_rate):
    moved = []
    for i in range(len(params)):
        moved.append(params[i] + (-learning_rate) * grads[i])
    return moved, state


def sgd_as_tuple_of_lists(params, grads, state, learning_rate):
    moved = tuple((w - learning_rate * g).tolist() for w, g in zip(params, grads, strict=True))
    return [moved, dict(state)]


def sgd_that_counts(params, grads, state, learning_rate):
    state["steps"] = state.get("steps", 0) + 1
    moved = [w.copy() for w in params]
    for w, g in zip(moved, grads, strict=True):
        w -= learning_rate * g
    return moved, state


def sgd(rule):
    def step(params, grads, state, learning_rate):
        return [rule(w, g, learning_rate) for w, g in zip(params, grads, strict=True)], state

    return step


def enumerate_copy(params, grads, state, learning_rate):
    new = []
    for p, g in zip(params, grads, strict=False):
        new.append(p - learning_rate * g)
    return (new, state)


def params_i_on_the_caller_s_list(params, grads, state, learning_rate):
    for i in range(len(params)):
        params[i] = params[i] - learning_rate * grads[i]
    return (params, state)


def list_minus_array(params, grads, state, learning_rate):
    return (params - learning_rate * np.array(grads), state)


def only_params(params, grads, state, learning_rate):
    return [p - learning_rate * g for p, g in zip(params, grads, strict=False)]


def averages(params, grads, state, learning_rate):
    return ([p - learning_rate * g / len(g) for p, g in zip(params, grads, strict=False)], state)


ACCEPTED = [
    sgd_that_counts,
    sgd_by_loop,
    sgd_as_tuple_of_lists,
    enumerate_copy,
]
TOLD = [
    (sgd(lambda w, g, rate: w - rate * g / 2), "Step 1", "the weight 1/2"),
    (sgd(lambda w, g, rate: w - 0.1 * g), "as if learning_rate were 0.1"),
    (sgd(lambda w, g, rate: w), "step 1", "zero everywhere"),
    (sgd(lambda w, g, rate: np.float32(w - rate * g)), "float32"),
    (sgd(lambda w, g, rate: w - rate * g - 0.01 * w), "holds the parameters"),
    (sgd(lambda w, g, rate: rate * g), "the step itself"),
    (sgd(lambda w, g, rate: w - rate * np.sign(g)), "only the sign"),
    (sgd(lambda w, g, rate: w * (1 - rate * g)), "multiplied by the parameters"),
    (params_i_on_the_caller_s_list, "in-place"),
    (list_minus_array, "raised"),
    (only_params, "wrong-type"),
    (averages, "factor-size"),
]
