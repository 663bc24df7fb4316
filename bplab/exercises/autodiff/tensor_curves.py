"""Tensor: what may stand in place of a function, and of its slope."""

import numpy as np

# What may stand in place of a function, of the array a.
OTHER_CURVES = {
    "tanh": (
        ("the tanh of a / 2", lambda a: np.tanh(a / 2)),
        ("the tanh of 2 a", lambda a: np.tanh(2 * a)),
        ("the sigmoid of a", lambda a: 1 / (1 + np.exp(-a))),
    ),
    "exp": (("exp of -a", lambda a: np.exp(-a)), ("2 to the power a", np.exp2)),
    "log": (
        ("the logarithm to base 2", np.log2),
        ("the logarithm to base 10", np.log10),
        ("the logarithm of 1 + a", np.log1p),
        *(
            (f"the logarithm of a + {eps:g}", lambda a, eps=eps: np.log(a + eps))
            for eps in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
        ),
    ),
    "relu": (
        *(
            (
                f"{leak:g} a where a is negative, as a leaky relu does",
                lambda a, leak=leak: np.where(a > 0, a, leak * a),
            )
            for leak in (0.001, 0.01, 0.1, 0.2)
        ),
        ("a without its signs", np.abs),
        ("a where it is negative", lambda a: np.minimum(a, 0)),
    ),
}


def _ln(a):
    return np.log(np.abs(a))


CURVES = {"exp": np.exp, "log": _ln, "tanh": np.tanh, "relu": lambda a: np.maximum(a, 0.0)}
# What may stand where the slope belongs, of what went in and of what came out.
SLOPES = (
    ("what went in", lambda a, t: a),
    ("what came out", lambda a, t: t),
    ("1", lambda a, t: np.ones_like(a)),
    ("one over what came out", lambda a, t: 1 / t),
    ("one over what went in, squared", lambda a, t: 1 / a**2),
    ("1 minus what came out", lambda a, t: 1 - t),
    ("1 minus the square of what went in", lambda a, t: 1 - a**2),
    ("t (1 - t), of what came out", lambda a, t: t * (1 - t)),
    ("one over 1 minus the square of what came out", lambda a, t: 1 / (1 - t**2)),
)
