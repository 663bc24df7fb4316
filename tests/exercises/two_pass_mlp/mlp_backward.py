"""mlp_backward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np

from bplab import nn


def targets(P, y):
    return np.eye(P.shape[1])[y]


def one_hot(y, C):
    return np.eye(C)[y]


def scores_by_one_hot(P, y):
    return (P - one_hot(y, P.shape[1])) / P.shape[0]


def scores_by_comparison(P, y):
    return (P - (np.arange(P.shape[1]) == y[:, None])) / len(P)


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


def backward_dividing_at_each_layer(P, y, cache, params, kind="tanh"):
    N = P.shape[0]
    delta = P - one_hot(y, P.shape[1])
    grads = []
    for l in reversed(range(len(params))):
        grads.insert(0, (cache["A"][l].T @ delta / N, delta.mean(axis=0)))
        if l > 0:
            delta = nn.activation_backward(delta @ params[l][0].T, cache["Z"][l - 1], kind)
    return tuple(grads)


def backward_example_by_example(P, y, cache, params, kind="tanh"):
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    for i in range(len(y)):
        delta = P[i] - one_hot(y[i], P.shape[1])
        for l in range(len(params) - 1, -1, -1):
            dW, db = grads[l]
            dW += np.outer(cache["A"][l][i], delta) / len(y)
            db += delta / len(y)
            if l > 0:
                delta = nn.activation_backward(params[l][0] @ delta, cache["Z"][l - 1][i], kind)
    return grads


def backward_transposed(P, y, cache, params, kind="tanh"):
    delta = scores_by_comparison(P, y).T
    grads = []
    for l in range(len(params))[::-1]:
        grads = [((delta @ cache["A"][l]).T, delta.sum(axis=1))] + grads
        if l:
            delta = nn.activation_backward((params[l][0] @ delta).T, cache["Z"][l - 1], kind).T
    return grads


def dict_inside(P, y, cache, params, kind="tanh"):
    grads = {}
    L = len(params)
    m = len(y)
    dZ = P.copy()
    dZ[np.arange(m), y] -= 1
    dZ /= m
    for l in reversed(range(L)):
        grads["dW%d" % (l + 1)] = cache["A"][l].T.dot(dZ)
        grads["db%d" % (l + 1)] = dZ.sum(axis=0)
        if l:
            dA = dZ.dot(params[l][0].T)
            A = cache["A"][l]
            if kind == "tanh":
                dZ = dA * (1 - A**2)
            elif kind == "relu":
                dZ = dA * (A > 0)
            else:
                dZ = dA * A * (1 - A)
    return [(grads["dW%d" % l], grads["db%d" % l]) for l in range(1, L + 1)]


def recursive(P, y, cache, params, kind="tanh"):
    As, Zs = cache["A"], cache["Z"]

    def rec(l, dZ):
        dA, dW, db = nn.linear_backward(dZ, As[l], params[l][0])
        below = rec(l - 1, nn.activation_backward(dA, Zs[l - 1], kind)) if l else []
        return below + [[dW, db]]

    return rec(len(params) - 1, nn.softmax_cross_entropy_backward(P, y))


def deque_and_einsum(P, y, cache, params, kind="tanh"):
    from collections import deque

    out = deque()
    d = (P - np.eye(P.shape[1])[y]) / P.shape[0]
    for i in range(len(params) - 1, -1, -1):
        out.appendleft((np.einsum("ni,nj->ij", cache["A"][i], d), d.sum(0)))
        if i > 0:
            d = nn.activation_backward(d @ params[i][0].T, cache["Z"][i - 1], kind)
    return list(out)


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


def returns_dict_dw1(P, y, cache, params, kind="tanh"):
    g = nn.mlp_backward(P, y, cache, params, kind)
    return {k: v for i, (a, b) in enumerate(g, 1) for k, v in ((f"dW{i}", a), (f"db{i}", b))}


def returns_dict_w_b_lists(P, y, cache, params, kind="tanh"):
    g = nn.mlp_backward(P, y, cache, params, kind)
    return {"dW": [a for a, _ in g], "db": [b for _, b in g]}


def returns_dws_dbs(P, y, cache, params, kind="tanh"):
    g = nn.mlp_backward(P, y, cache, params, kind)
    return [a for a, _ in g], [b for _, b in g]


def triples_with_da(P, y, cache, params, kind="tanh"):
    return [
        (np.zeros((len(y), a.shape[0])), a, b)
        for a, b in nn.mlp_backward(P, y, cache, params, kind)
    ]


def dz_kept_as_da_forgot_to_go_through_activation_dz_da_and_shap(P, y, cache, params, kind="tanh"):
    grads = []
    dZ = nn.softmax_cross_entropy_backward(P, y)
    for l in reversed(range(len(params))):
        dZ, dW, db = nn.linear_backward(dZ, cache["A"][l], params[l][0])
        grads.insert(0, (dW, db))
    return grads


def activation_backward_only_for_last_hidden_layer(P, y, cache, params, kind="tanh"):
    grads = []
    dZ = nn.softmax_cross_entropy_backward(P, y)
    L = len(params)
    for l in reversed(range(L)):
        dA, dW, db = nn.linear_backward(dZ, cache["A"][l], params[l][0])
        grads.insert(0, (dW, db))
        dZ = nn.activation_backward(dA, cache["Z"][l - 1], kind) if l == L - 1 else dA
    return grads


def appends_never_reversed_and_kind_forgotten(P, y, cache, params, kind="tanh"):
    grads = []
    dZ = nn.softmax_cross_entropy_backward(P, y)
    for l in reversed(range(len(params))):
        dA, dW, db = nn.linear_backward(dZ, cache["A"][l], params[l][0])
        grads.append((dW, db))
        if l:
            dZ = nn.activation_backward(dA, cache["Z"][l - 1], "tanh")
    return grads


def last_pair_missing_stops_at_layer_1(P, y, cache, params, kind="tanh"):
    return nn.mlp_backward(P, y, cache, params, kind)[1:]


ACCEPTED = [
    backward_by_index,
    backward_dividing_at_each_layer,
    backward_example_by_example,
    backward_transposed,
    dict_inside,
    recursive,
    deque_and_einsum,
]


def reversed_without_slopes(P, y, cache, params, kind="tanh"):
    dZ, grads = (P - np.eye(P.shape[1])[y]) / len(y), []
    for A, (W, _) in zip(cache["A"][::-1], params[::-1], strict=True):
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
    return grads


def sign_turned_and_db_averaged(P, y, cache, params, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(-dW, -db / len(y)) for dW, db in grads]


TOLD = [
    # dW from layer's own activation (A_l, not A_{l-1})
    (backward(inp=lambda c, l, P: [*c["A"][1:], P][l]), "outputs-in-dW"),
    # 1 - Z**2 for all kinds
    (backward(slope=lambda dA, Z, A, k: dA * (1 - Z**2)), "activation_backward/z-in-the-tanh-form"),
    # Z(1-Z) for all kinds
    (
        backward(slope=lambda dA, Z, A, k: dA * Z * (1 - Z)),
        "activation_backward/z-in-the-sigmoid-form",
    ),
    # 1 - A**2 for all kinds
    (backward(slope=lambda dA, Z, A, k: dA * (1 - A**2)), "activation_backward/tanh-form-for-all"),
    # A>0 for all kinds
    (backward(slope=lambda dA, Z, A, k: dA * (A > 0)), "activation_backward/positive-for-all"),
    # upstream ignored for relu
    (
        backward(
            slope=lambda dA, Z, A, k: (
                (Z > 0) * 1.0 if k == "relu" else nn.activation_backward(dA, Z, k)
            )
        ),
        "activation_backward/upstream-ignored-for-relu",
    ),
    # upstream ignored for sigmoid
    (
        backward(
            slope=lambda dA, Z, A, k: (
                A * (1 - A) if k == "sigmoid" else nn.activation_backward(dA, Z, k)
            )
        ),
        "activation_backward/upstream-ignored-for-sigmoid",
    ),
    # upstream ignored for all
    (
        backward(slope=lambda dA, Z, A, k: nn.activation_backward(np.ones_like(dA), Z, k)),
        "activation_backward/upstream-ignored",
    ),
    # sigmoid branch uses Z(1-Z) only
    (
        backward(
            slope=lambda dA, Z, A, k: (
                dA * Z * (1 - Z) if k == "sigmoid" else nn.activation_backward(dA, Z, k)
            )
        ),
        "activation_backward/sigmoid-fed-with-z",
    ),
    # tanh branch uses 1-Z**2 only
    (
        backward(
            slope=lambda dA, Z, A, k: (
                dA * (1 - Z**2) if k == "tanh" else nn.activation_backward(dA, Z, k)
            )
        ),
        "activation_backward/tanh-fed-with-z",
    ),
    # sigmoid falls through to tanh
    (
        backward(
            slope=lambda dA, Z, A, k: nn.activation_backward(
                dA, Z, "relu" if k == "relu" else "tanh"
            )
        ),
        "activation_backward/sigmoid-takes-the-slope-of-tanh",
    ),
    # relu missing branch -> slope 1
    (
        backward(slope=lambda dA, Z, A, k: dA if k == "relu" else nn.activation_backward(dA, Z, k)),
        "activation_backward/relu-always-on",
    ),
    # relu slope on A>=0
    (
        backward(
            slope=lambda dA, Z, A, k: (
                dA * (A >= 0) if k == "relu" else nn.activation_backward(dA, Z, k)
            )
        ),
        "activation_backward/relu-always-on",
    ),
    # sign of T-P plus no mean
    (backward(first=lambda P, y: targets(P, y) - P), "factor-size"),
    # bias mean, dW right
    (backward(bias=lambda d: d.mean(0)), "bias-averaged"),
    # bias keepdims
    (backward(bias=lambda d: d.sum(0, keepdims=True)), "linear_backward/bias-kept-as-row"),
    # delta divided by N at each layer twice
    (backward(down=lambda d, w: d @ w.T / len(d)), "averaged-again-below"),
    (returns_dict_dw1, "dict-of-arrays"),
    (returns_dict_w_b_lists, "dict-of-lists"),
    (returns_dws_dbs, "two-lists"),
    (triples_with_da, "wrong-type"),
    (dz_kept_as_da_forgot_to_go_through_activation_dz_da_and_shap, "slope-missing"),
    (activation_backward_only_for_last_hidden_layer, "slope-in-the-last-hidden-layer-only"),
    (appends_never_reversed_and_kind_forgotten, "last-layer-first"),
    (last_pair_missing_stops_at_layer_1, "first-layer-left-out"),
    (reversed_without_slopes, "last-layer-first", "numbers are off as well"),
    (sign_turned_and_db_averaged, "sign", "dW3 is exactly the opposite"),
]
