"""A fuzzer of cost: does reading, marking or cleaning take more than in proportion to its input?

    python -m tests.attacks.fuzz_cost --minutes 10 [--seed 1] [--only cleaner]
    python -m tests.attacks.fuzz_cost --case cleaner:12345

Inputs come from `costly_inputs.py`. Each is made at sizes that double, and processor time is taken
of each: where four times the input costs more than nine times as much, it is a finding. So is
an input of the largest size that is let in which spends what a worker may spend on one cell;
it runs under the worker's own limits. Findings are printed with the case that repeats them.
"""

import argparse
import contextlib
import gc
import itertools
import os
import random
import resource
import sys
import time
import traceback
import warnings
from dataclasses import dataclass

from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from bplab.exam.wire import WireError, unpack
from bplab.grading import course
from bplab.grading.marker.limits import Budget, OutOfTime, confine, spending
from bplab.grading.sandbox.outputs import Transcript
from bplab.grading.sandbox.terms import Limits
from bplab.grading.submission import clean, reading, write_up
from bplab.grading.submission.repair import repair
from bplab.study.release import release
from tests.attacks import costly_inputs as inputs

RATIO = 3.0  # of the costs of an input twice as large
NOISE = 0.03  # seconds of processor time; less says nothing
BUDGET = Budget(cell_seconds=12, memory_mb=1024)
SMALL = 2_000
USUAL = 2**17
LARGE = Limits().cell_output_bytes
MOST = {"reader": 2**20, "marker": 2**20}  # things in a tree: several times what is let in
_CHAPTER = course.Course.at(course.packaged())
RELEASE = release(_CHAPTER.source("03_two_pass_mlp", _CHAPTER.notebooks("03_two_pass_mlp")[0]))


def _reader(rng):
    make = inputs.wire(rng)

    def read(data):
        with contextlib.suppress(WireError):
            unpack(data)

    return make, read


def _marker(rng):
    exercise, make = inputs.answers(rng)
    paper = exercise.draw(5)
    write_up.mark(paper, make(100))  # the right answers, and how they are gone about, are had
    return make, lambda data: write_up.mark(paper, data)[0].html(1.0)


def _cleaner(rng):
    make = inputs.outputs(rng)

    def show(found):
        for output in clean.outputs(found, clean.Room()):
            text = output.get("data", {}).get("text/markdown")
            if text is not None:  # as the formgrader and feedback pages go on with it
                markdown2html_mistune(text)

    return make, show


def _text(rng):
    make = inputs.words(rng)
    if rng.random() < 0.5:
        return make, lambda text: markdown2html_mistune(clean.markdown(text))
    return make, lambda text: Highlight2HTML()(clean.source(text, clean.Room()))


def _messages(rng):
    make = inputs.messages(rng)

    def add(bodies):
        transcript = Transcript(1, Limits().cell_output_bytes, Limits().output_bytes)
        for body in bodies:
            transcript.add(body)
        transcript.finish()

    return make, add


def _repair(rng):
    make = inputs.notebook(rng, RELEASE)

    def read(raw):
        with contextlib.suppress(reading.Unreadable):
            repair(RELEASE, raw)

    return make, read


TARGETS = {
    "reader": _reader,
    "marker": _marker,
    "cleaner": _cleaner,
    "text": _text,
    "messages": _messages,
    "repair": _repair,
}


@dataclass
class Finding:
    """An input that cost too much."""

    case: str
    told: str

    def __str__(self):
        return f"{self.case}  {self.told}"


def cost(work, data):
    """Processor seconds of one go, or None where the worker's limits ended it."""
    gc.collect()
    started = time.process_time()
    try:
        with spending(BUDGET.cell_seconds):
            work(data)
    except (OutOfTime, MemoryError):
        return None
    return time.process_time() - started


def examine(target, seed, largest=LARGE):
    """The Finding at one case, or None; and its cost at the largest size tried.

    largest : letters, bytes or things of the largest input
    """
    rng = random.Random(f"{target}:{seed}")
    make, work = TARGETS[target](rng)
    return measured(f"{target}:{seed}", make, work, largest)


def measured(case, make, work, largest):
    """As `examine`, of any recipe and any work."""
    seen = []  # (size, seconds)
    for size in itertools.takewhile(lambda n: n <= largest, (SMALL * 2**k for k in range(40))):
        data = make(size)
        now = cost(work, data)
        if now is None:
            return Finding(case, f"spends more than a worker may at size {size}"), None
        seen.append((size, now))
        if len(seen) > 2 and _is_steep(seen[-3][1], now):
            # A second look: another process may have been in the way.
            small, before = seen[-3]
            before = max(before, cost(work, make(small)) or before)
            now = min(now, cost(work, data) or now)
            if _is_steep(before, now):
                told = f"costs {before:.3f} s at size {small} and {now:.3f} s at {size}"
                return Finding(case, told), now
    return None, seen[-1][1]


def _is_steep(before, now):
    return before > NOISE / RATIO**2 and now > max(RATIO**2 * before, 3 * NOISE)


def search(targets, seeds, largest, until=None):
    """Go through cases, one in sixteen up to the largest size that is let in.

    Yields (case, finding, seconds of its largest input).
    """
    warnings.simplefilter("ignore")  # hostile numbers have no mean
    gc.freeze()  # as a worker does
    for number, seed in enumerate(seeds):
        for target in targets:
            if until is not None and time.monotonic() > until:
                return
            try:
                most = MOST.get(target, largest) if number % 16 == 0 else USUAL
                most = min(most, largest)
                yield f"{target}:{seed}", *examine(target, seed, most)
            except Exception:
                told = traceback.format_exc().strip().replace("\n", " | ")[-400:]
                yield f"{target}:{seed}", Finding(f"{target}:{seed}", f"raises: {told}"), None


def main(arguments=None):
    """Search until the time is up; exit code 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=TARGETS, action="append")
    parser.add_argument("--case", help="one case again, as it was printed")
    parser.add_argument("--largest", type=int, default=LARGE)
    asked = parser.parse_args(arguments)
    confine(Budget(seconds=10**6, memory_mb=BUDGET.memory_mb))
    if asked.case:
        target, _, seed = asked.case.partition(":")
        print(examine(target, seed, asked.largest))
        return 0
    until = time.monotonic() + 60 * asked.minutes
    cases, found, dear = 0, 0, (0.0, "")
    seeds = (f"{asked.seed}.{n}" for n in itertools.count())
    with contextlib.suppress(KeyboardInterrupt):
        for case, finding, seconds in search(asked.only or TARGETS, seeds, asked.largest, until):
            cases += 1
            dear = max(dear, (seconds or 0.0, case))
            if finding:
                found += 1
                print(finding, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{cases} cases, {found} findings; the dearest without: {dear[0]:.2f} s ({dear[1]}); "
          f"{peak} MB at most; {time.process_time():.0f} s of processor time")  # fmt: skip
    return bool(found)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
