"""Simulated annealing: whether to accept a change."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault
from bplab.exercises.other_formulas import other_formulas

anneal_accept = Exercise(
    "anneal_accept",
    "04_optimizers",
    nn.anneal_accept,
    returns="accepted",
    points=1,
    achieved="A search can climb out of a valley, less and less as it cools.",
)


@anneal_accept.paper
def _(rng):
    cases = []
    for temperature in (0.4, 0.7, 1.0, 1.6, 3.0, 5.0):
        for change in (float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.7, 1.3))):
            chance = math.exp(-change / temperature)
            near = [0.5 * chance, 0.9 * chance, 0.98 * chance]
            above = [chance + share * (1 - chance) for share in (0.02, 0.1, 0.5)]
            for u in near + above + list(map(float, rng.uniform(0.1, 0.4, 1) * chance)):
                cases.append((change, temperature, u))
            cases.append((-change, temperature, float(rng.uniform(0.05, 0.4))))
            cases.append((-change, temperature, float(rng.uniform(0.9, 0.999))))
    for number in rng.permutation(len(cases)):
        yield dict(zip(("change", "temperature", "u"), cases[number], strict=True))


@anneal_accept.mistake(
    "greedy",
    "You never go uphill, however high the temperature.",
    "What would ever bring the search out of a local minimum?",
    "A worse place is accepted with probability exp(-change / temperature): sometimes.",
)
def _(change, temperature, u):
    return change < 0


@anneal_accept.mistake(
    "sign-of-exponent",
    "You accept what makes things worse always, and improvements only sometimes.",
    "For change > 0, is exp(change / temperature) above or below 1?",
    "A probability is at most 1: for a loss that grows the exponent must be negative.",
)
def _(change, temperature, u):
    return u < math.exp(change / temperature)


@anneal_accept.mistake(
    "temperature-ignored",
    "Your decision is the same at every temperature but 1.",
    "What should a high temperature do to the chance of going uphill?",
    "The change is measured in units of temperature: change / temperature.",
)
def _(change, temperature, u):
    return change < 0 or u < math.exp(-change)


@anneal_accept.mistake(
    "temperature-multiplied",
    "At a high temperature you are more careful, at a low one bolder: it should be the reverse.",
    "Does a hot system jump more or less?",
    "Divide by the temperature: the hotter, the closer exp(-change / temperature) is to 1.",
)
def _(change, temperature, u):
    return change < 0 or u < math.exp(-change * temperature)


@anneal_accept.mistake(
    "comparison-turned",
    "You accept exactly when you should refuse, for changes that make things worse.",
    "u is uniform in [0, 1). How often is it below 0.1?",
    "To say yes with probability p, ask whether u < p.",
)
def _(change, temperature, u):
    return change < 0 or u > math.exp(-change / temperature)


@anneal_accept.mistake(
    "improvements-refused",
    "You refuse what makes things better.",
    "Is change the new loss minus the old, or the reverse?",
    "change < 0 means a lower loss: always accepted.",
)
def _(change, temperature, u):
    return change > 0 and u < math.exp(-change / temperature)


@anneal_accept.mistake(
    "probability-returned",
    "You returned the probability itself; the exercise asks for the decision.",
    "What is u for?",
    "Compare u with the probability: yes or no.",
)
def _(change, temperature, u):
    return min(1.0, math.exp(-change / temperature))


RULE = (
    "change < 0 is an improvement: always accepted. Otherwise u is compared with "
    "exp(-change / temperature): below it means yes."
)


other_formulas(
    anneal_accept,
    "accepted",
    *(
        (name, lambda change, temperature, u, p=p: p(change, temperature, u), observed, look, RULE)
        for name, p, observed, look in (
            (
                "always",
                lambda c, t, u: True,
                "You accept every change, however bad, at every temperature.",
                "For which side of 0 is the exponential above 1, and who is asked about it?",
            ),
            (
                "never",
                lambda c, t, u: False,
                "You accept nothing, not even what makes things better.",
                "Is change the new loss minus the old, or the reverse?",
            ),
            (
                "worse-preferred",
                lambda c, t, u: c > 0,
                "You accept what makes things worse and refuse what makes them better.",
                "Is change the new loss minus the old, or the reverse?",
            ),
            (
                "size-only",
                lambda c, t, u: u < math.exp(-abs(c) / t),
                "Improvements are refused as often as equally large losses: the sign of change is "
                "gone.",
                "What is the chance to accept a change of -1, in your version?",
            ),
            (
                "turned-for-all",
                lambda c, t, u: u > math.exp(-c / t),
                "You refuse whatever should be accepted, and accept what should be refused: the "
                "comparison is turned around.",
                "u is uniform in [0, 1). How often is it below 0.1?",
            ),
            (
                "logistic",
                lambda c, t, u: u < 1 / (1 + math.exp(c / t)),
                "Your chance is 1 / (1 + exp(change / temperature)): improvements are refused at "
                "times, and even a change of 0 is a coin flip (Barker's rule, not Metropolis's).",
                "What is the chance of a small improvement, in your version?",
            ),
            (
                "logistic-for-the-worse",
                lambda c, t, u: c < 0 or u < 1 / (1 + math.exp(c / t)),
                "Improvements are always accepted; for what makes things worse your chance is "
                "1 / (1 + exp(change / temperature)), which is never above a half.",
                "What is the chance of a change that is hardly worse, in your version?",
            ),
            (
                "complement",
                lambda c, t, u: c < 0 or u < 1 - math.exp(-c / t),
                "Your chance is 1 minus the right one: the worse a change, the likelier you take "
                "it.",
                "What is the chance of a very large loss, in your version?",
            ),
            (
                "linear",
                lambda c, t, u: c < 0 or u < 1 - c / t,
                "Your chance falls along a straight line, 1 - change / temperature.",
                "What becomes of a change larger than the temperature?",
            ),
            (
                "no-randomness-in-it",
                lambda c, t, u: c < 0 or u < 0.5,
                "You accept half of what makes things worse, whatever the change and the "
                "temperature.",
                "What should a high temperature do to the chance, and what a large change?",
            ),
            (
                "temperature-as-chance",
                lambda c, t, u: c < 0 or u < t,
                "You compare u with the temperature itself.",
                "Which of the two is a probability?",
            ),
            (
                "change-missing",
                lambda c, t, u: c < 0 or u < math.exp(-1 / t),
                "The size of change is not in your exponential.",
                "Should a large loss be accepted as often as a small one?",
            ),
            (
                "change-missing",
                lambda c, t, u: c < 0 or u < math.exp(-t),
                "Your chance is exp(-temperature): change is not in it, and heat lowers it.",
                "Should a large loss be accepted as often as a small one?",
            ),
            (
                "upside-down",
                lambda c, t, u: c < 0 or u < math.exp(-t / c),
                "Your exponent is upside down: temperature / change.",
                "Does a hot system jump more or less?",
            ),
            (
                "squared",
                lambda c, t, u: c < 0 or u < math.exp(-(c**2) / t),
                "Your exponent holds the square of change.",
                "Write the exponent with its unit: change and temperature share one.",
            ),
            (
                "temperature-squared",
                lambda c, t, u: c < 0 or u < math.exp(-c / t**2),
                "Your exponent holds the square of the temperature.",
                "Write the exponent with its unit: change and temperature share one.",
            ),
            (
                "divided-outside",
                lambda c, t, u: c < 0 or u < math.exp(-c) / t,
                "You divide the exponential by the temperature; the temperature belongs inside.",
                "Where does the bracket of exp close?",
            ),
            (
                "other-base",
                lambda c, t, u: c < 0 or u < 2 ** (-c / t),
                "Your chance is a power of 2; the base is e.",
                "Which base does exp have?",
            ),
            (
                "other-base",
                lambda c, t, u: c < 0 or u < 10 ** (-c / t),
                "Your chance is a power of 10; the base is e.",
                "Which base does exp have?",
            ),
            (
                "rounded",
                lambda c, t, u: c < 0 or u < round(math.exp(-c / t)),
                "Your chance is rounded to 0 or 1 before u is asked.",
                "Which values can your chance have?",
            ),
        )
    ),
)


@anneal_accept.tells
def _(wrong, rows):
    """The chance in this case, and which of the two kinds of change goes wrong."""
    given = next(given for given, leaf, _ in rows if leaf is wrong)
    change, temperature, u = given["change"], given["temperature"], given["u"]
    off = [given["change"] < 0 for given, leaf, _ in rows if not leaf.right]
    which = (
        "All that goes wrong are improvements. "
        if all(off)
        else "All that goes wrong are changes for the worse. "
        if not any(off)
        else ""
    )
    answers = {np.asarray(leaf.actual).item() for _, leaf, _ in rows}
    if not answers <= {0, 1}:
        value = np.asarray(wrong.actual).item()
        return Fault(
            "no-decision",
            f"You return {value:.4g} for change = {change:.4g}, temperature = {temperature:.4g}, "
            f"u = {u:.4g}; a decision is asked, yes or no.",
            "What is u for?",
            RULE,
        )
    same = _one_number_for_u(rows)
    if same is not None:
        return same
    if change < 0:
        told = f"A change of {change:.4g} makes things better, and it is refused."
    else:
        chance = math.exp(-change / temperature)
        side = "below" if u < chance else "above"
        told = (
            f"For change = {change:.4g} at temperature {temperature:.4g} the chance is "
            f"{chance:.4g}, and u = {u:.4g} is {side} it: the answer is "
            f"{'yes' if u < chance else 'no'}, and yours is not."
        )
    turned = _yes_to_the_larger(rows)
    if turned is not None:
        return turned
    return Fault(
        "other-chance",
        f"{which}{told}",
        "Print the probability that you compare u with, in this case. Is it the same?",
        RULE,
    )


def _yes_to_the_larger(rows):
    """The Fault of answers that do not follow u: no to a small one and yes to a larger one."""
    refused = {}
    for given, leaf, _ in rows:
        if given["change"] > 0 and not np.asarray(leaf.actual).item():
            same = given["change"], given["temperature"]
            refused[same] = min(given["u"], refused.get(same, 1.0))
    for given, leaf, _ in rows:
        same = given["change"], given["temperature"]
        if np.asarray(leaf.actual).item() and refused.get(same, 1.0) < given["u"]:
            return Fault(
                "not-after-u",
                f"For change = {same[0]:.4g} at temperature {same[1]:.4g} you say no to "
                f"u = {refused[same]:.4g} and yes to u = {given['u']:.4g}: the smaller u is, the "
                "more is accepted.",
                "Does your function look at u, or draw a number of its own? If it looks, on which "
                "side of the chance does it say yes?",
                RULE,
            )
    return None


def _one_number_for_u(rows):
    """The Fault of a rule that is right but for u: some other number stands in its place."""
    low, high = 0.0, 1.0
    for given, leaf, _ in rows:
        change, accepted = given["change"], bool(np.asarray(leaf.actual).item())
        chance = math.exp(-max(change, 0.0) / given["temperature"])
        if change < 0:
            if not accepted:
                return None
        elif accepted:
            high = min(high, chance)
        else:
            low = max(low, chance)
    if not 0.0 < low < high < 1.0:
        return None
    return Fault(
        "u-not-asked",
        "Your answers are those of the right rule with one and the same number in the place of u, "
        f"somewhere between {low:.3g} and {high:.3g}: u itself does not count.",
        "Where does u come in? Does your function draw a number of its own, or hold one?",
        RULE,
    )
