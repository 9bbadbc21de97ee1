"""Keys and values of the tokens already read: what makes writing one token cost one token's work."""

from jaxtyping import Float
from torch import Tensor

__all__ = ["KeyValueCache"]


class KeyValueCache:
    """Keys and values of one attention layer, extended token by token.

    The room is doubled when it runs out, so that a long text is not copied anew at every token. For writing text, not for
    training: keep it inside torch.no_grad().

    >>> import torch
    >>> cache = KeyValueCache()
    >>> K, V = cache.extend(torch.zeros(1, 2, 3, 5), torch.zeros(1, 2, 3, 5))
    >>> K, V = cache.extend(torch.ones(1, 2, 1, 5), torch.ones(1, 2, 1, 5))
    >>> len(cache), tuple(K.shape)
    (4, (1, 2, 4, 5))
    """

    def __init__(self) -> None:
        self._room: tuple[Tensor, Tensor] | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def bytes(self) -> int:
        """The memory of the keys and values kept, without the room that is still free."""
        if self._room is None:
            return 0
        return sum(kept_part[..., : self._length, :].numel() * kept_part.element_size() for kept_part in self._room)

    def extend(
        self, K: Float[Tensor, "batch head new d_head"], V: Float[Tensor, "batch head new d_head"]
    ) -> tuple[Float[Tensor, "batch head all d_head"], Float[Tensor, "batch head all d_head"]]:
        """Keep the keys and values of new tokens; return those of all tokens so far.

        Raises:
            ValueError: another batch size, number of heads or width than before.
        """
        if self._room is not None and (K.shape[:2], K.shape[3]) != (self._room[0].shape[:2], self._room[0].shape[3]):
            raise ValueError(
                f"the cache holds keys of shape {tuple(self._room[0].shape)} and got {tuple(K.shape)}: batch, heads "
                "and width must stay the same. Start a new cache for another batch."
            )
        total = self._length + K.shape[2]
        if self._room is None or total > self._room[0].shape[2]:
            kept = (K[:, :, :0], V[:, :, :0]) if self._room is None else self._room
            self._room = tuple(_with_room(kept_part[:, :, : self._length], 2 * total) for kept_part in kept)
        for room, new in zip(self._room, (K, V), strict=True):
            room[:, :, self._length : total] = new
        self._length = total
        return self._room[0][:, :, :total], self._room[1][:, :, :total]


def _with_room(kept: Tensor, size: int) -> Tensor:
    """What is kept, followed by zeros up to `size` tokens."""
    room = kept.new_zeros(*kept.shape[:2], size, kept.shape[3])
    room[:, :, : kept.shape[2]] = kept
    return room
