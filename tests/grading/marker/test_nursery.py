"""The process that markers are forked from, when the grader has gone."""

import os
import socket

import pytest

from bplab.grading.marker import nursery


@pytest.mark.parametrize("unread", [b"", b"+"])
def test_a_grader_that_had_nothing_to_mark_leaves_without_a_word(unread):
    grader, here = socket.socketpair()
    here.sendall(unread)
    grader.close()
    assert nursery.asked(here) is None


def test_what_is_asked_for_comes_with_its_socket():
    grader, here = socket.socketpair()
    with grader, here, open(os.devnull) as file:
        socket.send_fds(grader, [b"+"], [file.fileno()])
        os.close(nursery.asked(here))
