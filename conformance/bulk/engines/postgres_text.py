"""The text form of a column of PostgreSQL: what every engine shows alike, whatever the database or its user prefers."""

from __future__ import annotations

from dataclasses import dataclass

#: Said once a transaction, so that no setting of server, database or user changes what a value looks like.
SETTINGS = (
    "set local datestyle = 'ISO, YMD'",
    "set local intervalstyle = 'iso_8601'",
    "set local extra_float_digits = 1",
    "set local bytea_output = 'hex'",
    "set local standard_conforming_strings = on",
    "set local lc_monetary = 'C'",
    "set local jit = off",
)
_SPECIAL = "case {{x}}::text when 'NaN' then 'nan' when 'Infinity' then 'inf' when '-Infinity' then '-inf' else {} end"
#: Floating-point numbers are written with an exponent from 1e16 and below 1e-4, where other engines begin with it.
_FLOAT = "case when abs({x}) >= 1e6 and abs({x}) < 1e16 then {x}::text::numeric::text else {x}::text end"
_FORMS = {
    "numeric": _SPECIAL.format("{x}::text"),
    "float4": _SPECIAL.format(_FLOAT),
    "float8": _SPECIAL.format(_FLOAT),
    "money": "{x}::numeric::text",
}
_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})
_FORMLESS = frozenset({"A", "C", "R"})  # arrays, composites, ranges
_GEOMETRIES = frozenset({"geometry", "geography", "bytea", *_TEXTS})
_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS'
_WRITABLE = "isfinite({x}) and {x} >= '0001-01-01' and {x} < '10000-01-01'"


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a column, domains looked through.

    Attributes:
        name: as pg_type calls it.
        category: letter of pg_type.typcategory.
        schema: where the type lives, which is where the functions of its extension live.
        shown: as a person writes it.
    """

    name: str
    category: str
    schema: str
    shown: str


def text_form(column: str, kind: Kind) -> str:
    """Return the SQL of a column's text form, compared by code points whatever its collation.

    Args:
        column: the quoted name.
        kind: its type.
    """
    return f'({_plain(column, kind)}) collate "C"'


def _plain(x: str, kind: Kind) -> str:
    if kind.name == "timestamptz":
        return _moment(x, f"{x} at time zone interval '8 hours'", "+08:00")
    if kind.name == "timestamp":
        return _moment(x, x, "")
    return _FORMS.get(kind.name, "{x}::text").format(x=x)


def _moment(x: str, local: str, offset: str) -> str:
    writable = _WRITABLE.format(x=f"({local})")
    return f"case when {writable} then to_char({local}, '{_MOMENT}') || '{offset}' else {x}::text end"


def is_text(kind: Kind) -> bool:
    """Whether a type has a text form; nested values and bytes have none."""
    return kind.category not in _FORMLESS and kind.name not in {"bytea", "geometry", "geography"}


def is_geometry(kind: Kind) -> bool:
    """Whether a type can hold a geometry: of PostGIS, WKB, or a text that writes one."""
    return kind.name in _GEOMETRIES


def holds_texts(kind: Kind) -> bool:
    """Whether a column's text form is what stands there."""
    return kind.name in _TEXTS


def geometry_form(column: str, kind: Kind) -> str:
    """Return the SQL of a geometry's WKB: of PostGIS where the column is of it, else as it stands."""
    if kind.name in {"geometry", "geography"}:
        return f'"{kind.schema}".st_asbinary({column})'
    return column
