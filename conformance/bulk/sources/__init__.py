"""Sources of tables: Parquet stays where it is, everything else becomes Parquet among spilled files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bulk.sources.finding import found
from conformance.bulk.sources.parts import Found, Part, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Found", "Part", "Reading", "found", "read"]


def read(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read a file that is neither Parquet nor CSV.

    Args:
        file: as `found` gave it.
        folder: where its Parquet goes.
        heard: told that rows were read, now and then.

    Raises:
        SourceError: the file is damaged, or is not the one table that it has to be.
    """
    match file.kind:
        case "xlsx":
            from conformance.bulk.sources.sheets import read_sheets as way  # noqa: PLC0415 - openpyxl takes its time
        case "gpkg":
            from conformance.bulk.sources.packages import read_layer as way  # noqa: PLC0415
        case "geojson":
            from conformance.bulk.sources.documents import read_features as way  # noqa: PLC0415
        case "json":
            from conformance.bulk.sources.documents import read_list as way  # noqa: PLC0415
        case _:
            from conformance.bulk.sources.documents import read_lines as way  # noqa: PLC0415
    return way(file, folder, heard)
