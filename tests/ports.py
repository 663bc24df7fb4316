"""Ports for servers of the tests.

Below those that the system itself hands out (port 0, outgoing connections): else another test may
be given one between the moment it is found free and the moment the server takes it.
"""

import contextlib
import random
import socket

RANGE = range(20_000, 32_000)


def free(count=1):
    """So many ports of this machine that nobody listens on."""
    found = []
    for port in random.Random().sample(RANGE, len(RANGE)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"there are no {count} free ports")
