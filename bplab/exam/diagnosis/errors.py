"""What an error's words say about its cause."""

# The words are Python's and NumPy's own, so that they are the evidence.
RAISED = {
    "truth value of an array": (
        "An if, an and, or Python's max was asked about a whole array: true for which entry?",
        "Work on all entries at once: a comparison of arrays is an array of true and false, and "
        "NumPy has functions that choose or compare entry by entry.",
    ),
    "can be converted to Python scalars": (
        "A function that takes one number was given an array.",
        "The functions of math take one number; NumPy's of the same name take arrays entry by "
        "entry.",
    ),
    "JSON serializable": (
        "JSON knows numbers, words, lists and dicts. Which type does the message name?",
        "An array becomes lists before it is written, and the lists become an array again when "
        "they are read.",
    ),
    "cannot reshape array": (
        "Do the numbers of the array fill the new shape exactly, or is a rest left over?",
        "A reshape neither drops nor adds a number. Where a rest is left, cut the row instead.",
    ),
    "equal division": (
        "You asked for equal parts of something that does not divide. What becomes of the rest?",
        "Cut at places of your own: the last part may be smaller than the others.",
    ),
    "scalar index": (
        "Read what the second argument of that function means: it may be an axis, not a value.",
        "One function finds the largest entry of an array; another compares two things entry by "
        "entry.",
    ),
    "unsized object": (
        "The array may have the shape (): one number, which has no length.",
        "What works for every shape asks for its shape and its size, never for a length.",
    ),
    "0-d array": (
        "The array may have the shape (): one number, which cannot be looped over.",
        "What works for every shape goes through its index tuples; for the shape () there is "
        "exactly one, the empty tuple.",
    ),
    "not 'function'": (
        "A function stands where its value is meant.",
        "Call it: the value of a function at x is not the function.",
    ),
    "unsupported operand": (
        "Python looked for an operation between the two types in the message and found none.",
        "For u - v, say, Python asks the left one first, for its own subtraction, and if that has "
        "no answer the right one, for its reflected subtraction. Which of them should have known?",
    ),
    "bad operand type for unary": (
        "Python asked an object for its own minus sign and found none.",
        "A class answers to -u with a method of its own, beside the one for u - v.",
    ),
    "is not iterable": (
        "The line goes through something entry by entry that is a single number.",
        "What works for one number and for an array of any shape asks for no length and has no "
        "loop: NumPy's functions take both.",
    ),
    "bitwise_xor": (
        "In Python ^ is no power: it works on the bits of whole numbers.",
        "A power is written with two stars, a square also as a number times itself.",
    ),
    "'NoneType'": (
        "Something that should be a value is None. Which call on that line gave it?",
        "A function that ends without giving its result back gives None, whatever it computed.",
    ),
    "has no attribute": (
        "The message names a type and what it lacks. Is it the type you expect on that line?",
        "Either the name is misspelled or not written yet, or a plain number stands where an "
        "object of your own is meant.",
    ),
    "Cannot cast ufunc": (
        "An array of whole numbers cannot take fractions: where was it made?",
        "An array keeps the kind of numbers it was made with. Start it with floats, or let the "
        "expression on the right make a new array.",
    ),
    "mismatch in its core dimension": (
        "The two arrays of a product do not fit: the last axis of the left one has to be as long "
        "as the first axis of the right one.",
        "Write both shapes beside the product. Which axis should be summed over and disappear?",
    ),
    "could not be broadcast": (
        "Two arrays of different lengths met in one operation. Which axis does each one have?",
        "Write both shapes beside the line: entry by entry, they must agree from the last axis on, "
        "or be 1 there.",
    ),
    "NameError": (
        "The line uses a name that nothing has been assigned to so far.",
        "Compare its spelling with the argument or the variable you mean; arguments go by the "
        "names in the first line.",
    ),
    "KeyError": (
        "The dict has no entry of that name. Print its keys beside the one you ask for.",
        "The names in the dict are those of the exercise that made it.",
    ),
    "RecursionError": (
        "A function calls itself again and again. Where does it stop?",
        "Each call must come closer to the end: what has been visited is not visited again, and "
        "an operation may not be built on itself.",
    ),
}


def hints_for(said):
    """(look, derive) for what an error said, or None."""
    return next((hints for words, hints in RAISED.items() if words in said), None)
