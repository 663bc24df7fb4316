"""What stands in a place of an answer: what it is called, and which array of a network it is.

A place is a path: the returned part, then keys and indices, ("grads", 1, 0) say. The exercise's
roles say what a part is made of; nothing is read from a name.
"""

KINDS = "Wb"
MADE = ("gradient", "update", "textbook")


def called(exercise, path, outer):
    """The name of a place, as a learner reads it.

    outer : what it stands in, by name
    """
    given = exercise.named(path) if exercise.named is not None else None
    if given is not None:
        return given
    key = path[-1]
    if is_step(exercise, path):
        return f"tensor {key + 1} after step {path[-2] + 1}"
    layer, makes = layer_of(exercise, path)
    if layer is not None and len(path) == 3:
        return f"{'d' if makes == 'gradient' else ''}{layer[0]}{layer[1]}"
    if isinstance(key, str) and not key.isidentifier():
        return key  # an expression speaks for itself
    return f"{outer}[{key!r}]"


def layer_of(exercise, path):
    """(("W" or "b", number of the layer from 1), what it is), or (None, "").

    A list of layers holds pairs (W, b); one that has the role W or b holds these alone.
    """
    roles = exercise.role(path[0])
    makes = next((made for made in MADE if made in roles), "")
    if not makes or len(path) < 2 or type(path[1]) is not int:
        return None, ""
    alone = next((kind for kind in KINDS if kind in roles), None)
    if alone is not None:
        return ((alone, path[1] + 1), makes) if len(path) == 2 else (None, "")
    if len(path) == 3 and path[2] in (0, 1):
        return (KINDS[path[2]], path[1] + 1), makes
    return None, ""


def is_step(exercise, path):
    """Whether a place is one tensor after one step: ("params", step, tensor), both from 0."""
    return len(path) == 3 and "walk" in exercise.role(path[0])


def array_of(params, leaf):
    """The W or b of a network's layers to which a leaf belongs."""
    kind, number = leaf.layer
    return params[number - 1][KINDS.index(kind)]
