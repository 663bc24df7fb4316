"""Wrong ways to build the diabetes classifier, and what to say of each.

`WRONG` holds, per slug, three rungs of hints and the pipelines that show the mistake: one or
more functions with the signature of `train_classifier`. A slug stands for what an examiner can
tell apart from probabilities alone (`bplab.exercises.diabetes.classifier_bars`); pipelines under
one slug are different roads to the same symptom.
"""

from dataclasses import dataclass, field

import numpy as np

from bplab import data, nn
from bplab.nn.diabetes_classifier import train_network


@dataclass(frozen=True)
class Wrong:
    """One kind of mistake: its hints, and the pipelines that make it."""

    slug: str
    observed: str
    look: str
    derive: str
    pipelines: list = field(default_factory=list)

    def pipeline(self, function):
        """Decorator: a wrong pipeline of this kind."""
        self.pipelines.append(function)
        return function


WRONG = {}


def _wrong(slug, observed, look, derive):
    WRONG[slug] = Wrong(slug, observed, look, derive)
    return WRONG[slug]


def _scaled(X_train, X_val):
    scaler = nn.fit_scaler(X_train)
    return scaler, nn.apply_scaler(X_train, scaler), nn.apply_scaler(X_val, scaler)


def _diabetic(params, A):
    return nn.mlp_forward(A, params)[0][:, 1]


def _right(X_train, y_train, X_val, y_val, rng):
    """The reference's scaler and network, for pipelines that go wrong after training."""
    scaler, A, A_val = _scaled(X_train, X_val)
    return scaler, train_network(A, y_train, A_val, y_val, rng)


# --- the units ----------------------------------------------------------------------------------

unscaled = _wrong(
    "unscaled",
    "Trained on the raw patients your model ranks them poorly; the same code, given patients "
    "already on one scale, does well.",
    "Compare the size of the numbers that enter the first layer: a glucose of 120 beside a BMI "
    "of 30. What do the pre-activations look like, and where on its curve is tanh or the sigmoid?",
    "The gradient of a first-layer weight is its input times the error. Inputs around 100 push "
    "every unit into the flat part of its activation, and no single learning rate serves all "
    "columns. Bring each column to mean 0 and spread 1 first.",
)


@unscaled.pipeline
def network_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    params = train_network(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, X)


@unscaled.pipeline
def neuron_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    w, b, _ = nn.train_neuron(X_train, y_train, learning_rate=0.1, epochs=300)
    return lambda X: nn.neuron_forward(X, w, b)


@unscaled.pipeline
def minibatches_on_raw_patients(X_train, y_train, X_val, y_val, rng):
    params = nn.init_params((3, 16, 8, 2), rng)
    params, _ = nn.fit_minibatch(X_train, y_train, params, nn.sgd_step, 0.1, 32, 30, rng)
    return lambda X: _diabetic(params, X)


test_unscaled = _wrong(
    "test-unscaled",
    "New patients are ranked poorly in their own units, and well once they are put on the scale "
    "of your training set.",
    "Follow one new patient into the function you return: in which units does the network that "
    "you trained expect age, BMI and glucose?",
    "The network learned f(z) with z = (x - mean) / std. A prediction for x is f of that same z: "
    "the mean and std of the training set are part of the model, and go wherever it goes.",
)


@test_unscaled.pipeline
def new_patients_left_raw(X_train, y_train, X_val, y_val, rng):
    _, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, X)


own_statistics = _wrong(
    "own-statistics",
    "A patient who comes alone gets another probability than the same patient in a batch.",
    "What in the function you return depends on who else is in the batch? Put in one patient "
    "only, and follow the numbers from the first line.",
    "A batch of one has her own values as its mean, and a spread of 0: scaled by its own "
    "statistics every single patient becomes the same point, or nan. The mean and std must be "
    "those of the training set, fixed before anyone new arrives.",
)


@own_statistics.pipeline
def scaled_by_the_batch(X_train, y_train, X_val, y_val, rng):
    _, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, (X - X.mean(axis=0)) / X.std(axis=0))


@own_statistics.pipeline
def scaler_fitted_to_the_batch(X_train, y_train, X_val, y_val, rng):
    _, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X, nn.fit_scaler(X)))


@own_statistics.pipeline
def probabilities_centered_on_the_batch(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train, y_train, X_val, y_val, rng)

    def predict(X):
        p = _diabetic(params, nn.apply_scaler(X, scaler))
        return np.clip(p - p.mean() + 0.5, 0, 1)

    return predict


rows_scaled = _wrong(
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


@rows_scaled.pipeline
def scaled_across_rows(X_train, y_train, X_val, y_val, rng):
    A, params = _by_row(X_train), nn.init_params((3, 8, 2), rng)
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.05, len(A), 200, rng)
    return lambda X: _diabetic(params, _by_row(X))


columns_swapped = _wrong(
    "columns-swapped",
    "Your model ranks new patients well only when their columns come in another order.",
    "In which order do age, BMI and glucose stand when you train, and in which when you predict?",
    "A weight belongs to a column, not to a name: W1 has a row for age, one for BMI, one for "
    "glucose, in the order of training. A new patient's values must meet the same rows, and the "
    "same entries of the scaler.",
)


@columns_swapped.pipeline
def columns_reversed_at_the_desk(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X[:, ::-1], scaler))


@columns_swapped.pipeline
def age_and_bmi_exchanged(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X[:, [1, 0, 2]], scaler))


feature_ignored = _wrong(
    "feature-ignored",
    "Giving everybody the same value in one or two of the columns changes none of your "
    "probabilities.",
    "Which columns reach the first layer? Print the shape of what goes in.",
    "Glucose alone gives an area of about 0.79 on both sets of patients. Age and BMI tell more "
    "than that: the first layer needs a row of weights for each of the three.",
)


@feature_ignored.pipeline
def glucose_alone(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train[:, 2:], y_train, X_val[:, 2:], y_val, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X[:, 2:], scaler))


# --- the labels ---------------------------------------------------------------------------------

labels_shuffled = _wrong(
    "labels-shuffled",
    "Your model has learned, but it cannot rank even the patients it was trained on.",
    "Are row i of X and entry i of y still the same person when they reach the loss? Follow them "
    "through every shuffle, split and batch.",
    "The gradient adds up, over the rows, an error of y_i times an input x_i. If they belong to "
    "different people that sum is noise around 0, and there is nothing in it to learn. One "
    "permutation must index both.",
)


@labels_shuffled.pipeline
def rows_shuffled_without_labels(X_train, y_train, X_val, y_val, rng):
    return nn.train_classifier(rng.permutation(X_train), y_train, X_val, y_val, rng)


@labels_shuffled.pipeline
def both_parts_shuffled_without_labels(X_train, y_train, X_val, y_val, rng):
    shuffled = rng.permutation(X_train), y_train, rng.permutation(X_val), y_val
    return nn.train_classifier(*shuffled, rng)


@labels_shuffled.pipeline
def batches_drawn_apart(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = _scaled(X_train, X_val)
    params = nn.init_params((3, 8, 8, 2), rng)
    tensors, state = nn.flatten(params), {}
    for _ in range(20):
        rows = nn.minibatches(len(A), 32, rng)
        labels = nn.minibatches(len(A), 32, rng)
        for i, j in zip(rows, labels, strict=True):
            params = nn.pair_up(tensors)
            P, cache = nn.mlp_forward(A[i], params)
            grads = nn.mlp_backward(P, y_train[j], cache, params)
            tensors, state = nn.adam_step(tensors, nn.flatten(grads), state, 0.01)
    params = nn.pair_up(tensors)
    return lambda X: _diabetic(params, nn.apply_scaler(X, scaler))


wrong_column = _wrong(
    "wrong-column",
    "Your ranking is good, and upside down: the healthy get the high numbers.",
    "Which of the two softmax columns stands for y = 1? Which one do you return?",
    "Class k of the labels pulls up column k of the softmax, counted from 0. The two columns add "
    "up to 1, so the wrong one is 1 - p: every pair is ranked the other way, and the area is 1 "
    "minus what it should be.",
)


@wrong_column.pipeline
def probability_of_healthy(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: 1 - predict(X)


@wrong_column.pipeline
def one_hot_columns_reversed(X_train, y_train, X_val, y_val, rng):
    def classes(y):
        return np.column_stack([y, 1 - y]).argmax(axis=1)

    return nn.train_classifier(X_train, classes(y_train), X_val, classes(y_val), rng)


labels_ignored = _wrong(
    "labels-ignored",
    "Trained on the same patients with all labels turned around, your model gives exactly the "
    "same probabilities.",
    "Do the trained weights reach the function you return? Look at which params it uses, and at "
    "what early stopping holds when training ends.",
    "What the labels say enters by one road: labels, loss, gradients, new params, prediction. "
    "Steps return new arrays, so a list kept from before the first step is still the random "
    "start.",
)


@labels_ignored.pipeline
def random_start_returned(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    params = nn.init_params((3, 8, 8, 2), rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X, scaler))


@labels_ignored.pipeline
def rule_of_thumb(X_train, y_train, X_val, y_val, rng):
    return lambda X: nn.sigmoid((X[:, 2] - 140) / 30)


# --- what comes out -----------------------------------------------------------------------------

hard_labels = _wrong(
    "hard-labels",
    "You return a verdict, not a probability: there are only two different values for all "
    "patients.",
    "Where does the probability become a decision? Is it this function that should decide?",
    "A ranking needs degrees: with two values nearly all pairs are ties, and a tie counts half. "
    "Return p itself and leave the threshold to whoever knows what a missed patient costs. (On "
    "the logit, by the way, p = 1/2 is z = 0.)",
)


@hard_labels.pipeline
def verdict_at_one_half(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: (predict(X) >= 0.5).astype(float)


@hard_labels.pipeline
def threshold_on_the_logit(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: (np.log(predict(X) / (1 - predict(X))) > 0.5).astype(int)


@hard_labels.pipeline
def column_of_the_larger(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train, y_train, X_val, y_val, rng)
    return lambda X: nn.mlp_forward(nn.apply_scaler(X, scaler), params)[0].argmax(axis=1)


not_probabilities = _wrong(
    "not-probabilities",
    "What you return is not a probability: some values lie outside 0 to 1.",
    "Which of your arrays do you return, the scores before the softmax or sigmoid, or what comes "
    "after?",
    "Scores run over all real numbers. Softmax, or a sigmoid for one output, turns them into "
    "probabilities; the order of the patients stays, the meaning arrives.",
)


@not_probabilities.pipeline
def logits(X_train, y_train, X_val, y_val, rng):
    scaler, params = _right(X_train, y_train, X_val, y_val, rng)

    def predict(X):
        _, cache = nn.mlp_forward(nn.apply_scaler(X, scaler), params)
        return cache["Z"][-1][:, 1]

    return predict


@not_probabilities.pipeline
def percent(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: 100 * predict(X)


same_for_everyone = _wrong(
    "same-for-everyone",
    "Every patient gets the same number.",
    "Where on its way to the output is a patient lost? Print the hidden activations of two very "
    "different patients, and the weights before the first step.",
    "With weights that all start at 0 the hidden activations are 0, and so are the gradients of "
    "every weight: only the output biases learn, and they learn the share of diabetics. A model "
    "that returns its training accuracy, or that share, looks the same from outside.",
)


@same_for_everyone.pipeline
def weights_start_at_zero(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = _scaled(X_train, X_val)
    params = [(np.zeros((3, 8)), np.zeros(8)), (np.zeros((8, 2)), np.zeros(2))]
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.01, 64, 20, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X, scaler))


@same_for_everyone.pipeline
def training_accuracy(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    accuracy = np.mean((predict(X_train) >= 0.5) == y_train)
    return lambda X: np.full(len(X), accuracy)


@same_for_everyone.pipeline
def base_rate(X_train, y_train, X_val, y_val, rng):
    return lambda X: np.full(len(X), np.mean(y_train))


training_patients_scored = _wrong(
    "training-patients-scored",
    "Whoever comes in, you return one probability for each patient of the training set.",
    "Which array does the function you return run through the network: its argument, or one it "
    "remembers from training?",
    "A score on patients the network has seen says how well it remembers. What is asked for is a "
    "function of new patients: N rows in, N probabilities out, in the same order.",
)


@training_patients_scored.pipeline
def scores_of_the_training_set(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: predict(X_train)


# --- how much it learns -------------------------------------------------------------------------

memorized = _wrong(
    "memorized",
    "Your model knows the patients it was trained on by heart, and ranks new ones much worse.",
    "Draw training and validation loss over the epochs on the same axes. Where do they part, and "
    "what do you do there?",
    "A few hundred patients with three values each cannot pin down hundreds of weights: what is "
    "left of the loss after the first few dozen epochs is chance, and the network goes on to "
    "learn it. Chapter 5 has the cures: stop at the best validation loss and keep those weights, "
    "penalize large weights, use fewer units.",
)


@memorized.pipeline
def label_of_the_nearest(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = _scaled(X_train, X_val)

    def predict(X):
        gaps = nn.apply_scaler(X, scaler)[:, None, :] - A
        return y_train[np.sum(gaps**2, axis=2).argmin(axis=1)].astype(float)

    return predict


@memorized.pipeline
def table_of_training_patients(X_train, y_train, X_val, y_val, rng):
    known = {tuple(patient): float(label) for patient, label in zip(X_train, y_train, strict=True)}
    return lambda X: np.array([known.get(tuple(patient), 0.5) for patient in X])


@memorized.pipeline
def large_network_trained_for_long(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = _scaled(X_train, X_val)
    params = nn.init_params((3, 32, 32, 2), rng)
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.03, len(A), 500, rng)
    return lambda X: _diabetic(params, nn.apply_scaler(X, scaler))


too_good = _wrong(
    "too-good",
    "The real women are ranked better than age, BMI and glucose allow anyone to.",
    "Can the labels of the women to be judged reach your model, other than through the training "
    "patients it is given?",
    "Honest models of these three features reach an area of about 0.84 on women they have not "
    "seen. Far above that, the answer was looked up. It helps nobody: the next patient is in no "
    "table.",
)


@too_good.pipeline
def looked_up(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    women, diabetic = data.pima()
    known = {tuple(woman): float(label) for woman, label in zip(women, diabetic, strict=True)}
    return lambda X: np.array(
        [known.get(tuple(patient), p) for patient, p in zip(X, predict(X), strict=True)]
    )
