# ruff: noqa: B028, E731 (attackers write as they like)
"""Answers that cost the grader more than the learner: to read, to convert, to compare, to explain.

None may gain a point, hold up the class, or let the grader's memory grow with it.
"""

from tests.attacks.corpus import attack, body
from tests.attacks.forged_answers import LINE

C = "cost of marking"
# Four of the chapter's exercises: an array, a triple, a tree of arrays, a list of pairs.
ASKED = ("softmax", "linear_backward", "mlp_forward", "mlp_backward")


def costly(room, trick):
    """The four exercises answered by one trick, which a cell of its own prepares."""
    return room.answering(room.with_code(body(trick)), **{n: f"{n} = trick" for n in ASKED})


def sent(room, bursts):
    """Bytes of its own in place of what the examiner would have packed: `bursts` is a list."""
    source = LINE + (
        "import numpy as np, io, gc\n"
        "def npy(array):\n"
        "    buffer = io.BytesIO(); np.save(buffer, array); return buffer.getvalue()\n"
        "def burst(skeleton, *blobs):\n"
        "    words = skeleton if type(skeleton) is bytes else json.dumps(skeleton).encode()\n"
        "    whole = b'bplab-wire-1\\n' + struct.pack('>Q', len(words)) + words\n"
        "    return whole + b''.join(struct.pack('>Q', len(b)) + b for b in blobs)\n"
        "def answer(count=4, **parts):\n"
        "    return {'d': [['answers', {'l': [{'d': list(parts.items())}] * count}]]}\n"
        f"bursts = {bursts}\n"
        "from bplab.exam import sitting\n"
        "sitting.pack = sitting._pack_within = lambda *a: bursts[0]\n"
        "for found in gc.get_objects():\n"
        "    if type(found).__name__ in ('Server', 'Warm') and hasattr(found, 'sit'):\n"
        "        found.sit = lambda *a: bursts.insert(0, bursts.pop()) or bursts[0]\n"
    )
    return room.with_code(source)


@attack(C)
def arrays_at_the_bottom_of_lists(room):
    """One array inside 38 lists, and a tree of 2**14 leaves that is one list named twice."""

    def trick():
        import numpy as np

        deep, wide = np.zeros(1000), [0.0]
        for _ in range(38):
            deep = [deep]
        for _ in range(14):
            wide = [wide, wide]
        kinds = [deep, wide, (deep, wide, deep), {"A": wide, "Z": deep}]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0]

    return costly(room, trick)


@attack(C)
def numbers_longer_than_double(room):
    """Long doubles of the right shape and of wrong ones: each takes the slow road."""

    def trick():
        import numpy as np

        def trick(*args):
            right = np.full(np.shape(args[0]), np.longdouble("1e4000"))
            wide = np.full(100_000, np.clongdouble("1e4000"))
            return (right, wide, wide) if len(args) == 3 else right

    return costly(room, trick)


@attack(C)
def records_of_many_fields(room):
    """Structured kinds: a thousand names, records in records, records of arrays."""

    def trick():
        import numpy as np

        many = np.dtype([(f"field{n}", "<f8") for n in range(1000)])
        inner = np.dtype("<f8")
        for _ in range(30):
            inner = np.dtype([("x", inner), ("y", "<f8", (3,))])
        kinds = [np.zeros(20, many), np.zeros(20, inner), np.zeros(2, ("<f8", (1000, 10)))]
        kinds += [np.zeros(9, {"names": ["a"], "formats": ["<f8"], "itemsize": 100_000})]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0] if len(args) != 3 else tuple(kinds[:3])

    return costly(room, trick)


@attack(C)
def objects_in_arrays(room):
    """Arrays of lists, of arrays, of themselves, of numbers of a thousand digits."""

    def trick():
        import numpy as np

        loop = np.empty(3, dtype=object)
        loop[:] = [loop, [loop], {"x": loop}]
        digits = np.array([10**1000] * 1000, dtype=object)
        nests = np.empty((30, 30), dtype=object)
        nests[:] = [[np.zeros(9) for _ in range(30)] for _ in range(30)]
        kinds = [loop, digits, nests, nests.T]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0] if len(args) != 3 else tuple(kinds[:3])

    return costly(room, trick)


@attack(C)
def dates_words_and_voids(room):
    """Kinds of arrays that hold no numbers, with entries of a megabyte."""

    def trick():
        import numpy as np

        kinds = [
            np.zeros(1000, "datetime64[as]"),
            np.full((3, 3), "x" * 50_000),
            np.full(3, b"x" * 300_000),
            np.zeros(1, "V1000000"),
            np.array(["1e400"] * 9999),
            np.zeros(9, "timedelta64[Y]"),
        ]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0] if len(args) != 3 else tuple(kinds[:3])

    return costly(room, trick)


@attack(C)
def a_hundred_thousand_keys(room):
    """Dicts where a dict of two keys is asked: long keys, keys of odd kinds, keys like the right
    ones."""

    def trick():
        import numpy as np

        many = {f"A{n}": 0.0 for n in range(100_000)}
        odd = {n if n % 2 else (n, str(n)): np.zeros(1) for n in range(3000)}
        long = {"A": [0.0], "Z" * 300_000: [0.0], float("nan"): 1, 10**3000: 2}
        kinds = [many, odd, long]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return (np.zeros(1), kinds[0]) if len(args) == 3 else kinds[0]

    return costly(room, trick)


@attack(C)
def many_tiny_arrays(room):
    """Thirty thousand arrays of one number, by themselves and in pairs."""

    def trick():
        import numpy as np

        tiny = [np.zeros(1) for _ in range(30_000)]
        pairs = [(np.zeros((1, 1)), np.zeros(1)) for _ in range(10_000)]
        shapes = [np.zeros((1,) * (n % 30)) for n in range(5000)]

        def trick(*args):
            return (pairs, {"A": tiny, "Z": shapes}) if len(args) == 3 else pairs

    return costly(room, trick)


@attack(C)
def arrays_just_below_the_cap(room):
    """As many bytes as the paper allows, in kinds that grow eightfold when they are converted."""

    def trick():
        import inspect

        import numpy as np

        def trick(*args):
            most = 2**20
            for info in inspect.stack():
                paper = info.frame.f_locals.get("paper")
                if type(paper) is dict and "max_bytes" in paper:
                    most = min(int(paper["max_bytes"]), 2**26)
            return np.ones(max(1, most - 4096), dtype=bool)

    return costly(room, trick)


@attack(C)
def numbers_near_nothing(room):
    """Right shapes, and the smallest numbers there are: hardware is slow with them."""

    def trick():
        import numpy as np

        def like(x):
            return np.full(np.shape(x), 5e-324) * (1 + np.arange(np.size(x)).reshape(np.shape(x)))

        def trick(*args):
            if len(args) == 3:
                return like(args[1]) if type(args[2]) is str else tuple(map(like, args))
            return like(args[0])

    return costly(room, trick)


@attack(C)
def axes_without_end(room):
    """Sixty-four axes of one, and empty arrays with sides near 2**60."""

    def trick():
        import numpy as np

        most = 64 if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else 32
        kinds = [np.zeros((1,) * most), np.zeros((0, 2**60)), np.zeros((2**30, 0, 2**30))]
        kinds += [np.zeros((0,) * most), np.zeros((1,) * (most - 1) + (500,)).T]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0] if len(args) != 3 else tuple(kinds[:3])

    return costly(room, trick)


@attack(C)
def things_that_pretend(room):
    """Lengths of 2**62, arrays that give arrays that give arrays, keys without end."""

    def trick():
        import collections.abc

        class Long(collections.abc.Sequence):
            __len__ = lambda self: 2**62
            __getitem__ = lambda self, at: Long()

        class Endless(dict):
            keys = __iter__ = lambda self: iter(int, 1)
            items = lambda self: ((n, n) for n in iter(int, 1))
            __len__ = lambda self: 2

        class Again:
            shape, dtype, ndim, size = (2, 2), "float64", 2, 4
            __array__ = lambda self, *a, **k: Again()
            __float__ = __index__ = lambda self: 10**10_000
            __getattr__ = lambda self, name: Again()

        class Tuple(tuple):
            __iter__ = lambda self: iter(lambda: Tuple((self,)), None)

        class Text(str):
            __str__ = __repr__ = __format__ = lambda self, *a: Text("x" * 10**6)

        kinds = [Long(), Endless(a=1), Again(), Tuple((1, 2, 3)), Text("x")]

        def trick(*args):
            kinds.append(kinds.pop(0))
            return kinds[0] if len(args) != 3 else tuple(kinds[:3])

    return costly(room, trick)


@attack(C)
def errors_with_a_past(room):
    """Exceptions with a long chain of causes, groups in groups, notes and lines of megabytes."""

    def trick():
        def chain():
            first = last = ValueError("x" * 10**6)
            for number in range(20_000):
                last.__cause__ = last = KeyError(f"{number}" * 9)
            return first

        def group():
            inner = ValueError("x")
            for _ in range(300):
                inner = ExceptionGroup("passed" * 99, [inner, inner])
            return inner

        def notes():
            error = OSError(2, "x" * 10**5, "y" * 10**5)
            error.__notes__ = ["n" * 1000] * 1000
            return error

        def line():
            return SyntaxError("x", ("f" * 10**6, 10**9, 10**9, "(" * 10**6, -1, 10**9))

        def letters():
            return UnicodeEncodeError("x" * 10**5, "\ud800" * 10**6, 0, 10**6, "why" * 10**5)

        makers = [chain, group, notes, line, letters]

        def trick(*args):
            makers.append(makers.pop(0))
            raise makers[0]()

    return costly(room, trick)


@attack(C)
def warnings_and_changes_without_end(room):
    """Ten thousand different warnings, and arguments that have become giants."""

    def trick():
        import warnings

        import numpy as np

        def trick(*args):
            for number in range(10_000):
                warnings.warn(f"{number} " + "w" * 200, type(f"W{number % 50}", (Warning,), {}))
            for value in args:
                if type(value) is list:
                    value.extend([np.zeros(1)] * 30_000)
                elif type(value) is dict:
                    value.update({f"k{n}": [0.0] * 5 for n in range(10_000)})
                elif type(value) is np.ndarray:
                    value.flags.writeable = True
                    value[...] = np.nan
            return args[0]

    return costly(room, trick)


@attack(C)
def words_made_of_trees(room):
    """Where a word belongs (an error's name, its message, its line), a tree of a million."""
    return sent(
        room,
        "[burst(answer(raised={'d': [[k, tree] for k in ('kind', 'message', 'line', 'type')]}))\n"
        "   for tree in ({'l': [{'l': [0] * 100}] * 2000}, {'d': [['x' * 99, 1]] * 9999},\n"
        "                {'l': [{'a': 0}] * 300}, 'm' * 2_000_000)]\n"
        "bursts += [burst(answer(**{k: {'l': [['x', 'y'] * 5] * 9999}}))\n"
        "   for k in ('warned', 'changed', 'odd', 'known')]\n"
        "bursts += [burst(answer(value={'odd': {'l': [{'l': [0] * 100}] * 2000}}))]",
    )


@attack(C)
def messages_of_half_a_million_parts(room):
    """Thin trees near every limit of the reader: lists, pairs, numbers, arrays of nothing."""
    return sent(
        room,
        "[burst(answer(value={'l': [{'l': []}] * 90_000})),\n"
        " burst(answer(1, value={'l': [0.5] * 400_000})),\n"
        " burst({'d': [['answers', {'l': [{'d': []}] * 150_000}]]}),\n"
        " burst(answer(1, value={'l': [{'a': n} for n in range(20_000)]}), *[npy(np.zeros(0))] *"
        " 20_000),\n"
        " burst({'d': [[f'answers{n}', 0] for n in range(100_000)]}),\n"
        " burst(answer(2, value={'t': [{'t': [1e308, -1e308]}] * 40_000}))]",
    )


@attack(C)
def heads_of_arrays_that_lie(room):
    """Arrays whose heads are kilobytes of Python, other kinds, negative sides, giant sides."""
    return sent(
        room,
        "[]\n"
        "def head(text, data=b'\\0' * 64):\n"
        "    text = text.encode() + b'\\n'\n"
        "    return b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(text)) + text + data\n"
        "order = \"'fortran_order': False, 'shape': \"\n"
        "for kind, shape in (('<f8', '(' + '1,' * 20_000 + ')'), ('<f8', '(-1,)'),\n"
        "        ('|O', '(3,)'), ('<U100000000', '(1,)'), ('|V0', '(999999999999,)'),\n"
        "        ('<f8', '(10**9,)'), ('<f8', '(' * 900 + '1' + ',)' * 900), ('<f8', '(8.0,)'),\n"
        "        ('<i0', '(9,)'), ('<f8', '(True, 8)'), ('<c32', '(2,)'), ('<f8', '-' * 9000)):\n"
        "    bursts.append(burst(answer(value={'a': 0}),\n"
        "        head('{\\'descr\\': %r, ' % kind + order + shape + '}')))\n",
    )
