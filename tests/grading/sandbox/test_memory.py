"""Memory is held whoever holds it: shared and let go of, spread over children, or the kernel's."""

import sys

import pytest

from bplab.grading.sandbox import Cell, Limits, Sandbox, available
from bplab.grading.sandbox.cgroups import PREFIX, Groups

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = pytest.mark.skipif(not WORKS, reason=WHY)
LIMITS = Limits(cell_seconds=20, memory_mb=300, tmp_mb=64)
UNMAPPED = """
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
for number in range(20):
    at = libc.mmap(None, 100 << 20, 3, 0x21, -1, 0)
    ctypes.memset(at, 1, 100 << 20)
    libc.munmap(at + 4096, (100 << 20) - 4096)
print('kept it all')
"""
CHILDREN = """
import os, time
done, say = os.pipe()
for number in range(8):
    if os.fork() == 0:
        kept = b'x' * (100 << 20)
        os.write(say, b'x')
        time.sleep(1000)
        os._exit(0)
for number in range(8):
    os.read(done, 1)
time.sleep(20)
print('kept it all')
"""
LOCKS = """
import fcntl, os
fd = os.open('f', os.O_RDWR | os.O_CREAT)
for number in range(10**6):
    fcntl.lockf(fd, fcntl.LOCK_EX, 1, 2 * number)
print('went on')
"""
LANDLOCK = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(444, None, 0, 1), ctypes.get_errno())
"""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("03_two_pass_mlp", limits=LIMITS) as sandbox:
        yield sandbox


@pytest.mark.parametrize("source", [UNMAPPED, CHILDREN], ids=["unmapped", "children"])
def test_what_counts_for_no_process_counts(sandbox, source):
    result = sandbox.run([Cell(source)], draw=None)
    assert result.fault is not None and result.fault.slug == "memory", result
    assert result.peak_bytes < 2 * LIMITS.memory_mb * 2**20


def test_locks_on_ranges_cost_the_kernel_nothing(sandbox):
    result = sandbox.run([Cell(LOCKS)], draw=None)
    assert result.cells[0].outputs[0]["text"] == "went on\n"
    assert result.peak_bytes < LIMITS.memory_mb * 2**20


def test_rules_of_landlock_cannot_be_made(sandbox):
    result = sandbox.run([Cell(LANDLOCK)], draw=None)
    assert result.cells[0].outputs[0]["text"] == "-1 1\n"


def test_no_group_is_left_behind():
    with Sandbox("03_two_pass_mlp", limits=LIMITS) as own:
        own.run([Cell("1")], draw=None)
        bases = set(own._warm.groups.bases.values())
        assert all(base.name.startswith(PREFIX) and base.is_dir() for base in bases)
    assert not any(base.exists() for base in bases)


def test_where_no_group_can_be_made_memory_is_watched(monkeypatch):
    monkeypatch.setattr("bplab.grading.sandbox.cgroups._find", lambda: (None, {}))
    assert Groups().new(LIMITS) is None
    with Sandbox("03_two_pass_mlp", limits=LIMITS) as own:
        result = own.run([Cell(CHILDREN)], draw=None)
    assert result.fault.slug == "memory"
