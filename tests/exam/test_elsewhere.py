"""The check works where a platform lacks things, and says so where it cannot work."""

import subprocess
import sys
import textwrap

import pytest

from tests import patience

RIGHT_AND_WRONG = """
import numpy as np
from bplab import examine, nn

def linear_backward(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)

assert examine("linear_backward", linear_backward).mistake == "bias-averaged"
for name in ("sigmoid", "linear_backward", "fit_minibatch", "adam_step", "save_model",
             "gradient_check", "Value"):
    report = examine(name, getattr(nn, name))
    assert report.passed, str(report)
"""

LACKS = {
    "no timers": "import signal; del signal.setitimer",
    "no signals": "import signal; signal.signal = None; del signal.SIGALRM",
    "no threads to start": """
        import threading
        def start(self): raise RuntimeError("can't start new thread")
        threading.Thread.start = start
        import signal; del signal.setitimer
        """,
    "no threads and no ctypes": """
        import sys
        import numpy
        sys.modules["_ctypes"] = sys.modules["ctypes"] = None
        import signal; del signal.setitimer
        """,
    "no thread clock": "import time; del time.thread_time; del time.pthread_getcpuclockid",
    "no lzma": "import sys; sys.modules['lzma'] = sys.modules['_lzma'] = None",
    "no bz2": "import sys; sys.modules['bz2'] = sys.modules['_bz2'] = None",
    "no resource, no fcntl": "import sys; sys.modules['resource'] = sys.modules['fcntl'] = None",
    "no IPython": "import sys; sys.modules['IPython'] = None",
}


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
        check=False,
    )


@pytest.mark.parametrize("lack", LACKS)
def test_right_passes_and_wrong_is_named_without_it(lack):
    done = run(textwrap.dedent(LACKS[lack]) + RIGHT_AND_WRONG)
    assert done.returncode == 0, done.stderr[-2000:]


def test_where_numpy_is_not_numpy_nobody_is_blamed():
    done = run(
        """
import numpy as np
from bplab import examine, nn
right = np.exp
np.exp = lambda x: 2 * right(x)
report = examine("softmax", lambda Z: right(Z) / right(Z).sum(axis=0))
assert report.mistake == "examiner-not-working" and "np.exp" in report.hints[0], str(report)
"""
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def unwatched():
    """No debugger and no measurement of coverage looks on: these lengthen what a call may take."""
    before = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(before)


def test_a_first_call_that_imports_is_not_slow(unwatched):
    from bplab.exam.limits import TimeUp, time_limit

    slow = "import time\nend = time.thread_time() + 0.6\nwhile time.thread_time() < end: pass\n"
    with time_limit(0.3):
        _import_of(slow)
    with pytest.raises(TimeUp), time_limit(0.3):
        exec(slow, {})


def test_what_a_debugger_watches_may_take_longer(unwatched):
    from bplab.exam.limits import TimeUp, time_limit

    busy = "import time\nend = time.thread_time() + 0.5\nwhile time.thread_time() < end: pass\n"
    with pytest.raises(TimeUp), time_limit(0.3):
        exec(busy, {})
    sys.settrace(lambda *about: None)
    with time_limit(0.3):
        exec(busy, {})


def _import_of(source):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "slow_to_come.py").write_text(source)
        sys.path.insert(0, folder)
        try:
            import slow_to_come  # noqa: F401
        finally:
            sys.path.remove(folder)
            sys.modules.pop("slow_to_come", None)


def test_waiting_is_not_computing_but_has_an_end(monkeypatch):
    import time

    from bplab.exam import limits

    with limits.time_limit(0.2):
        time.sleep(0.5)
    monkeypatch.setattr(limits, "wall_of", lambda seconds: 0.3)
    with pytest.raises(limits.TimeUp), limits.time_limit(5):
        time.sleep(20)
