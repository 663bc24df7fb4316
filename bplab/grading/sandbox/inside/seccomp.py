"""A seccomp filter: system calls that learner's code has no business making fail with EPERM.

A filter that names what is denied, not what is allowed, so that NumPy, matplotlib and whatever
else a learner imports keep working (`docs/security.md` says what decided it). Calls that are
newer than this list do not exist, as on an older kernel. It closes what namespaces leave open:
debugging other processes, new namespaces, keyrings, kernel modules, sockets that leave the
network namespace (AF_VSOCK, AF_NETLINK), memory that counts for no process, and what all
processes of a user or of the machine share a small number of.
"""

import ctypes
import os
import struct

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_KILL = 0x80000000
_EPERM, _ENOSYS = 1, 38

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x70000000
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_SO_SNDBUF = 7  # what waits in a socket counts for no process, so it has to stay little
_F_SETLEASE = 1024  # whoever opens a leased file waits for the holder, and libraries are shared
# Locks on ranges of bytes are kernel memory, one by one, without a limit. Nobody else sees a
# submission's files, so the call does nothing and says that it worked.
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
_RLIMIT_CORE = 4
_SUPERVISOR = 1  # its process id; it may be of the same user

# name: (x86_64, aarch64); None where the machine has no such call.
DENIED = {
    # reading or steering other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # another view of the file system, other namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # parts of the kernel with a long record of holes
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "modify_ldt": (154, None),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # of these, all of a user's processes or even all of the machine's share a few
    "io_setup": (206, 0),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # rules without number, in memory of the kernel that nobody is charged for
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    # memory that belongs to no process: it would escape the limit
    "vmsplice": (278, 75),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # the machine itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "uselib": (134, None),
    "_sysctl": (156, None),
}
# Who asks to be run last, or on one core, is in hand for as long as anybody else computes: on a
# busy machine a job would be spent on waiting. Nobody needs these to be honest, so they do nothing
# and say that they worked.
RANKS = {
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
}
NEWER = 453  # this call and all after it: programs do without them, as on Linux 6.5
_SOCKET = (41, 198)
_SOCKETPAIR = (53, 199)
_SETSOCKOPT = (54, 208)
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_IOCTL = (16, 29)
_FCNTL = (72, 25)
_SETRLIMIT = (160, 164)
_PRLIMIT = (302, 261)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _JUMP_EQUAL, _JUMP_ANY_BIT, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_LOW, _SECOND_LOW, _THIRD_LOW = 0, 4, 16, 24, 32


def supported(machine=None):
    """Whether there is a filter for this kind of machine."""
    return (machine or os.uname().machine) in _MACHINES


def program(machine=None):
    """The filter as BPF instructions: (code, jump if true, jump if false, operand)."""
    column, architecture = _MACHINES[machine or os.uname().machine]
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
    ]
    if column == 0:  # x32: 64-bit calls by another name
        code += [(_JUMP_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    code += [(_JUMP_AT_LEAST, 0, 1, NEWER), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    for numbers in DENIED.values():
        if numbers[column] is not None:
            code += [
                (_JUMP_EQUAL, 0, 1, numbers[column]),
                (_RETURN, 0, 0, _ERRNO | _EPERM),
            ]
    for numbers in RANKS.values():
        code += [(_JUMP_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ERRNO)]
    # The C library falls back from clone3, whose flags a filter cannot see, to clone.
    code += [(_JUMP_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    code += _argument(_CLONE[column], _FIRST_LOW, (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES))
    for call in (_SOCKET, _SOCKETPAIR):
        code += _argument(call[column], _FIRST_LOW, (_JUMP_EQUAL, 1, 0, _AF_UNIX))
    code += _argument(_SETSOCKOPT[column], _THIRD_LOW, (_JUMP_EQUAL, 0, 1, _SO_SNDBUF))
    code += _argument(_FCNTL[column], _SECOND_LOW, (_JUMP_EQUAL, 0, 1, _F_SETLEASE))
    for lock in _LOCKS:
        code += _argument(_FCNTL[column], _SECOND_LOW, (_JUMP_EQUAL, 0, 1, lock), error=0)
    code += _argument(_SETRLIMIT[column], _FIRST_LOW, (_JUMP_EQUAL, 0, 1, _RLIMIT_CORE))
    code += _argument(_PRLIMIT[column], _SECOND_LOW, (_JUMP_EQUAL, 0, 1, _RLIMIT_CORE))
    code += _argument(_PRLIMIT[column], _FIRST_LOW, (_JUMP_EQUAL, 0, 1, _SUPERVISOR))
    for request in (_TIOCSTI, _TIOCLINUX):
        code += _argument(_IOCTL[column], _SECOND_LOW, (_JUMP_EQUAL, 0, 1, request))
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def _argument(number, offset, test, error=_EPERM):
    # `test` falls through to the error or skips it; either way the call's number is loaded again.
    return [
        (_JUMP_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, offset),
        test,
        (_RETURN, 0, 0, _ERRNO | error),
        (_LOAD, 0, 0, _NUMBER),
    ]


class _Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def install(libc):
    """Put the filter on this process and all it will start; no way back."""
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program())
    buffer = ctypes.create_string_buffer(code, len(code))
    wanted = _Filter(len(code) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(wanted), 0, 0):
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
