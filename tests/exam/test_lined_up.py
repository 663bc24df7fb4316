"""What is said of shapes that do not fit entry by entry, from NumPy's own message."""

import numpy as np
import pytest

from bplab.exam.diagnosis.errors import hints_for

FITTED = {
    ((6,), (6, 3)): "lines (6,) up with the last axis of (6, 3)",
    ((6, 3), (6,)): "which has 3 places, not with its 6 rows",
    ((3, 4), (4, 3)): "(3, 4) met (4, 3): the same two axes, in the opposite order",
    ((4,), (5,)): "One array has 4 numbers, the other 5",
    ((7, 4), (7, 3)): "Both have 7 rows, but one has 4 columns and the other 3",
    ((2, 3, 4), (2, 5)): "Two arrays of different lengths met",
}


@pytest.mark.parametrize("shapes", FITTED)
def test_the_hint_names_the_axes_that_met(shapes):
    a, b = map(np.ones, shapes)
    with pytest.raises(ValueError) as error:
        a * b
    look, derive = hints_for("ValueError", str(error.value))
    assert FITTED[shapes] in look and derive
