"""Which operations a program is made of: it is run once on values that write down what is done."""

import functools

TURNED = {"__radd__": "k +", "__rmul__": "k *", "__rsub__": "k -", "__rtruediv__": "k /"}
PLAIN = {"__add__": "+", "__mul__": "*", "__sub__": "-", "__truediv__": "/", "__pow__": "**"}
ALONE = {"__neg__": "unary -", "tanh": "tanh", "exp": "exp", "relu": "relu"}
LONG = 10  # operations


class _Written:
    """Stands for a value in a program."""

    def __init__(self, log):
        self.log = log

    def backward(self):
        """What is made on the way back is no operation of the program's."""


def _writing(operation):
    def method(self, other=None):
        meets = other is not None and not isinstance(other, _Written)
        self.log.append((operation, meets))
        return _Written(self.log)

    return method


for _name, _operation in (TURNED | PLAIN | ALONE).items():
    setattr(_Written, _name, _writing(_operation))


@functools.lru_cache(maxsize=1024)
def _log(program):
    log = []
    program.run(*(1.5 if name == "k" else _Written(log) for name in program.names))
    return tuple(log)


def operations(program):
    """The operations in a program, those with a plain number on the left apart ("k +")."""
    return {operation for operation, _ in _log(program)}


def meets_a_plain_number(program):
    return any(plain for _, plain in _log(program))


def is_long(program):
    """Whether it goes on and on: nobody follows it by hand."""
    return not program.steps and len(_log(program)) > LONG
