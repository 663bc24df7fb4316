"""Read a model from a file that nobody should trust."""

import contextlib

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.diabetes.patients import model
from bplab.exercises.diabetes.round_trips import tell_round_trip

# Named wrong solutions are examined with the right partner, which must bear its name here.
from bplab.nn import save_model  # noqa: F401

load_model = Exercise(
    "load_model",
    "06_diabetes_classifier",
    nn.load_model,
    returns=("params", "scaler", "kind", "errors"),
    points=2,
    driver="load",
    loaded_by="load_model",
    credit=("params", "scaler"),
    achieved="What was saved comes back from the file alone, and a damaged file is refused.",
)


@load_model.paper
def _(rng):
    noise = bytes(rng.integers(0, 256, 300).astype(np.uint8))
    for name, kind in [("model.npz", "tanh"), ("clinic.model", "relu")]:
        yield {"name": name, "model": model(rng, kind), "noise": noise.hex()}


@load_model.mistake(
    "error-passed-on",
    "The model comes back; a broken file does not give a ValueError that says what is wrong.",
    "Which errors can the reader of your format raise? Cut a file in half and see.",
    "Turn whatever goes wrong while reading into one ValueError with a sentence for the user; let "
    "only the missing file speak for itself.",
)
def _(path):
    with np.load(path, allow_pickle=False) as found:
        layers = sum(name.startswith("W") for name in found.files)
        return {
            "params": [(found[f"W{i}"], found[f"b{i}"]) for i in range(1, layers + 1)],
            "scaler": (found["mean"], found["std"]),
            "kind": str(found["kind"]),
        }


@load_model.mistake(
    "other-error",
    "The answer to a file that cannot be read is not the error asked for.",
    "Try four files: one that is missing, an empty one, one cut in half, and one of another kind. "
    "What does each of them give?",
    "FileNotFoundError for the file that is not there; for every other one a ValueError, whichever "
    "error your reader met first. What could run when it is loaded is refused as well.",
    when="errors",
)
def _(path):
    try:
        return nn.load_model(path)
    except Exception as error:
        raise RuntimeError(str(error)) from error


@load_model.mistake(
    "missing-is-broken",
    "The model comes back; a missing file is reported like a broken one.",
    "What should someone do who mistyped the name, and what someone whose file is damaged?",
    "FileNotFoundError for a file that is not there, ValueError for one that cannot be read.",
)
def _(path):
    try:
        return nn.load_model(path)
    except FileNotFoundError as error:
        raise ValueError(str(error)) from error


@load_model.mistake(
    "errors-swallowed",
    "The model comes back; for a broken file nothing is raised: whoever asked for it goes on.",
    "What will happen in the clinic when nobody notices?",
    "Fail loudly: a file that cannot be read raises a ValueError.",
)
def _(path):
    try:
        return nn.load_model(path)
    except ValueError:
        return {}


@load_model.mistake(
    "opens-pickles",
    "The model comes back, and a pickle in its place was opened: whatever its author put into it "
    "has run by then.",
    "Which call of your loader can unpickle, and which of its arguments allows it?",
    "Unpickling runs code before anything can be checked. A reader of arrays and words alone has "
    "nothing to run: it refuses such a file, and the refusal becomes a ValueError.",
)
def _(path):
    try:
        return nn.load_model(path)
    except ValueError:
        with contextlib.suppress(Exception):
            np.load(path, allow_pickle=True)
        raise


@load_model.mistake(
    "layers-reversed",
    "The layers come back in another order.",
    "In which order do you collect the arrays from the file?",
    "The first layer first; names are sorted as text, so W10 would stand before W2.",
)
def _(path):
    model = nn.load_model(path)
    return {**model, "params": model["params"][::-1]}


load_model.tells(tell_round_trip)
