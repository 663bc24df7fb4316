"""Plain trees survive the trip; nothing else gets through."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bplab.exam.wire import Known, Odd, Rng, WireError, pack, plain, unpack

numbers = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    hnp.arrays(st.sampled_from([np.float64, np.float32, np.int64, np.bool_]), hnp.array_shapes()),
)
trees = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    max_leaves=12,
)


def same(a, b):
    if type(a) is not type(b):
        return False
    if type(a) is np.ndarray:
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if type(a) is float:
        return a == b or (math.isnan(a) and math.isnan(b))
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b


@given(trees)
def test_a_tree_comes_back_as_it_went(tree):
    assert same(unpack(pack(plain(tree))), plain(tree))


def test_tokens_travel():
    tree = {"rng": Rng(7), "f": Known("square", (1.0, np.arange(3))), "odd": Odd("Value")}
    back = unpack(pack(tree))
    assert back["rng"] == Rng(7) and back["odd"] == Odd("Value")
    assert back["f"].name == "square" and np.array_equal(back["f"].params[1], np.arange(3))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(WireError):
        unpack(data)


@given(st.data())
def test_damaged_bytes_are_read_or_refused(data):
    good = bytearray(pack({"a": np.arange(6.0).reshape(2, 3), "b": [1, (2.5, "x")]}))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        unpack(bytes(good))
    except WireError:
        pass


def test_a_header_that_promises_terabytes_is_refused():
    good = pack(np.zeros((2, 3)))
    with pytest.raises(WireError):
        unpack(good.replace(b"(2, 3), }  ", b"(99999999999, 3), }"[:11]))
    with pytest.raises(WireError):
        unpack(pack([[0.0] * 50] * 1000), max_bytes=100)


def test_learners_objects_arrive_as_oddities():
    class Clever(np.ndarray):
        def __eq__(self, other):
            return True

    class Fake:
        def __array__(self, dtype=None, copy=None):
            return np.ones(3)

        def __eq__(self, other):
            return True

    assert plain(np.ones(3).view(Clever)) == Odd("Clever")
    assert plain(Fake()) == Odd("Fake")
    assert plain(np.array([object()])) == Odd("array of dtype object")
    assert plain(np.ma.masked_array([1.0])) == Odd("MaskedArray")
    assert plain(10**1000) == Odd("huge int")
    assert plain(lambda: 0) == Odd("function")


def test_endless_things_are_cut():
    loop = []
    loop.append(loop)
    pack(plain(loop))
    assert len(plain(iter(int, 1).__iter__() and (0 for _ in iter(int, 1)))) == 10_000


def test_numpy_scalars_become_arrays_and_generators_lists():
    assert plain(np.float64(2.0)).shape == ()
    assert plain(range(3)) == [0, 1, 2]
    assert plain(x for x in (1, 2)) == [1, 2]
