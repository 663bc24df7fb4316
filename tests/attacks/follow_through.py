"""Attacks on the second sitting, in which what failed meets the right parts.

A learner who has written none of an exercise may not get it from the parts that are put in; and
what is put in is nothing a learner may keep or read.
"""

import textwrap

from tests.attacks.corpus import attack

L = "follow-through"
# What each exercise can be had from, if only another one is right.
BORROWED = {
    "linear_forward": "def linear_forward(X, W, b):\n"
    "    return mlp_forward(X, [(W, b)])[1]['Z'][0]",
    "activation_forward": "def activation_forward(Z, kind):\n"
    "    n = Z.shape[1]\n"
    "    one = (np.eye(n), np.zeros(n))\n"
    "    return mlp_forward(Z, [one, one], kind)[1]['A'][1]",
    "softmax": "def softmax(Z):\n"
    "    n = Z.shape[-1]\n"
    "    return mlp_forward(Z, [(np.eye(n), np.zeros(n))])[0]",
    "cross_entropy": "def cross_entropy(P, y):\n"
    "    n = P.shape[1]\n"
    "    X = np.log(np.clip(P, 1e-300, 1))\n"
    "    return train_step(X, y, [(np.eye(n), np.zeros(n))], 0.0)[1]",
    "softmax_cross_entropy_backward": "def softmax_cross_entropy_backward(P, y):\n"
    "    n = P.shape[1]\n"
    "    rows = [mlp_backward(P[i:i + 1], y[i:i + 1], {'A': [np.zeros((1, n))],\n"
    "            'Z': [np.zeros((1, n))]}, [(np.eye(n), np.zeros(n))])[0][1] for i in"
    " range(len(P))]\n"
    "    return np.array(rows) / len(P)",
    "mlp_forward": "def mlp_forward(X, params, kind='tanh'):\n"
    "    return train_step.__globals__['mlp_forward'](X, params, kind)",
}


@attack(L)
def everything_borrowed_from_what_comes_later(room):
    """Nothing is written; each asks a later one, which is not written either, for its answer."""
    return room.answering(room.with_code("import numpy as np\nprint('armed')"), **BORROWED)


@attack(L)
def each_borrows_from_itself(room):
    """Names for names: if the right one is ever put in under a name, it is called by it."""
    sources = {}
    for cell in room.answers(room.released()):
        name = cell["id"]
        sources[name] = (
            f"def {name}(*args, **keys):\n"
            "    import gc, sys\n"
            f"    again = globals()[{name!r}]\n"
            f"    if again is not own_{name}: return again(*args, **keys)\n"
            "    for found in gc.get_objects():\n"
            f"        if callable(found) and getattr(found, '__name__', '') == {name!r}:\n"
            f"            if found is not own_{name} and type(found).__name__ == 'function':\n"
            "                return found(*args, **keys)\n"
            f"    raise ValueError('none')\n"
            f"own_{name} = {name}"
        )
    return room.answering(room.with_code("print('armed')"), **sources)


KEEP = """
import builtins, sys
print('armed')
builtins.kept = {}
def keep(names, frame_globals):
    for name in names:
        found = frame_globals.get(name)
        code = getattr(found, '__code__', None)
        if code is not None and 'keep(' not in getattr(found, '__doc__', '') or '':
            builtins.kept.setdefault(name, found)
"""


@attack(L)
def parts_kept_for_the_other_exams(room):
    """The first that meets the right parts keeps them, for every one that is still to be sat."""
    names = [cell["id"] for cell in room.answers(room.released())]
    sources = {}
    for name in names:
        sources[name] = textwrap.dedent(f"""
            def {name}(*args, **keys):
                'keep('
                keep({names!r}, globals())
                if {name!r} in kept and kept[{name!r}] is not own_{name}:
                    return kept[{name!r}](*args, **keys)
                for other in {names!r}:
                    try: globals()[other] if other == {name!r} else globals()[other](None)
                    except BaseException: pass
                raise ValueError('not yet')
            own_{name} = {name}
        """)
    return room.answering(room.with_code(KEEP), **sources)


@attack(L)
def parts_written_out_to_be_read(room):
    """The right parts' own source, code or constants, shown on the page that comes back."""
    spy = textwrap.dedent("""
        def spy(*names):
            import dis, inspect, io, linecache, sys
            for name in names:
                found = globals().get(name)
                if found is None or getattr(found, '__module__', None) == '__main__': continue
                for read in (inspect.getsource, lambda f: open(f.__code__.co_filename).read(),
                             lambda f: ''.join(linecache.getlines(f.__code__.co_filename))):
                    try: print('BREACH: source of', name, len(read(found)))
                    except Exception: pass
        print('armed')
    """)
    sources = {}
    for name in ("mlp_forward", "mlp_backward", "train_step"):
        parts = (
            "linear_forward",
            "linear_backward",
            "activation_forward",
            "softmax",
            "activation_backward",
            "cross_entropy",
            "mlp_forward",
            "mlp_backward",
        )
        calls = "\n".join(f"    try: {p}(None, None)\n    except Exception: pass" for p in parts)
        sources[name] = f"def {name}(*args, **keys):\n    spy{parts!r}\n{calls}\n    return None"
    return room.answering(room.with_code(spy), **sources)


@attack(L)
def wrong_first_and_borrowed_then(room):
    """What fails on purpose while its parts are wrong, and hands them the whole work after that."""
    parts = {
        "mlp_backward": "def mlp_backward(P, y, cache, params, kind='tanh'):\n"
        "    found = train_step(cache['A'][0], y, params, 1.0, kind)[0]\n"
        "    return [(w - v, b - c) for (w, b), (v, c) in zip(params, found)]",
        "linear_backward": "def linear_backward(dZ, X, W):\n    raise ValueError('on purpose')",
        "train_step": "def train_step(X, y, params, learning_rate, kind='tanh'):\n"
        "    P, cache = mlp_forward(X, params, kind)\n"
        "    grads = mlp_backward(P, y, cache, params, kind)\n"
        "    raise ValueError('on purpose')",
    }
    return room.answering(room.with_code("print('armed')"), **parts)


@attack(L)
def more_calls_than_a_second_sitting_can_hold(room):
    """Every function calls every other, in every order, and fails."""
    names = [cell["id"] for cell in room.answers(room.released())]
    sources = {}
    for name in names:
        sources[name] = (
            f"def {name}(*args, **keys):\n"
            f"    if depth: raise ValueError('deep')\n"
            f"    depth.append(1)\n"
            f"    try:\n"
            f"        for other in {names!r}:\n"
            "            try: globals()[other](*args, **keys)\n"
            "            except Exception: pass\n"
            "    finally: depth.pop()\n"
            "    raise ValueError('all called')"
        )
    return room.answering(room.with_code("depth = []\nprint('armed')"), **sources)
