"""A kernel's client that hears every answer, for running notebooks.

ZeroMQ says once that something has come. Where a message is sent at that very moment, as nbclient
does for output widgets, the word can be lost, and who waits for it waits until the time is up.
"""

import time
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

LOOK_SECONDS = 1.0


class Channel(AsyncZMQSocketChannel):
    """Looks now and then for itself whether something has come."""

    async def get_msg(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = LOOK_SECONDS if end is None else end - time.monotonic()
            try:
                return await super().get_msg(timeout=max(0, min(LOOK_SECONDS, left)))
            except Empty:
                if left <= 0:
                    raise


class Client(AsyncKernelClient):
    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)


class Manager(AsyncKernelManager):
    """What nbclient takes as `kernel_manager_class`."""

    client_class = f"{__name__}.Client"
