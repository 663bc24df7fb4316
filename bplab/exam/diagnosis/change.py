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
