"""Shut a forked process into namespaces of its own, with limits and a supervisor (Linux).

The warm process forks a supervisor, pid 1 of a new pid namespace. It lays out private mounts and
forks the learner's process, which gives up its user id, every capability and many system calls
before any learner's code runs. The supervisor watches memory and processes; when it ends, the
kernel ends everything else in the namespace.
"""

import ctypes
import os
import signal

from bplab.grading.sandbox.inside import seccomp

HOME = "/learner"
WORK = HOME + "/work"
INSIDE_ID = 1000
PROC_FD = 65  # next to the line, so that what else is open can be closed

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT = 1, 2, 4, 8, 32
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH, _CAP_KILL, _CAP_SYS_PTRACE = 2, 5, 19
_MB = 2**20

libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


class JailError(Exception):
    """A part of the sandbox could not be put up."""


class Jail:
    """What a warm process needs to fork into new namespaces, again and again.

    limits : dict, the fields of `Limits`
    first_uid : learners' processes run as this user id and the next ones; None keeps the user
    shown_in_tmp : paths of the view that lie in /tmp and must be seen in the private one
    """

    def __init__(self, limits, first_uid=None, shown_in_tmp=()):
        self.limits = limits
        self.first_uid = first_uid
        self.shown_in_tmp = shown_in_tmp
        self.count = 0
        self._home_ns = _pid_namespace()

    def settle(self):
        """See to it that this process can leave and re-enter its pid namespace.

        An ordinary user's bubblewrap gives a pid namespace that belongs to another user namespace
        than ours. Then the warm process moves into one more, once, and the first waits for it.
        """
        _call("cannot make a pid namespace", libc.unshare(_NEWPID))
        if libc.setns(self._home_ns, _NEWPID) == 0:
            return
        pid = os.fork()
        if pid:
            os.closerange(0, 4096)
            _, status = os.waitpid(pid, 0)
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
        os.close(self._home_ns)
        self._home_ns = _pid_namespace()

    def fork(self):
        """Fork a child that is pid 1 of a new pid namespace."""
        self.count += 1
        _call("cannot make a pid namespace", libc.unshare(_NEWPID))
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:
                _call("cannot leave a pid namespace", libc.setns(self._home_ns, _NEWPID))
        return pid

    def furnish(self):
        """In pid 1: namespaces, a fresh /proc, one small file system for all that is written."""
        _call(
            "cannot make namespaces",
            libc.unshare(_NEWNS | _NEWIPC | _NEWUTS | _NEWNET),
        )
        _mount(None, "/", None, _REC | _PRIVATE)
        calm = _NOSUID | _NODEV | _NOEXEC
        _mount("proc", "/proc", "proc", calm)
        # Below what learners see of it, settings of the machine and of processes can be written.
        below = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
        os.dup2(below, PROC_FD, inheritable=False)
        os.close(below)
        _mount("/proc", "/proc", None, _BIND)
        _mount(None, "/proc", None, _BIND | _REMOUNT | _RDONLY | calm)
        _mount("devpts", "/dev/pts", "devpts", _NOSUID | _NOEXEC, "newinstance,ptmxmode=0666")
        size = f"size={self.limits['tmp_mb']}m,nr_inodes=16384,mode=0755"
        _mount("tmpfs", HOME, "tmpfs", _NOSUID | _NODEV, size)
        uid = self._uid()
        for name, target in (("work", None), (".tmp", "/tmp"), (".shm", "/dev/shm")):
            path = f"{HOME}/{name}"
            os.mkdir(path, 0o700)
            if target == "/tmp":
                self._show_in(path)
            os.chown(path, uid, uid if self.first_uid else -1)
            if target:
                _mount(path, target, None, _BIND | _REC)
        os.chown(HOME, uid, uid if self.first_uid else -1)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # not to be looked into from the learner's process

    def _show_in(self, folder):
        for path in self.shown_in_tmp:
            place = folder + path.removeprefix("/tmp")
            os.makedirs(os.path.dirname(place), exist_ok=True)
            if os.path.islink(path):
                os.symlink(os.readlink(path), place)
                continue
            if os.path.isdir(path):
                os.mkdir(place)
            else:
                os.close(os.open(place, os.O_CREAT))
            _mount(path, place, None, _BIND | _REC)

    def guard(self):
        """In pid 1: keep only what watching and ending the learner's processes takes."""
        os.close(PROC_FD)
        keep = (1 << _CAP_KILL) | (1 << _CAP_SYS_PTRACE) | (1 << _CAP_DAC_READ_SEARCH)
        _capset(keep, keep)

    def confine(self):
        """In the learner's process: give up everything, for good."""
        if self.first_uid:
            uid = self._uid()
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        os.setsid()
        libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # or /proc/self would not be ours
        _set("oom_score_adj", "1000")  # short of memory, the kernel picks us
        uid, gid = os.getuid(), os.getgid()
        _call("cannot make a user namespace", libc.unshare(_NEWUSER))
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{INSIDE_ID} {uid} 1"),
            ("gid_map", f"{INSIDE_ID} {gid} 1"),
        ):
            _set(name, text)
        os.close(PROC_FD)
        os.chdir(WORK)
        set_limits(self.limits)
        _give_up_capabilities()
        if seccomp.supported():
            seccomp.install(libc)
        else:
            _call("no_new_privs", libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))

    def _uid(self):
        # A user of its own for each submission, so that no two share a count of processes.
        return self.first_uid + self.count % 1000 if self.first_uid else os.getuid()


def set_limits(limits):
    """The kernel's limits on one process, as far as this system has them."""
    import resource

    wanted = {
        # Not 0: where cores go to a program, as with systemd, only 1 keeps it from being started.
        "RLIMIT_CORE": 1,
        "RLIMIT_NOFILE": limits["open_files"],
        "RLIMIT_FSIZE": limits["file_mb"] * _MB,
        "RLIMIT_CPU": int(limits["total_seconds"]) + 60,
        "RLIMIT_AS": _address_space() + limits["memory_mb"] * _MB,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 1024,
        "RLIMIT_MEMLOCK": 8 * _MB,
    }
    if os.getpid() != os.getppid() and _counts_processes_by_namespace():
        # The supervisor names the reason at `processes`; this stops what is faster than it looks.
        wanted["RLIMIT_NPROC"] = limits["processes"] + 32
    for name, value in wanted.items():
        which = getattr(resource, name, None)
        if which is not None:
            _lower(resource, which, value)
    _lower(resource, resource.RLIMIT_STACK, 8 * _MB, hard=64 * _MB)


def _lower(resource, which, soft, hard=None):
    hard = soft if hard is None else hard
    _, most = resource.getrlimit(which)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    try:
        resource.setrlimit(which, (soft, hard))
    except (ValueError, OSError):  # macOS refuses some
        pass


def _address_space():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1024 * _MB


def _counts_processes_by_namespace():
    # Before Linux 5.14 an ordinary user's other processes would count too.
    try:
        release = tuple(int(part) for part in os.uname().release.split(".")[:2])
    except (ValueError, AttributeError):
        return False
    return os.uname().sysname == "Linux" and release >= (5, 14)


def die_with_parent():
    """Let the kernel end this process when its parent ends, where it can."""
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans():
    """Become the parent of all descendants whose parent ends, where the kernel can."""
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _pid_namespace():
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def _give_up_capabilities():
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in range(64):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    _capset(0, 0)


def _capset(effective, permitted):
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low, high = 0xFFFFFFFF, 32
    data = (ctypes.c_uint32 * 6)(
        effective & low, permitted & low, 0, effective >> high, permitted >> high, 0
    )
    _call("cannot give up capabilities", libc.capset(head, data))


def _set(name, text):
    """Write a setting of this process, which /proc as learners see it does not let."""
    file = os.open(f"self/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=PROC_FD)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _mount(source, target, kind, flags=0, options=""):
    source, target, kind = (text and text.encode() for text in (source, target, kind))
    _call(
        f"cannot mount {(kind or source or b'').decode()} on {target.decode()}",
        libc.mount(source, target, kind, ctypes.c_ulong(flags), options.encode() or None),
    )


def _call(what, result):
    if result:
        raise JailError(f"{what}: {os.strerror(ctypes.get_errno())}")
