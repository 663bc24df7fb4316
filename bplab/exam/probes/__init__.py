"""Drivers and known functions: the examiner's hands on the learner's side. They hold no answers.

A driver is `drive(bench, fn, case) -> tree`: it calls the learner's code through `bench.call`
and returns what came back. `case` is a dict of inputs. A known function is made from plain
parameters by a factory, so that a paper can name it (`Known("name", params)`).
"""

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


from bplab.exam.probes import (  # noqa: E402, F401
    array_functions,
    array_programs,
    classifier,
    engine,
    functions,
    images,
    models,
    policies,
    training,
)
