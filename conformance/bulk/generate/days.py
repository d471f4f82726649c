"""Days and times as numbers, and the texts of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.letters import cells, picked, strings

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Flags, Rows

_EPOCH = date(1970, 1, 1)
_DAY = 86_400
_FIRST, _LAST = (date(1800, 1, 1) - _EPOCH).days, (date(2199, 12, 31) - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Days:
    """A day for each row, as days since 1970-01-01.

    Attributes:
        absent: rows without a day; None where every row has one.
    """

    numbers: Rows
    absent: Flags | None = None


def number_of(day: date) -> int:
    """Return a day as days since 1970-01-01."""
    return (day - _EPOCH).days


def text_of(number: int) -> str:
    """Return a day as YYYY-MM-DD."""
    return (_EPOCH + timedelta(days=number)).isoformat()


@cache
def _cells() -> NDArray[np.void]:
    """Every day of four centuries as YYYY-MM-DD."""
    return np.datetime_as_string(np.arange(_FIRST, _LAST + 1).astype("datetime64[D]")).astype("S10").view("V10")


@cache
def _texts() -> pa.StringArray:
    return strings(_LAST - _FIRST + 1, _cells())


def dates(days: Days, first: int, last: int) -> pa.DictionaryArray:
    """Return a column of YYYY-MM-DD; the days lie from `first` to `last` (the numbers of absent ones do not count)."""
    index = days.numbers - first
    known = index if days.absent is None else np.where(days.absent, 0, index)
    return picked(_texts().slice(first - _FIRST, last - first + 1), known, days.absent)


@cache
def _clock() -> NDArray[np.void]:
    return cells([f"{one // 3600:02d}:{one // 60 % 60:02d}:{one % 60:02d}" for one in range(_DAY)])


def times(days: Rows, seconds: Rows) -> pa.StringArray:
    """Return a column of date-times in China, YYYY-MM-DDThh:mm:ss+08:00."""
    return strings(len(days), _cells()[days - _FIRST], b"T", _clock()[seconds], b"+08:00")
