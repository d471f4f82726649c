"""CSV into Parquet: read by DuckDB where the file allows it, over a clean copy where it does not.

A reading counts only when its rows account for every line of the file: a parser that passes over lines in silence is
not believed.
"""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from conformance.bulk.engines.duckdb_files import literal, quoted
from conformance.bulk.sources import Part, Reading
from conformance.bulk.sources.cleaning import Cleaning
from conformance.bulk.sources.delimited import Shape, encoding_of, lines_of, shape_of
from conformance.bulk.values import EngineError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.sources import Found

    Wanted = Callable[[Sequence[str]], Collection[str]]

_LARGEST_LINE = 1 << 24
_MARKED = ("utf-16-le", "utf-16-be")


def read_csv(session: Session, file: Found, wanted: Wanted) -> Reading:
    """Read a CSV file.

    Args:
        session: gives limits and the folder.
        file: the file.
        wanted: chooses those of its columns that are kept.

    Raises:
        SourceError: it has no heading, is in no known encoding, or too many of its rows cannot be read.
        EngineError: memory or room on the disk did not suffice.
    """
    shape = shape_of(file)
    lines = lines_of(file.path)
    if shape.encoding == "utf-8" and lines.plain:
        target = _next(session.folder, "parquet")
        rows = _natively(session, file.path, target, shape, wanted)
        if (
            rows is not None
            and rows + 1 + _breaks_within(session, target, doubtful=rows + 1 != lines.written) == lines.written
        ):
            return Reading((_part(file, target, shape),))
    return _cleaned(session, file, shape, wanted)


def _part(file: Found, target: Path, shape: Shape, skipped: Sequence[int] = ()) -> Part:
    return Part(file.name, target, dict.fromkeys(shape.names, "VARCHAR"), skipped=tuple(skipped))


def _next(folder: Path, suffix: str) -> Path:
    return folder / f"{len(list(folder.iterdir())):06}.{suffix}"


def _natively(session: Session, source: Path, target: Path, shape: Shape, wanted: Wanted) -> int | None:
    """Return the number of rows copied; None where DuckDB cannot read the file as it is."""
    try:
        return _copied(session, source, target, (shape, wanted), heading=True)
    except duckdb.Error as error:
        limit = session.limit(error)
        if limit is not None:
            raise limit from error
        return None


def _copied(session: Session, source: Path, target: Path, form: tuple[Shape, Wanted], *, heading: bool) -> int:
    """Copy in a database of its own: some files leave an older DuckDB beyond use."""
    shape, wanted = form
    kept = [one for one in shape.names if one in set(wanted(shape.names))] or list(shape.names[:1])
    columns = ", ".join(f"{literal(one)}: 'VARCHAR'" for one in shape.names)
    options = (
        f"auto_detect = false, header = {str(heading).lower()}, delim = {literal(shape.delimiter)}, quote = '\"',"
        f" escape = '\"', strict_mode = true, allow_quoted_nulls = false, max_line_size = {_LARGEST_LINE},"
        f" columns = {{{columns}}}"
    )
    sql = (
        f"copy (select {', '.join(map(quoted, kept))} from read_csv({literal(source)}, {options}))"
        f" to {literal(target)} (format parquet, compression zstd)"
    )
    with session.connect({"preserve_insertion_order": "true"}) as scratch:
        [(rows,)] = scratch.execute(sql).fetchall()
    return int(rows)


def _breaks_within(session: Session, parquet: Path, *, doubtful: bool) -> int:
    """Count the line breaks within values, where the number of rows alone does not account for the lines."""
    if not doubtful:
        return 0
    source = f"read_parquet({literal(parquet)})"
    names = [quoted(row[0]) for row in session.connection.execute(f"describe select * from {source}").fetchall()]
    each = [f"coalesce(sum(length({one}) - length(replace({one}, chr(10), ''))), 0)" for one in names]
    [(found,)] = session.connection.execute(f"select {' + '.join(each)} from {source}").fetchall()
    return int(found)


def _cleaned(session: Session, file: Found, shape: Shape, wanted: Wanted) -> Reading:
    encoding = shape.encoding if shape.encoding in _MARKED else encoding_of(file.path)
    known = shape if encoding == shape.encoding else shape_of(file, encoding)
    copy, target = _next(session.folder, "csv"), _next(session.folder, "parquet")
    cleaning = Cleaning(file, known, encoding)
    cleaning.write(copy)
    try:
        rows = _copied(session, copy, target, (known, wanted), heading=False)
    except duckdb.Error as error:
        raise session.plain(error) from error
    finally:
        copy.unlink()
    if rows != cleaning.rows:
        message = Text(
            f"{file.name}：写出 {cleaning.rows} 行，读回 {rows} 行，无法信任此文件的读取",
            f"{file.name}: {cleaning.rows} rows were written and {rows} read back; the reading cannot be trusted",
        )
        raise EngineError(message)
    skipped = [one.row for one in cleaning.unread if one.row is not None]
    return Reading((_part(file, target, known, skipped),), tuple(cleaning.unread))
