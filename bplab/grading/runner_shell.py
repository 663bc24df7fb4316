"""Run cells as a Jupyter kernel would, without a kernel: what it would publish is written down.

The shell is ipykernel's own, so that magics, tracebacks, rich display and figures are the same;
only what stands below it is replaced: the ZeroMQ session by `Outbox`, the streams by `CellStream`.
"""

import asyncio
import builtins
import codecs
import contextlib
import errno
import getpass
import json
import os
import signal
import sys
import tempfile
import time
import types

from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import OutStream
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import interactiveshell
from jupyter_client.session import Session, json_packer
from traitlets.config import Config

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

FLUSH_SECONDS = 0.2  # as ipykernel
AGAIN_SECONDS = 0.25
STOP_AFTER = 8  # times the output that is kept


class CellTimeout(KeyboardInterrupt):
    """A cell ran out of time. An interrupt, so that it passes `except Exception` and a sitting."""


class TooMuchOutput(KeyboardInterrupt):
    """A cell kept on printing long after nothing more was kept."""


class Outbox(Session):
    """Takes the messages ipykernel's classes would publish and sends them as frames."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.sender = None
        self.busy = False
        self.most = 0
        self.sent = 0
        self.flooded = False
        self.owner = None

    def begin(self):
        """A new cell: its output counts from nothing."""
        self.sent = 0
        self.flooded = False

    def connect(self, sender, most):
        """sender : called with the bytes of a message;  most : bytes kept of one cell's output."""
        self.sender = sender
        self.most = most
        self.owner = os.getpid()

    def msg(self, msg_type, content=None, parent=None, header=None, metadata=None):
        return {
            "header": {"msg_type": msg_type, "msg_id": "", **(header or {})},
            "msg_id": "",
            "msg_type": msg_type,
            "parent_header": {},
            "content": content or {},
            "metadata": metadata or {},
        }

    def send(self, stream, msg_or_type, content=None, *args, **kwargs):
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["msg_type"], msg_or_type["content"]
        if self.sender is None or os.getpid() != self.owner:
            return None
        if self.flooded and msg_or_type != "error":
            return None
        body = self._body(msg_or_type, content)
        self.sent += len(body)
        self.busy = True  # half a frame must not be followed by another
        try:
            self.sender(body)
        finally:
            self.busy = False
        if self.sent > STOP_AFTER * self.most and not self.flooded:
            self.flooded = True
            raise TooMuchOutput(f"printed more than {STOP_AFTER * self.most >> 20} MB")
        return None

    def _body(self, kind, content):
        body = json_packer({"type": kind, "content": content})
        if len(body) <= self.most:
            return body
        return json.dumps({"type": "too-large", "content": {"bytes": len(body)}}).encode()


class CellStream(OutStream):
    """sys.stdout or sys.stderr of a cell, with what is written to its file descriptor in place."""

    def __init__(self, name, outbox):  # not super(): that starts a thread
        self.name = name
        self.outbox = outbox
        self.pub_thread = True  # OutStream's sign of being open
        self._hooks = []
        self._pending = []
        self._size = 0
        self._since = 0.0
        self._fd = self._outside = None
        self._owner = os.getpid()
        self._read = 0
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def capture(self, fd, outside):
        """Let file descriptor `fd` write to a file of its own, read back at every turn."""
        self._outside = outside
        self._fd, path = tempfile.mkstemp(dir=".")
        os.unlink(path)
        if fcntl:
            fcntl.fcntl(self._fd, fcntl.F_SETFL, os.O_APPEND)
        os.dup2(self._fd, fd)

    parent_header = {}
    _hooks = None  # a property of OutStream, which it takes a thread to have

    def set_parent(self, parent):
        pass

    def fileno(self):
        return self._outside

    def isatty(self):
        return False

    def close(self):
        self.flush()

    def write(self, string):
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if os.getpid() != self._owner:  # a process the learner forked
            os.write(self._fd, string.encode(errors="replace"))
            return len(string)
        self.drain()
        self._take(string)
        return len(string)

    def drain(self):
        """Take in what other code wrote to the file descriptor."""
        if self._fd is None:
            return
        try:
            size = os.fstat(self._fd).st_size
        except OSError:
            return
        while self._read < size:
            data = os.pread(self._fd, min(size - self._read, 1 << 20), self._read)
            if not data:
                return
            self._read += len(data)
            self._take(self._decode(data))

    def _take(self, text):
        now = time.monotonic()
        if not self._pending:
            self._since = now
        self._pending.append(text)
        self._size += len(text)
        if now - self._since > FLUSH_SECONDS or self._size > 1 << 16:
            self._flush()

    def flush(self):
        if os.getpid() == self._owner:
            self.drain()
            self._flush()

    def _flush(self):
        pending, self._pending, self._size = self._pending, [], 0
        text = "".join(pending)
        if text:
            msg = self.outbox.msg("stream", {"name": self.name, "text": text})
            for hook in self._hooks:
                msg = hook(msg)
                if msg is None:
                    return
            self.outbox.send(None, msg)


class _NoKernel:
    """What the shell asks of its kernel."""

    eventloop = None
    _allow_stdin = False


class CellRunner:
    """An IPython shell that runs one notebook's cells; made in the warm process, used in a fork."""

    def __init__(self):
        self.outbox = Outbox()
        self.stdout = CellStream("stdout", self.outbox)
        self.stderr = CellStream("stderr", self.outbox)
        self.kernel = _NoKernel()
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        self.shell = ZMQInteractiveShell.instance(
            config=config, kernel=self.kernel, compiler_class=XCachingCompiler
        )
        for publisher in (self.shell.displayhook, self.shell.display_pub):
            publisher.session = self.outbox
        self.shell.displayhook.topic = b"execute_result"
        self.loop = None
        self._ends = None
        self._timed_out = False

    def warm_up(self):
        """Load now what first cells, first figures and first errors would load in every fork."""
        sys.stdout, sys.stderr = self.stdout, self.stderr
        self.connect(lambda body: None, 1 << 20, capture=False)
        self.run("import numpy as np, matplotlib.pyplot as plt\nplt.plot([1, 2], [1, 2]);", 60)
        self.run("def f(x):\n    return np.dot(x, [1, 2])\n\nf('a')", 60)
        self.run("try:\n    1/0\nexcept Exception as e:\n    raise ValueError('x') from e", 60)
        self.run("print(1)\nnp.eye(2)", 60)
        self.run("x = (", 60)
        self.run("import asyncio\nawait asyncio.sleep(0)", 60)
        self.loop.close()
        self.loop = None
        self.shell.reset(new_session=True, aggressive=False)
        self.shell.execution_count = 1
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)

    def connect(self, sender, most, capture=True):
        """In the fork: messages go to `sender`; file descriptors 1 and 2 are captured."""
        self.outbox.connect(sender, most)
        for fd, stream in enumerate((self.stdout, self.stderr), start=1):
            stream._owner = os.getpid()
            if capture:
                stream.capture(fd, os.open(os.devnull, os.O_WRONLY))
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._alarm)

    def run(self, source, seconds):
        """Run a cell as a kernel would; what is published goes to the outbox."""
        return self._cell(seconds, lambda: self._execute(source))

    def examine(self, name, sheet, sit, source, seconds):
        """Sit a paper with the function of that name; the answers, or None."""
        answers = []

        def sitting():
            count = self.shell.execution_count
            self.shell.execution_count = count + 1
            self.shell.history_manager.store_inputs(count, source, source)
            names = self.shell.user_ns
            answers.append(sit(dict.get(names, name), sheet, names))
            self.shell.events.trigger("post_execute")

        done = self._cell(seconds, sitting)
        done["answers"] = answers[0] if answers and not done["fault"] else None
        return done

    def _cell(self, seconds, work):
        count = self.shell.execution_count
        self.outbox.begin()
        self._timed_out = False
        fault = None
        with contextlib.suppress(BaseException), self._timed(seconds):
            try:
                fault = _fault(work())
            except BaseException as escaped:  # from IPython's own code, or a sitting
                fault = _fault(escaped)
                self._tell(escaped)
        with contextlib.suppress(BaseException):
            self.stdout.flush()
            self.stderr.flush()
        if self._timed_out:
            fault = "timeout"
        elif self.outbox.flooded:
            fault = "output"
        return {"count": count, "fault": fault}

    def _execute(self, source):
        self._refuse_input()
        task = self.loop.create_task(self._execute_async(source))
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

    @contextlib.contextmanager
    def _timed(self, seconds):
        self._ends = time.monotonic() + seconds
        self._seconds = seconds
        _set_timer(seconds)
        try:
            yield
        finally:
            self._ends = None
            _set_timer(0)

    def _alarm(self, signum, frame):
        if self._ends is None:
            return
        left = self._ends - time.monotonic()
        if left > 0 or self.outbox.busy:
            _set_timer(max(left, 0.01))
            return
        self._timed_out = True
        _set_timer(AGAIN_SECONDS)  # code that swallows the first
        raise CellTimeout(f"this cell ran for more than {self._seconds:g} s and was stopped")


def _set_timer(seconds):
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


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
