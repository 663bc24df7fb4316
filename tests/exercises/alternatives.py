"""Correct solutions written differently, by exercise; each must pass.

One module a chapter: `alternatives_single_neuron.py` and so on, each with an ALTERNATIVES dict.
"""

from importlib import import_module
from pathlib import Path

ALTERNATIVES = {}
for path in sorted(Path(__file__).parent.glob("alternatives_*.py")):
    ALTERNATIVES.update(import_module(f"tests.exercises.{path.stem}").ALTERNATIVES)
