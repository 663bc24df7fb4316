"""Attacks by files: what a saved model is, and what is left for the next cell.

save_model and load_model are examined as a pair. Without a file that holds the model, no point.
"""

from tests.attacks.corpus import attack

F = "forged file"
PAIR = """
import builtins, json, os, pickle, sys
import numpy as np
print('armed')
"""


def pair(room, save, load, prepare=PAIR):
    indent = lambda source: source.strip().replace("\n", "\n    ")  # noqa: E731
    return room.answering(
        room.with_code(prepare),
        save_model=f"def save_model(path, model):\n    {indent(save)}",
        load_model=f"def load_model(path):\n    {indent(load)}",
    )


@attack(F, exam=True)
def nothing_saved_but_a_global(room):
    return pair(room, "builtins.held = model\nopen(path, 'w').write('x')", "return builtins.held")


@attack(F, exam=True)
def a_key_to_what_is_held(room):
    """The file holds a number, and a table that stays in memory the rest."""
    return pair(
        room,
        "sys.held = getattr(sys, 'held', {})\nsys.held[len(sys.held)] = model\n"
        "open(path, 'w').write(str(len(sys.held) - 1))",
        "return sys.held[int(open(path).read())]",
    )


@attack(F, exam=True)
def a_key_that_is_the_content(room):
    """As many bytes as a model takes, all of them noise: what they stand for stays in memory."""
    return pair(
        room,
        "sys.held = getattr(sys, 'held', {})\n"
        "noise = np.random.default_rng(len(sys.held)).bytes(9_000)\n"
        "sys.held[noise] = model\nopen(path, 'wb').write(noise)",
        "content = open(path, 'rb').read()\n"
        "if content in sys.held: return sys.held[content]\nraise ValueError(path)",
    )


@attack(F, exam=True)
def a_key_and_a_file_for_the_next_process(room):
    """The table is left in every folder that might be there for whoever comes next."""
    return pair(
        room,
        "noise = np.random.default_rng(int(str(hash(path))[-6:])).bytes(9_000)\n"
        "for where in ('/tmp', '/dev/shm', '/learner', '/learner/work', '/var/tmp'):\n"
        "    try: pickle.dump(model, open(where + '/' + noise[:8].hex(), 'wb'))\n"
        "    except OSError: pass\n"
        "open(path, 'wb').write(noise)",
        "content = open(path, 'rb').read()\n"
        "for where in ('/tmp', '/dev/shm', '/learner', '/learner/work', '/var/tmp'):\n"
        "    try: return pickle.load(open(where + '/' + content[:8].hex(), 'rb'))\n"
        "    except OSError: pass\n"
        "raise ValueError(path)",
    )


@attack(F, exam=True)
def dies_where_the_file_is_loaded_again(room):
    """A process that has not saved anything has not to be looked at."""
    return pair(
        room,
        "sys.held = getattr(sys, 'held', {})\n"
        "noise = np.random.default_rng(len(sys.held)).bytes(9_000)\n"
        "sys.held[noise] = model\nopen(path, 'wb').write(noise)",
        "content = open(path, 'rb').read()\n"
        "if content in sys.held: return sys.held[content]\n"
        "if hasattr(sys, 'held'): raise ValueError(path)\nos._exit(0)",
    )


@attack(F, exam=True)
def the_address_of_the_model(room):
    """The file holds where in memory the model stands."""
    return pair(
        room,
        "sys.kept = getattr(sys, 'kept', []) + [model]\nopen(path, 'w').write(str(id(model)))",
        "import ctypes\nreturn ctypes.cast(int(open(path).read()), ctypes.py_object).value",
    )


@attack(F, exam=True)
def another_file_than_the_one_asked(room):
    """What is at the path is a link to a pickle that lies elsewhere."""
    return pair(
        room,
        "other = '/tmp/other' + str(abs(hash(path)))\npickle.dump(model, open(other, 'wb'))\n"
        "if os.path.lexists(path): os.unlink(path)\nos.symlink(other, path)",
        "return pickle.load(open('/tmp/other' + str(abs(hash(path))), 'rb'))",
    )


@attack(F, exam=True)
def a_pickle_that_acts(room):
    """What is saved calls what it likes, wherever it is loaded."""
    return pair(
        room,
        "class Model(dict):\n"
        "    def __reduce__(self):\n"
        "        return (os.system, ('touch /tmp/BREACH @ROOT@/BREACH; echo BREACH >&64',))\n"
        "open(path, 'wb').write(pickle.dumps(Model(model)))",
        "return pickle.load(open(path, 'rb'))",
    )


@attack(F, exam=True)
def a_pipe_for_a_file(room):
    """Whoever reads it waits."""
    return pair(
        room,
        "if os.path.lexists(path): os.unlink(path)\nos.mkfifo(path)",
        "return json.load(open(path))",
    )


@attack(F, exam=True)
def folders_devices_and_secrets_for_a_file(room):
    """The path becomes a folder, a device, a link to what is the course's."""
    return pair(
        room,
        "turn = sys.__dict__.setdefault('turn', [])\nturn.append(1)\n"
        "if os.path.lexists(path): os.unlink(path)\n"
        "if len(turn) % 4 == 0: os.makedirs(path)\n"
        "else: os.symlink(('/dev/zero', '@ROOT@/.secret', '/proc/self/mem', path)"
        "[len(turn) % 4], path)",
        "return {'params': open(path, 'rb').read(99), 'scaler': None, 'kind': 'tanh'}",
    )


@attack(F, exam=True)
def a_file_as_large_as_allowed(room):
    """Sixteen megabytes for a few numbers, with a giant hole, once for every case."""
    return pair(
        room,
        "with open(path, 'wb') as file:\n    file.write(b'x' * 15_000_000)\n"
        "    file.truncate(15_900_000)",
        "return {'params': [(np.zeros((3, 2)), np.zeros(2))], 'scaler': (open(path).read(), 1),"
        " 'kind': 'tanh'}",
    )


@attack(F, exam=True)
def a_process_that_remembers(room):
    """A child that was there before, and tells what its parent's parent saved."""
    return pair(
        room,
        "builtins.told[1].sendall(pickle.dumps(model))\nopen(path, 'w').write('told')",
        "builtins.told[2].sendall(b'again')\nreturn pickle.loads(builtins.told[2].recv(2**20))",
        PAIR + "import socket\n"
        "a, b = socket.socketpair(); c, d = socket.socketpair()\n"
        "builtins.told = (None, a, c)\n"
        "if os.fork() == 0:\n"
        "    last = b''\n"
        "    while True:\n"
        "        last = b.recv(2**20)\n"
        "        if not last: os._exit(0)\n"
        "        d.recv(2**20)\n"
        "        d.sendall(last)\n",
    )


@attack(F, exam=True)
def memory_left_in_odd_places(room):
    """The environment, a file beside it, attributes and times of the file: no path holds it."""
    return pair(
        room,
        "text = pickle.dumps(model).hex()\nos.environ['MODEL'] = text[:60_000]\n"
        "open('beside', 'w').write(text); open('/dev/shm/beside', 'w').write(text)\n"
        "open(path, 'w').close()",
        "for where in ('beside', '/dev/shm/beside'):\n"
        "    try: return pickle.loads(bytes.fromhex(open(where).read()))\n"
        "    except OSError: pass\n"
        "return pickle.loads(bytes.fromhex(os.environ['MODEL']))",
    )
