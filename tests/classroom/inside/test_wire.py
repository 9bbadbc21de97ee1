"""Values as bytes: what goes in comes out, and whatever is no message of ours is refused and never run."""

import os
import pickle
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.classroom.inside.wire import (
    DTYPES,
    Foreign,
    Limits,
    Malformed,
    pack,
    read_message,
    unpack,
    write_message,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def back(value, **options):
    return unpack(pack(value, **options)[4:])


@settings(max_examples=60, deadline=None)
@given(PLAIN)
def test_plain_values_come_back_as_they_were(value):
    found = back(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 5), (2, 0, 3)])
def test_arrays_keep_shape_kind_and_numbers(dtype, shape):
    array = np.asarray(np.arange(np.prod(shape, dtype=int)).reshape(shape) % 2).astype(dtype)
    found = back(array)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(found, array)
    assert found.flags.writeable or found.size == 0
    big_endian = array.astype(array.dtype.newbyteorder(">"))
    np.testing.assert_array_equal(back(big_endian), array)
    np.testing.assert_array_equal(back(array.T), array.T)


def test_numbers_of_numpy_stay_numbers_of_numpy():
    for value in (np.float32(0.1), np.int64(-3), np.bool_(True)):
        assert type(back(value)) is type(value)
        assert back(value) == value
    assert np.isnan(back(np.float64("nan")))


def test_what_is_not_plain_arrives_as_the_name_of_its_type():
    class Frame:
        def __eq__(self, other):
            return True

        __hash__ = None

    found = back([Frame(), len, np.array([{}])])
    assert [type(value).__name__ for value in found[:2]] == ["Frame", "builtin_function_or_method"]
    assert isinstance(found[0], Foreign)
    assert not callable(found[0])
    assert callable(found[1])
    assert found[2].dtype == object
    assert found[0] != 3


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_malformed(content):
    try:
        unpack(content)
    except Malformed:
        return


@settings(max_examples=60, deadline=None)
@given(PLAIN, st.data())
def test_a_message_that_was_cut_or_goes_on_is_malformed(value, data):
    message = pack(value)[4:]
    with pytest.raises(Malformed):
        unpack(message + b"N")
    with pytest.raises(Malformed):
        unpack(message[: data.draw(st.integers(0, len(message) - 1))])


HUGE = struct.pack("<I", 2**32 - 1)
REFUSED = {
    "a pickle": pickle.dumps(os.system),
    "too long a list": b"l" + HUGE,
    "too long a text": b"s" + HUGE,
    "too large an array": b"a" + struct.pack("<BB2Q", 11, 2, 2**31, 2**31),
    "an axis beyond all": b"a" + struct.pack("<BB1Q", 11, 1, 2**63),
    "an empty array with an axis beyond all": b"a" + struct.pack("<BB2Q", 11, 2, 0, 2**62),
    "too many axes": b"a" + bytes([11, 200]),
    "objects": b"O" + struct.pack("<I", 10) + b"\0" + struct.pack("<BQ", 1, 10**9),
    "too deep": b"l\1\0\0\0" * 1000 + b"N",
    "a list as a key": b"d\1\0\0\0" + b"l\0\0\0\0" + b"N",
    "a judge's kind": b"k" + pack((0, "f", ""))[4:],
    "text that is none": b"s\1\0\0\0\xff",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_message_is_refused(content):
    with pytest.raises(Malformed):
        unpack(content)


def test_limits_hold_on_both_sides():
    small = Limits(size=100, items=10, depth=3, digits=4)
    for value in ("x" * 200, list(range(20)), [[[[[1]]]]]):
        with pytest.raises(Malformed):
            pack(value, limits=small)
        with pytest.raises(Malformed):
            unpack(pack(value)[4:], limits=small)
    with pytest.raises(Malformed):
        unpack(pack(2**100)[4:], limits=small)


def test_reading_and_writing_have_an_end():
    reads, writes = os.pipe()
    try:
        write_message(writes, pack([1, 2]), time.monotonic() + 1)
        assert unpack(read_message(reads, time.monotonic() + 1)) == [1, 2]
        with pytest.raises(TimeoutError):
            read_message(reads, time.monotonic() + 0.05)
        with pytest.raises(TimeoutError):  # nobody reads, and the pipe is full
            write_message(writes, pack(b"x" * 10**6), time.monotonic() + 0.2)
    finally:
        os.close(writes)
        os.close(reads)
