"""The text form of a column of Spark: what every engine shows alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.engines.kinds import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.law.data import Dataset

_FORMLESS = frozenset({"binary", "array", "struct", "map", "variant"})
_PLAIN = (1e-4, 1e16)  # numbers between these are written without an exponent
_GEOMETRIES = frozenset({"string", "binary", "geometry", "geography"})
_FLOATS = frozenset({"float", "double"})
#: The function that writes floating-point numbers; Java writes them in a form of its own.
FLOAT_TEXT = "conformance_float_text"


def text_form(column: str, kind: str) -> str:
    """Return the SQL of a column's text form.

    Args:
        column: the quoted name.
        kind: the type as Spark shows it, such as `decimal(18,6)`.
    """
    name = _bare(kind)
    if name in {"timestamp", "timestamp_ntz"}:
        return _moment(column, name)
    if name in _FLOATS:
        return f"{FLOAT_TEXT}({column})"
    return column if name == "string" else f"cast({column} as string)"


def check_kinds(source: str, kinds: Mapping[str, str], dataset: Dataset) -> None:
    """Refuse a source in which a column has a type that has no text form.

    Raises:
        SourceError: the text names column and type.
    """
    for name, kind in kinds.items():
        geometry = dataset.field(name).data_type == "geometry"
        if _bare(kind) not in _GEOMETRIES if geometry else _bare(kind) in _FORMLESS:
            raise refused(source, name, kind, geometry=geometry)


def _bare(kind: str) -> str:
    return kind.partition("(")[0].partition("<")[0].partition(" ")[0]


def _moment(column: str, name: str) -> str:
    offset = ", '+08:00'" if name == "timestamp" else ""
    written = f"concat(date_format({column}, 'yyyy-MM-dd'), 'T', date_format({column}, 'HH:mm:ss'){offset})"
    inside = f"{column} >= {name}'0001-01-01 00:00:00' and {column} <= {name}'9999-12-31 23:59:59.999999'"
    return f"case when {inside} then {written} else cast({column} as string) end"


def geometry_form(column: str, kind: str) -> str:
    """Return the SQL of a geometry's WKB, or of its text where the column holds texts."""
    return f"st_asbinary({column})" if _bare(kind) in {"geometry", "geography"} else column


def float_text(values: pa.Array) -> pa.Array:
    """Return floating-point numbers in their shortest form, without a trailing `.0`; `nan`, `inf` and `-inf`."""
    numbers = values.fill_null(0).to_numpy(zero_copy_only=False)
    write = _narrow if pa.types.is_float32(values.type) else str
    written = [write(one).removesuffix(".0") for one in numbers]
    return pa.array(written, pa.string(), mask=values.is_null().to_numpy(zero_copy_only=False))


def _narrow(number: np.float32) -> str:
    """Write a number of 32 bits with an exponent where one of 64 bits would have it."""
    plain = number == 0 or _PLAIN[0] <= abs(number) < _PLAIN[1]
    return np.format_float_positional(number, unique=True, trim="-") if plain else str(number)
