"""What is drawn for initial weights: the papers of both, and scales taken for theirs."""

import functools

import numpy as np

from bplab.exam import Fault, Rng, number


def fans(rng):
    """Cases of different fans, some growing and some shrinking."""
    for fan_in, fan_out in [(7, 4), (3, 11), (12, 5), (6, 9)]:
        more = int(rng.integers(0, 3))
        seed = Rng(int(rng.integers(1, 2**31)))
        yield {"fan_in": fan_in + more, "fan_out": fan_out, "rng": seed}


def scaled_by(scale):
    """Weights with another spread."""

    def init(fan_in, fan_out, rng):
        return rng.normal(size=(fan_in, fan_out)) * scale(fan_in, fan_out)

    return init


def between(limit):
    """Weights drawn evenly between -limit and limit."""

    def init(fan_in, fan_out, rng):
        top = limit(fan_in, fan_out)
        return rng.uniform(-top, top, (fan_in, fan_out))

    return init


_OVER = {
    " / fan_in": lambda a, b: a,
    " / fan_out": lambda a, b: b,
    " / (fan_in + fan_out)": lambda a, b: a + b,
    " / (fan_in * fan_out)": lambda a, b: a * b,
    "": lambda a, b: 1,
    " / (fan_in + 1)": lambda a, b: a + 1,
    " / (fan_out + 1)": lambda a, b: b + 1,
    " / (fan_in + fan_out + 1)": lambda a, b: a + b + 1,
    " / (fan_in - 1)": lambda a, b: a - 1,
    " / fan_in**2": lambda a, b: a * a,
    " / fan_out**2": lambda a, b: b * b,
    " / (fan_in + fan_out)**2": lambda a, b: (a + b) ** 2,
}


def name_what_is_drawn(exercise, std):
    """The mistakes that both initialisations share; `std` gives the right deviation."""
    _other_sizes(exercise, std)
    _other_places(exercise, std)
    _other_distributions(exercise, std)
    exercise.tells(functools.partial(_variance, std))
    exercise.tells(_unused)
    exercise.tells(functools.partial(_drawn_otherwise, std))
    _other_draws(exercise, std)


def _other_sizes(exercise, std):
    exercise.mistake(
        "variance-for-deviation",
        "The spread of your weights is the variance the exercise names, without its root: with "
        "{fan_in} inputs every weight is too small.",
        "A number drawn with spread 1 is multiplied by s. What happens to its variance?",
        "Its variance is multiplied by s squared: to get the variance, multiply by its root.",
    )(scaled_by(lambda a, b: std(a, b) ** 2))
    exercise.mistake(
        "not-scaled",
        "Your weights have spread 1, whatever the fans are.",
        "Where do fan_in and fan_out come into the size of your weights?",
        "A unit adds up fan_in products: the more there are, the smaller each must be.",
    )(scaled_by(lambda a, b: 1.0))
    exercise.mistake(
        "divided",
        "Your weights are divided by the deviation where they should be multiplied by it: wide "
        "layers get large weights.",
        "Should a unit with many inputs have larger weights, or smaller ones?",
        "Spread 1 times s is spread s, and s falls as the fans grow.",
    )(scaled_by(lambda a, b: 1 / std(a, b)))


def _other_places(exercise, std):
    exercise.mistake(
        "shape-turned",
        "Your W has one row for each unit above; here it has one for each unit below.",
        "In X @ W, what is the length of W's first axis?",
        "W is (fan_in, fan_out): its rows meet the columns of X.",
    )(lambda fan_in, fan_out, rng: rng.normal(size=(fan_out, fan_in)) * std(fan_in, fan_out))
    exercise.mistake(
        "turned-after-drawing",
        "The numbers are the right ones, in the wrong places: they were drawn for (fan_out, "
        "fan_in) and turned afterwards.",
        "In which shape are the numbers drawn?",
        "Drawn as (fan_in, fan_out), they fill W row by row; nothing is turned.",
    )(lambda fan_in, fan_out, rng: (rng.normal(size=(fan_out, fan_in)) * std(fan_in, fan_out)).T)


def _other_distributions(exercise, std):
    exercise.mistake(
        "uniform",
        "Your weights are drawn evenly between two limits; a normal distribution is asked. Their "
        "spread is the right one.",
        "Which method of rng does the exercise name?",
        "The evenly drawn form has the same variance and other numbers: here the course has fixed "
        "the normal one, so that every network can be drawn again.",
    )(between(lambda a, b: np.sqrt(3) * std(a, b)))
    for name, words, own in (
        ("own-spread", "divided by the spread that they happen to have", lambda z: z / z.std()),
        (
            "own-mean-and-spread",
            "brought to mean 0 and spread 1, by the mean and the spread that they happen to have",
            lambda z: (z - z.mean()) / z.std(),
        ),
        ("own-mean", "moved so that their mean is exactly 0", lambda z: z - z.mean()),
    ):
        exercise.mistake(
            name,
            f"The numbers that you drew are {words}, before they are scaled.",
            "Is it the distribution that has mean 0 and that variance, or each table that is drawn "
            "from it?",
            "What rng gives is multiplied by one number, the same for any draw; a single table "
            "comes out a little wider or narrower, and that is as it should be.",
        )(
            lambda fan_in, fan_out, rng, own=own: (
                own(rng.normal(size=(fan_in, fan_out))) * std(fan_in, fan_out)
            )
        )
    exercise.mistake(
        "not-around-zero",
        "None of your weights is negative: they are drawn from 0 to 1.",
        "What is the mean of what you draw? Which one is asked?",
        "Weights of mean 0 let some units rise and others fall with the same input.",
    )(lambda fan_in, fan_out, rng: rng.random((fan_in, fan_out)) * std(fan_in, fan_out))


def _other_draws(exercise, std):
    @exercise.mistake(
        "own-generator",
        "The numbers are not those of the rng that was given: it has not been used at all.",
        "Where does your generator come from?",
        "Draw from the rng that comes in. Whoever seeds it can then draw the same network again.",
    )
    def _(fan_in, fan_out, rng):
        own = np.random.default_rng(0)
        return own.normal(size=(fan_in, fan_out)) * std(fan_in, fan_out)

    for name, first, words in (
        ("biases-drawn-first", lambda a, b: b, "{fan_out} numbers were drawn"),
        ("first-draw-lost", lambda a, b: (a, b), "a whole table was drawn and given up"),
    ):

        def drawn_later(fan_in, fan_out, rng, first=first):
            rng.normal(size=first(fan_in, fan_out))
            return rng.normal(size=(fan_in, fan_out)) * std(fan_in, fan_out)

        exercise.mistake(
            name,
            f"Your weights are not the first that the generator gives: {words} before them.",
            "Which line of yours calls the generator first?",
            "One call of the generator, for fan_in times fan_out numbers. Biases start at 0 and "
            "need none.",
        )(drawn_later)

    @exercise.mistake(
        "draws-more",
        "W is right, but more was drawn than W needs: the next layer would get other numbers.",
        "Is anything drawn besides W: biases, a second try?",
        "One call of the generator, for fan_in times fan_out numbers. Biases start at 0 and need "
        "none.",
    )
    def _(fan_in, fan_out, rng):
        W = rng.normal(size=(fan_in, fan_out)) * std(fan_in, fan_out)
        rng.normal(size=fan_out)
        return W


def _unused(wrong, rows):
    """Whether the generator gives next what it gives first, in every case."""
    if wrong.name != "W":
        return None
    for given, leaf, leaves in rows:
        if np.ptp(leaf.actual) == 0:
            return None  # nothing was drawn at all
        after = next(leaf.actual for leaf in leaves if leaf.name != "W")
        if after is None or after != np.random.default_rng(given["rng"].seed).random():
            return None
    return Fault(
        "own-generator",
        "The numbers are not those of the rng that was given: it has not been used at all.",
        "Where does your generator come from?",
        "Draw from the rng that comes in. Whoever seeds it can then draw the same network again.",
    )


DRAWS = (
    (
        "drawn for (fan_out, fan_in) and turned afterwards",
        lambda rng, a, b: rng.normal(size=(b, a)).T,
    ),
    (
        "drawn evenly from -1 to 1",
        lambda rng, a, b: rng.uniform(-1, 1, (a, b)),
    ),
)


def _drawn_otherwise(std, wrong, rows):
    """Another draw, times one number in each case."""
    if wrong.name != "W":
        return None
    for words, draw in DRAWS:
        found = []
        for given, leaf, _ in rows:
            a, b = given["fan_in"], given["fan_out"]
            drawn = draw(np.random.default_rng(given["rng"].seed), a, b)
            if drawn.shape != np.shape(leaf.actual):
                break
            ratio = leaf.actual / drawn
            if ratio.flat[0] <= 0 or np.ptp(ratio) > 1e-7 * ratio.flat[0]:
                break
            found.append(ratio.flat[0] / std(a, b))
        else:
            first = f"{number(found[0])} times the deviation that the exercise names"
            return Fault(
                "drawn-otherwise",
                f"Your numbers are {words}; what multiplies them here is {first}.",
                "Which method of rng does the exercise name, in which shape, and times what?",
                "rng.normal(size=(fan_in, fan_out)), times the root of the variance that the "
                "exercise names.",
            )
    return None


def _variance(std, wrong, rows):
    """The variance, as a number over one of the fans or over their sum."""
    if wrong.name != "W":
        return None
    found, fans = [], []
    for given, leaf, _ in rows:
        if leaf.expected.shape != np.shape(leaf.actual):
            return None
        ratio = leaf.actual / leaf.expected
        if ratio.flat[0] <= 0 or np.ptp(ratio) > 1e-7 * ratio.flat[0]:
            return None  # no variance tells a sign
        fans.append((given["fan_in"], given["fan_out"]))
        found.append((ratio.flat[0] * std(*fans[-1])) ** 2)
    for words, over in _OVER.items():
        times = [variance * over(*fan) for variance, fan in zip(found, fans, strict=True)]
        if np.ptp(times) < 1e-6 * max(times):
            return Fault(
                "other-variance",
                f"Your variance is {number(times[0])}{words} in every case.",
                "Which number stands over which fans in the formula, and under which root?",
                "What is multiplied with numbers of spread 1 is the root of the variance the "
                "exercise names, with no factor besides.",
            )
    return None
