"""Pipelines that are wrong in what they learn from, or in what they answer."""

import numpy as np

from bplab import data, nn
from bplab.exercises.diabetes.pipelines import diabetic, right, scaled_parts, wrong

# --- the labels ---------------------------------------------------------------------------------

labels_shuffled = wrong(
    "labels-shuffled",
    "Your model has learned, but it cannot rank even the patients it was trained on.",
    "Are row i of X and entry i of y still the same person when they reach the loss? Follow them "
    "through every shuffle, split and batch.",
    "The gradient adds up, over the rows, an error of y_i times an input x_i. If they belong to "
    "different people that sum is noise around 0, and there is nothing in it to learn. One "
    "permutation must index both.",
)


@labels_shuffled.way
def rows_shuffled_without_labels(X_train, y_train, X_val, y_val, rng):
    return nn.train_classifier(rng.permutation(X_train), y_train, X_val, y_val, rng)


@labels_shuffled.way
def both_parts_shuffled_without_labels(X_train, y_train, X_val, y_val, rng):
    shuffled = rng.permutation(X_train), y_train, rng.permutation(X_val), y_val
    return nn.train_classifier(*shuffled, rng)


@labels_shuffled.way
def batches_drawn_apart(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = scaled_parts(X_train, X_val)
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
    return lambda X: diabetic(params, nn.apply_scaler(X, scaler))


upside_down = wrong(
    "upside-down",
    "Your ranking is upside down: the healthy get the high numbers.",
    "Which of the two softmax columns stands for y = 1, and which one do you return? And does the "
    "loss fall while you train?",
    "Class k of the labels pulls up column k of the softmax, counted from 0; the other column is "
    "1 - p, and ranks every pair the other way. So does a training that goes uphill: a weight "
    "moves against its gradient, and the error is the prediction minus the label.",
)


@upside_down.way
def probability_of_healthy(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: 1 - predict(X)


@upside_down.way
def one_hot_columns_reversed(X_train, y_train, X_val, y_val, rng):
    def classes(y):
        return np.column_stack([y, 1 - y]).argmax(axis=1)

    return nn.train_classifier(X_train, classes(y_train), X_val, classes(y_val), rng)


@upside_down.way
def uphill(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = scaled_parts(X_train, X_val)
    w, b = np.zeros(3), 0.0
    for _ in range(200):
        dw, db = nn.neuron_backward(A, nn.neuron_forward(A, w, b), y_train)
        w, b = nn.gradient_step(w, b, dw, db, -0.5)
    return lambda X: nn.neuron_forward(nn.apply_scaler(X, scaler), w, b)


labels_ignored = wrong(
    "labels-ignored",
    "Trained on the same patients with all labels turned around, your model gives exactly the "
    "same probabilities.",
    "Do the trained weights reach the function you return? Look at which params it uses, and at "
    "what early stopping holds when training ends.",
    "What the labels say enters by one road: labels, loss, gradients, new params, prediction. "
    "Steps return new arrays, so a list kept from before the first step is still the random "
    "start.",
)


@labels_ignored.way
def random_start_returned(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    params = nn.init_params((3, 8, 8, 2), rng)
    return lambda X: diabetic(params, nn.apply_scaler(X, scaler))


@labels_ignored.way
def rule_of_thumb(X_train, y_train, X_val, y_val, rng):
    return lambda X: nn.sigmoid((X[:, 2] - 140) / 30)


# --- what comes out -----------------------------------------------------------------------------

hard_labels = wrong(
    "hard-labels",
    "You return a verdict, not a probability: there are only two different values for all "
    "patients.",
    "Where does the probability become a decision? Is it this function that should decide?",
    "A ranking needs degrees: with two values nearly all pairs are ties, and a tie counts half. "
    "Return p itself and leave the threshold to whoever knows what a missed patient costs. (On "
    "the logit, by the way, p = 1/2 is z = 0.)",
)


@hard_labels.way
def verdict_at_one_half(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: (predict(X) >= 0.5).astype(float)


@hard_labels.way
def threshold_on_the_logit(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: (np.log(predict(X) / (1 - predict(X))) > 0.5).astype(int)


@hard_labels.way
def column_of_the_larger(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train, y_train, X_val, y_val, rng)
    return lambda X: nn.mlp_forward(nn.apply_scaler(X, scaler), params)[0].argmax(axis=1)


two_values = wrong(
    "two-values",
    "Your function knows only two values for all patients, and they are not 0 and 1.",
    "Does a comparison stand on the way, or do numbers so large reach a tanh or a sigmoid that it "
    "is at one of its ends for everybody?",
    "A ranking needs degrees: with two values nearly all pairs are ties. A unit has degrees only "
    "near 0, where its curve is steep; years and mg/dl are far from there.",
)


@two_values.way
def step_function(X_train, y_train, X_val, y_val, rng):
    return lambda X: np.where(X[:, 2] >= 140, 0.7, 0.3)


not_probabilities = wrong(
    "not-probabilities",
    "What you return is not a probability: some values lie outside 0 to 1.",
    "Which of your arrays do you return, the scores before the softmax or sigmoid, or what comes "
    "after?",
    "Scores run over all real numbers. Softmax, or a sigmoid for one output, turns them into "
    "probabilities; the order of the patients stays, the meaning arrives.",
)


@not_probabilities.way
def logits(X_train, y_train, X_val, y_val, rng):
    scaler, params = right(X_train, y_train, X_val, y_val, rng)

    def predict(X):
        _, cache = nn.mlp_forward(nn.apply_scaler(X, scaler), params)
        return cache["Z"][-1][:, 1]

    return predict


@not_probabilities.way
def percent(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: 100 * predict(X)


same_for_everyone = wrong(
    "same-for-everyone",
    "Every patient gets the same number.",
    "Where on its way to the output is a patient lost? Print the hidden activations of two very "
    "different patients, and the weights before the first step.",
    "With weights that all start at 0 the hidden activations are 0, and so are the gradients of "
    "every weight: only the output biases learn, and they learn the share of diabetics. A model "
    "that returns its training accuracy, or that share, looks the same from outside.",
)


@same_for_everyone.way
def weights_start_at_zero(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = scaled_parts(X_train, X_val)
    params = [(np.zeros((3, 8)), np.zeros(8)), (np.zeros((8, 2)), np.zeros(2))]
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.01, 64, 20, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X, scaler))


@same_for_everyone.way
def training_accuracy(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    accuracy = np.mean((predict(X_train) >= 0.5) == y_train)
    return lambda X: np.full(len(X), accuracy)


@same_for_everyone.way
def base_rate(X_train, y_train, X_val, y_val, rng):
    return lambda X: np.full(len(X), np.mean(y_train))


training_patients_scored = wrong(
    "training-patients-scored",
    "Whoever comes in, you return one probability for each patient of the training set.",
    "Which array does the function you return run through the network: its argument, or one it "
    "remembers from training?",
    "A score on patients the network has seen says how well it remembers. What is asked for is a "
    "function of new patients: N rows in, N probabilities out, in the same order.",
)


@training_patients_scored.way
def scores_of_the_training_set(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    return lambda X: predict(X_train)


# --- how much it learns -------------------------------------------------------------------------

memorized = wrong(
    "memorized",
    "Your model knows the patients it was trained on by heart, and ranks new ones much worse.",
    "Draw training and validation loss over the epochs on the same axes. Where do they part, and "
    "what do you do there?",
    "A few hundred patients with three values each cannot pin down hundreds of weights: what is "
    "left of the loss after the first few dozen epochs is chance, and the network goes on to "
    "learn it. Chapter 5 has the cures: stop at the best validation loss and keep those weights, "
    "penalize large weights, use fewer units.",
)


@memorized.way
def label_of_the_nearest(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = scaled_parts(X_train, X_val)

    def predict(X):
        gaps = nn.apply_scaler(X, scaler)[:, None, :] - A
        return y_train[np.sum(gaps**2, axis=2).argmin(axis=1)].astype(float)

    return predict


@memorized.way
def table_of_training_patients(X_train, y_train, X_val, y_val, rng):
    known = {tuple(patient): float(label) for patient, label in zip(X_train, y_train, strict=True)}
    return lambda X: np.array([known.get(tuple(patient), 0.5) for patient in X])


@memorized.way
def large_network_trained_for_long(X_train, y_train, X_val, y_val, rng):
    scaler, A, _ = scaled_parts(X_train, X_val)
    params = nn.init_params((3, 32, 32, 2), rng)
    params, _ = nn.fit_minibatch(A, y_train, params, nn.adam_step, 0.03, len(A), 500, rng)
    return lambda X: diabetic(params, nn.apply_scaler(X, scaler))


too_good = wrong(
    "too-good",
    "The real women are ranked better than age, BMI and glucose allow anyone to.",
    "Can the labels of the women to be judged reach your model, other than through the training "
    "patients it is given?",
    "Honest models of these three features reach an area of about 0.84 on women they have not "
    "seen. Far above that, the answer was looked up. It helps nobody: the next patient is in no "
    "table.",
)


@too_good.way
def looked_up(X_train, y_train, X_val, y_val, rng):
    predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
    women, diabetic = data.pima()
    known = {tuple(woman): float(label) for woman, label in zip(women, diabetic, strict=True)}
    return lambda X: np.array(
        [known.get(tuple(patient), p) for patient, p in zip(X, predict(X), strict=True)]
    )
