"""What is dear to make is made once, and no further than somebody goes."""

from bplab.exam.diagnosis.kept import Kept


def test_nothing_is_made_before_it_is_asked_for_and_nothing_twice():
    made = []

    def source():
        for n in range(5):
            made.append(n)
            yield n

    kept = Kept(source())
    assert made == []
    assert [n for n, _ in zip(kept, range(2), strict=False)] == [0, 1]
    assert len(made) <= 3
    assert list(kept) == list(kept) == [0, 1, 2, 3, 4]
    assert made == [0, 1, 2, 3, 4]
