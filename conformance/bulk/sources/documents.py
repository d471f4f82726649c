"""JSON: lines of objects, a list of objects, a collection of features. Every line that is no object is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ijson
import orjson

from conformance.bulk.sources.spill import Spill, text_of
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conformance.bulk.sources.parts import Found, Reading

#: Name of the column that geometries of GeoJSON get.
GEOMETRY = "geometry"
_BOM = b"\xef\xbb\xbf"
_NO_OBJECT = Text("不是 JSON 对象", "not a JSON object")


def read_lines(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read NDJSON; blank lines are no rows, lines that are no objects are noted with their row.

    Args:
        file: the file.
        folder: where its Parquet goes.
        heard: told the number of bytes read, now and then.
    """
    with file.path.open("rb") as lines, Spill(folder, file.name) as spill:
        for line in lines:
            plain = line.removeprefix(_BOM) if spill.position == 1 else line
            if plain.isspace() or not plain:
                continue
            _take_line(spill, plain)
            heard(len(line))
        return spill.reading()


def _take_line(spill: Spill, line: bytes) -> None:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        where = Text(f"第 {error.colno} 个字符处", f"at character {error.colno}")
        spill.skip(None, Text(f"JSON 有误（{where.zh}：{error.msg}）", f"bad JSON ({where.en}: {error.msg})"))
        return
    if isinstance(row, dict):
        spill.add(flat(row))
    else:
        spill.skip(None, _NO_OBJECT)


def flat(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the members of an object in their text form; members that are objects or lists as their JSON text."""
    return {name: value if type(value) is str else form(value) for name, value in row.items()}


def form(value: Any) -> str | None:
    """Return the text form of any JSON value."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    return text_of(value)


def read_list(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read a JSON list of objects, never whole in memory.

    Where the text breaks off, what was read before is kept and the row at which it breaks is noted.
    """
    return _streamed(file, folder, "item", flat, heard)


def read_features(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read a GeoJSON collection: properties as columns, `id` where no property is called so, geometries as GeoJSON."""
    return _streamed(file, folder, "features.item", _feature, heard)


def _feature(row: Mapping[str, Any]) -> dict[str, str | None]:
    properties = row.get("properties") or {}
    found = flat({"id": row.get("id")} | properties if "id" in row else properties)
    return {**found, GEOMETRY: form(row.get("geometry"))}


def _streamed(
    file: Found,
    folder: Path,
    prefix: str,
    taken: Callable[[Mapping[str, Any]], dict[str, str | None]],
    heard: Callable[[int], None],
) -> Reading:
    with Spill(folder, file.name) as spill:
        for row in _items(file, prefix, spill, heard):
            if isinstance(row, dict):
                spill.add(taken(row))
            else:
                spill.skip(None, _NO_OBJECT)
        return _with_geometry(spill.reading(), prefix)


def _with_geometry(reading: Reading, prefix: str) -> Reading:
    if prefix == "item":
        return reading
    return replace(reading, parts=tuple(replace(one, geometry=GEOMETRY) for one in reading.parts))


def _items(file: Found, prefix: str, spill: Spill, heard: Callable[[int], None]) -> Iterator[Any]:
    with file.path.open("rb") as source:
        if source.read(3) != _BOM:
            source.seek(0)
        try:
            for row in ijson.items(source, prefix):
                yield row
                heard(0)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            if spill.position == 1:
                raise SourceError(
                    Text(f"{file.name}：JSON 有误：{error}", f"{file.name}: bad JSON: {error}"), rows_read=0
                ) from error
            reason = Text(
                f"JSON 在此处中断，其后各行均未读取：{error}",
                f"the JSON breaks off here, no row after it was read: {error}",
            )
            spill.skip(None, reason)
