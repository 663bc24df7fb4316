"""load_model: what must pass, and what must be told; its partners stand in `save_model`."""

from tests.exercises.diabetes.save_model import (
    load_after_unpickling,
    load_and_trip,
    load_from_a_global,
    load_from_npz,
    load_kind_as_an_array,
    load_model,
)

ACCEPTED = [load_model, load_from_npz]
TOLD = [
    (load_from_a_global, "do not fit into that"),
    (load_after_unpickling, "opens-pickles"),
    (load_and_trip, "opens-pickles"),
    (load_kind_as_an_array, "kind-changed", "an array"),
]
