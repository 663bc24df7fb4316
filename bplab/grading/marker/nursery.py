"""The process that workers are forked from: everything is imported here, once.

It is told what to do over file descriptor 0: one byte for every worker wanted, with the socket that
the worker is to serve. It ends when that line is closed, and its workers end with their own lines.
"""

import contextlib
import gc
import os
import signal
import socket
import traceback

from bplab import exercises
from bplab.grading.marker import worker
from bplab.grading.sandbox.inside.frames import Line


def main(chapters=()):
    """Get ready, say so, then fork on request until the grader is gone.

    chapters : whose exercises are loaded; default all
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the grader's to answer
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    _prepare([name for name in chapters if name in exercises.CHAPTERS])
    with contextlib.suppress(ConnectionError):
        control.sendall(b"+")
    while (fd := asked(control)) is not None:
        _reap()
        if os.fork() == 0:
            control.close()
            _work(fd)
        os.close(fd)
    os._exit(0)


def asked(control):
    """The socket that a new worker is to serve; None when the grader is gone.

    A grader that had nothing to mark is gone before it has heard that this is ready.
    """
    try:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
    except ConnectionError:
        return None
    return fds[0] if data else None


def _prepare(chapters):
    for chapter in chapters or exercises.CHAPTERS:
        exercises.chapter(chapter)
    from bplab.grading.submission import clean

    clean.html("<p>one</p>")  # loads the parser
    gc.collect()
    gc.freeze()


def _work(fd):
    code = 1
    try:
        worker.serve(Line(socket.socket(fileno=fd), worker.SIZES))
    except EOFError:
        code = 0
    except BaseException:
        with contextlib.suppress(BaseException):
            os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _reap():
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
