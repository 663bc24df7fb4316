"""What is special to chapter 10: programs drawn as text, examined with the learner's classes."""

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find
from bplab.exercises.autodiff import tensor_programs
from bplab.exercises.autodiff.engines import engine, from_scratch


def examine(name, fn, seed=None):
    return find(name).examine(fn, seed)


@pytest.mark.parametrize("seed", range(3))
def test_every_program_agrees_with_centred_differences(seed):
    rng = np.random.default_rng(seed)
    for program in tensor_programs.programs(rng):
        if ".backward()" in program["text"] or ".grad" in program["text"]:
            continue
        given = {name: nn.Tensor(data) for name, data in program["given"].items()}
        run(program, given).backward()
        for name, data in program["given"].items():
            direction = rng.normal(size=np.shape(data))
            moved = [
                run(program, {**given, name: nn.Tensor(data + h * direction)}).data.item()
                for h in (1e-6, -1e-6)
            ]
            slope = np.sum(given[name].grad * direction)
            assert (moved[0] - moved[1]) / 2e-6 == pytest.approx(slope, rel=2e-5, abs=2e-6), program


def run(program, given):
    from bplab.exam.probes.array_programs import _compiled

    lines, last = _compiled(program["text"])
    names = {**given, **program["plain"], "range": range, "sum": sum}
    exec(lines, names)
    return eval(last, names)


def test_every_operation_is_met_twice_under_an_upstream_that_is_not_one():
    texts = [p["text"] for p in tensor_programs.programs(np.random.default_rng(0))
             if p["part"] == tensor_programs.TWICE]  # fmt: skip
    for expression in ("s.exp()", "s.log()", "s.tanh()", "s.relu()", "(-s)", "s ** 2", "(s + c)",
                       "(c + s)", "(s - c)", "(c - s)", "(s * c)", "(s / c)", "(c / s)",
                       "(1.5 - s)", "(K / s)"):  # fmt: skip
        assert f"s = a * b; (s * {expression} * w).sum()" in texts
        assert f"s = a * b; ({expression} * s * w).sum()" in texts
    for expression in ("s.T", "s.sum(axis=0)", "s.mean()", "s[1]", "(s @ c)", "(c @ s)"):
        assert f"s = a * b; (s * ({expression} * V).sum() * w).sum()" in texts


def test_forward_numbers_are_marked_before_there_is_a_backward_pass():
    def missing(self):
        raise NotImplementedError

    report = examine("Tensor", engine(methods={"backward": missing}))
    right = {part for part, good in report.parts.items() if good}
    assert right == {"new tensors", "values"}
    assert 0 < report.score < 0.5 and report.mistake == "not-written"


def test_what_is_written_and_wrong_is_told_before_what_is_not_written_yet():
    def missing(self, *anything):
        raise NotImplementedError

    wrong = engine(methods={"__matmul__": missing}, shares={"tanh": lambda g, a: g * a})
    report = examine("Tensor", wrong)
    assert report.mistake == "slope-read-off", str(report)
    assert "tanh" in str(report) and "not written" not in str(report)


def test_each_road_by_itself_takes_for_ever():
    def backward(out):
        def visit(tensor, share):
            tensor.grad = tensor.grad + share
            for parent, its in zip(tensor.parents, tensor.shares(share), strict=True):
                visit(parent, its)

        from_scratch(out)
        out.grad = np.zeros_like(out.data)
        visit(out, np.ones_like(out.data))

    assert examine("Tensor", engine(backward)).mistake == "every-road-walked"


def test_a_loss_is_examined_with_the_notebooks_own_tensor():
    made = []

    class Tensor(nn.Tensor):
        def __init__(self, *args):
            made.append(self)
            super().__init__(*args)

    def mlp_loss(X, y, tensors, kind="tanh"):
        assert all(type(t) is Tensor for t in tensors)
        return nn.mlp_loss(X, y, tensors, kind)

    sheet = find("mlp_loss").draw(1)
    from bplab.exam.sitting import sit

    answers = sit(mlp_loss, sheet.sheet(), {"Tensor": Tensor})
    assert find("mlp_loss").mark(sheet, answers).passed and made
