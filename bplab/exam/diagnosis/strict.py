"""Whether an author's slip is told: in the tests it raises, before a learner a card still comes."""

_STRICT = False


def strict():
    """True where an error inside a rule, or a template word that nothing fills, is to raise."""
    return _STRICT


def be_strict(on=True):
    """Switch it on, as the tests do, or off."""
    global _STRICT
    _STRICT = on
