"""The process that markers are forked from, when the grader has gone."""

import os
import signal
import socket
import threading

import pytest

from bplab.grading.marker import Died, Markers, nursery


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
        worker, sock = nursery.asked(here)
        os.close(sock)
    assert worker is None


def test_a_worker_killed_between_two_submissions_is_replaced_and_its_session_had_alone():
    """An idle worker may be what the kernel ends when memory is short."""
    with Markers(chapters=["01_single_neuron"]) as markers:
        with markers.session({"sigmoid": 1}) as session:
            first = session.worker.pid
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Died, match="signal 9") as died, markers.session({}) as session:
            session.files_left()
        assert not died.value.ordered
        with markers.session({"sigmoid": 1}, alone=True) as session:
            assert session.worker.pid != first and session.files_left() == {}
            begun = threading.Event()
            beside = threading.Thread(target=lambda: begin(markers, begun))
            beside.start()
            assert not begun.wait(0.1), "a submission began beside the one that is alone"
        beside.join()
        assert begun.is_set()


def begin(markers, begun):
    with markers.session({}):
        begun.set()


def test_an_end_is_told_once_and_of_workers_of_its_own():
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    ended = {}
    assert nursery.fate(pid, ended)[0] == 3 == nursery.fate(pid, ended)[0]
    assert nursery.fate(1, ended) == nursery.UNKNOWN
