"""The driver of train_classifier: train on patients, predict others."""

import contextlib
import io
import time

from bplab.exam.probes.registry import driver

ALONE = 6
PATIENCE_SECONDS = 20.0


@driver("classifier")
def classifier(bench, train_classifier, case):
    """Train on each training of the paper; predict the unseen, also one by one and in disguise."""
    started = time.monotonic()
    answers, altered, variants = [], None, {}
    silence = contextlib.nullcontext()
    for training, batches in zip(case["trainings"], case["batches"], strict=True):
        with silence:
            answers.append(_train_and_predict(bench, train_classifier, training, batches))
        silence = contextlib.redirect_stdout(io.StringIO())
    with silence:
        again = _train_and_predict(bench, train_classifier, case["trainings"][0])
        with contextlib.suppress(Exception):
            batches = case["altered"]["batches"]
            altered = _train_and_predict(bench, train_classifier, case["altered"], batches)
        for name, training in case["variants"].items():
            # They only help to name a mistake; a slow learner is not made to wait for them.
            if time.monotonic() - started < PATIENCE_SECONDS:
                with contextlib.suppress(Exception):
                    variants[name] = _train_and_predict(bench, train_classifier, training)
    return {"trainings": answers, "again": again, "altered": altered, "variants": variants}


def _train_and_predict(bench, train_classifier, training, batches=None):
    X_new = training["X_new"]
    given = {name: training[name] for name in ("X_train", "y_train", "X_val", "y_val", "rng")}
    predict = bench.call(train_classifier, **given)
    if not callable(predict):
        return {"kind": type(predict).__name__}
    answer = {
        "new": bench.call(predict, X=X_new),
        "alone": [bench.call(predict, X=X_new[i : i + 1]) for i in range(ALONE)],
        "train": bench.call(predict, X=training["X_train"]),
        "batches": {},
    }
    for name, X in (batches or {}).items():
        with contextlib.suppress(Exception):  # patients in disguise may well be refused
            answer["batches"][name] = bench.call(predict, X=X)
    return answer
