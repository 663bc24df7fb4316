"""What NumPy warned of on the way to nan or inf, and what it says of the cause."""

# (words of the warning, look, derive)
WARNED = (
    (
        "invalid value encountered in sqrt",
        "A root is taken of a negative number. Which quantity is it, and can it be negative?",
        "A mean of squares, and a variance, are never below 0. Look at what is subtracted, and "
        "what is multiplied, on the way to the root.",
    ),
    (
        "invalid value encountered in log",
        "A logarithm is taken of a negative number. Which quantity is it?",
        "A logarithm needs a number above 0, such as a probability.",
    ),
    (
        "divide by zero encountered in log",
        "A logarithm is taken of 0. Which input makes its argument 0?",
        "log of 0 is minus infinity. Keep the argument away from 0, or take the form of the "
        "formula that needs no such logarithm.",
    ),
    (
        "encountered in power",
        "A power leaves the numbers there are: a negative number to a fraction, or 0 to a negative "
        "one.",
        "Follow the base of that power: what is it in the case that fails?",
    ),
    (
        "overflow encountered in exp",
        "exp is taken of a large number: beyond 709 it is more than a float can hold.",
        "Shift or split the formula so that exp only ever sees what is at most 0.",
    ),
    (
        "overflow encountered",
        "A number grew beyond 1.8e308, the largest that a float can hold. Which one is it, and "
        "what is it made from?",
        "Print the sizes of the numbers on their way there. If one is made in rounds: does it "
        "grow by a factor in each?",
    ),
    (
        "encountered in divide",
        "Something is divided by 0. Which denominator is it, and for which input?",
        "Put that input into the denominator by hand: what belongs there instead of 0?",
    ),
    (
        "encountered in scalar divide",
        "Something is divided by 0. Which denominator is it, and for which input?",
        "Put that input into the denominator by hand: what belongs there instead of 0?",
    ),
)


def hints_for_warning(warned):
    """(look, derive) for the first of NumPy's warnings that is known, or None."""
    for words, look, derive in WARNED:
        if any(words in text for text in warned):
            return look, derive
    return None
