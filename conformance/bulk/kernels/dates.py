"""Dates and date-times over columns: numpy, no loop over rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.kernels.pairs import (
    DIGITS,
    added,
    blocks,
    character,
    numbered,
    of_length,
    pair_tables,
    two_digits,
)
from conformance.rules.identifiers import days_of_month

if TYPE_CHECKING:
    from conformance.bulk.kernels.base import Column, Places, Truths
    from conformance.bulk.kernels.pairs import Table

# the fields of a date in a sum: day, month, and what is known of the year
_DAY, _MONTH, _LEAP, _CENTURY, _LEAP_CENTURY, _ZERO = 0, 6, 11, 12, 13, 14
#: Bits that a date takes; other fields lie above.
DATE_BITS = 15
_DATE_MASK = (1 << DATE_BITS) - 1
_HOUR_BITS = 5
_WRONG = 1 << DATE_BITS + _HOUR_BITS
_HEAD, _ZONE = len("YYYY-MM-DDThh:mm:ss"), len("+08:00")


def real_date(texts: Column) -> Truths:
    """Tell which texts are real days written YYYY-MM-DD, years 0001 to 9999."""
    return of_length(texts, 10, _date_tables(), lambda sums: days_right(sums) & (sums >> DATE_BITS == 0))


def date_time(texts: Column) -> Truths:
    """Tell which texts are real instants written YYYY-MM-DDThh:mm:ss, a fraction if any, and an offset or Z."""
    good = np.zeros(len(texts.starts), np.bool_)
    for block in blocks(np.flatnonzero(np.diff(texts.offsets) > _HEAD)):
        sums = added(texts.windows(texts.starts[block], _HEAD + 1), _head_tables())
        good[block] = days_right(sums) & _clock_right()[sums >> DATE_BITS] & _tails_right(texts, block)
    return good


def days_right(sums: Table) -> Truths:
    """Tell which sums hold the fields of a real day."""
    found: Truths = _real_days()[sums & _DATE_MASK]
    return found


def day_pairs(wrong: int, years: range) -> list[Table]:
    """Return the contributions of four pairs of digits: century, year, month and day of the years given."""
    centuries = {year // 100 for year in years}
    return [
        two_digits(lambda century: _century(century) if century in centuries else wrong),
        two_digits(_year_of_century),
        two_digits(numbered(range(1, 13), wrong, _MONTH)),
        two_digits(numbered(range(1, 32), wrong, _DAY)),
    ]


def _tails_right(texts: Column, block: Places) -> Truths:
    """Whether what follows the seconds is a fraction, if any, and Z or an offset."""
    starts, ends = texts.starts[block], texts.ends[block]
    zulu = texts.data[ends - 1] == ord("Z")
    offset = np.zeros(len(block), np.bool_)
    long = np.flatnonzero(~zulu & (ends - starts >= _HEAD + _ZONE))
    sums = added(texts.windows(ends[long] - _ZONE, _ZONE), _zone_tables())
    offset[long] = _clock_right()[sums >> DATE_BITS]
    fraction = ends - starts - _HEAD - np.where(zulu, 1, _ZONE)
    right: Truths = (zulu | offset) & (fraction == 0)
    broken = np.flatnonzero((zulu | offset) & (fraction > 1))
    if len(broken):
        right[broken] = _fractions_right(texts, starts[broken] + _HEAD, fraction[broken])
    return right


def _fractions_right(texts: Column, starts: Places, sizes: Places) -> Truths:
    """Whether a point and then only digits stand at each start."""
    first, last = int(starts.min()), int((starts + sizes).max())
    strange = texts.data[first:last] - np.uint8(ord("0")) > 9  # noqa: PLR2004 - bytes wrap around
    seen = np.concatenate([[0], np.cumsum(strange)])
    inside = seen[starts + sizes - first] - seen[starts + 1 - first]
    right: Truths = (texts.data[starts] == ord(".")) & (inside == 0)
    return right


def _day_places(wrong: int) -> list[Table]:
    """The contributions of the ten places of YYYY-MM-DD, years aside."""
    digit, dash = character(dict.fromkeys(DIGITS, 0), wrong), character({"-": 0}, wrong)
    months, days = (_tens(2, _MONTH, wrong), _ones(_MONTH, wrong)), (_tens(4, _DAY, wrong), _ones(_DAY, wrong))
    return [*[digit] * 4, dash, *months, dash, *days]


def _tens(top: int, shift: int, wrong: int) -> Table:
    return character({str(one): one * 10 << shift for one in range(top)}, wrong)


def _ones(shift: int, wrong: int) -> Table:
    return character({str(one): one << shift for one in range(10)}, wrong)


@cache
def _date_tables() -> Table:
    return pair_tables(_day_places(1 << DATE_BITS), {0: two_digits(_century), 2: two_digits(_year_of_century)})


@cache
def _head_tables() -> Table:
    """Twenty places: a date, T, a time, and whatever follows; then the hour, then wrong characters."""
    clock = [character({"T": 0}, _WRONG), *_clock_places(), character({":": 0}, _WRONG), *_sixty()]
    places = [*_day_places(_WRONG), *clock, np.zeros(256, np.uint32)]
    return pair_tables(places, {0: two_digits(_century), 2: two_digits(_year_of_century)})


@cache
def _zone_tables() -> Table:
    return pair_tables([character({"+": 0, "-": 0}, _WRONG), *_clock_places()])


def _clock_places() -> list[Table]:
    """The contributions of the five places of hh:mm."""
    hours = [_tens(3, DATE_BITS, _WRONG), _ones(DATE_BITS, _WRONG)]
    return [*hours, character({":": 0}, _WRONG), *_sixty()]


def _sixty() -> list[Table]:
    return [character(dict.fromkeys("012345", 0), _WRONG), character(dict.fromkeys(DIGITS, 0), _WRONG)]


@cache
def _clock_right() -> Truths:
    """For every hour with its count of wrong characters: none wrong, and before 24."""
    return np.arange(1 << _HOUR_BITS + 5) < 24  # noqa: PLR2004


def _century(century: int) -> int:
    return (century % 4 == 0) << _LEAP_CENTURY | (century == 0) << _ZERO


def _year_of_century(year: int) -> int:
    return (year % 4 == 0 and year != 0) << _LEAP | (year == 0) << _CENTURY


@cache
def _real_days() -> Truths:
    """For every date field whether it is a real day."""
    return np.fromiter(map(_is_real, range(1 << DATE_BITS)), np.bool_, 1 << DATE_BITS)


def _is_real(field: int) -> bool:
    def bit(place: int) -> bool:
        return bool(field >> place & 1)

    leap = bit(_LEAP) or (bit(_CENTURY) and bit(_LEAP_CENTURY))
    nowhere = bit(_CENTURY) and bit(_ZERO)
    return not nowhere and 1 <= field & 63 <= days_of_month(field >> _MONTH & 31, leap=leap)
