"""lstm_step_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, made
from bplab.exam.diagnosis.words import joined
from bplab.exercises.recurrent.gates import NAMES, blame_of_blocks, gates
from bplab.exercises.recurrent.gates_otherwise import gate_otherwise
from bplab.exercises.recurrent.sequences import CHAPTER, gated_moment
from bplab.exercises.taken_apart import taken_apart

lstm_step_backward = Exercise(
    "lstm_step_backward",
    CHAPTER,
    nn.lstm_step_backward,
    returns=("dx", "dh_prev", "dc_prev", "dWx", "dWh", "db"),
    points=4,
    shapes={"dh": "N H", "dc": "N H", "x": "N D", "h_prev": "N H", "c_prev": "N H"},
    achieved="Blame goes back along the memory and through every gate.",
)


@lstm_step_backward.paper
def _(rng):
    for N, D, H in ((6, 3, 4), (7, 5, 3), (8, 6, 5)):
        yield {
            "dh": rng.normal(size=(N, H)),
            "dc": rng.normal(size=(N, H)),
            **gated_moment(rng, N, D, H),
        }


def back(
    into_c=lambda dh, dc, o, bent, c: dc + dh * o * (1 - bent**2),
    di=lambda into, i, f, o, g, c_prev, dh, bent: into * g * i * (1 - i),
    df=lambda into, i, f, o, g, c_prev, dh, bent: into * c_prev * f * (1 - f),
    do=lambda into, i, f, o, g, c_prev, dh, bent: dh * bent * o * (1 - o),
    dg=lambda into, i, f, o, g, c_prev, dh, bent: into * i * (1 - g**2),
    dc_prev=lambda into, dh, dc, f: into * f,
    order="ifog",
    over=lambda N: 1,
):
    """A backward step with one factor changed, or the blocks put together otherwise."""

    def backward(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
        i, f, o, g = gates(x, h_prev, Wx, Wh, b)
        c = f * c_prev + i * g
        bent = np.tanh(c)
        into = into_c(dh, dc, o, bent, c)
        every = {
            letter: part(into, i, f, o, g, c_prev, dh, bent)
            for letter, part in (("i", di), ("f", df), ("o", do), ("g", dg))
        }
        da = np.concatenate([every[letter] for letter in order], axis=1)
        weights = (x.T @ da, h_prev.T @ da, da.sum(axis=0))
        return (
            da @ Wx.T,
            da @ Wh.T,
            dc_prev(into, dh, dc, f),
            *(w / over(len(x)) for w in weights),
        )

    return backward


TWO = (
    "c is blamed on two roads: dc, which comes from later, and dh * o * (1 - tanh(c) squared), "
    "which h sends down. All of i, f, g and c_prev start from their sum."
)
GATE = "A gate s is a sigmoid: behind its blame comes the slope s(1 - s)."
for _name, _changes, _observed, _look, _derive in (
    (
        "later-ignored",
        {"into_c": lambda dh, dc, o, bent, c: dh * o * (1 - bent**2)},
        "dc is not in it: what the memory receives from later steps is lost.",
        "Where does dc go in your function?",
        TWO,
    ),
    (
        "state-sends-nothing",
        {"into_c": lambda dh, dc, o, bent, c: dc + 0.0},
        "What h sends down into c is missing: your memory is blamed by dc alone.",
        "h = o * tanh(c). Which two things does dh blame?",
        TWO,
    ),
    (
        "curve-forgotten",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * o},
        "On the road from h into c the slope of tanh is missing.",
        "What stands between c and h, besides o?",
        TWO,
    ),
    (
        "slope-at-the-bent",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * o * (1 - np.tanh(bent) ** 2)},
        "On the road from h into c the slope is taken at tanh(c), bent a second time.",
        "1 minus the square of what is the slope of tanh at c?",
        TWO,
    ),
    (
        "slope-without-tanh",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * o * (1 - c**2)},
        "On the road from h into c your slope is 1 - c squared: the tanh is missing in it.",
        "1 minus the square of what is the slope of tanh at c?",
        TWO,
    ),
    (
        "bracket-squared",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * o * (1 - bent) ** 2},
        "On the road from h into c the slope is (1 - tanh(c)) squared: the square stands outside "
        "the bracket.",
        "What is 1 - t squared, and what is (1 - t) squared, for t = -0.5?",
        TWO,
    ),
    (
        "slope-of-a-gate",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * o * bent * (1 - bent)},
        "On the road from h into c the slope is t(1 - t), t being tanh(c): that is a sigmoid's.",
        "Which curve does c pass on its way into h?",
        TWO,
    ),
    (
        "roads-multiplied",
        {"into_c": lambda dh, dc, o, bent, c: dc * (dh * o * (1 - bent**2))},
        "What c receives from later and what h sends into it are multiplied.",
        "Two roads lead to c. What does the chain rule do with several roads?",
        TWO,
    ),
    (
        "output-gate-forgotten",
        {"into_c": lambda dh, dc, o, bent, c: dc + dh * (1 - bent**2)},
        "On the road from h into c the factor o is missing.",
        "h = o * tanh(c): what is the slope of h with respect to tanh(c)?",
        TWO,
    ),
    (
        "blame-at-the-gates",
        {
            "di": lambda into, i, f, o, g, c_prev, dh, bent: into * g,
            "df": lambda into, i, f, o, g, c_prev, dh, bent: into * c_prev,
            "do": lambda into, i, f, o, g, c_prev, dh, bent: dh * bent,
            "dg": lambda into, i, f, o, g, c_prev, dh, bent: into * i,
        },
        "{right: dc_prev} the blame of gates and candidate stops at their values: the slopes of "
        "their curves are missing.",
        "What stands between the sum x @ Wx + h_prev @ Wh + b and a gate?",
        GATE + " Behind the candidate's comes 1 - g squared.",
    ),
    (
        "candidate-as-a-gate",
        {"dg": lambda into, i, f, o, g, c_prev, dh, bent: into * i * g * (1 - g)},
        "dc_prev and the three gates are right; the candidate has the slope of a sigmoid.",
        "Which curve makes g?",
        "g is a tanh: its slope is 1 - g squared.",
    ),
    (
        "gates-as-candidates",
        {
            "di": lambda into, i, f, o, g, c_prev, dh, bent: into * g * (1 - i**2),
            "df": lambda into, i, f, o, g, c_prev, dh, bent: into * c_prev * (1 - f**2),
            "do": lambda into, i, f, o, g, c_prev, dh, bent: dh * bent * (1 - o**2),
        },
        "dc_prev and the candidate are right; the gates have the slope of a tanh.",
        "Which curve makes a gate?",
        GATE,
    ),
    (
        "new-memory-for-old",
        {
            "df": lambda into, i, f, o, g, c_prev, dh, bent: (
                into * (f * c_prev + i * g) * f * (1 - f)
            )
        },
        "The forget gate's blame is multiplied by the new memory c; everything else is right.",
        "What did f multiply on the way up?",
        "c = f * c_prev + i * g: the slope of c with respect to f is c_prev.",
    ),
    (
        "partners-swapped",
        {
            "di": lambda into, i, f, o, g, c_prev, dh, bent: into * i * i * (1 - i),
            "dg": lambda into, i, f, o, g, c_prev, dh, bent: into * g * (1 - g**2),
        },
        "dc_prev, forget and output are right. Input gate and candidate are each multiplied by "
        "themselves, where each should be multiplied by the other.",
        "In i * g, what is the slope with respect to i?",
        "The slope of a product with respect to one factor is the other: g for i, and i for g.",
    ),
    (
        "output-without-curve",
        {"do": lambda into, i, f, o, g, c_prev, dh, bent: dh * np.arctanh(bent) * o * (1 - o)},
        "The output gate's blame is multiplied by c; everything else is right.",
        "What did o multiply on the way up: c, or tanh(c)?",
        "h = o * tanh(c): the slope of h with respect to o is tanh(c).",
    ),
    (
        "output-by-the-memory",
        {"do": lambda into, i, f, o, g, c_prev, dh, bent: into * bent * o * (1 - o)},
        "The output gate is blamed by what arrives at c; everything else is right.",
        "Does o come before c or after it?",
        "o acts on h alone: its blame is dh * tanh(c), times its slope.",
    ),
    (
        "order-of-pytorch",
        {"order": "ifgo"},
        "{right: dc_prev} your blocks of blame stand in the order input, forget, candidate, "
        "output, as in PyTorch.",
        "In which order are the four blocks of columns?",
        "Input, forget, output, candidate: the blame of each stands where its columns are.",
    ),
    (
        "forget-first",
        {"order": "fiog"},
        "{right: dc_prev} in your blocks of blame, forget and input have changed places.",
        "In which order are the four blocks of columns?",
        "Input, forget, output, candidate: the blame of each stands where its columns are.",
    ),
    (
        "memory-not-gated",
        {"dc_prev": lambda into, dh, dc, f: into + 0.0},
        "{right: all but dc_prev} in dc_prev the forget gate is missing.",
        "What did c_prev pass on its way into c?",
        "c = f * c_prev + ...: what arrives at c comes back times f.",
    ),
    (
        "memory-by-later-only",
        {"dc_prev": lambda into, dh, dc, f: dc * f},
        "{right: all but dc_prev} dc_prev knows only what c receives from later, not what "
        "h sends down.",
        "Which of the two roads into c did you leave out here?",
        TWO,
    ),
    (
        "memory-passed-on",
        {"dc_prev": lambda into, dh, dc, f: dc + 0.0},
        "{right: all but dc_prev} your dc_prev is dc itself.",
        "What did c_prev pass on its way into c? And what else blames c?",
        TWO,
    ),
    (
        "memory-gated-twice",
        {"dc_prev": lambda into, dh, dc, f: into * f * f},
        "{right: all but dc_prev} in dc_prev the forget gate counts twice.",
        "What did c_prev pass on its way into c, and how often?",
        "c = f * c_prev + ...: what arrives at c comes back times f.",
    ),
    (
        "averaged",
        {"over": lambda N: N},
        "{right: dx, dh_prev, dc_prev} the gradients of the weights are exactly 1/{N} of what "
        "they should be.",
        "dh and dc carry the loss's 1/N already. What is left to do over the rows?",
        "The shares of all {N} examples add up: sums, not means.",
    ),
):
    lstm_step_backward.mistake(_name, _observed, _look, _derive)(made(back, **_changes))
lstm_step_backward.mistake(
    "bias-averaged",
    "{right: all but db} db is exactly 1/{N} of what it should be.",
    "dh and dc carry the loss's 1/N already. What is left to do over the rows?",
    "b is added in every row: its shares of all {N} examples add up.",
    part="db",
)(
    lambda dh, dc, x, h_prev, c_prev, Wx, Wh, b: (
        back()(dh, dc, x, h_prev, c_prev, Wx, Wh, b)[5] / len(x)
    )
)
lstm_step_backward.mistake(
    "old-memory-in-the-curve",
    "On the road from h into c the slope of tanh is taken at the old memory, c_prev.",
    "Which memory went through the tanh on the way up?",
    TWO,
)(
    lambda dh, dc, x, h_prev, c_prev, Wx, Wh, b: back(
        into_c=lambda dh, dc, o, bent, c: dc + dh * o * (1 - np.tanh(c_prev) ** 2)
    )(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
)

ROADS = (
    "Four sums before four curves. c = f * c_prev + i * g blames i by g, f by c_prev, g by i; "
    "h = o * tanh(c) blames o by tanh(c). Behind each comes the slope of its own curve. " + TWO
)
for _part, _through in (
    ("dx", lambda da, x, h_prev, Wx, Wh: da @ Wx.T),
    ("dh_prev", lambda da, x, h_prev, Wx, Wh: da @ Wh.T),
    ("dWx", lambda da, x, h_prev, Wx, Wh: x.T @ da),
    ("dWh", lambda da, x, h_prev, Wx, Wh: h_prev.T @ da),
    ("db", lambda da, x, h_prev, Wx, Wh: da.sum(axis=0)),
):
    taken_apart(
        lstm_step_backward,
        _part,
        lambda dh, dc, x, h_prev, c_prev, Wx, Wh, b, through=_through: {
            f"the share of the {words}": through(da, x, h_prev, Wx, Wh)
            for words, da in blame_of_blocks(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
        },
        "Each of the four blocks has its own blame. Follow the one that is off from h and c down.",
        ROADS,
        name="gates",
    )


def _into_memory(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = gates(x, h_prev, Wx, Wh, b)
    slope = 1 - np.tanh(f * c_prev + i * g) ** 2
    return {"what c receives from later": dc * f, "what h sends into c": dh * o * slope * f}


taken_apart(
    lstm_step_backward,
    "dc_prev",
    _into_memory,
    "Two roads blame c. How often does each come back to c_prev, and through which gate?",
    TWO,
    name="memory",
)


for _slug, _gate, _of in (
    ("input", "input gate", lambda i, f, o, g: i),
    ("output", "output gate", lambda i, f, o, g: o),
    ("candidate", "candidate", lambda i, f, o, g: g),
    ("forget-turned-round", "forget gate turned round, 1 - f,", lambda i, f, o, g: 1 - f),
):

    def _gated_otherwise(dh, dc, x, h_prev, c_prev, Wx, Wh, b, of=_of):
        i, f, o, g = gates(x, h_prev, Wx, Wh, b)
        into = dc + dh * o * (1 - np.tanh(f * c_prev + i * g) ** 2)
        return into * of(i, f, o, g)

    lstm_step_backward.mistake(
        f"memory-by-{_slug}",
        f"{{right: all but dc_prev}} in dc_prev the {_gate} stands where f belongs.",
        "What did c_prev pass on its way into c?",
        "c = f * c_prev + ...: what arrives at c comes back times f.",
        part="dc_prev",
    )(_gated_otherwise)
for _name, _into_place, _words in (
    (
        "blocks-by-turns",
        lambda H: np.arange(4 * H).reshape(H, 4).T.ravel(),
        "by turns, a column of each gate after the other",
    ),
    (
        "units-by-turns",
        lambda H: np.arange(4 * H).reshape(4, H).T.ravel(),
        "unit by unit, where each gate's columns stand side by side",
    ),
):

    def _reordered(*given, into_place=_into_place):
        dh, dc, x, h_prev, c_prev, Wx, Wh, b = given
        da = sum(blame for _, blame in blame_of_blocks(*given))[:, into_place(dh.shape[1])]
        dc_prev = nn.lstm_step_backward(*given)[2]
        return da @ Wx.T, da @ Wh.T, dc_prev, x.T @ da, h_prev.T @ da, da.sum(axis=0)

    lstm_step_backward.mistake(
        _name,
        f"{{right: dc_prev}} your columns of blame stand {_words}.",
        "Along which axis are the four blocks put together?",
        "Input, forget, output, candidate: H columns of each, one block beside the next.",
    )(_reordered)


def _exchanged(rows, one, other):
    """Whether two blocks of db stand in each other's place, in every case."""
    for _, _, leaves in rows:
        bias = next(leaf for leaf in leaves if leaf.name == "db")
        mine, right = np.split(bias.actual, 4), np.split(bias.expected, 4)
        for a, b in ((one, other), (other, one)):
            if not np.allclose(mine[a], right[b], rtol=1e-7):
                return False
    return True


@lstm_step_backward.tells
def _(wrong, rows):
    """Which of the four blocks are wrong: db holds them side by side."""
    off = set()
    for _, _, leaves in rows:
        bias = next((leaf for leaf in leaves if leaf.name == "db"), None)
        if bias is None or bias.actual is None or bias.actual.shape != bias.expected.shape:
            return None
        mine, right = np.split(bias.actual, 4), np.split(bias.expected, 4)
        alike = [np.allclose(a, e, rtol=1e-7) for a, e in zip(mine, right, strict=True)]
        off |= {name for name, good in zip(NAMES, alike, strict=True) if not good}
    if wrong.name == "dc_prev" or not 0 < len(off) < 4:
        return None
    names = [name for name in NAMES if name in off]
    if len(names) == 2 and _exchanged(rows, *map(NAMES.index, names)):
        return Fault(
            "blocks-exchanged",
            f"As db shows, the blame of {names[0]} and {names[1]} have changed places; the other "
            "two blocks are right.",
            "In which order do the four blocks stand in Wx, Wh and b?",
            "Input, forget, output, candidate: blame stands in the columns of its own gate.",
        )
    factors = [gate_otherwise(NAMES.index(name), rows) for name in names]
    if all(factors):
        alone = " alone" if len(names) == 1 else ""
        said = "; ".join(f"{n}{alone} is off: {f}" for n, f in zip(names, factors, strict=True))
        return Fault(
            "gate-otherwise",
            f"Of the four blocks of blame, as db shows, {said}.",
            "What did it multiply on the way up, and through which curve did it come?",
            ROADS,
        )
    return Fault(
        "blocks",
        f"Of the four blocks of blame, as db shows, {joined(names)} "
        f"{'is' if len(names) == 1 else 'are'} off; the others are right.",
        "What did each of these multiply on the way up, and through which curve did it come?",
        ROADS,
    )
