"""Where drivers and factories of known functions are entered, by their names."""

from collections.abc import Callable

DRIVERS: dict[str, Callable] = {}
FACTORIES: dict[str, Callable] = {}


class Misfit(Exception):
    """What a driver was given cannot be used for the next call; told as a wrong type."""


def called(value):
    """What a learner returned, in words."""
    if value is None:
        return "nothing"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def driver(name):
    """Register a driver under `name`."""

    def register(function):
        DRIVERS[name] = function
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


@driver("call")
def call(bench, fn, case):
    """Call the function once, with the case's inputs in their order."""
    return bench.call(fn, **case)
