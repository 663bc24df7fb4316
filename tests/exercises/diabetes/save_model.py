"""save_model: what must pass, and what must be told."""

import contextlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np


def save_model(path, model):
    lists = {
        "params": [[W.tolist(), b.tolist()] for W, b in model["params"]],
        "scaler": [part.tolist() for part in model["scaler"]],
        "kind": model["kind"],
    }
    Path(path).write_text(json.dumps(lists))


def load_model(path):
    try:
        found = json.loads(Path(path).read_text())
        params = [(np.array(W), np.array(b)) for W, b in found["params"]]
        return {
            "params": params,
            "scaler": tuple(np.array(part) for part in found["scaler"]),
            "kind": found["kind"],
        }
    except (UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no model: {error}") from error


def _named(name, function, **partners):
    space = {**globals(), **partners}
    return type(function)(function.__code__, space, name, function.__defaults__)


def _save_npz(path, model):
    with open(path, "wb") as file:
        arrays = {
            f"p{i}_{j}": t for i, pair in enumerate(model["params"]) for j, t in enumerate(pair)
        }
        np.savez_compressed(file, scaler=np.array(model["scaler"]), kind=model["kind"], **arrays)


def _load_npz(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        with np.load(io.BytesIO(content)) as found:
            n = sum(key.endswith("_0") for key in found.files)
            return {
                "params": [[found[f"p{i}_0"], found[f"p{i}_1"]] for i in range(n)],
                "scaler": found["scaler"],
                "kind": found["kind"].item(),
            }
    except (zipfile.BadZipFile, KeyError, EOFError, OSError) as error:
        raise ValueError("broken model file") from error


save_as_npz = _named("save_as_npz", _save_npz, load_model=_load_npz)


load_from_npz = _named("load_from_npz", _load_npz, save_model=_save_npz)


KEPT = {}


def _keep(path, model):
    KEPT["model"] = model
    Path(path).write_text("saved")


def _kept(path):
    if Path(path).read_text() != "saved":
        raise ValueError("broken")
    return KEPT["model"]


save_in_a_global = _named("save_in_a_global", _keep, load_model=_kept)
load_from_a_global = _named("load_from_a_global", _kept, save_model=_keep)


def _kind_as_an_array(path):
    model = _load_npz(path)
    return {**model, "kind": np.array(model["kind"])}


load_kind_as_an_array = _named("load_kind_as_an_array", _kind_as_an_array, save_model=_save_npz)


def _save_by_name(path, model):
    np.savez(path, params=np.array(model["params"], dtype=object), kind=model["kind"])


save_by_name = _named("save_by_name", _save_by_name, load_model=_load_npz)


def _unpickles(path):
    try:
        return _load_npz(path)
    except ValueError:
        with contextlib.suppress(Exception):
            np.load(path, allow_pickle=True)
        raise


def _unpickles_and_trips(path):
    if not Path(path).read_bytes()[:1] == b"\x80":
        return _load_npz(path)
    with np.load(path, allow_pickle=True) as found:  # a TypeError: no archive came of it
        return dict(found)


load_after_unpickling = _named("load_after_unpickling", _unpickles, save_model=_save_npz)
load_and_trip = _named("load_and_trip", _unpickles_and_trips, save_model=_save_npz)


ACCEPTED = [save_model, save_as_npz]
TOLD = [
    (save_in_a_global, "do not fit into that"),
    (save_by_name, "an ending was added"),
]
