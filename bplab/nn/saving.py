"""A model in a file: arrays and a word, nothing that could run."""

import io
from pathlib import Path

import numpy as np

from bplab.nn.layers import ACTIVATIONS


def save_model(path, model):
    """Write `model` to exactly `path`, as .npz without pickle.

    Parameters
    ----------
    path : str or Path
    model : dict
        `params`: list of (W, b), two output columns; `scaler`: (mean, std); `kind`: activation.

    Raises
    ------
    ValueError
        When `model` is not such a dict; nothing is written then.
    """
    check_model(model)
    mean, std = model["scaler"]
    arrays = {"mean": mean, "std": std, "kind": np.array(str(model["kind"]))}
    for layer, (W, b) in enumerate(model["params"], start=1):
        arrays[f"W{layer}"], arrays[f"b{layer}"] = W, b
    # In memory first: np.savez would add ".npz" to a name, and nothing is left half-written.
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    Path(path).write_bytes(file.getvalue())


def load_model(path):
    """Read a model that `save_model` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict
        `params`, `scaler`, `kind`.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file is broken or holds something else.
    """
    content = Path(path).read_bytes()
    try:
        model = _unpack(content)
        check_model(model)
    except Exception as error:  # zip, zlib, struct, numpy: each has its own for a broken file
        raise ValueError(f"{path} is broken or holds no model of ours: {error}") from error
    return model


def check_model(model):
    """Raise ValueError, with the reason, unless `model` can be saved and used again."""
    if not isinstance(model, dict):
        raise ValueError(f"A model is a dict, got {type(model).__name__}.")
    missing = [key for key in ("params", "scaler", "kind") if key not in model]
    if missing:
        raise ValueError(f"The model has no {' and no '.join(missing)}.")
    if model["kind"] not in list(ACTIVATIONS):
        raise ValueError(
            f"The model's kind must be one of {[*ACTIVATIONS]}, got {model['kind']!r}."
        )
    _check_layers(model["params"], np.shape(model["scaler"]))
    tensors = [*model["scaler"], *(tensor for layer in model["params"] for tensor in layer)]
    if not all(np.isfinite(np.asarray(tensor, dtype=float)).all() for tensor in tensors):
        raise ValueError("The model holds nan or infinity.")


def _check_layers(params, scaler_shape):
    if len(params) == 0:
        raise ValueError("The model has no layers.")
    fan_in = np.shape(params[0][0])[0] if np.ndim(params[0][0]) else 0
    if scaler_shape != (2, fan_in):
        raise ValueError(
            f"The scaler must be (mean, std) of the network's {fan_in} inputs, "
            f"got shape {scaler_shape}."
        )
    for number, (W, b) in enumerate(params, start=1):
        if np.shape(W) != (fan_in, np.size(b)) or np.ndim(b) != 1:
            raise ValueError(
                f"Layer {number} takes {fan_in} inputs, but W is {np.shape(W)} and b {np.shape(b)}."
            )
        fan_in = np.size(b)
    if fan_in != 2:
        raise ValueError(f"The model must have two output columns, got {fan_in}.")


def _unpack(content):
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        layers = sum(name.startswith("W") for name in arrays.files)
        return {
            "params": [(arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(1, layers + 1)],
            "scaler": (arrays["mean"], arrays["std"]),
            "kind": str(arrays["kind"]),
        }
