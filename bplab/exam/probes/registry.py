"""Where drivers and factories of known functions are entered, by their names."""

from collections.abc import Callable
from typing import NamedTuple


class Plain(NamedTuple):
    """How a driver that calls once gives an answer: the call can then be made without it.

    serves : function of a case's inputs: whether the driver does no more in it than call
    given : function of what was returned: what the driver makes of it
    """

    serves: Callable
    given: Callable


DRIVERS: dict[str, Callable] = {}
PLAIN: dict[str, Plain] = {}
FACTORIES: dict[str, Callable] = {}


class Misfit(Exception):
    """What a driver was given cannot be used for the next call; told as a wrong type."""


class Partnerless(Exception):
    """What the function is examined together with is missing, or did not do its part."""


def called(value):
    """What a learner returned, in words."""
    if value is None:
        return "nothing"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def driver(name, plain=None):
    """Register a driver under `name`; `plain` says when it only calls, see `Plain`."""

    def register(function):
        DRIVERS[name] = function
        if plain is not None:
            PLAIN[name] = plain
        return function

    return register


def factory(name):
    """Register a factory of known functions under `name`."""

    def register(function):
        FACTORIES[name] = function
        return function

    return register


def known(token):
    """The function a `Known` token stands for."""
    return FACTORIES[token.name](*token.params)


@driver("call", plain=Plain(serves=lambda case: True, given=lambda value: value))
def call(bench, fn, case):
    """Call the function once, with the case's inputs in their order."""
    return bench.call(fn, **case)
