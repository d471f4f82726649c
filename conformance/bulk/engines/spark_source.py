"""What Spark reads: Parquet, CSV in UTF-8 and NDJSON, one file, a folder or a glob, on any file system it knows."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.bulk.engines.spark_lines import lines, members, names
from conformance.bulk.sources.columns import check_key, matched, missing
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.bulk.record import Unread
    from conformance.law.data import Dataset

#: Columns of a view beside the fields: where a row stands.
FILE, ROW = "_conformance_file", "_conformance_row"
_FORMATS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".geoparquet": "parquet",
    ".csv": "csv",
    ".ndjson": "json",
    ".jsonl": "json",
    ".json": "json",
}
_PACKED = (".gz", ".bz2", ".zst")
#: A text that no cell holds: without it Spark takes a quoted empty cell for null.
_NO_VALUE = "\x00\x01"
_CSV: Mapping[str, Any] = {
    "header": True,
    "inferSchema": False,
    "mode": "FAILFAST",
    "quote": '"',
    "escape": '"',
    "nullValue": _NO_VALUE,
    "enforceSchema": False,
    "columnPruning": False,
    "maxColumns": 20480,
    "maxCharsPerColumn": -1,
    "unescapedQuoteHandling": "RAISE_ERROR",
}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a source.

    Attributes:
        format: parquet, csv or json.
        paths: as Spark is given them.
        root: the folder that they share; names of files are shown from there.
        local: where this machine finds them, empty where it does not.
    """

    format: str
    paths: tuple[str, ...]
    root: str
    local: tuple[str, ...]

    @property
    def name(self) -> str:
        """The SQL of the name of a row's file; Spark writes paths as parts of URLs."""
        path = "regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^file:/+', '/')"
        return f"substring({path}, {len(self.root.rstrip('/')) + 2})"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a source.

    Attributes:
        frame: the fields that it has, under their names, with `FILE` and `ROW`.
        kinds: type of each of these columns, as Spark shows it.
        columns: name to type of everything that stands there.
    """

    frame: Any
    kinds: Mapping[str, str]
    columns: Mapping[str, str]
    missing: tuple[str, ...]
    unread: tuple[Unread, ...] = ()


def files(spark: Any, source: str) -> Files:
    """Find the files of a source.

    Raises:
        SourceError: there is none, or Spark does not read such files here.
    """
    found = sorted(spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(source).inputFiles())
    wanted = [one for one in found if not PurePosixPath(unquote(one)).name.startswith(("_", "."))]
    formats = {_format(one) for one in wanted}
    if not wanted:
        raise SourceError(Text(f"{source}：没有文件", f"{source}: there is no file"))
    if len(formats) > 1 or None in formats:
        raise SourceError(
            Text(
                f"{source}：Spark引擎只读取同一格式的Parquet、CSV（UTF-8）或NDJSON文件，其他格式请用duckdb引擎",
                f"{source}: Spark reads files of one format, Parquet, CSV (UTF-8) or NDJSON; use duckdb for others",
            )
        )
    plain = [re.sub("^file:/+", "/", unquote(one)) for one in wanted]
    local = tuple(plain) if all(one.startswith("file:") for one in wanted) else ()
    root = os.path.commonpath([os.path.dirname(one) for one in plain])  # noqa: PTH120 - of other file systems too
    paths = tuple(re.sub(r"([{}\[\]*?\\])", r"\\\1", unquote(one)) for one in wanted)  # Spark reads them as patterns
    return Files(str(formats.pop()), paths, root, local)


def _format(path: str) -> str | None:
    name = PurePosixPath(unquote(path)).name.lower()
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return _FORMATS.get(PurePosixPath(name).suffix)


def rows(spark: Any, found: Files, source: str, dataset: Dataset) -> Rows:
    """Return the rows of files with their columns under the names of the dataset.

    Raises:
        SourceError: it is not the table of the dataset, a CSV is not in UTF-8 or a quote in it is never closed.
    """
    if found.format == "json":
        read = lines(spark, found.paths, found.name)
        there, unread = names(read)
        columns = dict.fromkeys(there, "string")
        fields = _fields(columns, dataset, source)
        frame = members(read, fields).withColumnRenamed("file", FILE).selectExpr("*", f"cast(null as bigint) as {ROW}")
        return Rows(frame, dict.fromkeys(fields, "string"), columns, _missing(fields, dataset), unread)
    if found.format == "csv":
        read = spark.read.options(**_CSV, multiLine=_checked(spark, found)).csv(list(found.paths))
    else:
        read = spark.read.option("mergeSchema", "true").parquet(*found.paths)
    columns = dict(read.dtypes)
    fields = _fields(columns, dataset, source)
    row = "_metadata.row_index + 1" if found.format == "parquet" else "cast(null as bigint)"
    wanted = [f"{quoted(column)} as {quoted(field)}" for field, column in fields.items()]
    frame = read.selectExpr(*wanted, f"{found.name} as {FILE}", f"{row} as {ROW}")
    kinds = {field: columns[column] for field, column in fields.items()}
    return Rows(frame, kinds, columns, _missing(fields, dataset))


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def _fields(columns: Mapping[str, str], dataset: Dataset, source: str) -> Mapping[str, str]:
    matching = matched(list(columns), dataset, source)
    check_key(source, dataset, missing(dataset, [matching]), columns)
    return matching.columns


def _missing(fields: Mapping[str, str], dataset: Dataset) -> tuple[str, ...]:
    return tuple(one.name for one in dataset.fields if one.name not in fields)


def _checked(spark: Any, found: Files) -> bool:
    """Read CSV once as it lies: in UTF-8, and with every quote closed; tells whether cells hold line breaks."""
    quotes = """length(value) - length(replace(value, '"', ''))"""
    read = spark.read.text(list(found.paths))
    texts = read.selectExpr(f"{found.name} as file", "not is_valid_utf8(value) as wrong", f"{quotes} as quotes")
    odd = texts.selectExpr("*", "quotes % 2 as odd").groupBy("file")
    counted = odd.agg({"wrong": "max", "quotes": "sum", "odd": "max"}).collect()
    for one in sorted(counted, key=lambda row: str(row["file"])):
        name = one["file"]
        if one["max(wrong)"]:
            raise SourceError(
                Text(f"{name}：不是UTF-8编码，请转码或用duckdb引擎", f"{name}: not in UTF-8; convert it or use duckdb")
            )
        if one["sum(quotes)"] % 2:
            raise SourceError(Text(f"{name}：有未闭合的引号", f"{name}: a quote is never closed"))
    return any(one["max(odd)"] for one in counted)
