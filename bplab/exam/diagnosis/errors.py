"""What an error's words say about its cause: (look, derive) for each kind.

Its type is asked first. The words are Python's and NumPy's own, in the order in which they are
asked: what is particular comes before what is general.
"""

from bplab.exam.diagnosis.lined_up import hints_for_shapes

NAMES = (
    "The line uses a name that nothing has been assigned to so far.",
    "Compare its spelling with the argument or the variable you mean; arguments go by the names in "
    "the first line.",
)
CALLS = (
    "The message counts the arguments of a call on that line. Which function is called there?",
    "Put the first line of that function beside the call: each argument has its place.",
)
ENTRIES = (
    "An index is a whole number, or an array of them, or of true and false. What kind of number "
    "stands in the brackets?",
    "Labels may come as floats. As a mask, they are compared first; as places, they are made whole "
    "numbers first.",
)
UNPACKED = (
    "Count the names on the left, and the things in what is given to them.",
    "What a function returns together is taken apart in the same order and number.",
)

# (words of an error's message, look, derive)
MESSAGES = (
    (
        "'tuple' object does not support item assignment",
        "The line writes into something that cannot be changed.",
        "A tuple stays as it was made: build a new one, or a list, from the new things.",
    ),
    (
        "does not support item assignment",
        "The line writes into an entry of something that has none to write into: the message names "
        "its type.",
        "A single number has no entries, and computing with an array of no dimensions gives a "
        "single number. Only what still is an array or a list takes a new entry.",
    ),
    (
        "'NoneType'",
        "Something on that line is None. Is it what a call gave back, or an entry that is not "
        "there yet?",
        "A function that ends without a return gives None, and so does a dict's get for a key it "
        "does not have: at a first call, say, before anything is remembered.",
    ),
    (
        "'function'",
        "A function stands where its value is meant.",
        "Call it: the value of a function at x is not the function.",
    ),
    (
        "'method'",
        "A method stands where its value is meant.",
        "Call it: with brackets after its name, even if there is nothing to put in them.",
    ),
    (
        "'builtin_function_or_method'",
        "A function stands where its value is meant.",
        "Call it, with brackets after its name.",
    ),
    (
        "'tuple'",
        "A tuple stands where one of the things in it is meant.",
        "What returns several things gives a tuple: take it apart into names, then use the one you "
        "need.",
    ),
    (
        "and 'list'",
        "A list stands where an array is meant. Which of the names on that line is a list?",
        "Lists do not compute entry by entry; arrays do. Go through the list, or make it an array.",
    ),
    (
        "'list' and",
        "A list stands where an array is meant. Which of the names on that line is a list?",
        "Lists do not compute entry by entry; arrays do. Go through the list, or make it an array.",
    ),
    (
        "'list' object has no attribute",
        "A list stands where an array is meant. Which of the names on that line is a list?",
        "A list of arrays is gone through one by one; shape and T belong to each array.",
    ),
    (
        "can't multiply sequence",
        "A list or a tuple is multiplied by a number on that line. Which name is it?",
        "Only arrays are multiplied entry by entry. Take the list or tuple apart first.",
    ),
    (
        "list indices must be",
        "A list is asked for an entry with something else than one whole number.",
        "A list of layers is asked for a layer, and that for one of its arrays: two brackets.",
    ),
    (
        "truth value of an array",
        "An if, an and, or Python's max was asked about a whole array: true for which entry?",
        "Work on all entries at once: a comparison of arrays is an array of true and false, and "
        "NumPy has functions that choose or compare entry by entry.",
    ),
    (
        "converted to Python scalars",
        "What takes one number was given an array. Which of the two is meant here?",
        "An array of one entry is no number yet: take the entry out. And where all entries are "
        "meant, NumPy's functions take arrays; those of math take one number.",
    ),
    (
        "JSON serializable",
        "JSON knows numbers, words, lists and dicts. Which type does the message name?",
        "An array becomes lists before it is written, and the lists become an array again when "
        "they are read.",
    ),
    (
        "cannot reshape array",
        "Do the numbers of the array fill the new shape exactly, or is a rest left over?",
        "A reshape neither drops nor adds a number. Where a rest is left, cut the row instead.",
    ),
    (
        "equal division",
        "You asked for equal parts of something that does not divide. What becomes of the rest?",
        "Cut at places of your own: the last part may be smaller than the others.",
    ),
    (
        "cannot be interpreted as an integer",
        "A fraction stands where a whole number is asked: a count, or an axis. Which argument of "
        "that call is it?",
        "Read what the second argument of that function means: np.max(x, v), say, takes v for an "
        "axis; comparing two things entry by entry is another function's work.",
    ),
    (
        "scalar index",
        "Read what the second argument of that function means: it may be an axis, not a value.",
        "One function finds the largest entry of an array; another compares two things entry by "
        "entry.",
    ),
    (
        "too many indices",
        "More indices stand in the brackets than the array has axes. How many has it, and which?",
        "A row of numbers takes one index, a table two. Print the shape just before that line.",
    ),
    (
        "same number of dimensions",
        "Arrays of different numbers of axes are to be joined to one. Must they be one array?",
        "What is summed or squared over all arrays is found for each by itself, then added; to "
        "join them, make each a single row first.",
    ),
    (
        "for the concatenation axis",
        "Arrays are joined whose other axes differ. Along which axis should they lie end to end?",
        "All axes but the joined one must be equal; arrays of different shapes are joined as rows.",
    ),
    (
        "zero-dimensional arrays cannot be concatenated",
        "Single numbers are to be joined as arrays. Which name on that line is one number?",
        "A number becomes a row of one first; or the numbers go into a list, and that to an array.",
    ),
    (
        "does not have enough dimensions",
        "A product of arrays was asked of a single number. Which of the two is it?",
        "The @ sums over an axis; a number has none and is multiplied with a plain star.",
    ),
    (
        "out of range')",
        "A result was too large for a number. Which power grows so large?",
        "A float ends near 1e308. What stands in the exponent, and what belongs there?",
    ),
    (
        "unhashable type",
        "An array, a list or a dict is to be the key of a dict, or an element of a set.",
        "Keys have to stay what they are. Which name, number or id stands for the thing?",
    ),
    (
        "could not convert",
        "Words are to become numbers. Which text is it, and where does it come from?",
        "Only digits make a number. Print the text as it is, with its quotes.",
    ),
    (
        "read-only",
        "The line writes into an array that belongs to somebody else.",
        "Make a copy of your own, and write into that.",
    ),
    (
        "out of bounds for array of dimension",
        "The line sums or sorts over an axis that the array does not have. How many has it?",
        "A row of numbers has axis 0 alone; a table has the axes 0 and 1.",
    ),
    (
        "out of bounds",
        "An index runs past the end. Which is the last one, and where does your loop stop?",
        "n things have the indices 0 to n - 1.",
    ),
    (
        "list index out of range",
        "An index runs past the end of a list. Which is the last one, and where does your loop "
        "stop?",
        "n things have the indices 0 to n - 1, and -1 for the last. A list with nothing in it has "
        "none.",
    ),
    ("valid indices", *ENTRIES),
    ("arrays used as indices must be", *ENTRIES),
    ("slice indices must be", *ENTRIES),
    (
        "boolean index did not match",
        "The mask has another length than the axis it picks from. Whose examples does it speak of?",
        "A mask has one true or false for each entry of the axis that it picks from.",
    ),
    (
        "boolean subtract",
        "Two arrays of true and false are subtracted. Are they to be numbers there?",
        "Make them numbers first: true is 1, false is 0.",
    ),
    (
        "unsized object",
        "The array may have the shape (): one number, which has no length.",
        "What works for every shape asks for its shape and its size, never for a length.",
    ),
    (
        "has no len()",
        "The line asks for the length of one number.",
        "A list has a length, and so has an array with an axis; one number has none.",
    ),
    (
        "0-d array",
        "The array may have the shape (): one number, which cannot be looped over.",
        "What works for every shape goes through its index tuples; for the shape () there is "
        "exactly one, the empty tuple.",
    ),
    (
        "bad operand type for unary",
        "Python asked an object for its own minus sign and found none.",
        "A class answers to -u with a method of its own, beside the one for u - v.",
    ),
    (
        "unsupported operand",
        "Python looked for an operation between the two types in the message and found none.",
        "For u - v, say, Python asks the left one first, for its own subtraction, and if that has "
        "no answer the right one, for its reflected subtraction. Which of them should have known?",
    ),
    (
        "is not iterable",
        "The line goes through something entry by entry that is a single thing. Which is it?",
        "Brackets alone make no tuple: (a) is a, and (a,) is a tuple of one. And one number is not "
        "gone through at all.",
    ),
    ("cannot unpack non-iterable", *UNPACKED),
    ("not enough values to unpack", *UNPACKED),
    ("too many values to unpack", *UNPACKED),
    (
        "bitwise_xor",
        "In Python ^ is no power: it works on the bits of whole numbers.",
        "A power is written with two stars, a square also as a number times itself.",
    ),
    (
        "ufunc 'bitwise_",
        "& and | take hold of their neighbours before == and >= do. What stands right beside them?",
        "Two comparisons are joined when both are done: each needs brackets of its own.",
    ),
    (
        "empty sequence",
        "A largest or smallest is asked of nothing: no candidate got that far. What must hold for "
        "one to get in, and is equality enough?",
        "Put the numbers of the strictest case into that condition: which candidate should pass?",
    ),
    (
        "number sections must be",
        "Into how many parts is it cut when the parts would be larger than the whole?",
        "A rest makes a part as well: count the parts upwards, or cut at every multiple of the "
        "size.",
    ),
    (
        "object is not callable",
        "Something that is no function has brackets after it. Is an operator missing between a "
        "name and a bracket, or does a variable have the name of a function?",
        "Brackets after a name call it; to multiply, write the star.",
    ),
    (
        "is not subscriptable",
        "Square brackets follow something that has no entries. What is it at that moment?",
        "An array, a list and a dict have entries; a number and a function have none.",
    ),
    (
        "argument 0 of type",
        "A function of NumPy was given objects of a class, not numbers. Which method did it ask "
        "for?",
        "NumPy computes with arrays of numbers; an object of your own has its own methods.",
    ),
    (
        "inhomogeneous",
        "Arrays of different shapes are to become one array. Should they stay a list, or does a "
        "list or a pair of them stand where one array is expected?",
        "One array has one shape; what differs in shape is kept in a list, and handed on singly.",
    ),
    (
        "setting an array element with a sequence",
        "One place of an array is given several numbers.",
        "Write down the shape of both sides: as many places on the left as numbers on the right.",
    ),
    (
        "has no attribute",
        "The message names a type and what it lacks. Is it the type you expect on that line?",
        "Either the name is misspelled or not written yet, or a thing of another type stands where "
        "the one you mean should be.",
    ),
    (
        "Cannot cast ufunc",
        "An array of whole numbers cannot take fractions: where was it made?",
        "An array keeps the kind of numbers it was made with. Start it with floats, or let the "
        "expression on the right make a new array.",
    ),
    (
        "real number, not",
        "A thing that holds a number, or several, stands where the number itself is meant. Which "
        "name on that line is it?",
        "Compute with what it holds: an entry of a list or a tuple, the data of a value.",
    ),
    (
        "not aligned",
        "The two arrays of a product do not fit: the last axis of the left one has to be as long "
        "as the first axis of the right one.",
        "Write both shapes beside the product. Which axis should be summed over and disappear?",
    ),
    (
        "mismatch in its core dimension",
        "The two arrays of a product do not fit: the last axis of the left one has to be as long "
        "as the first axis of the right one.",
        "Write both shapes beside the product. Which axis should be summed over and disappear?",
    ),
    (
        "could not be broadcast",
        "Two arrays of different lengths met in one operation. Which axis does each one have?",
        "Write both shapes beside the line: entry by entry, they must agree from the last axis on, "
        "or be 1 there.",
    ),
    ("positional argument", *CALLS),
    ("unexpected keyword argument", *CALLS),
    (
        "math domain error",
        "A root or a logarithm was asked of a number that has none. Which one, and when?",
        "A root needs a number that is not negative, a logarithm one above 0.",
    ),
    (
        "math range error",
        "A result was too large for a number. Which exponent grows so large?",
        "exp of a number beyond 709 is more than a float can hold.",
    ),
)

# type of an error: (look, derive)
TYPES = {
    "UnboundLocalError": (
        "The line reads a name that this function gives a value to only later, or on another way.",
        "A name that a function assigns to is its own: it does not see the one outside.",
    ),
    "NameError": NAMES,
    "KeyError": (
        "The dict has no entry of that name. Print its keys beside the one you ask for.",
        "The names in the dict are those of the exercise that made it.",
    ),
    "RecursionError": (
        "A function calls itself again and again. Where does it stop?",
        "Each call must come closer to the end: what has been visited is not visited again, and an "
        "operation may not be built on itself.",
    ),
    "ZeroDivisionError": (
        "The line divides by a number that is 0. Which one, and when is it?",
        "Put the numbers of that moment into the denominator: what makes it 0, and what belongs "
        "there then?",
    ),
    "MemoryError": (
        "Which array of the line is so large, and which of its sides? The message may say its "
        "shape.",
        "No array of the exercise has more sides than its formula has indices. Write the shapes "
        "on the way down: where does a side come in twice, or a number of steps become a side?",
    ),
    "ModuleNotFoundError": (
        "The line imports something that is not installed here.",
        "What the exercise needs is imported at the top of the notebook.",
    ),
    "AssertionError": (
        "An assert of your own, or of a function you call, did not hold. What does it promise?",
        "Print both sides of what it compares, just before it.",
    ),
}

HIDDEN = (
    "Which line gave that name to something else? Run the cell that imports or defines it again.",
    "A name stands for the last thing that was given to it. Your own things need names of their "
    "own.",
)


def hints_for(kind, message):
    """(look, derive) for an error of this type with these words, or None."""
    shaped = hints_for_shapes(message)
    if shaped is not None:
        return shaped
    if kind in TYPES:  # its words may be the learner's own: the key of a dict, an assert's text
        return TYPES[kind]
    return next(((look, derive) for words, look, derive in MESSAGES if words in message), None)
