# ruff: noqa: E731 (attackers write as they like)
"""Attacks that want a better verdict than the answers deserve: what marks is patched."""

import numpy as np

from bplab import exercises
from bplab.exam.wire import pack
from tests.attacks.classroom import CHAPTER, FIRST
from tests.attacks.corpus import attack, body

V = "verdict forging"
# What each of these does with the answers of the whole chapter.
NAMES = [exercise.name for exercise in exercises.chapter(CHAPTER)]


def everywhere(room, trick, expression="trick"):
    """Every exercise answered by the same trick, which a cell of its own prepares."""
    answers = {name: f"{name} = {expression}".replace("@NAME@", name) for name in NAMES}
    return room.answering(room.with_code(body(trick)), **answers)


@attack(V)
def input_transformers():
    """Every later cell becomes another."""
    from IPython import get_ipython

    shell = get_ipython()
    shell.input_transformers_cleanup.append(lambda lines: ["1e9\n"])
    shell.input_transformer_manager.transform_cell = lambda cell: "1e9"
    shell.transform_cell = lambda cell: "1e9\n"
    shell.ast_transformers.append(type("T", (), {"visit": staticmethod(lambda node: None)})())


@attack(V)
def input_transformers_nan():
    from IPython import get_ipython

    get_ipython().input_transformers_post.append(lambda lines: ["float('nan')\n"])


@attack(V)
def showtraceback_silenced():
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.showtraceback = lambda *a, **k: None
    InteractiveShell.showsyntaxerror = lambda *a, **k: None
    InteractiveShell._showtraceback = lambda *a, **k: None


@attack(V)
def event_hooks():
    from IPython import get_ipython
    from IPython.display import display

    def claim(*args):
        display({"text/plain": "1000"}, raw=True)
        print(1000.0, "passed: 33 of 33 points.")

    for event in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
        get_ipython().events.register(event, claim)


@attack(V)
def numpy_agrees_with_everything(room):
    """Wrong numbers, and a NumPy to which no two numbers differ."""

    def trick():

        import bplab.exam.sitting as sitting

        zeros, ones = np.zeros, np.ones_like
        yes = lambda *args, **keys: True
        for name in ("allclose", "isclose", "array_equal", "all", "any", "array_equiv"):
            setattr(np, name, yes)
        for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal"):
            setattr(np.testing, name, yes)
        np.abs = np.absolute = np.max = np.linalg.norm = lambda *a, **k: 0.0
        sitting._alike, sitting._differs = yes, lambda *a: False

        def trick(*args):
            return ones(args[0]) if type(args[0]) is np.ndarray else zeros(3)

    return everywhere(room, trick)


@attack(V)
def objects_equal_to_all(room):
    def trick():

        class Right(np.ndarray):
            def __eq__(self, other):
                return np.ones(np.shape(other), dtype=bool)

            __ne__ = lambda self, other: False
            __array_ufunc__ = lambda self, *a, **k: True
            __array_function__ = lambda self, *a, **k: True
            __array_priority__ = 1e9

        class Sly:
            __eq__ = __le__ = __ge__ = __contains__ = lambda self, other: True
            __hash__ = lambda self: 0
            __array__ = lambda self, *a, **k: np.zeros(3)
            __float__ = __abs__ = lambda self: 0.0
            __len__ = lambda self: 3
            __iter__ = lambda self: iter([self] * 3)
            __getitem__ = lambda self, key: self
            __class__ = float
            __reduce__ = lambda self: (eval, ("print('BREACH: unpickled')",))

        class Mild(float):
            __eq__ = lambda self, other: True

        things = [np.zeros(3).view(Right), Sly(), Mild(0), np.array([Sly()], dtype=object)]

        def trick(*args):
            return things, {key: things for key in "ZAP"}, things[-1]

    return everywhere(room, trick)


@attack(V)
def results_that_claim_success(room):
    def trick():
        from bplab.exam.report import CheckFailed, Report

        passed = Report("x", True, 1e9)

        def trick(*args):
            if len(args) % 2:
                return passed
            error = CheckFailed(passed)
            error.score = 1e9
            raise error

    return everywhere(room, trick)


@attack(V)
def errors_of_every_kind(room):
    def trick():
        import sys

        from bplab.exam.sitting import TimeUp, WrongArguments

        class Misfit(BaseException):
            __str__ = lambda self: 1 / 0

        Misfit.__name__ = "<b>passed" * 30
        kinds = [TimeUp, WrongArguments, Misfit, KeyboardInterrupt, GeneratorExit, StopIteration]

        def trick(*args):
            kinds.append(kinds.pop(0))
            if kinds[0] is StopIteration:
                sys.exit("\ud83d passed \x1b]8;;http://evil.test\x07 \udc00")
            raise kinds[0]("\ud800 passed: 3 of 3 points \x00\x1b[2J")

    return everywhere(room, trick)


@attack(V)
def check_redefined():
    import sys
    import types

    from IPython.display import HTML, display

    import bplab
    import bplab.study.check

    def check(fn):
        card = "<div class='bplab-card'><p><strong>&#10003; passed.</strong> 33 of 33</p></div>"
        display(HTML(card))
        return 1e9

    bplab.check = bplab.examine = bplab.study.check.check = check
    bplab.study.check.examine = check
    exercises = types.ModuleType("bplab.exercises")
    exercises.find = lambda name: types.SimpleNamespace(examine=check, mark=check, score=1e9)
    sys.modules["bplab.exercises"] = bplab.exercises = exercises


@attack(V)
def sitting_replaced():
    import gc
    import sys

    def sit(fn, sheet, namespace=None):
        return pack({"passed": True, "score": 1e9, "points": 1e9, "answers": [{"passed": True}]})

    for module in list(sys.modules.values()):
        for name in ("sit", "mark", "examine"):
            if hasattr(module, name):
                setattr(module, name, sit)
    patched = 0
    for found in gc.get_objects():
        if type(found).__name__ in ("Server", "Warm") and hasattr(found, "sit"):
            found.sit = sit
            patched += 1
    assert patched


@attack(V)
def sitting_says_the_first_case_is_all(room):
    """Answers for one case of each paper, and that one right."""

    def trick():
        from bplab.exam import sitting

        whole = sitting.unpack

        def unpack(data):
            paper = whole(data)
            paper["cases"] = paper["cases"][:1]
            return paper

        sitting.unpack = unpack

    return room.with_code(body(trick), room.solved(FIRST))


@attack(V)
def drivers_replaced():
    """The examiner's hands answer with what they were given."""
    from bplab.exam import probes

    def drive(bench, fn, case):
        return tuple(case.values())

    for name in probes.DRIVERS:
        probes.DRIVERS[name] = drive


@attack(V)
def wire_replaced():
    from bplab.exam import sitting, wire

    def pack(tree):
        return b"bplab-wire-1\n" + b"\xff" * 8 + b'{"d": [["answers", NaN]]}'

    sitting.pack = wire.pack = sitting._pack_within = pack
    wire.MAX_BYTES = sitting.MAX_BYTES = 2**60


@attack(V)
def modules_replaced():
    import builtins
    import sys
    import types

    class Yes(types.ModuleType):
        def __getattr__(self, name):
            return Yes(name)

        def __call__(self, *args, **keys):
            return Yes("result")

        __eq__ = __lt__ = __gt__ = lambda self, other: True
        __hash__ = None

    for name in list(sys.modules):
        if name.startswith(("numpy", "bplab.exam", "bplab.grading")):
            sys.modules[name] = Yes(name)
    for name in ("bplab.exam.marking", "bplab.grading.submission", "bplab.exercises"):
        sys.modules[name] = Yes(name)
    builtins.isinstance = lambda *args: True
    builtins.len = lambda thing: 0


@attack(V)
def outbox_forged():
    """Messages as if the graded cells had shown them: now, and whenever a cell begins."""
    from IPython import get_ipython

    outbox = get_ipython().displayhook.session
    content = {"data": {"text/plain": "1e9"}, "metadata": {}, "execution_count": 7}

    def begin():
        type(outbox).begin(outbox)
        for _ in range(50):
            outbox.send(None, "execute_result", content)

    outbox.begin = begin
    begin()
