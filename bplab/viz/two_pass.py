"""The course's signature picture: both passes through a drawn network, on the learner's numbers."""

import numpy as np

from bplab.viz.two_pass_numbers import passes_of
from bplab.viz.two_pass_places import layout_of
from bplab.viz.two_pass_still import drawn
from bplab.viz.widget import interactive

_MOST_UNITS, _MOST_LAYERS, _MOST_EXAMPLES = 6, 4, 24


def two_pass_stepper(
    X,
    y,
    params,
    forward=None,
    backward=None,
    kind="tanh",
    *,
    example=0,
    features=None,
    classes=None,
):
    """Step forward through every layer of a network and back again, on your own arrays.

    Next and Back (or the arrow keys) step; a click on a unit shows its formula with the numbers
    put in; any row of X can be chosen. Forward numbers are black, backward numbers colored.
    Static: the finished passes for one example.

    Parameters
    ----------
    X : (N, D) array
    y : (N,) ints
    params : list of (W, b)
        At most 4 layers and 6 units a layer, to be legible.
    forward, backward : callables, optional
        `forward(X, params, kind) -> (P, cache)` and `backward(P, y, cache, params, kind) -> grads`:
        your `mlp_forward` and `mlp_backward`. The reference ones of `bplab.nn` by default.
    kind : "tanh", "relu" or "sigmoid"
    example : int
        The row of X shown first.
    features, classes : sequences of str, optional
        Names of the inputs and of the outputs.

    Notes
    -----
    Z, A, P, dW and db are what `forward` and `backward` return. The steps between, dZ and dA, are
    worked out from them by the chain rule; where your gradients disagree, the picture says so.
    """
    if forward is None or backward is None:
        from bplab import nn

        forward, backward = forward or nn.mlp_forward, backward or nn.mlp_backward
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    params = [(np.asarray(W, dtype=float), np.asarray(b, dtype=float)) for W, b in params]
    widths = _widths(X, params)
    rows = min(len(X), _MOST_EXAMPLES)
    if not 0 <= example < rows:
        raise ValueError(f"example must be one of the first {rows} rows of X, got {example}.")
    passes = passes_of(X, y, params, forward, backward, kind, widths)
    state = _of_rows(passes, rows) | {
        "title": "Forward and backward through a network",
        "widths": widths,
        "kind": kind,
        "N": len(X),
        "y": y[:rows],
        "example": example,
        "W": [W for W, _ in params],
        "b": [b for _, b in params],
        "features": _names(features, "x{}", widths[0]),
        "outputs": _names(classes, "class {}", widths[-1]),
        "steps": _steps(len(params)),
        "layout": layout_of(widths),
    }
    return interactive("two_pass", state, drawn(state))


def _of_rows(passes, rows):
    """Both passes, what is of an example for the first `rows` only."""
    own = {key: [array[:rows] for array in passes[key]] for key in ("Z", "A", "dZ", "dA")}
    own |= {key: passes[key][:rows] for key in ("P", "losses")}
    return own | {key: passes[key] for key in ("dW", "db", "loss", "doubts")}


def _names(given, pattern, count):
    return list(given) if given is not None else [pattern.format(i) for i in range(count)]


def _widths(X, params):
    if X.ndim != 2:
        raise ValueError(f"X must be (N, D), got shape {X.shape}.")
    widths = [X.shape[1]]
    for i, (W, b) in enumerate(params, start=1):
        if W.shape != (widths[-1], b.size):
            raise ValueError(f"W{i} must be ({widths[-1]}, {b.size}), got {W.shape}.")
        widths.append(b.size)
    if len(params) > _MOST_LAYERS or max(widths) > _MOST_UNITS:
        named = "-".join(map(str, widths))
        raise ValueError(
            f"widths {named} cannot be read in a drawing: at most {_MOST_LAYERS} layers of "
            f"{_MOST_UNITS} units. Draw a smaller network; the passes are the same."
        )
    return widths


def _steps(L):
    steps = [{"what": "X", "layer": 0, "way": "forward"}]
    for i in range(1, L + 1):
        steps.append({"what": "Z", "layer": i, "way": "forward"})
        steps.append({"what": "A" if i < L else "P", "layer": i, "way": "forward"})
    steps.append({"what": "loss", "layer": L, "way": "forward"})
    for i in range(L, 0, -1):
        steps.append({"what": "dZ", "layer": i, "way": "backward"})
        steps.append({"what": "dW", "layer": i, "way": "backward"})
        steps.append({"what": "dA" if i > 1 else "dX", "layer": i - 1, "way": "backward"})
    return steps
