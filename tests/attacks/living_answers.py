"""Attacks by answers that live on: they change, grow or point elsewhere while they are read."""

from tests.attacks.classroom import FIRST
from tests.attacks.corpus import attack
from tests.attacks.verdicts import everywhere

V = "verdict forging"


@attack(V)
def arrays_that_point_nowhere(room):
    """What says of itself that it lies at an address, and that is nobody's."""

    def trick():
        import numpy as np

        print("armed")

        class Elsewhere:
            __array_interface__ = {
                **{"shape": (10**6,), "typestr": "<f8", "data": (4096, True), "version": 3}
            }
            __array_struct__ = property(lambda self: 1 / 0)

            def __array__(self, *args, **keys):
                raise KeyboardInterrupt

        trick = lambda *args: (Elsewhere(), np.broadcast_to(1.0, (10**9, 10**8)))  # noqa: E731, F841

    return everywhere(room, trick)


@attack(V)
def an_array_that_changes_after_it_was_given(room):
    """A thread goes on writing into what was returned, and takes its memory away."""

    def trick():
        import threading

        import numpy as np

        print("armed")

        def later(given):
            for number in range(20_000):
                given[...] = number
                given.resize((5 + number % 2 * 10_000,), refcheck=False)

        def trick(*args):
            given = np.zeros(5)
            threading.Thread(target=later, args=(given,), daemon=True).start()
            return given, [given]

    return everywhere(room, trick)


@attack(V)
def a_list_that_grows_while_it_is_read(room):
    def trick():
        import threading

        print("armed")

        def grow(given):
            while len(given) < 300_000:
                given.append([given])

        def trick(*args):
            given = [0.0]
            threading.Thread(target=grow, args=(given,), daemon=True).start()
            return given, given

    return everywhere(room, trick)


@attack(V)
def the_paper_rewritten_in_place(room):
    """Whatever holds the inputs is made to hold zeros, to which the answer is zero."""

    def trick():
        import gc

        import numpy as np

        print("armed")

        def trick(*args):
            for one in args:
                if isinstance(one, np.ndarray):
                    one.flags.writeable = True
                    one[...] = 0
                for holder in gc.get_referrers(one):
                    if isinstance(holder, dict) and "__name__" not in holder:
                        for key in [k for k, value in holder.items() if value is one]:
                            holder[key] = one * 0
            return (args[0] * 0,) * 2

    return everywhere(room, trick)


@attack(V)
def references_sought_in_all_of_memory(room):
    """Every function, dictionary and frame that is alive is asked for the right answer."""

    def trick():
        import gc
        import sys
        import types

        print("armed")

        def sought(name, args):
            frame = sys._getframe(1)
            while frame is not None:
                for key in ("reference", "expected", "right", "answers"):
                    found = frame.f_locals.get(key)
                    if callable(found):
                        return found(*args)
                frame = frame.f_back
            for one in gc.get_objects():
                if isinstance(one, types.FunctionType) and one.__name__ == name:
                    if one.__module__ != "__main__":
                        return one(*args)
                elif type(one) is dict and one is not globals() and callable(one.get(name)):
                    return one[name](*args)
            raise LookupError(name)

    return everywhere(room, trick, "lambda *args: sought('@NAME@', args)")


@attack("cost of cleaning", points=1)
def what_shows_itself_without_end(room):
    """Objects whose pictures ask for themselves, or end the cell, when they are shown."""
    source = (
        "print('armed')\n"
        "class Shown:\n"
        "    def _repr_html_(self): return self._repr_html_()\n"
        "    def _repr_mimebundle_(self, **keys):\n"
        "        return {'text/html': '<p>' * 200_000, 'image/png': 5}, {'image/png': [1]}\n"
        "    def _repr_svg_(self): raise SystemExit\n"
        "    def __repr__(self): raise KeyboardInterrupt\n"
        "for _ in range(20): display(Shown())\n"
        "nest = []\n"
        "for _ in range(900): nest = [nest]\n"
        "display(nest)"
    )
    return room.with_code(source, room.solved(FIRST))
