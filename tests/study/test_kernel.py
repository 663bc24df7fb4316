"""The client of a kernel hears what came while nobody told it so."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty

import pytest
import zmq
import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import Session

from bplab.study.kernel import Channel


class LosesOneWord(zmq.asyncio.Socket):
    """Waits its time out the first time, whatever has come."""

    asked = 0

    async def poll(self, timeout=None, flags=zmq.POLLIN):
        self.asked += 1
        if self.asked == 1:
            await asyncio.sleep(timeout / 1000)
            return 0
        return await super().poll(timeout, flags)


@pytest.mark.parametrize(("kind", "hears"), [(AsyncZMQSocketChannel, False), (Channel, True)])
def test_what_nobody_was_told_of_is_heard(kind, hears):
    # In a thread of its own: a browser that another test left open keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, heard(kind)).result() is hears


async def heard(kind):
    session = Session(key=b"")
    with zmq.asyncio.Context() as context, context.socket(zmq.DEALER) as there:
        there.linger = 0
        port = there.bind_to_random_port("tcp://127.0.0.1")
        with context.socket(zmq.DEALER, socket_class=LosesOneWord) as here:
            here.connect(f"tcp://127.0.0.1:{port}")
            session.send(there, "execute_reply")
            with suppress(Empty):
                found = await kind(here, session).get_msg(timeout=2.5)
                return found["msg_type"] == "execute_reply"
            return False
