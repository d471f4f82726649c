"""What a table of PostgreSQL looks like: its columns and their types, and the parts in which it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk.engines.kinds import refused
from conformance.bulk.engines.postgres_text import Kind, is_geometry, is_text
from conformance.bulk.sources.columns import check_key, matched, missing
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.bulk.engines.postgres_link import Link
    from conformance.bulk.engines.postgres_source import Address
    from conformance.law.data import Dataset

#: Pages (of 8 KiB) that are counted in one statement; a table of fewer is counted in one.
PAGES = 8192
_RANGES_SINCE = "14"  # the first version that reads a range of pages without reading the others

_FIND = """
select c.oid::bigint, n.nspname, c.relname, c.relkind::text, greatest(c.reltuples, 0)::bigint,
       coalesce((select max(pg_relation_size(t.relid)) from pg_partition_tree(c.oid) as t where t.isleaf),
                pg_relation_size(c.oid)) / current_setting('block_size')::bigint,
       has_schema_privilege(n.oid, 'usage')
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relname = %s and c.relkind in ('r', 'v', 'm', 'f', 'p')
  and case when %s::text is null then pg_table_is_visible(c.oid) else n.nspname = %s end
"""
_COLUMNS = """
with recursive kind(place, name, type, readable, shown) as (
  select a.attnum, a.attname, a.atttypid, has_column_privilege(a.attrelid, a.attnum, 'select'),
         format_type(a.atttypid, a.atttypmod)
  from pg_attribute as a where a.attrelid = %s::oid and a.attnum > 0 and not a.attisdropped
  union all
  select k.place, k.name, t.typbasetype, k.readable, k.shown
  from kind as k join pg_type as t on t.oid = k.type where t.typtype = 'd'
)
select k.name::text, t.typname::text, t.typcategory::text, n.nspname::text, k.shown, k.readable
from kind as k join pg_type as t on t.oid = k.type join pg_namespace as n on n.oid = t.typnamespace
where t.typtype <> 'd' order by k.place
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A table as it was found.

    Attributes:
        relation: its quoted name.
        columns: every column with its type.
        fields: field of the dataset to column, for those that the table has.
        rows: as the server estimates, None where it does not know.
        parts: conditions that together hold for every row once; one empty condition is the whole table.
    """

    relation: str
    columns: Mapping[str, Kind]
    fields: Mapping[str, str]
    rows: int | None
    parts: tuple[str, ...]

    def kind(self, field: str) -> Kind | None:
        """Return the type of a field's column, None where there is none."""
        return self.columns[self.fields[field]] if field in self.fields else None


def look(link: Link, where: Address, dataset: Dataset) -> Opened:
    """Find a table and match its columns to the fields of a dataset.

    Raises:
        SourceError: there is no such table, a column may not be read, or no column is a field.
    """
    found = link.rows(_FIND, (where.table, where.schema, where.schema))
    if not found:
        raise SourceError(Text(f"{where.shown}：没有表 {where.name}", f"{where.shown}: there is no table {where.name}"))
    [(oid, schema, table, kind, rows, pages, usable)] = found
    described = link.rows(_COLUMNS, (oid,))
    columns = {name: Kind(*one) for name, *one, _ in described}
    matching = matched(list(columns), dataset, where.shown)
    check_key(where.shown, dataset, missing(dataset, [matching]), columns)
    fields = matching.columns
    _check_kinds(where.shown, columns, fields, dataset)
    hidden = [name for name, *_, readable in described if not readable and name in fields.values()]
    if hidden or not usable:
        raise _forbidden(where, hidden if usable and len(hidden) < len(fields) else [where.name])
    paged = kind in {"r", "m", "p"} and int(link.version.partition(".")[0]) >= int(_RANGES_SINCE)
    relation = ".".join('"' + one.replace('"', '""') + '"' for one in (schema, table))
    return Opened(relation, columns, fields, rows or None, _parts(pages) if paged else ("",))


def _forbidden(where: Address, what: Sequence[str]) -> SourceError:
    return SourceError(
        Text(
            f"{where.shown}：没有读取 {'、'.join(what)} 的权限，请授予该用户SELECT（及模式的USAGE）权限",
            f"{where.shown}: this user may not read {', '.join(what)}: grant SELECT (and USAGE of the schema) to it",
        )
    )


def _check_kinds(shown: str, columns: Mapping[str, Kind], fields: Mapping[str, str], dataset: Dataset) -> None:
    for field, column in fields.items():
        kind, geometry = columns[column], dataset.field(field).data_type == "geometry"
        if not (is_geometry(kind) if geometry else is_text(kind)):
            raise refused(shown, column, kind.shown, geometry=geometry)


def _parts(pages: int) -> tuple[str, ...]:
    """Ranges of pages; the last has no end, so that no row is left out."""
    if pages <= PAGES:
        return ("",)
    starts = range(0, pages, PAGES)
    return (
        *(f"(ctid >= '({start},0)' and ctid < '({start + PAGES},0)')" for start in starts[:-1]),
        f"(ctid >= '({starts[-1]},0)')",
    )
