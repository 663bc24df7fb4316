"""The program `bplab`, also as `python -m bplab`."""

import atexit
import gc
import os
import sys

_NOT_HERE = {"--dask", "--no-sandbox", "--help"}  # no sandbox is needed, or another one


def main():
    """Entry point."""
    gc.set_threshold(50_000)  # most of what is made while libraries load stays
    atexit.register(gc.freeze)  # nor need it be looked through at the end
    if sys.argv[1:2] == ["grade"]:
        gc.disable()  # until there is something to grade
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # other processes compute
    if sys.argv[1:2] == ["grade"] and not any(
        argument.partition("=")[0] in _NOT_HERE for argument in sys.argv
    ):
        from bplab.grading.sandbox import early

        early.begin()  # it loads while the command's own libraries do
    from bplab.cli import app

    app()


if __name__ == "__main__":
    main()
