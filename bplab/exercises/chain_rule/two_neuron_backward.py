"""Two neurons in a row, backward."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import two_neurons

two_neuron_backward = Exercise(
    "two_neuron_backward",
    "02_chain_rule",
    nn.two_neuron_backward,
    returns="gradients",
    points=3,
    order=("db2", "dw2", "db1", "dw1", "dx"),
    achieved="You have applied the chain rule link by link; a deep network only has more links.",
)


@two_neuron_backward.paper
def _(rng):
    for case in two_neurons(rng):
        values = nn.two_neuron_forward(**case)
        yield {**{name: case[name] for name in ("x", "y", "w1", "w2")}, "values": values}


def _backward(x, y, w1, w2, values, da2=None, slope2=None, da1=None, slope1=None, **changed):
    """The right backward pass but for the links given as functions of `values`."""
    v = {**values, "x": x, "y": y, "w1": w1, "w2": w2}
    da2 = 2 * (v["a2"] - y) if da2 is None else da2(v)
    dz2 = da2 * (v["a2"] * (1 - v["a2"]) if slope2 is None else slope2(v))
    da1 = dz2 * w2 if da1 is None else da1(v, dz2)
    dz1 = da1 * (1 - v["a1"] ** 2 if slope1 is None else slope1(v))
    grads = {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * v["a1"], "db2": dz2, "dx": dz1 * w1}
    links = {"da2": da2, "dz2": dz2, "da1": da1, "dz1": dz1}
    return grads | {name: change(v, links) for name, change in changed.items()}


@two_neuron_backward.mistake(
    "sign",
    "db2 has the right size and the opposite sign; the other four are made from it.",
    "Prediction minus label, or label minus prediction? Take y = 1 and a2 = 0.6: should L grow or "
    "shrink as a2 grows?",
    "L = (a2 - y)**2, so dL/da2 = 2 (a2 - y): negative while a2 is still below y.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da2=lambda v: 2 * (v["y"] - v["a2"]))


@two_neuron_backward.mistake(
    "no-factor-2",
    "db2 is exactly half of what it should be; the other four are made from it.",
    "They all come from the first link, dL/da2. What comes down from the exponent of the square?",
    "The derivative of (a2 - y)**2 is 2 (a2 - y). This course's squared error has no one half to "
    "cancel the 2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da2=lambda v: v["a2"] - v["y"])


@two_neuron_backward.mistake(
    "cross-entropy-start",
    "db2 is a2 - y, as if the loss were the cross-entropy; the other four are made from it.",
    "There the slope of the sigmoid canceled. Does it cancel for the squared error?",
    "dz2 = dL/da2 * da2/dz2 with dL/da2 = 2 (a2 - y) and da2/dz2 = a2 (1 - a2). Nothing cancels.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, lambda v: v["a2"] - v["y"], lambda v: 1.0)


@two_neuron_backward.mistake(
    "sigmoid-slope-missing",
    "db2 is too large, at least 4 times: the slope of the sigmoid is missing; the other four are "
    "made from it.",
    "You have dL/da2. b2 and w2 act on z2. What lies between a2 and z2?",
    "dz2 = dL/da2 * da2/dz2, and da2/dz2 = a2 (1 - a2), which is at most 1/4.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope2=lambda v: 1.0)


@two_neuron_backward.mistake(
    "slope-at-activation",
    "db2 comes from the sigmoid's slope at a2; the curve was entered at z2.",
    "Your slope function wants a pre-activation. Which of the saved values did you give it?",
    "sigma'(z2) = a2 (1 - a2). Either give z2 to the slope function, or a2 to this formula.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        slope2=lambda v: nn.sigmoid_grad(v["a2"]), slope1=lambda v: nn.tanh_grad(v["a1"]),
    )  # fmt: skip


@two_neuron_backward.mistake(
    "hidden-slope-at-activation",
    "db2 and dw2 are right; db1, dw1 and dx use the slope of tanh at a1, but the curve was entered "
    "at z1.",
    "Your slope function wants a pre-activation. Which of the saved values did you give it?",
    "tanh'(z1) = 1 - a1**2. Either give z1 to the slope function, or a1 to this formula.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: nn.tanh_grad(v["a1"]))


@two_neuron_backward.mistake(
    "output-form-of-z",
    "db2 uses z2 (1 - z2): the short form of the sigmoid's slope, fed with z2.",
    "The short form is written with the activation. Which saved value is that?",
    "da2/dz2 = a2 (1 - a2): it lies between 0 and 1/4 for every z2.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        slope2=lambda v: v["z2"] * (1 - v["z2"]), slope1=lambda v: 1 - v["z1"] ** 2,
    )  # fmt: skip


@two_neuron_backward.mistake(
    "hidden-output-form-of-z",
    "db2 and dw2 are right; db1, dw1 and dx use 1 - z1**2: the short form of tanh's slope, fed "
    "with z1.",
    "The short form is written with the activation. Which saved value holds tanh(z1)?",
    "da1/dz1 = 1 - a1**2: it lies between 0 and 1 for every z1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: 1 - v["z1"] ** 2)


@two_neuron_backward.mistake(
    "tanh-slope-missing",
    "db2 and dw2 are right; db1, dw1 and dx lack the slope of tanh: you went from a1 to z1 for "
    "free.",
    "w1 acts on z1. What lies between a1 and z1?",
    "dz1 = da1 * (slope of tanh at z1), and that slope is 1 - a1**2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: 1.0)


@two_neuron_backward.mistake(
    "sigmoid-shortcut-for-tanh",
    "db2 and dw2 are right; db1, dw1 and dx use a1 (1 - a1), which is the sigmoid's slope.",
    "Which activation does the first neuron have?",
    "For a1 = tanh(z1), da1/dz1 = 1 - a1**2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: v["a1"] * (1 - v["a1"]))


@two_neuron_backward.mistake(
    "w2-skipped",
    "db2 and dw2 are right; db1, dw1 and dx are too large by 1/w2: the blame went back without "
    "passing the weight.",
    "a1 reaches z2 through a product. What is the derivative of w2 a1 + b2 with respect to a1?",
    "da1 = dz2 * w2. A weight of 0.1 let only a tenth of a1 through, so it sends back a tenth.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: dz2)


@two_neuron_backward.mistake(
    "raw-error-sent-back",
    "db2 and dw2 are right; db1, dw1 and dx start from dL/da2, not from dz2.",
    "You worked out dz2 and then did not use it. Which of the two is the blame at z2?",
    "da1 = dz2 * w2: what is sent back through w2 has already passed the sigmoid.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: 2 * (v["a2"] - v["y"]) * v["w2"])


@two_neuron_backward.mistake(
    "wrong-input-of-w2",
    "dw2 is dz2 * z1.",
    "What was w2 multiplied by on the way forward?",
    "z2 = w2 a1 + b2, so dz2/dw2 = a1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["z1"])


@two_neuron_backward.mistake(
    "w2-blamed-for-x",
    "dw2 is dz2 * x.",
    "What was w2 multiplied by on the way forward: x, or what the first neuron made of it?",
    "z2 = w2 a1 + b2, so dz2/dw2 = a1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["x"])


@two_neuron_backward.mistake(
    "biases-after-activation",
    "The biases got the blame of the activations: db2 is dL/da2, and db1 is dL/da1.",
    "Is a bias added before or after the activation?",
    "z2 = w2 a1 + b2, so db2 = dz2 * 1; in the same way db1 = dz1.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values, db1=lambda v, d: d["da1"], db2=lambda v, d: d["da2"]
    )  # fmt: skip


@two_neuron_backward.mistake(
    "bias1-after-activation",
    "db1 got the blame of a1: it is dL/da1.",
    "Is b1 added before or after the tanh?",
    "z1 = w1 x + b1, so db1 = dz1 * 1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, db1=lambda v, d: d["da1"])


@two_neuron_backward.mistake(
    "w1-and-x-swapped",
    "dw1 and dx have changed places.",
    "z1 = w1 x + b1. What is its derivative with respect to w1, and what with respect to x?",
    "In a product each factor's slope is the other factor: dw1 = dz1 * x and dx = dz1 * w1.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        dw1=lambda v, d: d["dz1"] * v["w1"], dx=lambda v, d: d["dz1"] * v["x"],
    )  # fmt: skip


@two_neuron_backward.mistake(
    "dx-without-w1",
    "dx is dz1, without the weight that x passed through.",
    "If w1 were 0, would nudging x change the loss?",
    "z1 = w1 x + b1, so dx = dz1 * w1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dx=lambda v, d: d["dz1"])


@two_neuron_backward.mistake(
    "dz2-off",
    "db2 is off, and it is dz2 itself: the two links from the loss to z2.",
    "Work out dL/da2 and da2/dz2 of this case by hand. Which of the two do you not find in your "
    "code?",
    "L = (a2 - y)**2 gives 2 (a2 - y); a2 = sigma(z2) gives a2 (1 - a2). dz2 is their product.",
    when="db2",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope2=lambda v: (v["a2"] * (1 - v["a2"])) ** 2)


@two_neuron_backward.mistake(
    "dw2-off",
    "db2 is right, so dz2 is; dw2 is off.",
    "Which number did w2 meet on the way forward?",
    "z2 = w2 a1 + b2, so dw2 = dz2 * a1.",
    when="dw2",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["a2"])


@two_neuron_backward.mistake(
    "dz1-off",
    "The second neuron is right; db1 is off, and it is dz1 itself: the two links from z2 to z1.",
    "z2 = w2 a1 + b2 and a1 = tanh(z1). Which slope does each of them put into the chain?",
    "dz1 = dz2 * w2 * (1 - a1**2).",
    when="db1",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: dz2 * v["w2"] * v["a1"])


@two_neuron_backward.mistake(
    "dw1-off",
    "db1 is right, so dz1 is; dw1 is off.",
    "Which number did w1 meet on the way forward?",
    "z1 = w1 x + b1, so dw1 = dz1 * x.",
    when="dw1",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw1=lambda v, d: d["dz1"] * v["a1"])


@two_neuron_backward.mistake(
    "dx-off",
    "Everything is right but dx.",
    "Which number did x meet on the way forward?",
    "z1 = w1 x + b1, so dx = dz1 * w1: the input is one more thing that z1 was made from.",
    when="dx",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dx=lambda v, d: d["dz1"] * v["w2"])


@two_neuron_backward.mistake(
    "hidden-slope-of-the-difference",
    "db2 and dw2 are right; db1, dw1 and dx use (1 - a1)**2.",
    "What exactly is squared in the slope of tanh?",
    "da1/dz1 = 1 - a1**2: the square is of a1 alone. (1 - a1)**2 is another number.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: (1 - v["a1"]) ** 2)


@two_neuron_backward.mistake(
    "sent-back-through-w1",
    "db2 and dw2 are right; db1, dw1 and dx went back through w1 where w2 lies on the way.",
    "Which weight did a1 meet on its way to z2?",
    "z2 = w2 a1 + b2, so da1 = dz2 * w2. w1 comes in one step further up, for dx.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: dz2 * v["w1"])
