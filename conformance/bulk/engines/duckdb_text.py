"""The text form of a column of DuckDB: what every engine and the row path show alike."""

from __future__ import annotations

#: Real dates only; the engine reads dates faster than a kernel could be called.
NATIVE = {"real_date": "length({x}) = 10 and cast(try_cast({x} as date) as text) is not distinct from {x}"}
_FORMLESS = ("BLOB", "BIT", "GEOMETRY", "VARIANT", "STRUCT", "MAP", "UNION")
_MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME")
_ZONED = "TIMESTAMP WITH TIME ZONE"
_FORM = "%Y-%m-%dT%H:%M:%S"
_EIGHT_HOURS = 8 * 3600 * 1_000_000


def is_text(kind: str) -> bool:
    """Whether a type has a text form; nested values and bytes have none."""
    return not (kind.startswith(_FORMLESS) or kind.endswith("]"))


def is_geometry(kind: str) -> bool:
    """Whether a type can hold a geometry: WKB, or a text that writes one."""
    return kind.startswith(("BLOB", "VARCHAR", "GEOMETRY"))


def text_form(column: str, kind: str) -> str:
    """Return the SQL of a column's text form.

    Args:
        column: the quoted name.
        kind: its type as DuckDB calls it.
    """
    if kind == "VARCHAR":
        return column
    if kind in {"FLOAT", "DOUBLE"}:
        plain = f"cast({column} as text)"
        return f"case when ends_with({plain}, '.0') then left({plain}, -2) else {plain} end"
    if kind == _ZONED:
        there = f"make_timestamp(epoch_us({column}) + {_EIGHT_HOURS})"
        return f"case when isfinite({column}) then strftime({there}, '{_FORM}+08:00') else cast({column} as text) end"
    if kind in _MOMENTS:
        moment = f"cast({column} as timestamp)"
        return f"case when isfinite({moment}) then strftime({moment}, '{_FORM}') else cast({column} as text) end"
    return f"cast({column} as text)"


def geometry_form(column: str, kind: str) -> str:
    """Return the SQL of a geometry as bytes: WKB, or the bytes of the text that writes it."""
    if kind == "VARCHAR":
        return f"encode({column})"
    return column if kind == "BLOB" else f"cast(st_aswkb({column}) as blob)"
