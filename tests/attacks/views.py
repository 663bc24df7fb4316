# ruff: noqa: E501 (what attackers write is as long as it is)
"""Attacks on what a learner may see, where the name of the chapter says nothing of it.

The exam is called midterm and mixes three chapters. Whatever the view holds, under whatever name,
may answer nothing that is asked; and what it does not hold may not be found.
"""

from tests.attacks.corpus import attack

W = "view"


def binding(room, prepare, expression="find(@NAME@)"):
    """Every exercise of the exam is whatever a cell of the learner's own finds for its name."""
    names = [cell["id"] for cell in room.answers(room.released())]
    prepare = prepare.replace("@NAMES@", repr(names))
    sources = {n: f"{n} = {expression}".replace("@NAME@", repr(n)) for n in names}
    return room.answering(room.with_code(f"print('armed')\n{prepare}"), **sources)


WALK = """
import importlib, pkgutil
import bplab
modules = [bplab]
for info in pkgutil.walk_packages(bplab.__path__, 'bplab.', onerror=lambda name: None):
    try: modules.append(importlib.import_module(info.name))
    except BaseException: pass
"""


@attack(W, exam=True)
def all_there_is_imported(room):
    """Every module in view, and of each what has the name that is asked."""
    return binding(
        room,
        WALK + "def find(name):\n"
        "    for module in modules:\n"
        "        for at in (name, '_' + name, name.upper(), name + '_', name.rstrip('s')):\n"
        "            try: return getattr(module, at)\n"
        "            except Exception: pass",
    )


@attack(W, exam=True)
def all_that_can_be_called_is_tried(room):
    """Whatever sounds like it: parts of the name, methods of classes, what figures hold."""
    return binding(
        room,
        WALK + "import inspect\n"
        "calls = {}\n"
        "for module in modules:\n"
        "    for holder in [module, *filter(inspect.isclass, list(vars(module).values()))]:\n"
        "        if not getattr(holder, '__module__', 'bplab').startswith('bplab'): continue\n"
        "        for key, value in list(vars(holder).items()):\n"
        "            if callable(value): calls.setdefault(key, value)\n"
        "def find(name):\n"
        "    words = set(name.lower().split('_'))\n"
        "    near = sorted(calls, key=lambda k: -len(words & set(k.lower().split('_'))))[:6]\n"
        "    def trick(*args, **keys):\n"
        "        for key in near:\n"
        "            try: return calls[key](*args, **keys)\n"
        "            except Exception: pass\n"
        "    return trick",
    )


@attack(W, exam=True)
def doors_of_the_course_forced(room):
    """The package's own doors: lazy names, what is said to be hidden, lists, loaders."""
    return binding(
        room,
        "import importlib, sys\n"
        "import bplab, bplab.nn, bplab.viz, bplab.data\n"
        "def find(name):\n"
        "    for door in (bplab.nn, bplab.viz, bplab.data, bplab):\n"
        "        for key in list(vars(door)):\n"
        "            held = getattr(door, key, None)\n"
        "            if isinstance(held, dict) and name in held:\n"
        "                home = held[name]\n"
        "                for where in (home, f'{door.__name__}.{home}', f'bplab.nn.{home}'):\n"
        "                    try: return getattr(importlib.import_module(where), name)\n"
        "                    except Exception: pass\n"
        "        for key in ('MODULES', '_HOME', '_MODULES', '__all__'):\n"
        "            for where in getattr(door, key, ()):\n"
        "                try: return getattr(importlib.import_module(\n"
        "                    f'{door.__name__}.{where}'), name)\n"
        "                except Exception: pass\n",
    )


@attack(W, exam=True)
def compiled_files_unpacked(room):
    """Every compiled file and archive in view, for code under the name that is asked."""
    return binding(
        room,
        "import glob, marshal, os, sys, types, zipfile\n"
        "codes = {}\n"
        "def look(code):\n"
        "    codes.setdefault(code.co_name, code)\n"
        "    for one in code.co_consts:\n"
        "        if isinstance(one, types.CodeType): look(one)\n"
        "for start in {p for p in sys.path if p} | {'/learner', '/tmp', os.getcwd()}:\n"
        "    for path in glob.glob(start + '/**/bplab*/**/*.pyc', recursive=True):\n"
        "        try: look(marshal.loads(open(path, 'rb').read()[16:]))\n"
        "        except Exception: pass\n"
        "    for path in glob.glob(start + '/**/bplab*.*', recursive=True)[:20]:\n"
        "        if zipfile.is_zipfile(path): print('BREACH: an archive', path)\n"
        "import numpy as np\n"
        "def find(name):\n"
        "    asks = name in codes and codes[name].co_varnames[:1] == ('bench',)  # an exam's call\n"
        "    if name in codes and not asks: print('BREACH: compiled', name)\n"
        "    return types.FunctionType(codes[name], {'np': np, **globals()}) if name in codes"
        " else None",
    )


@attack(W, exam=True)
def functions_among_all_objects(room):
    """What was loaded before the learner came, and is held by nobody that can be named."""
    return binding(
        room,
        "import gc, sys, types\n"
        "held = [o for o in gc.get_objects() if type(o) is types.FunctionType]\n"
        "held += [r for o in held for r in gc.get_referents(o) if type(r) is types.FunctionType]\n"
        "held = {f.__name__: f for f in held if '__main__' != f.__module__}\n"
        "for name in list(sys.modules):\n"
        "    for word in ('bplab.exercises', 'bplab.exam.exercise', 'bplab.exam.paper',\n"
        "                 'bplab.exam.diagnosis', 'bplab.grading.book', 'bplab.exam.marking'):\n"
        "        if name.startswith(word): print('BREACH: module', name)\n"
        "def find(name):\n"
        "    if name in held: print('BREACH: held', held[name].__module__, name)\n"
        "    return held.get(name)",
    )


@attack(W, exam=True)
def processes_and_descriptors_read(room):
    """/proc: what is mapped, what was deleted and is still open, other roots and folders."""
    return binding(
        room,
        "import glob, os\n"
        "text = ''\n"
        "for path in glob.glob('/proc/*/fd/*') + glob.glob('/proc/self/map_files/*'):\n"
        "    try:\n"
        "        target = os.readlink(path)\n"
        "        if 'bplab' in target and os.path.isfile(path): text += open(path).read(10**6)\n"
        "    except OSError: pass\n"
        "for root in ('/proc/1/root', '/proc/1/cwd', '/proc/2/root/..', '/oldroot', '/..'):\n"
        "    for path in glob.glob(root + '/work/**/bplab/exercises', recursive=False):\n"
        "        print('BREACH:', path)\n"
        "def find(name):\n"
        "    if f'def {name}(' in text: print('BREACH: open', name)",
    )


@attack(W, exam=True)
def packages_and_their_lists(room):
    """What the installation says of itself: files, entry points, editable paths, caches."""
    return binding(
        room,
        "import importlib.metadata as meta, importlib.util, os, sys\n"
        "paths = []\n"
        "try: paths += [str(f.locate()) for f in meta.files('bplab') or ()]\n"
        "except Exception: pass\n"
        "for point in meta.entry_points():\n"
        "    if 'bplab' in point.value or 'bplab' in point.group:\n"
        "        try: point.load(); print('loaded', point.name)\n"
        "        except BaseException: pass\n"
        "for folder in list(sys.path) + list(sys.path_importer_cache):\n"
        "    if folder and os.path.isdir(folder):\n"
        "        for name in os.listdir(folder):\n"
        "            if name.endswith('.pth'):\n"
        "                for line in open(os.path.join(folder, name), errors='replace'):\n"
        "                    where = os.path.join(line.strip(), 'bplab/exercises')\n"
        "                    if os.path.exists(where): print('BREACH:', where)\n"
        "for path in paths:\n"
        "    if 'exercises' in path and os.path.exists(path): print('BREACH:', path)\n"
        "def find(name):\n"
        "    for home in ('bplab.exercises', 'solutions', 'course', 'tests', 'midterm', 'exam'):\n"
        "        if importlib.util.find_spec(home): print('BREACH:', home)",
    )


@attack(W, exam=True)
def drawings_that_know_the_answer(room):
    """What pictures and data compute, taken out of what they return, draw or keep."""
    trick = (
        "import numpy as np\n"
        "def numbers(found, depth=0):\n"
        "    if isinstance(found, np.ndarray): yield found\n"
        "    elif depth < 4:\n"
        "        inner = found if isinstance(found, (list, tuple)) else list(found.values()) if"
        " isinstance(found, dict) else list(getattr(found, '__dict__', {}).values())\n"
        "        for one in inner[:50]: yield from numbers(one, depth + 1)\n"
        "def find(name):\n"
        "    def trick(*args, **keys):\n"
        "        for call in made:\n"
        "            try: found = list(numbers(call(*args, **keys)))\n"
        "            except BaseException: continue\n"
        "            for one in found:\n"
        "                if args and one.shape == np.shape(args[0]): return one\n"
        "        raise ValueError('none')\n"
        "    return trick\n"
    )
    collect = (
        "made = []\n"
        "for module in modules:\n"
        "    if module.__name__.startswith(('bplab.viz', 'bplab.data')):\n"
        "        made += [v for v in vars(module).values() if callable(v)\n"
        "                 and getattr(v, '__module__', '') == module.__name__]\n"
        "made = made[:60]\n"
    )
    return binding(room, WALK + collect + trick)


@attack(W, exam=True)
def the_law_of_the_patients(room):
    """The classifier that is asked for is the law by which patients are drawn, if it can be had."""
    prepare = (
        WALK + "import inspect, numpy as np\n"
        "laws = []\n"
        "for module in modules:\n"
        "    for key, value in list(vars(module).items()):\n"
        "        if callable(value) and any(w in key.lower() for w in\n"
        "            ('law', 'risk', 'ratio', 'posterior', 'density', 'prob', 'truth', 'oracle')):\n"
        "            laws.append(value)\n"
        "        if isinstance(value, (dict, tuple, list, np.ndarray)) and any(w in key.lower()\n"
        "            for w in ('mean', 'cov', 'healthy', 'diabetic', 'coef', 'law')): laws.append(value)\n"
        "def find(name):\n"
        "    def trick(*args, **keys):\n"
        "        for law in laws:\n"
        "            try: return lambda X: np.asarray(law(X), dtype=float).reshape(len(X))\n"
        "            except Exception: pass\n"
        "        from bplab import data\n"
        "        def nearest(X):\n"
        "            seen, y = data.diabetes(1000, rng=11)\n"
        "            at = [np.argmin(((seen - x) ** 2).sum(axis=1)) for x in np.asarray(X)]\n"
        "            return y[at].astype(float)\n"
        "        return nearest\n"
        "    return trick if name == 'train_classifier' else None"
    )
    return binding(room, prepare)
