"""lstm_step_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.gates import gates, step
from bplab.exercises.recurrent.memory_otherwise import of_memory
from bplab.exercises.recurrent.sequences import CHAPTER, gated_moment

lstm_step_forward = Exercise(
    "lstm_step_forward",
    CHAPTER,
    nn.lstm_step_forward,
    returns=("h", "c"),
    points=2,
    shapes={"x": "N D", "h_prev": "N H", "c_prev": "N H"},
    order=("c", "h"),
    achieved="A memory with gates keeps what it needs for as long as it needs it.",
)


@lstm_step_forward.paper
def _(rng):
    for N, D, H in ((6, 3, 4), (7, 5, 2), (8, 2, 5)):
        yield gated_moment(rng, N, D, H)


FORM = "c = f * c_prev + i * g, then h = o * tanh(c)."
BLOCKS = "Four blocks of H columns: input, forget, output, candidate, in this order."
for _name, _order, _said in (
    ("order-of-pytorch", "ifgo", "candidate and output have changed places, as in PyTorch"),
    ("order-oifg", "iofg", "forget and output have changed places"),
    ("candidate-first", "gifo", "the candidate comes first, and the gates after it"),
    ("candidate-second", "igfo", "the candidate comes second"),
):
    lstm_step_forward.mistake(
        _name,
        f"Your blocks are read in another order: {_said}.",
        "Which columns of Wx belong to which gate? See the table of conventions.",
        BLOCKS,
    )(made(step, order=_order))
lstm_step_forward.mistake(
    "input-for-forget",
    "Input and forget gate have changed places: what should let the candidate in keeps the old "
    "memory, and the other way round.",
    "Which columns of Wx belong to which gate, and which gate says what of the old is kept?",
    f"{BLOCKS} {FORM}",
)(made(step, order="fiog"))
for _name, _changes, _observed, _look in (
    (
        "forget-missing",
        {"memory": lambda i, f, o, g, c_prev: c_prev + i * g},
        "The old memory comes in whole: your forget gate does nothing.",
        "What multiplies c_prev?",
    ),
    (
        "gates-coupled",
        {"memory": lambda i, f, o, g, c_prev: (1 - i) * c_prev + i * g},
        "You keep 1 - i of the old memory; your forget gate does nothing.",
        "Which gate says what of the old is kept?",
    ),
    (
        "input-missing",
        {"memory": lambda i, f, o, g, c_prev: f * c_prev + g},
        "The candidate comes in whole: your input gate does nothing.",
        "What multiplies g?",
    ),
    (
        "gates-tied",
        {"memory": lambda i, f, o, g, c_prev: f * c_prev + (1 - f) * g},
        "The candidate is let in by 1 - f: your input gate does nothing.",
        "Are there two gates at the memory, or one that serves for both?",
    ),
    (
        "old-memory-bent",
        {"memory": lambda i, f, o, g, c_prev: f * np.tanh(c_prev) + i * g},
        "The old memory goes through tanh before it is kept: bent at every step, it fades.",
        "Is there a curve on the road from c_prev to c?",
    ),
    (
        "memory-bent",
        {"memory": lambda i, f, o, g, c_prev: np.tanh(f * c_prev + i * g)},
        "Your new memory itself has been through tanh; only what h shows of it is bent.",
        "Is there a curve on the road from c_prev to c?",
    ),
    (
        "nothing-kept",
        {"memory": lambda i, f, o, g, c_prev: i * g},
        "Nothing of c_prev is in your c.",
        "Where does c_prev come in?",
    ),
    (
        "forget-turned-round",
        {"memory": lambda i, f, o, g, c_prev: (1 - f) * c_prev + i * g},
        "Your forget gate works the wrong way round: 1 - f of the old memory stays.",
        "Does a forget gate of 1 keep the old memory, or let it go?",
    ),
    (
        "input-turned-round",
        {"memory": lambda i, f, o, g, c_prev: f * c_prev + (1 - i) * g},
        "Your input gate works the wrong way round: 1 - i of the candidate comes in.",
        "Does an input gate of 1 let the candidate in, or keep it out?",
    ),
    (
        "state-not-bent",
        {"state": lambda i, f, o, g, c: o * c},
        "{right: c} h shows the memory without its tanh.",
        "Can a state leave the range from -1 to 1?",
    ),
    (
        "output-missing",
        {"state": lambda i, f, o, g, c: np.tanh(c)},
        "{right: c} h shows all of the memory: your output gate does nothing.",
        "What multiplies tanh(c)?",
    ),
    (
        "output-inside",
        {"state": lambda i, f, o, g, c: np.tanh(o * c)},
        "{right: c} in h the output gate stands inside the tanh.",
        "Does o multiply the memory, or what the tanh makes of it?",
    ),
    (
        "sigmoid-for-state",
        {"state": lambda i, f, o, g, c: o * nn.sigmoid(c)},
        "{right: c} in h the memory goes through a sigmoid where a tanh belongs.",
        "Can a state be negative?",
    ),
    (
        "output-of-candidate",
        {"state": lambda i, f, o, g, c: o * np.tanh(g)},
        "{right: c} h shows the candidate, not the memory.",
        "What does the output gate let out?",
    ),
):
    lstm_step_forward.mistake(_name, _observed, _look, FORM)(made(step, **_changes))


def _curves(x, h_prev, Wx, Wh, b, order, curve):
    i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    return curve(i, f, o, g)


for _name, _curve, _observed, _look in (
    (
        "sigmoid-for-candidate",
        lambda i, f, o, g: tuple(nn.sigmoid(z) for z in (i, f, o, g)),
        "Your candidate is a sigmoid: it can only add to the memory, never take away.",
        "Can g be negative?",
    ),
    (
        "tanh-for-gates",
        lambda i, f, o, g: tuple(np.tanh(z) for z in (i, f, o, g)),
        "Your gates are tanh: a gate can turn the sign of what it lets through.",
        "Between which numbers does a gate lie?",
    ),
):
    lstm_step_forward.mistake(
        _name, _observed, _look, "i, f and o are sigmoids, from 0 to 1; g is a tanh, from -1 to 1."
    )(
        step(
            read=lambda x, h_prev, Wx, Wh, b, order, curve=_curve: _curves(
                x, h_prev, Wx, Wh, b, order, curve
            )
        )
    )
lstm_step_forward.mistake(
    "no-bias",
    "There is no b in your gates and your candidate.",
    "How many terms stand before the curves?",
    "All four are made from x @ Wx + h_prev @ Wh + b.",
)(
    lambda x, h_prev, c_prev, Wx, Wh, b: nn.lstm_step_forward(x, h_prev, c_prev, Wx, Wh, 0 * b),
)
lstm_step_forward.mistake(
    "no-state",
    "Your gates do not look at h_prev.",
    "Which two things do the gates look at?",
    "All four are made from x @ Wx + h_prev @ Wh + b.",
)(
    lambda x, h_prev, c_prev, Wx, Wh, b: nn.lstm_step_forward(x, 0 * h_prev, c_prev, Wx, Wh, b),
)
lstm_step_forward.mistake(
    "order-swapped",
    "The two things you return have changed places: c first, then h.",
    "In which order does the exercise ask for them?",
    "First h, the state; then c, the memory.",
)(lambda *given: nn.lstm_step_forward(*given)[::-1])
lstm_step_forward.mistake(
    "old-memory-shown",
    "{right: c} h shows the old memory, c_prev.",
    "Which memory does the output gate let out?",
    FORM,
    part="h",
)(lambda x, h_prev, c_prev, Wx, Wh, b: gates(x, h_prev, Wx, Wh, b)[2] * np.tanh(c_prev))

other_formulas(
    lstm_step_forward,
    "c",
    *(
        (
            f"order-{order}",
            lambda x, h_prev, c_prev, Wx, Wh, b, order=order: step(order=order)(
                x, h_prev, c_prev, Wx, Wh, b
            )[1],
            "Your blocks are read in the order "
            + ", ".join(
                {"i": "input", "f": "forget", "o": "output", "g": "candidate"}[k] for k in order
            )
            + ".",
            "Which columns of Wx belong to which gate?",
            BLOCKS,
        )
        for order in ("fgoi", "fgio", "gfio", "ofig", "oifg", "ogif", "figo", "iogf", "gofi")
    ),
)


@lstm_step_forward.mistake(
    "dealt-out-by-turns",
    "Your gates take the columns by turns: the first column is input's, the second forget's, and "
    "so on; each gate has a block of {H} columns side by side.",
    "Which columns of Wx belong to the input gate: 0, 4, 8, ..., or the first H?",
    BLOCKS,
)
def _(x, h_prev, c_prev, Wx, Wh, b):
    H = c_prev.shape[1]
    by_turns = np.arange(4 * H).reshape(H, 4).T.ravel()
    return nn.lstm_step_forward(x, h_prev, c_prev, Wx[:, by_turns], Wh[:, by_turns], b[by_turns])


@lstm_step_forward.mistake(
    "forget-bias-added",
    "1 is added inside your forget gate: it keeps more of the old than its weights say.",
    "What stands inside the sigmoid of the forget gate?",
    "A forget gate that begins open comes from the bias that b is given at the start; the step "
    "itself adds nothing.",
)
def _(x, h_prev, c_prev, Wx, Wh, b):
    H = c_prev.shape[1]
    open_wide = np.concatenate([np.zeros(H), np.ones(H), np.zeros(2 * H)])
    return nn.lstm_step_forward(x, h_prev, c_prev, Wx, Wh, b + open_wide)


lstm_step_forward.tells(of_memory)
