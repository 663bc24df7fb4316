"""Frames: how the grader and a learner's process talk. One byte of kind, four of length, a body.

Into the process go cells (C), papers (P) and the word to quit (Q); out come a greeting (H), output
messages (M), answers (A) and the end of a cell (D). Beside it runs a line to the supervisor, which
takes orders of one letter and answers in lines of JSON. The grader believes nothing of what comes
out: a frame of unknown kind or beyond its size is a fault of the sender.
"""

import json
import struct

HEAD = struct.Struct(">cI")
SMALL = 64 * 1024
LINE_BROKEN = 97  # the exit code of a child that lost its line


CHILD, MEET = b"+", "pt"  # orders to the warm process: another child, or a letter of what is met
INTERRUPT, SPENT, END = b"i", b"?", b"x"  # to a supervisor


class FrameError(Exception):
    """The other side does not speak this protocol."""


def frame(kind, body=b""):
    """Bytes of one frame; a body that is not bytes is written as JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return HEAD.pack(kind, len(body)) + body


class Frames:
    """Takes bytes as they come and gives whole frames.

    sizes : the most bytes a body may have, by kind; other kinds are refused
    """

    def __init__(self, sizes):
        self.sizes = sizes
        self._held = bytearray()

    def feed(self, data):
        self._held += data

    def next(self):
        """The next frame as (kind, body), or None while it is not whole yet."""
        if len(self._held) < HEAD.size:
            return None
        kind, length = HEAD.unpack_from(self._held)
        if length > self.sizes.get(kind, -1):
            raise FrameError(f"a frame of kind {kind!r} and {length} bytes")
        end = HEAD.size + length
        if len(self._held) < end:
            return None
        body = bytes(memoryview(self._held)[HEAD.size : end])
        del self._held[:end]
        return kind, body


class Line:
    """A blocking socket as a line of frames, for the learner's side."""

    def __init__(self, sock, sizes):
        self.sock = sock
        self._frames = Frames(sizes)

    def send(self, kind, body=b""):
        self.sock.sendall(frame(kind, body))

    def receive(self):
        """The next frame; EOFError when the other side is gone."""
        while (found := self._frames.next()) is None:
            data = self.sock.recv(1 << 16)
            if not data:
                raise EOFError("the other side is gone")
            self._frames.feed(data)
        return found
