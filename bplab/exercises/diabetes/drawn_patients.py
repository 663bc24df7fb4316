"""Simulated patients whose law is drawn for each paper, so that only learning from them helps.

The columns are age, BMI and glucose, with the ranges of `bplab.data.simulated`. But which of them
speak for diabetes, which against it, and how loudly, is drawn: never all three the same way, as in
every population that a learner could know beforehand. The best possible area under the ROC curve
is the same for every law, so that one bar serves all.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from bplab.data.simulated import LIMITS

# Of age, log bmi and log glucose, between the two classes.
MIDDLE = np.array([50.0, np.log(29.0), np.log(124.0)])
SPREAD = np.array([13.0, 0.18, 0.225])
# Between the classes, in spreads along the best direction: the area is Phi(DISTANCE / sqrt(2)).
DISTANCE = 1.62
SIGNS = [signs for signs in product((-1, 1), repeat=3) if abs(sum(signs)) < 3]


@dataclass(frozen=True)
class Law:
    """Where the two classes lie, in spreads around the middle.

    gap : (3,) from the healthy to the diabetic; correlation : (3, 3), the same in both classes
    """

    gap: np.ndarray
    correlation: np.ndarray

    @classmethod
    def drawn(cls, rng):
        """A law whose three features all count, not all in the same direction."""
        gap = rng.uniform(0.7, 1.3, 3) * SIGNS[rng.integers(len(SIGNS))]
        correlation = np.eye(3)
        for i, j in ((0, 1), (0, 2), (1, 2)):
            correlation[i, j] = correlation[j, i] = rng.uniform(-0.15, 0.15)
        size = np.sqrt(gap @ np.linalg.solve(correlation, gap))
        return cls(gap * DISTANCE / size, correlation)

    def patients(self, n, rng):
        """`n` patients, half of them diabetic: X (n, 3) and y (n,), in random order."""
        y = rng.permutation(np.arange(n) < n // 2).astype(int)
        X = np.empty((n, 3))
        for label in (0, 1):
            X[y == label] = self._of_one_class(label, int(np.sum(y == label)), rng)
        return X, y

    def _of_one_class(self, label, n, rng):
        kept = np.empty((0, 3))
        while len(kept) < n:
            drawn = rng.multivariate_normal((label - 0.5) * self.gap, self.correlation, size=n)
            age, bmi, glucose = (MIDDLE + SPREAD * drawn).T
            found = np.column_stack(
                [np.round(age), np.round(np.exp(bmi), 1), np.round(np.exp(glucose))]
            )
            inside = np.all((found >= LIMITS[:, 0]) & (found <= LIMITS[:, 1]), axis=1)
            kept = np.concatenate([kept, found[inside]])
        return kept[:n]
