# ruff: noqa: E731 (attackers write as they like)
"""Attacks that want a better verdict than the answers deserve."""

import json

import numpy as np

from bplab import exercises
from bplab.exam.wire import pack, unpack
from tests.attacks.classroom import CHAPTER, FIRST, code
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
        import numpy as np

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
        import numpy as np

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

    from bplab.exam.wire import pack

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


LINE = """
import json, os, struct
def send(kind, body=b""):
    os.write(64, struct.pack(">cI", kind, len(body)) + body)
print("armed")
"""


@attack(V)
def frames_in_advance(room):
    """The ends of many cells, and answers for the papers among them, before they are asked."""
    source = LINE + (
        "from bplab.exam.wire import pack\n"
        "for _ in range(60):\n"
        "    send(b'A', pack({'answers': [{'value': 0.0}] * 9, 'score': 1, 'passed': True}))\n"
        "    send(b'D', json.dumps({'count': 1, 'score': 33, 'points': 1e9}).encode())\n"
    )
    return room.with_code(source)


@attack(V, points=1)
def frames_twice(room):
    """A function that answers for itself first, with the right answer, and again afterwards."""
    answer = (
        "def linear_forward(X, W, b):\n"
        "    import inspect\n"
        "    from bplab.exam.wire import pack\n"
        "    for info in inspect.stack():\n"
        "        if 'paper' in info.frame.f_locals:\n"
        "            cases = info.frame.f_locals['paper']['cases']\n"
        "            mine = [{'value': c['X'] @ c['W'] + c['b']} for c in cases]\n"
        "            send(b'A', pack({'answers': mine}))\n"
        "            break\n"
        "    send(b'D', json.dumps({'count': 3}).encode())\n"
        "    return None"
    )
    return room.answering(room.with_code(LINE), linear_forward=answer)


@attack(V, ends=("protocol", "answers"))
def frames_of_four_gigabytes(room):
    return room.with_code(LINE + "os.write(64, struct.pack('>cI', b'A', 2**32 - 1) + b'x' * 9)")


@attack(V, ends="protocol", ran=False)
def frames_of_another_protocol(room):
    return room.with_code(LINE + "os.write(64, b'HTTP/1.1 200 OK\\r\\n\\r\\nscore: 33\\r\\n')")


@attack(V)
def frames_of_junk(room):
    """Messages that are JSON of the nastier kinds; then an end that claims all there is."""
    source = LINE + (
        "deep = b'[' * 60000\n"
        "junk = [deep, b'{', b'NaN', b'\\xff', b'{\"type\": \"stream\"}', b'1' * 5000,\n"
        '    b\'{"type": "error", "content": {"traceback": {}}}\',\n'
        '    b\'{"type": "display_data", "content": {"data": {"a+json": \' + b\'[\' * 900\n'
        "    + b']' * 900 + b'}, \"metadata\": 1e999}}',\n"
        '    b\'{"type": "stream", "content": {"name": [], "text": "\\\\ud800\\\\u0000"}}\',\n'
        '    b\'{"type": "execute_result", "content": {"execution_count": -1e999, "data": \'\n'
        '    b\'{"text/plain": ["1e9"]}, "metadata": {}}}\',\n'
        '    b\'{"type": "display_data", "content": {"data": {"x+json": [\' + b\'[],\' * 9000\n'
        "    + b'[]]}, \"metadata\": {}}}']\n"
        "for body in junk * 20: send(b'M', body)\n"
        "claims = {'count': 10**30, 'fault': None, 'score': 33, 'points': 1e9, 'answers': 'all'}\n"
        "send(b'D', json.dumps(claims).encode())\n"
    )
    return room.with_code(source)


@attack(V)
def answers_that_burst(room):
    """Answers of a few kilobytes that name the same array a hundred thousand times."""
    source = LINE + (
        "import numpy as np, io\n"
        "buffer = io.BytesIO(); np.save(buffer, np.zeros(500_000)); blob = buffer.getvalue()\n"
        "def burst(skeleton, blobs=()):\n"
        "    words = skeleton if type(skeleton) is bytes else json.dumps(skeleton).encode()\n"
        "    whole = b'bplab-wire-1\\n' + struct.pack('>Q', len(words)) + words\n"
        "    return whole + b''.join(struct.pack('>Q', len(b)) + b for b in blobs)\n"
        "deep = b'{\"l\": [' * 90_000 + b']}' * 90_000\n"
        "wide = blob[:10] + blob[10:128].replace(b'(500000,)', b'(0, 9999999999)')[:118]\n"
        "bursts = [\n"
        "    burst({'d': [['answers', {'l': [{'a': 0}] * 100_000}]]}, [blob]),\n"
        "    burst(b'[' + b'{},' * 5_000_000 + b'{}]'),\n"
        "    burst(b'{\"d\": [[\"answers\", ' + deep + b']]}'),\n"
        "    burst(b'{\"d\": [[\"answers\", ' + deep[:4000] + deep[-1000:] + b']]}'),\n"
        "    burst({'d': [['answers', {'l': []}]]}, [b''] * 2_000_000),\n"
        "    burst({'d': [['answers', {'l': [{'d': [['value', {'a': 0}]]}] * 4}]]}, [wide] * 4),\n"
        "    burst({'d': [['answers', {'l': [{'d': [['changed', {'a': 0}]]}]}]]}, [blob]),\n"
        "    burst({'d': [['answers', {'l': [{'d': [['value', 10**4000]]}] * 9}]]}),\n"
        "    burst({'d': [['answers', {'l': [{'d': [['raised', {'a': 0}]]}] * 9}]]}, [blob]),\n"
        "    b'\\x80\\x04cos\\nsystem\\n(S\"touch /tmp/BREACH\"\\ntR.',\n"
        "]\n"
        "from bplab.exam import sitting\n"
        "import gc\n"
        "for found in gc.get_objects():\n"
        "    if type(found).__name__ in ('Server', 'Warm') and hasattr(found, 'sit'):\n"
        "        found.sit = lambda *args: bursts.pop(0) if bursts else b''\n"
    )
    return room.with_code(source)


@attack(V)
def answers_by_call_count(room):
    """First zeros, then ones, then what the last call was given: never what is asked."""

    def trick():
        import itertools

        import numpy as np

        calls = itertools.count()

        def trick(*args):
            number = next(calls)
            first = np.asarray(args[0], dtype=float)
            return [first * 0, first * 0 + 1, first, first.T][number % 4]

    return everywhere(room, trick)


def _constants(paper):
    """Answers of a paper as constants, by the first of each case's inputs."""
    answers = (np.asarray(answer["value"]).tolist() for answer in paper.expected())
    inputs = (next(iter(case.inputs.values())) for case in paper.cases)
    return json.dumps([(float(np.sum(x)), y) for x, y in zip(inputs, answers, strict=True)])


def _recite(room, papers):
    sources = {}
    for name, paper in papers.items():
        sources[name] = (
            f"_{name} = json.loads({_constants(paper)!r})\n"
            f"def {name}(X, *args):\n"
            f"    key = float(np.sum(X))\n"
            f"    return np.array(min(_{name}, key=lambda row: abs(row[0] - key))[1])"
        )
    return room.answering(room.with_code("import json\nprint('armed')"), **sources)


@attack(V)
def constants_of_another_learners_paper(room):
    """What the best learner of the class answered, learned by heart."""
    from bplab.grading import batch

    papers = batch.Chapter(room.course, CHAPTER).papers("honest-solved")
    return _recite(room, {name: papers.paper(name) for name in (FIRST, "softmax")})


@attack(V)
def constants_of_the_practice_paper(room):
    names = (FIRST, "softmax")
    papers = {name: exercises.find(name).draw(exercises.find(name).practice_seed) for name in names}
    for paper in papers.values():
        assert unpack(pack(unpack(paper.sheet())))
    return _recite(room, papers)


@attack(V, points=1)
def scores_printed_around_the_test(room):
    """Numbers where nbgrader would look for a score: in cells beside the test's."""
    notebook = room.solved(FIRST)
    for name in ("check_linear_backward", "check_mlp_backward"):
        at = notebook["cells"].index(room.cell(notebook, name))
        notebook["cells"].insert(at, code(f"before-{name}", "1e9"))
        notebook["cells"].insert(at + 2, code(f"after-{name}", "float('inf')"))
    return notebook


@attack(V)
def a_thread_that_writes_answers(room):
    """While the exam sits, a thread looks for its list of answers in every frame."""

    def trick():
        import sys
        import threading
        import time

        def meddle():
            while True:
                for frame in list(sys._current_frames().values()):
                    while frame is not None:
                        answers = frame.f_locals.get("answers")
                        if type(answers) is list:
                            answers.append({"value": 0.0, "passed": True, "score": 1.0})
                        paper = frame.f_locals.get("paper")
                        if type(paper) is dict:
                            paper.update(cases=paper["cases"][:1], seconds=1e9, max_bytes=2**60)
                        frame = frame.f_back
                time.sleep(0.0005)

        threading.Thread(target=meddle, daemon=True).start()

        def trick(*args):
            time.sleep(0.02)
            return 0.0

    return everywhere(room, trick)


@attack(V)
def numbers_of_odd_kinds(room):
    """The right shapes, in kinds of numbers for which a comparison may come to nothing."""

    def trick():
        import itertools

        import numpy as np

        class Number(np.float64):
            __eq__ = __le__ = __lt__ = lambda self, other: True

        kinds = itertools.cycle(
            [
                lambda x: np.full(x.shape, complex("nan+nanj")),
                lambda x: np.full(x.shape, complex(0, np.inf)),
                lambda x: np.full(x.shape, np.longdouble("nan")),
                lambda x: np.full(x.shape, np.uint8(7)).view(bool) if x.ndim else np.True_,
                lambda x: np.zeros(x.shape, dtype=[("value", float)]),
                lambda x: np.full(x.shape, np.timedelta64("NaT")),
                lambda x: np.full(x.shape, "nan"),
                lambda x: np.zeros(x.shape, dtype=">f2"),
                lambda x: np.ma.masked_all(x.shape),
                lambda x: np.matrix(np.atleast_2d(x) * np.nan),
                lambda x: np.rec.fromarrays([x]),
                lambda x: np.broadcast_to(np.nan, x.shape),
                lambda x: x.astype(object),
                lambda x: Number("nan"),
                lambda x: np.zeros((0, *x.shape)),
            ]
        )

        def trick(*args):
            kind = next(kinds)
            first = np.asarray(args[0], dtype=float) if type(args[0]) is np.ndarray else np.ones(2)
            return kind(first) if len(args) % 2 else (kind(first), kind(first), kind(first))

    return everywhere(room, trick)


@attack(V)
def a_second_speaker(room):
    """A process beside the learner's that goes on speaking when the exams are sat."""
    source = LINE + (
        "import time\n"
        "from bplab.exam.wire import pack\n"
        "answers = pack({'answers': [{'value': 0.0}] * 9, 'passed': True, 'score': 1.0})\n"
        "if os.fork() == 0:\n"
        "    while True:\n"
        "        send(b'A', answers)\n"
        "        send(b'D', b'{}')\n"
        "        time.sleep(0.002)\n"
    )
    return room.with_code(source)


@attack(V, points=1)
def descriptors_sent_along(room):
    """Open files ride on the line to the grader, who must not keep them."""
    source = LINE + (
        "import array, socket\n"
        "end = socket.socket(fileno=os.dup(64))\n"
        "files = array.array('i', [fd for _ in range(4) for fd in os.pipe()])\n"
        "body = json.dumps({'type': 'clear_output', 'content': {}}).encode()\n"
        "whole = struct.pack('>cI', b'M', len(body)) + body\n"
        "for _ in range(500):\n"
        "    end.sendmsg([whole], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])\n"
        "print('armed')\n"
    )
    return room.with_code(source, room.solved(FIRST))
