"""What a source comes down to: Parquet files, each with its way back to the file and row that the user knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.bulk.record import Unread

#: Rows of one file that may be unreadable before the file as a whole is refused.
MOST_UNREAD = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a source.

    Attributes:
        path: where it is.
        name: its path below the source, as reports show it.
        kind: parquet, csv, ndjson, json, geojson, xlsx or gpkg.
        part: sheet or layer within the file, None where the file has to have one only.
    """

    path: Path
    name: str
    kind: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one file as Parquet.

    Attributes:
        name: of the file that they come from.
        path: of the Parquet file: the source itself or a copy among the spilled files.
        columns: name to physical type as the user knows it.
        geometry: the column of geometries, where the format itself names one.
        before: rows of the same file that other parts hold.
        skipped: positions in the file that could not be read, in order.
    """

    name: str
    path: Path
    columns: Mapping[str, str]
    geometry: str | None = None
    before: int = 0
    skipped: tuple[int, ...] = ()

    def position(self, number: int) -> int:
        """Return the position in the file of a row of the part; both count from 1."""
        found = self.before + number
        for gone in self.skipped:
            if gone > found:
                break
            found += 1
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """One file read: its parts, and the places that could not be read."""

    parts: tuple[Part, ...]
    unread: tuple[Unread, ...] = field(default=())
