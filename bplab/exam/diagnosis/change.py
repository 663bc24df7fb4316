"""One change of the inputs, and what to say of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Change:
    """A change of the inputs.

    words : after "what the right function gives"
    apply : gives the changed dict, or None where there is nothing to change
    leaves_out : the letter of the axis of which something is left out, or ""
    name : the argument that is changed, where it is one alone
    turns_sign : whether it turns the sign of an argument, and does nothing else
    common : whether it is made beside another slip: an input forgotten, or its sign turned
    """

    words: str
    apply: Callable
    look: str
    derive: str
    leaves_out: str = ""
    common: bool = False
    name: str = ""
    turns_sign: bool = False


def _put(name, make):
    def apply(inputs):
        if name not in inputs:
            return None
        return {**inputs, name: make(inputs[name])}

    return apply


def one(name, words, make, look=None, derive=None, common=False, turns_sign=False):
    return Change(
        words,
        _put(name, make),
        look or f"Follow {name} from the first line of your function to the last.",
        derive or f"The formula takes {name} as it is given, once for each place where it stands.",
        common=common,
        name=name,
        turns_sign=turns_sign,
    )
