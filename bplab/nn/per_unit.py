"""Backpropagation as textbooks on data mining print it: unit by unit, case by case.

Han, Kamber and Pei, "Data Mining: Concepts and Techniques", section on classification by
backpropagation; the rule is that of Rumelhart, Hinton and Williams 1986. It descends half the
summed squared error of sigmoid units, 1/2 sum_j (T_j - O_j)**2.
"""

import numpy as np

from bplab.nn.neuron import sigmoid


def per_unit_update(x, t, weights, biases, learning_rate):
    """Case updating: change every weight and bias after one tuple.

    O_j = 1 / (1 + exp(-I_j)) on the way up; Err_j = O_j (1 - O_j) (T_j - O_j) at the output and
    Err_j = O_j (1 - O_j) sum_k Err_k w_jk below; w_ij += l Err_j O_i and theta_j += l Err_j.

    Parameters
    ----------
    x : ndarray, (n_in,)
    t : ndarray, (n_out,)
        Targets.
    weights : list of ndarray
        `weights[i]` is (units below, units above).
    biases : list of ndarray
        `biases[i]` is (units above,).
    learning_rate : float

    Returns
    -------
    (weights, biases)
        New lists of new arrays.
    """
    d_weights, d_biases = _increments(x, t, weights, biases, learning_rate)
    return _add(weights, d_weights), _add(biases, d_biases)


def epoch_update(X, T, weights, biases, learning_rate):
    """Epoch updating: sum the increments over the whole set, then apply them once.

    Parameters
    ----------
    X : ndarray, (N, n_in)
    T : ndarray, (N, n_out)
    weights, biases, learning_rate
        As in `per_unit_update`.

    Returns
    -------
    (weights, biases)
        New lists of new arrays.
    """
    d_weights = [np.zeros(np.shape(w)) for w in weights]
    d_biases = [np.zeros(np.shape(b)) for b in biases]
    for x, t in zip(X, T, strict=True):
        case_w, case_b = per_unit_update(x, t, weights, biases, learning_rate)
        d_weights = _add(d_weights, _less(case_w, weights))
        d_biases = _add(d_biases, _less(case_b, biases))
    return _add(weights, d_weights), _add(biases, d_biases)


def _increments(x, t, weights, biases, learning_rate):
    outputs = _outputs(x, weights, biases)
    errors = _errors(outputs, t, weights)
    d_weights = [np.zeros(np.shape(w)) for w in weights]
    for d_w, below, err in zip(d_weights, outputs, errors, strict=False):
        for i, j in np.ndindex(d_w.shape):
            d_w[i, j] = learning_rate * err[j] * below[i]
    return d_weights, [learning_rate * err for err in errors]


def _outputs(x, weights, biases):
    """What every unit puts out, layer by layer, the input layer first."""
    outputs = [np.asarray(x, dtype=float)]
    for w, theta in zip(weights, biases, strict=True):
        below, above = outputs[-1], np.zeros(len(theta))
        for j in range(len(theta)):
            net_input = sum(w[i, j] * below[i] for i in range(len(below))) + theta[j]
            above[j] = sigmoid(net_input)
        outputs.append(above)
    return outputs


def _errors(outputs, t, weights):
    """Err of every unit above the input layer, layer by layer."""
    top = outputs[-1]
    errors = [np.array([O * (1 - O) * (T - O) for O, T in zip(top, t, strict=True)])]
    for w, O in zip(weights[:0:-1], outputs[-2:0:-1], strict=True):
        above, err = errors[0], np.zeros(len(O))
        for j in range(len(O)):
            blame = sum(above[k] * w[j, k] for k in range(len(above)))
            err[j] = O[j] * (1 - O[j]) * blame
        errors.insert(0, err)
    return errors


def _add(arrays, increments):
    return [a + d for a, d in zip(arrays, increments, strict=True)]


def _less(arrays, others):
    return [a - b for a, b in zip(arrays, others, strict=True)]
