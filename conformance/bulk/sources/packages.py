"""GeoPackage: one layer of an SQLite file, its geometries taken out of their wrapping."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from conformance.bulk.sources.spill import Spill, text_of
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.bulk.sources.parts import Found, Reading

_MAGIC = b"GP"
_HEADER = 8
#: Bytes of the envelope by its code in the flags (GeoPackage 1.3, 2.1.3).
_ENVELOPES = (0, 32, 48, 48, 64)
_NO_WRAPPING = Text("几何不是 GeoPackage 二进制", "the geometry is no GeoPackage binary")


def read_layer(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read the layer of a GeoPackage.

    Args:
        file: the file; its part names the layer where there are several.
        folder: where its Parquet goes.
        heard: told that rows were read, now and then.

    Raises:
        SourceError: the file is damaged, has no layer, or has several and none was named.
    """
    try:
        with closing(sqlite3.connect(f"{file.path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            layer, geometry = _layer(base, file)
            return _read(base, file, (layer, geometry), folder, heard)
    except sqlite3.Error as error:
        raise SourceError(
            Text(f"{file.name}：GeoPackage 损坏或不完整：{error}", f"{file.name}: the GeoPackage is damaged: {error}")
        ) from error


def _layer(base: sqlite3.Connection, file: Found) -> tuple[str, str | None]:
    layers = dict(
        base.execute(
            "select c.table_name, g.column_name from gpkg_contents c left join gpkg_geometry_columns g"
            " on g.table_name = c.table_name where c.data_type in ('features', 'attributes') order by 1"
        ).fetchall()
    )
    chosen = [file.part] if file.part is not None else list(layers)
    if len(chosen) == 1 and chosen[0] in layers:
        return str(chosen[0]), layers[chosen[0]]
    names = "、".join(layers) or "无"
    shown = names.replace("、", ", ") if layers else "none"
    raise SourceError(
        Text(
            f"{file.name}：请以 #图层 指明一个图层，现有：{names}",
            f"{file.name}: name one layer by #LAYER; there is: {shown}",
        )
    )


def _read(
    base: sqlite3.Connection,
    file: Found,
    layer: tuple[str, str | None],
    folder: Path,
    heard: Callable[[int], None],
) -> Reading:
    name, geometry = layer
    quoted = name.replace('"', '""')
    rows = base.execute(f'select * from "{quoted}" order by rowid')  # noqa: S608 - the name is quoted
    names = [one[0] for one in rows.description]
    with Spill(folder, file.name, geometry) as spill:
        for values in rows:
            _take(spill, dict(zip(names, values, strict=True)), geometry)
            heard(0)
        return spill.reading()


def _take(spill: Spill, row: dict[str, Any], geometry: str | None) -> None:
    found: dict[str, str | bytes | None] = {}
    for name, value in row.items():
        if name == geometry and value is not None:
            plain = unwrapped(value)
            if plain is None:
                spill.skip(name, _NO_WRAPPING)
                return
            found[name] = plain
        elif isinstance(value, bytes):
            spill.skip(name, Text("应为文本，实为二进制", "bytes where a text is due"))
            return
        else:
            found[name] = text_of(value)
    spill.add(found)


def unwrapped(value: object) -> bytes | None:
    """Return the WKB within a GeoPackage geometry; None where there is no such wrapping."""
    if not isinstance(value, bytes) or not value.startswith(_MAGIC) or len(value) < _HEADER:
        return None
    code = value[3] >> 1 & 7
    return value[_HEADER + _ENVELOPES[code] :] if code < len(_ENVELOPES) else None
