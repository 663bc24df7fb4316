"""Write a model to a file."""

import pickle
from pathlib import Path

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.diabetes.patients import model
from bplab.exercises.diabetes.round_trips import tell_round_trip

# Named wrong solutions are examined with the right partner, which must bear its name here.
from bplab.nn import load_model  # noqa: F401

save_model = Exercise(
    "save_model",
    "06_diabetes_classifier",
    nn.save_model,
    returns=("files", "format", "params", "scaler", "kind"),
    points=1,
    driver="save",
    loaded_by="load_model",
    credit=("params", "scaler"),  # the kinds are the same on every paper,
    achieved="A model outlives the notebook, with its scaler and its kind.",
)


@save_model.paper
def _(rng):
    yield {"name": "model.npz", "model": model(rng)}
    yield {"name": "clinic.model", "model": model(rng, "relu")}
    yield {"name": "plain", "model": model(rng, "sigmoid")}


@save_model.mistake(
    "other-name",
    "The file you wrote does not bear the name you were given: an ending was added.",
    "Look into the folder after saving. What does NumPy do to a name without its ending?",
    "Given a name, savez adds its ending; given an open file, it writes to exactly that.",
)
def _(path, model):
    nn.save_model(path if str(path).endswith(".npz") else f"{path}.npz", model)


@save_model.mistake(
    "other-files",
    "What lies in the folder after saving is not exactly the file asked for.",
    "Print the path you are given and the name of what you write: are they the same?",
    "One call, one file, at exactly the path given, whatever its ending: the one who loads it has "
    "nothing but that path.",
    when="files",
)
def _(path, model):
    nn.save_model(path, model)
    Path(f"{path}.bak").write_text("kept to be safe")


@save_model.mistake(
    "pickle",
    "You saved a pickle: loading one can run any code that its author put into it.",
    "Who may hand you a model file one day?",
    "Arrays and a word are all there is to keep. A format of numbers cannot run anything.",
)
def _(path, model):
    Path(path).write_bytes(pickle.dumps(model))


@save_model.mistake(
    "kind-lost",
    "params and scaler come back; kind does not.",
    "How would the one who loads it know which activation to use?",
    "Everything that predicting needs goes into the file: params, scaler and kind.",
)
def _(path, model):
    nn.save_model(path, {**model, "kind": "tanh"})


@save_model.mistake(
    "rounded",
    "The numbers come back rounded: digits were lost on the way.",
    "How many digits does your format keep?",
    "A float64 has up to 17 digits; a text with fewer gives another model back.",
)
def _(path, model):
    params = [(np.round(W, 4), np.round(b, 4)) for W, b in model["params"]]
    nn.save_model(path, {**model, "params": params})


save_model.tells(tell_round_trip)
