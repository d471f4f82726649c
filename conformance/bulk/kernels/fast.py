"""The kernels over texts as machine code, for those who installed numba: one loop over the bytes of a column.

Only `compiled` of the package imports this module. Machine code is kept beside it or, where nothing can be written
there, in the cache folder of the user; where there is neither it is made anew in every process.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from conformance.bulk.kernels.codes import (
    INNER,
    WEIGHTED,
    WHOLE_MASK,
    credit_places,
    identity_places,
    inner_right,
    weighted_right,
    whole_right,
)
from conformance.rules.identifiers import (
    CERTIFICATE_CHARACTERS,
    CERTIFICATE_ROOT,
    CERTIFICATE_SERIAL,
    CREDIT_CHARACTERS,
    IDENTITY_YEARS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.bulk.kernels.base import Column, Truths


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    try:
        made: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no place for a cache
        made = numba.njit(nogil=True)(function)
    return made


def _values(characters: str) -> Any:
    """The value of each byte in an alphabet; `_NONE` for the others."""
    found = np.full(256, _NONE, np.int64)
    found[[ord(one) for one in characters]] = np.arange(len(characters))
    return found


_NONE = 1 << 20
_CREDIT, _LETTERS, _DIGIT = _values(CREDIT_CHARACTERS), _values(CERTIFICATE_CHARACTERS), _values("0123456789")
_CREDIT_PLACES, _WHOLE_RIGHT, _INNER_RIGHT = np.array(credit_places(), np.int64), whole_right(), inner_right()
_IDENTITY_PLACES, _WEIGHTED_RIGHT = np.array(identity_places(), np.int64), weighted_right()
_FIRST_YEAR, _LAST_YEAR = min(IDENTITY_YEARS), max(IDENTITY_YEARS)
_ROOT = np.frombuffer(CERTIFICATE_ROOT.encode(), np.uint8)
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_MONTHS, _FEBRUARY, _LEAP_DAY = 12, 2, 29
_HEAD, _ZONE = len("YYYY-MM-DDThh:mm:ss"), len("+08:00")
_DASH, _COLON, _DOT, _PLUS, _TEE, _ZULU, _ASK = (ord(one) for one in "-:.+TZ?")
_SPACE, _DELETE, _TAB, _LINE, _RETURN = ord(" "), 127, 9, 10, 13
_SUSPECT = np.isin(np.arange(256), [*range(32), _ASK, _DELETE, 0xC2, 0xEE, 0xEF, 0xF3, 0xF4])
_TYPE, _ISSUER = len(CERTIFICATE_ROOT), len(CERTIFICATE_ROOT) + 22
_CERTIFICATE_HEAD, _CERTIFICATE_TAIL = _ISSUER + 19, 6


@_compiled
def _number(data: Any, at: int, size: int) -> Any:
    """The number that digits write; a huge one where other characters stand."""
    found = 0
    for place in range(at, at + size):
        found = found * 10 + _DIGIT[data[place]]
    return found


@_compiled
def _is_day(year: int, month: int, day: int) -> Any:
    if not (1 <= month <= _MONTHS and 1 <= day <= _DAYS[month] and year > 0):
        return False
    return month != _FEBRUARY or day < _LEAP_DAY or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


@_compiled
def _is_date(data: Any, at: int) -> Any:
    if data[at + 4] != _DASH or data[at + 7] != _DASH:
        return False
    year = _number(data, at, 4)
    return year < _NONE and _is_day(year, _number(data, at + 5, 2), _number(data, at + 8, 2))


@_compiled
def _is_clock(data: Any, at: int) -> Any:
    return data[at + 2] == _COLON and _number(data, at, 2) < 24 and _number(data, at + 3, 2) < 60  # noqa: PLR2004


@_compiled
def _credit_code(data: Any, at: int, end: int) -> Any:
    if end - at != len(_CREDIT_PLACES):
        return False
    total = 0
    for place in range(len(_CREDIT_PLACES)):
        total += _CREDIT_PLACES[place, data[at + place]]
    return _WHOLE_RIGHT[total & WHOLE_MASK] and _INNER_RIGHT[total >> INNER]


@_compiled
def _identity_number(data: Any, at: int, end: int) -> Any:
    if end - at != len(_IDENTITY_PLACES):
        return False
    total = 0
    for place in range(len(_IDENTITY_PLACES)):
        total += _IDENTITY_PLACES[place, data[at + place]]
    if not _WEIGHTED_RIGHT[total >> WEIGHTED]:
        return False
    year = _number(data, at + 6, 4)
    inside = _FIRST_YEAR <= year <= _LAST_YEAR
    return inside and _is_day(year, _number(data, at + 10, 2), _number(data, at + 12, 2))


@_compiled
def _real_date(data: Any, at: int, end: int) -> Any:
    return end - at == 10 and _is_date(data, at)  # noqa: PLR2004


@_compiled
def _date_time(data: Any, at: int, end: int) -> Any:
    if end - at <= _HEAD or not _is_date(data, at) or data[at + 10] != _TEE or not _is_clock(data, at + 11):
        return False
    if data[at + 16] != _COLON or _number(data, at + 17, 2) >= 60:  # noqa: PLR2004
        return False
    zone = end - 1
    if data[zone] != _ZULU:
        zone = end - _ZONE
        if zone < at + _HEAD or (data[zone] != _PLUS and data[zone] != _DASH) or not _is_clock(data, zone + 1):
            return False
    point = at + _HEAD
    if zone == point:
        return True
    for place in range(point + 1, zone):
        if _DIGIT[data[place]] == _NONE:
            return False
    return data[point] == _DOT and zone > point + 1


@_compiled
def _blank(data: Any, at: int, end: int) -> Any:
    """How many bytes at the beginning are one blank character."""
    first = data[at]
    if first in (_SPACE, _TAB, _LINE, _RETURN):
        return 1
    if end - at > 1 and first == 0xC2 and data[at + 1] == 0xA0:  # noqa: PLR2004
        return 2
    if end - at > 2 and first == 0xE3 and data[at + 1] == 0x80 and data[at + 2] == 0x80:  # noqa: PLR2004
        return 3
    return 0


@_compiled
def _bad(data: Any, at: int, end: int) -> Any:
    """Whether a character that nobody types begins here: a control, a private or replacement character, `??`."""
    lead = data[at]
    if lead < _SPACE:
        return lead not in (_TAB, _LINE, _RETURN)
    if lead == _DELETE or end - at == 1:
        return lead == _DELETE
    second = data[at + 1]
    if lead == 0xEF:  # noqa: PLR2004 - private to U+F8FF, the replacement character U+FFFD
        return second <= 0xA3 or (second == 0xBF and data[at + 2] == 0xBD)  # noqa: PLR2004
    if lead == 0xC2:  # noqa: PLR2004 - controls to U+009F
        return second <= 0x9F  # noqa: PLR2004
    return (lead == _ASK and second == _ASK) or lead in (0xEE, 0xF4) or (lead == 0xF3 and second >= 0xB0)  # noqa: PLR2004


@_compiled
def _clean_text(data: Any, at: int, end: int) -> Any:
    if at == end:
        return True
    if _blank(data, at, end) or _blank(data, end - 1, end):
        return False
    if end - at > 1 and _blank(data, end - 2, end) == 2:  # noqa: PLR2004
        return False
    if end - at > 2 and _blank(data, end - 3, end) == 3:  # noqa: PLR2004
        return False
    for place in range(at, end):  # noqa: SIM110 - numba knows no generators
        if _SUSPECT[data[place]] and _bad(data, place, end):
            return False
    return True


@_compiled
def _part(data: Any, at: int, size: int, values: Any) -> Any:
    """Whether all characters of a part are of an alphabet."""
    found = 0
    for place in range(at, at + size):
        found |= values[data[place]]
    return found < _NONE


@_compiled
def _certificate_formed(data: Any, at: int, end: int) -> Any:
    serial, tail = at + _CERTIFICATE_HEAD, end - _CERTIFICATE_TAIL
    if not 0 < tail - serial <= CERTIFICATE_SERIAL:
        return False
    for place in range(_TYPE):
        if data[at + place] != _ROOT[place]:
            return False
    dots = data[at + _ISSUER - 1] == _DOT and data[serial - 1] == _DOT and data[tail] == _DOT and data[end - 2] == _DOT
    codes = _part(data, at + _TYPE, 18, _CREDIT) and _part(data, at + _ISSUER, 18, _CREDIT)
    numbers = _part(data, at + _TYPE + 18, 3, _DIGIT) and _part(data, tail + 1, 3, _DIGIT)
    return dots and codes and numbers and _part(data, serial, tail - serial, _LETTERS)


@_compiled
def _certificate_id(data: Any, at: int, end: int) -> Any:
    if not _certificate_formed(data, at, end) or _LETTERS[data[end - 1]] == _NONE:
        return False
    state = 36
    for place in range(at + _TYPE, end - 1):
        if data[place] != _DOT:
            state += _LETTERS[data[place]]
            state = 2 * (state - 36 if state > 36 else state)  # noqa: PLR2004 - modulo without a division
            state -= 37 if state > 37 else 0  # noqa: PLR2004
    return (state + _LETTERS[data[end - 1]]) % 36 == 1


@_compiled
def _credit_codes(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _credit_code(data, offsets[row], offsets[row + 1])


@_compiled
def _identity_numbers(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _identity_number(data, offsets[row], offsets[row + 1])


@_compiled
def _real_dates(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _real_date(data, offsets[row], offsets[row + 1])


@_compiled
def _date_times(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _date_time(data, offsets[row], offsets[row + 1])


@_compiled
def _clean_texts(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _clean_text(data, offsets[row], offsets[row + 1])


@_compiled
def _certificate_ids(data: Any, offsets: Any, good: Any) -> None:
    for row in range(len(good)):
        good[row] = _certificate_id(data, offsets[row], offsets[row + 1])


def _judged(loop: Callable[[Any, Any, Any], None], texts: Column) -> Truths:
    good = np.zeros(len(texts.starts), np.bool_)
    loop(texts.data, texts.offsets, good)
    return good


FAST: Mapping[str, Callable[[Column], Truths]] = MappingProxyType(
    {
        "credit_code": partial(_judged, _credit_codes),
        "identity_number": partial(_judged, _identity_numbers),
        "real_date": partial(_judged, _real_dates),
        "date_time": partial(_judged, _date_times),
        "clean_text": partial(_judged, _clean_texts),
        "certificate_id": partial(_judged, _certificate_ids),
    }
)
"""The answers of each kernel over texts, as numpy gives them."""
