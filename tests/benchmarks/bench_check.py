"""How long one `check` takes, in CPU time: for right answers, and for every named wrong solution.

python tests/benchmarks/bench_check.py
"""

import time
from statistics import median

from bplab import exercises

TRIES = 3


def main():
    every = exercises.every()
    right = {exercise.name: timed(exercise, exercise.reference) for exercise in every}
    wrong = {
        (exercise.name, mistake.name): timed(exercise, mistake.solution)
        for exercise in every
        for mistake in exercise.mistakes.values()
    }
    print(f"{len(right)} right answers, the least of {TRIES} tries: {told(right)}")
    print(f"{len(wrong)} wrong answers: {told(wrong)}")
    others = {key: value for key, value in wrong.items() if key[0] != "train_classifier"}
    print(f"  of these, {len(others)} not of train_classifier: {told(others)}")


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
