"""Looks up two characters at a time: how check digits of whole columns are added without a loop over rows.

Every pair of characters contributes one number, looked up in a table of its position; the contributions of a text are
added. A sum holds several fields side by side, such as the parts of a date, the weighted sum that decides about the
check character, and a count of characters that may not stand where they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from conformance.bulk.kernels.base import Bytes, Column, Places, Truths

    Table = NDArray[np.uint32]

#: Texts judged in one go, so that what is added stays near.
BLOCK = 1 << 14
DIGITS = {str(digit): digit for digit in range(10)}


def added(rows: Bytes, tables: Table) -> Table:
    """Return the sum of every row of bytes, of which two at a time are looked up."""
    pairs = np.ascontiguousarray(rows).view("<u2")
    sums: Table = tables[0].take(pairs[:, 0])
    for place in range(1, len(tables)):
        sums += tables[place].take(pairs[:, place])
    return sums


def blocks(places: Places) -> Iterator[Places]:
    """Return places in blocks."""
    for begin in range(0, len(places), BLOCK):
        yield places[begin : begin + BLOCK]


def of_length(texts: Column, size: int, tables: Table, right: Callable[[Table], Truths]) -> Truths:
    """Judge the texts of one length by their sums; others are wrong."""
    good = np.zeros(len(texts.starts), np.bool_)
    for block in blocks(np.flatnonzero(np.diff(texts.offsets) == size)):
        good[block] = right(added(texts.windows(texts.starts[block], size), tables))
    return good


def character(values: Mapping[str, int], wrong: int) -> Table:
    """Return what each byte contributes at one place; bytes that may not stand there count as wrong."""
    found = np.full(256, wrong, np.uint32)
    for char, value in values.items():
        found[ord(char)] = value
    return found


def pair_tables(places: Sequence[Table], extra: Mapping[int, Table] | None = None) -> Table:
    """Return the tables of all pairs from those of single places, of which there is an even number.

    Args:
        places: what each byte contributes, by place.
        extra: what pairs contribute beside that, by the place of their first character.
    """
    more = extra or {}
    found = [
        (places[at + 1][:, None] + places[at][None, :]).ravel() + more.get(at, np.uint32(0))
        for at in range(0, len(places), 2)
    ]
    return np.array(found, np.uint32)


def two_digits(contribution: Callable[[int], int]) -> Table:
    """Return what a pair of digits contributes as a number; nothing for other pairs."""
    found = np.zeros(1 << 16, np.uint32)
    for number in range(100):
        first, second = (ord(char) for char in f"{number:02}")
        found[first | second << 8] = contribution(number)
    return found


def numbered(values: Iterable[int], wrong: int, shift: int) -> Callable[[int], int]:
    """Return a contribution for `two_digits`: the number at its place where it is allowed."""
    allowed = frozenset(values)
    return lambda number: number << shift if number in allowed else wrong
