"""The only process of the grader that speaks to a Dask cluster; it is asked in lines of JSON.

A cluster answers in pickles, and a pickle can run code. Here, nothing is unpickled that names a
class or a function: in its place stands a `Refused`. So whoever holds a worker, or can reach the
scheduler, can spoil the answers of submissions, but run nothing in the grader. What a worker does
wrong, says too late or not at all costs the submission it had; only a lost cluster ends the run.
"""

import contextlib
import io
import json
import os
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from bplab.grading.returned import MAX_ANSWER

RETRIES = 3
TIMEOUT = 10
MAX_TOLD = 5_000  # letters of what a worker says of itself
_ROOM = 2**30, 2**26  # bytes the gateway may hold: of its own, and more for each job


class Refused(Exception):
    """Stands for what a cluster sent and may not send.

    It is an error in a future's place, and not raised where it is read: that would end the
    connection, and every answer that is still to come with it.
    """


class _Plain(pickle.Unpickler):
    """Reads pickles of plain data and refuses all others."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"a cluster may not send a {module}.{name}")

    def persistent_load(self, name):
        raise pickle.UnpicklingError("a cluster may not send references")


def _loads(data, *, buffers=()):
    try:
        return _Plain(io.BytesIO(bytes(data)), buffers=buffers).load()
    except Exception as error:
        return Refused(str(error)[:200])


def refuse_pickles():
    """From now on, `distributed` unpickles plain data only, in this process."""
    from distributed.protocol import pickle
    from distributed.protocol.serialize import deserialize as strict

    unsafe = pickle.loads

    def deserialize(*arguments, **options):
        try:
            return strict(*arguments, **options)
        except Exception as error:
            return Refused(str(error)[:200])

    for module in list(filter(None, sys.modules.values())):
        for name, theirs, ours in (("loads", unsafe, _loads), ("deserialize", strict, deserialize)):
            if vars(module).get(name) is theirs:
                setattr(module, name, ours)


def main():
    """Serve until the input ends."""
    address, security = sys.argv[1], json.loads(sys.argv[2])
    out, lock = os.fdopen(os.dup(1), "w"), threading.Lock()
    os.dup2(2, 1)

    def say(**about):
        with lock, contextlib.suppress(OSError):
            out.write(json.dumps(about) + "\n")
            out.flush()

    try:
        client = _connect(address, security)
        jobs = sum(client.nthreads().values())
    except Exception as error:
        say(failed=f"no Dask scheduler at {address!r}: {error}"[:500])
        os._exit(1)
    _hold_within(_ROOM[0] + jobs * _ROOM[1])
    say(jobs=jobs)
    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        for line in sys.stdin:
            asked = json.loads(line)
            pool.submit(_do, client, asked, say)
    os._exit(0)


def _connect(address, security):
    import distributed

    refuse_pickles()

    class Client(distributed.Client):
        def _handle_task_erred(self, key=None, exception=None, traceback=None):
            # What a worker raised is a pickle, and its client waits for ever for what is none.
            super()._handle_task_erred(key, Refused(str(exception)), None)

    settings = {"timeout": TIMEOUT, "set_as_default": False}
    if security:
        settings["security"] = distributed.Security(**security)
    return Client(address, **settings)


def _hold_within(size):
    """Refuse, here, to hold more bytes: a worker may send as many as it likes."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def _do(client, asked, say):
    from bplab.grading import cluster

    number, future = asked["number"], None
    try:
        if asked["do"] == "introduce":
            found = _introductions(client.run(cluster.introduce, asked["isolate"]))
        else:
            future = client.submit(
                cluster.examine_there, asked["task"], pure=False, retries=RETRIES
            )
            found = _text(future.result(timeout=asked["seconds"]))
        say(number=number, found=found)
    except BaseException as error:
        told = f"{type(error).__name__}: {error}"[:500]
        if future is not None and future.status == "error":  # its words are in a pickle
            told = "an error, or ended, in place of a graded submission"
        lost = client.status != "running" or future is None
        if lost or future.status in ("cancelled", "lost"):
            say(number=number, error=told)
        else:
            say(number=number, spoiled=told)
            future.cancel()


def _text(found):
    """The text of a graded submission. Nothing else is looked into: it may be without an end."""
    if type(found) is bytes and len(found) <= MAX_ANSWER:
        found = found.decode("utf-8")
    if type(found) is not str or len(found) > MAX_ANSWER:
        raise ValueError(f"no text of a graded submission but {_what(found)}")
    return found


def _what(found):
    return str(found) if type(found) is Refused else f"a {type(found).__name__[:40]}"


def _introductions(found):
    """{worker: [its version, what keeps it from grading or None]}; "?" for any other answer."""
    if type(found) is not dict:
        raise ValueError(_what(found))
    return {str(worker)[:200]: _introduction(answer) for worker, answer in found.items()}


def _introduction(answer):
    if type(answer) in (tuple, list) and len(answer) == 2:
        if all(part is None or type(part) is str and len(part) <= MAX_TOLD for part in answer):
            return list(answer)
    return ["?", None]


if __name__ == "__main__":
    main()
