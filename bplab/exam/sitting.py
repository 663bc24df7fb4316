"""Sit a paper: call the learner's function on every case and write down what comes back.

Runs where the learner's code lives. It holds no answers and decides nothing: what it reports is
data for `bplab.exam.marking`.
"""

import contextlib
import functools
import inspect
import io
import sys
import time
import warnings

import numpy as np

from bplab.exam import probes
from bplab.exam.limits import TimeUp, time_limit
from bplab.exam.raised import describe
from bplab.exam.wire import (
    MAX_NODES,
    MOST_THINGS,
    Known,
    Raised,
    Rng,
    WireError,
    pack,
    plain,
    things_in,
    unpack,
)


def _alert():
    # Underflow to 0 is harmless; overflow, 0/0 and x/0 are lessons.
    return np.errstate(over="warn", divide="warn", invalid="warn", under="ignore")


class WrongArguments(Exception):
    """The function cannot be called with the arguments of the exercise."""


def sit(fn, sheet, namespace=None):
    """Answers, as bytes, of `fn` to the paper in `sheet`.

    fn : the learner's function or class, or None if it is not defined
    sheet : bytes made by `Paper.sheet`
    namespace : the learner's names, for exercises that are examined with a partner
    """
    paper = unpack(sheet)
    if fn is None:
        return pack({"undefined": True})
    if not callable(fn):
        return pack({"uncallable": type(fn).__name__})
    return _pack_within(answers_to(paper, fn, namespace), paper["max_bytes"])


def answers_to(paper, fn, namespace=None):
    """A list of answers, one a case, to an unpacked paper. `sit` without the bytes."""
    if namespace is None:
        namespace = namespace_of(fn)
    drive = probes.DRIVERS[paper["driver"]]
    answers = []
    with contextlib.suppress(TimeUp):
        for number, case in enumerate(paper["cases"]):
            quiet = contextlib.nullcontext() if number == 0 else _silence()
            with quiet:
                answers.append(_answer(drive, fn, case, paper, namespace))
            if "slow" in answers[-1]:
                break
            if number == 0 and paper["repeat"] and "value" in answers[0]:
                with _silence():
                    again = _answer(drive, fn, case, paper, namespace)
                answers[0]["differs"] = _differs(answers[0], again)
    return answers


def namespace_of(fn):
    """The learner's names, as far as the function or class knows them."""
    inner = inspect.unwrap(fn) if callable(fn) else fn
    found = getattr(getattr(inner, "func", inner), "__globals__", None)  # func: of a partial
    if found is None:
        found = vars(sys.modules.get(getattr(inner, "__module__", None), object)) or {}
    return found


class Bench:
    """What a driver calls the learner's code through: it watches arguments, time and warnings."""

    def __init__(self, namespace, seconds, may_change=()):
        self.namespace = namespace
        self.seconds = seconds
        self.may_change = may_change
        self.changed = []
        self.warned = []
        self.kept = None  # bytes of a file that is part of the answer

    def call(self, fn, **arguments):
        """Call `fn` with the arguments in their order; note what it did to them."""
        given = {name: real(value) for name, value in arguments.items()}
        before = {
            name: plain(value)  # copies
            for name, value in given.items()
            if name != "rng" and name not in self.may_change and not callable(value)
        }
        placed, named = _handed(fn, given)
        with warnings.catch_warnings(record=True) as caught, _alert():
            warnings.simplefilter("always")
            try:
                with time_limit(self.seconds):
                    return fn(*placed, **named)
            finally:
                self._note(caught, given, before)

    def attempt(self, fn, **arguments):
        """Like `call`, but an error is returned, as a `Raised`: one part of an answer fails."""
        try:
            return self.call(fn, **arguments)
        except WrongArguments:
            raise
        except Exception as error:
            found = describe(error, fn)
            return Raised(*(found[key] for key in ("type", "message", "line", "function")))

    def attempt_all(self, runs):
        """What each of `runs` gives, or a `Raised`, as by `attempt`, but under one limit for all.

        A limit costs more than a short program does.
        """

        def all_of_them():
            found = []
            for run in runs:
                try:
                    found.append(run())
                except Exception as error:
                    told = describe(error, run)
                    keys = ("type", "message", "line", "function")
                    found.append(Raised(*(told[key] for key in keys)))
            return found

        return self.call(all_of_them)

    def _note(self, caught, given, before):
        for warning in caught[:20]:
            if issubclass(warning.category, RuntimeWarning):
                text = str(warning.message)[:200]
                if text not in self.warned:
                    self.warned.append(text)
        for name, old in before.items():
            now = given[name]
            if name in self.changed or _untouched(old, now):
                continue
            # Perturbed and restored is as it was; 0 clipped to 1e-12 is not.
            if not _alike(old, plain(now), atol=1e-14):
                self.changed.append(name)


def real(value):
    """A fresh copy of an input with its tokens made real."""
    if type(value) is Rng:
        return np.random.default_rng(value.seed)
    if type(value) is Known:
        return probes.known(value)
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(real(item) for item in value)
    if type(value) is dict:
        return {key: real(item) for key, item in value.items()}
    return value


def _answer(drive, fn, case, paper, namespace):
    bench = Bench(namespace, paper["seconds"], tuple(paper["may_change"]))
    started = time.perf_counter()
    try:
        answer = {"value": plain(drive(bench, fn, case))}
    except WrongArguments as error:
        answer = {"arguments": str(error)}
    except TimeUp:
        answer = {"slow": time.perf_counter() - started}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: an exam goes on
        answer = {"raised": describe(error, fn)}
    answer["changed"] = bench.changed
    answer["warned"] = bench.warned[:5]
    if bench.kept is not None:
        answer["kept"] = np.frombuffer(bench.kept, np.uint8)
    return answer


def _handed(fn, given):
    """The arguments in their order, and those that `fn` takes by name alone and could go without.

    Raises WrongArguments if it cannot be called with them.
    """
    try:
        by_name = _by_name(fn, tuple(given))
    except (ValueError, TypeError):  # nobody knows what it takes
        by_name = ()
    named = {name: given[name] for name in by_name}
    return [value for name, value in given.items() if name not in named], named


@functools.lru_cache(maxsize=1024)
def _by_name(fn, names):
    """Which of these arguments `fn` takes by name alone and could go without."""
    signature = inspect.signature(fn)
    found = [
        name
        for name, parameter in signature.parameters.items()
        if name in names
        and parameter.kind is parameter.KEYWORD_ONLY
        and parameter.default is not parameter.empty
    ]
    try:
        signature.bind(*names[len(found) :], **dict.fromkeys(found))
    except TypeError as error:
        raise WrongArguments(f"{signature} ({error})"[:300]) from None
    return tuple(found)


def _differs(first, second):
    if "value" not in second:
        return True
    return not _alike(first["value"], second["value"])


def _untouched(old, now):
    """True if an input is as it was to the last digit: so most are, and this is soon seen."""
    kind = type(old)
    if type(now) is not kind:
        return False
    if kind is np.ndarray:
        return old.dtype == now.dtype and old.shape == now.shape and bool((old == now).all())
    if kind in (list, tuple):
        return len(old) == len(now) and all(map(_untouched, old, now))
    if kind is dict:
        return old.keys() == now.keys() and all(_untouched(old[key], now[key]) for key in old)
    return kind in (int, float, bool, str) and old == now


def _alike(a, b, atol=1e-9):
    """True if two plain trees agree to rounding."""
    if type(a) is np.ndarray and type(b) is np.ndarray:
        if a.shape != b.shape:
            return False
        return np.array_equal(a, b) or bool(np.allclose(a, b, rtol=1e-9, atol=atol, equal_nan=True))
    if type(a) is float and type(b) is float:
        return a == b or bool(np.isclose(a, b, rtol=1e-9, atol=atol, equal_nan=True))
    if type(a) is not type(b):
        return False
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(_alike(x, y, atol) for x, y in zip(a, b, strict=True))
    if type(a) is dict:
        return a.keys() == b.keys() and all(_alike(a[key], b[key], atol) for key in a)
    return a == b


def _silence():
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
    return stack


def _pack_within(answers, max_bytes):
    packed = pack({"answers": answers})
    if len(packed) > max_bytes:
        return pack({"too_large": len(packed)})
    if len(packed) > MAX_NODES and things_in(answers) > MOST_THINGS:
        return pack({"too_many": True})
    return packed


__all__ = ["Bench", "TimeUp", "WireError", "answers_to", "real", "sit", "time_limit"]
