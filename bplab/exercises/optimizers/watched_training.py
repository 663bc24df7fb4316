"""What can be told of a training loop: where it trains right, and what it hands to step."""

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.training import (
    CALLS,
    HANDED,
    IN_FILE_ORDER,
    OF_ONE_SEED,
    OF_TWO_SEEDS,
    ORDERS,
    parted,
)

COUNTS = (CALLS, HANDED, ORDERS, IN_FILE_ORDER, OF_ONE_SEED, OF_TWO_SEEDS)
NO_MEANS = ("params", "losses", *COUNTS)  # what else is watched are the mean gradients of an epoch
DEAL = "Deal new batches at the start of each epoch: all indices shuffled, then cut."


def tell_training(wrong, rows):
    """What fit_minibatch does otherwise, in words, or None."""
    watched = _handed_over(wrong, rows)
    if watched is not None:
        return watched
    if wrong.makes == "update":
        return _where_it_trains_right(rows)
    if wrong.name == ORDERS:
        return Fault(
            "orders-repeated",
            f"In {int(wrong.expected)} epochs your examples came in "
            f"{'one order only' if wrong.actual == 1 else f'{int(wrong.actual)} different orders'} "
            "(turning the same order around its start does not count); every epoch should have one "
            "of its own.",
            "What is rng for, and how often is it asked? Are all the indices shuffled, or only "
            "some?",
            DEAL,
        )
    if wrong.name == IN_FILE_ORDER:
        return Fault(
            "in-file-order",
            f"{int(wrong.actual)} of your epochs went through the examples in their order in the "
            "data.",
            "Where do the indices of a batch come from, and does shuffling happen before it?",
            DEAL,
        )
    if wrong.name == OF_TWO_SEEDS:
        return Fault(
            "other-dice-once",
            "Two different generators gave the same orders: the shuffle does not come from rng.",
            "Which generator deals your batches: the one you are given, or another?",
            "rng goes to minibatches as it is: then a seed repeats an experiment, and a new one "
            "varies it.",
        )
    if wrong.part not in NO_MEANS:
        return Fault(
            "gradients-of-an-epoch",
            "With a step rule that leaves the weights alone, the gradients you hand to step in one "
            "epoch do not have the mean that the gradient of all the examples is.",
            "Which rows go into a batch, with which labels, and is the gradient changed on its way "
            "to step?",
            "In each epoch every example is in exactly one batch, with its own label; step gets "
            "the gradient of the batch's mean loss as it is.",
        )
    return None


def _handed_over(wrong, rows):
    """What is wrong with how step is called, seen where it is watched, or None.

    It comes before all numbers: they follow from it.
    """
    for given, _, leaves in rows:
        found = {leaf.name: leaf for leaf in leaves if not leaf.right}
        handed, calls = found.get(HANDED), found.get(CALLS)
        if handed is not None and isinstance(handed.expected, str):
            fault = _tensors_fault(given, str(_word(handed)), handed.expected)
            if fault is not None:
                return fault
        if calls is not None:
            return _calls_fault(given, int(calls.actual), int(calls.expected))
    return None


def _word(leaf):
    return leaf.actual if isinstance(leaf.actual, str) else np.asarray(leaf.actual).item()


def _tensors_fault(given, handed, wanted):
    if sorted(parted(handed)) == sorted(parted(wanted)):
        return Fault(
            "tensors-in-another-order",
            f"step is handed {handed}; the exercise names the order {wanted}.",
            "In which order do you lay the tensors side by side, before the first step?",
            "The weights and the biases of the first layer, then those of the second, and so on. A "
            "step rule does not mind; whoever looks into its state does.",
        )
    if set(parted(handed)) < set(parted(wanted)):
        return Fault(
            "some-tensors-only",
            f"In its first call step is handed {handed}; {wanted} belong there, in one list.",
            "How often is step called for one batch, and what is in the list each time?",
            "One call for each batch, with the tensors of all layers in one flat list: then one "
            "state serves them all.",
        )
    return None


def _calls_fault(given, called, wanted):
    epochs, N = given["epochs"], len(given["y"])
    told = (
        f"In {epochs} epochs over {N} examples in batches of {given['batch_size']} you called step "
        f"{called} times; {wanted} times belong there."
    )
    if called == epochs * N:
        return Fault(
            "one-update-per-example",
            f"{told} That is once for each example.",
            "What is inside the loop over the batches: one forward pass, or a loop over its "
            "examples?",
            "A batch goes through the network as it is, all its rows at once, and takes one step.",
        )
    if called == epochs:
        return Fault(
            "one-step-per-epoch",
            f"{told} That is once for each epoch.",
            "How many steps should an epoch have?",
            "A step follows every batch: that is what makes mini-batches fast.",
        )
    if called == epochs * (N // given["batch_size"]):
        return Fault(
            "last-batch-dropped",
            f"{told} The examples that do not fill a whole batch are left out.",
            "How many batches make an epoch when batch_size does not divide N?",
            "Every example counts once an epoch; the last batch may be smaller.",
        )
    return Fault(
        "number-of-steps",
        told,
        "How many batches has an epoch, and how often is step called for one batch?",
        "One call for each batch, with all tensors in one flat list: weights and biases of all "
        "layers together.",
    )


def _where_it_trains_right(rows):
    """What follows from the cases in which the trained parameters are right, or None."""
    alike, whole, several = [], [], []
    for given, leaf, _ in rows:
        X, y = given["X"], given["y"]
        if np.all(X == X[0]) and np.all(y == y[0]):
            alike.append(leaf.right)
        elif given["batch_size"] >= len(y):
            whole.append(leaf.right)
        else:
            several.append(leaf.right)
    if alike and whole and all(alike) and not any(whole):
        return Fault(
            "rows-of-a-batch",
            "You are right where all rows of the data are the same, and wrong even where one batch "
            "holds all of them: what is off is which rows and which labels go into a batch.",
            "Print the indices of one batch, and the rows and labels that you pick with them. Is "
            "each example there once, beside its own label?",
            "One index array picks both X and y. All batches of an epoch together are every index "
            "once.",
        )
    if alike and whole and not any(alike) and all(whole):
        return Fault(
            "several-batches",
            "You are right where one batch holds all rows, and wrong where an epoch has several "
            "batches.",
            "How many batches are visited in an epoch, and what does each of them start from: the "
            "parameters and the state that the one before has left?",
            "Every batch takes its own step, from where the step before has led, with the gradient "
            "of a mean over this batch alone.",
        )
    return None
