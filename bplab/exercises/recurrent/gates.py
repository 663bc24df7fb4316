"""Gates of an LSTM, and steps of it with one thing changed."""

import numpy as np

from bplab import nn

NAMES = ("input", "forget", "output", "candidate")


def gates(x, h_prev, Wx, Wh, b, order="ifog"):
    """i, f, o, g, read from the blocks in another order."""
    blocks = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    found = {
        letter: np.tanh(z) if letter == "g" else nn.sigmoid(z)
        for letter, z in zip(order, blocks, strict=True)
    }
    return tuple(found[letter] for letter in "ifog")


def step(
    memory=lambda i, f, o, g, c_prev: f * c_prev + i * g,
    state=lambda i, f, o, g, c: o * np.tanh(c),
    read=gates,
    order="ifog",
):
    """A step with another memory, another state, or other gates."""

    def forward(x, h_prev, c_prev, Wx, Wh, b):
        i, f, o, g = read(x, h_prev, Wx, Wh, b, order)
        c = memory(i, f, o, g, c_prev)
        return state(i, f, o, g, c), c

    return forward


def blame_of_blocks(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    """Blame at the four blocks before their curves, by gate and by the road it came on.

    -> list of (words, array (N, 4H)), zero but for one block; they add up to all of the blame
    """
    i, f, o, g = gates(x, h_prev, Wx, Wh, b)
    bent = np.tanh(f * c_prev + i * g)
    by_h = dh * o * (1 - bent**2)
    slopes = (g * i * (1 - i), c_prev * f * (1 - f), i * (1 - g**2))
    found = []
    for gate, slope in zip((0, 1, 3), slopes, strict=True):
        for road, into_c in (("what c receives from later", dc), ("what h sends into c", by_h)):
            found.append((f"{NAMES[gate]}, by {road}", block(into_c * slope, gate)))
    found.append((NAMES[2], block(dh * bent * o * (1 - o), 2)))
    return found


def block(values, gate):
    """(N, 4H), zero but for one gate's columns."""
    N, H = values.shape
    whole = np.zeros((N, 4 * H))
    whole[:, gate * H : (gate + 1) * H] = values
    return whole
