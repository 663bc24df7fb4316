"""Messages of the answers' wire, laid out by hand: of any content."""

import io
import json
import struct

import numpy as np


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def crafted(skeleton, *blobs):
    """A message as `pack` would lay it out, but of any content."""
    words = skeleton if isinstance(skeleton, bytes) else json.dumps(skeleton).encode()
    whole = b"bplab-wire-1\n" + struct.pack(">Q", len(words)) + words
    return whole + b"".join(struct.pack(">Q", len(blob)) + blob for blob in blobs)
