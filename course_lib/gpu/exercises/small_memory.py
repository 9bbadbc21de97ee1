"""Arrays of a device with little memory: a row of scores over all keys does not fit, whoever asks for it."""

import weakref
from typing import Any

import numpy as np

__all__ = ["SmallMemory", "in_small_memory"]


#: Arrays of a tile's scores that may be there at the same time: scores, differences, exponentials, views of them.
AT_ONCE = 12


class Room:
    """The tiles of scores that are there now."""

    def __init__(self) -> None:
        self._tiles: dict[int, weakref.ref] = {}  # by the id of the reference: an array cannot be hashed

    def take(self, array: np.ndarray) -> int:
        """Count an array until it is gone; how many there are now."""
        reference = weakref.ref(array, lambda gone: self._tiles.pop(id(gone), None))
        self._tiles[id(reference)] = reference
        return len(self._tiles)


class SmallMemory(np.ndarray):
    """An array that refuses to make, or to meet, one with an axis as long as all the keys, but for keys and values themselves;
    and more than a few tiles of scores at a time.

    What becomes of it (slices, sums, products, joined pieces) watches as well. An answer that takes plain copies first is not
    watched, and not refused either: the lesson measures its memory.
    """

    keys: int = 0
    widths: tuple[int, ...] = ()
    tile: int = 0
    # Not among its variables, which travel to a grader's worker: there each array begins with a room of its own.
    __slots__ = ("__dict__", "_room")

    @property
    def room(self) -> Room:
        """Where its tiles of scores are counted."""
        if getattr(self, "_room", None) is None:
            self._room = Room()
        return self._room

    def __array_finalize__(self, parent: object) -> None:
        """Called by NumPy for slices and other views."""
        if isinstance(parent, SmallMemory) and parent.keys:
            self._belongs(parent.keys, parent.widths, parent.tile, parent.room)
            self._check(self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple = (), **kwargs: Any) -> Any:
        """Sums, products, exponentials: neither an input nor the result may be a row of all scores."""
        for array in inputs:
            self._check(array)
        if out:
            kwargs["out"] = tuple(map(_plain, out))
        result = getattr(ufunc, method)(*map(_plain, inputs), **kwargs)
        return out[0] if len(out) == 1 else self._watched(result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Functions such as np.concatenate, which would otherwise forget what is watched."""
        return self._watched(super().__array_function__(function, types, args, kwargs))

    def __deepcopy__(self, memo: dict) -> "SmallMemory":
        """A copy that watches as well."""
        return in_small_memory(np.asarray(self).copy(), self.keys, self.widths, self.tile)

    def _belongs(self, keys: int, widths: tuple[int, ...], tile: int, room: Room) -> None:
        self.keys, self.widths, self.tile, self._room = keys, widths, tile, room
        if tile in self.shape and not {*self.shape} & {*widths} and room.take(self) > AT_ONCE:
            raise MemoryError(
                f"no room: the scores of {AT_ONCE} tiles of {tile} keys are here already, and nothing lets go of them"
            )

    def _watched(self, result: Any) -> Any:
        self._check(result)
        if isinstance(result, np.ndarray) and result.ndim:
            return in_small_memory(result, self.keys, self.widths, self.tile, self.room)
        return result

    def _check(self, array: Any) -> None:
        shape = array.shape if isinstance(array, np.ndarray) else ()
        if not self.keys or self.keys not in shape:
            return
        others = tuple(length for length in shape if length not in (1, self.keys))
        if others not in [(width,) for width in self.widths]:
            raise MemoryError(
                f"no room for an array of shape {shape}: a query's scores of all {self.keys} keys at once. "
                f"At most {self.tile} of them fit"
            )


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, SmallMemory) else value


def in_small_memory(
    array: np.ndarray, keys: int, widths: tuple[int, ...], tile: int, room: Room | None = None
) -> SmallMemory:
    """The array in a memory that holds `tile` scores of each query and no more; `widths` are those of queries and values."""
    watched = np.asarray(array).view(SmallMemory)
    watched._belongs(keys, widths, tile, room or Room())
    return watched
