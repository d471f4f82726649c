"""Writes rows that Python reads as Parquet files of texts, whatever columns turn up on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from conformance.bulk.record import Unread
from conformance.bulk.sources.parts import MOST_UNREAD, Part, Reading
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Rows kept in memory before they are written.
_BLOCK = 20_000


class Spill:
    """The rows of one file on their way to Parquet; a context manager that leaves no open file behind."""

    def __init__(self, folder: Path, name: str, geometry: str | None = None) -> None:
        self._folder = folder
        self._name = name
        self._geometry = geometry
        self._columns: list[str] = []
        self._rows: list[Mapping[str, Any]] = []
        self._writer: pq.ParquetWriter | None = None
        self._path = folder
        self._parts: list[Part] = []
        self._written = 0
        self._in_part = 0
        self._unread: list[Unread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()

    @property
    def position(self) -> int:
        """The position of the next row, from 1."""
        return self._written + len(self._rows) + len(self._unread) + 1

    def add(self, row: Mapping[str, Any]) -> None:
        """Take a row: texts, None, and bytes for a geometry."""
        self._rows.append(row)
        if len(self._rows) >= _BLOCK:
            self._flush()

    def skip(self, column: str | None, reason: Text) -> None:
        """Note that the next row cannot be read.

        Raises:
            SourceError: there are too many of them for the file to be worth judging.
        """
        self._unread.append(Unread(self._name, self.position, column, reason))
        if len(self._unread) > MOST_UNREAD:
            raise too_many(self._name, self._unread, self._written + len(self._rows))

    def reading(self) -> Reading:
        """Return the file as it was read; only after the last row."""
        self._flush()
        self._finish()
        skipped = tuple(one.row for one in self._unread if one.row is not None)
        parts = [Part(one.name, one.path, one.columns, one.geometry, one.before, skipped) for one in self._parts]
        return Reading(tuple(parts), tuple(self._unread))

    def _flush(self) -> None:
        if not self._rows:
            return
        fresh = [one for one in dict.fromkeys(name for row in self._rows for name in row) if one not in self._columns]
        if fresh or self._writer is None:
            self._finish()
            self._columns = [*self._columns, *fresh]
            self._begin()
        arrays = [pa.array([row.get(name) for row in self._rows], self._kind(name)) for name in self._columns]
        if self._writer is not None:
            self._writer.write_table(pa.table(arrays, schema=self._schema()))
        self._written += len(self._rows)
        self._in_part += len(self._rows)
        self._rows = []

    def _kind(self, name: str) -> pa.DataType:
        return pa.binary() if name == self._geometry else pa.string()

    def _schema(self) -> pa.Schema:
        return pa.schema([(one, self._kind(one)) for one in self._columns])

    def _begin(self) -> None:
        self._path = self._folder / f"{len(list(self._folder.iterdir())):06}.parquet"
        self._writer = pq.ParquetWriter(self._path, self._schema(), compression="zstd")
        self._in_part = 0

    def _finish(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        kinds = {one: "BLOB" if one == self._geometry else "VARCHAR" for one in self._columns}
        before = self._written - self._in_part
        self._parts.append(Part(self._name, self._path, kinds, self._geometry, before))


def too_many(name: str, unread: list[Unread], read: int) -> SourceError:
    """Return the error of a file with more unreadable rows than are worth listing."""
    first = unread[0]
    column = f" {first.column}" if first.column else ""
    return SourceError(
        Text(
            f"{name}：超过 {MOST_UNREAD} 行无法读取，首处为第 {first.row} 行{column}：{first.reason.zh}",
            f"{name}: more than {MOST_UNREAD} rows cannot be read; the first is row {first.row}{column}: "
            f"{first.reason.en}",
        ),
        rows_read=read,
    )


def text_of(value: Any) -> str | None:
    """Return the text form of a JSON or spreadsheet value that is no object.

    Floats take their shortest form without `.0`; everything else is written as it is.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return repr(float(value)).removesuffix(".0")
