"""The penalty's own gradients."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exam.called import array_of
from bplab.exercises.regularization.networks import network
from bplab.exercises.regularization.penalty_pulls import multiple_of, pull_fault

l2_gradients = Exercise(
    "l2_gradients",
    "05_regularization",
    nn.l2_gradients,
    returns="grads",
    points=2,
    credit=("dW1", "dW2", "dW3"),  # zeros are right for every bias,
    achieved="Each step pulls the weights a little towards 0.",
)


@l2_gradients.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2), (4, 4, 4)]:
        yield {"params": network(rng, widths), "lam": float(rng.uniform(0.05, 0.9))}
    yield {"params": network(rng, (2, 7)), "lam": 0.0}


def _pull(weight, bias=lambda b, lam: np.zeros_like(b)):
    return lambda params, lam: [(weight(W, lam), bias(b, lam)) for W, b in params]


l2_gradients.mistake(
    "factor-2",
    "dW is exactly twice what it should be.",
    "A 2 comes down from the square. What stands before the sum to meet it?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W = lam * W.",
)(_pull(lambda W, lam: 2 * lam * W))


l2_gradients.mistake(
    "half",
    "dW is exactly half of what it should be.",
    "Did you differentiate the square?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W: the two factors meet.",
)(_pull(lambda W, lam: lam / 2 * W))


l2_gradients.mistake(
    "biases-too",
    "dW is right; db should be zero: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so its derivative with respect to b is 0.",
)(_pull(lambda W, lam: lam * W, lambda b, lam: lam * b))


l2_gradients.mistake(
    "sign",
    "dW has the right size and the opposite sign: your penalty would push weights outward.",
    "Descent subtracts the gradient. Which sign makes w - rate * dW smaller than w?",
    "The penalty grows with |W|, so its gradient points outward: +lam * W.",
)(_pull(lambda W, lam: -lam * W))


l2_gradients.mistake(
    "sum-of-weights",
    "Every entry of dW is the same number, lam times the sum of all weights.",
    "The derivative with respect to one weight: which terms of the sum hold that weight?",
    "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
)(_pull(lambda W, lam: np.full_like(W, lam * np.sum(W))))


l2_gradients.mistake(
    "squared",
    "dW holds the squares of the weights: the penalty, not its derivative.",
    "What does differentiating do to the exponent?",
    "The 2 comes down and the exponent falls to 1: what is left is W itself.",
)(_pull(lambda W, lam: lam * W**2))


l2_gradients.mistake(
    "sign-only",
    "All entries of dW have the same size: that is the gradient of the L1 penalty.",
    "Which penalty pulls large weights more strongly than small ones?",
    "The slope of W**2 / 2 is W itself, not only its sign.",
)(_pull(lambda W, lam: lam * np.sign(W)))


l2_gradients.mistake(
    "lam-ignored",
    "dW is the same whatever lam says: it is W itself.",
    "What should dW be at lam = 0?",
    "A constant factor of the penalty is a constant factor of its gradient: lam * W.",
)(_pull(lambda W, lam: W.copy()))


l2_gradients.mistake(
    "divided-by-size",
    "You divided by the number of weights; nothing in the penalty does.",
    "Is the penalty a sum or a mean?",
    "The sum over weights has no 1/n before it, so neither has its derivative.",
)(_pull(lambda W, lam: lam * W / W.size))


def _pull_of(which):
    def gradients(params, lam):
        grads = [(0 * W, 0 * b) for W, b in params]
        grads[which] = (lam * params[which][0], grads[which][1])
        return grads

    return gradients


for _which, _word in ((0, "first"), (-1, "last")):
    l2_gradients.mistake(
        f"{_word}-layer-only",
        f"Only the {_word} layer feels the penalty; the others have zeros.",
        "Over which layers does the sum in the penalty run?",
        "All of them: every W has its own term in the sum, and so its own lam * W.",
    )(_pull_of(_which))


l2_gradients.mistake(
    "last-layer-left-out",
    "The last layer feels no penalty: its dW holds zeros.",
    "Over which layers does the sum in the penalty run, and how far does your loop go?",
    "All of them: every W has its own term in the sum, and so its own lam * W.",
)(
    lambda params, lam: [
        (lam * W * (layer < len(params)), 0 * b) for layer, (W, b) in enumerate(params, 1)
    ]
)


@l2_gradients.tells
def _(wrong, rows):
    if wrong.layer is not None and wrong.layer[0] == "b":
        pairs = [
            (array_of(given["params"], wrong), given["lam"], leaf)
            for given, leaf, _ in rows
            if not leaf.right
        ]
        if all(np.allclose(leaf.actual, b) for b, _, leaf in pairs):
            held = "holds the bias itself"
        elif all(multiple_of(leaf.actual, lam * b) for b, lam, leaf in pairs):
            held = f"is {number(multiple_of(wrong.actual, _told(wrong, pairs)))} times lam * b"
        else:
            return None
        return Fault(
            "biases-too",
            f"{wrong.name} {held}; zeros belong there: biases are not penalized.",
            "Does the penalty change if a bias changes?",
            "The penalty holds no b, so its derivative with respect to b is 0.",
        )
    return pull_fault(wrong, [(given, leaf, leaf.actual) for given, leaf, _ in rows])


def _told(wrong, pairs):
    return next(lam * b for b, lam, leaf in pairs if leaf is wrong)
