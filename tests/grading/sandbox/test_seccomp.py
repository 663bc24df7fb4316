"""The filter of system calls, instruction by instruction, on other machines than this one too."""

import pytest

from bplab.grading.sandbox.inside import seccomp

ALLOWED, EPERM, ENOSYS, NOTHING = "allowed", 1, 38, 0
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def verdict(machine, number, *arguments, architecture=None):
    """What the kernel would do with a call: "allowed", "killed" or the number of an error."""
    words = {0: number, 4: architecture or ARCHITECTURE[machine]}
    words |= {16 + 8 * place: value & 0xFFFFFFFF for place, value in enumerate(arguments)}
    program, at, held = seccomp.program(machine), 0, 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == 0x20:  # load
            held = words.get(operand, 0)
        elif code == 0x06:  # return
            if operand == 0x80000000:
                return "killed"
            return ALLOWED if operand == 0x7FFF0000 else operand & 0xFFFF
        else:
            holds = {0x15: held == operand, 0x45: held & operand, 0x35: held >= operand}[code]
            at += yes if holds else no


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_each_call_on_the_list_is_refused_and_ordinary_ones_are_not(machine):
    column = list(ARCHITECTURE).index(machine)
    for numbers in seccomp.DENIED.values():
        if numbers[column] is not None:
            assert verdict(machine, numbers[column]) == EPERM
    ordinary = {"x86_64": (0, 1, 9, 59, 202, 257, 452), "aarch64": (63, 64, 222, 221, 98, 56, 452)}
    assert {verdict(machine, number) for number in ordinary[machine]} == {ALLOWED}


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_calls_newer_than_the_list_do_not_exist(machine):
    for number in (seccomp.NEWER, 470, 10_000):
        assert verdict(machine, number) == ENOSYS
    assert verdict("x86_64", 0x40000000) == EPERM  # 64-bit calls by their other name
    assert verdict(machine, 1, architecture=0x40000003) == "killed"  # 32-bit calls


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_calls_that_ask_for_a_rank_do_nothing_and_say_that_they_worked(machine):
    column = list(ARCHITECTURE).index(machine)
    assert {verdict(machine, numbers[column], 0, 19) for numbers in seccomp.RANKS.values()} == {0}


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_of_some_calls_the_arguments_decide(machine):
    column = list(ARCHITECTURE).index(machine)
    socket, clone, fcntl = (
        pair[column] for pair in (seccomp._SOCKET, seccomp._CLONE, seccomp._FCNTL)
    )
    assert verdict(machine, socket, 1) == ALLOWED and verdict(machine, socket, 2) == EPERM
    assert verdict(machine, clone, 0x00010F00) == ALLOWED  # a thread
    assert verdict(machine, clone, 0x10000000) == EPERM  # a user namespace
    assert verdict(machine, fcntl, 3, 6) == NOTHING and verdict(machine, fcntl, 3, 1024) == EPERM
    assert verdict(machine, fcntl, 3, 4) == ALLOWED
