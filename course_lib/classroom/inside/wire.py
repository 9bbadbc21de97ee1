"""Values and messages as bytes: between a judge that trusts nobody and a worker that holds a learner's code.

A message is its length in four bytes and then one value. A value is a letter for its kind and its content, with lengths in
front; nothing in it names code, so that reading one can do no more than make plain values. Whoever reads sets limits, and
whatever breaks them, or is left over, is a `Malformed` message. Pickle would run what it reads.

Plain values go both ways: None, truth values, numbers, texts, bytes, lists, tuples, dictionaries, sets, arrays. What else a worker
returns arrives as a `Foreign`, which says of what type it was. A judge may send more, of kinds that only a `Sender` writes and only
a `Receiver` reads: functions, as numbers to call back by; random generators, as seeds; records of the course, as their class
and fields; arrays that watch what is done with them.
"""

import math
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "LIMITS",
    "Foreign",
    "Limits",
    "Malformed",
    "Reader",
    "Writer",
    "pack",
    "read_message",
    "unpack",
    "write_message",
]

_LENGTH = struct.Struct("<I")
_FLOAT = struct.Struct("<d")
DTYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_CODES = {np.dtype(name).newbyteorder("<"): code for code, name in enumerate(DTYPES)}


class Malformed(Exception):
    """Bytes that are no message of ours, or one beyond the limits."""


class Limits:
    """How much one message may hold.

    Attributes:
        size: bytes of the whole message.
        items: values in it, counted one by one; an array counts as one.
        depth: containers in containers.
        digits: bytes of a whole number.
    """

    def __init__(self, size: int = 32_000_000, items: int = 1_000_000, depth: int = 24, digits: int = 64) -> None:
        self.size, self.items, self.depth, self.digits = size, items, depth, digits


LIMITS = Limits()


class Foreign:
    """Stands for a value that no message carries: an object of the worker's own, known by the name of its type alone.

    >>> Foreign.named("DataFrame")
    a DataFrame
    """

    def __repr__(self) -> str:
        return f"a {type(self).__name__}"

    @classmethod
    def named(cls, name: str, can_be_called: bool = False) -> "Foreign":
        """One of a type of this name, which can be called or not: what is said of a wrong type depends on both."""
        name = "".join(letter for letter in name if letter.isalnum() or letter == "_")[:60] or "object"
        body = {"__call__": _refuse} if can_be_called else {}
        return type(name, (cls,), body)()


def _refuse(*args: Any, **kwargs: Any) -> None:
    raise TypeError("a value of the worker's own cannot be called here")


class Writer:
    """Values as bytes. `special` is asked about what is not plain, and may write it: ``special(value, writer)`` is true then."""

    def __init__(self, special: Callable[[Any, "Writer"], bool] | None = None, limits: Limits = LIMITS) -> None:
        self.parts: list[bytes] = []
        self._special, self._limits, self._items, self._size = special, limits, 0, 0

    def raw(self, letter: bytes, *content: bytes) -> None:
        """A kind and its content."""
        self._items += 1
        self._size += 1 + sum(map(len, content))
        if self._items > self._limits.items or self._size > self._limits.size:
            raise Malformed("the value is too large to be sent")
        self.parts += [letter, *content]

    def counted(self, letter: bytes, content: bytes) -> None:
        """A kind, the length of its content, its content."""
        self.raw(letter, _LENGTH.pack(len(content)), content)

    def value(self, value: Any, depth: int = 0) -> None:
        """Write a value; types are compared exactly, as a type of the learner's own may do anything when it is looked at."""
        if depth > self._limits.depth:
            raise Malformed("the value is nested too deeply to be sent")
        kind = type(value)
        if value is None:
            self.raw(b"N")
        elif kind is bool:
            self.raw(b"T" if value else b"F")
        elif kind is int:
            size = value.bit_length() // 8 + 1
            if size > self._limits.digits:
                self._foreign("int", False)
            else:
                self.counted(b"i", value.to_bytes(size, "little", signed=True))
        elif kind is float:
            self.raw(b"f", _FLOAT.pack(value))
        elif kind is str:
            self.counted(b"s", value.encode("utf-8", "surrogatepass"))
        elif kind is bytes:
            self.counted(b"b", value)
        elif kind in _CONTAINERS:
            self.raw(_CONTAINERS[kind], _LENGTH.pack(len(value)))
            for part in list(value):
                self.value(part, depth + 1)
        elif kind is dict:
            self.raw(b"d", _LENGTH.pack(len(value)))
            for key, part in list(value.items()):
                self.value(key, depth + 1)
                self.value(part, depth + 1)
        elif kind is np.ndarray or (isinstance(value, np.generic) and kind.__module__ == "numpy"):
            self._array(value)
        elif self._special is None or not self._special(value, self):
            self._foreign(getattr(kind, "__name__", "object"), callable(value))

    def _array(self, value: Any) -> None:
        single = not isinstance(value, np.ndarray)
        array = np.asarray(value)
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        if array.dtype.kind == "c" and array.dtype.itemsize > 16:
            array = array.astype(np.complex128)
        if single and array.dtype.kind in "US":
            return self.value(str(value))
        code = _CODES.get(array.dtype.newbyteorder("<"))
        if code is None:
            name = str(array.dtype)[:60].encode()
            return self.counted(b"O", name + b"\0" + struct.pack(f"<B{array.ndim}Q", array.ndim, *array.shape))
        little = np.ascontiguousarray(array, dtype=np.dtype(DTYPES[code]).newbyteorder("<"))
        head = struct.pack(f"<BB{array.ndim}Q", code, array.ndim, *array.shape)
        self.raw(b"n" if single else b"a", head, little.tobytes())

    def _foreign(self, name: str, can_be_called: bool) -> None:
        self.counted(b"o", (b"\1" if can_be_called else b"\0") + str(name)[:60].encode("utf-8", "replace"))

    def message(self) -> bytes:
        """All that was written, with its length in front."""
        content = b"".join(self.parts)
        return _LENGTH.pack(len(content)) + content


_CONTAINERS = {list: b"l", tuple: b"t", set: b"S", frozenset: b"Z"}
_MADE_BY = {b"l": list, b"t": tuple, b"S": set, b"Z": frozenset}


class Reader:
    """Bytes as values. `special` is asked for kinds that are not plain: ``special(letter, reader, depth)``."""

    def __init__(
        self, content: bytes, special: Callable[[bytes, "Reader", int], Any] | None = None, limits: Limits = LIMITS
    ) -> None:
        if len(content) > limits.size:
            raise Malformed(f"a message of {len(content)} bytes, where {limits.size} are allowed")
        self._content, self._at, self._special, self._limits, self._items = content, 0, special, limits, 0

    def take(self, count: int) -> bytes:
        """The next so many bytes."""
        if count < 0 or self._at + count > len(self._content):
            raise Malformed("a message ends too early")
        self._at += count
        return self._content[self._at - count : self._at]

    def length(self) -> int:
        """A length, which cannot be more than what is left."""
        (found,) = _LENGTH.unpack(self.take(4))
        if found > len(self._content) - self._at:
            raise Malformed("a message ends too early")
        return found

    def counted(self) -> bytes:
        """Content that has its length in front."""
        return self.take(self.length())

    def text(self) -> str:
        """A text that has its length in front."""
        return self.counted().decode("utf-8", "surrogatepass")

    def value(self, depth: int = 0) -> Any:
        """The next value."""
        self._items += 1
        if self._items > self._limits.items or depth > self._limits.depth:
            raise Malformed("a message holds too much, or is nested too deeply")
        letter = self.take(1)
        if letter in b"NTF":
            return {b"N": None, b"T": True, b"F": False}[letter]
        if letter == b"i":
            content = self.counted()
            if len(content) > self._limits.digits:
                raise Malformed("a whole number of too many digits")
            return int.from_bytes(content, "little", signed=True)
        if letter == b"f":
            return _FLOAT.unpack(self.take(8))[0]
        if letter == b"s":
            return self.text()
        if letter == b"b":
            return self.counted()
        if letter in _MADE_BY:
            return _MADE_BY[letter]([self.value(depth + 1) for _ in range(self.length())])
        if letter == b"d":
            return {self.value(depth + 1): self.value(depth + 1) for _ in range(self.length())}
        if letter in (b"a", b"n"):
            return self._array(letter == b"n")
        if letter == b"O":
            return self._array_of_objects()
        if letter == b"o":
            content = self.counted()
            return Foreign.named(content[1:].decode("utf-8", "replace"), content[:1] == b"\1")
        if self._special is None:
            raise Malformed(f"a value of an unknown kind, {letter!r}")
        return self._special(letter, self, depth)

    def _shape(self) -> tuple[int, ...]:
        dimensions = self.take(1)[0]
        if dimensions > 32:
            raise Malformed("an array of too many axes")
        return struct.unpack(f"<{dimensions}Q", self.take(8 * dimensions))

    def _array(self, single: bool) -> Any:
        code = self.take(1)[0]
        if code >= len(DTYPES):
            raise Malformed("an array of an unknown kind of number")
        shape, dtype = self._shape(), np.dtype(DTYPES[code]).newbyteorder("<")
        size = math.prod(shape) * dtype.itemsize
        if any(length > 2**40 for length in shape):
            raise Malformed("an array with too long an axis")
        array = np.frombuffer(self.take(size), dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="))
        if dtype.kind == "b":
            array = np.asarray(array.view(np.uint8) != 0)  # any other byte than 0 and 1 would be neither true nor false
        return array[()] if single and shape == () else array

    def _array_of_objects(self) -> Any:
        inner = Reader(self.counted(), limits=self._limits)
        _, _, rest = inner._content.partition(b"\0")
        shape = Reader(rest, limits=self._limits)._shape()
        if math.prod(shape) > 100_000 or any(length > 2**40 for length in shape):
            raise Malformed("an array of too many objects")
        return np.full(shape, None, dtype=object)

    def end(self) -> None:
        """Nothing may be left."""
        if self._at != len(self._content):
            raise Malformed("a message goes on after its value")


def pack(value: Any, special: Callable | None = None, limits: Limits = LIMITS) -> bytes:
    """A value as the bytes of one message.

    >>> unpack(pack({"x": [1, 2.5, None]})[4:])
    {'x': [1, 2.5, None]}
    """
    writer = Writer(special, limits)
    writer.value(value)
    return writer.message()


def unpack(content: bytes, special: Callable | None = None, limits: Limits = LIMITS) -> Any:
    """The value of a message, without its length.

    Raises:
        Malformed: it is none.
    """
    reader = Reader(content, special, limits)
    try:
        value = reader.value()
        reader.end()
    except Malformed:
        raise
    except Exception as problem:  # a list as a key, bytes that are no text, a shape that overflows
        raise Malformed(f"{type(problem).__name__} while a message was read") from None
    return value


def write_message(descriptor: int, message: bytes, until: float | None = None) -> None:
    """Write a whole message. With `until`, a moment of time.monotonic(), no reader can make us wait longer.

    Raises:
        TimeoutError: the other end does not read.
        OSError: there is no other end.
    """
    left = memoryview(message)
    while left:
        if until is not None:
            _wait(descriptor, until, writing=True)
            left = left[os.write(descriptor, left[: select.PIPE_BUF]) :]
        else:
            left = left[os.write(descriptor, left) :]


def read_message(descriptor: int, until: float | None = None, limit: int = LIMITS.size) -> bytes:
    """The next message, without its length.

    Raises:
        TimeoutError: it was not there in time.
        EOFError: the other end is gone.
        Malformed: it is longer than allowed.
    """
    (length,) = _LENGTH.unpack(_read(descriptor, 4, until))
    if length > limit:
        raise Malformed(f"a message of {length} bytes, where {limit} are allowed")
    return _read(descriptor, length, until)


def _read(descriptor: int, count: int, until: float | None) -> bytes:
    parts = []
    while count:
        if until is not None:
            _wait(descriptor, until)
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            raise EOFError("the other end is gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, until: float, writing: bool = False) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(math.ceil(1000 * left)):
        raise TimeoutError("no answer in time")
