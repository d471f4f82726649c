"""NDJSON on Spark: every line is read by the same parser and takes the same text form as on one machine."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
from pyspark.sql.functions import arrow_udf

from conformance.bulk.record import Unread
from conformance.bulk.sources.documents import flat
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_BOM = b"\xef\xbb\xbf"
_TEXTS = pa.list_(pa.string())
_NO_OBJECT = "\x00"  # in the place of the names of a line that is no object


def lines(spark: Any, paths: Sequence[str], file: str) -> Any:
    """Return the lines of texts that are not blank, as bytes called `line`, with `file` beside them.

    Args:
        spark: the session.
        paths: of the files.
        file: the SQL of the name of a row's file.
    """
    read = spark.read.option("lineSep", "\n").text(list(paths))
    return read.where(r"not rlike(value, '^\\s*$')").selectExpr("cast(value as binary) as line", f"{file} as file")


def names(rows: Any) -> tuple[tuple[str, ...], tuple[Unread, ...]]:
    """Return the names of all members of all objects, and which files have lines that are no objects."""
    read = rows.withColumn("names", arrow_udf(_names, "array<string>")("line"))
    found = read.selectExpr("file", "explode(names) as name").groupBy("file", "name").count().collect()
    bad: dict[str, int] = defaultdict(int)
    for one in found:
        if one["name"] == _NO_OBJECT:
            bad[one["file"]] += one["count"]
    unread = [Unread(file, None, None, _no_objects(many)) for file, many in sorted(bad.items())]
    return tuple(sorted({one["name"] for one in found} - {_NO_OBJECT})), tuple(unread)


def members(rows: Any, wanted: Mapping[str, str]) -> Any:
    """Return the objects as columns of texts.

    Args:
        rows: as `lines` gives them.
        wanted: member by column.
    """
    texts = rows.withColumn("texts", arrow_udf(_reader(tuple(wanted.values())), "array<string>")("line"))
    columns = [f"texts[{at}] as `{one.replace('`', '``')}`" for at, one in enumerate(wanted)]
    return texts.where("texts is not null").selectExpr(*columns, "file")


def _no_objects(many: int) -> Text:
    return Text(f"有 {many} 行不是JSON对象", f"lines that are no JSON objects: {many}")


def _object(line: bytes) -> dict[str, str | None] | None:
    try:
        row = orjson.loads(line.removeprefix(_BOM))
    except orjson.JSONDecodeError:
        return None
    return flat(row) if isinstance(row, dict) else None


def _names(values: pa.Array) -> pa.Array:
    """The names of the members that are not null; a sign for lines that are no objects."""
    found = [_object(line) for line in values.to_pylist()]
    return pa.array([[_NO_OBJECT] if one is None else list(one) for one in found], _TEXTS)


def _reader(wanted: tuple[str, ...]) -> Callable[[pa.Array], pa.Array]:
    def texts(values: pa.Array) -> pa.Array:
        found = [_object(line) for line in values.to_pylist()]
        return pa.array([None if one is None else [one.get(name) for name in wanted] for one in found], _TEXTS)

    return texts
