"""The words for two slips in one answer: what is seen of each by itself."""

from bplab.exam.diagnosis.named import table_of


def told_of_both(one, other, what="Your numbers are", where=("", ""), quoted=False):
    """What two slips give together, and what each is.

    one, other : the Fault of each
    where : where each of them is, such as ", in dW"
    quoted : whether one leaves right what the other spoils. Its words may say so, and are not true
        of the answer then, but of one that had this slip alone.
    """
    first, second = where
    if quoted:
        return (
            f"{what} what two slips together give. Of the one alone{first} one would say: "
            f'"{one.observed}" Of the other alone{second}: "{other.observed}"'
        )
    return (
        f"{what} what two slips together give. The one{first}, by itself: {one.observed} "
        f"The other{second}, by itself: {other.observed}"
    )


def leave_right_what_is_wrong(evidence, *mistakes):
    """Whether one of them leaves a number or an array right that is wrong in the answer."""
    wrong = _wrong(evidence.table)
    return not all(wrong <= _wrong(table_of(evidence, mistake)) for mistake in mistakes)


def _wrong(table):
    return {(at, leaf.slot) for at, leaves in enumerate(table) for leaf in leaves if not leaf.right}
