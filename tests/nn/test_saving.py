"""Models in files, and one patient at a time."""

import pickle
import zipfile

import numpy as np
import pytest

from bplab import nn


@pytest.fixture
def model():
    rng = np.random.default_rng(9)
    scaler = np.array([45.0, 30.0, 120.0]), np.array([12.0, 6.0, 30.0])
    return {"params": nn.init_params((3, 5, 4, 2), rng), "scaler": scaler, "kind": "relu"}


def tensors(model):
    return [*nn.flatten(model["params"]), *model["scaler"]]


@pytest.mark.parametrize("name", ["model.npz", "model", "model.bin", "a model.tar"])
def test_a_round_trip_keeps_every_bit_at_exactly_the_path_given(tmp_path, model, name):
    path = tmp_path / name
    nn.save_model(str(path), model)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    back = nn.load_model(path)
    assert back["kind"] == "relu"
    for ours, theirs in zip(tensors(back), tensors(model), strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
    assert nn.predict_patient(back, 50, 33, 140) == nn.predict_patient(model, 50, 33, 140)


def test_twelve_layers_come_back_in_order(tmp_path, model):
    model["params"] = nn.init_params((3, *range(4, 15), 2), np.random.default_rng(0))
    nn.save_model(tmp_path / "deep", model)
    assert [W.shape for W, _ in nn.load_model(tmp_path / "deep")["params"]] == [
        W.shape for W, _ in model["params"]
    ]


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        nn.load_model(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", pickle.dumps({"params": 1})])
def test_files_of_something_else_are_refused(tmp_path, content):
    path = tmp_path / "model"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is broken or holds no model"):
        nn.load_model(path)


def test_a_file_cut_short_anywhere_is_refused(tmp_path, model):
    path = tmp_path / "model"
    nn.save_model(path, model)
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="is broken or holds no model"):
            nn.load_model(path)


def test_a_flipped_weight_is_noticed(tmp_path, model):
    path = tmp_path / "model"
    nn.save_model(path, model)
    content = path.read_bytes()
    weight = np.asarray(model["params"][0][0]).tobytes()[:8]
    assert content.count(weight) == 1
    path.write_bytes(content.replace(weight, bytes(b ^ 1 for b in weight)))
    with pytest.raises(ValueError, match="CRC"):
        nn.load_model(path)


def test_a_file_without_its_scaler_is_refused(tmp_path, model):
    nn.save_model(tmp_path / "whole", model)
    with (
        zipfile.ZipFile(tmp_path / "whole") as whole,
        zipfile.ZipFile(tmp_path / "part", "w") as part,
    ):
        for name in whole.namelist():
            if name != "mean.npy":
                part.writestr(name, whole.read(name))
    with pytest.raises(ValueError, match="mean"):
        nn.load_model(tmp_path / "part")


def test_nothing_is_unpickled(tmp_path):
    class Boom:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was run",))

    np.savez(tmp_path / "m.npz", kind=np.array(Boom(), dtype=object), W1=np.zeros((3, 2)))
    with pytest.raises(ValueError, match="is broken or holds no model"):
        nn.load_model(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"params": []}, "no layers"),
        ({"params": [(np.zeros((3, 4)), np.zeros(4))]}, "two output columns, got 4"),
        ({"params": [(np.zeros((3, 4)), np.zeros(4)), (np.zeros((5, 2)), np.zeros(2))]}, "Layer 2"),
        ({"params": [(np.zeros((3, 2)), np.zeros((1, 2)))]}, "Layer 1"),
        ({"params": [(np.full((3, 2), np.nan), np.zeros(2))]}, "nan"),
        ({"scaler": (np.zeros(2), np.ones(2))}, "3 inputs"),
        ({"kind": "selu"}, "selu"),
    ],
)
def test_what_is_no_model_is_not_saved(tmp_path, model, change, message):
    with pytest.raises(ValueError, match=message):
        nn.save_model(tmp_path / "model", {**model, **change})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["params", "scaler", "kind"])
def test_a_model_lacking_a_part_is_not_saved(tmp_path, model, missing):
    del model[missing]
    with pytest.raises(ValueError, match=f"no {missing}"):
        nn.save_model(tmp_path / "model", model)


def test_one_patient_gets_what_the_batch_gets(model):
    X = np.random.default_rng(3).uniform([20, 18, 70], [80, 45, 200], (20, 3))
    P, _ = nn.mlp_forward(nn.apply_scaler(X, model["scaler"]), model["params"], model["kind"])
    one_by_one = [nn.predict_patient(model, *x) for x in X]
    np.testing.assert_allclose(one_by_one, P[:, 1], rtol=1e-12)


@pytest.mark.parametrize("name", ["age", "bmi", "glucose"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -3, 0, 1000, 5000, "old", None])
def test_impossible_patients_are_refused_by_name(model, name, value):
    patient = {"age": 50, "bmi": 30, "glucose": 120, name: value}
    with pytest.raises(ValueError, match=name):
        nn.predict_patient(model, **patient)


@pytest.mark.parametrize("patient", [(100, 30, 120), (50, 60, 120), (50, 30, 500), (1, 12, 40)])
def test_unusual_patients_are_answered(model, patient):
    assert 0 < nn.predict_patient(model, *patient) < 1
