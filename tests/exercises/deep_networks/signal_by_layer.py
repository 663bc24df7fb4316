"""signal_by_layer: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def layer_by_layer(X, params, kind):
    A, found = X, []
    for W, b in params[:-1]:
        A = nn.activation_forward(A @ W + b, kind)
        found.append(np.sqrt(np.mean((A - A.mean()) ** 2)))
    return found


def from_the_cache(X, params, kind):
    P, cache = nn.mlp_forward(X, params, kind)
    return [float(np.std(A)) for A in cache["A"][1:]]


def filled_in(X, params, kind):
    signal = np.zeros(len(params) - 1)
    _, cache = nn.mlp_forward(X, params, kind)
    for i in range(len(signal)):
        signal[i] = np.std(cache["A"][i + 1].ravel())
    return signal


def of(measure, of=lambda cache: cache["A"][1:]):
    return lambda X, params, kind: np.array(
        [measure(A) for A in of(nn.mlp_forward(X, params, kind)[1])]
    )


ACCEPTED = [layer_by_layer, from_the_cache, filled_in]


def of_sizes(X, params, kind):
    P, cache = nn.mlp_forward(X, params, kind)
    out = []
    for A in cache["A"][1:]:
        out.append(np.abs(A).std())
    return np.array(out)


def sums_handed_on(X, params, kind):
    out, A = [], X
    for W, b in params[:-1]:
        Z = A @ W + b
        out.append(np.std(nn.activation_forward(Z, kind)))
        A = Z
    return np.array(out)


TOLD = [
    (sums_handed_on, "sum-handed-on"),
    (of_sizes, "of-the-sizes"),
    (of(lambda A: np.sqrt(np.mean((A - A.mean(axis=0)) ** 2))), "about-each-unit"),
    (of(lambda A: A.std(axis=0)[0]), "signal"),
    (of(np.std, lambda cache: cache["Z"]), "signal has shape"),
    (of(np.std, lambda cache: cache["Z"][:-1]), "before-the-activation"),
    (of(lambda A: A.std(axis=0).mean()), "unit-by-unit"),
    (of(lambda A: A.std(axis=1).mean()), "example-by-example"),
    (of(lambda A: np.abs(A).mean()), "mean-size"),
    (of(np.var, lambda cache: cache["Z"][:-1]), "variance-and-before-the-activation"),
    (lambda X, params, kind: of(np.std)(X, params, "tanh"), "kind-ignored"),
    (
        lambda X, params, kind: of(lambda A: np.sqrt(np.mean(A**2)))(
            X, [(W, 0 * b) for W, b in params], kind
        ),
        "root-mean-square-and-bias-forgotten",
    ),
    (lambda X, params, kind: np.std(X), "signal"),
    (lambda X, params, kind: nn.mlp_forward(X, params, kind)[1]["A"].std(), "no attribute"),
    (lambda X, params, kind: of(np.std)(X[:1], params, kind), "signal"),
    (lambda X, params, kind: of(np.std)(X, params, kind) ** 2, "variance"),
]
