"""two_neuron_backward: what must pass, and what must be told."""

import numpy as np
from scipy.special import expit

from bplab import nn
from bplab.exercises import find


def two_backward_by_slopes_at_z(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * nn.sigmoid_grad(values["z2"])
    dz1 = dz2 * w2 * nn.tanh_grad(values["z1"])
    return {"dx": w1 * dz1, "dw1": x * dz1, "db1": dz1, "dw2": values["a1"] * dz2, "db2": dz2}


def two_backward_by_textbook(x, y, w1, w2, values):
    """Err_j = O_j (1 - O_j) (T_j - O_j); the squared error has a slope of -2 Err."""
    err2 = values["a2"] * (1 - values["a2"]) * (y - values["a2"])
    err1 = (1 - values["a1"]) * (1 + values["a1"]) * err2 * w2
    share = {"dw1": err1 * x, "db1": err1, "dw2": err2 * values["a1"], "db2": err2}
    return {name: np.float64(-2 * s) for name, s in (share | {"dx": err1 * w1}).items()}


def two_backward_recomputed(x, y, w1, w2, values):
    a1, a2 = np.tanh(values["z1"]), expit(values["z2"])
    out = {}
    out["db2"] = np.array(2 * (a2 - y) / (2 + 2 * np.cosh(values["z2"])))
    out["dw2"] = out["db2"] * a1
    out["db1"] = out["db2"] * w2 / np.cosh(values["z1"]) ** 2
    out["dw1"] = out["db1"] * x
    out["dx"] = out["db1"] * w1
    out["da2"] = 2 * (a2 - y)
    return out


def changed(name, **changes):
    """The reference with some of its values computed otherwise, from all it is given and gives."""
    reference = getattr(nn, name)

    def fn(*args):
        names = find(name).signature.partition("(")[2].rstrip(")").split(", ")
        given = dict(zip(names, args, strict=True))
        right = reference(*args)
        all_known = given | given.get("values", {}) | right
        return right | {key: change(all_known) for key, change in changes.items()}

    return fn


def difference_squared(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    dz1 = dz2 * w2 * (1 - values["a1"]) ** 2
    return dict(dw1=dz1 * x, db1=dz1, dw2=dz2 * values["a1"], db2=dz2, dx=dz1 * w1)


def back_through_w1(x, y, w1, w2, values):
    a1, a2 = (values["a1"], values["a2"])
    dz2 = 2 * (a2 - y) * a2 * (1 - a2)
    dz1 = dz2 * w1 * (1 - a1**2)
    return dict(dw1=dz1 * x, db1=dz1, dw2=dz2 * a1, db2=dz2, dx=dz1 * w1)


def sign_and_another_slope(x, y, w1, w2, values):
    a1, a2 = (values["a1"], values["a2"])
    dz2 = 2 * (y - a2) * a2 * (1 - a2)
    dz1 = dz2 * w2 * (1 - a1)
    return dict(dw1=dz1 * x, db1=dz1, dw2=dz2 * a1, db2=dz2, dx=dz1 * w1)


ACCEPTED = [
    two_backward_by_slopes_at_z,
    two_backward_by_textbook,
    two_backward_recomputed,
]

TOLD = [
    (sign_and_another_slope, "sign"),
    (back_through_w1, "sent-back-through-w1"),
    (difference_squared, "hidden-slope-of-the-difference"),
    (changed("two_neuron_backward", dw2=lambda v: v["dw2"] * v["w2"]), "exactly w2 times"),
    (changed("two_neuron_backward", dw1=lambda v: v["db1"] * v["z2"]), "exactly z2/x times"),
    (changed("two_neuron_backward", dx=lambda v: v["db1"] * v["a1"]), "dx is exactly a1/w1 times"),
    (changed("two_neuron_backward", db1=lambda v: v["db2"]), "place of db1 is db2"),
    (changed("two_neuron_backward", db2=lambda v: 0.0), "db2 is 0"),
    (
        lambda *args: {k: v for k, v in nn.two_neuron_backward(*args).items() if k != "dx"},
        "no entry 'dx'",
    ),
]
