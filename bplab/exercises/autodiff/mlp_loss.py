"""mlp_loss: a network's loss as an expression of tensors."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.nn import Tensor

mlp_loss = Exercise(
    "mlp_loss",
    "10_autodiff",
    nn.mlp_loss,
    returns="loss",
    points=3,
    driver="tensor loss",
    shapes={"X": "N D"},
    achieved="The loss is written forward only; the engine finds its gradients.",
)


@mlp_loss.paper
def _(rng):
    for widths, kind in (
        ((3, 5, 4), "tanh"), ((4, 6, 5, 3), "relu"), ((5, 4, 3, 2), "tanh"), ((3, 4), "relu"),
    ):  # fmt: skip
        yield _case(rng, widths, kind)
    case = _case(rng, (3, 5, 4), "tanh")
    case["weights"][-1] = rng.permutation([1000.0, -1000.0, 400.0, 0.0])
    yield case
    yield _one_far_above(rng)


def _one_far_above(rng):
    """One layer, in which one row's scores lie a thousand above the others'."""
    case = _case(rng, (3, 4), "relu")
    X, (W, _) = case["X"], case["weights"]
    X[0] *= 1500.0 / np.abs(X[0] @ W).max()
    X[0] *= np.sign(np.sort(X[0] @ W)[[0, -1]].sum())
    case["y"][0] = (X[0] @ W).argmax()
    return case


def _case(rng, widths, kind):
    """A network whose hidden pre-activations are away from 0."""
    N = 7
    while True:
        X, weights = rng.normal(size=(N, widths[0])), []
        for i, o in zip(widths, widths[1:], strict=False):
            weights += [rng.normal(size=(i, o)) * 0.8, rng.normal(size=o) * 0.5]
        _, cache = nn.mlp_forward(X, nn.pair_up(weights), kind)
        if all(np.abs(Z).min() > 1e-3 for Z in cache["Z"][:-1]):
            break
    y = rng.integers(0, widths[-1], N)
    y[:2] = 0, widths[-1] - 1
    return {"X": X, "y": y, "weights": weights, "kind": kind}


def _scores(X, tensors, kind, last=False):
    A = Tensor(X)
    for layer in range(0, len(tensors), 2):
        Z = A @ tensors[layer] + tensors[layer + 1]
        A = Z if layer == len(tensors) - 2 and not last else getattr(Z, kind)()
    return A


def _loss(scores, y):
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return scores.exp().sum(axis=1).log() - scores[np.arange(len(y)), y]


@mlp_loss.mistake(
    "summed-not-averaged",
    "The losses of the {N} examples are added up, not averaged.",
    "The loss of the course is a mean over the examples. Which reduction is your last one?",
    "L = 1/N times the sum over i: the backward pass then carries the 1/N by itself.",
)
def _(X, y, tensors, kind):
    return _loss(_scores(X, tensors, kind), y).sum()


@mlp_loss.mistake(
    "averaged-over-classes-too",
    "The mean runs over examples and classes: a factor of the number of classes is lost.",
    "How many losses are there, one an example or one an entry of the table?",
    "Each example pays once, for its own class: a mean of N numbers.",
)
def _(X, y, tensors, kind):
    each = _loss(_scores(X, tensors, kind), y)
    return each.sum() / (len(y) * tensors[-1].data.size)


@mlp_loss.mistake(
    "activation-at-the-end",
    "The scores of the last layer go through the activation too.",
    "Which layers are hidden? What does the loss expect of the last one?",
    "The last layer gives scores, any number from minus to plus infinity; softmax makes "
    "probabilities of them, and needs no other bend.",
)
def _(X, y, tensors, kind):
    return _loss(_scores(X, tensors, kind, last=True), y).mean()


@mlp_loss.mistake(
    "no-activation",
    "No activation stands between the layers: the network is one straight map.",
    "What happens to Z of a hidden layer before the next layer takes it?",
    "A = kind(Z) after every layer but the last.",
)
def _(X, y, tensors, kind):
    A = Tensor(X)
    for layer in range(0, len(tensors), 2):
        A = A @ tensors[layer] + tensors[layer + 1]
    return _loss(A, y).mean()


@mlp_loss.mistake(
    "always-tanh",
    "Every network is treated as one of tanh: the one of kind relu comes out wrong.",
    "Where do you look at the argument kind?",
    "kind names the activation of the hidden layers, tanh or relu.",
)
def _(X, y, tensors, kind):
    return _loss(_scores(X, tensors, "tanh"), y).mean()


@mlp_loss.mistake(
    "log-of-softmax",
    "With scores of 1000 the loss or a gradient is no number any more: exp has left its range, or "
    "the log was taken of 0.",
    "What is exp(1000), and what is log(exp(-1400))? Which of the two do you ask for?",
    "-log p = log(sum of exp(scores)) - score of the right class. Take each row's largest score "
    "off first: that changes nothing, and exp never sees more than 0.",
    when="not-finite",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max(axis=1, keepdims=True)
    E = scores.exp()
    P = E / E.sum(axis=1, keepdims=True)
    return -(P[np.arange(len(y)), y].log()).mean()


@mlp_loss.mistake(
    "not-shifted",
    "With scores of 1000 the loss or a gradient is no number any more: exp is taken of the scores "
    "as they are.",
    "What is exp(1000)? And what may be taken off a row of scores without changing its softmax?",
    "log(sum of exp(s)) = m + log(sum of exp(s - m)), with m the largest score of the row: exp "
    "never sees more than 0.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    return (scores.exp().sum(axis=1).log() - scores[np.arange(len(y)), y]).mean()


@mlp_loss.mistake(
    "one-shift-for-all",
    "The largest score of the whole table is taken off every row. Where one row's scores are a "
    "thousand above another's, nothing of the other is left: exp gives 0, and the log of 0 is "
    "taken.",
    "A row whose largest score is 3, beside one of 1500: what is exp(3 - 1500)?",
    "Each row has its own largest score. Take that one off, and exp(0) = 1 stands in every sum.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max()
    return (scores.exp().sum(axis=1).log() - scores[np.arange(len(y)), y]).mean()


@mlp_loss.mistake(
    "clipped",
    "With scores of 1000 the loss stays too small: a probability below a limit was replaced by "
    "the limit, or a small number was added before the log.",
    "What is -log p if the right class lies 1400 below the largest? Can a p of 1e-12 tell?",
    "Taken from the scores, -log p = log(sum of exp(scores)) - score of the right class needs no "
    "limit, and its gradient does not vanish.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max(axis=1, keepdims=True)
    E = scores.exp()
    P = E / E.sum(axis=1, keepdims=True)
    return -((P[np.arange(len(y)), y] - 1e-12).relu() + 1e-12).log().mean()


@mlp_loss.mistake(
    "shift-only-inside-exp",
    "The loss is off by what was taken off the scores: the largest score of each row, on average.",
    "You took something off the scores. Does the right class's score know of it?",
    "log(sum of exp(s - m)) = log(sum of exp(s)) - m: either both terms use the shifted scores, or "
    "m is added back.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    shifted = scores - scores.data.max(axis=1, keepdims=True)
    return (shifted.exp().sum(axis=1).log() - scores[np.arange(len(y)), y]).mean()


@mlp_loss.mistake(
    "columns-for-labels",
    "Every row's loss is taken at the classes of all rows: a table of {N} x {N}, not {N} numbers.",
    "You asked for all rows and the columns y. How many entries is that?",
    "Row i pays for its own class y[i]: rows and columns are picked in pairs.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return (scores.exp().sum(axis=1, keepdims=True).log() - scores[:, y]).mean()


@mlp_loss.mistake(
    "biases-left-out",
    "The biases have no part in the loss: each layer is A @ W alone.",
    "tensors holds a b after each W. Where does it enter?",
    "Z = A @ W + b, one row of b for every example.",
)
def _(X, y, tensors, kind):
    A = Tensor(X)
    for layer in range(0, len(tensors), 2):
        Z = A @ tensors[layer]
        A = Z if layer == len(tensors) - 2 else getattr(Z, kind)()
    return _loss(A, y).mean()


@mlp_loss.mistake(
    "right-class-left-out",
    "The loss is the log of the sum alone: it does not ask which class was right.",
    "Where do the labels y enter?",
    "-log p = log(sum of exp(scores)) - score of the right class.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return scores.exp().sum(axis=1).log().mean()


@mlp_loss.mistake(
    "right-class-added",
    "The right class's score is added where it should be taken off.",
    "If the right class gets a higher score, should the loss rise or fall?",
    "-log p = log(sum of exp(scores)) - score of the right class.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return (scores.exp().sum(axis=1).log() + scores[np.arange(len(y)), y]).mean()


@mlp_loss.mistake(
    "graph-cut",
    "The loss is right, but no weight gets a gradient: no road leads back from it.",
    "Where do you take a tensor's data and go on with the array alone?",
    "backward() follows what was recorded. Arithmetic with tensors is recorded, arithmetic with "
    "their arrays is not.",
)
def _(X, y, tensors, kind):
    return Tensor(nn.mlp_loss(X, y, [Tensor(t.data) for t in tensors], kind).data)


mlp_loss.mistake(
    "in-loss",
    "The loss comes out wrong.",
    "Chapter 3's forward pass and cross-entropy give the same number from arrays, for "
    "ordinary scores. Which of their "
    "steps is the first that your tensors' data part from?",
    "Z = A @ W + b, the activation after every layer but the last, then for each example log(sum "
    "of exp(scores)) - score of its class, and the mean of these.",
    when="loss",
)(None)


@mlp_loss.mistake(
    "squared-errors-of-scores",
    "Your loss is the mean square of scores minus one-hot; here the cross-entropy is asked.",
    "Which loss does the exercise name?",
    "For each example log(sum of exp(scores)) - score of its class, and the mean of these.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    return ((scores - np.eye(scores.data.shape[1])[y]) ** 2).mean()


@mlp_loss.mistake(
    "squared-errors",
    "Your loss is the mean square of probabilities minus one-hot; here the cross-entropy is asked.",
    "Which loss does the exercise name?",
    "For each example log(sum of exp(scores)) - score of its class, and the mean of these.",
)
def _(X, y, tensors, kind):
    scores = _scores(X, tensors, kind)
    E = (scores - scores.data.max(axis=1, keepdims=True)).exp()
    return ((E / E.sum(axis=1, keepdims=True) - np.eye(scores.data.shape[1])[y]) ** 2).mean()


@mlp_loss.mistake(
    "score-alone",
    "Your loss is minus the mean score of each example's class: the log of the sum is missing.",
    "What happens to your loss if 100 is added to all scores?",
    "A class's probability compares its score with all others: log(sum of exp(scores)) - score.",
)
def _(X, y, tensors, kind):
    return -_scores(X, tensors, kind)[np.arange(len(y)), y].mean()


@mlp_loss.tells
def _(wrong, rows):
    """A limit, or a small number beside p, that only scores of 1000 show."""
    if wrong.name != "loss":
        return None
    limits = []
    for given, leaf, _ in rows:
        if np.isclose(leaf.actual, leaf.expected, rtol=1e-5):
            continue
        if isinstance(given["weights"][0], Tensor) or not np.ndim(given["weights"][0]):
            return None
        P, cache = nn.mlp_forward(given["X"], nn.pair_up(given["weights"]), given["kind"])
        scores = cache["Z"][-1] - cache["Z"][-1].max(axis=1, keepdims=True)
        own = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(P)), given["y"]]
        far = own > 100
        if not far.any() or leaf.actual > leaf.expected:
            return None
        limits.append(np.exp(-(leaf.actual * len(P) - own[~far].sum()) / far.sum()))
    if not limits or not 1e-300 < min(limits) or max(limits) > 1e-3:
        return None
    return Fault(
        "limited",
        "For ordinary scores you are right. With scores of 1000 the loss stays too small, as if no "
        f"probability could be below {number(float(limits[0]))}: a limit was put in its place, or "
        "a small number was added before the log.",
        "What is -log p if the right class lies 1400 below the largest? Can a p of 1e-12 tell?",
        "Taken from the scores, -log p = log(sum of exp(scores)) - score of the right class needs "
        "no limit, and its gradient does not vanish.",
    )
