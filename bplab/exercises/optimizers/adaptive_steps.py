"""Read Adam's first two steps: both averages and their corrections."""

import numpy as np

from bplab.exam import Fault, number
from bplab.exercises.optimizers.steps_taken_apart import Steps, beside_the_step, clipped


def adaptive(wrong, rows):
    """A teller for Adam: both averages and their corrections, read off the first two steps."""
    steps = Steps(wrong, rows)
    cut = clipped(steps, rows)
    if cut is not None or steps.k > 2:
        return cut
    beside = beside_the_step(steps)
    if beside is not None:
        return beside
    g = steps.gradients[-1]
    moving = np.abs(g) > 1e-2
    q = -steps.gone[moving] / steps.rate
    new = g[moving]
    if not len(q) or not np.isfinite(q).all() or not np.all(q):
        return None
    if steps.k == 1:
        return _first_step(steps, new, q * np.sign(new), wrong, rows)
    old = steps.gradients[0][moving]
    return _one_pace(q, new) or _taken_apart(steps, q, old, new)


def _first_step(steps, gradients, pace, wrong, rows):
    """The Fault of a first step, of which `pace` is the length in units of learning_rate."""
    if np.any(np.sign(pace) != np.sign(pace[0])):
        return None
    power, size = np.polyfit(np.log(np.abs(gradients)), np.log(np.abs(pace)), 1)
    spread = np.log(np.abs(pace)) - power * np.log(np.abs(gradients)) - size
    if np.max(np.abs(spread)) > 1e-3:
        each = _length_of_each_tensor(steps, wrong, rows)
        return each or _length_beside_large_gradients(steps, gradients, pace)
    uphill = " It goes uphill, too." if pace[0] < 0 else ""
    if abs(power + 1) < 1e-2:
        return Fault(
            "no-root",
            "At step 1 a gradient twice as large makes your step half as long: its length goes "
            f"with 1 / |g|, and should not depend on |g|.{uphill}",
            "In which power does g stand above the fraction line, and in which below it? What "
            "is done to v before anything is divided by it?",
            "v averages squares. Its root has the unit of m, so that the step has none.",
        )
    if abs(power) > 1e-2:
        return Fault(
            "units",
            f"At step 1 your step grows with the power {power:.3g} of the gradient; all "
            f"gradients should give the same length.{uphill}",
            "In which unit is what you divide, and in which is what you divide by?",
            "The corrected m is g after one step, and the root of the corrected v is |g|.",
        )
    length = float(np.exp(size))
    if abs(length - 1) < 1e-4 and not uphill:
        return _another_eps(steps)
    told = _from_corrections(length, steps, 1)
    return Fault(
        "first-length",
        f"Your first step{steps.some} is {number(length)} times learning_rate in every weight; "
        f"exactly learning_rate belongs there.{told}{uphill}",
        "At t = 1, what is m divided by, and what v? Work both out with the numbers of this case.",
        "After one step m is (1 - beta1) * g and v is (1 - beta2) * g**2. Their corrections "
        "divide by just these: 1 - beta1**t and 1 - beta2**t at t = 1. What is left is g over "
        "its own size.",
    )


def _another_eps(steps):
    """The Fault of a first step that is right but for what is added to the root, or None."""
    eps = steps.inputs["eps"]
    first = steps.gradients[-1][: steps.first]  # of the smallest size, where eps is seen best
    rest = np.abs(first) * (steps.rate / np.abs(steps.gone[: steps.first]) - 1)
    rest = np.where(np.abs(rest) < 1e-4 * eps, 0.0, rest)
    if np.ptp(rest) > 0.1 * max(np.abs(rest).max(), 1e-9):
        return None
    return Fault(
        "another-eps",
        f"What you add to the root of the corrected v is about {number(float(rest.mean()))}"
        f"; eps is {number(eps)}.",
        "Does the eps that is given come in, and once only?",
        "eps stands beside the root of the corrected v, once, as it is given.",
    )


def _one_pace(q, new):
    """The Fault of a second step in which every weight moves equally far, or None."""
    if len(q) < 8 or np.ptp(np.abs(q)) > 1e-4 * np.abs(q[0]):
        return None
    if np.any(np.sign(q) != np.sign(new)):
        return Fault(
            "only-signs",
            "Step 1 is right. In step 2 every weight moves equally far: what you divide by is just "
            "the size of what you divide.",
            "What is v averaged from: from squares of gradients, or from m?",
            "v = beta2 * v + (1 - beta2) * g**2 has its own memory; m is not in it.",
        )
    return Fault(
        "nothing-remembered",
        f"Step 1 is right. In step 2 every weight moves by {number(float(np.abs(q[0])))} times "
        "learning_rate, against the newest gradient: nothing is left of the first one in m "
        "and in v.",
        "Are m and v in the state that you return, and do you read them from there, under the "
        "same names?",
        "m and v are what the optimizer remembers: the old ones, each with its beta, go into "
        "the new ones.",
    )


def _taken_apart(steps, q, old, new):
    """The Fault of a second step: what the old gradient weighs in m and in v, beside the new."""
    A = np.stack([(q * old) ** 2, (q * new) ** 2, -(old**2), -2 * old * new, -(new**2)], axis=1)
    size = np.linalg.norm(A, axis=0)
    if len(A) < 8 or not np.all(size > 0):
        return None
    _, found, V = np.linalg.svd(A / size)
    if found[-1] > 1e-5 * found[0] or found[-2] < 1e-4 * found[0]:
        return None
    v_old, v_new, m_oo, m_on, m_nn = V[-1] / size
    if abs(m_nn) < 1e-12 * abs(m_oo) or v_new == 0 or m_nn / v_new <= 0:
        return None
    return _weights_told(steps, m_on / m_nn, v_old / v_new, m_nn / v_new)


def _weights_told(steps, m_ratio, v_ratio, size):
    """The Fault of these weights of the old gradient in m and v, or None; `size`: m's over v's."""
    b1, b2 = steps.inputs["beta1"], steps.inputs["beta2"]
    wanted = (1 - b1) ** 2 / (1 - b1**2) ** 2 / ((1 - b2) / (1 - b2**2))
    length = float(np.sqrt(size / wanted))
    off_m, off_v = abs(m_ratio / b1 - 1) > 1e-3, abs(v_ratio / b2 - 1) > 1e-3
    said = [
        f"in m the old gradient weighs {steps.words(m_ratio)} times the new one"
        + (f" ({steps.words(b1)} belongs there)" if off_m else ", as it should"),
        f"in v the old square weighs {steps.words(v_ratio)} times the new one"
        + (f" ({steps.words(b2)} belongs there)" if off_v else ", as it should"),
    ]
    if not off_m and not off_v:
        if abs(length - 1) < 1e-5:
            return None
        said.append(f"and the step is {number(length)} times as long as it should be")
        look = (
            "Both averages are right, so it is their corrections. Which t does step 2 use, and "
            "which power of beta1 and of beta2?"
        )
        derive = (
            "t is kept in the state and is 2 in the second step: m is divided by 1 - beta1**2, v "
            "by 1 - beta2**2."
        )
        name = "correction-of-the-second"
    elif off_m:
        look = "What of the first m is left in the state, and with which factor does it come back?"
        derive = "m = beta1 * m + (1 - beta1) * g: the old m once, the new gradient once."
        name = "weights-in-m"
    else:
        look = "What of the first v is left in the state, and with which factor does it come back?"
        derive = "v = beta2 * v + (1 - beta2) * g**2: the old v once, the new square once."
        name = "weights-in-v"
    return Fault(
        name,
        f"Step 1 is right. Step 2 of yours, taken apart: {'; '.join(said)}."
        + ("" if off_m or off_v else _from_corrections(length, steps, 2)),
        look,
        derive,
    )


def _length_of_each_tensor(steps, wrong, rows):
    """The Fault of a first step that has one length in each tensor, and not the same, or None."""
    leaves = next(all_ for _, leaf, all_ in rows if leaf is wrong)
    lengths = []
    for tensor, start in enumerate(steps.inputs["params"], 1):
        leaf = next(leaf for leaf in leaves if leaf.path == (wrong.path[0], 0, tensor - 1))
        gradient = steps.inputs["gradients"][0][tensor - 1]
        pace = np.abs(leaf.actual - start)[np.abs(gradient) > 1e-2] / steps.rate
        if not len(pace):
            continue
        if np.ptp(pace) > 1e-4 * pace.max():
            return None
        lengths.append(f"{number(float(pace[0]))} in tensor {tensor}")
    if len(lengths) < 2:
        return None
    return Fault(
        "length-of-each-tensor",
        f"At step 1 every weight should move by learning_rate. Yours move by that times "
        f"{', and '.join(lengths)}.",
        "Which t goes into the corrections for each tensor? Where is it raised: before the loop "
        "over the tensors, or inside it?",
        "All tensors of one step share one t: raise it once, before the loop.",
    )


def _length_beside_large_gradients(steps, gradients, pace):
    """The Fault of a first step of one length where gradients are large, shorter elsewhere."""
    large = np.abs(gradients) > 0.5
    if np.sum(large) < 5 or np.all(large):
        return None
    length = float(np.median(pace[large]))
    if np.ptp(pace[large]) > 1e-3 * abs(length) or length < 0 or abs(length - 1) < 1e-2:
        return None
    if np.any(pace[~large] > length):
        return None
    return Fault(
        "first-length",
        f"Where the gradient is beyond 0.5, your first step{steps.some} is {number(length)} times "
        "learning_rate; exactly learning_rate belongs there."
        f"{_from_corrections(length, steps, 1)} Where it is smaller your step is shorter, though "
        "every gradient should give the same.",
        "At t = 1, what is m divided by, and what v? And is eps beside the root of v, or under it, "
        "where a small v is no larger than eps?",
        "m_hat = m / (1 - beta1**t) and v_hat = v / (1 - beta2**t); the step is m_hat over the "
        "root of v_hat, with eps added to the root.",
    )


def _from_corrections(length, steps, t):
    """A sentence on the corrections that give a step of another length, or nothing."""
    b1, b2 = steps.inputs["beta1"], steps.inputs["beta2"]
    c1, c2 = 1 - b1**t, np.sqrt(1 - b2**t)
    known = {
        "without any correction": c1 / c2,
        "with m corrected and v not": 1 / c2,
        "with v corrected and m not": c1,
        "with the correction of v outside the root": c2,
        "with beta1 in both corrections": np.sqrt(c1) / c2,
        "with beta2 in both corrections": c1 / (1 - b2**t),
        "with beta1 in place of beta2 before the squares": (
            c2 / np.sqrt(1 - b1) if t == 1 else np.nan
        ),
        "with the two corrections exchanged": c1**1.5 / c2**3,
        "with v averaged from squares of m": 1 / c1 if t == 1 else np.nan,
        "if both averages are multiplied by their corrections": c1**2 / c2**2,
        "without (1 - beta1) before g": 1 / (1 - b1),
        "without (1 - beta2) before g**2": np.sqrt(1 - b2),
        "with beta1 before the new g": b1 / (1 - b1) if t == 1 else np.nan,
    }
    known |= {
        f"with t = {other} in the corrections": c1 / (1 - b1**other) / c2 * np.sqrt(1 - b2**other)
        for other in range(1, 7)
        if other != t
    }
    fitting = [words for words, value in known.items() if abs(length / value - 1) < 1e-4]
    return f" That is its length {', or '.join(fitting[:4])}." if fitting else ""
