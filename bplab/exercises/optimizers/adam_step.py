"""Momentum and a rate for each weight, both corrected for starting at zero."""

import math

import numpy as np

from bplab import nn
from bplab.exercises.optimizers.adaptive_steps import adaptive
from bplab.exercises.optimizers.step_rules import (
    EPS_BESIDE,
    FORGETFUL,
    UPHILL,
    each,
    expects_memory,
    forgetful,
    step_rule,
    walk,
    zeros,
)

adam_step = step_rule(
    "adam_step", 3, achieved="You have written the optimizer that most networks are trained with."
)


adam_step.tells(adaptive)


@adam_step.paper
def _(rng):
    yield walk(rng, float(rng.uniform(0.01, 0.1)), steps=7)
    yield walk(rng, float(rng.uniform(0.01, 0.1)), beta1=0.8, beta2=float(rng.uniform(0.9, 0.97)))
    yield walk(rng, 0.02, sizes=(1e-6, 1.0, 1e3), beta1=0.9, beta2=0.99, eps=1e-7, alike=True)
    yield walk(rng, 0.02, growth=4.0, beta1=0.5)


def _adam(
    first=lambda m, g, b: b * m + (1 - b) * g,
    second=lambda v, g, b: b * v + (1 - b) * g**2,
    correct1=lambda b, t: 1 - b**t,
    correct2=lambda b, t: 1 - b**t,
    divide=lambda v, eps: np.sqrt(v) + eps,
    count=lambda t, number: t,
    start=1,
    sign=1.0,
    kept=lambda t: t,
):
    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        t = state.get("t", 0) + start
        m = each(lambda m, g: first(m, g, beta1), state.get("m") or zeros(params), grads)
        v = each(lambda v, g: second(v, g, beta2), state.get("v") or zeros(params), grads)
        moved = []
        with np.errstate(all="ignore"):
            for number, (w, m_i, v_i) in enumerate(zip(params, m, v, strict=True)):
                at = count(t, number)
                c1, c2 = np.float64(correct1(beta1, at)), np.float64(correct2(beta2, at))
                moved.append(w - sign * learning_rate * (m_i / c1) / divide(v_i / c2, eps))
        return moved, {"m": m, "v": v, "t": kept(t)}

    return step


def _eps_beside(move):
    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        _, state = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
        c1, c2 = 1 - beta1 ** state["t"], 1 - beta2 ** state["t"]
        with np.errstate(all="ignore"):
            ratios = each(lambda m, v: m / c1 / np.sqrt(v / c2), state["m"], state["v"])
        return each(lambda w, r: w + move(r, learning_rate, eps), params, ratios), state

    return step


adam_step.mistake(
    "no-correction",
    "Your first step is (1 - beta1) / sqrt(1 - beta2) times as long as it should be, 3.16 times "
    "with 0.9 and 0.999: nothing corrects for starting at zero.",
    "With 0.9 and 0.999, m holds 0.1 g after one step, and the root of v about 0.03 g. What is "
    "their ratio?",
    "Divide m by 1 - beta1**t and v by 1 - beta2**t: at t = 1 that gives g and g**2 back.",
)(_adam(correct1=lambda b, t: 1.0, correct2=lambda b, t: 1.0))


adam_step.mistake(
    "power-missing",
    "Your first step is right; later ones are not: the correction does not change with t.",
    "What should the correction be after a thousand steps, when the averages are warm?",
    "The exponent is t: 1 - beta1**t grows towards 1, and the correction fades away.",
)(_adam(correct1=lambda b, t: 1 - b, correct2=lambda b, t: 1 - b))


adam_step.mistake(
    "product-for-power",
    "From the second step on your correction is negative or infinite.",
    "Is it beta to the power of t, or beta times t?",
    "After t steps the start still weighs beta * beta * ... * beta: a power.",
)(_adam(correct1=lambda b, t: 1 - b * t, correct2=lambda b, t: 1 - b * t))


adam_step.mistake(
    "t-from-zero",
    "At your first step t is 0, so the corrections are 1 - 1 = 0 and you divide by zero.",
    "Is t raised before it is used, or after?",
    "t counts the steps taken, this one included: the first step has t = 1.",
)(_adam(start=0, kept=lambda t: t + 1))


adam_step.mistake(
    "t-never-raised",
    "t is 0 at your first step and stays 0: the corrections are 1 - 1 = 0, and you divide by zero.",
    "Which line of yours makes t larger?",
    "t counts the steps taken, this one included: the first step has t = 1, the second 2.",
)(_adam(start=0))


adam_step.mistake(
    "t-per-tensor",
    "The first tensor is right at the first step; for the others t has already moved on.",
    "Which value has t after one step with three tensors?",
    "All tensors of one step share one t: raise it once, before the loop.",
)(_adam(count=lambda t, number: (t - 1) * 3 + 1 + number))


adam_step.mistake(
    "only-m-corrected",
    "Your first steps are far too long: m is corrected and v is not.",
    "v starts at zero as well. How large is it after one step?",
    "Both averages start at zero, so both are divided by their 1 - beta**t.",
)(_adam(correct2=lambda b, t: 1.0))


adam_step.mistake(
    "only-v-corrected",
    "Your first step is only (1 - beta1) of what it should be: v is corrected and m is not.",
    "m starts at zero as well. How large is it after one step?",
    "Both averages start at zero, so both are divided by their 1 - beta**t.",
)(_adam(correct1=lambda b, t: 1.0))


adam_step.mistake(
    "not-squared",
    "Your v averages gradients, not their squares, and a root of something negative is nan.",
    "v is a second moment. Which power is that?",
    "v = beta2 * v + (1 - beta2) * g**2, entry by entry.",
)(_adam(second=lambda v, g, b: b * v + (1 - b) * g))


adam_step.mistake(
    "no-root",
    "You divide by v itself: a gradient twice as large makes your step half as long.",
    "In which unit is m, and in which is v?",
    "v averages squares. Its root has the unit of m, so that the step has none.",
)(_adam(divide=lambda v, eps: v + eps))


adam_step.mistake(
    "eps-inside",
    "You are right for ordinary gradients and far off for tiny ones: eps stands inside the root.",
    "What is the root of 1e-8? Which gradients are smaller than that?",
    "The table says sqrt(v_hat) + eps. Inside the root, 1e-8 acts like 1e-4.",
)(_adam(divide=lambda v, eps: np.sqrt(v + eps)))


adam_step.mistake(
    "no-eps",
    "There is no eps in your step: where the gradient is 0 from the start, it is 0/0.",
    "What is eps for?",
    "With v = 0 the root is 0: eps, added to it, keeps the division defined.",
)(_adam(divide=lambda v, eps: np.sqrt(v)))
adam_step.mistake(
    "betas-swapped",
    "beta1 and beta2 have changed places.",
    "Which of the two averages has the longer memory?",
    "beta1 (0.9) belongs to m, the mean; beta2 (0.999) to v, the mean of squares.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: nn.adam_step(
        params, grads, state, learning_rate, beta2, beta1, eps
    )
)


adam_step.mistake(
    "heavy-ball",
    "Your m adds gradients up where it should average them: steps up to 1/(1 - beta1) too long.",
    "The two weights of a mean add up to 1. Do yours?",
    "m = beta1 * m + (1 - beta1) * g: here, unlike in momentum, the new gradient is weighted.",
)(_adam(first=lambda m, g, b: b * m + g))


adam_step.mistake(
    "eps-not-corrected",
    "You are right for ordinary gradients and off for tiny ones: your eps meets the uncorrected "
    "root of v.",
    "Both corrections can be folded into the rate. What becomes of eps then?",
    "eps is added to the root of the corrected v. Folding the corrections into the rate multiplies "
    "eps as well, unless it is scaled to match.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _folded(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _folded(params, grads, state, learning_rate, beta1, beta2, eps):
    _, state = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
    rate = learning_rate * math.sqrt(1 - beta2 ** state["t"]) / (1 - beta1 ** state["t"])
    return each(
        lambda w, m, v: w - rate * m / (np.sqrt(v) + eps), params, state["m"], state["v"]
    ), state


for _name, _divided in (
    ("eps-after-the-division", lambda ratio, rate, eps: -rate * ratio + eps),
    ("eps-beside-the-ratio", lambda ratio, rate, eps: -rate * (ratio + eps)),
):
    adam_step.mistake(_name, *EPS_BESIDE)(_eps_beside(_divided))


adam_step.mistake("no-memory", *FORGETFUL)(forgetful(nn.adam_step))


adam_step.mistake("uphill", *UPHILL)(_adam(sign=-1.0))


adam_step.mistake(
    "corrected-state-kept",
    "The first step is right; then the corrected averages go into the state, and are corrected "
    "again.",
    "Which m does the next step start from: the raw one or the corrected one?",
    "m_hat and v_hat serve this step only. The state keeps the raw m and v.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _keeps_corrected(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _keeps_corrected(params, grads, state, learning_rate, beta1, beta2, eps):
    moved, state = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
    t = state["t"]
    return moved, {
        "m": [m / (1 - beta1**t) for m in state["m"]],
        "v": [v / (1 - beta2**t) for v in state["v"]],
        "t": t,
    }


def _largest_square(params, grads, state, learning_rate, beta1, beta2, eps):
    _, after = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
    tops = [np.maximum(a, b) for a, b in zip(state.get("top", after["v"]), after["v"], strict=True)]
    c1, c2 = 1 - beta1 ** after["t"], 1 - beta2 ** after["t"]
    moved = each(
        lambda w, m, v: w - learning_rate * (m / c1) / (np.sqrt(v / c2) + eps),
        params,
        after["m"],
        tops,
    )
    return moved, {**after, "top": tops}


adam_step.mistake(
    "largest-square-kept",
    "Your root is taken of the largest v there has been, not of the present one (AMSGrad): steps "
    "that should grow again stay short.",
    "Which v does the root get at this step: the mean as it is now, or a record of it?",
    "v = beta2 * v + (1 - beta2) * g**2 may fall again, and the step grows with it.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _largest_square(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


adam_step.mistake(
    "square-never-falls",
    "Your v never falls: the larger of the old v and the new mean is kept, and goes on from there.",
    "Which v does the next step start from: the mean as it is now, or a record of it?",
    "v = beta2 * v + (1 - beta2) * g**2 may fall again, and the step grows with it.",
)(_adam(second=lambda v, g, b: np.maximum(v, b * v + (1 - b) * g**2)))


def _largest_size(params, grads, state, learning_rate, beta1, beta2, eps):
    m, t = nn.adam_step(params, grads, state, learning_rate, beta1)[1]["m"], state.get("t", 0) + 1
    old = state.get("v") or zeros(params)
    v = each(lambda v, g: np.maximum(beta2 * v, np.abs(g)), old, grads)
    moved = each(lambda w, m, v: w - learning_rate / (1 - beta1**t) * m / (v + eps), params, m, v)
    return moved, {"m": m, "v": v, "t": t}


adam_step.mistake(
    "largest-gradient",
    "You divide by the largest gradient there has been, fading by beta2, not by the root of a mean "
    "of squares (AdaMax).",
    "What is v in the table of conventions: a mean, or a maximum?",
    "v = beta2 * v + (1 - beta2) * g**2, and the root of the corrected v divides.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _largest_size(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _about_the_mean(params, grads, state, learning_rate, beta1, beta2, eps):
    m, t = nn.adam_step(params, grads, state, learning_rate, beta1)[1]["m"], state.get("t", 0) + 1
    old = state.get("v") or zeros(params)
    v = each(lambda v, g, m: beta2 * v + (1 - beta2) * (g - m) ** 2, old, grads, m)
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    moved = each(lambda w, m, v: w - learning_rate * m / c1 / (np.sqrt(v / c2) + eps), params, m, v)
    return moved, {"m": m, "v": v, "t": t}


adam_step.mistake(
    "squares-about-the-mean",
    "v averages the squares of g - m, not of g (AdaBelief): your steps are long where the gradient "
    "hardly changes.",
    "Of what does the table of conventions take the square?",
    "v = beta2 * v + (1 - beta2) * g**2: m is not in it.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: _about_the_mean(
        params, grads, state, learning_rate, beta1, beta2, eps
    )
)


def _one_list_for_both(params, grads, state, learning_rate, beta1, beta2, eps):
    fresh, t, moved = zeros(params), state.get("t", 0) + 1, []
    m, v = (list(state["m"]), list(state["v"])) if state else (fresh, fresh)
    with np.errstate(all="ignore"):
        for i, (w, g) in enumerate(zip(params, grads, strict=True)):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g**2
            m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
            moved.append(w - learning_rate * m_hat / (np.sqrt(v_hat) + eps))
    return moved, {"m": m, "v": v, "t": t}


adam_step.mistake(
    "one-list-for-both",
    "m and v are one and the same list in your memory: what is written into one stands in the "
    "other.",
    "Ask whether state['m'] is state['v']. How many lists of zeros do you make at the first step?",
    "A second name is no second list: m and v need zeros of their own.",
)(
    lambda params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: (
        _one_list_for_both(params, grads, state, learning_rate, beta1, beta2, eps)
    )
)


expects_memory(adam_step, "m")
