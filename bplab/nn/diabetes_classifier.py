"""The whole course in one function: from raw patients to a function that gives probabilities."""

import numpy as np

from bplab.nn.class_scores import cross_entropy
from bplab.nn.early_stopping import EarlyStopping
from bplab.nn.fit import flatten, pair_up
from bplab.nn.mlp import init_params, mlp_forward
from bplab.nn.optimizers import adam_step
from bplab.nn.regularized import regularized_gradients
from bplab.nn.scaling import apply_scaler, fit_scaler

HIDDEN = (8, 8)
LEARNING_RATE = 0.02
LAM = 0.02
PATIENCE = 30
MAX_EPOCHS = 500


def train_classifier(X_train, y_train, X_val, y_val, rng):
    """Train on patients; return a function from new patients to probabilities.

    Parameters
    ----------
    X_train, X_val : ndarray, (N, 3)
        Raw patients: age in years, bmi in kg/m^2, glucose in mg/dl.
    y_train, y_val : ndarray, (N,)
        1 for diabetic, 0 for not.
    rng : numpy.random.Generator
        Draws the first weights.

    Returns
    -------
    callable
        From raw patients (N, 3), one or many, to the probability that each is diabetic, (N,).
    """
    # The network goes on seeing patients in the units it was trained in: those of this scaler.
    scaler = fit_scaler(X_train)
    params = train_network(
        apply_scaler(X_train, scaler), y_train, apply_scaler(X_val, scaler), y_val, rng
    )

    def predict(X):
        P, _ = mlp_forward(apply_scaler(X, scaler), params)
        return P[:, 1]

    return predict


def train_network(X_train, y_train, X_val, y_val, rng):
    """Adam on the whole training set, with L2, until the validation loss has stopped falling.

    Parameters
    ----------
    X_train, X_val : ndarray, (N, D)
        Scaled.
    y_train, y_val : ndarray, (N,)
    rng : numpy.random.Generator

    Returns
    -------
    list of (W, b)
        The network with the best validation loss.
    """
    y_train, y_val = np.asarray(y_train, dtype=int), np.asarray(y_val, dtype=int)
    params, state = init_params((X_train.shape[1], *HIDDEN, 2), rng), {}
    stopping = EarlyStopping(PATIENCE)
    for _ in range(MAX_EPOCHS):
        P, cache = mlp_forward(X_train, params)
        grads = regularized_gradients(P, y_train, cache, params, LAM)
        tensors, state = adam_step(flatten(params), flatten(grads), state, LEARNING_RATE)
        params = pair_up(tensors)
        P_val, _ = mlp_forward(X_val, params)
        if stopping.update(cross_entropy(P_val, y_val), params):
            break
    return stopping.best_params
