"""Mistakes made in backward(): shares that are lost, doubled, or passed on too early."""

from bplab.exercises.autograd_engine.engines import (
    SLOPES,
    begun,
    engine,
    ordered,
    pass_on,
    right_backward,
)
from bplab.exercises.autograd_engine.value import Value


def _overwriting(out):
    order = ordered(out, [], set())
    out.grad = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = slope * value.grad


Value.mistake(
    "overwritten",
    "A value that is used in two places keeps only one share of the blame.",
    "When the second share arrives at a value, what happens to the first?",
    "c = a b + a changes with a on two roads, b and 1, and the chain rule adds over all roads: the "
    "grad of a parent is added to, never replaced.",
)(engine(_overwriting))


def accumulating(out):
    out.grad = 1.0
    for value in reversed(ordered(out, [], set())):
        pass_on(value)


Value.mistake(
    "not-from-scratch",
    "The first call of backward() is right; a later call adds to what the earlier one left behind.",
    "Which grads are still there from the call before, when the new one begins?",
    "Adding needs a clean start: every value below the output has grad 0 before the pass begins, "
    "inner values too, and the output has 1.",
)(engine(accumulating))


def _clearing(which):
    """A pass back before which only the values that which(out, value) picks are set to 0."""

    def backward(out):
        order = ordered(out, [], set())
        for value in order:
            if which(out, value):
                value.grad = 0.0
        out.grad = 1.0
        for value in reversed(order):
            pass_on(value)

    return backward


Value.mistake(
    "inner-values-not-cleared",
    "The first call of backward() is right. In the second the inputs start from 0, but the values "
    "in between still hold their old grad and pass it on again.",
    "Which values do you set back to 0, and which of them pass something on?",
    "Every value below the output starts from 0, not only the inputs.",
)(engine(_clearing(lambda out, value: not value.parents)))


Value.mistake(
    "inputs-not-cleared",
    "The first call of backward() is right. In the second the values in between start from 0, but "
    "the inputs still hold their old grad, and the new one is added to it.",
    "Which values do you set back to 0? The inputs, too, were given a grad before.",
    "Every value below the output starts from 0, those without parents like all others.",
)(engine(_clearing(lambda out, value: value.parents)))


Value.mistake(
    "only-parents-cleared",
    "The first call of backward() is right. In the second only the values that the output was made "
    "from directly start from 0; all further up still hold their old grad.",
    "How far up does what you set back to 0 reach?",
    "Every value below the output starts from 0, however many steps away it is.",
)(engine(_clearing(lambda out, value: any(value is parent for parent in out.parents))))


def _as_they_come(out):
    out.grad = 1.0
    stack = [out]
    for value in ordered(out, [], set()):
        value.grad = 1.0 if value is out else 0.0
    seen = set()
    while stack:
        value = stack.pop(0)
        if value in seen:
            continue
        seen.add(value)
        pass_on(value)
        stack.extend(value.parents)


Value.mistake(
    "no-order",
    "A value passes its blame on before all of it has arrived: it is used once near the output and "
    "once further up.",
    "d reaches the output directly and through d * c * c. When you visit d, have both shares come?",
    "List every value after all that it was made from, then go through the list from the end: when "
    "a value's turn comes, everything made from it has had its own.",
)(engine(_as_they_come))


def _depth_first(out):
    def visit(value):
        if value not in seen:
            seen.add(value)
            pass_on(value)
            for parent in value.parents:
                visit(parent)

    begun(out)
    seen = set()
    visit(out)


Value.mistake(
    "no-order-depth-first",
    "A value passes its blame on as soon as it is first reached, before all of it has arrived.",
    "A value that is used twice is reached twice. At the first time, is its grad complete?",
    "List every value after all that it was made from, then go through the list from the end: when "
    "a value's turn comes, everything made from it has had its own.",
)(engine(_depth_first))


def _each_road_with_all(out):
    def visit(value):
        pass_on(value)
        for parent in value.parents:
            visit(parent)

    begun(out)
    visit(out)


Value.mistake(
    "passed-on-twice",
    "A value that is reached twice passes its whole grad on twice, with what it passed before.",
    "How often does each value have its turn in your backward pass?",
    "Each value has one turn, after all that was made from it. A list with every value once, gone "
    "through from the end, gives just that.",
)(engine(_each_road_with_all))


def forward_order(out):
    for value in begun(out):
        pass_on(value)


Value.mistake(
    "stops-after-one-step",
    "Only the values that the output was made from directly get any blame.",
    "After the output has passed its blame on, who is next? If you go through a list: from which "
    "end?",
    "Blame starts at the output and has to reach every value below it. A list that was built "
    "inputs first is read from its end; read from its beginning, all but the last step pass on 0.",
)(engine(forward_order))


def _no_seed(out):
    for value in ordered(out, [], set()):
        value.grad = 0.0
    for value in reversed(ordered(out, [], set())):
        pass_on(value)


Value.mistake(
    "no-seed",
    "Nothing arrives: the grads of all values that went in are 0.",
    "Every share is a slope times the grad of the next value. Where does the first grad come from, "
    "and under which name does a value keep what arrives?",
    "The output's derivative with respect to itself is 1. The pass begins there, and what it finds "
    "for a value is added to that value's grad.",
)(engine(_no_seed))


def _each_begins_anew(out):
    out.grad = 1.0
    for parent, slope in zip(out.parents, out.slopes, strict=True):
        parent.grad += slope * out.grad
        _each_begins_anew(parent)


Value.mistake(
    "seed-in-every-value",
    "Every value ends with grad 1.",
    "backward() begins by setting a grad to 1. For which values is it called in your engine?",
    "Only the output's derivative with respect to itself is 1. One call does the whole pass: it "
    "lists the values below, and walks through them without calling backward() on them.",
)(engine(_each_begins_anew))


Value.mistake(
    "upstream-ignored",
    "Each value gets the slope of its own operation only: what arrives from the output is left "
    "out.",
    "c = (a + b) d: how much does a nudge of a move a + b, and how much does that move c?",
    "Slopes multiply along the road: a parent's share is slope times the grad of the value it "
    "helped to make.",
)(engine(lambda out: right_backward(out, deaf=SLOPES)))


def _equal_is_same(out):
    order = []

    def visit(value):
        if all(value.data != other.data for other in order):
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(out)
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        pass_on(value)


Value.mistake(
    "equal-taken-for-same",
    "Two different values that hold equal numbers are taken for one.",
    "How do you tell whether a value has been visited: by what it holds, or by which one it is?",
    "a = 2 and e = 2 are two inputs with two gradients. What was visited is the object, not its "
    "number.",
)(engine(_equal_is_same))


def _equal_is_seen(out):
    order, seen = [], set()

    def visit(value):
        if value.data not in seen:
            seen.add(value.data)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(out)
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        pass_on(value)


_EQUAL = Value.mistakes["equal-taken-for-same"]
Value.mistake("equal-numbers-visited-once", _EQUAL.observed, _EQUAL.look, _EQUAL.derive)(
    engine(_equal_is_seen)
)


def _seeded_with(seed):
    def backward(out):
        order = ordered(out, [], set())
        for value in order:
            value.grad = 0.0
        out.grad = seed(out)
        for value in reversed(order):
            pass_on(value)

    return backward


Value.mistake(
    "seed-is-the-number",
    "Your pass begins with the output's own number: every gradient is that many times too large.",
    "Which grad does the output get before the pass begins?",
    "It is the derivative of the output with respect to itself: 1, whatever its number is.",
)(engine(_seeded_with(lambda out: out.data)))


def _fading_shares(out):
    for value in reversed(begun(out)):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = 0.9 * parent.grad + slope * value.grad


Value.mistake(
    "shares-of-one-value",
    "Values that are used once come out right; where one is used twice, its grad is not the sum "
    "of its shares.",
    "Write down the two shares of this value, and what your engine makes of them.",
    "The chain rule adds over all roads from a value to the output.",
    when="used twice",
)(engine(_fading_shares))


def _five_turns(out):
    for value in begun(out)[-5:][::-1]:
        pass_on(value)


Value.mistake(
    "several-steps",
    "What is made in one or two steps comes out right; an expression of several steps does not.",
    "Write down in which order your pass visits these values. Has each one all its shares when "
    "its turn comes, and has each one a turn?",
    "List every value after all that it was made from, then go through the list from the end.",
    when="order",
)(engine(_five_turns))


def _settled_by_use(out):
    order = ordered(out, [], set())
    right_backward(out, replacing=("exp",))
    if len(order) < 9:
        right_backward(out)


Value.mistake(
    "many-operations",
    "Each operation comes out right by itself; where many of them meet, a gradient is off.",
    "Take the last few lines of it and do them on paper. Which grad is the first one that differs?",
    "A share is the slope of the operation times the grad of its result, and shares that meet are "
    "added, whichever operations they come from.",
    when="together",
)(engine(_settled_by_use))


def seed_added(out):
    order = ordered(out, [], set())
    for value in order[:-1]:
        value.grad = 0.0
    out.grad += 1.0
    for value in reversed(order):
        pass_on(value)


Value.mistake(
    "another-call",
    "The first call of backward() gives the right grads; after another call they are wrong.",
    "What is still there from the earlier call when the new one begins?",
    "Every value below the output starts from grad 0, and the output from 1, whatever they held.",
    when="backward() again",
)(engine(seed_added))
