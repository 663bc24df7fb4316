"""The line from the sandbox to the grader: forged messages, papers, answers."""

import json
import sys
import time

import pytest

from bplab.exam.wire import unpack
from bplab.grading.sandbox import Cell, available
from bplab.grading.sandbox.inside.frames import FrameError, Frames, frame
from tests.grading.sandbox.cells import AFTER, exam, paper_of, slugs, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = [
    pytest.mark.skipif(not WORKS, reason=WHY),
    pytest.mark.usefixtures("_impatient"),
]


FIND_LINE = """
import os, socket, struct, json
line = next(int(fd) for fd in os.listdir('/proc/self/fd') if int(fd) >= 64)
def send(kind, body):
    os.write(line, struct.pack('>cI', kind, len(body)) + body)
"""


@pytest.mark.parametrize(
    "attack",
    [
        "os.close(line)",
        "socket.socket(fileno=line).shutdown(2)",
        "os.write(line, b'\\xff' * 1000)",
        "os.write(line, b'\\0' * 1000)",
        "send(b'D', b'[1, 2]')",
        "send(b'D', b'{')",
        "send(b'D', b'[' * 60000)",
        "send(b'H', b'')",
        "os.write(line, struct.pack('>cI', b'A', 2**32 - 1))",
        "[send(b'A', b'x') for _ in range(3)]",
    ],
)
def test_breaking_the_line_hurts_only_oneself(run, attack):
    result = run("print('before')", FIND_LINE + attack + "\nprint('x' * 70_000)", AFTER)
    assert slugs(result)[1:] in (["protocol", "not-reached"], ["answers", "not-reached"])
    assert text(result.cells[0]) == "before\n"


def test_forged_messages_are_only_outputs(run):
    messages = [
        {"type": "stream", "content": {"name": "evil", "text": "a"}},
        {"type": "stream", "content": {"name": "stdout", "text": "\ud800"}},
        {"type": "display_data", "content": {"data": {"text/html": {"not": "text"}}}},
        {"type": "display_data", "content": {"data": {"x+json": [[1e999]]}, "metadata": 3}},
        {"type": "execute_result", "content": {"data": {}, "metadata": {}, "execution_count": "x"}},
        {"type": "error", "content": {"ename": 1, "evalue": "", "traceback": []}},
        {"type": "shutdown", "content": {}},
        [],
        {"type": "stream"},
    ]
    attack = f"for one in {messages!r}:\n    send(b'M', json.dumps(one).encode())\n"
    attack += "send(b'M', b'not json'); send(b'M', b'[' * 20000); send(b'M', b'{\"type\": NaN}')"
    result = run(FIND_LINE.replace("1e999", "1e999") + "inf = 1e999\n" + attack, AFTER)
    assert slugs(result) == [None, None]
    json.dumps([cell.outputs for cell in result.cells], allow_nan=False).encode()
    kinds = [output["output_type"] for output in result.cells[0].outputs]
    assert kinds == ["stream", "display_data", "execute_result"]


def test_forged_ends_of_cells_gain_nothing(run):
    forged = "send(b'D', json.dumps({'count': 7, 'fault': None}).encode())"
    result = run(FIND_LINE + forged, "print(1)", "print(2)", AFTER)
    assert result.fault is None or result.fault.slug == "protocol"
    assert all(cell.answers is None for cell in result.cells)


def test_answers_come_out(sandbox):
    source = (
        "import numpy as np\ndef sigmoid(z):\n    print('sat')\n    return 1 / (1 + np.exp(-z))"
    )
    result = exam(source, sandbox=sandbox)
    answers = unpack(result.cells[1].answers)["answers"]
    assert "value" in answers[0]
    assert result.cells[1].outputs[0]["text"].startswith("sat\n")
    assert [cell.execution_count for cell in result.cells] == [1, 2, 3]
    assert slugs(result) == [None] * 3


def test_the_paper_is_drawn_after_the_code_before_it_has_run(sandbox):
    drawn = []

    def draw(cell):
        drawn.append((cell.id, time.time()))
        return paper_of(2)

    result = exam("import time; time.sleep(0.3); print(time.time())", draw=draw, sandbox=sandbox)
    assert [name for name, _ in drawn] == ["check_sigmoid"]
    assert drawn[0][1] > float(text(result.cells[0]))


def test_no_paper_is_drawn_for_a_submission_that_ended_before(sandbox):
    drawn = []
    result = exam("import os; os._exit(1)", draw=drawn.append, sandbox=sandbox)
    assert drawn == [] and slugs(result) == ["exited", "not-reached", "not-reached"]


def test_a_missing_function_is_an_answer_too(sandbox):
    result = exam("x = 1", sandbox=sandbox)
    assert unpack(result.cells[1].answers) == {"undefined": True}


def test_a_function_that_ends_the_process_has_no_answers(sandbox):
    result = exam("def sigmoid(z):\n    import os; os._exit(0)", sandbox=sandbox)
    assert slugs(result) == [None, "exited", "not-reached"]
    assert result.cells[1].answers is None


def test_an_exam_that_takes_too_long_has_no_answers(sandbox):
    source = """
    def sigmoid(z):
        try:
            while True: pass
        except BaseException:
            raise
    """
    result = exam(source, sandbox=sandbox)
    assert slugs(result)[1] in ("timeout", None) and slugs(result)[2] is None


def test_errors_of_draw_are_the_callers(sandbox):
    def draw(cell):
        raise LookupError("no such exercise")

    with pytest.raises(LookupError, match="no such exercise"):
        exam("x = 1", draw=draw, sandbox=sandbox)
    assert text(sandbox.run([Cell(AFTER)], draw=None).cells[0]) == "still here\n"


def test_a_very_large_paper_is_no_trouble(sandbox):
    result = exam("x = 1", draw=lambda cell: b"no paper" * 10**6, sandbox=sandbox)
    assert slugs(result)[0] is None and slugs(result)[2] is None


def test_frames_refuse_what_they_do_not_know():
    frames = Frames({b"M": 10})
    frames.feed(frame(b"M", b"12345")[:7])
    assert frames.next() is None
    frames.feed(frame(b"M", b"12345")[7:] + frame(b"M", b"12345678901"))
    assert frames.next() == (b"M", b"12345")
    with pytest.raises(FrameError):
        frames.next()
