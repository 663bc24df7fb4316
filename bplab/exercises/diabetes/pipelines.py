"""Wrong ways to build the diabetes classifier, and what to say of each.

`WRONG` holds, per slug, three rungs of hints and the pipelines that show the mistake: one or
more functions with the signature of `train_classifier`. A slug stands for what an examiner can
tell apart from probabilities alone (`bplab.exercises.diabetes.classifier_bars`); pipelines under
one slug are different roads to the same symptom.
"""

from bplab import nn
from bplab.exercises.wrong_ways import Wrong
from bplab.nn.diabetes_classifier import train_network

WRONG = {}


def wrong(slug, observed, look, derive):
    WRONG[slug] = Wrong(slug, observed, look, derive)
    return WRONG[slug]


def scaled_parts(X_train, X_val):
    scaler = nn.fit_scaler(X_train)
    return scaler, nn.apply_scaler(X_train, scaler), nn.apply_scaler(X_val, scaler)


def diabetic(params, A):
    return nn.mlp_forward(A, params)[0][:, 1]


def right(X_train, y_train, X_val, y_val, rng):
    """The reference's scaler and network, for pipelines that go wrong after training."""
    scaler, A, A_val = scaled_parts(X_train, X_val)
    return scaler, train_network(A, y_train, A_val, y_val, rng)


# --- the units ----------------------------------------------------------------------------------
