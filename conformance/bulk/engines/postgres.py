"""Tables where they live in PostgreSQL: read only, one snapshot, every rule as plain SQL."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from conformance.bulk.engines.postgres_crew import side_by_side
from conformance.bulk.engines.postgres_geometry import count_geometries, of_geometries
from conformance.bulk.engines.postgres_link import Link
from conformance.bulk.engines.postgres_source import address
from conformance.bulk.engines.postgres_spots import examples
from conformance.bulk.engines.postgres_table import Opened, look
from conformance.bulk.engines.postgres_text import geometry_form, holds_texts, text_form
from conformance.bulk.selects import RowSelect
from conformance.bulk.sql import ROWS, SqlTable
from conformance.bulk.values import KEPT, EngineError, Progress
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from conformance.bulk.engine import Table
    from conformance.bulk.engines.postgres_source import Address
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Context, Measured, Spot, Tell
    from conformance.law.data import Dataset

_ELSEWHERE = Text(
    "两个表须在同一PostgreSQL数据库中：请将对照表导入该数据库，或将两表导出为文件后检查",
    "both tables must be in one PostgreSQL database: load the other table there, or export both as files",
)


class PostgresTable(SqlTable):
    """One table, view or foreign table; large ones are counted part by part, so that progress shows.

    A row has no position in a database: examples of failures are found again by their key.

    Attributes:
        within: conditions, of which one holds for each row of this view; none for the whole table.
    """

    dialect = "postgres"
    kernels = "twin"

    def __init__(self, link: Link, where: Address, dataset: Dataset, context: Context) -> None:
        super().__init__(dataset, context)
        self.link = link
        self.opened: Opened = look(link, where, dataset)
        self.source = where.shown
        self.name = where.name
        self.columns = {name: kind.shown for name, kind in self.opened.columns.items()}
        self.missing = tuple(one.name for one in dataset.fields if one.name not in self.opened.fields)
        self.within: tuple[str, ...] = ()
        self._failed: dict[str, list[str]] = {}

    def run(self, sql: str, stage: Text, tell: Tell) -> list[tuple[Any, ...]]:
        """Run a statement; the server does not say how far it has come."""
        tell(Progress(stage, 0, self.opened.rows))
        return self.link.rows(sql)

    def relation(self, columns: Iterable[str], name: str, *, placed: bool = False) -> str:  # noqa: ARG002
        """Return the table with columns in their text form, restricted to the parts that this view is of."""
        wanted = list(dict.fromkeys(columns))
        forms = [f"{self._form(one)} as {_quoted(one)}" for one in wanted]
        where = f" where {' or '.join(self.within)}" if self.within else ""
        kinds = [self.opened.kind(one) for one in wanted]
        fence = "" if all(one is None or holds_texts(one) for one in kinds) else " offset 0"  # forms are made once
        return f"(select {', '.join(forms)} from {self.opened.relation}{where}{fence}) as {name}"

    def parts(self, parts: Iterable[str]) -> PostgresTable:
        """Return a view of parts of the table, each a condition on the place of a row."""
        view = copy.copy(self)
        view.within = tuple(one for one in parts if one)
        return view

    def counted(self, conditions: Sequence[Condition], tell: Tell) -> list[Measured]:
        """Count conditions part by part; geometries are judged here, since the server does not."""
        plain = [one for one in conditions if not of_geometries(one)]
        select = RowSelect(plain, self.dialect, self.kernels)
        found = {one.rule: one for one in self._summed(select, tell)}
        shapes = [one for one in conditions if of_geometries(one)]
        found |= {one.rule: one for one in (count_geometries(self, shapes, tell) if shapes else [])}
        return [found[one.rule.id] for one in conditions]

    def spotted(self, conditions: Sequence[Condition], found: Sequence[Measured], tell: Tell) -> list[Measured]:
        """Look for examples of failures in the parts where the count met some."""
        failing = [one for one in conditions if one.rule.id in self._failed]
        spots = examples(self, failing, self._failed, tell)
        return [replace(one, spots=tuple(spots[one.rule])) if one.rule in spots else one for one in found]

    def spot(self, columns: Sequence[str], row: Sequence[Any]) -> Spot:
        """Return an example; geometries are shown as hexadecimal WKB."""
        return super().spot(columns, [one.hex() if isinstance(one, bytes) else one for one in row])

    def _summed(self, select: RowSelect, tell: Tell) -> list[Measured]:
        """The counts of all parts added; notes where failures are."""
        total: list[int] = []
        kept: dict[str, int] = defaultdict(int)
        failed: dict[str, list[str]] = defaultdict(list)
        answers = side_by_side(
            self.link, self.opened.parts, lambda part: select.sql(self.parts([part]).relation(select.reads, "r"))
        )
        tell(Progress(ROWS, 0, self.opened.rows))
        for part, [row] in zip(self.opened.parts, answers, strict=True):
            total = [before + now for before, now in zip(total or [0] * len(row), row, strict=True)]
            for one in select.read(row):
                if one.failures and kept[one.rule] < KEPT:
                    failed[one.rule].append(part)
                    kept[one.rule] += one.failures
            tell(Progress(ROWS, total[0], self.opened.rows))
        self._failed |= failed
        return select.read(total)

    def raw_kind(self, name: str) -> str:
        """Return the type of a field's form: bytea for geometries that are no texts, else text."""
        kind, shape = self.opened.kind(name), self.fields[name].data_type == "geometry"
        return "bytea" if shape and (kind is None or not holds_texts(kind)) else "text"

    def _form(self, name: str) -> str:
        kind = self.opened.kind(name)
        shape = self.fields[name].data_type == "geometry"
        if kind is None:
            return "null::bytea" if shape else 'null::text collate "C"'
        column = _quoted(self.opened.fields[name])
        return geometry_form(column, kind) if shape else text_form(column, kind)

    def _same_engine(self, other: Table) -> SqlTable:
        there = super()._same_engine(other)
        if not isinstance(there, PostgresTable) or there.link is not self.link:
            raise EngineError(_ELSEWHERE)
        return there


class PostgresEngine:
    """Judges tables of PostgreSQL databases; one connection a database, in one transaction that only reads."""

    name = "postgres"

    def __init__(self, context: Context) -> None:
        self.context = context
        self._links: dict[str, Link] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, source: str, dataset: Dataset) -> PostgresTable:
        """Open `postgresql://user@host:port/database?table=schema.table`.

        Raises:
            SourceError: there is no such table, it may not be read, or it has none of the fields.
            EngineError: the server cannot be reached.
        """
        where = address(source)
        link = self._links.get(where.database)
        if link is None:
            link = self._links[where.database] = Link(where)
            self.name = f"postgres {link.version}"
        return PostgresTable(link, where, dataset, self.context)

    def close(self) -> None:
        """Close every connection."""
        for one in self._links.values():
            one.close()
        self._links.clear()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def start(context: Context, *, memory: str | None = None, temp: Path | None = None) -> PostgresEngine:  # noqa: ARG001
    """Return the engine; memory and temporary files are the server's own affair."""
    return PostgresEngine(context)
