"""Chance that is a pure function of a row's number: whoever asks, in whatever order, gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_WORD = np.uint64
_ROUNDS = 6
_HALF = _WORD(32)


def _key(*names: object) -> int:
    """Return 64 bits that stand for a list of names."""
    return int.from_bytes(blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest(), "little")


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit words (the finaliser of splitmix64), in place."""
    words ^= words >> _WORD(30)
    words *= _WORD(0xBF58476D1CE4E5B9)
    words ^= words >> _WORD(27)
    words *= _WORD(0x94D049BB133111EB)
    words ^= words >> _WORD(31)
    return words


@dataclass(frozen=True, slots=True)
class Dice:
    """Throws for numbered rows; dice of other names are independent."""

    key: int

    @classmethod
    def of(cls, seed: int, *names: object) -> Dice:
        """Return the dice of a seed and a list of names."""
        return cls(_key("dice", seed, *names))

    def throw(self, rows: Rows) -> NDArray[np.uint64]:
        """Return 64 random bits for each row."""
        words: NDArray[np.uint64] = rows.astype(np.uint64) * _WORD(0x9E3779B97F4A7C15) + _WORD(self.key)
        return _mixed(words)

    def below(self, rows: Rows, bound: int | NDArray[np.int64]) -> Rows:
        """Return numbers from 0 to below `bound` (at most 2^32), one for each row."""
        limit = np.asarray(bound, dtype=np.uint64)
        return (((self.throw(rows) >> _HALF) * limit) >> _HALF).astype(np.int64)

    def happens(self, rows: Rows, permille: int) -> Flags:
        """Tell for each row whether something that happens so often out of 1000 happens."""
        return self.below(rows, 1000) < permille


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A permutation of 0 … size - 1: a Feistel network that walks on where it leaves the range.

    Attributes:
        size: at most 2^62.
    """

    size: int
    key: int

    @classmethod
    def of(cls, size: int, seed: int, *names: object) -> Shuffle:
        """Return the permutation of a seed and a list of names."""
        return cls(size, _key("shuffle", seed, *names))

    def __call__(self, index: Rows) -> Rows:
        """Return where each number goes; no two go to the same place."""
        found = self._network(index.astype(np.uint64))
        out = np.flatnonzero(found >= _WORD(self.size))
        while out.size:
            found[out] = self._network(found[out])
            out = out[found[out] >= _WORD(self.size)]
        return found.astype(np.int64)

    def _network(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        bits = max(2, (self.size - 1).bit_length())
        low = bits // 2
        right_mask, left_mask = _WORD((1 << low) - 1), _WORD((1 << (bits - low)) - 1)
        left, right = words >> _WORD(low), words & right_mask
        for turn in range(_ROUNDS):
            word = _WORD(_key(self.key, turn) | 1)
            if turn % 2:
                left = left ^ (_stirred(right, word) & left_mask)
            else:
                right = right ^ (_stirred(left, word) & right_mask)
        found: NDArray[np.uint64] = (left << _WORD(low)) | right
        return found


def _stirred(half: NDArray[np.uint64], word: np.uint64) -> NDArray[np.uint64]:
    mixed = (half + word) * word
    stirred: NDArray[np.uint64] = ((mixed ^ (mixed >> _WORD(29))) * _WORD(0xD6E8FEB86659FD93)) >> _WORD(32)
    return stirred
