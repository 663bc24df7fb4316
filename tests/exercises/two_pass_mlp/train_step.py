"""train_step: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np

from bplab import nn


def targets(P, y):
    return np.eye(P.shape[1])[y]


def one_hot(y, C):
    return np.eye(C)[y]


def loss_by_take(P, y):
    p = np.take_along_axis(P, y[:, None], axis=1)
    return -np.mean(np.log(np.maximum(p, 1e-12)))


def scores_by_one_hot(P, y):
    return (P - one_hot(y, P.shape[1])) / P.shape[0]


def forward_recursive(X, params, kind="tanh"):
    (W, b), rest = params[0], params[1:]
    Z = X @ W + b
    if not rest:
        return nn.softmax(Z), {"A": [X], "Z": [Z]}
    P, above = forward_recursive(nn.activation_forward(Z, kind), rest, kind)
    return P, {"A": [X, *above["A"]], "Z": [Z, *above["Z"]]}


def backward_by_index(P, y, cache, params, kind="tanh"):
    L = len(params)
    grads = [None] * L
    delta = scores_by_one_hot(P, y)
    for l in range(L - 1, -1, -1):
        grads[l] = [cache["A"][l].T @ delta, delta.sum(axis=0)]
        if l:
            A = cache["A"][l]
            slope = {"relu": A > 0, "tanh": 1 - A * A, "sigmoid": A * (1 - A)}[kind]
            delta = delta @ params[l][0].T * slope
    return grads


def step_on_copies(X, y, params, learning_rate, kind="tanh"):
    params = [(W.copy(), b.copy()) for W, b in params]
    P, cache = nn.mlp_forward(X, params, kind)
    for (W, b), (dW, db) in zip(params, nn.mlp_backward(P, y, cache, params, kind), strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params, np.float64(nn.cross_entropy(P, y))


def step_with_own_passes(X, y, params, learning_rate, kind="tanh"):
    P, cache = forward_recursive(X, params, kind)
    grads = backward_by_index(P, y, cache, params, kind)
    new = []
    for l in range(len(params)):
        new.append([params[l][g] - learning_rate * grads[l][g] for g in range(2)])
    return new, np.array(loss_by_take(P, y))


def step_backwards_on_old_weights(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    loss = nn.cross_entropy(P, y)
    new, delta = list(params), scores_by_one_hot(P, y)
    for l in range(len(params) - 1, -1, -1):
        W, b = params[l]
        below = delta @ W.T
        new[l] = (W - learning_rate * cache["A"][l].T @ delta, b - learning_rate * delta.sum(0))
        if l:
            delta = nn.activation_backward(below, cache["Z"][l - 1], kind)
    return tuple(new), loss


def pairs_as_lists(X, y, params, lr, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind=kind)
    grads = nn.mlp_backward(P, y, cache, params, kind=kind)
    return [[W - lr * dW, b - lr * db] for (W, b), (dW, db) in zip(params, grads)], float(
        nn.cross_entropy(P, y)
    )


def deep_copy(X, y, params, learning_rate, kind="tanh"):
    import copy

    new = copy.deepcopy(params)
    P, cache = nn.mlp_forward(X, new, kind)
    loss = nn.cross_entropy(P, y)
    grads = nn.mlp_backward(P, y, cache, new, kind)
    for i in range(len(new)):
        new[i] = (new[i][0] - learning_rate * grads[i][0], new[i][1] - learning_rate * grads[i][1])
    return new, loss


def backward(first=None, slope=None, inp=None, down=None, bias=None, own=False):
    def mlp_backward(P, y, cache, params, kind="tanh"):
        d = first(P, y) if first else (P - targets(P, y)) / len(y)
        g = [None] * len(params)
        for l in reversed(range(len(params))):
            A = cache["A"][l] if inp is None else inp(cache, l, P)
            g[l] = (A.T @ d, d.sum(0) if bias is None else bias(d))
            if l:
                dA = d @ params[l][0].T if down is None else down(d, params[l][0])
                d = (
                    slope(dA, cache["Z"][l - 1], cache["A"][l], kind)
                    if slope
                    else nn.activation_backward(dA, cache["Z"][l - 1], kind)
                )
        return g

    return mlp_backward


def stepping(**kw):
    back = backward(**kw)

    def train_step(X, y, params, learning_rate, kind="tanh"):
        P, cache = nn.mlp_forward(X, params, kind)
        g = back(P, y, cache, params, kind)
        return [
            (W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, g)
        ], nn.cross_entropy(P, y)

    return train_step


def kind_not_passed_backward(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params)
    return [
        (W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, g)
    ], nn.cross_entropy(P, y)


def biases_not_updated(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params, kind)
    return [(W - learning_rate * dW, b) for (W, b), (dW, db) in zip(params, g)], nn.cross_entropy(
        P, y
    )


def b_uses_dw_sum(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params, kind)
    return [
        (W - learning_rate * dW, b + learning_rate * db) for (W, b), (dW, db) in zip(params, g)
    ], nn.cross_entropy(P, y)


def loss_list_only_loss(X, y, params, learning_rate, kind="tanh"):
    return nn.train_step(X, y, params, learning_rate, kind)[1]


def loss_from_logp_1e_7(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    n, _ = nn.train_step(X, y, params, learning_rate, kind)
    return n, -np.mean(np.log(P[np.arange(len(y)), y] + 1e-7))


def params_as_dict(X, y, params, learning_rate, kind="tanh"):
    n, l = nn.train_step(X, y, params, learning_rate, kind)
    return {f"W{i}": a for i, a in enumerate(n)}, l


def in_place_list_item_assignment_params_i(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params, kind)
    for i, (dW, db) in enumerate(g):
        params[i] = (params[i][0] - learning_rate * dW, params[i][1] - learning_rate * db)
    return params, nn.cross_entropy(P, y)


def tuple_item_assignment_raises(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params, kind)
    for i, (dW, db) in enumerate(g):
        params[i][0] -= learning_rate * dW
        params[i][1] -= learning_rate * db
    return params, nn.cross_entropy(P, y)


def list_minus_array(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    g = nn.mlp_backward(P, y, cache, params, kind)
    return params - learning_rate * g, nn.cross_entropy(P, y)


def rate_0_1_hard_coded(X, y, params, learning_rate, kind="tanh"):
    return nn.train_step(X, y, params, 0.1, kind)


ACCEPTED = [
    step_on_copies,
    step_with_own_passes,
    step_backwards_on_old_weights,
    pairs_as_lists,
    deep_copy,
]


def all_but_the_first_layer(X, y, params, learning_rate, kind="tanh"):
    new, loss = nn.train_step(X, y, params, learning_rate, kind)
    return [params[0], *new[1:]], loss


def first_layer_first(X, y, params, learning_rate, kind="tanh"):
    params, losses = list(params), []
    for i in range(len(params)):
        P, cache = nn.mlp_forward(X, params, kind)
        losses.append(nn.cross_entropy(P, y))
        dW, db = nn.mlp_backward(P, y, cache, params, kind)[i]
        params[i] = params[i][0] - learning_rate * dW, params[i][1] - learning_rate * db
    return params, losses[0]


def weights_shrunk_besides(X, y, params, learning_rate, kind="tanh"):
    new, loss = nn.train_step(X, y, params, learning_rate, kind)
    return [(V - learning_rate * W, b) for (V, b), (W, _) in zip(new, params, strict=True)], loss


def uphill_and_loss_after(X, y, params, learning_rate, kind="tanh"):
    new, _ = nn.train_step(X, y, params, -learning_rate, kind)
    return new, nn.cross_entropy(nn.mlp_forward(X, new, kind)[0], y)


TOLD = [
    # own backward: slope of A own act
    (stepping(inp=lambda c, l, P: [*c["A"][1:], P][l]), "raised"),
    # own: bias mean
    (stepping(bias=lambda d: d.mean(0)), "mlp_backward/bias-averaged"),
    # own: 1-Z**2 all
    (stepping(slope=lambda dA, Z, A, k: dA * (1 - Z**2)), "activation_backward/z-in-the-tanh-form"),
    # own: upstream ignored
    (
        stepping(slope=lambda dA, Z, A, k: nn.activation_backward(np.ones_like(dA), Z, k)),
        "activation_backward/upstream-ignored",
    ),
    (kind_not_passed_backward, "kind-not-passed-back"),
    (biases_not_updated, "biases-stay"),
    (b_uses_dw_sum, "biases-uphill"),
    (loss_list_only_loss, "wrong-type"),
    (loss_from_logp_1e_7, "cross_entropy/added-1e-07"),
    (params_as_dict, "wrong-type"),
    (in_place_list_item_assignment_params_i, "in-place"),
    (tuple_item_assignment_raises, "raised"),
    (list_minus_array, "raised"),
    (rate_0_1_hard_coded, "step-argument"),
    (all_but_the_first_layer, "first-layer-stays"),
    (first_layer_first, "layers-from-the-first-on"),
    (weights_shrunk_besides, "term-missing", "learning_rate times W3, as it came"),
    (uphill_and_loss_after, "loss-after-update-and-uphill"),
]
