"""What a kernel is, and how texts lie in Arrow arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Truths = NDArray[np.bool_]
    Places = NDArray[np.signedinteger]


_NOWHERE = np.frombuffer(bytes(8), np.int64)


@dataclass(frozen=True, slots=True)
class Kernel:
    """One yes-no question about a value, in three forms that give the same answer to every value.

    Attributes:
        name: as the expression language calls it.
        argument: `text`, or `geometry` as WKB (texts with WKT, GeoJSON or hexadecimal WKB are read too).
        arrow: whole arrays, any layout of texts; null for null.
        value: one value that is not null.
        sql: plain SQL for engines without Python: an expression of DuckDB over `{x}` that sqlglot can translate; its
            own names are all qualified, so that the only bare name is that of the argument. None for geometries.
    """

    name: str
    argument: Literal["text", "geometry"]
    arrow: Callable[[pa.Array], pa.BooleanArray]
    value: Callable[[Any], bool]
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of an array as they lie in memory.

    Attributes:
        data: the bytes of all texts, one after the other, in UTF-8.
        offsets: where each text begins, and behind the last one where it ends.
        nulls: which texts are null; None where none is.
    """

    data: Bytes
    offsets: Places
    nulls: Truths | None

    @property
    def starts(self) -> Places:
        """Where each text begins."""
        return self.offsets[:-1]

    @property
    def ends(self) -> Places:
        """Where each text ends."""
        return self.offsets[1:]

    def answer(self, good: Truths) -> pa.BooleanArray:
        """Return answers as an array, null where the text is null."""
        return pa.array(good, mask=self.nulls)

    def windows(self, starts: Places, size: int) -> Bytes:
        """Return `size` bytes from each start, one row each; starts lie so that all the bytes are there."""
        if not len(starts):
            return np.empty((0, size), np.uint8)
        first, last = int(starts[0]), int(starts[-1])
        if last - first == size * (len(starts) - 1) and bool((np.diff(starts) == size).all()):
            return self.data[first : last + size].reshape(-1, size)
        return sliding_window_view(self.data, size)[starts]


def column(array: pa.Array | pa.ChunkedArray) -> Column:
    """Return the texts of an array without copying them where they are plain; other layouts are cast.

    Raises:
        pyarrow.ArrowInvalid: the values have no text form.
    """
    plain = _plain(array)
    _, offsets, data = plain.buffers()
    kind, width = (np.int64, 8) if pa.types.is_large_string(plain.type) else (np.int32, 4)
    size = len(plain)
    places: Places = np.frombuffer(offsets, kind, size + 1, plain.offset * width) if size else _NOWHERE
    nulls = plain.is_null().to_numpy(zero_copy_only=False) if plain.null_count else None
    return Column(np.frombuffer(data or b"", np.uint8), places, nulls)


def _plain(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    wide = pa.types.is_string_view(array.type) or pa.types.is_dictionary(array.type)
    return array.cast(pa.large_string() if wide else pa.string())
