"""Things that are dear to make, and of which a search seldom needs all."""

from itertools import count, islice


class Kept:
    """What an iterator gives: made once, and only as far as somebody has gone."""

    def __init__(self, source):
        self._source, self._made = source, []

    def __iter__(self):
        for at in count():
            if at == len(self._made):
                self._made += islice(self._source, 1)
            if at == len(self._made):
                return
            yield self._made[at]
