"""Columns of text made without a loop over rows: cells of equal width side by side, or picks from a list of words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Flags, Rows

Cells = Any
"""An array of cells of one width in bytes (numpy void), or one cell for all rows (bytes)."""

_THREE = 1000


def cells(words: Sequence[str]) -> NDArray[np.void]:
    """Return words of one width in bytes as cells.

    Raises:
        ValueError: their widths differ.
    """
    encoded = [one.encode() for one in words]
    width = len(encoded[0])
    if any(len(one) != width for one in encoded):
        raise ValueError(f"words of different widths: {words[:3]}")
    return np.frombuffer(b"".join(encoded), dtype=f"V{width}")


@cache
def _threes() -> NDArray[np.void]:
    return cells([f"{number:03d}" for number in range(_THREE)])


def digits(numbers: Rows, width: int) -> tuple[NDArray[np.void], ...]:
    """Return numbers as cells of decimal digits with leading zeros, three digits a cell; `width` is a multiple of 3."""
    found: list[NDArray[np.void]] = []
    rest = numbers
    for _ in range(width // 3):
        rest, three = np.divmod(rest, _THREE)
        found.append(_threes()[three])
    return tuple(reversed(found))


def strings(size: int, *parts: Cells) -> pa.StringArray:
    """Return a column of texts, each the parts of its row side by side.

    Args:
        size: number of rows.
        parts: cells, one for each row, or bytes that stand in every row.
    """
    typed = [np.void(one) if isinstance(one, bytes) else one for one in parts]
    form = np.dtype([(f"part{at}", one.dtype) for at, one in enumerate(typed)])
    table = np.empty(size, dtype=form)
    for at, one in enumerate(typed):
        table[f"part{at}"] = one
    offsets = np.arange(size + 1, dtype=np.int64) * form.itemsize
    return pa.StringArray.from_buffers(size, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(table.tobytes()))


def picked(words: pa.StringArray, index: Rows, absent: Flags | None = None) -> pa.DictionaryArray:
    """Return a column of words by their place in a list, null where absent."""
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=absent), words)


def blanked(column: pa.Array, absent: Flags) -> pa.Array:
    """Return a column with nulls where it has them and in the rows that are absent."""
    if column.null_count:
        absent = absent | column.is_null().to_numpy(zero_copy_only=False)
    if isinstance(column, pa.DictionaryArray):
        places = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=absent), column.dictionary)
    bits = pa.py_buffer(np.packbits(~absent, bitorder="little").tobytes())
    return pa.Array.from_buffers(column.type, len(column), [bits, *column.buffers()[1:]])


def plain(column: pa.Array) -> pa.Array:
    """Return a column as texts or bytes, whatever its encoding."""
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column
