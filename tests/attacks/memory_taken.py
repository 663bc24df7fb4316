"""Attacks that take the machine's memory, and what all its processes share."""

from tests.attacks.corpus import attack
from tests.attacks.resources import SHORT, R


@attack(R, ends=SHORT)
def memory_by_numpy():
    import numpy as np

    kept = []
    while len(kept) < 20:
        kept.append(np.ones(2**24))
    print("BREACH: more than two gigabytes")


@attack(R, ends=SHORT)
def memory_by_many_processes():
    import os
    import time

    for _ in range(8):
        if os.fork() == 0:
            kept = bytearray(b"x" * (200 * 2**20))
            time.sleep(600)
            del kept
    time.sleep(600)


@attack(R, ends=SHORT)
def memory_let_go_of():
    """Shared pages that are written and then unmapped: no process is seen to use them."""
    import ctypes
    import mmap
    import os
    import time

    libc, size, step = ctypes.CDLL(None), 300 * 2**20, 2**22
    children = [os.fork() == 0 for _ in range(3)]
    held = mmap.mmap(-1, size)
    start = ctypes.addressof(ctypes.c_char.from_buffer(held))
    for at in range(0, size, step):
        held[at : at + step] = b"x" * step
        libc.madvise(ctypes.c_void_p(start + at), ctypes.c_size_t(step), 4)
    time.sleep(2.5)
    if any(children):
        os._exit(0)


@attack(R, ends=SHORT)
def memory_in_sockets():
    """Data on its way belongs to no process."""
    import os
    import socket
    import time

    children = [os.fork() == 0 for _ in range(3)]
    kept = []
    try:
        while True:
            for end in socket.socketpair():
                kept.append(end)
                end.setblocking(False)
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
                    print("BREACH: large buffers")
                except OSError:
                    pass
                try:
                    while True:
                        end.send(b"x" * 2**16)
                except BlockingIOError:
                    pass
    except OSError:
        pass
    time.sleep(2.5)
    if any(children):
        os._exit(0)


@attack(R)
def memory_by_other_names():
    """Segments, queues and pipes that would outlive their maker."""
    import ctypes
    import fcntl
    import os

    libc = ctypes.CDLL(None)
    if libc.shmget(0, 2**24, 0o1666) >= 0 or libc.msgget(0, 0o1666) >= 0:
        print("BREACH: System V segments")
    if libc.mq_open(b"/queue", 0o102, 0o666, None) >= 0:
        print("BREACH: a message queue")
    pipes = []
    try:
        while True:
            reading, writing = os.pipe()
            pipes.append((reading, writing))
            os.set_blocking(writing, False)
            try:
                fcntl.fcntl(writing, 1031, 2**20)
            except OSError:
                pass
            try:
                while True:
                    os.write(writing, b"x" * 2**16)
            except BlockingIOError:
                pass
    except OSError:
        pass
    for reading, writing in pipes:
        os.close(reading)
        os.close(writing)


@attack(R, ends=SHORT)
def memory_behind_many_maps():
    """So many maps that counting them takes long; and behind that, memory let go of."""
    import ctypes
    import mmap
    import os
    import time

    children = [os.fork() == 0 for _ in range(2)]
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    held = mmap.mmap(-1, 300 * 2**20)
    start = ctypes.addressof(ctypes.c_char.from_buffer(held))
    for at in range(0, 2**28, 2**13):  # every second page by itself
        libc.mprotect(ctypes.c_void_p(start + at), ctypes.c_size_t(4096), 1)
    for at in range(4096, 300 * 2**20, 2**13):
        held[at] = 1
        if at % 2**22 == 4096:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(at), 4)
    time.sleep(2.5)
    if any(children):
        os._exit(0)


@attack(R)
def memory_pinned_by_pipes():
    """Huge pages, unmapped at once: one letter of each waits in a pipe and keeps all of it."""
    import ctypes
    import os

    class Piece(ctypes.Structure):
        _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    libc, size, huge = ctypes.CDLL(None, use_errno=True), 2**22, 2**21
    libc.mmap.restype = ctypes.c_void_p
    pinned, pipes = 0, [os.pipe() for _ in range(8)]
    for _, writing in pipes:
        start = libc.mmap(None, ctypes.c_size_t(size), 3, 0x22, -1, ctypes.c_long(0))
        page = (start + huge - 1) // huge * huge
        libc.madvise(ctypes.c_void_p(page), ctypes.c_size_t(huge), 14)
        ctypes.memset(page, 1, 1)
        piece = ctypes.byref(Piece(page, 1))
        number = 278 if os.uname().machine == "x86_64" else 75
        pinned += libc.syscall(number, writing, piece, ctypes.c_ulong(1), 1) > 0
        libc.munmap(ctypes.c_void_p(start), ctypes.c_size_t(size))
    if pinned:
        print("BREACH:", pinned, "huge pages in pipes")


@attack(R)
def what_all_processes_share():
    """Of some things a user, or the whole machine, has few: whoever takes them all stops others."""
    import ctypes
    import fcntl
    import os
    import resource
    import signal

    libc, x86 = ctypes.CDLL(None, use_errno=True), os.uname().machine == "x86_64"
    context = ctypes.c_ulong(0)
    if libc.syscall(206 if x86 else 0, 1, ctypes.byref(context)) >= 0:
        print("BREACH: io_setup; aio-max-nr is the machine's")
    if libc.inotify_init1(0) >= 0:
        print("BREACH: inotify; its instances are counted by user")
    if resource.getrlimit(resource.RLIMIT_SIGPENDING)[1] > 10_000:
        print("BREACH: timers and signals without end")
    # Started by an ordinary user, the libraries on view are of the learner's own user id.
    with open("leased", "w") as file:
        file.write("x")
    with open("leased") as file:
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            print("BREACH: a lease; whoever opens the file waits for 45 seconds")
        except OSError:
            pass
    # Where crashes are reported to a program, it runs as root, outside, for each of them.
    limits = open("/proc/self/limits").read()
    core = next(line.split() for line in limits.splitlines() if "core file" in line)
    if core[4:6] != ["1", "1"]:
        print("BREACH: crashes are reported", core)
    both = (ctypes.c_ulong * 2)(0, 0)
    if libc.setrlimit(4, both) == 0 or libc.prlimit(0, 4, both, None) == 0:
        print("BREACH: crashes are reported again")
    if libc.prlimit(1, 7, None, both) == 0:
        print("BREACH: the supervisor's limits")
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    os.wait()
    print("BREACH: a core" if "core" in "".join(os.listdir(".")) else "no core")
