"""What a cell shows, written down where a kernel would publish it.

ipykernel's own classes make the messages; here is what stands below them, in place of ZeroMQ.
"""

import codecs
import json
import os
import tempfile
import threading
import time

import comm
from comm.base_comm import BaseComm
from ipykernel import iostream
from jupyter_client.session import Session, json_packer

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FLUSH_SECONDS = 0.2  # as ipykernel
STOP_AFTER = 8  # times the output that is kept
FREE_FLUSHES = 1000  # in a cell; then they come as rarely as without asking
MESSAGES_PER_CELL = 50_000


class TooMuchOutput(KeyboardInterrupt):
    """A cell kept on printing long after nothing more was kept."""


class Outbox(Session):
    """Takes the messages ipykernel's classes would publish and sends them as frames."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.sender = None
        self.lock = threading.RLock()
        self.busy = 0
        self.most = 0
        self.sent = self.count = 0
        self.flooded = False
        self.owner = None
        self.catchers = set()
        comm.create_comm = lambda *args, **settings: _Comm(self, *args, **settings)

    def begin(self):
        """A new cell: its output counts from nothing."""
        self.sent = self.count = 0
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
        if self.catchers or (self.flooded and msg_or_type != "error"):
            return None
        body = self._body(msg_or_type, content)
        with self.lock:  # half a frame must not be followed by another
            self.sent += len(body)
            self.count += 1
            self.busy += 1
            try:
                self.sender(body)
            finally:
                self.busy -= 1
        if not self.flooded and (
            self.sent > STOP_AFTER * self.most or self.count > MESSAGES_PER_CELL
        ):
            self.flooded = True
            raise TooMuchOutput("this cell went on showing things when nothing more was kept")
        return None

    def _body(self, kind, content):
        body = json_packer({"type": kind, "content": content})
        if len(body) <= self.most:
            return body
        return json.dumps({"type": "too-large", "content": {"bytes": len(body)}}).encode()


class OutStream(iostream.OutStream):
    """sys.stdout or sys.stderr of a cell, with what is written to its file descriptor in place."""

    def __init__(self, name, outbox):  # not super(): that starts a thread
        self.name = name
        self.outbox = outbox
        self.pub_thread = True  # its sign of being open
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
    _hooks = None  # a property there, which it takes a thread to have

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
        with self.outbox.lock:
            if not self._pending:
                self._since = now
            self._pending.append(text)
            self._size += len(text)
        if now - self._since > FLUSH_SECONDS or self._size > 1 << 16:
            self._flush()

    def flush(self):
        if os.getpid() == self._owner:
            self.drain()
            if self.outbox.count < FREE_FLUSHES or time.monotonic() - self._since > FLUSH_SECONDS:
                self._flush()

    def finish(self):
        """The cell is over: everything goes out."""
        self.drain()
        self._flush()

    def _flush(self):
        with self.outbox.lock:
            pending, self._pending, self._size = self._pending, [], 0
        text = "".join(pending)
        if text:
            msg = self.outbox.msg("stream", {"name": self.name, "text": text})
            for hook in self._hooks:
                msg = hook(msg)
                if msg is None:
                    return
            self.outbox.send(None, msg)


class _Comm(BaseComm):
    """A widget's line to a front end. None is there; but an Output widget still catches output."""

    def __init__(self, outbox, *args, **settings):
        self.outbox = outbox
        super().__init__(*args, **settings)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        state = (data or {}).get("state", {})
        if msg_type == "comm_close" or not state.get("msg_id", True):
            self.outbox.catchers.discard(self.comm_id)
        elif state.get("msg_id"):
            self.outbox.catchers.add(self.comm_id)
