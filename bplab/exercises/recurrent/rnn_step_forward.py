"""rnn_step_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.sequences import CHAPTER, moment
from bplab.exercises.recurrent.terms_of_a_step import of_one_step

rnn_step_forward = Exercise(
    "rnn_step_forward",
    CHAPTER,
    nn.rnn_step_forward,
    returns="h",
    points=1,
    shapes={"x": "N D", "h_prev": "N H", "Wx": "D H", "Wh": "H H", "b": "H"},
    achieved="One step carries a state on; a sequence is this step, again and again.",
)


@rnn_step_forward.paper
def _(rng):
    for N, D, H in ((6, 3, 4), (7, 5, 2), (8, 2, 6)):
        yield moment(rng, N, D, H)


FORM = "h = tanh(x @ Wx + h_prev @ Wh + b): three terms inside, one curve around all of them."
for _name, _step, *_hints in (
    (
        "no-memory",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + b),
        "Your h does not depend on h_prev: this step knows nothing of the one before.",
        "Which two things does a step look at?",
    ),
    (
        "no-input",
        lambda x, h, Wx, Wh, b: np.tanh(h @ Wh + b),
        "Your h does not depend on x: the step is deaf to its input.",
        "Which two things does a step look at?",
    ),
    (
        "no-bias",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + h @ Wh),
        "There is no b in your h.",
        "How many terms stand inside the tanh?",
    ),
    (
        "linear",
        lambda x, h, Wx, Wh, b: x @ Wx + h @ Wh + b,
        "Your h has no tanh around it.",
        "Can a state leave the range from -1 to 1?",
    ),
    (
        "sigmoid",
        lambda x, h, Wx, Wh, b: nn.sigmoid(x @ Wx + h @ Wh + b),
        "Your h is a sigmoid of the sum; here it is a tanh.",
        "Can a state be negative?",
    ),
    (
        "weights-turned",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + h @ Wh.T + b),
        "Wh is turned: it is square, so nothing complains.",
        "Which index of Wh is the sender? h_prev is a row that meets its rows.",
    ),
    (
        "weights-skipped",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + h + b),
        "h_prev is added as it is, without its weights.",
        "What does h_prev pass on its way into the sum?",
    ),
    (
        "two-curves",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + b) + np.tanh(h @ Wh),
        "You take a tanh of the input's part and another of the state's, and add them.",
        "Is the sum taken inside the tanh or outside?",
    ),
    (
        "curve-on-the-state",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + np.tanh(h) @ Wh + b),
        "h_prev goes through tanh once more before it is used.",
        "h_prev has come out of a tanh already. Is another one asked?",
    ),
    (
        "added-to-the-state",
        lambda x, h, Wx, Wh, b: h + np.tanh(x @ Wx + h @ Wh + b),
        "You add the old state outside as well, as a residual layer would.",
        "Where does h_prev stand in the formula, and how often?",
    ),
    (
        "stacked-crosswise",
        lambda x, h, Wx, Wh, b: np.tanh(np.hstack([x, h]) @ np.vstack([Wh, Wx]) + b),
        "x and h_prev lie side by side, but their weights are stacked the other way round: columns "
        "of x meet rows of Wh.",
        "Which stands first in your row, x or h_prev, and which weights stand on top?",
    ),
    (
        "bias-outside",
        lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + h @ Wh) + b,
        "b is added after the tanh.",
        "Which brackets belong around the sum?",
    ),
):
    rnn_step_forward.mistake(_name, *_hints, FORM)(_step)

other_formulas(
    rnn_step_forward,
    "h",
    (
        "activation-of-the-input-only",
        lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx) + h_prev @ Wh + b,
        "Only the input's part goes through the tanh; state and bias are added outside.",
        "Which brackets belong around the sum?",
        FORM,
    ),
    (
        "two-activations",
        lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx) + np.tanh(h_prev @ Wh + b),
        "Input and state go through a tanh each, and the two are added: h can leave -1 to 1.",
        "How many curves stand in one step?",
        FORM,
    ),
    (
        "bias-twice",
        lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx + h_prev @ Wh + 2 * b),
        "b is added twice, once with each product.",
        "How often does b stand in the formula?",
        FORM,
    ),
    (
        "state-taken-away",
        lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx - h_prev @ Wh + b),
        "The state's part is taken away; it is added.",
        "Look at the sign before it.",
        FORM,
    ),
)

rnn_step_forward.tells(of_one_step)
