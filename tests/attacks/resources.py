"""Attacks that want more of the machine than their share."""

from tests.attacks.corpus import attack

R = "resource"
SHORT = ("memory", "killed", "busy", "processes", "open-files", "files", "timeout", "crashed")


@attack(R, ends=("processes", "killed"))
def fork_bomb():
    import ctypes
    import os
    import time

    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.fork()
        except OSError:
            pass


@attack(R, ends=("processes", "killed", "timeout"))
def a_bomb_of_sessions():
    """Each one leaves its parent, so that nobody's children are many."""
    import ctypes
    import os
    import time

    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork():
                    os._exit(0)
                time.sleep(20)
                os._exit(0)
        except OSError:
            pass


@attack(R, ends="processes")
def thread_bomb():
    import threading
    import time

    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


@attack(R, ends=SHORT)
def disk_filled():
    import os

    for folder in ("/learner/work", "/tmp", "/dev/shm", "/learner"):
        for number in range(100):
            with open(os.path.join(folder, f"big{number}"), "wb") as file:
                file.write(b"x" * 2**22)


@attack(R, ends=SHORT)
def a_sparse_giant():
    import os

    with open("giant", "wb") as file:
        os.truncate(file.fileno(), 2**44)


@attack(R, ends=SHORT)
def countless_files():
    import itertools

    for number in itertools.count():
        open(f"/tmp/{number}", "w").close()


@attack(R, ends="open-files")
def countless_open_files():
    kept = []
    while True:
        kept.append(open("/dev/null"))


@attack(R, ends=("output", "timeout"))
def printing_forever():
    while True:
        print("x" * 10_000)


@attack(R, ends=("output", "timeout"))
def printing_forever_past_python():
    import os

    while True:
        try:
            os.write(1, b"y" * 65536)
            os.write(2, b"z" * 65536)
        except OSError:
            break
    print("y" * 300_000)


@attack(R, ends=("output", "memory", "timeout"))
def a_giant_repr():
    class Giant:
        def __repr__(self):
            return "g" * 10**8

        _repr_html_ = _repr_markdown_ = _repr_latex_ = __repr__

    from IPython.display import display

    display(Giant())


@attack(R, ends=("output", "timeout"))
def a_hundred_figures():
    import matplotlib.pyplot as plt
    import numpy as np

    for _ in range(100):
        plt.figure(figsize=(8, 8), dpi=120)
        plt.imshow(np.random.default_rng(0).normal(size=(500, 500)))
        plt.show()


@attack(R)
def html_that_takes_forever_to_clean():
    """Each of these takes a common HTML cleaner minutes."""
    from IPython.display import HTML, display

    for source in (
        "<svg " * 9000,
        "<svg>" * 9000,
        "<div>" * 9000,
        "<p " + "a " * 20_000 + ">",
        "<p " + "".join(f"a{i}='<'" for i in range(6000)),
        "<b><i><a><p>" * 3000,
        "<table><td>" * 3000,
        "<!--" * 9000 + "-" * 9000,
        "&" * 40_000,
        "<" * 40_000,
        "<p style='" + "color:" * 8000 + "'>",
    ):
        display(HTML(source))


@attack(R)
def markdown_that_takes_forever_to_clean(room):
    """In cells of its own and in outputs."""
    from tests.attacks.classroom import code, markdown

    notebook = room.released()
    texts = [
        "a" * 99_000 + "\nb",
        "!" * 90_000,
        "](" * 20_000 + " " * 50_000,
        "[" * 5_000,
        "> " * 2_000 + "x",
        "#" + " " * 90_000 + "x",
        ("x" + " " * 90_000 + "x\n") * 1 + "--x",
        "*a **b " * 2_000,
        "`" * 3_000 + " " + "`" * 2_999,
        "$" * 5_001,
        "|a" * 2_000 + "\n" + "|-" * 2_000,
        "\\begin{x}" * 9_000,
        "\\\\(" * 30_000,
        "\\\\[x" * 20_000,
        "<a" * 5_000,
        "- " * 1_000 + "x",
    ]
    for number, text in enumerate(texts):
        notebook["cells"].append(markdown(f"slow-{number}", text))
    source = f"from IPython.display import Markdown, display\nfor t in {texts[:4]!r}:"
    notebook["cells"].append(code("slow", source + "\n    display(Markdown(t))"))
    return notebook


@attack(R, ends=("total-timeout", "timeout"))
def a_nap_in_every_cell(room):
    from tests.attacks.classroom import code

    notebook = room.released()
    for number in range(80):
        notebook["cells"].insert(5, code(f"nap-{number}", "import time; time.sleep(0.5)"))
    return notebook


@attack(R, ends=("timeout", "total-timeout"))
def a_number_without_end():
    """One step of C code that nothing interrupts."""
    10**10**9


@attack(R)
def recursion_without_end():
    import sys

    sys.setrecursionlimit(10**4)

    def deeper(n):
        return deeper(n + 1)

    try:
        deeper(0)
    except RecursionError:
        nested = []
        for _ in range(10**5):
            nested = [nested]
        del nested


@attack(R)
def answers_without_end(room):
    """Generators, giants, nests and self-references as answers."""

    import itertools

    tricks = itertools.cycle(
        [
            "(0 for _ in iter(int, 1))",
            "np.zeros((5000, 2000))",
            "[[0.0] * 1000] * 300",
            "loop",
            "{number: number for number in range(300_000)}",
            "'x' * 10**7",
            "10 ** 2000",
            "nest",
            "np.zeros((1,) * 32)",
            "range(10**12)",
        ]
    )
    sources = {}
    for cell in room.answers(room.released()):
        name = cell["id"]
        sources[name] = f"def {name}(*args):\n    return {next(tricks)}"
    prepare = "loop = []\nloop.append(loop)\nnest = ()\nfor _ in range(900): nest = (nest,)"
    return room.answering(room.with_code(f"print('armed')\n{prepare}"), **sources)


@attack(R)
def signals_every_millisecond():
    """Timers and alarms of its own, so that the examiner's come to nothing."""
    import signal
    import threading

    def alarm(*args):
        signal.setitimer(signal.ITIMER_REAL, 1e-4)

    signal.signal(signal.SIGALRM, alarm)
    signal.signal = signal.setitimer = lambda *a, **k: (0.0, 0.0)
    threading.setprofile(lambda *a: None)
    alarm()


@attack(R, ends="busy")
def a_crowd_at_work():
    """Twenty processes, each in a session of its own, so that others wait for the processor."""
    import ctypes
    import os
    import time

    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
    end = time.monotonic() + 20
    for _ in range(18):
        if os.fork() == 0:
            os.setsid()
            while time.monotonic() < end:
                pass
            os._exit(0)
    time.sleep(20)


@attack(R)
def arrays_larger_than_they_look(room):
    """Answers of few bytes and terabytes of numbers: strides of zero."""
    tricks = (
        "np.broadcast_to(0.0, (10**6, 10**6))",
        "np.lib.stride_tricks.as_strided(np.zeros(1), (10**9, 99), (0, 0))",
        "np.broadcast_to(np.float32(0), (2**31, 2**31))[::2, ::-1]",
    )
    sources = {}
    for number, cell in enumerate(room.answers(room.released())):
        name, trick = cell["id"], tricks[number % len(tricks)]
        sources[name] = f"def {name}(*args):\n    return {trick}"
    return room.answering(room.with_code("import numpy as np\nprint('armed')"), **sources)
