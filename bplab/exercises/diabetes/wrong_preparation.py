"""Pipelines that are wrong in how they prepare patients: scales, columns, features."""

import numpy as np

from bplab import nn
from bplab.exercises.diabetes.pipelines import diabetic, right, wrong
from bplab.nn.diabetes_classifier import train_network

unscaled = wrong(
    "unscaled",
    "Trained on the raw patients your model ranks them poorly; the same code, given patients "
    "already on one scale, does clearly better.",
    "Compare the size of the numbers that enter the first layer: a glucose of 120 beside a BMI "
    "of 30. What do the pre-activations look like, and where on its curve is tanh or the sigmoid?",
    "The gradient of a first-layer weight is its input times the error. Inputs around 100 push "
    "every unit into the flat part of its activation, and no single learning rate serves all "
    "columns. Bring each column to mean 0 and spread 1 first.",
)


@unscaled.way
def network_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    params = train_network(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, X)


@unscaled.way
def neuron_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    w, b, _ = nn.train_neuron(X_train, y_train, learning_rate=0.1, epochs=300)
    return lambda X: nn.neuron_forward(X, w, b)


@unscaled.way
def minibatches_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    params = nn.init_params((3, 16, 8, 2), rng)
    params, _ = nn.fit_minibatch(X_train, y_train, params, nn.sgd_step, 0.1, 32, 30, rng)
    return lambda X: diabetic(params, X)


test_unscaled = wrong(
    "test-unscaled",
    "New patients are ranked poorly in their own units, and well once they are put on the scale "
    "of your training set.",
    "Follow one new patient into the function you return: in which units does the network that "
    "you trained expect age, BMI and glucose?",
    "The network learned f(z) with z = (x - mean) / std. A prediction for x is f of that same z: "
    "the mean and std of the training set are part of the model, and go wherever it goes.",
)


@test_unscaled.way
def new_patients_left_raw(X_train, y_train, X_val, y_val, rng):
    _, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, X)


own_statistics = wrong(
    "own-statistics",
    "A patient who comes alone gets another probability than the same patient in a batch.",
    "What in the function you return depends on who else is in the batch? Put in one patient "
    "only, and follow the numbers from the first line.",
    "A batch of one has her own values as its mean, and a spread of 0: scaled by its own "
    "statistics every single patient becomes the same point, or nan. The mean and std must be "
    "those of the training set, fixed before anyone new arrives.",
)


@own_statistics.way
def scaled_by_the_batch(X_train, y_train, X_val, y_val, rng):
    _, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, (X - X.mean(axis=0)) / X.std(axis=0))


@own_statistics.way
def scaler_fitted_to_the_batch(X_train, y_train, X_val, y_val, rng):
    _, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X, nn.fit_scaler(X)))


@own_statistics.way
def probabilities_centered_on_the_batch(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train, y_train, X_val, y_val, rng)

    def predict(X):
        p = diabetic(params, nn.apply_scaler(X, scaler))
        return np.clip(p - p.mean() + 0.5, 0, 1)

    return predict


rows_scaled = wrong(
    "rows-scaled",
    "Your probability does not change when all three values of a patient are doubled.",
    "Which axis do your mean and std run along? Say in words what their entries are: one per "
    "feature, or one per person?",
    "Scaling compares a patient's glucose with other people's glucose: mean and std have one "
    "entry per column. Taken along a row they mix years, kg/m^2 and mg/dl, and wipe out whether "
    "someone is high or low in all of them.",
)


def _by_row(X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)


@rows_scaled.way
def scaled_across_rows(X_train, y_train, X_val, y_val, rng):
    A, params = _by_row(X_train), nn.init_params((3, 8, 2), rng)
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.05, len(A), 200, rng)
    return lambda X: diabetic(params, _by_row(X))


columns_swapped = wrong(
    "columns-swapped",
    "Your model ranks new patients well only when their columns come in another order.",
    "In which order do age, BMI and glucose stand when you train, and in which when you predict?",
    "A weight belongs to a column, not to a name: W1 has a row for age, one for BMI, one for "
    "glucose, in the order of training. A new patient's values must meet the same rows, and the "
    "same entries of the scaler.",
)


@columns_swapped.way
def columns_reversed_at_the_desk(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X[:, ::-1], scaler))


@columns_swapped.way
def age_and_bmi_exchanged(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X[:, [1, 0, 2]], scaler))


feature_ignored = wrong(
    "feature-ignored",
    "Giving everybody the same value in one or two of the columns changes none of your "
    "probabilities.",
    "Which columns reach the first layer? Print the shape of what goes in.",
    "Glucose alone gives an area of about 0.79 on both sets of patients. Age and BMI tell more "
    "than that: the first layer needs a row of weights for each of the three.",
)


@feature_ignored.way
def glucose_alone(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train[:, 2:], y_train, X_val[:, 2:], y_val, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X[:, 2:], scaler))
