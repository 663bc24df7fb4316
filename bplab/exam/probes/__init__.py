"""Drivers and known functions: the examiner's hands on the learner's side. They hold no answers.

A driver is `drive(bench, fn, case) -> tree`: it calls the learner's code through `bench.call`
and returns what came back. `case` is a dict of inputs. A known function is made from plain
parameters by a factory, so that a paper can name it (`Known("name", params)`).
"""

from bplab.exam.probes import (  # noqa: F401
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
from bplab.exam.probes.registry import DRIVERS, FACTORIES, Misfit, driver, factory, known

__all__ = ["DRIVERS", "FACTORIES", "Misfit", "driver", "factory", "known"]
