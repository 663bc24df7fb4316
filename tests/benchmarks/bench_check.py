"""How long one `check` takes, in CPU time: for right answers, and for every named wrong solution.

python tests/benchmarks/bench_check.py
"""

import os
import time
from collections import Counter
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread's waiting is no work

from bplab import exercises  # noqa: E402

TRIES = 3
AIM = 300  # milliseconds


def main():
    quick = [exercise for exercise in exercises.every() if not exercise.costly]
    for exercise in quick:
        exercise.examine(exercise.reference)  # the practice paper is drawn once
    right = {exercise.name: timed(exercise, exercise.reference) for exercise in quick}
    wrong = {
        (exercise.name, mistake.name): timed(exercise, mistake.solution)
        for exercise in quick
        for mistake in exercise.mistakes.values()
        if mistake.solution is not None
    }
    left = ", ".join(exercise.name for exercise in exercises.every() if exercise.costly)
    print(f"The least of {TRIES} tries. Left out, because they train a network: {left}.")
    print(f"{len(right)} right answers: {told(right)}")
    print(f"{len(wrong)} wrong answers: {told(wrong)}")
    slow = Counter(name for (name, _), took in wrong.items() if took > AIM)
    print(f"{slow.total()} wrong answers above {AIM} ms: {dict(slow)}")


def timed(exercise, solution):
    """CPU milliseconds of one check, the least of some tries."""
    times = []
    for _ in range(TRIES):
        start = time.process_time()
        exercise.examine(solution)
        times.append(1000 * (time.process_time() - start))
    return min(times)


def told(times):
    slowest = max(times, key=times.get)
    return f"median {median(times.values()):.1f} ms, longest {times[slowest]:.0f} ms ({slowest})"


if __name__ == "__main__":
    main()
