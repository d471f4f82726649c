"""Rows of a table put together: the rows of one resource code make one entry, each with its item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.lint.cells import Unreadable, value_of, words
from conformance.lint.records import Oddity, Place, Record, code_of, spot
from conformance.lint.trouble import about
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from conformance.lint.cells import Cell, Row
    from conformance.lint.layout import Bound, Layout
    from conformance.lint.records import Remarks
    from conformance.lint.template import Template

_CODE, _TITLE = "/code", "/title"

Filled = dict[str, "Cell"]
"""The filled cells of a row by the heading of the template."""


def assemble(path: Path, layout: Layout, rows: Iterator[Row], template: Template, remarks: Remarks) -> Iterator[Record]:
    """Yield the entries of one sheet; the index of their places counts within the sheet.

    Raises:
        LintError: a cell cannot be read, or a row is longer than the heading.
    """
    reader = _Reader(path, layout, template)
    current: _Building | None = None
    index = 0
    for row in rows:
        entry, item = reader.read(row)
        if not entry and not item:
            continue
        if current is None or not current.goes_on(entry, item):
            if current is not None:
                yield current.record(index)
            index += 1
            current = _Building(layout, template, row.number)
        remarks.contradict(current.take(row.number, entry, item))
    if current is not None:
        yield current.record(index)


class _Reader:
    """Takes the cells that mean something out of rows."""

    def __init__(self, path: Path, layout: Layout, template: Template) -> None:
        self._path = path
        self._layout = layout
        self._template = template
        self._named = {one.index for one in layout.columns} | set(layout.unknown)

    def read(self, row: Row) -> tuple[Filled, Filled]:
        """Return the filled cells that tell of the entry, and those that tell of its item."""
        self._check(row)
        entry: Filled = {}
        item: Filled = {}
        for one in self._layout.columns:
            cell = row.cells[one.index] if one.index < len(row.cells) else None
            if isinstance(cell, Unreadable):
                raise self._refused(row, one.letter, one.heading, cell)
            if cell is not None and words(cell):
                (item if one.column.of_item else entry)[one.column.heading.zh] = cell
        return entry, item

    def _check(self, row: Row) -> None:
        extra = next((at for at in range(len(row.cells)) if at not in self._named and words(row.cells[at])), None)
        if extra is not None and extra > max(self._named):
            where = spot(self._layout.sheet, row.number)
            raise about(
                self._path,
                f"{where.zh}有 {extra + 1} 格以上，多于表头；单元格内的分隔符须加引号",
                f"{where.en} has more cells than the heading (at least {extra + 1}); quote a delimiter within a cell",
            )

    def _refused(self, row: Row, letter: str, heading: str, cell: Unreadable) -> Exception:
        where = spot(self._layout.sheet, row.number)
        return about(
            self._path,
            f"{where.zh} {letter} 列“{heading}”{cell.why.zh}",
            f"{where.en}, column {letter} “{heading}” {cell.why.en}",
        )


class _Building:
    """One entry while its rows come in."""

    def __init__(self, layout: Layout, template: Template, row: int) -> None:
        self._layout = layout
        self._template = template
        self._row = row
        self._of_entry = [one for one in layout.columns if not one.column.of_item]
        self._of_item = {one.column.heading.zh: one for one in layout.columns if one.column.of_item}
        self._when = {name for name, one in self._of_item.items() if one.column.pointer in template.item_when}
        self._code, self._title = (
            next((one.column.heading.zh for one in self._of_entry if one.column.pointer == pointer), "")
            for pointer in (_CODE, _TITLE)
        )
        self._cells: Filled = {}
        self._items: list[dict[str, Any]] = []
        self._item_rows: list[int] = []

    def goes_on(self, entry: Filled, item: Filled) -> bool:
        """Tell whether a row belongs to this entry, and is not another one under the same or without a code."""
        if not entry:
            return self._template.continue_when_blank
        mine, other = words(self._cells.get(self._code)), words(entry.get(self._code))
        if mine != other:
            rest = [name for name in entry if name != self._code]
            blank = not (mine and other) and self._template.continue_when_blank
            return blank and bool(item) and all(self._same(name, entry[name]) for name in rest)
        retitled = self._title in entry and not self._same(self._title, entry[self._title])
        return not retitled and (bool(item) or self._title not in entry)

    def _same(self, name: str, cell: Cell) -> bool:
        return words(self._cells.get(name)) == words(cell)

    def take(self, number: int, entry: Filled, item: Filled) -> Iterable[Oddity]:
        """Add a row; return where it contradicts the rows before."""
        oddities = [
            self._oddity(number, one, entry[name])
            for one in self._of_entry
            if (name := one.column.heading.zh) in entry and name in self._cells and not self._same(name, entry[name])
        ]
        self._cells = entry | self._cells
        if item.keys() & self._when:
            self._items.append(self._item(item))
            self._item_rows.append(number)
        return oddities

    def _oddity(self, number: int, one: Bound, cell: Cell) -> Oddity:
        first = words(self._cells[one.column.heading.zh])
        where = spot("", self._row)
        due = Text(f"与{where.zh}一致：{first}", f"the same as in {where.en}: {first}")
        return Oddity(self._layout.sheet, number, one.heading, Text(words(cell), words(cell)), due)

    def _item(self, cells: Filled) -> dict[str, Any]:
        """Return the item of a row; where the file has the column, a blank cell says that there is nothing to state."""
        item: dict[str, Any] = {}
        for name, one in self._of_item.items():
            if name in cells:
                _put(item, one.column.path, value_of(cells[name], one.column, self._template))
            elif name not in self._when:
                _put(item, one.column.path, None)
        return item

    def record(self, index: int) -> Record:
        """Return the entry as far as its rows have come."""
        entry: dict[str, Any] = {"items": self._items}
        filled = [one.column for one in self._of_entry if one.column.heading.zh in self._cells]
        for column in filled:
            if column.pointer:
                _put(entry, column.path, value_of(self._cells[column.heading.zh], column, self._template))
        for column in filled:
            member, pointers = column.by
            pointer = pointers.get(str(_get(entry, member.strip("/").split("/"))), "")
            path = pointer.strip("/").split("/")
            if pointer and _get(entry, path) is None:
                _put(entry, tuple(path), value_of(self._cells[column.heading.zh], column, self._template))
        place = Place(index, code_of(entry), sheet=self._layout.sheet, row=self._row, item_rows=_tight(self._item_rows))
        return Record(entry, place)


def _tight(rows: list[int]) -> range | tuple[int, ...]:
    """Return row numbers in little memory."""
    span = range(rows[0], rows[-1] + 1) if rows else range(0)
    return span if len(span) == len(rows) else tuple(rows)


def _put(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        target = target.setdefault(name, {})
    target[path[-1]] = value


def _get(source: Mapping[str, Any], path: Iterable[str]) -> Any:
    found: Any = source
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
