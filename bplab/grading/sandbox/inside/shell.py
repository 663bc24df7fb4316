"""Run cells as a Jupyter kernel would, without a kernel: what it would publish is written down.

The shell is ipykernel's own, so that magics, tracebacks, rich display and figures are the same;
only what stands below it is replaced (`outbox.py`).
"""

import asyncio
import builtins
import contextlib
import contextvars
import errno
import getpass
import importlib
import inspect
import itertools
import os
import re
import signal
import sys
import types
from typing import NamedTuple

from ipykernel import eventloops, zmqshell
from ipykernel.compiler import XCachingCompiler
from ipykernel.kernelbase import Kernel
from IPython.core import interactiveshell
from traitlets.config import Config

from bplab.exam import second
from bplab.grading.sandbox.inside.outbox import Outbox, OutStream

_OFTEN_IMPORTED = (
    "numpy.linalg",
    "numpy.random",
    "IPython.display",
    "bplab.nn",
    "bplab.study.check",
    "bplab.data.real",
    "bplab.data.simulated",
    "bplab.viz",
)
_FIRST_CELLS = (
    "import numpy as np\nnp.eye(2)",
    "print(1)",
    "import asyncio\nawait asyncio.sleep(0)",
)


class Met(NamedTuple):
    """What takes long to load and not every class meets.

    sign : the module by which it is seen that a notebook has met it
    modules, cells : what loads all of it
    """

    sign: str
    modules: tuple
    cells: tuple


# By the letter under which a child says that it has met it, and the warm process is told to.
TO_MEET = {
    "p": Met(  # pictures
        "matplotlib.pyplot",
        ("matplotlib.pyplot", "matplotlib.colors", "matplotlib.cm", "bplab.viz.*"),
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2], [1, 2]);",),
    ),
    "t": Met(  # tracebacks
        "stack_data",
        (),
        (
            "import numpy as np\ndef f(x):\n    return np.dot(x, [1, 2])\n\nf('a')",
            "try:\n    1/0\nexcept Exception as e:\n    raise ValueError('x') from e",
            "x = (",
        ),
    ),
}

_ASYNC = re.compile(r"await|async")  # without it, no cell needs an event loop


class CellTimeout(KeyboardInterrupt):
    """A cell ran out of time. An interrupt, so that it passes `except Exception` and a sitting."""


class _NoKernel:
    """What the shell asks of its kernel."""

    eventloop = None
    _allow_stdin = False


class CompilerOfCells(XCachingCompiler):
    """ipykernel's compiler, which also says at once that a cell's file is no module's.

    `inspect` would go through all modules to find that out, for every line of every traceback.
    """

    def get_code_name(self, raw_code, transformed_code, number):
        name = super().get_code_name(raw_code, transformed_code, number)
        known = getattr(inspect, "modulesbyfile", {})
        known[os.path.normcase(os.path.abspath(name))] = ""
        return name


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):  # libraries look at the name
    """ipykernel's shell, told which kernel is its own."""

    __module__ = zmqshell.__name__

    def enable_gui(self, gui=None):
        eventloops.enable_gui(gui, self.kernel)

    def _format_exception_for_storage(self, exception, *args, **kwargs):
        # IPython makes every traceback twice, for its history too: the one just shown will do.
        shown = getattr(self, "_last_traceback", None)
        if shown is None:
            return super()._format_exception_for_storage(exception, *args, **kwargs)
        name, text = type(exception).__name__, str(exception)
        return {"ename": name, "evalue": text, "traceback": shown}


class CellRunner:
    """An IPython shell that runs one notebook's cells; made in the warm process, used in a fork."""

    def __init__(self):
        self.outbox = Outbox()
        self.stdout = OutStream("stdout", self.outbox)
        self.stderr = OutStream("stderr", self.outbox)
        self.kernel = _NoKernel()
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        self.shell = ZMQInteractiveShell.instance(
            config=config, kernel=self.kernel, compiler_class=CompilerOfCells
        )
        for publisher in (self.shell.displayhook, self.shell.display_pub):
            publisher.session = self.outbox
        self.shell.set_parent({"header": {"msg_id": "cell"}})
        self.shell.displayhook.topic = b"execute_result"
        self.loop = self.context = None
        self.seconds = 0  # what the cell has, for the message
        self.sat = {}  # what was examined, by its name
        self._running = self._timed_out = False

    def warm_up(self):
        """Load now what every first cell would load in every fork."""
        sys.stdout, sys.stderr = self.stdout, self.stderr
        self._load(_OFTEN_IMPORTED, _FIRST_CELLS)

    def meet(self, letter):
        """Load now what a notebook has met, and others will."""
        _, modules, cells = TO_MEET[letter]
        self._load(modules, cells)

    def _load(self, modules, cells):
        for name in itertools.chain.from_iterable(map(_named, modules)):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        self.connect(lambda body: None, 1 << 20, capture=False)
        for source in cells:
            self.run(source)
        self.loop.close()
        self.loop = None
        self.shell.reset(new_session=True, aggressive=False)
        self.shell.execution_count = 1
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)

    def connect(self, sender, most, capture=True):
        """In the fork: messages go to `sender`; file descriptors 1 and 2 are captured.

        most : bytes kept of a cell's output
        """
        self.outbox.connect(sender, most)
        for fd, stream in enumerate((self.stdout, self.stderr), start=1):
            stream._owner = os.getpid()
            if capture:
                stream.capture(fd, os.open(os.devnull, os.O_WRONLY))
        self.context = contextvars.copy_context()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

    def run(self, source):
        """Run a cell as a kernel would; what is published goes to the outbox."""
        return self._cell(lambda: self._execute(source))

    def examine(self, name, sheet, sit, source):
        """Sit a paper with the function of that name; the answers, or None."""
        answers = []
        self.sat[name] = dict.get(self.shell.user_ns, name)

        def sitting():
            count = self.shell.execution_count
            self.shell.execution_count = count + 1
            self.shell.history_manager.store_inputs(count, source, source)
            names = self.shell.user_ns
            answers.append(sit(dict.get(names, name), sheet, names))
            self.shell.events.trigger("post_execute")

        done = self._cell(lambda: self.context.run(sitting))
        done["answers"] = answers[0] if answers and not self._timed_out else None
        return done

    def keep(self, name):
        """Keep the function of that name as it is now, as if it were examined."""
        self.sat[name] = dict.get(self.shell.user_ns, name)
        return {"count": self.shell.execution_count, "fault": None}

    def examine_again(self, name, sheet, sit, parts, source):
        """Sit it once more, with the right `parts` in place of the learner's own that it calls.

        source : of these parts, as text: they are made here and now, in a module of their own
        """
        answers, called = [], []

        def sitting():
            names = self.shell.user_ns
            fn = self.sat.get(name)
            called.extend(second.names_called(fn, frozenset(parts), names))
            if called:
                right = {"__name__": "parts"}
                exec(compile(source, "<parts>", "exec"), right)
                with second.bound(names, {part: right[part] for part in called}):
                    answers.append(sit(fn, sheet, names))

        done = self._cell(lambda: self.context.run(sitting))
        done["answers"] = answers[0] if answers and not self._timed_out else None
        done["called"] = called
        return done

    def _cell(self, work):
        count = self.shell.execution_count
        self.outbox.begin()
        self._timed_out = False
        signal.signal(signal.SIGINT, self._interrupt)
        fault = None
        with contextlib.suppress(BaseException):
            try:
                self._running = True
                fault = _fault(work())
            except BaseException as escaped:  # from IPython's own code, or a sitting
                fault = _fault(escaped)
                self._tell(escaped)
        self._running = False
        with contextlib.suppress(BaseException):
            self.stdout.finish()
            self.stderr.finish()
        if self._timed_out:
            fault = "timeout"
        elif self.outbox.flooded:
            fault = "output"
        return {"count": count, "fault": fault, "met": _met()}

    def _execute(self, source):
        self._refuse_input()
        # One context for all cells: NumPy keeps its print options and error state in it.
        task = self.loop.create_task(self._execute_async(source), context=self.context)
        try:
            result = self.loop.run_until_complete(task)
        except BaseException:
            # The interrupt came while the loop waited: end what it waited for.
            task.cancel()
            with contextlib.suppress(BaseException):
                self.loop.run_until_complete(task)
            raise
        finally:
            self.shell.payload_manager.clear_payload()
        early = result.error_before_exec
        return result.error_in_exec if early is None else early

    async def _execute_async(self, source):
        shell = self.shell
        if not _ASYNC.search(source):
            return shell.run_cell(source, store_history=True)
        try:
            code, problem = shell.transform_cell(source), None
        except Exception:
            code, problem = source, sys.exc_info()
        if shell.loop_runner is not interactiveshell._asyncio_runner or not shell.should_run_async(
            source, transformed_cell=code, preprocessing_exc_tuple=problem
        ):
            return shell.run_cell(source, store_history=True)
        result = None
        try:
            result = await shell.run_cell_async(
                source,
                store_history=True,
                transformed_cell=code,
                preprocessing_exc_tuple=problem,
            )
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return result

    def _refuse_input(self):
        # ipykernel's own methods, so that the traceback is a kernel's.
        builtins.input = types.MethodType(Kernel.raw_input, self.kernel)
        getpass.getpass = types.MethodType(Kernel.getpass, self.kernel)

    def _tell(self, error):
        with contextlib.suppress(BaseException):
            self.stdout.flush()
            self.stderr.flush()
            name, text = type(error).__name__, str(error)
            content = {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
            self.outbox.send(None, "error", content)

    def _interrupt(self, signum, frame):
        # Sent by the supervisor when the cell's time is up, and again and again until it ends.
        if self._running and not self.outbox.busy:
            self._timed_out = True
            raise CellTimeout(f"this cell ran for more than {self.seconds:g} s and was stopped")


def _named(module):
    """Names of modules: this one, or those of the package of which it says all."""
    if not module.endswith(".*"):
        return [module]
    package = importlib.import_module(module[:-2])
    return [f"{package.__name__}.{name}" for name in package.MODULES]


def _met():
    return "".join(letter for letter, met in TO_MEET.items() if met.sign in sys.modules)


def _fault(error):
    """The name of the limit behind an error, if one is."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            return "files"
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return "open-files"
        if error.errno == errno.EAGAIN and isinstance(error, BlockingIOError):
            return "processes"
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "processes"
    return None
