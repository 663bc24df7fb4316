"""Drivers for whole models: scale, save and load, predict."""

import base64
import contextlib
import io
import os
import pickle
import pickletools
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path

import numpy as np

from bplab.exam.probes.registry import Misfit, Partnerless, called, driver
from bplab.exam.wire import plain


def partner(bench, name):
    """The learner's other function, which this one is examined with."""
    found = bench.namespace.get(name)
    if not callable(found):
        raise Partnerless(f"{name} is not defined yet; the two are examined together.")
    return found


def outcome(bench, fn, **arguments):
    """What a call gave: its value, or the word for the error it raised."""
    try:
        return plain(bench.call(fn, **arguments))
    except (FileNotFoundError, ValueError) as error:
        return "FileNotFoundError" if isinstance(error, FileNotFoundError) else "ValueError"
    except (NotImplementedError, TypeError, NameError):
        raise
    except Exception as error:
        return type(error).__name__


def attempt(bench, fn, **arguments):
    """What a call gave: its value, or the error it raised, as data."""
    return bench.attempt(fn, **arguments)


@driver("fit scaler")
def fit_scaler(bench, fn, case):
    """Mean and std; a constant column's std may be kept as 0 or as 1."""
    result = bench.call(fn, **case)
    pair = isinstance(result, (tuple, list)) or (isinstance(result, np.ndarray) and result.ndim > 1)
    if not pair or len(result) != 2:
        return result
    mean, std = result
    flat = plain(std)
    if isinstance(flat, (list, tuple)):
        flat = np.array(flat)
    if type(flat) is np.ndarray and flat.dtype.kind == "f":
        flat = np.where(np.abs(flat) < 1e-5, 1.0, flat)
    return mean, flat


@driver("apply scaler")
def apply_scaler(bench, fn, case):
    """Scale with a given scaler, or, where there is a fit_scaler, with what it makes of X."""
    scaler = case["scaler"]
    fit = bench.namespace.get("fit_scaler")
    if case["own"] and callable(fit):
        scaler = _as_kept_by(bench, fit, case["X"], scaler)
    return bench.call(fn, X=case["X"], scaler=scaler)


def _as_kept_by(bench, fit, X, scaler):
    """The right scaler, with a constant column's std as the learner's own fit_scaler keeps it."""
    mean, std = scaler
    try:
        theirs = np.asarray(bench.call(fit, X=X)[1], dtype=float)
    except Exception:  # its own check will tell
        return scaler
    if theirs.shape != std.shape or not np.isfinite(theirs).all():
        return scaler
    return mean, np.where(np.ptp(X, axis=0) == 0, theirs, std)


@driver("save")
def save(bench, fn, case):
    """Save a model, look at what lies in the folder, and load it with the learner's loader.

    What is loaded is a copy of the file under another name, after another model was saved: what
    comes back has been in the file, not in the memory of the one who saved it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / case["name"]
        bench.call(fn, path=str(path), model=case["model"])
        load = partner(bench, "load_model")
        files = sorted(file.name for file in Path(folder).iterdir())
        kept = path.read_bytes() if path.is_file() else b""
        pickled = _pickled(kept)
        bench.kept = kept
        back = None
        if kept and not pickled:
            back = bench.call(load, path=str(_moved(bench, fn, path, case)))
    return {
        "files": ", ".join(files) or "none",
        "format": "pickle" if pickled else "no pickle",
        **_parts(back, kept, case["model"]),
    }


def _moved(bench, write, path, case):
    """The file as another one in another folder, after another model was saved."""
    other = {
        "params": [(0.5 * W, b + 1.0) for W, b in case["model"]["params"]],
        "scaler": tuple(part + 1.0 for part in case["model"]["scaler"]),
        "kind": "tanh" if case["model"]["kind"] != "tanh" else "relu",
    }
    folder = path.parent / "moved"
    folder.mkdir()
    moved = folder / f"copy-of-{path.name}"
    moved.write_bytes(path.read_bytes())
    path.unlink()
    bench.call(write, path=str(folder / path.name), model=other)
    return moved


def _pickled(content, depth=0):
    """True if there is a pickle in a file's bytes, even in a zip or compressed. Runs nothing."""
    if depth > 2:
        return False
    if b"|O'" in content or content.startswith(b"\x80"):
        return True
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return any(_pickled(parts.read(name), depth + 1) for name in parts.namelist())
    for name in ("gzip", "bz2", "lzma", "zlib"):
        with contextlib.suppress(Exception):  # not every Python brings all of them
            return _pickled(import_module(name).decompress(content), depth + 1)
    with contextlib.suppress(Exception):
        return _pickled(_from_text(content), depth + 1)
    with contextlib.suppress(Exception):
        *_, last = pickletools.genops(content)  # reads the instructions without following them
        return len(content) > 2 and last[2] >= len(content) - 2
    return False


def _from_text(content):
    found = base64.b64decode(content, validate=True)
    if not found.startswith(b"\x80"):
        raise ValueError("no pickle in it")
    return found


@driver("load")
def load(bench, fn, case):
    """Load what the learner's save_model wrote, and then what no one should trust."""
    with tempfile.TemporaryDirectory() as folder:
        missing = Path(folder) / "nothing" / "here"
        told = {"a missing file": _word(outcome(bench, fn, path=str(missing)))}
        write = partner(bench, "save_model")
        path = Path(folder) / case["name"]
        bench.call(write, path=str(path), model=case["model"])
        written = [file for file in Path(folder).iterdir() if file.is_file()]
        if not written:
            raise Partnerless("save_model wrote no file to load; the two are examined together.")
        bench.kept = whole = written[0].read_bytes()
        back = bench.call(fn, path=str(_moved(bench, write, written[0], case)))
        broken = {
            "cut in the middle": whole[: len(whole) // 2],
            "empty": b"",
            "not a model at all": bytes.fromhex(case["noise"]),
        }
        bad = Path(folder) / "broken"
        for name, content in broken.items():
            bad.write_bytes(content)
            told[name] = _word(outcome(bench, fn, path=str(bad)))
        told["a pickle"] = _told_of_a_pickle(bench, fn, bad, case["model"])
    return {**_parts(back, whole, case["model"]), "errors": told}


class _Trace:
    """What leaves an empty folder behind where it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def _told_of_a_pickle(bench, fn, bad, model):
    """The word for a pickle's end: that the loader ran it tells more than what came of that."""
    trace = bad.with_name("trace")
    bad.write_bytes(pickle.dumps({**model, "trace": _Trace(trace)}))
    try:
        word = _word(outcome(bench, fn, path=str(bad)))
    except TypeError:  # what was pickled is not what the loader reckoned with
        if not trace.exists():
            raise
    return "unpickled" if trace.exists() else word


@driver("from the file alone")
def from_the_file_alone(bench, fn, case):
    """Load what another process saved: nothing of it is left but the bytes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"copy-of-{case['name']}"
        path.write_bytes(case["content"].tobytes())
        return _parts(bench.call(fn, path=str(path)), case["content"], None)


def _word(result):
    return result if result in ("FileNotFoundError", "ValueError") else _name(result)


def _name(result):
    return result if isinstance(result, str) else "no error"


def _parts(model, content, saved):
    if model is None:
        return {"params": None, "scaler": None, "kind": None}
    if not isinstance(model, dict):
        raise Misfit(f"A model is a dict, and what came back from the file is {called(model)}.")
    for key in ("params", "scaler", "kind"):
        if key not in model:
            have = ", ".join(map(repr, list(model)[:8])) or "nothing"
            raise Misfit(f"The model that came back has no entry {key!r}; it has {have}.")
    layers = saved["params"] if saved else ()
    numbers = sum(np.size(tensor) for layer in layers for tensor in layer)
    if len(content) < 2 * numbers:  # even half floats take two bytes each
        raise Misfit(
            f"The file that was written holds {len(content)} bytes, and the model's {numbers} "
            "weights do not fit into that: what came back was not read from it."
        )
    kind = model.get("kind")
    return {
        "params": model.get("params"),
        "scaler": model.get("scaler"),
        "kind": str(kind) if isinstance(kind, str) else f"{called(kind)}: {str(kind)[:40]}",
    }


@driver("patients")
def patients(bench, fn, case):
    """One patient after the other: ordinary, unusual, and impossible ones."""
    found = {}
    for group in ("ordinary", "unusual", "impossible"):
        # An error is the right answer only to the impossible.
        ask = outcome if group == "impossible" else attempt
        found[group] = {
            "age {:g}, bmi {:g}, glucose {:g}".format(*patient): _of_patient(
                ask, bench, fn, case["model"], patient
            )
            for patient in case[group]
        }
    return found


def _of_patient(ask, bench, fn, model, patient):
    age, bmi, glucose = patient
    return ask(bench, fn, model=model, age=age, bmi=bmi, glucose=glucose)
