"""Handwritten digits, 8 x 8; see README.md in this folder for where they come from."""

from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.npz")


def digits():
    """The digits: 1797 images of 8 x 8 pixels by 13 writers, about 180 of each class.

    Returns
    -------
    X : (1797, 1, 8, 8) float array
        Ink of each pixel, 0 to 1 in steps of 1/16; examples, channels, rows, columns.
    y : (1797,) int array
        What the writer meant, 0 to 9.
    """
    pixels, classes = _packed()
    return pixels.reshape(-1, 1, 8, 8) / 16, classes.astype(int)


@cache
def _packed():
    with np.load(FILE, allow_pickle=False) as arrays:
        return arrays["pixels"], arrays["classes"]
