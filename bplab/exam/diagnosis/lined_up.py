"""Shapes that do not fit entry by entry: what they say of the axes, as (look, derive)."""

import re

SHAPES = re.compile(r"could not be broadcast together with shapes (\(.*\))")


def hints_for_shapes(said):
    """(look, derive) for two shapes in NumPy's own words, or None."""
    found = SHAPES.search(said)
    shapes = [
        tuple(int(side) for side in re.findall(r"\d+", shape))
        for shape in re.findall(r"\([\d,]*\)", found[1] if found else "")
    ]
    if len(shapes) != 2 or not all(shapes):
        return None
    one, other = sorted(shapes, key=len)
    if len(one) == len(other) == 2 and one == other[::-1]:
        return (
            f"{_written(shapes[0])} met {_written(shapes[1])}: the same two axes, in the opposite "
            "order. Which of the two arrays lies on its side?",
            "The first index counts the rows, the second the columns. Write both arrays with their "
            "indices: they must come in the same order.",
        )
    if len(one) == len(other) == 1:
        return (
            f"One array has {shapes[0][0]} numbers, the other {shapes[1][0]}: they belong to "
            "different axes. What does each of them count?",
            "If the formula has one index on its left, both factors belong to that one. If it has "
            "both indices there, as w_ij does, there is a number for each pair.",
        )
    if len(one) == 1 and len(other) == 2 and one[0] == other[0]:
        return (
            f"NumPy lines {_written(one)} up with the last axis of {_written(other)}, which has "
            f"{other[1]} places, not with its {other[0]} rows. What should happen along the rows "
            "here?",
            "Write the line with its indices. A sum over the rows is a product of the two; if each "
            "row keeps a number of its own, that number has to stand in a column, or pick its "
            "place in the row.",
        )
    if len(one) == len(other) == 2 and one[0] == other[0]:
        return (
            f"Both have {one[0]} rows, but one has {shapes[0][1]} columns and the other "
            f"{shapes[1][1]}. What does a column of each stand for?",
            "Entry by entry only what belongs to the same row and the same column can meet. Write "
            "both arrays with their indices.",
        )
    return None


def _written(shape):
    return f"({shape[0]},)" if len(shape) == 1 else str(shape)
