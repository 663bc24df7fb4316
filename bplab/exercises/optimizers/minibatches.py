"""Deal the examples of one epoch into batches."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng

minibatches = Exercise(
    "minibatches",
    "04_optimizers",
    nn.minibatches,
    returns="batches",
    points=2,
    driver="two seeds",
    achieved="Every example is met once in an epoch, in an order that the seed decides.",
)


@minibatches.paper
def _(rng):
    for full, batch_size, left in [(4, 5, 3), (4, 6, 0), (0, 30, 11), (17, 1, 0)]:
        N = (full + int(rng.integers(0, 6))) * batch_size + left if full else left
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"N": N, "batch_size": batch_size, "rng": first, "other": second}


@minibatches.judge
def _(case, value):
    N, size = case.inputs["N"], case.inputs["batch_size"]
    for batches in (value["first"], value["second"]):
        fault = _batches_fault(batches, N, size)
        if fault is not None:
            return fault
    one, two = (np.concatenate(_rows(value[name])) for name in ("first", "second"))
    if size < N and np.array_equal(one, two):
        return Fault("rng-unused", "")
    return None


def _rows(batches):
    return [np.asarray(batch, dtype=float).ravel() for batch in batches]


def _batches_fault(batches, N, size):
    """The Fault of one epoch's batches, in the order in which one thing rests on another."""
    if isinstance(batches, np.ndarray) and batches.ndim == 2:
        batches = list(batches)
    fault = _form_fault(batches)
    if fault is not None:
        return fault
    rows = _rows(batches)
    return (
        _indices_fault(batches, rows, N)
        or _once_fault(rows, N, size)
        or _sizes_fault(rows, N, size)
        or (_order_fault(rows, N) if size < N else None)  # of all in one it is nobody's business
    )


def _form_fault(batches):
    """The Fault of what is no list of rows, or None."""
    if batches is None:
        return Fault("returned-nothing", "")
    if not isinstance(batches, (list, tuple)) or not all(
        isinstance(batch, (list, tuple, np.ndarray)) for batch in batches
    ):
        what = ""
        if isinstance(batches, np.ndarray):
            what = f"; yours is one array of {batches.size} numbers"
        return Fault(
            "wrong-type",
            f"A list of index arrays belongs here, one array for each batch{what}.",
            "What is one batch in what you return, and what is the whole?",
            "One shuffled row of all indices is cut into pieces: the list of the pieces is asked.",
        )
    odd = next((b for b in batches if isinstance(b, np.ndarray) and b.ndim > 1), None)
    if odd is not None:
        return Fault(
            "not-a-row",
            f"One of your batches has the shape {odd.shape}; a row of indices, ({odd.size},), "
            "belongs there.",
            "Print the shape of what you shuffle. What would X[batch] be with it?",
            "A column of indices picks rows of rows: X[batch] then has one axis too many.",
        )
    if any(np.ndim(item) for batch in batches for item in list(batch)[:1]):
        return Fault(
            "wrong-type",
            "Your list holds lists of batches; it should hold the batches themselves.",
            "How many brackets are there around one batch?",
            "Three levels would be a list of epochs. One epoch is a list of index arrays.",
        )
    return None


def _indices_fault(batches, rows, N):
    """The Fault of what is no index of an example, or of a batch without any, or None."""
    indices, sizes = _laid_out(rows)
    kinds = {np.asarray(batch).dtype.kind for batch in batches if len(batch)}
    if kinds & {"f", "c"}:
        return Fault("wrong-type", "Your batches hold floats, and only whole numbers can index.")
    if "b" in kinds:
        return Fault(
            "wrong-type",
            "Your batches hold true and false; the exercise asks for the numbers of the examples.",
        )
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your batches hold the index {int(indices.max() if indices.max() >= N else -1)}; the "
            f"{N} examples are numbered 0 to {N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    empty = [size for size in sizes if not size]
    if empty:
        return Fault(
            "empty-batch",
            f"{len(empty)} of your {len(sizes)} batches "
            f"{'is' if len(empty) == 1 else 'are'} empty.",
            "How many batches are needed when batch_size divides N exactly?",
            "Begin a batch only where an index is left: at 0, batch_size, 2 * batch_size and so "
            "on, below N. An empty batch has no mean, and no gradient.",
        )
    return None


def _once_fault(rows, N, size):
    """The Fault of examples that are in no batch, or in several, or None."""
    indices, sizes = _laid_out(rows)
    missing = N - len(np.unique(indices))
    several = len(indices) > N - missing  # some are there more than once
    if missing and not several and all(s == size for s in sizes):
        return Fault("last-batch-dropped", f"{missing} of the {N} examples are in no batch.")
    if missing and several:
        return Fault("with-replacement", f"{missing} of the {N} examples are in no batch.")
    if missing or len(indices) != N:
        absent = sorted(set(range(N)) - {int(i) for i in indices})[:5]
        twice = len(indices) - (N - missing)
        told = f"Your batches hold {len(indices)} indices for {N} examples."
        if absent:
            named = ", ".join(map(str, absent)) + (", ..." if missing > len(absent) else "")
            told += f" {missing} of them are in no batch: {named}."
        if twice:
            told += f" {twice} of the indices are there for another time."
        return Fault(
            "not-once",
            told,
            "Does every example land in exactly one batch?",
            "Cutting one shuffled row of all indices into pieces uses each once by itself.",
        )
    return None


def _sizes_fault(rows, N, size):
    """The Fault of batches of other sizes, or None."""
    sizes = [len(row) for row in rows]
    wanted = [size] * (N // size) + ([N % size] if N % size else [])
    if sizes != wanted and _are_runs(rows) and sorted(sizes, reverse=True) == wanted:
        return Fault("only-batches-shuffled", "")
    if sizes != wanted and sorted(sizes, reverse=True) == wanted:
        return Fault(
            "small-batch-not-last",
            f"Your batches have {_listed(sizes)} examples: the one that is not full stands as "
            f"number {1 + sizes.index(wanted[-1])}, and it should be the last.",
            "From which end do you cut the shuffled row, and where does the rest go?",
            "Cut full batches from the beginning on; what is left at the end is the last one.",
        )
    if sizes != wanted:
        return Fault(
            "batch-sizes",
            f"Your batches have {_listed(sizes)} examples; {_listed(wanted)} belong there.",
            "Which argument is the size of a batch, and which follows from it: how many there are?",
            "All batches are full except perhaps the last, which takes what is left.",
        )
    return None


def _order_fault(rows, N):
    """The Fault of examples that are not shuffled, or hardly, or None."""
    order = [int(i) for row in rows for i in row]
    if order == sorted(order):
        return Fault("not-shuffled", "")
    if order == sorted(order, reverse=True):
        return Fault(
            "reversed",
            "Your batches run backward through the file; nothing is shuffled.",
            "What is rng for?",
            "A reversed file is as sorted as before. Every order should be equally likely.",
        )
    if _are_runs(rows):
        inside = all(list(row) == sorted(row) for row in rows)
        return Fault("only-batches-shuffled" if inside else "shuffled-inside", "")
    follows = int(np.sum(np.abs(np.diff(order)) == 1))
    if N >= 20 and all(list(row) == sorted(row) for row in rows):
        return None  # sorting inside a batch makes neighbors; it does no harm
    if N >= 20 and 2 * follows > N:
        return Fault(
            "hardly-shuffled",
            f"{follows} of your {N} examples are still followed by a neighbor from the file.",
            "Which indices does your shuffle move, and which stay beside each other?",
            "After a fair shuffle every order is equally likely; neighbors stay together by chance "
            "only, about two in a whole epoch.",
        )
    return None


def _laid_out(rows):
    """All indices in one row, and the number in each batch."""
    return np.concatenate(rows) if rows else np.zeros(0), [len(row) for row in rows]


def _are_runs(rows):
    """Whether each batch holds neighbors from the file, in whatever order."""
    lengths = [len(row) for row in rows]
    return max(lengths) > 1 and len(rows) > 2 and all(np.ptp(row) == len(row) - 1 for row in rows)


def _listed(sizes):
    return ", ".join(map(str, sizes[:8])) + (", ..." if len(sizes) > 8 else "")


@minibatches.mistake(
    "not-shuffled",
    "Your batches run through the examples in their order in the file.",
    "What if the file is sorted, all healthy people first? What is rng for?",
    "Shuffle all N indices first; then each batch is a fair sample, and its gradient is right on "
    "average.",
)
def _(N, batch_size, rng):
    return [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]


@minibatches.mistake(
    "last-batch-dropped",
    "The examples that do not fill a whole batch are left out.",
    "How many batches are needed for N = {N} and a batch size of {batch_size}? What is left over?",
    "Each example counts once an epoch; the last batch may be smaller.",
)
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N - batch_size + 1, batch_size)]


@minibatches.mistake(
    "with-replacement",
    "Some examples occur twice and others not at all.",
    "Are your indices drawn one by one, or is one full set shuffled?",
    "An epoch visits every example exactly once: that is a permutation, not N independent draws.",
)
def _(N, batch_size, rng):
    order = rng.integers(0, N, N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@minibatches.mistake(
    "only-batches-shuffled",
    "The batches come in random order, but each holds neighbors from the file.",
    "Who is in a batch with example 0, in your version, epoch after epoch?",
    "Shuffle the examples before you cut the batches, not the batches after.",
)
def _(N, batch_size, rng):
    batches = [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]
    full = batches[:-1] if len(batches[-1]) < batch_size else batches
    tail = batches[len(full) :]
    return [full[i] for i in rng.permutation(len(full))] + tail


@minibatches.mistake(
    "shuffled-inside",
    "Each batch is shuffled inside, but it always holds the same neighbors from the file.",
    "Who is in a batch with example 0, in your version, epoch after epoch?",
    "Order inside a batch does not matter to a mean. Shuffle the examples before you cut.",
)
def _(N, batch_size, rng):
    return [rng.permutation(np.arange(i, min(i + batch_size, N))) for i in range(0, N, batch_size)]


@minibatches.mistake(
    "rng-unused",
    "Two different generators give the same batches: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(N, batch_size, rng):
    order = np.random.default_rng(0).permutation(N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]
