"""mlp_forward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np

from bplab import nn


def forward_with_more_in_the_cache(X, params, kind="tanh"):
    A, Zs = X, []
    inputs = []
    for layer, (W, b) in enumerate(params):
        inputs.append(A)
        Z = A @ W + b
        Zs.append(Z)
        last = layer == len(params) - 1
        A = nn.softmax(Z) if last else nn.activation_forward(Z, kind)
    return A, {"A": tuple(inputs), "Z": Zs, "P": A, "kind": kind, "params": params}


def forward_by_index(X, params, kind="tanh"):
    L = len(params)
    cache = {"Z": [None] * L, "A": [X.copy()] + [None] * (L - 1)}
    for l in range(L):
        W, b = params[l]
        cache["Z"][l] = cache["A"][l] @ W + b
        if l < L - 1:
            cache["A"][l + 1] = nn.activation_forward(cache["Z"][l], kind)
    return [nn.softmax(cache["Z"][-1]), cache]


def forward_recursive(X, params, kind="tanh"):
    (W, b), rest = params[0], params[1:]
    Z = X @ W + b
    if not rest:
        return nn.softmax(Z), {"A": [X], "Z": [Z]}
    P, above = forward_recursive(nn.activation_forward(Z, kind), rest, kind)
    return P, {"A": [X, *above["A"]], "Z": [Z, *above["Z"]]}


def one_loop(X, params, kind="tanh"):
    A = X
    As = []
    Zs = []
    L = len(params)
    for l, (W, b) in enumerate(params, start=1):
        As.append(A)
        Z = A.dot(W) + b
        Zs.append(Z)
        A = nn.softmax(Z) if l == L else nn.activation_forward(Z, kind)
    return A, dict(A=As, Z=Zs)


def recursive(X, params, kind="tanh"):
    def helper(A, layers):
        W, b = layers[0]
        Z = A @ W + b
        if len(layers) == 1:
            return nn.softmax(Z), [A], [Z]
        P, As, Zs = helper(nn.activation_forward(Z, kind), layers[1:])
        return P, [A] + As, [Z] + Zs

    P, As, Zs = helper(X, params)
    return (P, {"Z": Zs, "A": As})


def one_entry_too_many_in_cache_a_a_l_p(X, params, kind="tanh"):
    A = [X]
    Z = []
    for i, (W, b) in enumerate(params):
        Z.append(A[-1] @ W + b)
        A.append(nn.softmax(Z[-1]) if i == len(params) - 1 else nn.activation_forward(Z[-1], kind))
    return A[-1], {"A": A, "Z": Z}


def cache_as_list_of_tuples(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, list(zip(c["A"], c["Z"]))


def cache_as_tuple_a_z(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, (c["A"], c["Z"])


def lower_case_keys(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, {"a": c["A"], "z": c["Z"]}


def a_without_x(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, {"A": c["A"][1:], "Z": c["Z"]}


def keys_a0_z1(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, {
        **{f"A{i}": a for i, a in enumerate(c["A"])},
        **{f"Z{i + 1}": a for i, a in enumerate(c["Z"])},
    }


def returns_p_a_z(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P, c["A"], c["Z"]


def x_used_in_every_layer_shape_error(X, params, kind="tanh"):
    cache = {"A": [X], "Z": []}
    for W, b in params:
        Z = X @ W + b
        cache["Z"].append(Z)
        cache["A"].append(nn.activation_forward(Z, kind))
    return nn.softmax(Z), cache


def kind_ignored(X, params, kind="tanh"):
    return nn.mlp_forward(X, params, "tanh")


def z_stored_after_activation_same_list(X, params, kind="tanh"):
    A = [X]
    Z = []
    for W, b in params[:-1]:
        A.append(nn.activation_forward(A[-1] @ W + b, kind))
        Z.append(A[-1])
    Z.append(A[-1] @ params[-1][0] + params[-1][1])
    return nn.softmax(Z[-1]), {"A": A, "Z": Z}


def softmax_over_axis_0(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    E = np.exp(c["Z"][-1])
    return E / E.sum(axis=0), c


def softmax_all_layers(X, params, kind="tanh"):
    A = [X]
    Z = []
    for W, b in params:
        Z.append(A[-1] @ W + b)
        A.append(nn.softmax(Z[-1]))
    return A[-1], {"A": A[:-1], "Z": Z}


def p_is_argmax(X, params, kind="tanh"):
    P, c = nn.mlp_forward(X, params, kind)
    return P.argmax(axis=1), c


def bias_free_hidden(X, params, kind="tanh"):
    return nn.mlp_forward(X, [(W, 0 * b) for W, b in params[:-1]] + [params[-1]], kind)


ACCEPTED = [
    forward_with_more_in_the_cache,
    forward_by_index,
    forward_recursive,
    one_loop,
    recursive,
]

TOLD = [
    (one_entry_too_many_in_cache_a_a_l_p, "output-cached"),
    (cache_as_list_of_tuples, "wrong-type"),
    (cache_as_tuple_a_z, "wrong-type"),
    (lower_case_keys, "wrong-type"),
    (a_without_x, "inputs-not-cached"),
    (keys_a0_z1, "wrong-type"),
    (returns_p_a_z, "wrong-type"),
    (x_used_in_every_layer_shape_error, "raised"),
    (kind_ignored, "kind-ignored"),
    (z_stored_after_activation_same_list, "activations-cached-as-Z"),
    (softmax_over_axis_0, "softmax/over-the-examples"),
    (softmax_all_layers, "softmax-everywhere"),
    (p_is_argmax, "reduced-too-far"),
    (bias_free_hidden, "as-if"),
]
