"""The right numbers in wrong places, and one number in all of them."""

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import TOL
from bplab.exam.diagnosis.words import number, scalar
from bplab.exam.report import Fault


def transposed(group):
    """The transpose of the right array, where that has the same shape."""

    def test(e, a):
        return e.ndim == 2 and e.shape[0] == e.shape[1] and np.allclose(a.T, e, rtol=TOL)

    if all(test(leaf.expected, leaf.actual) for _, _, leaf, _ in group.rows):
        return Fault(
            "transposed",
            f"{group.name} is the transpose of what it should be.",
            "Which index is the sender and which the receiver?",
            "Entry [i, j] belongs to the weight from i to j: rows are inputs, columns outputs.",
        )
    return None


def permuted(group):
    """The right rows, columns or numbers in another order."""
    for axis, word in ((0, "rows"), (-1, "columns")):
        long_enough = any(
            leaf.expected.ndim and leaf.expected.shape[axis] > 2 for _, _, leaf, _ in group.rows
        )
        if long_enough and all(_is_permutation(leaf, axis) for _, _, leaf, _ in group.rows):
            return Fault(
                "permuted",
                f"{group.name} has the right {word if group.ndim > 1 else 'numbers'}, "
                "in another order.",
                "Which line sorts, reverses or shuffles, or walks the other way round?",
                "Entry i must belong to example or unit i from the first line to the last.",
            )
    if all(
        leaf.expected.size > 2
        and np.allclose(
            np.sort(leaf.expected.ravel()), np.sort(leaf.actual.ravel()), rtol=TOL, atol=1e-12
        )
        for _, _, leaf, _ in group.rows
    ):
        return Fault(
            "scrambled",
            f"{group.name} holds the right numbers in the wrong places.",
            "Is there a reshape where a transpose was meant?",
            "reshape reads the numbers again in the same order; a transpose swaps the axes.",
        )
    return None


def _is_permutation(leaf, axis):
    e, a = leaf.expected, leaf.actual
    if e.ndim == 0 or e.size > 20_000:
        return False
    e = np.moveaxis(e, axis, 0).reshape(e.shape[axis], -1)
    a = np.moveaxis(a, axis, 0).reshape(e.shape[0], -1)
    if np.allclose(a[np.lexsort(a.T)], e[np.lexsort(e.T)], rtol=TOL, atol=1e-12):
        return True
    if len(e) > 100:  # sorting goes wrong only where two numbers are all but equal
        return False
    left = list(range(len(a)))
    for row in e:
        hit = next((i for i in left if np.allclose(a[i], row, rtol=TOL, atol=1e-12)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def vanishing(actual, expected):
    """Whether numbers are 0, or next to nothing beside what belongs there."""
    sizes = np.max(np.abs(actual), initial=0.0), np.max(np.abs(expected), initial=0.0)
    return bool(sizes[0] <= 1e-15 * sizes[1])


def constant(group):
    """One and the same number in every case."""
    flat = [a for _, a in group.pairs()]
    if len(flat) < 2 or not all(a.size for a in flat):
        return None
    first = flat[0].flat[0]
    differs = len({float(np.real(e.flat[0])) for e, _ in group.pairs()}) > 1
    if differs and all(np.all(a == first) for a in flat):
        return Fault(
            "constant",
            f"{group.name} is {number(scalar(first))} in every case: it does not depend on what "
            "your function is given.",
            "Is a number from an example written into the function?",
            "Use the arguments: the next check draws other numbers.",
        )
    return None


def one_for_all(group):
    """Every entry, or every row, of the array is the same."""
    rows = [leaf for _, _, leaf, _ in group.rows if leaf.expected.ndim and len(leaf.expected) > 1]
    if not rows or any(len(leaf.actual) != len(leaf.expected) for leaf in rows):
        return None
    for leaf in rows:
        same = np.all(close(leaf.actual, np.broadcast_to(leaf.actual[:1], leaf.actual.shape), TOL))
        varied = np.any(~close(leaf.expected, leaf.expected[:1] + 0 * leaf.expected, 1e-3))
        if not same or not varied or vanishing(leaf.actual, leaf.expected):
            return None
    what = "row" if group.ndim > 1 else "entry"
    whose = ""
    for at, word in ((-1, "last"), (0, "first")):
        if all(np.all(close(leaf.actual[at], leaf.expected[at], 1e-7)) for leaf in rows):
            whose = f", that of the {word} one"
    return Fault(
        "all-the-same",
        f"Every {what} of {group.name} holds the same{whose}.",
        "If you loop: does each turn write into its own place, and from its own numbers? If you "
        "sum or average: over which axis?",
        f"Write {group.name} with its index. What on the right-hand side carries that index too?",
    )


def swapped(group):
    """Another of the returned arrays stands in its place."""
    found = [stands_for_another(group, leaf) for _, _, leaf, _ in group.rows if not leaf.right]
    if not found or found[0] is None:
        return None
    if None in found and group.ndim == 0:
        return None  # two single numbers are easily equal: a ReLU of z and z
    return found[0]


def stands_for_another(group, leaf):
    """The Fault of a leaf that is what belongs in another's place, or None."""
    leaves = next(leaves for leaves in group.table if any(other is leaf for other in leaves))
    for other in leaves:
        if other.name == leaf.name or isinstance(other.expected, str) or other.expected is None:
            continue
        if other.expected.shape != leaf.actual.shape or not leaf.actual.any():
            continue
        if np.allclose(other.expected, leaf.actual, rtol=TOL):
            if other.right:
                return _twice(leaf, other)
            by_place = isinstance(group.exercise.returns, tuple)
            return Fault(
                "swapped",
                f"What stands in the place of {leaf.name} is {other.name}.",
                "Compare the order of what you return with the exercise's."
                if by_place
                else f"Is {leaf.name} given its own value, or one that was made for another name?",
                f"The exercise asks for {_returns(group.exercise)}, in this order."
                if by_place
                else f"Write down what {leaf.name} is made from. {other.name} has its own formula.",
            )
    return None


def _twice(leaf, other):
    """The other is in its own place as well: then it is no matter of the order."""
    return Fault(
        "same-array-twice",
        f"What stands in the place of {leaf.name} is {other.name}, which stands in its own place "
        "as well.",
        f"Was {leaf.name} written over on the way, by an assignment to its entries, or do two "
        "names stand for one array?",
        f"Keep {leaf.name} as it is when it has been made, and put what comes of it into an array "
        "of its own.",
    )


def _returns(exercise):
    returns = exercise.returns
    return ", ".join(returns) if isinstance(returns, tuple) else returns


def unchanged(group):
    """One of the arguments, as it was given."""
    for name in group.array_inputs():
        if all(_equal_input(leaf.actual, case.inputs[name]) for _, case, leaf, _ in group.rows):
            return Fault(
                "unchanged",
                f"{group.name} is the argument {name} itself: nothing has been done to it.",
                "Is the result computed but not returned, or never computed?",
                "Follow the name you return back to the line that last gave it a value.",
            )
    return None


def _equal_input(actual, value):
    same_shape = np.shape(value) == actual.shape and actual.size
    return same_shape and np.allclose(actual, value, rtol=TOL)


def region(group):
    """Wrong only on part of the entries, and the part says which."""
    sided = _one_sided(group, arrays_only=True)
    if sided is not None:
        return sided
    if len(group.rows) and all(leaf.expected.ndim >= 1 for _, _, leaf, _ in group.rows):
        return _at_one_end(group, 0, "row", "row" if group.ndim == 2 else "number", "a loop")
    return None


def one_side(group):
    """Wrong on one side only, where some of the cases are single numbers."""
    return _one_sided(group, arrays_only=False)


def _one_sided(group, arrays_only):
    for name in group.array_inputs():
        hit = _side(group, name, arrays_only)
        if hit:
            side, share = hit
            return Fault(
                "one-sided",
                f"{group.name} is right except where {name} is {side} ({share:.0%} of it)"
                f"{_held(group)}.",
                f"Follow one entry with {name} {side} through your function.",
                "The function behaves differently on the two sides: write down both cases.",
            )
    return None


def _side(group, name, arrays_only):
    bad_total = total = 0
    sides = set()
    for _, case, leaf, _ in group.rows:
        x = np.asarray(case.inputs[name])
        if arrays_only and (type(case.inputs[name]) is not np.ndarray or x.dtype.kind != "f"):
            return None
        if x.shape != leaf.expected.shape or x.dtype.kind not in "fi":
            return None
        bad = ~close(leaf.actual, leaf.expected, group.exercise.rtol)
        bad_total, total = bad_total + bad.sum(), total + bad.size
        if not bad.any():
            continue
        if bad.all():
            return None
        if np.all(x[bad] < 0) and np.all(bad[x < 0] | (leaf.expected[x < 0] == 0)):
            sides.add("negative")
        elif np.all(x[bad] > 0) and np.all(bad[x > 0] | (leaf.expected[x > 0] == 0)):
            sides.add("positive")
        elif np.abs(x[bad]).min() > np.abs(x[~bad]).max():
            sides.add("large")
        else:
            return None
    return (sides.pop(), bad_total / total) if len(sides) == 1 else None


def _only_at(group, index, axis):
    """Whether one place along an axis, the first or the last, holds all that is wrong."""
    rows = [leaf for _, _, leaf, _ in group.rows if not leaf.right]
    long_enough = any(leaf.expected.shape[axis] > 2 for leaf in rows)
    return long_enough and all(_only_wrong_row(leaf, index, axis) for leaf in rows)


def _only_wrong_row(leaf, index, axis):
    if leaf.expected.shape[axis] < 2:
        return False
    good = np.moveaxis(close(leaf.actual, leaf.expected, 1e-7), axis, 0)
    good = good.reshape(len(good), -1).all(axis=1)
    rest = np.delete(good, index)
    return not good[index] and bool(rest.all())


def column(group):
    """Only the first column, or only the last, is wrong."""
    if group.ndim < 2:
        return None
    return _at_one_end(group, -1, "column", "column", "a loop over columns")


def _at_one_end(group, axis, kind, called, loop):
    """The Fault of a first or a last one along an axis that holds all that is wrong, or None."""
    for index, word in ((-1, "last"), (0, "first")):
        if _only_at(group, index, axis):
            place = f"{word} {called} of {group.name}"
            if group.ndim > 2:
                along = "first" if axis == 0 else "last"
                place = f"{word} block of {group.name} along its {along} axis"
            return Fault(
                f"{word}-{kind}",
                f"Only the {place} is wrong{_held(group)}.",
                f"Where does {loop} start and end; is a range one too short?",
                f"range(n) runs from 0 to n - 1: is the {word} one treated as the others?",
            )
    return None


def along_a_middle_axis(group):
    """Only the first place along one of the axes in the middle, or only the last, is wrong."""
    least = min(leaf.expected.ndim for _, _, leaf, _ in group.rows)
    for axis in range(1, least - 1):
        for index, word in ((-1, "last"), (0, "first")):
            if _only_at(group, index, axis):
                return Fault(
                    f"{word}-along-an-axis",
                    f"Only the {word} place along axis {axis} of {group.name} is wrong"
                    f"{_held(group)}.",
                    "Which loop or slice runs along that axis, and is it one too short, or begun "
                    "one too late?",
                    f"range(n) runs from 0 to n - 1: is the {word} one treated as the others?",
                )
    return None


def _held(group):
    """What stands in all wrong entries, if it is one number."""
    found = [
        leaf.actual[~close(leaf.actual, leaf.expected, group.exercise.rtol)]
        for _, _, leaf, _ in group.rows
    ]
    found = np.concatenate([np.ravel(values) for values in found])
    if found.size < 2 or np.any(found != found[0]):
        return ""
    return f"; there it holds {number(scalar(found[0]))} throughout"
