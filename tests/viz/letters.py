"""How high the letters of a picture are on the narrowest page."""

import matplotlib.text
from matplotlib import _mathtext

from bplab.viz import style


def smallest(shown):
    """(pixels, text) of a picture's smallest letters; exponents and indices as they are set."""
    figure = getattr(shown, "picture", shown).figure
    shrink = min(1, style.NARROWEST / style.PAGE_DPI / figure.get_figwidth())
    found = []
    for text in figure.findobj(matplotlib.text.Text):
        words = text.get_text()
        raised = "$" in words and ("^" in words or "_" in words)
        part = getattr(_mathtext, "SHRINK_FACTOR", 1) if raised else 1
        if words.strip() and text.get_visible():
            found.append((part * shrink * text.get_fontsize() / 72 * style.PAGE_DPI, words))
    return min(found)
