"""Wrong increments of one case: mistakes of case updating, and so of epoch updating."""

import numpy as np

from bplab import nn
from bplab.exercises.textbook_units.cases import added, one_case
from bplab.exercises.textbook_units.per_unit_update import per_unit_update


def unit_mistake(name, observed, look, derive):
    """Decorator: wrong increments of one case."""

    def register(case):
        @per_unit_update.mistake(name, observed, look, derive)
        def _(x, t, weights, biases, learning_rate):
            d_weights, d_biases = case(x, t, weights, biases, learning_rate)
            return added(weights, d_weights), added(biases, d_biases)

        return case

    return register


@unit_mistake(
    "updated-weights-used-below",
    "The last layer is right; below it, Err was computed with weights that had been updated "
    "already.",
    "In Err_j = O_j (1 - O_j) sum_k Err_k w_jk: which w_jk, the old or the new one?",
    "The forward pass used the old weights, so the blame goes back through the old ones. Compute "
    "every Err first, then change the weights.",
)
def _(x, t, weights, biases, rate):
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(nn.sigmoid(outputs[-1] @ w + theta))
    err = outputs[-1] * (1 - outputs[-1]) * (t - outputs[-1])
    d_weights, d_biases = [], []
    for w, O in zip(reversed(weights), reversed(outputs[:-1]), strict=True):
        step = rate * np.outer(O, err)
        d_weights.insert(0, step)
        d_biases.insert(0, rate * err)
        err = O * (1 - O) * ((w + step) @ err)
    return d_weights, d_biases


@unit_mistake(
    "output-slope-missing",
    "Already the last layer is off: its Err is T - O, without the slope of the sigmoid.",
    "The error is squared here, not cross-entropy. Does the slope O(1 - O) cancel?",
    "With the squared error nothing cancels: Err_j = O_j (1 - O_j) (T_j - O_j).",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, error=lambda O, t: t - O)


@unit_mistake(
    "hidden-slope-missing",
    "The last layer is right; below it the factor O(1 - O) is missing.",
    "Which factor do output units and hidden units have in common?",
    "Err_j = O_j (1 - O_j) sum_k Err_k w_jk: the unit's own sigmoid lies between.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, slope=lambda O: 1.0)


@unit_mistake(
    "sign",
    "Every step has the right length and goes the opposite way.",
    "Target minus output, or output minus target? The textbook adds the increment.",
    "Err_j holds T_j - O_j: if the target is higher, the unit must put out more, so the step "
    "is added.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, -rate)


@unit_mistake(
    "thresholds-not-updated",
    "The weights are right; the biases are as they came.",
    "Which increment does theta_j get?",
    "theta_j += l Err_j: the bias is a weight from a unit that always puts out 1.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = one_case(x, t, weights, biases, rate)
    return d_weights, [0.0 * d for d in d_biases]


@unit_mistake(
    "thresholds-subtracted",
    "The weights are right; the biases move the opposite way.",
    "Is theta added to the net input or subtracted from it?",
    "I_j = sum_i w_ij O_i + theta_j: theta is added, so it moves like a weight, by l Err_j.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = one_case(x, t, weights, biases, rate)
    return d_weights, [-d for d in d_biases]


@unit_mistake(
    "theta-left-out",
    "Already the outputs are off: the net inputs leave out theta.",
    "What does I_j consist of?",
    "I_j = sum_i w_ij O_i + theta_j.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, [0 * b for b in biases], rate)


@unit_mistake(
    "theta-in-reverse",
    "Already the outputs are off: theta is subtracted in the net inputs.",
    "Which sign does theta have in I_j here?",
    "I_j = sum_i w_ij O_i + theta_j. Some books subtract a threshold; this one adds a bias.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, [-b for b in biases], rate)


@unit_mistake(
    "errors-not-weighted",
    "The last layer is right; below it each unit gets the plain sum of the errors above.",
    "Does unit j have the same share in all units above it?",
    "Its share in unit k is what it sends there: Err_k times the weight w_jk, summed over k.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, back=lambda err, w: np.full(w.shape[0], err.sum()))


@unit_mistake(
    "raw-error-sent-back",
    "The last layer is right; below it, T - O was sent back instead of Err.",
    "Which number does unit k send down: T_k - O_k, or Err_k?",
    "Err_k holds the slope O_k (1 - O_k) as well: the blame passes through unit k's sigmoid.",
)
def _(x, t, weights, biases, rate):
    outputs = [x]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(nn.sigmoid(outputs[-1] @ w + theta))
    raw = [t - outputs[-1]]
    for w in weights[:0:-1]:
        raw.insert(0, w @ raw[0])
    errors = [O * (1 - O) * e for O, e in zip(outputs[1:], raw, strict=True)]
    d_weights = [rate * np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [rate * err for err in errors]


@unit_mistake(
    "slope-at-the-net-input",
    "Already the last layer is off: O(1 - O) was computed with the net input I in place of O.",
    "Which of the two is the sigmoid's output, I_j or O_j?",
    "O_j = 1 / (1 + e^(-I_j)), and the slope in its short form is O_j (1 - O_j).",
)
def _(x, t, weights, biases, rate):
    nets, outputs = [], [x]
    for w, theta in zip(weights, biases, strict=True):
        nets.append(outputs[-1] @ w + theta)
        outputs.append(nn.sigmoid(nets[-1]))
    errors = [nets[-1] * (1 - nets[-1]) * (t - outputs[-1])]
    for w, I in zip(weights[:0:-1], nets[-2::-1], strict=True):
        errors.insert(0, I * (1 - I) * (w @ errors[0]))
    d_weights = [rate * np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return d_weights, [rate * err for err in errors]


@unit_mistake(
    "factor-2",
    "Every step is exactly twice as long as it should be.",
    "Where does your 2 come from? The textbook's error has a half in front of the square.",
    "The derivative of 1/2 (T - O)^2 is -(T - O): no 2 in Err.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, 2 * rate)


@unit_mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "What does the l in w_ij += l Err_j O_i stand for?",
    "l is the learning rate; it stands in the increment of every weight and every bias.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, 1.0)


@unit_mistake(
    "averaged-over-outputs",
    "Every step is exactly 1/{C} of what it should be, and there are {C} output units.",
    "Does the textbook's error take a mean over the output units?",
    "E = 1/2 sum_j (T_j - O_j)^2: a sum. Each output unit has its own Err, undivided.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate / len(t))


@unit_mistake(
    "biases-follow-the-inputs",
    "The weights are right; the bias steps hold a factor that belongs to weights only.",
    "From which unit does a bias get its input, and what does that unit always put out?",
    "theta_j += l Err_j: the O_i of a bias is 1.",
)
def _(x, t, weights, biases, rate):
    d_weights, _ = one_case(x, t, weights, biases, rate)
    return d_weights, [d.sum(axis=0) for d in d_weights]


@unit_mistake(
    "no-output-of-the-sender",
    "The biases are right; your weight steps lack the factor O_i.",
    "Should a weight change if its sending unit put out 0?",
    "w_ij += l Err_j O_i: the blame of j, times what i sent.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = one_case(x, t, weights, biases, rate)
    return [np.ones_like(w) * d for w, d in zip(d_weights, d_biases, strict=True)], d_biases


@unit_mistake(
    "dot-for-outer",
    "A product failed: outputs and errors were multiplied as a dot product.",
    "How many weights lie between a layer of 4 units and one of 5, and what does each of them get?",
    "Each pair (i, j) has an increment of its own, l Err_j O_i: a table, not a sum.",
)
def _(x, t, weights, biases, rate):
    _, d_biases = one_case(x, t, weights, biases, rate)
    return [np.dot(x, d_biases[0])], d_biases


@unit_mistake(
    "tanh-units",
    "Already the outputs are off: your units are tanh units.",
    "Which function turns I_j into O_j in the textbook?",
    "O_j = 1 / (1 + e^(-I_j)): the sigmoid, everywhere.",
)
def _(x, t, weights, biases, rate):
    return one_case(
        x,
        t,
        weights,
        biases,
        rate,
        squash=np.tanh,
        slope=lambda O: 1 - O**2,
        error=lambda O, t: (1 - O**2) * (t - O),
    )


@unit_mistake(
    "only-last-layer",
    "The last layer is right; the layers below are as they came.",
    "How far down does your loop over the layers run?",
    "Every layer has its Err, down to the first: for each w_ij, w_ij += l Err_j O_i.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = one_case(x, t, weights, biases, rate)
    d_weights = [*(0 * d for d in d_weights[:-1]), d_weights[-1]]
    return d_weights, [*(0 * d for d in d_biases[:-1]), d_biases[-1]]


@unit_mistake(
    "output-slope-halved",
    "Err at the output lacks the factor 1 - O_j, and with it every step is too long.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) (T_j - O_j): both factors of the slope belong there.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, error=lambda O, t: O * (t - O))


@unit_mistake(
    "output-slope-other-half",
    "Err at the output lacks the factor O_j, and with it every step is too long.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) (T_j - O_j): both factors of the slope belong there.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, error=lambda O, t: (1 - O) * (t - O))


@unit_mistake(
    "output-error-squared",
    "Err at the output is made from (T_j - O_j)**2: the sign of the error is lost.",
    "Where does your Err tell an output that is too high from one that is too low?",
    "Err_j = O_j (1 - O_j) (T_j - O_j), with the plain difference.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, error=lambda O, t: O * (1 - O) * (t - O) ** 2)


@unit_mistake(
    "output-errors-averaged",
    "Every output unit gets the mean error of all outputs.",
    "Which unit does T_j - O_j belong to?",
    "Err_j is each output unit's own: O_j (1 - O_j) (T_j - O_j), without a mean.",
)
def _(x, t, weights, biases, rate):
    def error(O, t):
        return O * (1 - O) * np.mean(t - O)

    return one_case(x, t, weights, biases, rate, error=error)


@unit_mistake(
    "hidden-slope-halved",
    "The last layer is right; below it the factor 1 - O_j is missing.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) times the sum over k of Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, slope=lambda O: O)


@unit_mistake(
    "hidden-slope-other-half",
    "The last layer is right; below it the factor O_j is missing.",
    "Write down the slope of the sigmoid in terms of its output. Which of its two factors do you "
    "have?",
    "Err_j = O_j (1 - O_j) times the sum over k of Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, slope=lambda O: 1 - O)


@unit_mistake(
    "hidden-tanh-slope",
    "The last layer is right; below it you use the slope of tanh, 1 - O**2.",
    "Which activation do the units of the textbook have?",
    "They are sigmoid units everywhere: the slope is O_j (1 - O_j).",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, slope=lambda O: 1 - O**2)


@unit_mistake(
    "last-receiver-only",
    "The last layer is right; below it Err_j hears from the last unit above alone.",
    "If you loop over k: what happens to the shares of the earlier units?",
    "The sum runs over every unit k above: begin with 0 and add each Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, back=lambda err, w: w[:, -1] * err[-1])


@unit_mistake(
    "first-receiver-only",
    "The last layer is right; below it Err_j hears from the first unit above alone.",
    "How many units above does unit j send to?",
    "The sum runs over every unit k above: begin with 0 and add each Err_k w_jk.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, back=lambda err, w: w[:, 0] * err[0])


@unit_mistake(
    "sums-multiplied",
    "The last layer is right; below it you multiply the sum of the weights by the sum of the "
    "errors.",
    "Does each Err_k meet its own weight w_jk in your sum?",
    "Multiply first, Err_k by w_jk for each k; then add up.",
)
def _(x, t, weights, biases, rate):
    return one_case(x, t, weights, biases, rate, back=lambda err, w: w.sum(axis=1) * err.sum())


@unit_mistake(
    "thresholds-all-equal",
    "The weights are right; every threshold of a layer gets the same step.",
    "Which unit's Err goes into theta_j?",
    "theta_j += l Err_j: each unit has its own, with no sum.",
)
def _(x, t, weights, biases, rate):
    d_weights, d_biases = one_case(x, t, weights, biases, rate)
    return d_weights, [np.full(d.shape, d.sum()) for d in d_biases]
