"""Messages of the sandbox become outputs of nbformat, or nothing."""

import json

import pytest

from bplab.grading.sandbox.outputs import Transcript


def message(kind, **content):
    return json.dumps({"type": kind, "content": content}).encode()


def test_streams_of_one_name_become_one_output():
    transcript = Transcript(1, 1000, 1000)
    for name, part in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")):
        assert transcript.add(message("stream", name=name, text=part))
    assert [output["text"] for output in transcript.finish()[0]] == ["ab", "c", "d"]


def test_what_a_display_is_updated_to_counts():
    transcript = Transcript(1, 3000, 10_000)
    shown = {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": "one"}}
    for _ in range(5):
        transcript.add(message("display_data", **shown))
    transcript.add(message("update_display_data", **{**shown, "data": {"text/plain": "y" * 2000}}))
    transcript.end()
    kept = transcript.finish()[0]
    assert len(json.dumps(kept)) < 4000 and "left out" in kept[-1]["text"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"type": "stream", "content": 3}',
        b'{"type": [], "content": {}}',
        b'{"type": "stream", "content": {"name": "stdout", "text": ["x"]}}',
        b'{"type": "display_data", "content": {"data": [], "metadata": {}}}',
        b'{"type": "error", "content": {"ename": "x", "evalue": "x", "traceback": "x"}}',
        b'{"type": "clear_output", "content": []}',
    ],
)
def test_what_is_no_message_leaves_no_trace(body):
    transcript = Transcript(1, 1000, 1000)
    transcript.add(body)
    assert transcript.finish() == [[]]


def test_trees_are_cut_at_a_depth_and_numbers_are_finite():
    deep = "[" * 200 + "]" * 200
    body = (
        '{"type": "display_data", "content": {"metadata": {"a": NaN, "b": 1e999},'
        f' "data": {{"application/json": {deep}, "text/plain": "\\ud800"}}}}}}'
    )
    transcript = Transcript(1, 10_000, 10_000)
    assert transcript.add(body.encode())
    text = json.dumps(transcript.finish(), allow_nan=False)
    text.encode()
    assert text.count("[") < 60


def test_reading_has_an_end_however_often_a_cell_redraws():
    transcript = Transcript(2, 1000, 1000)
    shown = message("display_data", data={"text/plain": "x" * 100}, metadata={})
    for number in range(1000):
        transcript.start(number // 500)
        transcript.add(shown)
        transcript.add(message("clear_output", wait=False))
    assert transcript._read > 100_000 and transcript.cut == [True, True]
    transcript.end()
    assert "left out" in transcript.finish()[1][-1]["text"]
    assert not transcript.add(shown)
