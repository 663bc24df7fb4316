"""The process that workers are forked from: everything is imported here, once.

It is told what to do over file descriptor 0: one byte for every worker wanted, with the socket that
the worker is to serve, to which it replies with the worker's process id; and a question for every
worker that has gone, to which it replies how that one ended. It ends when that line is closed, and
its workers end with their own lines.
"""

import contextlib
import gc
import os
import signal
import socket
import struct
import time
import traceback

from bplab import exercises
from bplab.grading.marker import worker
from bplab.grading.sandbox.inside.frames import Line

NUMBER = struct.Struct("<i")
FATE = struct.Struct("<idi")  # how it ended, seconds of processor time, MB at its largest
UNKNOWN = (2**31 - 1, 0.0, 0)
DYING_SECONDS = 10  # from the end of a worker's line to that of its process
MOST_ENDED = 1000  # whose end is remembered


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
    ended: dict[int, tuple] = {}
    while (request := asked(control)) is not None:
        pid, fd = request
        reap(ended)
        if fd is None:
            reply = FATE.pack(*fate(pid, ended))
        elif (pid := os.fork()) == 0:
            control.close()
            _work(fd)
        else:
            os.close(fd)
            reply = NUMBER.pack(pid)
        with contextlib.suppress(ConnectionError):
            control.sendall(reply)
    os._exit(0)


def asked(control):
    """(None, the socket that a new worker is to serve), or (id of the worker that is asked
    about, None); None when the grader is gone.

    A grader that had nothing to mark is gone before it has heard that this is ready.
    """
    try:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if data == b"?":
            return NUMBER.unpack(control.recv(NUMBER.size, socket.MSG_WAITALL))[0], None
    except (ConnectionError, struct.error):
        return None
    return (None, fds[0]) if data else None


def _prepare(chapters):
    gc.disable()  # what is loaded stays
    for chapter in chapters or exercises.CHAPTERS:
        exercises.chapter(chapter)
    from bplab.grading.submission import clean

    clean.html("<p>one</p>")  # loads the parser
    gc.collect()
    gc.freeze()
    gc.enable()


def _work(fd):
    code = 1
    try:
        worker.serve(Line(socket.socket(fileno=fd), worker.SIZES))
    except (EOFError, ConnectionError):  # who asked is gone
        code = 0
    except BaseException:
        with contextlib.suppress(BaseException):
            os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def reap(ended):
    """Take note of the workers that have ended, by process id, as `fate` tells it."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.wait4(-1, os.WNOHANG))[0]:
            ended[found[0]] = _told(found)
    for pid in list(ended)[:-MOST_ENDED]:
        del ended[pid]


def fate(pid, ended):
    """How a worker whose line has ended did so itself, and what it took; or UNKNOWN.

    Exit code, or minus a signal's number; seconds of processor time; MB of memory at its largest.
    """
    end = time.monotonic() + DYING_SECONDS
    while pid not in ended and time.monotonic() < end:
        try:
            found = os.wait4(pid, os.WNOHANG)
        except ChildProcessError:  # forked by another before this one
            break
        if found[0]:
            ended[pid] = _told(found)
        else:
            time.sleep(0.002)
    return ended.get(pid, UNKNOWN)


def _told(found):
    _, status, used = found
    seconds = used.ru_utime + used.ru_stime
    return os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss // 1024


if __name__ == "__main__":
    main()
