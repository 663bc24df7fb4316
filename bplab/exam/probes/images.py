"""Drivers for images: sides of what a window leaves, and a reader of digits."""

from bplab.exam.probes.registry import driver

ALONE = 8


@driver("sides")
def sides(bench, fn, case):
    """Call once for each (side, K[, stride[, pad]]); a refusal is an answer too."""
    names = ("side", "K", "stride", "pad")
    calls = (dict(zip(names, call, strict=False)) for call in case["calls"])
    return [_asked(bench, fn, given) for given in calls]


def _asked(bench, fn, given):
    try:
        return bench.call(fn, **given)
    except (ValueError, AssertionError, ArithmeticError) as error:
        return type(error).__name__


@driver("digits")
def digits(bench, train_digits, case):
    """Train once; read the digits held back, all at once, one by one, and once more."""
    predict = bench.call(train_digits, X=case["X"], y=case["y"], rng=case["rng"])
    if not callable(predict):
        return {"kind": type(predict).__name__}
    unseen = case["unseen"]
    plain = unseen["as they are"]
    return {
        "read": {name: bench.call(predict, X=X) for name, X in unseen.items()},
        "again": bench.call(predict, X=plain),
        "alone": [bench.call(predict, X=plain[i : i + 1]) for i in range(ALONE)],
        "trained": bench.call(predict, X=case["X"]),
    }
