"""Sit a paper: call the learner's function on every case and write down what comes back.

Runs where the learner's code lives. It holds no answers and decides nothing: what it reports is
data for `bplab.exam.marking`.
"""

import contextlib
import functools
import inspect
import io
import linecache
import signal
import threading
import time
import traceback
import warnings
from pathlib import Path

import numpy as np

from bplab.exam import probes
from bplab.exam.wire import Known, Raised, Rng, WireError, pack, plain, unpack

_HERE = str(Path(__file__).resolve().parents[1])


def _alert():
    # Underflow to 0 is harmless; overflow, 0/0 and x/0 are lessons.
    return np.errstate(over="warn", divide="warn", invalid="warn", under="ignore")


class TimeUp(BaseException):
    """The call took too long. Not an Exception, so that `except Exception` lets it through."""


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
        namespace = getattr(fn, "__globals__", {})
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


class Bench:
    """What a driver calls the learner's code through: it watches arguments, time and warnings."""

    def __init__(self, namespace, seconds, may_change=()):
        self.namespace = namespace
        self.seconds = seconds
        self.may_change = may_change
        self.changed = []
        self.warned = []

    def call(self, fn, **arguments):
        """Call `fn` with the arguments in their order; note what it did to them."""
        given = {name: real(value) for name, value in arguments.items()}
        before = {
            name: plain(value)  # copies
            for name, value in given.items()
            if name != "rng" and name not in self.may_change and not callable(value)
        }
        _bind(fn, list(given.values()))
        with warnings.catch_warnings(record=True) as caught, _alert():
            warnings.simplefilter("always")
            try:
                with time_limit(self.seconds):
                    return fn(*given.values())
            finally:
                self._note(caught, given, before)

    def attempt(self, fn, **arguments):
        """Like `call`, but an error is returned, as a `Raised`: one part of an answer fails."""
        try:
            return self.call(fn, **arguments)
        except WrongArguments:
            raise
        except Exception as error:
            found = _describe(error)
            return Raised(*(found[key] for key in ("type", "message", "line", "function")))

    def _note(self, caught, given, before):
        for warning in caught[:20]:
            if issubclass(warning.category, RuntimeWarning):
                text = str(warning.message)[:200]
                if text not in self.warned:
                    self.warned.append(text)
        for name, old in before.items():
            # Perturbed and restored is as it was; 0 clipped to 1e-12 is not.
            if name not in self.changed and not _alike(old, plain(given[name]), atol=1e-14):
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


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp in the block after `seconds`."""
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        with _thread_limit(seconds):
            yield
        return

    def stop(signum, frame):
        raise TimeUp

    started = time.monotonic()
    old_handler = signal.signal(signal.SIGALRM, stop)
    # The repeat catches code that swallows the first TimeUp.
    old_left, _ = signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old_handler)
        if old_left:
            left = max(old_left - (time.monotonic() - started), 0.01)
            signal.setitimer(signal.ITIMER_REAL, left)


@contextlib.contextmanager
def _thread_limit(seconds):
    import ctypes

    target = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()

    def watch():
        if not done.wait(seconds):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeUp))

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


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
        answer = {"raised": _describe(error)}
    answer["changed"] = bench.changed
    answer["warned"] = bench.warned[:5]
    return answer


def _bind(fn, arguments):
    try:
        signature = _signature(fn)
    except (ValueError, TypeError):
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise WrongArguments(f"{signature} ({error})"[:300]) from None


@functools.lru_cache(maxsize=1024)
def _signature(fn):
    return inspect.signature(fn)


def _describe(error):
    try:
        message = str(error)[:500]
    except BaseException:
        message = ""
    found = {"type": type(error).__name__[:80], "message": message, "line": "", "lineno": 0}
    learners = []
    for frame, lineno in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name.startswith(_HERE) or "site-packages" in name or name.startswith("<frozen"):
            continue
        learners.append(frame.f_code.co_qualname.rpartition("<locals>.")[2][:80])
        line = linecache.getline(name, lineno or 0)
        found.update(line=line.strip()[:200], lineno=lineno or 0)
    # Named only where it is not plain that it is the function asked for.
    found["function"] = learners[-1] if len(learners) > 1 or "." in "".join(learners) else ""
    return found


def _differs(first, second):
    if "value" not in second:
        return True
    return not _alike(first["value"], second["value"])


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
    if len(packed) <= max_bytes:
        return packed
    return pack({"too_large": len(packed)})


__all__ = ["Bench", "TimeUp", "WireError", "answers_to", "real", "sit", "time_limit"]
