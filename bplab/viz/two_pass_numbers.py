"""The numbers of both passes, from the learner's own functions, and where they disagree."""

import numpy as np


def passes_of(X, y, params, forward, backward, kind, widths):
    """Both passes by the learner's functions, the steps between them, and the doubts: a dict.

    Raises ValueError where an array has another shape than the network's `widths` say.
    """
    P, cache = forward(X, params, kind)
    L, N = len(params), len(X)
    Z, A = _layers(cache, "Z", L), _layers(cache, "A", L)
    for name, arrays, of in (("Z", Z, widths[1:]), ("A", A, widths[:-1])):
        for i, (array, width) in enumerate(zip(arrays, of, strict=True)):
            if array.shape != (N, width):
                raise ValueError(
                    f"cache[{name!r}][{i}] must be ({N}, {width}), got {array.shape}; "
                    "A is [X, A1, ...], what goes into each layer, and Z is [Z1, ..., ZL]."
                )
    P = np.asarray(P, dtype=float)
    if P.shape != (N, widths[-1]):
        raise ValueError(f"forward must return P of shape ({N}, {widths[-1]}), got {P.shape}.")
    dW, db = _grads(backward(P, y, cache, params, kind), L)
    dZ, dA = _chain(P, y, Z, A, params, kind)
    losses = -np.log(np.clip(P[np.arange(N), y], 1e-12, None))
    doubts = _doubts(Z, A, P, dZ, dW, db, params, kind)
    dW = [_fit(g, W.shape) for g, (W, _) in zip(dW, params, strict=True)]
    db = [_fit(g, b.shape) for g, (_, b) in zip(db, params, strict=True)]
    return {
        "Z": Z, "A": A, "P": P, "dZ": dZ, "dA": dA, "dW": dW, "db": db,
        "losses": losses, "loss": losses.mean(), "doubts": doubts,
    }  # fmt: skip


def _grads(grads, L):
    try:
        pairs = [(np.asarray(dW, dtype=float), np.asarray(db, dtype=float)) for dW, db in grads]
    except (TypeError, ValueError):
        raise ValueError("backward must return a list of (dW, db), first layer first.") from None
    if len(pairs) != L:
        raise ValueError(f"backward must return {L} pairs (dW, db), one a layer, got {len(pairs)}.")
    return [dW for dW, _ in pairs], [db for _, db in pairs]


def _fit(array, shape):
    """An array of another shape cannot be drawn: nan in its place, and the doubt says why."""
    return array if array.shape == shape else np.full(shape, np.nan)


def _layers(cache, name, L):
    if not isinstance(cache, dict) or name not in cache:
        raise ValueError(f"the cache must be a dict with the list {name!r}.")
    if len(cache[name]) != L:
        raise ValueError(
            f"cache[{name!r}] must hold {L} arrays, one a layer, got {len(cache[name])}."
        )
    return [np.asarray(array, dtype=float) for array in cache[name]]


def _slope(kind, Z):
    if kind == "relu":
        return (Z > 0) * 1.0
    a = _activate(kind, Z)
    return 1 - a**2 if kind == "tanh" else a * (1 - a)


def _activate(kind, Z):
    if kind not in ("tanh", "relu", "sigmoid"):
        raise ValueError(f"kind must be tanh, relu or sigmoid, got {kind!r}.")
    if kind == "tanh":
        return np.tanh(Z)
    return np.maximum(Z, 0) if kind == "relu" else 1 / (1 + np.exp(-Z))


def _chain(P, y, Z, A, params, kind):
    """dZ of every layer and dA of what goes into it, last layer first computed."""
    N, L = len(P), len(params)
    dZ, dA = [None] * L, [None] * L
    dZ[-1] = (P - np.eye(P.shape[1])[y]) / N
    for layer in reversed(range(L)):
        dA[layer] = dZ[layer] @ params[layer][0].T
        if layer:
            dZ[layer - 1] = dA[layer] * _slope(kind, Z[layer - 1])
    return dZ, dA


def _doubts(Z, A, P, dZ, dW, db, params, kind):
    """Where the learner's arrays are not what the ones before them give: {array: sentence}."""
    doubts = {}
    softmax = np.exp(Z[-1] - Z[-1].max(axis=1, keepdims=True))
    expected = {"P": (P, softmax / softmax.sum(axis=1, keepdims=True))}
    for i, (W, b) in enumerate(params):
        expected[f"Z{i + 1}"] = (Z[i], A[i] @ W + b)
        if i:
            expected[f"A{i}"] = (A[i], _activate(kind, Z[i - 1]))
        expected[f"dW{i + 1}"] = (dW[i], A[i].T @ dZ[i])
        expected[f"db{i + 1}"] = (db[i], dZ[i].sum(axis=0))
    for name, (yours, ours) in expected.items():
        if yours.shape != ours.shape:
            doubts[name] = f"Your {name} has shape {yours.shape}; expected {ours.shape}."
        elif not np.allclose(yours, ours, rtol=1e-6, atol=1e-10):
            at = np.unravel_index(np.argmax(np.abs(yours - ours)), ours.shape)
            place = f"{name}[{','.join(map(str, at))}]"
            doubts[name] = (
                f"Your {place} is {short(yours[at])}; the formula gives {short(ours[at])}."
            )
    return doubts


def short(x):
    """A number in at most seven characters (also in two_pass.js)."""
    x = float(x)
    size = abs(x)
    if not np.isfinite(x):
        return str(x)
    if x == int(x) and size < 1e5:
        return str(int(x)).replace("-", "−")
    if size < 1e-3 or size >= 1e4:
        mantissa, power = f"{x:.1e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    digits = 2 - int(np.floor(np.log10(size))) if size < 0.1 else 3 if size < 10 else 1
    return f"{x:.{min(digits, 4)}f}".replace("-", "−")


def in_brackets(x):
    return f"({short(x)})" if x < 0 else short(x)
