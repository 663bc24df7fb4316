"""The only process of the grader that speaks to a Dask cluster; it is asked in lines of JSON.

A cluster answers in pickles, and a pickle can run code. Here, nothing is unpickled that names a
class or a function: what comes back is plain data or it is refused. So whoever holds a worker, or
can reach the scheduler, can spoil the answers of submissions, but run nothing in the grader.
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
MAX_TOLD = 10_000_000  # letters of how all workers introduce themselves


class _Plain(pickle.Unpickler):
    """Reads pickles of plain data and refuses all others."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"a cluster may not send a {module}.{name}")

    def persistent_load(self, name):
        raise pickle.UnpicklingError("a cluster may not send references")


def _loads(data, *, buffers=()):
    return _Plain(io.BytesIO(bytes(data)), buffers=buffers).load()


def refuse_pickles():
    """From now on, `distributed` unpickles plain data only, in this process."""
    from distributed.protocol import pickle as theirs

    unsafe = theirs.loads
    for module in list(sys.modules.values()):
        if module is not None and vars(module).get("loads") is unsafe:
            module.loads = _loads


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
    say(jobs=jobs)
    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        for line in sys.stdin:
            asked = json.loads(line)
            pool.submit(_do, client, asked, say)
    os._exit(0)


def _connect(address, security):
    import distributed

    refuse_pickles()
    settings = {"timeout": TIMEOUT, "set_as_default": False}
    if security:
        settings["security"] = distributed.Security(**security)
    return distributed.Client(address, **settings)


def _do(client, asked, say):
    from bplab.grading import cluster

    number = asked["number"]
    try:
        if asked["do"] == "introduce":
            found = client.run(cluster.introduce, asked["isolate"])
        else:
            future = client.submit(
                cluster.examine_there, asked["task"], pure=False, retries=RETRIES
            )
            found = future.result()
        say(number=number, found=_checked(found))
    except BaseException as error:
        say(number=number, error=f"{type(error).__name__}: {error}"[:500])


def _checked(found):
    """Plain data as JSON has it; what else came, or too much of it, is turned away."""
    if type(found) is bytes and len(found) <= MAX_ANSWER:
        found = found.decode("utf-8")
    if type(found) in (str, bytes) and len(found) > MAX_ANSWER:
        raise ValueError("a worker sent more than a graded submission holds")
    if type(found) is not str:
        found = json.loads(json.dumps(found))
        if len(repr(found)) > MAX_TOLD:
            raise ValueError("a worker sent more than was asked for")
    return found


if __name__ == "__main__":
    main()
