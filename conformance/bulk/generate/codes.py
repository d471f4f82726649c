"""Codes valid on a day, and codes that are not: retired, not yet valid, unknown, or missing in an incomplete list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.generate.days import number_of, text_of
from conformance.bulk.generate.formats import fits
from conformance.bulk.generate.letters import picked
from conformance.bulk.generate.world import GenerateError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.bulk.generate.chance import Dice, Rows
    from conformance.law.data import CodeList, Validity

_EVER = (-(10**7), 10**7)
_CLASS_ROW = re.compile("[0-9]{4}00")
_BESIDE = {"gbt3304-ethnic": {"97", "98"}}
_FAVOURITES = {
    "gbt3304-ethnic": {"01": 500},
    "gbt12406-currency-subset": {"CNY": 300},
    "legal-person-status": {"registered": 88, "deregistered": 8, "revoked": 3},
    "row-operation": {"I": 6, "U": 3},
}


class Choices:
    """The codes of one list by the days on which they are valid."""

    def __init__(self, codes: CodeList) -> None:
        self.list = codes
        self._words = [one for one in codes.codes if not _CLASS_ROW.fullmatch(one)] or list(codes.codes)
        self._spans = [[_span(one) for one in codes.codes[word]] for word in self._words]
        edges = {edge for spans in self._spans for first, last in spans for edge in (first, last + 1)}
        self._edges = np.array(sorted(edges), dtype=np.int64)
        valid = [self._valid(int(day)) for day in self._edges]
        self._sizes = np.array([len(one) for one in valid], dtype=np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._flat = np.array([one for segment in valid for one in segment], dtype=np.int64)

    def _valid(self, day: int) -> list[int]:
        favourites = _FAVOURITES.get(self.list.id, {})
        return [
            at
            for at, spans in enumerate(self._spans)
            if any(first <= day <= last for first, last in spans)
            for _ in range(favourites.get(self._words[at], 1))
        ]

    def places(self, rows: Rows, dice: Dice, days: Rows) -> Rows:
        """Return a code valid on its day for each row, as its place in `words`.

        Raises:
            GenerateError: the list has no code that is valid on one of the days.
        """
        segment = np.searchsorted(self._edges, days, side="right") - 1
        sizes = np.where(segment < 0, 0, self._sizes[segment])
        if not sizes.all():
            day = text_of(int(days[np.flatnonzero(sizes == 0)[0]]))
            raise GenerateError(
                Text(f"代码表 {self.list.id} 没有在 {day} 有效的代码", f"no code of {self.list.id} is valid on {day}")
            )
        places: Rows = self._flat[self._starts[segment] + dice.below(rows, sizes)]
        return places

    @property
    def words(self) -> pa.StringArray:
        """The codes that are picked from."""
        return pa.array(self._words)

    def column(self, rows: Rows, dice: Dice, days: Rows) -> pa.DictionaryArray:
        """Return a column of codes valid on their days; raises as `places`."""
        return picked(self.words, self.places(rows, dice, days))


def _span(one: Validity) -> tuple[int, int]:
    return (
        _EVER[0] if one.start is None else number_of(one.start),
        _EVER[1] if one.end is None else number_of(one.end),
    )


def spans_of(codes: CodeList, code: str) -> list[tuple[int, int]]:
    """Return the first and last days of a code's validities, as days since 1970-01-01."""
    return [_span(one) for one in codes.codes.get(code, ())]


def is_timeless(codes: CodeList) -> bool:
    """Tell whether a list says of itself and of all its codes that they hold for ever."""
    limits = [codes.covers, *(one for spans in codes.codes.values() for one in spans)]
    return all(one.start is None and one.end is None for one in limits)


def retired_before(codes: CodeList, day: int) -> list[str]:
    """Return the codes whose last validity ended before a day."""
    return [one for one in codes.codes if max(last for _, last in spans_of(codes, one)) < day]


def not_yet_on(codes: CodeList, day: int) -> list[str]:
    """Return the codes whose first validity begins after a day."""
    return [one for one in codes.codes if min(first for first, _ in spans_of(codes, one)) > day]


def may_be_missing(codes: CodeList, value: str) -> bool:
    """Tell whether a value that is not listed may be a code all the same, because the list is incomplete."""
    if codes.complete or value in codes.codes or not re.fullmatch(codes.open_pattern or ".+", value):
        return False
    return codes.open_prefix is None or value[: codes.open_prefix] in codes.codes


def unknown_code(codes: CodeList, notation: str | None) -> str | None:
    """Return a value that is certainly no code of a list, of the right form where there is one."""
    wrong = (one for one in _candidates(codes, notation) if one not in codes.codes and not may_be_missing(codes, one))
    return _best(wrong, notation)


def unlisted_code(codes: CodeList, notation: str | None) -> str | None:
    """Return a value of which an incomplete list cannot say whether it is a code, or None."""
    return _best((one for one in _candidates(codes, notation) if may_be_missing(codes, one)), notation)


def _best(found: Iterator[str], notation: str | None) -> str | None:
    known = list(found)
    return next((one for one in known if notation is None or fits(notation, one)), next(iter(known), None))


def _candidates(codes: CodeList, notation: str | None) -> Iterator[str]:
    beside = _BESIDE.get(codes.id, set())
    sizes = sorted({len(one) for one in codes.codes}, reverse=True)
    if notation == "n6":
        yield "500999"
    yield from (letter * size for size in sizes for letter in "98765432")
    yield from (f"{one}{last}" for one in codes.codes for last in "98765432" if f"{one}{last}" not in beside)
    yield from (letter * size for size in sizes for letter in "QXZz")
    yield "QQQQQ"
