"""When a cell's time is up: by what its code did, not by how busy the machine was.

Processor time counts in full; waiting (sleeping, input that does not come) counts half; waiting for
a processor does not count. A generous wall ends what none of this ends.
"""

import time

WAITING = 0.5
WALL = 10  # times the seconds allowed, and
WALL_MORE = 20  # seconds, after which a cell is stopped whatever it did
AGAIN_SECONDS = 0.5  # that count, between interrupts, for code that swallows the first
LOOK_SECONDS = 0.05


class Clock:
    """The time of one cell.

    spent : (processor seconds, seconds of waiting for one) of the child before the cell
    allowed : seconds it may have
    grace : seconds to end after it was interrupted
    """

    def __init__(self, spent, allowed, grace):
        self.before, self.allowed, self.grace = spent, allowed, grace
        self.started = time.monotonic()
        self.wall = self.started + WALL * allowed + WALL_MORE
        self.seconds = 0.0  # that count, as of the last look
        self.interrupted = None  # the seconds when it first was
        self.last = 0.0  # and when it last was
        self.next_look = self.started + allowed

    def is_up(self, spent):
        """Look: whether to interrupt the cell now. TimeoutError if it had its grace, too."""
        now = time.monotonic()
        cpu, delay = (after - before for after, before in zip(spent, self.before, strict=True))
        waited = max(now - self.started - cpu - delay, 0.0)
        self.seconds = cpu + WAITING * waited
        if self.interrupted is not None:
            if self.seconds > self.interrupted + self.grace or now > self.wall + WALL_MORE:
                raise TimeoutError
            self.next_look = now + AGAIN_SECONDS
            again = self.seconds >= self.last + AGAIN_SECONDS or now > self.wall
            self.last = self.seconds if again else self.last
            return again  # not while the first is still being told
        if self.seconds >= self.allowed or now > self.wall:
            self.interrupted = self.last = self.seconds
            self.next_look = now + AGAIN_SECONDS
            return True
        self.next_look = now + max(self.allowed - self.seconds, LOOK_SECONDS)
        return False
