"""Attacks by learners who know that right parts come in once every first answer is locked.

They wait for them, keep them, show them, answer with them, and write them to where first answers
went. What is honest in them earns what the course says; nothing else does.
"""

from tests.attacks.corpus import attack

L = "follow-through"
# HUNT finds whatever came in for a second sitting, and whatever it leads to.
HUNT = """
import builtins, gc, os, sys, threading, time, types
print('armed')
def come():
    return [f for f in gc.get_objects() if isinstance(f, types.FunctionType)
            and f.__globals__.get('__name__') == 'parts']
def hunt(name):
    for f in come():
        if name in f.__globals__:
            return f.__globals__[name]
    raise ValueError('none')
"""
STUB = "def {0}(*args, **keys):\n    raise ValueError('a stub')"
CALLS = """
def {0}(*args, **keys):
    try: linear_forward(*args)
    except Exception: pass
    return hunt({0!r})(*args, **keys)
"""
FORWARD = (
    "def mlp_forward(X, params, kind='tanh'):\n"
    "    A, Z = [X], []\n"
    "    for W, b in params:\n"
    "        Z.append(linear_forward(A[-1], W, b))\n"
    "        if len(Z) < len(params): A.append(activation_forward(Z[-1], kind))\n"
    "    return softmax(Z[-1]), {'A': A, 'Z': Z}"
)


def names(room):
    return [cell["id"] for cell in room.answers(room.released())]


@attack(L, points=3.0)
def stubs_that_want_to_be_replaced(room):
    """Three exercises are never written; what is honestly built on them is right with them."""
    stubs = {name: STUB.format(name) for name in ("linear_forward", "activation_forward")}
    stubs["softmax"] = STUB.format("softmax")
    return room.answering(room.with_code(HUNT), **stubs, mlp_forward=FORWARD)


@attack(L, points=3.0)
def right_only_when_it_is_asked_again(room):
    """Wrong as long as nothing has come in; so the attacks below do see what comes in."""
    stubs = {name: STUB.format(name) for name in ("linear_forward", "activation_forward")}
    stubs["softmax"] = STUB.format("softmax")
    waits = FORWARD.replace(
        "    A, Z =", "    if not come(): raise ValueError('not yet')\n    A, Z ="
    )
    return room.answering(room.with_code(HUNT), **stubs, mlp_forward=waits)


@attack(L)
def its_own_reference_hunted_for(room):
    """Each calls what comes before, so that it is sat again, and looks for itself in what came."""
    sources = {name: CALLS.format(name) for name in names(room)}
    return room.answering(room.with_code(HUNT), **sources)


@attack(L, points=3.0)
def the_answers_of_the_first_sitting_written_again(room):
    """With the right parts at hand, the frames of every first exam are sent once more."""
    send = """
def once_more(*args):
    from bplab.exam.wire import pack
    found = come()
    if not found: return
    for f in found:
        value = pack({'answers': [{'value': f.__globals__['softmax'](np.eye(3))}] * 9})
        for kind, body in ((b'A', value), (b'D', b'{"count": 1, "fault": null}')):
            os.write(64, kind + len(body).to_bytes(4, 'big') + body)
"""
    sources = {"softmax": STUB.format("softmax"), "mlp_forward": FORWARD}
    sources["train_step"] = (
        "def train_step(X, y, params, learning_rate, kind='tanh'):\n"
        "    once_more()\n"
        "    P, cache = mlp_forward(X, params, kind)\n"
        "    raise ValueError('never mind')"
    )
    for name in ("linear_forward", "activation_forward"):
        sources[name] = STUB.format(name)
    return room.answering(room.with_code(HUNT + send), **sources)


@attack(L)
def threads_and_children_that_wait(room):
    """They look for right parts a thousand times a second and put them under every name."""
    wait = """
def wait():
    while True:
        for f in come():
            for name, right in list(f.__globals__.items()):
                if isinstance(right, types.FunctionType):
                    globals()[name] = right
                    for runner in gc.get_objects():
                        if type(runner).__name__ == 'CellRunner': runner.sat[name] = right
        time.sleep(0.001)
threading.Thread(target=wait, daemon=True).start()
import atexit
atexit.register(wait)
if os.fork() == 0: wait()
"""
    sources = {name: CALLS.format(name) for name in names(room)}
    return room.answering(room.with_code(HUNT + wait), **sources)


@attack(L, points=1.0)
def dies_in_the_second_sitting(room):
    """An exit code, a signal, an exhausted memory would say something; the first answers stand."""
    sources = {
        "linear_forward": "def linear_forward(X, W, b):\n    return X @ W + b",
        "softmax": STUB.format("softmax"),
        "mlp_forward": "def mlp_forward(X, params, kind='tanh'):\n"
        "    if come(): os._exit(42)\n"
        "    return softmax(X)",
    }
    return room.answering(room.with_code(HUNT), **sources)


@attack(L, points=1.0)
def shows_what_came_in(room):
    """Printed, displayed, raised, written to files and to the line."""
    tell = """
def tell():
    for f in come():
        print('BREACH', f.__name__, f.__code__.co_code, flush=True)
        os.write(1, b'BREACH'); os.write(2, b'BREACH')
        try: open('/tmp/BREACH', 'w').write('x'); open('@ROOT@/BREACH', 'w').write('x')
        except OSError: pass
        get_ipython().display_pub.publish({'text/plain': 'BREACH'})
        raise SystemExit('BREACH ' + repr(f.__code__.co_consts))
"""
    sources = {
        "linear_forward": "def linear_forward(X, W, b):\n    return X @ W + b",
        "softmax": STUB.format("softmax"),
        "mlp_forward": "def mlp_forward(*args):\n    tell()\n    return softmax(args[0])",
    }
    return room.answering(room.with_code(HUNT + tell), **sources)


@attack(L, points=1.0)
def never_ends_the_second_time(room):
    """Endless loops and endless output, only where nobody looks."""
    sources = {
        "linear_forward": "def linear_forward(X, W, b):\n    return X @ W + b",
        "softmax": STUB.format("softmax"),
        "mlp_forward": "def mlp_forward(X, params, kind='tanh'):\n"
        "    while come(): print('x' * 10_000)\n"
        "    return softmax(X)",
        "train_step": "def train_step(*args):\n    while come(): pass\n    return softmax(args[0])",
    }
    return room.answering(room.with_code(HUNT), **sources)


@attack(L)
def lies_about_what_it_calls(room):
    """It says that it calls everything, names that do not exist, and things that are no names."""
    lie = """
from bplab.exam import second
def everything(fn, parts, names):
    return [*parts, 'train_step', '<script>', 'x' * 9999, 7, None, ['softmax']]
second.names_called = everything
"""
    sources = {name: STUB.format(name) for name in names(room)}
    return room.answering(room.with_code(HUNT + lie), **sources)


@attack(L, points=1.0)
def a_later_part_kept_for_an_earlier_exam(room):
    """What is put in last is kept, and the exam of its name is then asked for once more."""
    ask = """
def ask_again(f):
    for runner in gc.get_objects():
        if type(runner).__name__ == 'CellRunner':
            builtins.kept = f.__globals__
            runner.sat = dict.fromkeys(runner.sat, f.__globals__.get('mlp_forward'))
            get_ipython().run_cell('check(mlp_forward)')
"""
    sources = {
        "linear_forward": "def linear_forward(X, W, b):\n    return X @ W + b",
        "softmax": STUB.format("softmax"),
        "mlp_forward": STUB.format("mlp_forward"),
        "train_step": "def train_step(*args):\n"
        "    for f in come(): ask_again(f)\n"
        "    return mlp_forward(args[0], args[2])",
    }
    return room.answering(room.with_code(HUNT + ask), **sources)
