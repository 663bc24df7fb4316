"""The program `bplab`, also as `python -m bplab`."""

import gc
import sys

_NOT_HERE = {"--dask", "--no-sandbox", "--help"}  # no sandbox is needed, or another one


def main():
    """Entry point."""
    gc.set_threshold(50_000)  # most of what is made while libraries load stays
    if sys.argv[1:2] == ["grade"] and not any(
        argument.partition("=")[0] in _NOT_HERE for argument in sys.argv
    ):
        from bplab.grading.sandbox import early

        early.begin()  # it loads while the command's own libraries do
    from bplab.cli import app

    app()


if __name__ == "__main__":
    main()
