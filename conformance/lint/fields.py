"""Names for the places of a breach: the row and column of a table, the heading that a JSON pointer has there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.lint.layout import Bound, Layout
    from conformance.lint.records import Place
    from conformance.lint.template import Column, Template

_ITEM = re.compile(r"/items/([0-9]+)(/.*)?")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a breach stands, as a person finds it.

    Attributes:
        row: CSV and XLSX: its row, that of the item where the breach is in one; 0 elsewhere.
        letter: CSV and XLSX: its column; nothing where the table has none.
        heading: the heading of the file, or of the template; nothing where neither has one.
        pointer: JSON pointer into the entry.
    """

    row: int
    letter: str
    heading: Text
    pointer: str


class Fields:
    """Names the fields of one file."""

    def __init__(self, template: Template, layouts: Mapping[str, Layout]) -> None:
        self._template = template
        self._layouts = layouts

    def spot(self, place: Place | None, pointer: str) -> Spot:
        """Return where a pointer of an entry stands; a place of None is the whole file."""
        found = _ITEM.fullmatch(pointer)
        row = place.row if place else 0
        if found and place and int(found.group(1)) < len(place.item_rows):
            row = place.item_rows[int(found.group(1))]
        bound = self._bound(place, _general(pointer))
        if bound:
            return Spot(row, bound.letter, Text(bound.heading, bound.heading), pointer)
        column = _nearest(self._template.columns, _general(pointer))
        return Spot(row, "", column.heading if column else Text("", ""), pointer)

    def say(self, place: Place | None, pointer: str, words: Text) -> Text:
        """Return what came or was due with the words of the table in place of those of the entry."""
        bound = self._bound(place, _general(pointer))
        if bound is None:
            return words
        labels = bound.column.labels
        return Text(*(_QUOTED.sub(lambda hit: f'"{labels.get(hit.group(1), hit.group(1))}"', one) for one in words))

    def _bound(self, place: Place | None, pointer: str) -> Bound | None:
        layout = self._layouts.get(place.sheet) if place else None
        bound = layout.columns if layout else ()
        column = _nearest((one.column for one in bound), pointer)
        return next((one for one in bound if one.column is column), None)


def _general(pointer: str) -> str:
    """Return a pointer with `-` for the index of the item."""
    found = _ITEM.fullmatch(pointer)
    return f"/items/-{found.group(2) or ''}" if found else pointer


def _nearest(columns: Iterable[Column], pointer: str) -> Column | None:
    """Return the column of a pointer, else the one that holds it as a list, else the first of what is below it."""
    below = None
    for one in columns:
        for held in (one.pointer, *one.by[1].values()):
            if held and (held == pointer or pointer.startswith(f"{held}/")):
                return one
            if held.startswith(f"{pointer}/") and below is None:
                below = one
    return below
