# ruff: noqa: E731 (attackers write as they like)
"""Attacks that answer without having solved: forged messages, odd numbers, constants by heart."""

import json

import numpy as np

from bplab import exercises
from bplab.exam.wire import pack, unpack
from tests.attacks.classroom import CHAPTER, FIRST, code
from tests.attacks.corpus import attack
from tests.attacks.verdicts import V, everywhere

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
