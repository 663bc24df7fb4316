"""conv_output_side: what must pass, and what must be told."""

from fractions import Fraction


def by_counting(side, K, stride=1, pad=0):
    if side + 2 * pad < K:
        raise ValueError("the window does not fit")
    places = [at for at in range(0, side + 2 * pad - K + 1, stride)]
    if places[-1] + K != side + 2 * pad:
        raise ValueError("pixels are left over")
    return len(places)


def by_divmod(side, K, stride=1, pad=0):
    moves, rest = divmod(side - K + 2 * pad, stride)
    if rest != 0 or moves < 0:
        raise ValueError(f"{moves}, rest {rest}")
    return moves + 1


def by_fraction(side, K, stride=1, pad=0):
    out = Fraction(side + 2 * pad - K, stride) + 1
    if out.denominator != 1 or out < 1:
        raise ValueError("no whole number of places")
    return int(out)


def by_float(side, K, stride=1, pad=0):
    out = (side + 2 * pad - K) / stride + 1
    if out < 1 or out != round(out):
        raise ValueError("no")
    return int(out)


def raises_another_error(side, K, stride=1, pad=0):
    out = (side + 2 * pad - K) / stride + 1
    assert out == int(out) and out >= 1, "does not come out even"
    return int(out)


def gives_none(side, K, stride=1, pad=0):
    out = (side + 2 * pad - K) / stride + 1
    return int(out) if out == int(out) and out >= 1 else None


def rounds_up(side, K, stride=1, pad=0):
    return -(-(side + 2 * pad - K) // stride) + 1


def pad_four_times(side, K, stride=1, pad=0):
    out = (side + 4 * pad - K) / stride + 1
    if out < 1 or out != round(out):
        raise ValueError("no")
    return int(out)


def refuses_too_much(side, K, stride=1, pad=0):
    if side % stride or side < K:
        raise ValueError("no")
    return (side + 2 * pad - K) // stride + 1


ACCEPTED = [by_counting, by_divmod, by_fraction, by_float]

TOLD = [
    (raises_another_error, "another-error", "AssertionError"),
    (gives_none, "not-refused", "nothing"),
    (rounds_up, "not-refused"),
    (pad_four_times, "side-wrong", "pad 1"),
    (refuses_too_much, "refused", "it comes out even"),
]
