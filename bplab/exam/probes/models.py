"""Drivers for whole models: scale, save and load, predict."""

import pickle
import tempfile
from pathlib import Path

import numpy as np

from bplab.exam.probes import Misfit, driver
from bplab.exam.wire import plain


def partner(bench, name):
    """The learner's other function, which this one is examined with."""
    found = bench.namespace.get(name)
    if not callable(found):
        raise Misfit(f"{name} is not defined yet; the two are examined together.")
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


@driver("fit scaler")
def fit_scaler(bench, fn, case):
    """Mean and std; a constant column's std may be kept as 0 or as 1."""
    result = bench.call(fn, **case)
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        return result
    mean, std = result
    flat = plain(std)
    if isinstance(flat, (list, tuple)):
        flat = np.array(flat)
    if type(flat) is np.ndarray and flat.dtype.kind == "f":
        flat = np.where(np.abs(flat) < 1e-6, 1.0, flat)
    return mean, flat


@driver("apply scaler")
def apply_scaler(bench, fn, case):
    """Scale with a given scaler, or, where there is a fit_scaler, with what it makes of X."""
    scaler = case["scaler"]
    fit = bench.namespace.get("fit_scaler")
    if case["own"] and callable(fit):
        scaler = bench.call(fit, X=case["X"])
    return bench.call(fn, X=case["X"], scaler=scaler)


@driver("save")
def save(bench, fn, case):
    """Save a model, look at what lies in the folder, and load it with the learner's loader."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / case["name"]
        bench.call(fn, path=str(path), model=case["model"])
        load = partner(bench, "load_model")
        files = sorted(file.name for file in Path(folder).iterdir())
        kept = path.read_bytes() if path.is_file() else b""
        pickled = kept.startswith(b"\x80") or b"|O'" in kept
        back = bench.call(load, path=str(path)) if kept and not pickled else None
    return {
        "files": ", ".join(files) or "none",
        "format": "pickle" if pickled else "no pickle",
        **_parts(back),
    }


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
            raise Misfit("save_model wrote no file to load; the two are examined together.")
        whole = written[0].read_bytes()
        back = bench.call(fn, path=str(written[0]))
        broken = {
            "cut in the middle": whole[: len(whole) // 2],
            "empty": b"",
            "not a model at all": bytes.fromhex(case["noise"]),
            "a pickle": pickle.dumps({**case["model"]}),
        }
        for name, content in broken.items():
            bad = Path(folder) / "broken"
            bad.write_bytes(content)
            told[name] = _word(outcome(bench, fn, path=str(bad)))
    return {**_parts(back), "errors": told}


def _word(result):
    return result if result in ("FileNotFoundError", "ValueError") else _name(result)


def _name(result):
    return result if isinstance(result, str) else "no error"


def _parts(model):
    if not isinstance(model, dict):
        return {"params": None, "scaler": None, "kind": None}
    kind = plain(model.get("kind"))
    return {
        "params": model.get("params"),
        "scaler": model.get("scaler"),
        "kind": kind if isinstance(kind, str) else str(model.get("kind"))[:40],
    }


@driver("patients")
def patients(bench, fn, case):
    """One patient after the other: ordinary, unusual, and impossible ones."""
    found = {}
    for group in ("ordinary", "unusual", "impossible"):
        found[group] = {
            ", ".join(f"{value:g}" for value in patient): outcome(
                bench,
                fn,
                model=case["model"],
                **dict(zip(("age", "bmi", "glucose"), patient, strict=True)),
            )
            for patient in case[group]
        }
    return found
