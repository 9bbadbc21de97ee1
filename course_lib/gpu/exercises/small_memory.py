"""Arrays of a device with little memory: a row of scores over all keys does not fit, whoever asks for it."""

import numpy as np

__all__ = ["SmallMemory", "in_small_memory"]


class SmallMemory(np.ndarray):
    """An array whose products refuse an axis as long as all the keys, unless they are keys or values themselves."""

    keys: int = 0
    widths: tuple[int, ...] = ()
    tile: int = 0

    def __array_finalize__(self, parent: object) -> None:
        """Called by NumPy for every array that comes from another one, be it a slice, a sum or a product."""
        if not isinstance(parent, SmallMemory):
            return
        self.keys, self.widths, self.tile = parent.keys, parent.widths, parent.tile
        others = [length for length in self.shape if length != self.keys]
        if self.keys in self.shape and tuple(length for length in others if length != 1) not in [
            (width,) for width in self.widths
        ]:
            raise MemoryError(
                f"no room for an array of shape {self.shape}: a query's scores of all {self.keys} keys at once. "
                f"At most {self.tile} of them fit"
            )

    def __deepcopy__(self, memo: dict) -> "SmallMemory":
        """A copy that watches as well."""
        return in_small_memory(np.asarray(self).copy(), self.keys, self.widths, self.tile)


def in_small_memory(array: np.ndarray, keys: int, widths: tuple[int, ...], tile: int) -> SmallMemory:
    """The array in a memory that holds `tile` scores of each query and no more; `widths` are those of queries and values."""
    watched = array.view(SmallMemory)
    watched.keys, watched.widths, watched.tile = keys, widths, tile
    return watched
