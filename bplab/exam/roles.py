"""Roles: what an argument or a returned part is, as data that the diagnosis reads.

The course's names mean one thing everywhere, so these hold for every exercise; one whose names
mean something else says so with `Exercise(..., roles={"name": "role role"})`.

    layers     a list of a network's layers: pairs (W, b), or with `W` or `b` these alone
    gradient   of layers: what they are returned as; also `update`, and `textbook` for its update
    walk       what is returned is an array for each tensor after each step: a list of lists
    labels     the right answers of the examples
    rate       how far a step goes
    loss       a cost: never negative, made of squares or of logarithms
    sequence   numbers of one moment after another: the later ones follow from the earlier
    score      a number before an activation, and `activation` one after it
    upstream   the slope that comes from above
    length     how many there are of something, as the letters of `shapes` say it
"""

import functools

ROLES = {
    "params": "layers update",
    "weights": "layers textbook W",
    "biases": "layers textbook b",
    "grads": "layers gradient",
    "y": "labels",
    "T": "labels",
    "t": "labels",
    "N": "length",
    "K": "length",
    "learning_rate": "rate",
    "loss": "loss",
    "best_loss": "loss",
    "losses": "loss sequence",
    **dict.fromkeys(("z", "z1", "z2", "Z"), "score"),
    **dict.fromkeys(("a", "a1", "a2", "A"), "activation"),
    **dict.fromkeys(("da", "dz", "dA", "dZ", "dout"), "upstream"),
}
KNOWN = {word for words in ROLES.values() for word in words.split()} | {"walk"}


def roles_of(name, own):
    """The set of roles of a name; `own` is what the exercise says of its names."""
    return _words(own.get(name, ROLES.get(name, "")))


@functools.lru_cache(1024)
def _words(text):
    return frozenset(text.split())
