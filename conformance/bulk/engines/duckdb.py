"""DuckDB, embedded: the default engine. Files of any size, in little memory, on all cores of this machine."""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from conformance.bulk.engines.duckdb_files import Stored, check_kinds, literal
from conformance.bulk.engines.duckdb_ingest import read_csv
from conformance.bulk.engines.duckdb_kernels import register
from conformance.bulk.engines.duckdb_session import Session
from conformance.bulk.engines.duckdb_table import DuckTable
from conformance.bulk.sources import Part, Reading, found, read
from conformance.bulk.sources.columns import matched
from conformance.bulk.sources.geoparquet import geometry_column
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.bulk.sources import Found
    from conformance.bulk.values import Context
    from conformance.law.data import Dataset


def start(
    context: Context, *, memory: str | None = None, temp: Path | None = None, threads: int | None = None
) -> DuckEngine:
    """Start the engine.

    Args:
        context: what expressions refer to.
        memory: what DuckDB may hold, such as `1GB`, which is the default.
        temp: folder for what does not fit into memory; that of the system where it is None.
        threads: as many as there are cores where it is None.

    Raises:
        EngineError: a limit is not understood or the folder cannot be written.
    """
    return DuckEngine(context, Session(memory, temp, threads))


class DuckEngine:
    """Opens files of every known format."""

    def __init__(self, context: Context, session: Session) -> None:
        self.name = f"duckdb {session.version}"
        self._context = context
        self._session = session
        self._kernels = register(session, context)

    def open(self, source: str, dataset: Dataset) -> DuckTable:
        """Open a file, a folder or a glob.

        Raises:
            SourceError: it is missing, damaged, empty, protected, of unknown format, or not the table of the dataset.
            EngineError: there is no room for what has to be rewritten.
        """
        files = found(source)
        readings = [self._read(one, dataset) for one in files]
        stored = [self._stored(part, dataset) for reading in readings for part in reading.parts]
        table = DuckTable(dataset, self._context, self._session, self._kernels)
        unread = [place for one in readings for place in one.unread]
        return table.over(source, [str(one.path) for one in files], stored, unread)

    def _read(self, file: Found, dataset: Dataset) -> Reading:
        try:
            if file.kind == "parquet":
                return Reading((Part(file.name, file.path, {}, geometry_column(file.path)),))
            if file.kind == "csv":
                return read_csv(self._session, file, lambda names: matched(names, dataset, file.name).columns.values())
            return read(file, self._session.folder, lambda _: None)
        except OSError as error:
            said = Text(f"{file.name}：{error.strerror}", f"{file.name}: {error.strerror}")
            raise self._session.limit(error) or SourceError(said) from error

    def _stored(self, part: Part, dataset: Dataset) -> Stored:
        try:
            described = self._session.connection.execute(
                f"describe select * from read_parquet({literal(part.path)}, hive_partitioning = false)"
            ).fetchall()
        except duckdb.Error as error:
            said = str(error).split("\n")[0]
            raise SourceError(
                Text(f"{part.name}：Parquet 文件损坏：{said}", f"{part.name}: the Parquet file is damaged: {said}")
            ) from error
        kinds = {row[0]: row[1] for row in described}
        names = list(part.columns or kinds)
        matching = matched(names, dataset, part.name, part.geometry)
        shown = Part(part.name, part.path, part.columns or kinds, part.geometry, part.before, part.skipped)
        stored = Stored(shown, kinds, matching.columns)
        check_kinds(stored, dataset)
        return stored

    def close(self) -> None:
        """Close the database and remove what was spilled."""
        self._session.close()
