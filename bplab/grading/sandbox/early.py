"""A warm process begun before anybody knows what it is to show: a command's own imports take long.

What begins here and is not taken ends with the command.
"""

import atexit
import contextlib

from bplab.grading.sandbox.terms import Limits
from bplab.grading.sandbox.warm import SandboxError, Warm

_begun: list = []  # (limits, isolate, Warm)


def begin(limits: Limits = Limits(), isolate: bool = True):  # noqa: B008
    """Begin one, unless one is begun. Where none can be had, whoever needs one will be told."""
    if any(one[:2] == (limits, isolate) for one in _begun):
        return
    with contextlib.suppress(SandboxError, OSError):
        _begun.append((limits, isolate, Warm(limits, isolate)))


def taken(limits, isolate):
    """One that was begun with these, to be used and closed by the caller; else None."""
    for one in _begun:
        if one[:2] == (limits, isolate):
            _begun.remove(one)
            return one[2]
    return None


@atexit.register
def end():
    """End what was begun for nothing."""
    while _begun:
        _begun.pop()[2].close(at_once=True)
