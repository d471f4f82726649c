"""Cells of a table: what they say, as the value that an entry has for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.lint.template import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.lint.template import Column, Template
    from conformance.text import Text

Cell = Any
"""Text, a number, true or false, a date, nothing, or `Unreadable`."""

_CHINA = timezone(timedelta(hours=8))
_TIMES = ("", " %H:%M", " %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no value of its own, such as a formula; `why` ends the sentence that refuses it."""

    why: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, numbered as a spreadsheet numbers it."""

    number: int
    cells: Sequence[Cell]

    def text(self, index: int) -> str:
        """Return the text of a cell, nothing beyond the end of the row."""
        return words(self.cells[index]) if index < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(words(one) for one in self.cells)


def words(cell: Cell) -> str:
    """Return a cell as text without the space around it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def value_of(cell: Cell, column: Column, template: Template) -> Any:
    """Return what a filled cell means in its column; what is not understood stays text, for the rules to judge."""
    if isinstance(cell, date):
        return _moment(cell) if column.kind == "date-time" else cell.isoformat()[:10]
    said = words(cell)
    if column.kind == "list":
        return [column.values.get(plain(one), one) for one in _split(said, template.separators)]
    if column.kind in {"date", "date-time"}:
        return _day(said, template.dates, column.kind)
    if column.kind == "integer":
        return int(said) if said.isdecimal() and said.isascii() else said
    known = column.values.get(plain(said), said)
    return known.zfill(column.width) if column.width and isinstance(known, str) and known.isdecimal() else known


def _split(said: str, separators: tuple[str, ...]) -> list[str]:
    parts = re.split("|".join(re.escape(one) for one in separators), said)
    return [one.strip() for one in parts if one.strip()]


def _moment(when: date) -> str:
    """Return a moment with the offset of China, which a cell cannot say."""
    moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)  # noqa: DTZ001 - set below
    return moment.replace(tzinfo=_CHINA, microsecond=0).isoformat()


@lru_cache(maxsize=4096)
def _day(said: str, forms: tuple[str, ...], kind: str) -> str:
    times = _TIMES if kind == "date-time" else ("",)
    for form in (f"{day}{time}" for day in forms for time in times):
        try:
            moment = datetime.strptime(said, form)  # noqa: DTZ007 - a cell says no offset
        except ValueError:
            continue
        return _moment(moment) if kind == "date-time" else moment.date().isoformat()
    return said
